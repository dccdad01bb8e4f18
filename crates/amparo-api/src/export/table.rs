//! Tables over records: columns, each with where its cells come from.

use std::borrow::Cow;
use std::collections::HashMap;

use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::number::Number;
use amparo_exchange::export::{Cell, Column, Row, Type, WriteError, Writer};
use amparo_store::{Labels, Record};
use serde_json::{Map, Value};

use crate::dto::Rendering;
use crate::problem::ApiError;
use crate::query::Query;
use crate::resource::{Presentation, Resource, write_view};

/// A record on its way into a table, as its reader may see it.
#[derive(Clone, Copy)]
pub(crate) struct Of<'a> {
    pub record: &'a Record,
    pub r: Rendering<'a>,
    /// The address of the register, without a slash at its end.
    pub base: &'a str,
    /// What else the table tells of.
    pub more: &'a More,
}

/// Records beside those that are walked over, and what they refer to.
#[derive(Debug, Default)]
pub(crate) struct More {
    pub records: HashMap<Number, Record>,
    pub labels: Labels,
}

/// A column and where its cells come from.
pub(crate) struct Field<T: Lines + ?Sized> {
    pub column: Column,
    pub cell: for<'a> fn(&Of<'a>, &T::Line<'a>) -> Cell<'a>,
}

/// A table: what makes a line of it, and its columns.
pub(crate) trait Lines: Send + Sync + 'static {
    /// Its name.
    const NAME: &'static str;
    /// What a line of it is.
    const ABOUT: &'static str;
    /// The columns that tell its lines apart.
    const KEY: &'static [&'static str];
    /// What it is asked of.
    const ASKED_OF: AskedOf = AskedOf::Incidents;
    /// What it needs beside the records that are walked over.
    const NEEDS: Needs = Needs::Nothing;
    /// How its lines are written as items of a list, where they are those of one.
    const ITEMS: Option<Items> = None;
    /// What a line is made from.
    type Line<'a>;
    /// Its columns after those by which each line is cited.
    const FIELDS: &'static [Field<Self>];
    /// The lines of a record.
    fn lines<'a>(of: &Of<'a>) -> Vec<Self::Line<'a>>;
    /// Longitude and latitude of a line.
    fn point(_line: &Self::Line<'_>) -> Option<[f64; 2]> {
        None
    }
}

/// What a table is asked of, and so which questions it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AskedOf {
    /// The incidents that a question finds.
    Incidents,
    /// Those in which somebody is held on a day.
    Held,
    /// The records of another kind.
    Others(Kind),
}

/// How records are written as the items of their list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Items {
    /// Reads how they are wanted.
    pub read: fn(&mut Query, Language) -> Presentation,
    /// Writes one.
    pub write: WriteItem,
}

/// Writes a record, whole or with some of its members.
type WriteItem =
    fn(&mut Vec<u8>, &Record, Rendering<'_>, Option<&[String]>) -> Result<(), ApiError>;

impl Items {
    /// Those of a kind of record.
    pub(crate) const fn of<K: Resource>() -> Self {
        Self { read: Presentation::of::<K>, write: write_view::<K> }
    }
}

/// What a table needs beside the records that are walked over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    Nothing,
    /// The statements that cite them.
    Statements,
    /// The elections they are about, in their stead.
    Elections,
}

/// The columns by which each line is cited; the first of every table.
pub(crate) const CITED_BY: [Column; 4] = [
    Column::new(
        "number",
        Type::Text,
        "The number of the record, by which it is cited. It stands for one record for ever.",
    ),
    Column::new("version", Type::Integer, "The published version that the row was made from.")
        .or_empty("it was never published"),
    Column::new(
        "url",
        Type::Text,
        "The permanent address of the record, which leads to what it says today.",
    ),
    Column::new(
        "version_url",
        Type::Text,
        "The permanent address of this version, which never changes.",
    )
    .or_empty("it was never published"),
];

/// Any table.
pub(crate) trait Table: Send + Sync {
    fn name(&self) -> &'static str;
    fn about(&self) -> &'static str;
    fn key(&self) -> &'static [&'static str];
    fn asked_of(&self) -> AskedOf;
    fn needs(&self) -> Needs;
    fn items(&self) -> Option<Items>;
    /// All its columns.
    fn columns(&self) -> Vec<&'static Column>;
    /// The lines of a record, as objects.
    fn as_objects(&self, of: &Of<'_>) -> Vec<Map<String, Value>>;
    /// Writes the lines of a record, with some of the columns by their places.
    fn write(
        &self,
        of: &Of<'_>,
        chosen: &[usize],
        writer: &mut dyn Writer,
    ) -> Result<(), WriteError>;
}

impl<T: Lines> Table for T {
    fn name(&self) -> &'static str {
        T::NAME
    }

    fn about(&self) -> &'static str {
        T::ABOUT
    }

    fn key(&self) -> &'static [&'static str] {
        T::KEY
    }

    fn asked_of(&self) -> AskedOf {
        T::ASKED_OF
    }

    fn needs(&self) -> Needs {
        T::NEEDS
    }

    fn items(&self) -> Option<Items> {
        T::ITEMS
    }

    fn columns(&self) -> Vec<&'static Column> {
        CITED_BY.iter().chain(T::FIELDS.iter().map(|field| &field.column)).collect()
    }

    fn as_objects(&self, of: &Of<'_>) -> Vec<Map<String, Value>> {
        let columns = self.columns();
        let mut objects = Vec::new();
        for line in T::lines(of) {
            let members = columns
                .iter()
                .enumerate()
                .map(|(at, column)| (column.name.to_owned(), cell::<T>(of, &line, at).to_json()));
            objects.push(members.collect());
        }
        objects
    }

    fn write(
        &self,
        of: &Of<'_>,
        chosen: &[usize],
        writer: &mut dyn Writer,
    ) -> Result<(), WriteError> {
        let number = of.record.number;
        for line in T::lines(of) {
            let cells: Vec<Cell<'_>> = chosen.iter().map(|at| cell::<T>(of, &line, *at)).collect();
            writer.row(&Row { number, point: T::point(&line), cells: &cells })?;
        }
        Ok(())
    }
}

/// A cell of a line, by the place of its column.
fn cell<'a, T: Lines>(of: &Of<'a>, line: &T::Line<'a>, at: usize) -> Cell<'a> {
    match at.checked_sub(CITED_BY.len()) {
        None => cited_by(of, at),
        Some(own) => T::FIELDS.get(own).map_or(Cell::Empty, |field| (field.cell)(of, line)),
    }
}

fn cited_by<'a>(of: &Of<'a>, at: usize) -> Cell<'a> {
    let Of { record: Record { number, version, .. }, base, .. } = *of;
    let published = (*version > 0).then_some(*version);
    match at {
        0 => Cell::Number(*number),
        1 => Cell::integer(published),
        2 => Cell::Address { base, number: *number, version: None },
        _ if published.is_some() => Cell::Address { base, number: *number, version: published },
        _ => Cell::Empty,
    }
}

impl<'a> Of<'a> {
    /// By what a record is named that this one refers to: its slug, else its number. None where the caller
    /// may not see it.
    pub(crate) fn key(&self, number: Number) -> Option<Cow<'a, str>> {
        let label = self.r.labels.get(number)?;
        Some(match &label.slug {
            Some(slug) => Cow::Borrowed(slug),
            None => Cow::Owned(number.to_string()),
        })
    }
}
