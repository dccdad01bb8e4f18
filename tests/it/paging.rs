//! Pages: whatever their size, together they are the whole list, each record once.

use amparo_tests::{TestApp, incident, on_both};
use serde_json::{Value, json};

/// Incidents of all kinds of dates, severities and words, imported in one go.
async fn generate(app: &TestApp, count: usize) {
    let dates = [
        "2024-04-29",
        "2024-04",
        "2024",
        "2023-12/2024-01",
        "/2024-04-30",
        "2024-05-01/..",
        "2013-10-31",
        "2024-04-29",
        "2022~",
        "2021?",
    ];
    for start in (0..count).step_by(40) {
        let records: Vec<Value> = (start..count.min(start + 40))
            .map(|nth| {
                let title = if nth % 3 == 0 {
                    format!("Observers stopped {nth}")
                } else {
                    format!("Incident {nth}")
                };
                let draft = incident()
                    .titled(&title)
                    .with("summary", "Observers were stopped at the door.")
                    .with("external_ids", json!([{"system": "generated", "id": nth.to_string()}]));
                let draft = match nth % 11 {
                    10 => draft.with("occurred", Value::Null),
                    n => draft.on(dates[n % dates.len()]),
                };
                let draft = if nth % 4 == 0 { draft } else { draft.with("severity", nth % 5 + 1) };
                Value::from(draft.with("state", "published"))
            })
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("incidents.json");
        std::fs::write(&path, Value::from(records).to_string()).unwrap();
        let summary = crate::imports::import(app, &[path], |_| ()).await;
        assert!(summary.committed, "{summary}");
        app.advance(chrono::TimeDelta::hours(1));
    }
}

on_both! {
    async fn pages_are_the_list_in_pieces_for_every_order(app: TestApp) {
        generate(&app, 120).await;
        for sort in ["-occurred", "occurred", "-last_changed", "-severity", "relevance"] {
            for query in ["", "&q=stopped", "&q=observ*&period=2024", "&severity=2..4"] {
                let list = format!("/api/v1/incidents?sort={sort}{query}");
                let whole = app.public().numbers(&format!("{list}&limit=200")).await;
                let total = app.public().read(&format!("{list}&limit=1&total=true")).await["meta"]["total"].clone();
                assert_eq!(total, whole.len(), "{list}: rows listed = rows counted");
                for limit in [1, 7, 40] {
                    let pieces = app.public().numbers(&format!("{list}&limit={limit}")).await;
                    assert_eq!(pieces, whole, "{list} by {limit}");
                }
                let mut once = whole.clone();
                once.sort();
                once.dedup();
                assert_eq!(once.len(), whole.len(), "{list}: each once");
            }
        }
        let all = app.public().numbers("/api/v1/incidents?limit=200").await;
        assert_eq!(all.len(), 120);
        let mut upside_down = app.public().numbers("/api/v1/incidents?limit=200&sort=occurred").await;
        upside_down.reverse();
        assert_eq!(upside_down, all);
    }

    async fn orders_as_it_says(app: TestApp) {
        generate(&app, 60).await;
        let list = async |sort: &str| {
            app.public().read(&format!("/api/v1/incidents?limit=200&sort={sort}&q=stopped")).await["items"].clone()
        };
        let severities: Vec<_> = list("-severity").await.as_array().unwrap().iter()
            .map(|item| item["severity"].as_u64().unwrap_or(0)).collect();
        assert!(severities.is_sorted_by(|a, b| a >= b), "{severities:?}");
        assert_eq!(severities.len(), 60, "what has no severity comes last");
        let changes: Vec<_> = list("-last_changed").await.as_array().unwrap().iter()
            .map(|item| item["last_changed"].as_str().unwrap().to_owned()).collect();
        assert!(changes.is_sorted_by(|a, b| a >= b));
        let in_title: Vec<_> = list("relevance").await.as_array().unwrap().iter()
            .map(|item| item["title"].as_str().unwrap().contains("stopped")).collect();
        assert!(in_title.is_sorted_by(|a, b| a >= b) && in_title[0] && !in_title[59]);
        let days: Vec<_> = list("-occurred").await.as_array().unwrap().iter()
            .filter_map(|item| item["occurred"]["start"].as_str().map(str::to_owned)).collect();
        assert!(days.is_sorted_by(|a, b| a >= b));
    }

    /// Records that come while somebody pages neither repeat nor hide others.
    async fn a_page_is_not_moved_by_what_comes_before_it(app: TestApp) {
        generate(&app, 20).await;
        let first = app.public().read("/api/v1/incidents?limit=10").await;
        let rest = format!("/api/v1/incidents?limit=10&after={}", first["next"].as_str().unwrap());
        let before = app.public().read(&rest).await;
        app.published("incidents", incident().on("2026-01-01")).await;
        let after = app.public().read(&rest).await;
        assert_eq!(after["items"], before["items"]);
        assert_eq!(after["next"], Value::Null);
    }

    async fn gives_the_address_of_the_next_page(app: TestApp) {
        generate(&app, 5).await;
        let host = [("host", "register.example.org")];
        let list = "/api/v1/incidents?limit=2&country=AZE&q=observ*";
        let page = app.public().send(axum::http::Method::GET, list, &host, axum::body::Body::empty()).await;
        let link = page.header("link");
        let address = link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap();
        let path = address.strip_prefix("http://register.example.org").unwrap();
        let next = app.public().read(path).await;
        assert_eq!(next["items"].as_array().unwrap().len(), 2);
        let last = app.public().get("/api/v1/incidents?limit=200").await;
        assert_eq!(last.header("link"), "");
    }

    /// A cursor is a place in one list of one reader, and nobody else's.
    async fn a_cursor_that_was_touched_is_refused(app: TestApp) {
        generate(&app, 6).await;
        let page = app.public().read("/api/v1/incidents?limit=2").await;
        let cursor = page["next"].as_str().unwrap().to_owned();
        let list = |cursor: &str| format!("/api/v1/incidents?limit=2&after={cursor}");
        app.public().get(&list(&cursor)).await.is(200);
        app.public().get(&format!("/api/v1/incidents?limit=5&total=true&after={cursor}")).await.is(200);
        for at in 0..cursor.len() {
            let mut touched = cursor.clone().into_bytes();
            touched[at] = if touched[at] == b'A' { b'B' } else { b'A' };
            let touched = String::from_utf8(touched).unwrap();
            app.public().get(&list(&touched)).await.problem(400, "unknown-parameter");
        }
        for wrong in ["", "x", "AAAA", &cursor[1..], &format!("{cursor}A")] {
            app.public().get(&list(wrong)).await.problem(400, "unknown-parameter");
        }
        for other in ["country=AZE", "sort=occurred", "sort=relevance", "q=observ*"] {
            let path = format!("/api/v1/incidents?limit=2&{other}&after={cursor}");
            app.public().get(&path).await.problem(400, "unknown-parameter");
        }
        app.contributor().get(&list(&cursor)).await.problem(400, "unknown-parameter");
        app.public().get(&format!("/api/v1/statements?after={cursor}")).await.problem(400, "unknown-parameter");
    }

    async fn pages_the_other_lists(app: TestApp) {
        app.load_register().await;
        for (list, count) in [("organizations", 82), ("elections", 49), ("cases", 26), ("statements", 38)] {
            let path = format!("/api/v1/{list}?limit=");
            let whole = app.public().numbers(&format!("{path}200")).await;
            assert_eq!(whole.len(), count, "{list}");
            assert_eq!(app.public().numbers(&format!("{path}7")).await, whole, "{list}");
        }
        let people = app.contributor().numbers("/api/v1/people?limit=200").await;
        assert_eq!(app.contributor().numbers("/api/v1/people?limit=5").await, people);
    }
}
