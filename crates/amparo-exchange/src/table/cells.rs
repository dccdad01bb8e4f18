//! The cells of a row, after the mapping.

use std::collections::BTreeMap;

use super::{Row, date};
use crate::entry::{Note, Place};
use crate::mapping::{Column, Field};

/// A row's cells by field, after the mapping.
pub(super) struct Cells<'a> {
    row: &'a Row,
    values: BTreeMap<Field, Vec<String>>,
    pub(super) notes: Vec<Note>,
}

impl<'a> Cells<'a> {
    /// Reads the cells of a row as the mapping says.
    pub(super) fn of(row: &'a Row, columns: &[(usize, Column)]) -> Self {
        let mut cells = Self { row, values: BTreeMap::new(), notes: Vec::new() };
        for (at, column) in columns {
            let cell = row.cells.get(*at).unwrap_or_default().trim();
            if column.field == Field::Ignore
                || cell.is_empty()
                || column.unknown.iter().any(|u| u == cell)
            {
                continue;
            }
            let cell = if column.html { crate::statement::plain(cell) } else { cell.to_owned() };
            let parts: Vec<&str> = match &column.separator {
                Some(separator) => cell.split(separator.as_str()).collect(),
                None => vec![cell.as_str()],
            };
            for part in parts.into_iter().map(str::trim).filter(|p| !p.is_empty()) {
                match column.meaning(part) {
                    Ok((meaning, corrected)) => {
                        if let Some(corrected) = corrected {
                            let message = format!("\"{part}\" was taken for \"{corrected}\"");
                            cells.notes.push(Note::warning(&row.place, message));
                        }
                        cells.values.entry(column.field).or_default().push(meaning);
                    }
                    Err(message) => cells.notes.push(Note::warning(&row.place, message)),
                }
            }
            if let Some(values) = cells.values.get_mut(&column.field)
                && !column.formats.is_empty()
            {
                values.retain(|value| {
                    let read = date::read(value, &column.formats);
                    if read.is_none() {
                        let message = format!(
                            "the date \"{value}\" is not written like {}, and was left open",
                            column.formats.join(" or ")
                        );
                        cells.notes.push(Note::warning(&row.place, message));
                    }
                    read.is_some()
                });
                for value in values {
                    if let Some(read) = date::read(value, &column.formats) {
                        *value = read;
                    }
                }
            }
        }
        cells
    }

    /// The first value of a field.
    pub(super) fn one(&self, field: Field) -> Option<&str> {
        self.values.get(&field)?.first().map(String::as_str)
    }

    pub(super) fn all(&self, field: Field) -> &[String] {
        self.values.get(&field).map_or(&[], Vec::as_slice)
    }

    pub(super) fn place(&self) -> &Place {
        &self.row.place
    }

    pub(super) fn number(&self, field: Field) -> Option<u32> {
        self.one(field)?.parse().ok()
    }
}
