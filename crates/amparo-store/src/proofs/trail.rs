//! The audit trail as a log of its own, by the same code, for nobody but who runs the instance: whoever changes, removes or
//! reorders rows behind the program's back is seen, at the latest a checkpoint later.

use std::collections::{BTreeMap, HashMap};

use amparo_proof::Checkpoint;
use amparo_proof::json::Json;
use amparo_proof::merkle::{self, Hash, leaf_hash};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::log::{Growing, Log, entries, to_i64};
use crate::Store;
use crate::bulk;
use crate::entity::{audit_entry, audit_leaf, log_head};
use crate::error::StoreError;

/// So many rows go in by one transaction, and are read at once.
const AT_ONCE: u64 = 2_000;

/// How long a transaction may take that writes into the trail: rows of longer ones are found when the trail is
/// checked, not before.
const LATE: TimeDelta = TimeDelta::hours(2);

/// What does not fit in the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrailFault {
    /// A row says something else than when it was logged.
    Changed {
        /// The row.
        id: i64,
    },
    /// A row that was logged is gone.
    Missing {
        /// The row.
        id: i64,
    },
    /// A row is there that was never logged, though later ones were.
    Unlogged {
        /// The row.
        id: i64,
    },
    /// The log itself is not the one that was signed, or kept elsewhere.
    OtherLog {
        /// How many entries that had.
        size: u64,
    },
    /// An entry of the log is no row of a trail, or stands there twice.
    Strange {
        /// Its index.
        index: u64,
    },
}

/// What checking the trail found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrailCheck {
    /// How many rows were compared with the log.
    pub rows: u64,
    /// How many of the latest rows wait for the log.
    pub waiting: u64,
    /// What does not fit.
    pub faults: Vec<TrailFault>,
}

/// A row of the trail as the log has it.
fn leaf(row: &audit_entry::Model) -> Vec<u8> {
    let text =
        |text: &Option<String>| text.as_deref().map_or(Json::Null, |t| Json::Text(t.to_owned()));
    // Ids of accounts are of 63 random bits, more than every reader of JSON takes for a number.
    let number = |number: i64| Json::Text(number.to_string());
    let members = [
        ("action", Json::Text(row.action.clone())),
        ("at", Json::Text(row.at.to_rfc3339_opts(SecondsFormat::Micros, true))),
        ("id", number(row.id)),
        ("network", Json::Text(row.network.clone())),
        ("number", row.number.map_or(Json::Null, number)),
        ("reason", text(&row.reason)),
        ("reason_class", text(&row.reason_class)),
        ("revision", row.revision.map_or(Json::Null, |revision| Json::Integer(revision.into()))),
        ("token", number(row.token)),
        ("v", Json::Text("amparo-audit/1".to_owned())),
    ];
    let members = members.map(|(name, value)| (name.to_owned(), value)).to_vec();
    // The members stand in the order of RFC 8785.
    Json::Object(members).to_string().into_bytes()
}

/// The row that an entry of the log is of.
fn id_of(entry: &[u8]) -> Option<i64> {
    let Ok(Json::Object(members)) = Json::read_canonical(entry) else { return None };
    let (_, id) = members.into_iter().find(|(name, _)| name == "id")?;
    id.as_text()?.parse().ok()
}

impl Store {
    /// Puts new rows of the trail into its log, and gives how many they were.
    pub async fn grow_audit_log(&self, origin: &str) -> Result<u64, StoreError> {
        let newest = audit_entry::Entity::find()
            .select_only()
            .column(audit_entry::Column::Id)
            .order_by_desc(audit_entry::Column::Id)
            .limit(1)
            .into_tuple::<i64>()
            .one(self.connections.reader())
            .await?;
        let known = audit_leaf::Entity::find()
            .filter(audit_leaf::Column::Id.eq(newest.unwrap_or_default()))
            .one(self.connections.reader())
            .await?;
        if newest.is_none() || known.is_some() {
            return Ok(0);
        }
        let now = self.clock.now();
        let mut grown = 0;
        loop {
            let origin = origin.to_owned();
            let added = self
                .connections
                .write(move |tx| Box::pin(async move { grow(tx, &origin, now).await }))
                .await?;
            grown += added;
            if added < AT_ONCE {
                return Ok(grown);
            }
        }
    }

    /// Compares the trail with its log, row by row, and the log with checkpoints that were kept elsewhere.
    pub async fn check_trail(&self, kept: &[Checkpoint]) -> Result<TrailCheck, StoreError> {
        let reader = self.connections.reader();
        let mut check = TrailCheck::default();
        let head = log_head::Entity::find_by_id(Log::Audit.key()).one(reader).await?;
        let size = head.as_ref().map_or(0, |head| head.size);
        // The log by its entries alone: its tiles may have been changed with them.
        let mut leaves: Vec<Hash> = Vec::new();
        let mut logged: HashMap<i64, Hash> = HashMap::new();
        let mut first = 0;
        while first < size {
            let end = Ord::min(size, first + to_i64(AT_ONCE));
            let some = entries(reader, Log::Audit, first, end).await?;
            for entry in some {
                let hash = leaf_hash(&entry);
                let known = id_of(&entry).map(|id| logged.insert(id, hash));
                if !matches!(known, Some(None)) {
                    check.faults.push(TrailFault::Strange { index: leaves.len() as u64 });
                }
                leaves.push(hash);
            }
            first = end;
        }
        for checkpoint in kept {
            let begins = usize::try_from(checkpoint.size).ok().and_then(|size| leaves.get(..size));
            if begins.map(merkle::root) != Some(checkpoint.root) {
                check.faults.push(TrailFault::OtherLog { size: checkpoint.size });
            }
        }
        let newest = logged.keys().max().copied().unwrap_or(i64::MIN);
        let logged_until = self.logged_until(newest).await?;
        let mut after = i64::MIN;
        loop {
            let rows = audit_entry::Entity::find()
                .filter(audit_entry::Column::Id.gt(after))
                .order_by_asc(audit_entry::Column::Id)
                .limit(AT_ONCE)
                .all(reader)
                .await?;
            for row in &rows {
                match logged.remove(&row.id) {
                    Some(hash) if hash == leaf_hash(&leaf(row)) => check.rows += 1,
                    Some(_) => check.faults.push(TrailFault::Changed { id: row.id }),
                    // What is younger than the log waits for it.
                    None if row.id > newest || Some(row.at) > logged_until => check.waiting += 1,
                    None => check.faults.push(TrailFault::Unlogged { id: row.id }),
                }
            }
            let Some(last) = rows.last() else { break };
            after = last.id;
        }
        let missing: BTreeMap<i64, Hash> = logged.into_iter().collect();
        check.faults.extend(missing.into_keys().map(|id| TrailFault::Missing { id }));
        Ok(check)
    }

    /// The moment of the newest row that was logged.
    async fn logged_until(&self, newest: i64) -> Result<Option<DateTime<Utc>>, StoreError> {
        let row = audit_entry::Entity::find_by_id(newest).one(self.connections.reader()).await?;
        Ok(row.map(|row| row.at))
    }
}

async fn grow(
    tx: &DatabaseTransaction,
    origin: &str,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let mut growing = Growing::take_up(tx, Log::Audit, origin).await?;
    let logged = Query::select().column(audit_leaf::Column::Id).from(audit_leaf::Entity).to_owned();
    // Ids are given before transactions end, so a smaller one may come later; not later than this.
    let floor: Option<i64> = audit_entry::Entity::find()
        .select_only()
        .column(audit_entry::Column::Id)
        .filter(audit_entry::Column::Id.in_subquery(logged.clone()))
        .filter(audit_entry::Column::At.lt(now - LATE))
        .order_by_desc(audit_entry::Column::Id)
        .limit(1)
        .into_tuple()
        .one(tx)
        .await?;
    let rows = audit_entry::Entity::find()
        .filter(audit_entry::Column::Id.gt(floor.unwrap_or(i64::MIN)))
        .filter(audit_entry::Column::Id.in_subquery(logged).not())
        .order_by_asc(audit_entry::Column::Id)
        .limit(AT_ONCE)
        .all(tx)
        .await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let mut placed = Vec::with_capacity(rows.len());
    for row in &rows {
        let (position, _) = growing.add(leaf(row));
        placed.push(audit_leaf::ActiveModel { position: Set(position), id: Set(row.id) });
    }
    growing.settle().await?;
    bulk::insert::<audit_leaf::Entity, _>(tx, placed).await?;
    Ok(rows.len() as u64)
}
