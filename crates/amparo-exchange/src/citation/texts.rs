//! Citations as texts.

use std::fmt::Write as _;

use amparo_domain::language::Language;
use amparo_domain::sentence::day;

use super::{Cited, Pin, Standing, Styled, Subject, words};

/// The parts of a text, joined as the language does.
fn joined(parts: &[String], language: Language) -> String {
    parts.join(&format!("{} ", words::comma(language)))
}

/// The first footnote: `Observer Record, OBS 4827‑1930, version 3: "…" (3 February 2026), https://… (accessed …).`
pub(super) fn footnote(cited: &Cited, language: Language) -> String {
    let turned = words::turned(language);
    let mut named = vec![format!("{}{turned}", cited.instance)];
    if let Some(number) = cited.printed_number() {
        named.push(match cited.subject {
            Subject::List(_) => format!("{} {number}{turned}", words::list(language)),
            _ => format!("{number}{turned}"),
        });
    }
    match cited.pin {
        Pin::Version(version) => named.push(words::version(language, version)),
        Pin::Latest if cited.number.is_some() => named.push(words::latest(language).to_owned()),
        Pin::Latest | Pin::Whole => {}
    }
    let mut text = joined(&named, language);
    text.push_str(words::colon(language));
    text.push(' ');
    match &cited.standing {
        Standing::Withdrawn { on, class } => {
            text.push_str(&words::withdrawn(language, *on, class));
        }
        Standing::Stands => {
            let (open, close) = words::quotes(language);
            let _ = write!(text, "{open}{}{turned}{close}", cited.title);
            if let Some(said) = said(cited, language) {
                let _ = write!(text, " ({said})");
            }
        }
    }
    let comma = words::comma(language);
    let accessed = words::accessed(language, cited.accessed);
    // Behind the space, so that nobody takes the mark for a part of the address.
    let _ = write!(text, "{comma} {} {turned}({accessed}).", cited.address);
    text
}

/// What stands in brackets behind the title: when it was published, and what a list counts. The title of a count is a
/// sentence that says all that.
fn said(cited: &Cited, language: Language) -> Option<String> {
    let published = cited.published.filter(|_| cited.pin != Pin::Latest);
    match cited.subject {
        Subject::Count(_) => None,
        Subject::List(figures) => {
            let mut said = vec![words::figures(language, figures)];
            said.extend(published.map(|on| words::as_of(language, on)));
            Some(joined(&said, language))
        }
        Subject::Record | Subject::Statement => published.map(|on| day(language, on)),
    }
}

/// The number and the version: `OBS 4827‑1930 v3`; of a count, the instance.
fn mark(cited: &Cited) -> String {
    let Some(number) = cited.printed_number() else {
        return cited.instance.clone();
    };
    match cited.version() {
        Some(version) => format!("{number} v{version}"),
        None => number,
    }
}

/// A later footnote: `OBS 4827‑1930 v3.`
pub(super) fn short(cited: &Cited) -> String {
    format!("{}.", mark(cited))
}

/// In the text: `(OBS 4827‑1930 v3)`.
pub(super) fn in_text(cited: &Cited, language: Language) -> String {
    match (cited.number, cited.published) {
        (None, Some(on)) => {
            let parts = [cited.instance.clone(), words::as_of(language, on)];
            format!("({})", joined(&parts, language))
        }
        _ => format!("({})", mark(cited)),
    }
}

/// One line: `OBS 4827‑1930, obs.example/r/48271930`; of a list or a count, what it says as well.
pub(super) fn one_line(cited: &Cited, language: Language) -> String {
    let address = cited.address.trim_start_matches("https://").trim_start_matches("http://");
    let (address, turned) = (address.to_owned(), words::turned(language));
    match cited.subject {
        Subject::List(figures) | Subject::Count(figures) => {
            let mut named = vec![format!("{}{turned}", cited.instance)];
            let number = cited.printed_number();
            named
                .extend(number.map(|number| format!("{} {number}{turned}", words::list(language))));
            named.extend(cited.published.map(|on| words::as_of(language, on)));
            named.push(address);
            format!("{} ({})", words::figures(language, figures), joined(&named, language))
        }
        Subject::Record | Subject::Statement => joined(&[mark(cited), address], language),
    }
}

/// APA, 7th edition: `Observer Record. (2026, February 3). *…* (OBS 4827‑1930, Version 3) [Data record]. https://…`
pub(super) fn apa(cited: &Cited, language: Language) -> Styled {
    let when = match (cited.pin, cited.published) {
        (Pin::Version(_) | Pin::Whole, Some(on)) => words::year_first(language, on),
        _ => no_date(language).to_owned(),
    };
    let turned = words::turned(language);
    let number = cited.printed_number().map(|number| format!("{number}{turned}"));
    let mut known: Vec<String> = number.into_iter().collect();
    known.extend(cited.version().map(|version| words::version_first(language, version)));
    let known = joined(&known, language);
    let known = if known.is_empty() { known } else { format!(" ({known})") };
    let kind = words::kind(language, cited.subject);
    // What changes is cited with the day on which it was read.
    let from = match cited.pin {
        Pin::Latest => format!("{} ", words::retrieved(language, cited.accessed)),
        _ => String::new(),
    };
    let title = cited.told_title(language);
    let (before, after) = (
        format!("{}.{turned} ({when}). ", cited.instance),
        format!("{turned}{known} [{kind}]. {from}"),
    );
    let address = &cited.address;
    Styled {
        plain: format!("{before}{title}{after}{address}"),
        html: format!(
            "{}<i>{}</i>{}<a href=\"{}\">{}</a>",
            escaped(&before),
            escaped(&title),
            escaped(&after),
            escaped(address),
            escaped(address)
        ),
    }
}

/// What APA puts where there is no date.
const fn no_date(language: Language) -> &'static str {
    match language {
        Language::En => "n.d.",
        Language::Es => "s.\u{a0}f.",
        Language::Fr => "s.\u{a0}d.",
        Language::Pt => "s.d.",
        Language::Ru => "б.\u{a0}д.",
        Language::Ar => "د.ت.",
    }
}

/// A text in HTML.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
