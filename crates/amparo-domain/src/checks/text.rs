//! Sentences of a text in Markdown, with their words, marks, links and quotations.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use crate::fold;
use crate::marks::{self, Mark};
use crate::names;

/// A word, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Where it stands, in bytes.
    pub at: Range<usize>,
    /// What it says, folded.
    pub folded: String,
    /// Whether it begins with a capital.
    pub capital: bool,
}

/// A sentence of a text.
#[derive(Debug, Clone)]
pub struct Sentence {
    /// Where it stands, in bytes, with the marks behind it.
    pub at: Range<usize>,
    /// Its words; those of marks and addresses are none.
    pub words: Vec<Word>,
    /// The marks in it.
    pub marks: Vec<Mark>,
    /// Whether there is a link in it.
    pub linked: bool,
    /// Whether it is a heading, or an item that is no sentence.
    pub heading: bool,
}

/// The sentences of a text, in their order. A sentence does not reach over an empty line, nor over the start of an item of a list.
///
/// ```
/// use amparo_domain::checks::text::sentences;
/// let text = "Mr. Bo left.[[4827-1930]] “Why?” asked Ana. On 29.04.2024 nothing.";
/// let found: Vec<_> = sentences(text).into_iter().map(|s| &text[s.at]).collect();
/// assert_eq!(found, ["Mr. Bo left.[[4827-1930]]", "“Why?” asked Ana.", "On 29.04.2024 nothing."]);
/// ```
pub fn sentences(text: &str) -> Vec<Sentence> {
    let marks = marks::marks(text);
    let links = links(text);
    let mut found = Vec::new();
    for block in blocks(text) {
        for at in split(text, block.clone(), &marks, &links) {
            let trimmed = trim(text, at);
            if trimmed.is_empty() {
                continue;
            }
            let within =
                |range: &Range<usize>| range.start >= trimmed.start && range.end <= trimmed.end;
            let from = marks.partition_point(|mark| mark.at.start < trimmed.start);
            let marks = marks[from..].iter().take_while(|mark| mark.at.start < trimmed.end);
            let marks: Vec<Mark> = marks.filter(|mark| within(&mark.at)).cloned().collect();
            let from = links.partition_point(|link| link.at.start < trimmed.start);
            let here = links[from..].iter().take_while(|link| link.at.start < trimmed.end);
            let here: Vec<&Link> = here.filter(|link| within(&link.at)).collect();
            let hidden: Vec<Range<usize>> = marks
                .iter()
                .map(|mark| mark.at.clone())
                .chain(here.iter().map(|link| link.address.clone()))
                .collect();
            let heading = is_heading(text, &trimmed);
            found.push(Sentence {
                words: words(text, trimmed.clone(), &hidden),
                linked: !here.is_empty(),
                heading,
                marks,
                at: trimmed,
            });
        }
    }
    found
}

/// A link: `[words](address)`, `<address>` or an address alone.
struct Link {
    at: Range<usize>,
    address: Range<usize>,
}

fn links(text: &str) -> Vec<Link> {
    let addresses = names::addresses(text);
    let links = addresses.into_iter().map(|address| {
        let before = &text[..address.start];
        let opened = before.ends_with("](").then(|| opening(before)).flatten();
        match opened {
            Some(start) => {
                let end =
                    text[address.end..].find(')').map_or(address.end, |at| address.end + at + 1);
                // The address, and the brackets around it.
                Link { at: start..end, address: address.start - 1..end }
            }
            None => Link { at: address.clone(), address },
        }
    });
    links.collect()
}

/// Where the bracket opens that ends with `](`.
fn opening(before: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, c) in before.char_indices().rev().skip(1) {
        match c {
            ']' => depth += 1,
            '[' if depth <= 1 => return Some(at),
            '[' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Paragraphs and items: what an empty line, an item or a heading parts.
fn blocks(text: &str) -> Vec<Range<usize>> {
    let mut blocks: Vec<Range<usize>> = Vec::new();
    let mut open: Option<Range<usize>> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (start, end) = (at, at + line.len());
        at = end;
        let bare = line.trim();
        if bare.is_empty() {
            blocks.extend(open.take());
            continue;
        }
        let alone = bare.starts_with('#');
        if alone || begins_item(bare) {
            blocks.extend(open.take());
        }
        match &mut open {
            Some(block) => block.end = end,
            None => open = Some(start..end),
        }
        if alone {
            blocks.extend(open.take());
        }
    }
    blocks.extend(open);
    blocks
}

fn begins_item(line: &str) -> bool {
    let numbered = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered =
        numbered.len() < line.len() && (numbered.starts_with(". ") || numbered.starts_with(") "));
    numbered || ["- ", "* ", "+ ", "• ", "> "].iter().any(|mark| line.starts_with(mark))
}

fn split(text: &str, block: Range<usize>, marks: &[Mark], links: &[Link]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = block.start;
    let mut at = block.start;
    // Neither marks nor addresses end a sentence.
    let within = |range: &&Range<usize>| range.end > block.start && range.start < block.end;
    let marked = marks.iter().map(|mark| &mark.at).filter(within);
    let addresses = links.iter().map(|link| &link.address).filter(within);
    let mut hidden: Vec<Range<usize>> = marked.chain(addresses).cloned().collect();
    hidden.sort_unstable_by_key(|range| range.start);
    let mut hidden = hidden.into_iter().peekable();
    while at < block.end {
        while hidden.next_if(|range| range.end <= at).is_some() {}
        if let Some(range) = hidden.peek().filter(|range| range.contains(&at)) {
            at = range.end;
            continue;
        }
        let Some(c) = text[at..].chars().next() else { break };
        let after = at + c.len_utf8();
        if !matches!(c, '.' | '!' | '?' | '؟' | '…' | '。') {
            at = after;
            continue;
        }
        let end = behind(text, after, block.end, marks);
        let rest = &text[end..block.end];
        let next = rest.trim_start();
        let spaced = rest.len() > next.len() || next.is_empty();
        let nth = links.partition_point(|link| link.at.end <= at);
        let in_link = links.get(nth).is_some_and(|link| link.at.contains(&at));
        if spaced && !in_link && begins_sentence(next) && !is_abbreviation(&text[start..at], c) {
            found.push(start..end);
            start = end;
        }
        at = end.max(after);
    }
    found.push(start..block.end);
    found
}

/// The end of what belongs to a sentence behind its last sign: quotation marks, brackets, marks of citations.
fn behind(text: &str, mut at: usize, end: usize, marks: &[Mark]) -> usize {
    loop {
        if let Some(mark) = mark_at(marks, at) {
            at = mark.at.end;
            continue;
        }
        // No sentence begins with a mark: one that stands apart by a space still belongs to what is before it.
        let rest = text[at..end].trim_start_matches([' ', '\u{a0}']);
        let apart = end - rest.len();
        if apart > at && mark_at(marks, apart).is_some() {
            at = apart;
            continue;
        }
        let closing = text[at..end].chars().next().filter(|c| {
            matches!(c, '”' | '"' | '’' | '\'' | ')' | '»' | '_' | '*' | ']' | '.' | '!' | '?')
        });
        match closing {
            Some(c) => at += c.len_utf8(),
            None => return at,
        }
    }
}

fn mark_at(marks: &[Mark], at: usize) -> Option<&Mark> {
    marks.binary_search_by_key(&at, |mark| mark.at.start).ok().map(|nth| &marks[nth])
}

fn begins_sentence(next: &str) -> bool {
    let first = next.chars().find(|c| !matches!(c, '“' | '"' | '«' | '(' | '[' | '*' | '_' | '‘'));
    first.is_none_or(|c| !c.is_lowercase())
}

/// Whether a full stop ends an abbreviation: `Mr.`, `A.`, `г.`, `U.S.`.
fn is_abbreviation(before: &str, sign: char) -> bool {
    if sign != '.' {
        return false;
    }
    let word = before.rsplit(|c: char| !c.is_alphanumeric() && c != '.').next().unwrap_or_default();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let single = letters == 1 && !word.chars().any(char::is_numeric);
    single && !word.ends_with('г')
        || (word.contains('.') && letters > 0)
        || matches!(
            word,
            "Mr" | "Ms"
                | "Mrs"
                | "Dr"
                | "Prof"
                | "St"
                | "No"
                | "vs"
                | "Sr"
                | "Sra"
                | "Lic"
                | "Ing"
                | "Art"
                | "art"
                | "núm"
                | "Núm"
                | "п"
                | "ст"
                | "им"
                | "гг"
                | "ул"
                | "etc"
                | "Gen"
                | "Sen"
                | "Rep"
                | "Hon"
        )
}

fn trim(text: &str, at: Range<usize>) -> Range<usize> {
    let here = &text[at.clone()];
    let start = at.start + (here.len() - here.trim_start().len());
    let end = start.max(at.end - (here.len() - here.trim_end().len()));
    start..end
}

/// A heading, or an item without a sign at its end and with few words.
fn is_heading(text: &str, at: &Range<usize>) -> bool {
    let here = text[at.clone()].trim();
    here.starts_with('#') || (here.starts_with("**") && here.ends_with("**"))
}

fn words(text: &str, at: Range<usize>, hidden: &[Range<usize>]) -> Vec<Word> {
    let mut words = Vec::new();
    let mut hidden: Vec<&Range<usize>> = hidden.iter().collect();
    hidden.sort_unstable_by_key(|range| range.start);
    let mut hidden = hidden.into_iter().peekable();
    let mut start: Option<usize> = None;
    let part = |c: char| {
        c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '\u{200c}' | '\u{200d}' | 'ـ')
    };
    let mut push = |range: Range<usize>| {
        let written = &text[range.clone()];
        let capital = written.chars().next().is_some_and(char::is_uppercase);
        let folded = fold::fold(written);
        if !folded.is_empty() {
            words.push(Word { at: range, folded, capital });
        }
    };
    let end = at.end;
    for (offset, c) in text[at.clone()].char_indices() {
        let here = at.start + offset;
        while hidden.next_if(|range| range.end <= here).is_some() {}
        let seen = hidden.peek().is_none_or(|range| !range.contains(&here));
        match start {
            None if seen && part(c) => start = Some(here),
            Some(from) if !seen || !part(c) => {
                push(from..here);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        push(from..end);
    }
    words
}

impl Sentence {
    /// What stands between a word and the next.
    pub(crate) fn gap<'t>(&self, text: &'t str, nth: usize) -> &'t str {
        match (self.words.get(nth), self.words.get(nth + 1)) {
            (Some(one), Some(other)) => &text[one.at.end..other.at.start],
            _ => "",
        }
    }

    /// The folded word at a place, empty beyond the last.
    pub(crate) fn word(&self, nth: usize) -> &str {
        self.words.get(nth).map_or("", |word| &word.folded)
    }

    /// Whether these words stand there in a row.
    pub(crate) fn has_at(&self, nth: usize, row: &str) -> bool {
        row.split(' ').enumerate().all(|(offset, word)| self.word(nth + offset) == word)
    }
}
