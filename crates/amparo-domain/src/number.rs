//! Numbers: the one public identity of everything that can be cited.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The number of a record: seven random digits (the first 1–9) and a Damm check digit, written
/// `4827-1930`; nine random digits and the check digit, `482719-3013`, once a tenth of the space
/// is taken.
///
/// A `Number` always carries a right check digit, so every single wrong digit and every swap of
/// neighbours is caught before a database is asked. It is random, never sequential: a gap must not
/// tell how much is unpublished.
///
/// ```
/// use amparo_domain::number::Number;
/// let number: Number = "OBS 4827-1930".parse().unwrap();
/// assert_eq!(number.to_string(), "4827-1930");
/// assert!("4827-1931".parse::<Number>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Number(i64);

/// Why a text is not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// It does not have eight or ten digits.
    #[error("a number has eight digits, like 4827-1930")]
    NotANumber,
    /// The check digit does not fit: a digit was mistyped or two were swapped.
    #[error("that number has a mistake in it: its check digit does not fit")]
    Mistyped,
}

/// How many random digits a new number gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// Seven random digits and the check digit.
    Eight,
    /// Nine random digits and the check digit.
    Ten,
}

impl Width {
    /// Nine million numbers of eight digits exist; beyond a tenth of them, new ones have ten.
    pub const fn for_taken(taken: u64) -> Self {
        if taken < 900_000 { Self::Eight } else { Self::Ten }
    }
}

/// Damm's own quasigroup of order ten (H. M. Damm, 2004).
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

fn damm(mut digits: u64) -> u8 {
    let mut reversed = [0_u8; 20];
    let mut length = 0;
    while digits > 0 {
        reversed[length] = u8::try_from(digits % 10).unwrap_or(0);
        digits /= 10;
        length += 1;
    }
    let order = reversed[..length].iter().rev();
    order.fold(0, |interim, digit| DAMM[usize::from(interim)][usize::from(*digit)])
}

impl Number {
    /// Makes a number from chance: any `random` value gives a valid number.
    pub fn from_random(random: u64, width: Width) -> Self {
        let (first, span) = match width {
            Width::Eight => (1_000_000, 9_000_000),
            Width::Ten => (100_000_000, 900_000_000),
        };
        let digits = first + random % span;
        let checked = digits * 10 + u64::from(damm(digits));
        Self(i64::try_from(checked).unwrap_or(i64::MAX))
    }

    /// The number as stored, `48271930`.
    pub const fn as_i64(self) -> i64 {
        self.0
    }

    /// Reads the stored form.
    pub fn from_i64(stored: i64) -> Result<Self, NumberError> {
        let digits = u64::try_from(stored).map_err(|_| NumberError::NotANumber)?;
        let eight = (10_000_000..100_000_000).contains(&digits);
        let ten = (1_000_000_000..10_000_000_000).contains(&digits);
        match (eight || ten, damm(digits)) {
            (true, 0) => Ok(Self(stored)),
            (true, _) => Err(NumberError::Mistyped),
            (false, _) => Err(NumberError::NotANumber),
        }
    }
}

/// What stands after the letters before a number: `OBS`, or of a list `OBS-L`.
fn without_prefix(text: &str) -> &str {
    let rest = text.trim_start_matches(char::is_alphabetic);
    let after = rest.trim_start_matches(is_hyphen);
    let goes_on = rest.len() < text.len() && after.len() < rest.len();
    if goes_on && after.starts_with(char::is_alphabetic) { without_prefix(after) } else { rest }
}

const fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}", self.0 / 10_000, self.0 % 10_000)
    }
}

impl FromStr for Number {
    type Err = NumberError;

    /// Forgiving: hyphens of all kinds, spaces, a prefix of letters, Arabic-Indic and Persian digits.
    fn from_str(text: &str) -> Result<Self, NumberError> {
        let text = without_prefix(text.trim());
        let mut digits: u64 = 0;
        let mut count = 0;
        for c in text.chars() {
            let digit = match c {
                '0'..='9' => u64::from(c) - u64::from('0'),
                '٠'..='٩' => u64::from(c) - u64::from('٠'),
                '۰'..='۹' => u64::from(c) - u64::from('۰'),
                c if c.is_whitespace() => continue,
                c if is_hyphen(c) => continue,
                _ => return Err(NumberError::NotANumber),
            };
            count += 1;
            if count > 10 {
                return Err(NumberError::NotANumber);
            }
            digits = digits * 10 + digit;
        }
        Self::from_i64(i64::try_from(digits).map_err(|_| NumberError::NotANumber)?)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_i64(i64::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_published_example() {
        assert_eq!(damm(5724), 0);
    }

    #[test]
    fn reads_what_people_write() {
        let number = Number::from_random(234_567, Width::Eight);
        let plain = number.as_i64().to_string();
        let written = number.to_string();
        let eastern: String = plain
            .chars()
            .map(|c| char::from_u32(u32::from('٠') + u32::from(c) - u32::from('0')).unwrap())
            .collect();
        let persian: String = plain
            .chars()
            .map(|c| char::from_u32(u32::from('۰') + u32::from(c) - u32::from('0')).unwrap())
            .collect();
        for text in [
            plain.clone(),
            written.clone(),
            format!(" OBS {written} "),
            format!("STM-{plain}"),
            format!("OBS-L {written}"),
            format!("OBS\u{2011}L {plain}"),
            written.replace('-', "\u{2011}"),
            eastern,
            persian,
        ] {
            assert_eq!(text.parse::<Number>(), Ok(number), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_none() {
        for text in [
            "",
            "OBS",
            "123",
            "1234-567x",
            "123456789012",
            "0234-5678",
            "-12345678",
            "12A-48271930",
            "OBS-L",
        ] {
            assert!(text.parse::<Number>().is_err(), "{text}");
        }
    }
}
