//! Requests that are sent again: what a key was used for, and what came of it.
//!
//! What came of a request is remembered in the transaction that did it, as numbers and states: the
//! answer is made anew from the record, so that no name is kept here.

use amparo_domain::access::{Actor, Editor};
use amparo_domain::number::Number;
use amparo_domain::validation::Issue;
use amparo_domain::vocabulary::State;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbBackend, EntityTrait as _, QueryFilter as _, Statement,
};
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::entity::idempotency;
use crate::error::StoreError;
use crate::write::Written;
use crate::writing::{Made, PossibleDuplicate, Writing};

/// How long a retried request is recognised.
const REMEMBERED: TimeDelta = TimeDelta::days(7);

/// What stands for the number where a request concerned several records.
pub(crate) const SEVERAL: i64 = 0;

/// What makes a retry of a request the same request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The method and path it was sent to.
    pub scope: String,
    /// The key the client chose.
    pub key: String,
    /// A digest of what was sent.
    pub request: String,
}

impl IdempotencyKey {
    /// The key for one of the records that a request concerns.
    #[must_use]
    pub fn of_one(&self, number: Number) -> Self {
        Self { scope: format!("{} {number}", self.scope), ..self.clone() }
    }
}

/// What came of a request that was sent before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remembered {
    /// A record was written.
    Written(Written),
    /// Several records were concerned; what was told of them, once all were.
    Several(Option<String>),
}

/// What is remembered of a record that was written, besides its number and revision.
#[derive(Serialize, Deserialize)]
struct Told {
    state: State,
    version: i32,
    changed_at: Option<DateTime<Utc>>,
    possible_duplicates: Vec<PossibleDuplicate>,
    made: Vec<Made>,
    warnings: Vec<Issue>,
}

impl Store {
    /// What came of a request, if it was sent before; an error if its key was used for another one.
    pub async fn recall(
        &self,
        actor: &Actor,
        key: &IdempotencyKey,
    ) -> Result<Option<Remembered>, StoreError> {
        recall(self.connections.reader(), actor, key, self.clock.now()).await
    }

    /// Keeps a key for a request that concerns several records, each of which is then written by
    /// itself; an error if the key was used for another request meanwhile.
    pub async fn begin_several(
        &self,
        editor: Editor<'_>,
        key: IdempotencyKey,
    ) -> Result<(), StoreError> {
        self.write(editor.actor(), move |writing| {
            let key = key.clone();
            Box::pin(async move {
                if writing.seen(&key).await?.is_none() {
                    writing.remember(key, SEVERAL, None, None).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Remembers what was told of several records, when all of them are done.
    pub async fn end_several(
        &self,
        editor: Editor<'_>,
        key: IdempotencyKey,
        told: String,
    ) -> Result<(), StoreError> {
        self.write(editor.actor(), move |writing| {
            let (key, told) = (key.clone(), told.clone());
            Box::pin(async move { writing.remember(key, SEVERAL, None, Some(told)).await })
        })
        .await
    }
}

impl Writing<'_> {
    /// What came of a request, if it was sent before. Of two retries at once, the second waits for
    /// the first and then finds what it did.
    pub(crate) async fn seen(
        &self,
        key: &IdempotencyKey,
    ) -> Result<Option<Remembered>, StoreError> {
        if self.tx.get_database_backend() == DbBackend::Postgres {
            let lock = Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
                [format!("{} {} {}", self.actor.id, key.scope, key.key).into()],
            );
            self.tx.query_one_raw(lock).await?;
        }
        recall(self.tx, self.actor, key, self.now).await
    }

    /// Remembers what came of a request.
    pub(crate) async fn remember_written(
        &self,
        key: IdempotencyKey,
        written: &Written,
    ) -> Result<(), StoreError> {
        let told = Told {
            state: written.state,
            version: written.version,
            changed_at: written.changed_at,
            possible_duplicates: written.possible_duplicates.clone(),
            made: written.made.clone(),
            warnings: written.warnings.clone(),
        };
        let told = serde_json::to_string(&told).map_err(|_| corrupt(written.number))?;
        self.remember(key, written.number.as_i64(), Some(written.revision), Some(told)).await
    }

    pub(crate) async fn remember(
        &self,
        key: IdempotencyKey,
        number: i64,
        revision: Option<i32>,
        outcome: Option<String>,
    ) -> Result<(), StoreError> {
        idempotency::Entity::delete_many()
            .filter(idempotency::Column::MadeAt.lte(self.now - REMEMBERED))
            .exec(self.tx)
            .await?;
        let row = idempotency::ActiveModel {
            token: Set(self.actor.id),
            path: Set(key.scope),
            key: Set(key.key),
            request: Set(key.request),
            number: Set(number),
            revision: Set(revision),
            made_at: Set(self.now),
            outcome: Set(outcome),
        };
        let id = [idempotency::Column::Token, idempotency::Column::Path, idempotency::Column::Key];
        idempotency::Entity::insert(row)
            .on_conflict(
                OnConflict::columns(id).update_column(idempotency::Column::Outcome).to_owned(),
            )
            .exec_without_returning(self.tx)
            .await?;
        Ok(())
    }
}

async fn recall(
    db: &impl ConnectionTrait,
    actor: &Actor,
    key: &IdempotencyKey,
    now: DateTime<Utc>,
) -> Result<Option<Remembered>, StoreError> {
    let id = (actor.id, key.scope.clone(), key.key.clone());
    let row = idempotency::Entity::find_by_id(id).one(db).await?;
    let Some(row) = row.filter(|row| now.signed_duration_since(row.made_at) < REMEMBERED) else {
        return Ok(None);
    };
    if row.request != key.request {
        return Err(StoreError::KeyReused);
    }
    if row.number == SEVERAL {
        return Ok(Some(Remembered::Several(row.outcome)));
    }
    let number = Number::from_i64(row.number).map_err(|_| StoreError::Corrupt {
        table: "idempotency",
        number: row.number,
        what: "the number is none",
    })?;
    let (Some(revision), Some(outcome)) = (row.revision, row.outcome) else {
        return Ok(None);
    };
    let told: Told = serde_json::from_str(&outcome).map_err(|_| corrupt(number))?;
    Ok(Some(Remembered::Written(Written {
        number,
        revision,
        state: told.state,
        version: told.version,
        changed_at: told.changed_at,
        possible_duplicates: told.possible_duplicates,
        made: told.made,
        warnings: told.warnings,
    })))
}

fn corrupt(number: Number) -> StoreError {
    let what = "what came of it does not read back";
    StoreError::Corrupt { table: "idempotency", number: number.as_i64(), what }
}
