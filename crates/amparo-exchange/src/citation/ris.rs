//! RIS, as Zotero, `EndNote` and Mendeley read it.

use amparo_domain::language::Language;
use chrono::Datelike as _;

use super::{Cited, Pin, Subject, words};

/// The record. The number is an accession number, which is printed as it is.
pub(super) fn write(cited: &Cited, language: Language) -> String {
    let kind = match cited.subject {
        Subject::Record | Subject::List(_) | Subject::Count(_) => "DATA",
        Subject::Statement => "GEN",
    };
    let mut lines = vec![("TY", kind.to_owned()), ("ID", cited.key())];
    lines.push(("AU", cited.instance.clone()));
    lines.push(("TI", cited.told_title(language)));
    if let Some(on) = cited.published.filter(|_| cited.pin != Pin::Latest) {
        let date = format!("{:04}/{:02}/{:02}", on.year(), on.month(), on.day());
        lines.push(("PY", on.year().to_string()));
        lines.push(("DA", date));
    }
    lines.extend(cited.version().map(|version| ("ET", version.to_string())));
    lines.extend(cited.printed_number().map(|number| ("AN", number)));
    lines.push(("M3", words::kind(language, cited.subject).to_owned()));
    lines.extend(cited.title_language.clone().map(|language| ("LA", language)));
    lines.push(("UR", cited.address.clone()));
    let read = cited.accessed;
    lines.push(("Y2", format!("{:04}/{:02}/{:02}", read.year(), read.month(), read.day())));
    lines.push(("ER", String::new()));
    // A line that is broken would begin another field.
    let told = |text: &str| text.split(char::is_control).collect::<Vec<_>>().join(" ");
    lines.iter().map(|(tag, value)| format!("{tag}  - {}\r\n", told(value))).collect()
}
