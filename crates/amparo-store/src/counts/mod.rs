//! Counts of incidents, and facets.
//!
//! | room | what is in it |
//! |---|---|
//! | here | a question and its answer; which of two ways leads to it |
//! | `kept` | the quick way: sums of the counts that are kept ([`crate::rollups`]) |
//! | `groups` | the way that is always there: the records that fulfil a condition, in groups |
//! | `facets` | how many would remain for each value of a filter |
//!
//! Before the second is gone, the census is asked ([`crate::census`]), which answers the same from memory.
//! Either way through the database is one statement, and one more where the groups overlap, for the total.

mod facets;
mod groups;
mod kept;

use std::collections::{BTreeMap, HashMap};

use amparo_domain::access::Audience;
use amparo_domain::counting::{Group, Measure};
use amparo_domain::country::CountryCode;
use amparo_domain::filter::IncidentFilter;
use amparo_domain::number::Number;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{ConnectionTrait as _, QueryResult};

pub use facets::{Facet, FacetValue};

use crate::Store;
use crate::among::Purpose;
use crate::bulk::{KEYS_MAX, padded};
use crate::entity::record;
use crate::error::StoreError;
use crate::plans;
use crate::records::visible_to;

/// The rows that a count has at most.
pub const ROWS_MAX: usize = 100_000;

/// The rows that the database may give, before countries become regions.
pub(crate) const READ_MAX: usize = 500_000;

/// A group that an incident is in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A code: a country, a term, the number of a record.
    Code(String),
    /// A month, a quarter or a year, counted from the beginning of year 0.
    Stretch(i32),
    /// None: there is no value, or its date fits into no stretch.
    None,
}

/// What was counted of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Values {
    /// The incidents.
    pub incidents: i64,
    /// Pairs of an affected person and an incident.
    pub people: i64,
    /// The same and at least so many others.
    pub people_min: i64,
    /// The same and at most so many others, of the incidents where that is known.
    pub people_max: i64,
    /// The incidents where it is not.
    pub people_max_unknown: i64,
    /// Pairs of an organization and an incident.
    pub organizations: i64,
    /// Steps of timelines.
    pub events: i64,
    /// Days of custody.
    pub custody_days: i64,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Each group with what was counted of it, in order; those with nothing of anything come last. There is
    /// one more than [`ROWS_MAX`] at least where there are too many.
    pub rows: Vec<(Vec<Key>, Values)>,
    /// How many incidents the question finds: as many as the list has.
    pub total: u64,
    /// The names of the records among the groups, by their numbers as they are written.
    pub names: HashMap<String, String>,
}

/// What was counted in each group.
#[derive(Debug)]
struct Counted {
    groups: BTreeMap<Vec<Key>, Values>,
    /// How many incidents there are, if that was counted too.
    total: Option<u64>,
}

impl Counted {
    /// The incidents of all groups, each as often as it is in one.
    fn incidents(&self) -> u64 {
        self.total.unwrap_or_else(|| incidents(&self.groups))
    }
}

fn incidents(counted: &BTreeMap<Vec<Key>, Values>) -> u64 {
    u64::try_from(counted.values().map(|values| values.incidents).sum::<i64>()).unwrap_or(0)
}

impl Store {
    /// Counts the incidents that a filter finds, in groups.
    pub async fn count_incidents(
        &self,
        audience: &Audience,
        filter: &IncidentFilter,
        groups: &[Group],
        measures: &[Measure],
    ) -> Result<Counts, StoreError> {
        let Counted { groups: counted, total } =
            self.counted(audience, filter, groups, measures, false).await?;
        let total = match total {
            Some(total) => total,
            None if groups.iter().any(|group| group.overlaps()) => {
                let one = &[Measure::Incidents];
                self.counted(audience, filter, &[], one, false).await?.incidents()
            }
            None => incidents(&counted),
        };
        let names = self.names_of_groups(audience, groups, &counted).await?;
        Ok(Counts { rows: counted.into_iter().take(ROWS_MAX + 1).collect(), total, names })
    }

    /// How a count is made, in the database's own words.
    pub async fn plan_of_counts(
        &self,
        audience: &Audience,
        filter: &IncidentFilter,
        groups: &[Group],
        measures: &[Measure],
    ) -> Result<Vec<String>, StoreError> {
        let select = self.counting(audience, filter, groups, measures, false).await?;
        let statement = || self.connections.backend().build(&select);
        Ok(plans::of_pair(&self.connections, statement(), statement()).await?.page)
    }

    /// The select of what is counted in each group; `held` says that being in custody at all is a group
    /// beside its statuses.
    async fn counting(
        &self,
        audience: &Audience,
        filter: &IncidentFilter,
        groups: &[Group],
        measures: &[Measure],
        held: bool,
    ) -> Result<SelectStatement, StoreError> {
        let columns = groups::columns(groups);
        let kept = self.among_kept(filter, groups, &columns, measures).await?;
        let inner = if let Some(kept) = kept {
            kept
        } else {
            // What was published once is told to everybody as it was to the public.
            let audience = if filter.as_of.is_some() { &Audience::Public } else { audience };
            let sources = self.incident_sources(audience, filter, Purpose::Count).await?;
            let seen_on = filter.seen_on(self.clock.today());
            self.in_groups(audience, sources, &columns, measures, seen_on, held)
        };
        Ok(summed(inner, columns.len()))
    }

    /// What is counted in each group.
    async fn counted(
        &self,
        audience: &Audience,
        filter: &IncidentFilter,
        groups: &[Group],
        measures: &[Measure],
        held: bool,
    ) -> Result<Counted, StoreError> {
        let columns = groups::columns(groups);
        let mut counted: BTreeMap<Vec<Key>, Values> = BTreeMap::new();
        let kept = self.among_kept(filter, groups, &columns, measures).await?;
        if kept.is_none()
            && let Some((of_columns, total)) =
                self.count_in_census(audience, filter, &columns, measures, held).await?
        {
            for (keys_of_columns, values) in of_columns {
                let keys = groups.iter().map(|group| key_of(*group, &columns, &keys_of_columns));
                counted.entry(keys.collect()).or_default().add(values);
            }
            return Ok(Counted { groups: counted, total: Some(total) });
        }
        let rows = self.counting(audience, filter, groups, measures, held).await?;
        for row in self.connections.asker().query_all(&rows).await? {
            let (of_columns, values) = read(&row, &columns)?;
            if values.incidents > 0 {
                let keys = groups.iter().map(|group| key_of(*group, &columns, &of_columns));
                counted.entry(keys.collect()).or_default().add(values);
            }
        }
        Ok(Counted { groups: counted, total: None })
    }

    /// The names of the records among the groups that the caller can see; others are not among them.
    async fn names_of_groups(
        &self,
        audience: &Audience,
        groups: &[Group],
        counted: &BTreeMap<Vec<Key>, Values>,
    ) -> Result<HashMap<String, String>, StoreError> {
        let records = |group: &Group| matches!(group, Group::Election | Group::Organization);
        let mut numbers: Vec<Number> = Vec::new();
        for nth in groups.iter().enumerate().filter(|(_, group)| records(group)).map(|(nth, _)| nth)
        {
            numbers.extend(counted.keys().filter_map(|keys| match keys.get(nth) {
                Some(Key::Code(number)) => number.parse::<Number>().ok(),
                _ => None,
            }));
        }
        numbers.sort_unstable();
        numbers.dedup();
        let column = |column| Expr::col((record::Entity, column));
        let mut names = HashMap::new();
        for some in numbers.chunks(KEYS_MAX) {
            let ids = padded(some.iter().map(|number| number.as_i64()).collect());
            let mut select = Query::select();
            select
                .columns([record::Column::Number, record::Column::Label])
                .from(record::Entity)
                .and_where(column(record::Column::Number).is_in(ids))
                .cond_where(visible_to(audience));
            for row in self.connections.reader().query_all(&select).await? {
                let number = crate::paging::number(&row)?;
                if let Some(name) = row.try_get_by_index::<Option<String>>(1)? {
                    names.insert(number.to_string(), name);
                }
            }
        }
        Ok(names)
    }
}

/// The columns of the inner select, beside those of the groups.
const SUMS: [&str; 8] = [
    "incidents",
    "people",
    "people_min",
    "people_max",
    "people_max_unknown",
    "organizations",
    "events",
    "custody_days",
];

/// Which of the sums a question needs.
fn needs(sum: &str, measures: &[Measure]) -> bool {
    match sum {
        "incidents" => true,
        "people_max_unknown" => measures.contains(&Measure::PeopleMax),
        _ => measures.iter().any(|measure| measure.code() == sum),
    }
}

/// Adds up an inner select of the groups' columns `g0`, `g1`, … and of the sums.
fn summed(inner: SelectStatement, columns: usize) -> SelectStatement {
    let group = |nth: usize| Alias::new(format!("g{nth}"));
    let mut select = Query::select();
    for nth in 0..columns {
        select.expr(Expr::col(group(nth)).cast_as("text"));
    }
    for sum in SUMS {
        select.expr(Expr::cust(format!("CAST(COALESCE(SUM(\"{sum}\"), 0) AS bigint)")));
    }
    select.from_subquery(inner, Alias::new("counted"));
    for nth in 0..columns {
        select.group_by_col(group(nth));
    }
    select.limit(READ_MAX as u64).to_owned()
}

fn read(row: &QueryResult, columns: &[Group]) -> Result<(Vec<Key>, Values), StoreError> {
    let mut keys = Vec::with_capacity(columns.len());
    for (nth, group) in columns.iter().enumerate() {
        let text: Option<String> = row.try_get_by_index(nth)?;
        keys.push(match text {
            None => Key::None,
            Some(text) if group.unit().is_some() => text.parse().map_or(Key::None, Key::Stretch),
            Some(text) if matches!(group, Group::Election | Group::Organization) => {
                let number = text.parse().ok().and_then(|number| Number::from_i64(number).ok());
                number.map_or(Key::None, |number| Key::Code(number.to_string()))
            }
            Some(text) if text.is_empty() => Key::None,
            Some(text) => Key::Code(text),
        });
    }
    let sum = |nth: usize| row.try_get_by_index::<i64>(columns.len() + nth);
    let values = Values {
        incidents: sum(0)?,
        people: sum(1)?,
        people_min: sum(2)?,
        people_max: sum(3)?,
        people_max_unknown: sum(4)?,
        organizations: sum(5)?,
        events: sum(6)?,
        custody_days: sum(7)?,
    };
    Ok((keys, values))
}

/// The key of a group, from those of the columns: a region is told by its country.
fn key_of(group: Group, columns: &[Group], keys: &[Key]) -> Key {
    let of = |wanted: Group| {
        let nth = columns.iter().position(|column| *column == wanted);
        nth.and_then(|nth| keys.get(nth)).cloned().unwrap_or(Key::None)
    };
    if group != Group::Region {
        return of(group);
    }
    let Key::Code(country) = of(Group::Country) else {
        return Key::None;
    };
    let country = country.parse::<CountryCode>().ok();
    let region = country.and_then(|country| country.country().region.clone());
    region.map_or(Key::None, Key::Code)
}

impl Values {
    pub(crate) fn add(&mut self, other: Self) {
        self.incidents += other.incidents;
        self.people += other.people;
        self.people_min += other.people_min;
        self.people_max += other.people_max;
        self.people_max_unknown += other.people_max_unknown;
        self.organizations += other.organizations;
        self.events += other.events;
        self.custody_days += other.custody_days;
    }

    /// What was counted by a measure. The greatest number of people is not known where it is known of no
    /// incident.
    pub fn of(&self, measure: Measure) -> Option<i64> {
        Some(match measure {
            Measure::Incidents => self.incidents,
            Measure::People => self.people,
            Measure::PeopleMin => self.people_min,
            Measure::PeopleMax => {
                let known = self.incidents == 0 || self.people_max_unknown < self.incidents;
                return known.then_some(self.people_max);
            }
            Measure::Organizations => self.organizations,
            Measure::Events => self.events,
            Measure::CustodyDays => self.custody_days,
        })
    }
}
