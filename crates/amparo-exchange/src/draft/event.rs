//! The steps of an incident's timeline.

use amparo_domain::incident::Event;
use amparo_domain::partial_date::PartialDate;

use super::cursor::{LIST_LIMIT, Object};
use super::shape::{Names, Shape, stand_in};

const EVENT: Shape<'_> = Shape {
    what: "an event",
    members: &[
        "ref",
        "date",
        "kind",
        "text",
        "people",
        "source",
        "custody",
        "law",
        "until",
        "supersedes",
    ],
    extras: &[],
    ignored: &[],
    read_only: &[],
};

/// The steps of an incident's timeline.
pub(super) fn events(object: &Object<'_>) -> Vec<Event> {
    let mut names = Names::of(object, "events", 'E');
    object.list("events", LIST_LIMIT, |node| {
        let object = node.shaped(&EVENT);
        let reference = names.name(object.as_ref());
        Some(event(object.as_ref(), reference))
    })
}

fn event(object: Option<&Object<'_>>, reference: String) -> Event {
    let mut event = Event {
        reference,
        date: PartialDate::unknown(),
        inferred: Vec::new(),
        kind: stand_in("other"),
        text: None,
        people: Vec::new(),
        source: None,
        custody: None,
        law: None,
        until: None,
        supersedes: None,
    };
    let Some(object) = object else {
        return event;
    };
    let dated = object.get("date").and_then(|node| node.dated());
    if let Some(dated) = object.require("date", dated, "an event needs a date") {
        event.date = dated.date;
        event.inferred = dated.inferred;
    }
    let kind = object.code("kind");
    if let Some(kind) = object.require("kind", kind, "an event needs a kind") {
        event.kind = kind;
    }
    event.text = object.prose("text");
    event.people = object.list("people", LIST_LIMIT, |node| Some(node.word()));
    event.source = object.line("source");
    event.custody = object.code("custody");
    event.law = object.line("law");
    event.until = object.date("until");
    event.supersedes = object.line("supersedes");
    event
}
