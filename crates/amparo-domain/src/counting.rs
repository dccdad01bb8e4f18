//! What incidents are counted by, and what is counted of them.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::LazyLock;

use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;

use crate::incident::IncidentFacts;
use crate::language::{Labels, Language};
use crate::partial_date::PartialDate;
use crate::period::Period;
use crate::suggest;

/// How many groups a count may have at once.
pub const GROUPS_MAX: usize = 3;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident($what:literal, $texts:ident) { $($(#[$vdoc:meta])* $variant:ident = $code:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable code, which is also the name of the column.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(code: &str) -> Result<Self, UnknownWord> {
                let known = || Self::ALL.iter().map(|known| known.code());
                Self::ALL.iter().copied().find(|known| known.code() == code).ok_or_else(|| {
                    UnknownWord {
                        message: format!("is one of {}", known().collect::<Vec<_>>().join(", ")),
                        did_you_mean: suggest::nearest(code, known()),
                    }
                })
            }
        }
    };
}

/// A word that is not known where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct UnknownWord {
    /// What is known.
    pub message: String,
    /// What was probably meant.
    pub did_you_mean: Vec<String>,
}

words! {
    /// What incidents are counted by.
    Group("group", group) {
        /// The country.
        Country = "country",
        /// The region in which networks of observers group the country.
        Region = "region",
        /// The network that logged it.
        Network = "network",
        /// The month in which it lies as a whole.
        Month = "month",
        /// The quarter in which it lies as a whole.
        Quarter = "quarter",
        /// The year in which it lies as a whole.
        Year = "year",
        /// What was done; an incident can have several.
        Type = "type",
        /// How far it is borne out.
        Grade = "grade",
        /// Who is said to have done it; an incident can have several.
        Actor = "actor",
        /// The election it is about.
        Election = "election",
        /// When, as seen from the election.
        Phase = "phase",
        /// The organizations in it; an incident can have several.
        Organization = "organization",
        /// The custody of people in it today; an incident can have several.
        Custody = "custody",
        /// How grave it is.
        Severity = "severity",
    }
}

words! {
    /// What is counted of incidents.
    Measure("measure", measure) {
        /// The incidents.
        Incidents = "incidents",
        /// Pairs of an affected person with a record and an incident.
        People = "people",
        /// The same and at least so many others.
        PeopleMin = "people_min",
        /// The same and at most so many others, where that is known.
        PeopleMax = "people_max",
        /// Pairs of an organization and an incident.
        Organizations = "organizations",
        /// Steps of timelines.
        Events = "events",
        /// Days of custody up to today.
        CustodyDays = "custody_days",
    }
}

/// A stretch of the calendar that time is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A month.
    Month,
    /// Three of them.
    Quarter,
    /// Twelve.
    Year,
}

impl Group {
    /// The stretch of time it is, if it is one.
    pub const fn unit(self) -> Option<Unit> {
        match self {
            Self::Month => Some(Unit::Month),
            Self::Quarter => Some(Unit::Quarter),
            Self::Year => Some(Unit::Year),
            _ => None,
        }
    }

    /// Whether an incident can be in several of its groups.
    pub const fn overlaps(self) -> bool {
        matches!(self, Self::Type | Self::Actor | Self::Organization | Self::Custody)
    }

    /// What it is called.
    pub fn label(self, language: Language) -> &'static str {
        text(&TEXTS.group, self.code(), language)
    }
}

impl Measure {
    /// What it is called.
    pub fn label(self, language: Language) -> &'static str {
        measured(self.code(), language).0
    }

    /// What exactly is counted.
    pub fn definition(self, language: Language) -> &'static str {
        measured(self.code(), language).1
    }
}

/// The column that says of how many incidents the greatest number of people is not known.
pub const PEOPLE_MAX_UNKNOWN: &str = "people_max_unknown";

/// What a measure is called, and what exactly is counted.
pub fn measured(code: &str, language: Language) -> (&'static str, &'static str) {
    TEXTS.measure.get(code).map_or(("", ""), |of| {
        (of.label.in_language(language), of.definition.in_language(language))
    })
}

/// A word beside the groups and measures: `start`, `name`, `coverage`, `held`.
pub fn word(code: &str, language: Language) -> &'static str {
    text(&TEXTS.words, code, language)
}

impl Unit {
    /// How many months it has.
    pub const fn months(self) -> i32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }

    /// The stretch in which a month lies. Months count from the beginning of year 0.
    pub const fn of_month(self, month: i32) -> i32 {
        month.div_euclid(self.months())
    }

    /// How it is written: `2024-04`, `2024-Q2`, `2024`.
    pub fn written(self, stretch: i32) -> String {
        match self {
            Self::Month => {
                format!("{:04}-{:02}", stretch.div_euclid(12), stretch.rem_euclid(12) + 1)
            }
            Self::Quarter => format!("{:04}-Q{}", stretch.div_euclid(4), stretch.rem_euclid(4) + 1),
            Self::Year => format!("{stretch:04}"),
        }
    }

    /// Its first day and its last.
    pub fn period(self, stretch: i32) -> Period {
        let first = stretch * self.months();
        Period {
            from: first_day(first),
            to: first_day(first + self.months()).and_then(|next| next.pred_opt()),
        }
    }
}

/// The month in which a day lies, counted from the beginning of year 0.
pub fn month_of(day: NaiveDate) -> i32 {
    day.year() * 12 + i32::try_from(day.month0()).unwrap_or(0)
}

/// The first day of a month.
pub fn first_day(month: i32) -> Option<NaiveDate> {
    let nth = u32::try_from(month.rem_euclid(12)).ok()?;
    NaiveDate::from_ymd_opt(month.div_euclid(12), nth + 1, 1)
}

/// The first and the last month in which a date can lie; none on a side that is open or not known.
pub fn months(date: &PartialDate) -> (Option<i32>, Option<i32>) {
    (date.start().map(month_of), date.end().map(month_of))
}

/// What an incident adds to a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Affected people with a record of their own.
    pub people: i64,
    /// The same and at least so many others.
    pub people_min: i64,
    /// The same and at most so many others; none where nobody said.
    pub people_max: Option<i64>,
    /// The steps of its timeline.
    pub events: i64,
}

impl Counted {
    /// What an incident adds, as far as these facts say.
    pub fn of<R>(facts: &IncidentFacts<R>) -> Self {
        let people = i64::from(facts.named());
        Self {
            people,
            people_min: people + i64::from(facts.affected.unnamed_min.unwrap_or(0)),
            people_max: facts.affected.unnamed_max.map(|most| people + i64::from(most)),
            events: i64::try_from(facts.events.len()).unwrap_or(i64::MAX),
        }
    }
}

#[derive(Deserialize)]
struct Texts {
    group: BTreeMap<String, Labels>,
    measure: BTreeMap<String, OfMeasure>,
    words: BTreeMap<String, Labels>,
}

#[derive(Deserialize)]
struct OfMeasure {
    label: Labels,
    definition: Labels,
}

static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../data/counting.json")).expect("counting.json is checked")
});

fn text(of: &'static BTreeMap<String, Labels>, code: &str, language: Language) -> &'static str {
    of.get(code).map_or("", |labels| labels.in_language(language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_there_in_six_languages() {
        for language in Language::ALL {
            for group in Group::ALL {
                assert!(!group.label(language).is_empty(), "{group:?}");
            }
            for measure in Measure::ALL {
                assert!(!measure.label(language).is_empty(), "{measure:?}");
                assert!(!measure.definition(language).is_empty(), "{measure:?}");
            }
            assert!(!measured(PEOPLE_MAX_UNKNOWN, language).1.is_empty());
            for code in ["start", "name", "coverage", "held"] {
                assert!(!word(code, language).is_empty(), "{code}");
            }
        }
    }

    #[test]
    fn a_month_lies_in_its_quarter_and_its_year() {
        let april = month_of("2024-04-29".parse().unwrap());
        assert_eq!(Unit::Month.written(Unit::Month.of_month(april)), "2024-04");
        assert_eq!(Unit::Quarter.written(Unit::Quarter.of_month(april)), "2024-Q2");
        assert_eq!(Unit::Year.written(Unit::Year.of_month(april)), "2024");
        let quarter = Unit::Quarter.period(Unit::Quarter.of_month(april));
        assert_eq!(quarter.to_string(), "2024-04-01/2024-06-30");
        let december = month_of("2024-12-31".parse().unwrap());
        assert_eq!(Unit::Month.period(december).to_string(), "2024-12-01/2024-12-31");
    }

    #[test]
    fn an_open_date_has_no_month_on_that_side() {
        let months = |text: &str| months(&text.parse().unwrap());
        let april = month_of("2024-04-01".parse().unwrap());
        assert_eq!(months("2024-04"), (Some(april), Some(april)));
        assert_eq!(months("2024-04-29/.."), (Some(april), None));
        assert_eq!(months("/2024-04-29"), (None, Some(april)));
        assert_eq!(months("XXXX"), (None, None));
    }
}
