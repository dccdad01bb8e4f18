//! Conditions and pages that lists share.

use amparo_domain::filter::{Choice, Words};
use amparo_domain::number::Number;
use amparo_domain::page::{Cursor, PageRequest, Sort, SortKey};
use amparo_domain::period::Period;
use amparo_domain::reference::Relation;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait as _, Func, Order, Query, SelectStatement, SimpleExpr,
};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

use crate::cards::Cards;
use crate::entity::{person_name, record, reference};
use crate::error::StoreError;

/// Asks for the rows of a page, in its order after its cursor, and for one row more.
///
/// The key is compared as a row value, `(key, number) < (?, ?)`, which both databases seek in an
/// index.
pub(crate) fn statement(
    backend: DbBackend,
    select: SelectStatement,
    sort: Sort,
    page: &PageRequest,
) -> Statement {
    statement_on(backend, Cards::Present, false, select, sort, page)
}

/// The same of cards that may be of days gone by. What was shown by a day changed last when it came to be
/// shown, whatever was taken down in it since.
pub(crate) fn statement_on(
    backend: DbBackend,
    cards: Cards,
    as_of: bool,
    mut select: SelectStatement,
    sort: Sort,
    page: &PageRequest,
) -> Statement {
    let number = || cards.number();
    let (key, ascending) = match sort {
        Sort::OccurredAscending => (column(record::Column::SortOn), true),
        Sort::ChangedDescending if as_of => (column(record::Column::ShownAt), false),
        Sort::ChangedDescending => (column(record::Column::ChangedAt), false),
        Sort::SeverityDescending => (column(record::Column::Severity), false),
        _ => (column(record::Column::SortOn), false),
    };
    if let Some(after) = &page.after {
        let key = Expr::tuple([key.clone(), number()]);
        let place = Expr::tuple([key_value(after), Expr::val(after.number.as_i64())]);
        select.and_where(if ascending { key.gt(place) } else { key.lt(place) });
    }
    let order = if ascending { Order::Asc } else { Order::Desc };
    select
        .expr_as(key.clone(), "sort_key")
        .order_by_expr(key, order.clone())
        .order_by_expr(number(), order);
    limited(backend, &select, usize::from(page.limit) + 1)
}

/// A select of so many rows at most. The limit is no parameter: SQLite plans a statement anew each time
/// its limit is bound.
pub(crate) fn limited(backend: DbBackend, select: &SelectStatement, limit: usize) -> Statement {
    let mut statement = backend.build(select);
    statement.sql.push_str(" LIMIT ");
    statement.sql.push_str(&limit.to_string());
    statement
}

fn column(column: record::Column) -> SimpleExpr {
    Expr::col((record::Entity, column))
}

fn key_value(cursor: &Cursor) -> SimpleExpr {
    match (cursor.sort, cursor.key) {
        (_, SortKey::Day(day)) => Expr::val(day),
        (Sort::ChangedDescending, SortKey::Integer(micros)) => {
            Expr::val(DateTime::<Utc>::from_timestamp_micros(micros).unwrap_or_default())
        }
        (_, SortKey::Integer(integer)) => Expr::val(integer),
    }
}

/// The place after the last row of a page, if there are more.
pub(crate) fn next(
    rows: &[QueryResult],
    limit: u16,
    cursor: impl Fn(&QueryResult) -> Result<Cursor, DbErr>,
) -> Result<Option<Cursor>, StoreError> {
    let limit = usize::from(limit);
    match rows.get(limit.saturating_sub(1)) {
        Some(last) if rows.len() > limit => Ok(Some(cursor(last)?)),
        _ => Ok(None),
    }
}

/// The number in the first column of a row.
pub(crate) fn number(row: &QueryResult) -> Result<Number, DbErr> {
    let number: i64 = row.try_get_by_index(0)?;
    Number::from_i64(number).map_err(|error| DbErr::Type(error.to_string()))
}

/// One of these values, none of those.
pub(crate) fn chosen<T: Copy>(
    of: record::Column,
    choice: &Choice<T>,
    code: impl Fn(T) -> &'static str,
) -> Condition {
    let mut all = Condition::all();
    if !choice.any.is_empty() {
        all = all.add(column(of).is_in(choice.any.iter().map(|value| code(*value))));
    }
    if !choice.none.is_empty() {
        let none = choice.none.iter().map(|value| code(*value));
        all = all.add(column(of).is_not_in(none).or(column(of).is_null()));
    }
    all
}

/// The two dates between which a record lies, as far as is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// Those between which it certainly lies.
    Certain,
    /// Those outside of which it does not.
    Possible,
}

impl Span {
    const fn columns(self) -> (record::Column, record::Column) {
        match self {
            Self::Certain => (record::Column::CertainFrom, record::Column::CertainTo),
            Self::Possible => (record::Column::PossibleFrom, record::Column::PossibleTo),
        }
    }
}

/// A date range that touches a period.
///
/// The bounds on the day by which lists are ordered follow from the rest and change no answer: they
/// let an index start and stop where the period does. Only a record that lasts can touch a period
/// in which its own day does not lie; small indexes hold those.
pub(crate) async fn overlaps(
    db: &impl ConnectionTrait,
    period: Period,
    span: Span,
) -> Result<Condition, DbErr> {
    overlaps_on(db, Cards::Present, period, span).await
}

/// The same of cards that may be of days gone by.
pub(crate) async fn overlaps_on(
    db: &impl ConnectionTrait,
    cards: Cards,
    period: Period,
    span: Span,
) -> Result<Condition, DbErr> {
    let (from, to) = span.columns();
    let mut latest: Option<SimpleExpr> = period.to.map(|last| {
        let latest = lasting(cards, "MAX", |other| {
            Condition::all()
                .add(Expr::cust(format!("{} = '0001-01-01'", other(from))))
                .add(Expr::col((Alias::new("lasting"), record::Column::SortOn)).gt(last))
        });
        Func::coalesce([latest, Expr::val(last)]).into()
    });
    let mut earliest: Option<SimpleExpr> = period.from.map(|first| {
        let earliest = lasting(cards, "MIN", |other| {
            Condition::all()
                .add(Expr::cust(format!("{} < {}", other(from), other(to))))
                .add(Expr::col((Alias::new("lasting"), to)).gte(first))
                .add(Expr::col((Alias::new("lasting"), record::Column::SortOn)).lt(first))
        });
        Func::coalesce([earliest, Expr::val(first)]).into()
    });
    // PostgreSQL plans by the values, and for what a subquery will say it has none.
    if db.get_database_backend() != DbBackend::Sqlite {
        for bound in [&mut latest, &mut earliest].into_iter().flatten() {
            let select = Query::select().expr(bound.clone()).to_owned();
            if let Some(row) = db.query_one(&select).await? {
                *bound = Expr::val(row.try_get_by_index::<NaiveDate>(0)?);
            }
        }
    }
    let day = || column(record::Column::SortOn);
    let mut all = Condition::all().add(column(from).is_not_null());
    if let (Some(last), Some(latest)) = (period.to, latest) {
        all = all.add(column(from).lte(last)).add(day().lte(latest));
    }
    if let (Some(first), Some(earliest)) = (period.from, earliest) {
        all = all.add(column(to).gte(first)).add(day().gte(earliest));
    }
    Ok(all)
}

/// The first or last day by which some of the records that last are ordered.
fn lasting(
    cards: Cards,
    extreme: &'static str,
    which: impl Fn(&dyn Fn(record::Column) -> String) -> Condition,
) -> SimpleExpr {
    let named = |column: record::Column| {
        format!("\"lasting\".\"{}\"", sea_orm::IdenStatic::as_str(&column))
    };
    let mut select = Query::select();
    select
        .expr(Expr::cust(format!("{extreme}({})", named(record::Column::SortOn))))
        .cond_where(which(&named));
    cards.select_from_as(&mut select, Alias::new("lasting"));
    SimpleExpr::SubQuery(None, Box::new(select.into()))
}

/// Records that refer to one of these, and to none of those.
pub(crate) fn refers_to(choice: &Choice<Number>, relations: &[Relation]) -> Condition {
    let referring = |numbers: &[Number]| {
        Query::select()
            .column((reference::Entity, reference::Column::FromNumber))
            .from(reference::Entity)
            .and_where(
                Expr::col((reference::Entity, reference::Column::ToNumber)).is_in(ids(numbers)),
            )
            .and_where(
                Expr::col((reference::Entity, reference::Column::Relation))
                    .is_in(relations.iter().map(|relation| relation.code())),
            )
            .to_owned()
    };
    let mut all = Condition::all();
    if !choice.any.is_empty() {
        all = all.add(column(record::Column::Number).in_subquery(referring(&choice.any)));
    }
    if !choice.none.is_empty() {
        all = all.add(column(record::Column::Number).not_in_subquery(referring(&choice.none)));
    }
    all
}

/// Numbers as they are stored.
pub(crate) fn ids(numbers: &[Number]) -> Vec<i64> {
    numbers.iter().map(|number| number.as_i64()).collect()
}

/// People one of whose names starts with the first word and has all of the others.
pub(crate) fn named_like(words: &Words) -> SimpleExpr {
    // A space behind the name, so that whole words can be told by the spaces around them.
    let spaced = || Expr::cust("\"person_name\".\"folded\" || ' '");
    let mut select = Query::select();
    select.column((person_name::Entity, person_name::Column::Person)).from(person_name::Entity);
    for word in &words.0 {
        let end = if word.prefix { "%" } else { " %" };
        let start = format!("{}{end}", word.text);
        let inside = format!("% {}{end}", word.text);
        let any = Condition::any().add(spaced().like(start)).add(spaced().like(inside));
        select.cond_where(any);
    }
    column(record::Column::Number).in_subquery(select)
}
