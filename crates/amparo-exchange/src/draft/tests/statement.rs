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
    assert_eq!(facts.body.as_deref(), Some("# Solidarity\n\nWe stand with {P1}.  \n"));
    assert_eq!(facts.links[1].url, "https://example.org/s");
    assert_eq!(facts.links[1].title, None);
    assert_eq!(facts.endorsers[1].organization, Reference::Slug("epde".to_owned()));
    assert_eq!(facts.endorsers[1].matched_text.as_deref(), Some("the Platform"));
    assert!(matches!(facts.endorsers[2].organization, Reference::Described(_)));
    let versions: Vec<_> = facts.incidents.iter().map(|citation| citation.version).collect();
    assert_eq!(versions, [None, Some(3), Some(1), None]);
    assert!(matches!(facts.incidents[3].incident, Reference::External(_)));
    let Facts::Statement(facts) = draft(KIND, &small(KIND)) else {
        panic!("no statement");
    };
    assert_eq!(facts.kind.code(), "statement");
    assert!(!facts.draft);
}

#[test]
fn what_is_wrong() {
    each_line_breaks(
        KIND,
        &statement(),
        r#"
        /title | null | = | a statement needs a title
        /date | null | = | a statement needs a date
        /date | "XXXX" | = | a statement needs a date
        /date | "30 April" | = | write a date
        /draft | "no" | = | expected true or false
        /kind | "tweet" | = | statement kind
        /excerpt | "{P3}" | = | names nobody
        /tags/0 | "" | = | is empty
        /tags/0 | x*101 | = | longer than 100
        /lang | "en_GB" | = | BCP 47
        /country | "Nowhere" | = | no country
        /issuer | ["gndem"] | = | expected a number, a slug or an object
        /body | "a\u0007" | = | U+0007
        /body | x*200001 | = | longer than 200000
        /url | "/statements/1" | = | https://
        /links/0 | {"title": "x"} | /links/0/url | a link has an address
        /links/0/url | "data:text/html,x" | = | https://
        /links/1 | "" | = | is empty
        /links/1 | 1 | = | expected a text
        /endorsers/1/matched_text | x*301 | = | longer than 300
        /endorsers/1/matched | "x" | = | not a member
        /endorsers/2/name | null | /endorsers/2 | needs one of
        /incidents/1/version | 0 | = | from 1 to
        /incidents/1/version | -1 | = | from 1 to
        /incidents/0 | "4827-1931" | = | a mistake in it
        /incidents/3 | {"version": 1} | = | needs one of
        /people/0/display | "name" | /people/0/display_reason | owes a reason
        /grade | "reported" | = | not a member of a statement
        "#,
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
