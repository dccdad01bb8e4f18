//! Small makers of the values that several readers write alike.

use serde_json::{Map, Value, json};

/// An object under construction.
pub(crate) type Object = Map<String, Value>;

/// The id that something has in another system.
pub(crate) fn external_id(system: &str, id: &str) -> Value {
    json!({ "system": system, "id": id })
}

/// A reference to a record by its id in another system.
pub(crate) fn by_external_id(system: &str, id: &str) -> Value {
    json!({ "external_id": external_id(system, id) })
}

/// The source of what came without one: the file. When that was written nobody said, and the day of an
/// import would make the same file another thing tomorrow.
pub(crate) fn import_source(file: &str) -> Value {
    let mut source = Object::new();
    source.insert("ref".into(), "S1".into());
    source.insert("title".into(), format!("Import of {file}").into());
    Value::Object(source)
}

/// The lower-case words of a text joined by hyphens, cut at a word within the limit.
pub(crate) fn slug(text: &str, without: &[String], limit: usize) -> String {
    let mut slug = String::new();
    for word in amparo_domain::fold::words(text) {
        if without.contains(&word) {
            continue;
        }
        if !slug.is_empty() && slug.len() + word.len() >= limit {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&word);
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_drops_names_and_ends_at_a_word() {
        let without = ["perez".to_owned()];
        assert_eq!(slug("Arrest of Ms Pérez, in Área 5", &without, 80), "arrest-of-ms-in-area-5");
        assert_eq!(slug("one two three", &[], 9), "one-two");
    }
}
