//! A cursor over a JSON document that knows where it stands and notes what is wrong there.
//!
//! A place is a chain of borrowed steps on the stack; its pointer is written out only when there
//! is something to say about it.

use std::ops::RangeInclusive;

use amparo_domain::validation::Issue;
use serde_json::{Map, Value};

use super::log::Log;
use super::shape::Shape;

/// No list is longer.
pub(super) const LIST_LIMIT: usize = 1_000;
/// No list of codes or words is longer.
pub(super) const WORDS_LIMIT: usize = 100;
/// What is longer is no misspelt word, and comparing it would only cost time.
pub(super) const WORD_LENGTH: usize = 100;

/// Where a value stands.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// At the top.
    Root,
    /// In an object.
    Member(&'a Place<'a>, &'a str),
    /// In a list.
    Item(&'a Place<'a>, usize),
}

impl Place<'_> {
    /// The JSON pointer (RFC 6901).
    pub(super) fn pointer(self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Member(parent, name) => {
                let name = name.replace('~', "~0").replace('/', "~1");
                format!("{}/{name}", parent.pointer())
            }
            Self::Item(parent, position) => format!("{}/{position}", parent.pointer()),
        }
    }
}

/// A value that is not null, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) value: &'a Value,
    pub(super) place: Place<'a>,
    pub(super) log: &'a Log,
}

/// An object, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    pub(super) members: &'a Map<String, Value>,
    pub(super) place: Place<'a>,
    pub(super) log: &'a Log,
}

impl<'a> Node<'a> {
    /// Notes that the value here cannot be taken.
    pub(super) fn error(&self, message: impl Into<String>) {
        self.log.unread(Issue::at(self.place.pointer(), message));
    }

    /// Notes that the value here cannot be taken, and what was probably meant.
    pub(super) fn error_suggesting(&self, message: impl Into<String>, meant: Vec<String>) {
        let issue = Issue::at(self.place.pointer(), message);
        self.log.unread(issue.suggesting(meant));
    }

    /// Notes something to be looked at.
    pub(super) fn warning(&self, message: impl Into<String>) {
        self.log.warning(Issue::at(self.place.pointer(), message));
    }

    /// Notes that something else was expected here.
    pub(super) fn expected(&self, what: &str) {
        let found = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.error(format!("expected {what}, found {found}"));
    }

    /// The object that stands here.
    pub(super) fn object(self) -> Option<Object<'a>> {
        let Value::Object(members) = self.value else {
            self.expected("an object");
            return None;
        };
        let Self { place, log, .. } = self;
        Some(Object { members, place, log })
    }

    /// The object that stands here, with these members and no others.
    pub(super) fn shaped(self, shape: &Shape<'_>) -> Option<Object<'a>> {
        let object = self.object()?;
        object.only(shape);
        Some(object)
    }

    /// Whether there is nothing but white space.
    pub(super) fn is_blank(&self) -> bool {
        self.value.as_str().is_some_and(|text| text.trim().is_empty())
    }

    /// A whole number within a range.
    pub(super) fn whole(&self, range: RangeInclusive<u32>) -> Option<u32> {
        let Value::Number(number) = self.value else {
            self.expected("a number");
            return None;
        };
        // 4.0 is an integer to JSON Schema, and some writers know no other numbers.
        let float = number.as_f64().filter(|float| float.fract() == 0.0);
        let whole = match number.as_u64() {
            Some(whole) => u32::try_from(whole).ok(),
            None => float.and_then(|float| format!("{float:.0}").parse().ok()),
        };
        let whole = whole.filter(|whole| range.contains(whole));
        if whole.is_none() {
            let (first, last) = range.into_inner();
            self.error(format!("expected a whole number from {first} to {last}"));
        }
        whole
    }

    /// Reads each item of a list. `read` gives something for an item that cannot be read, too, where
    /// the places of the others count.
    pub(super) fn items<T>(
        &self,
        limit: usize,
        mut read: impl FnMut(Node<'_>) -> Option<T>,
    ) -> Vec<T> {
        let Value::Array(items) = self.value else {
            self.expected("a list");
            return Vec::new();
        };
        if items.len() > limit {
            self.error(format!("a list of {}: at most {limit} are taken", items.len()));
            return Vec::new();
        }
        let mut values = Vec::with_capacity(items.len());
        for (position, value) in items.iter().enumerate() {
            if self.log.is_full() {
                break;
            }
            values.extend(read(Node {
                value,
                place: Place::Item(&self.place, position),
                log: self.log,
            }));
        }
        values
    }
}

impl Object<'_> {
    /// A member that is there and not null.
    pub(super) fn get<'b>(&'b self, name: &'b str) -> Option<Node<'b>> {
        let value = self.members.get(name).filter(|value| !value.is_null())?;
        Some(Node { value, place: Place::Member(&self.place, name), log: self.log })
    }

    /// Whether a member is there and not null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(|value| !value.is_null())
    }

    /// Whether a member stands in the text at all, be it as null.
    pub(super) fn mentions(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// Notes a problem with the object as a whole.
    pub(super) fn error(&self, message: impl Into<String>) {
        self.log.error(Issue::at(self.place.pointer(), message));
    }

    /// Notes a problem with a member, be it there or not.
    pub(super) fn error_at(&self, name: &str, message: impl Into<String>) {
        let pointer = Place::Member(&self.place, name).pointer();
        self.log.error(Issue::at(pointer, message));
    }

    /// What was read from a member that has to be there; notes if it is not. What could not be read
    /// has been noted already.
    pub(super) fn require<T>(&self, name: &str, read: Option<T>, message: &str) -> Option<T> {
        if read.is_none() && self.get(name).is_none_or(|node| node.is_blank()) {
            self.error_at(name, message);
        }
        read
    }

    /// Whether a member is there and could not be read: what is missing then is not missing.
    pub(super) fn spoilt<T>(&self, name: &str, read: Option<&T>) -> bool {
        read.is_none() && self.get(name).is_some_and(|node| !node.is_blank())
    }

    /// `true` or `false`; what is not there is false.
    pub(super) fn flag(&self, name: &str) -> bool {
        let Some(node) = self.get(name) else {
            return false;
        };
        if !node.value.is_boolean() {
            node.expected("true or false");
        }
        node.value.as_bool().unwrap_or(false)
    }

    /// Reads each item of a list; what is not there is an empty list.
    pub(super) fn list<T>(
        &self,
        name: &str,
        limit: usize,
        read: impl FnMut(Node<'_>) -> Option<T>,
    ) -> Vec<T> {
        self.get(name).map_or_else(Vec::new, |node| node.items(limit, read))
    }

    /// The values of the `ref` of each item of a list.
    pub(super) fn refs_in<'b>(&'b self, name: &str) -> Vec<&'b str> {
        let items = self.members.get(name).and_then(Value::as_array);
        let items = items.map_or(&[][..], Vec::as_slice);
        items.iter().filter_map(|item| item.get("ref")?.as_str()).map(str::trim).collect()
    }
}
