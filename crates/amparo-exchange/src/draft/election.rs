//! Elections.

use amparo_domain::election::ElectionFacts;
use amparo_domain::language::Language;
use amparo_domain::partial_date::PartialDate;
use chrono::Datelike as _;

use super::cursor::Object;
use super::reference::{any_type, external_ids};
use super::shape::stand_in;
use super::source::sources;

/// What a reference that describes an election says of it, too.
pub(super) fn basics(object: &Object<'_>) -> ElectionFacts {
    let country = object.country("country");
    let country = object.require("country", country, "an election needs a country");
    let date = object.date("date");
    let date = object.require("date", date, "an election needs a date");
    let election_type = object.code("type");
    let election_type = object.require("type", election_type, "an election needs a type");
    ElectionFacts {
        slug: None,
        name: object.line("name").unwrap_or_default(),
        country: country.unwrap_or_else(|| stand_in("AZE")),
        date: date.unwrap_or_else(PartialDate::unknown),
        election_type: election_type.unwrap_or_else(any_type),
        note: None,
        sources: Vec::new(),
        external_ids: Vec::new(),
    }
}

/// An election's record.
pub(super) fn record(object: &Object<'_>) -> ElectionFacts {
    ElectionFacts {
        slug: object.line("slug"),
        note: object.prose("note"),
        sources: sources(object),
        external_ids: external_ids(object),
        ..basics(object)
    }
}

/// The name of an election that was given none: `Azerbaijan presidential election 2024`.
pub(super) fn usual_name(facts: &ElectionFacts) -> String {
    let country = facts.country.name(Language::En);
    let what = match facts.election_type.code() {
        "by_election" => "by-election".to_owned(),
        "referendum" => "referendum".to_owned(),
        "other" => "election".to_owned(),
        code => format!("{} election", code.replace('_', " ")),
    };
    let day = facts.date.start().or_else(|| facts.date.end());
    let year = day.map_or_else(String::new, |day| format!(" {}", day.year()));
    format!("{country} {what}{year}")
}
