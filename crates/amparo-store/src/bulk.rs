//! Many rows, few statements: inserts and look-ups within the databases' limits on parameters.

use std::fmt::Write as _;

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbBackend, EntityTrait, IdenStatic as _, Iterable as _,
    Statement, Value, Values,
};

use crate::error::StoreError;
use crate::lists_of_values as lists;

/// SQLite takes 32,766 parameters in one statement, PostgreSQL 65,535.
const PARAMETERS_MAX: usize = 30_000;

/// From how many rows on PostgreSQL gets a list for each column instead of a parameter for each value.
const LISTS_FROM: usize = 8;

/// How many keys one look-up asks for at most.
pub(crate) const KEYS_MAX: usize = 1_000;

/// Inserts rows in as few statements as the databases allow. All rows set the same columns.
///
/// The statements are put together here, because a syntax tree of each row's values costs an import
/// more than writing them.
pub(crate) async fn insert<E, A>(tx: &impl ConnectionTrait, rows: Vec<A>) -> Result<(), StoreError>
where
    E: EntityTrait,
    A: ActiveModelTrait<Entity = E>,
{
    insert_or(tx, rows, "").await
}

/// The same, with what becomes of rows that are there already.
pub(crate) async fn insert_or<E, A>(
    tx: &impl ConnectionTrait,
    rows: Vec<A>,
    on_conflict: &str,
) -> Result<(), StoreError>
where
    E: EntityTrait,
    A: ActiveModelTrait<Entity = E>,
{
    let Some(first) = rows.first() else {
        return Ok(());
    };
    let columns: Vec<E::Column> =
        E::Column::iter().filter(|column| !first.get(*column).is_not_set()).collect();
    let backend = tx.get_database_backend();
    let most = (PARAMETERS_MAX / columns.len().max(1)).min(500);
    let as_lists = backend == DbBackend::Postgres && rows.len() >= LISTS_FROM;
    let mut rest = rows.len();
    let mut rows = rows.into_iter();
    while rest > 0 {
        // A few sizes only, so that prepared statements are found again.
        let size = if rest >= most { most } else { rest.min(if as_lists { most } else { 50 }) };
        rest -= size;
        let mut values = Vec::with_capacity(size * columns.len());
        for mut row in rows.by_ref().take(size) {
            values.extend(columns.iter().filter_map(|column| row.take(*column).into_value()));
        }
        let table = E::default();
        let lists = if as_lists { lists::of(&values, columns.len()) } else { None };
        let (mut sql, values) = match lists {
            Some(lists) => lists.into_insert(table.table_name(), &columns),
            None => (insert_statement(backend, table.table_name(), &columns, size), values),
        };
        if !on_conflict.is_empty() {
            sql.push(' ');
            sql.push_str(on_conflict);
        }
        let values = Some(Values(values));
        tx.execute_raw(Statement { sql, values, db_backend: backend }).await?;
        // An import looks things up meanwhile: it has its turn between two statements.
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// Few rows of several tables, written at once: asking the database costs more than what it then does.
#[derive(Debug)]
pub(crate) struct Together {
    backend: DbBackend,
    /// Each with how many of the values are its own.
    statements: Vec<(String, usize)>,
    values: Vec<Value>,
}

impl Together {
    pub(crate) fn new(tx: &impl ConnectionTrait) -> Self {
        let backend = tx.get_database_backend();
        Self { backend, statements: Vec::new(), values: Vec::new() }
    }

    /// Adds rows of a table, which all set the same columns.
    pub(crate) fn add<E, A>(&mut self, rows: Vec<A>)
    where
        E: EntityTrait,
        A: ActiveModelTrait<Entity = E>,
    {
        let Some(first) = rows.first() else {
            return;
        };
        let columns: Vec<E::Column> =
            E::Column::iter().filter(|column| !first.get(*column).is_not_set()).collect();
        let (table, count) = (E::default(), rows.len());
        let start = self.values.len();
        for mut row in rows {
            self.values.extend(columns.iter().filter_map(|column| row.take(*column).into_value()));
        }
        let names = columns.iter().map(|column| format!("\"{}\"", column.as_str()));
        let into = format!("\"{}\" ({})", table.table_name(), names.collect::<Vec<_>>().join(", "));
        self.insert(&into, count, columns.len(), start, "");
    }

    /// Adds the words of records to the index.
    pub(crate) fn add_words(&mut self, entries: Vec<(i64, String)>) {
        let entries: Vec<_> = entries.into_iter().filter(|(_, words)| !words.is_empty()).collect();
        let (count, start) = (entries.len(), self.values.len());
        if count == 0 {
            return;
        }
        for (key, words) in entries {
            self.values.extend([key.into(), words.into()]);
        }
        let (key, around) = match self.backend {
            DbBackend::Sqlite => ("rowid", ""),
            _ => ("number", "array_to_tsvector(string_to_array($, ' '))"),
        };
        self.insert(&format!("search ({key}, words)"), count, 2, start, around);
    }

    /// `around` is what stands around the last parameter of each row, which is a `$` in it.
    fn insert(&mut self, into: &str, rows: usize, columns: usize, start: usize, around: &str) {
        let mut sql = format!("INSERT INTO {into} VALUES ");
        for row in 0..rows {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..columns {
                if column > 0 {
                    sql.push_str(", ");
                }
                let parameter = match self.backend {
                    DbBackend::Postgres => format!("${}", start + row * columns + column + 1),
                    _ => "?".to_owned(),
                };
                if column + 1 == columns && !around.is_empty() {
                    sql.push_str(&around.replace('$', &parameter));
                } else {
                    sql.push_str(&parameter);
                }
            }
            sql.push(')');
        }
        self.statements.push((sql, rows * columns));
    }

    /// Writes them: on PostgreSQL as one statement. On SQLite one after the other, because several in one text that
    /// fail between two of them make the driver panic, and its connection keeps the lock for ever.
    pub(crate) async fn write(self, tx: &impl ConnectionTrait) -> Result<(), StoreError> {
        let db_backend = self.backend;
        let mut values = self.values.into_iter();
        if db_backend == DbBackend::Sqlite {
            for (sql, count) in self.statements {
                let values = Some(Values(values.by_ref().take(count).collect()));
                tx.execute_raw(Statement { sql, values, db_backend }).await?;
            }
            return Ok(());
        }
        let Some(((last, _), others)) = self.statements.split_last() else {
            return Ok(());
        };
        // The parts see nothing of each other; none of them has to.
        let parts =
            others.iter().zip(0..).map(|((part, _), nth)| format!("part_{nth} AS ({part})"));
        let sql = match parts.collect::<Vec<_>>().join(", ") {
            none if none.is_empty() => last.clone(),
            parts => format!("WITH {parts} {last}"),
        };
        let values = Some(Values(values.collect()));
        tx.execute_raw(Statement { sql, values, db_backend }).await?;
        Ok(())
    }
}

fn insert_statement<C: sea_orm::IdenStatic>(
    backend: DbBackend,
    table: &str,
    columns: &[C],
    rows: usize,
) -> String {
    let names: Vec<String> =
        columns.iter().map(|column| format!("\"{}\"", column.as_str())).collect();
    let mut sql = format!("INSERT INTO \"{table}\" ({}) VALUES ", names.join(", "));
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns.len() {
            if column > 0 {
                sql.push_str(", ");
            }
            let _ = match backend {
                DbBackend::Postgres => write!(sql, "${}", row * columns.len() + column + 1),
                _ => sql.write_str("?"),
            };
        }
        sql.push(')');
    }
    sql
}

/// Keys padded to a few lengths by repeating the last, so that prepared statements are found again.
pub(crate) fn padded<T: Clone>(mut keys: Vec<T>) -> Vec<T> {
    let Some(last) = keys.last().cloned() else {
        return keys;
    };
    let length = keys.len().next_power_of_two();
    keys.resize(length, last);
    keys
}
