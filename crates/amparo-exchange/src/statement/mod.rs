//! Statements: front matter, text, links, endorsers, and the candidate incidents they make.

mod back;
mod candidates;
mod country;
mod days;
mod duplicates;
mod edition;
mod endorsers;
mod harm;
mod incident;
mod issuer;
mod language;
mod markdown;
mod organization;
mod person;
mod sentence;
mod shown;
mod write;

use amparo_domain::language::Language;
use amparo_domain::marks;
use chrono::NaiveDate;
use serde_json::{Value, json};

use self::organization::Named;
use crate::entry::{Batch, Note};
use crate::front_matter::Document;
use crate::names::Names;
use crate::wire::slug;

pub use back::{Before, Returning};
pub(crate) use days::month;
pub use duplicates::duplicates;
pub(crate) use markdown::plain;
pub(crate) use organization::introduced;
pub(crate) use person::leading;
pub(crate) use sentence::Sentence;

/// The words by which a text names those who endorse it, in the block of its own.
pub(crate) fn endorsers_in(body: &str) -> Vec<String> {
    endorsers::find(body).0.into_iter().map(|endorser| endorser.matched_text).collect()
}

/// The system of a statement's own id.
const SYSTEM: &str = "statement";
/// The longest slug within an id.
const SLUG: usize = 80;

/// Whether a member of front matter is read: all others are kept as they are.
fn is_read(document: &Document, name: &str, returns: bool) -> bool {
    match name {
        "title" | "date" | "draft" | "excerpt" | "tags" | "url" | "statement" | "cites"
        | "endorsers" => true,
        "version" | "footnotes" | "known_on" | "annex" => returns,
        // Either of two is read.
        "summary" => document.text("excerpt").is_none(),
        "original-link" => document.text("url").is_none(),
        _ => false,
    }
}

/// The opening in short, by either of its names.
fn excerpt_of(document: &Document) -> Option<String> {
    document.text("excerpt").or_else(|| document.text("summary"))
}

/// Where it is published, by either of its names.
fn url_of(document: &Document) -> Option<String> {
    document.text("url").or_else(|| document.text("original-link"))
}

/// The day on which it was issued, without a time.
fn day_of(document: &Document) -> Option<String> {
    document.text("date").unwrap_or_default().split(['T', ' ']).next().map(str::to_owned)
}

/// What the front matter of a page about one person says it is.
const ABOUT_A_PERSON: [&str; 5] = ["biography", "obituary", "jailed", "missing", "released"];

/// Reads a statement and the candidates it makes: the candidates first, as they are to be written.
pub(crate) fn read(mut document: Document) -> Batch {
    let place = document.place.clone();
    if let Some(reason) = no_statement(&document) {
        return Batch::whole(vec![Err(Note::problem(&place, reason))], Vec::new());
    }
    let mut notes = Vec::new();
    let returning = match back::Returning::of(&document, &mut notes) {
        Ok(returning) => returning,
        Err(problem) => return Batch::whole(vec![Err(problem)], Vec::new()),
    };
    // Rules read what the author wrote, not what the register put under it.
    document.body = marks::replaced(&returning.marked(), |_| Some(String::new()));
    let mut reading = Reading::of(&document, returning);
    reading.notes.append(&mut notes);
    let candidates = reading.candidates();
    let (incidents, people) = incident::entries(&reading, &candidates);
    let statement = reading.entry(&incidents, people);
    let entries = incidents.into_iter().chain([statement]).map(Ok).collect();
    Batch::whole(entries, Vec::new())
}

/// Why a page with a title is no statement, if it is none.
fn no_statement(document: &Document) -> Option<String> {
    let says = |name: &str| {
        let value = document.text(name)?;
        ABOUT_A_PERSON.contains(&value.as_str()).then(|| format!("{name}: {value}"))
    };
    if let Some(what) = says("layout").or_else(|| says("categories")) {
        return Some(format!(
            "this page is about one person ({what}), not a statement; nothing was read, because records about a person are made by people"
        ));
    }
    let text = markdown::plain(&document.body);
    if text.trim().is_empty() && document.text("excerpt").is_none() {
        return Some("this page has a title but no text, and nothing was read".to_owned());
    }
    if document.text("date").is_none() {
        return Some("this page has no date, so it cannot be told from another of the same title, and nothing was read; give it a date".to_owned());
    }
    None
}

/// A statement while it is read.
pub(crate) struct Reading<'a> {
    document: &'a Document,
    returning: Returning,
    title: String,
    date: Option<String>,
    day: Option<NaiveDate>,
    languages: Vec<Language>,
    english: Option<String>,
    issuer: Option<Named>,
    country: Option<&'static str>,
    notes: Vec<Note>,
}

impl<'a> Reading<'a> {
    fn of(document: &'a Document, returning: Returning) -> Self {
        let title = document.text("title").unwrap_or_default();
        let mut notes = Vec::new();
        let written = document.text("date").unwrap_or_default();
        let date = day_of(document);
        let day = date.as_deref().and_then(|d| d.parse::<NaiveDate>().ok());
        if day.is_none() {
            notes.push(Note::warning(
                &document.place,
                format!("the date \"{written}\" is not a day like 2024-04-30; no candidates were looked for"),
            ));
        }
        let plain = markdown::plain(&document.body);
        let parts = language::parts(&document.body);
        let mut languages: Vec<Language> = Vec::new();
        for (language, _) in &parts {
            if !languages.contains(language) {
                languages.push(*language);
            }
        }
        let english =
            parts.into_iter().find(|(language, _)| *language == Language::En).map(|(_, text)| text);
        let country = country::only(&title)
            .or_else(|| country::only(&document.list("tags").join(". ")))
            .filter(|_| issuer::is_stated(&title))
            .or_else(|| issuer::is_stated(&title).then(|| country::most(&plain)).flatten());
        let issuer = issuer::issuer(&title, &plain);
        Self {
            issuer,
            document,
            returning,
            title,
            date,
            day,
            languages,
            english,
            country: country.map(amparo_domain::country::CountryCode::alpha3),
            notes,
        }
    }

    fn candidates(&mut self) -> Vec<candidates::Candidate> {
        let Some(english) = &self.english else {
            self.notes.push(Note::info(
                &self.document.place,
                "candidate incidents are looked for in English text only, and there is none",
            ));
            return Vec::new();
        };
        if self.day.is_none() {
            return Vec::new();
        }
        let statement = candidates::Statement {
            date: self.day,
            plain: english,
            issuer: self.issuer.as_ref(),
            country: self.country.and_then(|c| c.parse().ok()),
        };
        let (found, election) = candidates::find(&statement);
        if let Some(voted) = election.filter(|_| !found.is_empty() && self.country.is_some()) {
            let inferred = if voted.date.inferred_year {
                "; its year is inferred from the statement's date"
            } else {
                ""
            };
            self.notes.push(Note::info(
                &self.document.place,
                format!(
                    "the {} election of {} was recognised{inferred}",
                    voted.kind, voted.date.edtf
                ),
            ));
        }
        found
    }

    /// The election as a reference, where country and day are known.
    fn election(&self) -> Option<Value> {
        let country = self.country?;
        let sentences = sentence::sentences(self.english.as_deref()?);
        let voted = sentences.iter().find_map(|s| days::election(s, self.day))?;
        Some(json!({ "country": country, "date": voted.date.edtf, "type": voted.kind }))
    }

    /// The statement's own id: its date and title without names of people.
    fn id(&self, names: &Names) -> String {
        let date = self.date.as_deref().unwrap_or_default();
        format!("{date}-{}", slug(&self.title, &names.words(), SLUG))
    }
}

#[cfg(test)]
mod tests;
