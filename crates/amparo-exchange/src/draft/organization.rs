//! Organizations.

use amparo_domain::kind::Kind;
use amparo_domain::organization::{Membership, OrganizationFacts};
use amparo_domain::reference::Reference;

use super::cursor::{LIST_LIMIT, Node, Object, WORDS_LIMIT};
use super::reference::{external_ids, item, missing};
use super::source::sources;

/// What a reference that describes an organization says of it, too.
pub(super) fn basics(object: &Object<'_>) -> OrganizationFacts<Reference> {
    let mut facts = OrganizationFacts::named(object.line("name").unwrap_or_default());
    facts.acronym = object.line("acronym");
    facts.native_name = object.line("native_name");
    facts.aliases = object.list("aliases", WORDS_LIMIT, |node| Some(node.word()));
    facts.country = object.country("country");
    facts.kind = object.code("kind");
    facts.website = object.get("website").and_then(|node| node.address());
    facts
}

/// An organization's record.
pub(super) fn record(object: &Object<'_>) -> OrganizationFacts<Reference> {
    OrganizationFacts {
        slug: object.line("slug"),
        networks: object.list("networks", LIST_LIMIT, |node| Some(membership(node))),
        note: object.prose("note"),
        sources: sources(object),
        external_ids: external_ids(object),
        needs_review: object.flag("needs_review"),
        ..basics(object)
    }
}

fn membership(node: Node<'_>) -> Membership<Reference> {
    let (network, object) = item(node, "network", Kind::Organization, &["since", "until"]);
    Membership {
        network: network.unwrap_or_else(missing),
        since: object.and_then(|object| object.date("since")),
        until: object.and_then(|object| object.date("until")),
    }
}
