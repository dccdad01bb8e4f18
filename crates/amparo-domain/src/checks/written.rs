//! Dates and numbers as texts of the six languages write them.

use std::ops::Range;

use chrono::{Datelike as _, NaiveDate};

use super::text::Sentence;
use super::words;

/// The months, folded: in the six languages, with the forms and short forms that texts use. The months of the Levant whose names
/// are words like others are not among them.
const MONTHS: [&[&str]; 12] = [
    &[
        "january",
        "jan",
        "janvier",
        "enero",
        "janeiro",
        "январь",
        "января",
        "январе",
        "يناير",
        "جانفي",
    ],
    &[
        "february",
        "feb",
        "fevrier",
        "febrero",
        "fevereiro",
        "февраль",
        "февраля",
        "феврале",
        "فبراير",
        "شباط",
        "فيفري",
    ],
    &["march", "mar", "mars", "marzo", "marco", "март", "марта", "марте", "مارس", "اذار"],
    &["april", "apr", "avril", "abril", "апрель", "апреля", "апреле", "ابريل", "نيسان", "افريل"],
    &["may", "mai", "mayo", "maio", "май", "мая", "мае", "маи", "мая", "مايو", "ايار", "ماي"],
    &["june", "jun", "juin", "junio", "junho", "июнь", "июня", "июне", "يونيو", "حزيران", "جوان"],
    &[
        "july",
        "jul",
        "juillet",
        "julio",
        "julho",
        "июль",
        "июля",
        "июле",
        "يوليو",
        "يوليوز",
        "تموز",
        "جويليه",
    ],
    &["august", "aug", "aout", "agosto", "август", "августа", "августе", "اغسطس", "غشت", "اوت"],
    &[
        "september",
        "sep",
        "sept",
        "septembre",
        "septiembre",
        "setembro",
        "сентябрь",
        "сентября",
        "сентябре",
        "سبتمبر",
        "ايلول",
    ],
    &["october", "oct", "octobre", "octubre", "outubro", "октябрь", "октября", "октябре", "اكتوبر"],
    &[
        "november",
        "nov",
        "novembre",
        "noviembre",
        "novembro",
        "ноябрь",
        "ноября",
        "ноябре",
        "نوفمبر",
    ],
    &[
        "december",
        "dec",
        "decembre",
        "diciembre",
        "dezembro",
        "декабрь",
        "декабря",
        "декабре",
        "ديسمبر",
    ],
];

/// A date in a sentence: days of a month or the month as a whole, of a year or of none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// Where it stands, in bytes.
    pub at: Range<usize>,
    /// The year, where it says one.
    pub year: Option<i32>,
    /// The month, from 1.
    pub month: u32,
    /// The first and the last day; none where it says the month alone.
    pub days: Option<(u32, u32)>,
}

impl Dated {
    /// The first and the last day that it can mean in a year.
    pub fn in_year(&self, year: i32) -> Option<(NaiveDate, NaiveDate)> {
        let of = |day| NaiveDate::from_ymd_opt(year, self.month, day);
        if let Some((first, last)) = self.days {
            return Some((of(first)?, of(last)?));
        }
        let next = of(1)?.checked_add_months(chrono::Months::new(1))?;
        Some((of(1)?, next.pred_opt()?))
    }

    /// What it can mean in a text of a day: without a year the years around it.
    pub fn readings(&self, written_on: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
        let years = match self.year {
            Some(year) => vec![year],
            None => vec![written_on.year() - 1, written_on.year(), written_on.year() + 1],
        };
        years.into_iter().filter_map(|year| self.in_year(year)).collect()
    }
}

/// The dates of a sentence in their order.
pub fn dates(text: &str, sentence: &Sentence) -> Vec<Dated> {
    let mut found = Vec::new();
    let mut nth = 0;
    while nth < sentence.words.len() {
        match date_at(text, sentence, nth) {
            Some((date, count)) => {
                found.push(date);
                nth += count;
            }
            None => nth += 1,
        }
    }
    found
}

fn date_at(text: &str, sentence: &Sentence, nth: usize) -> Option<(Dated, usize)> {
    let made = |year, month, days: Option<(u32, u32)>, count: usize| {
        let at = sentence.words[nth].at.start..sentence.words[nth + count - 1].at.end;
        let date = Dated { at, year, month, days };
        // A 31st of April is no date.
        let exists = date.in_year(year.unwrap_or(2024)).is_some();
        exists.then_some((date, count))
    };
    let gap = |of: usize| sentence.gap(text, of);
    let spaces = |of: usize| gap(of).chars().all(char::is_whitespace);
    let word = |of: usize| sentence.word(of);
    // 2024-04-29, 29.04.2024, 29/04/2024.
    let (first, second, third) = (number(word(nth)), number(word(nth + 1)), number(word(nth + 2)));
    if let (Some(first), Some(second), Some(third)) = (first, second, third)
        && gap(nth) == gap(nth + 1)
    {
        let read = match gap(nth) {
            "-" if word(nth).len() == 4 => Some((first, second, third)),
            "." if word(nth + 2).len() == 4 => Some((third, second, first)),
            "/" if word(nth + 2).len() == 4 && first > 12 => Some((third, second, first)),
            "/" if word(nth + 2).len() == 4 && second > 12 => Some((third, first, second)),
            _ => None,
        };
        if let Some((year, month, day)) = read {
            let year = i32::try_from(year).ok().filter(|year| is_year(*year))?;
            return made(Some(year), month, Some((day, day)), 3);
        }
    }
    // 29 April 2024, 29 de abril de 2024, 27–28 June, 1er mai.
    if let Some(day) = day(word(nth)) {
        let mut at = nth + 1;
        let mut last = day;
        let ranged = matches!(gap(nth).trim(), "-" | "–" | "—")
            || (spaces(nth) && matches!(word(at), "and" | "et" | "y" | "e" | "и" | "to"));
        if ranged {
            let joined = matches!(gap(nth).trim(), "-" | "–" | "—");
            let to = if joined { at } else { at + 1 };
            if let Some(until) = self::day(word(to)).filter(|until| *until > day) {
                last = until;
                at = to + 1;
            }
        }
        if matches!(word(at), "de" | "of" | "du") {
            at += 1;
        }
        let close = (nth..at).all(|of| spaces(of) || (of == nth && ranged));
        if let Some(month) = month(sentence, at).filter(|_| close && at > nth) {
            let (year, count) = year_after(sentence, at, &spaces, &gap);
            return made(year, month, Some((day, last)), at - nth + 1 + count);
        }
    }
    // April 29, 2024; April 2024; abril de 2024.
    let month = month(sentence, nth)?;
    if let Some(day) = day(word(nth + 1)).filter(|_| spaces(nth)) {
        let joined = matches!(gap(nth + 1).trim(), "-" | "–" | "—");
        let until = self::day(word(nth + 2)).filter(|until| joined && *until > day);
        let end = nth + 1 + usize::from(until.is_some());
        let (year, count) = year_after(sentence, end, &spaces, &gap);
        return made(year, month, Some((day, until.unwrap_or(day))), end - nth + 1 + count);
    }
    let (year, count) = year_after(sentence, nth, &spaces, &gap);
    year.and_then(|year| made(Some(year), month, None, 1 + count))
}

/// A year behind a word, perhaps after a comma or a `de`, and how many words that are.
fn year_after<'t>(
    sentence: &Sentence,
    nth: usize,
    spaces: &impl Fn(usize) -> bool,
    gap: &impl Fn(usize) -> &'t str,
) -> (Option<i32>, usize) {
    let year = |of: usize| {
        let word = sentence.word(of);
        let year = (word.len() == 4).then(|| word.parse::<i32>().ok()).flatten();
        year.filter(|year| is_year(*year))
    };
    let near = spaces(nth) || matches!(gap(nth).trim(), "," | "،");
    match (year(nth + 1), year(nth + 2)) {
        (Some(year), _) if near => (Some(year), 1),
        (None, Some(year)) if spaces(nth) && spaces(nth + 1) && sentence.word(nth + 1) == "de" => {
            (Some(year), 2)
        }
        _ => (None, 0),
    }
}

fn is_year(year: i32) -> bool {
    (1900..2100).contains(&year)
}

fn number(word: &str) -> Option<u32> {
    let digits = !word.is_empty() && word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| word.parse().ok()).flatten()
}

/// `27`, `27th`, `1er`, `1º`.
fn day(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
    let ending = &word[digits.len()..];
    let fits =
        matches!(ending, "" | "st" | "nd" | "rd" | "th" | "er" | "o" | "º") && digits.len() <= 2;
    let day = fits.then(|| number(digits)).flatten()?;
    (1..=31).contains(&day).then_some(day)
}

fn month(sentence: &Sentence, nth: usize) -> Option<u32> {
    let word = sentence.words.get(nth)?;
    // "may" and "mar" are words like others where they are written small.
    let doubtful = matches!(
        &*word.folded,
        "may"
            | "mar"
            | "jan"
            | "jun"
            | "jul"
            | "nov"
            | "dec"
            | "sep"
            | "oct"
            | "apr"
            | "aug"
            | "feb"
            | "march"
    );
    if doubtful && !word.capital {
        return None;
    }
    let bare = word.folded.strip_prefix('و').filter(|rest| rest.chars().count() > 2);
    let at = MONTHS.iter().position(|of| {
        of.contains(&&*word.folded) || bare.is_some_and(|bare| of.contains(&bare))
    })?;
    u32::try_from(at + 1).ok()
}

/// How exactly a number is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exactly {
    /// So many.
    So,
    /// At least so many.
    AtLeast,
    /// About so many.
    About,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// People.
    People,
    /// Incidents.
    Incidents,
}

/// A number of people or incidents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Where it stands with what it counts, in bytes.
    pub at: Range<usize>,
    /// How many.
    pub count: u32,
    /// How exactly.
    pub exactly: Exactly,
    /// Of what.
    pub of: Counted,
}

/// So many words may stand between a number and what it counts.
const BETWEEN: usize = 3;

/// The numbers of people and incidents in a sentence.
pub fn numbers(text: &str, sentence: &Sentence) -> Vec<Number> {
    let dates = dates(text, sentence);
    let mut found = Vec::new();
    for (nth, word) in sentence.words.iter().enumerate() {
        if dates.iter().any(|date| date.at.contains(&word.at.start)) {
            continue;
        }
        let Some((count, last)) = count_at(text, sentence, nth) else { continue };
        let behind = (last + 1..sentence.words.len()).take(BETWEEN + 1);
        let mut counted = None;
        for at in behind {
            let apart = sentence.gap(text, at - 1).contains([',', ';', ':', '(', ')', '،', '%']);
            let another = at > last && count_at(text, sentence, at).is_some();
            if apart || another {
                break;
            }
            let of = |list| words::is_one(sentence.word(at), list);
            if of(words::PEOPLE) {
                counted = Some((Counted::People, at));
            } else if of(words::INCIDENTS) {
                counted = Some((Counted::Incidents, at));
            }
            if counted.is_some() {
                break;
            }
        }
        let Some((of, end)) = counted else { continue };
        let before = |list: &[&str]| {
            (1..=3).any(|back| {
                nth.checked_sub(back).is_some_and(|at| list.contains(&sentence.word(at)))
            })
        };
        let directly =
            |list: &[&str]| nth.checked_sub(1).is_some_and(|at| list.contains(&sentence.word(at)));
        let exactly = if directly(words::ABOUT) {
            Exactly::About
        } else if before(words::AT_LEAST) {
            Exactly::AtLeast
        } else {
            Exactly::So
        };
        found.push(Number { at: word.at.start..sentence.words[end].at.end, count, exactly, of });
    }
    found
}

/// A number at a word, and the last word of it: `1,500` is two.
fn count_at(text: &str, sentence: &Sentence, nth: usize) -> Option<(u32, usize)> {
    let word = sentence.word(nth);
    if let Some((_, count)) = words::NUMBERS.iter().find(|(of, _)| *of == word) {
        return Some((*count, nth));
    }
    let digits = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    if !digits(word) || word.len() > 7 {
        return None;
    }
    // What hangs on a word by a hyphen is a part of its name: "COVID-19".
    if nth > 0 && sentence.gap(text, nth - 1) == "-" {
        return None;
    }
    // The second half of a number is none of its own, nor is a part of one with a fraction or of a version.
    if nth > 0
        && digits(sentence.word(nth - 1))
        && matches!(
            sentence.gap(text, nth - 1),
            "," | "." | "\u{a0}" | "\u{202f}" | ":" | "-" | "/"
        )
    {
        return None;
    }
    let next = sentence.word(nth + 1);
    if digits(next)
        && next.len() == 3
        && matches!(sentence.gap(text, nth), "," | "." | "\u{a0}" | "\u{202f}")
    {
        return format!("{word}{next}").parse().ok().map(|count| (count, nth + 1));
    }
    let count: u32 = word.parse().ok()?;
    // What looks like a year is one.
    (word.len() != 4 || !is_year(i32::try_from(count).ok()?)).then_some((count, nth))
}
