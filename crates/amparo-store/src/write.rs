//! The writes a caller can ask for: one method, one transaction, one audit row.

use std::sync::Arc;

use amparo_domain::access::{Actor, Editor, Verifier};
use amparo_domain::facts::Draft;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::validation::Issue;
use amparo_domain::vocabulary::State;
use chrono::TimeDelta;
use futures_util::future::BoxFuture;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbBackend, EntityTrait as _, QueryFilter as _,
};

use crate::Store;
use crate::audit::Action;
use crate::entity::idempotency;
use crate::error::StoreError;
use crate::lifecycle::stale_unless;
use crate::resolve::Known;
use crate::save::NewRecord;
use crate::writing::{Made, PossibleDuplicate, Writing};

/// How long a retried request is recognised.
const REMEMBERED: TimeDelta = TimeDelta::days(7);

/// What makes a retry of a request the same request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The path it was sent to.
    pub path: String,
    /// The key the client chose.
    pub key: String,
    /// A digest of what was sent.
    pub request: String,
}

/// A record that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its number.
    pub number: Number,
    /// The revision it has now; on a retry, the one it got then.
    pub revision: Option<i32>,
    /// Others that may be the same as what was made.
    pub possible_duplicates: Vec<PossibleDuplicate>,
    /// Records that were made because this one described them and nothing fitted.
    pub made: Vec<Made>,
    /// What should be looked at in other records.
    pub warnings: Vec<Issue>,
}

impl Written {
    /// A record of which nothing more is to be said.
    fn only(number: Number, revision: Option<i32>) -> Self {
        Self {
            number,
            revision,
            possible_duplicates: Vec::new(),
            made: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

/// What is to be done with a record that exists.
#[derive(Debug, Clone)]
pub enum Verb {
    /// Hand it in for review.
    Submit,
    /// Make the working revision the next version.
    Publish,
    /// Take it back; it stays as a tombstone.
    Withdraw,
}

impl Store {
    /// Makes a record as a draft, with the people and organizations that it describes.
    pub async fn create(
        &self,
        editor: Editor<'_>,
        draft: Draft,
        reason: Option<String>,
        key: Option<IdempotencyKey>,
    ) -> Result<Written, StoreError> {
        let new =
            NewRecord { draft, state: State::Draft, number: None, reason, action: Action::Create };
        self.write_once(editor.actor(), key, move |writing| {
            Box::pin(async move {
                let saved = writing.insert(vec![new]).await?.pop();
                let saved = saved.ok_or(StoreError::Unavailable)??;
                Ok(Written {
                    number: saved.number,
                    revision: Some(1),
                    possible_duplicates: saved.possible_duplicates,
                    made: saved.made,
                    warnings: Vec::new(),
                })
            })
        })
        .await
    }

    /// Saves new facts of a record, if nobody else did since the expected revision.
    pub async fn replace(
        &self,
        editor: Editor<'_>,
        number: Number,
        expected: i32,
        draft: Draft,
        reason: Option<String>,
        key: Option<IdempotencyKey>,
    ) -> Result<Written, StoreError> {
        self.write_once(editor.actor(), key, move |writing| {
            Box::pin(async move {
                let row = writing.row(draft.kind(), number, None).await?;
                let state = crate::save::read_state(&row)?;
                if matches!(state, State::Merged | State::Declined) {
                    return Err(StoreError::State { state, verb: "changed" });
                }
                stale_unless(&row, Some(expected))?;
                let before = writing.facts_at(&row, row.revision).await?;
                let checked = writing.check(&before, draft).await?;
                writing.keep_names_out_of(reason.as_deref(), &checked.facts).await?;
                let same = writing.says_the_same(number, &before, &checked.facts).await?;
                let warnings = writing.spelled_already(number, &checked.facts).await?;
                let revision = if same {
                    // Nothing changed, so there is nothing to save.
                    row.revision
                } else {
                    writing.save_revision(&row, checked.facts, reason, Action::Change).await?
                };
                Ok(Written {
                    number,
                    revision: Some(revision),
                    possible_duplicates: checked.possible_duplicates,
                    made: checked.made,
                    warnings,
                })
            })
        })
        .await
    }

    /// Hands a record in.
    pub async fn submit(
        &self,
        editor: Editor<'_>,
        kind: Kind,
        number: Number,
        expected: Option<i32>,
        key: Option<IdempotencyKey>,
    ) -> Result<Written, StoreError> {
        self.write_once(editor.actor(), key, move |writing| {
            Box::pin(async move {
                writing.submit(kind, number, expected).await?;
                Ok(Written::only(number, None))
            })
        })
        .await
    }

    /// Publishes or withdraws a record.
    #[expect(clippy::too_many_arguments, reason = "each says another part of one request")]
    pub async fn decide(
        &self,
        verifier: Verifier<'_>,
        verb: Verb,
        kind: Kind,
        number: Number,
        expected: Option<i32>,
        reason: Option<String>,
        key: Option<IdempotencyKey>,
    ) -> Result<Written, StoreError> {
        self.write_once(verifier.actor(), key, move |writing| {
            Box::pin(async move {
                match verb {
                    Verb::Submit => writing.submit(kind, number, expected).await?,
                    Verb::Publish => writing.publish(kind, number, expected, reason).await?,
                    Verb::Withdraw => writing.withdraw(kind, number, expected, reason).await?,
                }
                Ok(Written::only(number, None))
            })
        })
        .await
    }

    /// Removes a record that was never published.
    pub async fn delete(
        &self,
        editor: Editor<'_>,
        kind: Kind,
        number: Number,
        expected: Option<i32>,
    ) -> Result<(), StoreError> {
        self.write_once(editor.actor(), None, move |writing| {
            Box::pin(async move { writing.delete(kind, number, expected).await })
        })
        .await
    }

    /// One write; with a key, once whatever the number of retries.
    pub(crate) async fn write_once<T: Outcome>(
        &self,
        actor: &Actor,
        key: Option<IdempotencyKey>,
        work: impl for<'w> FnOnce(&'w mut Writing<'_>) -> BoxFuture<'w, Result<T, StoreError>>
        + Send
        + 'static,
    ) -> Result<T, StoreError> {
        let actor = actor.clone();
        let now = self.clock.now();
        let (chance, taken) = (self.chance.clone(), Arc::clone(&self.taken));
        self.connections
            .write(move |tx| {
                Box::pin(async move {
                    if let Some(key) = &key
                        && let Some(outcome) = seen(tx, &actor, key, now).await?
                    {
                        return Ok(outcome);
                    }
                    let mut known = Known::default();
                    let mut writing = Writing {
                        tx,
                        actor: &actor,
                        audience: actor.audience(),
                        now,
                        chance: &chance,
                        taken: &taken,
                        known: &mut known,
                        importing: false,
                        suggesting: true,
                    };
                    let outcome = work(&mut writing).await?;
                    if let Some(key) = key {
                        remember(tx, &actor, key, &outcome, now).await?;
                    }
                    Ok(outcome)
                })
            })
            .await
    }
}

/// What a write leads to, so that it can be told again to a retry.
pub(crate) trait Outcome: Send + Sync + Sized + 'static {
    /// The number and revision to remember.
    fn remembered(&self) -> Option<(Number, Option<i32>)>;
    /// The same outcome from what was remembered.
    fn again(number: Number, revision: Option<i32>) -> Option<Self>;
}

impl Outcome for Written {
    fn remembered(&self) -> Option<(Number, Option<i32>)> {
        Some((self.number, self.revision))
    }

    fn again(number: Number, revision: Option<i32>) -> Option<Self> {
        Some(Self::only(number, revision))
    }
}

impl Outcome for () {
    fn remembered(&self) -> Option<(Number, Option<i32>)> {
        None
    }

    fn again(_: Number, _: Option<i32>) -> Option<Self> {
        None
    }
}

async fn seen<T: Outcome>(
    tx: &sea_orm::DatabaseTransaction,
    actor: &Actor,
    key: &IdempotencyKey,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Option<T>, StoreError> {
    if tx.get_database_backend() == DbBackend::Postgres {
        // Two retries at once: the second waits for the first and then finds what it did.
        let lock = sea_orm::Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
            [format!("{} {} {}", actor.token, key.path, key.key).into()],
        );
        tx.query_one_raw(lock).await?;
    }
    let id = (actor.token, key.path.clone(), key.key.clone());
    let row = idempotency::Entity::find_by_id(id).one(tx).await?;
    let Some(row) = row.filter(|row| now.signed_duration_since(row.made_at) < REMEMBERED) else {
        return Ok(None);
    };
    if row.request != key.request {
        return Err(StoreError::KeyReused);
    }
    let number = Number::from_i64(row.number).map_err(|error| StoreError::Corrupt {
        table: "idempotency",
        number: row.number,
        what: error.to_string(),
    })?;
    Ok(T::again(number, row.revision))
}

async fn remember<T: Outcome>(
    tx: &sea_orm::DatabaseTransaction,
    actor: &Actor,
    key: IdempotencyKey,
    outcome: &T,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), StoreError> {
    let Some((number, revision)) = outcome.remembered() else {
        return Ok(());
    };
    idempotency::Entity::delete_many()
        .filter(idempotency::Column::MadeAt.lte(now - REMEMBERED))
        .exec(tx)
        .await?;
    let row = idempotency::ActiveModel {
        token: Set(actor.token),
        path: Set(key.path),
        key: Set(key.key),
        request: Set(key.request),
        number: Set(number.as_i64()),
        revision: Set(revision),
        made_at: Set(now),
    };
    idempotency::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}
