//! A date that no record says which its sentence cites: neither of what happened, nor of a step, a source or the election.

use chrono::NaiveDate;

use super::{Check, Cited, Claimed, Code, Fix, Statement, written};
use crate::partial_date::PartialDate;

pub(super) fn look(statement: &Statement<'_>, claimed: &Claimed<'_>, found: &mut Vec<Check>) {
    let Claimed { pointer, text, sentence, cited } = claimed;
    let told: Vec<&&Cited> = cited.iter().filter(|of| of.facts.is_some()).collect();
    // Where a record is cited of which nothing is known here, it may be the one that says so.
    if told.is_empty() || told.len() < cited.len() {
        return;
    }
    let spans: Vec<(NaiveDate, NaiveDate)> = told.iter().flat_map(|of| spans(of)).collect();
    let own = statement.date.possible_span();
    let own = [own].into_iter().chain(statement.known_on.map(|day| (day, day)));
    let own: Vec<_> =
        own.filter(|(first, last)| *first > NaiveDate::MIN && *last < NaiveDate::MAX).collect();
    for date in written::dates(text, sentence) {
        let readings = date.readings(statement.written_on());
        let fits = |(first, last): &(NaiveDate, NaiveDate)| {
            readings.iter().any(|(from, to)| from <= last && first <= to)
        };
        if spans.iter().chain(&own).any(fits) {
            continue;
        }
        let of = told[0];
        let others =
            if told.len() > 1 { " nor another record that this sentence cites" } else { "" };
        let happened = of.facts.as_ref().map_or("", |facts| facts.occurred.edtf());
        let message =
            format!("is a date that {} does not say{others}: it happened {happened}", of.number);
        let check = Check::of(Code::DateDiffers, pointer, date.at, message);
        found.push(check.about(of).fixed_by(Fix::Look));
    }
}

/// The spans in which a day can lie that a record says.
fn spans(of: &Cited) -> Vec<(NaiveDate, NaiveDate)> {
    let Some(facts) = &of.facts else { return Vec::new() };
    let events = facts.events.iter().flat_map(|event| [Some(&event.date), event.until.as_ref()]);
    let sources = facts.sources.iter().map(|source| source.date.as_ref());
    let claimed: Vec<PartialDate> = facts
        .claims
        .iter()
        .filter(|claim| claim.field.contains("occurred") || claim.field.contains("date"))
        .filter_map(|claim| claim.value.as_str()?.parse().ok())
        .collect();
    let dates = std::iter::once(Some(&facts.occurred)).chain(events).chain(sources);
    let dates = dates.chain([of.election.as_ref()]).flatten().chain(&claimed);
    dates.map(PartialDate::possible_span).collect()
}
