//! What somebody without an account asks of those who hold the register.

use crate::suggest;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntakeKind {
    /// A name, or more, has to go because somebody is in danger.
    TakeDown,
    /// Something in a record is wrong.
    Correction,
    /// Those whom a record names want to answer it.
    Reply,
    /// Something happened that the register does not hold.
    Report,
}

impl IntakeKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::TakeDown, Self::Correction, Self::Reply, Self::Report];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TakeDown => "take_down",
            Self::Correction => "correction",
            Self::Reply => "reply",
            Self::Report => "report",
        }
    }

    /// What is looked at first has the smallest.
    pub const fn rank(self) -> i32 {
        match self {
            Self::TakeDown => 0,
            Self::Correction | Self::Reply | Self::Report => 1,
        }
    }
}

/// A kind that there is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is take_down, correction, reply or report")]
pub struct UnknownKind {
    /// Kinds that are near.
    pub did_you_mean: Vec<String>,
}

impl std::str::FromStr for IntakeKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.code() == text).ok_or_else(|| UnknownKind {
            did_you_mean: suggest::nearest(text, Self::ALL.iter().map(|kind| kind.code())),
        })
    }
}
