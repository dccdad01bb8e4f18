//! From what was found in a text to what is said of each citation. What is said is what everybody sees today.

use std::collections::BTreeMap;

use amparo_domain::facts::Stored;
use amparo_domain::fold;
use amparo_domain::language::Language;
use amparo_domain::number::Number;
use amparo_domain::sentence::{self, Finding};
use amparo_domain::since::Since;
use amparo_domain::text;
use amparo_domain::vocabulary::Display;
use amparo_exchange::verify::{Found, Part};
use amparo_store::{Cited, CitedThings, FrozenList, Labels, Record};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::printed;
use crate::citing::{permanent, title};
use crate::state::AppState;

/// What is to be said of the citations of a document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Verified)]
pub(crate) struct VerifiedView {
    /// The citations, in the order in which they stand.
    pub citations: Vec<CitationView>,
    /// How many there are of each result.
    pub counts: BTreeMap<&'static str, u64>,
    /// Whether there are more than 1,000, which were not looked at.
    pub truncated: bool,
    /// When this was so.
    pub checked_at: DateTime<Utc>,
    /// The language of the words.
    #[schema(value_type = String, example = "en")]
    pub lang: &'static str,
}

/// What is to be said of a citation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VerifiedCitation)]
pub(crate) struct CitationView {
    /// Where it stands.
    #[serde(rename = "where")]
    place: WhereView,
    /// As it is written there.
    #[schema(example = "OBS 4827-1930 v1")]
    written: String,
    /// The number; null of one with a mistake in it.
    #[schema(example = "4827-1930")]
    number: Option<String>,
    /// The version that is cited; null if none is.
    #[schema(example = 1)]
    version: Option<i32>,
    /// The gravest finding, in short.
    #[schema(
        value_type = String,
        example = "newer_version",
        pattern = "^(matches|newer_version|disputed|withdrawn|merged|differs|not_found|mistyped)$"
    )]
    pub result: &'static str,
    /// The same in words.
    #[schema(example = "There is a newer version, 2 (25 November 2026), and facts changed.")]
    message: String,
    /// All that was found, the gravest first.
    findings: Vec<FindingView>,
    /// What it is: a kind of record, or list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false, example = "incident")]
    kind: Option<&'static str>,
    /// Where what is cited is for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        required = false,
        format = "uri-reference",
        example = "https://register.example/r/48271930/v1"
    )]
    address: Option<String>,
    /// What is said today.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    newest: Option<NewestView>,
}

/// Where a citation stands in what was sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CitationPlace)]
pub(crate) struct WhereView {
    /// text, footnote or endnote.
    #[schema(value_type = String, example = "footnote", pattern = "^(text|footnote|endnote)$")]
    part: &'static str,
    /// Which of the notes, as they are numbered in the document; null of the text.
    #[schema(example = 3)]
    note: Option<usize>,
    /// The first character of it in that part, counted from 0.
    start: usize,
    /// The character behind it.
    end: usize,
}

/// Something that was found of a citation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CitationFinding)]
pub(crate) struct FindingView {
    /// What: a result, or more exactly `no_such_version`, `title_differs`, `date_differs` or `address_differs`.
    #[schema(value_type = String, example = "newer_version")]
    finding: &'static str,
    /// The same in words.
    message: String,
    /// Whether a fact is another by now, and not the wording alone; told of `newer_version`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    facts_changed: Option<bool>,
    /// What changed, as far as facts are structured; told of `newer_version` and merged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    changes: Vec<ChangeView>,
}

/// A fact that is another by now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangedFact)]
pub(crate) struct ChangeView {
    /// Which.
    #[schema(value_type = String, example = "date")]
    what: &'static str,
    /// What was said; empty where nothing was.
    #[schema(example = "29 April 2024")]
    from: String,
    /// What is said now; empty where nothing is.
    #[schema(example = "30 April 2024")]
    to: String,
}

/// The latest version of what is cited, or of what holds what it said.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewestVersion)]
pub(crate) struct NewestView {
    /// The number.
    #[schema(example = "4827-1930")]
    number: String,
    /// The version; null where there are none.
    #[schema(example = 2)]
    version: Option<i32>,
    /// Where it is.
    #[schema(format = "uri-reference", example = "https://register.example/r/48271930/v2")]
    address: String,
}

/// What citations are held to.
pub(super) struct Judge<'a> {
    pub state: &'a AppState,
    pub base: &'a str,
    pub language: Language,
    pub parts: &'a [Part],
    pub things: &'a CitedThings,
}

impl Judge<'_> {
    /// What is to be said of a citation; nothing of a number that may be none of ours.
    pub(super) fn judged(&self, found: &Found) -> Option<CitationView> {
        let Ok(number) = found.number else {
            return Some(self.view(found, vec![(Finding::Mistyped, Vec::new())], None));
        };
        if let Some(cited) = self.things.records.get(&number) {
            return Some(self.of_record(found, cited));
        }
        if let Some(list) = self.things.lists.get(&number) {
            return Some(self.of_list(found, list));
        }
        found.sure.then(|| self.view(found, vec![(Finding::NotFound, Vec::new())], None))
    }

    fn of_list(&self, found: &Found, list: &FrozenList) -> CitationView {
        let mut findings = Vec::new();
        if found.version.is_some() {
            findings.push((Finding::NotFound, Vec::new()));
        } else if let Some(title) = &found.title
            && fold::key(title) != fold::key(&list.title)
        {
            findings.push((Finding::TitleDiffers, Vec::new()));
        }
        let address = Some(permanent(self.base, list.number, None));
        self.view(found, findings, Some(("list", address, None)))
    }

    fn of_record(&self, found: &Found, cited: &Cited) -> CitationView {
        let mut findings = Vec::new();
        // A version that never was has no address.
        let there = found.version.is_none_or(|version| version <= cited.latest);
        let address = there.then(|| permanent(self.base, cited.number, found.version));
        let newest = |number: Number, version: i32| {
            let version = (version > 0).then_some(version);
            NewestView {
                number: number.to_string(),
                version,
                address: permanent(self.base, number, version),
            }
        };
        if let Some(version) = found.version
            && version > cited.latest
        {
            findings.push((Finding::NoSuchVersion(cited.latest), Vec::new()));
        }
        if let Some(other) = found.address_version
            && found.version.is_some_and(|version| version != other)
        {
            findings.push((Finding::AddressDiffers(other), Vec::new()));
        }
        let kind = cited.kind.singular();
        // Of what was withdrawn nothing is compared: that would tell what it said.
        if let Some(gone) = &cited.withdrawn {
            let class = gone.class.label(self.language).to_owned();
            let on = gone.withdrawn_at.date_naive();
            findings.push((Finding::Withdrawn(on, class), Vec::new()));
            return self.view(found, findings, Some((kind, address, None)));
        }
        let version = found.version.and_then(|version| cited.versions.get(&version));
        if let Some((version, record)) = version {
            if let Some(title) = &found.title
                && !self.is_called(record, title)
            {
                findings.push((Finding::TitleDiffers, Vec::new()));
            }
            let on = version.published_at.date_naive();
            if found.published.is_some_and(|published| published != on) {
                findings.push((Finding::DateDiffers(on), Vec::new()));
            }
        }
        let Some(present) = &cited.present else {
            return self.view(found, findings, Some((kind, address, None)));
        };
        if is_disputed(present) {
            findings.push((Finding::Disputed, Vec::new()));
        }
        let before = version.map(|(_, record)| record);
        let (facts, changes) =
            before.map_or_else(|| (false, Vec::new()), |before| self.changed(before, present));
        if let Some(into) = cited.into {
            let into = printed(self.state, cited.kind, into);
            findings.push((Finding::Merged(into), changes));
        } else if found.version.is_some_and(|version| version < cited.latest) {
            let of_latest = cited.versions.get(&cited.latest);
            let on = of_latest.map(|(version, _)| version.published_at.date_naive());
            let newer = Finding::Newer { version: cited.latest, on, facts };
            findings.push((newer, changes));
        }
        let newest = newest(present.number, present.version);
        self.view(found, findings, Some((kind, address, Some(newest))))
    }

    /// Whether facts are others by now, and which.
    fn changed(&self, before: &Record, after: &Record) -> (bool, Vec<ChangeView>) {
        let (Stored::Incident(before), Stored::Incident(after)) = (&before.facts, &after.facts)
        else {
            return (before.facts != after.facts, Vec::new());
        };
        let since = Since::of(before, after, self.state.store.clock().today());
        let told = sentence::changes(self.language, before, after, &since).into_iter();
        let told = told.map(|told| ChangeView { what: told.what, from: told.from, to: told.to });
        (since.facts, told.collect())
    }

    /// Whether a version is called so. For a person whom it does not show by name any words may stand: a guess at a name is not
    /// answered.
    fn is_called(&self, record: &Record, given: &str) -> bool {
        is_called(self.state, record, &self.things.labels, given)
    }

    fn view(
        &self,
        found: &Found,
        mut findings: Vec<(Finding, Vec<ChangeView>)>,
        what: Option<(&'static str, Option<String>, Option<NewestView>)>,
    ) -> CitationView {
        if findings.is_empty() {
            findings.push((Finding::Matches, Vec::new()));
        }
        findings.sort_by(|(one, _), (other, _)| one.cmp(other));
        let part = self.parts.get(found.part);
        let gravest = findings.first().map_or(&Finding::Matches, |(gravest, _)| gravest);
        let (result, message) = (gravest.result(), gravest.told(self.language));
        let views = findings.into_iter().map(|(finding, changes)| FindingView {
            finding: finding.code(),
            message: finding.told(self.language),
            facts_changed: match finding {
                Finding::Newer { facts, .. } => Some(facts),
                _ => None,
            },
            changes,
        });
        let (kind, address, newest) = match what {
            Some((kind, address, newest)) => (Some(kind), address, newest),
            None => (None, None, None),
        };
        CitationView {
            place: WhereView {
                part: part.map_or("text", |part| part.kind.code()),
                note: part.and_then(|part| part.nth),
                start: found.at.start,
                end: found.at.end,
            },
            written: found.written.clone(),
            number: found.number.ok().map(|number| number.to_string()),
            version: found.version,
            result,
            message,
            findings: views.collect(),
            kind,
            address,
            newest,
        }
    }
}

fn is_disputed(record: &Record) -> bool {
    match &record.facts {
        Stored::Incident(facts) => facts.grade.code() == "disputed",
        _ => false,
    }
}

/// What stands for the words of somebody who is not shown by name.
const ANYBODY: &str = "xanybodyx";

fn is_called(state: &AppState, record: &Record, labels: &Labels, given: &str) -> bool {
    let mut record = record.clone();
    let links = record.facts.people().to_vec();
    let hidden = |reference: &str| {
        links.iter().any(|link| link.reference == reference && link.display != Display::Name)
    };
    let words = match &mut record.facts {
        Stored::Incident(facts) => Some(&mut facts.title),
        Stored::Statement(facts) => Some(&mut facts.title),
        _ => None,
    };
    if let Some(words) = words {
        let told: Vec<String> = text::mentions(words).into_iter().map(str::to_owned).collect();
        for reference in told.iter().filter(|reference| hidden(reference)) {
            *words = words.replace(&format!("{{{reference}}}"), &format!(" {ANYBODY} "));
        }
    }
    let called = fold::key(&title(state, &record, labels).0);
    let given = fold::key(given);
    fits(&called, &given)
}

/// Whether a text is another in which some words may be any.
fn fits(called: &str, given: &str) -> bool {
    let mut parts = called.split(ANYBODY).map(str::trim);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = given.strip_prefix(first) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn any_words_fit_where_a_name_is_not_shown() {
        let called = "detention of xanybodyx azerbaijan 29 april 2024";
        assert!(fits(called, "detention of anar mammadli azerbaijan 29 april 2024"));
        assert!(fits(called, "detention of an observer azerbaijan 29 april 2024"));
        assert!(!fits(called, "arrest of an observer azerbaijan 29 april 2024"));
        assert!(!fits(called, "detention of an observer georgia 29 april 2024"));
        assert!(fits("a b", "a b") && !fits("a b", "a b c") && !fits("a b", "a"));
        assert!(fits("xanybodyx and xanybodyx held", "one and another held"));
    }
}
