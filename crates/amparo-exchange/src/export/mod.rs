//! Tables that are taken away, in the forms that analysts' tools read.
//!
//! A table is [`Column`]s, each with its type and what it means, and rows of [`Cell`]s. Whatever writes a
//! table is a [`Writer`], and what is ready can be sent before the rest is there: memory does not grow with
//! the number of rows. The same columns make the header of a CSV file, the types of a Parquet file, the
//! properties of a GeoJSON feature and the schemas of a data package, so they cannot differ.
//!
//! | form | module |
//! |---|---|
//! | CSV (RFC 4180), formulas neutralised | `csv` |
//! | JSON Lines | `json_lines` |
//! | GeoJSON (RFC 7946) | `geojson` |
//! | Excel | `xlsx` |
//! | Parquet | `parquet` |
//! | Atom (RFC 4287) | `atom` |
//! | Frictionless data package | `datapackage` |

mod atom;
pub(crate) mod csv;
mod datapackage;
mod geojson;
mod json_lines;
mod parquet;
mod xlsx;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs::File;

use amparo_domain::number::Number;
use chrono::{DateTime, Datelike as _, NaiveDate, SecondsFormat, Timelike as _, Utc};
use serde_json::Value;

pub use atom::{Entry, Feed};
pub use csv::Csv;
pub use datapackage::{Resource, data_package};
pub use geojson::GeoJson;
pub use json_lines::JsonLines;
pub use parquet::Parquet;
pub use xlsx::Xlsx;

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A text, a code, a list of codes.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// A day.
    Date,
    /// A moment, in UTC.
    Instant,
    /// True or false.
    Boolean,
}

impl Type {
    /// The word for it in the data dictionary.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Date => "date",
            Self::Instant => "instant",
            Self::Boolean => "boolean",
        }
    }
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What its cells are.
    pub kind: Type,
    /// What they mean.
    pub meaning: &'static str,
    /// What an empty cell means; none where no cell is empty.
    pub empty: Option<&'static str>,
    /// The list of the vocabulary whose codes stand in it.
    pub list: Option<&'static str>,
    /// Whether a cell can hold several values, with `|` between them.
    pub many: bool,
}

impl Column {
    /// A column that is never empty.
    pub const fn new(name: &'static str, kind: Type, meaning: &'static str) -> Self {
        Self { name, kind, meaning, empty: None, list: None, many: false }
    }

    /// What an empty cell means.
    #[must_use]
    pub const fn or_empty(mut self, meaning: &'static str) -> Self {
        self.empty = Some(meaning);
        self
    }

    /// The list of the vocabulary whose codes stand in it.
    #[must_use]
    pub const fn of_list(mut self, list: &'static str) -> Self {
        self.list = Some(list);
        self
    }

    /// A cell can hold several values.
    #[must_use]
    pub const fn several(mut self) -> Self {
        self.many = true;
        self
    }
}

/// A cell of a row.
#[derive(Debug, Clone)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// A text.
    Text(Cow<'a, str>),
    /// The number of a record.
    Number(Number),
    /// The permanent address of a record or of one of its versions.
    Address {
        /// The address of the register, without a slash at its end.
        base: &'a str,
        /// The record.
        number: Number,
        /// The version.
        version: Option<i32>,
    },
    /// A whole number.
    Integer(i64),
    /// A number.
    Decimal(f64),
    /// A day.
    Date(NaiveDate),
    /// A moment.
    Instant(DateTime<Utc>),
    /// True or false.
    Boolean(bool),
}

impl<'a> Cell<'a> {
    /// A text, or nothing where there is none.
    pub fn text(text: Option<impl Into<Cow<'a, str>>>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.into()))
    }

    /// A whole number, or nothing where there is none.
    pub fn integer(number: Option<impl Into<i64>>) -> Self {
        number.map_or(Self::Empty, |number| Self::Integer(number.into()))
    }

    /// A number, or nothing where there is none.
    pub fn decimal(number: Option<f64>) -> Self {
        number.filter(|number| number.is_finite()).map_or(Self::Empty, Self::Decimal)
    }

    /// A day, or nothing where there is none.
    pub fn date(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::Empty, Self::Date)
    }

    /// A moment, or nothing where there is none.
    pub fn instant(at: Option<DateTime<Utc>>) -> Self {
        at.map_or(Self::Empty, Self::Instant)
    }

    /// Several values with `|` between them, or nothing where there are none.
    pub fn several<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> Self {
        let mut all = String::new();
        for value in values {
            if !all.is_empty() {
                all.push('|');
            }
            all.push_str(value.as_ref());
        }
        if all.is_empty() { Self::Empty } else { Self::Text(Cow::Owned(all)) }
    }

    /// Writes the cell as text. Neither quoted nor escaped.
    fn write_text(&self, into: &mut String) {
        let _infallible = match self {
            Self::Empty => Ok(()),
            Self::Text(text) => into.write_str(text),
            Self::Number(number) => write!(into, "{number}"),
            Self::Address { base, number, version: None } => write!(into, "{base}/r/{number}"),
            Self::Address { base, number, version: Some(version) } => {
                write!(into, "{base}/r/{number}/v{version}")
            }
            Self::Integer(number) => write!(into, "{number}"),
            // As JSON writes it: 44.0 is not 44.
            Self::Decimal(number) => write!(into, "{number:?}"),
            Self::Date(day) => write_day(*day, into),
            Self::Instant(at) => write_instant(*at, into),
            Self::Boolean(value) => into.write_str(if *value { "true" } else { "false" }),
        };
    }

    /// The cell as text, none where it is empty.
    fn as_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Empty => None,
            Self::Text(text) => Some(Cow::Borrowed(text)),
            other => {
                let mut text = String::new();
                other.write_text(&mut text);
                Some(Cow::Owned(text))
            }
        }
    }

    /// The cell as a JSON value.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Integer(number) => Value::from(*number),
            Self::Decimal(number) => Value::from(*number),
            Self::Boolean(value) => Value::from(*value),
            other => other.as_text().map_or(Value::Null, |text| Value::from(text.into_owned())),
        }
    }

    /// Writes the cell as JSON.
    fn write_json(&self, into: &mut Vec<u8>) {
        match self {
            Self::Empty => into.extend_from_slice(b"null"),
            Self::Text(text) => write_json_text(text, into),
            Self::Integer(_) | Self::Decimal(_) | Self::Boolean(_) => {
                let mut text = String::new();
                self.write_text(&mut text);
                into.extend_from_slice(text.as_bytes());
            }
            // What is ours holds nothing that JSON escapes, but for the address of the register.
            Self::Address { .. } | Self::Number(_) | Self::Date(_) | Self::Instant(_) => {
                let mut text = String::new();
                self.write_text(&mut text);
                write_json_text(&text, into);
            }
        }
    }
}

/// Writes a day. Years of four digits are written by hand: there are many of them.
fn write_day(day: NaiveDate, into: &mut String) -> std::fmt::Result {
    match u32::try_from(day.year()) {
        Ok(year @ 0..=9999) => {
            push_digits(year, 4, into);
            into.push('-');
            push_digits(day.month(), 2, into);
            into.push('-');
            push_digits(day.day(), 2, into);
            Ok(())
        }
        _ => write!(into, "{day}"),
    }
}

/// Writes a moment in UTC as RFC 3339 has it, with as many digits of its second as it needs: none, three,
/// six or nine.
fn write_instant(at: DateTime<Utc>, into: &mut String) -> std::fmt::Result {
    // A leap second has more nanoseconds than a second.
    if !(0..=9999).contains(&at.year()) || at.nanosecond() >= 1_000_000_000 {
        into.push_str(&at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        return Ok(());
    }
    write_day(at.date_naive(), into)?;
    for (before, part) in [('T', at.hour()), (':', at.minute()), (':', at.second())] {
        into.push(before);
        push_digits(part, 2, into);
    }
    let nanos = at.nanosecond();
    let fraction = match nanos {
        0 => None,
        nanos if nanos % 1_000_000 == 0 => Some((nanos / 1_000_000, 3)),
        nanos if nanos % 1_000 == 0 => Some((nanos / 1_000, 6)),
        nanos => Some((nanos, 9)),
    };
    if let Some((fraction, digits)) = fraction {
        into.push('.');
        push_digits(fraction, digits, into);
    }
    into.push('Z');
    Ok(())
}

/// Writes a number with so many digits.
fn push_digits(number: u32, digits: u32, into: &mut String) {
    for place in (0..digits).rev() {
        let digit = (number / 10_u32.pow(place)) % 10;
        into.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

fn write_json_text(text: &str, into: &mut Vec<u8>) {
    serde_json::to_writer(into, text).expect("a text is written to memory");
}

/// Takes what is ready. The next piece will be about as large, so it need not grow from nothing.
fn take_ready(ready: &mut Vec<u8>) -> Vec<u8> {
    let next = Vec::with_capacity(ready.len() + ready.len() / 8);
    std::mem::replace(ready, next)
}

/// A text with U+FFFD for the characters that XML has none for.
fn in_xml(text: &str) -> String {
    let control = |c: char| c < ' ' && !matches!(c, '\t' | '\n' | '\r');
    let strange = |c: char| control(c) || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars().map(|c| if strange(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// A row of a table.
#[derive(Debug)]
pub struct Row<'a> {
    /// The record it is about.
    pub number: Number,
    /// Longitude and latitude, where a point is known and for the caller.
    pub point: Option<[f64; 2]>,
    /// Its cells, in the order of the columns.
    pub cells: &'a [Cell<'a>],
}

/// What writes the rows of a table.
pub trait Writer: Send {
    /// Writes a row.
    fn row(&mut self, row: &Row<'_>) -> Result<(), WriteError>;
    /// Takes what is ready to be sent.
    fn take(&mut self) -> Result<Vec<u8>, WriteError>;
    /// Ends the table and gives what was not taken yet.
    fn finish(self: Box<Self>) -> Result<Rest, WriteError>;
}

/// The rest of a table.
#[derive(Debug)]
pub enum Rest {
    /// In memory.
    Bytes(Vec<u8>),
    /// In a file without a name, from its start.
    File(File),
}

/// A table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// No room on the disk, most likely.
    #[error("a temporary file cannot be written")]
    File(#[from] std::io::Error),
    /// A spreadsheet cannot hold something.
    #[error("the spreadsheet cannot be written: {0}")]
    Sheet(String),
    /// A columnar file cannot hold something.
    #[error("the columns cannot be written: {0}")]
    Columns(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_as_they_are_everywhere() {
        for text in [
            "2024-04-29T09:05:07Z",
            "2024-04-29T23:59:59.5Z",
            "1969-12-31T00:00:00.000001Z",
            "0001-01-01T00:00:00.000000001Z",
            "2016-12-31T23:59:60.25Z",
            "-0044-03-15T00:00:00Z",
            "+12024-01-02T03:04:05Z",
        ] {
            let at: DateTime<Utc> = text.parse().unwrap();
            let written = |cell: &Cell<'_>| cell.as_text().unwrap().into_owned();
            let expected = at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
            assert_eq!(written(&Cell::Instant(at)), expected);
            assert_eq!(written(&Cell::Date(at.date_naive())), at.date_naive().to_string());
        }
    }
}
