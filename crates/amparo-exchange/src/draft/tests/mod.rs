//! One table per kind: each row breaks one rule and names the one place and the words that say so.

mod codes;
mod fixtures;
mod incident;
mod order;
mod people;
mod records;
mod reference;
mod robust;
mod statement;

use amparo_domain::facts::{Draft, Facts};
use amparo_domain::kind::Kind;
use amparo_domain::reference::Reference;
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::State;
use serde_json::{Value, json};

use super::{members, read, read_entry, read_only};

/// The problems of a document that has some.
fn problems(kind: Kind, document: &Value) -> Vec<Issue> {
    match read(kind, document) {
        Ok(_) => panic!("nothing is wrong with {document}"),
        Err(Invalid(issues)) => issues,
    }
}

fn places(issues: &[Issue]) -> Vec<&str> {
    issues.iter().map(|issue| issue.pointer.as_str()).collect()
}

/// The draft of a document with which nothing is wrong.
fn draft(kind: Kind, document: &Value) -> Draft {
    let (draft, warnings) =
        read(kind, document).unwrap_or_else(|invalid| panic!("{document}: {invalid:?}"));
    assert_eq!(warnings, [], "{document}");
    draft
}

/// The document with another value at a place; the last step may be new.
fn with(mut document: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Object(members) => {
            members.insert(name.to_owned(), value);
        }
        Value::Array(items) => match name.parse::<usize>().unwrap() {
            new if new == items.len() => items.push(value),
            known => items[known] = value,
        },
        other => panic!("{other} holds nothing"),
    }
    document
}

/// The document without a member.
fn without(mut document: Value, name: &str) -> Value {
    document.as_object_mut().unwrap().shift_remove(name).unwrap();
    document
}

/// A place, what is written there, the place of the problem, and words of its message.
type Broken<'a> = (&'a str, Value, &'a str, &'a str);

/// Breaks a good document in one place at a time, and finds that problem and no other.
fn each_breaks(kind: Kind, good: &Value, table: &[Broken<'_>]) {
    assert!(read(kind, good).is_ok());
    for (pointer, value, place, words) in table {
        let issues = problems(kind, &with(good.clone(), pointer, value.clone()));
        assert_eq!(places(&issues), [*place], "{pointer}: {value}: {issues:?}");
        assert!(issues[0].message.contains(words), "{pointer}: {value}: {issues:?}");
    }
}

/// The same by lines of `place | JSON | place of the problem | words`, where `=` is the same place
/// and `x*201` is a text of so many letters.
fn each_line_breaks(kind: Kind, good: &Value, table: &str) {
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    let rows: Vec<Broken<'_>> = rows
        .iter()
        .map(|row| {
            let [pointer, value, place, words] = row[..] else {
                panic!("{row:?} has no four columns");
            };
            let place = if place == "=" { pointer } else { place };
            let long = value.split_once('*').and_then(|(letter, times)| {
                Some(letter.repeat(times.parse::<usize>().ok()?).into())
            });
            let value = long.unwrap_or_else(|| serde_json::from_str(value).unwrap());
            (pointer, value, place, words)
        })
        .collect();
    each_breaks(kind, good, &rows);
}

/// Puts each value in place of another, with which nothing is wrong either.
fn each_is_taken(kind: Kind, good: &Value, table: &[(&str, Value)]) {
    for (pointer, value) in table {
        draft(kind, &with(good.clone(), pointer, value.clone()));
    }
}

#[test]
fn every_member_is_read() {
    for kind in Kind::ALL {
        for name in members(kind) {
            let good = fixtures::small(kind);
            let issues = problems(kind, &with(good, &format!("/{name}"), json!([[1]])));
            let here = |issue: &Issue| issue.pointer.starts_with(&format!("/{name}"));
            assert!(issues.iter().any(here), "{kind} {name}: {issues:?}");
        }
    }
}

#[test]
fn null_is_absent_and_so_is_empty_text() {
    for kind in Kind::ALL {
        let small = fixtures::small(kind);
        let mut padded = small.clone();
        for name in members(kind) {
            let absent = !small.as_object().unwrap().contains_key(*name);
            if absent {
                padded[*name] = Value::Null;
            }
        }
        assert_eq!(draft(kind, &padded), draft(kind, &small));
    }
    let empty = with(fixtures::small(Kind::Incident), "/place", json!(" \n "));
    assert_eq!(
        draft(Kind::Incident, &empty),
        draft(Kind::Incident, &fixtures::small(Kind::Incident))
    );
}

#[test]
fn a_state_stands_in_files_alone() {
    for kind in Kind::ALL {
        let entry = with(fixtures::small(kind), "/state", json!("In-Review"));
        let read = read_entry(kind, &entry).unwrap();
        assert_eq!(read.state.map(State::code), Some("in_review"));
        assert_eq!(read.draft, draft(kind, &fixtures::small(kind)));
        assert_eq!(read_entry(kind, &fixtures::small(kind)).unwrap().state, None);
        let issues = problems(kind, &entry);
        assert_eq!(places(&issues), ["/state"]);
        assert_eq!(issues[0].message, "is read-only");
        let wrong = read_entry(kind, &with(entry, "/state", json!("publish"))).unwrap_err();
        assert_eq!(wrong.0[0].did_you_mean, ["published"]);
    }
}

#[test]
fn what_only_the_register_writes_is_called_read_only() {
    for kind in Kind::ALL {
        for name in read_only(kind) {
            assert!(!members(kind).contains(name), "{kind} {name}");
            let sent = with(fixtures::small(kind), &format!("/{name}"), Value::Null);
            let issues = problems(kind, &sent);
            assert_eq!(places(&issues), [format!("/{name}")]);
            assert!(issues[0].message.starts_with("is read-only"), "{kind} {name}");
        }
    }
}

#[test]
fn a_document_is_an_object() {
    for kind in Kind::ALL {
        for (document, found) in [
            (json!(null), "null"),
            (json!(true), "true or false"),
            (json!(1), "a number"),
            (json!("x"), "a text"),
            (json!([]), "a list"),
        ] {
            let issues = problems(kind, &document);
            assert_eq!(issues, [Issue::at("", format!("expected an object, found {found}"))]);
        }
    }
}

fn incident_of(draft: Draft) -> amparo_domain::incident::IncidentFacts<Reference> {
    match draft {
        Facts::Incident(facts) => facts,
        other => panic!("{other:?} is no incident"),
    }
}
