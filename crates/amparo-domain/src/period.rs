//! Periods: the stretch of time a question is about.

use std::fmt;
use std::str::FromStr;

use chrono::{Days, Months, NaiveDate};

use crate::partial_date::{DateError, PartialDate};

/// A stretch of days, both ends included; an end can be open.
///
/// Written `2024`, `2024-04`, `2024-Q2`, `2024-04-01/2024-06-30`, open-ended with `..`, or with an
/// ISO 8601 duration on one side, `P90D/2024-06-30` (the ninety days that end with 30 June).
///
/// ```
/// use amparo_domain::period::Period;
/// let quarter: Period = "2024-Q2".parse().unwrap();
/// assert_eq!(quarter.to_string(), "2024-04-01/2024-06-30");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first day; open if none.
    pub from: Option<NaiveDate>,
    /// The last day; open if none.
    pub to: Option<NaiveDate>,
}

/// An ISO 8601 duration of years, months, weeks and days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duration {
    months: u32,
    days: u64,
}

impl FromStr for Duration {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let wrong = || error("a duration is written like P90D, P6M or P1Y", &[]);
        let mut rest = text.strip_prefix('P').filter(|rest| !rest.is_empty()).ok_or_else(wrong)?;
        let mut duration = Self { months: 0, days: 0 };
        let mut units = "YMWD";
        while !rest.is_empty() {
            let split = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
            let count: u32 = rest[..split].parse().map_err(|_| wrong())?;
            let unit = rest[split..].chars().next().ok_or_else(wrong)?;
            let place = units.find(unit).ok_or_else(wrong)?;
            units = &units[place + 1..];
            if count > 36_500 {
                return Err(error("the duration is too long", &[]));
            }
            match unit {
                'Y' => duration.months += count * 12,
                'M' => duration.months += count,
                'W' => duration.days += u64::from(count) * 7,
                _ => duration.days += u64::from(count),
            }
            rest = &rest[split + 1..];
        }
        if duration.months == 0 && duration.days == 0 {
            return Err(error("the duration is empty", &[]));
        }
        Ok(duration)
    }
}

impl Duration {
    /// How many days it is, if that does not depend on where it starts.
    pub fn whole_days(self) -> Option<u32> {
        u32::try_from(self.days).ok().filter(|_| self.months == 0)
    }

    /// The day so long after another.
    pub fn after(self, day: NaiveDate) -> Option<NaiveDate> {
        day.checked_add_months(Months::new(self.months))?.checked_add_days(Days::new(self.days))
    }

    /// The day so long before another.
    pub fn before(self, day: NaiveDate) -> Option<NaiveDate> {
        day.checked_sub_months(Months::new(self.months))?.checked_sub_days(Days::new(self.days))
    }
}

impl FromStr for Period {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let text = text.trim();
        let Some((from, to)) = text.split_once('/') else {
            return whole(text);
        };
        let period = match (from.starts_with('P'), to.starts_with('P')) {
            (true, true) => return Err(error("one side of a period must be a date", &[])),
            (true, false) => {
                let to = ending(to)?.ok_or_else(|| error("a duration needs a last day", &[]))?;
                let after = to.succ_opt().and_then(|next| from.parse().ok().map(|d| (d, next)));
                let from = match after {
                    Some((duration, next)) => Duration::before(duration, next),
                    None => {
                        return Err(from.parse::<Duration>().err().unwrap_or_else(out_of_range));
                    }
                };
                Self { from: Some(from.ok_or_else(out_of_range)?), to: Some(to) }
            }
            (false, true) => {
                let from =
                    starting(from)?.ok_or_else(|| error("a duration needs a first day", &[]))?;
                let next = to.parse::<Duration>()?.after(from).ok_or_else(out_of_range)?;
                Self { from: Some(from), to: next.pred_opt() }
            }
            (false, false) => Self { from: starting(from)?, to: ending(to)? },
        };
        match (period.from, period.to) {
            (Some(first), Some(last)) if first > last => {
                Err(error("the period ends before it starts", &[format!("{to}/{from}")]))
            }
            (None, None) => Err(error("a period needs a date on one side at least", &[])),
            _ => Ok(period),
        }
    }
}

fn whole(text: &str) -> Result<Period, DateError> {
    if let Some((year, quarter)) = text.split_once("-Q") {
        let number = quarter.parse::<u32>().ok().filter(|q| (1..=4).contains(q));
        let first = number.and_then(|q| {
            let year = (year.len() == 4).then(|| year.parse().ok()).flatten()?;
            NaiveDate::from_ymd_opt(year, q * 3 - 2, 1)
        });
        let first = first.ok_or_else(|| error("quarters are Q1 to Q4, like 2024-Q2", &[]))?;
        let last = first.checked_add_months(Months::new(3)).and_then(|next| next.pred_opt());
        return Ok(Period { from: Some(first), to: last });
    }
    if text.contains(['~', '?', '%']) {
        return Err(error("a period is exact: leave out ~, ? and %", &[]));
    }
    let date: PartialDate = text.parse().map_err(|wrong: DateError| DateError {
        message:
            "write a period as 2024, 2024-04, 2024-Q2, 2024-04-01/2024-06-30 or P90D/2024-06-30"
                .to_owned(),
        did_you_mean: wrong.did_you_mean,
    })?;
    match (date.start(), date.end()) {
        (None, None) => Err(error("a period needs a date", &[])),
        (from, to) => Ok(Period { from, to }),
    }
}

fn starting(text: &str) -> Result<Option<NaiveDate>, DateError> {
    if matches!(text, ".." | "") { Ok(None) } else { whole(text).map(|period| period.from) }
}

fn ending(text: &str) -> Result<Option<NaiveDate>, DateError> {
    if matches!(text, ".." | "") { Ok(None) } else { whole(text).map(|period| period.to) }
}

fn error(message: &str, did_you_mean: &[String]) -> DateError {
    DateError { message: message.to_owned(), did_you_mean: did_you_mean.to_vec() }
}

fn out_of_range() -> DateError {
    error("the period is out of range", &[])
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |day: Option<NaiveDate>| day.map_or_else(|| "..".to_owned(), |d| d.to_string());
        write!(f, "{}/{}", side(self.from), side(self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_every_form() {
        for (text, resolved) in [
            ("2024", "2024-01-01/2024-12-31"),
            ("2024-04", "2024-04-01/2024-04-30"),
            ("2024-04-29", "2024-04-29/2024-04-29"),
            ("2024-Q2", "2024-04-01/2024-06-30"),
            ("2024-Q1/2024-Q3", "2024-01-01/2024-09-30"),
            ("2024-04-01/2024-06-30", "2024-04-01/2024-06-30"),
            ("2024-04-01/..", "2024-04-01/.."),
            ("../2024-06-30", "../2024-06-30"),
            ("P90D/2024-06-30", "2024-04-02/2024-06-30"),
            ("P1Y/2024-12-31", "2024-01-01/2024-12-31"),
            ("2024-01-01/P6M", "2024-01-01/2024-06-30"),
        ] {
            let period: Period = text.parse().unwrap_or_else(|e: DateError| panic!("{text}: {e}"));
            assert_eq!(period.to_string(), resolved, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_none() {
        for text in [
            "",
            "..",
            "../..",
            "2024-Q5",
            "2024-06/2024-04",
            "P/2024",
            "PT5H/2024",
            "P1D/P1D",
            "2024~",
            "now",
        ] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }
}
