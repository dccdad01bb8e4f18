//! What GET gave may be sent back: read-only members unchanged, texts as they were rendered.

use amparo_domain::incident::PersonLink;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::validation::Issue;
use amparo_domain::vocabulary::Display;
use amparo_exchange::draft;
use serde_json::Value;

/// Members that tell of a question and not of the record.
const OF_A_QUESTION: [&str; 2] = ["match", "representative_point"];

/// Members that are derived from the events about a person, or kept elsewhere.
const DERIVED_OF_PEOPLE: [&str; 7] =
    ["custody", "charges", "next_date", "confidential_name", "display_by", "display_on", "name"];

/// Turns what a client sends back into what a writer sends: takes out read-only members that are
/// unchanged, and puts the stored text where the client sends the rendered one.
///
/// `rendered` is the record as the client got it, `raw` the same with `{P1}` in its texts.
///
/// Who does not know the people in it, sends them back by what the record calls them.
pub(crate) fn accept(
    kind: Kind,
    sent: &mut Value,
    rendered: &Value,
    raw: &Value,
    people: &[PersonLink<Number>],
) -> Vec<Issue> {
    let mut issues = Vec::new();
    restore(sent, rendered, raw);
    let Value::Object(members) = sent else {
        return issues;
    };
    for member in draft::read_only(kind) {
        let Some(value) = members.remove(*member) else {
            continue;
        };
        // What a question adds is no part of the record.
        if OF_A_QUESTION.contains(member) {
            continue;
        }
        let same = |view: &Value| *view.get(*member).unwrap_or(&Value::Null) == value;
        if !same(rendered) && !same(raw) {
            issues.push(read_only(format!("/{member}")));
        }
    }
    if let Some(Value::Array(sent)) = members.get_mut("people") {
        for (i, person) in sent.iter_mut().enumerate() {
            name_person(person, people);
            accept_person(person, i, rendered, &mut issues);
        }
    }
    let named = |view: &Value| view.pointer("/affected/named").cloned();
    if let Some(sent) = members.get("affected").and_then(|affected| affected.get("named"))
        && named(rendered).as_ref() != Some(sent)
    {
        issues.push(read_only("/affected/named".to_owned()));
    }
    issues
}

/// Adds the number of a person whom the record links already, where the sender does not know it.
fn name_person(sent: &mut Value, people: &[PersonLink<Number>]) {
    let Value::Object(members) = sent else {
        return;
    };
    if members.contains_key("person") {
        return;
    }
    let reference = members.get("ref").and_then(Value::as_str);
    let Some(link) = people.iter().find(|link| Some(link.reference.as_str()) == reference) else {
        return;
    };
    // Whoever sends a name that the record does not show means somebody new.
    let shown = link.display == Display::Name;
    if members.get("name").is_none_or(Value::is_null) || shown {
        members.insert("person".to_owned(), link.person.to_string().into());
    }
}

fn accept_person(person: &mut Value, nth: usize, rendered: &Value, issues: &mut Vec<Issue>) {
    let Value::Object(members) = person else {
        return;
    };
    // Only a person who is linked already has derived members; a new one has a name of their own.
    if !members.contains_key("person") {
        return;
    }
    let reference = members.get("ref").cloned();
    let people = rendered.get("people").and_then(Value::as_array);
    let before = people.and_then(|p| p.iter().find(|p| p.get("ref") == reference.as_ref()));
    for member in DERIVED_OF_PEOPLE {
        let Some(value) = members.remove(member) else {
            continue;
        };
        let same = before.and_then(|before| before.get(member)) == Some(&value);
        if same || value.is_null() {
            continue;
        }
        if member == "name" {
            let message = "the name of a person is changed at /api/v1/people, in one place";
            issues.push(Issue::at(format!("/people/{nth}/name"), message));
        } else {
            issues.push(read_only(format!("/people/{nth}/{member}")));
        }
    }
}

fn read_only(pointer: String) -> Issue {
    Issue::at(pointer, "is read-only: leave it as it was, or out")
}

/// Puts the raw value wherever the rendered one is sent back unchanged.
fn restore(sent: &mut Value, rendered: &Value, raw: &Value) {
    if sent == rendered {
        *sent = raw.clone();
        return;
    }
    match (sent, rendered, raw) {
        (Value::Object(sent), Value::Object(rendered), Value::Object(raw)) => {
            // What only the rendering says, such as that something is hidden, nobody says back.
            sent.retain(|member, value| {
                raw.contains_key(member) || rendered.get(member) != Some(value)
            });
            for (member, value) in sent {
                if let (Some(rendered), Some(raw)) = (rendered.get(member), raw.get(member)) {
                    restore(value, rendered, raw);
                }
            }
        }
        (Value::Array(sent), Value::Array(rendered), Value::Array(raw)) => {
            // By their names where they have some, because items may have moved.
            for (i, value) in sent.iter_mut().enumerate() {
                let name = value.get("ref").cloned();
                let at = match &name {
                    Some(name) => rendered.iter().position(|item| item.get("ref") == Some(name)),
                    None if rendered.get(i) == Some(&*value) => Some(i),
                    None => rendered.iter().position(|item| item == value).or(Some(i)),
                };
                if let Some((rendered, raw)) =
                    at.and_then(|at| Some((rendered.get(at)?, raw.get(at)?)))
                {
                    restore(value, rendered, raw);
                }
            }
        }
        _ => {}
    }
}

/// Leaves of each date what a writer says of it, so that a patch of `edtf` alone does not contradict
/// the bounds that were derived from the date before.
pub(crate) fn forget_derived(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.contains_key("edtf") {
                members.retain(|member, _| matches!(member.as_str(), "edtf" | "inferred"));
            }
            members.values_mut().for_each(forget_derived);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_derived),
        _ => {}
    }
}

/// Applies a JSON merge patch (RFC 7396).
pub(crate) fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(target) = target else {
        return;
    };
    for (member, value) in patch {
        if value.is_null() {
            target.remove(&member);
        } else {
            merge(target.entry(member).or_insert(Value::Null), value);
        }
    }
}

/// The differences between two documents, in the order of their places.
pub(crate) fn differences(from: &Value, to: &Value) -> Vec<crate::dto::Difference> {
    let mut found = Vec::new();
    differ("", Some(from), Some(to), &mut found);
    found
}

fn differ(
    pointer: &str,
    from: Option<&Value>,
    to: Option<&Value>,
    found: &mut Vec<crate::dto::Difference>,
) {
    match (from, to) {
        (Some(from), Some(to)) if from == to => {}
        (Some(Value::Object(from)), Some(Value::Object(to))) => {
            let added = to.keys().filter(|member| !from.contains_key(*member));
            for member in from.keys().chain(added) {
                let escaped = member.replace('~', "~0").replace('/', "~1");
                differ(&format!("{pointer}/{escaped}"), from.get(member), to.get(member), found);
            }
        }
        (Some(Value::Array(from)), Some(Value::Array(to))) => {
            for i in 0..from.len().max(to.len()) {
                differ(&format!("{pointer}/{i}"), from.get(i), to.get(i), found);
            }
        }
        (from, to) => found.push(crate::dto::Difference {
            pointer: pointer.to_owned(),
            from: from.cloned(),
            to: to.cloned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn merges_as_the_rfc_says() {
        // The cases of RFC 7396, appendix A.
        for (target, patch, merged) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            let mut result = target.clone();
            merge(&mut result, patch.clone());
            assert_eq!(result, merged, "{target} + {patch}");
        }
    }

    #[test]
    fn takes_back_what_it_gave() {
        let rendered = json!({"number": "1", "title": "Ann was held", "sources": [{"ref": "S1", "url": null}]});
        let raw = json!({"number": "1", "title": "{P1} was held", "sources": [{"ref": "S1", "url": "https://x"}]});
        let mut sent = rendered.clone();
        assert!(accept(Kind::Incident, &mut sent, &rendered, &raw, &[]).is_empty());
        assert_eq!(
            sent,
            json!({"title": "{P1} was held", "sources": [{"ref": "S1", "url": "https://x"}]})
        );
        let mut sent = json!({"number": "2", "title": "Another"});
        let issues = accept(Kind::Incident, &mut sent, &rendered, &raw, &[]);
        assert_eq!(issues[0].pointer, "/number");
        assert_eq!(sent["title"], "Another");
    }

    #[test]
    fn names_each_difference() {
        let found = differences(
            &json!({"a": 1, "b": [1, 2], "c/d": 0}),
            &json!({"a": 2, "b": [1], "e": 3, "c/d": 0}),
        );
        let pointers: Vec<_> = found.iter().map(|d| d.pointer.as_str()).collect();
        assert_eq!(pointers, ["/a", "/b/1", "/e"]);
    }
}
