//! Dates as far as they are known, in words: never a day where only a month is known.

use chrono::{Datelike as _, NaiveDate};

use super::writing::{MONTHS, day, language_index};
use crate::language::Language;
use crate::partial_date::{PartialDate, Precision};

/// The months of Russian as they stand alone.
pub(super) const RUSSIAN: [&str; 12] = [
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
];

/// A month and its year: `April 2024`.
pub fn month(language: Language, of: NaiveDate) -> String {
    of_year(language, name(language, of), of.year())
}

/// A date as it is known: `29 April 2024`, `about April 2024`, `since 3 May 2024`.
pub fn as_known(language: Language, date: &PartialDate) -> String {
    let edtf = date.edtf();
    if let Some((from, to)) = edtf.split_once('/') {
        let half = |half: &str| {
            let date: Option<PartialDate> = half.parse().ok();
            date.filter(|date| date.precision() != Precision::Unknown)
                .map(|date| as_known(language, &date))
        };
        return match (half(from), half(to)) {
            (Some(from), Some(to)) => format!("{from} – {to}"),
            (Some(from), None) => since(language, &from),
            (None, Some(to)) => until(language, &to),
            (None, None) => not_known(language).to_owned(),
        };
    }
    let told = match (date.precision(), date.start()) {
        (Precision::Day, Some(on)) => day(language, on),
        (Precision::Month, Some(on)) => month(language, on),
        (Precision::Year, Some(on)) => year(language, on.year()),
        // What is none of these has its own notation, which says all that is known.
        (_, Some(_)) => edtf.to_owned(),
        (_, None) => return not_known(language).to_owned(),
    };
    let told = if date.is_approximate() { about(language, &told) } else { told };
    if date.is_uncertain() { format!("{told} {}", uncertain(language)) } else { told }
}

/// A period in as few words as say it: `2024`, `January–October 2024`, else its two days.
pub fn span(language: Language, from: NaiveDate, to: NaiveDate) -> String {
    let starts = from.day() == 1;
    let ends = to.succ_opt().is_none_or(|next| next.day() == 1);
    let months = starts && ends;
    let years = months && from.month() == 1 && to.month() == 12;
    match (years, months) {
        (true, _) if from.year() == to.year() => year(language, from.year()),
        (true, _) => year_of(language, &format!("{}–{}", from.year(), to.year())),
        (_, true) if (from.year(), from.month()) == (to.year(), to.month()) => {
            month(language, from)
        }
        (_, true) if from.year() == to.year() => {
            let both = format!("{}–{}", name(language, from), name(language, to));
            of_year(language, &both, from.year())
        }
        (_, true) => format!("{} – {}", month(language, from), month(language, to)),
        _ if from == to => day(language, from),
        _ => format!("{} – {}", day(language, from), day(language, to)),
    }
}

fn name(language: Language, of: NaiveDate) -> &'static str {
    let nth = of.month0() as usize;
    match language {
        Language::Ru => RUSSIAN[nth],
        _ => MONTHS[language_index(language)][nth],
    }
}

fn of_year(language: Language, month: &str, of: i32) -> String {
    match language {
        Language::Es | Language::Pt => format!("{month} de {of}"),
        _ => format!("{month} {}", year(language, of)),
    }
}

fn year(language: Language, year: i32) -> String {
    year_of(language, &year.to_string())
}

fn year_of(language: Language, year: &str) -> String {
    if language == Language::Ru { format!("{year}\u{a0}г.") } else { year.to_owned() }
}

/// From a day, a month or a year on.
fn since(language: Language, from: &str) -> String {
    match language {
        Language::En => format!("since {from}"),
        Language::Es | Language::Pt => format!("desde {from}"),
        Language::Fr => format!("depuis {from}"),
        Language::Ru => format!("с\u{a0}начала: {from}"),
        Language::Ar => format!("منذ {from}"),
    }
}

/// Up to a day, a month or a year.
fn until(language: Language, to: &str) -> String {
    match language {
        Language::En => format!("until {to}"),
        Language::Es => format!("hasta {to}"),
        Language::Fr => format!("jusqu’à {to}"),
        Language::Pt => format!("até {to}"),
        Language::Ru => format!("не позднее: {to}"),
        Language::Ar => format!("حتى {to}"),
    }
}

fn about(language: Language, date: &str) -> String {
    match language {
        Language::En => format!("about {date}"),
        Language::Es => format!("hacia {date}"),
        Language::Fr => format!("vers {date}"),
        Language::Pt => format!("por volta de {date}"),
        Language::Ru => format!("примерно {date}"),
        Language::Ar => format!("نحو {date}"),
    }
}

const fn uncertain(language: Language) -> &'static str {
    match language {
        Language::En => "(uncertain)",
        Language::Es => "(dudoso)",
        Language::Fr => "(incertain)",
        Language::Pt => "(incerto)",
        Language::Ru => "(предположительно)",
        Language::Ar => "(غير مؤكد)",
    }
}

/// That the date is not known.
const fn not_known(language: Language) -> &'static str {
    match language {
        Language::En => "date not known",
        Language::Es => "fecha desconocida",
        Language::Fr => "date inconnue",
        Language::Pt => "data desconhecida",
        Language::Ru => "дата неизвестна",
        Language::Ar => "التاريخ غير معروف",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(language: Language, edtf: &str) -> String {
        as_known(language, &edtf.parse().unwrap())
    }

    #[test]
    fn a_date_is_told_as_far_as_it_is_known() {
        assert_eq!(known(Language::En, "2024-04-29"), "29 April 2024");
        assert_eq!(known(Language::En, "2024-04"), "April 2024");
        assert_eq!(known(Language::Es, "2024-04"), "abril de 2024");
        assert_eq!(known(Language::Ru, "2024-04"), "апрель 2024\u{a0}г.");
        assert_eq!(known(Language::Ar, "2024"), "2024");
        assert_eq!(known(Language::En, "2024-04-29~"), "about 29 April 2024");
        assert_eq!(known(Language::En, "2024?"), "2024 (uncertain)");
        assert_eq!(known(Language::En, "../2024-04-30"), "until 30 April 2024");
        assert_eq!(known(Language::Fr, "2024-05-03/.."), "depuis 3 mai 2024");
        assert_eq!(known(Language::En, "2024-02/2024-04-30"), "February 2024 – 30 April 2024");
        assert_eq!(as_known(Language::Pt, &PartialDate::unknown()), "data desconhecida");
    }

    #[test]
    fn a_period_takes_as_few_words_as_say_it() {
        let of = |language, from: &str, to: &str| {
            span(language, from.parse().unwrap(), to.parse().unwrap())
        };
        assert_eq!(of(Language::En, "2024-01-01", "2024-10-31"), "January–October 2024");
        assert_eq!(of(Language::Pt, "2024-01-01", "2024-10-31"), "janeiro–outubro de 2024");
        assert_eq!(of(Language::En, "2024-01-01", "2024-12-31"), "2024");
        assert_eq!(of(Language::Ru, "2023-01-01", "2024-12-31"), "2023–2024\u{a0}г.");
        assert_eq!(of(Language::En, "2024-02-01", "2024-02-29"), "February 2024");
        assert_eq!(
            of(Language::En, "2024-02-05", "2024-02-29"),
            "5 February 2024 – 29 February 2024"
        );
    }
}
