//! BibTeX and biblatex: `@misc`, which both know.

use std::fmt::Write as _;

use amparo_domain::language::Language;
use chrono::Datelike as _;

use super::{Cited, Pin, words};

/// The entry. The number stands in `howpublished`, which every style prints as it is.
pub(super) fn write(cited: &Cited, language: Language) -> String {
    let mut fields: Vec<(&str, String)> = vec![
        ("author", format!("{{{}}}", escaped(&cited.instance))),
        ("title", format!("{{{}}}", escaped(&cited.told_title(language)))),
    ];
    if let Some(on) = cited.published.filter(|_| cited.pin != Pin::Latest) {
        fields.push(("date", on.to_string()));
        fields.push(("year", on.year().to_string()));
        fields.push(("month", month(on.month()).to_owned()));
    }
    let mut known: Vec<String> = cited.printed_number().into_iter().collect();
    known.extend(cited.version().map(|version| words::version(language, version)));
    if !known.is_empty() {
        let separator = format!("{} ", words::comma(language));
        fields.push(("howpublished", escaped(&known.join(&separator))));
    }
    fields.extend(cited.version().map(|version| ("version", version.to_string())));
    fields.push(("type", escaped(words::kind(language, cited.subject))));
    fields.push(("url", plain(&cited.address)));
    fields.push(("urldate", cited.accessed.to_string()));
    fields.extend(tag(cited).map(|tag| ("langid", tag.to_owned())));
    let mut entry = format!("@misc{{{},\n", cited.key());
    for (field, value) in fields {
        // A month is a word of BibTeX's own.
        let value = if field == "month" { value } else { format!("{{{value}}}") };
        let _ = writeln!(entry, "  {field:<12} = {value},");
    }
    entry.push_str("}\n");
    entry
}

/// The language of the title as hyphenation has it.
fn tag(cited: &Cited) -> Option<&'static str> {
    Some(match cited.title_language.as_deref()?.split('-').next()? {
        "ar" => "arabic",
        "en" => "english",
        "es" => "spanish",
        "fr" => "french",
        "pt" => "portuguese",
        "ru" => "russian",
        _ => return None,
    })
}

const fn month(nth: u32) -> &'static str {
    match nth {
        1 => "jan",
        2 => "feb",
        3 => "mar",
        4 => "apr",
        5 => "may",
        6 => "jun",
        7 => "jul",
        8 => "aug",
        9 => "sep",
        10 => "oct",
        11 => "nov",
        _ => "dec",
    }
}

/// A text in which nothing is a command.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("{\\textbackslash}"),
            '{' | '}' => {
                // Braces that do not pair would end the field: these are written by their names.
                escaped.push_str(if c == '{' { "{\\textbraceleft}" } else { "{\\textbraceright}" });
            }
            '&' | '%' | '$' | '#' | '_' => escaped.extend(['\\', c]),
            '~' => escaped.push_str("{\\textasciitilde}"),
            '^' => escaped.push_str("{\\textasciicircum}"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// An address: as it is, but for what would end the field.
fn plain(address: &str) -> String {
    address.replace('{', "%7B").replace('}', "%7D").replace('\\', "%5C")
}
