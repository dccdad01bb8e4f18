//! The census: what counting needs to know of every published incident, packed into memory.
//!
//! What the counts that are kept do not answer would ask the wide row of each incident that a question
//! finds. The census answers it from memory, in a few nanoseconds for each. It holds what everybody may see
//! and nothing else: neither names nor words.
//!
//! It is made when it is first asked for, and from then on follows the writes of this process: each tells,
//! before it is answered, which incidents it may have changed, and the next question reads those anew. That
//! another process wrote shows in the revision of the register ([`crate::register`]); then all is read again.
//! Whatever it cannot answer, or not yet, the database answers as before
//! ([decision 27](../../../../docs/adr/0027-a-census-in-memory.md)).
//!
//! | room | what is in it |
//! |---|---|
//! | here | when it is made, and how it keeps up |
//! | `packed` | how it is held |
//! | `reading` | how it is read |
//! | `asking` | how a question is answered |
//! | `following` | what followed what |

mod asking;
mod following;
mod packed;
mod reading;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use amparo_domain::access::Audience;
use amparo_domain::counting::{Group, Measure};
use amparo_domain::filter::{Choice, IncidentFilter};
use amparo_domain::kind::Kind;
use amparo_domain::vocabulary::State;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{ConnectionTrait as _, DbBackend};

use crate::Store;
use crate::among::Purpose;
use crate::cards::Cards;
use crate::counts::{Key, Values};
use crate::entity::record;
use crate::error::StoreError;
use crate::escalation::{Escalations, Pair, PairKey};
use crate::records::{literal, visible_to};
use crate::register;
use asking::Asked;
use following::Following;
use packed::Packed;

/// Of so many records it is made while somebody waits for it; of more while the database answers.
const SOON: u64 = 20_000;
/// It is not made again sooner than after so many times as long as it took.
const PATIENCE: i32 = 10;
/// And not sooner than after that, if it was not made at once.
const PAUSE_MIN: TimeDelta = TimeDelta::seconds(1);
/// So many incidents are read anew; of more, all are.
const NOTED_MAX: usize = 5_000;

/// The census of this process.
#[derive(Debug, Default)]
pub(crate) struct Census {
    cards: Arc<RwLock<Option<Packed>>>,
    keeping: Mutex<Keeping>,
    /// One question at a time brings it up to date.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// Writes of this process that are not answered yet.
    writing: AtomicUsize,
}

/// What is known of how far it is.
#[derive(Debug, Default)]
struct Keeping {
    /// Whether it is there or being made.
    follows: bool,
    /// The revision of the register up to which all writes are known; none while it is made.
    at: Option<i64>,
    /// Later revisions that are known.
    later: BTreeSet<i64>,
    /// Incidents that may have changed.
    noted: BTreeSet<i64>,
    /// Not before then is it made again.
    again: Option<DateTime<Utc>>,
}

/// A write of this process, from before it begins until it has told what it changed.
#[derive(Debug)]
pub(crate) struct Underway<'a>(&'a Census);

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        self.0.writing.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Census {
    /// Says that a write of this process begins.
    pub(crate) fn underway(&self) -> Underway<'_> {
        self.writing.fetch_add(1, Ordering::SeqCst);
        Underway(self)
    }

    /// Takes note of what a write of this process may have changed, and of the revision that it made.
    pub(crate) fn note(&self, revision: i64, incidents: impl IntoIterator<Item = i64>) {
        let mut keeping = self.keeping();
        if !keeping.follows {
            return;
        }
        keeping.noted.extend(incidents);
        keeping.later.insert(revision);
        keeping.catch_up();
    }

    /// Forgets everything, because so much changed that it is read anew.
    pub(crate) fn forget(&self) {
        let mut keeping = self.keeping();
        let again = keeping.again;
        *keeping = Keeping { again, ..Keeping::default() };
        drop(keeping);
        *self.cards.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn keeping(&self) -> std::sync::MutexGuard<'_, Keeping> {
        self.keeping.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it has to read anew to be as new as a revision; none if it cannot be.
    fn behind(&self, revision: i64) -> Option<Vec<i64>> {
        let mut keeping = self.keeping();
        let known = keeping.at.is_some_and(|at| revision <= at);
        (known && keeping.noted.len() <= NOTED_MAX)
            .then(|| std::mem::take(&mut keeping.noted).into_iter().collect())
    }
}

impl Keeping {
    fn catch_up(&mut self) {
        while let Some(at) = self.at
            && let Some(first) = self.later.first().copied()
            && first <= at + 1
        {
            self.later.remove(&first);
            self.at = Some(std::cmp::max(at, first));
        }
    }
}

impl Store {
    /// Counts from the census, if it can answer: what is counted in each group of the columns, and how many
    /// incidents there are. Of published incidents everybody sees all, so that it is everybody's.
    pub(crate) async fn count_in_census(
        &self,
        audience: &Audience,
        filter: &IncidentFilter,
        columns: &[Group],
        measures: &[Measure],
        held: bool,
    ) -> Result<Option<(BTreeMap<Vec<Key>, Values>, u64)>, StoreError> {
        if rest_of(filter).is_none() || !self.is_counted().await? {
            return Ok(None);
        }
        let Some(mut asked) = self.ask_census(filter).await? else { return Ok(None) };
        asked.columns = columns.to_vec();
        asked.measures = measures.to_vec();
        asked.hidden = self.hidden(audience, columns, measures).await?;
        asked.held = held;
        self.with_census(move |cards| asked.answer(cards)).await
    }

    /// Pairs of incidents of which one followed the other, from the census, if it can answer.
    pub(crate) async fn pairs_in_census(
        &self,
        asked: &Escalations,
        after: Option<PairKey>,
        limit: usize,
    ) -> Result<Option<Vec<Pair>>, StoreError> {
        let both = rest_of(&asked.first).and(rest_of(&asked.second));
        if both.is_none() || !self.is_counted().await? {
            return Ok(None);
        }
        let first = self.ask_census(&asked.first).await?;
        let second = self.ask_census(&asked.second).await?;
        let Some((first, second)) = first.zip(second) else { return Ok(None) };
        let Escalations { within, by, .. } = *asked;
        let following = Following { first, second, within, by, after, limit };
        self.with_census(move |cards| Some(following.pairs(cards))).await
    }

    /// Asks the census, beside what waits for the database.
    async fn with_census<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Packed) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>, StoreError> {
        let cards = Arc::clone(&self.census.cards);
        let answer = tokio::task::spawn_blocking(move || {
            let cards = cards.read().unwrap_or_else(PoisonError::into_inner);
            cards.as_ref().and_then(ask)
        });
        answer.await.map_err(|_| StoreError::Unavailable)
    }

    /// A filter as the census takes it, with what the database has to say about it.
    async fn ask_census(&self, filter: &IncidentFilter) -> Result<Option<Asked>, StoreError> {
        let Some(rest) = rest_of(filter) else { return Ok(None) };
        let regions = [&filter.region.any, &filter.region.none];
        let mut countries = [None, None];
        for (regions, countries) in regions.into_iter().zip(&mut countries) {
            if !regions.is_empty() {
                *countries = Some(self.countries_of(regions).await?);
            }
        }
        Ok(Some(Asked {
            filter: filter.clone(),
            regions: countries,
            found: self.found_beside(&rest).await?,
            columns: Vec::new(),
            measures: Vec::new(),
            hidden: HashSet::new(),
            today: filter.seen_on(self.clock.today()),
            held: false,
        }))
    }

    /// Whether the census is there and as new as the register, after bringing it up to date.
    async fn is_counted(&self) -> Result<bool, StoreError> {
        if self.by_database {
            return Ok(false);
        }
        let revision = self.register_revision().await?;
        let turn = Arc::clone(&self.census.turn);
        let Ok(turn) = turn.try_lock_owned() else {
            // Somebody else brings it up to date. While it is made that takes long.
            if self.census.keeping().at.is_none() {
                return Ok(false);
            }
            let _turn = self.census.turn.lock().await;
            return self.keeps_up(revision).await;
        };
        // A write of this process that is committed and has not told yet may look like one of others.
        let underway = self.census.writing.load(Ordering::SeqCst) > 0;
        if self.keeps_up(revision).await? {
            return Ok(true);
        }
        if underway {
            return Ok(false);
        }
        let now = self.clock.now();
        if self.census.keeping().again.is_some_and(|again| now < again) {
            return Ok(false);
        }
        if self.taken.load(Ordering::Relaxed) <= SOON {
            if let Err(error) = self.make_census().await {
                tracing::warn!(%error, "the census was not made");
                self.census.keeping().again = Some(now + PAUSE_MIN);
                return Ok(false);
            }
            return self.keeps_up(self.register_revision().await?).await;
        }
        // From here on others do not wait for their turn.
        self.census.forget();
        let store = self.clone();
        tokio::spawn(async move {
            let _turn = turn;
            if let Err(error) = store.make_census().await {
                tracing::warn!(%error, "the census was not made");
            }
            let ended = store.clock.now();
            let pause = std::cmp::max(PAUSE_MIN, (ended - now) * PATIENCE);
            store.census.keeping().again = Some(ended + pause);
        });
        Ok(false)
    }

    /// Reads anew what writes of this process may have changed; false if others wrote.
    async fn keeps_up(&self, revision: i64) -> Result<bool, StoreError> {
        let Some(noted) = self.census.behind(revision) else { return Ok(false) };
        if noted.is_empty() {
            return Ok(true);
        }
        let read = reading::some(self.connections.reader(), &noted).await;
        let cards = match read {
            Ok(cards) => cards,
            Err(error) => {
                self.census.keeping().noted.extend(noted);
                return Err(error);
            }
        };
        let census = Arc::clone(&self.census.cards);
        let done = tokio::task::spawn_blocking(move || {
            let mut census = census.write().unwrap_or_else(PoisonError::into_inner);
            census.as_mut().map(|census| census.replace(&noted, cards)).is_some()
        });
        done.await.map_err(|_| StoreError::Unavailable)
    }

    async fn make_census(&self) -> Result<(), StoreError> {
        self.census.forget();
        self.census.keeping().follows = true;
        // What is written from here on is noted. It may be among what is read already; then it is read twice.
        let standing = self.connections.stand().await?;
        let (revision, cards) = if let Some(moment) = &standing.at {
            (register::revision_at(moment).await?, reading::all(moment).await?)
        } else {
            let reader = self.connections.reader();
            (register::revision_at(reader).await?, reading::all(reader).await?)
        };
        drop(standing);
        let mut census = self.census.cards.write().unwrap_or_else(PoisonError::into_inner);
        let mut keeping = self.census.keeping();
        if keeping.follows {
            *census = Some(cards);
            keeping.at = Some(revision);
            keeping.catch_up();
        }
        Ok(())
    }

    /// The incidents that fulfil what the census knows nothing of, in lists of which each incident has to be
    /// in all. Others may be among them.
    async fn found_beside(&self, rest: &IncidentFilter) -> Result<Vec<Vec<i64>>, StoreError> {
        let mut selects = Vec::new();
        if let Some(words) = &rest.words {
            selects.extend(self.selects_of_words(words).await?);
        }
        let others = IncidentFilter { words: None, ..rest.clone() };
        if others != IncidentFilter::default() {
            let audience = Audience::Public;
            let condition =
                self.condition_on(Cards::Present, &audience, &others, Purpose::Count).await?;
            let mut select = Query::select();
            select
                .expr_as(Expr::col((record::Entity, record::Column::Number)), Alias::new("n"))
                .from(record::Entity)
                .cond_where(condition);
            selects.push(select);
        }
        let mut found = Vec::with_capacity(selects.len());
        for select in selects {
            found.push(self.numbers_of(select).await?);
        }
        Ok(found)
    }

    /// All numbers that a select finds in its column `n`, in one row: a row of its own for each would take
    /// longer than finding it.
    async fn numbers_of(&self, select: SelectStatement) -> Result<Vec<i64>, StoreError> {
        let together = match self.connections.backend() {
            DbBackend::Sqlite => "group_concat(\"n\")",
            _ => "string_agg(CAST(\"n\" AS text), ',')",
        };
        let mut all = Query::select();
        all.expr(Expr::cust(together)).from_subquery(select, Alias::new("found"));
        let row = self.connections.asker().query_one(&all).await?;
        let text: Option<String> = row.map_or(Ok(None), |row| row.try_get_by_index(0))?;
        let text = text.unwrap_or_default();
        Ok(text.split(',').filter_map(|number| number.parse().ok()).collect())
    }

    /// The organizations and elections that a caller does not see, as far as the question tells of them.
    async fn hidden(
        &self,
        audience: &Audience,
        columns: &[Group],
        measures: &[Measure],
    ) -> Result<HashSet<i64>, StoreError> {
        let mut kinds = Vec::new();
        let organizations = columns.contains(&Group::Organization);
        if organizations || measures.contains(&Measure::Organizations) {
            kinds.push(Kind::Organization);
        }
        if columns.contains(&Group::Election) {
            kinds.push(Kind::Election);
        }
        let mut hidden = HashSet::new();
        for kind in kinds {
            let mut select = Query::select();
            select
                .column((record::Entity, record::Column::Number))
                .from(record::Entity)
                .and_where(
                    Expr::col((record::Entity, record::Column::Kind)).eq(literal(kind.singular())),
                )
                .cond_where(visible_to(audience).not());
            for row in self.connections.reader().query_all(&select).await? {
                hidden.insert(row.try_get_by_index(0)?);
            }
        }
        Ok(hidden)
    }
}

/// What of a question the census knows nothing of; none if it cannot answer.
///
/// Every part of a filter is named here, so that a new one cannot be left out by mistake.
fn rest_of(filter: &IncidentFilter) -> Option<IncidentFilter> {
    let IncidentFilter {
        words,
        country: _,
        region: _,
        incident_type: _,
        grade: _,
        state,
        custody,
        person,
        organization: _,
        member_of,
        actor: _,
        election,
        before_election,
        after_election,
        phase: _,
        case,
        network: _,
        period: _,
        date_match: _,
        bbox,
        near,
        changed_since,
        severity: _,
        cited_in,
        as_of,
        known_on,
        subtype,
        held_on,
    } = filter;
    let published = (state.any.is_empty()
        || state.any.iter().all(|state| *state == State::Published))
        && state.none.is_empty();
    if as_of.is_some() || !published {
        return None;
    }
    let window = before_election.is_some() || after_election.is_some();
    let known = known_on.is_some();
    Some(IncidentFilter {
        words: words.clone(),
        person: person.clone(),
        member_of: member_of.clone(),
        election: if window { election.clone() } else { Choice::default() },
        before_election: *before_election,
        after_election: *after_election,
        case: case.clone(),
        bbox: *bbox,
        near: *near,
        changed_since: *changed_since,
        cited_in: cited_in.clone(),
        known_on: *known_on,
        custody: if known { custody.clone() } else { Choice::default() },
        held_on: held_on.filter(|_| known),
        subtype: subtype.clone(),
        ..IncidentFilter::default()
    })
}
