//! Excel workbooks. Rows go to a temporary file as they come, and the workbook is put together from it.

use std::fs::File;
use std::io::{Seek as _, SeekFrom};

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::{Cell, Column, Rest, Row, WriteError, Writer, in_xml};

/// A sheet has so many rows, the header among them.
const ROWS_MAX: u32 = 1_048_576;
/// A cell holds so many characters.
const CHARACTERS_MAX: usize = 32_767;

/// From the day 1 of the year 1 to the day 0 of Excel, which is 1899-12-30.
const DAYS_TO_EXCEL: i32 = 693_594;
/// To the day from which on Excel counts as the calendar does.
const DAYS_TO_MARCH_1900: i32 = DAYS_TO_EXCEL + 61;

/// Writes an Excel workbook. Texts are texts, whatever they start with, and numbers and days are numbers
/// and days; when a sheet is full, a further one goes on.
pub struct Xlsx {
    workbook: Workbook,
    sheet: Option<Worksheet>,
    name: &'static str,
    columns: Vec<Column>,
    sheets: usize,
    next: u32,
    rows_max: u32,
    date: Format,
    instant: Format,
    header: Format,
}

impl Xlsx {
    /// Starts a workbook that says when it was made.
    pub fn new(
        name: &'static str,
        columns: &[&Column],
        made: DateTime<Utc>,
    ) -> Result<Self, WriteError> {
        Self::with_sheets_of(ROWS_MAX, name, columns, made)
    }

    fn with_sheets_of(
        rows_max: u32,
        name: &'static str,
        columns: &[&Column],
        made: DateTime<Utc>,
    ) -> Result<Self, WriteError> {
        let mut workbook = Workbook::new();
        let made = ExcelDateTime::from_timestamp(made.timestamp())?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
        workbook.set_tempdir(std::env::temp_dir())?;
        let mut this = Self {
            workbook,
            sheet: None,
            name,
            columns: columns.iter().map(|column| **column).collect(),
            sheets: 0,
            next: 0,
            rows_max,
            date: Format::new().set_num_format("yyyy-mm-dd"),
            instant: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            header: Format::new().set_bold(),
        };
        this.start_sheet()?;
        Ok(this)
    }

    fn start_sheet(&mut self) -> Result<(), WriteError> {
        if let Some(full) = self.sheet.take() {
            self.workbook.push_worksheet(full);
        }
        self.sheets += 1;
        let name = match self.sheets {
            1 => self.name.to_owned(),
            nth => format!("{} {nth}", self.name),
        };
        let mut sheet = self.workbook.new_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        sheet.set_freeze_panes(1, 0)?;
        for (at, column) in (0..).zip(&self.columns) {
            sheet.write_string_with_format(0, at, column.name, &self.header)?;
        }
        self.sheet = Some(sheet);
        self.next = 1;
        Ok(())
    }
}

impl From<XlsxError> for WriteError {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::IoError(error) => Self::File(error),
            other => Self::Sheet(other.to_string()),
        }
    }
}

/// A text as a cell can hold it: of what XML has no characters for stands U+FFFD, and what is too long ends
/// with an ellipsis.
fn fitting(text: &str) -> String {
    let mut fitting = in_xml(text);
    // Excel counts UTF-16, and what is so long is cut by what is never too much.
    if fitting.encode_utf16().count() > CHARACTERS_MAX {
        let mut units = 0;
        let end = fitting.char_indices().find(|(_, c)| {
            units += c.len_utf16();
            units >= CHARACTERS_MAX
        });
        if let Some((end, _)) = end {
            fitting.truncate(end);
            fitting.push('…');
        }
    }
    fitting
}

impl Writer for Xlsx {
    #[expect(clippy::cast_precision_loss, reason = "a spreadsheet has no other numbers")]
    fn row(&mut self, row: &Row<'_>) -> Result<(), WriteError> {
        if self.next >= self.rows_max {
            self.start_sheet()?;
        }
        let Some(sheet) = &mut self.sheet else {
            return Ok(());
        };
        for (at, cell) in (0..).zip(row.cells) {
            match cell {
                Cell::Empty => {}
                Cell::Integer(number) => {
                    sheet.write_number(self.next, at, *number as f64)?;
                }
                Cell::Decimal(number) => {
                    sheet.write_number(self.next, at, *number)?;
                }
                Cell::Boolean(value) => {
                    sheet.write_boolean(self.next, at, *value)?;
                }
                // Excel counts days from 1900, with one too many in its first February: what is older
                // stays a text.
                Cell::Date(day) if day.num_days_from_ce() >= DAYS_TO_MARCH_1900 => {
                    let serial = f64::from(day.num_days_from_ce() - DAYS_TO_EXCEL);
                    sheet.write_number_with_format(self.next, at, serial, &self.date)?;
                }
                Cell::Instant(moment) => {
                    let seconds = f64::from(moment.num_seconds_from_midnight());
                    let days = f64::from(moment.num_days_from_ce() - DAYS_TO_EXCEL);
                    let serial = days + seconds / 86_400.0;
                    sheet.write_number_with_format(self.next, at, serial, &self.instant)?;
                }
                other => {
                    let text = other.as_text().unwrap_or_default();
                    sheet.write_string(self.next, at, fitting(&text))?;
                }
            }
        }
        self.next += 1;
        Ok(())
    }

    fn take(&mut self) -> Result<Vec<u8>, WriteError> {
        Ok(Vec::new())
    }

    fn finish(mut self: Box<Self>) -> Result<Rest, WriteError> {
        if let Some(last) = self.sheet.take() {
            self.workbook.push_worksheet(last);
        }
        let mut file: File = tempfile::tempfile()?;
        self.workbook.save_to_writer(&mut file)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(Rest::File(file))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use amparo_domain::number::{Number, Width};

    use super::*;
    use crate::export::Type;

    #[test]
    fn a_full_sheet_is_followed_by_another() {
        const COLUMN: Column = Column::new("a", Type::Text, "");
        let mut book =
            Box::new(Xlsx::with_sheets_of(3, "rows", &[&COLUMN], DateTime::UNIX_EPOCH).unwrap());
        for text in ["=1+1", "two", "three\u{1}", "four", "five"] {
            let number = Number::from_random(0, Width::Eight);
            let cells = [Cell::Text(text.into())];
            book.row(&Row { number, point: None, cells: &cells }).unwrap();
        }
        assert_eq!(book.sheets, 3);
        let Rest::File(mut file) = book.finish().unwrap() else {
            panic!("a workbook is a file");
        };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        assert_eq!(&bytes[..2], b"PK");
    }

    #[test]
    fn a_text_fits_into_a_cell() {
        assert_eq!(fitting("a\u{0}b\tc\u{ffff}"), "a\u{fffd}b\tc\u{fffd}");
        let long = fitting(&"\u{1f600}".repeat(20_000));
        assert!(long.encode_utf16().count() <= CHARACTERS_MAX && long.ends_with('…'));
    }
}
