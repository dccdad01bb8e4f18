//! What an object may hold, and what to say of the rest.

use std::str::FromStr;

use amparo_domain::suggest;
use amparo_domain::validation::Issue;

use super::cursor::{Object, Place, WORD_LENGTH};

/// So many unknown members of one object are named one by one.
const UNKNOWN_LIMIT: usize = 20;

/// What an object may hold.
#[derive(Clone, Copy, Default)]
pub(super) struct Shape<'s> {
    /// What it is, with its article.
    pub(super) what: &'static str,
    /// The members that are read.
    pub(super) members: &'s [&'s str],
    /// More of them, where the object serves two ends.
    pub(super) extras: &'s [&'s str],
    /// Members that are accepted and mean nothing.
    pub(super) ignored: &'s [&'s str],
    /// Members that only we write.
    pub(super) read_only: &'s [&'s str],
}

impl Object<'_> {
    /// Notes every member that is not known here.
    pub(super) fn only(&self, shape: &Shape<'_>) {
        let mut next = 0;
        let mut unknown = 0;
        for name in self.members.keys().map(String::as_str) {
            // Members mostly come in the order in which we write them.
            let known = |list: &[&str]| list.contains(&name);
            if let Some(ahead) = shape.members[next..].iter().position(|m| *m == name) {
                next += ahead + 1;
            } else if !known(shape.members) && !known(shape.extras) && !known(shape.ignored) {
                unknown += 1;
                if unknown > UNKNOWN_LIMIT {
                    self.error("has more members that are not known");
                    return;
                }
                self.unknown(name, shape);
            }
        }
    }

    fn unknown(&self, name: &str, shape: &Shape<'_>) {
        if self.log.is_full() {
            return;
        }
        if shape.read_only.contains(&name) {
            let hint = if name == "incidents" && shape.what == "a case" {
                ": each incident names its case"
            } else {
                ""
            };
            self.error_at(name, format!("is read-only{hint}"));
            return;
        }
        let known = shape.members.iter().chain(shape.extras).copied();
        let meant =
            if name.len() <= WORD_LENGTH { suggest::nearest(name, known) } else { Vec::new() };
        let pointer = Place::Member(&self.place, name).pointer();
        let issue = Issue::at(pointer, format!("is not a member of {}", shape.what));
        self.log.error(issue.suggesting(meant));
    }
}

/// Hands out the names `P1`, `P2`, … that a document has not used itself.
pub(super) struct Names<'a> {
    letter: char,
    used: Vec<&'a str>,
    last: usize,
}

impl<'a> Names<'a> {
    /// The names for the items of a list that have none.
    pub(super) fn of(object: &'a Object<'_>, list: &str, letter: char) -> Self {
        Self { letter, used: object.refs_in(list), last: 0 }
    }

    /// The name that an item has, or the next that is free.
    pub(super) fn name(&mut self, item: Option<&Object<'_>>) -> String {
        item.and_then(|item| item.line("ref")).unwrap_or_else(|| self.free())
    }

    fn free(&mut self) -> String {
        loop {
            self.last += 1;
            let name = format!("{}{}", self.letter, self.last);
            if !self.used.contains(&name.as_str()) {
                return name;
            }
        }
    }
}

/// A word that stands in for one that could not be read, so that the rest can still be checked. It
/// never leaves this module: what it stands in for has been noted as a problem.
pub(super) fn stand_in<T: FromStr>(word: &str) -> T {
    word.parse().ok().expect("a word that is known")
}
