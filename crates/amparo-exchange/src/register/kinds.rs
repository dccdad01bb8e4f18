//! Organizations, elections, cases, statements and people of the register.

use serde_json::{Value, json};

use super::Members;

pub(super) fn organization(members: &mut Members<'_>) {
    members.external_ids();
    members.pass(&[
        "slug",
        "name",
        "acronym",
        "native_name",
        "aliases",
        "country",
        "kind",
        "website",
        "note",
        "state",
        "needs_review",
    ]);
    if let Some(Value::Array(networks)) = members.take("networks") {
        let networks: Vec<Value> = networks
            .into_iter()
            .map(|network| match network {
                Value::String(_) => json!({ "network": network }),
                dated => dated,
            })
            .collect();
        members.set("networks", networks);
    }
    members.sources();
}

pub(super) fn election(members: &mut Members<'_>) {
    members.external_ids();
    members.pass(&["slug", "name", "country", "date", "type", "note", "state"]);
    members.sources();
}

pub(super) fn case(members: &mut Members<'_>) {
    members.external_ids();
    members.pass(&["title", "state", "summary"]);
    // Each incident names its case, so the list would say the same again.
    members.take("incidents");
}

pub(super) fn statement(members: &mut Members<'_>) {
    members.external_ids();
    members.rename("issuing_org", "issuer");
    members.rename("language", "lang");
    members.rename("summary", "excerpt");
    members.pass(&[
        "title",
        "date",
        "draft",
        "excerpt",
        "tags",
        "lang",
        "issuer",
        "kind",
        "country",
        "body",
        "links",
        "endorsers",
        "people",
        "url",
        "note",
        "state",
    ]);
    if let Some(Value::Array(slugs)) = members.take("endorsing_orgs") {
        let endorsers: Vec<Value> = slugs.into_iter().map(|slug| json!({ "slug": slug })).collect();
        members.set("endorsers", endorsers);
    }
    for name in ["cites_incidents", "incidents"] {
        if let Some(incidents) = members.take(name) {
            let incidents = members.references(incidents);
            members.set("incidents", incidents);
        }
    }
    members.sources();
}

pub(super) fn person(members: &mut Members<'_>) {
    members.external_ids();
    members.pass(&[
        "names",
        "name",
        "name_variants",
        "position",
        "affiliations",
        "note",
        "sources",
        "state",
    ]);
}
