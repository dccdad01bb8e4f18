//! What a penetration test found in the nearest peer, as far as it concerns who signs in, and what must
//! not be told of accounts.

use amparo_domain::access::Role;
use amparo_tests::{Answer, Limits, Person, TestApp, on_both};
use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

const SESSIONS: &str = "/api/v1/sessions";

fn wrong(name: &str) -> Value {
    json!({"name": name, "password": "not the lamp at all", "code": "123456"})
}

/// All of an answer but what is of this one request.
fn told(answer: &Answer) -> (u16, Vec<(String, String)>, Value) {
    let mut headers: Vec<(String, String)> = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "x-request-id")
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("instance");
    (answer.status.as_u16(), headers, body)
}

on_both! {
    /// "First-admin endpoints left open": without an invitation nobody makes an account, on an empty
    /// register neither.
    async fn first_admin_endpoints_left_open(app: TestApp) {
        assert_eq!(app.count("account", "1 = 1").await, 0);
        for body in [
            json!({"name": "rosa", "password": Person::PASSWORD}),
            json!({"name": "rosa", "password": Person::PASSWORD, "invitation": ""}),
            json!({"name": "rosa", "password": Person::PASSWORD, "invitation": null}),
            json!({"name": "rosa", "password": Person::PASSWORD, "invitation": "inv_"}),
        ] {
            let refused = app.public().post("/api/v1/accounts", &body).await;
            assert_eq!(refused.wrong(), ["/invitation"], "{body}");
        }
        let with_role = json!({"name": "rosa", "password": Person::PASSWORD, "invitation": "x", "roles": ["admin"]});
        app.public().post("/api/v1/accounts", &with_role).await.problem(422, "invalid");
        for path in ["/api/v1/setup", "/api/v1/admin", "/api/v1/create-admin", "/api/v1/users", "/setup"] {
            app.public().post(path, &json!({})).await.problem(404, "not-found");
        }
        app.public().post("/api/v1/invitations", &json!({"roles": ["admin"]})).await.problem(401, "token-needed");
        app.public().post("/api/v1/networks", &json!({"slug": "x"})).await.problem(401, "token-needed");
        app.public().post("/api/v1/tokens", &json!({"name": "x", "scopes": ["admin"]})).await.problem(401, "token-needed");
        assert_eq!(app.count("account", "1 = 1").await, 0);
    }

    /// "Login brute force (429)": also for the right password, and for logins that are not there.
    async fn login_brute_force_429(app: TestApp) {
        let person = app.person("rosa", "north", &[Role::Contributor]).await;
        let public = app.public();
        for login in ["rosa", "nobody"] {
            let start = app.now();
            for delay in [1, 2, 4, 8] {
                public.post(SESSIONS, &wrong(login)).await.problem(401, "sign-in-failed");
                let early = public.post(SESSIONS, &wrong(login)).await;
                early.problem(429, "too-many-tries");
                assert_eq!(early.header("retry-after"), delay.to_string(), "{login}");
                app.advance(TimeDelta::seconds(delay));
            }
            public.post(SESSIONS, &wrong(login)).await.problem(401, "sign-in-failed");
            let refused = public.post(SESSIONS, &wrong(login)).await;
            refused.problem(429, "too-many-tries");
            assert_eq!(refused.header("retry-after"), (15 * 60 - (app.now() - start).num_seconds()).to_string());
        }
        // The right password and code are not told from wrong ones meanwhile.
        let right = public.post(SESSIONS, &person.credentials(&app)).await;
        let nobody = public.post(SESSIONS, &wrong("nobody")).await;
        right.problem(429, "too-many-tries");
        nobody.problem(429, "too-many-tries");
        // It is no lock-out: who waits comes in.
        app.advance(TimeDelta::minutes(15));
        app.signed_in(&person).await.get("/api/v1/me").await.is(200);
        // Who came in starts anew.
        public.post(SESSIONS, &wrong("rosa")).await.problem(401, "sign-in-failed");
        assert_eq!(public.post(SESSIONS, &wrong("rosa")).await.header("retry-after"), "1");
    }

    async fn many_guesses_at_once_are_not_one(app: TestApp) {
        app.person("rosa", "north", &[Role::Contributor]).await;
        let public = app.public();
        let body = wrong("rosa");
        let guesses = (0..20).map(|_| public.post(SESSIONS, &body));
        let answers = futures_util::future::join_all(guesses).await;
        let tried = answers.iter().filter(|answer| answer.status == 401).count();
        assert_eq!(tried, 1);
        assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 19);
    }

    async fn guesses_from_one_part_of_the_network_are_limited(app: TestApp) {
        let person = app.person("rosa", "north", &[Role::Contributor]).await;
        for nth in 0..20 {
            let guesser = app.public().at(&format!("203.0.113.{nth}"));
            guesser.post(SESSIONS, &wrong(&format!("somebody{nth}"))).await.problem(401, "sign-in-failed");
        }
        let near = app.public().at("203.0.113.99");
        let refused = near.post(SESSIONS, &person.credentials(&app)).await;
        refused.problem(429, "too-many-tries");
        assert_eq!(refused.header("retry-after"), "3570");
        let joining = json!({"invitation": "x", "name": "carlos", "password": Person::PASSWORD});
        near.post("/api/v1/accounts", &joining).await.problem(429, "too-many-tries");
        let far = app.public().at("203.0.114.99");
        far.post(SESSIONS, &person.credentials(&app)).await.is(201);
        app.advance(TimeDelta::hours(1));
        near.post(SESSIONS, &person.credentials(&app)).await.is(201);
    }

    /// "Usernames leaked to users without that right".
    async fn usernames_leaked(app: TestApp) {
        let rosa = app.person("rosa.the.secret.login", "north", &[Role::Contributor]).await;
        let author = app.signed_in(&rosa).await;
        let at = author.post("/api/v1/incidents", &amparo_tests::incident().into()).await.location();
        author.post_nothing(&format!("{at}/submit")).await.is(200);
        let others = [
            app.member("ana", "north", &[Role::Analyst]).await,
            app.member("carlos", "north", &[Role::Contributor]).await,
            app.member("vera", "north", &[Role::Verifier]).await,
            app.member("adele", "north", &[Role::Advocate]).await,
            app.member("southern", "south", &[Role::NetworkAdmin, Role::Verifier]).await,
            app.public(),
        ];
        let one = format!("/api/v1/accounts/{}", rosa.id);
        for client in &others {
            for path in [
                one.as_str(), "/api/v1/accounts", "/api/v1/accounts?network=north", "/api/v1/networks/north/members",
                "/api/v1/audit", "/api/v1/me", "/api/v1/sessions", "/api/v1/tokens", "/api/v1/tokens?network=north",
                &at, &format!("{at}/revisions"), "/api/v1/incidents", &format!("/api/v1/audit?who={}", rosa.id),
            ] {
                let answer = client.get(path).await;
                assert!(!answer.text().contains("rosa.the.secret.login"), "{path}: {}", answer.text());
            }
            let answer = client.get(&one).await;
            let absent = client.get("/api/v1/accounts/77").await;
            assert_eq!(answer.status, absent.status);
            assert!([401, 404].contains(&answer.status.as_u16()));
        }
        // Who manages the network knows its people; who runs the instance knows all.
        let head = app.member("head", "north", &[Role::NetworkAdmin]).await;
        for client in [&head, &app.admin(), &author] {
            assert_eq!(client.read(&one).await["name"], "rosa.the.secret.login");
        }
        // Not even the trail tells a login, but what people want to be called.
        let trail = head.get("/api/v1/audit").await.text();
        assert!(trail.contains("Called R."));
        assert!(!trail.contains("rosa.the.secret.login"), "{trail}");
    }

    /// "Privileged API without fresh session".
    async fn privileged_api_without_fresh_session(app: TestApp) {
        let person = app.person("rosa", "north", &[Role::NetworkAdmin, Role::Admin, Role::Contributor]).await;
        let other = app.person("carlos", "north", &[Role::Contributor]).await;
        let rosa = app.signed_in(&person).await;
        app.advance(TimeDelta::minutes(5) + TimeDelta::seconds(1));
        let post = async |path: &str, body: Value| rosa.post(path, &body).await;
        post("/api/v1/invitations", json!({"roles": ["analyst"]})).await.problem(403, "step-up-needed");
        post("/api/v1/tokens", json!({"name": "x", "scopes": ["contributor"]})).await.problem(403, "step-up-needed");
        post("/api/v1/networks", json!({"slug": "new"})).await.problem(403, "step-up-needed");
        let reinstate = format!("/api/v1/accounts/{}/reinstate", other.id);
        rosa.post_nothing(&reinstate).await.problem(403, "step-up-needed");
        let json_body = [("content-type", "application/json")];
        let roles = format!("/api/v1/networks/north/members/{}", other.id);
        let answer = rosa.send(Method::PUT, &roles, &json_body, Body::from(r#"{"roles":["verifier"]}"#)).await;
        answer.problem(403, "step-up-needed");
        let answer = rosa.send(Method::PATCH, "/api/v1/networks/north", &json_body, Body::from(r#"{"retention_days":1}"#)).await;
        answer.problem(403, "step-up-needed");
        // To end something never waits.
        rosa.post_nothing(&format!("/api/v1/accounts/{}/suspend", other.id)).await.is(200);
    }

    async fn known_and_unknown_logins_are_answered_the_same(app: TestApp) {
        let active = app.person("active", "north", &[Role::Contributor]).await;
        app.signed_in(&active).await;
        let pending = app.person("pending", "north", &[Role::Contributor]).await;
        let suspended = app.person("suspended", "north", &[Role::Contributor]).await;
        app.signed_in(&suspended).await;
        app.admin().post_nothing(&format!("/api/v1/accounts/{}/suspend", suspended.id)).await.is(200);
        app.advance(TimeDelta::seconds(30));
        let refused = [
            ("an unknown login", wrong("nobody")),
            ("a wrong password", wrong("active")),
            ("a wrong code", json!({"name": "active", "password": active.password, "code": "000000"})),
            ("no code at all", json!({"name": "active", "password": active.password, "code": ""})),
            ("a wrong recovery code", json!({"name": "active", "password": active.password, "recovery_code": "x"})),
            ("a wrong password, the right code", json!({"name": "active", "password": "not the lamp at all", "code": active.same_code(&app)})),
            ("suspended", json!({"name": "suspended", "password": suspended.password, "code": suspended.same_code(&app)})),
            ("pending, without a code", json!({"name": "pending", "password": pending.password, "recovery_code": pending.recovery_codes[0]})),
            ("an unknown login with a recovery code", json!({"name": "nobody2", "password": "x", "recovery_code": pending.recovery_codes[0]})),
        ];
        let mut first = None;
        for (what, body) in refused {
            let answer = app.public().post(SESSIONS, &body).await;
            answer.problem(401, "sign-in-failed");
            let told = told(&answer);
            assert_eq!(*first.get_or_insert(told.clone()), told, "{what}");
            app.advance(TimeDelta::minutes(16));
        }
    }
}

/// Behind a proxy on the same machine, what it says counts, and only if the operator said so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_says_where_a_request_came_from_if_it_is_asked() {
    for asked in [true, false] {
        let header = asked.then(|| axum::http::HeaderName::from_static("x-forwarded-for"));
        let limits = Limits { client_address_header: header, ..Limits::default() };
        let app = TestApp::limited(amparo_tests::Backend::Sqlite, limits).await.unwrap();
        let guess = async |peer: &str, said: &str, nth: usize| {
            let headers = [("content-type", "application/json"), ("x-forwarded-for", said)];
            let body = wrong(&format!("somebody{nth}")).to_string();
            app.public()
                .at(peer)
                .send(Method::POST, SESSIONS, &headers, Body::from(body))
                .await
                .status
                .as_u16()
        };
        for nth in 0..20 {
            assert_eq!(guess("127.0.0.1", "10.1.1.1, 203.0.113.5", nth).await, 401);
        }
        let after = guess("::1", "10.9.9.9, 203.0.113.6", 20).await;
        assert_eq!(after, if asked { 429 } else { 401 });
        assert_eq!(guess("127.0.0.1", "203.0.113.6, 198.51.100.1", 21).await, 401);
        // Who is not on this machine is not believed.
        for nth in 30..50 {
            assert_eq!(guess("192.0.2.1", &format!("198.51.{nth}.1"), nth).await, 401);
        }
        assert_eq!(guess("192.0.2.1", "198.51.99.1", 50).await, 429);
    }
}
