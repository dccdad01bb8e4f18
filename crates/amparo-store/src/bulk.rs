//! Many rows, few statements: inserts and look-ups within the databases' limits on parameters.

use std::fmt::Write as _;

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbBackend, EntityTrait, Iterable as _, Statement, Values,
};

use crate::error::StoreError;

/// SQLite takes 32,766 parameters in one statement, PostgreSQL 65,535.
const PARAMETERS_MAX: usize = 30_000;

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
    let mut rest = rows.len();
    let mut rows = rows.into_iter();
    while rest > 0 {
        // A few sizes only, so that prepared statements are found again.
        let size = if rest >= most { most } else { rest.min(50) };
        rest -= size;
        let mut values = Vec::with_capacity(size * columns.len());
        for mut row in rows.by_ref().take(size) {
            values.extend(columns.iter().filter_map(|column| row.take(*column).into_value()));
        }
        let table = E::default();
        let mut sql = insert_statement(backend, table.table_name(), &columns, size);
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
