//! What the demonstration register really answers, as examples. A test compares them with a running
//! server; `UPDATE_OPENAPI=1` writes them anew.

use amparo_domain::kind::Kind;
use serde_json::{Value, json};

const INCIDENT: &str = include_str!("examples/incident.json");
const ORGANIZATION: &str = include_str!("examples/organization.json");
const ELECTION: &str = include_str!("examples/election.json");
const CASE: &str = include_str!("examples/case.json");
const STATEMENT: &str = include_str!("examples/statement.json");
const COUNTRY: &str = include_str!("examples/country.json");
const VOCABULARY: &str = include_str!("examples/vocabulary.json");

/// A record as its readers get it.
pub(crate) fn record(kind: Kind) -> Value {
    match kind {
        Kind::Incident => read(INCIDENT),
        Kind::Organization => read(ORGANIZATION),
        Kind::Election => read(ELECTION),
        Kind::Case => read(CASE),
        Kind::Statement => read(STATEMENT),
        // The register shows nobody outside an incident, and neither does its document.
        Kind::Person => json!({
            "number": "4827-1930", "state": "submitted", "network": "default",
            "names": [{"name": "Jane Example", "lang": "en", "script": "Latn"}],
            "position": "observer", "affiliations": [], "note": null, "sources": [],
            "external_ids": [], "revision": 1, "latest_revision": 1,
            "recorded_at": "2026-11-25T08:00:00.000000Z",
        }),
    }
}

/// A page with one record.
pub(crate) fn list(kind: Kind) -> Value {
    let meta = match kind {
        Kind::Incident => {
            json!({"period": {"from": "2020-01-01", "to": "2020-12-31"}, "sort": "-occurred", "total": 1})
        }
        _ => json!({}),
    };
    json!({"items": [record(kind)], "next": null, "meta": meta})
}

/// A record as its writer gets it back.
pub(crate) fn written(kind: Kind) -> Value {
    let mut record = record(kind);
    let new = json!({
        "state": "draft", "revision": 1, "latest_revision": 1,
        "recorded_at": "2026-11-25T08:00:00.000000Z", "possible_duplicates": [],
    });
    if let (Value::Object(record), Value::Object(new)) = (&mut record, new) {
        for published in ["version", "first_published", "last_changed"] {
            if let Some(value) = record.get_mut(published) {
                *value = Value::Null;
            }
        }
        record.extend(new);
    }
    record
}

/// A version of a record.
pub(crate) fn version(kind: Kind) -> Value {
    let mut record = record(kind);
    record["reason"] = Value::Null;
    record["published_at"] = json!("2026-11-25T09:00:00.000000Z");
    record
}

/// The timeline of an incident.
pub(crate) fn events() -> Value {
    json!({"items": record(Kind::Incident)["events"]})
}

/// A country.
pub(crate) fn country() -> Value {
    read(COUNTRY)
}

/// A list of the vocabulary.
pub(crate) fn vocabulary() -> Value {
    read(VOCABULARY)
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("examples are JSON")
}
