//! What the public saw once: a card for each version that is shown no longer, so that lists can be asked as
//! of a day gone by. Nothing but those lists reads them.
//!
//! A version gets its card when another takes its place, or when its record is merged; the card is written in
//! the same transaction. One that was shown at the end of no day gets none, because no question reaches it.
//! The cards of a record go with it when it is withdrawn, and those of what was merged into it. Whom they can
//! be found by is decided by what is shown today, like what they show.

use std::collections::{HashMap, HashSet};

use amparo_domain::election::Phase;
use amparo_domain::facts::Stored;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::partial_date::PartialDate;
use amparo_domain::reference::Relation;
use amparo_domain::tier::Tier;
use amparo_domain::vocabulary::State;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait as _, EntityTrait as _,
    IdenStatic as _, Iterable as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use crate::bulk::{self, KEYS_MAX, padded};
use crate::card;
use crate::entity::{
    custody_span, incident_term, known_custody, merge, past_card, record, reference, revision,
    version,
};
use crate::error::StoreError;
use crate::merging::CHAIN_MAX;
use crate::records::read_facts;
use crate::rows::Rows;
use crate::save::{Around, read_number, read_state};
use crate::search;
use crate::today::Today;
use crate::writing::Writing;

/// A version and the time for which it was shown.
pub(crate) struct Shown {
    pub revision_id: i64,
    pub revision: i32,
    pub version: i32,
    pub facts: Stored,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

/// Keys of one revision: a merge that is undone shows it a second time.
const KEYS_OF_REVISION: i64 = 1 << 16;

/// The keys of the past cards of a record.
pub(crate) fn past_keys_of(number: Number) -> SelectStatement {
    keys_of(&[number.as_i64()])
}

fn keys_of(numbers: &[i64]) -> SelectStatement {
    Query::select()
        .column(past_card::Column::Number)
        .from(past_card::Entity)
        .and_where(Expr::col(past_card::Column::OfNumber).is_in(numbers.to_vec()))
        .to_owned()
}

impl Writing<'_> {
    /// Keeps a card of what the public saw of a record until now.
    pub(crate) async fn keep_past(&mut self, row: &record::Model) -> Result<(), StoreError> {
        let Some(from) = row.shown_at.filter(|_| row.kind == Kind::Incident.singular()) else {
            return Ok(());
        };
        if row.version == 0 || from.date_naive() >= self.now.date_naive() {
            return Ok(());
        }
        let (revision_id, facts) = self.revision_at(row, row.shown).await?;
        let until = self.now;
        let (revision, version) = (row.shown, row.version);
        self.insert_past(row, Shown { revision_id, revision, version, facts, from, until }).await
    }

    /// Writes the card of a version that is shown no longer.
    pub(crate) async fn insert_past(
        &mut self,
        row: &record::Model,
        shown: Shown,
    ) -> Result<(), StoreError> {
        let number = read_number(row)?;
        let Shown { revision_id, revision, version, facts, from, until } = shown;
        let mut facts = facts.narrowed(Tier::Public).into_owned();
        self.hide_taken_down(number, &mut facts).await?;
        let before = past_card::Entity::find()
            .filter(past_card::Column::ShownId.eq(revision_id))
            .count(self.tx)
            .await?;
        let nth = i64::try_from(before).unwrap_or(0);
        let key = -(revision_id * KEYS_OF_REVISION + nth);
        let around = self.around_public(std::iter::once(&facts)).await?;
        let mut card = record::ActiveModel {
            kind: Set(row.kind.clone()),
            state: Set(State::Published.to_string()),
            public: Set(1),
            network: Set(row.network.clone()),
            revision: Set(revision),
            version: Set(version),
            shown_id: Set(revision_id),
            recorded_at: Set(row.recorded_at),
            first_published_at: Set(row.first_published_at),
            changed_at: Set(Some(from)),
            shown_at: Set(Some(from)),
            ..Default::default()
        };
        card::fill(&mut card, &facts, &around.context(row.recorded_at.date_naive()));
        let mut past = past_of(&mut card);
        past.number = Set(key);
        past.of_number = Set(row.number);
        past.shown_until = Set(until);
        past_card::Entity::insert(past).exec_without_returning(self.tx).await?;
        let mut rows = Rows::default();
        rows.add_links(number, &facts, &around.context(self.now.date_naive()));
        rows.under_key(key).write_links(self.tx, false).await
    }

    /// Writes all past cards of some records anew, from their versions and the merges that they went through.
    /// What was withdrawn, and what was merged into that, has none.
    pub(crate) async fn past_anew(&mut self, numbers: &[Number]) -> Result<(), StoreError> {
        let ids: Vec<i64> = numbers.iter().map(|number| number.as_i64()).collect();
        let rows = record::Entity::find()
            .filter(record::Column::Number.is_in(ids))
            .filter(record::Column::Kind.eq(Kind::Incident.singular()))
            .filter(record::Column::Version.gt(0))
            .all(self.tx)
            .await?;
        let ids: Vec<i64> = rows.iter().map(|row| row.number).collect();
        let versions = version::Entity::find()
            .filter(version::Column::Number.is_in(ids.clone()))
            .order_by_asc(version::Column::Number)
            .order_by_asc(version::Column::Version)
            .all(self.tx)
            .await?;
        let merges = merge::Entity::find()
            .filter(merge::Column::Loser.is_in(ids))
            .order_by_asc(merge::Column::Id)
            .all(self.tx)
            .await?;
        for row in rows {
            let versions = versions.iter().filter(|version| version.number == row.number);
            let versions: Vec<&version::Model> = versions.collect();
            let merges = merges.iter().filter(|merged| merged.loser == row.number);
            let merges: Vec<&merge::Model> = merges.collect();
            if versions.len() < 2 && merges.is_empty() {
                continue;
            }
            let number = read_number(&row)?;
            self.remove_past(&[row.number]).await?;
            let (past, since) = times(&versions, &merges);
            if let Some(since) = since {
                let card = record::ActiveModel {
                    number: Set(row.number),
                    shown_at: Set(Some(since)),
                    ..Default::default()
                };
                card.update(self.tx).await?;
            }
            if self.is_withdrawn_today(&row).await? {
                continue;
            }
            for (version, from, until) in past {
                let (revision_id, facts) = self.revision_at(&row, version.revision).await?;
                let (revision, version) = (version.revision, version.version);
                let shown = Shown { revision_id, revision, version, facts, from, until };
                self.insert_past(&row, shown).await?;
            }
            self.refresh_past_names(number).await?;
        }
        Ok(())
    }

    /// Whether a record was withdrawn, or the one that holds now what it said.
    async fn is_withdrawn_today(&self, row: &record::Model) -> Result<bool, StoreError> {
        let mut at = row.clone();
        for _ in 0..CHAIN_MAX {
            if read_state(&at)? != State::Merged {
                break;
            }
            let merged = merge::Entity::find()
                .filter(merge::Column::Loser.eq(at.number))
                .filter(merge::Column::UnmergedAt.is_null())
                .one(self.tx)
                .await?;
            let Some(merged) = merged else { break };
            let survivor = record::Entity::find_by_id(merged.survivor).one(self.tx).await?;
            at = survivor.ok_or(StoreError::NotFound)?;
        }
        Ok(read_state(&at)? == State::Withdrawn)
    }

    /// That a record is shown again after a merge was undone.
    pub(crate) async fn shown_again(
        &self,
        row: &record::Model,
        state: State,
    ) -> Result<(), StoreError> {
        if state != State::Published || row.version == 0 {
            return Ok(());
        }
        let card = record::ActiveModel {
            number: Set(row.number),
            shown_at: Set(Some(self.now)),
            ..Default::default()
        };
        card.update(self.tx).await?;
        Ok(())
    }

    /// Forgets what the public saw once of a record, and of all that it took up: what a withdrawn record
    /// said is gone everywhere.
    pub(crate) async fn forget_past(&self, number: Number) -> Result<(), StoreError> {
        let numbers = self.with_taken_up(number).await?;
        self.remove_past(&numbers).await
    }

    async fn remove_past(&self, numbers: &[i64]) -> Result<(), StoreError> {
        let keys = || keys_of(numbers);
        let gone: Vec<i64> = past_card::Entity::find()
            .select_only()
            .column(past_card::Column::Number)
            .filter(past_card::Column::OfNumber.is_in(numbers.to_vec()))
            .into_tuple()
            .all(self.tx)
            .await?;
        if gone.is_empty() {
            return Ok(());
        }
        reference::Entity::delete_many()
            .filter(reference::Column::FromNumber.in_subquery(keys()))
            .exec(self.tx)
            .await?;
        incident_term::Entity::delete_many()
            .filter(incident_term::Column::Incident.in_subquery(keys()))
            .exec(self.tx)
            .await?;
        custody_span::Entity::delete_many()
            .filter(custody_span::Column::Incident.in_subquery(keys()))
            .exec(self.tx)
            .await?;
        known_custody::Entity::delete_many()
            .filter(known_custody::Column::Incident.in_subquery(keys()))
            .exec(self.tx)
            .await?;
        past_card::Entity::delete_many()
            .filter(past_card::Column::OfNumber.is_in(numbers.to_vec()))
            .exec(self.tx)
            .await?;
        for some in gone.chunks(KEYS_MAX) {
            search::remove_keys(self.tx, some.to_vec()).await?;
        }
        Ok(())
    }

    /// Decides anew by which names the past cards of a record are found, and those of all that it took up:
    /// by those that are shown today.
    pub(crate) async fn refresh_past_names(&self, number: Number) -> Result<(), StoreError> {
        let numbers = self.with_taken_up(number).await?;
        let of_these = past_card::Column::OfNumber.is_in(numbers.clone());
        let past = self.past_facts(of_these).await?;
        if past.is_empty() {
            return Ok(());
        }
        let today = Today::of(self.tx, &numbers).await?;
        let mut terms = Vec::new();
        for (key, of, facts) in past {
            let mut facts = facts.narrowed(Tier::Public).into_owned();
            today.restrict(of, &mut facts);
            self.hide_taken_down(of, &mut facts).await?;
            terms.extend(card::terms(of, &facts).into_iter().filter_map(|mut term| {
                let named = matches!(&term.list, Set(list) if list == card::NAMED);
                term.incident = Set(key);
                named.then_some(term)
            }));
        }
        incident_term::Entity::delete_many()
            .filter(incident_term::Column::List.eq(card::NAMED))
            .filter(incident_term::Column::Incident.in_subquery(keys_of(&numbers)))
            .exec(self.tx)
            .await?;
        bulk::insert::<incident_term::Entity, _>(self.tx, terms).await
    }

    /// Sets the phases of past cards about an election whose date was changed, as those of today.
    pub(crate) async fn refresh_past_phases(
        &self,
        election: Number,
        date: &PartialDate,
    ) -> Result<(), StoreError> {
        if self.public_among(vec![election]).await?.is_empty() {
            return Ok(());
        }
        let about = past_card::Column::Election.eq(election.as_i64());
        for (key, _, facts) in self.past_facts(about).await? {
            let Stored::Incident(incident) = facts else { continue };
            let phase = Phase::of(&incident.occurred, date).map(Phase::code);
            let update = Query::update()
                .table(past_card::Entity)
                .value(past_card::Column::Phase, phase)
                .and_where(Expr::col(past_card::Column::Number).eq(key))
                .to_owned();
            self.tx.execute(&update).await?;
        }
        Ok(())
    }

    /// Finds past cards by the present names of an organization in them, as those of today.
    pub(crate) async fn refresh_past_words(&self, organization: Number) -> Result<(), StoreError> {
        if self.public_among(vec![organization]).await?.is_empty() {
            return Ok(());
        }
        let naming = Query::select()
            .column(reference::Column::FromNumber)
            .from(reference::Entity)
            .and_where(Expr::col(reference::Column::ToNumber).eq(organization.as_i64()))
            .and_where(Expr::col(reference::Column::Relation).eq(Relation::Organization.code()))
            .to_owned();
        let past = self.past_facts(past_card::Column::Number.in_subquery(naming)).await?;
        let past = past
            .into_iter()
            .map(|(key, _, facts)| (key, facts.narrowed(Tier::Public).into_owned()));
        let past: Vec<(i64, Stored)> = past.collect();
        let around = self.around_public(past.iter().map(|(_, facts)| facts)).await?;
        let context = around.context(self.now.date_naive());
        let words = past.iter().map(|(key, facts)| (*key, card::search_words(facts, &context)));
        search::index_keys(self.tx, words.collect(), true).await
    }

    /// What past cards need to know of what they refer to: what is public today. What a published record
    /// names is public; what one named once may be no longer, and be called otherwise since.
    async fn around_public<'f>(
        &self,
        facts: impl Iterator<Item = &'f Stored> + Clone,
    ) -> Result<Around, StoreError> {
        let mut around = self.around(facts).await?;
        let public = self.public_among(around.numbers()).await?;
        around.retain(&public);
        Ok(around)
    }

    async fn public_among(&self, numbers: Vec<Number>) -> Result<HashSet<Number>, StoreError> {
        let mut public = HashSet::new();
        for some in numbers.chunks(KEYS_MAX) {
            let ids = padded(some.iter().map(|number| number.as_i64()).collect());
            let some: Vec<i64> = record::Entity::find()
                .select_only()
                .column(record::Column::Number)
                .filter(record::Column::Number.is_in(ids))
                .filter(record::Column::Public.eq(1))
                .into_tuple()
                .all(self.tx)
                .await?;
            public.extend(some.into_iter().filter_map(|number| Number::from_i64(number).ok()));
        }
        Ok(public)
    }

    /// The past cards that fulfil a condition: key, record, and what the version says.
    async fn past_facts(
        &self,
        which: sea_orm::sea_query::SimpleExpr,
    ) -> Result<Vec<(i64, Number, Stored)>, StoreError> {
        let cards: Vec<(i64, i64, String, i64)> = past_card::Entity::find()
            .select_only()
            .columns([
                past_card::Column::Number,
                past_card::Column::OfNumber,
                past_card::Column::Kind,
                past_card::Column::ShownId,
            ])
            .filter(which)
            .into_tuple()
            .all(self.tx)
            .await?;
        let mut snapshots: HashMap<i64, String> = HashMap::new();
        let ids: Vec<i64> = cards.iter().map(|(.., id)| *id).collect();
        for some in ids.chunks(KEYS_MAX) {
            let rows: Vec<(i64, String)> = revision::Entity::find()
                .select_only()
                .columns([revision::Column::Id, revision::Column::Snapshot])
                .filter(revision::Column::Id.is_in(padded(some.to_vec())))
                .into_tuple()
                .all(self.tx)
                .await?;
            snapshots.extend(rows);
        }
        let mut all = Vec::with_capacity(cards.len());
        for (key, of, kind, id) in cards {
            let snapshot = snapshots.get(&id).ok_or(StoreError::NotFound)?;
            let (of, facts) = read_facts(of, &kind, snapshot)?;
            all.push((key, of, facts));
        }
        Ok(all)
    }

    /// A record and all that was merged into it, and into those.
    async fn with_taken_up(&self, number: Number) -> Result<Vec<i64>, StoreError> {
        let mut all = vec![number.as_i64()];
        let mut last = all.clone();
        for _ in 0..CHAIN_MAX {
            let taken_up: Vec<i64> = merge::Entity::find()
                .select_only()
                .column(merge::Column::Loser)
                .filter(merge::Column::Survivor.is_in(last))
                .filter(merge::Column::UnmergedAt.is_null())
                .into_tuple()
                .all(self.tx)
                .await?;
            if taken_up.is_empty() {
                break;
            }
            all.extend(&taken_up);
            last = taken_up;
        }
        Ok(all)
    }
}

/// A version and the time for which it was shown once.
type Time<'a> = (&'a version::Model, DateTime<Utc>, DateTime<Utc>);

/// For which times each version was shown, of those that were shown at the end of a day, and since when the
/// present one is; none if the record is merged.
fn times<'a>(
    versions: &[&'a version::Model],
    merges: &[&merge::Model],
) -> (Vec<Time<'a>>, Option<DateTime<Utc>>) {
    enum Change<'a> {
        Published(&'a version::Model),
        Merged,
        Unmerged,
    }
    let published = versions.iter().map(|of| (of.published_at, Change::Published(of)));
    let gone = merges.iter().map(|merge| (merge.merged_at, Change::Merged));
    let unmerged = merges.iter().filter_map(|of| Some((of.unmerged_at?, Change::Unmerged)));
    let mut changes: Vec<(DateTime<Utc>, Change<'_>)> =
        published.chain(gone).chain(unmerged).collect();
    changes.sort_by_key(|(at, _)| *at);
    let (mut past, mut shown, mut latest) = (Vec::new(), None, None);
    for (at, change) in changes {
        if let Some((version, since)) = shown.take() {
            past.push((version, since, at));
        }
        if let Change::Published(version) = change {
            latest = Some(version);
        }
        if !matches!(change, Change::Merged) {
            shown = latest.map(|version| (version, at));
        }
    }
    past.retain(|(_, from, until)| from.date_naive() < until.date_naive());
    (past, shown.map(|(_, since)| since))
}

/// The columns of a record's card that the card of a day gone by has, too.
fn past_of(card: &mut record::ActiveModel) -> past_card::ActiveModel {
    let mut past = <past_card::ActiveModel as Default>::default();
    for column in past_card::Column::iter() {
        let same = record::Column::iter().find(|of| of.as_str() == column.as_str());
        if let Some(value) = same.and_then(|of| card.take(of).into_value()) {
            past.set(column, value);
        }
    }
    past
}
