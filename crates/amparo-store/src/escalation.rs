//! One kind of incident followed by another, for the same person or organization.
//!
//! What two incidents share is told only where both say it to everybody: organizations by the references of
//! the shown revision, people by the names that it shows. A person whose name is not shown links nothing, whoever
//! asks, because to be told that two records are about one person is to be told who it is.

use std::collections::HashMap;

use amparo_domain::access::Audience;
use amparo_domain::facts::Stored;
use amparo_domain::filter::IncidentFilter;
use amparo_domain::incident::PersonLink;
use amparo_domain::number::Number;
use amparo_domain::reference::Relation;
use amparo_domain::tier::Tier;
use amparo_domain::vocabulary::Display;
use chrono::{Datelike as _, NaiveDate};
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait as _, JoinType, Order, Query, SelectStatement, SimpleExpr,
    UnionType,
};
use sea_orm::{ConnectionTrait as _, DbBackend, QueryResult};

use crate::Store;
use crate::among::Purpose;
use crate::bulk::padded;
use crate::card;
use crate::cards::Cards;
use crate::entity::{incident_term, record, reference};
use crate::error::StoreError;
use crate::paging;
use crate::records::{Labels, Record, View, read_record, select_records, visible_to};

/// So many pairs are looked at for the counts of all of them.
const PAIRS_MAX: usize = 5_000;

/// By what two incidents belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct By {
    /// An organization in both.
    pub organizations: bool,
    /// A person whom both show by name.
    pub people: bool,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Escalations {
    /// The incident that came first: its kinds.
    pub first: IncidentFilter,
    /// The one that followed: all that is asked of it.
    pub second: IncidentFilter,
    /// So many days later at most.
    pub within: u32,
    /// By what they belong together.
    pub by: By,
}

/// The place of a pair in their list: the latest that followed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PairKey {
    /// The day by which the second is sorted, and its number.
    pub second: (NaiveDate, Number),
    /// The same of the first.
    pub first: (NaiveDate, Number),
}

/// How many days lay between two incidents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lead {
    /// At least so many.
    pub min: i64,
    /// At most so many.
    pub max: i64,
    /// Whether it is certain that one followed the other within the days that were asked for.
    pub certain: bool,
}

/// What two incidents share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shared {
    /// An organization.
    Organization(Number),
    /// A person whom both show by name.
    Person(Number),
}

/// Two incidents of which one followed the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The one that came first.
    pub first: Number,
    /// The one that followed.
    pub second: Number,
    /// How many days lay between.
    pub lead: Lead,
    /// What they share.
    pub shared: Vec<Shared>,
    /// Its place in the list.
    pub key: PairKey,
}

/// Pairs, and what is needed to show them.
#[derive(Debug, Clone, PartialEq)]
pub struct Escalated {
    /// The pairs.
    pub pairs: Vec<Pair>,
    /// The incidents in them.
    pub records: HashMap<Number, Record>,
    /// What the caller may see of what those refer to.
    pub labels: Labels,
    /// The place after the last of them, if there are more.
    pub next: Option<PairKey>,
}

impl Lead {
    /// The days between two spans, if the second may have followed the first within so many days. Of two
    /// on one day nobody knows which followed which, so that it starts with the day after.
    pub fn between(
        first: (NaiveDate, NaiveDate),
        second: (NaiveDate, NaiveDate),
        within: u32,
    ) -> Option<Self> {
        let day = |day: NaiveDate| day.num_days_from_ce();
        let days = |(from, to): (NaiveDate, NaiveDate)| (day(from), day(to));
        Self::between_days(days(first), days(second), within)
    }

    /// The same of days that count from the beginning of the calendar.
    pub(crate) fn between_days(first: (i32, i32), second: (i32, i32), within: u32) -> Option<Self> {
        let (min, max) = (i64::from(second.0 - first.1), i64::from(second.1 - first.0));
        let within = i64::from(within);
        let certain = min >= 1 && max <= within;
        (max >= 1 && min <= within).then_some(Self { min, max, certain })
    }
}

impl Store {
    /// Pairs after a place in their list.
    pub async fn escalations(
        &self,
        audience: &Audience,
        asked: &Escalations,
        after: Option<PairKey>,
        limit: usize,
    ) -> Result<Escalated, StoreError> {
        let mut pairs = self.pairs(audience, asked, after, limit + 1).await?;
        let more = pairs.len() > limit;
        pairs.truncate(limit);
        let next = pairs.last().filter(|_| more).map(|pair| pair.key);
        let mut numbers: Vec<i64> =
            pairs.iter().flat_map(|pair| [pair.first.as_i64(), pair.second.as_i64()]).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut records = self.records_of(audience, numbers).await?;
        let labels = self.labels(audience, &mut records).await?;
        let records: HashMap<Number, Record> =
            records.into_iter().map(|record| (record.number, record)).collect();
        for pair in &mut pairs {
            pair.shared = shared(&records, &labels, pair, asked.by);
        }
        // What was taken down meanwhile links nothing any more.
        pairs.retain(|pair| !pair.shared.is_empty());
        Ok(Escalated { pairs, records, labels, next })
    }

    /// The leads of all pairs, at most so many that counting them takes no time; and whether that is all.
    pub async fn all_leads(
        &self,
        audience: &Audience,
        asked: &Escalations,
    ) -> Result<(Vec<Lead>, bool), StoreError> {
        let pairs = self.pairs(audience, asked, None, PAIRS_MAX + 1).await?;
        let all = pairs.len() <= PAIRS_MAX;
        Ok((pairs.iter().take(PAIRS_MAX).map(|pair| pair.lead).collect(), all))
    }

    async fn pairs(
        &self,
        audience: &Audience,
        asked: &Escalations,
        after: Option<PairKey>,
        limit: usize,
    ) -> Result<Vec<Pair>, StoreError> {
        if let Some(pairs) = self.pairs_in_census(asked, after, limit).await? {
            return Ok(pairs);
        }
        let rows = self.rows_of_pairs(audience, asked, after, limit).await?;
        rows.iter().map(|row| read_pair(row, asked)).collect()
    }

    /// The same by the database, where the census cannot say it.
    async fn rows_of_pairs(
        &self,
        audience: &Audience,
        asked: &Escalations,
        after: Option<PairKey>,
        limit: usize,
    ) -> Result<Vec<QueryResult>, StoreError> {
        let backend = self.connections.backend();
        let second = self.found(audience, &asked.second).await?;
        let first = self.found(audience, &asked.first).await?;
        let key = || Expr::tuple([card(record::Column::SortOn), card(record::Column::Number)]);
        let mut rows = Vec::new();
        let (mut from, mut together) = (None, TOGETHER_MIN);
        loop {
            // Those that followed come in the order of the pairs: a page looks at a few of them, and there is
            // an end to how many pairs are sorted at once.
            let mut seconds = second.clone();
            match (from, after) {
                (Some(last), _) => seconds.and_where(key().lt(place(last))),
                (None, Some(after)) => seconds.and_where(key().lte(place(after.second))),
                (None, None) => &mut seconds,
            };
            for column in [record::Column::SortOn, record::Column::Number] {
                seconds.order_by_expr(card(column), Order::Desc);
            }
            let found = paging::limited(backend, &seconds, together);
            let found = self.connections.asker().query_all_raw(found).await?;
            let Some(last) = found.last() else {
                return Ok(rows);
            };
            from = Some((last.try_get_by_index(1)?, paging::number(last)?));
            let numbers = found.iter().map(|row| row.try_get_by_index::<i64>(0));
            let numbers = numbers.collect::<Result<Vec<i64>, _>>()?;
            let most = limit - rows.len();
            rows.append(&mut self.pairs_of(numbers, &first, asked, after, most).await?);
            if rows.len() >= limit || found.len() < together {
                return Ok(rows);
            }
            together = TOGETHER_MAX.min(2 * together);
        }
    }

    /// The pairs of some of the incidents that followed.
    async fn pairs_of(
        &self,
        seconds: Vec<i64>,
        first: &SelectStatement,
        asked: &Escalations,
        after: Option<PairKey>,
        limit: usize,
    ) -> Result<Vec<QueryResult>, StoreError> {
        let backend = self.connections.backend();
        let mut second = cards();
        second.and_where(card(record::Column::Number).is_in(padded(seconds)));
        let mut halves = Vec::new();
        if asked.by.organizations {
            halves.push(by_organization());
        }
        if asked.by.people {
            halves.push(by_name());
        }
        let halves = halves.into_iter().map(|(mut half, other)| {
            half.join_subquery(
                JoinType::InnerJoin,
                second.clone(),
                Alias::new(SECOND),
                of(SECOND, "number").eq(of("one", other.one)),
            )
            .join_subquery(
                JoinType::InnerJoin,
                first.clone(),
                Alias::new(FIRST),
                of(FIRST, "number").eq(of("other", other.other)),
            )
            .and_where(of(FIRST, "number").ne(of(SECOND, "number")))
            .cond_where(in_order(backend, asked.within));
            half
        });
        let pairs = halves.reduce(|mut all, half| {
            all.union(UnionType::Distinct, half);
            all
        });
        let Some(pairs) = pairs else {
            return Ok(Vec::new());
        };
        let column = |name: &'static str| of("pair", name);
        let mut select = Query::select();
        for name in COLUMNS {
            select.expr(column(name));
        }
        select.from_subquery(pairs, Alias::new("pair"));
        if let Some(PairKey { second, first }) = after {
            let place = Expr::tuple([
                Expr::val(second.0),
                Expr::val(second.1.as_i64()),
                Expr::val(first.0),
                Expr::val(first.1.as_i64()),
            ]);
            select.and_where(Expr::tuple(ORDER.map(column)).lt(place));
        }
        for name in ORDER {
            select.order_by_expr(column(name), Order::Desc);
        }
        let statement = paging::limited(backend, &select, limit);
        Ok(self.connections.asker().query_all_raw(statement).await?)
    }

    /// The cards of the incidents that a filter finds, as far as pairs need them.
    async fn found(
        &self,
        audience: &Audience,
        filter: &IncidentFilter,
    ) -> Result<SelectStatement, StoreError> {
        // Days gone by are not asked for here; the API says so. Of each that shares something it is asked
        // whether it fits: all that fit are many more.
        let condition = self.condition_on(Cards::Present, audience, filter, Purpose::Page).await?;
        Ok(cards().cond_where(condition).to_owned())
    }

    /// Records by number, as a list tells them.
    async fn records_of(
        &self,
        audience: &Audience,
        numbers: Vec<i64>,
    ) -> Result<Vec<Record>, StoreError> {
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        let mut select = select_records(audience, View::Shown);
        let number = Expr::col((record::Entity, record::Column::Number));
        select.and_where(number.is_in(padded(numbers))).cond_where(visible_to(audience));
        let rows = self.connections.reader().query_all(&select).await?;
        let mut records = rows.iter().map(read_record).collect::<Result<Vec<_>, _>>()?;
        for record in &mut records {
            record.narrow(Tier::Network);
        }
        Ok(records)
    }
}

/// So many of those that followed are looked at together, at first and at most.
const TOGETHER_MIN: usize = 32;
const TOGETHER_MAX: usize = 512;

fn card(column: record::Column) -> SimpleExpr {
    Expr::col((record::Entity, column))
}

/// What pairs need of a card.
fn cards() -> SelectStatement {
    let columns = [
        record::Column::Number,
        record::Column::SortOn,
        record::Column::PossibleFrom,
        record::Column::PossibleTo,
    ];
    let columns = columns.map(|column| (record::Entity, column));
    Query::select().columns(columns).from(record::Entity).to_owned()
}

fn place((day, number): (NaiveDate, Number)) -> SimpleExpr {
    Expr::tuple([Expr::val(day), Expr::val(number.as_i64())])
}

const FIRST: &str = "first";
const SECOND: &str = "second";

/// What is read of a pair.
const COLUMNS: [&str; 8] = [
    "second_on",
    "second",
    "first_on",
    "first",
    "first_from",
    "first_to",
    "second_from",
    "second_to",
];

/// In which order pairs are listed.
const ORDER: [&str; 4] = ["second_on", "second", "first_on", "first"];

fn of(table: &'static str, column: &'static str) -> SimpleExpr {
    Expr::col((Alias::new(table), Alias::new(column)))
}

/// The columns of a link that hold its incidents.
struct Ends {
    one: &'static str,
    other: &'static str,
}

/// What a pair has of the two that are joined to it.
fn select_pair() -> SelectStatement {
    let mut select = Query::select();
    select
        .expr_as(of(SECOND, "sort_on"), "second_on")
        .expr_as(of(SECOND, "number"), "second")
        .expr_as(of(FIRST, "sort_on"), "first_on")
        .expr_as(of(FIRST, "number"), "first")
        .expr_as(of(FIRST, "possible_from"), "first_from")
        .expr_as(of(FIRST, "possible_to"), "first_to")
        .expr_as(of(SECOND, "possible_from"), "second_from")
        .expr_as(of(SECOND, "possible_to"), "second_to")
        .distinct();
    select
}

/// Incidents that have an organization in common.
fn by_organization() -> (SelectStatement, Ends) {
    let mut select = select_pair();
    let organization = Relation::Organization.code();
    select
        .from_as(reference::Entity, Alias::new("one"))
        .join_as(
            JoinType::InnerJoin,
            reference::Entity,
            Alias::new("other"),
            of("other", "to_number").eq(of("one", "to_number")),
        )
        .and_where(of("one", "relation").eq(organization))
        .and_where(of("other", "relation").eq(organization));
    (select, Ends { one: "from_number", other: "from_number" })
}

/// Incidents that show the same person by name.
fn by_name() -> (SelectStatement, Ends) {
    let mut select = select_pair();
    select
        .from_as(incident_term::Entity, Alias::new("one"))
        .join_as(
            JoinType::InnerJoin,
            incident_term::Entity,
            Alias::new("other"),
            of("other", "code").eq(of("one", "code")),
        )
        .and_where(of("one", "list").eq(card::NAMED))
        .and_where(of("other", "list").eq(card::NAMED));
    (select, Ends { one: "incident", other: "incident" })
}

/// The second may have followed the first within so many days: what [`Lead::between`] says, for the database.
fn in_order(backend: DbBackend, within: u32) -> Condition {
    let earliest = match backend {
        DbBackend::Sqlite => {
            Expr::cust(format!("date(\"second\".\"possible_from\", '-{within} days')"))
        }
        _ => Expr::cust(format!("\"second\".\"possible_from\" - {within}")),
    };
    Condition::all()
        .add(of(FIRST, "possible_from").lt(of(SECOND, "possible_to")))
        .add(of(FIRST, "possible_to").gte(earliest))
}

fn read_pair(row: &QueryResult, asked: &Escalations) -> Result<Pair, StoreError> {
    let number = |index: usize| -> Result<Number, StoreError> {
        let stored: i64 = row.try_get_by_index(index)?;
        Number::from_i64(stored).map_err(|_| corrupt(stored))
    };
    let day = |index: usize| row.try_get_by_index::<NaiveDate>(index);
    let (second, first) = (number(1)?, number(3)?);
    let key = PairKey { second: (day(0)?, second), first: (day(2)?, first) };
    let lead = Lead::between((day(4)?, day(5)?), (day(6)?, day(7)?), asked.within);
    let lead = lead.ok_or_else(|| corrupt(second.as_i64()))?;
    Ok(Pair { first, second, lead, shared: Vec::new(), key })
}

fn corrupt(number: i64) -> StoreError {
    StoreError::Corrupt { table: "record", number, what: "its dates do not read back" }
}

/// What two incidents share, as far as both show it to the caller.
fn shared(records: &HashMap<Number, Record>, labels: &Labels, pair: &Pair, by: By) -> Vec<Shared> {
    let (Some(first), Some(second)) = (records.get(&pair.first), records.get(&pair.second)) else {
        return Vec::new();
    };
    let (Stored::Incident(one), Stored::Incident(other)) = (&first.facts, &second.facts) else {
        return Vec::new();
    };
    let mut shared = Vec::new();
    if by.organizations {
        let in_both = one.organizations.iter().map(|link| link.organization).filter(|number| {
            other.organizations.iter().any(|link| link.organization == *number)
                && labels.get(*number).is_some()
        });
        shared.extend(in_both.map(Shared::Organization));
    }
    if by.people {
        let named = |link: &&PersonLink<Number>| link.display == Display::Name;
        let in_both =
            one.people.iter().filter(named).map(|link| link.person).filter(|person| {
                other.people.iter().filter(named).any(|link| link.person == *person)
            });
        shared.extend(in_both.map(Shared::Person));
    }
    shared.sort_unstable();
    shared.dedup();
    shared
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(first: (&str, &str), second: (&str, &str), within: u32) -> Option<(i64, i64, bool)> {
        let span = |(from, to): (&str, &str)| (from.parse().unwrap(), to.parse().unwrap());
        let lead = Lead::between(span(first), span(second), within)?;
        Some((lead.min, lead.max, lead.certain))
    }

    #[test]
    fn what_is_certain_is_told_from_what_is_possible() {
        let day = |day| (day, day);
        let april = ("2024-04-01", "2024-04-30");
        assert_eq!(lead(day("2024-04-01"), day("2024-04-11"), 10), Some((10, 10, true)));
        assert_eq!(lead(day("2024-04-01"), day("2024-04-12"), 10), None);
        assert_eq!(lead(day("2024-04-01"), day("2024-04-01"), 10), None, "which came first?");
        assert_eq!(lead(day("2024-04-02"), day("2024-04-01"), 10), None);
        assert_eq!(lead(april, day("2024-05-05"), 60), Some((5, 34, true)));
        assert_eq!(lead(april, day("2024-05-05"), 20), Some((5, 34, false)));
        assert_eq!(lead(april, april, 180), Some((-29, 29, false)));
        assert_eq!(lead(april, day("2024-04-30"), 180), Some((0, 29, false)));
    }
}
