//! Statements.

use super::fixtures::{small, statement};
use super::*;

const KIND: Kind = Kind::Statement;

#[test]
fn reads_all_there_is() {
    let Facts::Statement(facts) = draft(KIND, &statement()) else {
        panic!("no statement");
    };
    assert_eq!(facts.kind.code(), "joint_statement");
    assert!(facts.draft);
    assert_eq!(
        facts.body.as_deref(),
        Some("# Solidarity\n\nWe stand with {P1}.  \n")
    );
    assert_eq!(facts.links[1].url, "https://example.org/s");
    assert_eq!(facts.links[1].title, None);
    assert_eq!(
        facts.endorsers[1].organization,
        Reference::Slug("epde".to_owned())
    );
    assert_eq!(
        facts.endorsers[1].matched_text.as_deref(),
        Some("the Platform")
    );
    assert!(matches!(
        facts.endorsers[2].organization,
        Reference::Described(_)
    ));
    let versions: Vec<_> = facts
        .incidents
        .iter()
        .map(|citation| citation.version)
        .collect();
    assert_eq!(versions, [None, Some(3), Some(1), None]);
    assert!(matches!(
        facts.incidents[3].incident,
        Reference::External(_)
    ));
    let Facts::Statement(facts) = draft(KIND, &small(KIND)) else {
        panic!("no statement");
    };
    assert_eq!(facts.kind.code(), "statement");
    assert!(!facts.draft);
}

#[test]
fn what_is_wrong() {
    each_breaks(
        KIND,
        &statement(),
        &[
            ("/title", Value::Null, "/title", "a statement needs a title"),
            ("/date", Value::Null, "/date", "a statement needs a date"),
            ("/date", json!("XXXX"), "/date", "a statement needs a date"),
            ("/date", json!("30 April"), "/date", "write a date"),
            ("/draft", json!("no"), "/draft", "expected true or false"),
            ("/kind", json!("tweet"), "/kind", "statement kind"),
            ("/excerpt", json!("{P3}"), "/excerpt", "names nobody"),
            ("/tags/0", json!(""), "/tags/0", "is empty"),
            (
                "/tags/0",
                json!("x".repeat(101)),
                "/tags/0",
                "longer than 100",
            ),
            ("/lang", json!("en_GB"), "/lang", "BCP 47"),
            ("/country", json!("Nowhere"), "/country", "no country"),
            (
                "/issuer",
                json!(["gndem"]),
                "/issuer",
                "expected a number, a slug or an object",
            ),
            ("/body", json!("a\u{7}"), "/body", "U+0007"),
            (
                "/body",
                json!("x".repeat(200_001)),
                "/body",
                "longer than 200000",
            ),
            ("/url", json!("/statements/1"), "/url", "https://"),
            (
                "/links/0",
                json!({"title": "x"}),
                "/links/0/url",
                "a link has an address",
            ),
            (
                "/links/0/url",
                json!("data:text/html,x"),
                "/links/0/url",
                "https://",
            ),
            ("/links/1", json!(""), "/links/1", "is empty"),
            ("/links/1", json!(1), "/links/1", "expected a text"),
            (
                "/endorsers/1/matched_text",
                json!("x".repeat(301)),
                "/endorsers/1/matched_text",
                "longer than 300",
            ),
            (
                "/endorsers/1/matched",
                json!("x"),
                "/endorsers/1/matched",
                "not a member",
            ),
            (
                "/endorsers/2/name",
                Value::Null,
                "/endorsers/2",
                "needs one of",
            ),
            (
                "/incidents/1/version",
                json!(0),
                "/incidents/1/version",
                "from 1 to",
            ),
            (
                "/incidents/1/version",
                json!(-1),
                "/incidents/1/version",
                "from 1 to",
            ),
            (
                "/incidents/0",
                json!("4827-1931"),
                "/incidents/0",
                "a mistake in it",
            ),
            (
                "/incidents/3",
                json!({"version": 1}),
                "/incidents/3",
                "needs one of",
            ),
            (
                "/people/0/display",
                json!("name"),
                "/people/0/display_reason",
                "owes a reason",
            ),
            (
                "/grade",
                json!("reported"),
                "/grade",
                "not a member of a statement",
            ),
        ],
    );
    assert_eq!(places(&problems(KIND, &json!({}))), ["/title", "/date"]);
}

#[test]
fn a_body_of_white_space_is_none() {
    let Facts::Statement(facts) = draft(KIND, &with(statement(), "/body", json!(" \n"))) else {
        panic!("no statement");
    };
    assert_eq!(facts.body, None);
    let Facts::Statement(facts) = draft(KIND, &with(statement(), "/body", json!("a  \r\nb\r\n")))
    else {
        panic!("no statement");
    };
    assert_eq!(facts.body.as_deref(), Some("a  \nb\n"));
}
