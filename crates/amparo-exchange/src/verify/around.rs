//! What stands with a number: its version, the title and the day of publication, in the forms and languages in which citations are
//! written here.

use amparo_domain::sentence::read_day;

use super::Found;
use super::scan::{Text, count_at, is_space, is_unseen};

/// The word `version` in the six languages, as citations have it and as people write it.
const VERSIONS: [&str; 11] = [
    "version",
    "versión",
    "versão",
    "версии",
    "версия",
    "версию",
    "النسخة",
    "نسخة",
    "الإصدار",
    "إصدار",
    "ver.",
];

/// Marks that open and close a title.
const QUOTES: [(char, char); 5] =
    [('"', '"'), ('«', '»'), ('“', '”'), ('„', '“'), ('\u{2018}', '\u{2019}')];

/// The longest title that is read, in characters.
const TITLE_MAX: usize = 600;

/// The version behind a number: ` v3`, `, version 3`, `. Version 3`, `، النسخة 3`; and the place behind it.
pub(super) fn version_behind(text: &Text, end: usize) -> Option<(i32, usize)> {
    let mut at = text.past_unseen(end);
    if text.at(at).is_some_and(|c| matches!(c, ',' | '،' | '.' | ';' | ':')) {
        at += 1;
    }
    let spaces = at;
    while text.at(at).is_some_and(|c| is_space(c) || is_unseen(c)) && at - spaces < 4 {
        at += 1;
    }
    if text.at(at).is_some_and(|c| c == 'v' || c == 'V')
        && let Some(found) = count_at(text, at + 1)
    {
        return Some(found);
    }
    let word = VERSIONS.iter().find(|word| text.says(at, word))?;
    let mut at = at + word.chars().count();
    let spaces = at;
    while text.at(at).is_some_and(|c| is_space(c) || is_unseen(c)) && at - spaces < 4 {
        at += 1;
    }
    if at == spaces { None } else { count_at(text, at) }
}

/// Reads the title and the day that stand with a citation, between the one before and the next.
pub(super) fn read(text: &Text, found: &mut Found, from: usize, end: usize) {
    let behind = found.at.end;
    if let Some((title, after)) = title_behind(text, behind, end) {
        found.title = Some(title);
        found.published = in_brackets(text, after).and_then(|(said, _)| read_day(&said));
        return;
    }
    if let Some((title, published)) = apa_before(text, found.at.start, from) {
        found.title = Some(title);
        found.published = published;
        return;
    }
    if let Some(title) = title_before(text, found.at.start, from) {
        found.title = Some(title);
        found.published = day_behind(text, behind, end);
    }
}

/// The title of a footnote: behind the number, a colon and an opening mark.
fn title_behind(text: &Text, behind: usize, end: usize) -> Option<(String, usize)> {
    let mut at = behind;
    let mut colon = false;
    while let Some(c) = text.at(at) {
        match c {
            ':' if !colon => colon = true,
            c if is_space(c) || is_unseen(c) => {}
            _ => break,
        }
        at += 1;
    }
    if !colon || at - behind > 8 {
        return None;
    }
    let open = text.at(at)?;
    let (_, close) = QUOTES.into_iter().find(|(opens, _)| *opens == open)?;
    let last = end.min(at + TITLE_MAX).min(text.chars.len());
    let mut first = None;
    for place in at + 1..last {
        let c = text.at(place)?;
        if c == '\n' {
            break;
        }
        if c != close {
            continue;
        }
        // The mark behind which a day stands in brackets; a title may have others in it.
        let said = in_brackets(text, place + 1).is_some_and(|(said, _)| read_day(&said).is_some());
        if said {
            return Some((titled(text, at + 1, place), place + 1));
        }
        let ends = text.at(text.past_unseen(place + 1));
        if first.is_none() && ends.is_none_or(|c| matches!(c, ' ' | ',' | '،' | '.' | '\u{a0}')) {
            first = Some(place);
        }
    }
    let place = first?;
    Some((titled(text, at + 1, place), place + 1))
}

/// What stands in brackets at a place, behind spaces; and the place behind it.
fn in_brackets(text: &Text, place: usize) -> Option<(String, usize)> {
    let mut at = place;
    while text.at(at).is_some_and(|c| is_space(c) || is_unseen(c)) && at - place < 4 {
        at += 1;
    }
    if text.at(at) != Some('(') {
        return None;
    }
    let close = (at + 1..at + 60).find(|place| text.at(*place) == Some(')'))?;
    Some((text.slice(at + 1, close), close + 1))
}

/// APA: the day in brackets, the title, and the number in brackets.
fn apa_before(
    text: &Text,
    start: usize,
    from: usize,
) -> Option<(String, Option<chrono::NaiveDate>)> {
    if text.before(start) != Some('(') {
        return None;
    }
    let earliest = from.max(start.saturating_sub(TITLE_MAX + 100));
    let mut title = None;
    for place in earliest..start {
        match text.at(place) {
            Some('\n') => title = None,
            Some('(') if title.is_none() => {
                let Some((said, after)) = in_brackets(text, place) else { continue };
                let Some(published) = read_day(&said) else { continue };
                if text.at(after) == Some('.') {
                    title = Some((after + 1, published));
                }
            }
            _ => {}
        }
    }
    let (begins, published) = title?;
    let title = titled(text, begins, start - 1);
    (!title.is_empty()).then_some((title, Some(published)))
}

/// Chicago: the title in marks before the number, with a full stop of the style in it.
fn title_before(text: &Text, start: usize, from: usize) -> Option<String> {
    let earliest = from.max(start.saturating_sub(TITLE_MAX + 100));
    // Not far before it: a few words that say what kind of thing it is.
    let nearest = start.saturating_sub(60).max(earliest);
    let closes = (nearest..start)
        .rev()
        .find(|place| text.at(*place).is_some_and(|c| matches!(c, '”' | '»' | '"')))?;
    let close = text.at(closes)?;
    let open = match close {
        '”' => '“',
        '»' => '«',
        _ => '"',
    };
    let opens = (earliest..closes).rev().find(|place| text.at(*place) == Some(open))?;
    let within = text.slice(opens, start);
    let of_chicago = text.before(closes) == Some('.')
        || text.at(closes + 1) == Some('.')
        || text.before(closes).is_some_and(|c| matches!(c, '?' | '!'));
    if within.contains('\n') || !of_chicago {
        return None;
    }
    let title = titled(text, opens + 1, closes);
    Some(title.trim_end_matches('.').to_owned()).filter(|title| !title.is_empty())
}

/// The day that stands behind the version, up to the next full stop but that of a year.
fn day_behind(text: &Text, behind: usize, end: usize) -> Option<chrono::NaiveDate> {
    let mut at = behind;
    while text.at(at).is_some_and(|c| matches!(c, '.' | ',' | '،') || is_space(c) || is_unseen(c))
        && at - behind < 6
    {
        at += 1;
    }
    let last = end.min(at + 40).min(text.chars.len());
    let stops = (at..last).filter(|place| text.at(*place) == Some('.'));
    let mut days = stops.filter_map(|stop| read_day(&text.slice(at, stop)));
    days.next()
}

/// A title without what is put around it.
fn titled(text: &Text, from: usize, to: usize) -> String {
    let title = text.slice(from, to);
    title.trim_matches(|c: char| c.is_whitespace() || is_unseen(c)).to_owned()
}
