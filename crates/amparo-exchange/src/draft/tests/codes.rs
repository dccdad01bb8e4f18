//! What was probably meant.

use super::fixtures::{full, small};
use super::*;

#[test]
fn misspelt_members_are_told() {
    for (kind, parent, misspelt, meant) in [
        (Kind::Incident, "", "contry", "country"),
        (Kind::Incident, "", "external_id", "external_ids"),
        (Kind::Incident, "", "Title", "title"),
        (Kind::Incident, "", "perpetrator", "perpetrators"),
        (Kind::Incident, "/occurred", "edft", "edtf"),
        (Kind::Incident, "/people/0", "rol", "role"),
        (Kind::Incident, "/people/0", "organisation", "organization"),
        (Kind::Incident, "/organizations/2", "acronim", "acronym"),
        (Kind::Incident, "/organizations/2", "rôle", "role"),
        (Kind::Incident, "/affected", "unamed_min", "unnamed_min"),
        (Kind::Incident, "/perpetrators/0", "actor", "actor_type"),
        (Kind::Incident, "/events/0", "sourc", "source"),
        (Kind::Incident, "/sources/0", "archive_url", "archived_url"),
        (Kind::Incident, "/claims/0", "vaule", "value"),
        (Kind::Incident, "/external_ids/0", "sytem", "system"),
        (Kind::Organization, "", "networs", "networks"),
        (Kind::Organization, "/networks/1", "untill", "until"),
        (Kind::Person, "", "afiliations", "affiliations"),
        (Kind::Person, "/names/0", "scrip", "script"),
        (Kind::Person, "/affiliations/0", "postion", "position"),
        (Kind::Election, "", "typ", "type"),
        (Kind::Case, "", "sumary", "summary"),
        (Kind::Statement, "", "endorser", "endorsers"),
        (Kind::Statement, "/links/0", "urls", "url"),
        (Kind::Statement, "/endorsers/1", "organisation", "organization"),
        (Kind::Statement, "/incidents/1", "versoin", "version"),
    ] {
        let place = format!("{parent}/{misspelt}");
        let issues = problems(kind, &with(full(kind), &place, json!("x")));
        assert_eq!(places(&issues), [place.as_str()], "{issues:?}");
        assert!(issues[0].message.starts_with("is not a member of "), "{issues:?}");
        let first = issues[0].did_you_mean.first().map(String::as_str);
        assert_eq!(first, Some(meant), "{place}: {issues:?}");
    }
}

#[test]
fn misspelt_values_are_told() {
    for (kind, place, misspelt, meant) in [
        (Kind::Incident, "/types/0", "detentoin", "detention"),
        (Kind::Incident, "/grade", "confirm", "confirmed"),
        (Kind::Incident, "/country", "Azerbajan", "Azerbaijan"),
        (Kind::Incident, "/occurred", "2024-4-9", "2024-04-09"),
        (Kind::Incident, "/people/0/role", "affected_persons", "affected_person"),
        (Kind::Incident, "/people/0/display", "names", "name"),
        (Kind::Incident, "/related/1/relation", "folowed_by", "followed_by"),
        (Kind::Incident, "/occurred/inferred/0", "years", "year"),
        (Kind::Incident, "/election", "AZ 2024 presidential", "az-2024-presidential"),
        (Kind::Election, "/type", "presidental", "presidential"),
        (Kind::Organization, "/kind", "networks", "network"),
        (Kind::Person, "/affiliations/0/role", "chairs", "chair"),
        (Kind::Statement, "/kind", "open letters", "open_letter"),
    ] {
        let issues = problems(kind, &with(full(kind), place, json!(misspelt)));
        assert_eq!(places(&issues), [place], "{issues:?}");
        let first = issues[0].did_you_mean.first().map(String::as_str);
        assert_eq!(first, Some(meant), "{place}: {issues:?}");
    }
}

#[test]
fn a_long_word_is_compared_with_nothing() {
    let long = "detention".repeat(1_000);
    let mut sent = small(Kind::Incident);
    sent["types"][0] = json!(long);
    sent[long.as_str()] = json!(1);
    let issues = problems(Kind::Incident, &sent);
    assert_eq!(issues.len(), 2);
    assert!(issues.iter().all(|issue| issue.did_you_mean.is_empty()));
}
