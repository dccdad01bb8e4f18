//! References to other records: a number, a slug, or an object that names or describes one.

use amparo_domain::facts::Facts;
use amparo_domain::kind::Kind;
use amparo_domain::number::{Number, NumberError};
use amparo_domain::reference::{ExternalId, Reference};
use amparo_domain::vocabulary::ElectionType;
use serde_json::Value;

use super::cursor::{LIST_LIMIT, Node, Object};
use super::shape::{Shape, stand_in};
use super::{case, election, organization};

const fn shape(kind: Kind) -> Shape<'static> {
    let (what, members): (_, &[&str]) = match kind {
        Kind::Organization => (
            "a reference to an organization",
            &[
                "number",
                "slug",
                "external_id",
                "name",
                "acronym",
                "native_name",
                "aliases",
                "country",
                "kind",
                "website",
                "needs_review",
            ],
        ),
        Kind::Election => (
            "a reference to an election",
            &["number", "slug", "external_id", "name", "country", "date", "type"],
        ),
        Kind::Case => ("a reference to a case", &["number", "external_id", "title"]),
        Kind::Person => ("a reference to a person", &["number", "external_id"]),
        Kind::Incident => ("a reference to an incident", &["number", "external_id"]),
        Kind::Statement => ("a reference to a statement", &["number", "external_id"]),
    };
    Shape { what, members, extras: &[], ignored: &[], read_only: &[] }
}

const fn has_slugs(kind: Kind) -> bool {
    matches!(kind, Kind::Organization | Kind::Election)
}

/// The members that describe a record of a kind, one of which is enough to try.
const fn describing(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Organization => &["name", "acronym", "native_name"],
        Kind::Election => &["name", "country", "date", "type"],
        Kind::Case => &["title"],
        Kind::Person | Kind::Incident | Kind::Statement => &[],
    }
}

/// What takes the place of a reference that could not be read.
pub(super) fn missing() -> Reference {
    Reference::Slug(String::new())
}

/// A reference, as a text or as an object.
pub(super) fn reference(node: Node<'_>, kind: Kind) -> Option<Reference> {
    if node.value.is_object() {
        return inline(&node.object()?, kind, &[]);
    }
    if !node.value.is_string() {
        node.expected(if has_slugs(kind) {
            "a number, a slug or an object"
        } else {
            "a number or an object"
        });
        return None;
    }
    let text = node.str()?;
    match text.parse::<Number>() {
        Ok(number) => Some(Reference::Number(number)),
        Err(error @ NumberError::Mistyped) => {
            node.error(error.to_string());
            None
        }
        Err(NumberError::NotANumber) if has_slugs(kind) => slug(node),
        Err(NumberError::NotANumber) => {
            let plural = kind.plural();
            node.error(format!("expected a number like 4827-1930: {plural} have no slugs"));
            None
        }
    }
}

/// A member that refers to a record.
pub(super) fn member(object: &Object<'_>, name: &str, kind: Kind) -> Option<Reference> {
    reference(object.get(name)?, kind)
}

/// The item of a list that refers to a record and may say more about it: a bare reference; an object
/// with the reference under the name of its kind; or an object that is the reference itself. The
/// other members are `extras`.
pub(super) fn item<'a>(
    node: Node<'a>,
    name: &str,
    kind: Kind,
    extras: &[&str],
) -> (Option<Reference>, Option<Object<'a>>) {
    if !node.value.is_object() {
        let reference = reference(node, kind);
        node.refuse_blank();
        return (reference, None);
    }
    let Some(object) = node.object() else {
        return (None, None);
    };
    if !object.mentions(name) || object.has("number") {
        return (inline(&object, kind, extras), Some(object));
    }
    let what = shape(kind).what;
    object.only(&Shape { what, members: &[name], extras, ..Shape::default() });
    let reference = member(&object, name, kind);
    (object.require(name, reference, "is missing"), Some(object))
}

/// A reference whose members stand in an object beside `extras`.
pub(super) fn inline(object: &Object<'_>, kind: Kind, extras: &[&str]) -> Option<Reference> {
    if let Some(node) = object.get("number") {
        // The rest is what a reader gets with it.
        let number = number(node);
        return object.require("number", number, "is empty").map(Reference::Number);
    }
    object.only(&Shape { extras, ..shape(kind) });
    if has_slugs(kind)
        && let Some(node) = object.get("slug")
    {
        return object.require("slug", slug(node), "is empty");
    }
    let external = object.get("external_id").map(external_id);
    if describing(kind).iter().any(|name| object.has(name)) {
        return describe(object, kind, external.flatten());
    }
    if external.is_none() {
        let known = match kind {
            Kind::Organization => &["number", "slug", "external_id", "name"],
            _ => shape(kind).members,
        };
        let what = shape(kind).what;
        object.error(format!("{what} needs one of {}", known.join(", ")));
    }
    external.flatten().map(Reference::External)
}

fn describe(object: &Object<'_>, kind: Kind, id: Option<ExternalId>) -> Option<Reference> {
    let facts = match kind {
        Kind::Organization => {
            let mut facts = organization::basics(object);
            object.flag("needs_review");
            if facts.name.is_empty() && !object.spoilt::<()>("name", None) {
                facts.name = facts.acronym.clone().unwrap_or_default();
            }
            facts.needs_review = true;
            facts.external_ids.extend(id);
            Facts::Organization(facts)
        }
        Kind::Election => {
            let mut facts = election::basics(object);
            if facts.name.is_empty() && !object.spoilt::<()>("name", None) {
                facts.name = election::usual_name(&facts);
            }
            facts.external_ids.extend(id);
            Facts::Election(facts)
        }
        Kind::Case => {
            let mut facts = case::basics(object);
            facts.external_ids.extend(id);
            Facts::Case(facts)
        }
        Kind::Person | Kind::Incident | Kind::Statement => return None,
    };
    object.log.absorb(object.place, facts.check(), |pointer| pointer);
    Some(Reference::Described(Box::new(facts)))
}

fn number(node: Node<'_>) -> Option<Number> {
    let text = node.str()?;
    text.parse().map_err(|error: NumberError| node.error(error.to_string())).ok()
}

fn slug(node: Node<'_>) -> Option<Reference> {
    let text = node.str()?;
    if is_slug(text) {
        return Some(Reference::Slug(text.to_owned()));
    }
    let lower = text.to_ascii_lowercase().replace([' ', '_'], "-");
    let meant = if is_slug(&lower) { vec![lower] } else { Vec::new() };
    let message = "is neither a number like 4827-1930 nor a slug made of a–z, 0–9 and hyphens";
    node.error_suggesting(message, meant);
    None
}

fn is_slug(text: &str) -> bool {
    let written = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    text.len() <= 80 && text.bytes().all(written) && text.bytes().any(|b| b.is_ascii_lowercase())
}

/// The id something has elsewhere.
pub(super) fn external_id(node: Node<'_>) -> Option<ExternalId> {
    let (system, id) = system_and_id(node);
    Some(ExternalId { system: system?, id: id? })
}

/// The ids something has elsewhere.
pub(super) fn external_ids(object: &Object<'_>) -> Vec<ExternalId> {
    object.list("external_ids", LIST_LIMIT, |node| {
        let (system, id) = system_and_id(node);
        let (system, id) = (system.unwrap_or_default(), id.unwrap_or_default());
        Some(ExternalId { system, id })
    })
}

fn system_and_id(node: Node<'_>) -> (Option<String>, Option<String>) {
    const SHAPE: Shape<'_> = Shape {
        what: "an external id",
        members: &["system", "id"],
        extras: &[],
        ignored: &[],
        read_only: &[],
    };
    let Some(object) = node.shaped(&SHAPE) else {
        return (None, None);
    };
    let system = object.get("system").and_then(|node| node.short(200));
    let id = object.get("id").and_then(|node| match node.value {
        Value::Number(number) => Some(number.to_string()),
        _ => node.short(200),
    });
    (
        object.require("system", system, "an external id needs its system"),
        object.require("id", id, "an external id needs its id"),
    )
}

/// What an election is of, where that could not be read.
pub(super) fn any_type() -> ElectionType {
    stand_in("other")
}
