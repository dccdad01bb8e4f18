//! What two incidents say as one, and how they are taken apart again.
//!
//! A merge adds and never takes away: the survivor keeps every value it has, and where the other says
//! something else both are kept as claims. Taking apart compares the survivor as it was before, after,
//! and as it is now, so that what was edited since stays.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::incident::{Event, IncidentFacts, PersonLink};
use crate::number::Number;
use crate::partial_date::Precision;
use crate::source::{Claim, Source};
use crate::text;
use crate::tier::{Tier, Tiered, is_about};
use crate::vocabulary::Display;

/// A claim's value has so many characters at most, quotation marks included.
const CLAIM_MAX: usize = 1_900;

/// The references of one record, by what they are called in the other.
type Renamed = BTreeMap<String, String>;

/// What `survivor` says once it says what `other` says, too. `people` tells who of the other's people
/// is who of the survivor's; all others are added to them.
pub fn merge(
    survivor: &IncidentFacts<Number>,
    other: &IncidentFacts<Number>,
    people: &Renamed,
) -> IncidentFacts<Number> {
    let mut merged = survivor.clone();
    let people = add_people(&mut merged, other, people);
    let sources = add_sources(&mut merged, &other.sources, &people);
    let (own, others) = (
        only(survivor.sources.iter().map(|source| source.reference.clone())),
        only(other.sources.iter().filter_map(|source| sources.get(&source.reference).cloned())),
    );
    add_events(&mut merged, &other.events, &people, &sources);
    for claim in &other.claims {
        let source = claim.source.as_ref().and_then(|source| sources.get(source).cloned());
        let value = said(claim.value.clone(), &people);
        let tier = claim.tier.max(tier_of(other, &claim.field));
        add_claim(&mut merged, Claim { field: claim.field.clone(), value, source, tier });
    }
    let (before, after) = (stated(survivor), stated(other));
    for (field, value) in after {
        let value = said(value, &people);
        let kept = before.get(field);
        if kept == Some(&value) {
            continue;
        }
        for (value, source, of) in [(kept.cloned(), &own, survivor), (Some(value), &others, other)]
        {
            let Some(value) = value else { continue };
            let (source, tier) = (source.clone(), tier_of(of, field));
            let (field, value) = (field.to_owned(), within_limit(value));
            add_claim(&mut merged, Claim { field, value, source, tier });
        }
    }
    for link in &other.organizations {
        if !merged.organizations.contains(link) {
            merged.organizations.push(link.clone());
        }
    }
    for link in &other.related {
        if !merged.related.contains(link) {
            merged.related.push(link.clone());
        }
    }
    merged.election = merged.election.or(other.election);
    merged.case = merged.case.or(other.case);
    // Nobody is taken for safe because of a merge.
    merged.in_danger_now |= other.in_danger_now;
    merged
}

/// How far a field of an incident may travel: what one kept back is not told by the other.
fn tier_of(facts: &IncidentFacts<Number>, field: &str) -> Tier {
    let of_member = |(member, tier): (&Tiered, &Tier)| is_about(field, *member).then_some(*tier);
    facts.tiers.iter().find_map(of_member).unwrap_or_default()
}

/// The one there is; of several nobody said which it was.
fn only(references: impl Iterator<Item = String>) -> Option<String> {
    let mut all: Vec<String> = references.collect();
    all.dedup();
    if all.len() == 1 { all.pop() } else { None }
}

fn add_people(
    merged: &mut IncidentFacts<Number>,
    other: &IncidentFacts<Number>,
    same: &Renamed,
) -> Renamed {
    let mut renamed = same.clone();
    for link in &other.people {
        if !renamed.contains_key(&link.reference) {
            let taken = renamed.values().chain(merged.people.iter().map(|link| &link.reference));
            let fresh = fresh('P', taken);
            renamed.insert(link.reference.clone(), fresh);
        }
    }
    let mut claims = Vec::new();
    for link in &other.people {
        let PersonLink { reference, position, display_reason, .. } = link;
        let Some(called) = renamed.get(reference).cloned() else { continue };
        let position = position.as_deref().map(|text| rename(text, &renamed));
        match merged.people.iter_mut().find(|known| known.reference == called) {
            Some(known) => {
                if known.organization.is_none() {
                    known.organization = link.organization;
                    known.organization_tier = link.organization_tier;
                }
                // Whoever was withheld by one of them is in danger by the other, too.
                if link.display == Display::Withheld && known.display != Display::Withheld {
                    known.display = Display::Withheld;
                    known.decided = link.decided;
                    known.display_reason =
                        display_reason.as_deref().map(|text| rename(text, &renamed));
                }
                match (&known.position, position) {
                    (None, position) => known.position = position,
                    (Some(kept), Some(position)) if *kept != position => {
                        let field = format!("people.{called}.position");
                        for value in [kept.clone(), position] {
                            let (field, value) = (field.clone(), value.into());
                            claims.push(Claim { field, value, source: None, tier: Tier::Public });
                        }
                    }
                    _ => {}
                }
            }
            None => merged.people.push(PersonLink {
                reference: called,
                position,
                display_reason: display_reason.as_deref().map(|text| rename(text, &renamed)),
                ..link.clone()
            }),
        }
    }
    for claim in claims {
        add_claim(merged, claim);
    }
    renamed
}

fn add_sources(
    merged: &mut IncidentFacts<Number>,
    sources: &[Source],
    people: &Renamed,
) -> Renamed {
    let mut renamed = Renamed::new();
    for source in sources {
        let present = merged.sources.iter().find(|known| is_same_source(known, source, people));
        let called = if let Some(known) = present {
            known.reference.clone()
        } else {
            let taken = merged.sources.iter().map(|known| &known.reference);
            fresh('S', taken.chain(renamed.values()))
        };
        if present.is_none() {
            let title = source.title.as_deref().map(|title| rename(title, people));
            let named = source.url_names.iter().filter_map(|name| people.get(name).cloned());
            merged.sources.push(Source {
                reference: called.clone(),
                title,
                url_names: named.collect(),
                ..source.clone()
            });
        }
        renamed.insert(source.reference.clone(), called);
    }
    // Once all have their names.
    for source in sources {
        let (Some(called), Some(origin)) = (
            renamed.get(&source.reference),
            source.same_origin_as.as_ref().and_then(|origin| renamed.get(origin)),
        ) else {
            continue;
        };
        if let Some(source) = merged.sources.iter_mut().find(|known| known.reference == *called) {
            source.same_origin_as = (origin != called).then(|| origin.clone());
        }
    }
    renamed
}

/// Whether two sources are one publication: by their address, else by all that is said of them.
fn is_same_source(known: &Source, source: &Source, people: &Renamed) -> bool {
    match (&known.url, &source.url) {
        (Some(known), Some(url)) => known.trim_end_matches('/') == url.trim_end_matches('/'),
        (None, None) => {
            let title = source.title.as_deref().map(|title| rename(title, people));
            known.title == title && known.publisher == source.publisher && known.date == source.date
        }
        _ => false,
    }
}

fn add_events(
    merged: &mut IncidentFacts<Number>,
    events: &[Event],
    people: &Renamed,
    sources: &Renamed,
) {
    let mut renamed = Renamed::new();
    for event in events {
        let taken = merged.events.iter().map(|known| &known.reference);
        let called = fresh('E', taken);
        let mut new = Event {
            reference: called.clone(),
            text: event.text.as_deref().map(|text| rename(text, people)),
            people: event.people.iter().filter_map(|name| people.get(name).cloned()).collect(),
            source: event.source.as_ref().and_then(|source| sources.get(source).cloned()),
            supersedes: event.supersedes.as_ref().and_then(|name| renamed.get(name).cloned()),
            ..event.clone()
        };
        let same = merged.events.iter().find(|known| {
            new.reference.clone_from(&known.reference);
            **known == new
        });
        let called = if let Some(known) = same {
            known.reference.clone()
        } else {
            new.reference.clone_from(&called);
            merged.events.push(new);
            called
        };
        renamed.insert(event.reference.clone(), called);
    }
}

fn add_claim(merged: &mut IncidentFacts<Number>, claim: Claim) {
    if !merged.claims.contains(&claim) {
        merged.claims.push(claim);
    }
}

/// The next free name: `S4` after `S3`.
fn fresh<'a>(letter: char, taken: impl Iterator<Item = &'a String>) -> String {
    let numbers = taken.filter_map(|name| name.strip_prefix(letter)?.parse::<u32>().ok());
    format!("{letter}{}", numbers.max().unwrap_or(0) + 1)
}

/// A text with its people as the merged record calls them.
fn rename(text: &str, people: &Renamed) -> String {
    text::render(text, |reference| people.get(reference).map(|called| format!("{{{called}}}")))
}

fn said(value: Value, people: &Renamed) -> Value {
    match value {
        Value::String(text) => Value::String(rename(&text, people)),
        other => other,
    }
}

/// A text that is too long for a claim ends where a word does, and says that it goes on.
fn within_limit(value: Value) -> Value {
    let Value::String(text) = &value else { return value };
    if value.to_string().chars().count() <= CLAIM_MAX {
        return value;
    }
    // Escapes count, too: half of the characters fit whatever they are.
    let end = text.char_indices().nth(CLAIM_MAX / 2).map_or(text.len(), |(at, _)| at);
    let end = text[..end].rfind(char::is_whitespace).unwrap_or(0);
    Value::String(format!("{} […]", text[..end].trim_end()))
}

/// What an incident says of the fields that have one value, of those it says anything of.
fn stated(facts: &IncidentFacts<Number>) -> BTreeMap<&'static str, Value> {
    let codes = |all: &[&'static str]| (!all.is_empty()).then(|| json!(all));
    let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
    let types: Vec<_> = facts.types.iter().map(|of| of.code()).collect();
    let actors: Vec<_> = facts.perpetrators.iter().map(|p| p.actor_type.code()).collect();
    let point = facts.location;
    let known = facts.occurred.precision() != Precision::Unknown;
    let all = [
        ("title", Some(json!(facts.title))),
        ("summary", text(&facts.summary)),
        ("types", codes(&types)),
        ("subtypes", (!facts.subtypes.is_empty()).then(|| json!(facts.subtypes))),
        ("other_text", text(&facts.other_text)),
        ("occurred", known.then(|| json!(facts.occurred.edtf()))),
        ("date_note", text(&facts.date_note)),
        ("admin1", text(&facts.admin1)),
        ("place", text(&facts.place)),
        ("location", point.map(|at| json!({"type": "Point", "coordinates": [at.x(), at.y()]}))),
        ("location_precision", facts.location_precision.map(|of| json!(of.code()))),
        ("affected.unnamed_min", facts.affected.unnamed_min.map(|count| json!(count))),
        ("affected.unnamed_max", facts.affected.unnamed_max.map(|count| json!(count))),
        ("perpetrators", codes(&actors)),
        ("severity", facts.severity.map(|severity| json!(severity))),
    ];
    all.into_iter().filter_map(|(field, value)| Some((field, value?))).collect()
}

/// What the survivor of a merge says without what the merge added, and with what was edited since:
/// `before` and `after` are what it said before and after the merge, `now` what it says today.
pub fn take_apart(
    before: &IncidentFacts<Number>,
    after: &IncidentFacts<Number>,
    now: &IncidentFacts<Number>,
) -> Result<IncidentFacts<Number>, serde_json::Error> {
    let [before, after, now] = [before, after, now].map(serde_json::to_value);
    let (before, after, now) = (before?, after?, now?);
    let apart = revert(Some(&before), Some(&after), Some(&now));
    serde_json::from_value(apart.unwrap_or_default())
}

fn revert(before: Option<&Value>, after: Option<&Value>, now: Option<&Value>) -> Option<Value> {
    if now == after {
        return before.cloned();
    }
    if before == after {
        return now.cloned();
    }
    match (before, after, now) {
        (Some(Value::Object(before)), Some(Value::Object(after)), Some(Value::Object(now))) => {
            let members = now.keys().chain(before.keys());
            let apart = members.filter_map(|member| {
                let value = revert(before.get(member), after.get(member), now.get(member))?;
                Some((member.clone(), value))
            });
            Some(Value::Object(apart.collect::<Map<_, _>>()))
        }
        (_, Some(Value::Array(after)), Some(Value::Array(now))) => {
            let before = before.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let apart = revert_items(before, after, now);
            (!apart.is_empty()).then_some(Value::Array(apart))
        }
        // A value that was edited since is the editor's.
        _ => now.cloned(),
    }
}

fn revert_items(before: &[Value], after: &[Value], now: &[Value]) -> Vec<Value> {
    let same = |one: &Value, other: &Value| match (one.get("ref"), other.get("ref")) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    };
    let find = |items: &[Value], item: &Value| items.iter().find(|of| same(of, item)).cloned();
    let mut apart = Vec::new();
    for item in now {
        let (was, became) = (find(before, item), find(after, item));
        match (was, became) {
            // The merge added it.
            (None, Some(_)) => {}
            (was, became) => apart.extend(revert(was.as_ref(), became.as_ref(), Some(item))),
        }
    }
    for item in before {
        if find(after, item).is_none() && find(now, item).is_none() {
            apart.push(item.clone());
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Stored;
    use crate::kind::Kind;

    fn incident(members: &Value) -> IncidentFacts<Number> {
        let mut whole = json!({
            "grade": "reported", "title": "Detention of {P1}", "types": ["detention"],
            "occurred": "2024-04-29", "country": "AZE",
            "people": [{"ref": "P1", "person": 48_271_930, "role": "affected_person", "display": "role"}],
            "sources": [{"ref": "S1", "title": "One", "url": "https://example.org/one"}],
        });
        whole.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        match Stored::from_snapshot(Kind::Incident, &whole.to_string()).unwrap() {
            Stored::Incident(facts) => facts,
            _ => unreachable!("it is an incident"),
        }
    }

    fn other() -> IncidentFacts<Number> {
        incident(&json!({
            "title": "Arrest of {P2}, with {P1}", "types": ["physical_assault"], "occurred": "2024-05",
            "place": "Baku", "in_danger_now": true,
            "people": [
                {"ref": "P1", "person": 48_271_930, "role": "witness", "display": "role"},
                {"ref": "P2", "person": 48_271_930, "role": "affected_person", "display": "role",
                 "position": "chairperson"},
            ],
            "sources": [
                {"ref": "S1", "title": "Two of {P2}", "url": "https://example.org/two", "same_origin_as": "S2"},
                {"ref": "S2", "title": "One", "url": "https://example.org/one/"},
            ],
            "events": [{"ref": "E1", "date": "2024-05-02", "kind": "released", "people": ["P2"], "source": "S1"}],
        }))
    }

    fn merged() -> IncidentFacts<Number> {
        let same = Renamed::from([("P2".to_owned(), "P1".to_owned())]);
        merge(&incident(&json!({})), &other(), &same)
    }

    #[test]
    fn keeps_both_and_calls_everything_anew() {
        let merged = merged();
        assert_eq!(merged.check().errors, []);
        assert_eq!(merged.occurred.edtf(), "2024-04-29");
        let people: Vec<_> = merged.people.iter().map(|link| link.reference.as_str()).collect();
        assert_eq!(people, ["P1", "P2"]);
        assert_eq!(merged.people[0].position.as_deref(), Some("chairperson"));
        let sources: Vec<_> = merged.sources.iter().map(|s| s.reference.as_str()).collect();
        assert_eq!(sources, ["S1", "S2"]);
        assert_eq!(merged.sources[1].title.as_deref(), Some("Two of {P1}"));
        assert_eq!(merged.sources[1].same_origin_as.as_deref(), Some("S1"));
        assert_eq!(merged.events[0].people, ["P1"]);
        assert_eq!(merged.events[0].source.as_deref(), Some("S2"));
        let claims = |field: &str| -> Vec<Value> {
            let of = merged.claims.iter().filter(|claim| claim.field == field);
            of.map(|claim| claim.value.clone()).collect()
        };
        assert_eq!(claims("occurred"), [json!("2024-04-29"), json!("2024-05")]);
        assert_eq!(
            claims("title"),
            [json!("Detention of {P1}"), json!("Arrest of {P1}, with {P2}")]
        );
        assert_eq!(claims("place"), [json!("Baku")]);
        assert_eq!(claims("types"), [json!(["detention"]), json!(["physical_assault"])]);
        assert!(merged.in_danger_now && merged.place.is_none());
    }

    #[test]
    fn merging_again_adds_nothing() {
        let same = [("P1", "P2"), ("P2", "P1")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(merge(&merged(), &other(), &same.into()).sources, merged().sources);
        assert_eq!(
            merge(
                &merged(),
                &other(),
                &Renamed::from([
                    ("P1".to_owned(), "P2".to_owned()),
                    ("P2".to_owned(), "P1".to_owned()),
                ])
            )
            .events,
            merged().events
        );
    }

    #[test]
    fn takes_apart_what_was_merged_and_keeps_what_was_edited_since() {
        let (before, after) = (incident(&json!({})), merged());
        assert_eq!(take_apart(&before, &after, &after).unwrap(), before);
        let mut now = after.clone();
        now.summary = Some("Written since.".to_owned());
        now.place = Some("Ganja".to_owned());
        now.sources.push(Source {
            reference: "S3".to_owned(),
            title: Some("Three".to_owned()),
            ..Source::default()
        });
        let apart = take_apart(&before, &after, &now).unwrap();
        let expected = IncidentFacts {
            summary: now.summary.clone(),
            place: now.place.clone(),
            sources: vec![before.sources[0].clone(), now.sources[2].clone()],
            ..before
        };
        assert_eq!(apart, expected);
    }

    #[test]
    fn a_long_text_is_claimed_as_far_as_it_fits() {
        let long = incident(&json!({"summary": "\"word\" ".repeat(2_000)}));
        let merged = merge(&incident(&json!({})), &long, &Renamed::new());
        assert_eq!(merged.check().errors, []);
        assert!(merged.claims[0].value.as_str().unwrap().ends_with("\" […]"));
    }
}
