//! JSON files of register objects: `register/*.json`, and what the API itself gives.
//!
//! Every member is mapped, passed on, or said to be left out.

mod incident;
mod kinds;

pub(crate) use incident::{known_names, tokenise};

use std::io::Read as _;

use amparo_domain::kind::Kind;
use serde_json::Value;

use crate::bytes::{Text, whole};
use crate::entry::{Batch, Entry, Note, Place, ReadError, ReadOptions};
use crate::wire::{Object, external_id};

/// The system that bare ids belong to unless the operator names another.
const SYSTEM: &str = "register";

/// What the compiler knew for checking, deliberately not data.
pub(crate) const FOR_CHECKING: [&str; 3] = ["status", "status_as_of", "source_confidence"];

/// Reads a JSON array of register objects.
pub(crate) fn read_array(
    file: &str,
    text: Text,
    options: &ReadOptions<'_>,
) -> Result<Batch, ReadError> {
    let text = whole(file, text)?;
    let objects: Vec<Value> = serde_json::from_str(&text).map_err(|e| broken(file, &e))?;
    Ok(batch(file, objects, options))
}

/// Reads one JSON object, a list as the API gives it, or objects one after another (JSON Lines).
pub(crate) fn read_values(
    file: &str,
    mut text: Text,
    options: &ReadOptions<'_>,
) -> Result<Batch, ReadError> {
    let mut bytes = Vec::new();
    text.read_to_end(&mut bytes).map_err(|e| crate::bytes::io_error(file, e))?;
    let mut objects = Vec::new();
    for value in serde_json::Deserializer::from_slice(&bytes).into_iter::<Value>() {
        let mut value = value.map_err(|e| broken(file, &e))?;
        match value.get_mut("items").map(Value::take) {
            Some(Value::Array(items)) => objects.extend(items),
            _ => objects.push(value),
        }
    }
    Ok(batch(file, objects, options))
}

fn broken(file: &str, error: &serde_json::Error) -> ReadError {
    ReadError::Content {
        place: Place::row(file, error.line() as u64),
        column: Some(error.column() as u64),
        message: format!("this is not valid JSON: {error}"),
    }
}

fn batch(file: &str, objects: Vec<Value>, options: &ReadOptions<'_>) -> Batch {
    let mut checked = false;
    let entries = objects
        .into_iter()
        .enumerate()
        .map(|(index, value)| {
            let place = Place::pointer(file, format!("/{index}"));
            let Value::Object(object) = value else {
                return Err(Note::problem(&place, "this is not an object, and was left out"));
            };
            checked |= FOR_CHECKING.iter().any(|name| object.contains_key(*name));
            entry(object, place, options)
        })
        .collect();
    let mut notes = Vec::new();
    if checked {
        notes.push(Note::info(
            &Place::file(file),
            format!("{} are for checking and were not imported", FOR_CHECKING.join(", ")),
        ));
    }
    Batch::whole(entries, notes)
}

fn entry(object: Object, place: Place, options: &ReadOptions<'_>) -> Result<Entry, Note> {
    let Some(kind) = kind_of(&object) else {
        return Err(Note::problem(
            &place,
            "what this object is cannot be told from its members, and it was left out; an incident has types, \
             an organization a name and a kind, an election a type and a date, a case incidents and no date, \
             a statement a title and a date, a person names",
        ));
    };
    let mut members = Members::new(object, place, options);
    match kind {
        Kind::Incident => incident::map(&mut members),
        Kind::Organization => kinds::organization(&mut members),
        Kind::Election => kinds::election(&mut members),
        Kind::Case => kinds::case(&mut members),
        Kind::Statement => kinds::statement(&mut members),
        Kind::Person => kinds::person(&mut members),
    }
    Ok(members.finish(kind))
}

fn kind_of(object: &Object) -> Option<Kind> {
    let has = |name: &str| object.contains_key(name);
    if has("types") || has("occurred") {
        Some(Kind::Incident)
    } else if has("issuing_org")
        || has("issuer")
        || has("cites_incidents")
        || has("body")
        || has("endorsers")
    {
        Some(Kind::Statement)
    } else if has("names") || has("name_variants") || has("affiliations") {
        Some(Kind::Person)
    } else if has("name") && has("type") && has("date") {
        Some(Kind::Election)
    } else if has("name")
        && ["kind", "acronym", "networks", "native_name", "website"].iter().any(|m| has(m))
    {
        Some(Kind::Organization)
    } else if has("incidents") && has("title") && !has("date") {
        Some(Kind::Case)
    } else if has("title") && has("date") {
        Some(Kind::Statement)
    } else {
        None
    }
}

/// An object whose members are taken one by one, so that none is lost unsaid.
struct Members<'a> {
    given: Object,
    value: Object,
    place: Place,
    notes: Vec<Note>,
    options: &'a ReadOptions<'a>,
}

impl<'a> Members<'a> {
    fn new(given: Object, place: Place, options: &'a ReadOptions<'a>) -> Self {
        Self { given, value: Object::new(), place, notes: Vec::new(), options }
    }

    fn system(&self) -> &'a str {
        self.options.system.as_deref().unwrap_or(SYSTEM)
    }

    /// Takes a member; `null` counts as absent.
    fn take(&mut self, name: &str) -> Option<Value> {
        self.given.shift_remove(name).filter(|value| !value.is_null())
    }

    fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.value.insert(name.into(), value.into());
    }

    /// Passes members on as they are.
    fn pass(&mut self, names: &[&str]) {
        for name in names {
            // That the day is not known has to be said, and null says it.
            let unknown = *name == "occurred" && self.given.get(*name).is_some_and(Value::is_null);
            let value = self.take(name).or(unknown.then_some(Value::Null));
            if let Some(value) = value {
                self.set(name, value);
            }
        }
    }

    /// Passes a member on under another name.
    fn rename(&mut self, from: &str, to: &str) {
        if let Some(value) = self.take(from) {
            self.set(to, value);
        }
    }

    /// `external_id` (ours) and `external_ids` (the API's).
    fn external_ids(&mut self) {
        let mut ids = match self.take("external_ids") {
            Some(Value::Array(ids)) => ids,
            _ => Vec::new(),
        };
        match self.take("external_id") {
            Some(Value::String(id)) => ids.push(external_id(self.system(), &id)),
            Some(Value::Number(id)) => ids.push(external_id(self.system(), &id.to_string())),
            _ => {}
        }
        if !ids.is_empty() {
            self.set("external_ids", ids);
        }
    }

    /// Sources, numbered where they are not; the import itself where there are none.
    fn sources(&mut self) {
        let mut sources = match self.take("sources") {
            Some(Value::Array(sources)) => sources,
            _ => Vec::new(),
        };
        if sources.is_empty() {
            sources.push(crate::wire::import_source(&self.place.file));
        }
        for (index, source) in sources.iter_mut().enumerate() {
            if let Value::Object(source) = source {
                source.entry("ref").or_insert_with(|| format!("S{}", index + 1).into());
            }
        }
        self.set("sources", sources);
    }

    /// A reference written as a bare id of this file's system.
    fn reference(&self, value: Value) -> Value {
        match value {
            Value::String(id) => crate::wire::by_external_id(self.system(), &id),
            other => other,
        }
    }

    fn references(&self, value: Value) -> Value {
        match value {
            Value::Array(all) => all.into_iter().map(|one| self.reference(one)).collect(),
            other => self.reference(other),
        }
    }

    fn finish(mut self, kind: Kind) -> Entry {
        for name in FOR_CHECKING {
            self.given.shift_remove(name);
        }
        for (name, value) in std::mem::take(&mut self.given) {
            if !value.is_null() && !READ_ONLY.contains(&name.as_str()) {
                let message =
                    format!("\"{name}\" is not a member of {kind} records, and was left out");
                self.notes.push(Note::warning(&self.place, message));
            }
        }
        Entry {
            kind,
            value: Value::Object(self.value),
            place: self.place,
            notes: self.notes,
            returning: None,
        }
    }
}

/// What the API gives but nobody sends.
const READ_ONLY: [&str; 7] =
    ["number", "version", "network", "cited_by", "first_published", "last_changed", "custody"];

#[cfg(test)]
mod tests;
