//! Facets: choosing a value gives exactly the total that stands beside it.

use amparo_tests::{TestApp, on_both};
use serde_json::Value;

async fn total(app: &TestApp, question: &str) -> Value {
    let list = app.public().read(&format!("/api/v1/incidents?limit=1&total=true&{question}")).await;
    list["meta"]["total"].clone()
}

on_both! {
    async fn choosing_a_value_gives_the_total_that_it_says(app: TestApp) {
        app.load_register().await;
        let all = "country,region,type,grade,phase,severity,year,network,actor,custody,election,organization";
        for question in ["", "type=detention", "country=AZE&period=2024", "region=eurasia&severity=3..5", "q=observ*"] {
            let answer = app.public().read(&format!("/api/v1/facets?facet={all}&limit=4&{question}")).await;
            let facets = answer["facets"].as_array().unwrap();
            assert_eq!(facets.len(), 12);
            for facet in facets {
                let own: &[&str] = match facet["name"].as_str().unwrap() {
                    "year" => &["period", "date_match"],
                    name => &[name],
                };
                let rest: Vec<&str> = question.split('&')
                    .filter(|part| !own.contains(&part.split('=').next().unwrap())).collect();
                for value in facet["values"].as_array().unwrap() {
                    let chosen = value["query"].as_str().unwrap();
                    let asked = format!("{chosen}&{}", rest.join("&"));
                    assert_eq!(total(&app, asked.trim_end_matches('&')).await, value["incidents"], "{asked}");
                }
            }
        }
    }

    async fn labels_are_in_the_language_that_is_asked_for(app: TestApp) {
        app.load_register().await;
        let label = async |language: &str, facet: &str| {
            let answer = app.public().read(&format!("/api/v1/facets?facet={facet}&lang={language}&country=AZE&type=detention")).await;
            let values = answer["facets"][0]["values"].as_array().unwrap().clone();
            let value = values.into_iter().find(|value| ["AZE", "detention", "eurasia"].contains(&value["value"].as_str().unwrap()));
            value.unwrap()["label"].as_str().unwrap().to_owned()
        };
        assert_eq!(label("fr", "country").await, "Azerbaïdjan");
        assert_eq!(label("ru", "country").await, "Азербайджан");
        assert_ne!(label("es", "type").await, label("en", "type").await);
        assert_ne!(label("ar", "region").await, label("en", "region").await);
        let answer = app.public().read("/api/v1/facets").await;
        let names: Vec<_> = answer["facets"].as_array().unwrap().iter().map(|facet| facet["name"].clone()).collect();
        assert_eq!(names, ["country", "region", "type", "grade", "phase", "severity", "year", "network", "actor", "custody"]);
    }

    async fn a_slip_is_refused(app: TestApp) {
        for (question, meant) in [("facet=contry", Some("country")), ("facet=month", None), ("limit=0", None), ("limit=201", None), ("group_by=type", None)] {
            let problem = app.public().get(&format!("/api/v1/facets?{question}")).await.problem(400, "unknown-parameter");
            assert_eq!(problem["errors"][0]["did_you_mean"][0].as_str(), meant, "{question}: {problem}");
        }
    }
}
