//! The page of a statement: its text with notes, what it cites then and now, who stands behind it, what came of it.

use amparo_domain::marks;
use askama::Template;
use serde_json::Value;

use crate::facts::{Bit, Facts, Source, Text, Told};
use crate::pages::{
    Banner, Changes, RecordPage, Version, banners, rendered, versions, with_language,
};
use crate::words::{self, Word};
use crate::{CiteBox, Shell, tell};

/// What stands on the page of a statement besides what stands on that of any record.
#[derive(Debug, Default)]
pub struct StatementParts {
    /// Its text: safe HTML, from this program's own hand.
    pub html: String,
    /// The notes under it: safe HTML.
    pub notes: String,
    /// What it cites.
    pub cited: Vec<CitedRow>,
    /// The number of the frozen list of what it cites, as it is printed, and where it is.
    pub list: Option<(String, String)>,
    /// The public JSON of the entries in its ledger.
    pub responses: Vec<Value>,
    /// The statement as a file: what the forms are called, and where.
    pub downloads: Vec<(&'static str, String)>,
}

/// A record that a statement cites.
#[derive(Debug)]
pub struct CitedRow {
    /// Its number as it is printed, with the version that is cited.
    pub number: String,
    /// Where that is.
    pub href: String,
    /// The public JSON of the version; of what was withdrawn, nothing.
    pub record: Option<Value>,
    /// What has become of it since.
    pub now: Vec<Since>,
}

/// What has become of a record since it was cited.
#[derive(Debug)]
pub enum Since {
    /// There is a newer version, and where.
    Newer(i64, String),
    /// A credible source contradicts it.
    Disputed,
    /// It was withdrawn.
    Withdrawn,
    /// It was merged into another: its number as it is printed, and where it is.
    Merged(String, String),
}

/// A record that is cited, as it stands on the page.
struct Cited {
    number: String,
    href: String,
    title: Option<Text>,
    date: String,
    now: Vec<Now>,
}

struct Now {
    class: &'static str,
    text: &'static str,
    link: Option<Bit>,
}

/// An entry of the ledger, as it stands on the page.
struct Entry {
    date: String,
    kind: String,
    who: String,
    text: Option<String>,
    link: Option<Bit>,
    days: Option<String>,
}

#[derive(Template)]
#[template(path = "statement.html")]
struct StatementTemplate<'a> {
    shell: &'a Shell,
    heading: Text,
    number: String,
    version: Option<String>,
    date: Option<String>,
    banners: Vec<Banner>,
    lead: Option<Text>,
    html: String,
    notes: String,
    endorsers: Vec<Bit>,
    cited: Vec<Cited>,
    list: Option<Bit>,
    responses: Vec<Entry>,
    facts: Facts,
    sources: Vec<Source>,
    changes: Changes,
    changes_heading: String,
    downloads: Vec<(&'static str, String)>,
    cite: CiteBox,
    proof: Option<String>,
    versions: Vec<Version>,
    history: String,
}

/// The page of a statement, or of one of its versions.
pub fn statement(shell: &Shell, page: RecordPage<'_>, parts: StatementParts) -> String {
    let language = shell.language;
    let told = Told { record: page.record, language };
    let latest = page.versions.last().map(|row| row.version);
    let banners = banners(&page, language);
    let changes = Changes::of(&page.differences, language);
    let changes_heading = match (page.version, latest) {
        (Some(from), Some(to)) => words::changes(language, from, to),
        _ => Word::What.of(language).to_owned(),
    };
    let path = shell.path.split('?').next().unwrap_or_default();
    let of_record = path.rsplit_once("/v").map_or(path, |(of_record, _)| of_record);
    let lead = told.lead().map(|lead| Text {
        // Marks are notes of the text; its opening has none.
        text: marks::replaced(&lead.text, |_| Some(String::new())),
        ..lead
    });
    // What has a place of its own on this page stands there alone.
    let mut facts = told.facts();
    let elsewhere = [Word::Cites, Word::EndorsedBy, Word::Date].map(|word| word.of(language));
    facts.list.retain(|fact| !elsewhere.contains(&fact.label.as_str()));
    rendered(&StatementTemplate {
        shell,
        heading: told.title(),
        number: page.number,
        version: page.version.map(|version| words::version(language, version)),
        date: page.record["date"]["edtf"].as_str().map(|edtf| tell::date(edtf, language)),
        banners,
        lead,
        html: parts.html,
        notes: parts.notes,
        endorsers: told.endorsers(),
        cited: parts.cited.into_iter().map(|row| cited(shell, row)).collect(),
        list: parts.list.map(|(number, href)| Bit::linked(number, with_language(&href, language))),
        responses: parts.responses.iter().map(|of| entry(shell, of)).collect(),
        facts,
        sources: told.sources(),
        changes,
        changes_heading,
        downloads: parts.downloads,
        cite: page.cite,
        proof: page.proof,
        versions: versions(&page.versions, page.version, language),
        history: with_language(&format!("{of_record}/history"), language),
    })
}

fn cited(shell: &Shell, row: CitedRow) -> Cited {
    let language = shell.language;
    let mut now: Vec<Now> = row
        .now
        .into_iter()
        .map(|since| match since {
            Since::Newer(version, href) => Now {
                class: "",
                text: Word::NewerVersion.of(language),
                link: Some(Bit::linked(
                    words::version(language, version),
                    with_language(&href, language),
                )),
            },
            Since::Disputed => {
                Now { class: "disputed", text: Word::DisputedNow.of(language), link: None }
            }
            Since::Withdrawn => {
                Now { class: "withdrawn", text: Word::WithdrawnNow.of(language), link: None }
            }
            Since::Merged(number, href) => Now {
                class: "",
                text: Word::MergedInto.of(language),
                link: Some(Bit::linked(number, with_language(&href, language))),
            },
        })
        .collect();
    if now.is_empty() {
        now.push(Now { class: "", text: Word::AsCited.of(language), link: None });
    }
    let told = row.record.as_ref().map(|record| Told { record, language });
    let date = row
        .record
        .as_ref()
        .and_then(|record| Some(tell::date(record["occurred"]["edtf"].as_str()?, language)));
    Cited {
        number: row.number,
        href: with_language(&row.href, language),
        title: told.map(|told| told.title()),
        date: date.unwrap_or_default(),
        now,
    }
}

fn entry(shell: &Shell, of: &Value) -> Entry {
    let language = shell.language;
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let kind = of["kind"].as_str().unwrap_or_default();
    let mut named = tell::label("response_kind", kind, language);
    if let Some(code) = of["type"].as_str() {
        let list = if kind == "reply" { "response" } else { "intervention_type" };
        named = format!("{named}: {}", tell::label(list, code, language));
    }
    let party = |party: &Value| {
        let organization = &party["organization"];
        text(&organization["name"])
            .or_else(|| text(&organization["acronym"]))
            .or_else(|| text(&party["text"]))
    };
    let who = match (party(&of["by"]), party(&of["to"])) {
        (Some(by), Some(to)) => format!("{by}, {} {to}", Word::To.of(language)),
        (Some(by), None) => by,
        (None, Some(to)) => format!("{} {to}", Word::To.of(language)),
        (None, None) => String::new(),
    };
    let (url, reference) = (text(&of["url"]), text(&of["reference"]));
    let link = match (url, reference) {
        (Some(url), Some(reference)) => Bit::outside(reference, &url),
        (Some(url), None) => Bit::outside(url.clone(), &url),
        (None, Some(reference)) => Some(Bit::plain(reference)),
        (None, None) => None,
    };
    let days = of["days_to_answer"].as_i64();
    Entry {
        date: tell::date(of["date"]["edtf"].as_str().unwrap_or_default(), language),
        kind: named,
        who,
        text: text(&of["text"]),
        link,
        days: days.map(|days| format!("{}: {days}", Word::DaysToAnswer.of(language))),
    }
}
