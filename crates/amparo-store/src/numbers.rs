//! New numbers: random, unused, never sequential.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};

use amparo_domain::clock::Chance;
use amparo_domain::number::{Number, Width};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbBackend, EntityTrait as _, QueryFilter as _,
    QuerySelect as _, Statement,
};

use crate::bulk::KEYS_MAX;
use crate::entity::record;
use crate::error::StoreError;
use crate::resolve::Known;

/// Draws numbers that no record has or had. Deleted drafts keep theirs, so none is used twice; those
/// that are promised to records of the same import count as used.
pub(crate) async fn draw(
    tx: &impl ConnectionTrait,
    known: &Known,
    chance: &Chance,
    taken: &AtomicU64,
    count: usize,
) -> Result<Vec<Number>, StoreError> {
    let mut drawn = Vec::with_capacity(count);
    let mut seen = HashSet::with_capacity(count);
    while drawn.len() < count {
        let width = Width::for_taken(taken.load(Ordering::Relaxed));
        let wanted = (count - drawn.len()).min(KEYS_MAX);
        let mut batch = Vec::with_capacity(wanted);
        while batch.len() < wanted {
            let number = Number::from_random(chance.next(), width);
            if !known.is_promised(number) && seen.insert(number) {
                batch.push(number);
            }
        }
        let used: Vec<i64> = record::Entity::find()
            .select_only()
            .column(record::Column::Number)
            .filter(record::Column::Number.is_in(batch.iter().map(|number| number.as_i64())))
            .into_tuple()
            .all(tx)
            .await?;
        batch.retain(|number| !used.contains(&number.as_i64()));
        drawn.append(&mut batch);
    }
    taken.fetch_add(count as u64, Ordering::Relaxed);
    Ok(drawn)
}

/// The same for one, with the id of a revision: one question for what every new record needs.
pub(crate) async fn draw_one(
    tx: &impl ConnectionTrait,
    known: &mut Known,
    chance: &Chance,
    taken: &AtomicU64,
) -> Result<(Number, i64), StoreError> {
    let width = Width::for_taken(taken.load(Ordering::Relaxed));
    let backend = tx.get_database_backend();
    let sql = match backend {
        DbBackend::Sqlite => {
            "SELECT (SELECT COALESCE(MAX(id), 0) + 1 FROM revision), \
             EXISTS (SELECT 1 FROM record WHERE number = ?)"
        }
        _ => {
            "SELECT nextval('revision_id'), \
             CAST(EXISTS (SELECT 1 FROM record WHERE number = $1) AS integer)"
        }
    };
    loop {
        let number = Number::from_random(chance.next(), width);
        if known.is_promised(number) {
            continue;
        }
        let ask = Statement::from_sql_and_values(backend, sql, [number.as_i64().into()]);
        let row = tx.query_one_raw(ask).await?.ok_or(StoreError::Unavailable)?;
        let (id, used): (i64, i32) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        if used == 0 {
            taken.fetch_add(1, Ordering::Relaxed);
            let id = known.next_revision.filter(|_| backend == DbBackend::Sqlite).unwrap_or(id);
            known.next_revision = Some(id + 1);
            return Ok((number, id));
        }
    }
}
