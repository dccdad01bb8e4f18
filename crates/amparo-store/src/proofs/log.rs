//! Logs: what waits goes in, in order; tiles; checkpoints that somebody else signs.

use std::collections::HashMap;

use amparo_domain::number::Number;
use amparo_proof::Checkpoint;
use amparo_proof::encoding::base64url;
use amparo_proof::leaf::Leaf;
use amparo_proof::merkle::{self, Hash, leaf_hash};
use amparo_proof::tiles::{self, Growth, Resource, TileId, Tiles, WIDTH};
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, DatabaseTransaction,
    EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::change_of;
use crate::Store;
use crate::bulk::{self, KEYS_MAX, padded};
use crate::entity::{commitment, log_entry, log_head, log_tile};
use crate::error::StoreError;

/// So many entries go in by one transaction.
const AT_ONCE: u64 = 2_000;

/// Which log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    /// Published versions, for everybody.
    Public,
    /// The audit trail, for who runs the instance.
    Audit,
}

impl Log {
    pub(super) const fn key(self) -> i16 {
        match self {
            Self::Public => 1,
            Self::Audit => 2,
        }
    }
}

/// How far a log has grown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHead {
    /// What it is, signed or not.
    pub checkpoint: Checkpoint,
    /// The latest checkpoint with its signatures.
    pub note: Option<String>,
    /// How many entries that has.
    pub signed_size: u64,
    /// When it was signed.
    pub signed_at: Option<DateTime<Utc>>,
}

/// A log in the middle of growing, in one transaction.
pub(super) struct Growing<'t> {
    tx: &'t DatabaseTransaction,
    log: Log,
    head: log_head::Model,
    growth: Growth,
    entries: Vec<log_entry::ActiveModel>,
}

impl<'t> Growing<'t> {
    /// Takes a log up where it ends; nobody else does until the transaction is over.
    pub(super) async fn take_up(
        tx: &'t DatabaseTransaction,
        log: Log,
        origin: &str,
    ) -> Result<Self, StoreError> {
        let found = log_head::Entity::find_by_id(log.key()).lock_exclusive().one(tx).await?;
        let head = match found {
            Some(head) if head.origin == origin => head,
            Some(_) => {
                return Err(corrupt("the log was begun under another name"));
            }
            None => {
                let first = log_head::Model {
                    log: log.key(),
                    origin: origin.to_owned(),
                    size: 0,
                    note: None,
                    signed_size: 0,
                    signed_at: None,
                };
                let rows = vec![first.clone().into_active_model()];
                bulk::insert::<log_head::Entity, _>(tx, rows).await?;
                first
            }
        };
        let size = to_u64(head.size);
        let edge = read_tiles(tx, log, tiles::frontier(size)).await?;
        let edge = cut_to(edge, size);
        let growth =
            Growth::resume(size, edge).map_err(|_| corrupt("tiles at its end are missing"))?;
        Ok(Self { tx, log, head, growth, entries: Vec::new() })
    }

    /// Adds an entry, and gives its index and hash.
    pub(super) fn add(&mut self, leaf: Vec<u8>) -> (i64, Hash) {
        let hash = leaf_hash(&leaf);
        let position = to_i64(self.growth.push(hash));
        self.entries.push(log_entry::ActiveModel {
            log: Set(self.log.key()),
            position: Set(position),
            leaf: Set(leaf),
        });
        (position, hash)
    }

    /// Writes down what was added.
    pub(super) async fn settle(self) -> Result<(), StoreError> {
        let tiles = self.growth.changed().map(|(id, hashes)| log_tile::ActiveModel {
            log: Set(self.log.key()),
            level: Set(id.level.into()),
            position: Set(to_i64(id.index)),
            hashes: Set(tiles::to_bytes(hashes)),
        });
        let replace = "ON CONFLICT (log, level, position) DO UPDATE SET hashes = excluded.hashes";
        bulk::insert_or::<log_tile::Entity, _>(self.tx, tiles.collect(), replace).await?;
        bulk::insert::<log_entry::Entity, _>(self.tx, self.entries).await?;
        let mut head = self.head.into_active_model();
        head.size = Set(to_i64(self.growth.size()));
        head.update(self.tx).await?;
        Ok(())
    }
}

impl Store {
    /// Puts what was committed to into the public log, in the order in which it was, and gives how much that was. The log bears
    /// its name in every entry, so it has the same for ever.
    pub async fn grow_public_log(&self, origin: &str) -> Result<u64, StoreError> {
        let waits = commitment::Entity::find()
            .filter(commitment::Column::Entry.is_null())
            .limit(1)
            .one(self.connections.reader())
            .await?;
        if waits.is_none() {
            return Ok(0);
        }
        let mut grown = 0;
        loop {
            let origin = origin.to_owned();
            let added = self
                .connections
                .write(move |tx| Box::pin(async move { grow(tx, &origin).await }))
                .await?;
            grown += added;
            if added < AT_ONCE {
                return Ok(grown);
            }
        }
    }

    /// How far a log has grown; nothing before its first entry.
    pub async fn log_head(&self, log: Log) -> Result<Option<LogHead>, StoreError> {
        let reader = self.connections.reader();
        let Some(head) = log_head::Entity::find_by_id(log.key()).one(reader).await? else {
            return Ok(None);
        };
        let size = to_u64(head.size);
        let root = self.log_root(log, size).await?;
        Ok(Some(LogHead {
            checkpoint: Checkpoint { origin: head.origin, size, root },
            note: head.note,
            signed_size: to_u64(head.signed_size),
            signed_at: head.signed_at,
        }))
    }

    /// The root over the first entries of a log.
    pub async fn log_root(&self, log: Log, size: u64) -> Result<Hash, StoreError> {
        let tiles = self.tiles_for(log, std::slice::from_ref(&(0..size))).await?;
        tiles::root_of(&(0..size), &tiles).map_err(|_| corrupt("tiles are missing"))
    }

    /// That a log of a size begins with what it was at a smaller one.
    pub async fn log_growth(&self, log: Log, old: u64, new: u64) -> Result<Vec<Hash>, StoreError> {
        let ranges = merkle::consistency(old, new);
        let tiles = self.tiles_for(log, &ranges).await?;
        tiles::proof(&ranges, &tiles).map_err(|_| corrupt("tiles are missing"))
    }

    async fn tiles_for(
        &self,
        log: Log,
        ranges: &[std::ops::Range<u64>],
    ) -> Result<Tiles, StoreError> {
        let needed = tiles::needed(ranges).into_iter().collect();
        read_tiles(self.connections.reader(), log, needed).await
    }

    /// That an entry stands in a log of a size.
    pub(super) async fn log_inclusion(
        &self,
        log: Log,
        index: u64,
        size: u64,
    ) -> Result<Vec<Hash>, StoreError> {
        let ranges = merkle::inclusion(index, size);
        let tiles = self.tiles_for(log, &ranges).await?;
        tiles::proof(&ranges, &tiles).map_err(|_| corrupt("tiles are missing"))
    }

    /// Keeps a signed checkpoint, from which on its entries are served. An older one replaces no newer.
    pub async fn keep_checkpoint(
        &self,
        log: Log,
        size: u64,
        note: String,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.connections
            .write(move |tx| {
                let note = note.clone();
                Box::pin(async move {
                    let head =
                        log_head::Entity::find_by_id(log.key()).lock_exclusive().one(tx).await?;
                    let head = head.ok_or(StoreError::NotFound)?;
                    if to_u64(head.signed_size) > size {
                        return Ok(());
                    }
                    let mut head = head.into_active_model();
                    head.note = Set(Some(note));
                    head.signed_size = Set(to_i64(size));
                    head.signed_at = Set(Some(now));
                    head.update(tx).await?;
                    Ok(())
                })
            })
            .await
    }

    /// A tile or a bundle of entries of the public log, as far as it is signed.
    pub async fn log_resource(&self, resource: Resource) -> Result<Option<Vec<u8>>, StoreError> {
        let log = Log::Public;
        let reader = self.connections.reader();
        let head = log_head::Entity::find_by_id(log.key()).one(reader).await?;
        let signed = head.map_or(0, |head| to_u64(head.signed_size));
        if !resource.is_within(signed) {
            return Ok(None);
        }
        match resource {
            Resource::Tile(id, width) => {
                let tile = read_tiles(reader, log, vec![id]).await?.remove(&id);
                let hashes = tile.as_ref().and_then(|tile| tile.get(..width.into()));
                Ok(hashes.map(tiles::to_bytes))
            }
            Resource::Entries(index, width) => {
                let first = to_i64(index * WIDTH);
                let entries = entries(reader, log, first, first + i64::from(width)).await?;
                if entries.len() != usize::from(width) {
                    return Err(corrupt("entries are missing"));
                }
                Ok(tiles::bundle(entries.iter().map(Vec::as_slice)))
            }
        }
    }
}

/// The entries of a stretch of a log.
pub(super) async fn entries(
    connection: &impl ConnectionTrait,
    log: Log,
    first: i64,
    end: i64,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = log_entry::Entity::find()
        .filter(log_entry::Column::Log.eq(log.key()))
        .filter(log_entry::Column::Position.gte(first))
        .filter(log_entry::Column::Position.lt(end))
        .order_by_asc(log_entry::Column::Position)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| row.leaf).collect())
}

async fn grow(tx: &DatabaseTransaction, origin: &str) -> Result<u64, StoreError> {
    let mut growing = Growing::take_up(tx, Log::Public, origin).await?;
    let waiting = commitment::Entity::find()
        .filter(commitment::Column::Entry.is_null())
        .order_by_asc(commitment::Column::MadeAt)
        .order_by_asc(commitment::Column::Number)
        .order_by_asc(commitment::Column::Version)
        .order_by_asc(commitment::Column::Change)
        .limit(AT_ONCE)
        .all(tx)
        .await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let mut last = last_of(tx, &waiting).await?;
    let mut placed = Vec::with_capacity(waiting.len());
    for row in &waiting {
        let number = Number::from_i64(row.number).map_err(|_| corrupt("the number is none"))?;
        let (digests, _) = row.digests.as_deref().unwrap_or_default().as_chunks::<32>();
        let mut digests: Vec<String> = digests.iter().map(|digest| base64url(digest)).collect();
        digests.sort_unstable();
        let leaf = Leaf {
            origin: origin.to_owned(),
            id: number.to_string(),
            version: u32::try_from(row.version).unwrap_or(1),
            change: change_of(row.change),
            previous: last.get(&row.number).copied(),
            issued: row.made_at.date_naive().to_string(),
            digests,
        };
        let (position, hash) = growing.add(leaf.to_bytes());
        last.insert(row.number, hash);
        placed.push((row.number, row.version, row.change, position));
    }
    growing.settle().await?;
    for some in placed.chunks(500) {
        // Numbers of ours alone, so they may stand in the statement.
        let values: Vec<String> = some
            .iter()
            .map(|(number, version, change, at)| format!("({number},{version},{change},{at})"))
            .collect();
        let sql = format!(
            "WITH placed (number, version, change, entry) AS (VALUES {}) \
             UPDATE commitment SET entry = placed.entry, digests = NULL FROM placed \
             WHERE commitment.number = placed.number AND commitment.version = placed.version \
             AND commitment.change = placed.change",
            values.join(",")
        );
        tx.execute_unprepared(&sql).await?;
    }
    Ok(waiting.len() as u64)
}

/// The hash of the latest entry of each of these records.
async fn last_of(
    tx: &DatabaseTransaction,
    waiting: &[commitment::Model],
) -> Result<HashMap<i64, Hash>, StoreError> {
    // What is published for the first time has one, too, if later versions were committed to before the first.
    let mut numbers: Vec<i64> = waiting.iter().map(|row| row.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut last = HashMap::new();
    for some in numbers.chunks(KEYS_MAX) {
        let places: Vec<(i64, Option<i64>)> = commitment::Entity::find()
            .select_only()
            .column(commitment::Column::Number)
            .column_as(commitment::Column::Entry.max(), "entry")
            .filter(commitment::Column::Number.is_in(padded(some.to_vec())))
            .filter(commitment::Column::Entry.is_not_null())
            .group_by(commitment::Column::Number)
            .into_tuple()
            .all(tx)
            .await?;
        let places: HashMap<i64, i64> =
            places.into_iter().filter_map(|(number, place)| Some((place?, number))).collect();
        if places.is_empty() {
            continue;
        }
        let rows = log_entry::Entity::find()
            .filter(log_entry::Column::Log.eq(Log::Public.key()))
            .filter(log_entry::Column::Position.is_in(padded(places.keys().copied().collect())))
            .all(tx)
            .await?;
        for row in rows {
            if let Some(number) = places.get(&row.position) {
                last.insert(*number, leaf_hash(&row.leaf));
            }
        }
    }
    Ok(last)
}

async fn read_tiles(
    connection: &impl ConnectionTrait,
    log: Log,
    ids: Vec<TileId>,
) -> Result<Tiles, StoreError> {
    let mut found = Tiles::new();
    for some in ids.chunks(200) {
        let mut these = Condition::any();
        for id in some {
            these = these.add(
                log_tile::Column::Level
                    .eq(i16::from(id.level))
                    .and(log_tile::Column::Position.eq(to_i64(id.index))),
            );
        }
        let rows = log_tile::Entity::find()
            .filter(log_tile::Column::Log.eq(log.key()))
            .filter(these)
            .all(connection)
            .await?;
        for row in rows {
            let id = TileId {
                level: u8::try_from(row.level).map_err(|_| corrupt("a tile has no level"))?,
                index: to_u64(row.position),
            };
            let hashes = tiles::from_bytes(&row.hashes);
            found.insert(id, hashes.ok_or_else(|| corrupt("a tile is none"))?);
        }
    }
    Ok(found)
}

/// Tiles with no more hashes than a log of this size has.
fn cut_to(mut tiles: Tiles, size: u64) -> Tiles {
    for (id, hashes) in &mut tiles {
        let width = (size >> (8 * u32::from(id.level))).saturating_sub(id.index * WIDTH);
        hashes.truncate(usize::try_from(width).unwrap_or(usize::MAX));
    }
    tiles
}

pub(super) fn corrupt(what: &'static str) -> StoreError {
    StoreError::Corrupt { table: "log", number: 0, what }
}

pub(super) fn to_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn to_u64(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
