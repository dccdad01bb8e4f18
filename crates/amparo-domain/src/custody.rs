//! A person's custody and charge, derived from the dated events about them and from nothing else.

use chrono::NaiveDate;

use crate::incident::Event;
use crate::partial_date::PartialDate;
use crate::vocabulary::{ChargeStatus, CustodyStatus};

/// What the events about a person add up to on a day.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PersonState {
    /// Their custody, if any event says something of it.
    pub custody: Option<Custody>,
    /// Their charge, if any event says something of it.
    pub charge: Option<Charge>,
    /// The next date that an event names.
    pub next_date: Option<NextDate>,
}

/// A custody status, since when, and when it was last known to hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Custody {
    /// The status.
    pub status: CustodyStatus,
    /// Since when the person has been held, or has not.
    pub since: PartialDate,
    /// The last day for which an event says that it still held.
    pub last_confirmed: PartialDate,
}

/// A charge status and its date.
#[derive(Debug, Clone, PartialEq)]
pub struct Charge {
    /// The status.
    pub status: ChargeStatus,
    /// The law it names.
    pub law: Option<String>,
    /// The day of the event that led to it.
    pub date: PartialDate,
}

/// A date to come.
#[derive(Debug, Clone, PartialEq)]
pub struct NextDate {
    /// What ends or happens then: `remand_ends`, `ban_ends`, `sentence_ends`.
    pub kind: &'static str,
    /// When.
    pub on: PartialDate,
}

/// Whether somebody in this status is deprived of their liberty.
pub fn is_held(status: CustodyStatus) -> bool {
    HELD.contains(&status.code())
}

/// The statuses that `custody=held` stands for.
pub const HELD: [&str; 5] = [
    "arrested",
    "in_police_custody",
    "in_pretrial_detention",
    "under_house_arrest",
    "imprisoned_serving",
];

/// The state of one person on a day, from the events about them up to that day.
///
/// Events count in the order of their dates, those of one date in the order in which they stand. An
/// event with a fuzzy date counts from the first day it can lie on.
pub fn derive(events: &[Event], person: &str, on: NaiveDate) -> PersonState {
    let mut about: Vec<&Event> = events
        .iter()
        .filter(|event| event.people.iter().any(|p| p == person))
        .filter(|event| !events.iter().any(|e| e.supersedes.as_ref() == Some(&event.reference)))
        .filter(|event| event.date.possible_span().0 <= on)
        .collect();
    about.sort_by_key(|event| event.date.start().or(event.date.end()));
    let mut state = PersonState::default();
    let mut before_appeal = None;
    for event in about {
        apply_custody(&mut state, event);
        apply_charge(&mut state, &mut before_appeal, event);
        apply_next_date(&mut state, event);
    }
    state.next_date = state.next_date.filter(|next| next.on.end().is_none_or(|end| end >= on));
    state
}

/// A custody status and the days for which it is derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first day.
    pub from: NaiveDate,
    /// The day on which it is over; none if no event ends it.
    pub until: Option<NaiveDate>,
    /// The status.
    pub status: CustodyStatus,
}

/// What [`derive()`] says of a person's custody on every day, past and to come.
pub fn spans(events: &[Event], person: &str) -> Vec<Span> {
    let about = events.iter().filter(|event| event.people.iter().any(|p| p == person));
    let mut days: Vec<NaiveDate> = about.map(|event| event.date.possible_span().0).collect();
    days.sort_unstable();
    days.dedup();
    let mut spans: Vec<Span> = Vec::new();
    for day in days {
        let status = derive(events, person, day).custody.map(|custody| custody.status);
        let last = spans.last_mut().filter(|span| span.until.is_none());
        if last.as_ref().map(|span| span.status) == status {
            continue;
        }
        if let Some(last) = last {
            last.until = Some(day);
        }
        spans.extend(status.map(|status| Span { from: day, until: None, status }));
    }
    spans
}

/// The earliest day on which custody was last confirmed, among the people who are still held after all
/// that the events say; none if nobody is. A fuzzy date counts from the first day it can lie on.
pub fn held_confirmed_on<'a>(
    events: &[Event],
    people: impl Iterator<Item = &'a str>,
) -> Option<NaiveDate> {
    let last = people.filter_map(|person| derive(events, person, NaiveDate::MAX).custody);
    last.filter(|custody| is_held(custody.status))
        .map(|custody| custody.last_confirmed.possible_span().0)
        .min()
}

fn apply_custody(state: &mut PersonState, event: &Event) {
    let term = event.kind.term();
    let held = state.custody.as_ref().is_some_and(|custody| is_held(custody.status));
    let said = event.custody.or_else(|| term.custody.as_deref()?.parse().ok());
    // A death is a death in custody only for somebody who was held.
    let said = said.filter(|status| status.code() != "died_in_custody" || held);
    match (said, &mut state.custody) {
        (Some(status), Some(custody)) if held && is_held(status) => {
            custody.status = status;
            custody.last_confirmed = event.date.clone();
        }
        (Some(status), custody) => {
            *custody = Some(Custody {
                status,
                since: event.date.clone(),
                last_confirmed: event.date.clone(),
            });
        }
        (None, Some(custody)) if term.confirms && held => {
            custody.last_confirmed = event.date.clone();
        }
        (None, _) => {}
    }
    if event.kind.code() == "died" && !held {
        state.custody = None;
    }
}

fn apply_charge(state: &mut PersonState, before_appeal: &mut Option<Charge>, event: &Event) {
    let Some(charge) = event.kind.term().charge.as_deref() else {
        return;
    };
    if charge == "as_before_appeal" {
        if let Some(before) = before_appeal.take() {
            state.charge = Some(before);
        }
        return;
    }
    let Ok(status) = charge.parse::<ChargeStatus>() else {
        return;
    };
    if status.code() == "appeal_pending" {
        before_appeal.clone_from(&state.charge);
    }
    let law = event.law.clone().or_else(|| state.charge.as_ref()?.law.clone());
    state.charge = Some(Charge { status, law, date: event.date.clone() });
}

fn apply_next_date(state: &mut PersonState, event: &Event) {
    let kind = match event.kind.code() {
        "remanded" | "remand_extended" => "remand_ends",
        "house_arrest" => "house_arrest_ends",
        "travel_banned" | "entry_banned" => "ban_ends",
        "sentenced" | "imprisoned" => "sentence_ends",
        "released" | "released_on_bail" | "pardoned" | "charges_dropped" | "died" => {
            state.next_date = None;
            return;
        }
        _ => return,
    };
    if let Some(until) = &event.until {
        state.next_date = Some(NextDate { kind, on: until.clone() });
    }
}
