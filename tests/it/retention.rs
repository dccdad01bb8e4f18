//! What is never published is kept no longer than the retention says, and then it is nowhere.

use amparo_store::{Purged, Retention};
use amparo_tests::{TestApp, incident, on_both, organization};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// A word that stands nowhere else.
const WORD: &str = "xylocanary";
const NAME: &str = "Zorabeth Quillfeather";

/// An incident that has something in every table that holds anything of one.
fn full(name: &str) -> Value {
    incident()
        .titled(&format!("{{P1}} was held, {WORD}"))
        .of_type("detention")
        .with("summary", format!("{WORD} was the word."))
        .with("place", "Baku")
        .at(49.87, 40.41)
        .about(json!([{"ref": "P1", "name": name, "role": "affected_person", "display": "name",
                       "display_reason": WORD}]))
        .with(
            "events",
            json!([{"date": "2024-05-02", "kind": "remanded", "people": ["P1"], "text": WORD}]),
        )
        .with("external_ids", json!([{"system": "canary", "id": WORD}]))
        .with("confidential", json!({"narrative": WORD, "contact": WORD}))
        .into()
}

async fn purge(app: &TestApp, days: u32) -> Purged {
    let retention = Retention { network: "default".to_owned(), days };
    app.store.purge_drafts(&retention, |_| ()).await.unwrap()
}

fn digits(at: &str) -> String {
    at.rsplit('/').next().unwrap().replace('-', "")
}

on_both! {
    async fn what_is_purged_is_in_no_table(app: TestApp) {
        let created = app.created("incidents", full(NAME)).await;
        let at = created.location();
        app.contributor().amend(&at, &json!({"summary": format!("{WORD} again.")})).await.is(200);
        let person = created.json()["people"][0]["person"].as_str().unwrap().to_owned();
        let refused = json!({"purpose": "telling", "status": "refused", "by": "family", "note": WORD});
        app.contributor().post(&format!("/api/v1/people/{person}/consents"), &refused).await.is(201);
        let grant = json!({"number": created.json()["number"], "network": "default", "reason": "A look."});
        app.verifier().post("/api/v1/grants", &grant).await.is(201);
        app.advance(TimeDelta::days(29));
        assert_eq!(purge(&app, 30).await, Purged::default(), "not yet");
        app.advance(TimeDelta::days(2));
        assert_eq!(purge(&app, 30).await, Purged { records: 1, people: 1, intake: 0 });
        for canary in [WORD, NAME, "quillfeather", "Baku"] {
            assert_eq!(app.tables_holding(canary).await, Vec::<String>::new(), "{canary}");
        }
        app.verifier().get(&at).await.problem(404, "not-found");
        app.verifier().get(&format!("/api/v1/people/{person}")).await.problem(404, "not-found");
        assert!(app.verifier().numbers("/api/v1/incidents?state=draft").await.is_empty());
        let number = digits(&at);
        for (table, column) in [("revision", "number"), ("reference", "from_number"), ("external_id", "number"),
            ("incident_term", "incident"), ("custody_span", "incident"), ("access_grant", "number"),
            ("confidential", "number")] {
            assert_eq!(app.count(table, &format!("{column} = {number}")).await, 0, "{table}");
        }
        // Its number stays taken, and the audit trail says what was done.
        let taken = format!("number = {number} AND state = 'deleted' AND country IS NULL AND latitude IS NULL");
        assert_eq!(app.count("record", &taken).await, 1);
        let done = app.column(&format!(
            "SELECT action FROM audit_entry WHERE number = {number} ORDER BY id"
        )).await;
        assert_eq!(done, ["create", "change", "grant", "purge"]);
        assert_eq!(purge(&app, 30).await, Purged::default(), "there is nothing twice");
    }

    /// Each network says for itself; the instance for those that do not.
    async fn a_network_says_how_long_it_keeps(app: TestApp) {
        let days = |days: Option<u32>| {
            let store = app.store.clone();
            async move {
                let all = store.retentions(days).await.unwrap().into_iter();
                all.map(|one| (one.network, one.days)).collect::<Vec<_>>()
            }
        };
        app.of_network("north", amparo_domain::access::Role::Analyst).await;
        assert_eq!(days(None).await, []);
        let manager = app.of_network("default", amparo_domain::access::Role::NetworkAdmin).await;
        manager.send(
            axum::http::Method::PATCH, "/api/v1/networks/default",
            &[("content-type", "application/merge-patch+json")], json!({"retention_days": 30}).to_string(),
        ).await.is(200);
        assert_eq!(days(None).await, [("default".to_owned(), 30)]);
        assert_eq!(days(Some(365)).await, [("default".to_owned(), 30), ("north".to_owned(), 365)]);
    }

    async fn what_is_on_its_way_or_was_published_stays(app: TestApp) {
        let published = app.published("incidents", full(NAME)).await;
        app.contributor().amend(&published, &json!({"summary": "Not public yet."})).await.is(200);
        let submitted = app.created("incidents", incident().on("2023")).await.location();
        app.contributor().post_nothing(&format!("{submitted}/submit")).await.is(200);
        let touched = app.created("incidents", incident().on("2022")).await.location();
        app.advance(TimeDelta::days(400));
        app.contributor().amend(&touched, &json!({"place": "Ganja"})).await.is(200);
        let elsewhere = app.of_network("elsewhere", amparo_domain::access::Role::Contributor).await;
        let draft: Value = incident().on("2021").into();
        let theirs = elsewhere.post("/api/v1/incidents", &draft).await.location();
        app.advance(TimeDelta::days(10));
        assert_eq!(purge(&app, 30).await, Purged::default());
        for at in [&published, &submitted, &touched] {
            app.contributor().get(at).await.is(200);
        }
        elsewhere.get(&theirs).await.is(200);
        let public = app.public().read(&published).await;
        assert_eq!(public["people"][0]["name"], NAME);
    }

    /// Whoever is in something that stays keeps their name, be it only in a version of long ago.
    async fn people_whom_anything_else_names_stay(app: TestApp) {
        let published = app.published("incidents", full(NAME)).await;
        let record = app.contributor().read(&published).await;
        let person = record["people"][0]["person"].clone();
        let nobody = json!({"people": [], "title": "Somebody was held", "events": []});
        app.contributor().amend(&published, &nobody).await.is(200);
        app.approve(&published).await;
        app.verifier().post(&format!("{published}/publish"), &json!({"reason": "Without."})).await.is(200);
        let link = json!([{"ref": "P1", "person": person, "role": "affected_person"}]);
        app.created("incidents", incident().on("2023").about(link)).await;
        app.advance(TimeDelta::days(31));
        assert_eq!(purge(&app, 30).await, Purged { records: 1, people: 0, intake: 0 });
        let person = format!("/api/v1/people/{}", person.as_str().unwrap());
        assert_eq!(app.contributor().read(&person).await["names"][0]["name"], NAME);
    }

    async fn an_organization_that_something_names_stays(app: TestApp) {
        let named = app.created("organizations", organization("Example Observers")).await;
        let alone = app.created("organizations", organization("Nobody's Observers")).await;
        let link = json!([{"number": named.json()["number"]}]);
        let naming = app.created("incidents", incident().with("organizations", link)).await.location();
        app.contributor().post_nothing(&format!("{naming}/submit")).await.is(200);
        app.advance(TimeDelta::days(31));
        assert_eq!(purge(&app, 30).await, Purged { records: 1, people: 0, intake: 0 });
        app.contributor().get(&named.location()).await.is(200);
        app.contributor().get(&alone.location()).await.problem(404, "not-found");
    }

    /// A merged draft is kept for as long as it can be taken apart, however short the retention.
    async fn a_merged_draft_goes_when_it_cannot_be_taken_apart(app: TestApp) {
        let stays = app.published("incidents", full("Penhaligon Marrowby")).await;
        let goes = app.created("incidents", incident().on("2023")).await.location();
        let into = json!({"into": stays.rsplit('/').next(), "reason": "The same."});
        app.verifier().post(&format!("{goes}/merge"), &into).await.is(200);
        app.advance(TimeDelta::days(20));
        assert_eq!(purge(&app, 5).await, Purged::default());
        app.contributor().get(&goes).await.is(308);
        app.advance(TimeDelta::days(20));
        assert_eq!(purge(&app, 5).await.records, 1);
        app.contributor().get(&goes).await.problem(404, "not-found");
    }

    async fn more_than_one_transaction_holds_go_in_several(app: TestApp) {
        for day in 0..120 {
            let date = format!("20{:02}-01-01", day % 90 + 10);
            app.created("incidents", incident().on(&date)).await;
        }
        app.advance(TimeDelta::days(31));
        let steps = std::sync::Mutex::new(Vec::new());
        let retention = Retention { network: "default".to_owned(), days: 30 };
        let told = |purged: &Purged| steps.lock().unwrap().push(purged.records);
        let purged = app.store.purge_drafts(&retention, told).await.unwrap();
        assert_eq!(purged.records, 120);
        assert_eq!(*steps.lock().unwrap(), [50, 100, 120]);
    }

    async fn what_was_asked_and_answered_goes_too(app: TestApp) {
        let ask = json!({"kind": "reply", "text": WORD});
        for _ in 0..2 {
            app.public().post("/api/v1/intake", &ask).await.is(202);
        }
        let verifier = app.verifier();
        let id = verifier.read("/api/v1/intake").await["items"][0]["id"].as_str().unwrap().to_owned();
        verifier.post(&format!("/api/v1/intake/{id}/close"), &json!({"answer": "Done."})).await.is(200);
        app.advance(TimeDelta::days(31));
        let retention = Retention { network: "default".to_owned(), days: 30 };
        let purged = app.store.purge_intake(&retention, "default").await.unwrap();
        assert_eq!(purged.intake, 1, "what nobody answered stays");
        verifier.get(&format!("/api/v1/intake/{id}")).await.problem(404, "not-found");
        assert_eq!(app.count("intake", "1 = 1").await, 1);
    }
}
