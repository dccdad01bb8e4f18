//! What is kept no longer: drafts that were never published, and what was answered long ago.

use amparo_domain::access::Actor;
use amparo_domain::facts::Stored;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::vocabulary::State;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use crate::Store;
use crate::audit::{self, Action, Entry};
use crate::entity::{audit_entry, intake, network, record, reference, revision};
use crate::error::StoreError;
use crate::intake::of_network;
use crate::merging::CAN_BE_UNDONE;
use crate::records::{literal, read_facts};
use crate::search;
use crate::writing::Writing;

/// How many records go in one transaction, so that others have their turn.
const TOGETHER: u64 = 50;

/// What is done with a record that shows that somebody works on it; reading it is not.
const TOUCHES: [&str; 18] = [
    "create",
    "import",
    "change",
    "submit",
    "return",
    "decline",
    "reopen",
    "approve",
    "grade",
    "assign",
    "ask",
    "answer",
    "merge",
    "unmerge",
    "ask_endorsement",
    "answer_endorsement",
    "note_response",
    "change_response",
];

/// How long a network keeps what it does not publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// The network.
    pub network: String,
    /// For so many days after somebody last worked on it.
    pub days: u32,
}

/// Since when nobody worked on what is to go, as of now.
#[derive(Debug, Clone, Copy)]
struct Kept {
    since: DateTime<Utc>,
    now: DateTime<Utc>,
}

/// What is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purged {
    /// Records, without people.
    pub records: u64,
    /// People whom only those records named.
    pub people: u64,
    /// Answered requests of people without an account.
    pub intake: u64,
}

impl Store {
    /// How long each network that owns something keeps what it does not publish; those that say nothing
    /// of it as the instance says.
    pub async fn retentions(&self, default: Option<u32>) -> Result<Vec<Retention>, StoreError> {
        let networks: Vec<(String, Option<i32>)> = network::Entity::find()
            .select_only()
            .columns([network::Column::Slug, network::Column::RetentionDays])
            .order_by_asc(network::Column::Slug)
            .into_tuple()
            .all(self.connections.reader())
            .await?;
        let days = networks.into_iter().filter_map(|(network, own)| {
            let days = own.and_then(|days| u32::try_from(days).ok()).or(default)?;
            Some(Retention { network, days })
        });
        Ok(days.collect())
    }

    /// Removes what a network never published and nobody worked on for so long: drafts and what was
    /// declined, wholly, with the people whom nothing else names. Their numbers stay taken. Each is in the
    /// audit trail. `progress` hears how many are gone after each transaction.
    pub async fn purge_drafts(
        &self,
        retention: &Retention,
        progress: impl Fn(&Purged) + Send,
    ) -> Result<Purged, StoreError> {
        let operator = Actor::operator(&retention.network);
        let now = self.clock.now();
        let kept = Kept { since: now - TimeDelta::days(i64::from(retention.days)), now };
        let mut purged = Purged::default();
        let mut last = 0;
        loop {
            let numbers: Vec<i64> = record::Entity::find()
                .select_only()
                .column(record::Column::Number)
                .filter(kept_too_long(&retention.network, kept))
                .filter(record::Column::Number.gt(last))
                .order_by_asc(record::Column::Number)
                .limit(TOGETHER)
                .into_tuple()
                .all(self.connections.reader())
                .await?;
            let Some(greatest) = numbers.last() else {
                break;
            };
            last = *greatest;
            let gone = self.write(&operator, move |writing| {
                let numbers = numbers.clone();
                Box::pin(async move { writing.purge(numbers, kept).await })
            });
            let gone = gone.await?;
            purged.records += gone.records;
            purged.people += gone.people;
            progress(&purged);
        }
        if purged.records > 0 {
            let forget = self.write(&operator, |writing| {
                Box::pin(async move { search::forget_removed(writing.tx).await })
            });
            forget.await?;
        }
        Ok(purged)
    }

    /// Removes what people without an account asked of a network and what was answered so long ago. What
    /// was not answered stays.
    pub async fn purge_intake(
        &self,
        retention: &Retention,
        default_network: &str,
    ) -> Result<Purged, StoreError> {
        let operator = Actor::operator(&retention.network);
        let before = self.clock.now() - TimeDelta::days(i64::from(retention.days));
        let default_network = default_network.to_owned();
        self.write(&operator, move |writing| {
            let default_network = default_network.clone();
            Box::pin(async move {
                let column = |column| Expr::col((intake::Entity, column));
                let mut select = of_network(&writing.actor.network, &default_network);
                select
                    .and_where(column(intake::Column::State).eq("closed"))
                    .and_where(column(intake::Column::ClosedAt).lt(before));
                let mut ids: Vec<i64> = Vec::new();
                for row in writing.tx.query_all(&select).await? {
                    ids.push(row.try_get_by_index(0)?);
                }
                for some in ids.chunks(crate::bulk::KEYS_MAX) {
                    intake::Entity::delete_many()
                        .filter(intake::Column::Id.is_in(some.to_vec()))
                        .exec(writing.tx)
                        .await?;
                }
                let entries = ids.iter().map(|id| Entry {
                    action: Action::Purge,
                    number: None,
                    revision: None,
                    reason: Some(format!("intake {id}")),
                });
                audit::record(writing.tx, writing.actor, writing.now, entries.collect()).await?;
                Ok(Purged { intake: ids.len() as u64, ..Purged::default() })
            })
        })
        .await
    }
}

impl Writing<'_> {
    async fn purge(&self, numbers: Vec<i64>, kept: Kept) -> Result<Purged, StoreError> {
        let mut purged = Purged::default();
        for number in numbers {
            // Somebody may have begun to work on it meanwhile.
            let row = record::Entity::find_by_id(number)
                .filter(kept_too_long(&self.actor.network, kept))
                .lock_exclusive()
                .one(self.tx)
                .await?;
            let Some(row) = row else { continue };
            let kind: Kind = row.kind.parse().map_err(|()| StoreError::NotFound)?;
            let held_by_others = match kind {
                Kind::Incident | Kind::Statement => false,
                Kind::Person => self.is_named(number).await?,
                Kind::Organization | Kind::Election | Kind::Case => {
                    self.is_referred_to(number).await?
                }
            };
            if held_by_others {
                continue;
            }
            let people = self.people_in(&row).await?;
            self.purge_row(&row).await?;
            purged.records += 1;
            for person in people {
                purged.people += u64::from(self.purge_person(person, kept.since).await?);
            }
        }
        Ok(purged)
    }

    async fn purge_row(&self, row: &record::Model) -> Result<(), StoreError> {
        self.audit(row, Action::Purge, None).await?;
        self.erase(row).await
    }

    /// Removes a person whom nothing names any longer and on whom nobody worked.
    async fn purge_person(
        &self,
        person: Number,
        before: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let row = record::Entity::find_by_id(person.as_i64())
            .filter(record::Column::Kind.eq(Kind::Person.singular()))
            .filter(record::Column::State.ne(crate::records::DELETED))
            .filter(untouched(&self.actor.network, before))
            .lock_exclusive()
            .one(self.tx)
            .await?;
        let Some(row) = row else {
            return Ok(false);
        };
        if self.is_named(row.number).await? {
            return Ok(false);
        }
        self.purge_row(&row).await?;
        Ok(true)
    }

    /// The people in all that a record ever said.
    async fn people_in(&self, row: &record::Model) -> Result<Vec<Number>, StoreError> {
        let snapshots: Vec<String> = revision::Entity::find()
            .select_only()
            .column(revision::Column::Snapshot)
            .filter(revision::Column::Number.eq(row.number))
            .into_tuple()
            .all(self.tx)
            .await?;
        let mut people = Vec::new();
        for snapshot in snapshots {
            let facts: Stored = read_facts(row.number, &row.kind, &snapshot)?.1;
            people.extend(facts.people().iter().map(|link| link.person));
        }
        people.sort_unstable();
        people.dedup();
        Ok(people)
    }

    async fn is_referred_to(&self, number: i64) -> Result<bool, StoreError> {
        let naming = reference::Entity::find().filter(reference::Column::ToNumber.eq(number));
        Ok(naming.limit(1).one(self.tx).await?.is_some())
    }

    /// Whether any record names a person, by what is shown of it or by any revision: a version of long
    /// ago still shows them.
    async fn is_named(&self, person: i64) -> Result<bool, StoreError> {
        if self.is_referred_to(person).await? {
            return Ok(true);
        }
        let named = revision::Entity::find()
            .select_only()
            .column(revision::Column::Number)
            .filter(revision::Column::Snapshot.contains(format!("\"person\":{person}")))
            .limit(1)
            .into_tuple::<i64>()
            .one(self.tx)
            .await?;
        Ok(named.is_some())
    }
}

/// The records of a network that were never published and on which nobody worked for so long. One that
/// was merged is kept for as long as it can be taken apart again.
fn kept_too_long(network: &str, kept: Kept) -> Condition {
    let state = || Expr::col((record::Entity, record::Column::State));
    let given_up = [State::Draft, State::Declined].map(|state| literal(state.code()));
    let merged = Condition::all()
        .add(state().eq(literal(State::Merged.code())))
        .add(untouched(network, std::cmp::min(kept.since, kept.now - CAN_BE_UNDONE)));
    Condition::any().add(untouched(network, kept.since).add(state().is_in(given_up))).add(merged)
}

/// The records of a network that were never published and that nobody changed since a moment.
fn untouched(network: &str, before: DateTime<Utc>) -> Condition {
    let column = |column| Expr::col((record::Entity, column));
    let saved = Query::select()
        .expr(Expr::cust("1"))
        .from(revision::Entity)
        .and_where(
            Expr::col((revision::Entity, revision::Column::Number))
                .equals((record::Entity, record::Column::Number)),
        )
        .and_where(Expr::col((revision::Entity, revision::Column::MadeAt)).gte(before))
        .to_owned();
    let done = Query::select()
        .expr(Expr::cust("1"))
        .from(audit_entry::Entity)
        .and_where(
            Expr::col((audit_entry::Entity, audit_entry::Column::Number))
                .equals((record::Entity, record::Column::Number)),
        )
        .and_where(Expr::col((audit_entry::Entity, audit_entry::Column::At)).gte(before))
        .and_where(
            Expr::col((audit_entry::Entity, audit_entry::Column::Action))
                .is_in(TOUCHES.map(literal)),
        )
        .to_owned();
    Condition::all()
        .add(column(record::Column::Network).eq(network))
        .add(column(record::Column::Version).eq(literal(0)))
        .add(column(record::Column::Public).eq(literal(0)))
        .add(column(record::Column::RecordedAt).lt(before))
        .add(Expr::exists(saved).not())
        .add(Expr::exists(done).not())
}
