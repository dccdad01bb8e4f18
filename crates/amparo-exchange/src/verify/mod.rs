//! Citations found in what somebody pastes or sends: numbers with what stands around them. Nothing is looked up here.
//!
//! | room | what is in it |
//! |---|---|
//! | here | what is found, and the text it is found in |
//! | `scan` | where numbers stand, as they are written anywhere |
//! | `around` | the version, the title and the date that stand with a number |
//! | `docx` | the texts of a Word document |
//!
//! What counts as a citation is decided narrowly, because a text has many numbers in it that are not ours. A number is taken for one
//! * with letters before it that are ours (`OBS 4827-1930`, `STM-48271930`), in an address of ours (`/r/48271930`), in a mark
//!   (`[[4827-1930]]`), or with a version behind it (`4827-1930 v2`, `4827-1930, version 2`), or alone in the whole text: then
//!   even if there is a mistake in it, which is told;
//! * in the form `4827-1930` without any of these only if its check digit is right and it is no range of years; and then it is told of
//!   only if there is such a record ([`Found::sure`]).
//!
//! Eight digits in a row without any of these are never one.

mod around;
mod docx;
mod scan;

use std::ops::Range;

use amparo_domain::number::{Number, NumberError};
use chrono::NaiveDate;

pub use docx::{DocxError, read_docx};

/// So many citations are found in one document at most.
pub const CITATIONS_MAX: usize = 1_000;

/// A part of a document: its text, or one of its notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What part it is.
    pub kind: PartKind,
    /// Which of the notes, as they are numbered in the document.
    pub nth: Option<usize>,
    /// What it says.
    pub text: String,
}

/// What part of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartKind {
    /// The text itself.
    Text,
    /// A footnote.
    Footnote,
    /// An endnote.
    Endnote,
}

impl PartKind {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Footnote => "footnote",
            Self::Endnote => "endnote",
        }
    }
}

impl Part {
    /// A text that has no parts.
    pub const fn text(text: String) -> Self {
        Self { kind: PartKind::Text, nth: None, text }
    }
}

/// A citation that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// In which of the parts.
    pub part: usize,
    /// Where in it, in characters.
    pub at: Range<usize>,
    /// As it is written there, number and version alone.
    pub written: String,
    /// The number, or why it is none.
    pub number: Result<Number, NumberError>,
    /// The version that is cited; none if it is cited wherever it stands.
    pub version: Option<i32>,
    /// The version in the address that stands with it, if that is another one.
    pub address_version: Option<i32>,
    /// The title that stands with it.
    pub title: Option<String>,
    /// The day of publication that stands with it.
    pub published: Option<NaiveDate>,
    /// Whether it is a citation whatever the register has.
    pub sure: bool,
}

/// What was found in a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Citations {
    /// The citations, in the order in which they stand.
    pub found: Vec<Found>,
    /// Whether there are more than [`CITATIONS_MAX`], which are left out.
    pub truncated: bool,
}

/// Finds the citations of a document. `prefixes` are the letters that stand before our numbers.
///
/// ```
/// use amparo_exchange::verify::{Part, find};
/// let text = "As was said (OBS 4827\u{2011}1930 v3), in 2023-2024 and on 20240429.";
/// let found = find(&[Part::text(text.to_owned())], &["OBS"]).found;
/// assert_eq!(found.len(), 1);
/// assert_eq!(found[0].number.unwrap().to_string(), "4827-1930");
/// assert_eq!(found[0].version, Some(3));
/// assert_eq!(found[0].written, "OBS 4827\u{2011}1930 v3");
/// ```
pub fn find(parts: &[Part], prefixes: &[&str]) -> Citations {
    let mut citations = Citations::default();
    for (nth, part) in parts.iter().enumerate() {
        let room = CITATIONS_MAX.saturating_sub(citations.found.len());
        let mut found = scan::scan(&part.text, prefixes, room + 1);
        if found.len() > room {
            found.truncate(room);
            citations.truncated = true;
        }
        citations.found.extend(found.into_iter().map(|found| Found { part: nth, ..found }));
        if citations.truncated {
            break;
        }
    }
    citations
}

#[cfg(test)]
mod tests;
