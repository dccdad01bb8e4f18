//! Certain matches told from possible ones, points that stand for a country, what a statement cites, and every
//! example of docs/asking.md.

use std::fs;

use amparo_tests::{election, incident, on_both};
use serde_json::{Value, json};

fn number(at: &str) -> String {
    at.rsplit('/').next().unwrap().to_owned()
}

fn examples() -> Vec<String> {
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/asking.md");
    let text = fs::read_to_string(document).unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("GET "));
    lines.map(str::to_owned).collect()
}

on_both! {
    async fn tells_what_certainly_fits_from_what_may(app: TestApp) {
        for (title, date) in [("day", "2024-05-03"), ("month", "2024-05"), ("year", "2024"),
            ("before", "/2024-06-10"), ("none", "XXXX"), ("other", "2023")] {
            app.published("incidents", incident().titled(title).on(date)).await;
        }
        let asked = "/api/v1/incidents?period=2024-05-01/2024-05-15&total=true";
        let page = app.public().read(asked).await;
        assert_eq!((&page["meta"]["total"], &page["meta"]["possible_more"]), (&json!(3), &json!(2)));
        assert!(page["meta"].get("only_possible").is_none() && page["items"][0].get("match").is_none());
        let page = app.public().read(&format!("{asked}&date_match=possible")).await;
        assert_eq!((&page["meta"]["total"], &page["meta"]["only_possible"]), (&json!(5), &json!(2)));
        let certain = app.public().numbers("/api/v1/incidents?period=2024-05-01/2024-05-15").await;
        for item in page["items"].as_array().unwrap() {
            let sure = certain.iter().any(|number| item["number"] == number.as_str());
            assert_eq!(item["match"], if sure { "certain" } else { "possible" }, "{}", item["title"]);
        }
        let few = app.public().read(&format!("{asked}&date_match=possible&fields=number,match")).await;
        assert_eq!(few["items"][0].as_object().unwrap().len(), 2);
        let page = app.public().read("/api/v1/incidents?total=true&date_match=possible").await;
        assert!(page["items"][0].get("match").is_none() && page["meta"].get("only_possible").is_none());
    }

    async fn a_country_has_a_point_that_says_what_it_is(app: TestApp) {
        let here = app.published("incidents", incident().at(49.87, 40.41)).await;
        let somewhere = app.published("incidents", incident().in_country("NAM")).await;
        let page = app.public().read("/api/v1/incidents?points=representative").await;
        for item in page["items"].as_array().unwrap() {
            if item["number"] == number(&here).as_str() {
                assert!(item.get("representative_point").is_none());
            } else {
                assert_eq!(item["location"], Value::Null);
                let point = &item["representative_point"];
                assert_eq!((&point["type"], &point["represents"]), (&json!("Point"), &json!("country")));
                let longitude = point["coordinates"][0].as_f64().unwrap();
                let latitude = point["coordinates"][1].as_f64().unwrap();
                assert!((11.0..26.0).contains(&longitude) && (-29.0..-16.0).contains(&latitude));
            }
        }
        let plain = app.public().read("/api/v1/incidents").await;
        assert!(!plain.to_string().contains("representative_point"));
        // It is found by no place, and sent back it is not kept.
        let around = "/api/v1/incidents?bbox=11,-29,26,-16";
        assert!(app.public().numbers(around).await.is_empty());
        let staff = app.contributor();
        let got = staff.get(&format!("{somewhere}?points=representative&text=raw")).await;
        assert!(got.json()["representative_point"].is_object());
        staff.put(&somewhere, &got.etag(), &got.json()).await.is(200);
        app.public().get("/api/v1/incidents?points=all").await.problem(400, "unknown-parameter");
    }

    async fn finds_what_a_statement_cites(app: TestApp) {
        let cited = app.published("incidents", incident().titled("cited")).await;
        app.advance(chrono::TimeDelta::minutes(1));
        let merged = app.published("incidents", incident().titled("merged")).await;
        app.published("incidents", incident().titled("not cited")).await;
        let statement = |cites: &[&String]| {
            let cites: Vec<Value> =
                cites.iter().map(|at| json!({"number": number(at), "version": 1})).collect();
            json!({"title": "We stand", "date": "2024-06-01", "incidents": cites})
        };
        let public = app.published("statements", statement(&[&cited])).await;
        let other = app.published("statements", statement(&[&merged])).await;
        let draft = app.created("statements", statement(&[&cited])).await.location();
        let found = async |query: String| {
            let mut found: Vec<String> = Vec::new();
            for item in app.public().read(&format!("/api/v1/incidents?{query}")).await["items"].as_array().unwrap() {
                found.push(item["title"].as_str().unwrap().to_owned());
            }
            found.sort();
            found
        };
        let (public, other) = (number(&public), number(&other));
        assert_eq!(found(format!("cited_in={public}")).await, ["cited"]);
        assert_eq!(found(format!("cited_in={public},{other}")).await, ["cited", "merged"]);
        assert_eq!(found(format!("cited_in!={public}")).await, ["merged", "not cited"]);
        let hidden = format!("/api/v1/incidents?cited_in={}", number(&draft));
        let refused = app.public().get(&hidden).await.problem(400, "unknown-parameter");
        let never = app.public().get("/api/v1/incidents?cited_in=4827-1930").await.problem(400, "unknown-parameter");
        assert_eq!(refused["errors"], never["errors"]);
        assert_eq!(app.contributor().numbers(&hidden).await.len(), 1);
        // What was cited is found by the one that holds it now; on a day before, by itself.
        let before = app.now().date_naive();
        app.advance(chrono::TimeDelta::days(1));
        let merge = json!({"into": number(&cited), "reason": "The same."});
        app.verifier().post(&format!("{merged}/merge"), &merge).await.is(200);
        assert_eq!(found(format!("cited_in={other}")).await, ["cited"]);
        assert_eq!(found(format!("cited_in={other}&as_of={before}")).await, ["merged"]);
    }

    /// A window is one around the election that a record is about.
    async fn a_window_is_around_ones_own_election(app: TestApp) {
        app.published("elections", election("az-2024", "AZE", "2024-02-07")).await;
        app.published("elections", election("az-2025", "AZE", "2025-01-29")).await;
        let about = |slug: &str, on: &str, title: &str| incident().titled(title).with("election", slug).on(on);
        app.published("incidents", about("az-2024", "2024-02-01", "in")).await;
        app.published("incidents", about("az-2025", "2024-02-01", "in another's")).await;
        let page = app.public().read("/api/v1/incidents?election=az-2024,az-2025&before_election=P10D").await;
        assert_eq!(page["items"].as_array().unwrap().len(), 1, "{page}");
        assert_eq!(page["items"][0]["title"], "in");
    }

    /// Every example of the document is answered, and finds something unless the document says otherwise.
    async fn every_example_of_the_document_is_answered(app: TestApp) {
        app.load_register().await;
        let (all, mut none) = (examples(), Vec::new());
        assert!(all.len() > 30, "{}", all.len());
        for path in &all {
            let (path, nothing) = match path.strip_suffix("  (nothing)") {
                Some(path) => (path, true),
                None => (path.as_str(), false),
            };
            let page = app.public().read(path).await;
            let found = page["items"].as_array().is_none_or(|items| !items.is_empty());
            if found == nothing {
                none.push(path.to_owned());
            }
        }
        assert_eq!(none, Vec::<String>::new());
    }
}
