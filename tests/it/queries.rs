//! Every question of the list of incidents, with what must be found and what must not.

use amparo_tests::{Draft, TestApp, election, incident, on_both};
use serde_json::{Value, json};

/// Incidents by a short name, which is their title, each published.
async fn publish_all(app: &TestApp, drafts: Vec<(&str, Draft)>) {
    for (name, draft) in drafts {
        app.published("incidents", draft.titled(name)).await;
    }
}

/// Has a published incident graded and published again.
async fn grade(app: &TestApp, name: &str, grade: &str, basis: &str) {
    let page = app.public().read(&format!("/api/v1/incidents?q={name}")).await;
    let at = format!("/api/v1/incidents/{}", page["items"][0]["number"].as_str().unwrap());
    let grading = json!({"grade": grade, "basis": basis, "reason": "We asked them."});
    app.verifier().post(&format!("{at}/grade"), &grading).await.is(200);
    app.approve(&at).await;
    let reason = json!({"reason": "It was graded."});
    app.verifier().post(&format!("{at}/publish"), &reason).await.is(200);
}

/// The titles that a query finds, sorted.
async fn found(app: &TestApp, query: &str) -> Vec<String> {
    let page = app.public().read(&format!("/api/v1/incidents?limit=200&{query}")).await;
    let mut titles: Vec<String> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["title"].as_str().unwrap().to_owned())
        .collect();
    titles.sort();
    titles
}

/// Checks each query against the titles that it must find: no more, no less, and as many in total.
async fn check(app: &TestApp, queries: &[(&str, &[&str])]) {
    for (query, titles) in queries {
        let mut expected: Vec<_> = titles.iter().map(|title| (*title).to_owned()).collect();
        expected.sort();
        assert_eq!(found(app, query).await, expected, "{query}");
        let counted = format!("/api/v1/incidents?limit=1&total=true&{query}");
        let total = app.public().read(&counted).await["meta"]["total"].clone();
        assert_eq!(total, expected.len(), "{query}");
    }
}

on_both! {
    async fn asks_by_country_region_type_grade_severity_and_actor(app: TestApp) {
        let by = |actor: &str| json!([{"actor_type": actor}]);
        publish_all(&app, vec![
            ("az", incident().of_type("detention").with("severity", 4).with("perpetrators", by("police"))),
            ("ug", incident().in_country("UGA").of_type("threat").with("severity", 2)),
            ("fr", incident().in_country("FRA").with("types", json!(["threat", "harassment"])).with("severity", 3)),
            ("rs", incident().in_country("SRB").of_type("harassment")),
        ]).await;
        grade(&app, "ug", "confirmed", "direct_contact").await;
        grade(&app, "rs", "disputed", "contradicted").await;
        check(&app, &[
            ("", &["az", "ug", "fr", "rs"]),
            ("country=AZE", &["az"]), ("country=az,Uganda", &["az", "ug"]),
            ("country=AZE&country=800", &["az", "ug"]), ("country!=AZE", &["ug", "fr", "rs"]),
            ("country=AZE,UGA&country!=UGA", &["az"]), ("country=DEU", &[]),
            ("region=eurasia", &["az"]), ("region=m49:150", &["fr", "rs"]), ("region=m49:002", &["ug"]),
            ("region!=m49:150", &["az", "ug"]),
            ("region=m49:155", &["fr"]),
            ("type=threat", &["ug", "fr"]), ("type=threat,detention", &["az", "ug", "fr"]),
            ("type!=threat", &["az", "rs"]), ("type=threat&type!=harassment", &["ug"]),
            ("grade=confirmed", &["ug"]), ("grade!=reported", &["ug", "rs"]),
            ("severity=3..5", &["az", "fr"]), ("severity=2,4", &["az", "ug"]), ("severity=..2", &["ug"]),
            ("severity!=4", &["ug", "fr", "rs"]), ("severity=3..", &["az", "fr"]),
            ("actor=police", &["az"]), ("actor!=police", &["ug", "fr", "rs"]),
            ("country=FRA&type=threat&severity=3", &["fr"]), ("country=FRA&type=detention", &[]),
        ]).await;
    }

    async fn asks_by_period_as_exactly_as_the_dates_are_known(app: TestApp) {
        publish_all(&app, vec![
            ("day", incident().on("2024-04-29")), ("month", incident().on("2024-05")),
            ("year", incident().on("2024")), ("interval", incident().on("2023-12-20/2024-01-10")),
            ("before", incident().on("/2024-04-30")), ("after", incident().on("2024-04-30/..")),
            ("open", incident().on("../2024-04-30")),
            ("never", incident().with("occurred", Value::Null)), ("old", incident().on("2013-10-31")),
        ]).await;
        check(&app, &[
            ("period=2024-04-29", &["day", "year", "open"]),
            ("period=2024-04", &["day", "year", "before", "after", "open"]),
            ("period=2013", &["old", "open"]),
            ("period=2013&date_match=possible", &["old", "open", "before", "never"]),
            ("period=2024-05-01&date_match=possible", &["month", "year", "after", "never"]),
            ("period=2024-05", &["month", "year", "after"]),
            ("period=2024-Q2", &["day", "month", "year", "before", "after", "open"]),
            ("period=2024&date_match=within", &["day", "month", "year"]),
            ("period=2023-12-01/2024-01-31&date_match=within", &["interval"]),
            ("period=2024-01-10/..", &["day", "month", "year", "interval", "before", "after", "open"]),
            ("period=../2013", &["old", "open"]),
            ("period=P30D/2024-05-10", &["day", "month", "year", "before", "after", "open"]),
            ("period=2031", &["after"]),
        ]).await;
        let page = app.public().read("/api/v1/incidents?period=2024-Q2").await;
        assert_eq!(page["meta"]["period"], json!({"from": "2024-04-01", "to": "2024-06-30"}));
        let page = app.public().read("/api/v1/incidents?period=2024-01/..").await;
        assert_eq!(page["meta"]["period"], json!({"from": "2024-01-01", "to": null}));
    }

    async fn asks_by_place(app: TestApp) {
        publish_all(&app, vec![
            ("baku", incident().at(49.87, 40.41)), ("sumqayit", incident().at(49.67, 40.59)),
            ("fiji west", incident().in_country("FJI").at(178.44, -18.14)),
            ("fiji east", incident().in_country("FJI").at(-179.9, -16.5)),
            ("dateline", incident().in_country("FJI").at(180.0, -17.0)),
            ("pole", incident().in_country("NOR").at(15.0, 89.9)),
            ("nowhere", incident()),
        ]).await;
        check(&app, &[
            ("bbox=49,40,50,40.5", &["baku"]), ("bbox=49,40,50,41", &["baku", "sumqayit"]),
            ("bbox=177,-20,-179,-15", &["fiji west", "fiji east", "dateline"]),
            ("bbox=-180,-90,180,90", &["baku", "sumqayit", "fiji west", "fiji east", "dateline", "pole"]),
            ("bbox=0,0,1,1", &[]),
            ("near=49.87,40.41&within=1km", &["baku"]), ("near=49.87,40.41&within=20km", &["baku"]),
            ("near=49.87,40.41&within=30km", &["baku", "sumqayit"]),
            ("near=49.87,40.41&within=500m", &["baku"]),
            ("near=179.9,-16.5&within=150km", &["fiji east", "dateline"]),
            ("near=-179.9,-16.5&within=350km", &["fiji west", "fiji east", "dateline"]),
            ("near=-165,89.9&within=30km", &["pole"]), ("near=0,90&within=12km", &["pole"]),
            ("near=0,0&within=20000km", &["baku", "sumqayit", "fiji west", "fiji east", "dateline", "pole"]),
        ]).await;
    }

    async fn asks_by_election_and_time_around_it(app: TestApp) {
        app.created("elections", election("az-2024", "AZE", "2024-02-07")).await;
        app.created("elections", election("ug-2026", "UGA", "2026-01")).await;
        let about = |slug: &str| incident().with("election", slug);
        publish_all(&app, vec![
            ("pre", about("az-2024").on("2024-01-30")), ("on", about("az-2024").on("2024-02-07")),
            ("post", about("az-2024").on("2024-04-29")), ("vague", about("az-2024").on("2024-02")),
            ("other", about("ug-2026").on("2025-12")), ("none", incident().on("2024-02-08")),
        ]).await;
        check(&app, &[
            ("election=az-2024", &["pre", "on", "post", "vague"]), ("election!=az-2024", &["other", "none"]),
            ("election=az-2024,ug-2026", &["pre", "on", "post", "vague", "other"]),
            ("phase=pre_election", &["pre", "other"]), ("phase=election_day", &["on"]),
            ("phase=post_election", &["post"]),
            ("phase!=post_election", &["pre", "on", "vague", "other", "none"]),
            ("election=az-2024&before_election=P10D", &["pre", "on", "vague"]),
            ("election=az-2024&after_election=P1M", &["on", "vague"]),
            ("election=az-2024&before_election=P1W&after_election=P90D", &["on", "post", "vague"]),
        ]).await;
        // A date that is corrected moves the phases with it, once the correction is published.
        let at = "/api/v1/elections/az-2024";
        app.contributor().amend(at, &json!({"date": "2024-01-29"})).await.is(200);
        check(&app, &[("phase=election_day", &["on"])]).await;
        app.contributor().post_nothing(&format!("{at}/submit")).await.is(200);
        app.approve(at).await;
        app.verifier().post_nothing(&format!("{at}/publish")).await.is(200);
        check(&app, &[("phase=pre_election", &["other"]), ("phase=election_day", &[]),
            ("phase=post_election", &["pre", "on", "post", "vague"])]).await;
        let page = app.public().read("/api/v1/incidents?q=post").await;
        let election = &page["items"][0]["election"];
        assert_eq!((&election["days_from"], &election["phase"]), (&json!(91), &json!("post_election")));
    }

    async fn asks_by_organization_network_case_and_custody(app: TestApp) {
        let network = json!({"name": "Example Network", "slug": "exnet"});
        app.published("organizations", network).await;
        let member = json!({"name": "Example Observers", "slug": "exo", "country": "AZE", "networks": [{"network": "exnet"}]});
        app.created("organizations", member).await;
        app.created("organizations", json!({"name": "Loners", "slug": "loners", "country": "UGA"})).await;
        let case = app.created("cases", json!({"title": "A case"})).await.json()["number"].clone();
        let of = |slug: &str| incident().with("organizations", json!([{"slug": slug}]));
        let held = |kind: &str| {
            incident().about(json!([{"ref": "P1", "name": "Zora Canary"}]))
                .with("events", json!([{"date": "2024-04-30", "kind": kind, "people": ["P1"]}]))
        };
        publish_all(&app, vec![
            ("member", of("exo").with("case", case.clone())), ("loner", of("loners").in_country("UGA")),
            ("network", of("exnet").in_country("FRA")),
            ("held", held("remanded").in_country("SRB")), ("free", held("released").in_country("SRB")),
        ]).await;
        let (case, all) = (case.as_str().unwrap().to_owned(), ["member", "loner", "network", "held", "free"]);
        check(&app, &[
            ("organization=exo", &["member"]), ("organization!=exo", &["loner", "network", "held", "free"]),
            ("organization=exo,loners", &["member", "loner"]),
            ("member_of=exnet", &["member"]), ("member_of!=exnet", &["loner", "network", "held", "free"]),
            ("region=net:exnet", &["member"]),
            (&format!("case={case}"), &["member"]), (&format!("case!={case}"), &all[1..]),
            ("custody=held", &["held"]), ("custody=in_pretrial_detention", &["held"]),
            ("custody!=held", &["member", "loner", "network", "free"]), ("custody=imprisoned_serving", &[]),
            ("network=default", &all), ("network!=default", &[]), ("network=elsewhere", &[]),
            ("state=published", &all), ("state=draft", &[]), ("state=withdrawn", &[]),
        ]).await;
        let staff = app.contributor();
        let held = staff.numbers("/api/v1/incidents?q=held").await;
        let people = staff.read(&format!("/api/v1/incidents/{}", held[0])).await["people"].clone();
        let person = people[0]["person"].as_str().unwrap().to_owned();
        assert_eq!(staff.numbers(&format!("/api/v1/incidents?person={person}")).await.len(), 2);
    }

    async fn asks_for_what_changed_since(app: TestApp) {
        publish_all(&app, vec![("first", incident())]).await;
        app.advance(chrono::TimeDelta::days(2));
        publish_all(&app, vec![("second", incident().on("2020"))]).await;
        check(&app, &[
            ("changed_since=2026-11-25", &["first", "second"]), ("changed_since=2026-11-26", &["second"]),
            ("changed_since=2026-11-25T12:00:00Z", &["first", "second"]),
            ("changed_since=2026-11-25T12:00:01Z", &["second"]), ("changed_since=2026-11-28", &[]),
        ]).await;
    }

    /// What never changed for the public comes last, and nothing is left out.
    async fn lists_what_never_changed_after_what_did(app: TestApp) {
        let mut all = Vec::new();
        for nth in 1..=3 {
            app.advance(chrono::TimeDelta::minutes(1));
            let at = app.published("incidents", incident().on(&format!("2020-01-0{nth}"))).await;
            all.insert(0, at.rsplit('/').next().unwrap().to_owned());
        }
        for nth in (1..=4).rev() {
            let draft = app.created("incidents", incident().on(&format!("2024-01-0{nth}"))).await;
            all.push(draft.json()["number"].as_str().unwrap().to_owned());
        }
        let staff = app.contributor();
        for limit in [1, 2, 3, 4, 50] {
            let query = format!("/api/v1/incidents?sort=-last_changed&limit={limit}");
            let states = format!("{query}&state=draft,published&total=true");
            assert_eq!(staff.numbers(&states).await, all, "{limit}");
            assert_eq!(staff.read(&states).await["meta"]["total"], 7);
            assert_eq!(staff.numbers(&format!("{query}&state=draft")).await, all[3..], "{limit}");
            assert_eq!(app.public().numbers(&query).await, all[..3], "{limit}");
        }
    }

    /// A remand that starts tomorrow is no custody today; tomorrow it is, though nobody saved anything.
    async fn asks_for_custody_as_it_is_shown_that_day(app: TestApp) {
        let events = json!([
            {"date": "2026-11-20", "kind": "remanded", "people": ["P1"]},
            {"date": "2026-11-27", "kind": "released", "people": ["P1"]},
            {"date": "2026-12", "kind": "remanded", "people": ["P1"]},
            {"date": "2026-11-26", "kind": "house_arrest", "people": ["P2"]},
        ]);
        let people = json!([{"ref": "P1", "name": "Zora Canary"}, {"ref": "P2", "name": "Yan Finch"}]);
        publish_all(&app, vec![("one", incident().about(people).with("events", events))]).await;
        for (pretrial, house) in
            [(true, false), (true, true), (false, true), (false, true), (false, true), (false, true), (true, true)]
        {
            let record = app.public().read("/api/v1/incidents").await["items"][0].clone();
            let shown = |who: usize| record["people"][who]["custody"]["status"].clone();
            assert_eq!(shown(0) == "in_pretrial_detention", pretrial);
            assert_eq!(shown(1) == "under_house_arrest", house);
            let yes = |is: bool| -> &[&str] { if is { &["one"] } else { &[] } };
            check(&app, &[
                ("custody=in_pretrial_detention", yes(pretrial)), ("custody=under_house_arrest", yes(house)),
                ("custody=released", yes(shown(0) == "released")), ("custody=held", yes(pretrial || house)),
                ("custody!=in_pretrial_detention", yes(!pretrial)),
            ]).await;
            app.advance(chrono::TimeDelta::days(1));
        }
    }

    /// Staff ask for states that the public cannot see.
    async fn asks_for_states_as_far_as_the_caller_sees_them(app: TestApp) {
        app.created("incidents", incident().titled("a draft")).await;
        publish_all(&app, vec![("published", incident())]).await;
        let count = async |client: amparo_tests::Client<'_>, query: &str| {
            client.numbers(&format!("/api/v1/incidents?{query}")).await.len()
        };
        assert_eq!(count(app.contributor(), "").await, 1);
        assert_eq!(count(app.contributor(), "state=draft").await, 1);
        assert_eq!(count(app.contributor(), "state=draft,published").await, 2);
        assert_eq!(count(app.contributor(), "state!=published").await, 1);
        for blind in [app.public(), app.analyst()] {
            assert_eq!(count(blind.clone(), "state=draft").await, 0);
            assert_eq!(count(blind, "state!=published").await, 0);
        }
    }
}
