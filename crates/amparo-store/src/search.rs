//! The full-text index: the same words, the same answers on both databases.

use std::fmt::Write as _;

use amparo_domain::filter::Words;
use amparo_domain::number::Number;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Values};

use crate::Store;
use crate::bulk::padded;
use crate::card::TITLE_MARK;
use crate::error::StoreError;

/// Rows that go into one statement.
const ROWS_MAX: usize = 200;
/// Of fewer rows there are statements of up to so many.
const SIZES: usize = 20;

/// Puts the words of records into the index, in place of those they had if `replace` says so.
pub(crate) async fn index(
    tx: &impl ConnectionTrait,
    entries: Vec<(Number, String)>,
    replace: bool,
) -> Result<(), StoreError> {
    let entries = entries.into_iter().map(|(number, words)| (number.as_i64(), words));
    index_keys(tx, entries.collect(), replace).await
}

/// The same for cards of days gone by, too, whose keys are no numbers.
pub(crate) async fn index_keys(
    tx: &impl ConnectionTrait,
    entries: Vec<(i64, String)>,
    replace: bool,
) -> Result<(), StoreError> {
    if replace {
        remove_keys(tx, entries.iter().map(|(key, _)| *key).collect()).await?;
    }
    let entries: Vec<_> = entries.into_iter().filter(|(_, words)| !words.is_empty()).collect();
    let backend = tx.get_database_backend();
    let mut rest = entries.as_slice();
    while !rest.is_empty() {
        // A few sizes only, so that prepared statements are found again.
        let size = if rest.len() >= ROWS_MAX { ROWS_MAX } else { rest.len().min(SIZES) };
        let (some, others) = rest.split_at(size);
        rest = others;
        let values = some.iter().flat_map(|(key, words)| [(*key).into(), words.as_str().into()]);
        let values = Some(Values(values.collect()));
        let sql = insert_statement(backend, size);
        tx.execute_raw(Statement { sql, values, db_backend: backend }).await?;
        tokio::task::yield_now().await;
    }
    Ok(())
}

fn insert_statement(backend: DbBackend, rows: usize) -> String {
    let mut sql = format!("INSERT INTO search ({}, words) VALUES ", key_name(backend));
    for row in 0..rows {
        sql.push_str(if row == 0 { "" } else { ", " });
        let (key, words) = (2 * row + 1, 2 * row + 2);
        let _ = match backend {
            DbBackend::Sqlite => sql.write_str("(?, ?)"),
            _ => write!(sql, "(${key}, array_to_tsvector(string_to_array(${words}, ' ')))"),
        };
    }
    sql
}

/// Prepares the index for very many records: SQLite's keeps more in memory before it writes a part, and merges
/// sixteen parts at a time instead of four; PostgreSQL's waits with more of them, too. It holds for the
/// transaction, or until [`after_many`] of it.
pub(crate) async fn before_many(tx: &impl ConnectionTrait) -> Result<(), StoreError> {
    let statements = match tx.get_database_backend() {
        DbBackend::Sqlite => [
            "INSERT INTO search(search, rank) VALUES ('hashsize', 8388608)",
            "INSERT INTO search(search, rank) VALUES ('automerge', 0)",
        ],
        _ => ["SET LOCAL gin_pending_list_limit = '32MB'", "SET LOCAL work_mem = '64MB'"],
    };
    for statement in statements {
        tx.execute_unprepared(statement).await?;
    }
    Ok(())
}

/// Brings the index back to what is good for one record after the other.
pub(crate) async fn after_many(tx: &impl ConnectionTrait) -> Result<(), StoreError> {
    let statements: &[&str] = match tx.get_database_backend() {
        DbBackend::Sqlite => &[
            "INSERT INTO search(search, rank) VALUES ('hashsize', 1048576)",
            "INSERT INTO search(search, rank) VALUES ('automerge', 4)",
        ],
        _ => &["SELECT gin_clean_pending_list('ix_search_words')"],
    };
    for statement in statements {
        tx.execute_unprepared(statement).await?;
    }
    Ok(())
}

/// Takes records out of the index.
pub(crate) async fn remove(
    tx: &impl ConnectionTrait,
    numbers: Vec<Number>,
) -> Result<(), StoreError> {
    remove_keys(tx, numbers.into_iter().map(Number::as_i64).collect()).await
}

/// Takes records and cards of days gone by out of the index.
pub(crate) async fn remove_keys(
    tx: &impl ConnectionTrait,
    keys: Vec<i64>,
) -> Result<(), StoreError> {
    if keys.is_empty() {
        return Ok(());
    }
    let key = key(tx.get_database_backend());
    let mut delete = Query::delete();
    delete.from_table(Alias::new("search")).and_where(Expr::col(key).is_in(padded(keys)));
    tx.execute(&delete).await?;
    Ok(())
}

/// Takes the words of what was removed out of the file: SQLite's index only marks a row as removed and
/// drops its words when it next merges its parts. PostgreSQL drops them when it vacuums the table.
pub(crate) async fn forget_removed(tx: &impl ConnectionTrait) -> Result<(), StoreError> {
    if tx.get_database_backend() == DbBackend::Sqlite {
        tx.execute_unprepared("INSERT INTO search(search) VALUES ('optimize')").await?;
    }
    Ok(())
}

/// So many pages of the index are put together in one write, so that others do not wait.
const PAGES_TOGETHER: i64 = 1_000;

impl Store {
    /// Puts the parts of SQLite's index together after much was added: a word is looked up in each part, for
    /// each record that a list walks over. PostgreSQL's index has no parts.
    pub(crate) async fn put_words_together(&self) -> Result<(), StoreError> {
        if self.connections.backend() != DbBackend::Sqlite {
            return Ok(());
        }
        let mut pages = Query::select();
        pages.expr(Expr::cust("COUNT(*)")).from(Alias::new("search_data"));
        let row = self.connections.reader().query_one(&pages).await?;
        let pages: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
        for nth in 0..pages / PAGES_TOGETHER + 3 {
            // The first, a negative one, says that all of them are to be put together.
            let most = if nth == 0 { -PAGES_TOGETHER } else { PAGES_TOGETHER };
            let merge = format!("INSERT INTO search(search, rank) VALUES ('merge', {most})");
            self.connections
                .write(move |tx| {
                    Box::pin(async move {
                        tx.execute_unprepared(&merge).await?;
                        Ok(())
                    })
                })
                .await?;
        }
        Ok(())
    }
}

/// Where the words have to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Anywhere,
    Title,
}

/// The rows of the index that have all of the words; what is selected of them is open.
pub(crate) fn with_words(backend: DbBackend, words: &Words, place: Place) -> SelectStatement {
    let expression = expression(backend, words, place == Place::Title);
    let mut found = Query::select();
    found.from(Alias::new("search"));
    match backend {
        DbBackend::Sqlite => {
            found.and_where(Expr::cust_with_values("search MATCH ?", [expression]))
        }
        _ => found.and_where(Expr::cust_with_values("words @@ $1::tsquery", [expression])),
    };
    found
}

/// The column of the index that holds the number.
pub(crate) fn key(backend: DbBackend) -> Alias {
    Alias::new(key_name(backend))
}

const fn key_name(backend: DbBackend) -> &'static str {
    if matches!(backend, DbBackend::Sqlite) { "rowid" } else { "number" }
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
