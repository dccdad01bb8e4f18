//! What people in the records agreed to or refused, as data.

use crate::partial_date::PartialDate;
use crate::suggest;

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$of])* $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = Vec<String>;

            /// Else the codes that are near.
            fn from_str(text: &str) -> Result<Self, Vec<String>> {
                let found = Self::ALL.iter().copied().find(|known| known.code() == text);
                found.ok_or_else(|| suggest::nearest(text, Self::ALL.iter().map(|known| known.code())))
            }
        }
    };
}

codes! {
    /// What somebody was asked for.
    Purpose {
        /// To be shown by name.
        Naming = "naming",
        /// That what happened to them is told, without their name.
        Telling = "telling",
        /// That what is confidential is shared with other networks.
        Sharing = "sharing",
        /// To be reached again.
        Contact = "contact",
    }
}

codes! {
    /// What they said.
    Given {
        /// They agreed.
        Given = "given",
        /// They did not.
        Refused = "refused",
        /// They no longer agree.
        Withdrawn = "withdrawn",
    }
}

codes! {
    /// Who said so.
    By {
        /// The person.
        Person = "person",
        /// Their family.
        Family = "family",
        /// Their lawyer.
        Lawyer = "lawyer",
        /// Their organization.
        Organization = "organization",
    }
}

impl Purpose {
    /// Whether it is about being shown by name.
    pub const fn is_naming(self) -> bool {
        matches!(self, Self::Naming)
    }
}

/// What a person agreed to or refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// What for.
    pub purpose: Purpose,
    /// What they said.
    pub given: Given,
    /// Who said so.
    pub by: By,
    /// When.
    pub on: PartialDate,
    /// What else should be known; without names.
    pub note: Option<String>,
}
