//! Pages of a list, by key and not by count: page ten thousand costs what page one costs.

use chrono::NaiveDate;

use crate::number::Number;

/// The most items a page may have.
pub const LIMIT_MAX: u16 = 200;
/// The items a page has when nobody says.
pub const LIMIT_DEFAULT: u16 = 50;

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// The place after which it starts.
    pub after: Option<Cursor>,
    /// How many items, from 1 to [`LIMIT_MAX`].
    pub limit: u16,
    /// Whether the total is asked for.
    pub total: bool,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { after: None, limit: LIMIT_DEFAULT, total: false }
    }
}

/// A place in a sorted list: the sort key of the last item and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// What the list is sorted by.
    pub sort: Sort,
    /// The key of the last item in that order.
    pub key: SortKey,
    /// Its number, which decides between equal keys.
    pub number: Number,
}

/// A sort key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey {
    /// A day.
    Day(NaiveDate),
    /// Microseconds since 1970, or a small number.
    Integer(i64),
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sort {
    /// By date, the latest first.
    #[default]
    OccurredDescending,
    /// By date, the earliest first.
    OccurredAscending,
    /// By the last public change, the latest first.
    ChangedDescending,
    /// By severity, the gravest first.
    SeverityDescending,
    /// Those whose title has the words first, then by date, the latest first.
    Relevance,
}

impl Sort {
    /// All orders.
    pub const ALL: [Self; 5] = [
        Self::OccurredDescending,
        Self::OccurredAscending,
        Self::ChangedDescending,
        Self::SeverityDescending,
        Self::Relevance,
    ];

    /// The word on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OccurredDescending => "-occurred",
            Self::OccurredAscending => "occurred",
            Self::ChangedDescending => "-last_changed",
            Self::SeverityDescending => "-severity",
            Self::Relevance => "relevance",
        }
    }
}

/// A page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// Its items.
    pub items: Vec<T>,
    /// The place after its last item, if more follow.
    pub next: Option<Cursor>,
    /// How many there are in all, if that was asked for.
    pub total: Option<u64>,
}
