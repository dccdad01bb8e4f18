//! The document as YAML.
//!
//! Texts are quoted but for plain words, because readers of YAML 1.1, which most are, take `on` for
//! true and `2024-04-29` for a date.

use serde_json::Value;

/// Words that some readers of YAML take for something else than a text.
const RESERVED: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// Writes a value as YAML.
pub(crate) fn yaml(value: &Value) -> String {
    let mut out = String::new();
    block(&mut out, value, 0);
    out
}

/// Writes the members or items of a value, each in its line.
fn block(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                indent(out, depth);
                text(out, name);
                out.push(':');
                after(out, value, depth);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                indent(out, depth);
                out.push('-');
                after(out, item, depth);
            }
        }
        scalar => {
            indent(out, depth);
            inline(out, scalar);
            out.push('\n');
        }
    }
}

/// Writes a value after its name or dash: in the same line if it fits there.
fn after(out: &mut String, value: &Value, depth: usize) {
    let nested = match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    if nested {
        out.push('\n');
        block(out, value, depth + 1);
    } else {
        out.push(' ');
        inline(out, value);
        out.push('\n');
    }
}

fn inline(out: &mut String, value: &Value) {
    match value {
        Value::String(string) => text(out, string),
        // What is not a text and not nested reads the same in both.
        other => out.push_str(&other.to_string()),
    }
}

/// Writes a text: as it is if nobody can take it for something else, else as JSON does, which YAML
/// reads.
fn text(out: &mut String, text: &str) {
    let starts = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'/');
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'/' | b'.');
    let reserved = RESERVED.iter().any(|word| text.eq_ignore_ascii_case(word));
    if starts && !reserved && text.bytes().all(plain) {
        out.push_str(text);
    } else {
        // Readers of YAML also break lines where JSON does not.
        for c in Value::from(text).to_string().chars() {
            match c {
                '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                    out.extend(["\\u", &format!("{:04x}", u32::from(c))]);
                }
                c => out.push(c),
            }
        }
    }
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_back_as_what_was_written() {
        let value = json!({
            "on": ["no", "2024-04-29", "", "a: b", "# c", "- d", "1", " e ", "{P1}", "f\ng", "null", "~"],
            "200": {"empty": {}, "none": [], "nested": [[1, 2.5], {"x": null, "y": true}]},
            "/r/{number}": "ə \u{2028} \"quoted\"",
        });
        let read: Value = serde_yaml_ng::from_str(&yaml(&value)).unwrap();
        assert_eq!(read, value);
        assert!(yaml(&value).starts_with("\"on\":\n  - \"no\"\n  - \"2024-04-29\"\n"));
    }
}
