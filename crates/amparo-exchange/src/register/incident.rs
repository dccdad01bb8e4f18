//! An incident of the register.

use serde_json::{Value, json};

use super::Members;
use crate::names::Names;
use crate::wire::{Object, by_external_id};

/// Members that are already written as a client would.
const SAME: &[&str] = &[
    "grade",
    "grade_basis",
    "state",
    "title",
    "summary",
    "lang",
    "types",
    "subtypes",
    "occurred",
    "date_note",
    "country",
    "admin1",
    "place",
    "location",
    "location_precision",
    "election",
    "organizations",
    "affected",
    "perpetrators",
    "events",
    "claims",
    "severity",
    "severity_reason",
    "in_danger_now",
    "other_text",
];

pub(super) fn map(members: &mut Members<'_>) {
    members.external_ids();
    own_form(members);
    members.pass(SAME);
    let people = people(members);
    members.sources();
    let language = members.take("source_language");
    if let Some(language) = language {
        if let Some(Value::Object(main)) = members.value["sources"].get_mut(0) {
            main.insert("lang".into(), language);
        }
        // The register's own texts are written in English, whatever the source's language.
        members.value.entry("lang").or_insert_with(|| "en".into());
    }
    if let Some(case) = members.take("case") {
        let case = members.reference(case);
        members.set("case", case);
    }
    if let Some(Value::Array(related)) = members.take("related") {
        let system = members.system();
        let related: Vec<Value> = related.into_iter().map(|r| relation(r, system)).collect();
        members.set("related", related);
    }
    if !people.is_empty() {
        let names = known_names(&people);
        members.set("people", people);
        tokenise(&mut members.value, &names, &Names::default());
    }
}

/// What Amparo's own form writes more briefly: names alone, and a point as two numbers.
fn own_form(members: &mut Members<'_>) {
    for (list, role) in [("people", "affected_person"), ("organizations", "affected_organization")]
    {
        if let Some(Value::Array(items)) = members.given.get_mut(list)
            && list_of_names(items)
        {
            for item in items {
                let mut named = json!({ "name": item.take(), "role": role });
                if list == "people" {
                    named["display"] = "role".into();
                }
                *item = named;
            }
        }
    }
    if let (Some(lat), Some(lon)) = (members.take("lat"), members.take("lon")) {
        members.set("location", json!({ "type": "Point", "coordinates": [lon, lat] }));
        members.set("location_precision", "settlement");
    } else {
        members.given.shift_remove("lat");
        members.given.shift_remove("lon");
    }
}

/// Names, not slugs: a slug has neither spaces nor capitals.
fn list_of_names(items: &[Value]) -> bool {
    !items.is_empty()
        && items.iter().all(|item| {
            item.as_str().is_some_and(|name| {
                name.contains(char::is_whitespace) || name.contains(char::is_uppercase)
            })
        })
}

/// People: a key of this file becomes an id of its system.
fn people(members: &mut Members<'_>) -> Vec<Value> {
    let Some(Value::Array(people)) = members.take("people") else {
        return Vec::new();
    };
    people
        .into_iter()
        .enumerate()
        .map(|(index, person)| {
            let Value::Object(mut person) = person else {
                return person;
            };
            if let Some(key) = person.get("person").and_then(Value::as_str) {
                let reference = by_external_id(members.system(), key);
                person.insert("person".into(), reference);
            }
            person.entry("ref").or_insert_with(|| format!("P{}", index + 1).into());
            Value::Object(person)
        })
        .collect()
}

fn relation(related: Value, system: &str) -> Value {
    let Value::String(id) = related else {
        return related;
    };
    let mut relation = by_external_id(system, &id);
    relation["relation"] = "related".into();
    relation
}

/// The names that a list of people knows.
pub(crate) fn known_names(people: &[Value]) -> Names {
    let mut names = Names::default();
    for person in people {
        let Some(reference) = person.get("ref").and_then(Value::as_str) else {
            continue;
        };
        let variants = person.get("name_variants").and_then(Value::as_array);
        let written = person.get("name").into_iter().chain(variants.into_iter().flatten());
        for name in written.filter_map(Value::as_str) {
            names.add(reference, name);
        }
    }
    names
}

/// Members that hold running text, besides those of events and sources.
const TEXTS: &[&str] = &["title", "summary", "excerpt", "body", "date_note", "note"];

/// Replaces names by tokens in every text of a record, and leaves those of others out.
pub(crate) fn tokenise(value: &mut Object, names: &Names, others: &Names) {
    for name in TEXTS {
        if let Some(text) = value.get_mut(*name) {
            replace(text, names, others);
        }
    }
    if let Some(kept) = value.get_mut("front_matter") {
        replace_all(kept, names, others);
    }
    for (list, member) in [("events", "text"), ("sources", "title"), ("links", "title")] {
        if let Some(Value::Array(items)) = value.get_mut(list) {
            for item in items {
                if let Some(text) = item.get_mut(member) {
                    replace(text, names, others);
                }
            }
        }
    }
}

fn replace_all(value: &mut Value, names: &Names, others: &Names) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| replace_all(item, names, others)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| replace_all(member, names, others));
        }
        value => replace(value, names, others),
    }
}

fn replace(value: &mut Value, names: &Names, others: &Names) {
    if let Value::String(text) = value {
        let replaced = names.replace_beside(others, text);
        if let std::borrow::Cow::Owned(replaced) = replaced {
            *text = replaced;
        }
    }
}
