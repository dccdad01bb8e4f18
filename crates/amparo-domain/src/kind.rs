//! The kinds of thing that have a number.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a number stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An act or a situation at a time and place.
    Incident,
    /// An observer group, a network, a state body.
    Organization,
    /// A person in the records.
    Person,
    /// An election that was or will be observed.
    Election,
    /// Incidents that belong together.
    Case,
    /// A text that a network published, citing records.
    Statement,
}

impl Kind {
    /// All kinds, in the order in which an import must write them.
    pub const ALL: [Self; 6] = [
        Self::Organization,
        Self::Person,
        Self::Election,
        Self::Case,
        Self::Incident,
        Self::Statement,
    ];

    /// The singular, as in tables and audit rows.
    pub const fn singular(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Organization => "organization",
            Self::Person => "person",
            Self::Election => "election",
            Self::Case => "case",
            Self::Statement => "statement",
        }
    }

    /// The plural, as in paths.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Incident => "incidents",
            Self::Organization => "organizations",
            Self::Person => "people",
            Self::Election => "elections",
            Self::Case => "cases",
            Self::Statement => "statements",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.singular())
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.singular() == text).ok_or(())
    }
}
