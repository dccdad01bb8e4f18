//! Whatever comes, it is read or refused, never followed by a panic.

use super::fixtures::full;
use super::*;

fn odd_values() -> Vec<Value> {
    let deep = (0..200).fold(json!(1), |inner, _| json!([inner]));
    let deep_object = (0..200).fold(json!(1), |inner, _| json!({"value": inner}));
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e308),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("\u{202e}\u{feff}"),
        json!("🕊️ é \u{301}"),
        json!("P1"),
        json!("/"),
        json!("9999-99-99"),
        json!("٤٨٢٧-١٩٣٠"),
        json!("99999999999999999999"),
        json!("{P1}{P2}{P9999}{P"),
        json!("x".repeat(10_000)),
        json!([]),
        json!([null]),
        json!([[]]),
        json!([{}]),
        json!(["", 1, {}, [], null]),
        json!({}),
        json!({"": {}}),
        json!({"number": {}, "slug": [], "name": 1, "external_id": 0}),
        json!({"edtf": "2024", "start": 1, "end": {}, "precision": [], "inferred": {}}),
        json!({"type": "Point", "coordinates": [1e308, -1e308]}),
        json!({"ref": "P1", "ref/": "~", "~": "/"}),
        deep,
        deep_object,
    ]
}

/// Every place in a document.
fn all_places(document: &Value, here: &str, into: &mut Vec<String>) {
    into.push(here.to_owned());
    match document {
        Value::Object(members) => {
            for (name, value) in members {
                all_places(value, &format!("{here}/{name}"), into);
            }
        }
        Value::Array(items) => {
            for (position, value) in items.iter().enumerate() {
                all_places(value, &format!("{here}/{position}"), into);
            }
        }
        _ => {}
    }
}

fn holds(kind: Kind, document: &Value) {
    let Err(Invalid(issues)) = read(kind, document) else {
        return;
    };
    assert!(!issues.is_empty(), "refused for nothing: {document}");
    for issue in &issues {
        assert!(!issue.message.is_empty());
        // The place is there, or it is a member that is not.
        let there = document.pointer(&issue.pointer).is_some();
        let parent = issue.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
        let missing = document.pointer(parent).is_some_and(Value::is_object);
        assert!(there || missing, "{issue:?} is nowhere in {document}");
    }
    let once: std::collections::HashSet<_> =
        issues.iter().map(|issue| (&issue.pointer, &issue.message)).collect();
    assert_eq!(once.len(), issues.len(), "{issues:?}");
}

#[test]
fn any_value_at_any_place() {
    for kind in Kind::ALL {
        let good = full(kind);
        draft(kind, &good);
        let mut places = Vec::new();
        all_places(&good, "", &mut places);
        for value in odd_values() {
            holds(kind, &value);
            for place in places.iter().filter(|place| !place.is_empty()) {
                holds(kind, &with(good.clone(), place, value.clone()));
            }
        }
    }
}

#[test]
fn any_value_at_all_places_at_once() {
    for kind in Kind::ALL {
        for (shift, _) in odd_values().iter().enumerate() {
            let mut document = json!({});
            for (name, value) in members(kind).iter().zip(odd_values().iter().cycle().skip(shift)) {
                document[*name] = value.clone();
            }
            holds(kind, &document);
            let _ = read_entry(kind, &with(document, "/state", odd_values()[shift].clone()));
        }
    }
}

#[test]
fn a_hostile_document_costs_little() {
    let mut wide = serde_json::Map::new();
    for n in 0..100_000 {
        wide.insert(format!("member_{n}"), json!(n));
    }
    let wide = Value::Object(wide);
    let organizations =
        vec![json!({"name": "x", "country": "Azerbajan", "contry": 1, "nmae": 1}); 1_000];
    for kind in Kind::ALL {
        holds(kind, &wide);
    }
    holds(Kind::Incident, &json!({"organizations": organizations, "people": [wide]}));
}
