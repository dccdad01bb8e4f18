//! Statements when they are published: what they cite is pinned, listed, and says so.

use amparo_tests::{Answer, TestApp, incident, on_both};
use axum::http::Method;
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

fn number(at: &str) -> String {
    at.rsplit('/').next().unwrap().to_owned()
}

fn statement(cites: &[&str]) -> Value {
    let cites: Vec<Value> = cites.iter().map(|at| json!({"number": number(at)})).collect();
    let body: String = cites
        .iter()
        .map(|of| format!("It was so.[[{}]] ", of["number"].as_str().unwrap()))
        .collect();
    json!({"title": "We stand with them", "date": "2026-11-25", "lang": "en", "kind": "statement",
        "body": body, "incidents": cites})
}

async fn ready(app: &TestApp, draft: Value) -> String {
    let at = app.created("statements", draft).await.location();
    app.contributor().post_nothing(&format!("{at}/submit")).await.is(200);
    app.approve(&at).await;
    at
}

async fn publish(app: &TestApp, at: &str, reason: Value) -> Answer {
    app.verifier().post(&format!("{at}/publish"), &reason).await
}

/// Corrects an incident a day later.
async fn corrected(app: &TestApp, at: &str, title: &str) {
    app.advance(TimeDelta::days(1));
    app.contributor().amend(at, &json!({"title": title})).await.is(200);
    app.approve(at).await;
    publish(app, at, json!({"reason": "A second source."})).await.is(200);
}

fn cited(of: &Value) -> Vec<(String, Value)> {
    let cited = of["incidents"].as_array().unwrap().iter();
    cited.map(|of| (of["number"].as_str().unwrap().to_owned(), of["version"].clone())).collect()
}

on_both! {
    async fn what_is_cited_is_pinned_listed_and_says_so(app: TestApp) {
        let first = app.published("incidents", incident().titled("The first")).await;
        let second = app.published("incidents", incident().titled("The second")).await;
        corrected(&app, &second, "The second, corrected").await;
        let at = ready(&app, statement(&[&first, &second])).await;
        // A draft tells nobody whom it cites.
        assert_eq!(app.public().read(&first).await["cited_by"], json!([]));
        let published = publish(&app, &at, json!({})).await;
        published.is(200);
        let pins = vec![(number(&first), json!(1)), (number(&second), json!(2))];
        assert_eq!(cited(&published.json()), pins);
        assert_eq!(published.json()["version"], 1);
        assert!(published.json().get("warnings").is_none());
        let shown = app.public().read(&at).await;
        assert_eq!(cited(&shown), pins);
        // The tag names the revision that was published: with it one goes on writing.
        app.contributor().patch(&at, &published.etag(), &json!({"note": "For the press."})).await.is(200);

        for incident in [&first, &second] {
            let cited_by = app.public().read(incident).await["cited_by"].clone();
            assert_eq!(cited_by, json!([{"number": number(&at), "version": 1}]));
        }
        let asked = format!("/api/v1/incidents?cited_in={}", number(&at));
        assert_eq!(app.public().numbers(&asked).await.len(), 2);

        let version = app.public().read(&format!("{at}/versions/1")).await;
        let list = version["list"].as_str().expect("the version has a list").to_owned();
        assert_eq!(app.public().read(&format!("{at}/versions")).await["items"][0]["list"], list.as_str());
        let list = app.public().read(&format!("/api/v1/lists/{list}")).await;
        assert_eq!(list["title"], format!("Cited in {}, version 1", number(&at)));
        assert_eq!((&list["count"], &list["lang"]), (&json!(2), &json!("en")));
        let items: Vec<_> = list["items"].as_array().unwrap().iter()
            .map(|of| (of["number"].as_str().unwrap().to_owned(), of["version"].clone())).collect();
        assert_eq!(items, pins);
        // The list stays as it is when what is in it moves on.
        corrected(&app, &first, "The first, corrected").await;
        let list = app.public().read(&format!("/api/v1/lists/{}", version["list"].as_str().unwrap())).await;
        assert_eq!(list["items"][0]["title"], "The first");
        assert_eq!(list["items"][0]["latest_version"], 2);
        // Whoever publishes is said to have pinned and frozen.
        let trail = app.verifier().read(&format!("/api/v1/audit?number={}", number(&at))).await;
        let done: Vec<_> = trail["items"].as_array().unwrap().iter().map(|of| of["action"].as_str().unwrap()).collect();
        assert!(done.contains(&"pin") && done.contains(&"publish"), "{done:?}");
    }

    async fn a_later_version_keeps_its_pins_until_somebody_changes_them(app: TestApp) {
        let cites = app.published("incidents", incident().titled("The first")).await;
        let at = ready(&app, statement(&[&cites])).await;
        publish(&app, &at, json!({})).await.is(200);
        corrected(&app, &cites, "The first, corrected").await;
        app.contributor().amend(&at, &json!({"title": "We still stand with them"})).await.is(200);
        app.approve(&at).await;
        publish(&app, &at, json!({"reason": "Said better."})).await.is(200);
        assert_eq!(cited(&app.public().read(&at).await), [(number(&cites), json!(1))]);
        // Taken out of the pin, it is pinned anew; the first version still cites what it cited.
        let anew = json!({"incidents": [{"number": number(&cites)}]});
        app.contributor().amend(&at, &anew).await.is(200);
        app.approve(&at).await;
        publish(&app, &at, json!({"reason": "The facts have moved on."})).await.is(200);
        assert_eq!(cited(&app.public().read(&at).await), [(number(&cites), json!(2))]);
        assert_eq!(cited(&app.public().read(&format!("{at}/versions/1")).await), [(number(&cites), json!(1))]);
        let versions = app.public().read(&format!("{at}/versions")).await;
        let mut lists: Vec<_> = versions["items"].as_array().unwrap().iter().map(|of| of["list"].to_string()).collect();
        lists.dedup();
        assert_eq!(lists.len(), 3);
        // Or to a version that somebody names.
        let named = json!({"incidents": [{"number": number(&cites), "version": 1}]});
        app.contributor().amend(&at, &named).await.is(200);
        app.approve(&at).await;
        publish(&app, &at, json!({"reason": "As it was said."})).await.is(200);
        assert_eq!(cited(&app.public().read(&at).await), [(number(&cites), json!(1))]);
    }

    async fn nothing_is_cited_that_is_not_published(app: TestApp) {
        let good = app.published("incidents", incident()).await;
        let draft = app.created("incidents", incident().titled("A draft")).await.location();
        let gone = app.published("incidents", incident().titled("Mistaken")).await;
        let withdrawal = json!({"reason": "It was not so.", "reason_class": "mistaken"});
        let at = ready(&app, statement(&[&good, &draft, &gone])).await;
        app.verifier().post(&format!("{gone}/withdraw"), &withdrawal).await.is(200);
        // What was withdrawn is what a check is for.
        let refused = publish(&app, &at, json!({})).await.problem(409, "blocked");
        assert!(refused.to_string().contains(&number(&gone)), "{refused}");
        app.verifier().amend(&at, &json!({"body": "It was so.", "incidents": [{"number": number(&good)},
            {"number": number(&draft)}]})).await.is(200);
        app.approve(&at).await;
        let refused = publish(&app, &at, json!({})).await;
        let errors = refused.problem(422, "invalid")["errors"].clone();
        assert_eq!(errors[0]["pointer"], "/incidents/1");
        assert!(errors[0]["message"].as_str().unwrap().contains(&number(&draft)), "{errors}");
        // Nothing of it was done: no version, no list, no pin.
        assert_eq!(app.verifier().read(&at).await["version"], Value::Null);
        assert_eq!(app.count("frozen_list", "1 = 1").await, 0);
        let missing = json!({"incidents": [{"number": number(&good), "version": 7}]});
        app.verifier().amend(&at, &missing).await.is(200);
        app.approve(&at).await;
        let refused = publish(&app, &at, json!({})).await;
        let errors = refused.problem(422, "invalid")["errors"].clone();
        assert_eq!(errors[0]["pointer"], "/incidents/0/version");
        assert!(errors[0]["message"].as_str().unwrap().contains("has no version 7"), "{errors}");
    }

    async fn what_cites_nothing_has_no_list(app: TestApp) {
        let at = ready(&app, statement(&[])).await;
        publish(&app, &at, json!({})).await.is(200);
        let version = app.public().read(&format!("{at}/versions/1")).await;
        assert!(version.get("list").is_none());
        assert_eq!(app.count("frozen_list", "1 = 1").await, 0);
    }

    async fn of_two_who_publish_at_once_one_does(app: TestApp) {
        let cites = app.published("incidents", incident()).await;
        let at = ready(&app, statement(&[&cites])).await;
        let verb = format!("{at}/publish");
        let (one, other) = (app.verifier(), app.other_verifier());
        let body = json!({});
        let answers = join_all([one.post(&verb, &body), other.post(&verb, &body)]).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        assert_eq!(app.count("frozen_list", "1 = 1").await, 1);
        assert_eq!(app.count("version_list", "1 = 1").await, 1);
    }

    async fn a_retry_publishes_once(app: TestApp) {
        let cites = app.published("incidents", incident()).await;
        let at = ready(&app, statement(&[&cites])).await;
        let headers = [("content-type", "application/json"), ("idempotency-key", "out")];
        for _ in 0..3 {
            let answer = app.verifier().send(Method::POST, &format!("{at}/publish"), &headers, "{}").await;
            answer.is(200);
            assert_eq!((&answer.json()["version"], cited(&answer.json())), (&json!(1), vec![(number(&cites), json!(1))]));
        }
        assert_eq!(app.count("frozen_list", "1 = 1").await, 1);
        // Whoever has not seen the latest publishes nothing.
        let headers = [("content-type", "application/json"), ("if-match", "\"r1-b5m0\"")];
        app.contributor().amend(&at, &json!({"title": "We stand"})).await.is(200);
        app.approve(&at).await;
        let stale = app.verifier().send(Method::POST, &format!("{at}/publish"), &headers, "{\"reason\": \"Shorter.\"}").await;
        stale.problem(412, "stale");
    }
}
