//! CSL-JSON, as Zotero and citation processors read it.

use amparo_domain::language::Language;
use chrono::{Datelike as _, NaiveDate};
use serde_json::{Map, Value, json};

use super::{Cited, Pin, Subject, words};

/// Its media type.
pub const MEDIA_TYPE: &str = "application/vnd.citationstyles.csl+json";

/// The document: a list of one item.
pub(super) fn write(cited: &Cited, language: Language) -> Vec<u8> {
    let mut text = format!("{:#}", Value::Array(vec![item(cited, language)])).into_bytes();
    text.push(b'\n');
    text
}

/// The item.
pub(super) fn item(cited: &Cited, language: Language) -> Value {
    let kind = match cited.subject {
        Subject::Record | Subject::List(_) | Subject::Count(_) => "dataset",
        Subject::Statement => "document",
    };
    let mut item = Map::new();
    let mut set = |member: &str, value: Value| item.insert(member.to_owned(), value);
    set("id", cited.key().into());
    set("type", kind.into());
    set("title", typographic(&cited.told_title(language)).into());
    set("author", json!([{"literal": cited.instance}]));
    if let Some(on) = cited.published.filter(|_| cited.pin != Pin::Latest) {
        set("issued", date(on));
    }
    if let Some(version) = cited.version() {
        set("version", version.to_string().into());
    }
    if let Some(number) = cited.printed_number() {
        set("number", number.into());
    }
    set("genre", words::kind(language, cited.subject).into());
    set("URL", cited.address.clone().into());
    set("accessed", date(cited.accessed));
    if let Some(tag) = &cited.title_language {
        set("language", language_of(tag).into());
    }
    Value::Object(item)
}

/// The title as it stands between quotation marks of any language: with the apostrophes and the inner marks that no processor
/// changes, and without a full stop of its own. Otherwise each would print another.
fn typographic(title: &str) -> String {
    let title = title.strip_suffix('.').unwrap_or(title);
    let mut text = String::with_capacity(title.len());
    let mut letters = title.chars().peekable();
    let mut before = ' ';
    while let Some(c) = letters.next() {
        let opens =
            !before.is_alphanumeric() && letters.peek().is_some_and(|next| !next.is_whitespace());
        let space = |c: &char| matches!(c, '\u{a0}' | '\u{202f}');
        match c {
            '\'' | '"' if opens => text.push('\u{2018}'),
            '\'' | '"' | '\u{201d}' => text.push('\u{2019}'),
            '\u{201c}' => text.push('\u{2018}'),
            '«' => {
                text.push('\u{2018}');
                letters.next_if(space);
            }
            '»' => {
                if text.ends_with(['\u{a0}', '\u{202f}']) {
                    text.pop();
                }
                text.push('\u{2019}');
            }
            c => text.push(c),
        }
        before = c;
    }
    text
}

/// The language of the title as far as processors may know it. They write English titles with capitals of their own, each with
/// others ("Before" or "before"), and then the title is no longer what the register says: English is not told.
fn language_of(tag: &str) -> &str {
    let english = tag.split('-').next().is_some_and(|first| first.eq_ignore_ascii_case("en"));
    if english { "und" } else { tag }
}

fn date(on: NaiveDate) -> Value {
    json!({"date-parts": [[on.year(), on.month(), on.day()]]})
}
