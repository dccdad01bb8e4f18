//! Statements.

use amparo_domain::kind::Kind;
use amparo_domain::partial_date::PartialDate;
use amparo_domain::reference::Reference;
use amparo_domain::statement::{Citation, Endorser, Link, StatementFacts};
use amparo_domain::vocabulary::StatementKind;

use super::cursor::{LIST_LIMIT, Node, Object, WORDS_LIMIT};
use super::people;
use super::reference::{external_ids, item, member, missing};
use super::shape::{Shape, stand_in};
use super::source::sources;

const LINK: Shape<'_> = Shape {
    what: "a link",
    members: &["title", "url"],
    extras: &[],
    ignored: &["url_hidden"],
    read_only: &[],
};

/// A statement's record.
pub(super) fn record(object: &Object<'_>) -> StatementFacts<Reference> {
    let mut facts = StatementFacts {
        title: object.line("title").unwrap_or_default(),
        date: object.date("date").unwrap_or_else(PartialDate::unknown),
        draft: object.flag("draft"),
        kind: object.code("kind").unwrap_or_else(|| stand_in::<StatementKind>("statement")),
        excerpt: object.prose("excerpt"),
        tags: object.list("tags", WORDS_LIMIT, |node| Some(node.word())),
        lang: object.lang("lang"),
        country: object.country("country"),
        issuer: member(object, "issuer", Kind::Organization),
        body: object.get("body").and_then(|node| node.markdown()),
        url: object.get("url").and_then(|node| node.address()),
        url_names: Vec::new(),
        links: object.list("links", LIST_LIMIT, |node| Some(link(node))),
        endorsers: object.list("endorsers", LIST_LIMIT, |node| Some(endorser(node))),
        incidents: object.list("incidents", LIST_LIMIT, |node| Some(citation(node))),
        known_on: object.get("known_on").and_then(|node| node.day()),
        annex: object.code("annex").unwrap_or_default(),
        people: people::links(object),
        note: object.prose("note"),
        sources: sources(object),
        front_matter: object.get("front_matter").map(front_matter).unwrap_or_default(),
        spelled: Vec::new(),
        external_ids: external_ids(object),
    };
    let number = |reference: &Reference| match reference {
        Reference::Number(number) => Some(*number),
        _ => None,
    };
    facts.cite_marked(number, Reference::Number);
    facts
}

/// What an imported file said for which there is no word; its texts are checked like all others.
fn front_matter(node: Node<'_>) -> serde_json::Map<String, serde_json::Value> {
    node.check_texts();
    node.object().map(|object| object.members.clone()).unwrap_or_default()
}

fn link(node: Node<'_>) -> Link {
    if !node.value.is_object() {
        node.refuse_blank();
        let url = node.address().unwrap_or_default();
        return Link { title: None, url, url_names: Vec::new() };
    }
    let Some(object) = node.shaped(&LINK) else {
        return Link { title: None, url: String::new(), url_names: Vec::new() };
    };
    let url = object.get("url").and_then(|node| node.address());
    let url = object.require("url", url, "a link has an address").unwrap_or_default();
    Link { title: object.line("title"), url, url_names: Vec::new() }
}

fn endorser(node: Node<'_>) -> Endorser<Reference> {
    let (organization, object) =
        item(node, "organization", Kind::Organization, &["matched_text", "endorsed_on"]);
    let matched_text = object.as_ref().and_then(|object| object.get("matched_text")?.short(300));
    let endorsed_on = object.as_ref().and_then(|object| object.get("endorsed_on")?.day());
    Endorser { organization: organization.unwrap_or_else(missing), matched_text, endorsed_on }
}

fn citation(node: Node<'_>) -> Citation<Reference> {
    let (incident, object) = item(node, "incident", Kind::Incident, &["version"]);
    let version = object.and_then(|object| object.get("version")?.whole(1..=u32::MAX));
    Citation { incident: incident.unwrap_or_else(missing), version }
}
