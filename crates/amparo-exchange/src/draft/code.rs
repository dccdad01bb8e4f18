//! Codes of the controlled lists.

use std::borrow::Cow;

use amparo_domain::incident::{DatePart, RelatedBy};
use amparo_domain::statement::Annex;
use amparo_domain::suggest;
use amparo_domain::tier::Tier;
use amparo_domain::vocabulary::{
    ActorType, AffiliationRole, Certainty, CustodyStatus, Display, ElectionType, EventKind, Grade,
    GradeBasis, IncidentType, LocationPrecision, OrganizationKind, Role, SourceType, State,
    StatementKind,
};

use super::cursor::{Node, Object, WORD_LENGTH};

/// Something that is written as a code.
pub(super) trait Code: Sized {
    /// Reads it, or tells what was probably meant.
    fn read(code: &str) -> Result<Self, Vec<String>>;
    /// What is said of a code that is none.
    fn unknown() -> String;
}

macro_rules! listed {
    ($($name:ident = $list:expr;)*) => {$(
        impl Code for $name {
            fn read(code: &str) -> Result<Self, Vec<String>> {
                code.parse().map_err(|unknown: amparo_domain::vocabulary::UnknownTerm| {
                    unknown.did_you_mean
                })
            }

            fn unknown() -> String {
                let list: &str = $list;
                let noun = list.replace('_', " ");
                format!("is not a known {noun}; see /api/v1/vocabulary/{list}")
            }
        }
    )*};
}

listed! {
    ActorType = Self::LIST;
    AffiliationRole = Self::LIST;
    Certainty = Self::LIST;
    CustodyStatus = Self::LIST;
    Display = "display";
    ElectionType = Self::LIST;
    EventKind = Self::LIST;
    Grade = Self::LIST;
    GradeBasis = Self::LIST;
    IncidentType = Self::LIST;
    LocationPrecision = Self::LIST;
    OrganizationKind = Self::LIST;
    Role = Self::LIST;
    SourceType = Self::LIST;
    State = "state";
    StatementKind = Self::LIST;
}

impl Code for RelatedBy {
    fn read(code: &str) -> Result<Self, Vec<String>> {
        let found = Self::ALL.into_iter().find(|known| known.code() == code);
        found.ok_or_else(|| suggest::nearest(code, Self::ALL.map(Self::code)))
    }

    fn unknown() -> String {
        format!("is not a known relation: one of {}", Self::ALL.map(Self::code).join(", "))
    }
}

impl Code for Tier {
    fn read(code: &str) -> Result<Self, Vec<String>> {
        let found = Self::ALL.into_iter().find(|known| known.code() == code);
        found.ok_or_else(|| suggest::nearest(code, Self::ALL.map(Self::code)))
    }

    fn unknown() -> String {
        format!("is not a tier: one of {}", Self::ALL.map(Self::code).join(", "))
    }
}

impl Code for Annex {
    fn read(code: &str) -> Result<Self, Vec<String>> {
        let found = Self::ALL.into_iter().find(|known| known.code() == code);
        found.ok_or_else(|| suggest::nearest(code, Self::ALL.map(Self::code)))
    }

    fn unknown() -> String {
        format!("is one of {}", Self::ALL.map(Self::code).join(", "))
    }
}

impl Code for DatePart {
    fn read(code: &str) -> Result<Self, Vec<String>> {
        match code {
            "year" => Ok(Self::Year),
            "month" => Ok(Self::Month),
            "day" => Ok(Self::Day),
            _ => Err(suggest::nearest(code, ["year", "month", "day"])),
        }
    }

    fn unknown() -> String {
        "is not a part of a date: one of year, month, day".to_owned()
    }
}

/// The code as the lists write it, whatever its case and hyphens.
pub(super) fn canonical(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_uppercase() || b == b'-') {
        Cow::Owned(text.to_ascii_lowercase().replace('-', "_"))
    } else {
        Cow::Borrowed(text)
    }
}

impl Node<'_> {
    /// A code of a list.
    pub(super) fn code<T: Code>(&self) -> Option<T> {
        let text = self.str()?;
        if text.len() > WORD_LENGTH {
            self.error(T::unknown());
            return None;
        }
        T::read(&canonical(text)).map_err(|meant| self.error_suggesting(T::unknown(), meant)).ok()
    }

    /// Notes an item of a list that stands in it already.
    pub(super) fn twice<T: PartialEq>(&self, item: &T, before: &[T]) {
        if before.contains(item) {
            self.error("stands here twice");
        }
    }
}

impl Object<'_> {
    /// A code of a list.
    pub(super) fn code<T: Code>(&self, name: &str) -> Option<T> {
        self.get(name)?.code()
    }
}
