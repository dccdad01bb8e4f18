//! How cards are read from the database, to be packed.

use std::collections::HashMap;

use amparo_domain::kind::Kind;
use amparo_domain::reference::Relation;
use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait as _, Order, Query, SelectStatement, SimpleExpr};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};

use super::packed::{Amounts, Card, Dates, Packed, Stay, day};
use crate::Store;
use crate::bulk::{KEYS_MAX, padded};
use crate::card;
use crate::entity::{custody_span, incident_term, record, reference};
use crate::error::StoreError;
use crate::paging::limited;
use crate::plans;
use crate::records::literal;

/// So many cards are read at a time.
const TOGETHER: usize = 4_096;

/// What is read of a card.
const COLUMNS: [record::Column; 18] = [
    record::Column::Number,
    record::Column::Kind,
    record::Column::Country,
    record::Column::Network,
    record::Column::Grade,
    record::Column::Phase,
    record::Column::Severity,
    record::Column::Election,
    record::Column::CertainFrom,
    record::Column::CertainTo,
    record::Column::PossibleFrom,
    record::Column::PossibleTo,
    record::Column::FirstMonth,
    record::Column::LastMonth,
    record::Column::People,
    record::Column::PeopleMin,
    record::Column::PeopleMax,
    record::Column::SortOn,
];

/// Which incidents.
#[derive(Clone)]
enum Which {
    /// Those whose numbers lie between two, the second among them.
    Between(i64, i64),
    /// Some.
    Among(Vec<i64>),
}

/// Reads the cards of all published incidents.
pub(super) async fn all(db: &impl ConnectionTrait) -> Result<Packed, StoreError> {
    let mut cards = Packed::new();
    let mut last = i64::MIN;
    loop {
        let rows = db.query_all_raw(next_cards(db.get_database_backend(), last)).await?;
        let Some(greatest) = rows.last() else { break };
        let greatest: i64 = greatest.try_get_by_index(0)?;
        cards.append(with_lists(db, &rows, Which::Between(last, greatest)).await?);
        last = greatest;
    }
    Ok(cards)
}

/// Reads the cards of some incidents, of those that are published.
pub(super) async fn some(
    db: &impl ConnectionTrait,
    incidents: &[i64],
) -> Result<Vec<Card>, StoreError> {
    let mut cards = Vec::new();
    for some in incidents.chunks(KEYS_MAX) {
        let ids = padded(some.to_vec());
        let mut select = select_cards();
        select.and_where(column(record::Column::Number).is_in(ids.clone()));
        let rows = db.query_all(&select).await?;
        if !rows.is_empty() {
            cards.extend(with_lists(db, &rows, Which::Among(ids)).await?);
        }
    }
    Ok(cards)
}

/// The next cards after a number, in the order of their numbers.
fn next_cards(backend: DbBackend, after: i64) -> Statement {
    let mut select = select_cards();
    select.and_where(column(record::Column::Number).gt(after));
    select.order_by((record::Entity, record::Column::Number), Order::Asc);
    limited(backend, &select, TOGETHER)
}

/// The organizations in incidents.
fn select_links(which: &Which) -> SelectStatement {
    let link = |column| Expr::col((reference::Entity, column));
    let mut links = Query::select();
    links
        .expr(link(reference::Column::FromNumber))
        .expr(link(reference::Column::ToNumber))
        .from(reference::Entity)
        .and_where(which.of(link(reference::Column::FromNumber)))
        .and_where(link(reference::Column::Relation).eq(literal(Relation::Organization.code())));
    links
}

impl Store {
    /// How the census is read, in the database's own words.
    pub async fn plan_of_census(&self) -> Result<Vec<String>, StoreError> {
        let backend = self.connections.backend();
        let links = backend.build(&select_links(&Which::Between(10_000_000, 10_005_000)));
        let cards = next_cards(backend, 10_000_000);
        let plans::Plans { mut page, mut total } =
            plans::of_pair(&self.connections, cards, links).await?;
        page.append(&mut total);
        Ok(page)
    }
}

fn select_cards() -> SelectStatement {
    let mut select = Query::select();
    select.columns(COLUMNS.map(|column| (record::Entity, column)));
    select.column((record::Entity, record::Column::Events));
    // Added to, it is in no index: the cards are read as they lie, by number.
    select.from(record::Entity).and_where(column(record::Column::Public).add(0).eq(literal(1)));
    select
}

fn column(column: record::Column) -> SimpleExpr {
    Expr::col((record::Entity, column))
}

/// Cards with what stands beside them.
async fn with_lists(
    db: &impl ConnectionTrait,
    rows: &[QueryResult],
    which: Which,
) -> Result<Vec<Card>, StoreError> {
    let mut cards: Vec<Card> = Vec::with_capacity(rows.len());
    for row in rows {
        if row.try_get_by_index::<String>(1)? == Kind::Incident.singular() {
            cards.push(read(row)?);
        }
    }
    let mut places: HashMap<i64, usize> = HashMap::with_capacity(cards.len());
    places.extend(cards.iter().enumerate().map(|(place, card)| (card.number, place)));
    let of = |row: &QueryResult| -> Result<Option<usize>, StoreError> {
        Ok(places.get(&row.try_get_by_index::<i64>(0)?).copied())
    };

    let term = |column| Expr::col((incident_term::Entity, column));
    let mut terms = Query::select();
    terms
        .expr(term(incident_term::Column::Incident))
        .expr(term(incident_term::Column::List))
        .expr(term(incident_term::Column::Code))
        .from(incident_term::Entity)
        .and_where(which.of(term(incident_term::Column::Incident)))
        .and_where(term(incident_term::Column::List).is_in(["type", "actor", card::NAMED]));
    for row in db.query_all(&terms).await? {
        if let Some(card) = of(&row)?.and_then(|at| cards.get_mut(at)) {
            let (list, code): (String, String) =
                (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            match list.as_str() {
                "type" => card.types.push(code),
                "actor" => card.actors.push(code),
                _ => card.people.extend(code.parse::<i64>()),
            }
        }
    }

    for row in db.query_all(&select_links(&which)).await? {
        if let Some(card) = of(&row)?.and_then(|at| cards.get_mut(at)) {
            let to = row.try_get_by_index(1)?;
            // One that stands in an incident in two roles is in it once.
            if !card.organizations.contains(&to) {
                card.organizations.push(to);
            }
        }
    }

    let span = |column| Expr::col((custody_span::Entity, column));
    let mut spans = Query::select();
    spans
        .expr(span(custody_span::Column::Incident))
        .expr(span(custody_span::Column::Code))
        .expr(span(custody_span::Column::FromDay))
        .expr(span(custody_span::Column::UntilDay))
        .expr(span(custody_span::Column::People))
        .from(custody_span::Entity)
        .and_where(which.of(span(custody_span::Column::Incident)));
    for row in db.query_all(&spans).await? {
        if let Some(card) = of(&row)?.and_then(|at| cards.get_mut(at)) {
            let stay = Stay {
                status: 0,
                from: day(row.try_get_by_index(2)?),
                until: day(row.try_get_by_index(3)?),
                people: row.try_get_by_index(4)?,
            };
            card.custody.push((row.try_get_by_index(1)?, stay));
        }
    }
    Ok(cards)
}

impl Which {
    fn of(&self, number: SimpleExpr) -> SimpleExpr {
        match self {
            Self::Between(after, last) => number.clone().gt(*after).and(number.lte(*last)),
            Self::Among(numbers) => number.is_in(numbers.iter().copied()),
        }
    }
}

fn read(row: &QueryResult) -> Result<Card, StoreError> {
    let date = |index: usize| -> Result<Option<i32>, StoreError> {
        Ok(row.try_get_by_index::<Option<NaiveDate>>(index)?.map(day))
    };
    let amount = |index: usize| row.try_get_by_index::<Option<i64>>(index);
    let dates = Dates {
        certain: date(8)?.zip(date(9)?),
        possible: date(10)?.zip(date(11)?),
        months: (row.try_get_by_index(12)?, row.try_get_by_index(13)?),
        sort: date(17)?.unwrap_or_default(),
    };
    let amounts = Amounts {
        people: amount(14)?.unwrap_or_default(),
        people_min: amount(15)?.unwrap_or_default(),
        people_max: amount(16)?,
        events: amount(18)?.unwrap_or_default(),
    };
    Ok(Card {
        number: row.try_get_by_index(0)?,
        country: row.try_get_by_index(2)?,
        network: row.try_get_by_index(3)?,
        grade: row.try_get_by_index(4)?,
        phase: row.try_get_by_index(5)?,
        severity: row.try_get_by_index::<Option<i16>>(6)?.unwrap_or_default(),
        election: row.try_get_by_index(7)?,
        dates,
        amounts,
        ..Card::default()
    })
}
