//! Words of the six languages, folded as the register folds them, by which claims are told.
//!
//! A word with a `*` at its end stands for all that begin so; several words stand in a row. Arabic words are looked at without what
//! is written together with them: and, then, by, for, the.

mod claims;
mod wording;

pub(super) use claims::{ABOUT, APPEALS, ARRESTS, AT_LEAST, INCIDENTS, NUMBERS, PEOPLE};
pub(super) use wording::{BEFORE_NAMES, HEDGES, INSTITUTIONS, STRONG};

use super::text::Sentence;

/// Whether a word is one of a list: itself, or what begins as it does.
pub(super) fn is_one(word: &str, list: &[&str]) -> bool {
    let bare = without_prefix(word);
    list.iter().any(|of_list| match of_list.strip_suffix('*') {
        Some(stem) => word.starts_with(stem) || bare.starts_with(stem),
        None => !of_list.contains(' ') && (word == *of_list || bare == *of_list),
    })
}

/// The places of words of a list in a sentence: the first and how many.
pub(super) fn places(sentence: &Sentence, list: &[&str]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut nth = 0;
    while nth < sentence.words.len() {
        let row = list.iter().filter(|words| words.contains(' '));
        let row =
            row.filter(|words| sentence.has_at(nth, words)).map(|w| w.split(' ').count()).max();
        let count = row.or_else(|| is_one(sentence.word(nth), list).then_some(1));
        if let Some(count) = count {
            found.push((nth, count));
        }
        nth += count.unwrap_or(1);
    }
    found
}

/// An Arabic word without what is written together with it.
fn without_prefix(word: &str) -> &str {
    let arabic = |c: char| ('\u{0620}'..='\u{064a}').contains(&c);
    if !word.starts_with(arabic) {
        return word;
    }
    let mut bare = word;
    for prefixes in [&["و", "ف"][..], &["ب", "ل", "ك"], &["ال", "ل"]] {
        let stripped = prefixes.iter().find_map(|prefix| bare.strip_prefix(prefix));
        if let Some(rest) = stripped.filter(|rest| rest.chars().count() >= 3) {
            bare = rest;
        }
    }
    bare
}
