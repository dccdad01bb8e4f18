//! What was done is read by those who answer for it, and by nobody else.

use amparo_domain::access::Role;
use amparo_tests::{Client, incident, on_both};
use serde_json::{Value, json};

const AUDIT: &str = "/api/v1/audit";

async fn actions(client: &Client<'_>, query: &str) -> Vec<String> {
    let page = client.read(&format!("{AUDIT}{query}")).await;
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["action"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    async fn each_reads_what_concerns_their_network(app: TestApp) {
        let person = app.person("rosa", "north", &[Role::Contributor]).await;
        let rosa = app.signed_in(&person).await;
        let at = rosa.post("/api/v1/incidents", &incident().into()).await.location();
        rosa.post_nothing(&format!("{at}/submit")).await.is(200);
        let verifier = app.member("vera", "north", &[Role::Verifier]).await;
        let head = app.member("head", "north", &[Role::NetworkAdmin]).await;
        let south = app.member("south", "south", &[Role::NetworkAdmin, Role::Verifier]).await;
        assert_eq!(actions(&verifier, "").await, ["submit", "create"]);
        assert_eq!(
            actions(&head, "").await,
            [
                "sign_in", "create_account", "sign_in", "create_account", "submit", "create", "sign_in",
                "create_account",
            ]
        );
        assert_eq!(actions(&south, "").await, ["sign_in", "create_account"]);
        assert!(actions(&app.admin(), "?limit=200").await.len() > 15);
        for client in [rosa.clone(), app.analyst(), app.contributor()] {
            client.get(AUDIT).await.problem(403, "not-allowed");
        }
        app.public().get(AUDIT).await.problem(401, "token-needed");
        let entry = verifier.read(AUDIT).await["items"][0].clone();
        let number = at.rsplit('/').next().unwrap();
        assert_eq!(entry["who"], person.id);
        assert_eq!(entry["display_name"], "Called R.");
        assert_eq!(entry["number"], number);
        assert_eq!(entry["network"], "north");
        // What admin did to somebody of the network concerns it.
        app.admin().post_nothing(&format!("/api/v1/accounts/{}/suspend", person.id)).await.is(200);
        assert_eq!(actions(&head, "?limit=1").await, ["suspend"]);
    }

    async fn finds_by_record_kind_person_and_time_page_by_page(app: TestApp) {
        let person = app.person("rosa", "north", &[Role::Contributor]).await;
        let rosa = app.signed_in(&person).await;
        let at = rosa.post("/api/v1/incidents", &incident().into()).await.location();
        let other = rosa.post("/api/v1/incidents", &incident().into()).await.location();
        app.advance(chrono::TimeDelta::minutes(10));
        rosa.post_nothing(&format!("{at}/submit")).await.is(200);
        let admin = app.admin();
        let number = at.rsplit('/').next().unwrap();
        assert_eq!(actions(&admin, &format!("?number={number}")).await, ["submit", "create"]);
        assert_eq!(actions(&admin, &format!("?number={number}&action=create")).await, ["create"]);
        assert_eq!(actions(&admin, &format!("?who={}&since=2026-11-25T12:05:00Z", person.id)).await, ["submit"]);
        let before = actions(&admin, &format!("?who={}&until=2026-11-25T12:05:00Z", person.id)).await;
        assert_eq!(before, ["create", "create", "sign_in"]);
        assert_eq!(actions(&admin, "?since=2026-11-26").await, Vec::<String>::new());
        let mut seen: Vec<Value> = Vec::new();
        let mut path = format!("{AUDIT}?limit=3");
        loop {
            let page = admin.read(&path).await;
            seen.extend(page["items"].as_array().unwrap().clone());
            match page["next"].as_str() {
                Some(next) => path = format!("{AUDIT}?limit=3&after={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), usize::try_from(app.count("audit_entry", "1 = 1").await).unwrap());
        for query in ["?number=x", "?who=rosa", "?since=yesterday", "?action=DROP", "?actor=1", "?after=x", "?limit=0"] {
            admin.get(&format!("{AUDIT}{query}")).await.problem(400, "unknown-parameter");
        }
        // A cursor is of its question.
        let next = admin.read(&format!("{AUDIT}?limit=1")).await["next"].as_str().unwrap().to_owned();
        let foreign = admin.get(&format!("{AUDIT}?action=create&after={next}")).await;
        foreign.problem(400, "unknown-parameter");
        assert_ne!(at, other);
        assert_eq!(json!(seen[0]["action"]), "submit");
    }

    /// No id whose gaps would tell how much others write, neither in what is shown nor in the cursor; and what
    /// is done while somebody pages, even in the same moment, hides nothing.
    async fn tells_nothing_by_its_numbering(app: TestApp) {
        let head = app.member("head", "north", &[Role::NetworkAdmin]).await;
        let south = app.member("south", "south", &[Role::Contributor]).await;
        for _ in 0..2 {
            head.post("/api/v1/invitations", &json!({"roles": ["analyst"]})).await.is(201);
        }
        let quiet = head.read(&format!("{AUDIT}?limit=1")).await;
        south.post("/api/v1/incidents", &incident().into()).await.is(201);
        let busy = head.read(&format!("{AUDIT}?limit=1")).await;
        assert_eq!(quiet, busy);
        assert_eq!(busy["items"][0].get("id"), None);
        head.post("/api/v1/invitations", &json!({"roles": ["verifier"]})).await.is(201);
        let mut after = busy["next"].as_str().map(str::to_owned);
        let mut rest = Vec::new();
        while let Some(cursor) = after {
            let page = head.read(&format!("{AUDIT}?limit=1&after={cursor}")).await;
            rest.push(page["items"][0]["action"].as_str().unwrap().to_owned());
            after = page["next"].as_str().map(str::to_owned);
        }
        assert_eq!(rest, ["invite", "invite", "sign_in", "create_account"]);
    }

    /// Every write of these leaves its row, in the network it concerns.
    async fn every_deed_leaves_its_row(app: TestApp) {
        let person = app.person("rosa", "north", &[Role::Contributor, Role::NetworkAdmin]).await;
        let rosa = app.signed_in(&person).await;
        rosa.post("/api/v1/invitations", &json!({"roles": ["analyst"]})).await.is(201);
        let token = rosa.post("/api/v1/tokens", &json!({"name": "x", "scopes": ["contributor"]})).await.json();
        rosa.delete(&format!("/api/v1/tokens/{}", token["id"].as_str().unwrap())).await.is(204);
        let stepped = rosa.post("/api/v1/sessions/current/step-up", &json!({"code": person.code(&app)})).await;
        let rosa = Client::with_cookie(&app, &stepped.cookie());
        rosa.delete("/api/v1/sessions/current").await.is(204);
        let trail = app.column("SELECT action FROM audit_entry WHERE network = 'north' ORDER BY id").await;
        assert_eq!(trail, [
            "create_account", "sign_in", "invite", "issue_token", "revoke_token", "step_up", "sign_out",
        ]);
        // A failure leaves none: what was typed wrongly is nobody's business.
        let before = app.count("audit_entry", "1 = 1").await;
        let wrong = json!({"name": "rosa", "password": "not the lamp at all", "code": "123456"});
        app.public().post("/api/v1/sessions", &wrong).await.problem(401, "sign-in-failed");
        assert_eq!(app.count("audit_entry", "1 = 1").await, before);
    }
}
