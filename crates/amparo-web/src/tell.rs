//! Values of the public JSON in words.

use amparo_domain::country::CountryCode;
use amparo_domain::language::Language;
use amparo_domain::partial_date::PartialDate;
use amparo_domain::sentence::as_known;
use amparo_domain::vocabulary;
use serde_json::{Map, Value};

use crate::words::Word;

/// The label of a code, or the code where it has none.
pub(crate) fn label(list: &'static str, code: &str, language: Language) -> String {
    let term = vocabulary::term(list, code).ok();
    term.map_or(code, |term| term.labels.in_language(language)).to_owned()
}

/// A date in EDTF, in words.
pub(crate) fn date(edtf: &str, language: Language) -> String {
    let date: Option<PartialDate> = edtf.parse().ok();
    date.map_or_else(|| edtf.to_owned(), |date| as_known(language, &date))
}

/// The day of a moment, in words.
pub(crate) fn day_of(moment: &Value, language: Language) -> Option<String> {
    Some(date(moment.as_str()?.get(..10)?, language))
}

/// A country by its code.
pub(crate) fn country(code: &str, language: Language) -> String {
    let known: Option<CountryCode> = code.parse().ok();
    known.map_or(code, |code| code.country().names.in_language(language)).to_owned()
}

/// A number as it is printed: its hyphen breaks no line.
pub(crate) fn number(number: &str) -> String {
    number.replace('-', "\u{2011}")
}

/// The address of something that has a number.
pub(crate) fn address(number: &str) -> String {
    format!("/r/{}", number.replace('-', ""))
}

/// The list in which the terms of a member stand.
fn list_of(member: &str) -> Option<&'static str> {
    Some(match member {
        "types" => "incident_type",
        "subtypes" => "subtype",
        "grade" => "grade",
        "grade_basis" => "grade_basis",
        "display" => "display",
        "actor_type" => "actor_type",
        "certainty" => "certainty",
        "phase" => "election_phase",
        "location_precision" => "location_precision",
        _ => return None,
    })
}

/// What a member of a record is called.
pub(crate) fn member(name: &str, language: Language) -> String {
    let word = match name {
        "title" | "name" => Word::Title,
        "summary" | "excerpt" => Word::Summary,
        "body" => Word::Text,
        "types" | "subtypes" | "kind" => Word::Kind,
        "occurred" | "date" => Word::Date,
        "date_note" => Word::DateNote,
        "country" => Word::Country,
        "place" | "admin1" | "location" | "location_precision" => Word::Place,
        "election" => Word::Election,
        "people" => Word::People,
        "organizations" => Word::Organizations,
        "affected" => Word::Affected,
        "perpetrators" => Word::AttributedTo,
        "events" => Word::Timeline,
        "sources" => Word::Sources,
        "claims" => Word::Claims,
        "case" => Word::Case,
        "related" => Word::Related,
        "grade" | "grade_basis" => Word::Grade,
        "severity" => Word::Severity,
        "network" => Word::Network,
        "issuer" => Word::Issuer,
        "endorsers" => Word::EndorsedBy,
        "incidents" => Word::Cites,
        "custody" => Word::Custody,
        "charges" => Word::Charges,
        "url" => Word::Original,
        _ => return name.replace('_', " "),
    };
    word.of(language).to_owned()
}

/// A value that stands at a place of a record, in words.
pub(crate) fn value(path: &[&str], value: &Value, language: Language) -> String {
    let list = path.iter().rev().find_map(|member| list_of(member));
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "✓".to_owned(),
        Value::Bool(false) => "✗".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => match path.last().copied().unwrap_or_default() {
            "country" => country(text, language),
            "edtf" | "date" | "since" | "last_confirmed" | "until" | "on" => date(text, language),
            "status" if path.contains(&"custody") => label("custody_status", text, language),
            "status" if path.contains(&"charges") => label("charge_status", text, language),
            "custody" => label("custody_status", text, language),
            "kind" if path.contains(&"events") => label("event_kind", text, language),
            "kind" if path.contains(&"sources") => label("source_type", text, language),
            "kind" => label("statement_kind", text, language),
            "role" => label("role", text, language),
            "number" => number(text),
            _ => list.map_or_else(|| text.clone(), |list| label(list, text, language)),
        },
        Value::Array(items) => {
            let items = items.iter().map(|item| self::value(path, item, language));
            items.filter(|item| !item.is_empty()).collect::<Vec<_>>().join("; ")
        }
        Value::Object(members) => object(path, members, language),
    }
}

/// Members that say what others say in words, or nothing to people.
const UNSAID: [&str; 16] = [
    "ref",
    "start",
    "end",
    "precision",
    "approximate",
    "uncertain",
    "inferred",
    "slug",
    "acronym",
    "lang",
    "url_hidden",
    "same_origin_as",
    "display",
    "type",
    "supersedes",
    "named",
];

fn object(path: &[&str], members: &Map<String, Value>, language: Language) -> String {
    if let Some(edtf) = members.get("edtf").and_then(Value::as_str) {
        return date(edtf, language);
    }
    let told = members.iter().filter(|(member, _)| !UNSAID.contains(&member.as_str()));
    let told = told.filter_map(|(member, of)| {
        let mut path = path.to_vec();
        path.push(member);
        Some(value(&path, of, language)).filter(|told| !told.is_empty())
    });
    told.collect::<Vec<_>>().join(" · ")
}

/// Whether a difference at a place is one that people are told of: what is derived changes with what it is derived from.
pub(crate) fn is_told(path: &[&str]) -> bool {
    let last = path.last().copied().unwrap_or_default();
    let derived = ["start", "end", "precision", "approximate", "uncertain"];
    let first = path.first().copied().unwrap_or_default();
    let of_the_frame =
        ["first_published", "last_changed", "version", "cited_by", "state", "number"];
    !derived.contains(&last) && !of_the_frame.contains(&first) && last != "days_from"
}
