//! Organizations that come one file each, as networks keep their lists of members.

use amparo_domain::country::CountryCode;
use amparo_domain::kind::Kind;
use serde_json::{Value, json};

use crate::entry::{Batch, Entry, Note, ReadOptions};
use crate::front_matter::Document;
use crate::wire::{Object, external_id, import_source};

const SYSTEM: &str = "gndem-members";

/// Words written for a country by groups that work in many.
const MANY_COUNTRIES: [&str; 4] = ["regional", "global", "international", "multiple"];

/// Words in the names of networks, in the languages they call themselves by.
const NETWORK_WORDS: [&str; 13] = [
    "network",
    "red",
    "reseau",
    "rede",
    "platform",
    "plateforme",
    "plataforma",
    "acuerdo",
    "شبكه",
    "сеть",
    "платформа",
    "networks",
    "consortium",
];

pub(crate) fn read(document: &Document, options: &ReadOptions<'_>) -> Batch {
    let mut notes = Vec::new();
    let place = &document.place;
    let mut value = Object::new();
    let written = document.text("name").unwrap_or_default();
    let mut name = Names::of(&written);
    if let Some(acronym) = document.text("acronym") {
        if let Some(in_name) = name.acronym.as_ref().filter(|a| **a != acronym) {
            let message = format!(
                "the name ends in ({in_name}), but the acronym given is {acronym}; the latter was taken"
            );
            notes.push(Note::info(place, message));
        }
        name.acronym = Some(acronym);
    }
    let (country, many) = country(document, &mut notes);
    let is_network = many
        && amparo_domain::fold::words(&written).any(|word| NETWORK_WORDS.contains(&word.as_str()));
    value.insert("name".into(), name.name.into());
    value.insert("acronym".into(), name.acronym.into());
    value.insert("native_name".into(), name.native_name.into());
    if !name.aliases.is_empty() {
        value.insert("aliases".into(), name.aliases.into());
    }
    value.insert("country".into(), country.map(CountryCode::alpha3).into());
    let kind = if is_network { "network" } else { "citizen_observer_group" };
    value.insert("kind".into(), kind.into());
    let networks: Vec<Value> = document
        .text("regional_network")
        .iter()
        .flat_map(|text| text.split(','))
        .map(str::trim)
        .filter(|network| !network.is_empty())
        .map(|network| {
            if is_acronym(network) && network.to_uppercase() == network {
                json!({"network": {"acronym": network, "name": network}})
            } else {
                json!({"network": {"name": network}})
            }
        })
        .collect();
    if !networks.is_empty() {
        value.insert("networks".into(), networks.into());
    }
    website(document, &mut value, &mut notes);
    flags(document, &mut notes);
    let system = options.system.as_deref().unwrap_or(SYSTEM);
    value.insert("sources".into(), json!([import_source(&place.file)]));
    value.insert("external_ids".into(), json!([external_id(system, document.stem())]));
    let entry = Entry {
        kind: Kind::Organization,
        value: Value::Object(value),
        place: place.clone(),
        notes,
        returning: None,
    };
    Batch::whole(vec![Ok(entry)], Vec::new())
}

/// The country, and whether the organization works in many.
fn country(document: &Document, notes: &mut Vec<Note>) -> (Option<CountryCode>, bool) {
    let place = &document.place;
    let Some(written) = document.text("country") else {
        notes.push(Note::warning(place, "no country is given"));
        return (None, false);
    };
    if MANY_COUNTRIES.contains(&written.to_lowercase().as_str()) {
        let message = format!("\"{written}\" is not a country; it was left open");
        notes.push(Note::info(place, message));
        return (None, true);
    }
    match written.parse() {
        Ok(country) => (Some(country), false),
        Err(unknown) => {
            let unknown: amparo_domain::country::UnknownCountry = unknown;
            let suggestion = match unknown.did_you_mean.as_slice() {
                [] => String::new(),
                near => format!("; did you mean {}?", near.join(" or ")),
            };
            let message =
                format!("\"{written}\" is no country that is known, and was left open{suggestion}");
            notes.push(Note::warning(place, message));
            (None, false)
        }
    }
}

fn website(document: &Document, value: &mut Object, notes: &mut Vec<Note>) {
    let Some(website) = document.text("website") else {
        return;
    };
    let is_address = url::Url::parse(&website)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if is_address {
        value.insert("website".into(), website.into());
    } else {
        let message = format!(
            "the website \"{website}\" is not an address, and was left out; an address begins with https://"
        );
        notes.push(Note::warning(&document.place, message));
    }
}

/// What is noted only: it belongs to the network's list, not to the organization.
fn flags(document: &Document, notes: &mut Vec<Note>) {
    let place = &document.place;
    if let Some(region) = document.text("region") {
        notes.push(Note::info(
            place,
            format!("the region \"{region}\" was not imported; regions follow from the country"),
        ));
    }
    for name in ["is_member", "published", "no_gndem_member_countries"] {
        if let Some(written) = document.text(name) {
            let message = match document.flag(name) {
                Some(flag) => format!("{name} is {flag}, and was not imported"),
                None => format!(
                    "{name} is \"{written}\", which is neither yes nor no, and was not imported"
                ),
            };
            notes.push(Note::info(place, message));
        }
    }
    let known = [
        "name",
        "acronym",
        "country",
        "region",
        "website",
        "regional_network",
        "is_member",
        "published",
        "no_gndem_member_countries",
    ];
    for name in document.others(&known) {
        notes.push(Note::info(place, format!("\"{name}\" was not imported")));
    }
}

/// The names within one written name.
#[derive(Debug, Default, PartialEq, Eq)]
struct Names {
    name: String,
    acronym: Option<String>,
    native_name: Option<String>,
    aliases: Vec<String>,
}

impl Names {
    /// Tells apart `شبكة … / Election Network … (ENAR)`.
    fn of(written: &str) -> Self {
        let mut names = Self::default();
        let mut latin = Vec::new();
        for part in parts(written) {
            let (name, acronym) = split_acronym(part);
            if name.chars().filter(|c| c.is_alphabetic()).count() < 2 {
                continue;
            }
            if is_latin(&name) {
                names.acronym = acronym.or(names.acronym);
                latin.push(name);
            } else if names.native_name.is_none() {
                names.native_name = Some(name);
            } else {
                names.aliases.push(name);
            }
        }
        // The English part is the name where there are two languages in Latin letters, else the last.
        latin.sort_by_key(|name| is_english(name));
        match latin.pop() {
            Some(name) if names.native_name.is_none() && !latin.is_empty() => {
                names.native_name = Some(latin.remove(0));
                names.name = name;
            }
            Some(name) => names.name = name,
            None => names.name = names.native_name.take().unwrap_or_default(),
        }
        names.aliases.extend(latin);
        names
    }
}

/// Parts between slashes; a slash inside a word (`and/or`) parts nothing unless the scripts differ.
fn parts(written: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in written.match_indices('/') {
        let (left, right) = (&written[start..at], &written[at + 1..]);
        let spaced = left.ends_with(char::is_whitespace) || right.starts_with(char::is_whitespace);
        if spaced || is_latin(left) != is_latin(right.split('/').next().unwrap_or_default()) {
            parts.push(left.trim());
            start = at + 1;
        }
    }
    parts.push(written[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// Splits `Name (ACRONYM)`.
pub(crate) fn split_acronym(text: &str) -> (String, Option<String>) {
    let text = text.trim();
    if let Some((name, rest)) = text.rsplit_once('(')
        && let Some(acronym) = rest.trim_end().strip_suffix(')')
        && is_acronym(acronym)
        && !name.trim().is_empty()
    {
        return (name.trim().to_owned(), Some(acronym.trim().to_owned()));
    }
    (text.to_owned(), None)
}

/// Whether a text in brackets is an acronym: short, with two capitals (`ESN SA`, `MOE-Gt`, `AfEONet`).
pub(crate) fn is_acronym(text: &str) -> bool {
    let text = text.trim();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    (2..=14).contains(&letters)
        && text.split_whitespace().count() <= 2
        && capitals >= 2
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '.' | '&' | '\'' | '’'))
}

fn is_english(name: &str) -> bool {
    amparo_domain::fold::words(name).any(|word| {
        matches!(
            word.as_str(),
            "for" | "of" | "the" | "and" | "association" | "center" | "network" | "citizen"
        )
    })
}

fn is_latin(text: &str) -> bool {
    let latin = text.chars().filter(|c| c.is_alphabetic() && u32::from(*c) < 0x250).count();
    let other = text.chars().filter(|c| c.is_alphabetic() && u32::from(*c) >= 0x370).count();
    latin >= other
}

#[cfg(test)]
mod tests;
