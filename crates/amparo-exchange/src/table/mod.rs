//! CSV tables: Amparo's own form, and any other with a mapping file.

mod cells;
mod date;
mod mapped;
mod own;
mod parties;
mod source;

pub(crate) use date::is_date_format;

use std::io::Read as _;

use csv::{ByteRecord, Reader, StringRecord};

use crate::bytes::{NOT_UTF8, Text};
use crate::entry::{Batch, Note, Place, ReadError, ReadOptions};

/// Reads a table: by the mapping where one is given, else in Amparo's own form.
pub(crate) fn read(file: &str, text: Text, options: &ReadOptions<'_>) -> Result<Batch, ReadError> {
    let mut reader = reader(text, options).map_err(|e| crate::bytes::io_error(file, e))?;
    let header = header(file, &mut reader)?;
    let rows = Rows::new(file, reader, header.len());
    if let Some(mapping) = options.mapping {
        return mapped::read(rows, &header, mapping, options);
    }
    if own::matches(&header) {
        return Ok(own::read(rows, &header, options));
    }
    Err(ReadError::content(
        Place::row(file, 1),
        format!(
            "this table is not in Amparo's own form and needs a mapping file (--mapping); its columns are {}",
            header.iter().collect::<Vec<_>>().join(", ")
        ),
    ))
}

/// Whether a table has more rows than this, empty ones left out.
pub(crate) fn is_longer(text: Text, options: &ReadOptions<'_>, rows: usize) -> csv::Result<bool> {
    let mut reader = reader(text, options)?;
    let mut row = ByteRecord::new();
    let mut left = rows;
    while reader.read_byte_record(&mut row)? {
        if row.iter().all(<[u8]>::is_empty) {
            continue;
        }
        if left == 0 {
            return Ok(true);
        }
        left -= 1;
    }
    Ok(false)
}

fn reader(mut text: Text, options: &ReadOptions<'_>) -> std::io::Result<Reader<Text>> {
    let mut line = Vec::new();
    std::io::BufRead::read_until(&mut text.as_mut(), b'\n', &mut line)?;
    let given = options.mapping.and_then(|m| m.delimiter);
    let delimiter = given.and_then(|c| u8::try_from(c).ok()).unwrap_or_else(|| delimiter(&line));
    let text: Text = Box::new(std::io::Cursor::new(line).chain(text));
    Ok(csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text))
}

/// Tells `,` from `;` and a tab by the header line.
fn delimiter(line: &[u8]) -> u8 {
    let count = |wanted: u8| {
        let mut quoted = false;
        line.iter()
            .filter(|b| {
                quoted ^= **b == b'"';
                !quoted && **b == wanted
            })
            .count()
    };
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|d| count(*d)).unwrap_or(b',')
}

fn header(file: &str, reader: &mut Reader<Text>) -> Result<StringRecord, ReadError> {
    let place = Place::row(file, 1);
    let bytes =
        reader.byte_headers().map_err(|e| ReadError::content(place.clone(), e.to_string()))?;
    let mut header = StringRecord::from_byte_record(bytes.clone())
        .map_err(|_| ReadError::content(place, NOT_UTF8))?;
    header.trim();
    Ok(header)
}

/// The rows of a table; one that cannot be read is a note, and reading goes on after it.
pub(crate) struct Rows {
    file: String,
    reader: Reader<Text>,
    row: ByteRecord,
    columns: usize,
    ended: bool,
    number: u64,
}

/// A row that can be read, its place, and its number counted from one without the header.
pub(crate) struct Row {
    pub(crate) cells: StringRecord,
    pub(crate) place: Place,
    pub(crate) number: u64,
}

impl Rows {
    fn new(file: &str, reader: Reader<Text>, columns: usize) -> Self {
        Self {
            file: file.to_owned(),
            reader,
            row: ByteRecord::new(),
            columns,
            ended: false,
            number: 0,
        }
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }
}

impl Iterator for Rows {
    type Item = Result<Row, Note>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.ended {
                return None;
            }
            match self.reader.read_byte_record(&mut self.row) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => {
                    self.ended = true;
                    let place = Place::file(&self.file);
                    return Some(Err(Note::problem(
                        &place,
                        format!("reading ended here: {error}"),
                    )));
                }
            }
            self.number += 1;
            // Rows are counted as a spreadsheet counts them, so that a cell with line breaks is one row.
            let place = Place::row(&self.file, self.number + 1);
            if self.row.iter().all(<[u8]>::is_empty) {
                continue;
            }
            if self.row.len() != self.columns {
                let message = format!(
                    "this row has {} cells where the header has {}; a quotation mark or a separator may be missing",
                    self.row.len(),
                    self.columns
                );
                return Some(Err(Note::problem(&place, message)));
            }
            let number = self.number;
            return Some(
                StringRecord::from_byte_record(std::mem::take(&mut self.row))
                    .map(|cells| Row { cells, place: place.clone(), number })
                    .map_err(|_| Note::problem(&place, NOT_UTF8)),
            );
        }
    }
}
