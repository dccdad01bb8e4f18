//! Sums of what incidents add, before they are added to the rollups.
//!
//! An import has hundreds of thousands of them, so a key is two numbers here: the words and the months that it
//! is made of are kept once each.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::Arc;

use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;

use crate::bulk;
use crate::entity::rollup;
use crate::error::StoreError;
use crate::rollups::{Adds, LISTS};

/// How many rows are made at a time.
const ROWS: usize = 2_000;

/// What becomes of a row that is there already.
const ADD_UP: &str = "ON CONFLICT (list, code, certain_to, certain_from, first_month, last_month, \
    country) DO UPDATE SET incidents = rollup.incidents + excluded.incidents, \
    people = rollup.people + excluded.people, \
    people_min = rollup.people_min + excluded.people_min, \
    people_max = rollup.people_max + excluded.people_max, \
    people_max_unknown = rollup.people_max_unknown + excluded.people_max_unknown, \
    events = rollup.events + excluded.events";

/// How many there are of everything that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sum {
    pub incidents: i64,
    pub people: i64,
    pub people_min: i64,
    pub people_max: i64,
    pub people_max_unknown: i64,
    pub events: i64,
}

impl Sum {
    fn add(&mut self, other: Self, times: i64) {
        self.incidents += times * other.incidents;
        self.people += times * other.people;
        self.people_min += times * other.people_min;
        self.people_max += times * other.people_max;
        self.people_max_unknown += times * other.people_max_unknown;
        self.events += times * other.events;
    }
}

/// Values that are kept once, each by a number.
#[derive(Debug)]
struct Once<T> {
    numbers: HashMap<T, u32>,
    values: Vec<T>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self { numbers: HashMap::new(), values: Vec::new() }
    }
}

impl<T: Clone + Eq + Hash> Once<T> {
    fn number<Q>(&mut self, value: &Q) -> u32
    where
        T: Borrow<Q> + for<'q> From<&'q Q>,
        Q: Eq + Hash + ?Sized,
    {
        match self.numbers.get(value) {
            Some(number) => *number,
            None => self.keep(T::from(value)),
        }
    }

    fn of(&mut self, value: T) -> u32 {
        match self.numbers.get(&value) {
            Some(number) => *number,
            None => self.keep(value),
        }
    }

    fn keep(&mut self, value: T) -> u32 {
        // There are as many as rows of a table that memory holds, at the very most.
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(value.clone());
        self.numbers.insert(value, number);
        number
    }
}

/// Which list, which code of it, and where; the latter two by their numbers among the words.
type Place = (usize, u32, u32);
type Months = [i32; 4];

/// What has still to be added to the rollups.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    words: Once<Arc<str>>,
    places: Once<Place>,
    months: Once<Months>,
    /// By the numbers of a place and of its months.
    by_key: HashMap<(u32, u32), Sum>,
}

impl Sums {
    /// Adds what an incident adds, so many times.
    pub(crate) fn add(&mut self, adds: &Adds, times: i64) {
        let (country, months) = (self.words.number(&*adds.country), self.months.of(adds.months));
        for (list, code) in &adds.codes {
            let place = (*list, self.words.number(code.as_str()), country);
            self.add_sum(place, months, adds.sum, times);
        }
    }

    /// Adds what stands in a row of the rollups.
    pub(crate) fn add_row(&mut self, row: &rollup::Model) {
        let list = LISTS.iter().position(|list| *list == row.list).unwrap_or(LISTS.len());
        let (code, country) = (self.words.number(&*row.code), self.words.number(&*row.country));
        let months =
            self.months.of([row.certain_from, row.certain_to, row.first_month, row.last_month]);
        let sum = Sum {
            incidents: row.incidents,
            people: row.people,
            people_min: row.people_min,
            people_max: row.people_max,
            people_max_unknown: row.people_max_unknown,
            events: row.events,
        };
        self.add_sum((list, code, country), months, sum, 1);
    }

    fn add_sum(&mut self, place: Place, months: u32, sum: Sum, times: i64) {
        let place = self.places.of(place);
        self.by_key.entry((place, months)).or_default().add(sum, times);
    }

    /// Adds others.
    pub(crate) fn append(&mut self, other: Self) {
        if self.by_key.is_empty() {
            *self = other;
            return;
        }
        let words: Vec<u32> =
            other.words.values.iter().map(|word| self.words.number(&**word)).collect();
        let places = other.places.values.into_iter().map(|(list, code, country)| {
            self.places.of((list, words[code as usize], words[country as usize]))
        });
        let places: Vec<u32> = places.collect();
        let months = other.months.values.into_iter().map(|months| self.months.of(months));
        let months: Vec<u32> = months.collect();
        for ((place, when), sum) in other.by_key {
            let key = (places[place as usize], months[when as usize]);
            self.by_key.entry(key).or_default().add(sum, 1);
        }
    }

    /// Adds them to the rollups, all writers in one order, so that none waits for another who waits for it.
    pub(crate) async fn write(mut self, tx: &impl ConnectionTrait) -> Result<(), StoreError> {
        self.by_key.retain(|_, sum| *sum != Sum::default());
        let mut keys: Vec<(u32, u32)> = self.by_key.keys().copied().collect();
        keys.sort_unstable_by(|one, other| self.in_full(*one).cmp(&self.in_full(*other)));
        for some in keys.chunks(ROWS) {
            let rows = some.iter().map(|key| self.row(*key)).collect();
            bulk::insert_or::<rollup::Entity, _>(tx, rows, ADD_UP).await?;
        }
        Ok(())
    }

    /// A key in words, as keys are ordered.
    fn in_full(&self, (place, months): (u32, u32)) -> (&str, &str, &str, Months) {
        let (list, code, country) = self.places.values[place as usize];
        let word = |number: u32| &*self.words.values[number as usize];
        let list = LISTS.get(list).copied().unwrap_or("?");
        (list, word(code), word(country), self.months.values[months as usize])
    }

    fn row(&self, key: (u32, u32)) -> rollup::ActiveModel {
        let (list, code, country, months) = self.in_full(key);
        let [certain_from, certain_to, first_month, last_month] = months;
        let sum = self.by_key.get(&key).copied().unwrap_or_default();
        rollup::ActiveModel {
            list: Set(list.to_owned()),
            code: Set(code.to_owned()),
            country: Set(country.to_owned()),
            certain_from: Set(certain_from),
            certain_to: Set(certain_to),
            first_month: Set(first_month),
            last_month: Set(last_month),
            incidents: Set(sum.incidents),
            people: Set(sum.people),
            people_min: Set(sum.people_min),
            people_max: Set(sum.people_max),
            people_max_unknown: Set(sum.people_max_unknown),
            events: Set(sum.events),
        }
    }

    /// A line for each sum that is not nothing, in order.
    pub(crate) fn lines(self) -> Vec<String> {
        let sums = self.by_key.iter().filter(|(_, sum)| **sum != Sum::default());
        let sums: BTreeMap<_, _> = sums.map(|(key, sum)| (self.in_full(*key), sum)).collect();
        let line = |((list, code, country, months), sum): ((&str, &str, &str, Months), &Sum)| {
            format!("{list} {code} {country} {months:?}: {sum:?}")
        };
        sums.into_iter().map(line).collect()
    }
}
