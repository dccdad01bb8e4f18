//! What GET gave may be sent back: it is taken unchanged and saves nothing new.

use amparo_tests::{Client, TestApp, incident, on_both};
use serde_json::{Value, json};

const KINDS: [&str; 6] =
    ["incidents", "organizations", "elections", "cases", "statements", "people"];

/// Sends every record of a kind back as it was given, by PUT and by PATCH.
async fn send_back(client: &Client<'_>, kind: &str, view: &str) -> usize {
    let numbers = client.numbers(&format!("/api/v1/{kind}?limit=200")).await;
    for number in &numbers {
        let at = format!("/api/v1/{kind}/{number}");
        let given = client.get(&format!("{at}{view}")).await;
        let body = given.json();
        if body["names"] == json!([]) {
            // Somebody whom an import knows by an id alone; a writer has to name them.
            continue;
        }
        for answer in [
            client.put(&at, &given.etag(), &body).await,
            client.patch(&at, &given.etag(), &body).await,
        ] {
            assert_eq!(answer.status, 200, "{at}: {}", answer.text());
            let told = answer.json();
            assert_eq!(told["revision"], 1, "{at} says the same, so nothing is saved: {told}");
        }
    }
    numbers.len()
}

on_both! {
    async fn takes_back_every_record_of_the_register(app: TestApp) {
        app.load_register().await;
        let revisions = app.count("revision", "1 = 1").await;
        let writes = "action <> 'read_confidential'";
        let audit = app.count("audit_entry", writes).await;
        let mut sent = 0;
        for kind in KINDS {
            // Who is in the records is for those who know.
            let writer = if kind == "people" { app.verifier() } else { app.contributor() };
            sent += send_back(&writer, kind, "").await;
        }
        assert!(sent >= 305 + 20, "{sent}");
        send_back(&app.admin(), "incidents", "?text=raw&lang=ar").await;
        send_back(&app.verifier(), "statements", "?text=raw").await;
        assert_eq!(app.count("revision", "1 = 1").await, revisions);
        assert_eq!(app.count("audit_entry", writes).await, audit);
    }

    async fn refuses_changes_of_what_only_the_register_writes(app: TestApp) {
        let at = app.published("incidents", incident().about(json!([{"name": "Zora Canary"}])).with(
            "events", json!([{"date": "2024-05", "kind": "remanded", "people": ["P1"]}]),
        )).await;
        let writer = app.contributor();
        let given = writer.read(&at).await;
        for (member, value) in [
            ("number", json!("4827-1930")), ("version", json!(7)), ("state", json!("withdrawn")),
            ("network", json!("elsewhere")), ("revision", json!(3)), ("first_published", json!("2020-01-01T00:00:00Z")),
            ("last_changed", Value::Null), ("recorded_at", json!("x")), ("cited_by", json!([{"number": "4827-1930"}])),
        ] {
            let mut sent = given.clone();
            sent[member] = value;
            let answer = writer.put(&at, "*", &sent).await;
            assert_eq!(answer.wrong(), [format!("/{member}")]);
        }
        for (member, value) in [("custody", json!({"status": "released"})), ("charges", json!([{"status": "convicted"}])), ("name", json!("Somebody Else"))] {
            let mut sent = given.clone();
            sent["people"][0][member] = value;
            let answer = writer.put(&at, "*", &sent).await;
            assert_eq!(answer.wrong(), [format!("/people/0/{member}")]);
        }
        let mut sent = given.clone();
        sent["affected"]["named"] = json!(7);
        assert_eq!(writer.put(&at, "*", &sent).await.wrong(), ["/affected/named"]);
        assert_eq!(app.count("revision", "1 = 1").await, 2, "the incident and the person");
    }

    /// A patch of one member leaves the others, and a null takes one away.
    async fn patches_what_is_named_and_nothing_else(app: TestApp) {
        let draft = incident().with("summary", "Held overnight.").with("place", "Baku").with("severity", 3);
        let at = app.created("incidents", draft).await.location();
        let writer = app.contributor();
        let before = writer.read(&at).await;
        let patched = writer.amend(&at, &json!({"place": null, "occurred": {"edtf": "2024-05"}})).await;
        patched.is(200);
        let mut expected = before.clone();
        expected["place"] = Value::Null;
        expected["occurred"] = json!({
            "edtf": "2024-05", "start": "2024-05-01", "end": "2024-05-31", "precision": "month",
            "approximate": false, "uncertain": false, "inferred": [],
        });
        (expected["revision"], expected["latest_revision"]) = (json!(2), json!(2));
        assert_eq!(patched.json(), expected);
        writer.amend(&at, &json!({"country": null})).await.problem(422, "invalid");
        writer.amend(&at, &json!([])).await.problem(422, "invalid");
        let put = writer.put(&at, "*", &incident().into()).await.json();
        assert_eq!(put["severity"], Value::Null, "PUT replaces");
        assert_eq!(put["summary"], Value::Null);
    }

    /// Somebody who edits the text as it is shown does not write the name into it.
    async fn edits_a_shown_text_without_writing_names(app: TestApp) {
        let draft = incident().titled("{P1} detained").with("summary", "{P1} was held.").about(json!([{
            "name": "Zora Canary", "display": "name", "display_reason": "already public by own organization",
        }]));
        let at = app.created("incidents", draft).await.location();
        let writer = app.contributor();
        let mut shown = writer.read(&at).await;
        assert_eq!(shown["title"], "Zora Canary detained");
        shown["summary"] = json!("{P1} was held for two days.");
        writer.put(&at, "*", &shown).await.is(200);
        let raw = writer.read(&format!("{at}?text=raw")).await;
        assert_eq!(raw["title"], "{P1} detained");
        let mut shown = writer.read(&at).await;
        shown["summary"] = json!("Zora Canary was held for three days.");
        assert_eq!(writer.put(&at, "*", &shown).await.wrong(), ["/summary"]);
    }

    /// A person who is imported again with other facts keeps the names.
    async fn a_changed_person_keeps_their_names(app: TestApp) {
        let person = |note: &str| json!([{
            "external_id": "p-1", "names": [{"name": "Zora Canary"}, {"name": "Зора Канарі", "lang": "uk"}], "position": note,
        }]);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.json");
        for note in ["An observer.", "A coordinator by now."] {
            std::fs::write(&path, person(note).to_string()).unwrap();
            let summary = crate::imports::import(&app, std::slice::from_ref(&path), |_| ()).await;
            assert!(summary.committed, "{summary}");
            let people = app.verifier().read("/api/v1/people").await;
            let person = &people["items"][0];
            assert_eq!(person["position"], note);
            assert_eq!(person["names"][0]["name"], "Zora Canary");
            assert_eq!(person["names"][1]["name"], "Зора Канарі");
        }
        assert_eq!(app.count("person_name", "1 = 1").await, 2);
    }
}

/// The members that a reader gets are the ones that it may ask for.
#[tokio::test]
async fn gives_only_the_members_that_are_asked_for() {
    let app = TestApp::sqlite().await;
    app.published("incidents", incident()).await;
    let page = app.public().read("/api/v1/incidents?fields=number,title").await;
    let members: Vec<_> = page["items"][0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["number", "title"]);
}
