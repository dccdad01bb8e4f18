//! People: in incidents and statements, and as records of their own.

use amparo_domain::facts::Facts;
use amparo_domain::incident::PersonLink;
use amparo_domain::kind::Kind;
use amparo_domain::person::{Affiliation, PersonFacts, PersonName};
use amparo_domain::reference::Reference;
use amparo_domain::tier::Tier;
use amparo_domain::vocabulary::{Display, Role};

use super::cursor::{LIST_LIMIT, Node, Object, WORDS_LIMIT};
use super::reference::{external_ids, member, missing};
use super::shape::{Names, Shape, stand_in};
use super::source::sources;

const LINK: Shape<'_> = Shape {
    what: "a person in a record",
    members: &[
        "ref",
        "person",
        "name",
        "name_variants",
        "role",
        "display",
        "display_reason",
        "position",
        "organization",
        "organization_tier",
    ],
    extras: &[],
    ignored: &[
        "number",
        "commitment",
        "custody",
        "charges",
        "next_date",
        "confidential_name",
        "display_by",
        "display_on",
    ],
    read_only: &[],
};

const NAME: Shape<'_> = Shape {
    what: "a name",
    members: &["name", "lang", "script"],
    extras: &[],
    ignored: &["id", "commitment"],
    read_only: &[],
};

const AFFILIATION: Shape<'_> = Shape {
    what: "an affiliation",
    members: &["organization", "role", "position", "since", "until", "tier"],
    extras: &[],
    ignored: &[],
    read_only: &[],
};

/// The people in an incident or a statement.
pub(super) fn links(object: &Object<'_>) -> Vec<PersonLink<Reference>> {
    let mut names = Names::of(object, "people", 'P');
    object.list("people", LIST_LIMIT, |node| {
        let object = node.shaped(&LINK);
        let reference = names.name(object.as_ref());
        Some(object.map_or_else(
            || PersonLink {
                reference: reference.clone(),
                person: missing(),
                role: stand_in("affected_person"),
                display: Display::Role,
                display_reason: None,
                decided: None,
                position: None,
                organization: None,
                organization_tier: Tier::default(),
            },
            |object| link(&object, reference.clone()),
        ))
    })
}

fn link(object: &Object<'_>, reference: String) -> PersonLink<Reference> {
    PersonLink {
        reference,
        person: person(object).unwrap_or_else(missing),
        role: object.code("role").unwrap_or_else(|| stand_in::<Role>("affected_person")),
        display: object.code("display").unwrap_or(Display::Role),
        display_reason: object.prose("display_reason"),
        decided: None,
        position: object.line("position"),
        organization: member(object, "organization", Kind::Organization),
        organization_tier: object.code("organization_tier").unwrap_or_default(),
    }
}

/// Whom a link is about: a person by number, whose name we know; else by name, by the id they have
/// elsewhere, or by both.
fn person(object: &Object<'_>) -> Option<Reference> {
    let known = member(object, "person", Kind::Person);
    if matches!(known, Some(Reference::Number(_))) {
        return known;
    }
    let names = names_beside(object);
    if names.is_empty() {
        let missing = !says_names(object) && !object.spoilt("person", known.as_ref());
        if missing && known.is_none() {
            object.error("a person needs a name, or person with their number");
        }
        return known;
    }
    let mut facts = PersonFacts::named(names);
    if let Some(Reference::External(id)) = known {
        facts.external_ids.push(id);
    }
    object.log.absorb(object.place, facts.check(), |pointer| {
        beside(pointer.replacen("/external_ids/0", "/person/external_id", 1))
    });
    Some(Reference::Described(Box::new(Facts::Person(facts))))
}

/// The names in `name` and `name_variants`, empty unless there is a `name`.
fn names_beside(object: &Object<'_>) -> Vec<String> {
    let name = object.line("name");
    let variants = object.list("name_variants", WORDS_LIMIT, |node| Some(node.word()));
    if name.is_none() && (!variants.is_empty() || object.has("name")) {
        object.require("name", name.as_ref(), "a person needs a name");
    }
    name.map_or_else(Vec::new, |name| std::iter::once(name).chain(variants).collect())
}

/// Whether there is anything to read a name from, or to complain of where there is none.
fn says_names(object: &Object<'_>) -> bool {
    let variants = object.get("name_variants").map(|node| node.value);
    object.has("name") || variants.is_some_and(|variants| *variants != serde_json::json!([]))
}

/// The pointer to the nth name, where the names stand in `name` and `name_variants`.
fn beside(pointer: String) -> String {
    let Some(nth) = pointer.strip_prefix("/names/").and_then(|rest| rest.strip_suffix("/name"))
    else {
        return pointer;
    };
    match nth.parse::<usize>() {
        Ok(0) => "/name".to_owned(),
        Ok(nth) => format!("/name_variants/{}", nth - 1),
        Err(_) => pointer,
    }
}

/// The pointers of the domain in terms of what was sent as a person's record.
pub(super) fn sent(object: &Object<'_>, pointer: String) -> String {
    if object.has("names") { pointer } else { beside(pointer) }
}

/// A person's record.
pub(super) fn record(object: &Object<'_>) -> PersonFacts<Reference> {
    let mut facts = PersonFacts::named(Vec::new());
    if object.has("names") {
        facts.names = object.list("names", WORDS_LIMIT, |node| Some(name(node)));
        let main = object.line("name");
        let variants = object.list("name_variants", WORDS_LIMIT, |node| Some(node.word()));
        let known = |name: &String| facts.names.iter().any(|known| known.text == *name);
        for (member, all_known) in
            [("name", main.iter().all(known)), ("name_variants", variants.iter().all(known))]
        {
            if !all_known {
                object.error_at(member, "is not among names: write names alone");
            }
        }
    } else {
        let names = names_beside(object);
        facts.names = names.into_iter().map(PersonName::written).collect();
    }
    facts.external_ids = external_ids(object);
    // Somebody whom an import knows by an id alone: the empty list says that no name was forgotten.
    let known_by_id = !facts.external_ids.is_empty()
        && written(object).and_then(serde_json::Value::as_array).is_some_and(Vec::is_empty);
    if facts.names.is_empty()
        && !known_by_id
        && !says_names(object)
        && !object.spoilt("names", written(object))
    {
        object.error_at("names", "a person needs a name");
    }
    facts.position = object.line("position");
    facts.affiliations = object.list("affiliations", LIST_LIMIT, |node| Some(affiliation(node)));
    facts.note = object.prose("note");
    facts.sources = sources(object);
    facts
}

/// The names, if they are a list of a length that we take.
fn written<'a>(object: &'a Object<'_>) -> Option<&'a serde_json::Value> {
    let list = object.get("names")?.value;
    list.as_array().filter(|names| names.len() <= WORDS_LIMIT).map(|_| list)
}

fn name(node: Node<'_>) -> PersonName {
    let mut name = PersonName::written(String::new());
    if node.value.is_string() {
        name.text = node.word();
    } else if let Some(object) = node.shaped(&NAME) {
        name.text = object.line("name").unwrap_or_default();
        name.lang = object.lang("lang");
        name.script = object.get("script").and_then(|node| node.script());
    }
    name
}

fn affiliation(node: Node<'_>) -> Affiliation<Reference> {
    let unread = Affiliation {
        organization: missing(),
        role: None,
        position: None,
        since: None,
        until: None,
        tier: Tier::default(),
    };
    let Some(object) = node.shaped(&AFFILIATION) else {
        return unread;
    };
    let organization = member(&object, "organization", Kind::Organization);
    let message = "an affiliation names an organization";
    let organization = object.require("organization", organization, message);
    Affiliation {
        organization: organization.unwrap_or_else(missing),
        role: object.code("role"),
        position: object.get("position").and_then(|node| node.short(200)),
        since: object.date("since"),
        until: object.date("until"),
        tier: object.code("tier").unwrap_or_default(),
    }
}
