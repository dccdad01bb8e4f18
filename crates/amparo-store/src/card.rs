//! The index card: what of a record's facts can be asked for.

use std::collections::{BTreeMap, HashMap};

use amparo_domain::counting::{self, Counted};
use amparo_domain::custody;
use amparo_domain::election::Phase;
use amparo_domain::facts::Stored;
use amparo_domain::fold;
use amparo_domain::incident::IncidentFacts;
use amparo_domain::number::Number;
use amparo_domain::partial_date::PartialDate;
use amparo_domain::text;
use amparo_domain::vocabulary::Display;
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;

use crate::entity::{custody_span, incident_term, known_custody, record, reference};

/// What is written on cards and beside them. It goes up with every change of that, and where a register has
/// been written with an earlier edition, migrating it writes all of them anew.
pub(crate) const EDITION: i64 = 3;

/// What an index card needs to know besides the facts.
pub(crate) struct Context<'a> {
    /// The dates of the elections that are referred to.
    pub elections: &'a HashMap<Number, PartialDate>,
    /// The folded names of the organizations that are referred to.
    pub organization_keys: &'a HashMap<Number, Vec<String>>,
    /// The day on which it was recorded, by which an undated record is sorted.
    pub recorded_on: NaiveDate,
}

/// Fills the columns of a record that come from its facts.
pub(crate) fn fill(card: &mut record::ActiveModel, facts: &Stored, context: &Context<'_>) {
    card.slug = Set(facts.slug().map(str::to_owned));
    card.sort_on = Set(Some(context.recorded_on));
    match facts {
        Stored::Incident(facts) => fill_incident(card, facts, context),
        Stored::Organization(facts) => {
            card.label = Set(Some(facts.name.clone()));
            card.acronym = Set(facts.acronym.clone());
            card.country = Set(facts.country.map(|country| country.to_string()));
        }
        Stored::Person(_) => {}
        Stored::Election(facts) => {
            card.label = Set(Some(facts.name.clone()));
            card.country = Set(Some(facts.country.to_string()));
            card.date = Set(Some(facts.date.to_string()));
            fill_dates(card, &facts.date, context);
        }
        Stored::Case(facts) => card.label = Set(Some(facts.title.clone())),
        Stored::Statement(facts) => {
            card.country = Set(facts.country.map(|country| country.to_string()));
            card.date = Set(Some(facts.date.to_string()));
            fill_dates(card, &facts.date, context);
        }
    }
}

fn fill_incident(
    card: &mut record::ActiveModel,
    facts: &IncidentFacts<Number>,
    context: &Context<'_>,
) {
    card.country = Set(Some(facts.country.to_string()));
    card.grade = Set(Some(facts.grade.to_string()));
    // One that nobody graded stands after all that somebody did; the facts still say null.
    card.severity = Set(Some(facts.severity.map_or(0, i16::from)));
    let people = facts.people.iter().map(|link| link.reference.as_str());
    let confirmed = custody::held_confirmed_on(&facts.events, people);
    card.held_confirmed_on = Set(confirmed.map(storable));
    card.known_from = Set(facts.known_from().map(storable));
    card.election = Set(facts.election.map(Number::as_i64));
    card.longitude = Set(facts.location.map(geo_types::Point::x));
    card.latitude = Set(facts.location.map(geo_types::Point::y));
    let place = facts.location.map(|point| on_sphere(point.x(), point.y()));
    card.x = Set(place.map(|[x, _, _]| x));
    card.y = Set(place.map(|[_, y, _]| y));
    card.z = Set(place.map(|[_, _, z]| z));
    let election = facts.election.and_then(|election| context.elections.get(&election));
    let phase = election.and_then(|date| Phase::of(&facts.occurred, date));
    card.phase = Set(phase.map(|phase| phase.code().to_owned()));
    let (first, last) = counting::months(&facts.occurred);
    card.first_month = Set(first);
    card.last_month = Set(last);
    let Counted { people, people_min, people_max, events } = Counted::of(facts);
    card.people = Set(Some(people));
    card.people_min = Set(Some(people_min));
    card.people_max = Set(people_max);
    card.events = Set(Some(events));
    fill_dates(card, &facts.occurred, context);
}

/// The place of a point on the sphere of radius 1, by which distances are told without functions
/// that not every SQLite has.
pub(crate) fn on_sphere(longitude: f64, latitude: f64) -> [f64; 3] {
    let (longitude, latitude) = (longitude.to_radians(), latitude.to_radians());
    [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
}

fn fill_dates(card: &mut record::ActiveModel, date: &PartialDate, context: &Context<'_>) {
    let certain = date.certain_span();
    let (first, last) = date.possible_span();
    card.certain_from = Set(certain.map(|(from, _)| storable(from)));
    card.certain_to = Set(certain.map(|(_, to)| storable(to)));
    card.possible_from = Set(Some(storable(first)));
    card.possible_to = Set(Some(storable(last)));
    card.sort_on = Set(Some(date.start().or(date.end()).unwrap_or(context.recorded_on)));
}

/// Days without an end are stored as the first and last that both databases can sort.
fn storable(day: NaiveDate) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(NaiveDate::MIN);
    let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX);
    day.clamp(first, last)
}

/// The rows that link a record to others.
pub(crate) fn references(number: Number, facts: &Stored) -> Vec<reference::ActiveModel> {
    let links = facts.references().into_iter();
    links
        .zip(0..)
        .map(|((relation, _, target), position)| reference::ActiveModel {
            from_number: Set(number.as_i64()),
            relation: Set(relation.code().to_owned()),
            position: Set(position),
            to_number: Set(target.as_i64()),
        })
        .collect()
}

/// The list of the people whom a record shows by name.
pub(crate) const NAMED: &str = "named";

/// The terms a record can be asked for by.
pub(crate) fn terms(number: Number, facts: &Stored) -> Vec<incident_term::ActiveModel> {
    let named = facts.people().iter().filter(|link| link.display == Display::Name);
    let mut terms: Vec<(&str, String)> =
        named.map(|link| (NAMED, link.person.as_i64().to_string())).collect();
    if let Stored::Incident(facts) = facts {
        terms.extend(facts.types.iter().map(|term| ("type", term.code().to_owned())));
        let actors = facts.perpetrators.iter();
        terms.extend(actors.map(|p| ("actor", p.actor_type.code().to_owned())));
        terms.extend(facts.subtypes.iter().map(|word| ("subtype", word.clone())));
    }
    terms.sort_unstable();
    terms.dedup();
    let terms = terms.into_iter().map(|(list, code)| incident_term::ActiveModel {
        incident: Set(number.as_i64()),
        list: Set(list.to_owned()),
        code: Set(code),
    });
    terms.collect()
}

/// The custody states of the people in an incident with their days, so that a question is answered as
/// of the day on which it is asked.
pub(crate) fn custody_spans(number: Number, facts: &Stored) -> Vec<custody_span::ActiveModel> {
    let Stored::Incident(facts) = facts else {
        return Vec::new();
    };
    let people = facts.people.iter();
    let spans = people.flat_map(|link| custody::spans(&facts.events, &link.reference));
    let mut rows: BTreeMap<(&str, NaiveDate, NaiveDate), i32> = BTreeMap::new();
    for custody::Span { from, until, status } in spans {
        let (from, until) = (storable(from), storable(until.unwrap_or(NaiveDate::MAX)));
        *rows.entry((status.code(), from, until)).or_default() += 1;
        if custody::is_held(status) {
            *rows.entry((HELD, from, until)).or_default() += 1;
        }
    }
    let rows = rows.into_iter().map(|((code, from, until), people)| custody_span::ActiveModel {
        incident: Set(number.as_i64()),
        code: Set(code.to_owned()),
        from_day: Set(from),
        until_day: Set(until),
        people: Set(people),
    });
    rows.collect()
}

/// The same as it was known from day to day by the dates of the sources.
pub(crate) fn known_custody(number: Number, facts: &Stored) -> Vec<known_custody::ActiveModel> {
    let Stored::Incident(facts) = facts else {
        return Vec::new();
    };
    let people = facts.people.iter().map(|link| link.reference.as_str());
    let mut rows: BTreeMap<(&str, [NaiveDate; 4]), i32> = BTreeMap::new();
    for known in facts.known_custody(people) {
        let until = |day: Option<NaiveDate>| storable(day.unwrap_or(NaiveDate::MAX));
        let custody::Span { from, until: over, status } = known.span;
        let days = [from, until(over), known.known_from, until(known.known_until)].map(storable);
        *rows.entry((status.code(), days)).or_default() += known.people;
        if custody::is_held(status) {
            *rows.entry((HELD, days)).or_default() += known.people;
        }
    }
    let rows = rows.into_iter().map(|((code, days), people)| {
        let [from, until, known_from, known_until] = days;
        known_custody::ActiveModel {
            incident: Set(number.as_i64()),
            code: Set(code.to_owned()),
            from_day: Set(from),
            until_day: Set(until),
            known_from: Set(known_from),
            known_until: Set(known_until),
            people: Set(people),
        }
    });
    rows.collect()
}

/// What stands for any status in which somebody is deprived of their liberty.
pub(crate) const HELD: &str = "held";

/// The folded names by which a record that is not a person is matched.
pub(crate) fn name_keys(facts: &Stored) -> Vec<String> {
    let mut keys: Vec<String> = match facts {
        Stored::Organization(facts) => facts.all_names().map(fold::key).collect(),
        Stored::Election(facts) => {
            vec![fold::key(&facts.name), election_key(&facts.country.to_string(), &facts.date)]
        }
        Stored::Case(facts) => vec![fold::key(&facts.title)],
        Stored::Incident(_) | Stored::Person(_) | Stored::Statement(_) => Vec::new(),
    };
    keys.retain(|key| !key.is_empty());
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The key by which an election is told from its country and date.
pub(crate) fn election_key(country: &str, date: &PartialDate) -> String {
    format!("election {} {}", country.to_lowercase(), date.edtf())
}

/// Marks a word of the title in the index; it is no letter, so no search can type it.
pub(crate) const TITLE_MARK: char = '¶';

/// The words a record is found by, each once; those of its title stand a second time, marked.
/// Names of people are never among them, nor the words of addresses that spell them.
pub(crate) fn search_words(facts: &Stored, context: &Context<'_>) -> Vec<String> {
    let mut words = WordSet::default();
    match &*facts.without_addresses(|_| true, " ") {
        Stored::Incident(facts) => {
            words.add_title(&facts.title);
            words.add(facts.summary.as_deref());
            words.add(facts.other_text.as_deref());
            words.add(facts.place.as_deref());
            words.add(facts.admin1.as_deref());
            facts.events.iter().for_each(|event| words.add(event.text.as_deref()));
            facts.sources.iter().for_each(|source| words.add(source.title.as_deref()));
            for link in &facts.organizations {
                let keys = context.organization_keys.get(&link.organization);
                keys.into_iter().flatten().for_each(|key| words.add_folded(key));
            }
        }
        Stored::Organization(facts) => {
            facts.all_names().for_each(|name| words.add_title(name));
            words.add(facts.note.as_deref());
        }
        Stored::Election(facts) => words.add_title(&facts.name),
        Stored::Case(facts) => {
            words.add_title(&facts.title);
            words.add(facts.summary.as_deref());
        }
        Stored::Statement(facts) => {
            words.add_title(&facts.title);
            words.add(facts.excerpt.as_deref());
            words.add(facts.body.as_deref());
            facts.tags.iter().for_each(|tag| words.add(Some(tag)));
        }
        Stored::Person(_) => {}
    }
    words.0
}

#[derive(Default)]
struct WordSet(Vec<String>, std::collections::HashSet<String>);

impl WordSet {
    fn add(&mut self, text: Option<&str>) {
        let Some(text) = text else { return };
        for word in words_of(text) {
            self.push(word);
        }
    }

    fn add_title(&mut self, text: &str) {
        for word in words_of(text) {
            self.push(format!("{TITLE_MARK}{word}"));
            self.push(word);
        }
    }

    fn add_folded(&mut self, key: &str) {
        key.split(' ').for_each(|word| self.push(word.to_owned()));
    }

    fn push(&mut self, word: String) {
        if !self.1.contains(&word) {
            self.1.insert(word.clone());
            self.0.push(word);
        }
    }
}

fn words_of(text: &str) -> Vec<String> {
    if text.contains("{P") {
        fold::words(&text::render(text, |_| Some(" ".to_owned()))).collect()
    } else {
        fold::words(text).collect()
    }
}
