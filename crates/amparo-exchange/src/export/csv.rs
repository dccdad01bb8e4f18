//! CSV as RFC 4180 has it: UTF-8, commas, CRLF, a header, no comments.

use super::{Cell, Column, Rest, Row, WriteError, Writer, take_ready};

/// Writes CSV.
///
/// A text that a spreadsheet would take for a formula gets an apostrophe before it: one that starts with
/// `=`, `+`, `-`, `@`, a tab or a carriage return. Numbers and dates are no texts.
#[derive(Debug)]
pub struct Csv {
    ready: Vec<u8>,
    cell: String,
}

impl Csv {
    /// Starts a file, with a byte order mark if double-clicking it in Excel shall work.
    pub fn new(columns: &[&Column], bom: bool) -> Self {
        let mut this = Self { ready: Vec::new(), cell: String::new() };
        if bom {
            this.ready.extend_from_slice("\u{feff}".as_bytes());
        }
        let header: Vec<Cell<'_>> =
            columns.iter().map(|column| Cell::Text(column.name.into())).collect();
        this.write(&header);
        this
    }

    fn write(&mut self, cells: &[Cell<'_>]) {
        for (i, cell) in cells.iter().enumerate() {
            if i > 0 {
                self.ready.push(b',');
            }
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => write_field(text, is_formula(text), &mut self.ready),
                Cell::Address { .. } => {
                    self.cell.clear();
                    cell.write_text(&mut self.cell);
                    write_field(&self.cell, false, &mut self.ready);
                }
                other => {
                    self.cell.clear();
                    other.write_text(&mut self.cell);
                    self.ready.extend_from_slice(self.cell.as_bytes());
                }
            }
        }
        // A line with nothing in it is none to most readers.
        if let [Cell::Empty] = cells {
            self.ready.extend_from_slice(b"\"\"");
        }
        self.ready.extend_from_slice(b"\r\n");
    }
}

/// Whether a spreadsheet would take a text for a formula.
pub(crate) fn is_formula(text: &str) -> bool {
    matches!(text.bytes().next(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r'))
}

/// Writes a text, in quotes if it needs them, with an apostrophe before a formula.
pub(crate) fn write_field(text: &str, formula: bool, into: &mut Vec<u8>) {
    let quoted = text.bytes().any(|byte| matches!(byte, b'"' | b',' | b'\n' | b'\r'));
    if quoted {
        into.push(b'"');
    }
    if formula {
        into.push(b'\'');
    }
    if quoted {
        for (i, part) in text.split('"').enumerate() {
            if i > 0 {
                into.extend_from_slice(b"\"\"");
            }
            into.extend_from_slice(part.as_bytes());
        }
        into.push(b'"');
    } else {
        into.extend_from_slice(text.as_bytes());
    }
}

impl Writer for Csv {
    fn row(&mut self, row: &Row<'_>) -> Result<(), WriteError> {
        self.write(row.cells);
        Ok(())
    }

    fn take(&mut self) -> Result<Vec<u8>, WriteError> {
        Ok(take_ready(&mut self.ready))
    }

    fn finish(self: Box<Self>) -> Result<Rest, WriteError> {
        Ok(Rest::Bytes(self.ready))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::Type;

    fn written(texts: &[&str]) -> String {
        const COLUMNS: [Column; 2] =
            [Column::new("a", Type::Text, ""), Column::new("b", Type::Text, "")];
        let columns: Vec<&Column> = COLUMNS.iter().collect();
        let mut csv = Csv::new(&columns, false);
        csv.take().unwrap();
        let cells: Vec<Cell<'_>> = texts.iter().map(|text| Cell::Text((*text).into())).collect();
        csv.write(&cells);
        String::from_utf8(csv.ready).unwrap()
    }

    #[test]
    fn what_a_spreadsheet_would_run_is_a_text() {
        for (text, field) in [
            ("=1+1", "'=1+1"),
            ("+49", "'+49"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("=\"a\",b", "\"'=\"\"a\"\",b\""),
            ("a=1", "a=1"),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(written(&[text]), format!("{field}\r\n"));
        }
    }

    #[test]
    fn other_readers_read_it_back() {
        let texts = ["a \"quoted\" text", "with, commas\r\nand lines"];
        let text = format!("a,b\r\n{}", written(&texts));
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let row = reader.records().next().unwrap().unwrap();
        assert_eq!(row.iter().collect::<Vec<_>>(), texts);
    }
}
