//! Candidate incidents: what a statement reports, for a person to confirm.

use amparo_domain::country::CountryCode;
use chrono::NaiveDate;
use serde_json::{Value, json};

use super::country;
use super::days::{self, Dated, Voted};
use super::harm::{self, Hit};
use super::organization::{Named, mentions};
use super::person::Person;
use super::sentence::{Sentence, sentences};
use crate::names::Names;

/// What is known of the statement.
pub(crate) struct Statement<'a> {
    pub(crate) date: Option<NaiveDate>,
    /// The English part, without marks.
    pub(crate) plain: &'a str,
    pub(crate) issuer: Option<&'a Named>,
    pub(crate) country: Option<CountryCode>,
}

/// A candidate, before it is written down.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) kind: &'static str,
    pub(crate) organization: Option<Named>,
    pub(crate) people: Vec<Person>,
    pub(crate) count: Option<u64>,
    pub(crate) occurred: Occurred,
    pub(crate) country: Option<CountryCode>,
    pub(crate) by: Option<&'static str>,
    pub(crate) sentences: Vec<String>,
}

/// When it happened, as far as the statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Occurred {
    /// On a date that is given.
    On(Dated),
    /// On the day of the election.
    ElectionDay(Dated),
    /// Since some time before, and until the statement.
    Since(String),
    /// At some time up to the statement.
    Before,
}

impl Occurred {
    fn rank(&self) -> u8 {
        match self {
            Self::On(_) => 3,
            Self::ElectionDay(_) => 2,
            Self::Since(_) => 1,
            Self::Before => 0,
        }
    }

    /// The wire value and the note that goes with it.
    pub(crate) fn value(&self, statement: NaiveDate) -> (Value, Option<String>) {
        match self {
            Self::On(date) | Self::ElectionDay(date) => {
                let mut note = date.note.clone();
                if matches!(self, Self::ElectionDay(_)) {
                    note = Some("The statement says “on election day”.".to_owned());
                }
                if date.inferred_year {
                    let value = json!({ "edtf": date.edtf, "inferred": ["year"] });
                    let said = "The year is inferred from the statement's date.".to_owned();
                    (value, Some(note.map_or(said.clone(), |n| format!("{n} {said}"))))
                } else {
                    (date.edtf.as_str().into(), note)
                }
            }
            Self::Since(words) => (
                format!("/{statement}").into(),
                Some(format!(
                    "The statement says “{words}”; the start is not known, the end is the statement's date."
                )),
            ),
            Self::Before => (
                format!("/{statement}").into(),
                Some(
                    "The statement gives no date; it happened by the statement's date.".to_owned(),
                ),
            ),
        }
    }
}

/// The candidates that a statement makes, and the election it names.
pub(crate) fn find(statement: &Statement<'_>) -> (Vec<Candidate>, Option<Voted>) {
    let mut groups = super::organization::introduced(statement.plain);
    groups.retain(|g| statement.issuer.is_none_or(|issuer| g.short() != issuer.short()));
    let sentences = sentences(statement.plain);
    let election = sentences.iter().find_map(|sentence| days::election(sentence, statement.date));
    let mut found: Vec<(Hit, Candidate)> = Vec::new();
    let mut last: Option<(usize, usize)> = None;
    for sentence in &sentences {
        let before = last
            .filter(|(paragraph, _)| *paragraph == sentence.paragraph)
            .map(|(_, organization)| organization);
        for hit in harm::hits(sentence, &groups, before) {
            if let Some(candidate) =
                candidate(statement, sentence, &hit, &groups, election.as_ref())
            {
                add(&mut found, hit, candidate);
            }
        }
        let named = groups
            .iter()
            .enumerate()
            .flat_map(|(index, group)| {
                mentions(sentence, group).into_iter().map(move |m| (m.1, index))
            })
            .max();
        if let Some((_, organization)) = named {
            last = Some((sentence.paragraph, organization));
        }
    }
    (found.into_iter().map(|(_, candidate)| candidate).collect(), election)
}

fn candidate(
    statement: &Statement<'_>,
    sentence: &Sentence,
    hit: &Hit,
    groups: &[Named],
    election: Option<&Voted>,
) -> Option<Candidate> {
    let occurred = occurred(statement, sentence, hit, election);
    let dated = matches!(occurred, Occurred::On(_));
    if hit.organization.is_none() && !(dated && (hit.count.is_some() || !hit.people.is_empty())) {
        return None;
    }
    Some(Candidate {
        kind: hit.kind,
        organization: hit.organization.map(|index| groups[index].clone()),
        people: hit.people.clone(),
        count: hit.count,
        occurred,
        country: statement.country.or_else(|| country::only(&sentence.text)),
        by: by(sentence, hit),
        sentences: vec![said(sentence, hit)],
    })
}

/// What is said of it: the sentence, or where it names people, only the clause that does not.
fn said(sentence: &Sentence, hit: &Hit) -> String {
    let (from, to) = hit.clause;
    let whole = (from, to) == (0, sentence.words.len()) || !hit.people.is_empty();
    let text = if whole {
        sentence.text.clone()
    } else {
        let clause = &sentence.text[sentence.words[from].start..sentence.words[to - 1].end];
        format!("{clause}.")
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One candidate per type and organization; what is said twice is put together.
fn add(found: &mut Vec<(Hit, Candidate)>, hit: Hit, candidate: Candidate) {
    let same = found
        .iter_mut()
        .find(|(known, _)| known.kind == hit.kind && known.organization == hit.organization);
    let Some((_, known)) = same else {
        found.push((hit, candidate));
        return;
    };
    // Two acts against the same organization on different dates are kept apart.
    let apart = match (&known.occurred, &candidate.occurred) {
        (Occurred::On(a), Occurred::On(b)) => a.edtf != b.edtf,
        _ => false,
    };
    if apart {
        found.push((hit, candidate));
        return;
    }
    if candidate.occurred.rank() > known.occurred.rank() {
        known.occurred = candidate.occurred;
    }
    for person in candidate.people {
        if !known.people.iter().any(|p| p.name == person.name) {
            known.people.push(person);
        }
    }
    known.by = known.by.or(candidate.by);
    known.count = known.count.or(candidate.count);
    for sentence in candidate.sentences {
        if !known.sentences.contains(&sentence) && known.sentences.len() < 2 {
            known.sentences.push(sentence);
        }
    }
}

fn occurred(
    statement: &Statement<'_>,
    sentence: &Sentence,
    hit: &Hit,
    election: Option<&Voted>,
) -> Occurred {
    let dates = days::dates(sentence, statement.date);
    let (from, to) = hit.clause;
    let mut inside = dates.iter().filter(|d| d.from >= from && d.to <= to);
    let after = inside.clone().find(|d| d.from >= hit.at);
    if let Some(date) = after.or_else(|| inside.next_back()) {
        return Occurred::On(date.clone());
    }
    let that_day = (from..to).any(|i| sentence.has_at(i, &["on", "election", "day"]));
    if let Some(voted) = election.filter(|_| that_day) {
        return Occurred::ElectionDay(voted.date.clone());
    }
    if let Some(since) = (from..to).find(|i| sentence.lower(*i) == "since") {
        let end = (since..to).find(|i| sentence.gap(*i).contains(',')).unwrap_or(since);
        let words = &sentence.text[sentence.words[since].start..sentence.words[end].end];
        return Occurred::Since(words.to_owned());
    }
    Occurred::Before
}

/// Who did it, where the clause names an authority after "by".
fn by(sentence: &Sentence, hit: &Hit) -> Option<&'static str> {
    let (from, to) = hit.clause;
    (from.max(hit.at)..to).find_map(|i| {
        let skip = usize::from(sentence.lower(i + 1) == "the");
        (sentence.lower(i) == "by").then(|| match sentence.lower(i + 1 + skip) {
            "government" => Some("national_executive"),
            "police" => Some("police"),
            "army" | "soldiers" => Some("armed_forces"),
            _ => None,
        })?
    })
}

impl Candidate {
    /// The title, with tokens for people.
    pub(crate) fn title(&self) -> String {
        let place = self.organization.as_ref().map(Named::short);
        let people: Vec<String> = self
            .people
            .iter()
            .enumerate()
            .map(|(index, person)| {
                let of = match place {
                    Some(place) if !person.position.contains(" of ") => format!(" of {place}"),
                    _ => String::new(),
                };
                format!("{{P{}}}, {}{of}", index + 1, person.position)
            })
            .collect();
        let whom = if people.is_empty() { None } else { Some(people.join(" and ")) };
        let (who, of) = match (&whom, place, self.count) {
            (Some(whom), ..) => (whom.clone(), "of"),
            (None, Some(place), _) => (place.to_owned(), "at"),
            (None, None, Some(count)) => (format!("{count} citizen observers"), "of"),
            (None, None, None) => (String::new(), "of"),
        };
        match self.kind {
            "detention" => {
                format!("Detention {} {who}", if of == "at" { "of people of" } else { of })
            }
            "killing" => format!("Killing of {who}"),
            "abduction" => format!("Abduction of {who}"),
            "harassment" => format!("Harassment of {who}"),
            "discrediting_campaign" => format!("Discrediting campaign against {who}"),
            "search_raid" => format!("Raid on {who}"),
            "physical_assault" => format!("Physical violence against {who}"),
            "threat" => format!("Threats against {who}"),
            "organizational_restriction" => format!("Deregistration of {who}"),
            _ => format!("Accreditation refused to {who}"),
        }
    }

    /// The names of the people, for replacing them in texts.
    pub(crate) fn names(&self) -> Names {
        let mut names = Names::default();
        for (index, person) in self.people.iter().enumerate() {
            names.add(&format!("P{}", index + 1), &person.name);
        }
        names
    }
}
