//! What was known by a day, by the dates of public sources.

use amparo_tests::{incident, on_both};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// An arrest that one paper told in May, the release that another told in August.
fn told_by_two() -> amparo_tests::Draft {
    incident()
        .titled("{P1} held")
        .of_type("detention")
        .on("2024-04-29")
        .about(json!([{"ref": "P1", "name": "Zorabeth Quillfeather"}]))
        .with("sources", json!([
            {"ref": "S1", "title": "Arrested", "date": "2024-05"},
            {"ref": "S2", "title": "Released", "date": "2024-08-03", "same_origin_as": "S1"},
        ]))
        .with("events", json!([
            {"ref": "E1", "date": "2024-04-30", "kind": "remanded", "people": ["P1"], "source": "S1"},
            {"ref": "E2", "date": "2024-08-01", "kind": "released", "people": ["P1"], "source": "S2"},
            {"ref": "E3", "date": "2024-04-29", "kind": "detained", "people": ["P1"]},
        ]))
        .with("affected", json!({"unnamed_min": 1, "unnamed_max": 9}))
        .with("claims", json!([
            {"field": "affected.unnamed_max", "value": 9, "source": "S1"},
            {"field": "affected.unnamed_max", "value": 5, "source": "S2"},
        ]))
}

fn refs(record: &Value, list: &str) -> Vec<String> {
    let of = record[list].as_array().unwrap().iter();
    of.map(|item| item["ref"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    async fn shows_what_sources_of_the_day_say(app: TestApp) {
        let at = app.published("incidents", told_by_two()).await;
        app.published("incidents", incident().titled("without a date")).await;
        let list = "/api/v1/incidents?total=true&known_on=";
        // A source of May can be of the 31st.
        for day in ["2024-04-30", "2024-05-30"] {
            let page = app.public().read(&format!("{list}{day}")).await;
            assert_eq!((page["items"].as_array().unwrap().len(), &page["meta"]["total"]), (0, &json!(0)), "{day}");
            app.public().get(&format!("{at}?known_on={day}")).await.problem(404, "not-found");
        }
        for (day, sources, events, claims, custody) in [
            ("2024-05-31", &["S1"][..], &["E1"][..], 1, "in_pretrial_detention"),
            ("2024-08-02", &["S1"], &["E1"], 1, "in_pretrial_detention"),
            ("2024-08-03", &["S1", "S2"], &["E1", "E2", "E3"], 2, "released"),
            ("2026-11-25", &["S1", "S2"], &["E1", "E2", "E3"], 2, "released"),
        ] {
            let page = app.public().read(&format!("{list}{day}")).await;
            assert_eq!((&page["meta"]["total"], &page["meta"]["known_on"]), (&json!(1), &json!(day)));
            let one = app.public().read(&format!("{at}?known_on={day}")).await;
            for record in [&page["items"][0], &one] {
                assert_eq!(refs(record, "sources"), sources, "{day}");
                assert_eq!(refs(record, "events"), events, "{day}");
                assert_eq!(record["claims"].as_array().unwrap().len(), claims, "{day}");
                assert_eq!(record["people"][0]["custody"]["status"], custody, "{day}");
                let found = |query: &str| format!("/api/v1/incidents?known_on={day}&custody={query}");
                let held = custody == "in_pretrial_detention";
                assert_eq!(app.public().numbers(&found("held")).await.len() == 1, held, "{day}");
                assert_eq!(app.public().numbers(&found("released")).await.len() == 1, !held, "{day}");
                let not = format!("/api/v1/incidents?known_on={day}&custody!=held");
                assert_eq!(app.public().numbers(&not).await.len() == 1, !held, "{day}");
            }
        }
    }

    /// In September one of two was still held. In June, as far as was known, so were both.
    async fn counts_who_was_held_by_what_was_known(app: TestApp) {
        let two = told_by_two()
            .about(json!([{"ref": "P1", "name": "Zorabeth Quillfeather"}, {"ref": "P2", "name": "Ana Ruiz"}]))
            .with("events", json!([
                {"ref": "E1", "date": "2024-04-30", "kind": "remanded", "people": ["P1", "P2"], "source": "S1"},
                {"ref": "E2", "date": "2024-08-01", "kind": "released", "people": ["P1"], "source": "S2"},
            ]));
        app.published("incidents", two).await;
        app.published("incidents", told_by_two()).await;
        for (known_on, on, held) in [
            ("2024-05-30", "2024-09-01", 0),
            ("2024-06-30", "2024-04-29", 0),
            ("2024-06-30", "2024-09-01", 3),
            ("2024-08-03", "2024-09-01", 1),
            ("2024-08-03", "2024-07-01", 3),
        ] {
            let answer = app.public().read(&format!("/api/v1/detained?on={on}&known_on={known_on}")).await;
            assert_eq!(answer["meta"]["total"], held, "{known_on} {on}");
            assert_eq!(answer["items"].as_array().unwrap().len(), held, "{known_on} {on}");
        }
    }

    /// What only the desk knows of changes nothing for the public.
    async fn sources_that_are_not_public_do_not_count(app: TestApp) {
        let sources = json!([
            {"ref": "S1", "title": "An informant", "date": "2024-01-01", "tier": "network"},
            {"ref": "S2", "title": "A paper", "date": "2024-06-01"},
        ]);
        let at = app.published("incidents", incident().with("sources", sources)).await;
        for client in [app.public(), app.contributor()] {
            assert!(client.numbers("/api/v1/incidents?known_on=2024-05-31").await.is_empty());
            client.get(&format!("{at}?known_on=2024-05-31")).await.problem(404, "not-found");
            assert_eq!(client.numbers("/api/v1/incidents?known_on=2024-06-01").await.len(), 1);
        }
    }

    /// Both together: the version of the one day, as far as its sources were dated by the other.
    async fn goes_together_with_as_of(app: TestApp) {
        let at = app.published("incidents", told_by_two()).await;
        let first = app.now().date_naive();
        app.advance(TimeDelta::days(1));
        let only = json!({"title": "since", "events": [], "claims": [], "sources": [
            {"ref": "S1", "title": "Another", "date": "2025-01-01"}]});
        app.contributor().amend(&at, &only).await.is(200);
        app.approve(&at).await;
        app.verifier().post(&format!("{at}/publish"), &json!({"reason": "So."})).await.is(200);
        assert!(app.public().numbers("/api/v1/incidents?known_on=2024-06-01").await.is_empty());
        let both = format!("as_of={first}&known_on=2024-06-01");
        let page = app.public().read(&format!("/api/v1/incidents?{both}&total=true&custody=held")).await;
        assert_eq!(page["meta"]["total"], 1);
        for record in [&page["items"][0], &app.public().read(&format!("{at}?{both}")).await] {
            assert_eq!(refs(record, "sources"), ["S1"]);
            assert_eq!(record["sources"][0]["title"], "Arrested");
            assert_eq!(record["people"][0]["custody"]["status"], "in_pretrial_detention");
        }
        let early = format!("as_of={first}&known_on=2024-05-01");
        assert!(app.public().numbers(&format!("/api/v1/incidents?{early}")).await.is_empty());
        app.public().get(&format!("{at}?{early}")).await.problem(404, "not-found");
        // Custody is told as of the day: neither the end of the remand nor what came later.
        let then = app.public().read(&format!("{at}?as_of={first}")).await;
        assert_eq!(then["people"][0]["custody"]["status"], "released");
    }
}
