//! A quotation of some words whose sentence neither a link nor a mark tells from where it is. Titles of documents are none.

use std::ops::Range;

use super::text::Sentence;
use super::{Check, Code};

/// Fewer words are no quotation, but a word in quotation marks.
const WORDS: usize = 5;
/// The longest quotation, in bytes: what goes on is a mark that nobody closed.
const LONGEST: usize = 4_000;

pub(super) fn look(pointer: &str, text: &str, sentences: &[Sentence], found: &mut Vec<Check>) {
    for quotation in quotations(text) {
        let words: Vec<&str> = text[quotation.clone()]
            .split_whitespace()
            .filter(|word| word.chars().any(char::is_alphabetic))
            .collect();
        if words.len() < WORDS || is_title(&words) {
            continue;
        }
        let around = sentences.iter().filter(|sentence| {
            sentence.at.start < quotation.end && quotation.start < sentence.at.end
        });
        let told = around.clone().any(|sentence| sentence.linked || !sentence.marks.is_empty());
        if !told && around.count() > 0 {
            let message = "quotes somebody, and says not where: put a link behind it, or the mark of a record";
            found.push(Check::of(Code::QuotationWithoutLink, pointer, quotation, message));
        }
    }
}

/// What stands between quotation marks of a paragraph.
fn quotations(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, char)> = None;
    let mut line_empty = false;
    for (at, c) in text.char_indices() {
        match (c, open) {
            ('\n', _) if line_empty => open = None,
            ('“' | '«' | '„', None) => open = Some((at + c.len_utf8(), c)),
            ('"', None) => open = Some((at + 1, c)),
            ('”', Some((start, '“' | '„')))
            | ('“', Some((start, '„')))
            | ('»', Some((start, '«')))
            | ('"', Some((start, '"'))) => {
                if at - start <= LONGEST {
                    found.push(start..at);
                }
                open = None;
            }
            _ => {}
        }
        line_empty = c == '\n' || (line_empty && c.is_whitespace());
    }
    found
}

/// Whether most of its longer words begin with a capital, as in the title of a document.
fn is_title(words: &[&str]) -> bool {
    let long = words.iter().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 3);
    let capital =
        |word: &&&str| word.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
    let (all, capitals) = (long.clone().count(), long.filter(capital).count());
    all > 0 && capitals * 10 >= all * 7
}
