//! The ledger of responses beside statements and incidents.

use amparo_domain::access::Role;
use amparo_tests::{TestApp, incident, on_both, organization};
use axum::http::Method;
use serde_json::{Value, json};

fn appeal() -> Value {
    json!({"kind": "appeal", "type": "urgent_appeal", "date": "2024-05-02", "by": {"organization": "open"},
        "to": {"text": "Office of the President"}, "text": "Release them.", "url": "https://example.org/appeal",
        "reference": "AZE 002 / 1215"})
}

/// A published incident with its ledger, and an organization.
async fn ledger(app: &TestApp) -> (String, String) {
    app.published("organizations", organization("Open Observers").with("slug", "open")).await;
    let at = app
        .published(
            "incidents",
            incident().titled("{P1} detained").about(json!([
        {"ref": "P1", "name": "Zorabeth Quillfeather", "position": "observer"}])),
        )
        .await;
    (format!("{at}/responses"), at)
}

async fn noted(app: &TestApp, ledger: &str, body: &Value) -> String {
    let made = app.verifier().post(ledger, body).await;
    made.is(201);
    made.json()["id"].as_str().unwrap().to_owned()
}

on_both! {
    async fn what_was_asked_answered_and_came_of_it(app: TestApp) {
        let (ledger, at) = ledger(&app).await;
        let statement = app.published("statements", json!({"title": "Free them", "date": "2024-05-01", "lang": "en"})).await;
        for ledger in [ledger.clone(), format!("{statement}/responses")] {
            let made = app.contributor().post(&ledger, &appeal()).await;
            made.is(201);
            let asked = made.json();
            assert_eq!(asked["by"]["organization"]["name"], "Open Observers");
            assert_eq!(asked["date"]["edtf"], "2024-05-02");
            assert_eq!((&asked["public"], &asked["days_to_answer"]), (&json!(false), &Value::Null));
            let id = asked["id"].as_str().unwrap();
            assert_eq!(made.location(), format!("{ledger}/{id}"));
            let reply = json!({"kind": "reply", "type": "denied_event", "date": "2024-06-01", "answers": id,
                "by": {"text": "Ministry of Foreign Affairs"}});
            let reply = app.contributor().post(&ledger, &reply).await;
            assert_eq!(reply.json()["days_to_answer"], 30);
            // Between a day and a month no days are counted.
            let effect = json!({"kind": "effect", "date": "2024-07", "answers": id, "text": "The charge was changed."});
            let effect = app.contributor().post(&ledger, &effect).await;
            assert_eq!(effect.json()["days_to_answer"], Value::Null);
            let all = app.contributor().read(&ledger).await;
            let kinds: Vec<_> = all["items"].as_array().unwrap().iter().map(|of| of["kind"].as_str().unwrap()).collect();
            assert_eq!(kinds, ["appeal", "reply", "effect"]);
        }
        assert_eq!(app.public().read(&at).await["version"], 1);
    }

    async fn it_is_the_desks_until_a_verifier_makes_it_public(app: TestApp) {
        let (ledger, _) = ledger(&app).await;
        let public = app.public();
        let nothing = public.get(&ledger).await;
        let asked = noted(&app, &ledger, &appeal()).await;
        let reply = json!({"kind": "reply", "date": "2024-06-01", "answers": asked, "text": "They denied it.", "public": true});
        // Those who log note it; whether everybody sees it is for who publishes.
        app.contributor().post(&ledger, &reply).await.problem(403, "not-allowed");
        // Nothing tells that there is something.
        let still = public.get(&ledger).await;
        assert_eq!((nothing.text(), nothing.etag()), (still.text(), still.etag()));
        let one = format!("{ledger}/{asked}");
        public.get(&one).await.problem(404, "not-found");
        app.of_network("elsewhere", Role::Verifier).await.get(&one).await.problem(404, "not-found");
        app.analyst().get(&one).await.problem(404, "not-found");
        let reply = noted(&app, &ledger, &reply).await;
        // What it answers is not for everybody, so nobody else hears of it.
        let shown = public.read(&ledger).await["items"].clone();
        assert_eq!(shown.as_array().unwrap().len(), 1);
        assert_eq!((&shown[0]["id"], &shown[0]["answers"], &shown[0]["days_to_answer"]), (&json!(reply), &Value::Null, &Value::Null));
        assert!(!public.get(&format!("{ledger}/{reply}")).await.etag().starts_with("\"r"));
        app.contributor().amend(&format!("{ledger}/{reply}"), &json!({"text": "Otherwise."})).await.problem(403, "not-allowed");
        app.contributor().amend(&one, &json!({"text": "Release them all."})).await.is(200);
        app.verifier().amend(&one, &json!({"public": true})).await.is(200);
        let shown = public.read(&ledger).await["items"].clone();
        assert_eq!(shown[1]["days_to_answer"], 30);
        assert_eq!(shown[0]["text"], "Release them all.");
    }

    async fn what_is_public_is_so_as_long_as_the_record_is(app: TestApp) {
        app.published("organizations", organization("Open Observers").with("slug", "open")).await;
        let at = app.created("incidents", incident()).await.location();
        let ledger = format!("{at}/responses");
        let mut asked = appeal();
        asked["public"] = json!(true);
        let id = noted(&app, &ledger, &asked).await;
        app.public().get(&ledger).await.problem(404, "not-found");
        app.contributor().post_nothing(&format!("{at}/submit")).await.is(200);
        app.approve(&at).await;
        app.verifier().post_nothing(&format!("{at}/publish")).await.is(200);
        app.public().get(&format!("{ledger}/{id}")).await.is(200);
        let reason = json!({"reason": "It was mistaken.", "reason_class": "mistaken"});
        app.verifier().post(&format!("{at}/withdraw"), &reason).await.is(200);
        for client in [app.public(), app.verifier()] {
            client.get(&ledger).await.is(410);
            client.get(&format!("{ledger}/{id}")).await.is(410);
        }
        app.verifier().post(&ledger, &appeal()).await.is(410);
        // A draft that is deleted takes its ledger with it.
        let at = app.created("incidents", incident()).await.location();
        noted(&app, &format!("{at}/responses"), &appeal()).await;
        app.contributor().delete(&at).await.is(204);
        assert_eq!(app.count("response", "1 = 1").await, 1);
    }

    async fn what_is_noted_is_noted_as_it_has_to_be(app: TestApp) {
        let (ledger, _) = ledger(&app).await;
        let other = app.published("incidents", incident()).await;
        let elsewhere = noted(&app, &format!("{other}/responses"), &appeal()).await;
        let hidden = app.created("organizations", organization("Hidden").with("slug", "hidden")).await;
        hidden.is(201);
        let with = |member: &str, value: Value| { let mut body = appeal(); body[member] = value; body };
        for (body, wrong) in [
            (json!({}), vec!["/kind", "/date"]),
            (with("kind", json!("apeal")), vec!["/kind"]),
            (with("type", json!("denied_event")), vec!["/type"]),
            (with("date", json!("spring")), vec!["/date"]),
            (with("date", json!("..")), vec!["/date"]),
            (with("by", json!("open")), vec!["/by"]),
            (with("by", json!({"organization": "nobody-there"})), vec!["/by/organization"]),
            (with("by", json!({"organization": "open", "text": "Them"})), vec!["/by"]),
            (with("url", json!("javascript:alert(1)")), vec!["/url"]),
            (with("answers", json!(elsewhere)), vec!["/answers"]),
            (with("text", json!("Zorabeth Quillfeather is held.")), vec!["/text"]),
            (with("to", json!({"text": "the judge of Zorabeth Quillfeather"})), vec!["/to/text"]),
            (with("reference", json!("Quillfeather v. State")), vec!["/reference"]),
            (with("url", json!("https://example.org/zorabeth-quillfeather")), vec!["/url"]),
            (with("colour", json!("red")), vec!["/colour"]),
            (with("days_to_answer", json!(3)), vec!["/days_to_answer"]),
            (json!({"kind": "effect", "type": "denied_event", "date": "2024"}), vec!["/type"]),
            (json!({"kind": "effect", "date": "2024"}), vec![""]),
        ] {
            assert_eq!(app.verifier().post(&ledger, &body).await.wrong(), wrong, "{body}");
        }
        let mut body = with("by", json!({"organization": "hidden"}));
        app.verifier().post(&ledger, &body).await.is(201);
        body["public"] = json!(true);
        assert_eq!(app.verifier().post(&ledger, &body).await.wrong(), ["/by/organization"]);
        let asked = noted(&app, &ledger, &appeal()).await;
        let before = json!({"kind": "reply", "date": "2024-05-01", "answers": asked, "text": "No."});
        assert_eq!(app.verifier().post(&ledger, &before).await.wrong(), ["/date"]);
        let reply = noted(&app, &ledger, &json!({"kind": "reply", "date": "2024-06-01", "answers": asked})).await;
        let chained = json!({"kind": "reply", "date": "2024-06-02", "answers": reply, "text": "No."});
        assert_eq!(app.verifier().post(&ledger, &chained).await.wrong(), ["/answers"]);
        app.verifier().delete(&format!("{ledger}/{asked}")).await.problem(409, "conflict");
        assert_eq!(app.verifier().amend(&format!("{ledger}/{asked}"), &json!({"kind": "reply", "type": null})).await.wrong(), ["/kind"]);
    }

    async fn nobody_overwrites_what_they_have_not_seen(app: TestApp) {
        let (ledger, _) = ledger(&app).await;
        let one = format!("{ledger}/{}", noted(&app, &ledger, &appeal()).await);
        let writer = app.contributor();
        let read = writer.get(&one).await;
        let headers = [("content-type", "application/json")];
        writer.send(Method::PUT, &one, &headers, read.text()).await.problem(428, "if-match-needed");
        // What GET gave may be sent back, and is the same then.
        let same = writer.put(&one, &read.etag(), &read.json()).await;
        same.is(200);
        assert_eq!(same.etag(), read.etag());
        let mut whole = read.json();
        whole["text"] = json!("Release them all.");
        let changed = writer.put(&one, &read.etag(), &whole).await;
        changed.is(200);
        assert_ne!(changed.etag(), read.etag());
        writer.put(&one, &read.etag(), &whole).await.problem(412, "stale");
        writer.patch(&one, &read.etag(), &json!({"text": "No."})).await.problem(412, "stale");
        writer.send(Method::DELETE, &one, &[("if-match", &read.etag())], "").await.problem(412, "stale");
        writer.send(Method::DELETE, &one, &[("if-match", &changed.etag())], "").await.is(204);
        writer.get(&one).await.problem(404, "not-found");
        for (who, status) in [(app.public(), 401), (app.analyst(), 403), (app.of_network("elsewhere", Role::Verifier).await, 404)] {
            assert_eq!(who.post(&ledger, &appeal()).await.status, status);
            assert_eq!(who.put(&one, "*", &appeal()).await.status, status);
            assert_eq!(who.delete(&one).await.status, status);
        }
    }

    async fn a_retry_notes_once(app: TestApp) {
        let (ledger, _) = ledger(&app).await;
        let headers = [("content-type", "application/json"), ("idempotency-key", "note")];
        let mut places = Vec::new();
        for _ in 0..3 {
            let made = app.contributor().send(Method::POST, &ledger, &headers, appeal().to_string()).await;
            made.is(201);
            places.push(made.location());
        }
        places.dedup();
        assert_eq!(places.len(), 1);
        assert_eq!(app.count("response", "1 = 1").await, 1);
        assert_eq!(app.count("audit_entry", "action = 'note_response'").await, 1);
    }
}
