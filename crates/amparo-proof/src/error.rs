//! Why something is not taken for proven, and where.

/// What does not hold, with its place, in words for who checks a citation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {why}")]
pub struct Refused {
    /// Which part it is of: `leaf`, `disclosure 3`, `checkpoint`.
    pub place: String,
    /// What does not hold.
    pub why: String,
}

impl Refused {
    /// A refusal at a place.
    pub fn at(place: impl Into<String>, why: impl Into<String>) -> Self {
        Self { place: place.into(), why: why.into() }
    }
}

/// Why a file is not a proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It is no bundle at all: something else was given, or half a file.
    #[error("this is not a citation bundle: {0}")]
    Unreadable(Refused),
    /// It is a bundle, and it does not prove what it says.
    #[error("not proven: {0}")]
    NotProven(#[from] Refused),
}
