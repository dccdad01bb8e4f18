//! Tokens that people issue for themselves.

use amparo_domain::access::Role;
use amparo_tests::{Client, TestApp, incident, on_both};
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

const TOKENS: &str = "/api/v1/tokens";

async fn issued<'a>(app: &'a TestApp, owner: &Client<'_>, body: &Value) -> (Client<'a>, Value) {
    let answer = owner.post(TOKENS, body).await;
    answer.is(201);
    let token = answer.json();
    (Client::with_token(app, token["token"].as_str().unwrap()), token)
}

on_both! {
    async fn a_token_acts_as_its_account_with_what_both_may(app: TestApp) {
        let person = app.person("rosa", "north", &[Role::Contributor, Role::Verifier]).await;
        let rosa = app.signed_in(&person).await;
        let (program, token) = issued(&app, &rosa, &json!({"name": "import", "scopes": ["contributor"]})).await;
        let secret = token["token"].as_str().unwrap();
        assert_eq!(secret.len(), 63);
        let parts = [&secret[..4], &secret[12..13], &secret[56..57]];
        assert_eq!(parts, ["amp_", "_", "_"]);
        assert!(app.tables_holding(secret).await.is_empty());
        assert!(app.tables_holding(&secret[13..56]).await.is_empty());
        let me = program.read("/api/v1/me").await;
        assert_eq!(me["account"]["id"], person.id);
        assert_eq!(me["roles"], json!(["contributor"]));
        assert_eq!(me["fresh"], false);
        assert_eq!(me["token"]["id"], token["id"]);
        assert_eq!(me["token"]["prefix"], secret[..12]);
        let at = program.post("/api/v1/incidents", &incident().into()).await.location();
        program.post_nothing(&format!("{at}/submit")).await.is(200);
        program.post_nothing(&format!("{at}/publish")).await.problem(403, "not-allowed");
        assert_eq!(app.count("audit_entry", &format!("action = 'create' AND token = {}", person.id)).await, 1);
        // What the account loses, its tokens lose.
        let head = app.member("head", "north", &[Role::NetworkAdmin]).await;
        let path = format!("/api/v1/networks/north/members/{}", person.id);
        let json_body = [("content-type", "application/json")];
        head.send(Method::PUT, &path, &json_body, json!({"roles": ["analyst"]}).to_string()).await.is(200);
        program.get("/api/v1/me").await.problem(401, "token-needed");
        program.post("/api/v1/incidents", &incident().into()).await.problem(401, "token-needed");
    }

    async fn a_token_is_issued_to_who_just_showed_their_second_factor(app: TestApp) {
        let person = app.person("rosa", "north", &[Role::Contributor, Role::NetworkAdmin]).await;
        let rosa = app.signed_in(&person).await;
        let body = json!({"name": "import", "scopes": ["contributor"]});
        let wrong = rosa.post(TOKENS, &json!({"scopes": ["verifier"], "days": 91, "publish": 1, "scope": []})).await;
        assert_eq!(wrong.wrong(), ["/name", "/publish", "/days", "/scope"]);
        assert_eq!(rosa.post(TOKENS, &json!({"name": "x", "scopes": ["verifier"]})).await.wrong(), ["/scopes"]);
        assert_eq!(rosa.post(TOKENS, &json!({"name": "x", "scopes": ["admin", "contributor"]})).await.wrong(), ["/scopes"]);
        let (program, _) = issued(&app, &rosa, &json!({"name": "x", "scopes": ["contributor", "network_admin"], "publish": true})).await;
        assert_eq!(program.read("/api/v1/me").await["fresh"], true);
        program.post("/api/v1/invitations", &json!({"roles": ["analyst"]})).await.is(201);
        program.post(TOKENS, &body).await.problem(403, "step-up-needed");
        app.admin().post(TOKENS, &body).await.problem(403, "step-up-needed");
        let (weak, _) = issued(&app, &rosa, &json!({"name": "x", "scopes": ["network_admin"]})).await;
        weak.post("/api/v1/invitations", &json!({"roles": ["analyst"]})).await.problem(403, "step-up-needed");
        app.advance(TimeDelta::minutes(6));
        rosa.post(TOKENS, &body).await.problem(403, "step-up-needed");
        app.public().post(TOKENS, &body).await.problem(401, "token-needed");
    }

    async fn a_token_ends_on_its_day(app: TestApp) {
        let rosa = app.member("rosa", "north", &[Role::Contributor]).await;
        let (program, token) = issued(&app, &rosa, &json!({"name": "x", "scopes": ["contributor"], "days": 1})).await;
        assert_eq!(token["expires_at"], "2026-11-26T12:00:30Z");
        app.advance(TimeDelta::days(1) - TimeDelta::milliseconds(500));
        program.get("/api/v1/me").await.is(200);
        // Within the second in which it is remembered.
        app.advance(TimeDelta::milliseconds(500));
        program.get("/api/v1/me").await.problem(401, "token-needed");
    }

    async fn lists_and_revokes_ones_own_and_those_of_ones_network(app: TestApp) {
        let rosa = app.member("rosa", "north", &[Role::Contributor]).await;
        let carlos = app.member("carlos", "north", &[Role::Contributor]).await;
        let south = app.member("south", "south", &[Role::NetworkAdmin]).await;
        let (one, first) = issued(&app, &rosa, &json!({"name": "one", "scopes": ["contributor"]})).await;
        let (two, second) = issued(&app, &rosa, &json!({"name": "two", "scopes": ["contributor"]})).await;
        let (three, third) = issued(&app, &rosa, &json!({"name": "three", "scopes": ["contributor"]})).await;
        let at = |token: &Value| format!("{TOKENS}/{}", token["id"].as_str().unwrap());
        let listed = rosa.read(TOKENS).await;
        assert_eq!(listed["items"].as_array().unwrap().len(), 3);
        assert!(!listed.to_string().contains(first["token"].as_str().unwrap()));
        assert_eq!(carlos.read(TOKENS).await["items"], json!([]));
        carlos.get(&format!("{TOKENS}?network=north")).await.problem(403, "not-allowed");
        for other in [&carlos, &south] {
            other.delete(&at(&first)).await.problem(404, "not-found");
        }
        rosa.delete(&at(&first)).await.is(204);
        one.get("/api/v1/me").await.problem(401, "token-needed");
        two.get("/api/v1/me").await.is(200);
        let head = app.member("head", "north", &[Role::NetworkAdmin]).await;
        assert_eq!(head.read(&format!("{TOKENS}?network=north")).await["items"].as_array().unwrap().len(), 2);
        head.delete(&at(&second)).await.is(204);
        two.get("/api/v1/me").await.problem(401, "token-needed");
        // A program can give its own token back.
        three.delete(&at(&third)).await.is(204);
        three.get("/api/v1/me").await.problem(401, "token-needed");
        rosa.delete(&format!("{TOKENS}/7")).await.problem(404, "not-found");
        assert_eq!(app.count("audit_entry", "action = 'revoke_token' AND network = 'north'").await, 3);
    }

    async fn an_operators_token_is_its_own(app: TestApp) {
        let me = app.verifier().read("/api/v1/me").await;
        assert_eq!(me["account"], json!(null));
        assert_eq!(me["token"]["name"], "verifier");
        assert_eq!((&me["fresh"], &me["expires_at"]), (&json!(true), &json!(null)));
        assert_eq!(app.verifier().read(TOKENS).await["items"].as_array().unwrap().len(), 1);
        // One from before tokens had a checksum, and accounts were there.
        let (secret, hash) = (format!("amp_{}", "A".repeat(43)), "DXrksMMGclIBhdRfrPWGHOHz2jADHdmFwNtDsEXppio");
        let columns = "id, name, role, network, hash, issued_at, publishes";
        let when = "'2026-11-01 00:00:00+00:00'";
        app.execute(&format!("INSERT INTO token ({columns}) VALUES (7, 'old', 'verifier', 'default', '{hash}', {when}, TRUE)"))
            .await.unwrap();
        let me = Client::with_token(&app, &secret).read("/api/v1/me").await;
        assert_eq!((&me["roles"], &me["fresh"]), (&json!(["verifier"]), &json!(true)));
    }
}
