use super::*;
use crate::entry::Level;

fn one(matter: &str) -> Entry {
    let document = Document::parse("members/xyz.md", &format!("---\n{matter}\n---\n")).unwrap();
    let options = ReadOptions::default();
    read(&document, &options).entries.next().unwrap().unwrap()
}

fn names(written: &str) -> (String, Option<String>, Option<String>) {
    let names = Names::of(written);
    (names.name, names.acronym, names.native_name)
}

#[test]
fn tells_scripts_and_acronyms_apart() {
    let some = |text: &str| Some(text.to_owned());
    for (written, name, acronym, native) in [
        ("شبكة النور / Light Network (LN)", "Light Network", some("LN"), some("شبكة النور")),
        ("Light Network (LiNet) / شبكة النور", "Light Network", some("LiNet"), some("شبكة النور")),
        ("Red Clara / Clear Network", "Clear Network", None, some("Red Clara")),
        (
            "Association for Light / Işık Derneği",
            "Association for Light",
            None,
            some("Işık Derneği"),
        ),
        ("t/ Light Center", "Light Center", None, None),
        ("Сеть Свет (СС)/ Light", "Light", None, some("Сеть Свет")),
        ("Peace/Justice Center", "Peace/Justice Center", None, None),
        ("Group (of friends)", "Group (of friends)", None, None),
        ("منظمة الحق", "منظمة الحق", None, None),
    ] {
        assert_eq!(names(written), (name.to_owned(), acronym, native), "{written}");
    }
    let three = Names::of("Jeunes (JX) / شباب / Youth");
    assert_eq!((three.name.as_str(), three.acronym.as_deref()), ("Youth", Some("JX")));
    assert_eq!(
        (three.native_name.as_deref(), &three.aliases[..]),
        (Some("شباب"), &["Jeunes".to_owned()][..])
    );
}

#[test]
fn maps_a_member() {
    let entry = one(
        "name: Light Network (LN)\ncountry: Azerbaijan\nregion: SEA\nregional_network: ENEMO, EPDE\n\
         website: 'https://example.org/'\nis_member: yes",
    );
    assert_eq!(
        entry.value,
        json!({
            "name": "Light Network", "acronym": "LN", "native_name": null, "country": "AZE",
            "kind": "citizen_observer_group",
            "networks": [
                {"network": {"acronym": "ENEMO", "name": "ENEMO"}},
                {"network": {"acronym": "EPDE", "name": "EPDE"}}
            ],
            "website": "https://example.org/",
            "sources": [{"ref": "S1", "title": "Import of members/xyz.md"}],
            "external_ids": [{"system": "gndem-members", "id": "xyz"}]
        })
    );
    assert!(entry.notes.iter().all(|n| n.level == Level::Info));
}

#[test]
fn a_network_of_many_countries_has_none() {
    let entry = one("name: Réseau Clair\ncountry: regional");
    assert_eq!((&entry.value["country"], &entry.value["kind"]), (&Value::Null, &json!("network")));
    let group = one("name: Clear Group\ncountry: global");
    assert_eq!(group.value["kind"], "citizen_observer_group");
}

#[test]
fn what_cannot_be_resolved_is_reported_with_suggestions() {
    let entry = one("name: A\ncountry: Azerbajan\nwebsite: our page");
    let said: Vec<&str> = entry
        .notes
        .iter()
        .filter(|n| n.level == Level::Warning)
        .map(|n| n.message.as_str())
        .collect();
    assert!(said[0].starts_with("\"Azerbajan\" is no country that is known"), "{said:?}");
    assert!(said[0].contains("did you mean Azerbaijan"), "{said:?}");
    assert!(said[1].contains("\"our page\" is not an address"), "{said:?}");
    assert_eq!(entry.value["country"], Value::Null);
    assert!(entry.value.get("website").is_none());
}
