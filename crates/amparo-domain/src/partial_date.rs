//! Dates as sources give them: EDTF (ISO 8601-2) level 1, without seasons and times of day.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How exactly a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// A day.
    Day,
    /// A month: no day is ever made up for it.
    Month,
    /// A year.
    Year,
    /// From one date to another.
    Interval,
    /// Up to a date; the start is open or not known.
    Before,
    /// From a date on; the end is open or not known.
    After,
    /// Nothing is known.
    Unknown,
}

impl Precision {
    /// The word on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
            Self::Interval => "interval",
            Self::Before => "before",
            Self::After => "after",
            Self::Unknown => "unknown",
        }
    }
}

/// One end of a date: a day, open (it goes on), or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bound {
    /// A known day.
    On(NaiveDate),
    /// Without an end: `..`.
    Open,
    /// There is an end, and nobody knows it: the empty side of an interval.
    Unknown,
}

/// A date as a source gives it, with the days between which it lies.
///
/// The text is kept in its canonical form and equal dates have equal texts. `~` (approximate) and
/// `?` (uncertain) do not widen the bounds: `2024~` is all of 2024.
///
/// ```
/// use amparo_domain::partial_date::{PartialDate, Precision};
/// let date: PartialDate = "2024-02".parse().unwrap();
/// assert_eq!(date.start().unwrap().to_string(), "2024-02-01");
/// assert_eq!(date.end().unwrap().to_string(), "2024-02-29");
/// assert_eq!(date.precision(), Precision::Month);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PartialDate {
    text: String,
    start: Bound,
    end: Bound,
    precision: Precision,
}

/// Why a text is not a date, and what was probably meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DateError {
    /// What is wrong, in plain words.
    pub message: String,
    /// The same date, written rightly.
    pub did_you_mean: Vec<String>,
}

/// The text of a date of which nothing is known.
const UNKNOWN: &str = "XXXX";

/// A single date on one side of an interval.
struct Single {
    text: String,
    first: NaiveDate,
    last: NaiveDate,
    precision: Precision,
}

impl PartialDate {
    /// A date of which nothing is known.
    pub fn unknown() -> Self {
        Self {
            text: UNKNOWN.to_owned(),
            start: Bound::Unknown,
            end: Bound::Unknown,
            precision: Precision::Unknown,
        }
    }

    /// A day.
    pub fn day(day: NaiveDate) -> Self {
        Self {
            text: day.to_string(),
            start: Bound::On(day),
            end: Bound::On(day),
            precision: Precision::Day,
        }
    }

    /// The canonical EDTF text.
    pub fn edtf(&self) -> &str {
        &self.text
    }

    /// The first day it can lie on; `None` where that is open or not known.
    pub fn start(&self) -> Option<NaiveDate> {
        on(self.start)
    }

    /// The last day it can lie on; `None` where that is open or not known.
    pub fn end(&self) -> Option<NaiveDate> {
        on(self.end)
    }

    /// How exactly it is known.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// Whether any part of it is marked approximate (`~` or `%`).
    pub fn is_approximate(&self) -> bool {
        self.text.contains(['~', '%'])
    }

    /// Whether any part of it is marked uncertain (`?` or `%`).
    pub fn is_uncertain(&self) -> bool {
        self.text.contains(['?', '%'])
    }

    /// The day, if it is known to the day.
    pub fn exact_day(&self) -> Option<NaiveDate> {
        (self.precision == Precision::Day).then(|| self.start()).flatten()
    }

    /// The span that it certainly touches: an unknown side shrinks to the known one, an open side
    /// goes on for ever. `None` if nothing is certain.
    pub fn certain_span(&self) -> Option<(NaiveDate, NaiveDate)> {
        let from = match (self.start, self.end) {
            (Bound::On(day), _) | (Bound::Unknown, Bound::On(day)) => day,
            (Bound::Open, _) => NaiveDate::MIN,
            (Bound::Unknown, _) => return None,
        };
        let to = match (self.end, self.start) {
            (Bound::On(day), _) | (Bound::Unknown, Bound::On(day)) => day,
            (Bound::Open, _) => NaiveDate::MAX,
            (Bound::Unknown, _) => return None,
        };
        Some((from, to))
    }

    /// The span outside of which it certainly does not lie.
    pub fn possible_span(&self) -> (NaiveDate, NaiveDate) {
        (self.start().unwrap_or(NaiveDate::MIN), self.end().unwrap_or(NaiveDate::MAX))
    }
}

fn on(bound: Bound) -> Option<NaiveDate> {
    match bound {
        Bound::On(day) => Some(day),
        Bound::Open | Bound::Unknown => None,
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let text = text.trim();
        match text.split_once('/') {
            Some((from, to)) => interval(from, to),
            None if text == UNKNOWN => Ok(Self::unknown()),
            None => {
                let single = single(text)?;
                Ok(Self {
                    text: single.text,
                    start: Bound::On(single.first),
                    end: Bound::On(single.last),
                    precision: single.precision,
                })
            }
        }
    }
}

fn interval(from: &str, to: &str) -> Result<PartialDate, DateError> {
    if to.contains('/') {
        return Err(plain("an interval has two sides, like 2024-04-29/2024-05-02"));
    }
    let (start, start_text) = side(from, |single| single.first)?;
    let (end, end_text) = side(to, |single| single.last)?;
    let precision = match (start, end) {
        (Bound::On(first), Bound::On(last)) if first > last => {
            return Err(DateError {
                message: "the interval ends before it starts".to_owned(),
                did_you_mean: vec![format!("{end_text}/{start_text}")],
            });
        }
        (Bound::On(_), Bound::On(_)) => Precision::Interval,
        (_, Bound::On(_)) => Precision::Before,
        (Bound::On(_), _) => Precision::After,
        _ => return Err(plain("an interval needs a date on one side at least")),
    };
    Ok(PartialDate { text: format!("{start_text}/{end_text}"), start, end, precision })
}

fn side(text: &str, day: impl Fn(&Single) -> NaiveDate) -> Result<(Bound, String), DateError> {
    match text.trim() {
        "" => Ok((Bound::Unknown, String::new())),
        ".." => Ok((Bound::Open, "..".to_owned())),
        text => single(text).map(|single| (Bound::On(day(&single)), single.text)),
    }
}

fn single(text: &str) -> Result<Single, DateError> {
    let bare = text.trim_end_matches(['~', '?', '%']);
    let qualifier = &text[bare.len()..];
    let qualifier = match qualifier {
        "" | "~" | "?" | "%" => qualifier,
        "?~" | "~?" => "%",
        _ => {
            return Err(plain("use one of ~ (about), ? (uncertain) or % (both), at the end"));
        }
    };
    let parts: Vec<&str> = bare.split('-').collect();
    let shape: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let written = bare.chars().all(|c| c.is_ascii_digit() || c == '-' || c == 'X');
    if !written || !matches!(shape.as_slice(), [4] | [4, 2] | [4, 2, 2]) {
        return Err(not_a_date(bare));
    }
    let (first, last, precision) = match parts.as_slice() {
        [year] | [year, "XX"] | [year, "XX", "XX"] => years(year)?,
        [year, month] | [year, month, "XX"] => month_of(digits(year)?, digits(month)?)?,
        [year, month, day] => day_of(digits(year)?, digits(month)?, digits(day)?)?,
        _ => return Err(not_a_date(bare)),
    };
    Ok(Single { text: format!("{bare}{qualifier}"), first, last, precision })
}

fn years(year: &str) -> Result<(NaiveDate, NaiveDate, Precision), DateError> {
    let known = year.trim_end_matches('X');
    if known.contains('X') || known.len() < 2 {
        return Err(plain("only the last digits of a year can be left open, like 201X"));
    }
    let first = digits(&year.replace('X', "0"))?;
    let last = digits(&year.replace('X', "9"))?;
    let precision = if first == last { Precision::Year } else { Precision::Interval };
    Ok((ymd(first, 1, 1)?, ymd(last, 12, 31)?, precision))
}

fn month_of(year: i32, month: i32) -> Result<(NaiveDate, NaiveDate, Precision), DateError> {
    if (21..=41).contains(&month) {
        return Err(plain(
            "seasons depend on the hemisphere; write the months, like 2024-03/2024-05",
        ));
    }
    let first = ymd(year, month, 1)?;
    let last = first
        .checked_add_months(chrono::Months::new(1))
        .and_then(|next| next.pred_opt())
        .ok_or_else(|| plain("the year is out of range"))?;
    Ok((first, last, Precision::Month))
}

fn day_of(year: i32, month: i32, day: i32) -> Result<(NaiveDate, NaiveDate, Precision), DateError> {
    let date = ymd(year, month, day)?;
    Ok((date, date, Precision::Day))
}

fn ymd(year: i32, month: i32, day: i32) -> Result<NaiveDate, DateError> {
    if year == 0 {
        return Err(plain("there is no year 0000"));
    }
    if !(1..=12).contains(&month) {
        return Err(plain(format!("there is no month {month:02}")));
    }
    let (month, day) = (month.unsigned_abs(), day.unsigned_abs());
    NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| {
        let last = (28..=31).rev().find_map(|d| NaiveDate::from_ymd_opt(year, month, d));
        let days = last.map_or(0, |date| date.day());
        plain(format!("{year:04}-{month:02} has {days} days, not {day}"))
    })
}

fn digits(text: &str) -> Result<i32, DateError> {
    text.parse().map_err(|_| plain("an X stands at the end of a date, like 2024-04-XX"))
}

fn plain(message: impl Into<String>) -> DateError {
    DateError { message: message.into(), did_you_mean: Vec::new() }
}

/// Recognises the usual slips and offers the date written rightly.
fn not_a_date(text: &str) -> DateError {
    let parts: Vec<&str> =
        text.split(['.', '-', '/', ' ']).filter(|part| !part.is_empty()).collect();
    let numbers: Vec<u32> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    let guess = match numbers.as_slice() {
        _ if text.contains(['T', ':']) => {
            return DateError {
                message: "write the day alone, without a time of day".to_owned(),
                did_you_mean: text.get(..10).map(str::to_owned).into_iter().collect(),
            };
        }
        [year, month, day] if *year > 31 => Some(format!("{year:04}-{month:02}-{day:02}")),
        [day, month, year] if *year > 31 && *month <= 12 && parts.len() == 3 => {
            Some(format!("{year:04}-{month:02}-{day:02}"))
        }
        [year, month] if *year > 31 && parts.len() == 2 => Some(format!("{year:04}-{month:02}")),
        [month, year] if *year > 31 && parts.len() == 2 => Some(format!("{year:04}-{month:02}")),
        _ => None,
    };
    DateError {
        message: "write a date as 2024, 2024-04, 2024-04-29 or an interval 2024-04-29/2024-05-02"
            .to_owned(),
        did_you_mean: guess.filter(|guess| single(guess).is_ok()).into_iter().collect(),
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> PartialDate {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn bounds(text: &str) -> (String, String) {
        let show = |day: Option<NaiveDate>| day.map_or_else(|| "-".to_owned(), |d| d.to_string());
        let date = date(text);
        (show(date.start()), show(date.end()))
    }

    #[test]
    fn bounds_are_never_invented() {
        for (text, start, end, precision) in [
            ("2024-04-29", "2024-04-29", "2024-04-29", Precision::Day),
            ("2023-02~", "2023-02-01", "2023-02-28", Precision::Month),
            ("2024?", "2024-01-01", "2024-12-31", Precision::Year),
            ("201X", "2010-01-01", "2019-12-31", Precision::Interval),
            ("2024-04-XX", "2024-04-01", "2024-04-30", Precision::Month),
            ("2023-12/2024-01", "2023-12-01", "2024-01-31", Precision::Interval),
            ("/2024-04-30", "-", "2024-04-30", Precision::Before),
            ("../2024-04-30", "-", "2024-04-30", Precision::Before),
            ("2023-12/..", "2023-12-01", "-", Precision::After),
            ("XXXX", "-", "-", Precision::Unknown),
        ] {
            assert_eq!(bounds(text), (start.to_owned(), end.to_owned()), "{text}");
            assert_eq!(date(text).precision(), precision, "{text}");
            assert_eq!(date(text).edtf(), text);
        }
    }

    #[test]
    fn an_unknown_start_is_certain_only_at_its_end_and_an_open_one_before_it_too() {
        let day = |d: &str| d.parse::<NaiveDate>().unwrap();
        assert_eq!(
            date("/2024-04-30").certain_span(),
            Some((day("2024-04-30"), day("2024-04-30")))
        );
        assert_eq!(date("../2024-04-30").certain_span(), Some((NaiveDate::MIN, day("2024-04-30"))));
        assert_eq!(date("2024-04-30/..").certain_span(), Some((day("2024-04-30"), NaiveDate::MAX)));
        assert_eq!(date("XXXX").certain_span(), None);
    }

    #[test]
    fn says_what_is_wrong_and_what_was_meant() {
        for (text, part, meant) in [
            ("2024-02-30", "29 days", None),
            ("2024-13", "no month 13", None),
            ("2024-21", "seasons", None),
            ("29.04.2024", "write a date", Some("2024-04-29")),
            ("2024-4-9", "write a date", Some("2024-04-09")),
            ("2024-04-29T10:00:00Z", "time of day", Some("2024-04-29")),
            ("2024-05-02/2024-04-29", "ends before", Some("2024-04-29/2024-05-02")),
            ("/", "one side", None),
            ("2024X", "write a date", None),
            ("yesterday", "write a date", None),
            ("", "write a date", None),
            ("2024-04-29~~", "one of", None),
        ] {
            let error = text.parse::<PartialDate>().unwrap_err();
            assert!(error.message.contains(part), "{text}: {}", error.message);
            assert_eq!(error.did_you_mean.first().map(String::as_str), meant, "{text}");
        }
    }
}
