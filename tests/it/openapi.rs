//! The committed document is the one that the router gives.

use std::collections::HashSet;
use std::path::Path;

use serde_json::Value;

fn path(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi").join(name)
}

#[test]
fn the_committed_document_is_the_one_of_the_router() {
    let json = format!("{}\n", amparo_api::openapi().to_pretty_json().unwrap());
    for (name, derived) in [("openapi.json", json), ("openapi.yaml", amparo_api::openapi_yaml())] {
        let path = path(name);
        if std::env::var_os("UPDATE_OPENAPI").is_some() {
            std::fs::write(&path, &derived).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap();
        assert!(committed == derived, "{name} is stale: run UPDATE_OPENAPI=1 cargo test openapi");
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_operation_is_told() {
    let document = serde_json::to_value(amparo_api::openapi()).unwrap();
    let mut references = Vec::new();
    find_references(&document, &mut references);
    assert!(references.len() > 100);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    let mut ids = HashSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} stands twice");
            for member in ["summary", "description", "tags", "security"] {
                assert!(!operation[member].is_null(), "{method} {path} has no {member}");
            }
            let answers = operation["responses"].as_object().unwrap();
            assert!(answers.contains_key("default"), "{method} {path} tells no failure");
        }
    }
}

fn find_references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                found.push(reference.clone());
            }
            members.values().for_each(|value| find_references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| find_references(value, found)),
        _ => {}
    }
}
