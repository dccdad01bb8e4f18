//! What an import is made of: entries, notes and the places they come from.

use std::fmt;

use amparo_domain::kind::Kind;
use serde_json::Value;

use crate::mapping::Mapping;
use crate::statement::Returning;

/// One thing to be written, in the shape in which a client would `POST` it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// The body a client would send: absent and `null` members are unknown.
    pub value: Value,
    /// Where it was read.
    pub place: Place,
    /// What an operator should know about how it was mapped.
    pub notes: Vec<Note>,
    /// What a statement's file says of where it came from, to be settled with the register.
    pub returning: Option<Box<Returning>>,
}

/// Where something was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as the caller named it.
    pub file: String,
    /// The line or row, counted from one, the header included.
    pub line: Option<u64>,
    /// The member of a JSON document, as a JSON pointer.
    pub pointer: Option<String>,
}

impl Place {
    /// A whole file.
    pub fn file(name: &str) -> Self {
        Self { file: name.to_owned(), line: None, pointer: None }
    }

    /// A line or row of a file.
    pub fn row(name: &str, line: u64) -> Self {
        Self { line: Some(line), ..Self::file(name) }
    }

    /// A member of a JSON file.
    pub fn pointer(name: &str, pointer: impl Into<String>) -> Self {
        Self { pointer: Some(pointer.into()), ..Self::file(name) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", row {line}")?;
        }
        if let Some(pointer) = &self.pointer {
            write!(f, ", {pointer}")?;
        }
        Ok(())
    }
}

/// How much a note matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// How something was mapped.
    Info,
    /// Something that a person should look at.
    Warning,
    /// Something that was not taken over.
    Problem,
}

/// A remark about the import, in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// How much it matters.
    pub level: Level,
    /// What it is about.
    pub place: Place,
    /// What is to be said.
    pub message: String,
}

impl Note {
    /// How something was mapped.
    pub fn info(place: &Place, message: impl Into<String>) -> Self {
        Self::at(Level::Info, place, message)
    }

    /// Something that a person should look at.
    pub fn warning(place: &Place, message: impl Into<String>) -> Self {
        Self::at(Level::Warning, place, message)
    }

    /// Something that was not taken over.
    pub fn problem(place: &Place, message: impl Into<String>) -> Self {
        Self::at(Level::Problem, place, message)
    }

    fn at(level: Level, place: &Place, message: impl Into<String>) -> Self {
        Self { level, place: place.clone(), message: message.into() }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// A file that cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bytes could not be had.
    #[error("{file}: {source}")]
    Io {
        /// The file.
        file: String,
        /// What went wrong.
        source: std::io::Error,
    },
    /// The content is damaged or not what it seems to be.
    #[error("{place}: {message}")]
    Content {
        /// Where.
        place: Place,
        /// The column, counted from one.
        column: Option<u64>,
        /// What is wrong and what to do about it.
        message: String,
    },
}

impl ReadError {
    pub(crate) fn content(place: Place, message: impl Into<String>) -> Self {
        Self::Content { place, column: None, message: message.into() }
    }
}

/// What a reader needs to know besides the bytes.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions<'a> {
    /// How the columns of a table are called; needed for tables that are not in Amparo's own form.
    pub mapping: Option<&'a Mapping>,
    /// The system that the file's bare ids belong to (`--system`).
    pub system: Option<String>,
}

/// What is read from one file.
pub struct Batch {
    /// The entries in their order. A bad row is a note, and reading goes on after it.
    pub entries: Entries,
    /// What is to be said of the file as a whole.
    pub notes: Vec<Note>,
    /// How many entries there will be, where that is known beforehand.
    pub total: Option<u64>,
}

/// The entries of a file, read as they are asked for.
pub type Entries = Box<dyn Iterator<Item = Result<Entry, Note>> + Send>;

impl Batch {
    pub(crate) fn whole(entries: Vec<Result<Entry, Note>>, notes: Vec<Note>) -> Self {
        Self { total: Some(entries.len() as u64), entries: Box::new(entries.into_iter()), notes }
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("notes", &self.notes)
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}
