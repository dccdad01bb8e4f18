//! A paragraph on incidents, to begin a statement with: what was done, to whom, where and when, as far as it was known by a day.
//!
//! From structured facts alone, never from what somebody wrote in words: of each incident its kinds, its date as it is known, whom
//! it shows by name and how many others, organizations, who is said to have done it, custody, and how far it is borne out. No word is
//! bent: kinds, states and countries stand as the reference data has them, behind a colon or in brackets. Behind what is said of each
//! incident stands its mark.

mod words;

use chrono::NaiveDate;

use words::{
    actor_word, affected_word, and, at_least, borne_out, confirmed_word, custody_word, labelled,
    organization_word, semicolon, small,
};

use super::dates::as_known;
use super::writing::{Plural, day, number};
use super::{Name, called};
use crate::country::CountryCode;
use crate::grade;
use crate::incident::IncidentFacts;
use crate::language::Language;
use crate::marks;
use crate::number::Number;
use crate::partial_date::{PartialDate, Precision};
use crate::vocabulary::{ActorType, CustodyStatus, IncidentType};

/// An incident as it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Its number.
    pub number: Number,
    /// The version, where the statement cites several of it.
    pub version: Option<u32>,
    /// What was done.
    pub types: Vec<IncidentType>,
    /// When, as it is known.
    pub occurred: PartialDate,
    /// Where.
    pub country: CountryCode,
    /// The people whom it names to everybody.
    pub named: Vec<String>,
    /// How many others it affected, at least.
    pub others_min: u32,
    /// How many others it affected at most; none where nobody said, so that there may be more.
    pub others_max: Option<u32>,
    /// The organizations in it, as they are called.
    pub organizations: Vec<String>,
    /// Who is said to have done it.
    pub actors: Vec<ActorType>,
    /// How far it is borne out.
    pub borne_out: BorneOut,
    /// The custody of its people, each state once, with the day for which it was last confirmed.
    pub custody: Vec<(CustodyStatus, PartialDate)>,
    /// From 1 to 5.
    pub severity: Option<u8>,
}

/// How far an incident is borne out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BorneOut {
    /// One source reports it.
    ByOneSource,
    /// It is reported.
    Reported,
    /// It is confirmed.
    Confirmed,
    /// It is disputed.
    Disputed,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The language.
    pub language: Language,
    /// The day by which it was known.
    pub known_on: NaiveDate,
    /// Who issues the statement, by the name that stands in it.
    pub issuer: Option<String>,
    /// The incidents, in their order.
    pub incidents: Vec<Recorded>,
}

/// What is suggested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggested {
    /// A paragraph with a mark behind what is said of each incident.
    pub text: String,
    /// One sentence with the number of incidents and the one that weighs most.
    pub fact_only: String,
}

/// The paragraph; none on nothing.
pub fn paragraph(asked: &Asked) -> Option<Suggested> {
    let language = asked.language;
    if asked.incidents.is_empty() {
        return None;
    }
    let shared = Shared::of(&asked.incidents);
    let items: Vec<String> = asked
        .incidents
        .iter()
        .map(|of| {
            format!("{}{}", told(language, of, &shared), marks::written(of.number, of.version))
        })
        .collect();
    let text = format!("{}{}.", opening(asked, &shared), items.join(semicolon(language)));
    let heaviest = asked.incidents.iter().rev().max_by_key(|of| {
        let day = of.occurred.exact_day().is_some();
        (of.severity, of.borne_out == BorneOut::Confirmed, day, !of.named.is_empty())
    });
    let heaviest = heaviest.map(|of| told(language, of, &shared)).unwrap_or_default();
    let marks: String =
        asked.incidents.iter().map(|of| marks::written(of.number, of.version)).collect();
    let fact_only = format!("{}.{marks}", counted(asked, &shared, &heaviest));
    Some(Suggested { text, fact_only })
}

/// What all of the incidents have in common, and so is said once.
struct Shared {
    organization: Option<String>,
    country: Option<CountryCode>,
}

impl Shared {
    fn of(incidents: &[Recorded]) -> Self {
        let [first, rest @ ..] = incidents else {
            return Self { organization: None, country: None };
        };
        let everywhere = |name: &&String| rest.iter().all(|of| of.organizations.contains(name));
        let organization = first.organizations.iter().find(everywhere).cloned();
        let country = Some(first.country).filter(|c| rest.iter().all(|of| of.country == *c));
        Self { organization, country }
    }
}

fn opening(asked: &Asked, shared: &Shared) -> String {
    let language = asked.language;
    let n = u64::try_from(asked.incidents.len()).unwrap_or(u64::MAX);
    let (on, what, scope) =
        (day(language, asked.known_on), incidents(language, n), scope(language, shared));
    let one = n == 1;
    match language {
        Language::En => {
            format!("As known on {on}, {what}{scope} {} recorded: ", if one { "is" } else { "are" })
        }
        Language::Es => format!(
            "Según lo conocido al {on}, {} {what}{scope}: ",
            if one { "consta" } else { "constan" }
        ),
        Language::Fr => format!(
            "D’après ce qui était connu au {on}, {what}{scope} {}\u{a0}: ",
            if one { "est enregistré" } else { "sont enregistrés" }
        ),
        Language::Pt => format!(
            "Segundo o que se sabia a {on}, {} {what}{scope}: ",
            if one { "consta" } else { "constam" }
        ),
        Language::Ru => format!("По данным, известным на {on}, {what}{scope} — "),
        Language::Ar => format!("وفق ما كان معروفًا في {on}، سُجِّلت {what}{scope}: "),
    }
}

fn counted(asked: &Asked, shared: &Shared, heaviest: &str) -> String {
    let language = asked.language;
    let n = u64::try_from(asked.incidents.len()).unwrap_or(u64::MAX);
    let (on, what, scope) =
        (day(language, asked.known_on), incidents(language, n), scope(language, shared));
    let one = n == 1;
    let issuer = asked.issuer.as_deref();
    match language {
        Language::En => {
            let who = issuer.unwrap_or("This register");
            let which =
                if one { format!(": {heaviest}") } else { format!(", including {heaviest}") };
            format!("{who} has recorded {what}{scope} up to {on}{which}")
        }
        Language::Es => {
            let who = issuer.unwrap_or("Este registro");
            let which =
                if one { format!(": {heaviest}") } else { format!(", entre ellos: {heaviest}") };
            format!("{who} ha registrado {what}{scope} hasta el {on}{which}")
        }
        Language::Fr => {
            let who = issuer.unwrap_or("Ce registre");
            let which = if one {
                format!("\u{a0}: {heaviest}")
            } else {
                format!(", dont\u{a0}: {heaviest}")
            };
            format!("{who} a recensé {what}{scope} jusqu’au {on}{which}")
        }
        Language::Pt => {
            let who = issuer.unwrap_or("Este registo");
            let which =
                if one { format!(": {heaviest}") } else { format!(", entre os quais: {heaviest}") };
            format!("{who} registou {what}{scope} até {on}{which}")
        }
        Language::Ru => {
            let who = issuer.unwrap_or("Этот реестр");
            let which = if one {
                format!(" — {heaviest}")
            } else {
                format!(", в их числе: {heaviest}")
            };
            format!("{who}: по состоянию на {on} {what}{scope}{which}")
        }
        Language::Ar => {
            let who = issuer.unwrap_or("هذا السجل");
            let which =
                if one { format!(": {heaviest}") } else { format!("، منها: {heaviest}") };
            format!("{who}: حتى {on} سُجِّلت {what}{scope}{which}")
        }
    }
}

/// So many incidents.
fn incidents(language: Language, n: u64) -> String {
    let (plural, many) = (Plural::of(language, n), number(language, n));
    let one = plural == Plural::One;
    match language {
        Language::En | Language::Fr => {
            format!("{many} {}", if one { "incident" } else { "incidents" })
        }
        Language::Es | Language::Pt => {
            format!("{many} {}", if one { "incidente" } else { "incidentes" })
        }
        Language::Ru => format!("записано инцидентов: {many}"),
        Language::Ar => match plural {
            Plural::One => "حادثة واحدة".to_owned(),
            Plural::Two => "حادثتان".to_owned(),
            Plural::Few => format!("{many} حوادث"),
            _ => format!("{many} حادثة"),
        },
    }
}

/// The organization and the country that all have in common.
fn scope(language: Language, shared: &Shared) -> String {
    let country = shared.country.map(|country| country.country().names.in_language(language));
    if language == Language::En {
        let whom = shared.organization.as_ref().map(|name| format!(" affecting {name}"));
        let place = country.map(|country| format!(" ({country})"));
        return whom.unwrap_or_default() + &place.unwrap_or_default();
    }
    let organization = shared.organization.as_ref();
    let organization =
        organization.map(|name| labelled(language, organization_word(language), name));
    let country = country.map(|name| labelled(language, called(language, Name::Country), name));
    let both: Vec<String> = organization.into_iter().chain(country).collect();
    if both.is_empty() { String::new() } else { format!(" ({})", both.join(semicolon(language))) }
}

/// What is said of one incident.
fn told(language: Language, of: &Recorded, shared: &Shared) -> String {
    let kinds: Vec<String> = of.types.iter().map(|kind| kind_of(language, *kind)).collect();
    let mut text = and(language, &kinds);
    let people = people(language, of);
    if language == Language::En {
        text.extend(people.iter().map(|who| format!(" affecting {who}")));
    }
    let comma = if language == Language::Ar { "، " } else { ", " };
    text.push_str(comma);
    text.push_str(&when(language, &of.occurred));
    let mut details: Vec<String> = Vec::new();
    if language != Language::En {
        details.extend(people.map(|who| labelled(language, affected_word(language), &who)));
    }
    let others: Vec<String> = of
        .organizations
        .iter()
        .filter(|name| shared.organization.as_ref() != Some(name))
        .cloned()
        .collect();
    if !others.is_empty() {
        details.push(labelled(language, organization_word(language), &others.join(comma)));
    }
    if shared.country.is_none() {
        details.push(of.country.country().names.in_language(language).to_owned());
    }
    let actors = of.actors.iter().filter(|actor| actor.code() != "unknown");
    let actors: Vec<String> = actors.map(|actor| small(actor.label(language))).collect();
    if !actors.is_empty() {
        details.push(labelled(language, actor_word(language), &actors.join(comma)));
    }
    details.push(borne_out(language, of.borne_out).to_owned());
    for (status, confirmed) in &of.custody {
        let last = labelled(language, confirmed_word(language), &as_known(language, confirmed));
        let state = small(status.label(language));
        details.push(labelled(
            language,
            custody_word(language),
            &format!("{state}, {last}").replace(", ", comma),
        ));
    }
    format!("{text} ({})", details.join(semicolon(language)))
}

fn kind_of(language: Language, kind: IncidentType) -> String {
    if kind.code() != "other" {
        return small(kind.label(language));
    }
    let other = match language {
        Language::En => "incident of another kind",
        Language::Es => "incidente de otro tipo",
        Language::Fr => "incident d’un autre type",
        Language::Pt => "incidente de outro tipo",
        Language::Ru => "инцидент иного рода",
        Language::Ar => "حادثة من نوع آخر",
    };
    other.to_owned()
}

/// A date as it is known, and what of it is not.
fn when(language: Language, date: &PartialDate) -> String {
    let told = as_known(language, date);
    let missing = match date.precision() {
        Precision::Month => match language {
            Language::En => "day not known",
            Language::Es => "día desconocido",
            Language::Fr => "jour inconnu",
            Language::Pt => "dia desconhecido",
            Language::Ru => "день неизвестен",
            Language::Ar => "اليوم غير معروف",
        },
        Precision::Before => match language {
            Language::En => "start not known",
            Language::Es => "inicio desconocido",
            Language::Fr => "début inconnu",
            Language::Pt => "início desconhecido",
            Language::Ru => "начало неизвестно",
            Language::Ar => "البداية غير معروفة",
        },
        _ => "",
    };
    let comma = if language == Language::Ar { "، " } else { ", " };
    if missing.is_empty() { told } else { format!("{told}{comma}{missing}") }
}

/// The people whom it names, and how many others.
fn people(language: Language, of: &Recorded) -> Option<String> {
    let mut who = of.named.clone();
    let (min, max) = (of.others_min, of.others_max);
    let word = match language {
        Language::En => "people who are not named",
        Language::Es => "personas no nombradas",
        Language::Fr => "personnes non nommées",
        Language::Pt => "pessoas não nomeadas",
        Language::Ru => "не названы по имени",
        Language::Ar => "أشخاص غير مذكورين بالاسم",
    };
    let low = number(language, u64::from(min));
    let count = match max {
        Some(max) if max > min => Some(format!("{low}–{}", number(language, u64::from(max)))),
        None if min > 0 => Some(at_least(language, &low)),
        _ if min > 0 => Some(low),
        _ => None,
    };
    who.extend(count.map(|count| {
        if language == Language::En && count == "1" {
            "1 person who is not named".to_owned()
        } else if language == Language::En {
            format!("{count} {word}")
        } else {
            labelled(language, word, &count)
        }
    }));
    (!who.is_empty()).then(|| and(language, &who))
}

impl BorneOut {
    /// How far an incident is borne out by the sources that are known. A grade that does not stand on these is not told.
    pub fn of<R>(facts: &IncidentFacts<R>) -> Self {
        let sources = facts.sources.iter().filter(|source| source.tier.is_public());
        let sources: Vec<_> = sources.cloned().collect();
        let founded = grade::unfounded(facts.grade, facts.grade_basis, &sources).is_none();
        match facts.grade.code() {
            "confirmed" if founded => Self::Confirmed,
            "disputed" => Self::Disputed,
            _ if grade::independent_sources(&sources) < grade::INDEPENDENT => Self::ByOneSource,
            _ => Self::Reported,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(number: &str, kinds: &[&str], occurred: &str) -> Recorded {
        Recorded {
            number: number.parse().unwrap(),
            version: None,
            types: kinds.iter().map(|kind| kind.parse().unwrap()).collect(),
            occurred: occurred.parse().unwrap(),
            country: "AZE".parse().unwrap(),
            named: Vec::new(),
            others_min: 0,
            others_max: None,
            organizations: vec!["EMDS".to_owned()],
            actors: Vec::new(),
            borne_out: BorneOut::ByOneSource,
            custody: Vec::new(),
            severity: None,
        }
    }

    fn worked_example(language: Language) -> Suggested {
        let arrested = ("arrested".parse().unwrap(), "2024-04-29".parse().unwrap());
        let asked = Asked {
            language,
            known_on: "2024-04-30".parse().unwrap(),
            issuer: Some("GNDEM".to_owned()),
            incidents: vec![
                Recorded {
                    actors: vec!["police".parse().unwrap()],
                    ..recorded(
                        "5724-0000",
                        &["discrediting_campaign", "harassment"],
                        "../2024-04-30",
                    )
                },
                recorded("3141-5929", &["accreditation_restriction"], "2024-02"),
                Recorded {
                    named: vec!["Anar Mammadli".to_owned()],
                    borne_out: BorneOut::Confirmed,
                    custody: vec![arrested],
                    ..recorded("4827-1930", &["detention"], "2024-04-29")
                },
            ],
        };
        paragraph(&asked).unwrap()
    }

    #[test]
    fn the_worked_example_is_told_with_a_mark_for_each() {
        let Suggested { text, fact_only } = worked_example(Language::En);
        assert_eq!(
            text,
            "As known on 30 April 2024, 3 incidents affecting EMDS (Azerbaijan) are recorded: discrediting campaign and harassment, \
             until 30 April 2024, start not known (alleged perpetrators: police; reported by one source)[[5724-0000]]; \
             accreditation restriction, February 2024, day not known (reported by one source)[[3141-5929]]; \
             detention affecting Anar Mammadli, 29 April 2024 (confirmed; custody: under arrest, last confirmed: 29 April 2024)[[4827-1930]]."
        );
        assert_eq!(
            fact_only,
            "GNDEM has recorded 3 incidents affecting EMDS (Azerbaijan) up to 30 April 2024, including detention affecting Anar \
             Mammadli, 29 April 2024 (confirmed; custody: under arrest, last confirmed: 29 April 2024).[[5724-0000]][[3141-5929]][[4827-1930]]"
        );
    }

    #[test]
    fn every_language_has_its_words_and_all_marks() {
        for (language, words) in [
            (
                Language::Es,
                "constan 3 incidentes (organización: EMDS; país: Azerbaiyán): campaña de desprestigio y hostigamiento",
            ),
            (
                Language::Fr,
                "3 incidents (organisation\u{a0}: EMDS\u{a0}; pays\u{a0}: Azerbaïdjan) sont enregistrés\u{a0}: campagne de dénigrement et harcèlement",
            ),
            (Language::Pt, "constam 3 incidentes (organização: EMDS; país: "),
            (
                Language::Ru,
                "записано инцидентов: 3 (организация: EMDS; страна: Азербайджан) — кампания по дискредитации",
            ),
            (Language::Ar, "سُجِّلت 3 حوادث (المنظمة: EMDS؛ البلد: "),
        ] {
            let Suggested { text, fact_only } = worked_example(language);
            assert!(text.contains(words), "{text}");
            for text in [text, fact_only] {
                assert_eq!(crate::marks::marks(&text).len(), 3, "{text}");
                assert!(text.contains("Anar Mammadli") && text.contains("2024"), "{text}");
            }
        }
    }

    #[test]
    fn people_who_are_not_named_are_counted() {
        let of = |min, max| Recorded {
            named: vec!["Ana Ruiz".to_owned()],
            others_min: min,
            others_max: max,
            ..recorded("4827-1930", &["detention"], "2024-04-29")
        };
        for (min, max, told) in [
            (0, None, "Ana Ruiz"),
            (0, Some(0), "Ana Ruiz"),
            (2, Some(2), "Ana Ruiz and 2 people who are not named"),
            (2, Some(5), "Ana Ruiz and 2–5 people who are not named"),
            (1, Some(1), "Ana Ruiz and 1 person who is not named"),
            (2, None, "Ana Ruiz and at least 2 people who are not named"),
        ] {
            assert_eq!(people(Language::En, &of(min, max)).as_deref(), Some(told));
        }
        assert_eq!(
            people(Language::Ru, &of(2, Some(2))).as_deref(),
            Some("Ana Ruiz и не названы по имени: 2")
        );
    }
}
