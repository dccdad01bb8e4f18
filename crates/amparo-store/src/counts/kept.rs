//! The quick way to a count: sums of the counts that are kept.

use amparo_domain::counting::{Group, Measure, Unit, month_of};
use amparo_domain::country::CountryCode;
use amparo_domain::election::Phase;
use amparo_domain::filter::{Choice, DateMatch, IncidentFilter};
use amparo_domain::period::Period;
use amparo_domain::vocabulary::{ActorType, Grade, IncidentType, State};
use chrono::Datelike as _;
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait as _, Query, SelectStatement, SimpleExpr, UnionType,
};

use super::{SUMS, needs};
use crate::Store;
use crate::entity::rollup;
use crate::error::StoreError;
use crate::records::literal;
use crate::rollups;

/// Months as a period of whole ones says them.
#[derive(Debug, Clone, Copy)]
struct Months {
    from: Option<i32>,
    to: Option<i32>,
    date_match: DateMatch,
}

/// The list that a question is about, and the codes of it that it asks for; all if there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
struct OfList {
    list: &'static str,
    codes: Vec<String>,
}

impl Store {
    /// A select from the counts that are kept, with the columns of the groups and the sums, if they answer
    /// the question. Of published incidents everybody sees all, so that these are everybody's.
    pub(super) async fn among_kept(
        &self,
        filter: &IncidentFilter,
        groups: &[Group],
        columns: &[Group],
        measures: &[Measure],
    ) -> Result<Option<SelectStatement>, StoreError> {
        let kept =
            |measure: &Measure| !matches!(measure, Measure::Organizations | Measure::CustodyDays);
        let of_list = of_list(filter, groups);
        let (Some(of_list), true) = (of_list, measures.iter().all(kept)) else {
            return Ok(None);
        };
        let months = match filter.period {
            Some(period) => match whole_months(period, filter.date_match) {
                Some(months) => Some(months),
                None => return Ok(None),
            },
            None => None,
        };
        let mut all = self.in_countries(filter).await?;
        all = all.add(column(rollup::Column::List).eq(literal(of_list.list)));
        if of_list.list == rollups::ALL {
            all = all.add(column(rollup::Column::Code).eq(literal("")));
        } else if !of_list.codes.is_empty() {
            all = all.add(column(rollup::Column::Code).is_in(of_list.codes));
        }
        let mut parts = months.map_or_else(|| vec![Condition::all()], parts).into_iter();
        let mut select =
            part(&all, &parts.next().unwrap_or_else(Condition::all), columns, measures);
        for other in parts {
            select.union(UnionType::All, part(&all, &other, columns, measures));
        }
        Ok(Some(select))
    }

    async fn in_countries(&self, filter: &IncidentFilter) -> Result<Condition, StoreError> {
        let country = || column(rollup::Column::Country);
        let codes =
            |codes: &[CountryCode]| codes.iter().map(|code| code.alpha3()).collect::<Vec<_>>();
        let mut all = Condition::all();
        if !filter.country.any.is_empty() {
            all = all.add(country().is_in(codes(&filter.country.any)));
        }
        if !filter.country.none.is_empty() {
            all = all.add(country().is_not_in(codes(&filter.country.none)));
        }
        if !filter.region.any.is_empty() {
            all = all.add(country().is_in(self.countries_of(&filter.region.any).await?));
        }
        if !filter.region.none.is_empty() {
            all = all.add(country().is_not_in(self.countries_of(&filter.region.none).await?));
        }
        Ok(all)
    }
}

fn column(column: rollup::Column) -> SimpleExpr {
    Expr::col((rollup::Entity, column))
}

/// One part of the rows, with the columns of the groups and the sums.
fn part(
    all: &Condition,
    months: &Condition,
    columns: &[Group],
    measures: &[Measure],
) -> SelectStatement {
    let mut select = Query::select();
    for (nth, group) in columns.iter().enumerate() {
        let of = match group.unit() {
            Some(unit) => super::groups::stretch(unit, "rollup"),
            None if *group == Group::Country => column(rollup::Column::Country),
            // A severity that nobody told is kept as 0.
            None if *group == Group::Severity => Expr::cust("NULLIF(\"rollup\".\"code\", '0')"),
            None => column(rollup::Column::Code),
        };
        select.expr_as(of, Alias::new(format!("g{nth}")));
    }
    for sum in SUMS {
        let of_row = match sum {
            "organizations" | "custody_days" => Expr::cust("0"),
            sum if needs(sum, measures) => Expr::col((rollup::Entity, Alias::new(sum))),
            _ => Expr::cust("0"),
        };
        select.expr_as(of_row, Alias::new(sum));
    }
    select.from(rollup::Entity).cond_where(all.clone()).cond_where(months.clone()).to_owned()
}

/// The list of which all that is asked for is kept, if there is one.
///
/// Every part of a filter is named here, so that a new one cannot be left out by mistake.
fn of_list(filter: &IncidentFilter, groups: &[Group]) -> Option<OfList> {
    let IncidentFilter {
        words,
        country: _,
        region: _,
        incident_type,
        grade,
        state,
        custody,
        person,
        organization,
        member_of,
        actor,
        election,
        before_election,
        after_election,
        phase,
        case,
        network,
        period: _,
        date_match: _,
        bbox,
        near,
        changed_since,
        severity,
        cited_in,
        as_of,
        known_on,
        subtype,
        held_on,
    } = filter;
    let published = (state.any.is_empty()
        || state.any.iter().all(|state| *state == State::Published))
        && state.none.is_empty();
    let other = words.is_some()
        || !custody.is_empty()
        || !person.is_empty()
        || !organization.is_empty()
        || !member_of.is_empty()
        || !election.is_empty()
        || before_election.is_some()
        || after_election.is_some()
        || !case.is_empty()
        || bbox.is_some()
        || near.is_some()
        || changed_since.is_some()
        || !cited_in.is_empty()
        || as_of.is_some()
        || known_on.is_some()
        || !subtype.is_empty()
        || held_on.is_some();
    if other || !published {
        return None;
    }
    let asked = [
        (Group::Type, codes(incident_type, |code: &IncidentType| code.code().to_owned())?),
        (Group::Grade, codes(grade, |code: &Grade| code.code().to_owned())?),
        (Group::Severity, codes(severity, u8::to_string)?),
        (Group::Network, codes(network, String::clone)?),
        (Group::Phase, codes(phase, |code: &Phase| code.code().to_owned())?),
        (Group::Actor, codes(actor, |code: &ActorType| code.code().to_owned())?),
    ];
    let mut found: Option<OfList> = None;
    for (group, codes) in asked {
        let grouped = groups.contains(&group);
        if codes.is_empty() && !grouped {
            continue;
        }
        // Of an incident with two of the codes there are two counts; and of one that has the code that is
        // asked for and others, the others are in other counts.
        let twice = group.overlaps() && (codes.len() > 1 || (grouped && !codes.is_empty()));
        // Of those that have no phase and no actor no count is kept.
        let lost = grouped && codes.is_empty() && matches!(group, Group::Phase | Group::Actor);
        if twice || lost || found.is_some() {
            return None;
        }
        found = Some(OfList { list: group.code(), codes });
    }
    let rest = groups.iter().all(|group| {
        matches!(group, Group::Country | Group::Region)
            || group.unit().is_some()
            || found.as_ref().is_some_and(|found| found.list == group.code())
    });
    rest.then(|| found.unwrap_or(OfList { list: rollups::ALL, codes: Vec::new() }))
}

/// The codes that are asked for, each once; none where some are asked not to be there.
fn codes<T>(choice: &Choice<T>, code: impl Fn(&T) -> String) -> Option<Vec<String>> {
    let mut codes: Vec<String> = choice.any.iter().map(code).collect();
    codes.sort_unstable();
    codes.dedup();
    choice.none.is_empty().then_some(codes)
}

/// A period as months, if it begins and ends with one. Those at both ends of the calendar stand for what is
/// open, and so are no months.
fn whole_months(period: Period, date_match: DateMatch) -> Option<Months> {
    let ordinary = |month: &i32| (13..119_988).contains(month);
    let from = match period.from {
        Some(day) => Some(Some(month_of(day)).filter(|_| day.day() == 1).filter(ordinary)?),
        None => None,
    };
    let to = match period.to {
        Some(day) => {
            let last = Unit::Month.period(month_of(day)).to == Some(day);
            Some(Some(month_of(day)).filter(|_| last).filter(ordinary)?)
        }
        None => None,
    };
    Some(Months { from, to, date_match })
}

/// The rows in a period, in parts of which none has a row of another, each of which an index serves.
fn parts(Months { from, to, date_match }: Months) -> Vec<Condition> {
    use rollup::Column::{CertainFrom, CertainTo, FirstMonth, LastMonth};
    let mut all = Condition::all();
    match date_match {
        DateMatch::Possible => {
            if let Some(from) = from {
                all = all.add(column(LastMonth).gte(from));
            }
            if let Some(to) = to {
                all = all.add(column(FirstMonth).lte(to));
            }
            vec![all]
        }
        DateMatch::Within => {
            if let Some(from) = from {
                all = all.add(column(FirstMonth).gte(from)).add(column(CertainTo).gte(from));
            }
            if let Some(to) = to {
                all = all.add(column(LastMonth).lte(to)).add(column(CertainTo).lte(to));
            }
            vec![all]
        }
        DateMatch::Overlap => {
            all = all.add(column(CertainTo).gte(from.unwrap_or(0)));
            let Some(to) = to else {
                return vec![all];
            };
            // Those that end in it, and the few that began by then and end later.
            let longer = Condition::all()
                .add(column(CertainTo).gt(to))
                .add(column(CertainFrom).lte(to))
                .add(Expr::cust("\"rollup\".\"certain_from\" < \"rollup\".\"certain_to\""));
            vec![all.add(column(CertainTo).lte(to)), longer]
        }
    }
}
