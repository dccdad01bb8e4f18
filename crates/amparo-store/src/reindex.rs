//! Writes all cards anew, where a register was written by a program that wrote less on them.

use amparo_domain::access::Actor;
use amparo_domain::clock::Chance;
use amparo_domain::facts::Stored;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::tier::Tier;
use amparo_domain::vocabulary::State;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, DatabaseTransaction,
    EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use std::sync::atomic::AtomicU64;

use crate::card;
use crate::changes::Changes;
use crate::entity::{instance, record, revision};
use crate::error::StoreError;
use crate::records::{DELETED, read_facts};
use crate::register;
use crate::resolve::Known;
use crate::rollups::{self, Pending};
use crate::rows::Rows;
use crate::writing::Writing;

/// Under what name the instance keeps which edition its cards are of.
const NAME: &str = "card_edition";

/// How many records are written anew at a time.
const TOGETHER: u64 = 500;

/// Organizations and elections first: what incidents are found by comes from theirs.
const ORDER: [Kind; 6] =
    [Kind::Organization, Kind::Election, Kind::Case, Kind::Person, Kind::Statement, Kind::Incident];

/// Whether all cards are of this edition.
pub(crate) async fn is_current(db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    let row = instance::Entity::find_by_id(NAME.to_owned()).one(db).await?;
    let edition = row.and_then(|row| row.value.parse::<i64>().ok()).unwrap_or(0);
    Ok(edition >= card::EDITION)
}

/// Writes the cards, links, terms, spans and words of all records anew if they are of an earlier edition,
/// and counts them; returns how many there were.
pub(crate) async fn bring_up_to_date(
    tx: &DatabaseTransaction,
    now: DateTime<Utc>,
    chance: &Chance,
    taken: &AtomicU64,
) -> Result<usize, StoreError> {
    if is_current(tx).await? {
        return Ok(0);
    }
    let actor = Actor::operator("default");
    let (mut known, pending) = (Known::default(), Pending::default());
    // What is written anew says the same as before.
    let changes = Changes::default();
    let mut writing = Writing {
        tx,
        actor: &actor,
        audience: actor.audience(),
        now,
        chance,
        taken,
        known: &mut known,
        changes: &changes,
        pending: &pending,
        importing: false,
        suggesting: false,
        unseen: true,
        handover: None,
    };
    let mut written = 0;
    for kind in ORDER {
        written += writing.write_anew(kind).await?;
    }
    rollups::forget_all(tx).await?;
    pending.settle(tx).await?;
    register::changed(tx).await?;
    instance::Entity::delete_by_id(NAME.to_owned()).exec(tx).await?;
    let edition = Set(card::EDITION.to_string());
    let row = instance::ActiveModel { name: Set(NAME.to_owned()), value: edition };
    instance::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(written)
}

impl Writing<'_> {
    async fn write_anew(&mut self, kind: Kind) -> Result<usize, StoreError> {
        let (mut last, mut written) = (i64::MIN, 0);
        loop {
            let rows: Vec<(record::Model, Option<revision::Model>)> = record::Entity::find()
                .filter(record::Column::Kind.eq(kind.singular()))
                .filter(record::Column::State.ne(DELETED))
                .filter(record::Column::Number.gt(last))
                .order_by_asc(record::Column::Number)
                .limit(TOGETHER)
                .join(sea_orm::JoinType::InnerJoin, crate::records::shown_revision())
                .select_also(revision::Entity)
                .all(self.tx)
                .await?;
            let Some((greatest, _)) = rows.last() else {
                return Ok(written);
            };
            last = greatest.number;
            written += rows.len();
            self.write_some_anew(rows).await?;
        }
    }

    async fn write_some_anew(
        &mut self,
        rows: Vec<(record::Model, Option<revision::Model>)>,
    ) -> Result<(), StoreError> {
        let mut shown: Vec<(record::Model, Number, Stored)> = Vec::with_capacity(rows.len());
        for (row, revision) in rows {
            let snapshot = revision.ok_or(StoreError::NotFound)?.snapshot;
            let (number, facts) = read_facts(row.number, &row.kind, &snapshot)?;
            let mut facts = facts.narrowed(Tier::Public).into_owned();
            self.hide_taken_down(number, &mut facts).await?;
            shown.push((row, number, facts));
        }
        let around = self.around(shown.iter().map(|(.., facts)| facts)).await?;
        let numbers: Vec<Number> = shown.iter().map(|(_, number, _)| *number).collect();
        self.remove_links(&numbers).await?;
        self.past_anew(&numbers).await?;
        let mut links = Rows::default();
        for (row, number, facts) in &shown {
            let mut written = record::ActiveModel { number: Set(row.number), ..Default::default() };
            card::fill(&mut written, facts, &around.context(row.recorded_at.date_naive()));
            written.update(self.tx).await?;
            links.add_links(*number, facts, &around.context(self.now.date_naive()));
            // What was withdrawn or merged is found by no word.
            let gone = [State::Withdrawn, State::Merged].map(State::code);
            if gone.contains(&row.state.as_str()) {
                links.forget_words();
            }
        }
        links.write_links(self.tx, true).await?;
        self.pending.touch(rollups::ids(&numbers));
        Ok(())
    }
}
