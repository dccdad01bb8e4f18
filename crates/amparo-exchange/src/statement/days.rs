//! Days, months and years as texts write them, and elections named by their day.

use chrono::{Datelike as _, NaiveDate};

use super::sentence::Sentence;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A date in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dated {
    /// EDTF.
    pub(crate) edtf: String,
    /// Whether the year was taken from the statement's date.
    pub(crate) inferred_year: bool,
    /// What of the wording EDTF does not keep.
    pub(crate) note: Option<String>,
    /// The words it takes up.
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// An election named by its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Voted {
    pub(crate) date: Dated,
    pub(crate) kind: &'static str,
}

/// The number of a month.
pub(crate) fn month(word: &str) -> Option<u32> {
    let at = MONTHS.iter().position(|m| *m == word)?;
    u32::try_from(at + 1).ok()
}

/// The dates of a sentence in their order; without a year, the latest such day up to `known`.
pub(crate) fn dates(sentence: &Sentence, known: Option<NaiveDate>) -> Vec<Dated> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < sentence.words.len() {
        match date_at(sentence, at, known) {
            Some(date) => {
                at = date.to;
                found.push(date);
            }
            None => at += 1,
        }
    }
    found
}

fn date_at(sentence: &Sentence, at: usize, known: Option<NaiveDate>) -> Option<Dated> {
    let year = |index: usize| -> Option<i32> {
        let word = sentence.lower(index);
        (word.len() == 4).then(|| word.parse().ok()).flatten().filter(|y| (1900..2100).contains(y))
    };
    let made =
        |edtf: String, to: usize| Dated { edtf, inferred_year: false, note: None, from: at, to };
    if let Some(month) = month(sentence.lower(at)).filter(|_| sentence.is_capital(at)) {
        if let Some((first, last)) = day(sentence.lower(at + 1)) {
            return days(month, first, last, year(at + 2), known).map(|(edtf, inferred_year)| {
                Dated {
                    edtf,
                    inferred_year,
                    note: None,
                    from: at,
                    to: at + 2 + usize::from(year(at + 2).is_some()),
                }
            });
        }
        let year = year(at + 1)?;
        let part = at.checked_sub(1).map(|i| sentence.lower(i)).unwrap_or_default();
        let note = matches!(part, "early" | "mid" | "late")
            .then(|| format!("The source says “{part} {} {year}”.", sentence.word(at)));
        return Some(Dated { note, ..made(format!("{year}-{month:02}"), at + 2) });
    }
    if let Some((first, last)) = day(sentence.lower(at))
        && let Some(month) = month(sentence.lower(at + 1)).filter(|_| sentence.is_capital(at + 1))
    {
        let (edtf, inferred_year) = days(month, first, last, year(at + 2), known)?;
        return Some(Dated {
            inferred_year,
            ..made(edtf, at + 2 + usize::from(year(at + 2).is_some()))
        });
    }
    let before = at.checked_sub(1).map(|i| sentence.lower(i)).unwrap_or_default();
    let year = year(at).filter(|_| matches!(before, "in" | "during"))?;
    Some(made(year.to_string(), at + 1))
}

/// `27`, `27th` or `27-28`.
fn day(word: &str) -> Option<(u32, u32)> {
    let one = |text: &str| -> Option<u32> {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let ending = &text[digits.len()..];
        let fits = matches!(ending, "" | "st" | "nd" | "rd" | "th") && digits.len() <= 2;
        fits.then(|| digits.parse().ok()).flatten().filter(|d| (1..=31).contains(d))
    };
    match word.split_once('-') {
        Some((first, last)) => Some((one(first)?, one(last)?)),
        None => one(word).map(|d| (d, d)),
    }
}

fn days(
    month: u32,
    first: u32,
    last: u32,
    year: Option<i32>,
    known: Option<NaiveDate>,
) -> Option<(String, bool)> {
    let (day, inferred) = if let Some(year) = year {
        (NaiveDate::from_ymd_opt(year, month, first)?, false)
    } else {
        let known = known?;
        let day = (0..8)
            .filter_map(|back| NaiveDate::from_ymd_opt(known.year() - back, month, first))
            .find(|day| *day <= known)?;
        (day, true)
    };
    let edtf = if first == last {
        day.to_string()
    } else {
        format!("{day}/{}", NaiveDate::from_ymd_opt(day.year(), month, last)?)
    };
    Some((edtf, inferred))
}

/// The first election that a sentence names by its day: "the February 7 snap presidential elections".
pub(crate) fn election(sentence: &Sentence, known: Option<NaiveDate>) -> Option<Voted> {
    dates(sentence, known).into_iter().filter(|date| date.edtf.len() == 10).find_map(|date| {
        let mut kind = None;
        let mut at = date.to;
        loop {
            let word = sentence.lower(at);
            kind = kind.or(match word {
                "presidential" => Some("presidential"),
                "parliamentary" | "legislative" => Some("parliamentary"),
                "general" | "harmonised" | "harmonized" => Some("general"),
                "local" | "municipal" => Some("local"),
                "regional" => Some("regional"),
                "referendum" => Some("referendum"),
                _ => None,
            });
            match word {
                "election" | "elections" | "referendum" => {
                    return kind.map(|kind| Voted { date, kind });
                }
                "snap" | "early" | "and" | "council" | "the" | "presidential" | "parliamentary"
                | "legislative" | "general" | "harmonised" | "harmonized" | "local"
                | "municipal" | "regional" => at += 1,
                _ => return None,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, bool)> {
        dates(&Sentence::new(text, 0), NaiveDate::from_ymd_opt(2024, 4, 30))
            .into_iter()
            .map(|d| (d.edtf, d.inferred_year))
            .collect()
    }

    #[test]
    fn reads_days_and_takes_the_year_from_the_statement() {
        for (text, edtf, inferred) in [
            ("on April 29", "2024-04-29", true),
            ("on April 30", "2024-04-30", true),
            ("on 1 May", "2023-05-01", true),
            ("on February 29", "2024-02-29", true),
            ("on 7 October 2019", "2019-10-07", false),
            ("on June 24, 2023,", "2023-06-24", false),
            ("June 27-28, 2017", "2017-06-27/2017-06-28", false),
            ("on February 9th", "2024-02-09", true),
            ("in January 2022", "2022-01", false),
            ("in 2013", "2013", false),
        ] {
            assert_eq!(found(text), [(edtf.to_owned(), inferred)], "{text}");
        }
    }

    #[test]
    fn invents_no_day() {
        for text in [
            "they may 5 times",
            "the 2018 general election",
            "on 31 April",
            "251 groups in 89 countries",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
        let early = &dates(&Sentence::new("In early June 2022, it", 0), None)[0];
        assert_eq!(early.edtf, "2022-06");
        assert_eq!(early.note.as_deref(), Some("The source says “early June 2022”."));
    }

    #[test]
    fn finds_the_election() {
        let known = NaiveDate::from_ymd_opt(2024, 4, 30);
        let voted =
            |text: &str| election(&Sentence::new(text, 0), known).map(|v| (v.date.edtf, v.kind));
        assert_eq!(
            voted("the recent February 7 snap presidential elections"),
            Some(("2024-02-07".to_owned(), "presidential"))
        );
        assert_eq!(
            voted("for the June 24, 2023 presidential, parliamentary and local council elections"),
            Some(("2023-06-24".to_owned(), "presidential"))
        );
        assert_eq!(voted("On April 2, observers of elections"), None);
    }
}
