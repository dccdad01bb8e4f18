//! The organizations and people of a row.

use amparo_domain::country::CountryCode;
use serde_json::{Value, json};

use super::cells::Cells;
use crate::mapping::{Field, Mapping};
use crate::names::Names;
use crate::statement::{Sentence, introduced, leading};
use crate::wire::Object;

/// Adds organizations and people, and gives the names to replace in texts.
pub(super) fn add(
    mapping: &Mapping,
    cells: &Cells<'_>,
    text: &str,
    country: Option<CountryCode>,
    value: &mut Object,
) -> Names {
    let country = country.map(CountryCode::alpha3);
    let mut organizations: Vec<Value> =
        cells.all(Field::Organizations).iter().map(|name| json!({ "name": name })).collect();
    let introduced = introduced(text);
    organizations.extend(introduced.iter().map(|named| named.reference(country)));
    for rule in mapping.organizations_in(text, country) {
        let known = introduced.iter().any(|n| n.acronym == rule.acronym && rule.acronym.is_some());
        if !known {
            organizations
                .push(json!({"name": rule.name, "acronym": rule.acronym, "country": rule.country}));
        }
    }
    let employer = organizations.first().cloned();
    for organization in &mut organizations {
        organization["role"] = "affected_organization".into();
    }
    if !organizations.is_empty() {
        value.insert("organizations".into(), organizations.into());
    }
    let mut people: Vec<Value> =
        cells.all(Field::People).iter().map(|name| json!({ "name": name })).collect();
    let lead = mapping.leading_person.then(|| leading(&Sentence::new(text, 0))).flatten();
    if let Some(lead) = lead {
        people
            .push(json!({"name": lead.name, "position": lead.position, "organization": employer}));
    }
    let mut names = Names::default();
    for (index, person) in people.iter_mut().enumerate() {
        let reference = format!("P{}", index + 1);
        names.add(&reference, person["name"].as_str().unwrap_or_default());
        person["ref"] = reference.into();
        person["role"] = "affected_person".into();
        person["display"] = "role".into();
    }
    if !people.is_empty() {
        value.insert("people".into(), people.into());
    }
    names
}
