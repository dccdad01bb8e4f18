//! The register's own revision: a number that grows with every write that may change what the public sees.
//!
//! An answer to the public that was made at a revision is still true while the register is at it. The number
//! is written in the transaction of the change, at its end: on PostgreSQL writers queue for its row until they
//! are committed, so that whoever reads a number sees everything that was done before it.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ConnectionTrait, EntityTrait as _};

use crate::Store;
use crate::entity::register;
use crate::error::StoreError;

/// How long what another process wrote may go unnoticed.
const UNNOTICED: TimeDelta = TimeDelta::milliseconds(500);

/// The one row.
const REGISTER: i32 = 1;

/// What this process knows of the revision.
#[derive(Debug, Default)]
pub(crate) struct Register(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    revision: Option<(DateTime<Utc>, i64)>,
    /// How often this process wrote: what was read before a write is not kept after it.
    writes: u64,
}

impl Register {
    /// Forgets the revision, because this process changed it.
    pub(crate) fn forget(&self) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.revision = None;
        known.writes += 1;
    }

    fn known(&self, now: DateTime<Utc>) -> (Option<i64>, u64) {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = known.revision.filter(|(read, _)| (now - read).abs() < UNNOTICED);
        (fresh.map(|(_, revision)| revision), known.writes)
    }

    fn keep(&self, read: DateTime<Utc>, revision: i64, writes: u64) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.writes == writes {
            known.revision = Some((read, revision));
        }
    }
}

impl Store {
    /// The revision of the register. It is never older than the last write of this process, and at most half
    /// a second older than those of others.
    pub async fn register_revision(&self) -> Result<i64, StoreError> {
        let read = self.clock.now();
        let (known, writes) = self.register.known(read);
        if let Some(revision) = known {
            return Ok(revision);
        }
        let revision = revision_at(self.connections.reader()).await?;
        self.register.keep(read, revision, writes);
        Ok(revision)
    }
}

/// The revision of the register as a transaction sees it.
pub(crate) async fn revision_at(db: &impl ConnectionTrait) -> Result<i64, StoreError> {
    let row = register::Entity::find_by_id(REGISTER).one(db).await?;
    Ok(row.ok_or(StoreError::Unavailable)?.revision)
}

/// Notes that what the public sees may be another after this transaction; the last thing it does. Returns the
/// revision that it makes.
pub(crate) async fn changed(tx: &impl ConnectionTrait) -> Result<i64, StoreError> {
    let next = Query::update()
        .table(register::Entity)
        .value(register::Column::Revision, Expr::col(register::Column::Revision).add(1))
        .and_where(Expr::col(register::Column::Id).eq(REGISTER))
        .returning_col(register::Column::Revision)
        .to_owned();
    let row = tx.query_one(&next).await?.ok_or(StoreError::Unavailable)?;
    Ok(row.try_get_by_index(0)?)
}
