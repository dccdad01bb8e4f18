//! Rows and columns of a count.
//!
//! A time axis runs over the period that is asked for, else from the first record to the last, for every
//! combination of the other groups that has a record. What lies on it and has nothing is 0 only where somebody
//! looked: where nobody did it is null, because a zero would say that nothing happened.

use std::collections::BTreeSet;
use std::sync::Arc;

use amparo_domain::counting::{self, Group, Measure, PEOPLE_MAX_UNKNOWN, Unit, month_of};
use amparo_domain::coverage::Covered;
use amparo_domain::filter::IncidentFilter;
use amparo_domain::language::Language;
use amparo_store::{Counts, Key, ROWS_MAX, Values};
use serde_json::{Map, Value, json};

use super::Asked;
use super::looked::Looked;
use super::views::{Cell, ColumnView, CountTable, Row};
use crate::problem::{ApiError, ProblemError};

/// A table of counts.
pub(super) struct Table {
    pub columns: Vec<ColumnView>,
    pub rows: Vec<Row>,
    meta: Map<String, Value>,
}

/// The time among the groups.
#[derive(Clone, Copy)]
struct Axis {
    /// Which of the groups it is.
    nth: usize,
    unit: Unit,
}

impl Table {
    /// The table of what was counted. What was looked at is needed where there is a time axis.
    pub(super) fn of(
        asked: &Asked,
        counts: Counts,
        looked: Option<&Looked>,
    ) -> Result<Self, ApiError> {
        let Asked { filter, groups, measures, .. } = asked;
        if counts.rows.len() > ROWS_MAX {
            return Err(too_many());
        }
        let axis = groups.iter().enumerate().find_map(|(nth, group)| {
            let unit = group.unit()?;
            Some(Axis { nth, unit })
        });
        let mut rows: Vec<(Vec<Key>, Option<Values>)> =
            counts.rows.into_iter().map(|(keys, values)| (keys, Some(values))).collect();
        let mut unassigned = 0;
        if let Some(axis) = axis {
            let out = |keys: &[Key]| keys.get(axis.nth) == Some(&Key::None);
            let outside = rows.iter().filter(|(keys, _)| out(keys));
            unassigned = outside.filter_map(|(_, values)| *values).map(|v| v.incidents).sum();
            if asked.fill {
                fill(&mut rows, axis, groups.len() == 1, filter)?;
            }
            if !asked.unassigned {
                rows.retain(|(keys, _)| !out(keys));
            }
        }
        if groups.is_empty() && rows.is_empty() {
            rows.push((Vec::new(), Some(Values::default())));
        }
        let columns = columns(groups, measures, axis, asked.language);
        let names: Arc<[String]> = columns.iter().map(|column| column.name.clone()).collect();
        let rows = rows.into_iter().map(|(keys, values)| {
            let unassigned = axis.is_some_and(|axis| keys.get(axis.nth) == Some(&Key::None));
            let covered = covered(axis, groups, &keys, looked);
            let values =
                values.or_else(|| (covered == Some(Covered::Covered)).then(Values::default));
            let mut cells = Vec::with_capacity(names.len());
            for (group, key) in groups.iter().zip(&keys) {
                add_key(&mut cells, *group, key, &counts.names);
            }
            for measure in measures {
                cells.push(number(values.as_ref().and_then(|values| values.of(*measure))));
                if *measure == Measure::PeopleMax {
                    cells.push(number(values.as_ref().map(|values| values.people_max_unknown)));
                }
            }
            if axis.is_some() {
                cells.push(
                    covered.map_or(Cell::Null, |covered| Cell::Text(covered.code().to_owned())),
                );
            }
            Row { unassigned, names: Arc::clone(&names), cells }
        });
        let rows = rows.collect();
        let mut meta = Map::new();
        let codes = |all: Vec<&'static str>| json!(all);
        meta.insert("total".to_owned(), counts.total.into());
        meta.insert("unassigned".to_owned(), unassigned.into());
        let overlap = groups.iter().any(|group| group.overlaps());
        meta.insert("overlap".to_owned(), overlap.into());
        let group_by = codes(groups.iter().map(|group| group.code()).collect());
        meta.insert("group_by".to_owned(), group_by);
        let measure = codes(measures.iter().map(|measure| measure.code()).collect());
        meta.insert("measure".to_owned(), measure);
        let fill = if asked.fill { "zero" } else { "none" };
        meta.insert("fill".to_owned(), fill.into());
        Ok(Self { columns, rows, meta })
    }

    /// As it goes over the wire, with what is said of the question besides.
    pub(super) fn into_view(self, mut meta: Map<String, Value>) -> CountTable {
        meta.extend(self.meta);
        CountTable { columns: self.columns, rows: self.rows, meta }
    }
}

/// Adds the stretches of a time axis in which nothing was counted.
fn fill(
    rows: &mut Vec<(Vec<Key>, Option<Values>)>,
    axis: Axis,
    alone: bool,
    filter: &IncidentFilter,
) -> Result<(), ApiError> {
    let counted = rows.iter().filter_map(|(keys, _)| match keys.get(axis.nth) {
        Some(Key::Stretch(stretch)) => Some(*stretch),
        _ => None,
    });
    let counted: BTreeSet<i32> = counted.collect();
    let asked = |day: Option<chrono::NaiveDate>| day.map(|day| axis.unit.of_month(month_of(day)));
    let from = asked(filter.period.and_then(|period| period.from));
    let to = asked(filter.period.and_then(|period| period.to));
    // What was counted lies in the period; an open side ends with the last of it.
    let least = from.into_iter().chain(counted.first().copied()).min();
    let most = to.into_iter().chain(counted.last().copied()).max();
    let (Some(least), Some(most)) = (least, most) else {
        return Ok(());
    };
    let without = |keys: &[Key]| {
        let mut keys = keys.to_vec();
        keys.remove(axis.nth);
        keys
    };
    let mut others: BTreeSet<Vec<Key>> = rows.iter().map(|(keys, _)| without(keys)).collect();
    if alone {
        // Also where there is no row at all.
        others.insert(Vec::new());
    }
    let stretches = usize::try_from(i64::from(most) - i64::from(least) + 1).unwrap_or(0);
    if stretches.saturating_mul(others.len()) > ROWS_MAX {
        return Err(too_many());
    }
    let present: BTreeSet<Vec<Key>> = rows.iter().map(|(keys, _)| keys.clone()).collect();
    for other in &others {
        for stretch in least..=most {
            let mut keys = other.clone();
            keys.insert(axis.nth, Key::Stretch(stretch));
            if !present.contains(&keys) {
                rows.push((keys, None));
            }
        }
    }
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(())
}

fn too_many() -> ApiError {
    let message = format!(
        "gives more than {ROWS_MAX} rows: ask for a shorter period, for fewer countries, or for fewer groups"
    );
    ApiError::Query(vec![ProblemError::parameter("group_by", message)])
}

/// Whether somebody looked at what a row is about; of what fits into no stretch nothing is said.
fn covered(
    axis: Option<Axis>,
    groups: &[Group],
    keys: &[Key],
    looked: Option<&Looked>,
) -> Option<Covered> {
    let axis = axis?;
    match keys.get(axis.nth) {
        Some(Key::Stretch(stretch)) => Some(looked?.on(groups, keys, axis.unit.period(*stretch))),
        _ => None,
    }
}

fn columns(
    groups: &[Group],
    measures: &[Measure],
    axis: Option<Axis>,
    language: Language,
) -> Vec<ColumnView> {
    let mut columns = Vec::new();
    let mut add = |name: String, r#type, label: String, definition| {
        columns.push(ColumnView { name, r#type, label, definition });
    };
    for group in groups {
        let label = group.label(language);
        let kind = if *group == Group::Severity { "integer" } else { "string" };
        add(group.code().to_owned(), kind, label.to_owned(), None);
        if group.unit().is_some() {
            let starts = format!("{label}: {}", counting::word("start", language));
            add(format!("{}_start", group.code()), "date", starts, None);
        }
        if names_records(*group) {
            let named = format!("{label}: {}", counting::word("name", language));
            add(format!("{}_name", group.code()), "string", named, None);
        }
    }
    for measure in measures {
        let (label, definition) = (measure.label(language), measure.definition(language));
        add(measure.code().to_owned(), "integer", label.to_owned(), Some(definition));
        if *measure == Measure::PeopleMax {
            let (label, definition) = counting::measured(PEOPLE_MAX_UNKNOWN, language);
            add(PEOPLE_MAX_UNKNOWN.to_owned(), "integer", label.to_owned(), Some(definition));
        }
    }
    if axis.is_some() {
        let label = counting::word("coverage", language).to_owned();
        add("coverage".to_owned(), "string", label, None);
    }
    columns
}

pub(super) fn names_records(group: Group) -> bool {
    matches!(group, Group::Election | Group::Organization)
}

fn add_key(
    cells: &mut Vec<Cell>,
    group: Group,
    key: &Key,
    names: &std::collections::HashMap<String, String>,
) {
    let text = |text: Option<String>| text.map_or(Cell::Null, Cell::Text);
    cells.push(match (key, group.unit()) {
        (Key::Stretch(stretch), Some(unit)) => Cell::Text(unit.written(*stretch)),
        (Key::Code(code), _) if group == Group::Severity => number(code.parse().ok()),
        (Key::Code(code), _) => Cell::Text(code.clone()),
        _ => Cell::Null,
    });
    if let Some(unit) = group.unit() {
        let first = match key {
            Key::Stretch(stretch) => unit.period(*stretch).from,
            _ => None,
        };
        cells.push(text(first.map(|day| day.to_string())));
    }
    if names_records(group) {
        cells.push(text(match key {
            Key::Code(number) => names.get(number).cloned(),
            _ => None,
        }));
    }
}

fn number(number: Option<i64>) -> Cell {
    number.map_or(Cell::Null, Cell::Number)
}
