//! Incidents.

use std::collections::BTreeMap;

use amparo_domain::incident::{
    Affected, IncidentFacts, OrganizationLink, Perpetrator, RelatedBy, RelatedLink,
};
use amparo_domain::kind::Kind;
use amparo_domain::partial_date::PartialDate;
use amparo_domain::reference::Reference;
use amparo_domain::tier::{ConfidentialFacts, Tier, Tiered};
use amparo_domain::vocabulary::{IncidentType, Role};

use super::cursor::{LIST_LIMIT, Node, Object, WORDS_LIMIT};
use super::date::Dated;
use super::reference::{external_ids, item, member, missing};
use super::shape::{Shape, stand_in};
use super::source::{claims, sources};
use super::{code, event, people, place};

/// An incident's record.
pub(super) fn record(object: &Object<'_>) -> IncidentFacts<Reference> {
    let Dated { date, inferred } = occurred(object);
    let country = object.country("country");
    let country = object.require("country", country, "an incident needs a country");
    IncidentFacts {
        grade: object.code("grade").unwrap_or_default(),
        grade_basis: object.code("grade_basis"),
        title: object.line("title").unwrap_or_default(),
        summary: object.prose("summary"),
        lang: object.lang("lang"),
        types: types(object),
        subtypes: subtypes(object),
        other_text: object.line("other_text"),
        occurred: date,
        inferred,
        date_note: object.prose("date_note"),
        country: country.unwrap_or_else(|| stand_in("AZE")),
        admin1: object.line("admin1"),
        place: object.line("place"),
        location: place::location(object).map(Into::into),
        location_precision: object.code("location_precision"),
        election: member(object, "election", Kind::Election),
        people: people::links(object),
        organizations: object.list("organizations", LIST_LIMIT, |node| Some(organization(node))),
        affected: affected(object),
        perpetrators: object.list("perpetrators", WORDS_LIMIT, |node| Some(perpetrator(node))),
        events: event::events(object),
        sources: sources(object),
        claims: claims(object),
        case: member(object, "case", Kind::Case),
        related: object.list("related", LIST_LIMIT, |node| Some(related(node))),
        severity: object.get("severity").and_then(severity),
        in_danger_now: object.flag("in_danger_now"),
        spelled: Vec::new(),
        external_ids: external_ids(object),
        tiers: tiers(object),
        confidential: Box::new(confidential(object)),
    }
}

fn tiers(object: &Object<'_>) -> BTreeMap<Tiered, Tier> {
    const MEMBERS: [&str; 6] =
        ["summary", "other_text", "date_note", "admin1", "place", "location"];
    const SHAPE: Shape<'_> = Shape {
        what: "the tiers of an incident",
        members: &MEMBERS,
        extras: &[],
        ignored: &[],
        read_only: &[],
    };
    let Some(object) = object.get("tiers").and_then(|node| node.shaped(&SHAPE)) else {
        return BTreeMap::new();
    };
    let tier = |member: Tiered| object.code::<Tier>(member.code()).map(|tier| (member, tier));
    Tiered::ALL.into_iter().filter_map(tier).filter(|(_, tier)| !tier.is_public()).collect()
}

fn confidential(object: &Object<'_>) -> ConfidentialFacts {
    const SHAPE: Shape<'_> = Shape {
        what: "what is confidential of an incident",
        members: &["narrative", "place", "location", "contact", "note"],
        extras: &[],
        ignored: &[],
        read_only: &[],
    };
    let Some(object) = object.get("confidential").and_then(|node| node.shaped(&SHAPE)) else {
        return ConfidentialFacts::default();
    };
    ConfidentialFacts {
        narrative: object.prose("narrative"),
        place: object.line("place"),
        location: place::location(&object).map(Into::into),
        contact: object.prose("contact"),
        note: object.prose("note"),
    }
}

fn occurred(object: &Object<'_>) -> Dated {
    let unknown = Dated { date: PartialDate::unknown(), inferred: Vec::new() };
    if object.mentions("occurred") && !object.has("occurred") {
        return unknown;
    }
    let dated = object.get("occurred").and_then(|node| node.dated());
    let message = "an incident says when it occurred, or null where that is not known";
    object.require("occurred", dated, message).unwrap_or(unknown)
}

fn types(object: &Object<'_>) -> Vec<IncidentType> {
    let mut types = Vec::new();
    object.list("types", WORDS_LIMIT, |node| -> Option<()> {
        node.refuse_blank();
        let code = node.code()?;
        node.twice(&code, &types);
        types.push(code);
        None
    });
    types
}

fn subtypes(object: &Object<'_>) -> Vec<String> {
    let mut subtypes = Vec::new();
    object.list("subtypes", WORDS_LIMIT, |node| -> Option<()> {
        let word = code::canonical(&node.word()).into_owned();
        if !word.is_empty() {
            node.twice(&word, &subtypes);
        }
        subtypes.push(word);
        None
    });
    subtypes
}

fn organization(node: Node<'_>) -> OrganizationLink<Reference> {
    let (organization, object) = item(node, "organization", Kind::Organization, &["role"]);
    let role = object.and_then(|object| object.code("role"));
    OrganizationLink {
        organization: organization.unwrap_or_else(missing),
        role: role.unwrap_or_else(|| stand_in::<Role>("affected_organization")),
    }
}

fn affected(object: &Object<'_>) -> Affected {
    const SHAPE: Shape<'_> = Shape {
        what: "the number of people affected",
        members: &["unnamed_min", "unnamed_max"],
        extras: &[],
        ignored: &["named"],
        read_only: &[],
    };
    let Some(node) = object.get("affected") else {
        return Affected::default();
    };
    let Some(object) = node.shaped(&SHAPE) else {
        return Affected::default();
    };
    let count = |name: &str| object.get(name)?.whole(0..=u32::MAX);
    Affected { unnamed_min: count("unnamed_min"), unnamed_max: count("unnamed_max") }
}

fn perpetrator(node: Node<'_>) -> Perpetrator {
    const SHAPE: Shape<'_> = Shape {
        what: "a perpetrator",
        members: &["actor_type", "certainty"],
        extras: &[],
        ignored: &[],
        read_only: &[],
    };
    let mut certainty = None;
    let actor_type = if node.value.is_object() {
        node.shaped(&SHAPE).and_then(|object| {
            certainty = object.code("certainty");
            let actor_type = object.code("actor_type");
            object.require("actor_type", actor_type, "a perpetrator has an actor_type")
        })
    } else {
        node.refuse_blank();
        node.code()
    };
    let actor_type = actor_type.unwrap_or_else(|| stand_in("unknown"));
    Perpetrator { actor_type, certainty }
}

fn related(node: Node<'_>) -> RelatedLink<Reference> {
    let (incident, object) = item(node, "incident", Kind::Incident, &["relation"]);
    let relation = object.and_then(|object| object.code("relation"));
    RelatedLink {
        incident: incident.unwrap_or_else(missing),
        relation: relation.unwrap_or(RelatedBy::Related),
    }
}

fn severity(node: Node<'_>) -> Option<u8> {
    node.whole(1..=5).and_then(|severity| u8::try_from(severity).ok())
}
