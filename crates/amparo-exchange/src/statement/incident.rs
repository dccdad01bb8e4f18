//! Candidates written down as incidents.

use amparo_domain::country::CountryCode;
use amparo_domain::kind::Kind;
use amparo_domain::reference::CANDIDATES;
use serde_json::{Value, json};

use super::candidates::Candidate;
use super::{Reading, organization::Named};
use crate::entry::{Entry, Note};
use crate::names::Names;
use crate::wire::{Object, external_id, slug};

/// The candidates as entries, and the people they name, each once, for the statement.
pub(super) fn entries(reading: &Reading<'_>, candidates: &[Candidate]) -> (Vec<Entry>, Vec<Value>) {
    let mut people: Vec<Value> = Vec::new();
    let mut all = Names::default();
    for person in candidates.iter().flat_map(|c| &c.people) {
        if people.iter().all(|known| known["name"] != person.name.as_str()) {
            let reference = format!("P{}", people.len() + 1);
            all.add(&reference, &person.name);
            people.push(json!({
                "ref": reference, "name": person.name, "display": "role", "position": person.position
            }));
        }
    }
    let statement = reading.id(&all);
    let election = reading.election();
    let mut ids: Vec<String> = Vec::new();
    let entries = candidates
        .iter()
        .map(|candidate| {
            let mut id = format!("{statement}-{}", candidate.kind);
            if let Some(organization) = &candidate.organization {
                id = format!("{id}-{}", slug(organization.short(), &all.words(), 40));
            }
            // Several acts of one type against one organization are told apart by their dates.
            if ids.contains(&id) {
                id = format!("{id}-{}", ids.len() + 1);
            }
            ids.push(id.clone());
            let mut names = candidate.names();
            for person in &people {
                names.leave_out(person["name"].as_str().unwrap_or_default());
            }
            entry(reading, candidate, &id, election.as_ref(), &names)
        })
        .collect();
    (entries, people)
}

fn entry(
    reading: &Reading<'_>,
    candidate: &Candidate,
    id: &str,
    election: Option<&Value>,
    names: &Names,
) -> Entry {
    let place = &reading.document.place;
    let day = reading.day.unwrap_or_default();
    let country = candidate.country.map(CountryCode::alpha3);
    let (occurred, date_note) = candidate.occurred.value(day);
    let mut value = Object::new();
    value.insert("state".into(), "submitted".into());
    value.insert("grade".into(), "reported".into());
    value.insert("title".into(), candidate.title().into());
    value.insert("summary".into(), names.replace(&candidate.sentences.join(" ")).into());
    value.insert("lang".into(), "en".into());
    value.insert("types".into(), json!([candidate.kind]));
    value.insert("occurred".into(), occurred.clone());
    value.insert("date_note".into(), date_note.into());
    value.insert("country".into(), country.into());
    value.insert("location".into(), Value::Null);
    value.insert("location_precision".into(), "country".into());
    if let Some(election) = election {
        value.insert("election".into(), election.clone());
    }
    value.insert("people".into(), people(candidate, country));
    if let Some(organization) = &candidate.organization {
        let mut reference = organization.reference(country);
        reference["role"] = "affected_organization".into();
        value.insert("organizations".into(), json!([reference]));
    }
    value.insert(
        "affected".into(),
        json!({"named": candidate.people.len(), "unnamed_min": candidate.count, "unnamed_max": candidate.count}),
    );
    if let Some(actor) = candidate.by {
        value.insert(
            "perpetrators".into(),
            json!([{"actor_type": actor, "certainty": "asserted_by_source"}]),
        );
    }
    value.insert("events".into(), events(candidate, &occurred));
    value.insert("sources".into(), json!([source(reading, names)]));
    value.insert("external_ids".into(), json!([external_id(CANDIDATES, id)]));
    let mut notes = vec![Note::info(
        place,
        format!(
            "a candidate incident ({}) was made from this statement; a person has to confirm it",
            candidate.kind
        ),
    )];
    if country.is_none() {
        notes.push(Note::warning(place, "the country of a candidate could not be told"));
    }
    Entry {
        kind: Kind::Incident,
        value: Value::Object(value),
        place: place.clone(),
        notes,
        returning: None,
    }
}

fn people(candidate: &Candidate, country: Option<&str>) -> Value {
    candidate
        .people
        .iter()
        .enumerate()
        .map(|(index, person)| {
            let mut value = json!({
                "ref": format!("P{}", index + 1), "name": person.name, "role": "affected_person",
                "display": "role", "position": person.position
            });
            if let Some(organization) = &candidate.organization {
                value["organization"] = organization.reference(country);
            }
            value
        })
        .collect()
}

/// A detention is a step in a person's custody; nothing else is told so surely.
fn events(candidate: &Candidate, occurred: &Value) -> Value {
    let dated = matches!(candidate.occurred, super::candidates::Occurred::On(_));
    if candidate.kind != "detention" || candidate.people.is_empty() || !dated {
        return json!([]);
    }
    candidate
        .people
        .iter()
        .enumerate()
        .map(|(index, _)| {
            let reference = format!("P{}", index + 1);
            json!({
                "ref": format!("E{}", index + 1), "date": occurred, "kind": "detained",
                "text": format!("{{{reference}}} was detained."), "people": [reference], "source": "S1"
            })
        })
        .collect()
}

fn source(reading: &Reading<'_>, names: &Names) -> Value {
    json!({
        "ref": "S1",
        "title": names.replace(&reading.title),
        "publisher": reading.issuer.as_ref().map(|issuer: &Named| issuer.name.as_str()),
        "url": null,
        "date": reading.date
    })
}
