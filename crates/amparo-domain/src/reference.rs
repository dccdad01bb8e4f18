//! References between records, before and after they are resolved.

use serde::{Deserialize, Serialize};

use crate::facts::Facts;
use crate::kind::Kind;
use crate::number::Number;

/// How a writer names another record.
#[derive(Debug, Clone, PartialEq)]
pub enum Reference {
    /// By its number.
    Number(Number),
    /// By its slug.
    Slug(String),
    /// By the id it has elsewhere.
    External(ExternalId),
    /// By what it is: links to the one exact match the writer can see, else creates it.
    Described(Box<Facts<Reference>>),
}

/// The system of the ids of incidents that a program found in the text of a statement, for a person to look at.
pub const CANDIDATES: &str = "statement-candidate";

/// The id something has in another system, unique per network and system.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExternalId {
    /// The system, `gndem-table-2024`.
    pub system: String,
    /// The id there.
    pub id: String,
}

/// One reference of a record to another, and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// A person in an incident or a statement.
    Person,
    /// An organization in an incident.
    Organization,
    /// The organization of a person in an incident.
    Affiliation,
    /// The election an incident is about.
    Election,
    /// The case an incident belongs to.
    Case,
    /// Another incident.
    Related,
    /// The network an organization is a member of.
    Membership,
    /// Who issued a statement.
    Issuer,
    /// Who endorsed a statement.
    Endorser,
    /// The incident a statement cites.
    Cites,
}

impl Relation {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organization => "organization",
            Self::Affiliation => "affiliation",
            Self::Election => "election",
            Self::Case => "case",
            Self::Related => "related",
            Self::Membership => "membership",
            Self::Issuer => "issuer",
            Self::Endorser => "endorser",
            Self::Cites => "cites",
        }
    }

    /// Where the nth reference of this relation stands, as a JSON pointer into the record.
    pub fn pointer(self, from: Kind, nth: usize) -> String {
        match self {
            Self::Person => format!("/people/{nth}/person"),
            Self::Affiliation if from == Kind::Person => {
                format!("/affiliations/{nth}/organization")
            }
            Self::Affiliation => format!("/people/{nth}/organization"),
            Self::Organization => format!("/organizations/{nth}"),
            Self::Election => "/election".to_owned(),
            Self::Case => "/case".to_owned(),
            Self::Related => format!("/related/{nth}"),
            Self::Membership => format!("/networks/{nth}/network"),
            Self::Issuer => "/issuer".to_owned(),
            Self::Endorser => format!("/endorsers/{nth}"),
            Self::Cites => format!("/incidents/{nth}"),
        }
    }

    /// The kind of record it leads to.
    pub const fn target(self) -> Kind {
        match self {
            Self::Person => Kind::Person,
            Self::Election => Kind::Election,
            Self::Case => Kind::Case,
            Self::Related | Self::Cites => Kind::Incident,
            Self::Organization
            | Self::Affiliation
            | Self::Membership
            | Self::Issuer
            | Self::Endorser => Kind::Organization,
        }
    }
}
