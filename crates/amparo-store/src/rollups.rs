//! Counts that are kept, so that the questions asked most are answered without a look at the records.
//!
//! Every published incident has a *tally*, what exactly it has added, and the *rollups* are the sums of the
//! tallies. Whatever a write does, the incidents that it may have changed are noted in [`Pending`], and at
//! the one place where a write ends they are settled in its own transaction: what each had added is taken
//! away, what it adds now is added. Settling twice changes nothing, and one that was noted for nothing
//! changes nothing either. [`Store::recounted`] counts all anew, for whoever wants to see that it is the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use amparo_domain::counting::month_of;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveValue, ColumnTrait as _, ConnectionTrait, DatabaseTransaction, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::Store;
use crate::bulk::{self, KEYS_MAX, padded};
use crate::entity::{incident_term, record, rollup, tally};
use crate::error::StoreError;
use crate::sums::{Sum, Sums};

/// All incidents, as the list of a rollup.
pub(crate) const ALL: &str = "";

/// The lists of which counts are kept for each code, besides that of all incidents. Of phases and actors
/// there is none for those that have none.
pub(crate) const LISTS: [&str; 7] = [ALL, "type", "grade", "severity", "network", "phase", "actor"];

/// The list of terms that are kept beside a record.
const TERMS: [&str; 2] = ["type", "actor"];

/// Stands for a start that is open or not known, and for both ends where nothing is certain.
pub(crate) const BEFORE_ALL: i32 = -1;
/// Stands for an end that is open or not known.
pub(crate) const AFTER_ALL: i32 = 120_000;

/// What stands in a tally where there is nothing.
const NONE: &str = "-";

/// What an incident adds to the counts that are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Adds {
    pub country: String,
    pub months: [i32; 4],
    pub sum: Sum,
    /// Its codes, each with the list it is of.
    pub codes: Vec<(usize, String)>,
}

/// What a write has changed and not settled yet.
#[derive(Debug, Default)]
pub(crate) struct Pending(Mutex<(BTreeSet<i64>, Sums)>);

/// The rollups as they are kept and as they are counted from the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recounted {
    /// What is kept, a line each.
    pub kept: Vec<String>,
    /// What is counted.
    pub counted: Vec<String>,
}

impl Store {
    /// The counts that are kept, beside the same counted anew from every published incident. They are equal,
    /// or the program has a mistake.
    pub async fn recounted(&self) -> Result<Recounted, StoreError> {
        let reader = self.connections.reader();
        let mut kept = Sums::default();
        for row in rollup::Entity::find().all(reader).await? {
            kept.add_row(&row);
        }
        let mut counted = Sums::default();
        let mut last = i64::MIN;
        loop {
            let rows = record::Entity::find()
                .filter(record::Column::Number.gt(last))
                .filter(record::Column::Kind.eq(Kind::Incident.singular()))
                .filter(record::Column::Public.eq(1))
                .order_by_asc(record::Column::Number)
                .limit(KEYS_MAX as u64)
                .all(reader)
                .await?;
            let Some(greatest) = rows.last() else { break };
            last = greatest.number;
            let mut terms = terms_of(reader, rows.iter().map(|row| row.number).collect()).await?;
            for row in &rows {
                counted.add(&Adds::of(row, terms.remove(&row.number).unwrap_or_default()), 1);
            }
        }
        Ok(Recounted { kept: kept.lines(), counted: counted.lines() })
    }
}

impl Pending {
    /// Notes incidents that may add something else now. Whatever else is among them is no matter.
    pub(crate) fn touch(&self, numbers: impl IntoIterator<Item = i64>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.0.extend(numbers);
    }

    /// The incidents that were noted and are not settled yet.
    pub(crate) fn touched(&self) -> Vec<i64> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.0.iter().copied().collect()
    }

    /// Notes what new incidents add whose tallies are written already.
    pub(crate) fn add(&self, sums: Sums) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.1.append(sums);
    }

    /// Brings tallies and rollups up to date with the records. It is the last thing that a write does.
    pub(crate) async fn settle(&self, tx: &DatabaseTransaction) -> Result<(), StoreError> {
        let (touched, mut sums) =
            std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let touched: Vec<i64> = touched.into_iter().collect();
        for some in touched.chunks(KEYS_MAX) {
            recount(tx, some, &mut sums).await?;
        }
        sums.write(tx).await
    }
}

/// Writes new tallies of incidents where they add something else than before.
async fn recount(
    tx: &DatabaseTransaction,
    numbers: &[i64],
    sums: &mut Sums,
) -> Result<(), StoreError> {
    // What was never published has added nothing and adds nothing. Whoever else changes one of these
    // incidents waits, and then sees the tally that is written here.
    let rows = record::Entity::find()
        .filter(record::Column::Number.is_in(padded(numbers.to_vec())))
        .filter(record::Column::Kind.eq(Kind::Incident.singular()))
        .filter(record::Column::Version.gt(0))
        .order_by_asc(record::Column::Number)
        .lock_exclusive()
        .all(tx)
        .await?;
    if rows.is_empty() {
        return Ok(());
    }
    let ids = || rows.iter().map(|row| row.number).collect::<Vec<_>>();
    let tallies =
        tally::Entity::find().filter(tally::Column::Incident.is_in(padded(ids()))).all(tx).await?;
    let mut before: HashMap<i64, String> =
        tallies.into_iter().map(|row| (row.incident, row.adds)).collect();
    let mut terms = terms_of(tx, ids()).await?;
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    for row in &rows {
        let adds =
            (row.public == 1).then(|| Adds::of(row, terms.remove(&row.number).unwrap_or_default()));
        let before = before.remove(&row.number);
        let text = adds.as_ref().map(Adds::to_text);
        if before == text {
            continue;
        }
        if let Some(before) = before {
            let corrupt =
                StoreError::Corrupt { table: "tally", number: row.number, what: "it adds nothing" };
            sums.add(&Adds::from_text(&before).ok_or(corrupt)?, -1);
            gone.push(row.number);
        }
        if let (Some(adds), Some(text)) = (adds, text) {
            sums.add(&adds, 1);
            new.push(tally::ActiveModel { incident: Set(row.number), adds: Set(text) });
        }
    }
    if !gone.is_empty() {
        tally::Entity::delete_many()
            .filter(tally::Column::Incident.is_in(padded(gone)))
            .exec(tx)
            .await?;
    }
    bulk::insert::<tally::Entity, _>(tx, new).await
}

/// The terms of incidents that counts are kept of.
async fn terms_of(
    db: &impl ConnectionTrait,
    numbers: Vec<i64>,
) -> Result<BTreeMap<i64, Vec<(String, String)>>, StoreError> {
    let rows = incident_term::Entity::find()
        .filter(incident_term::Column::Incident.is_in(padded(numbers)))
        .filter(incident_term::Column::List.is_in(TERMS))
        .all(db)
        .await?;
    let mut terms: BTreeMap<i64, Vec<(String, String)>> = BTreeMap::new();
    for row in rows {
        terms.entry(row.incident).or_default().push((row.list, row.code));
    }
    Ok(terms)
}

/// Empties tallies and rollups, before all incidents are settled anew.
pub(crate) async fn forget_all(tx: &DatabaseTransaction) -> Result<(), StoreError> {
    tally::Entity::delete_many().exec(tx).await?;
    rollup::Entity::delete_many().exec(tx).await?;
    Ok(())
}

impl Adds {
    /// What a card and its terms add.
    fn of(card: &record::Model, terms: Vec<(String, String)>) -> Self {
        Self::new(&card.clone().into(), terms)
    }

    /// The same of a card that is not written yet.
    pub(crate) fn new(card: &record::ActiveModel, terms: Vec<(String, String)>) -> Self {
        let month = |day: Option<NaiveDate>| day.map_or(BEFORE_ALL, month_of);
        let people_max = set(&card.people_max).flatten();
        let count = |value: &ActiveValue<Option<i64>>| set(value).flatten().unwrap_or_default();
        let mut codes = vec![
            (ALL.to_owned(), String::new()),
            ("network".to_owned(), set(&card.network).unwrap_or_default()),
            ("severity".to_owned(), set(&card.severity).flatten().unwrap_or_default().to_string()),
        ];
        codes.extend(set(&card.grade).flatten().map(|code| ("grade".to_owned(), code)));
        codes.extend(set(&card.phase).flatten().map(|code| ("phase".to_owned(), code)));
        codes.extend(terms);
        let codes = codes.into_iter();
        let mut codes: Vec<(usize, String)> = codes
            .filter_map(|(list, code)| Some((LISTS.iter().position(|known| *known == list)?, code)))
            .collect();
        codes.sort_unstable();
        Self {
            country: set(&card.country).flatten().unwrap_or_default(),
            months: [
                month(set(&card.certain_from).flatten()),
                month(set(&card.certain_to).flatten()),
                set(&card.first_month).flatten().unwrap_or(BEFORE_ALL),
                set(&card.last_month).flatten().unwrap_or(AFTER_ALL),
            ],
            sum: Sum {
                incidents: 1,
                people: count(&card.people),
                people_min: count(&card.people_min),
                people_max: people_max.unwrap_or_default(),
                people_max_unknown: i64::from(people_max.is_none()),
                events: count(&card.events),
            },
            codes,
        }
    }

    /// As a row of the tally holds it: words with a space between them.
    pub(crate) fn to_text(&self) -> String {
        let Sum { people, people_min, people_max, people_max_unknown, events, .. } = self.sum;
        let [certain_from, certain_to, first, last] = self.months;
        let mut text = format!(
            "{} {certain_from} {certain_to} {first} {last} {people} {people_min} {people_max} \
             {people_max_unknown} {events}",
            said(&self.country)
        );
        for (list, code) in &self.codes {
            text.push(' ');
            text.push_str(&list.to_string());
            text.push(' ');
            text.push_str(said(code));
        }
        text
    }

    fn from_text(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let country = heard(words.next()?);
        let mut months = [0; 4];
        for month in &mut months {
            *month = words.next()?.parse().ok()?;
        }
        let mut counts = [0; 5];
        for count in &mut counts {
            *count = words.next()?.parse().ok()?;
        }
        let [people, people_min, people_max, people_max_unknown, events] = counts;
        let mut codes = Vec::new();
        while let Some(list) = words.next() {
            codes.push((list.parse().ok()?, heard(words.next()?)));
        }
        let sum = Sum { incidents: 1, people, people_min, people_max, people_max_unknown, events };
        Some(Self { country, months, sum, codes })
    }
}

fn said(word: &str) -> &str {
    if word.is_empty() { NONE } else { word }
}

fn heard(word: &str) -> String {
    if word == NONE { String::new() } else { word.to_owned() }
}

fn set<T: Clone + Into<sea_orm::Value>>(value: &ActiveValue<T>) -> Option<T> {
    match value {
        ActiveValue::Set(value) | ActiveValue::Unchanged(value) => Some(value.clone()),
        ActiveValue::NotSet => None,
    }
}

/// The terms of incidents among rows that are not written yet, of those that counts are kept of.
pub(crate) fn terms_among(rows: &[incident_term::ActiveModel]) -> Vec<(String, String)> {
    let kept = rows.iter().filter_map(|row| Some((set(&row.list)?, set(&row.code)?)));
    kept.filter(|(list, _)| TERMS.contains(&list.as_str())).collect()
}

/// The number of a record as the tables hold it.
pub(crate) fn ids(numbers: &[Number]) -> impl Iterator<Item = i64> + '_ {
    numbers.iter().map(|number| number.as_i64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_reads_back() {
        let card = record::ActiveModel {
            country: Set(Some("AZE".to_owned())),
            network: Set("default".to_owned()),
            grade: Set(Some("reported".to_owned())),
            severity: Set(Some(3)),
            phase: Set(None),
            certain_from: Set(None),
            certain_to: Set(None),
            first_month: Set(None),
            last_month: Set(Some(24_291)),
            people: Set(Some(2)),
            people_min: Set(Some(5)),
            people_max: Set(None),
            events: Set(Some(0)),
            ..Default::default()
        };
        let adds = Adds::new(&card, vec![("type".to_owned(), "detention".to_owned())]);
        assert_eq!(Adds::from_text(&adds.to_text()), Some(adds.clone()));
        let mut sums = Sums::default();
        sums.add(&adds, 1);
        sums.add(&adds, -1);
        assert_eq!(sums.lines(), Vec::<String>::new());
    }
}
