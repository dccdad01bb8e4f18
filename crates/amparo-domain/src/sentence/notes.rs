//! What became of a cited incident, in words to put under a statement: from structured facts alone, and without a name.

use chrono::NaiveDate;

use super::{as_known, day, number};
use crate::incident::IncidentFacts;
use crate::language::Language;
use crate::number::Number;
use crate::partial_date::PartialDate;
use crate::since::{Moved, Since};

/// One fact that is another by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Which.
    pub what: &'static str,
    /// What was said before; empty where nothing was.
    pub from: String,
    /// What is said now; empty where nothing is.
    pub to: String,
}

/// What became of an incident since a statement cited it.
#[derive(Debug, Clone, PartialEq)]
pub struct Became<'a> {
    /// When the statement was issued.
    pub stated: &'a PartialDate,
    /// The number of the incident as it is printed, with its letters.
    pub printed: &'a str,
    /// The version that was cited.
    pub cited: Option<i32>,
    /// When it was withdrawn, and the class of the reason.
    pub withdrawn: Option<(NaiveDate, &'a str)>,
    /// The number, as it is printed, of the record that holds what it said.
    pub merged: Option<&'a str>,
    /// What the present version says otherwise.
    pub since: &'a Since,
    /// The same, fact by fact.
    pub changes: &'a [Told],
}

/// What two versions say otherwise, fact by fact, as far as facts are structured; last, that words or other facts are others, if they are.
pub fn changes(
    language: Language,
    before: &IncidentFacts<Number>,
    after: &IncidentFacts<Number>,
    since: &Since,
) -> Vec<Told> {
    let mut told = Vec::new();
    let mut add = |what: What, from: String, to: String| {
        if from != to {
            told.push(Told { what: called(language, what), from, to });
        }
    };
    let both = |say: &dyn Fn(&IncidentFacts<Number>) -> String| (say(before), say(after));
    let (from, to) = both(&|facts| as_known(language, &facts.occurred));
    add(What::Date, from, to);
    let (from, to) = both(&|facts| {
        let types = facts.types.iter().map(|one| one.label(language));
        types.collect::<Vec<_>>().join(comma(language))
    });
    add(What::Kind, from, to);
    let (from, to) = both(&|facts| facts.country.country().names.in_language(language).to_owned());
    add(What::Country, from, to);
    let (from, to) = both(&|facts| facts.grade.label(language).to_owned());
    add(What::Grade, from, to);
    let (from, to) = both(&|facts| facts.severity.map_or_else(String::new, |of| of.to_string()));
    add(What::Severity, from, to);
    let (from, to) = both(&|facts| number(language, facts.people.len() as u64));
    add(What::People, from, to);
    let (from, to) = both(&|facts| {
        let (min, max) = (facts.affected.unnamed_min, facts.affected.unnamed_max);
        match (min, max) {
            (Some(min), Some(max)) if min == max => number(language, min.into()),
            (Some(min), Some(max)) => {
                format!("{}–{}", number(language, min.into()), number(language, max.into()))
            }
            (Some(one), None) | (None, Some(one)) => number(language, one.into()),
            (None, None) => String::new(),
        }
    });
    add(What::Unnamed, from, to);
    for Moved { from, to } in &since.custody {
        let say = |of: &Option<crate::custody::Custody>| {
            of.as_ref().map_or_else(String::new, |of| {
                format!("{} ({})", of.status.label(language), as_known(language, &of.since))
            })
        };
        add(What::Custody, say(from), say(to));
    }
    let structured = |facts: &IncidentFacts<Number>| {
        let mut facts = facts.clone();
        facts.occurred = PartialDate::unknown();
        facts.types.clear();
        facts.country = before.country;
        facts.grade = before.grade;
        facts.severity = None;
        facts.affected = crate::incident::Affected::default();
        facts
    };
    let rest = Since::of(&structured(before), &structured(after), NaiveDate::MAX);
    if rest.facts && (rest.corrected || since.custody.is_empty()) {
        told.push(Told {
            what: called(language, What::Others),
            from: String::new(),
            to: String::new(),
        });
    } else if since.changed && !since.facts {
        told.push(Told {
            what: called(language, What::Wording),
            from: String::new(),
            to: String::new(),
        });
    }
    told
}

/// The sentence to put under a statement; empty where nothing became of the incident.
pub fn note(language: Language, became: &Became<'_>) -> String {
    let mut clauses = Vec::new();
    if let Some((on, class)) = became.withdrawn {
        clauses.push(withdrawn(language, on, class));
    } else {
        clauses.extend(became.merged.map(|into| merged(language, into)));
        if became.since.disputed {
            clauses.push(disputed(language).to_owned());
        }
        if became.since.changed {
            let changes: Vec<String> =
                became.changes.iter().map(|told| one_change(language, told)).collect();
            let changes = changes.join(semicolon(language));
            clauses.push(corrected(language, &changes));
        }
    }
    if clauses.is_empty() {
        return String::new();
    }
    let turned = if language == Language::Ar { "\u{200f}" } else { "" };
    let number = format!("{}{turned}", became.printed);
    let cited = became.cited.map_or_else(String::new, |version| cited_as(language, version));
    let clauses = clauses.join(semicolon(language));
    format!("{} {number}{cited} {clauses}.", opening(language, became.stated))
}

fn one_change(language: Language, told: &Told) -> String {
    let colon = if language == Language::Fr { "\u{a0}: " } else { ": " };
    let arrow = if language == Language::Ar { "←" } else { "→" };
    match (told.from.is_empty(), told.to.is_empty()) {
        (true, true) => told.what.to_owned(),
        (true, false) => format!("{}{colon}{}", told.what, told.to),
        (false, true) => format!("{}{colon}{} {arrow} —", told.what, told.from),
        (false, false) => format!("{}{colon}{} {arrow} {}", told.what, told.from, told.to),
    }
}

const fn comma(language: Language) -> &'static str {
    if matches!(language, Language::Ar) { "، " } else { ", " }
}

const fn semicolon(language: Language) -> &'static str {
    match language {
        Language::Ar => "\u{61b} ",
        Language::Fr => "\u{a0}; ",
        _ => "; ",
    }
}

fn opening(language: Language, stated: &PartialDate) -> String {
    let on = as_known(language, stated);
    match language {
        Language::En => format!("Since this statement was published ({on}),"),
        Language::Es => format!("Desde que se publicó esta declaración ({on}),"),
        Language::Fr => format!("Depuis la publication de cette déclaration ({on}),"),
        Language::Pt => format!("Desde a publicação desta declaração ({on}),"),
        Language::Ru => format!("После публикации этого заявления ({on}) запись"),
        Language::Ar => format!("منذ نشر هذا البيان ({on})، فإن السجل"),
    }
}

fn cited_as(language: Language, version: i32) -> String {
    match language {
        Language::En => format!(" (cited as version {version})"),
        Language::Es => format!(" (citado en la versión {version})"),
        Language::Fr => format!(" (cité dans la version {version})"),
        Language::Pt => format!(" (citado na versão {version})"),
        Language::Ru => format!(" (процитированная в версии {version})"),
        Language::Ar => format!(" (المستشهد به في النسخة {version})"),
    }
}

fn corrected(language: Language, changes: &str) -> String {
    let told = match language {
        Language::En => "has been updated",
        Language::Es => "se ha actualizado",
        Language::Fr => "a été mis à jour",
        Language::Pt => "foi atualizado",
        Language::Ru => "обновлена",
        Language::Ar => "قد حُدِّث",
    };
    if changes.is_empty() {
        return told.to_owned();
    }
    let colon = if language == Language::Fr { "\u{a0}: " } else { ": " };
    format!("{told}{colon}{changes}")
}

const fn disputed(language: Language) -> &'static str {
    match language {
        Language::En => "is disputed: a credible source contradicts it",
        Language::Es => "es objeto de controversia: una fuente fiable lo contradice",
        Language::Fr => "est contesté\u{a0}: une source crédible le contredit",
        Language::Pt => "é contestado: uma fonte credível contradi-lo",
        Language::Ru => "оспаривается: надёжный источник ей противоречит",
        Language::Ar => "متنازع عليه: مصدر موثوق يخالف ما ورد فيه",
    }
}

fn withdrawn(language: Language, on: NaiveDate, class: &str) -> String {
    let on = day(language, on);
    let told = match language {
        Language::En => format!("was withdrawn on {on}"),
        Language::Es => format!("fue retirado el {on}"),
        Language::Fr => format!("a été retiré le {on}"),
        Language::Pt => format!("foi retirado em {on}"),
        Language::Ru => format!("отозвана {on}"),
        Language::Ar => format!("قد سُحب في {on}"),
    };
    if class.is_empty() { told } else { format!("{told} ({class})") }
}

fn merged(language: Language, into: &str) -> String {
    match language {
        Language::En => format!("was merged into {into}"),
        Language::Es => format!("se fusionó con {into}"),
        Language::Fr => format!("a été fusionné avec {into}"),
        Language::Pt => format!("foi fundido com {into}"),
        Language::Ru => format!("объединена с записью {into}"),
        Language::Ar => format!("قد دُمج في {into}\u{200f}"),
    }
}

/// What can be told of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Date,
    Kind,
    Country,
    Grade,
    Severity,
    People,
    Unnamed,
    Custody,
    Others,
    Wording,
}

const fn called(language: Language, what: What) -> &'static str {
    let [ar, en, es, fr, pt, ru] = match what {
        What::Date => ["التاريخ", "date", "fecha", "date", "data", "дата"],
        What::Kind => [
            "نوع الحادثة",
            "kind of incident",
            "tipo de incidente",
            "type d’incident",
            "tipo de incidente",
            "вид инцидента",
        ],
        What::Country => ["البلد", "country", "país", "pays", "país", "страна"],
        What::Grade => [
            "درجة التثبت",
            "grade",
            "grado de verificación",
            "degré de vérification",
            "grau de verificação",
            "степень подтверждения",
        ],
        What::Severity => ["الشدة", "severity", "gravedad", "gravité", "gravidade", "тяжесть"],
        What::People => [
            "عدد الأشخاص المذكورين",
            "people in the record",
            "personas en el registro",
            "personnes dans la fiche",
            "pessoas no registo",
            "людей в записи",
        ],
        What::Unnamed => [
            "أشخاص لم تُذكر أسماؤهم",
            "people who are not named",
            "personas sin nombrar",
            "personnes non nommées",
            "pessoas não nomeadas",
            "людей без имён",
        ],
        What::Custody => [
            "احتجاز شخص",
            "custody of a person",
            "privación de libertad de una persona",
            "détention d’une personne",
            "privação de liberdade de uma pessoa",
            "содержание человека под стражей",
        ],
        What::Others => [
            "وقائع أخرى",
            "other facts",
            "otros hechos",
            "d’autres faits",
            "outros factos",
            "другие факты",
        ],
        What::Wording => [
            "الصياغة وحدها",
            "the wording alone",
            "solo la redacción",
            "la formulation seule",
            "apenas a redação",
            "только формулировки",
        ],
    };
    match language {
        Language::Ar => ar,
        Language::En => en,
        Language::Es => es,
        Language::Fr => fr,
        Language::Pt => pt,
        Language::Ru => ru,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_says_what_became_of_it() {
        let stated: PartialDate = "2024-04-30".parse().unwrap();
        let since = Since { changed: true, facts: true, corrected: true, ..Since::default() };
        let of = |language| {
            let date = |on: &str| day(language, on.parse().unwrap());
            let changes = [Told {
                what: called(language, What::Date),
                from: date("2024-04-29"),
                to: date("2024-04-30"),
            }];
            let became = Became {
                stated: &stated,
                printed: "OBS 4827\u{2011}1930",
                cited: Some(1),
                withdrawn: None,
                merged: None,
                since: &since,
                changes: &changes,
            };
            note(language, &became).replace('\u{2011}', "-")
        };
        assert_eq!(
            of(Language::En),
            "Since this statement was published (30 April 2024), OBS 4827-1930 (cited as version 1) has been updated: date: 29 April 2024 → 30 April 2024."
        );
        assert_eq!(
            of(Language::Fr),
            "Depuis la publication de cette déclaration (30 avril 2024), OBS 4827-1930 (cité dans la version 1) a été mis à jour\u{a0}: date\u{a0}: 29 avril 2024 → 30 avril 2024."
        );
        assert_eq!(
            of(Language::Ar),
            "منذ نشر هذا البيان (30 أبريل 2024)، فإن السجل OBS 4827-1930\u{200f} (المستشهد به في النسخة 1) قد حُدِّث: التاريخ: 29 أبريل 2024 ← 30 أبريل 2024."
        );
    }

    #[test]
    fn what_was_withdrawn_is_told_as_that_alone() {
        let stated: PartialDate = "2024-04".parse().unwrap();
        let since = Since { changed: true, disputed: true, ..Since::default() };
        for language in Language::ALL {
            let became = |withdrawn, merged| Became {
                stated: &stated,
                printed: "OBS 1",
                cited: None,
                withdrawn,
                merged,
                since: &since,
                changes: &[],
            };
            let on = "2026-05-06".parse().unwrap();
            let gone = note(language, &became(Some((on, "mistaken")), None));
            assert!(gone.contains("mistaken") && !gone.contains(disputed(language)), "{gone}");
            let merged = note(language, &became(None, Some("OBS 2")));
            assert!(merged.contains("OBS 2") && merged.contains(disputed(language)), "{merged}");
        }
        let nothing = Became {
            stated: &stated,
            printed: "OBS 1",
            cited: None,
            withdrawn: None,
            merged: None,
            since: &Since::default(),
            changes: &[],
        };
        assert_eq!(note(Language::En, &nothing), "");
    }
}
