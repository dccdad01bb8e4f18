//! Networks and who belongs to them.

use amparo_domain::access::Role;
use amparo_tests::{Client, on_both};
use axum::http::Method;
use serde_json::json;

const NETWORKS: &str = "/api/v1/networks";

const JSON: (&str, &str) = ("content-type", "application/json");

async fn put_roles(client: &Client<'_>, path: &str, roles: &[&str]) -> amparo_tests::Answer {
    client.send(Method::PUT, path, &[JSON], json!({"roles": roles}).to_string()).await
}

on_both! {
    async fn a_network_is_there_for_whom_a_token_is_issued(app: TestApp) {
        assert_eq!(app.admin().read(NETWORKS).await["items"][0]["slug"], "default");
        app.of_network("north", Role::Contributor).await;
        let slugs: Vec<_> = app.column("SELECT slug FROM network ORDER BY slug").await;
        assert_eq!(slugs, ["default", "north"]);
    }

    async fn admin_makes_networks_and_each_sees_its_own(app: TestApp) {
        let admin = app.admin();
        let new = json!({"slug": "north-watch", "name": "North Watch", "retention_days": 730});
        let made = admin.post(NETWORKS, &new).await;
        made.is(201);
        assert_eq!(made.location(), "/api/v1/networks/north-watch");
        admin.post(NETWORKS, &new).await.problem(409, "conflict");
        let wrong = admin.post(NETWORKS, &json!({"slug": "North Watch", "retention_days": 0, "days": 1})).await;
        assert_eq!(wrong.wrong(), ["/slug", "/retention_days", "/days"]);
        let head = app.member("head", "north-watch", &[Role::NetworkAdmin]).await;
        head.post(NETWORKS, &json!({"slug": "another"})).await.problem(403, "not-allowed");
        let own = head.read(NETWORKS).await;
        assert_eq!(own["items"].as_array().unwrap().len(), 1);
        assert_eq!(own["items"][0]["name"], "North Watch");
        head.get("/api/v1/networks/default").await.problem(404, "not-found");
        head.get("/api/v1/networks/nowhere").await.problem(404, "not-found");
        head.get("/api/v1/networks/default/members").await.problem(404, "not-found");
        app.public().get(NETWORKS).await.problem(401, "token-needed");
        let all = admin.read(&format!("{NETWORKS}?limit=1")).await;
        let next = admin.read(&format!("{NETWORKS}?after={}", all["next"].as_str().unwrap())).await;
        assert_eq!((&all["items"][0]["slug"], &next["items"][0]["slug"]), (&json!("default"), &json!("north-watch")));
    }

    async fn who_manages_a_network_says_how_long_it_keeps_drafts(app: TestApp) {
        let head = app.member("head", "north", &[Role::NetworkAdmin]).await;
        let patch = |client: Client<'_>, body: serde_json::Value| {
            let client = client.cookie().to_owned();
            let app = &app;
            async move {
                Client::with_cookie(app, &client)
                    .send(Method::PATCH, "/api/v1/networks/north", &[JSON], body.to_string()).await
            }
        };
        let changed = patch(head.clone(), json!({"retention_days": 365, "name": "The North"})).await;
        changed.is(200);
        assert_eq!(changed.json()["retention_days"], 365);
        assert_eq!(patch(head.clone(), json!({"name": "The North"})).await.json()["retention_days"], 365);
        assert_eq!(patch(head.clone(), json!({"retention_days": null})).await.json()["retention_days"], json!(null));
        assert_eq!(patch(head.clone(), json!({"retention_days": 5000, "slug": "x"})).await.wrong(), ["/retention_days", "/slug"]);
        assert_eq!(app.count("audit_entry", "action = 'change_network' AND network = 'north'").await, 2);
        let member = app.member("rosa", "north", &[Role::Contributor, Role::Verifier]).await;
        patch(member, json!({"retention_days": 1})).await.problem(403, "not-allowed");
        app.advance(chrono::TimeDelta::minutes(6));
        patch(head, json!({"retention_days": 1})).await.problem(403, "step-up-needed");
    }

    async fn who_manages_a_network_says_what_its_members_are_trusted_with(app: TestApp) {
        let person = app.person("rosa", "north", &[Role::Contributor]).await;
        let rosa = app.signed_in(&person).await;
        let of = format!("{NETWORKS}/north/members/{}", person.id);
        put_roles(&rosa, &of, &["verifier"]).await.problem(403, "not-allowed");
        let head = app.member("head", "north", &[Role::NetworkAdmin]).await;
        let changed = put_roles(&head, &of, &["verifier", "analyst"]).await;
        changed.is(200);
        assert_eq!(changed.json()["memberships"], json!([{"network": "north", "roles": ["analyst", "verifier"]}]));
        // What they signed in with had other roles.
        rosa.get("/api/v1/me").await.problem(401, "token-needed");
        let rosa = app.signed_in(&person).await;
        assert_eq!(rosa.read("/api/v1/me").await["roles"], json!(["analyst", "verifier"]));
        let reason = app.column("SELECT reason FROM audit_entry WHERE action = 'change_roles'").await;
        assert_eq!(reason, [format!("account {}: contributor to analyst,verifier", person.id)]);
        put_roles(&head, &of, &["admin"]).await.problem(403, "not-allowed");
        assert_eq!(put_roles(&head, &of, &[]).await.wrong(), ["/roles"]);
        assert_eq!(put_roles(&head, &of, &["verifer"]).await.wrong(), ["/roles/0"]);
        // Not themselves, not strangers, not who runs the instance.
        let me = head.read("/api/v1/me").await["account"]["id"].as_str().unwrap().to_owned();
        let own = put_roles(&head, &format!("{NETWORKS}/north/members/{me}"), &["network_admin", "verifier"]).await;
        assert_eq!(own.wrong(), ["/roles"]);
        let stranger = app.person("stranger", "south", &[Role::Analyst]).await;
        put_roles(&head, &format!("{NETWORKS}/north/members/{}", stranger.id), &["analyst"]).await.problem(404, "not-found");
        let operator = app.person("operator", "north", &[Role::Admin]).await;
        put_roles(&head, &format!("{NETWORKS}/north/members/{}", operator.id), &["analyst"]).await.problem(403, "not-allowed");
        put_roles(&app.admin(), &format!("{NETWORKS}/north/members/{}", stranger.id), &["analyst"]).await.is(200);
        // Who is removed has nothing left there.
        head.delete(&of).await.is(204);
        rosa.get("/api/v1/me").await.problem(401, "token-needed");
        head.delete(&of).await.problem(404, "not-found");
        let alone = app.signed_in(&person).await;
        assert_eq!(alone.read("/api/v1/me").await["roles"], json!([]));
        alone.post("/api/v1/incidents", &amparo_tests::incident().into()).await.problem(403, "not-allowed");
    }
}
