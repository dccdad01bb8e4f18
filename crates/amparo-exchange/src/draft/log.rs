//! What was found while reading, kept until the end so that all of it can be told at once.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use amparo_domain::validation::{Findings, Invalid, Issue};
use serde_json::Value;

use super::cursor::Place;

/// More problems than this help nobody, and a hostile document must not make us list a million.
pub(super) const ERROR_LIMIT: usize = 200;

/// The problems and warnings of one document.
#[derive(Default)]
pub(super) struct Log {
    errors: RefCell<Vec<Issue>>,
    unread: RefCell<HashSet<String>>,
    warnings: RefCell<Vec<Issue>>,
    overflown: Cell<bool>,
}

impl Log {
    /// Notes a problem.
    pub(super) fn error(&self, issue: Issue) {
        let mut errors = self.errors.borrow_mut();
        if errors.len() < ERROR_LIMIT {
            errors.push(issue);
        } else {
            self.overflown.set(true);
        }
    }

    /// Notes that a value could not be read, so that nothing is known of what it holds.
    pub(super) fn unread(&self, issue: Issue) {
        self.unread.borrow_mut().insert(issue.pointer.clone());
        self.error(issue);
    }

    /// Notes something to be looked at.
    pub(super) fn warning(&self, issue: Issue) {
        let mut warnings = self.warnings.borrow_mut();
        if warnings.len() < ERROR_LIMIT {
            warnings.push(issue);
        }
    }

    /// Whether there are so many problems that looking for more is pointless.
    pub(super) fn is_full(&self) -> bool {
        self.overflown.get()
    }

    /// Adds what the domain finds in a value that was read at a place, but for what only follows
    /// from a problem that is known already. `sent` tells the domain's pointers in terms of what
    /// was sent.
    pub(super) fn absorb(
        &self,
        place: Place<'_>,
        findings: Findings,
        sent: impl Fn(String) -> String,
    ) {
        let Findings { errors, warnings } = findings;
        if errors.is_empty() && warnings.is_empty() {
            return;
        }
        let prefix = place.pointer();
        let moved =
            |issue: Issue| Issue { pointer: format!("{prefix}{}", sent(issue.pointer)), ..issue };
        for warning in warnings {
            self.warning(moved(warning));
        }
        let known: HashSet<String> = {
            let errors = self.errors.borrow();
            errors.iter().map(|issue| issue.pointer.clone()).collect()
        };
        let errors: Vec<Issue> = errors.into_iter().map(moved).collect();
        let mut refs = errors.iter().map(|error| &error.pointer).chain(&known);
        let names_are_known = !refs.any(|pointer| pointer.ends_with("/ref"))
            && !self.unread.borrow().iter().any(|pointer| is_named_list_or_item(pointer));
        for error in errors {
            let dangles = error.message.contains("names no");
            let explained = self.explains(&error.pointer, &known) || (dangles && !names_are_known);
            if !explained {
                self.error(error);
            }
        }
    }

    /// Whether what the domain finds at a place is explained by a problem known there, by a value
    /// around it that could not be read, or, for a list found too short and an id found twice, by a
    /// problem below it.
    fn explains(&self, pointer: &str, known: &HashSet<String>) -> bool {
        let unread = self.unread.borrow();
        let around = pointer.match_indices('/').map(|(at, _)| &pointer[..at]);
        let below = |other: &String| {
            let rest = other.strip_prefix(pointer);
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        known.contains(pointer)
            || around.into_iter().any(|place| unread.contains(place))
            || ((pointer == "/types" || pointer.starts_with("/external_ids/"))
                && known.iter().any(below))
    }

    /// The warnings, or all problems, in the order in which their places stand in the document.
    pub(super) fn into_result(self, document: &Value) -> Result<Vec<Issue>, Invalid> {
        let errors = self.errors.into_inner();
        if errors.is_empty() {
            return Ok(in_order(self.warnings.into_inner(), document));
        }
        let mut errors = in_order(errors, document);
        if self.overflown.get() {
            let message = format!("there are more problems than the {ERROR_LIMIT} listed here");
            errors.push(Issue::at("", message));
        }
        Err(Invalid(errors))
    }
}

/// Whether a place is one of the lists whose items have names, or such an item. Where it could not be
/// read, a name that leads nowhere may only follow from that.
fn is_named_list_or_item(pointer: &str) -> bool {
    let mut steps = pointer.split('/').skip(1);
    matches!(steps.next(), Some("people" | "events" | "sources")) && steps.nth(1).is_none()
}

fn in_order(issues: Vec<Issue>, document: &Value) -> Vec<Issue> {
    let mut placed: Vec<(Vec<usize>, Issue)> = issues
        .into_iter()
        .map(|mut issue| {
            let (order, end) = walk(document, &issue.pointer);
            issue.pointer.truncate(end);
            (order, issue)
        })
        .collect();
    placed.sort_by(|a, b| a.0.cmp(&b.0));
    let mut seen = HashSet::new();
    placed
        .into_iter()
        .filter(|(_, issue)| seen.insert((issue.pointer.clone(), issue.message.clone())))
        .map(|(_, issue)| issue)
        .collect()
}

/// Where a pointer leads: its steps as positions, what is missing coming last; and how much of it
/// fits the document, since `/links/0/url` is `/links/0` where the link was sent as a bare text.
fn walk(document: &Value, pointer: &str) -> (Vec<usize>, usize) {
    let mut order = Vec::new();
    let mut here = Some(document);
    let mut end = 0;
    for step in pointer.split('/').skip(1) {
        let (position, next) = match here {
            Some(Value::Object(members)) => {
                let name = step.replace("~1", "/").replace("~0", "~");
                let position = members.keys().position(|key| *key == name);
                (position, members.get(&name))
            }
            Some(Value::Array(items)) => {
                let position = step.parse().ok();
                (position, position.and_then(|at: usize| items.get(at)))
            }
            Some(Value::Null) | None => (None, None),
            Some(_) => break,
        };
        order.push(position.unwrap_or(usize::MAX));
        here = next;
        end += 1 + step.len();
    }
    (order, end)
}
