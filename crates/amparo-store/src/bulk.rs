//! Many rows, few statements: inserts and look-ups within the databases' limits on parameters.

use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, Iterable as _};

use crate::error::StoreError;

/// SQLite takes 32,766 parameters in one statement, PostgreSQL 65,535.
const PARAMETERS_MAX: usize = 30_000;

/// How many keys one look-up asks for at most.
pub(crate) const KEYS_MAX: usize = 1_000;

/// Inserts rows in as few statements as the databases allow.
pub(crate) async fn insert<E, A>(
    tx: &impl ConnectionTrait,
    mut rows: Vec<A>,
) -> Result<(), StoreError>
where
    E: EntityTrait,
    A: ActiveModelTrait<Entity = E>,
{
    let columns = E::Column::iter().count();
    // A few sizes only, so that prepared statements are found again.
    let most = (PARAMETERS_MAX / columns).min(500);
    while !rows.is_empty() {
        let size = if rows.len() >= most { most } else { rows.len().min(50) };
        let rest = rows.split_off(size);
        E::insert_many(rows).exec_without_returning(tx).await?;
        rows = rest;
    }
    Ok(())
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
