//! All problems at once, each once, in the order of the document.

use super::fixtures::{incident, small};
use super::*;
use crate::draft::log::ERROR_LIMIT;

#[test]
fn all_problems_come_at_once_in_order() {
    let mut sent = incident();
    sent["severity"] = json!(9);
    sent["grade"] = json!("proven");
    sent["other_text"] = Value::Null;
    sent["events"][1]["kind"] = json!("jailed");
    sent["events"][1]["source"] = json!("S7");
    sent["people"][0]["display_reason"] = Value::Null;
    sent["sources"][0]["url"] = json!("ftp://example.org");
    sent["contry"] = json!("AZ");
    let sent = without(without(sent, "country"), "title");
    let issues = problems(Kind::Incident, &sent);
    assert_eq!(
        places(&issues),
        [
            "/grade",
            "/other_text",
            "/people/0/display_reason",
            "/events/1/kind",
            "/events/1/source",
            "/sources/0/url",
            "/severity",
            "/contry",
            "/country",
            "/title",
        ]
    );
}

#[test]
fn what_only_follows_is_not_said() {
    for (pointer, value) in [
        ("/people", json!({})),
        ("/people/0", json!("Leyla")),
        ("/people/0/ref", json!(1)),
        ("/sources", json!("S1")),
        ("/sources/0/ref", json!(["S1"])),
        ("/sources/1", json!(null)),
        ("/events/0/ref", json!(false)),
    ] {
        let sent = with(incident(), pointer, value);
        assert_eq!(places(&problems(Kind::Incident, &sent)), [pointer]);
    }
}

#[test]
fn a_problem_beside_another_is_said() {
    let mut sent = incident();
    sent["sources"][1] = json!({"accessed": 1});
    sent["claims"][0]["source"] = json!("S9");
    sent["people"][1]["nickname"] = json!("x");
    sent["people"][1]["position"] = json!("x".repeat(201));
    for n in 0..30 {
        sent["people"][1][format!("unknown_{n}")] = json!(1);
    }
    let issues = problems(Kind::Incident, &sent);
    let named = |place: &str| issues.iter().filter(|issue| issue.pointer == place).count();
    assert_eq!(named("/sources/1"), 1, "{issues:?}");
    assert_eq!(named("/claims/0/source"), 1);
    assert_eq!(named("/sources/1/accessed"), 1);
    assert_eq!(named("/people/1"), 1);
    assert_eq!(named("/people/1/position"), 1);
    assert_eq!(issues.len(), 5 + 20);
}

#[test]
fn a_pointer_never_leads_into_a_bare_text() {
    let mut sent = super::fixtures::statement();
    sent["links"][1] = json!(format!("https://example.org/{}", "x".repeat(2_000)));
    let issues = problems(Kind::Statement, &sent);
    assert_eq!(issues, [Issue::at("/links/1", "longer than 2000 characters")]);
    let sent = json!({"names": ["x".repeat(201), {"name": "y".repeat(201)}]});
    assert_eq!(places(&problems(Kind::Person, &sent)), ["/names/0", "/names/1/name"]);
    let sent = json!({"name": "x y", "name_variants": ["a b", "y".repeat(201)]});
    assert_eq!(places(&problems(Kind::Person, &sent)), ["/name_variants/1"]);
}

#[test]
fn members_with_odd_names_have_pointers_too() {
    let sent = with(small(Kind::Case), "/x", json!({}));
    let mut sent = without(sent, "x");
    sent["a/b~c"] = json!(1);
    assert_eq!(places(&problems(Kind::Case, &sent)), ["/a~1b~0c"]);
}

#[test]
fn there_is_an_end_to_it() {
    let mut sent = small(Kind::Incident);
    sent["events"] = Value::Array(vec![json!({"kind": "no"}); 1_000]);
    let issues = problems(Kind::Incident, &sent);
    assert_eq!(issues.len(), ERROR_LIMIT + 1);
    assert!(issues[ERROR_LIMIT].message.contains("more problems"));
}
