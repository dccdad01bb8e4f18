//! What is asked and what is said.

use amparo_domain::filter::Named;
use amparo_domain::number::Number;
use amparo_domain::vocabulary::Endorsing;
use chrono::{DateTime, Utc};

use crate::records::{Record, Shown};

/// An organization as it is told of beside something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedOrganization {
    /// Its number.
    pub number: Number,
    /// Its short name in addresses.
    pub slug: Option<String>,
    /// Its name; none if the caller may not see it.
    pub name: Option<String>,
    /// Its acronym.
    pub acronym: Option<String>,
}

/// What is to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEndorsement {
    /// The organization that is asked.
    pub organization: Named,
    /// The network whose members may answer for it with their own account.
    pub network: Option<String>,
}

/// A request to endorse a statement, and what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endorsement {
    /// Its id.
    pub id: i64,
    /// The statement.
    pub statement: Number,
    /// The organization that was asked.
    pub organization: NamedOrganization,
    /// The network whose members may answer.
    pub network: Option<String>,
    /// The revision that was asked about.
    pub revision: i32,
    /// The first version that says the same in words, if one does.
    pub version: Option<i32>,
    /// Whether the latest revision still does.
    pub is_current: bool,
    /// Whether the organization is among those that the latest version names.
    pub is_endorser: bool,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// By whom.
    pub asked_by: i64,
    /// Until when the code holds.
    pub expires_at: DateTime<Utc>,
    /// What was said.
    pub answer: Option<Answered>,
}

/// What an organization said.
#[derive(Clone, PartialEq, Eq)]
pub struct Answered {
    /// What.
    pub answer: Endorsing,
    /// When.
    pub at: DateTime<Utc>,
    /// By which account; none if with the code.
    pub by: Option<i64>,
    /// Who signed.
    pub name: Option<String>,
    /// What they are there.
    pub role: Option<String>,
    /// What they would have otherwise.
    pub text: Option<String>,
}

/// What somebody says for an organization.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAnswer {
    /// What.
    pub answer: Endorsing,
    /// Who signs.
    pub name: String,
    /// What they are there.
    pub role: String,
    /// What they would have otherwise.
    pub text: Option<String>,
}

/// What is asked of an organization: to endorse these words.
#[derive(Debug, Clone)]
pub struct AskedToEndorse {
    /// The request.
    pub request: Endorsement,
    /// The statement as the public would see it.
    pub shown: Shown<Record>,
}

/// A request that was just made, with the one chance to read its code.
#[derive(Clone)]
pub struct MadeEndorsement {
    /// The request.
    pub request: Endorsement,
    /// The code; none if it was made by a network's own answer.
    pub code: String,
}

// Who signed, what they said and by what they are let in stay out of whatever is printed.
macro_rules! says_nothing {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}

says_nothing!(Answered, NewAnswer, MadeEndorsement);
