//! Statements: what networks say in public, citing records.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::country::CountryCode;
use crate::incident::{PersonLink, check_person_links, map_people};
use crate::language::Language;
use crate::marks;
use crate::number::Number;
use crate::partial_date::PartialDate;
use crate::reference::{ExternalId, Relation};
use crate::source::{Source, SpelledAddress, check_sources};
use crate::text;
use crate::validation::Findings;
use crate::vocabulary::StatementKind;

/// More is cited by no statement.
pub const CITED_MAX: usize = 1_000;

/// Everything a statement's record says. Texts write people as `{P1}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatementFacts<R> {
    /// Its title.
    pub title: String,
    /// When it was issued.
    pub date: PartialDate,
    /// Whether its author marked it as not final.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
    /// What kind of text it is.
    pub kind: StatementKind,
    /// Its opening in short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
    /// The words it is filed under.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The language of the text, a BCP 47 tag; of its first part, if there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// The country it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<CountryCode>,
    /// Who issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<R>,
    /// The text, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Where it is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The people whose names its address spells out: it is hidden with their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub url_names: Vec<String>,
    /// What it links to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Who endorsed it.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub endorsers: Vec<Endorser<R>>,
    /// The incidents it cites.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub incidents: Vec<Citation<R>>,
    /// The day by whose sources the facts of what it cites are told; today if none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<NaiveDate>,
    /// How much of what it cites stands under it.
    #[serde(default, skip_serializing_if = "Annex::is_full")]
    pub annex: Annex,
    /// The people its text mentions.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PersonLink<R>>,
    /// What else should be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where it was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// What an imported file said of it for which the register has no word: `image`, `layout`. It goes back into the file, for staff
    /// of its network, and the public never sees it.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub front_matter: serde_json::Map<String, serde_json::Value>,
    /// The addresses in its texts that spell out names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spelled: Vec<SpelledAddress>,
    /// The ids it has elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_ids: Vec<ExternalId>,
}

/// What a statement says in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording<'a, R> {
    /// Title, excerpt, body.
    pub texts: [Option<&'a str>; 3],
    /// Who is meant by the tokens in them.
    pub people: Vec<(&'a str, &'a R)>,
}

/// A link in a statement's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The words that are linked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where they lead.
    pub url: String,
    /// The people whose names the address spells out: it is hidden with their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub url_names: Vec<String>,
}

/// An organization that endorsed a statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Endorser<R> {
    /// The organization.
    pub organization: R,
    /// The words by which the text names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched_text: Option<String>,
    /// When it endorsed this text, if it answered a request to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endorsed_on: Option<NaiveDate>,
}

/// An incident that a statement cites, pinned to a version if it was published then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Citation<R> {
    /// The incident.
    pub incident: R,
    /// The version that was cited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

/// How a reason begins that says who endorsed a statement.
pub const fn endorsed_by(language: Language) -> &'static str {
    match language {
        Language::Ar => "أيّده:",
        Language::En => "Endorsed by",
        Language::Es => "Con el respaldo de",
        Language::Fr => "Avec le soutien de",
        Language::Pt => "Com o apoio de",
        Language::Ru => "Поддержали:",
    }
}

/// How much of what a statement cites stands under it as a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Annex {
    /// All columns.
    #[default]
    Full,
    /// Number, date and what it was.
    Short,
    /// Nothing.
    None,
}

impl Annex {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Full, Self::Short, Self::None];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Short => "short",
            Self::None => "none",
        }
    }

    /// Whether it is what stands there when nobody says, which needs not be written down.
    pub fn is_full(&self) -> bool {
        *self == Self::Full
    }
}

/// How long all of it may be, as JSON.
const FRONT_MATTER_MAX: usize = 20_000;
/// How deep lists and objects in it may be.
const FRONT_MATTER_DEPTH: u8 = 4;

/// Whether a member of a file's front matter can be kept: its name is one that a program gave it.
pub fn is_front_matter_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    (1..=60).contains(&name.len()) && name.bytes().all(plain)
}

/// Whether lists and objects in a value are no deeper than so many, and all names in it are such as can be kept.
pub fn is_shallow(value: &serde_json::Value, depth: u8) -> bool {
    use serde_json::Value;
    match value {
        Value::Array(items) => depth > 0 && items.iter().all(|item| is_shallow(item, depth - 1)),
        Value::Object(members) => {
            let mut members = members.iter();
            depth > 0
                && members.all(|(name, of)| is_front_matter_name(name) && is_shallow(of, depth - 1))
        }
        _ => true,
    }
}

/// Whether a member of a file's front matter can be kept.
pub fn keeps_front_matter(name: &str, value: &serde_json::Value) -> bool {
    is_front_matter_name(name) && is_shallow(value, FRONT_MATTER_DEPTH)
}

fn each_string<'v>(value: &'v serde_json::Value, place: &str, texts: &mut Vec<(String, &'v str)>) {
    use serde_json::Value;
    match value {
        Value::String(text) => texts.push((place.to_owned(), text)),
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                each_string(item, &format!("{place}/{i}"), texts);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                each_string(member, &format!("{place}/{name}"), texts);
            }
        }
        _ => {}
    }
}

impl<R> StatementFacts<R> {
    /// What it says in words, as somebody endorses it: title, excerpt and body, and who stands behind a token in
    /// them. What it cites, who issued it and where it can be read are not among it.
    pub fn wording(&self) -> Wording<'_, R> {
        let texts = [Some(self.title.as_str()), self.excerpt.as_deref(), self.body.as_deref()];
        let mentioned = |reference: &str| {
            texts.iter().flatten().any(|text| text::mentions(text).contains(&reference))
        };
        let people = self.people.iter().filter(|link| mentioned(&link.reference));
        let people = people.map(|link| (link.reference.as_str(), &link.person));
        Wording { texts, people: people.collect() }
    }

    /// All that is wrong with it, and all that should be looked at.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::default();
        if self.title.trim().is_empty() {
            findings.error("/title", "a statement needs a title");
        }
        if self.date.start().is_none() {
            findings.error("/date", "a statement needs a date");
        }
        findings.limit("/title", Some(&self.title), 500);
        findings.limit("/excerpt", self.excerpt.as_deref(), 5_000);
        findings.limit("/body", self.body.as_deref(), 200_000);
        findings.limit("/note", self.note.as_deref(), 5_000);
        findings.limit("/url", self.url.as_deref(), 2_000);
        for (i, tag) in self.tags.iter().enumerate() {
            findings.limit(&format!("/tags/{i}"), Some(tag), 100);
        }
        for (i, link) in self.links.iter().enumerate() {
            findings.limit(&format!("/links/{i}/url"), Some(&link.url), 2_000);
            findings.limit(&format!("/links/{i}/title"), link.title.as_deref(), 1_000);
        }
        check_person_links(&self.people, &mut findings);
        for (pointer, text) in self.texts() {
            for reference in text::mentions(text) {
                if !self.people.iter().any(|p| p.reference == reference) {
                    findings.error(&pointer, format!("{{{reference}}} names nobody in people"));
                }
            }
        }
        for (pointer, text) in self.marked_texts() {
            for mark in marks::marks(text) {
                let written = &text[mark.at.clone()];
                match mark.number {
                    Ok(_) => {}
                    Err(why) => findings.error(
                        pointer,
                        format!("{written}: {why}; correct the mark, or take it out"),
                    ),
                }
            }
        }
        if self.incidents.len() > CITED_MAX {
            let message = format!("cites more than {CITED_MAX} incidents, by its list or by marks");
            findings.error("/incidents", message);
        }
        check_sources(&self.sources, &mut findings);
        self.check_front_matter(&mut findings);
        findings
    }

    /// The texts in which marks say what is cited, with their places.
    pub fn marked_texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let texts = [("/body", &self.body), ("/excerpt", &self.excerpt)];
        texts.into_iter().filter_map(|(pointer, text)| Some((pointer, text.as_deref()?)))
    }

    /// Where a mark of an incident stands, if one does.
    pub fn place_of_mark(&self, incident: Number) -> Option<&'static str> {
        let cites = |text: &str| marks::marks(text).iter().any(|m| m.number == Ok(incident));
        self.marked_texts().find(|(_, text)| cites(text)).map(|(pointer, _)| pointer)
    }

    /// Takes what the marks of its texts cite into the list of what it cites.
    ///
    /// Where one version of an incident is cited, the list says which and the mark is the number alone; where
    /// several are, the marks say which. A mark without a version stands for the first of its incident in the list. An
    /// incident in the list a second time, in the same version or in none, is there once. Doing it again changes nothing.
    ///
    /// `number_of` tells which incident a reference leads to, where that is known.
    pub fn cite_marked(
        &mut self,
        number_of: impl Fn(&R) -> Option<Number>,
        refer_to: impl Fn(Number) -> R,
    ) {
        let all: Vec<_> = self.marked_texts().flat_map(|(_, text)| marks::marks(text)).collect();
        let mut bare: Vec<Number> = Vec::new();
        let mut numbers: Vec<Number> = Vec::new();
        for number in all.iter().filter_map(|mark| mark.number.ok()) {
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        for number in numbers {
            let marked = all.iter().filter(|mark| mark.number == Ok(number));
            let mut said: Vec<u32> = marked.filter_map(|mark| mark.version).collect();
            said.sort_unstable();
            said.dedup();
            let of_it = |citation: &Citation<R>| number_of(&citation.incident) == Some(number);
            let listed: Vec<Option<u32>> =
                self.incidents.iter().filter(|c| of_it(c)).map(|c| c.version).collect();
            match said.as_slice() {
                [] if listed.is_empty() => {
                    self.incidents.push(Citation { incident: refer_to(number), version: None });
                }
                [] => {}
                [one] if listed.iter().all(|version| version.is_none_or(|v| v == *one)) => {
                    bare.push(number);
                    let mut first = true;
                    self.incidents.retain_mut(|citation| {
                        if !of_it(citation) {
                            return true;
                        }
                        citation.version = Some(*one);
                        std::mem::take(&mut first)
                    });
                    if listed.is_empty() {
                        let incident = refer_to(number);
                        self.incidents.push(Citation { incident, version: Some(*one) });
                    }
                }
                several => {
                    for version in several.iter().filter(|v| !listed.contains(&Some(**v))) {
                        let incident = refer_to(number);
                        self.incidents.push(Citation { incident, version: Some(*version) });
                    }
                }
            }
        }
        let short = |mark: &marks::Mark| {
            let number = mark.number.ok().filter(|n| mark.version.is_some() && bare.contains(n))?;
            Some(marks::written(number, None))
        };
        for text in [&mut self.body, &mut self.excerpt].into_iter().flatten() {
            if !bare.is_empty() {
                *text = marks::replaced(text, short);
            }
        }
        let mut seen: Vec<(Number, Option<u32>)> = Vec::new();
        self.incidents.retain(|citation| {
            let Some(number) = number_of(&citation.incident) else { return true };
            let again = seen.iter().any(|(of, version)| {
                *of == number && (*version == citation.version || citation.version.is_none())
            });
            seen.push((number, citation.version));
            !again
        });
    }

    fn check_front_matter(&self, findings: &mut Findings) {
        for (name, value) in &self.front_matter {
            if !is_front_matter_name(name) {
                findings.error(
                    "/front_matter",
                    "names are of up to 60 letters without accents, digits, hyphens and underscores",
                );
            }
            if !is_shallow(value, FRONT_MATTER_DEPTH) {
                findings.error(format!("/front_matter/{name}"), "is nested too deeply");
            }
        }
        let written = serde_json::to_string(&self.front_matter);
        let length = written.map_or(usize::MAX, |text| text.len());
        if length > FRONT_MATTER_MAX {
            findings.error("/front_matter", format!("longer than {FRONT_MATTER_MAX} bytes"));
        }
    }

    /// Every text that may mention people, with its place.
    pub fn texts(&self) -> Vec<(String, &str)> {
        let mut texts = vec![("/title".to_owned(), self.title.as_str())];
        let texts_of = [("/excerpt", &self.excerpt), ("/body", &self.body), ("/note", &self.note)];
        for (pointer, text) in texts_of {
            texts.extend(text.as_deref().map(|text| (pointer.to_owned(), text)));
        }
        for (name, value) in &self.front_matter {
            each_string(value, &format!("/front_matter/{name}"), &mut texts);
        }
        for (i, source) in self.sources.iter().enumerate() {
            texts.extend(source.title.as_deref().map(|t| (format!("/sources/{i}/title"), t)));
        }
        for (i, person) in self.people.iter().enumerate() {
            texts.extend(person.position.as_deref().map(|t| (format!("/people/{i}/position"), t)));
        }
        texts
    }

    /// Every reference to another record, with what it is for and its place in its list.
    pub fn references(&self) -> Vec<(Relation, usize, &R)> {
        let mut references = Vec::new();
        references.extend(self.issuer.iter().map(|r| (Relation::Issuer, 0, r)));
        let endorsers = self.endorsers.iter().enumerate();
        references.extend(endorsers.map(|(i, e)| (Relation::Endorser, i, &e.organization)));
        let incidents = self.incidents.iter().enumerate();
        references.extend(incidents.map(|(i, c)| (Relation::Cites, i, &c.incident)));
        for (i, link) in self.people.iter().enumerate() {
            references.push((Relation::Person, i, &link.person));
            references.extend(link.organization.iter().map(|r| (Relation::Affiliation, i, r)));
        }
        references
    }

    /// The same facts with other references, asked for in the order of [`Self::references`].
    pub fn map_references<T>(self, mut map: impl FnMut(R) -> T) -> StatementFacts<T> {
        let issuer = self.issuer.map(&mut map);
        let endorsers = self.endorsers.into_iter();
        let endorsers = endorsers
            .map(|e| Endorser {
                organization: map(e.organization),
                matched_text: e.matched_text,
                endorsed_on: e.endorsed_on,
            })
            .collect();
        let incidents = self.incidents.into_iter();
        let incidents =
            incidents.map(|c| Citation { incident: map(c.incident), version: c.version }).collect();
        let people = map_people(self.people, &mut map);
        StatementFacts {
            title: self.title,
            date: self.date,
            draft: self.draft,
            kind: self.kind,
            excerpt: self.excerpt,
            tags: self.tags,
            lang: self.lang,
            country: self.country,
            issuer,
            body: self.body,
            url: self.url,
            url_names: self.url_names,
            links: self.links,
            endorsers,
            incidents,
            known_on: self.known_on,
            annex: self.annex,
            people,
            note: self.note,
            sources: self.sources,
            front_matter: self.front_matter,
            spelled: self.spelled,
            external_ids: self.external_ids,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    fn statement(body: &str, incidents: &[(&str, Option<u32>)]) -> StatementFacts<Number> {
        let incidents: Vec<_> = incidents
            .iter()
            .map(|(of, version)| {
                serde_json::json!({"incident": number(of).as_i64(), "version": version})
            })
            .collect();
        let json = serde_json::json!({
            "title": "A", "date": "2024-04-30", "kind": "statement", "body": body, "incidents": incidents,
        });
        serde_json::from_value(json).unwrap()
    }

    fn cited(
        body: &str,
        incidents: &[(&str, Option<u32>)],
    ) -> (String, Vec<(String, Option<u32>)>) {
        let mut facts = statement(body, incidents);
        facts.cite_marked(|of| Some(*of), |of| of);
        let once = facts.clone();
        facts.cite_marked(|of| Some(*of), |of| of);
        assert_eq!(facts, once, "{body}: doing it again changes nothing");
        let list = facts.incidents.iter().map(|c| (c.incident.to_string(), c.version));
        (facts.body.clone().unwrap_or_default(), list.collect())
    }

    #[test]
    fn what_is_marked_is_in_the_list() {
        let a = "4827-1930";
        let b = "5724-0000";
        let of = |list: &[(&str, Option<u32>)]| -> Vec<(String, Option<u32>)> {
            list.iter().map(|(n, v)| ((*n).to_owned(), *v)).collect()
        };
        for (body, list, body_after, list_after) in [
            ("x[[4827-1930]]", &[][..], "x[[4827-1930]]", &[(a, None)][..]),
            ("x[[4827-1930]]", &[(a, Some(3))], "x[[4827-1930]]", &[(a, Some(3))]),
            ("x[[OBS 4827-1930 v2]]", &[(b, None)], "x[[4827-1930]]", &[(b, None), (a, Some(2))]),
            (
                "x[[4827-1930 v2]] y[[4827-1930]]",
                &[(a, None)],
                "x[[4827-1930]] y[[4827-1930]]",
                &[(a, Some(2))],
            ),
            (
                "x[[4827-1930 v2]]",
                &[(a, Some(1))],
                "x[[4827-1930 v2]]",
                &[(a, Some(1)), (a, Some(2))],
            ),
            (
                "x[[4827-1930 v2]] y[[4827-1930 v1]]",
                &[],
                "x[[4827-1930 v2]] y[[4827-1930 v1]]",
                &[(a, Some(1)), (a, Some(2))],
            ),
            ("x", &[(a, Some(1)), (a, None), (a, Some(1))], "x", &[(a, Some(1))]),
        ] {
            assert_eq!(
                cited(body, list),
                (body_after.to_owned(), of(list_after)),
                "{body} {list:?}"
            );
        }
    }

    #[test]
    fn a_mark_with_a_mistake_is_told() {
        let findings = statement("x[[4827-1931]] y[[4827-193]]", &[]).check();
        let places: Vec<_> = findings.errors.iter().map(|e| e.pointer.as_str()).collect();
        assert_eq!(places, ["/body", "/body"]);
        assert!(
            findings.errors[0]
                .message
                .starts_with("[[4827-1931]]: that number has a mistake in it")
        );
    }

    proptest! {
        #[test]
        fn every_mark_is_in_the_list_and_no_version_is_lost(
            marks in prop::collection::vec((0..3usize, 0..4u32), 0..8),
            list in prop::collection::vec((0..3usize, 0..4u32), 0..5),
        ) {
            let numbers = ["4827-1930", "5724-0000", "3141-5929"].map(str::parse::<Number>);
            let numbers: Vec<Number> = numbers.into_iter().flatten().collect();
            let of = |n: usize| numbers[n % numbers.len()];
            let version = |v: u32| (v > 0).then_some(v);
            let body: String =
                marks.iter().map(|(n, v)| format!("a{} ", marks::written(of(*n), version(*v)))).collect();
            let mut facts = statement(&body, &[]);
            facts.incidents =
                list.iter().map(|(n, v)| Citation { incident: of(*n), version: version(*v) }).collect();
            facts.cite_marked(|of| Some(*of), |of| of);
            for (n, v) in &marks {
                let these = facts.incidents.iter().filter(|c| c.incident == of(*n));
                prop_assert!(these.clone().count() > 0);
                if *v > 0 {
                    prop_assert!(these.clone().any(|c| c.version == version(*v)));
                }
            }
            let once = facts.clone();
            facts.cite_marked(|of| Some(*of), |of| of);
            prop_assert_eq!(facts, once);
        }
    }
}
