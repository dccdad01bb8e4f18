//! A sentence with a date, a number of people or incidents, or an arrest, that neither a mark nor a link bears out.
//!
//! The day of the statement itself is no claim. Where a statement asks for something or takes a side, an arrest that it speaks of
//! is none either; a date or a number is.

use super::{Check, Claimed, Code, Statement, words, written};

pub(super) fn look(statement: &Statement<'_>, claimed: &Claimed<'_>, found: &mut Vec<Check>) {
    let Claimed { pointer, text, sentence, .. } = claimed;
    if sentence.heading || sentence.linked || !sentence.marks.is_empty() {
        return;
    }
    let own = |date: &written::Dated| {
        let day = statement.date.exact_day();
        day.is_some_and(|day| date.year.is_some() && date.readings(day) == [(day, day)])
    };
    // A date alone says when a text was written.
    let dated = |at: &super::text::Word| {
        written::dates(text, sentence)
            .iter()
            .any(|date| date.at.start <= at.at.start && at.at.end <= date.at.end)
    };
    if sentence.words.iter().all(dated) {
        return;
    }
    let appeals = || !words::places(sentence, words::APPEALS).is_empty();
    let what = if written::dates(text, sentence).iter().any(|date| !own(date)) {
        "a date"
    } else if !written::numbers(text, sentence).is_empty() {
        "a number"
    } else if !words::places(sentence, words::ARRESTS).is_empty() && !appeals() {
        "an arrest"
    } else {
        return;
    };
    let message = format!(
        "says {what}, and nothing bears it out: put the mark of a record behind it, like [[4827-1930]], or a link"
    );
    found.push(Check::of(Code::UncitedClaim, pointer, sentence.at.clone(), message));
}
