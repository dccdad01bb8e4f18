//! Statements: what networks say in public, citing records.

use serde::{Deserialize, Serialize};

use crate::country::CountryCode;
use crate::incident::{PersonLink, check_person_links, map_people};
use crate::partial_date::PartialDate;
use crate::reference::{ExternalId, Relation};
use crate::source::{Source, SpelledAddress, check_sources};
use crate::text;
use crate::validation::Findings;
use crate::vocabulary::StatementKind;

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
        check_sources(&self.sources, &mut findings);
        self.check_front_matter(&mut findings);
        findings
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
            .map(|e| Endorser { organization: map(e.organization), matched_text: e.matched_text })
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
            people,
            note: self.note,
            sources: self.sources,
            front_matter: self.front_matter,
            spelled: self.spelled,
            external_ids: self.external_ids,
        }
    }
}
