//! What is wrong with a value, and where: all of it at once.

use serde::{Deserialize, Serialize};

/// One thing that is wrong, or that a person should look at, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// The place, as a JSON pointer (RFC 6901) into what was sent.
    pub pointer: String,
    /// What is wrong, in plain words.
    pub message: String,
    /// What was probably meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub did_you_mean: Vec<String>,
}

impl Issue {
    /// An issue without suggestions.
    pub fn at(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into(), did_you_mean: Vec::new() }
    }

    /// The same issue with suggestions.
    #[must_use]
    pub fn suggesting(mut self, did_you_mean: Vec<String>) -> Self {
        self.did_you_mean = did_you_mean;
        self
    }
}

/// A value that cannot be taken as it is; never without at least one issue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} of its members cannot be taken as they are", .0.len())]
pub struct Invalid(pub Vec<Issue>);

/// What validation finds: errors that refuse the value, and warnings that do not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// What must be mended.
    pub errors: Vec<Issue>,
    /// What should be looked at.
    pub warnings: Vec<Issue>,
}

impl Findings {
    /// Notes an error.
    pub fn error(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.errors.push(Issue::at(pointer, message));
    }

    /// Notes a warning.
    pub fn warning(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.warnings.push(Issue::at(pointer, message));
    }

    /// Notes an error unless the text is within a length in characters.
    pub fn limit(&mut self, pointer: &str, text: Option<&str>, limit: usize) {
        if text.is_some_and(|text| text.chars().count() > limit) {
            self.error(pointer, format!("longer than {limit} characters"));
        }
    }

    /// The warnings, or the errors if there are any.
    pub fn into_result(self) -> Result<Vec<Issue>, Invalid> {
        if self.errors.is_empty() { Ok(self.warnings) } else { Err(Invalid(self.errors)) }
    }
}
