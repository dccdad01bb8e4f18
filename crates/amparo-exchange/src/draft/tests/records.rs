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
    assert_eq!(facts.networks[0].network, Reference::Slug("enemo".to_owned()));
    assert_eq!(facts.networks[1].since.as_ref().unwrap().edtf(), "2013");
    assert_eq!(facts.networks[2].network, Reference::Number(number(1).parse().unwrap()));
    assert_eq!(facts.networks[2].since.as_ref().unwrap().edtf(), "2011");
    assert!(facts.needs_review);
}

#[test]
fn what_is_wrong_with_an_organization() {
    each_line_breaks(
        Kind::Organization,
        &organization(),
        r#"
        /name | null | = | an organization needs a name
        /name | " " | = | an organization needs a name
        /slug | "EMDS!" | = | a slug is made of
        /slug | "2024" | = | a slug is made of
        /acronym | x*51 | = | longer than 50
        /aliases/0 | "" | = | is empty
        /aliases/1 | x*301 | = | longer than 300
        /country | "Nowhere" | = | no country
        /kind | "club" | = | organization kind
        /website | "javascript:alert(1)" | = | https://
        /website | "example.org" | = | https://
        /networks/0 | 1 | = | expected a number, a slug or an object
        /networks/0 | "" | = | is empty
        /networks/1/network | "!" | = | neither a number
        /networks/1/network | null | = | is missing
        /networks/1/until | "2012" | = | ends before
        /needs_review | 1 | = | expected true or false
        "#,
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
    each_line_breaks(
        Kind::Election,
        &election(),
        r#"
        /name | null | = | an election needs a name
        /country | null | = | an election needs a country
        /date | null | = | an election needs a date
        /type | null | = | an election needs a type
        /type | "royal" | = | election type
        /date | {"edtf": "2024", "inferred": ["year"]} | = | only for the day
        /slug | "AZ" | = | a slug is made of
        "#,
    );
    assert_eq!(problems(Kind::Election, &json!({})).len(), 4);
}

#[test]
fn what_is_wrong_with_a_case() {
    each_line_breaks(
        Kind::Case,
        &case(),
        r"
        /title | null | = | a case needs a title
        /summary | 1 | = | expected a text
        /sources | [] | = | is not a member of a case
        /incidents | [] | = | is read-only: each incident names its case
        ",
    );
    draft(Kind::Case, &small(Kind::Case));
}
