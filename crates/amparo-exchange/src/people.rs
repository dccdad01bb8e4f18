//! People known to one record of an import, made known to the statements that cite it.

use std::collections::{HashMap, HashSet};

use amparo_domain::kind::Kind;
use serde_json::{Value, json};

use crate::entry::Entry;
use crate::names::Names;
use crate::register::tokenise;
use crate::wire::Object;

/// Gives the statements and cases of one import the people of the incidents they cite, and replaces
/// their names in texts by tokens.
///
/// Register files name people in incidents alone, while the titles of statements and of sources
/// name them too. Without this step such a name would stand in a text, where nobody can take it
/// down. Records that have no people of their own (organizations, elections) lose the names from
/// the titles of their sources: the name becomes `[name left out]`. An address of a source that spells
/// out somebody whom the record does not know is marked to be hidden.
pub fn share_people(entries: &mut [Entry]) {
    let known = Known::of(entries);
    for entry in entries {
        match entry.kind {
            Kind::Statement => known.give_to(entry),
            Kind::Organization | Kind::Election | Kind::Case => known.leave_out_of(entry),
            Kind::Incident => known.complete(entry),
            Kind::Person => {}
        }
    }
}

#[derive(Default)]
struct Known {
    /// The people of each incident, by its external id.
    by_incident: HashMap<String, Vec<Value>>,
    /// Everybody's names, to be left out where they are not known.
    names: Names,
    /// The same for addresses, each as whom it tells.
    in_addresses: amparo_domain::names::Names,
}

impl Known {
    fn of(entries: &[Entry]) -> Self {
        let mut known = Self::default();
        let mut seen = HashSet::new();
        for entry in entries.iter().filter(|e| e.kind == Kind::Incident) {
            let people = list(&entry.value, "people");
            for person in people {
                for name in names_of(person).filter(|name| seen.insert(*name)) {
                    known.names.add("", name);
                    known.in_addresses.add(name, name);
                }
            }
            for id in list(&entry.value, "external_ids") {
                known.by_incident.insert(id.to_string(), people.to_vec());
            }
        }
        known.names.leave_out_full();
        known
    }

    fn give_to(&self, entry: &mut Entry) {
        let mut people = list(&entry.value, "people").to_vec();
        let cited: Vec<String> = list(&entry.value, "incidents")
            .iter()
            .map(|reference| reference["external_id"].to_string())
            .collect();
        for person in cited.iter().filter_map(|id| self.by_incident.get(id)).flatten() {
            let same = |known: &Value| {
                known["name"] == person["name"] && known.get("person") == person.get("person")
            };
            if person["name"].is_string() && !people.iter().any(same) {
                people.push(as_in_a_statement(person, people.len() + 1));
            }
        }
        let names = crate::register::known_names(&people);
        if let Value::Object(value) = &mut entry.value {
            tokenise(value, &names, &self.names);
            self.hide_addresses(value, &people);
            let used: Vec<Value> = {
                let text = Value::Object(value.clone()).to_string();
                people
                    .into_iter()
                    .filter(|p| {
                        text.contains(&format!("{{{}}}", p["ref"].as_str().unwrap_or_default()))
                    })
                    .collect()
            };
            if !used.is_empty() {
                value.insert("people".into(), used.into());
            }
        }
    }

    fn complete(&self, entry: &mut Entry) {
        let people = list(&entry.value, "people").to_vec();
        let names = crate::register::known_names(&people);
        if let Value::Object(value) = &mut entry.value {
            tokenise(value, &names, &self.names);
            self.hide_addresses(value, &people);
        }
    }

    fn leave_out_of(&self, entry: &mut Entry) {
        if let Value::Object(value) = &mut entry.value {
            tokenise(value, &Names::default(), &self.names);
            self.hide_addresses(value, &[]);
        }
    }

    /// Marks the sources whose addresses spell out somebody whom the record does not know.
    fn hide_addresses(&self, value: &mut Object, people: &[Value]) {
        let own: Vec<&str> = people.iter().flat_map(names_of).collect();
        let others = |address: &str| {
            let told = self.in_addresses.in_address(address).into_iter();
            let whole = told.filter(|told| told.part.is_none());
            whole.flat_map(|told| told.people).any(|name| !own.contains(&name.as_str()))
        };
        for source in value.get_mut("sources").and_then(Value::as_array_mut).into_iter().flatten() {
            let addresses = ["url", "archived_url"].map(|member| source.get(member));
            if addresses.into_iter().flatten().filter_map(Value::as_str).any(others) {
                source["url_hidden"] = true.into();
            }
        }
    }
}

/// All names that a person in a record is given.
fn names_of(person: &Value) -> impl Iterator<Item = &str> {
    let variants = list(person, "name_variants").iter();
    variants.chain(person.get("name")).filter_map(Value::as_str)
}

fn as_in_a_statement(person: &Value, number: usize) -> Value {
    let mut given = json!({ "ref": format!("P{number}") });
    for member in ["person", "name", "name_variants", "display", "display_reason", "position"] {
        if let Some(value) = person.get(member) {
            given[member] = value.clone();
        }
    }
    given
}

fn list<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value.get(member).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Place;

    fn entry(kind: Kind, value: Value) -> Entry {
        Entry { kind, value, place: Place::file("f"), notes: Vec::new(), returning: None }
    }

    #[test]
    fn a_statement_knows_the_people_of_what_it_cites() {
        let id = json!({"system": "register", "id": "x"});
        let mut entries = [
            entry(
                Kind::Incident,
                json!({
                    "external_ids": [id],
                    "people": [{"ref": "P1", "name": "Ana Ruiz", "name_variants": ["Anna Ruiz"], "role": "affected_person", "display": "name"}]
                }),
            ),
            entry(Kind::Incident, json!({"title": "With Ana Ruiz"})),
            entry(
                Kind::Statement,
                json!({"title": "Free Anna Ruiz", "incidents": [{"external_id": id}]}),
            ),
            entry(
                Kind::Statement,
                json!({"title": "Of nobody", "incidents": [{"external_id": id}]}),
            ),
            entry(
                Kind::Organization,
                json!({"name": "n", "sources": [{"title": "On Ana Ruiz, Anaa Ruiz, Karla Ruiz and the Ruiz family"}]}),
            ),
        ];
        share_people(&mut entries);
        assert_eq!(entries[1].value["title"], "With [name left out]");
        assert_eq!(entries[2].value["title"], "Free {P1}");
        assert_eq!(
            entries[2].value["people"],
            json!([{"ref": "P1", "name": "Ana Ruiz", "name_variants": ["Anna Ruiz"], "display": "name"}])
        );
        assert!(entries[3].value.get("people").is_none());
        assert_eq!(
            entries[4].value["sources"][0]["title"],
            "On [name left out], [name left out], Karla Ruiz and the Ruiz family"
        );
    }
}
