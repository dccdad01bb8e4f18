//! Cards of incidents, packed.
//!
//! Most of what a card says, thousands of cards say: it stands once in a dictionary, and the card has its
//! place there. A question is then asked of each thing that is said once, not of each card, and a card takes
//! some fifty bytes.

use std::collections::HashMap;
use std::hash::Hash;

use chrono::{Datelike as _, NaiveDate};

/// What counting needs to know of an incident.
#[derive(Debug, Clone, Default)]
pub(super) struct Card {
    pub number: i64,
    pub country: Option<String>,
    pub network: String,
    pub grade: Option<String>,
    pub phase: Option<String>,
    pub severity: i16,
    pub election: Option<i64>,
    pub dates: Dates,
    pub amounts: Amounts,
    pub types: Vec<String>,
    pub actors: Vec<String>,
    /// Each once.
    pub organizations: Vec<i64>,
    /// The people whom it shows by name, by their numbers.
    pub people: Vec<i64>,
    pub custody: Vec<(String, Stay)>,
}

/// The dates of a card. Days count from the beginning of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Dates {
    pub certain: Option<(i32, i32)>,
    pub possible: Option<(i32, i32)>,
    pub months: (Option<i32>, Option<i32>),
    /// The day by which lists are sorted.
    pub sort: i32,
}

/// What an incident adds to a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Amounts {
    pub people: i64,
    pub people_min: i64,
    pub people_max: Option<i64>,
    pub events: i64,
}

/// From when until when so many people are in a status; its word is 0 until it is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stay {
    pub status: u32,
    pub from: i32,
    pub until: i32,
    pub people: i32,
}

/// What is said by words of which there can be one. Word 0 is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Profile {
    pub country: u32,
    pub network: u32,
    pub grade: u32,
    pub phase: u32,
    pub severity: i16,
}

/// What is said by words of which there can be several.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Terms {
    pub types: Vec<u32>,
    pub actors: Vec<u32>,
}

/// Things that are said, each once.
#[derive(Debug)]
pub(super) struct Dictionary<T> {
    pub said: Vec<T>,
    places: HashMap<T, u32>,
}

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Self { said: Vec::new(), places: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> Dictionary<T> {
    fn place(&mut self, thing: T) -> u32 {
        if let Some(place) = self.places.get(&thing) {
            return *place;
        }
        let place = place(self.said.len());
        self.said.push(thing.clone());
        self.places.insert(thing, place);
        place
    }
}

/// A list of lists, one after the other.
#[derive(Debug, Default)]
struct Lists<T> {
    ends: Vec<u32>,
    all: Vec<T>,
}

impl<T: Copy> Lists<T> {
    fn push(&mut self, items: impl IntoIterator<Item = T>) {
        self.all.extend(items);
        self.ends.push(place(self.all.len()));
    }

    fn of(&self, row: usize) -> &[T] {
        let end = |nth: usize| self.ends.get(nth).map_or(0, |end| *end as usize);
        let start = row.checked_sub(1).map_or(0, end);
        self.all.get(start..end(row)).unwrap_or_default()
    }
}

/// The cards of all published incidents.
#[derive(Debug)]
pub(super) struct Packed {
    pub words: Dictionary<String>,
    pub profiles: Dictionary<Profile>,
    pub terms: Dictionary<Terms>,
    pub dates: Dictionary<Dates>,
    pub amounts: Dictionary<Amounts>,
    /// The first is none.
    pub elections: Dictionary<Option<i64>>,
    pub organizations: Dictionary<i64>,
    pub people: Dictionary<i64>,
    rows: Rows,
    /// So many rows are in the order of their numbers.
    sorted: usize,
    /// Where the rest stands.
    later: HashMap<i64, u32>,
    gone: usize,
}

/// The columns, each with a value for each card.
#[derive(Debug, Default)]
struct Rows {
    numbers: Vec<i64>,
    /// Whether it is still so.
    stands: Vec<bool>,
    places: Vec<Places>,
    organizations: Lists<u32>,
    people: Lists<u32>,
    custody: Lists<Stay>,
}

/// Where in the dictionaries stands what a card says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    pub profile: u32,
    pub terms: u32,
    pub dates: u32,
    pub amounts: u32,
    pub election: u32,
}

/// Rows that were changed, before all are put in order again.
const LATER_MIN: usize = 1_000;

impl Packed {
    /// No cards.
    pub(super) fn new() -> Self {
        let (mut words, mut elections) = (Dictionary::default(), Dictionary::default());
        words.place(String::new());
        elections.place(None);
        Self {
            words,
            profiles: Dictionary::default(),
            terms: Dictionary::default(),
            dates: Dictionary::default(),
            amounts: Dictionary::default(),
            elections,
            organizations: Dictionary::default(),
            people: Dictionary::default(),
            rows: Rows::default(),
            sorted: 0,
            later: HashMap::new(),
            gone: 0,
        }
    }

    /// Adds cards in the order of their numbers, all greater than those that are there.
    pub(super) fn append(&mut self, cards: impl IntoIterator<Item = Card>) {
        for card in cards {
            self.push(card);
        }
        self.sorted = self.rows.numbers.len();
    }

    /// Puts cards in the place of what stands of incidents; those without a card are no longer there.
    pub(super) fn replace(&mut self, incidents: &[i64], cards: Vec<Card>) {
        for number in incidents {
            if let Some(row) = self.row_of(*number)
                && let Some(stands) = self.rows.stands.get_mut(row)
                && std::mem::take(stands)
            {
                self.gone += 1;
            }
            self.later.remove(number);
        }
        for card in cards {
            self.later.insert(card.number, place(self.rows.numbers.len()));
            self.push(card);
        }
        let late = self.rows.numbers.len() - self.sorted;
        if late + self.gone > LATER_MIN.max(self.rows.numbers.len() / 8) {
            self.put_in_order();
        }
    }

    fn push(&mut self, card: Card) {
        let places = Places {
            profile: {
                let profile = Profile {
                    country: self.word(card.country),
                    network: self.word(Some(card.network)),
                    grade: self.word(card.grade),
                    phase: self.word(card.phase),
                    severity: card.severity,
                };
                self.profiles.place(profile)
            },
            terms: {
                let types = card.types.into_iter().map(|code| self.word(Some(code))).collect();
                let actors = card.actors.into_iter().map(|code| self.word(Some(code))).collect();
                self.terms.place(Terms { types, actors })
            },
            dates: self.dates.place(card.dates),
            amounts: self.amounts.place(card.amounts),
            election: self.elections.place(card.election),
        };
        self.rows.numbers.push(card.number);
        self.rows.stands.push(true);
        self.rows.places.push(places);
        let known = &mut self.organizations;
        self.rows.organizations.push(card.organizations.into_iter().map(|of| known.place(of)));
        let known = &mut self.people;
        self.rows.people.push(card.people.into_iter().map(|of| known.place(of)));
        let words = &mut self.words;
        let stays = card.custody.into_iter();
        self.rows
            .custody
            .push(stays.map(|(status, stay)| Stay { status: words.place(status), ..stay }));
    }

    fn word(&mut self, word: Option<String>) -> u32 {
        self.words.place(word.unwrap_or_default())
    }

    fn row_of(&self, number: i64) -> Option<usize> {
        if let Some(row) = self.later.get(&number) {
            return Some(*row as usize);
        }
        self.rows.numbers.get(..self.sorted)?.binary_search(&number).ok()
    }

    /// Writes the rows that still stand anew, in the order of their numbers.
    fn put_in_order(&mut self) {
        let old = std::mem::take(&mut self.rows);
        let standing = |row: &usize| old.stands.get(*row).is_some_and(|stands| *stands);
        let mut order: Vec<usize> = (0..old.numbers.len()).filter(standing).collect();
        order.sort_unstable_by_key(|row| old.numbers.get(*row));
        for row in order {
            let (Some(number), Some(places)) = (old.numbers.get(row), old.places.get(row)) else {
                continue;
            };
            self.rows.numbers.push(*number);
            self.rows.stands.push(true);
            self.rows.places.push(*places);
            self.rows.organizations.push(old.organizations.of(row).iter().copied());
            self.rows.people.push(old.people.of(row).iter().copied());
            self.rows.custody.push(old.custody.of(row).iter().copied());
        }
        self.sorted = self.rows.numbers.len();
        self.later.clear();
        self.gone = 0;
    }

    /// Each card that stands: its row and where stands what it says.
    pub(super) fn standing(&self) -> impl Iterator<Item = (usize, Places)> + '_ {
        let rows = self.rows.stands.iter().zip(&self.rows.places).enumerate();
        rows.filter(|(_, (stands, _))| **stands).map(|(row, (_, places))| (row, *places))
    }

    /// The organizations of a row, as places in their dictionary.
    pub(super) fn organizations_of(&self, row: usize) -> &[u32] {
        self.rows.organizations.of(row)
    }

    /// The people whom a row shows by name, as places in their dictionary.
    pub(super) fn people_of(&self, row: usize) -> &[u32] {
        self.rows.people.of(row)
    }

    /// The days between which a row lies.
    pub(super) fn possible_of(&self, row: usize) -> Option<(i32, i32)> {
        self.dates_of(row)?.possible
    }

    /// A row in the order of its list: the day by which it is sorted, its number, itself.
    pub(super) fn placed(&self, row: usize) -> Option<(i32, i64, usize)> {
        Some((self.dates_of(row)?.sort, *self.rows.numbers.get(row)?, row))
    }

    fn dates_of(&self, row: usize) -> Option<&Dates> {
        self.dates.said.get(self.rows.places.get(row)?.dates as usize)
    }

    /// The custody of people in a row.
    pub(super) fn custody_of(&self, row: usize) -> &[Stay] {
        self.rows.custody.of(row)
    }

    /// Which rows are of some incidents. Others among them are no matter.
    pub(super) fn rows_of(&self, mut incidents: Vec<i64>) -> Vec<bool> {
        incidents.sort_unstable();
        let mut found = vec![false; self.rows.numbers.len()];
        let mut rest = self.rows.numbers.get(..self.sorted).unwrap_or_default();
        for number in &incidents {
            // Both are in order: a few steps further, mostly.
            let mut step = 1;
            while rest.get(step).is_some_and(|there| there < number) {
                step *= 2;
            }
            let near = rest.get(..=step).unwrap_or(rest);
            let skipped = near.partition_point(|there| there < number);
            rest = rest.get(skipped..).unwrap_or_default();
            let row =
                if rest.first() == Some(number) { Some(self.sorted - rest.len()) } else { None };
            let later = || self.later.get(number).map(|row| *row as usize);
            // A row that stands no longer is not asked for.
            for row in row.into_iter().chain(later()) {
                if let Some(found) = found.get_mut(row) {
                    *found = true;
                }
            }
        }
        found
    }

    /// A word, if there is one.
    pub(super) fn word_at(&self, place: u32) -> Option<&str> {
        self.words.said.get(place as usize).map(String::as_str).filter(|word| !word.is_empty())
    }

    /// The place of a word, if anybody says it.
    pub(super) fn place_of(&self, word: &str) -> Option<u32> {
        self.words.places.get(word).copied()
    }
}

/// A day as a number.
pub(super) fn day(day: NaiveDate) -> i32 {
    day.num_days_from_ce()
}

/// A place as it is kept. There are never so many of anything that they would not fit.
fn place(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}
