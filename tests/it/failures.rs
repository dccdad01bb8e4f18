//! What breaks on our side is told without internals, takes nothing else with it, and ends in time.

use std::time::Duration;

use amparo_tests::{Backend, Limits, TestApp, incident, on_both};
use axum::body::{Body, Bytes};
use axum::http::Method;
use serde_json::Value;

on_both! {
    async fn tells_a_panic_without_internals_and_goes_on(app: TestApp) {
        let draft: Value = incident().into();
        app.break_chance(true);
        let failed = app.contributor().post("/api/v1/incidents", &draft).await;
        assert!(failed.status.is_server_error(), "{}", failed.text());
        assert_eq!(failed.header("content-type"), "application/problem+json");
        assert!(!failed.text().contains("chance"), "{}", failed.text());
        assert!(failed.text().contains(&failed.header("x-request-id")));
        app.break_chance(false);
        app.contributor().post("/api/v1/incidents", &draft).await.is(201);
        assert_eq!(app.count("record", "1 = 1").await, 1);
        assert_eq!(app.count("audit_entry", "action = 'create'").await, 1);
    }

    async fn tells_a_broken_database_without_internals(app: TestApp) {
        app.execute("ALTER TABLE revision RENAME TO elsewhere").await.unwrap();
        let failed = app.public().get("/api/v1/incidents").await;
        let problem = failed.problem(500, "internal");
        assert_eq!(problem.get("detail"), None);
        assert!(!failed.text().contains("revision"), "{}", failed.text());
        let draft: Value = incident().into();
        app.contributor().post("/api/v1/incidents", &draft).await.problem(500, "internal");
        app.execute("ALTER TABLE elsewhere RENAME TO revision").await.unwrap();
        app.contributor().post("/api/v1/incidents", &draft).await.is(201);
        assert_eq!(app.count("record", "1 = 1").await, 1, "nothing is left of what failed");
    }

    async fn says_whether_it_lives_and_whether_it_can_serve(app: TestApp) {
        app.public().get("/livez").await.is(200);
        app.public().get("/readyz").await.is(200);
        app.execute("DELETE FROM seaql_migrations WHERE version LIKE '%access'").await.unwrap();
        let unready = app.public().get("/readyz").await;
        let problem = unready.problem(503, "unavailable");
        assert!(problem["detail"].as_str().unwrap().contains("amparo migrate"), "{problem}");
        assert!(!unready.header("retry-after").is_empty());
        app.public().get("/livez").await.is(200);
    }

    async fn keeps_what_it_answered_with_2xx_when_it_is_opened_again(app: TestApp) {
        let at = app.published("incidents", incident()).await;
        app.store.close().await.unwrap();
        let number: amparo_domain::number::Number =
            at.rsplit('/').next().unwrap().parse().unwrap();
        let clock = amparo_domain::clock::Clock::system();
        let chance = amparo_cli::system_chance();
        let store = amparo_store::Store::connect(&app.url, 2, clock, chance).await.unwrap();
        let public = amparo_domain::access::Audience::Public;
        assert!(store.is_ready().await.unwrap());
        assert!(store.kind_of(&public, number).await.is_ok());
        store.close().await.unwrap();
    }
}

/// A body that never ends.
fn endless() -> Body {
    let never = std::future::pending::<Result<Bytes, std::io::Error>>();
    Body::from_stream(futures_util::stream::once(never))
}

#[tokio::test]
async fn gives_up_on_a_request_that_never_ends() {
    let limits = Limits { time: Some(Duration::from_millis(20)), ..Limits::default() };
    let app = TestApp::limited(Backend::Sqlite, limits).await.unwrap();
    let json = [("content-type", "application/json")];
    let answer = app.contributor().send(Method::POST, "/api/v1/incidents", &json, endless()).await;
    answer.problem(503, "timeout");
    assert_eq!(answer.header("retry-after"), "2");
}

#[tokio::test]
async fn takes_bodies_up_to_the_limit_of_the_operator() {
    let limits = Limits { body: Some(300), ..Limits::default() };
    let app = TestApp::limited(Backend::Sqlite, limits).await.unwrap();
    let draft = Value::from(incident().with("summary", "x".repeat(300)));
    let answer = app.contributor().post("/api/v1/incidents", &draft).await;
    answer.problem(413, "too-large");
}
