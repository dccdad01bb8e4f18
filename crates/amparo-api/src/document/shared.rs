//! Parameters that several operations take are written once, and referred to where they are taken. Written out
//! in each, they would be half of the document.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// A parameter that stands in several operations.
struct Shared {
    parameter: Value,
    /// What the first operation with it is about.
    tag: String,
    times: usize,
}

/// Writes parameters that stand in several operations of a document among its components.
pub(crate) fn share(document: &mut Value) {
    let mut found: BTreeMap<String, Shared> = BTreeMap::new();
    for operation in operations(document) {
        let tag = operation["tags"][0].as_str().unwrap_or_default().to_owned();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let new = || Shared { parameter: parameter.clone(), tag: tag.clone(), times: 0 };
            found.entry(parameter.to_string()).or_insert_with(new).times += 1;
        }
    }
    found.retain(|_, shared| shared.times > 1);
    let names = names(&found);
    for operation in operations(document) {
        for parameter in operation["parameters"].as_array_mut().into_iter().flatten() {
            if let Some(name) = names.get(&parameter.to_string()) {
                *parameter = json!({"$ref": format!("#/components/parameters/{name}")});
            }
        }
    }
    let by_name: BTreeMap<String, Value> = found
        .into_iter()
        .filter_map(|(text, shared)| Some((names.get(&text)?.clone(), shared.parameter)))
        .collect();
    document["components"]["parameters"] = Value::Object(Map::from_iter(by_name));
}

/// A name for each: its own for the one of that name that is taken most often, with what they are about for the
/// others.
fn names(found: &BTreeMap<String, Shared>) -> BTreeMap<String, String> {
    let mut often: Vec<(&String, &Shared)> = found.iter().collect();
    often.sort_by_key(|(_, shared)| std::cmp::Reverse(shared.times));
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (text, shared) in often {
        let own = shared.parameter["name"].as_str().unwrap_or_default();
        let about = format!("{own}_of_{}", shared.tag);
        let numbered = (2..).map(|nth| format!("{about}_{nth}"));
        let mut candidates = [own.to_owned(), about.clone()].into_iter().chain(numbered);
        let free = candidates.find(|name| !names.values().any(|taken| taken == name));
        names.extend(free.map(|name| (text.clone(), name)));
    }
    names
}

/// The operations of a document.
pub(crate) fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let items = document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
    items.filter_map(Value::as_object_mut).flat_map(|item| item.values_mut())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_twice_stands_once() {
        let limit =
            |most: u32| json!({"name": "limit", "in": "query", "schema": {"maximum": most}});
        let get = |tag: &str, parameters: &[Value]| json!({"get": {"tags": [tag], "parameters": parameters}});
        let mut document = json!({"paths": {
            "/a": get("lists", &[limit(200)]),
            "/b": get("lists", &[limit(200), json!({"name": "once", "in": "query"})]),
            "/c": get("maps", &[limit(1000)]),
            "/d": get("maps", &[limit(1000)]),
            "/e": get("lists", &[limit(200)]),
        }, "components": {}});
        share(&mut document);
        let at = |name: &str| json!({"$ref": format!("#/components/parameters/{name}")});
        let expected = json!({"limit": limit(200), "limit_of_maps": limit(1000)});
        assert_eq!(document["components"]["parameters"], expected);
        assert_eq!(document["paths"]["/b"]["get"]["parameters"][0], at("limit"));
        assert_eq!(document["paths"]["/b"]["get"]["parameters"][1]["name"], "once");
        assert_eq!(document["paths"]["/d"]["get"]["parameters"][0], at("limit_of_maps"));
    }
}
