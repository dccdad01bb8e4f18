//! How each language writes numbers and days, and which plural a number takes.

use chrono::{Datelike as _, NaiveDate};

use crate::language::Language;

/// The plural categories of CLDR, as far as the six languages have them for whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plural {
    /// None, in Arabic.
    Zero,
    /// One.
    One,
    /// Two, in Arabic.
    Two,
    /// A few.
    Few,
    /// Many.
    Many,
    /// Any other number.
    Other,
}

impl Plural {
    /// The category of a whole number in a language (CLDR 48).
    pub fn of(language: Language, n: u64) -> Self {
        let millions = n != 0 && n.is_multiple_of(1_000_000);
        match language {
            Language::Ar => match (n, n % 100) {
                (0, _) => Self::Zero,
                (1, _) => Self::One,
                (2, _) => Self::Two,
                (_, 3..=10) => Self::Few,
                (_, 11..=99) => Self::Many,
                _ => Self::Other,
            },
            Language::Ru => match (n % 10, n % 100) {
                (1, rest) if rest != 11 => Self::One,
                (2..=4, rest) if !(12..=14).contains(&rest) => Self::Few,
                _ => Self::Many,
            },
            Language::Fr | Language::Pt if n <= 1 => Self::One,
            Language::En | Language::Es if n == 1 => Self::One,
            Language::Fr | Language::Pt | Language::Es if millions => Self::Many,
            _ => Self::Other,
        }
    }
}

/// A whole number as a language writes it.
pub fn number(language: Language, n: u64) -> String {
    let digits = n.to_string();
    let separator = match language {
        Language::En | Language::Ar => ",",
        Language::Es | Language::Pt => ".",
        Language::Fr => "\u{202f}",
        Language::Ru => "\u{a0}",
    };
    // Spanish and Portuguese (of Portugal) leave four digits together.
    let together = matches!(language, Language::Es | Language::Pt) && digits.len() < 5;
    if together {
        return digits;
    }
    let mut grouped = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            grouped.push_str(separator);
        }
        grouped.push(digit);
    }
    grouped
}

/// A day as a language writes it.
pub fn day(language: Language, day: NaiveDate) -> String {
    let month = MONTHS[language_index(language)][day.month0() as usize];
    let (date, year) = (day.day(), day.year());
    match language {
        Language::Es | Language::Pt => format!("{date} de {month} de {year}"),
        Language::Fr if date == 1 => format!("1er {month} {year}"),
        Language::En | Language::Ar | Language::Fr => format!("{date} {month} {year}"),
        Language::Ru => format!("{date} {month} {year}\u{a0}г."),
    }
}

/// Reads a day as any of the six languages writes it, in whatever order: `3 February 2026`, `2026, February 3`. What has anything else
/// in it, two numbers for the day or no month, is none.
pub fn read_day(text: &str) -> Option<NaiveDate> {
    const BESIDE: [&str; 5] = ["de", "г", "года", "the", "of"];
    let (mut date, mut month, mut year) = (None, None, None);
    let words = text.split(|c: char| !c.is_alphanumeric() && !is_mark(c));
    for word in words.map(str::to_lowercase).filter(|word| !word.is_empty()) {
        let digits = word.trim_end_matches("er");
        if let Some(number) = read_number(digits) {
            let place = if digits.chars().count() == 4 { &mut year } else { &mut date };
            if place.replace(number).is_some() {
                return None;
            }
        } else if let Some(nth) = month_named(&word) {
            if month.replace(nth).is_some() {
                return None;
            }
        } else if !BESIDE.contains(&word.as_str()) {
            return None;
        }
    }
    NaiveDate::from_ymd_opt(i32::try_from(year?).ok()?, month?, date?)
}

/// A mark on a letter, which belongs to its word.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// A whole number in Latin, Arabic-Indic or Persian digits.
fn read_number(text: &str) -> Option<u32> {
    if text.is_empty() || text.chars().count() > 4 {
        return None;
    }
    text.chars().try_fold(0, |number, c| {
        let digit = match c {
            '0'..='9' => u32::from(c) - u32::from('0'),
            '٠'..='٩' => u32::from(c) - u32::from('٠'),
            '۰'..='۹' => u32::from(c) - u32::from('۰'),
            _ => return None,
        };
        Some(number * 10 + digit)
    })
}

fn month_named(word: &str) -> Option<u32> {
    let months = MONTHS.iter().chain(std::iter::once(&super::dates::RUSSIAN));
    let nth = months.filter_map(|names| names.iter().position(|name| name.to_lowercase() == word));
    u32::try_from(nth.min()?).ok().map(|nth| nth + 1)
}

pub(super) const fn language_index(language: Language) -> usize {
    match language {
        Language::Ar => 0,
        Language::En => 1,
        Language::Es => 2,
        Language::Fr => 3,
        Language::Pt => 4,
        Language::Ru => 5,
    }
}

/// The months in the form that stands after a day.
pub(super) const MONTHS: [[&str; 12]; 6] = [
    [
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ],
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    [
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ],
    [
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_takes_its_plural() {
        for (language, n, category) in [
            (Language::Ar, 0, Plural::Zero),
            (Language::Ar, 1, Plural::One),
            (Language::Ar, 2, Plural::Two),
            (Language::Ar, 3, Plural::Few),
            (Language::Ar, 110, Plural::Few),
            (Language::Ar, 11, Plural::Many),
            (Language::Ar, 99, Plural::Many),
            (Language::Ar, 100, Plural::Other),
            (Language::Ar, 102, Plural::Other),
            (Language::Ru, 1, Plural::One),
            (Language::Ru, 21, Plural::One),
            (Language::Ru, 11, Plural::Many),
            (Language::Ru, 22, Plural::Few),
            (Language::Ru, 12, Plural::Many),
            (Language::Ru, 0, Plural::Many),
            (Language::En, 0, Plural::Other),
            (Language::En, 1, Plural::One),
            (Language::Fr, 0, Plural::One),
            (Language::Fr, 2, Plural::Other),
            (Language::Pt, 1, Plural::One),
            (Language::Es, 1_000_000, Plural::Many),
        ] {
            assert_eq!(Plural::of(language, n), category, "{} {n}", language.code());
        }
    }

    #[test]
    fn a_day_is_read_as_it_is_written() {
        for language in Language::ALL {
            for text in ["2026-02-03", "2024-04-30", "2025-05-01", "2026-08-11", "2023-12-31"] {
                let on: NaiveDate = text.parse().unwrap();
                assert_eq!(read_day(&day(language, on)), Some(on), "{}", day(language, on));
            }
        }
        assert_eq!(read_day("2026, February 3"), "2026-02-03".parse().ok());
        assert_eq!(read_day("٣ فبراير ٢٠٢٦"), "2026-02-03".parse().ok());
        for none in [
            "",
            "2026",
            "3 February",
            "accessed 3 February 2026",
            "3 4 February 2026",
            "30 février 2026",
        ] {
            assert_eq!(read_day(none), None, "{none}");
        }
    }

    #[test]
    fn numbers_and_days_are_written_as_the_language_does() {
        assert_eq!(number(Language::En, 1_234_567), "1,234,567");
        assert_eq!(number(Language::Es, 1_234), "1234");
        assert_eq!(number(Language::Es, 12_345), "12.345");
        assert_eq!(number(Language::Fr, 12_345), "12\u{202f}345");
        assert_eq!(number(Language::Ru, 999), "999");
        let date = "2026-11-01".parse().unwrap();
        assert_eq!(day(Language::Fr, date), "1er novembre 2026");
        assert_eq!(day(Language::Pt, date), "1 de novembro de 2026");
        assert_eq!(day(Language::Ru, date), "1 ноября 2026\u{a0}г.");
    }
}
