//! The name of somebody whom a cited record does not name to everybody.
//!
//! Who knows whom the record is about gets the place, and it blocks. Who does not must not learn it from here: their answer is made
//! from what everybody sees, that the record names nobody and that the text has what looks like a name.

use std::collections::{HashMap, HashSet};

use super::text::{Sentence, sentences};
use super::{Check, Citations, Cited, Code, Fix, Statement, words};
use crate::fold;
use crate::names::{Names, Told};
use crate::number::Number;

/// Somebody whom a record does not show by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// The person.
    pub person: Number,
    /// All their names, in all scripts; none where who asks may not know them.
    pub names: Vec<String>,
}

pub(super) fn look(statement: &Statement<'_>, cited: &[Cited], found: &mut Vec<Check>) {
    let shown: HashSet<Number> = cited.iter().flat_map(|of| of.shown.iter().copied()).collect();
    let search = Search::of(cited);
    let is_unknown = |of: &Cited| of.hidden.iter().any(|hidden| hidden.names.is_empty());
    if search.names.is_empty() && !cited.iter().any(is_unknown) {
        return;
    }
    let citations = Citations::of(cited);
    for (pointer, text) in &statement.texts {
        let sentences = sentences(text);
        for told in search.names.in_text(text) {
            let nth = sentences.partition_point(|sentence| sentence.at.end <= told.range.start);
            let sentence = sentences.get(nth).filter(|s| s.at.contains(&told.range.start));
            let here = sentence.map(|sentence| citations.of_sentence(sentence)).unwrap_or_default();
            // Whom another record names may be named, but not as the one whom this record does not name.
            let hides = |(person, of): &(Number, &Cited)| {
                !shown.contains(person) || here.iter().any(|cited| cited.number == of.number)
            };
            let counts = |(_, of): &(Number, &Cited)| {
                // A single word of a name does not count where the record has it for something else.
                told.part.as_ref().is_none_or(|word| !of.ordinary.contains(word))
            };
            let mut hiding = search.hiding(&told).filter(hides).filter(counts);
            let Some((_, of)) = hiding.next() else { continue };
            let message = format!(
                "names somebody whom {} does not name: leave the name out, or write the token of the person",
                of.number
            );
            let check = Check::of(Code::ConfidentialName, pointer, told.range.clone(), message);
            let check = check.about(of).fixed_by(Fix::LeaveOut);
            // A part of a name that may be somebody else's is for the writer to judge.
            let other = told.part.is_some() && told.within;
            let other = other && !sentence.is_some_and(|s| stands_alone(text, s, &told));
            found.push(if other { check } else { check.blocking() });
        }
        for sentence in &sentences {
            let here = citations.of_sentence(sentence);
            let Some(of) = here.into_iter().find(|of| is_unknown(of)) else { continue };
            for (first, last) in like_names(text, sentence, of) {
                let at = sentence.words[first].at.start..sentence.words[last].at.end;
                let message = format!(
                    "looks like a name, and {} names nobody: if it is the name of somebody in that record, leave it out",
                    of.number
                );
                let check = Check::of(Code::ConfidentialName, pointer, at, message);
                found.push(check.about(of).fixed_by(Fix::LeaveOut));
            }
        }
    }
}

/// Whether a text has the name of somebody whom one of the records does not name: what keeps a statement from being published,
/// whoever asks.
pub fn blocks(statement: &Statement<'_>, cited: &[Cited]) -> bool {
    let mut found = Vec::new();
    look(statement, cited, &mut found);
    found.iter().any(|check| check.severity == super::Severity::Blocks)
}

/// Whether a single word of a name has a capital beside it only because a sentence or a title begins there: "On Ruiz and others".
fn stands_alone(text: &str, sentence: &Sentence, told: &Told<'_>) -> bool {
    let Some(at) = sentence.words.iter().position(|word| word.at.start == told.range.start) else {
        return false;
    };
    let capital = |at: usize| sentence.words.get(at).is_some_and(|word| word.capital);
    let after = capital(at + 1) && matches!(sentence.gap(text, at), " " | "-" | "\u{a0}");
    at > 0 && capital(at) && !after && words::is_one(sentence.word(at - 1), words::BEFORE_NAMES)
}

/// The names that records do not show, to be looked for in one go.
struct Search<'c> {
    names: Names,
    hiding: HashMap<String, Vec<(Number, &'c Cited)>>,
}

impl<'c> Search<'c> {
    fn of(cited: &'c [Cited]) -> Self {
        let mut names = Names::default();
        let mut hiding: HashMap<String, Vec<(Number, &Cited)>> = HashMap::new();
        for of in cited {
            // Of a record whose people the caller does not know it must not be told that somebody is in it, whom they know from another.
            for hidden in of.hidden.iter().filter(|hidden| !hidden.names.is_empty()) {
                let called = hidden.person.to_string();
                let known = hiding.entry(called.clone()).or_default();
                // The names of somebody are the same in every record.
                if known.is_empty() {
                    hidden.names.iter().for_each(|name| names.add(&called, name));
                }
                known.push((hidden.person, of));
            }
        }
        Self { names, hiding }
    }

    /// Whom a place tells, with the records that do not name them.
    fn hiding(&self, told: &Told<'_>) -> impl Iterator<Item = (Number, &'c Cited)> {
        let people = told.people.iter().filter_map(|called| self.hiding.get(called));
        people.flatten().copied().collect::<Vec<_>>().into_iter()
    }
}

/// What looks like a name: words with capitals in a row that are neither an institution nor what the record names.
fn like_names(text: &str, sentence: &Sentence, of: &Cited) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut nth = 0;
    while nth < sentence.words.len() {
        let mut last = nth;
        let named = |at: usize| {
            sentence
                .words
                .get(at)
                .is_some_and(|word| word.capital && word.folded.chars().all(char::is_alphabetic))
        };
        while named(last)
            && named(last + 1)
            && matches!(sentence.gap(text, last), " " | "\u{a0}" | "-" | ". ")
        {
            last += 1;
        }
        if last > nth {
            let row = &sentence.words[nth..=last];
            let of_something = |folded: &str| {
                words::INSTITUTIONS.contains(&folded)
                    || of.ordinary.iter().any(|ordinary| ordinary == folded)
                    || fold::words(folded).count() != 1
            };
            // A word at the start of the sentence has its capital anyway.
            let acronyms =
                row.iter().all(|word| text[word.at.clone()].chars().all(char::is_uppercase));
            if !acronyms && !row.iter().any(|word| of_something(&word.folded)) {
                found.push((nth, last));
            }
        }
        nth = last + 1;
    }
    found
}
