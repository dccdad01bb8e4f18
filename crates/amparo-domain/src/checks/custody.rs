//! Somebody who is said to be held, where the record does not say so, or was not told for a month that it is still so.

use chrono::{NaiveDate, TimeDelta};

use super::text::Sentence;
use super::words;
use super::{Check, Cited, Claimed, Code, FirstMarks, Fix, Standing, Statement};
use crate::custody::{self, Custody};

/// So long ago somebody may have been confirmed to be held.
const DAYS: TimeDelta = TimeDelta::days(30);

/// What says that it is so now.
const NOW: &[&str] = &[
    "is",
    "are",
    "remain",
    "remains",
    "still",
    "continues",
    "continue",
    "est",
    "sont",
    "reste",
    "restent",
    "demeure",
    "demeurent",
    "toujours",
    "esta",
    "estan",
    "sigue",
    "siguen",
    "permanece",
    "permanecen",
    "continua",
    "continuan",
    "estao",
    "permanecem",
    "continuam",
    "находится",
    "находятся",
    "остается",
    "остаются",
    "содержится",
    "содержатся",
    "по прежнему",
    "до сих пор",
    "يزال",
    "تزال",
    "يزالون",
    "زال",
    "زالت",
    "زالوا",
];

/// What says that somebody is held.
const HELD: &[&str] = &[
    "detained",
    "imprisoned",
    "jailed",
    "incarcerated",
    "in custody",
    "in detention",
    "in prison",
    "in jail",
    "behind bars",
    "under arrest",
    "under house arrest",
    "in pre trial detention",
    "in pretrial detention",
    "detenu",
    "detenus",
    "detenue",
    "detenues",
    "emprisonne*",
    "incarcere*",
    "en detention",
    "en prison",
    "detenid*",
    "encarcelad*",
    "preso",
    "presos",
    "presa",
    "presas",
    "en prision",
    "bajo custodia",
    "bajo arresto",
    "detid*",
    "encarcerad*",
    "em prisao",
    "sob custodia",
    "под стражеи",
    "под арестом",
    "в заключении",
    "в тюрьме",
    "в сизо",
    "задержан",
    "задержаны",
    "задержана",
    "محتجز*",
    "معتقل*",
    "موقوف*",
    "مسجون*",
    "رهن",
    "قيد",
];

/// So many words may stand between the one and the other.
const BETWEEN: usize = 3;

pub(super) fn look(statement: &Statement<'_>, claimed: &Claimed<'_>, found: &mut Vec<Check>) {
    let Claimed { pointer, sentence, cited, .. } = claimed;
    let on = statement.speaks_on();
    let Some((first, last)) = says_held(sentence) else { return };
    let told: Vec<&&Cited> = cited.iter().filter(|of| of.facts.is_some()).collect();
    let Some(of) = told.first() else { return };
    let states: Vec<Custody> = told.iter().flat_map(|of| of_people(of, on)).collect();
    let held = |custody: &&Custody| custody::is_held(custody.status);
    if states.iter().filter(held).any(|custody| !is_old(custody, on)) {
        return;
    }
    let latest = states.iter().filter(held).max_by_key(|custody| custody.last_confirmed.end());
    let message = match (latest, states.first()) {
        (Some(custody), _) => format!(
            "says that somebody is held; {} last heard so on {}: say when it was last confirmed, or ask",
            of.number,
            custody.last_confirmed.edtf()
        ),
        (None, Some(custody)) => format!(
            "says that somebody is held; by {} that was over on {}",
            of.number,
            custody.since.edtf()
        ),
        (None, None) => {
            format!("says that somebody is held; {} does not say so of anybody", of.number)
        }
    };
    let at = sentence.words[first].at.start..sentence.words[last].at.end;
    found.push(
        Check::of(Code::CustodyNotConfirmed, pointer, at, message).about(of).fixed_by(Fix::Look),
    );
}

/// Records by which somebody is held of whom nobody said for a month that it is still so.
pub(super) fn look_at_records(
    statement: &Statement<'_>,
    cited: &[Cited],
    marks: &FirstMarks,
    found: &mut Vec<Check>,
) {
    let on = statement.speaks_on();
    for of in cited.iter().filter(|of| of.standing == Standing::Stands) {
        let told = |check: &&Check| {
            check.code == Code::CustodyNotConfirmed && check.number == Some(of.number)
        };
        if found.iter().any(|check| told(&check)) {
            continue;
        }
        let states = of_people(of, on);
        let old = states.iter().filter(|custody| custody::is_held(custody.status));
        let old = old.filter(|custody| is_old(custody, on));
        let Some(custody) = old.min_by_key(|custody| custody.last_confirmed.end()) else {
            continue;
        };
        let message = format!(
            "by {} somebody is held, which was last confirmed on {}: ask whether it is still so before you say so",
            of.number,
            custody.last_confirmed.edtf()
        );
        found.push(marks.check(Code::CustodyNotConfirmed, of, message).fixed_by(Fix::Look));
    }
}

fn of_people(of: &Cited, on: NaiveDate) -> Vec<Custody> {
    let Some(facts) = &of.facts else { return Vec::new() };
    let states =
        facts.people.iter().map(|link| custody::derive(&facts.events, &link.reference, on));
    states.filter_map(|state| state.custody).collect()
}

fn is_old(custody: &Custody, on: NaiveDate) -> bool {
    custody.last_confirmed.possible_span().1 < on - DAYS
}

/// The words that say that somebody is held now.
fn says_held(sentence: &Sentence) -> Option<(usize, usize)> {
    let now = words::places(sentence, NOW);
    let held = words::places(sentence, HELD);
    now.iter().find_map(|(first, count)| {
        let near =
            |(at, _): &&(usize, usize)| *at >= first + count && *at <= first + count + BETWEEN;
        let (at, held_count) = held.iter().find(near)?;
        // "is not detained", "are no longer held" say the opposite.
        let between = (*first..*at).map(|nth| sentence.word(nth));
        let denied = between.clone().any(|word| {
            matches!(
                word,
                "not" | "no" | "never" | "longer" | "pas" | "plus" | "ya" | "nao" | "не" | "больше"
            )
        });
        (!denied).then_some((*first, at + held_count - 1))
    })
}
