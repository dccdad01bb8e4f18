use std::io::Cursor;

use serde_json::{Value, json};

use super::*;

fn read(value: &Value) -> (Vec<Result<Entry, Note>>, Vec<Note>) {
    let options = ReadOptions::default();
    let text: Text = Box::new(Cursor::new(value.to_string().into_bytes()));
    let batch = read_array("r.json", text, &options).unwrap();
    (batch.entries.collect(), batch.notes)
}

fn one(value: &Value) -> Entry {
    read(&json!([value])).0.remove(0).unwrap()
}

#[test]
fn an_incident_keeps_every_member() {
    let entry = one(&json!({
        "external_id": "xx-1", "state": "published", "grade": "reported",
        "title": "Detention of Ana Ruiz", "summary": "s", "types": ["detention"], "subtypes": ["arrest"],
        "occurred": "2024-04", "country": "AZ", "case": "xx-case", "related": ["xx-2"],
        "people": [{"ref": "P1", "person": "person-01", "name": "Ana Ruiz", "role": "affected_person", "display": "name"}],
        "events": [{"ref": "E1", "date": "2024-04", "kind": "detained", "text": "Ruiz is held.", "people": ["P1"]}],
        "sources": [{"title": "Where is Ana Ruíz?", "publisher": "p", "url": "https://example.org", "date": null}],
        "source_language": "es", "status": "closed", "status_as_of": null, "source_confidence": "high"
    }));
    assert_eq!(entry.kind, Kind::Incident);
    assert!(entry.notes.is_empty(), "{:?}", entry.notes);
    let v = &entry.value;
    assert_eq!(v["external_ids"], json!([{"system": "register", "id": "xx-1"}]));
    assert_eq!(v["title"], "Detention of {P1}");
    assert_eq!(v["events"][0]["text"], "{P1} is held.");
    assert_eq!(v["sources"][0]["title"], "Where is {P1}?");
    assert_eq!((&v["sources"][0]["ref"], &v["sources"][0]["lang"]), (&json!("S1"), &json!("es")));
    assert_eq!(v["lang"], "en");
    assert_eq!(
        v["people"][0]["person"],
        json!({"external_id": {"system": "register", "id": "person-01"}})
    );
    assert_eq!(v["case"], json!({"external_id": {"system": "register", "id": "xx-case"}}));
    assert_eq!(
        v["related"],
        json!([{"external_id": {"system": "register", "id": "xx-2"}, "relation": "related"}])
    );
    for absent in ["status", "status_as_of", "source_confidence", "source_language"] {
        assert!(v.get(absent).is_none(), "{absent}");
    }
}

#[test]
fn the_own_form_may_come_as_json_lines() {
    let options = ReadOptions { system: Some("bench".into()), ..ReadOptions::default() };
    let line = r#"{"external_id":1,"occurred":"2024-05-06","country":"NA","lat":-22.5,"lon":17.1,"title":"Threat to Ana Ruiz","types":["threat"],"organizations":["Red A"],"people":["Ana Ruiz"]}"#;
    let lines = format!("{line}\n{}\n", line.replace("-22.5", "null").replace("17.1", "null"));
    let batch = crate::read("own.jsonl", Cursor::new(lines.into_bytes()), &options).unwrap();
    let entries: Vec<Entry> = batch.entries.map(Result::unwrap).collect();
    assert_eq!(entries.len(), 2);
    let value = &entries[0].value;
    assert!(entries.iter().all(|e| e.notes.is_empty()), "{:?}", entries[1].notes);
    assert_eq!(value["title"], "Threat to {P1}");
    assert_eq!(value["location"], json!({"type": "Point", "coordinates": [17.1, -22.5]}));
    assert_eq!(value["organizations"], json!([{"name": "Red A", "role": "affected_organization"}]));
    assert_eq!(
        value["people"],
        json!([{"name": "Ana Ruiz", "role": "affected_person", "display": "role", "ref": "P1"}])
    );
    assert_eq!(value["external_ids"], json!([{"system": "bench", "id": "1"}]));
    assert!(entries[1].value.get("location").is_none());
}

#[test]
fn what_is_not_known_is_said() {
    let entry = one(&json!({"types": ["threat"], "title": "t", "colour": "red", "number": "1"}));
    let said: Vec<String> = entry.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        ["r.json, /0: \"colour\" is not a member of incident records, and was left out"]
    );
    assert_eq!(entry.value["sources"][0]["title"], "Import of r.json");
    assert!(
        entry.value["sources"][0].get("date").is_none(),
        "the day of the import is no date of it"
    );
}

#[test]
fn kinds_are_told_by_their_members() {
    for (value, kind) in [
        (json!({"name": "n", "acronym": null}), Kind::Organization),
        (json!({"name": "n", "type": "general", "date": "2024"}), Kind::Election),
        (json!({"title": "t", "incidents": []}), Kind::Case),
        (json!({"title": "t", "date": "2024-01-01", "cites_incidents": []}), Kind::Statement),
        (json!({"names": []}), Kind::Person),
    ] {
        assert_eq!(one(&value).kind, kind);
    }
    let (entries, _) = read(&json!([{"what": 1}, 2]));
    assert!(entries.iter().all(Result::is_err));
}

#[test]
fn statements_and_organizations_are_renamed_into_the_wire_shape() {
    let statement = one(&json!({
        "title": "t", "date": "2024-04-30", "issuing_org": "net", "endorsing_orgs": ["a"], "language": "fr",
        "summary": "s", "cites_incidents": ["xx-1"], "external_id": "st"
    }))
    .value;
    assert_eq!(statement["issuer"], "net");
    assert_eq!(statement["lang"], "fr");
    assert_eq!(statement["excerpt"], "s");
    assert_eq!(statement["endorsers"], json!([{"slug": "a"}]));
    assert_eq!(
        statement["incidents"],
        json!([{"external_id": {"system": "register", "id": "xx-1"}}])
    );
    let organization = one(&json!({"name": "n", "kind": "network", "networks": ["x"]})).value;
    assert_eq!(organization["networks"], json!([{"network": "x"}]));
}

#[test]
fn broken_json_names_line_and_column() {
    let options = ReadOptions::default();
    let text: Text = Box::new(Cursor::new(b"[\n {\"a\": }\n]".to_vec()));
    let error = read_array("r.json", text, &options).unwrap_err();
    assert!(error.to_string().starts_with("r.json, row 2: this is not valid JSON"), "{error}");
    let ReadError::Content { column, .. } = error else { panic!("{error}") };
    assert_eq!(column, Some(8));
}
