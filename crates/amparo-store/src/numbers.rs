//! New numbers: random, unused, never sequential.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};

use amparo_domain::clock::Chance;
use amparo_domain::number::{Number, Width};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _,
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
