//! References to other records.

use super::fixtures::{number, small};
use super::*;

const KIND: Kind = Kind::Incident;

fn referring(member: &str, reference: Value) -> amparo_domain::incident::IncidentFacts<Reference> {
    incident_of(draft(KIND, &with(small(KIND), &format!("/{member}"), reference)))
}

fn described(reference: Reference) -> Draft {
    match reference {
        Reference::Described(facts) => *facts,
        other => panic!("{other:?} describes nothing"),
    }
}

#[test]
fn numbers_slugs_and_ids() {
    let by_number = Reference::Number(number(1).parse().unwrap());
    let by_slug = Reference::Slug("az-2024".to_owned());
    for (sent, meant) in [
        (json!(number(1)), &by_number),
        (json!(format!(" OBS {} ", number(1))), &by_number),
        (json!({"number": number(1), "slug": "az-2024", "days_from": 3}), &by_number),
        (json!("az-2024"), &by_slug),
        (json!({"slug": "az-2024"}), &by_slug),
        (json!({"number": null, "slug": "az-2024", "name": "x"}), &by_slug),
    ] {
        assert_eq!(referring("election", sent).election.as_ref(), Some(meant));
    }
    let id = json!({"external_id": {"system": "s", "id": "1"}});
    for member in ["election", "case"] {
        let facts = referring(member, id.clone());
        let reference = facts.election.or(facts.case).unwrap();
        assert!(matches!(reference, Reference::External(_)), "{reference:?}");
    }
}

#[test]
fn descriptions() {
    let sent = json!([{
        "name": "Observers United", "acronym": "OU", "native_name": "ОН", "aliases": ["Observers"],
        "country": "AZ", "kind": "network", "website": "https://example.org", "needs_review": false,
        "external_id": {"system": "s", "id": "1"}
    }]);
    let organization = referring("organizations", sent).organizations.remove(0).organization;
    let Facts::Organization(facts) = described(organization) else {
        panic!("no organization");
    };
    assert_eq!(facts.acronym.as_deref(), Some("OU"));
    assert!(facts.needs_review);
    assert_eq!(facts.external_ids.len(), 1);

    let organization = referring("organizations", json!([{"acronym": "OU"}]));
    let organization = organization.organizations.into_iter().next().unwrap().organization;
    let Facts::Organization(facts) = described(organization) else {
        panic!("no organization");
    };
    assert_eq!((facts.name.as_str(), facts.acronym.as_deref()), ("OU", Some("OU")));

    let case = referring("case", json!({"title": "Pressure"})).case.unwrap();
    let Facts::Case(facts) = described(case) else {
        panic!("no case");
    };
    assert_eq!(facts.title, "Pressure");
}

#[test]
fn an_election_without_a_name_gets_the_usual_one() {
    for (kind, date, name) in [
        ("presidential", "2024-02-07", "Azerbaijan presidential election 2024"),
        ("by-election", "2021-09-17/2021-09-19", "Azerbaijan by-election 2021"),
        ("referendum", "2016", "Azerbaijan referendum 2016"),
        ("other", "/2016-01", "Azerbaijan election 2016"),
        ("local", "XXXX", "Azerbaijan local election"),
    ] {
        let sent = json!({"country": "AZ", "date": date, "type": kind});
        let Facts::Election(facts) = described(referring("election", sent).election.unwrap())
        else {
            panic!("no election");
        };
        assert_eq!(facts.name, name);
    }
}

#[test]
fn what_is_wrong_with_references() {
    let good = small(KIND);
    let id = |id: Value| json!({"external_id": id});
    each_line_breaks(
        KIND,
        &good,
        r#"
        /election | "4827-1931" | = | that number has a mistake in it
        /election | {"number": "4827-1931"} | /election/number | a mistake in it
        /election | {"number": "x"} | /election/number | eight digits
        /election | {"number": ""} | /election/number | is empty
        /election | "Presidential, 2024" | = | nor a slug
        /election | "20240208" | = | that number has a mistake in it
        /election | "2024" | = | nor a slug
        /election | {"slug": "A B"} | /election/slug | nor a slug
        /election | {"slug": 1} | /election/slug | expected a text
        /election | {"slug": "az", "nme": 1} | /election/nme | not a member
        /election | 48271930 | = | expected a number, a slug or an object
        /election | [] | = | expected a number, a slug or an object
        /election | {} | = | needs one of number, slug, external_id, name
        /case | "pressure-on-emds" | = | cases have no slugs
        /related | ["x-y"] | /related/0 | incidents have no slugs
        /related | [{"relation": "related"}] | /related/0 | needs one of
        /related | [{"incident": ""}] | /related/0/incident | is missing
        /organizations | [{"role": "witness"}] | /organizations/0 | needs one of
        /organizations | [{"native_name": "x"}] | /organizations/0/name | needs a name
        /organizations | [{"name": 1, "acronym": "x"}] | /organizations/0/name | text
        /organizations | [{"name": "x", "role": "x"}] | /organizations/0/role | role
        /organizations | [{"name": "x", "country": "Nowhere"}] | /organizations/0/country | no country
        "#,
    );
    each_breaks(
        KIND,
        &good,
        &[
            ("/election", id(json!("x")), "/election/external_id", "expected an object"),
            ("/election", id(json!({"system": "s"})), "/election/external_id/id", "needs its id"),
            (
                "/election",
                id(json!({"system": "s", "id": "x".repeat(201)})),
                "/election/external_id/id",
                "longer than 200",
            ),
            ("/case", json!({"title": "x".repeat(301)}), "/case/title", "longer than 300"),
            (
                "/related",
                json!([{"number": number(1), "relation": 1}]),
                "/related/0/relation",
                "text",
            ),
            (
                "/organizations",
                json!([{"name": "x".repeat(301)}]),
                "/organizations/0/name",
                "longer than 300",
            ),
        ],
    );
    let unnamed = with(good, "/election", json!({"name": "x"}));
    let issues = problems(KIND, &unnamed);
    assert_eq!(places(&issues), ["/election/country", "/election/date", "/election/type"]);
    let slug = with(small(KIND), "/case", json!({"slug": "x"}));
    assert_eq!(places(&problems(KIND, &slug)), ["/case", "/case/slug"]);
}
