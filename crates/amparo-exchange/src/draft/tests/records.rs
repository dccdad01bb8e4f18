//! Organizations, elections and cases.

use super::fixtures::{case, election, number, organization, small};
use super::*;

#[test]
fn reads_an_organization() {
    let Facts::Organization(facts) = draft(Kind::Organization, &organization()) else {
        panic!("no organization");
    };
    assert_eq!(facts.slug.as_deref(), Some("emds"));
    assert_eq!(facts.country.unwrap().alpha3(), "AZE");
    assert_eq!(
        facts.networks[0].network,
        Reference::Slug("enemo".to_owned())
    );
    assert_eq!(facts.networks[1].since.as_ref().unwrap().edtf(), "2013");
    assert_eq!(
        facts.networks[2].network,
        Reference::Number(number(1).parse().unwrap())
    );
    assert_eq!(facts.networks[2].since.as_ref().unwrap().edtf(), "2011");
    assert!(facts.needs_review);
}

#[test]
fn what_is_wrong_with_an_organization() {
    each_breaks(
        Kind::Organization,
        &organization(),
        &[
            (
                "/name",
                Value::Null,
                "/name",
                "an organization needs a name",
            ),
            ("/name", json!(" "), "/name", "an organization needs a name"),
            ("/slug", json!("EMDS!"), "/slug", "a slug is made of"),
            ("/slug", json!("2024"), "/slug", "a slug is made of"),
            (
                "/acronym",
                json!("x".repeat(51)),
                "/acronym",
                "longer than 50",
            ),
            ("/aliases/0", json!(""), "/aliases/0", "is empty"),
            (
                "/aliases/1",
                json!("x".repeat(301)),
                "/aliases/1",
                "longer than 300",
            ),
            ("/country", json!("Nowhere"), "/country", "no country"),
            ("/kind", json!("club"), "/kind", "organization kind"),
            (
                "/website",
                json!("javascript:alert(1)"),
                "/website",
                "https://",
            ),
            ("/website", json!("example.org"), "/website", "https://"),
            (
                "/networks/0",
                json!(1),
                "/networks/0",
                "expected a number, a slug or an object",
            ),
            ("/networks/0", json!(""), "/networks/0", "is empty"),
            (
                "/networks/1/network",
                json!("!"),
                "/networks/1/network",
                "neither a number",
            ),
            (
                "/networks/1/network",
                Value::Null,
                "/networks/1",
                "needs one of",
            ),
            (
                "/networks/1/until",
                json!("2012"),
                "/networks/1/until",
                "ends before",
            ),
            (
                "/needs_review",
                json!(1),
                "/needs_review",
                "expected true or false",
            ),
        ],
    );
}

#[test]
fn reads_an_election_and_a_case() {
    let Facts::Election(facts) = draft(Kind::Election, &election()) else {
        panic!("no election");
    };
    assert_eq!(facts.election_type.code(), "by_election");
    assert_eq!(facts.slug.as_deref(), Some("az-2024-presidential"));
    let Facts::Case(facts) = draft(Kind::Case, &case()) else {
        panic!("no case");
    };
    assert_eq!(facts.summary.as_deref(), Some("Three incidents."));
    assert_eq!(facts.external_ids.len(), 1);
}

#[test]
fn what_is_wrong_with_an_election() {
    each_breaks(
        Kind::Election,
        &election(),
        &[
            ("/name", Value::Null, "/name", "an election needs a name"),
            (
                "/country",
                Value::Null,
                "/country",
                "an election needs a country",
            ),
            ("/date", Value::Null, "/date", "an election needs a date"),
            ("/type", Value::Null, "/type", "an election needs a type"),
            ("/type", json!("royal"), "/type", "election type"),
            (
                "/date",
                json!({"edtf": "2024", "inferred": ["year"]}),
                "/date",
                "only for the day",
            ),
            ("/slug", json!("AZ"), "/slug", "a slug is made of"),
        ],
    );
    assert_eq!(problems(Kind::Election, &json!({})).len(), 4);
}

#[test]
fn what_is_wrong_with_a_case() {
    each_breaks(
        Kind::Case,
        &case(),
        &[
            ("/title", Value::Null, "/title", "a case needs a title"),
            ("/summary", json!(1), "/summary", "expected a text"),
            (
                "/sources",
                json!([]),
                "/sources",
                "is not a member of a case",
            ),
            (
                "/incidents",
                json!([]),
                "/incidents",
                "is read-only: each incident names its case",
            ),
        ],
    );
    draft(Kind::Case, &small(Kind::Case));
}
