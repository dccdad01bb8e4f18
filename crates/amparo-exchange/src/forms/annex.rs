//! The table of what a statement cites.

use amparo_domain::language::Language;
use amparo_domain::statement::Annex;

use super::words;
use super::{Row, Statement};

/// A cell: its text, and where it leads.
pub(super) struct Cell<'a> {
    pub(super) text: String,
    pub(super) address: Option<&'a str>,
}

/// The table: its heading, its columns and its rows; none if there is no annex, or nothing in it.
pub(super) struct Table<'a> {
    pub(super) heading: &'static str,
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<Vec<Cell<'a>>>,
}

pub(super) fn table(statement: &Statement, language: Language) -> Option<Table<'_>> {
    let full = match statement.annex {
        Annex::None => return None,
        Annex::Full => true,
        Annex::Short => false,
    };
    if statement.rows.is_empty() {
        return None;
    }
    let [number, date, place, what, grade, sources] = words::columns(language);
    let columns = if full {
        vec![number, date, place, what, grade, sources]
    } else {
        vec![number, date, what]
    };
    let rows = statement.rows.iter().map(|row| cells(row, full)).collect();
    Some(Table { heading: words::annex(language), columns, rows })
}

fn cells(row: &Row, full: bool) -> Vec<Cell<'_>> {
    let plain = |text: &str| Cell { text: text.to_owned(), address: None };
    let number = Cell { text: row.number.clone(), address: row.address.as_deref() };
    if full {
        let sources = plain(&row.sources.join("; "));
        vec![
            number,
            plain(&row.date),
            plain(&row.place),
            plain(&row.what),
            plain(&row.grade),
            sources,
        ]
    } else {
        vec![number, plain(&row.date), plain(&row.what)]
    }
}
