//! What a question finds among the packed cards, in groups.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use amparo_domain::counting::{Group, Measure, Unit};
use amparo_domain::filter::{Choice, CustodyWanted, DateMatch, IncidentFilter};
use amparo_domain::number::Number;
use amparo_domain::vocabulary::{self, CustodyStatus};
use chrono::NaiveDate;

use super::packed::{Dates, Packed, Places, Profile, Stay, Terms, day};
use crate::card;
use crate::counts::{Key, READ_MAX, Values};

/// What is asked of the cards.
#[derive(Debug)]
pub(super) struct Asked {
    pub filter: IncidentFilter,
    /// The countries of the regions that are asked for, and of those that are not.
    pub regions: [Option<Vec<String>>; 2],
    /// Incidents of which the database says that they fulfil the rest; all have to.
    pub found: Vec<Vec<i64>>,
    pub columns: Vec<Group>,
    pub measures: Vec<Measure>,
    /// Organizations and elections that the caller does not see.
    pub hidden: HashSet<i64>,
    /// The day as of which custody is told.
    pub today: NaiveDate,
    /// Whether being in custody at all is a group beside its statuses.
    pub held: bool,
}

/// What was counted in each group, and how many incidents there are.
pub(super) type Answer = (BTreeMap<Vec<Key>, Values>, u64);

/// The conditions, answered for each thing that is said once.
pub(super) struct Conditions {
    profiles: Vec<bool>,
    terms: Vec<bool>,
    dates: Option<Vec<bool>>,
    elections: Vec<bool>,
    organizations: Option<Vec<bool>>,
    without_organizations: Option<Vec<bool>>,
    stays: Stays,
    found: Vec<Vec<bool>>,
}

/// The statuses in which somebody has to be on a day, and in which nobody may be.
struct Stays {
    today: i32,
    any: Option<Vec<u32>>,
    none: Option<Vec<u32>>,
    held_on: Option<i32>,
    held: Option<u32>,
}

/// Where the groups of a column are told by.
enum Column {
    Profiles(Vec<u32>),
    Dates(Vec<u32>),
    Elections(Vec<u32>),
    Terms(Vec<Vec<u32>>),
    /// Nobody sees the last.
    Organizations(Vec<u32>),
    Custody(HashMap<u32, u32>),
}

/// Keys, each once; the first is that of what has no value.
struct Keys {
    all: Vec<Key>,
    places: HashMap<Key, u32>,
}

const NO_KEY: u32 = 0;
const HIDDEN: u32 = u32::MAX;
/// So many bits of a sum's place are one key's.
const KEY_BITS: u32 = 21;

impl Asked {
    /// Counts. None where there are more keys than there are places for.
    pub(super) fn answer(self, cards: &Packed) -> Option<Answer> {
        let conditions = self.conditions(cards);
        let mut keys = Keys { all: Vec::new(), places: HashMap::new() };
        keys.place(Key::None);
        let columns: Vec<Column> =
            self.columns.iter().map(|group| self.column(cards, *group, &mut keys)).collect();
        if keys.all.len() >> KEY_BITS > 0 || columns.len() > 3 {
            return None;
        }
        let seen: Vec<bool> =
            cards.organizations.said.iter().map(|of| !self.hidden.contains(of)).collect();
        let needs = |measure| self.measures.contains(&measure);
        let (organizations, custody) = (needs(Measure::Organizations), needs(Measure::CustodyDays));
        let tomorrow = day(self.today) + 1;
        let held = conditions.stays.held;
        let mut sums: HashMap<u64, Values, BuildHasherDefault<Mix>> = HashMap::default();
        let (mut total, mut here) = (0_u64, vec![Vec::new(); columns.len()]);
        for (row, places) in cards.standing() {
            if !conditions.hold(cards, row, places) {
                continue;
            }
            total += 1;
            let mut values = self.values(cards, places);
            if organizations {
                let seen = |of: &&u32| is(&seen, **of);
                let of_row = cards.organizations_of(row).iter().filter(seen).count();
                values.organizations = i64::try_from(of_row).unwrap_or(i64::MAX);
            }
            if custody {
                let days = |stay: &Stay| {
                    let days = stay.until.min(tomorrow) - stay.from;
                    i64::from(stay.people) * i64::from(days)
                };
                let stays = cards.custody_of(row).iter();
                let lasted = |stay: &&Stay| Some(stay.status) == held && stay.from < tomorrow;
                values.custody_days = stays.filter(lasted).map(days).sum();
            }
            for (column, here) in columns.iter().zip(&mut here) {
                self.keys_of(cards, column, row, places, here);
            }
            each(&here, &mut |sum| {
                let full = sums.len() >= READ_MAX;
                match sums.entry(sum) {
                    std::collections::hash_map::Entry::Occupied(of) => of.into_mut().add(values),
                    std::collections::hash_map::Entry::Vacant(_) if full => {}
                    std::collections::hash_map::Entry::Vacant(of) => {
                        of.insert(values);
                    }
                }
            });
        }
        let key = |sum: u64, nth: usize| {
            let place = usize::try_from((sum >> place_of(nth)) & ((1 << KEY_BITS) - 1));
            place.ok().and_then(|place| keys.all.get(place)).cloned().unwrap_or(Key::None)
        };
        let counted = sums
            .into_iter()
            .map(|(sum, values)| ((0..columns.len()).map(|nth| key(sum, nth)).collect(), values));
        Some((counted.collect(), total))
    }

    fn values(&self, cards: &Packed, places: Places) -> Values {
        let amounts = cards.amounts.said.get(places.amounts as usize).copied().unwrap_or_default();
        let of = |measure, amount| if self.measures.contains(&measure) { amount } else { 0 };
        Values {
            incidents: 1,
            people: of(Measure::People, amounts.people),
            people_min: of(Measure::PeopleMin, amounts.people_min),
            people_max: of(Measure::PeopleMax, amounts.people_max.unwrap_or(0)),
            people_max_unknown: of(Measure::PeopleMax, i64::from(amounts.people_max.is_none())),
            organizations: 0,
            events: of(Measure::Events, amounts.events),
            custody_days: 0,
        }
    }

    pub(super) fn conditions(&self, cards: &Packed) -> Conditions {
        let filter = &self.filter;
        let words = |codes: Vec<&str>| -> Vec<u32> {
            codes.into_iter().filter_map(|code| cards.place_of(code)).collect()
        };
        let (country, not_country) = places(&filter.country, |code| code.alpha3(), words);
        let (grade, not_grade) = places(&filter.grade, |code| code.code(), words);
        let (network, not_network) = places(&filter.network, |code| code.as_str(), words);
        let (phase, not_phase) = places(&filter.phase, |code| code.code(), words);
        let region = |nth: usize| {
            let countries = self.regions.get(nth).cloned().flatten();
            countries.map(|all| words(all.iter().map(String::as_str).collect()))
        };
        let (region, not_region) = (region(0), region(1));
        let severe = |levels: &[u8], of: i16| levels.iter().any(|level| i16::from(*level) == of);
        let fits = |of: &Profile| {
            among(country.as_ref(), of.country)
                && !within(not_country.as_ref(), of.country)
                && among(region.as_ref(), of.country)
                && !within(not_region.as_ref(), of.country)
                && among(grade.as_ref(), of.grade)
                && !within(not_grade.as_ref(), of.grade)
                && among(network.as_ref(), of.network)
                && !within(not_network.as_ref(), of.network)
                && among(phase.as_ref(), of.phase)
                && !within(not_phase.as_ref(), of.phase)
                && (filter.severity.any.is_empty() || severe(&filter.severity.any, of.severity))
                && !severe(&filter.severity.none, of.severity)
        };
        let (types, not_types) = places(&filter.incident_type, |code| code.code(), words);
        let (actors, not_actors) = places(&filter.actor, |code| code.code(), words);
        let has = |wanted: Option<&Vec<u32>>, codes: &[u32]| {
            wanted.is_some_and(|wanted| codes.iter().any(|code| wanted.contains(code)))
        };
        let says =
            |wanted: Option<&Vec<u32>>, codes: &[u32]| wanted.is_none() || has(wanted, codes);
        let terms = cards.terms.said.iter().map(|of| {
            says(types.as_ref(), &of.types)
                && !has(not_types.as_ref(), &of.types)
                && says(actors.as_ref(), &of.actors)
                && !has(not_actors.as_ref(), &of.actors)
        });
        let asked =
            |numbers: &[Number], of: i64| numbers.iter().any(|number| number.as_i64() == of);
        let election = &filter.election;
        let elections = cards.elections.said.iter().map(|of| match of {
            Some(of) => {
                (election.any.is_empty() || asked(&election.any, *of))
                    && !asked(&election.none, *of)
            }
            None => election.any.is_empty(),
        });
        let organizations = |numbers: &[Number]| {
            let of = cards.organizations.said.iter().map(|of| asked(numbers, *of));
            (!numbers.is_empty()).then(|| of.collect::<Vec<bool>>())
        };
        Conditions {
            profiles: cards.profiles.said.iter().map(fits).collect(),
            terms: terms.collect(),
            dates: filter
                .period
                .map(|_| cards.dates.said.iter().map(|of| self.dated(of)).collect()),
            elections: elections.collect(),
            organizations: organizations(&filter.organization.any),
            without_organizations: organizations(&filter.organization.none),
            stays: self.stays(cards, words),
            found: self.found.iter().map(|found| cards.rows_of(found.clone())).collect(),
        }
    }

    /// Whether dates lie to the period as is asked.
    fn dated(&self, dates: &Dates) -> bool {
        let Some(period) = self.filter.period else { return true };
        let (from, to) = (period.from.map(day), period.to.map(day));
        let touches = |span: Option<(i32, i32)>| {
            span.is_some_and(|(first, last)| {
                from.is_none_or(|from| last >= from) && to.is_none_or(|to| first <= to)
            })
        };
        match self.filter.date_match {
            DateMatch::Overlap => touches(dates.certain),
            DateMatch::Possible => touches(dates.possible),
            DateMatch::Within => dates.possible.is_some_and(|(first, last)| {
                from.is_none_or(|from| first >= from) && to.is_none_or(|to| last <= to)
            }),
        }
    }

    fn stays<'a>(
        &'a self,
        cards: &Packed,
        words: impl Fn(Vec<&'a str>) -> Vec<u32> + Copy,
    ) -> Stays {
        // By what was known on a day the database says it.
        let known = self.filter.known_on.is_some();
        let code = |wanted: &'a CustodyWanted| match wanted {
            CustodyWanted::Held => card::HELD,
            CustodyWanted::Status(status) => status.code(),
        };
        let some = |wanted: &'a [CustodyWanted]| {
            (!wanted.is_empty()).then(|| words(wanted.iter().map(code).collect()))
        };
        let (any, none) = if known {
            (None, None)
        } else {
            (some(&self.filter.custody.any), some(&self.filter.custody.none))
        };
        Stays {
            today: day(self.today),
            any,
            none,
            held_on: self.filter.held_on.filter(|_| !known).map(day),
            held: cards.place_of(card::HELD),
        }
    }

    fn column(&self, cards: &Packed, group: Group, keys: &mut Keys) -> Column {
        if let Some(unit) = group.unit() {
            let of = cards.dates.said.iter();
            return Column::Dates(of.map(|of| keys.place(stretch(unit, of))).collect());
        }
        let mut by_word = |word: fn(&Profile) -> u32| {
            let of = cards.profiles.said.iter();
            Column::Profiles(of.map(|of| keys.word(cards, word(of))).collect())
        };
        match group {
            Group::Network => by_word(|of| of.network),
            Group::Grade => by_word(|of| of.grade),
            Group::Phase => by_word(|of| of.phase),
            Group::Severity => {
                // One that nobody graded stands as 0.
                let key = |of: &Profile| match of.severity {
                    0 => Key::None,
                    severity => Key::Code(severity.to_string()),
                };
                let of = cards.profiles.said.iter();
                Column::Profiles(of.map(|of| keys.place(key(of))).collect())
            }
            Group::Election => {
                let seen = |of: &Option<i64>| of.filter(|of| !self.hidden.contains(of));
                let of = cards.elections.said.iter();
                Column::Elections(of.map(|of| keys.place(record(seen(of)))).collect())
            }
            Group::Type | Group::Actor => {
                let of_group = |of: &'_ Terms| match group {
                    Group::Type => of.types.clone(),
                    _ => of.actors.clone(),
                };
                let of = cards.terms.said.iter().map(of_group);
                let keys = of.map(|of| of.into_iter().map(|of| keys.word(cards, of)).collect());
                Column::Terms(keys.collect())
            }
            Group::Organization => {
                let key = |of: &i64| {
                    if self.hidden.contains(of) { HIDDEN } else { keys.place(record(Some(*of))) }
                };
                Column::Organizations(cards.organizations.said.iter().map(key).collect())
            }
            Group::Custody => {
                let statuses = vocabulary::list(CustodyStatus::LIST).into_iter();
                let statuses = statuses.flat_map(|list| &list.terms);
                let statuses = statuses.map(|status| status.code.as_str());
                let held = self.held.then_some(card::HELD);
                let said = statuses.chain(held).filter_map(|code| cards.place_of(code));
                Column::Custody(said.map(|of| (of, keys.word(cards, of))).collect())
            }
            Group::Country | Group::Region | Group::Month | Group::Quarter | Group::Year => {
                by_word(|of| of.country)
            }
        }
    }

    /// The keys of the groups that a row is in, each once.
    fn keys_of(
        &self,
        cards: &Packed,
        column: &Column,
        row: usize,
        places: Places,
        here: &mut Vec<u32>,
    ) {
        here.clear();
        let one = |keys: &[u32], place: u32| keys.get(place as usize).copied().unwrap_or(NO_KEY);
        match column {
            Column::Profiles(keys) => here.push(one(keys, places.profile)),
            Column::Dates(keys) => here.push(one(keys, places.dates)),
            Column::Elections(keys) => here.push(one(keys, places.election)),
            Column::Terms(keys) => {
                here.extend(keys.get(places.terms as usize).into_iter().flatten());
            }
            Column::Organizations(keys) => {
                let of = cards.organizations_of(row).iter().map(|of| one(keys, *of));
                here.extend(of.filter(|key| *key != HIDDEN));
            }
            Column::Custody(keys) => {
                let today = day(self.today);
                for stay in cards.custody_of(row).iter().filter(|stay| stay.lasts(today)) {
                    here.extend(keys.get(&stay.status));
                }
                here.sort_unstable();
                here.dedup();
            }
        }
        if here.is_empty() {
            here.push(NO_KEY);
        }
    }
}

impl Conditions {
    pub(super) fn hold(&self, cards: &Packed, row: usize, places: Places) -> bool {
        is(&self.profiles, places.profile)
            && is(&self.terms, places.terms)
            && self.dates.as_ref().is_none_or(|dates| is(dates, places.dates))
            && is(&self.elections, places.election)
            && self.found.iter().all(|found| found.get(row).is_some_and(|found| *found))
            && self
                .organizations
                .as_ref()
                .is_none_or(|wanted| cards.organizations_of(row).iter().any(|of| is(wanted, *of)))
            && self.without_organizations.as_ref().is_none_or(|unwanted| {
                !cards.organizations_of(row).iter().any(|of| is(unwanted, *of))
            })
            && self.stays.hold(cards.custody_of(row))
    }
}

impl Stays {
    fn hold(&self, stays: &[Stay]) -> bool {
        let being = |wanted: &[u32], on: i32| {
            stays.iter().any(|stay| wanted.contains(&stay.status) && stay.lasts(on))
        };
        self.any.as_ref().is_none_or(|any| being(any, self.today))
            && self.none.as_ref().is_none_or(|none| !being(none, self.today))
            && self.held_on.is_none_or(|on| being(self.held.as_slice(), on))
    }
}

impl Stay {
    const fn lasts(&self, on: i32) -> bool {
        self.from <= on && self.until > on
    }
}

impl Keys {
    fn word(&mut self, cards: &Packed, place: u32) -> u32 {
        let word = cards.word_at(place);
        word.map_or(NO_KEY, |word| self.place(Key::Code(word.to_owned())))
    }

    fn place(&mut self, key: Key) -> u32 {
        if let Some(place) = self.places.get(&key) {
            return *place;
        }
        let place = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(key.clone());
        self.places.insert(key, place);
        place
    }
}

/// The stretch in which the whole range of a date lies, if there is one.
fn stretch(unit: Unit, dates: &Dates) -> Key {
    match dates.months {
        (Some(first), Some(last)) if first / unit.months() == last / unit.months() => {
            Key::Stretch(first / unit.months())
        }
        _ => Key::None,
    }
}

fn record(number: Option<i64>) -> Key {
    let number = number.and_then(|of| Number::from_i64(of).ok());
    number.map_or(Key::None, |number| Key::Code(number.to_string()))
}

/// The words of what is asked for, and of what is asked not to be there; none where nothing is.
fn places<'a, T>(
    choice: &'a Choice<T>,
    code: impl Fn(&'a T) -> &'a str + Copy,
    words: impl Fn(Vec<&'a str>) -> Vec<u32>,
) -> (Option<Vec<u32>>, Option<Vec<u32>>) {
    let some = |of: &'a [T]| (!of.is_empty()).then(|| words(of.iter().map(code).collect()));
    (some(&choice.any), some(&choice.none))
}

fn among(wanted: Option<&Vec<u32>>, place: u32) -> bool {
    wanted.is_none_or(|wanted| wanted.contains(&place))
}

fn within(unwanted: Option<&Vec<u32>>, place: u32) -> bool {
    unwanted.is_some_and(|unwanted| unwanted.contains(&place))
}

fn is(answers: &[bool], place: u32) -> bool {
    answers.get(place as usize).copied().unwrap_or(false)
}

fn place_of(nth: usize) -> u32 {
    u32::try_from(nth).unwrap_or(0) * KEY_BITS
}

/// Every combination of one key of each column.
fn each(here: &[Vec<u32>], sum: &mut impl FnMut(u64)) {
    let at = |key: &u32, nth: usize| u64::from(*key) << place_of(nth);
    match here {
        [] => sum(0),
        [one] => one.iter().for_each(|one| sum(at(one, 0))),
        [one, two] => {
            for one in one {
                for two in two {
                    sum(at(one, 0) | at(two, 1));
                }
            }
        }
        [one, two, three, ..] => {
            for one in one {
                for two in two {
                    for three in three {
                        sum(at(one, 0) | at(two, 1) | at(three, 2));
                    }
                }
            }
        }
    }
}

/// Places of sums are no secret and nobody chooses them, so that little mixing is enough.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte) ^ self.0);
        }
    }

    fn write_u64(&mut self, of: u64) {
        let mixed = of.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
}
