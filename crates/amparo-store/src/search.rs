//! The full-text index: the same words, the same answers on both databases.

use amparo_domain::filter::Words;
use amparo_domain::number::Number;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query, SimpleExpr};
use sea_orm::{ConnectionTrait, DbBackend};

use crate::bulk::padded;
use crate::card::TITLE_MARK;
use crate::entity::record;
use crate::error::StoreError;

/// Rows that go into one statement.
const ROWS_MAX: usize = 200;

/// Puts the words of records into the index, in place of those they had if `replace` says so.
pub(crate) async fn index(
    tx: &impl ConnectionTrait,
    entries: Vec<(Number, Vec<String>)>,
    replace: bool,
) -> Result<(), StoreError> {
    if replace {
        remove(tx, entries.iter().map(|(number, _)| *number).collect()).await?;
    }
    let entries: Vec<_> = entries.into_iter().filter(|(_, words)| !words.is_empty()).collect();
    for some in entries.chunks(ROWS_MAX) {
        let mut insert = Query::insert();
        insert.into_table(Alias::new("search"));
        match tx.get_database_backend() {
            DbBackend::Sqlite => insert.columns([Alias::new("rowid"), Alias::new("words")]),
            _ => insert.columns([Alias::new("number"), Alias::new("words")]),
        };
        for (number, words) in some {
            let words = match tx.get_database_backend() {
                DbBackend::Sqlite => Expr::val(words.join(" ")),
                _ => Expr::cust_with_values(
                    "array_to_tsvector(string_to_array($1, ' '))",
                    [words.join(" ")],
                ),
            };
            insert.values_panic([Expr::val(number.as_i64()), words]);
        }
        tx.execute(&insert).await?;
    }
    Ok(())
}

/// Takes records out of the index.
pub(crate) async fn remove(
    tx: &impl ConnectionTrait,
    numbers: Vec<Number>,
) -> Result<(), StoreError> {
    if numbers.is_empty() {
        return Ok(());
    }
    let key = match tx.get_database_backend() {
        DbBackend::Sqlite => Alias::new("rowid"),
        _ => Alias::new("number"),
    };
    let numbers = padded(numbers.into_iter().map(Number::as_i64).collect());
    let mut delete = Query::delete();
    delete.from_table(Alias::new("search")).and_where(Expr::col(key).is_in(numbers));
    tx.execute(&delete).await?;
    Ok(())
}

/// The records that have all of the words.
pub(crate) fn has_words(backend: DbBackend, words: &Words) -> SimpleExpr {
    matches(backend, &expression(backend, words, false))
}

/// The records that have all of the words in their title.
pub(crate) fn has_words_in_title(backend: DbBackend, words: &Words) -> SimpleExpr {
    matches(backend, &expression(backend, words, true))
}

fn matches(backend: DbBackend, expression: &str) -> SimpleExpr {
    let mut found = Query::select();
    found.from(Alias::new("search"));
    match backend {
        DbBackend::Sqlite => found
            .column(Alias::new("rowid"))
            .and_where(Expr::cust_with_values("search MATCH ?", [expression])),
        _ => found
            .column(Alias::new("number"))
            .and_where(Expr::cust_with_values("words @@ $1::tsquery", [expression])),
    };
    Expr::col((record::Entity, record::Column::Number)).in_subquery(found.take())
}

/// The words are letters and digits only, so quoting them leaves nothing to be parsed.
fn expression(backend: DbBackend, words: &Words, title: bool) -> String {
    let mark = if title { TITLE_MARK.to_string() } else { String::new() };
    let terms = words.0.iter().map(|word| match (backend, word.prefix) {
        (DbBackend::Sqlite, false) => format!("\"{mark}{}\"", word.text),
        (DbBackend::Sqlite, true) => format!("\"{mark}{}\"*", word.text),
        (_, false) => format!("'{mark}{}'", word.text),
        (_, true) => format!("'{mark}{}':*", word.text),
    });
    let and = if backend == DbBackend::Sqlite { " AND " } else { " & " };
    terms.collect::<Vec<_>>().join(and)
}
