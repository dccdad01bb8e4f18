//! A retry of a request gets what the request got, whatever happened since.

use amparo_tests::{Answer, Client, incident, on_both, organization};
use axum::http::Method;
use serde_json::{Value, json};

const INCIDENTS: &str = "/api/v1/incidents";

async fn post(client: &Client<'_>, path: &str, key: &str, body: impl ToString) -> Answer {
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    client.send(Method::POST, path, &headers, body.to_string()).await
}

on_both! {
    async fn a_retry_is_told_what_was_made_and_what_may_be_the_same(app: TestApp) {
        app.created("incidents", incident()).await;
        let people = json!([{"ref": "P1", "name": "Zora Canary"}]);
        let organizations = json!([{"name": "Example Observers", "country": "AZE"}]);
        let draft = Value::from(incident().about(people).with("organizations", organizations));
        let similar = Value::from(incident());
        let writer = app.contributor();
        for body in [draft, similar] {
            let key = body["organizations"].to_string();
            let key = key.len().to_string();
            let first = post(&writer, INCIDENTS, &key, &body).await;
            first.is(201);
            let at = first.location();
            writer.amend(&at, &json!({"summary": "More."})).await.is(200);
            writer.post_nothing(&format!("{at}/submit")).await.is(200);
            let again = post(&writer, INCIDENTS, &key, &body).await;
            again.is(201);
            assert_eq!(again.json(), first.json());
            assert_eq!(again.etag(), first.etag());
        }
    }

    async fn a_retried_verb_is_told_what_it_did(app: TestApp) {
        let at = app.created("incidents", incident()).await.location();
        let verifier = app.verifier();
        let submitted = post(&verifier, &format!("{at}/submit"), "s", "{}").await;
        app.approve(&at).await;
        let published = post(&verifier, &format!("{at}/publish"), "p", "{}").await;
        verifier.amend(&at, &json!({"summary": "More."})).await.is(200);
        let withdrawal = json!({"reason": "It did not happen."});
        let withdrawn = post(&verifier, &format!("{at}/withdraw"), "w", &withdrawal).await;
        for (verb, key, first, body) in [
            ("submit", "s", submitted, "{}".to_owned()), ("publish", "p", published, "{}".to_owned()),
            ("withdraw", "w", withdrawn, withdrawal.to_string()),
        ] {
            first.is(200);
            let again = post(&verifier, &format!("{at}/{verb}"), key, body).await;
            again.is(200);
            assert_eq!(again.etag(), first.etag(), "{verb}");
            for member in ["state", "version", "revision", "summary"] {
                assert_eq!(again.json()[member], first.json()[member], "{verb} {member}");
            }
        }
        assert_eq!(app.count("audit_entry", "action IN ('submit', 'publish', 'withdraw')").await, 3);
    }

    async fn a_key_is_for_one_request_whatever_else_is_sent(app: TestApp) {
        let writer = app.contributor();
        let draft = Value::from(incident());
        let first = post(&writer, INCIDENTS, "k", &draft).await;
        first.is(201);
        let at = first.location();
        for other in [json!({"title": 7}).to_string(), "[]".to_owned(), "{".to_owned(), String::new()] {
            post(&writer, INCIDENTS, "k", &other).await.problem(422, "idempotency-key-reused");
        }
        let path = format!("{INCIDENTS}?reason=Another");
        post(&writer, &path, "k", &draft).await.problem(422, "idempotency-key-reused");
        let event = json!({"date": "2024-05-02", "kind": "released"});
        post(&writer, &format!("{at}/events"), "k", &event).await.is(201);
        post(&writer, &format!("{at}/events"), "k", json!({"kind": "x"})).await
            .problem(422, "idempotency-key-reused");
        post(&writer, &format!("{at}/submit"), "k", "{}").await.is(200);
        post(&writer, &format!("{at}/submit"), "k", json!({"reason": 7})).await
            .problem(422, "idempotency-key-reused");
        // What was refused did nothing, and its key is still free.
        post(&writer, INCIDENTS, "free", json!({"title": 7})).await.problem(422, "invalid");
        post(&writer, INCIDENTS, "free", &draft).await.is(201);
        assert_eq!(app.count("record", "1 = 1").await, 2);
    }

    async fn a_retry_after_the_record_was_removed_says_so(app: TestApp) {
        let writer = app.contributor();
        let draft = Value::from(organization("Example Observers"));
        let path = "/api/v1/organizations";
        let first = post(&writer, path, "k", &draft).await;
        let at = first.location();
        post(&writer, &format!("{at}/submit"), "s", "{}").await.is(200);
        app.verifier().delete(&at).await.is(204);
        for (path, key, body) in
            [(path.to_owned(), "k", draft.to_string()), (format!("{at}/submit"), "s", "{}".to_owned())]
        {
            let removed = post(&writer, &path, key, body).await.problem(410, "removed");
            assert_eq!(removed["number"], first.json()["number"]);
        }
        assert_eq!(app.count("audit_entry", "action = 'create'").await, 1);
    }

    async fn a_verb_for_several_is_done_once_for_each(app: TestApp) {
        let one = app.created("incidents", incident()).await.json()["number"].clone();
        let two = app.created("incidents", incident().on("2023")).await;
        let number = two.json()["number"].clone();
        app.contributor().post_nothing(&format!("{}/submit", two.location())).await.is(200);
        let path = format!("{INCIDENTS}/submit");
        let body = json!({"numbers": [one, number, "4827-1931"]});
        let writer = app.contributor();
        let first = post(&writer, &path, "k", &body).await;
        first.is(200);
        let statuses: Vec<_> = first.json()["items"].as_array().unwrap().iter()
            .map(|item| item["status"].as_u64().unwrap()).collect();
        assert_eq!(statuses, [200, 409, 400]);
        let again = post(&writer, &path, "k", &body).await;
        assert_eq!(again.json(), first.json());
        let other = json!({"numbers": [one]});
        post(&writer, &path, "k", &other).await.problem(422, "idempotency-key-reused");
        post(&writer, &path, "k", json!({"numbers": 1})).await.problem(422, "idempotency-key-reused");
        assert_eq!(app.count("audit_entry", "action = 'submit'").await, 2);
    }
}
