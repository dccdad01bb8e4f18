//! Records that fulfil a condition, in groups: the way to a count that is always there.

use amparo_domain::access::Audience;
use amparo_domain::counting::{Group, Measure, Unit};
use amparo_domain::kind::Kind;
use amparo_domain::reference::Relation;
use chrono::NaiveDate;
use sea_orm::DbBackend;
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait as _, JoinType, Query, SelectStatement, SimpleExpr, UnionType,
};

use super::{SUMS, needs};
use crate::Store;
use crate::card;
use crate::cards::Source;
use crate::entity::{custody_span, incident_term, record, reference};
use crate::records::{literal, visible_to};

/// The columns that groups are told by: those of a region are its countries.
pub(super) fn columns(groups: &[Group]) -> Vec<Group> {
    let mut columns = Vec::new();
    for group in groups {
        let column = if *group == Group::Region { Group::Country } else { *group };
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    columns
}

impl Store {
    /// A row for each record and group it is in, with what it adds. The cards of each source are called
    /// `record` here. Custody is told as of a day.
    pub(super) fn in_groups(
        &self,
        audience: &Audience,
        sources: Vec<Source>,
        columns: &[Group],
        measures: &[Measure],
        today: NaiveDate,
        held: bool,
    ) -> SelectStatement {
        let mut all: Option<SelectStatement> = None;
        for Source { cards, condition } in sources {
            let mut select = Query::select();
            cards.select_from(&mut select);
            select.cond_where(condition);
            for (nth, group) in columns.iter().enumerate() {
                join(&mut select, *group, audience, today, held);
                select.expr_as(of(*group, audience), Alias::new(format!("g{nth}")));
            }
            for sum in SUMS {
                let adds = if needs(sum, measures) {
                    adds(self.connections.backend(), sum, audience, today)
                } else {
                    Expr::cust("0")
                };
                select.expr_as(adds, Alias::new(sum));
            }
            match &mut all {
                Some(all) => {
                    all.union(UnionType::All, select);
                }
                None => all = Some(select),
            }
        }
        all.unwrap_or_default()
    }
}

/// What tells the group of a record.
fn of(group: Group, audience: &Audience) -> SimpleExpr {
    let column = |column| Expr::col((record::Entity, column));
    if let Some(unit) = group.unit() {
        return stretch(unit, "record");
    }
    match group {
        Group::Network => column(record::Column::Network),
        Group::Grade => column(record::Column::Grade),
        Group::Phase => column(record::Column::Phase),
        // One that nobody graded stands as 0.
        Group::Severity => Expr::cust("NULLIF(\"record\".\"severity\", 0)"),
        Group::Election => {
            let about = column(record::Column::Election);
            let seen = about.clone().in_subquery(visible(Kind::Election, audience));
            Expr::case(seen, about).into()
        }
        Group::Type | Group::Actor => {
            Expr::col((Alias::new(group.code()), incident_term::Column::Code))
        }
        Group::Organization => Expr::col((Alias::new(group.code()), reference::Column::ToNumber)),
        Group::Custody => Expr::col((Alias::new(group.code()), custody_span::Column::Code)),
        Group::Country | Group::Region | Group::Month | Group::Quarter | Group::Year => {
            column(record::Column::Country)
        }
    }
}

/// The stretch in which the whole range of a date lies, if there is one. Open sides are null.
pub(super) fn stretch(unit: Unit, table: &str) -> SimpleExpr {
    let of = |column: &str| match unit.months() {
        1 => format!("\"{table}\".\"{column}\""),
        months => format!("\"{table}\".\"{column}\" / {months}"),
    };
    let (first, last) = (of("first_month"), of("last_month"));
    Expr::cust(format!("CASE WHEN {first} = {last} THEN {first} END"))
}

/// Joins what a group with several values stands in, a row for each value once, and one where there is none.
fn join(
    select: &mut SelectStatement,
    group: Group,
    audience: &Audience,
    today: NaiveDate,
    held: bool,
) {
    let number = (record::Entity, record::Column::Number);
    let alias = Alias::new(group.code());
    match group {
        Group::Type | Group::Actor => {
            let of = |column| Expr::col((alias.clone(), column));
            let on = Condition::all()
                .add(of(incident_term::Column::Incident).equals(number))
                .add(of(incident_term::Column::List).eq(literal(group.code())));
            select.join_as(JoinType::LeftJoin, incident_term::Entity, alias.clone(), on);
        }
        Group::Organization => {
            let of = |column| Expr::col((alias.clone(), column));
            let on = Condition::all()
                .add(of(reference::Column::FromNumber).equals(number))
                .add(of(reference::Column::Relation).eq(literal(Relation::Organization.code())))
                .add(among(of(reference::Column::ToNumber), Kind::Organization, audience))
                .add(Expr::exists(said_before(&alias)).not());
            select.join_as(JoinType::LeftJoin, reference::Entity, alias.clone(), on);
        }
        Group::Custody => {
            let of = |column| Expr::col((alias.clone(), column));
            let mut on = Condition::all()
                .add(of(custody_span::Column::Incident).equals(number))
                .add(lasts(&alias, today))
                .add(Expr::exists(lasting_before(&alias, today)).not());
            if !held {
                on = on.add(of(custody_span::Column::Code).ne(literal(card::HELD)));
            }
            select.join_as(JoinType::LeftJoin, custody_span::Entity, alias.clone(), on);
        }
        _ => {}
    }
}

/// Whether a number is one of a record that a caller can see. Added to, it is in no index: else SQLite looks every one
/// of those up for each incident, instead of the few that the incident names among them.
fn among(number: SimpleExpr, kind: Kind, audience: &Audience) -> SimpleExpr {
    number.add(0).in_subquery(visible(kind, audience))
}

/// The records of a kind that a caller can see.
fn visible(kind: Kind, audience: &Audience) -> SelectStatement {
    Query::select()
        .column((record::Entity, record::Column::Number))
        .from(record::Entity)
        .and_where(Expr::col((record::Entity, record::Column::Kind)).eq(literal(kind.singular())))
        .cond_where(visible_to(audience))
        .to_owned()
}

/// An organization that stands in an incident in two roles is in it once.
fn said_before(alias: &Alias) -> SelectStatement {
    let before = Alias::new("before");
    let of = |column| Expr::col((before.clone(), column));
    let same = |column| of(column).equals((alias.clone(), column));
    Query::select()
        .expr(Expr::cust("1"))
        .from_as(reference::Entity, before.clone())
        .and_where(same(reference::Column::FromNumber))
        .and_where(same(reference::Column::Relation))
        .and_where(same(reference::Column::ToNumber))
        .and_where(
            of(reference::Column::Position)
                .lt(Expr::col((alias.clone(), reference::Column::Position))),
        )
        .to_owned()
}

/// A status in which several people of an incident are is one status.
fn lasting_before(alias: &Alias, today: NaiveDate) -> SelectStatement {
    let before = Alias::new("before");
    let of = |column| Expr::col((before.clone(), column));
    let this = |column| Expr::col((alias.clone(), column));
    let (from, until) = (custody_span::Column::FromDay, custody_span::Column::UntilDay);
    let earlier = Condition::any()
        .add(of(from).lt(this(from)))
        .add(Condition::all().add(of(from).eq(this(from))).add(of(until).lt(this(until))));
    Query::select()
        .expr(Expr::cust("1"))
        .from_as(custody_span::Entity, before.clone())
        .and_where(of(custody_span::Column::Incident).eq(this(custody_span::Column::Incident)))
        .and_where(of(custody_span::Column::Code).eq(this(custody_span::Column::Code)))
        .cond_where(lasts(&before, today))
        .cond_where(earlier)
        .to_owned()
}

fn lasts(alias: &Alias, today: NaiveDate) -> Condition {
    let of = |column| Expr::col((alias.clone(), column));
    Condition::all()
        .add(of(custody_span::Column::FromDay).lte(today))
        .add(of(custody_span::Column::UntilDay).gt(today))
}

/// What a record adds to a sum.
fn adds(backend: DbBackend, sum: &str, audience: &Audience, today: NaiveDate) -> SimpleExpr {
    match sum {
        "incidents" => Expr::cust("1"),
        "people_max_unknown" => {
            Expr::cust("CASE WHEN \"record\".\"people_max\" IS NULL THEN 1 ELSE 0 END")
        }
        "organizations" => {
            let of = |column| Expr::col((reference::Entity, column));
            let mut select = Query::select();
            select
                .expr(of(reference::Column::ToNumber).count_distinct())
                .from(reference::Entity)
                .and_where(
                    of(reference::Column::FromNumber)
                        .equals((record::Entity, record::Column::Number)),
                )
                .and_where(
                    of(reference::Column::Relation).eq(literal(Relation::Organization.code())),
                )
                .and_where(among(of(reference::Column::ToNumber), Kind::Organization, audience));
            SimpleExpr::SubQuery(None, Box::new(select.into()))
        }
        "custody_days" => {
            let of = |column| Expr::col((custody_span::Entity, column));
            let mut select = Query::select();
            select
                .expr(Expr::cust(days_held(backend, today)))
                .from(custody_span::Entity)
                .and_where(
                    of(custody_span::Column::Incident)
                        .equals((record::Entity, record::Column::Number)),
                )
                .and_where(of(custody_span::Column::Code).eq(literal(card::HELD)))
                .and_where(of(custody_span::Column::FromDay).lte(today));
            SimpleExpr::SubQuery(None, Box::new(select.into()))
        }
        column => Expr::cust(format!("\"record\".\"{column}\"")),
    }
}

/// The days of custody up to today, today among them. The databases do not agree on how days are subtracted.
fn days_held(backend: DbBackend, today: NaiveDate) -> String {
    let tomorrow = today.succ_opt().unwrap_or(today);
    match backend {
        DbBackend::Sqlite => format!(
            "SUM(\"people\" * CAST(julianday(MIN(\"until_day\", '{tomorrow}')) - \
             julianday(\"from_day\") AS INTEGER))"
        ),
        _ => format!("SUM(\"people\" * (LEAST(\"until_day\", DATE '{tomorrow}') - \"from_day\"))"),
    }
}
