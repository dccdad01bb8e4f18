//! Personal names in texts and addresses: what tells a person who may have to stay unnamed.
//!
//! A name is told by its words in a row, whatever their case, by all of them written as one, and by
//! a single one of them that is written as names are: with a capital, in scripts that have them.
//! An address has no capitals, so any of its words tells there.

mod alike;
mod ordinary;
mod roman;

pub use alike::{alike, words_alike};

use std::collections::HashMap;
use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use crate::fold;

/// A single word with fewer letters is too common to tell a person by.
const PART_LETTERS: usize = 3;
/// A name of several words with fewer letters is, too.
const WHOLE_LETTERS: usize = 3;
/// A name with fewer letters, written as one word, is a part of too many others.
const JOINED_LETTERS: usize = 6;

/// The names of the people of one record, by whom the record calls `P1`, `P2`, ….
#[derive(Debug, Default)]
pub struct Names {
    /// Names of several words, by the first.
    whole: HashMap<String, Vec<Whole>>,
    /// Single words of names.
    parts: HashMap<String, Vec<String>>,
    /// Names of several words written as one.
    joined: Vec<(String, Vec<String>)>,
}

#[derive(Debug)]
struct Whole {
    rest: Vec<String>,
    people: Vec<String>,
}

/// A place in a text that tells a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told<'n> {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// Whom it can mean: several, where they share the name.
    pub people: &'n [String],
    /// The word, folded, if it is no more than a part of a name: it may be the name of something
    /// else in the record.
    pub part: Option<String>,
    /// Whether it may be a part of a longer name, of somebody else.
    pub within: bool,
}

impl Names {
    /// Looks for a name of somebody, too.
    pub fn add(&mut self, reference: &str, name: &str) {
        let words: Vec<String> = fold::words(name).collect();
        let letters = |word: &str| word.chars().filter(|c| c.is_alphabetic()).count();
        for word in &words {
            let caseless = word.chars().next().is_some_and(is_caseless);
            let least = if words.len() == 1 && caseless { 1 } else { PART_LETTERS };
            if letters(word) >= least && !ordinary::is_ordinary(word) {
                add_person(self.parts.entry(word.clone()).or_default(), reference);
            }
        }
        let [first, rest @ ..] = words.as_slice() else { return };
        let all = words.iter().map(|word| letters(word)).sum::<usize>();
        if rest.is_empty() || all < WHOLE_LETTERS {
            return;
        }
        let whole = self.whole.entry(first.clone()).or_default();
        if let Some(whole) = whole.iter_mut().find(|whole| whole.rest == rest) {
            add_person(&mut whole.people, reference);
        } else {
            whole.push(Whole { rest: rest.to_vec(), people: vec![reference.to_owned()] });
            whole.sort_by_key(|whole| std::cmp::Reverse(whole.rest.len()));
        }
        if all >= JOINED_LETTERS {
            let joined = words.concat();
            match self.joined.iter_mut().find(|(other, _)| *other == joined) {
                Some((_, people)) => add_person(people, reference),
                None => self.joined.push((joined, vec![reference.to_owned()])),
            }
        }
    }

    /// Whether there is nobody to look for.
    pub fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.parts.is_empty()
    }

    /// Every place in a text that tells a person; addresses are left alone.
    ///
    /// ```
    /// let mut names = amparo_domain::names::Names::default();
    /// names.add("P1", "Ana Gözləm");
    /// assert_eq!(names.in_text("Ms Gozlam was held.").first().unwrap().people, ["P1"]);
    /// assert!(names.in_text("The gozlam of words.").is_empty());
    /// ```
    pub fn in_text(&self, text: &str) -> Vec<Told<'_>> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut told = Vec::new();
        let mut from = 0;
        for address in addresses(text) {
            self.look_through(text, from..address.start, false, &mut told);
            from = address.end;
        }
        self.look_through(text, from..text.len(), false, &mut told);
        told
    }

    /// Every place in an address that tells a person, in the address as it is read: its escaped
    /// letters are letters.
    pub fn in_address(&self, address: &str) -> Vec<Told<'_>> {
        if self.is_empty() {
            return Vec::new();
        }
        let read = unescaped(address);
        let mut told = Vec::new();
        self.look_through(&read, 0..read.len(), true, &mut told);
        told
    }

    fn look_through<'n>(
        &'n self,
        text: &str,
        range: Range<usize>,
        any_case: bool,
        told: &mut Vec<Told<'n>>,
    ) {
        let words = words(text, range);
        let mut at = 0;
        while at < words.len() {
            let Some((people, count, how)) = self.matched(&words[at..], any_case) else {
                at += 1;
                continue;
            };
            let (first, last) = (&words[at], &words[at + count - 1]);
            let within = match how {
                How::Whole => false,
                How::Part => is_within(text, &words, at),
                How::Joined => true,
            };
            let part = (how == How::Part).then(|| first.folded.clone());
            told.push(Told { range: first.range.start..last.range.end, people, part, within });
            at += count;
        }
    }

    /// Whom the words from here on tell, and by how many of them.
    fn matched(&self, words: &[Word], any_case: bool) -> Option<(&[String], usize, How)> {
        let first = &words[0];
        let follows = |whole: &&Whole| {
            let mut following = words[1..].iter().zip(&whole.rest);
            words.len() > whole.rest.len()
                && following.all(|(word, of_name)| {
                    word.folded == *of_name || any_case && word.of_whom() == Some(of_name)
                })
        };
        let whole = self.whole.get(&first.folded);
        if let Some(whole) = whole.and_then(|whole| whole.iter().find(follows)) {
            return Some((&whole.people, whole.rest.len() + 1, How::Whole));
        }
        if any_case || first.is_capital || first.in_mail {
            let of_whom = first.of_whom().filter(|_| any_case);
            let part = self.parts.get(&first.folded).or_else(|| self.parts.get(of_whom?));
            if let Some(people) = part {
                return Some((people, 1, How::Part));
            }
        }
        let mut joined = self.joined.iter();
        let (_, people) = joined.find(|(name, _)| first.folded.contains(name.as_str()))?;
        Some((people, 1, How::Joined))
    }
}

/// How much of a name stands there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Whole,
    Part,
    /// All of it, within one word.
    Joined,
}

/// Whether a single word may stand in the name of somebody else: beside another capital, or in a
/// script that has none.
fn is_within(text: &str, words: &[Word], at: usize) -> bool {
    let word = &words[at];
    if !word.has_capital {
        return true;
    }
    let beside = |one: &Word, other: &Word, near: &Word| {
        let between = &text[one.range.end..other.range.start];
        let initial = near.folded.chars().count() == 1;
        let near_by = matches!(between, " " | "-" | "‑" | "\u{a0}") || initial && between == ". ";
        near_by && near.has_capital && !ordinary::is_ordinary(&near.folded)
    };
    let before = at.checked_sub(1).map(|i| &words[i]);
    before.is_some_and(|before| beside(before, word, before))
        || words.get(at + 1).is_some_and(|after| beside(word, after, after))
}

/// The folded words of a place that are the name of a place: those between its commas, where all of
/// them are written as names. "San Salvador" is one, "home of Salvador" is not.
///
/// ```
/// assert_eq!(amparo_domain::names::words_of_place("San Salvador, home of Ana"), ["san", "salvador"]);
/// ```
pub fn words_of_place(place: &str) -> Vec<String> {
    let parts = place.split([',', ';', '(', ')', '/', '–', '—']);
    let parts = parts.map(|part| words(part, 0..part.len())).filter(|words| {
        let named = |word: &Word| {
            let number = word.folded.starts_with(char::is_numeric);
            word.is_capital || number || ordinary::is_ordinary(&word.folded)
        };
        words.iter().all(named)
    });
    parts.flatten().map(|word| word.folded).collect()
}

fn add_person(people: &mut Vec<String>, reference: &str) {
    if !people.iter().any(|known| known == reference) {
        people.push(reference.to_owned());
    }
}

/// Where the addresses of a text stand.
pub fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    // Each is looked for again only once it is passed, so that a text is read twice, whatever is in it.
    let (mut scheme, mut bare) = (next_scheme(text, 0), next_bare(text, 0));
    loop {
        if scheme.is_some_and(|at| at < from) {
            scheme = next_scheme(text, from);
        }
        if bare.is_some_and(|at| at < from) {
            bare = next_bare(text, from);
        }
        let Some(start) = [scheme, bare].into_iter().flatten().min() else {
            return found;
        };
        let end = address_end(text, start);
        found.push(start..end);
        from = end.max(start + 1);
    }
}

fn next_scheme(text: &str, from: usize) -> Option<usize> {
    text[from..].match_indices("://").find_map(|(at, _)| {
        let at = from + at;
        ["https", "http"].iter().find_map(|scheme| {
            let start = at.checked_sub(scheme.len()).filter(|start| *start >= from)?;
            let written = text.get(start..at)?;
            written.eq_ignore_ascii_case(scheme).then_some(start)
        })
    })
}

fn next_bare(text: &str, from: usize) -> Option<usize> {
    let begins_a_word =
        |at: &usize| !text[..*at].chars().next_back().is_some_and(char::is_alphanumeric);
    text[from..].match_indices("www.").map(|(at, _)| from + at).find(begins_a_word)
}

/// An address ends at a space, at what quotes it, and at a bracket that was opened before it.
fn address_end(text: &str, start: usize) -> usize {
    let quoted = text[..start].chars().next_back().filter(|c| matches!(c, '\'' | '’'));
    let mut open = 0_u32;
    let mut end = text.len();
    for (at, c) in text[start..].char_indices() {
        match c {
            c if c.is_whitespace() || matches!(c, '"' | '<' | '>' | '«' | '»' | '“' | '”') => {
                end = start + at;
                break;
            }
            c if Some(c) == quoted => {
                end = start + at;
                break;
            }
            '(' | '[' => open += 1,
            ')' | ']' if open == 0 => {
                end = start + at;
                break;
            }
            ')' | ']' => open -= 1,
            _ => {}
        }
    }
    let address = &text[start..end];
    start + address.trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_', '…']).len()
}

struct Word {
    range: Range<usize>,
    folded: String,
    /// Whether it may begin a name: it has a capital, or its script has none.
    is_capital: bool,
    has_capital: bool,
    /// Whether it is part of an e-mail address or the name of an account.
    in_mail: bool,
}

impl Word {
    /// The word of which it is the genitive: addresses drop the apostrophe.
    fn of_whom(&self) -> Option<&str> {
        self.folded.strip_suffix('s')
    }
}

fn words(text: &str, range: Range<usize>) -> Vec<Word> {
    let mut words = Vec::new();
    let mut at = range.start;
    for run in text[range].split_inclusive(char::is_whitespace) {
        let in_mail = run.contains('@');
        let mut start = None;
        for (offset, c) in run.char_indices().chain([(run.len(), ' ')]) {
            match (start, is_word_char(c)) {
                (None, true) => start = Some(offset),
                (Some(from), false) => {
                    push_word(&mut words, &run[from..offset], at + from, in_mail);
                    start = None;
                }
                _ => {}
            }
        }
        at += run.len();
    }
    words
}

fn push_word(words: &mut Vec<Word>, written: &str, start: usize, in_mail: bool) {
    let first = written.chars().next().unwrap_or(' ');
    for folded in fold::words(written) {
        words.push(Word {
            range: start..start + written.len(),
            folded,
            is_capital: first.is_uppercase() || is_caseless(first),
            has_capital: first.is_uppercase(),
            in_mail,
        });
    }
}

/// A mark or joiner belongs to the word in which it stands, as it does where words are folded.
fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether a letter is of a script that does not begin names with capitals. Georgian has them, and
/// writes whole words in them.
fn is_caseless(c: char) -> bool {
    let georgian = matches!(c, '\u{10d0}'..='\u{10ff}');
    c.is_alphabetic() && (georgian || !c.is_lowercase() && !c.is_uppercase())
}

/// The address with its escaped letters (`%C3%A9`) as letters.
fn unescaped(address: &str) -> String {
    let mut bytes = Vec::with_capacity(address.len());
    let mut rest = address.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = || {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            u8::from_str_radix(digits, 16).ok()
        };
        if let (b'%', Some(byte)) = (first, escaped()) {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        for name in ["José Núñez Prado", "خوسيه نونيز", "ხოსე ნუნესი"]
        {
            names.add("P1", name);
        }
        names.add("P2", "Li");
        names.add("P3", "李");
        names
    }

    fn told(text: &str) -> Vec<(String, String)> {
        let names = names();
        let told = names.in_text(text).into_iter();
        told.map(|told| (text[told.range].to_owned(), told.people.join(" "))).collect()
    }

    fn one(word: &str, person: &str) -> Vec<(String, String)> {
        vec![(word.to_owned(), person.to_owned())]
    }

    #[test]
    fn tells_a_name_by_a_part_of_it() {
        assert_eq!(told("Mr Nunez’s house"), one("Nunez", "P1"));
        assert_eq!(told("Nu\u{301}n\u{303}ez left"), one("Nu\u{301}n\u{303}ez", "P1"));
        assert_eq!(told("jose nuñez-PRADO"), one("jose nuñez-PRADO", "P1"));
        assert_eq!(told("قال نونيز"), one("نونيز", "P1"));
        assert_eq!(told("ნუნესი თქვა"), one("ნუნესი", "P1"));
        assert_eq!(told("#FreeJoséNúñezPrado"), one("FreeJoséNúñezPrado", "P1"));
        assert_eq!(told("@nunez"), one("nunez", "P1"));
        assert_eq!(told("李 was held"), one("李", "P3"));
        assert!(told("the nunez of words; Li; Nunezes").is_empty());
    }

    #[test]
    fn knows_what_may_be_the_name_of_somebody_else() {
        let within =
            |text: &str| names().in_text(text).into_iter().map(|t| t.within).collect::<Vec<_>>();
        assert_eq!(within("Karla Núñez"), [true]);
        assert_eq!(within("José K. Morales"), [true]);
        assert_eq!(within("met José, Karla and Núñez."), [false, false]);
        assert_eq!(within("On Monday Núñez left"), [false]);
        assert_eq!(within("قال نونيز"), [true]);
    }

    #[test]
    fn finds_addresses_and_looks_into_them_apart() {
        let text =
            "See https://e.org/a_(b)_c, [x](http://e.org/nunez) or 'https://e.org/y'; www.e.org.";
        let found: Vec<&str> = addresses(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(
            found,
            ["https://e.org/a_(b)_c", "http://e.org/nunez", "https://e.org/y", "www.e.org"]
        );
        assert!(told(text).is_empty());
        let spelled = |address: &str| !names().in_address(address).is_empty();
        for address in [
            "https://e.org/nunez",
            "https://e.org/nunezs-arrest",
            "https://e.org/n%C3%BA%C3%B1ez",
            "https://e.org/josenunezprado",
        ] {
            assert!(spelled(address), "{address}");
        }
        assert!(!spelled("https://e.org/100%/li/news"));
    }

    #[test]
    fn ordinary_words_tell_nobody() {
        let mut names = Names::default();
        names.add("P1", "May van der Domingo");
        assert!(names.in_text("In May, on Domingo, Van Der").is_empty());
        assert_eq!(names.in_text("may VAN DER domingo").len(), 1);
    }
}
