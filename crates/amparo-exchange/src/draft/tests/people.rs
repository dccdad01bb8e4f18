//! People in records, and their own.

use amparo_domain::person::PersonFacts;

use super::fixtures::{incident, number, person, small};
use super::*;

fn linked(people: Value) -> Reference {
    let sent = with(small(Kind::Incident), "/people", people);
    incident_of(draft(Kind::Incident, &sent))
        .people
        .remove(0)
        .person
}

fn person_of(reference: Reference) -> PersonFacts<Reference> {
    match reference {
        Reference::Described(facts) => match *facts {
            Facts::Person(facts) => facts,
            other => panic!("{other:?} is nobody"),
        },
        other => panic!("{other:?} describes nobody"),
    }
}

#[test]
fn a_person_is_a_number_an_id_a_name_or_both() {
    let known = Reference::Number(number(1).parse().unwrap());
    assert_eq!(linked(json!([{"person": number(1)}])), known);
    assert_eq!(
        linked(json!([{"person": {"number": number(1), "x": 1}}])),
        known
    );
    assert_eq!(
        linked(json!([{"person": number(1), "name": "x", "name_variants": ["y"]}])),
        known
    );
    let id = json!({"external_id": {"system": "s", "id": 4}});
    let Reference::External(external) = linked(json!([{"person": id}])) else {
        panic!("not by id");
    };
    assert_eq!(external.id, "4");
    let facts = person_of(linked(
        json!([{"name": " Leyla ", "name_variants": ["Лейла"]}]),
    ));
    let names: Vec<_> = facts.names.iter().map(|name| name.text.as_str()).collect();
    assert_eq!(names, ["Leyla", "Лейла"]);
    assert!(facts.external_ids.is_empty());
    let facts = person_of(linked(json!([{"person": id, "name": "Leyla"}])));
    assert_eq!(facts.external_ids, [external]);
}

#[test]
fn defaults() {
    let sent = with(small(Kind::Incident), "/people", json!([{"name": "Leyla"}]));
    let facts = incident_of(draft(Kind::Incident, &sent));
    assert_eq!(facts.people[0].reference, "P1");
    assert_eq!(facts.people[0].role.code(), "affected_person");
    assert_eq!(facts.people[0].display.code(), "role");
    let facts = incident_of(draft(Kind::Incident, &incident()));
    assert_eq!(facts.people[0].position.as_deref(), Some("chairperson"));
    assert_eq!(
        facts.people[0].organization,
        Some(Reference::Slug("emds".to_owned()))
    );
}

#[test]
fn what_is_wrong_with_people_in_a_record() {
    let id = |id: &str| json!({"external_id": {"system": "s", "id": id}});
    each_breaks(
        Kind::Incident,
        &incident(),
        &[
            (
                "/people/1/name",
                Value::Null,
                "/people/1/name",
                "a person needs a name",
            ),
            (
                "/people/1/name",
                json!(1),
                "/people/1/name",
                "expected a text",
            ),
            (
                "/people/1/name",
                json!("x".repeat(201)),
                "/people/1/name",
                "longer than 200",
            ),
            (
                "/people/1/name",
                json!("a\u{202e}b"),
                "/people/1/name",
                "U+202E",
            ),
            (
                "/people/1/name_variants/0",
                json!(""),
                "/people/1/name_variants/0",
                "empty",
            ),
            (
                "/people/1/name_variants/0",
                json!(3),
                "/people/1/name_variants/0",
                "expected a text",
            ),
            (
                "/people/1/name_variants/0",
                json!("x".repeat(201)),
                "/people/1/name_variants/0",
                "longer than 200",
            ),
            (
                "/people/2",
                json!({"role": "lawyer"}),
                "/people/2",
                "a person needs a name, or",
            ),
            (
                "/people/2",
                json!("Leyla"),
                "/people/2",
                "expected an object",
            ),
            (
                "/people/1/person",
                json!("leyla"),
                "/people/1/person",
                "people have no slugs",
            ),
            (
                "/people/1/person",
                json!("4827-1931"),
                "/people/1/person",
                "has a mistake in it",
            ),
            (
                "/people/1/person",
                json!({"name": "x"}),
                "/people/1/person/name",
                "not a member",
            ),
            (
                "/people/1/person",
                json!({}),
                "/people/1/person",
                "needs one of number, external_id",
            ),
            (
                "/people/1/person",
                id("rauf-1"),
                "/people/1/person/external_id/id",
                "tells the person",
            ),
            (
                "/people/0/person",
                json!({"number": 1}),
                "/people/0/person/number",
                "expected a text",
            ),
            ("/people/0/ref", json!("one"), "/people/0/ref", "named P1"),
            ("/people/1/ref", json!("P1"), "/people/1/ref", "already"),
            (
                "/people/0/role",
                json!("boss"),
                "/people/0/role",
                "/api/v1/vocabulary/role",
            ),
            (
                "/people/0/display",
                json!("shown"),
                "/people/0/display",
                "/api/v1/vocabulary/display",
            ),
            (
                "/people/0/display_reason",
                Value::Null,
                "/people/0/display_reason",
                "owes a reason",
            ),
            (
                "/people/0/organization",
                json!(5),
                "/people/0/organization",
                "expected a number, a slug",
            ),
            (
                "/people/0/consent",
                json!(true),
                "/people/0/consent",
                "not a member of a person",
            ),
        ],
    );
    let nameless = with(
        small(Kind::Incident),
        "/people",
        json!([{"name_variants": ["Leyla"]}]),
    );
    assert_eq!(
        places(&problems(Kind::Incident, &nameless)),
        ["/people/0/name"]
    );
}

#[test]
fn reads_a_record() {
    let Facts::Person(facts) = draft(Kind::Person, &person()) else {
        panic!("nobody");
    };
    assert_eq!(facts.names[0].text, "Leyla Example");
    assert_eq!(facts.names[0].script.as_deref(), Some("Latn"));
    assert_eq!(facts.names[1].text, "Лейла Пример");
    assert_eq!(facts.affiliations[0].role.unwrap().code(), "chair");
    for same in [
        json!({"name": "A B", "name_variants": ["C D"]}),
        json!({"names": ["A B", "C D"], "name": "A B"}),
    ] {
        let plain = json!({"names": [{"name": "A B", "id": 1, "commitment": "x"}, "C D"]});
        assert_eq!(draft(Kind::Person, &same), draft(Kind::Person, &plain));
    }
}

#[test]
fn what_is_wrong_with_a_record() {
    each_breaks(
        Kind::Person,
        &person(),
        &[
            ("/names", Value::Null, "/names", "a person needs a name"),
            ("/names", json!([]), "/names", "a person needs a name"),
            ("/names", json!("Leyla"), "/names", "expected a list"),
            ("/names", json!(vec!["Leyla"; 51]), "/names", "more than 50"),
            ("/names", json!(vec!["Leyla"; 101]), "/names", "at most 100"),
            ("/names/0", json!(""), "/names/0", "empty"),
            ("/names/0", json!({"lang": "az"}), "/names/0/name", "empty"),
            ("/names/0", json!(4), "/names/0", "expected an object"),
            ("/names/0/lang", json!("a"), "/names/0/lang", "BCP 47"),
            (
                "/names/0/script",
                json!("Latin"),
                "/names/0/script",
                "ISO 15924",
            ),
            (
                "/name",
                json!("Somebody Else"),
                "/name",
                "is not among names",
            ),
            (
                "/affiliations/0",
                json!("emds"),
                "/affiliations/0",
                "expected an object",
            ),
            (
                "/affiliations/0/organization",
                Value::Null,
                "/affiliations/0/organization",
                "names an",
            ),
            (
                "/affiliations/0/role",
                json!("king"),
                "/affiliations/0/role",
                "affiliation",
            ),
            (
                "/affiliations/0/position",
                json!("x".repeat(201)),
                "/affiliations/0/position",
                "longer than 200",
            ),
            (
                "/affiliations/0/since",
                json!("once"),
                "/affiliations/0/since",
                "write a date",
            ),
            (
                "/external_ids/0/id",
                json!("leyla7 example"),
                "/external_ids/0/id",
                "tells the person",
            ),
        ],
    );
    let issues = problems(Kind::Person, &json!({"name": 1}));
    assert_eq!(
        issues,
        [Issue::at("/name", "expected a text, found a number")]
    );
    let issues = problems(Kind::Person, &json!({"name_variants": ["Leyla"]}));
    assert_eq!(issues, [Issue::at("/name", "a person needs a name")]);
    assert_eq!(
        problems(Kind::Person, &json!({})),
        [Issue::at("/names", "a person needs a name")]
    );
}
