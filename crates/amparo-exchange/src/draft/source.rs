//! Publications, and what each of them says of a field.

use amparo_domain::source::{Claim, Source};
use amparo_domain::tier::Tier;
use serde_json::Value;

use super::cursor::{LIST_LIMIT, Node, Object, Place};
use super::shape::{Names, Shape};

const SOURCE: Shape<'_> = Shape {
    what: "a source",
    members: &[
        "ref",
        "title",
        "publisher",
        "url",
        "archived_url",
        "date",
        "accessed",
        "kind",
        "lang",
        "same_origin_as",
        "url_hidden",
        "tier",
    ],
    extras: &[],
    ignored: &["url_names"],
    read_only: &[],
};

const CLAIM: Shape<'_> = Shape {
    what: "a claim",
    members: &["field", "value", "source", "tier"],
    extras: &[],
    ignored: &[],
    read_only: &[],
};

/// A claimed value is a value or a small table of them.
const CLAIM_DEPTH: usize = 8;

/// The sources of a record.
pub(super) fn sources(object: &Object<'_>) -> Vec<Source> {
    let mut names = Names::of(object, "sources", 'S');
    object.list("sources", LIST_LIMIT, |node| {
        let object = node.shaped(&SOURCE);
        let reference = names.name(object.as_ref());
        let Some(object) = object else {
            return Some(Source { reference, ..Source::default() });
        };
        // A title or address that was refused is not a missing one.
        let text = |name: &str| {
            let text = object.line(name);
            let spoilt = object.spoilt(name, text.as_ref());
            text.or_else(|| spoilt.then(String::new))
        };
        Some(Source {
            reference,
            title: text("title"),
            publisher: object.line("publisher"),
            url: text("url"),
            archived_url: object.line("archived_url"),
            date: object.date("date"),
            accessed: object.get("accessed").and_then(|node| node.day()),
            kind: object.code("kind"),
            lang: object.lang("lang"),
            same_origin_as: object.line("same_origin_as"),
            url_names: Vec::new(),
            url_hidden: object.flag("url_hidden"),
            tier: object.code("tier").unwrap_or_default(),
        })
    })
}

/// What each source says of a field.
pub(super) fn claims(object: &Object<'_>) -> Vec<Claim> {
    object.list("claims", LIST_LIMIT, |node| {
        // The claim stays, even if it could not be read: the places of the others count.
        let unread =
            Claim { field: String::new(), value: Value::Null, source: None, tier: Tier::default() };
        let Some(object) = node.shaped(&CLAIM) else {
            return Some(unread);
        };
        let field = object.line("field");
        let field = object.require("field", field, "a claim names a field");
        let value = object.get("value").and_then(claimed);
        let value = object.require("value", value, "a claim has a value");
        Some(Claim {
            field: field.unwrap_or_default(),
            value: value.unwrap_or_default(),
            source: object.line("source"),
            tier: object.code("tier").unwrap_or_default(),
        })
    })
}

fn claimed(node: Node<'_>) -> Option<Value> {
    if node.value.is_string() {
        return node.prose().map(Value::String);
    }
    sound(node, CLAIM_DEPTH).then(|| node.value.clone())
}

/// Whether every text in a value is one that we take.
fn sound(node: Node<'_>, depth: usize) -> bool {
    match node.value {
        Value::Array(_) | Value::Object(_) if depth == 0 => {
            node.error("is nested too deeply");
            false
        }
        Value::Array(items) => items.iter().enumerate().all(|(position, value)| {
            let place = Place::Item(&node.place, position);
            sound(Node { value, place, log: node.log }, depth - 1)
        }),
        Value::Object(members) => members.iter().all(|(name, value)| {
            let place = Place::Member(&node.place, name);
            sound(Node { value, place, log: node.log }, depth - 1)
        }),
        Value::String(_) => node.is_blank() || node.prose().is_some(),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}
