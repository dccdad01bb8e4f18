//! Counts: every question of the list, in groups, and never another total than the list's.

use std::fmt::Write as _;

use amparo_domain::access::Role;
use amparo_domain::vocabulary::State;
use amparo_tests::proofs::{Dice, scaled, tell};
use amparo_tests::{Draft, TestApp, election, incident, on_both, organization};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::imports::import;

async fn publish_all(app: &TestApp, drafts: Vec<Draft>) {
    for (nth, draft) in drafts.into_iter().enumerate() {
        app.published("incidents", draft.titled(&format!("Number {nth}"))).await;
    }
}

/// The answer to a question.
async fn counts(app: &TestApp, question: &str) -> Value {
    app.public().read(&format!("/api/v1/counts?{question}")).await
}

/// The rows of an answer, each as the values of some members.
fn rows(answer: &Value, members: &[&str]) -> Vec<Vec<Value>> {
    let rows = answer["rows"].as_array().unwrap().iter();
    rows.map(|row| members.iter().map(|member| row[*member].clone()).collect()).collect()
}

fn table(value: &Value) -> Vec<Vec<Value>> {
    let rows = value.as_array().unwrap().iter();
    rows.map(|row| row.as_array().unwrap().clone()).collect()
}

on_both! {
    async fn counts_by_country_and_month_what_the_list_finds(app: TestApp) {
        publish_all(&app, vec![
            incident().on("2024-04-29"), incident().on("2024-04"), incident().on("2024-06-01"),
            incident().on("2024-04-30/2024-05-01"), incident().on("2024"), incident().on("XXXX"),
            incident().in_country("NAM").on("2024-05-02"), incident().in_country("UGA").on("2023-01-01"),
        ]).await;
        let answer = counts(&app, "group_by=country,month&country!=UGA").await;
        assert_eq!(rows(&answer, &["bucket", "country", "month", "month_start", "incidents"]), table(&json!([
            [null, "AZE", "2024-04", "2024-04-01", 2],
            [null, "AZE", "2024-05", "2024-05-01", null],
            [null, "AZE", "2024-06", "2024-06-01", 1],
            ["unassigned", "AZE", null, null, 3],
            [null, "NAM", "2024-04", "2024-04-01", null],
            [null, "NAM", "2024-05", "2024-05-01", 1],
            [null, "NAM", "2024-06", "2024-06-01", null],
        ])));
        assert_eq!(answer["rows"][0]["coverage"], "not_covered", "nobody said that they looked");
        assert_eq!((&answer["meta"]["total"], &answer["meta"]["unassigned"]), (&json!(7), &json!(3)));
        assert_eq!(answer["meta"]["overlap"], false);
        let answer = counts(&app, "group_by=quarter&period=2024&unassigned=omit").await;
        assert_eq!(rows(&answer, &["quarter", "quarter_start", "incidents"]), table(&json!([
            ["2024-Q1", "2024-01-01", null], ["2024-Q2", "2024-04-01", 5],
            ["2024-Q3", "2024-07-01", null], ["2024-Q4", "2024-10-01", null],
        ])));
        assert_eq!((&answer["meta"]["total"], &answer["meta"]["unassigned"]), (&json!(6), &json!(1)));
        assert_eq!(answer["meta"]["period"], json!({"from": "2024-01-01", "to": "2024-12-31"}));
        let answer = counts(&app, "group_by=year&fill=none").await;
        assert_eq!(rows(&answer, &["year", "incidents"]),
            table(&json!([["2023", 1], ["2024", 6], [null, 1]])));
        let answer = counts(&app, "period=2024-Q2&date_match=within").await;
        assert_eq!(answer["rows"], json!([{"incidents": 5}]));
        assert_eq!(counts(&app, "country=DEU").await["rows"], json!([{"incidents": 0}]));
        let empty = counts(&app, "country=DEU&group_by=month&period=2024-Q1").await;
        assert_eq!(empty["rows"].as_array().unwrap().len(), 3);
        assert_eq!(counts(&app, "country=DEU&group_by=country,month&period=2024").await["rows"], json!([]));
    }

    /// A zero is one only where and when somebody looked.
    async fn nothing_is_zero_only_where_somebody_looked(app: TestApp) {
        publish_all(&app, vec![incident().on("2024-02-10"), incident().in_country("UGA").on("2024-04-10")]).await;
        let declared = json!({"country": "AZE", "from": "2024-01-01", "to": "2024-03-15", "extent": "covered"});
        let admin = app.with_role(Role::NetworkAdmin);
        admin.post("/api/v1/coverage", &declared).await.is(201);
        let answer = counts(&app, "group_by=country,month&period=2024-01/2024-04").await;
        assert_eq!(rows(&answer, &["country", "month", "incidents", "coverage"]), table(&json!([
            ["AZE", "2024-01", 0, "covered"], ["AZE", "2024-02", 1, "covered"],
            ["AZE", "2024-03", null, "partial"], ["AZE", "2024-04", null, "not_covered"],
            ["UGA", "2024-01", null, "not_covered"], ["UGA", "2024-02", null, "not_covered"],
            ["UGA", "2024-03", null, "not_covered"], ["UGA", "2024-04", 1, "not_covered"],
        ])));
        let cut = counts(&app, "group_by=month&country=AZE&period=2024-03-01/2024-03-15&measure=people,people_max").await;
        assert_eq!(rows(&cut, &["people", "people_max", "people_max_unknown", "coverage"]),
            table(&json!([[0, 0, 0, "covered"]])));
        let all = counts(&app, "group_by=month&period=2024-01").await;
        assert_eq!(rows(&all, &["incidents", "coverage"]), table(&json!([[null, "partial"]])));
        let by_network = counts(&app, "group_by=network,month&country=AZE&period=2024-01/2024-02").await;
        assert_eq!(rows(&by_network, &["network", "incidents"]), table(&json!([["default", 0], ["default", 1]])));
        let csv = app.public().get("/api/v1/counts.csv?country=AZE&group_by=month&period=2024-Q1").await;
        assert_eq!(csv.text(), "month,month_start,incidents,coverage\r\n\
            2024-01,2024-01-01,0,covered\r\n2024-02,2024-02-01,1,covered\r\n2024-03,2024-03-01,,partial\r\n");
    }

    async fn csv_has_the_same_rows(app: TestApp) {
        publish_all(&app, vec![incident().on("2024-04-29"), incident().on("2024")]).await;
        let answer = app.public().get("/api/v1/counts.csv?group_by=month&period=2024-03/2024-05").await;
        answer.is(200);
        assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
        assert_eq!(answer.text(), "month,month_start,incidents,coverage\r\n\
            2024-03,2024-03-01,,not_covered\r\n\
            2024-04,2024-04-01,1,not_covered\r\n\
            2024-05,2024-05-01,,not_covered\r\n\
            ,,1,\r\n");
        let known = app.public().get("/api/v1/counts.csv?group_by=month&period=2024-03/2024-05").await;
        assert_eq!(known.etag(), answer.etag());
    }

    async fn counts_people_organizations_events_and_days_of_custody(app: TestApp) {
        let affected = |name: &str, reference: &str| json!({"ref": reference, "name": name, "role": "affected_person"});
        let people = json!([affected("Zorabeth Quillfeather", "P1"), affected("Ilma Brandobras", "P2")]);
        let held = json!([
            {"date": "2024-05-01", "kind": "detained", "people": ["P1", "P2"]},
            {"date": "2024-05-11", "kind": "remanded", "people": ["P1"]},
            {"date": "2024-05-06", "kind": "released", "people": ["P2"]},
            {"date": "2024-05-21", "kind": "released", "people": ["P1"]},
        ]);
        let twice = json!([{"slug": "emds", "role": "affected_organization"}, {"slug": "emds", "role": "affiliated_organization"}]);
        let emds = app.published("organizations", organization("EMDS").with("slug", "emds")).await;
        publish_all(&app, vec![
            incident().about(people).with("events", held).with("affected", json!({"unnamed_min": 3, "unnamed_max": 5})),
            incident().with("affected", json!({"unnamed_min": 1})).with("organizations", twice),
            incident().with("organizations", json!([{"slug": "emds"}, {"name": "Golos", "country": "RUS"}])),
        ]).await;
        let measures = "people,people_min,people_max,organizations,events,custody_days,incidents";
        let answer = counts(&app, &format!("measure={measures}")).await;
        assert_eq!(answer["rows"], json!([{
            "people": 2, "people_min": 6, "people_max": 7, "people_max_unknown": 2, "organizations": 3,
            "events": 4, "custody_days": 25, "incidents": 3,
        }]));
        let columns = answer["columns"].as_array().unwrap();
        assert!(columns.iter().all(|column| column["definition"].as_str().is_some_and(|text| text.len() > 20)));
        let answer = counts(&app, "group_by=organization&measure=incidents,organizations").await;
        let number = emds.rsplit('/').next().unwrap();
        let mine: Vec<_> = rows(&answer, &["organization", "organization_name", "incidents"]).into_iter()
            .filter(|row| row[0] == number).collect();
        assert_eq!(mine, table(&json!([[number, "EMDS", 2]])), "an organization in two roles is in it once");
        assert_eq!((&answer["meta"]["total"], &answer["meta"]["overlap"]), (&json!(3), &json!(true)));
        assert_eq!(answer["rows"].as_array().unwrap().len(), 3, "one has no organization: {answer}");
        // Somebody who is held today is in custody today, and each day counts.
        let held = json!([{"date": "2026-11-24", "kind": "detained", "people": ["P1"]}]);
        let now = incident().about(json!([affected("Ana Ruiz", "P1")])).with("events", held).in_country("UGA");
        app.published("incidents", now).await;
        assert_eq!(counts(&app, "country=UGA&measure=custody_days").await["rows"][0]["custody_days"], 2);
        app.advance(TimeDelta::days(1));
        assert_eq!(counts(&app, "country=UGA&measure=custody_days").await["rows"][0]["custody_days"], 3);
        let answer = counts(&app, "group_by=custody").await;
        assert_eq!(rows(&answer, &["custody", "incidents"]).len(), 3, "{answer}");
        let known = counts(&app, "country=AZE&measure=people_max&group_by=country").await;
        assert_eq!(known["rows"][0]["people_max"], 7);
        let unknown = counts(&app, "country=UGA&measure=people_max").await;
        assert_eq!(unknown["rows"], json!([{"people_max": null, "people_max_unknown": 1}]));
    }

    async fn those_without_a_value_are_counted_too(app: TestApp) {
        app.published("elections", election("az-2024", "AZE", "2024-02-07")).await;
        publish_all(&app, vec![
            incident().with("election", "az-2024").with("severity", 3),
            incident().with("perpetrators", json!([{"actor_type": "police"}, {"actor_type": "armed_forces"}])),
            incident().with("types", json!(["detention", "threat"])).in_country("FRA"),
        ]).await;
        for (group, expected) in [
            ("phase", json!([["post_election", 1], [null, 2]])),
            ("severity", json!([[3, 1], [null, 2]])),
            ("actor", json!([["armed_forces", 1], ["police", 1], [null, 2]])),
            ("type", json!([["access_obstruction", 2], ["detention", 1], ["threat", 1]])),
            ("region", json!([["eurasia", 2], [null, 1]])),
            ("grade", json!([["reported", 3]])),
            ("network", json!([["default", 3]])),
            ("custody", json!([[null, 3]])),
        ] {
            let answer = counts(&app, &format!("group_by={group}")).await;
            assert_eq!(rows(&answer, &[group, "incidents"]), table(&expected), "{group}");
            assert_eq!(answer["meta"]["total"], 3, "{group}");
        }
        let answer = counts(&app, "group_by=election").await;
        assert_eq!(rows(&answer, &["election_name", "incidents"]),
            table(&json!([["Election az-2024", 1], [null, 2]])));
        // What chooses a type leaves the others of the same incident.
        let answer = counts(&app, "type=detention&group_by=type").await;
        assert_eq!(rows(&answer, &["type", "incidents"]), table(&json!([["detention", 1], ["threat", 1]])));
        assert_eq!(answer["meta"]["total"], 1);
        let answer = counts(&app, "type=detention,threat&group_by=country").await;
        assert_eq!(rows(&answer, &["country", "incidents"]), table(&json!([["FRA", 1]])), "one with both counts once");
    }

    async fn a_slip_is_refused_with_what_was_meant(app: TestApp) {
        for (question, parameter, meant) in [
            ("group_by=contry", "group_by", Some("country")), ("group_by=country,monht", "group_by", Some("month")),
            ("group_by=country,month,type,grade", "group_by", None), ("group_by=month,year", "group_by", None),
            ("group_by=type,type", "group_by", None), ("measure=incident", "measure", Some("incidents")),
            ("fill=zeros", "fill", Some("zero")), ("unassigned=no", "unassigned", None),
            ("contry=AZE", "contry", Some("country")), ("sort=occurred", "sort", None), ("limit=5", "limit", None),
            ("group_by=month&period=0100/9000", "group_by", None),
        ] {
            for path in ["counts", "counts.csv"] {
                let answer = app.public().get(&format!("/api/v1/{path}?{question}")).await;
                let problem = answer.problem(400, "unknown-parameter");
                let error = &problem["errors"][0];
                assert_eq!(error["parameter"], parameter, "{question}");
                assert_eq!(error["did_you_mean"][0].as_str(), meant, "{question}: {error}");
            }
        }
    }

    /// What is not published is in no count of the public's, nor in one of members that do not ask for it.
    async fn only_what_is_published_is_counted(app: TestApp) {
        app.published("incidents", incident().of_type("threat")).await;
        let at = app.published("incidents", incident()).await;
        app.created("incidents", incident().in_country("UGA")).await;
        app.contributor().amend(&at, &json!({"country": "FRA", "types": ["detention"]})).await.is(200);
        let question = "/api/v1/counts?group_by=country,type";
        let public = app.public().read(question).await;
        assert_eq!(rows(&public, &["country", "type", "incidents"]),
            table(&json!([["AZE", "access_obstruction", 1], ["AZE", "threat", 1]])));
        assert_eq!(app.verifier().read(question).await["rows"], public["rows"]);
        let drafts = app.verifier().read(&format!("{question}&state=draft")).await;
        assert_eq!(rows(&drafts, &["country", "incidents"]), table(&json!([["UGA", 1]])));
        let elsewhere = app.of_network("elsewhere", Role::Verifier).await;
        assert_eq!(elsewhere.read(&format!("{question}&state=draft")).await["rows"], json!([]));
        assert_eq!(app.public().read(&format!("{question}&state=draft")).await["rows"], json!([]));
        let keep = app.public().get(question).await.header("cache-control");
        assert_eq!(keep, "public, max-age=60");
        assert_eq!(app.verifier().get(question).await.header("cache-control"), "private, no-store");
        // An organization that is withdrawn is in no group and in no number.
        let emds = app.published("organizations", organization("EMDS").with("slug", "emds")).await;
        app.published("incidents", incident().in_country("FRA").with("organizations", json!([{"slug": "emds"}]))).await;
        let question = "/api/v1/counts?country=FRA&measure=organizations&group_by=organization";
        assert_eq!(app.public().read(question).await["rows"][0]["organizations"], 1);
        let class = json!({"reason": "It was another.", "reason_class": "mistaken"});
        app.verifier().post(&format!("{emds}/withdraw"), &class).await.is(200);
        let answer = app.public().read(question).await;
        assert_eq!(rows(&answer, &["organization", "organizations"]), table(&json!([[null, 0]])));
    }

    /// For any question and any groups: what is in groups, and what is not, adds up to the total, and that is the
    /// list's.
    async fn groups_and_the_rest_add_up_to_the_total_of_the_list(app: TestApp) {
        app.load_register().await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("more.csv");
        let mut dice = Dice(11);
        let mut more = String::from("external_id,occurred,country,lat,lon,title,summary,severity,grade,types,organizations,people\n");
        for nth in 0..400 {
            let dates = ["2024-03-01", "2024-03", "2023", "2024-02-20/2024-03-05", "2023-12-31", "../2024-01-31", "/2023-05-05"];
            let (date, country) = (*dice.of(&dates), *dice.of(&["AZ", "UG", "FR", "NA"]));
            let (level, grade) = (1 + dice.below(5), *dice.of(&["reported", "confirmed", "disputed"]));
            let kinds = *dice.of(&["detention", "threat", "detention;threat"]);
            let group = dice.below(5);
            let _ = writeln!(more, "{nth},{date},{country},40.{nth},49.5,Observer {nth},A text,{level},{grade},{kinds},Group {group},");
        }
        std::fs::write(&path, more).unwrap();
        let all = |options: &mut amparo_cli::ImportOptions| options.state = Some(State::Published);
        let imported = import(&app, &[path], all).await;
        assert!(imported.committed, "{imported}");
        let filters = [
            "country=AZE", "country!=AZE,UGA", "region=eurasia", "region=m49:150", "type=detention", "type=detention,threat",
            "type!=threat", "grade=confirmed", "grade!=reported", "severity=3..5", "severity!=2", "network=default",
            "actor=police", "phase=post_election", "period=2024", "period=2024-03", "period=2024-02-10/2024-03-02",
            "period=2023/..", "period=../2023", "period=2023-Q4", "date_match=possible&period=2024-01", "q=observer",
            "date_match=within&period=2024", "custody=held", "bbox=40,35,60,45", "state=published", "organization=emds",
            "changed_since=2026-01-01", "near=49.5,40.4&within=500km",
        ];
        let groups = ["country", "region", "network", "month", "quarter", "year", "type", "grade", "actor", "election",
            "phase", "organization", "custody", "severity"];
        let mut nonzero = 0;
        let questions = scaled(2_000, 100);
        for _ in 0..questions {
            let mut question: Vec<&str> = (0..dice.below(3)).map(|_| *dice.of(&filters)).collect();
            question.sort_unstable_by_key(|filter| filter.split('=').next().map(str::to_owned));
            question.dedup_by_key(|filter| filter.rsplit('&').next().and_then(|f| f.split(['=', '!']).next()).map(str::to_owned));
            let mut by: Vec<&str> = (0..dice.below(4)).map(|_| *dice.of(&groups)).collect();
            by.sort_unstable();
            by.dedup();
            let mut times = 0;
            by.retain(|group| !["month", "quarter", "year"].contains(group) || { times += 1; times == 1 });
            let asked = question.join("&");
            let group_by = if by.is_empty() { String::new() } else { format!("&group_by={}", by.join(",")) };
            let list = app.public().read(&format!("/api/v1/incidents?limit=1&total=true&{asked}")).await;
            let answer = counts(&app, &format!("{asked}{group_by}")).await;
            // Everything published changed since then, which the counts that are kept do not know.
            let all = "measure=incidents,people,people_min,people_max,events&fill=none";
            let kept = counts(&app, &format!("{all}&{asked}{group_by}")).await;
            if !asked.contains("changed_since") {
                let counted = counts(&app, &format!("{all}&{asked}{group_by}&changed_since=2000-01-01")).await;
                assert_eq!(kept["rows"], counted["rows"], "{asked}{group_by}");
            }
            let total = list["meta"]["total"].as_i64().unwrap();
            assert_eq!(answer["meta"]["total"], total, "{asked}{group_by}");
            let sum: i64 = answer["rows"].as_array().unwrap().iter().filter_map(|row| row["incidents"].as_i64()).sum();
            if answer["meta"]["overlap"] == true {
                assert!(sum >= total, "{asked}{group_by}: {sum} < {total}");
            } else {
                assert_eq!(sum, total, "{asked}{group_by}");
            }
            nonzero += usize::from(total > 0);
        }
        assert!(nonzero > questions / 2, "{nonzero} of {questions} found something");
        tell(&format!("{questions} counts, {nonzero} of something, add up to what the list finds"));
    }
}
