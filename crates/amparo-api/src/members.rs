//! The members of a small JSON body: each known, each of its type, all problems at once.

use amparo_domain::access::{Role, Roles};
use amparo_domain::number::Number;
use amparo_domain::suggest;
use amparo_domain::validation::{Invalid, Issue};
use serde_json::{Map, Value};

use crate::problem::ApiError;

/// The members of a body that were not read yet.
pub(crate) struct Members {
    sent: Map<String, Value>,
    known: Vec<&'static str>,
    issues: Vec<Issue>,
}

impl Members {
    /// The members of a body, which is an object.
    pub(crate) fn of(body: Value) -> Result<Self, ApiError> {
        match body {
            Value::Object(members) => {
                Ok(Self { sent: members, known: Vec::new(), issues: Vec::new() })
            }
            _ => Err(Invalid(vec![Issue::at("", "expected an object")]).into()),
        }
    }

    /// The same, where nothing at all may be sent as well.
    pub(crate) fn of_any(body: Value) -> Result<Self, ApiError> {
        Self::of(if body.is_null() { Value::Object(Map::new()) } else { body })
    }

    /// Notes something that is wrong with a member.
    pub(crate) fn refuse(&mut self, key: &str, message: impl Into<String>) {
        self.issues.push(Issue::at(format!("/{key}"), message));
    }

    /// A text of at most so many characters.
    pub(crate) fn text(&mut self, key: &'static str, longest: usize) -> Option<String> {
        match self.take(key)? {
            Value::String(text) if text.chars().count() > longest => {
                self.refuse(key, format!("longer than {longest} characters"));
                None
            }
            Value::String(text) if text.contains('\0') => {
                self.refuse(key, "holds a control character, U+0000");
                None
            }
            Value::String(text) => Some(text),
            _ => {
                self.refuse(key, "expected a text");
                None
            }
        }
    }

    /// The same, which must be there.
    pub(crate) fn needed(&mut self, key: &'static str, longest: usize) -> String {
        let there = self.sent.get(key).is_some_and(|value| !value.is_null());
        let text = self.text(key, longest);
        if !there {
            self.refuse(key, "is needed");
        }
        text.unwrap_or_default()
    }

    /// A text that says something, without the spaces around it.
    pub(crate) fn said(&mut self, key: &'static str, longest: usize) -> Option<String> {
        let text = self.text(key, longest)?;
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// One of a few codes.
    pub(crate) fn one_of<T: Copy>(
        &mut self,
        key: &'static str,
        all: &[T],
        code: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let text = self.text(key, 100)?;
        let found = all.iter().copied().find(|value| code(*value) == text);
        if found.is_none() {
            let codes: Vec<&str> = all.iter().map(|value| code(*value)).collect();
            let near = suggest::nearest(&text, codes.iter().copied());
            let message = format!("is one of {}", codes.join(", "));
            self.issues.push(Issue::at(format!("/{key}"), message).suggesting(near));
        }
        found
    }

    /// The same, which must be there.
    pub(crate) fn one_needed<T: Copy>(
        &mut self,
        key: &'static str,
        all: &[T],
        code: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        if self.sent.get(key).is_none_or(Value::is_null) {
            self.refuse(key, "is needed");
        }
        self.one_of(key, all, code)
    }

    /// Numbers of records, so many at most.
    pub(crate) fn numbers(&mut self, key: &'static str, most: usize) -> Option<Vec<Number>> {
        let Value::Array(items) = self.take(key)? else {
            self.refuse(key, "expected a list of numbers");
            return None;
        };
        if items.is_empty() || items.len() > most {
            self.refuse(key, format!("a list of 1 to {most} numbers, not of {}", items.len()));
        }
        let mut numbers = Vec::new();
        for (nth, item) in items.iter().take(most).enumerate() {
            match item.as_str().unwrap_or("").parse::<Number>() {
                Ok(number) => numbers.push(number),
                Err(error) => {
                    self.issues.push(Issue::at(format!("/{key}/{nth}"), error.to_string()));
                }
            }
        }
        Some(numbers)
    }

    /// Whether a member says true.
    pub(crate) fn flag(&mut self, key: &'static str) -> bool {
        match self.take(key) {
            None => false,
            Some(Value::Bool(flag)) => flag,
            Some(_) => {
                self.refuse(key, "is true or false");
                false
            }
        }
    }

    /// A member of whatever shape, to be read elsewhere.
    pub(crate) fn value(&mut self, key: &'static str) -> Option<Value> {
        self.take(key)
    }

    /// Notes something that is wrong somewhere in a member, with what was probably meant.
    pub(crate) fn note(&mut self, issue: Issue) {
        self.issues.push(issue);
    }

    /// Whether a member is sent as null, which takes away what is there.
    pub(crate) fn is_null(&self, key: &str) -> bool {
        self.sent.get(key).is_some_and(Value::is_null)
    }

    /// A whole number within bounds.
    pub(crate) fn count(
        &mut self,
        key: &'static str,
        bounds: std::ops::RangeInclusive<i32>,
    ) -> Option<i32> {
        let value = self.take(key)?;
        let count = value.as_i64().and_then(|count| i32::try_from(count).ok());
        let count = count.filter(|count| bounds.contains(count));
        if count.is_none() {
            let message = format!("is a whole number from {} to {}", bounds.start(), bounds.end());
            self.refuse(key, message);
        }
        count
    }

    /// One role at least.
    pub(crate) fn roles(&mut self, key: &'static str) -> Roles {
        let Some(Value::Array(items)) = self.take(key) else {
            self.refuse(key, "expected a list of roles");
            return Roles::default();
        };
        let mut roles = Vec::new();
        for (nth, item) in items.iter().enumerate() {
            match item.as_str().unwrap_or("").parse::<Role>() {
                Ok(role) => roles.push(role),
                Err(message) => self.issues.push(Issue::at(format!("/{key}/{nth}"), message)),
            }
        }
        if items.is_empty() {
            self.refuse(key, "expected one role at least");
        }
        roles.into_iter().collect()
    }

    /// Whether everything was read and can be taken.
    pub(crate) fn finish(mut self) -> Result<(), Invalid> {
        for member in self.sent.keys() {
            let near = suggest::nearest(member, self.known.iter().copied());
            self.issues.push(Issue::at(format!("/{member}"), "is not known here").suggesting(near));
        }
        if self.issues.is_empty() { Ok(()) } else { Err(Invalid(self.issues)) }
    }

    fn take(&mut self, key: &'static str) -> Option<Value> {
        self.known.push(key);
        self.sent.remove(key).filter(|value| !value.is_null())
    }
}
