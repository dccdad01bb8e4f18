//! The question an analyst asks, in every form: detentions in Eurasia in 2024 by month.

use std::collections::{BTreeMap, BTreeSet};

use amparo_tests::on_both;
use serde_json::Value;

const QUESTION: &str = "region=eurasia&type=detention&period=2024";

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// The month in which a whole date lies, if it lies in one.
fn month(first: &str, last: &str) -> Option<String> {
    let (first, last) = (first.get(..7)?, last.get(..7)?);
    (first == last).then(|| first.to_owned())
}

on_both! {
    async fn one_question_has_one_answer(app: TestApp) {
        app.load_register().await;
        let public = app.public();
        let list = public.read(&format!("/api/v1/incidents?{QUESTION}&total=true&limit=200")).await;
        let items = list["items"].as_array().expect("items");
        assert!(!items.is_empty());
        assert_eq!(list["meta"]["total"], items.len());
        let numbers: BTreeSet<String> = items.iter().map(|item| text(&item["number"])).collect();
        let mut by_month: BTreeMap<Option<String>, i64> = BTreeMap::new();
        for item in items {
            let day = |end: &str| item["occurred"][end].as_str().unwrap_or_default();
            *by_month.entry(month(day("start"), day("end"))).or_default() += 1;
        }

        let csv = public.get(&format!("/api/v1/incidents.csv?{QUESTION}")).await.text();
        let mut rows = csv::Reader::from_reader(csv.as_bytes());
        let head = rows.headers().expect("a head").clone();
        let column = |name: &str| head.iter().position(|column| column == name).expect(name);
        let (number, start, end) = (column("number"), column("occurred_start"), column("occurred_end"));
        let mut in_csv = BTreeSet::new();
        let mut csv_by_month: BTreeMap<Option<String>, i64> = BTreeMap::new();
        for row in rows.records() {
            let row = row.expect("a row");
            in_csv.insert(row[number].to_owned());
            *csv_by_month.entry(month(&row[start], &row[end])).or_default() += 1;
        }
        assert_eq!(in_csv, numbers);
        assert_eq!(csv_by_month, by_month);

        let features = public.read(&format!("/api/v1/incidents.geojson?{QUESTION}")).await;
        let features = features["features"].as_array().expect("features").iter();
        let on_the_map: BTreeSet<String> = features.map(|f| text(&f["properties"]["number"])).collect();
        assert_eq!(on_the_map, numbers);

        let counts = public.read(&format!("/api/v1/counts?{QUESTION}&group_by=month")).await;
        let mut counted: BTreeMap<Option<String>, i64> = BTreeMap::new();
        for row in counts["rows"].as_array().expect("rows") {
            let incidents = row["incidents"].as_i64().unwrap_or(0);
            if incidents > 0 {
                counted.insert(row["month"].as_str().map(str::to_owned), incidents);
            }
        }
        assert_eq!(counted, by_month);
        assert_eq!(counts["rows"].as_array().map(|rows| rows.iter().filter(|row| !row["month"].is_null()).count()), Some(12));
        assert_eq!(counts["meta"]["total"], items.len());

        let sentence = public.read(&format!("/api/v1/counts/sentence?{QUESTION}&lang=en")).await;
        assert_eq!(sentence["incidents"], items.len());
        assert!(text(&sentence["text"]).contains(&items.len().to_string()) || items.len() < 10, "{sentence}");
    }
}
