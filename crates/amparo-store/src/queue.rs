//! What waits for whom: for the desk what was handed in, changed, answered or is due to be confirmed
//! again; for authors what they were asked.
//!
//! A page is read from two small indexes in its order, of what waits and of those held, and the two are
//! merged.

use std::collections::HashMap;

use amparo_domain::country::CountryCode;
use amparo_domain::facts::Stored;
use amparo_domain::filter::Choice;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::page::{Cursor, Page, PageRequest, Sort, SortKey};
use amparo_domain::vocabulary::State;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Order, Query, SelectStatement};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryResult,
    QuerySelect as _,
};

use crate::Store;
use crate::bulk::padded;
use crate::entity::{approval, assignment, record, revision};
use crate::error::StoreError;
use crate::paging;
use crate::plans::{self, Plans};
use crate::records::{literal, read_facts, select_count};
use crate::review::{CHANGES, IMPORT, NEW, QUESTION, REPLY};

/// The kind of a thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Task {
    /// Somebody is in danger now, by a record that waits for the desk.
    Safety,
    /// A record was handed in.
    New,
    /// A published record was changed.
    Changes,
    /// What was asked is answered.
    Reply,
    /// A detention was not confirmed for long.
    Due,
    /// A record was imported as handed in.
    Import,
    /// Those who logged it are asked.
    Question,
}

impl Task {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Safety,
        Self::New,
        Self::Changes,
        Self::Reply,
        Self::Due,
        Self::Import,
        Self::Question,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Safety => "safety",
            Self::New => NEW,
            Self::Changes => CHANGES,
            Self::Reply => REPLY,
            Self::Due => "due",
            Self::Import => IMPORT,
            Self::Question => QUESTION,
        }
    }
}

/// Whose queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// That of the desk of a network.
    Network(String),
    /// That of all desks.
    All,
    /// What somebody is asked about the records they logged for a network.
    Author {
        /// Who.
        who: i64,
        /// For which network.
        network: String,
    },
}

/// Who looks after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assigned {
    /// One person.
    To(i64),
    /// Nobody.
    Nobody,
}

/// What of the queue is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueFilter {
    /// Whose it is.
    pub whose: Whose,
    /// Whether the records of people are among it: for those who know who they are.
    pub people: bool,
    /// The kinds of things to do; all that the desk can do if none is given.
    pub tasks: Choice<Task>,
    /// Who looks after it.
    pub assigned: Option<Assigned>,
    /// Only what needs two approvals.
    pub two_person: bool,
    /// Where.
    pub country: Choice<CountryCode>,
    /// After how many days a detention is due to be confirmed again.
    pub reconfirm_days: u32,
}

/// A record and what of it waits.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// What there is to do.
    pub task: Task,
    /// The record.
    pub number: Number,
    /// What the latest revision of it says.
    pub facts: Stored,
    /// The country.
    pub country: Option<String>,
    /// Where it is on its way.
    pub state: State,
    /// Whether somebody in it is in danger now.
    pub in_danger_now: bool,
    /// Since when it waits.
    pub since: DateTime<Utc>,
    /// Who looks after it.
    pub assigned_to: Option<i64>,
    /// How many approvals of the latest revision are there.
    pub there: u8,
    /// How many are needed.
    pub needed: u8,
}

/// The two halves of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    /// What somebody did something with.
    Waits,
    /// What nobody did anything with for long.
    Due,
}

impl Store {
    /// A page of a queue: those in danger first, then what waits longest.
    pub async fn queue(
        &self,
        filter: &QueueFilter,
        page: &PageRequest,
    ) -> Result<Page<Waiting>, StoreError> {
        let today = self.clock.today();
        let reader = self.connections.reader();
        let limit = usize::from(page.limit);
        let mut found = Vec::new();
        for half in halves(filter) {
            let mut select = select(half, filter, today);
            if let Some(cursor) = &page.after {
                after(&mut select, half, filter, cursor);
            }
            let statement = paging::limited(self.connections.backend(), &select, limit + 1);
            for row in reader.query_all_raw(statement).await? {
                found.push(read(half, filter, &row)?);
            }
        }
        found.sort_by_key(|(waiting, _)| key_of(waiting));
        let more = found.len() > limit;
        found.truncate(limit);
        self.count_approvals(&mut found).await?;
        let items: Vec<Waiting> = found.into_iter().map(|(waiting, _)| waiting).collect();
        let next = items.last().filter(|_| more).map(cursor_of);
        let total = if page.total { Some(self.count_queue(filter, today).await?) } else { None };
        Ok(Page { items, next, total })
    }

    /// How a page of the queue and its total are found, each half after the other.
    pub async fn plans_of_queue(
        &self,
        filter: &QueueFilter,
        page: &PageRequest,
    ) -> Result<Vec<Plans>, StoreError> {
        let today = self.clock.today();
        let mut plans = Vec::new();
        for half in halves(filter) {
            let mut select = select(half, filter, today);
            if let Some(cursor) = &page.after {
                after(&mut select, half, filter, cursor);
            }
            let limited = paging::limited(self.connections.backend(), &select, 51);
            let count = self.connections.backend().build(&select_count(which(half, filter, today)));
            plans.push(plans::of_pair(&self.connections, limited, count).await?);
        }
        Ok(plans)
    }

    async fn count_queue(&self, filter: &QueueFilter, today: NaiveDate) -> Result<u64, StoreError> {
        let mut total = 0;
        for half in halves(filter) {
            total += self.count(which(half, filter, today)).await?;
        }
        Ok(total)
    }

    async fn count_approvals(&self, found: &mut [(Waiting, i32)]) -> Result<(), StoreError> {
        if found.is_empty() {
            return Ok(());
        }
        let numbers: Vec<i64> = found.iter().map(|(waiting, _)| waiting.number.as_i64()).collect();
        let rows: Vec<(i64, i32)> = approval::Entity::find()
            .select_only()
            .columns([approval::Column::Number, approval::Column::Revision])
            .filter(approval::Column::Number.is_in(padded(numbers)))
            .into_tuple()
            .all(self.connections.reader())
            .await?;
        let mut there: HashMap<(i64, i32), u8> = HashMap::new();
        for key in rows {
            let count = there.entry(key).or_default();
            *count = count.saturating_add(1);
        }
        for (waiting, revision) in found {
            let key = (waiting.number.as_i64(), *revision);
            waiting.there = there.get(&key).copied().unwrap_or(0);
        }
        Ok(())
    }
}

fn halves(filter: &QueueFilter) -> impl Iterator<Item = Half> {
    let any = &filter.tasks.any;
    let asked_for = |task: &Task| any.is_empty() || any.contains(task);
    let desk = !matches!(filter.whose, Whose::Author { .. });
    let due = desk
        && !filter.two_person
        && asked_for(&Task::Due)
        && !filter.tasks.none.contains(&Task::Due);
    let waits = if desk {
        any.is_empty() || any.iter().any(|task| *task != Task::Due)
    } else {
        asked_for(&Task::Question) && !filter.tasks.none.contains(&Task::Question)
    };
    [waits.then_some(Half::Waits), due.then_some(Half::Due)].into_iter().flatten()
}

fn column(column: record::Column) -> Expr {
    Expr::col((record::Entity, column))
}

/// Which records are in a half.
fn which(half: Half, filter: &QueueFilter, today: NaiveDate) -> Condition {
    let mut all = Condition::all();
    match &filter.whose {
        Whose::Network(network) => {
            all = all.add(column(record::Column::Network).eq(network.as_str()));
        }
        Whose::Author { who, network } => {
            all = all
                .add(column(record::Column::Network).eq(network.as_str()))
                .add(column(record::Column::RecordedBy).eq(*who))
                .add(column(record::Column::Task).eq(literal(QUESTION)));
        }
        Whose::All => {}
    }
    all = all.add(paging::chosen(record::Column::Country, &filter.country, CountryCode::alpha3));
    if !filter.people {
        all = all.add(column(record::Column::Kind).ne(literal(Kind::Person.singular())));
    }
    match half {
        Half::Waits => {
            all = all.add(column(record::Column::Task).is_not_null());
            if !matches!(filter.whose, Whose::Author { .. }) {
                all = all.add(of_tasks(&filter.tasks));
            }
            if filter.two_person {
                all = all.add(column(record::Column::Needed).gt(literal(1)));
            }
        }
        Half::Due => {
            let last = today - TimeDelta::days(i64::from(filter.reconfirm_days));
            all = all
                .add(column(record::Column::HeldConfirmedOn).is_not_null())
                .add(column(record::Column::HeldConfirmedOn).lte(last))
                .add(column(record::Column::State).eq(literal(State::Published.code())))
                .add(column(record::Column::Task).is_null());
        }
    }
    let assignments = |who: Option<i64>| {
        let mut select = Query::select();
        select.column((assignment::Entity, assignment::Column::Number)).from(assignment::Entity);
        if let Some(who) = who {
            let column = Expr::col((assignment::Entity, assignment::Column::Who));
            select.and_where(column.eq(who));
        }
        select
    };
    match filter.assigned {
        None => all,
        Some(Assigned::To(who)) => {
            all.add(column(record::Column::Number).in_subquery(assignments(Some(who))))
        }
        Some(Assigned::Nobody) => {
            all.add(column(record::Column::Number).not_in_subquery(assignments(None)))
        }
    }
}

/// What waits for the desk, unless other kinds are asked for: all but what waits for an answer, and even
/// that where somebody is in danger.
fn of_tasks(tasks: &Choice<Task>) -> Condition {
    let urgent = || column(record::Column::Urgency).eq(literal(0_i16));
    let of = |task: Task| match task {
        Task::Safety => Condition::all().add(urgent()),
        Task::Due => Condition::all().add(Expr::val(1).eq(literal(0))),
        task => Condition::all()
            .add(urgent().not())
            .add(column(record::Column::Task).eq(literal(task.code()))),
    };
    let any_of =
        |tasks: &[Task]| tasks.iter().fold(Condition::any(), |any, task| any.add(of(*task)));
    let mut all = Condition::all();
    if tasks.any.is_empty() {
        let answered = column(record::Column::Task).ne(literal(QUESTION));
        all = all.add(Condition::any().add(urgent()).add(answered));
    } else {
        all = all.add(any_of(&tasks.any));
    }
    if !tasks.none.is_empty() {
        all = all.add(any_of(&tasks.none).not());
    }
    all
}

const fn since(half: Half) -> record::Column {
    match half {
        Half::Waits => record::Column::WaitingSince,
        Half::Due => record::Column::HeldConfirmedOn,
    }
}

fn select(half: Half, filter: &QueueFilter, today: NaiveDate) -> SelectStatement {
    let of_record = [
        record::Column::Number,
        record::Column::Kind,
        record::Column::State,
        record::Column::Country,
        record::Column::Task,
        record::Column::Urgency,
        record::Column::Needed,
        record::Column::Revision,
    ];
    let latest = Expr::col((revision::Entity, revision::Column::Number))
        .equals((record::Entity, record::Column::Number))
        .and(
            Expr::col((revision::Entity, revision::Column::Revision))
                .equals((record::Entity, record::Column::Revision)),
        );
    let assigned = Expr::col((assignment::Entity, assignment::Column::Number))
        .equals((record::Entity, record::Column::Number));
    let mut select = Query::select();
    select
        .columns(of_record.map(|column| (record::Entity, column)))
        .column((revision::Entity, revision::Column::Snapshot))
        .column((assignment::Entity, assignment::Column::Who))
        .column((record::Entity, since(half)))
        .from(record::Entity)
        .inner_join(revision::Entity, latest)
        .left_join(assignment::Entity, assigned)
        .cond_where(which(half, filter, today));
    for of in [record::Column::Urgency, since(half), record::Column::Number] {
        select.order_by((record::Entity, of), Order::Asc);
    }
    select
}

/// The part of a half that comes after a place in the whole.
fn after(select: &mut SelectStatement, half: Half, filter: &QueueFilter, cursor: &Cursor) {
    let (urgency, at) = unpacked(cursor);
    let mut number = cursor.number.as_i64();
    let at = match half {
        Half::Waits => Expr::val(at),
        Half::Due => {
            // Within a day, all that are due since its beginning have come.
            if at.time() != NaiveTime::MIN {
                number = i64::MAX;
            }
            let days = TimeDelta::days(i64::from(filter.reconfirm_days));
            Expr::val(at.date_naive() - days)
        }
    };
    let key = Expr::tuple([
        column(record::Column::Urgency),
        column(since(half)),
        column(record::Column::Number),
    ]);
    select.and_where(key.gt(Expr::tuple([Expr::val(urgency), at, Expr::val(number)])));
}

fn read(half: Half, filter: &QueueFilter, row: &QueryResult) -> Result<(Waiting, i32), StoreError> {
    let number: i64 = row.try_get_by_index(0)?;
    let (kind, state): (String, String) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    let task: Option<String> = row.try_get_by_index(4)?;
    let (urgency, needed): (i16, i16) = (row.try_get_by_index(5)?, row.try_get_by_index(6)?);
    let snapshot: String = row.try_get_by_index(8)?;
    let (number, facts) = read_facts(number, &kind, &snapshot)?;
    let since = match half {
        Half::Waits => row.try_get_by_index(10)?,
        Half::Due => {
            let day: NaiveDate = row.try_get_by_index(10)?;
            let due = day + TimeDelta::days(i64::from(filter.reconfirm_days));
            due.and_time(NaiveTime::MIN).and_utc()
        }
    };
    let asked = matches!(filter.whose, Whose::Author { .. });
    let in_danger_now = urgency == 0;
    let task = match (half, task.as_deref()) {
        (Half::Due, _) => Task::Due,
        (_, Some(QUESTION)) if asked || !in_danger_now => Task::Question,
        (Half::Waits, _) if in_danger_now => Task::Safety,
        (_, Some(CHANGES)) => Task::Changes,
        (_, Some(REPLY)) => Task::Reply,
        (_, Some(IMPORT)) => Task::Import,
        _ => Task::New,
    };
    let corrupt = |what| StoreError::Corrupt { table: "record", number: number.as_i64(), what };
    let waiting = Waiting {
        task,
        number,
        facts,
        country: row.try_get_by_index(3)?,
        state: state.parse().map_err(|_| corrupt("the state is unknown"))?,
        in_danger_now,
        since,
        assigned_to: row.try_get_by_index(9)?,
        there: 0,
        needed: u8::try_from(needed).unwrap_or(2),
    };
    Ok((waiting, row.try_get_by_index(7)?))
}

fn key_of(waiting: &Waiting) -> (bool, i64, i64) {
    (!waiting.in_danger_now, waiting.since.timestamp_micros(), waiting.number.as_i64())
}

/// Above any time in microseconds, so that what is not urgent comes after all that is.
const CALM: i64 = 1 << 60;

fn cursor_of(waiting: &Waiting) -> Cursor {
    let calm = if waiting.in_danger_now { 0 } else { CALM };
    // The queue has one order, so its cursors need not say which.
    Cursor {
        sort: Sort::default(),
        key: SortKey::Integer(calm + waiting.since.timestamp_micros()),
        number: waiting.number,
    }
}

fn unpacked(cursor: &Cursor) -> (i16, DateTime<Utc>) {
    let key = match cursor.key {
        SortKey::Integer(key) => key,
        SortKey::Day(_) => 0,
    };
    // A detention of long ago is due since before 1970.
    let (urgency, micros) = if key > CALM / 2 { (1, key - CALM) } else { (0, key) };
    (urgency, DateTime::from_timestamp_micros(micros).unwrap_or_default())
}
