//! Public questions that are asked again: answered from memory while the register stays as it is, and never
//! longer.

use amparo_tests::{Answer, Client, TestApp, incident, on_both};
use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use sea_orm::ConnectionTrait as _;
use serde_json::json;

const QUESTION: &str = "/api/v1/incidents?country=AZE&total=true";
const NAME: &str = "Zorabeth Quillfeather";

fn total(answer: &Answer) -> i64 {
    answer.is(200);
    answer.json()["meta"]["total"].as_i64().expect("there is a total")
}

/// Changes a title behind the back of the app, as nothing but a test does.
async fn forge(app: &TestApp, from: &str, to: &str) {
    let forged = format!("UPDATE revision SET snapshot = replace(snapshot, '{from}', '{to}')");
    app.database.execute_unprepared(&forged).await.expect("an operator can do anything");
}

/// Does what another process that writes leaves behind.
async fn note_change(app: &TestApp) {
    let noted = "UPDATE register SET revision = revision + 1";
    app.database.execute_unprepared(noted).await.expect("an operator can do anything");
}

async fn get_with(client: &Client<'_>, at: &str, header: (&str, &str)) -> Answer {
    client.send(Method::GET, at, &[header], Body::empty()).await
}

on_both! {
    /// What this process wrote is in the next answer.
    async fn a_change_is_in_the_next_answer(app: TestApp) {
        let public = app.public();
        assert_eq!(total(&public.get(QUESTION).await), 0);
        let at = app.published("incidents", incident()).await;
        let first = public.get(QUESTION).await;
        assert_eq!(total(&first), 1);
        let again = public.get(QUESTION).await;
        assert_eq!(first.body, again.body);
        assert_eq!(first.headers["etag"], again.headers["etag"]);
        app.published("incidents", incident()).await;
        assert_eq!(total(&public.get(QUESTION).await), 2);
        let reason = json!({"reason": "It was elsewhere.", "reason_class": "mistaken"});
        app.verifier().post(&format!("{at}/withdraw"), &reason).await.is(200);
        assert_eq!(total(&public.get(QUESTION).await), 1);
        public.get(&at).await.is(410);
    }

    /// An answer is made once while nothing changes, for everybody who asks the same, and only for the public.
    async fn the_same_question_is_answered_from_memory(app: TestApp) {
        let at = app.published("incidents", incident().titled("Observers turned away")).await;
        let (public, staff) = (app.public(), app.analyst());
        let before = public.get(&at).await;
        forge(&app, "turned away", "sent back").await;
        assert_eq!(public.get(&at).await.body, before.body, "this one is kept");
        assert!(staff.get(&at).await.text().contains("sent back"), "nothing is kept of staff's");
        assert!(public.get(&format!("{at}?lang=fr")).await.text().contains("sent back"));
        // Drafts change nothing that the public sees.
        app.created("incidents", incident()).await;
        assert_eq!(public.get(&at).await.body, before.body);
        // Another process wrote: half a second later at most it is told.
        note_change(&app).await;
        assert_eq!(public.get(&at).await.body, before.body);
        app.advance(TimeDelta::milliseconds(500));
        assert!(public.get(&at).await.text().contains("sent back"));
    }

    /// Who has an answer is told that it is still the same, and hears of it when it is not.
    async fn what_is_known_is_not_sent_again(app: TestApp) {
        app.published("incidents", incident()).await;
        let public = app.public();
        let tag = public.get(QUESTION).await.etag();
        for _ in 0..3 {
            let answer = get_with(&public, QUESTION, ("if-none-match", &tag)).await;
            answer.is(304);
            assert!(answer.body.is_empty());
            assert_eq!(answer.headers["etag"], tag.as_str());
            assert!(answer.headers.contains_key("cache-control"));
        }
        app.published("incidents", incident()).await;
        let answer = get_with(&public, QUESTION, ("if-none-match", &tag)).await;
        assert_eq!(total(&answer), 2);
        assert_ne!(answer.etag(), tag);
    }

    /// A name that is taken down is in no answer after that, however often it was asked for before.
    async fn a_take_down_reaches_what_is_kept(app: TestApp) {
        let named = json!([{
            "ref": "P1", "name": NAME, "role": "affected_person", "position": "observer",
            "display": "name", "display_reason": "already public by own organization",
        }]);
        let at = app.published("incidents", incident().titled("{P1} held").about(named)).await;
        let public = app.public();
        for at in [at.as_str(), QUESTION] {
            assert!(public.get(at).await.text().contains(NAME));
            assert!(public.get(at).await.text().contains(NAME));
        }
        app.verifier().post(&format!("{at}/take-down"), &json!({"person": "P1"})).await.is(200);
        for at in [at.as_str(), QUESTION] {
            assert!(!public.get(at).await.text().contains(NAME));
        }
    }

    /// Languages, forms and hosts are told apart.
    async fn what_changes_an_answer_is_part_of_the_question(app: TestApp) {
        let at = app.published("incidents", incident()).await;
        let public = app.public();
        for language in ["fr", "ar", "fr"] {
            let answer = get_with(&public, &at, ("accept-language", language)).await;
            assert_eq!(answer.header("content-language"), language);
        }
        let two = app.published("incidents", incident()).await;
        assert_ne!(at, two);
        for host in ["one.example", "two.example"] {
            let list = "/api/v1/incidents?limit=1";
            let link = get_with(&public, list, ("host", host)).await.header("link");
            assert!(link.contains(host), "{link}");
        }
    }
}
