//! The field's controlled terms, with labels in six languages and crosswalks to other vocabularies.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::language::{Labels, Language};
use crate::suggest;

/// A list of terms.
#[derive(Debug, Deserialize)]
pub struct List {
    /// What the list is, in six languages.
    pub title: Labels,
    /// Its terms, in the order in which they are shown.
    pub terms: Vec<Term>,
}

/// A term of a list.
#[derive(Debug, Deserialize)]
pub struct Term {
    /// The stable code.
    pub code: String,
    /// The label in six languages.
    pub labels: Labels,
    /// The rule by which it is used.
    #[serde(default)]
    pub note: Option<String>,
    /// The wider term it belongs to.
    #[serde(default)]
    pub group: Option<String>,
    /// Codes of other vocabularies, by scheme.
    #[serde(default)]
    pub crosswalk: BTreeMap<String, Vec<String>>,
    /// For event kinds: the custody status the person is in after it.
    #[serde(default)]
    pub custody: Option<String>,
    /// For event kinds: the charge status after it.
    #[serde(default)]
    pub charge: Option<String>,
    /// For event kinds: whether it confirms that the custody still held that day.
    #[serde(default)]
    pub confirms: bool,
}

/// A code that a list does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not a term of the list {list}")]
pub struct UnknownTerm {
    /// The list that was asked.
    pub list: &'static str,
    /// Codes that are near.
    pub did_you_mean: Vec<String>,
}

static LISTS: LazyLock<BTreeMap<String, List>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../data/vocabulary.json"))
        .expect("vocabulary.json is checked")
});

static TERMS: LazyLock<HashMap<(&'static str, &'static str), &'static Term>> =
    LazyLock::new(|| {
        let lists = LISTS.iter();
        lists
            .flat_map(|(name, list)| {
                list.terms.iter().map(move |term| ((name.as_str(), term.code.as_str()), term))
            })
            .collect()
    });

/// The version of the vocabulary as a whole; it changes when a term is added or changed.
pub const VERSION: &str = "2026-11";

/// All lists, by name.
pub fn lists() -> impl Iterator<Item = (&'static str, &'static List)> {
    LISTS.iter().map(|(name, list)| (name.as_str(), list))
}

/// One list.
pub fn list(name: &str) -> Option<&'static List> {
    LISTS.get(name)
}

/// One term of a list.
pub fn term(list: &'static str, code: &str) -> Result<&'static Term, UnknownTerm> {
    // The code outlives the look-up only as a key of the map, so its lifetime may be shortened.
    let found: Option<&&'static Term> = TERMS.get(&(list, code));
    found.copied().ok_or_else(|| UnknownTerm { list, did_you_mean: near(list, code) })
}

fn near(list: &str, code: &str) -> Vec<String> {
    LISTS.get(list).map_or_else(Vec::new, |list| {
        suggest::nearest(code, list.terms.iter().map(|term| term.code.as_str()))
    })
}

macro_rules! controlled {
    ($($(#[$doc:meta])* $name:ident = $list:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(&'static str);

        impl $name {
            /// The list this is a term of.
            pub const LIST: &'static str = $list;

            /// The stable code.
            pub const fn code(self) -> &'static str {
                self.0
            }

            /// The whole entry.
            pub fn term(self) -> &'static Term {
                TERMS[&(Self::LIST, self.0)]
            }

            /// The label in a language.
            pub fn label(self, language: Language) -> &'static str {
                self.term().labels.in_language(language)
            }
        }

        impl FromStr for $name {
            type Err = UnknownTerm;

            fn from_str(code: &str) -> Result<Self, UnknownTerm> {
                term(Self::LIST, code).map(|term| Self(&term.code))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                code.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

controlled! {
    /// What was done: `detention`, `harassment`, ….
    IncidentType = "incident_type";
    /// The part a person or an organization has in an incident.
    Role = "role";
    /// Who is said to have done it.
    ActorType = "actor_type";
    /// How far an attribution is borne out.
    Certainty = "certainty";
    /// What happened at a step of an incident's timeline.
    EventKind = "event_kind";
    /// A person's custody.
    CustodyStatus = "custody_status";
    /// A person's charge.
    ChargeStatus = "charge_status";
    /// How exactly a place is known.
    LocationPrecision = "location_precision";
    /// What an organization is.
    OrganizationKind = "organization_kind";
    /// What is elected.
    ElectionType = "election_type";
    /// What a statement is.
    StatementKind = "statement_kind";
    /// How far a record is borne out: never confirmed by default.
    Grade = "grade";
    /// What a grade rests on.
    GradeBasis = "grade_basis";
    /// What kind of publication a source is.
    SourceType = "source_type";
    /// How a person belongs to an organization.
    AffiliationRole = "affiliation";
    /// The class of the reason for which a record was withdrawn: what everybody is told of it.
    WithdrawalClass = "withdrawal_class";
    /// What kind of appeal or démarche it is.
    InterventionType = "intervention_type";
    /// What an answer comes to.
    ReplyType = "response";
}

macro_rules! closed {
    ($(#[$doc:meta])* $name:ident($what:literal) { $($(#[$vdoc:meta])* $variant:ident = $code:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }
        }

        impl FromStr for $name {
            type Err = UnknownTerm;

            fn from_str(code: &str) -> Result<Self, UnknownTerm> {
                Self::ALL.iter().copied().find(|known| known.code() == code).ok_or_else(|| {
                    let known = Self::ALL.iter().map(|known| known.code());
                    UnknownTerm { list: $what, did_you_mean: suggest::nearest(code, known) }
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

closed! {
    /// Where a record is on its way to the public.
    State("state") {
        /// Being written.
        Draft = "draft",
        /// Handed in for review.
        Submitted = "submitted",
        /// Being looked at.
        InReview = "in_review",
        /// Public, as its latest version.
        Published = "published",
        /// Taken back; it stays citable as a tombstone.
        Withdrawn = "withdrawn",
        /// The same as another record, which holds its claims now.
        Merged = "merged",
        /// Refused.
        Declined = "declined",
    }
}

closed! {
    /// How a person appears to readers.
    Display("display") {
        /// By role only: the default.
        Role = "role",
        /// By name, for a stated reason.
        Name = "name",
        /// Not at all.
        Withheld = "withheld",
    }
}

closed! {
    /// What an organization says that was asked to endorse a statement.
    Endorsing("endorsing") {
        /// It stands behind this text.
        Endorsed = "endorsed",
        /// It does not.
        Declined = "declined",
        /// It would have it otherwise.
        ChangeSuggested = "change_suggested",
    }
}

closed! {
    /// What an entry in the ledger of responses tells.
    ResponseKind("response_kind") {
        /// What was asked of an authority or a body.
        Appeal = "appeal",
        /// A step taken with an authority that is not public as such.
        Demarche = "demarche",
        /// What was answered.
        Reply = "reply",
        /// What changed since.
        Effect = "effect",
    }
}

impl Default for WithdrawalClass {
    fn default() -> Self {
        Self("unspecified")
    }
}

impl Default for Grade {
    fn default() -> Self {
        Self("reported")
    }
}
