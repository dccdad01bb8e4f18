//! What was known of an incident by a day: as much as its public sources say that are dated by then.
//!
//! A source counts from the last day on which it can have been published; one without a date never counts.
//! An event or a claim counts from the day of its source. One that names no source is somewhere in the
//! public ones, and counts when all of them do: rather too late than too early.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::custody::{self, Span};
use crate::incident::{Event, IncidentFacts};
use crate::source::Source;

/// A custody span, and the days on which it was what was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownSpan {
    /// The span.
    pub span: Span,
    /// For how many people.
    pub people: i32,
    /// The first day on which it was known so.
    pub known_from: NaiveDate,
    /// The day on which more was known; none if nothing followed.
    pub known_until: Option<NaiveDate>,
}

impl<R> IncidentFacts<R> {
    /// The day from which it is known at all: that of its first public source.
    pub fn known_from(&self) -> Option<NaiveDate> {
        self.public_sources().filter_map(told_by).min()
    }

    /// What of it was known by a day; none if nothing was. What its editors say in their own words (title,
    /// summary, types, place, number of people) stays as it is: nobody noted from which source each word is.
    #[must_use]
    pub fn as_known_on(&self, day: NaiveDate) -> Option<Self>
    where
        R: Clone,
    {
        if self.known_from().is_none_or(|first| first > day) {
            return None;
        }
        let mut known = self.clone();
        known.events = self.events_known_on(day);
        known.claims.retain(|claim| self.is_known(claim.source.as_deref(), day));
        known.sources.retain(|source| told_by(source).is_some_and(|told| told <= day));
        let sources: Vec<String> =
            known.sources.iter().map(|source| source.reference.clone()).collect();
        for source in &mut known.sources {
            source.same_origin_as.take_if(|other| !sources.contains(other));
        }
        Some(known)
    }

    /// The custody of its people as it was known from day to day, in the order of the days.
    pub fn known_custody<'p>(
        &'p self,
        people: impl Iterator<Item = &'p str> + Clone,
    ) -> Vec<KnownSpan> {
        let known = self.events.iter().filter_map(|event| self.told_from(event.source.as_deref()));
        let mut days: Vec<NaiveDate> = known.collect();
        days.sort_unstable();
        days.dedup();
        let mut all: Vec<KnownSpan> = Vec::new();
        for day in days {
            let events = self.events_known_on(day);
            let mut spans: BTreeMap<Span, i32> = BTreeMap::new();
            for span in people.clone().flat_map(|person| custody::spans(&events, person)) {
                *spans.entry(span).or_default() += 1;
            }
            for open in all.iter_mut().filter(|open| open.known_until.is_none()) {
                if spans.get(&open.span) == Some(&open.people) {
                    spans.remove(&open.span);
                } else {
                    open.known_until = Some(day);
                }
            }
            let new = spans.into_iter();
            all.extend(new.map(|(span, people)| KnownSpan {
                span,
                people,
                known_from: day,
                known_until: None,
            }));
        }
        all
    }

    fn events_known_on(&self, day: NaiveDate) -> Vec<Event> {
        let known = self.events.iter().filter(|event| self.is_known(event.source.as_deref(), day));
        let mut known: Vec<Event> = known.cloned().collect();
        let there: Vec<String> = known.iter().map(|event| event.reference.clone()).collect();
        for event in &mut known {
            event.supersedes.take_if(|other| !there.contains(other));
        }
        known
    }

    fn is_known(&self, source: Option<&str>, day: NaiveDate) -> bool {
        self.told_from(source).is_some_and(|told| told <= day)
    }

    /// The day from which something is known that this source says, or one of all if none is named.
    fn told_from(&self, source: Option<&str>) -> Option<NaiveDate> {
        let Some(name) = source else {
            let days: Option<Vec<NaiveDate>> = self.public_sources().map(told_by).collect();
            return days?.into_iter().max();
        };
        self.sources.iter().find(|source| source.reference == name).and_then(told_by)
    }

    fn public_sources(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| source.tier.is_public())
    }
}

/// The last day on which a source can have been published.
fn told_by(source: &Source) -> Option<NaiveDate> {
    source.date.as_ref().and_then(crate::partial_date::PartialDate::end)
}
