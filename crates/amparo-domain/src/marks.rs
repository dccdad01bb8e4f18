//! Marks: where a statement's text says that it cites an incident, `[[4827-1930]]`.
//!
//! A mark stands behind the words that it bears out, and becomes a footnote. Which version is cited stands beside the text, in
//! the list of what the statement cites, so that a text needs no change when a citation is pinned to another version. Only
//! a text that cites several versions of one incident says which, `[[4827-1930 v2]]`.

use std::ops::Range;

use crate::number::{Number, NumberError};

/// A mark in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Where it stands, brackets and all, in bytes.
    pub at: Range<usize>,
    /// What it cites, or why that cannot be told: `[[4827-1931]]` has a mistake in its number.
    pub number: Result<Number, NumberError>,
    /// The version, where the text says one.
    pub version: Option<u32>,
}

/// The longest text between the brackets of a mark, in bytes: a prefix, ten digits and a version.
const LONGEST: usize = 40;

/// The marks of a text, in the order in which they stand. `[[` before anything without a digit is no mark, but text.
///
/// ```
/// use amparo_domain::marks::marks;
/// let found = marks("was detained[[OBS 4827-1930]] and charged.[[4827-1930 v2]] See [[note]].");
/// assert_eq!(found.len(), 2);
/// assert_eq!(found[1].number.unwrap().to_string(), "4827-1930");
/// assert_eq!(found[1].version, Some(2));
/// assert!(marks("[[4827-1931]]")[0].number.is_err());
/// ```
pub fn marks(text: &str) -> Vec<Mark> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = text[from..].find("[[").map(|at| from + at) {
        let inside = open + 2;
        from = open + 1;
        // No farther than a mark is long, so that a text of nothing but brackets is read once.
        let near = &text.as_bytes()[inside..text.len().min(inside + LONGEST + 2)];
        let Some(length) = near.windows(2).position(|two| two == b"]]") else {
            continue;
        };
        let close = inside + length;
        if let Some((number, version)) = cited(&text[inside..close]) {
            found.push(Mark { at: open..close + 2, number, version });
            from = close + 2;
        }
    }
    found
}

/// What stands between the brackets of a mark.
fn cited(inside: &str) -> Option<(Result<Number, NumberError>, Option<u32>)> {
    if inside.contains(['[', ']', '\n']) || !inside.contains(char::is_numeric) {
        return None;
    }
    let (number, version) = match inside.trim().rsplit_once([' ', '\u{a0}']) {
        Some((number, last)) => match last.strip_prefix(['v', 'V']).map(str::parse) {
            Some(Ok(version)) if version > 0 => (number, Some(version)),
            _ => (inside, None),
        },
        None => (inside, None),
    };
    match number.trim().parse() {
        Err(NumberError::NotANumber) if !looks_like_a_number(number) => None,
        number => Some((number, version)),
    }
}

/// Whether a text is nothing but digits, hyphens, spaces and the letters before them, so that it was meant as a number.
fn looks_like_a_number(text: &str) -> bool {
    let rest = text.trim().trim_start_matches(|c: char| c.is_ascii_uppercase() || c == '-');
    !rest.is_empty() && rest.chars().all(|c| c.is_numeric() || c == '-' || c.is_whitespace())
}

/// A mark as it is written.
///
/// ```
/// let number = "48271930".parse().unwrap();
/// assert_eq!(amparo_domain::marks::written(number, None), "[[4827-1930]]");
/// assert_eq!(amparo_domain::marks::written(number, Some(2)), "[[4827-1930 v2]]");
/// ```
pub fn written(number: Number, version: Option<u32>) -> String {
    version.map_or_else(|| format!("[[{number}]]"), |version| format!("[[{number} v{version}]]"))
}

/// The text with each mark replaced by what `put` gives for it; where it gives nothing, the mark stays.
pub fn replaced(text: &str, mut put: impl FnMut(&Mark) -> Option<String>) -> String {
    let mut made = String::with_capacity(text.len());
    let mut rest = 0;
    for mark in marks(text) {
        if let Some(put) = put(&mark) {
            made.push_str(&text[rest..mark.at.start]);
            made.push_str(&put);
            rest = mark.at.end;
        }
    }
    made.push_str(&text[rest..]);
    made
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn finds_marks_and_leaves_text() {
        let text = "[[4827-1930]][[ STM 4827 1930 v12 ]] [[4827-193]] [[2024]] [[a 1]] [[x]] [4827-1930] [[[4827-1930]]]";
        let found: Vec<(String, Option<u32>)> = marks(text)
            .into_iter()
            .map(|m| (m.number.map_or_else(|e| e.to_string(), |n| n.to_string()), m.version))
            .collect();
        let wrong = "a number has eight digits, like 4827-1930".to_owned();
        assert_eq!(
            found,
            [
                ("4827-1930".to_owned(), None),
                ("4827-1930".to_owned(), Some(12)),
                (wrong.clone(), None),
                (wrong, None),
                ("4827-1930".to_owned(), None),
            ]
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_kept(text in "(\\[\\[|\\]\\]|[0-9v \\-\\[\\]\u{0}-\u{7ff}]{0,6}){0,12}") {
            for mark in marks(&text) {
                prop_assert!(text[mark.at.clone()].starts_with("[[") && text[mark.at.clone()].ends_with("]]"));
            }
            prop_assert_eq!(replaced(&text, |_| None), text.clone());
            let own = |m: &Mark| m.number.ok().map(|n| written(n, m.version));
            let once = replaced(&text, own);
            prop_assert_eq!(replaced(&once, own), once.clone());
        }
    }
}
