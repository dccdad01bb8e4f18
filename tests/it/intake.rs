//! What somebody without an account asks: taken whatever it is about, read by those it is for, and by
//! nobody else.

use amparo_domain::access::Role;
use amparo_tests::{Answer, Client, TestApp, incident, on_both};
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

const INTAKE: &str = "/api/v1/intake";
/// Words that stand nowhere else.
const WORDS: &str = "Zorabeth Quillfeather is in danger because of this";
const CONTACT: &str = "quillfeather-family@example.org";

fn asking(kind: &str, about: Option<&str>) -> Value {
    json!({"kind": kind, "about": about, "text": WORDS, "contact": CONTACT})
}

async fn sent(app: &TestApp, body: &Value) -> String {
    let answer = app.public().post(INTAKE, body).await;
    answer.is(202);
    answer.json()["receipt"].as_str().unwrap().to_owned()
}

async fn listed(client: &Client<'_>) -> Vec<Value> {
    client.read(INTAKE).await["items"].as_array().unwrap().clone()
}

/// What is told by an answer, but for what is another each time.
fn told(answer: &Answer) -> (u16, Vec<String>, usize) {
    let headers = answer.headers.iter();
    let headers = headers.filter(|(name, _)| *name != "x-request-id");
    let headers = headers.map(|(name, value)| format!("{name}: {value:?}")).collect();
    (answer.status.as_u16(), headers, answer.body.len())
}

on_both! {
    /// The same answer whether a number is taken by something public, something hidden, or nothing.
    async fn the_answer_tells_nothing_of_the_number(app: TestApp) {
        let public = app.published("incidents", incident()).await;
        let hidden = app.created("incidents", incident().on("2023")).await.location();
        let number = |at: &str| at.rsplit('/').next().unwrap().to_owned();
        let mut answers = Vec::new();
        for about in [Some(number(&public)), Some(number(&hidden)), Some("4827-1930".to_owned()), None] {
            let answer = app.public().post(INTAKE, &asking("take_down", about.as_deref())).await;
            answer.is(202);
            answers.push(told(&answer));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        let mistyped = app.public().post(INTAKE, &asking("reply", Some("4827-1931"))).await;
        assert_eq!(mistyped.wrong(), ["/about"]);
    }

    async fn only_the_verifiers_of_the_network_read_it(app: TestApp) {
        let elsewhere = app.of_network("elsewhere", Role::Verifier).await;
        let draft: Value = incident().into();
        let theirs = elsewhere.post("/api/v1/incidents", &draft).await.json()["number"].clone();
        sent(&app, &asking("reply", theirs.as_str())).await;
        app.advance(TimeDelta::seconds(1));
        sent(&app, &asking("report", None)).await;
        app.advance(TimeDelta::seconds(1));
        sent(&app, &asking("take_down", Some("4827-1930"))).await;
        let ours = listed(&app.verifier()).await;
        let kinds: Vec<_> = ours.iter().map(|item| item["kind"].clone()).collect();
        assert_eq!(kinds, [json!("take_down"), json!("report")], "what endangers somebody first");
        let of_theirs = listed(&elsewhere).await;
        assert_eq!(of_theirs.len(), 1);
        assert_eq!(of_theirs[0]["about"], theirs);
        assert!(of_theirs[0].get("text").is_none(), "a list has no words");
        let one = format!("{INTAKE}/{}", of_theirs[0]["id"].as_str().unwrap());
        let read = elsewhere.read(&one).await;
        assert_eq!((&read["text"], &read["contact"]), (&json!(WORDS), &json!(CONTACT)));
        app.verifier().get(&one).await.problem(404, "not-found");
        for role in [Role::Analyst, Role::Contributor, Role::Advocate, Role::NetworkAdmin, Role::Admin] {
            for path in [INTAKE.to_owned(), one.clone()] {
                app.with_role(role).get(&path).await.problem(403, "not-allowed");
            }
            let answer = json!({"answer": "No."});
            app.with_role(role).post(&format!("{one}/close"), &answer).await.problem(403, "not-allowed");
        }
        app.public().get(INTAKE).await.problem(401, "token-needed");
        app.public().get(&one).await.problem(401, "token-needed");
        assert_eq!(app.count("audit_entry", "action = 'read_intake'").await, 1);
        assert_eq!(app.tables_holding(CONTACT).await, ["intake"]);
        assert_eq!(app.tables_holding(WORDS).await, ["intake"]);
    }

    async fn whoever_holds_the_receipt_hears_the_answer(app: TestApp) {
        let receipt = sent(&app, &asking("correction", None)).await;
        let path = format!("/api/v1/receipts/{receipt}");
        let open = app.public().get(&path).await;
        assert_eq!(open.json(), json!({"state": "open", "answer": null}));
        assert_eq!(open.header("cache-control"), "private, no-store");
        let id = listed(&app.verifier()).await[0]["id"].as_str().unwrap().to_owned();
        let close = format!("{INTAKE}/{id}/close");
        assert_eq!(app.verifier().post(&close, &json!({})).await.wrong(), ["/answer"]);
        let answer = json!({"answer": "The name is gone."});
        app.verifier().post(&close, &answer).await.is(200);
        app.verifier().post(&close, &answer).await.is(200);
        app.verifier().post(&close, &json!({"answer": "Or not."})).await.problem(409, "conflict");
        let typed = receipt.to_lowercase().replace('-', "%20");
        for path in [path, format!("/api/v1/receipts/{typed}")] {
            let closed = app.public().read(&path).await;
            assert_eq!(closed, json!({"state": "closed", "answer": "The name is gone."}));
        }
        app.public().get("/api/v1/receipts/00000-00000-00000-00000").await.problem(404, "not-found");
        assert_eq!(listed(&app.verifier()).await, Vec::<Value>::new());
        let closed = app.verifier().read(&format!("{INTAKE}?state=closed")).await;
        assert_eq!(closed["items"].as_array().unwrap().len(), 1);
        assert_eq!(app.tables_holding(&receipt).await, Vec::<String>::new(), "only its hash is kept");
        assert_eq!(app.count("audit_entry", "action = 'close_intake'").await, 1);
    }

    /// A retry is kept once, and nobody else's key gets somebody's receipt.
    async fn a_retry_gets_the_same_receipt(app: TestApp) {
        let send = async |key: &str, text: &str| {
            let headers = [("content-type", "application/json"), ("idempotency-key", key)];
            let body = json!({"kind": "report", "text": text}).to_string();
            let answer = app.public().send(Method::POST, INTAKE, &headers, body).await;
            answer.is(202);
            answer.json()["receipt"].clone()
        };
        let first = send("a", "One.").await;
        assert_eq!(send("a", "One.").await, first);
        assert_ne!(send("a", "Another.").await, first);
        assert_ne!(send("b", "One.").await, first);
        assert_eq!(app.count("intake", "1 = 1").await, 3);
    }

    async fn refuses_what_cannot_be_read(app: TestApp) {
        let public = app.public();
        for (body, wrong) in [
            (json!({"kind": "takedown", "text": "x"}), vec!["/kind"]),
            (json!({"kind": "reply"}), vec!["/text"]),
            (json!({"kind": "reply", "text": "  "}), vec!["/text"]),
            (json!({"kind": "reply", "text": "x".repeat(10_001)}), vec!["/text"]),
            (json!({"kind": "reply", "text": "x", "contact": "x".repeat(501)}), vec!["/contact"]),
            (json!({"kind": "reply", "text": "x", "name": "x"}), vec!["/name"]),
            (json!([]), vec![""]),
        ] {
            assert_eq!(public.post(INTAKE, &body).await.wrong(), wrong, "{body}");
        }
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let answer = public.send(Method::POST, INTAKE, &form, "kind=reply&text=x").await;
        answer.problem(415, "media-type");
        public.get(&format!("{INTAKE}?state=opened")).await.problem(401, "token-needed");
        app.verifier().get(&format!("{INTAKE}?state=opened")).await.problem(400, "unknown-parameter");
        app.verifier().get(&format!("{INTAKE}/x")).await.problem(404, "not-found");
    }

    /// A flood is held back, and leaves the way open for what endangers somebody.
    async fn a_flood_is_held_back(app: TestApp) {
        for _ in 0..20 {
            sent(&app, &asking("report", None)).await;
        }
        let refused = app.public().post(INTAKE, &asking("reply", None)).await;
        refused.problem(429, "too-many-tries");
        let wait: i64 = refused.header("retry-after").parse().unwrap();
        sent(&app, &asking("take_down", None)).await;
        app.advance(TimeDelta::seconds(wait));
        sent(&app, &asking("reply", None)).await;
        app.public().post(INTAKE, &asking("reply", None)).await.problem(429, "too-many-tries");
    }

    async fn is_listed_page_by_page(app: TestApp) {
        for nth in 0..7 {
            let kind = if nth == 4 { "take_down" } else { "report" };
            sent(&app, &asking(kind, None)).await;
            if nth % 2 == 0 {
                app.advance(TimeDelta::seconds(7));
            }
        }
        let verifier = app.verifier();
        let whole = listed(&verifier).await;
        assert_eq!(whole[0]["kind"], "take_down");
        let mut paged = Vec::new();
        let mut path = format!("{INTAKE}?limit=2");
        loop {
            let page = verifier.read(&path).await;
            paged.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(next) = page["next"].as_str() else { break };
            path = format!("{INTAKE}?limit=2&after={next}");
        }
        assert_eq!(paged, whole);
        verifier.get(&format!("{INTAKE}?after=x")).await.problem(400, "unknown-parameter");
    }
}
