//! People in records, and their own.

use amparo_domain::person::PersonFacts;

use super::fixtures::{incident, number, person, small};
use super::*;

fn linked(people: Value) -> Reference {
    let sent = with(small(Kind::Incident), "/people", people);
    incident_of(draft(Kind::Incident, &sent)).people.remove(0).person
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
    assert_eq!(linked(json!([{"person": {"number": number(1), "x": 1}}])), known);
    assert_eq!(linked(json!([{"person": number(1), "name": "x", "name_variants": ["y"]}])), known);
    let id = json!({"external_id": {"system": "s", "id": 4}});
    let Reference::External(external) = linked(json!([{"person": id}])) else {
        panic!("not by id");
    };
    assert_eq!(external.id, "4");
    let facts = person_of(linked(json!([{"name": " Leyla ", "name_variants": ["Лейла"]}])));
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
    assert_eq!(facts.people[0].organization, Some(Reference::Slug("emds".to_owned())));
}

#[test]
fn what_is_wrong_with_people_in_a_record() {
    let id = |id: &str| json!({"external_id": {"system": "s", "id": id}});
    each_line_breaks(
        Kind::Incident,
        &incident(),
        r#"
        /people/1/name | null | = | a person needs a name
        /people/1/name | 1 | = | expected a text
        /people/1/name | x*201 | = | longer than 200
        /people/1/name | "a\u202eb" | = | U+202E
        /people/1/name_variants/0 | "" | = | empty
        /people/1/name_variants/0 | 3 | = | expected a text
        /people/1/name_variants/0 | x*201 | = | longer than 200
        /people/2 | {"role": "lawyer"} | = | a person needs a name, or
        /people/2 | "Leyla" | = | expected an object
        /people/1/person | "leyla" | = | people have no slugs
        /people/1/person | "4827-1931" | = | has a mistake in it
        /people/1/person | {} | = | needs one of number, external_id
        /people/0/person | {"number": 1} | /people/0/person/number | expected a text
        /people/0/ref | "one" | = | named P1
        /people/1/ref | "P1" | = | already
        /people/0/role | "boss" | = | /api/v1/vocabulary/role
        /people/0/display | "shown" | = | /api/v1/vocabulary/display
        /people/0/display_reason | null | = | owes a reason
        /people/0/organization | 5 | = | expected a number, a slug
        /people/0/consent | true | = | not a member of a person
        "#,
    );
    each_breaks(
        Kind::Incident,
        &incident(),
        &[(
            "/people/1/person",
            id("rauf-1"),
            "/people/1/person/external_id/id",
            "tells the person",
        )],
    );
    let nameless = with(small(Kind::Incident), "/people", json!([{"name_variants": ["Leyla"]}]));
    assert_eq!(places(&problems(Kind::Incident, &nameless)), ["/people/0/name"]);
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
    each_line_breaks(
        Kind::Person,
        &person(),
        r#"
        /names | null | = | a person needs a name
        /names | "Leyla" | = | expected a list
        /names/0 | "" | = | empty
        /names/0 | {"lang": "az"} | /names/0/name | empty
        /names/0 | 4 | = | expected an object
        /names/0/lang | "a" | = | BCP 47
        /names/0/script | "Latin" | = | ISO 15924
        /name | "Somebody Else" | = | is not among names
        /name_variants | ["Somebody Else"] | = | is not among names
        /affiliations/0 | "emds" | = | expected an object
        /affiliations/0/organization | null | = | names an
        /affiliations/0/role | "king" | = | affiliation
        /affiliations/0/position | x*201 | = | longer than 200
        /affiliations/0/since | "once" | = | write a date
        /external_ids/0/id | "leyla7 example" | = | tells the person
        "#,
    );
    each_breaks(
        Kind::Person,
        &person(),
        &[
            ("/names", json!(vec!["Leyla"; 51]), "/names", "more than 50"),
            ("/names", json!(vec!["Leyla"; 101]), "/names", "at most 100"),
        ],
    );
    let issues = problems(Kind::Person, &json!({"name": 1}));
    assert_eq!(issues, [Issue::at("/name", "expected a text, found a number")]);
    let issues = problems(Kind::Person, &json!({"name_variants": ["Leyla"]}));
    assert_eq!(issues, [Issue::at("/name", "a person needs a name")]);
    // Without an id elsewhere, nobody is known by an empty list of names.
    let nobody = problems(Kind::Person, &json!({"names": []}));
    assert_eq!(nobody, [Issue::at("/names", "a person needs a name")]);
    assert_eq!(problems(Kind::Person, &json!({})), [Issue::at("/names", "a person needs a name")]);
}
