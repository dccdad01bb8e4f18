//! Signing in and out: what a session is, how long it lasts, and what it may not be used for.

use amparo_domain::access::Role;
use amparo_tests::{Client, incident, on_both};
use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

const SESSIONS: &str = "/api/v1/sessions";
const STEP_UP: &str = "/api/v1/sessions/current/step-up";

fn minutes(of: i64) -> TimeDelta {
    TimeDelta::minutes(of)
}

on_both! {
    async fn signs_in_with_a_cookie_that_stays_in_its_browser(app: TestApp) {
        let person = app.person("rosa", "north", &[Role::Contributor]).await;
        let answer = app.public().post(SESSIONS, &person.credentials(&app)).await;
        answer.is(201);
        assert_eq!(answer.header("cache-control"), "private, no-store");
        let cookie = answer.header("set-cookie");
        assert!(cookie.ends_with("; Secure; HttpOnly; SameSite=Strict; Path=/"), "{cookie}");
        assert!(!cookie.contains("Domain") && !cookie.contains("Max-Age"), "{cookie}");
        assert_eq!(answer.cookie().len(), 43, "256 random bits");
        let session = answer.json();
        assert_eq!(session["account"], person.id);
        assert_eq!(session["network"], "north");
        assert_eq!(session["roles"], json!(["contributor"]));
        assert_eq!(answer.location(), format!("{SESSIONS}/{}", session["id"].as_str().unwrap()));
        assert!(!answer.text().contains(&answer.cookie()), "the body does not tell the secret");
        assert!(app.tables_holding(&answer.cookie()).await.is_empty());
        let client = Client::with_cookie(&app, &answer.cookie());
        let me = client.read("/api/v1/me").await;
        assert_eq!(me["fresh"], true);
        assert_eq!(me["expires_at"], session["expires_at"]);
        assert!(client.get("/api/v1/incidents").await.header("vary").contains("Cookie"));
    }

    async fn each_code_signs_in_once(app: TestApp) {
        let person = app.person("rosa", "north", &[Role::Contributor]).await;
        let credentials = person.credentials(&app);
        app.public().post(SESSIONS, &credentials).await.is(201);
        app.public().post(SESSIONS, &credentials).await.problem(401, "sign-in-failed");
        app.advance(TimeDelta::seconds(1));
        // The code of the step before is the one that was used; that of the next was not.
        app.public().post(SESSIONS, &credentials).await.problem(401, "sign-in-failed");
        app.advance(TimeDelta::seconds(29));
        let next = json!({"name": "rosa", "password": person.password, "code": person.same_code(&app)});
        app.public().post(SESSIONS, &next).await.is(201);
    }

    async fn two_who_show_a_code_at_once_are_one(app: TestApp) {
        let person = app.person("rosa", "north", &[Role::Contributor]).await;
        let rosa = app.signed_in(&person).await;
        let body = json!({"code": person.code(&app)});
        let (one, two) = tokio::join!(rosa.post(STEP_UP, &body), rosa.post(STEP_UP, &body));
        let ok = [&one, &two].iter().filter(|answer| answer.status == 200).count();
        assert_eq!(ok, 1, "{} {}", one.text(), two.text());
        assert_eq!(app.count("audit_entry", "action = 'step_up'").await, 1);
    }

    async fn a_recovery_code_stands_for_a_lost_second_factor_once(app: TestApp) {
        let person = app.person("rosa", "north", &[Role::Contributor]).await;
        let with = |code: &str| json!({"name": "rosa", "password": person.password, "recovery_code": code});
        // Who never showed a code might not be able to make any.
        app.public().post(SESSIONS, &with(&person.recovery_codes[0])).await.problem(401, "sign-in-failed");
        app.advance(minutes(1));
        app.signed_in(&person).await;
        for code in [person.recovery_codes[0].clone(), person.recovery_codes[1].to_uppercase().replace('-', " ")] {
            app.public().post(SESSIONS, &with(&code)).await.is(201);
            app.public().post(SESSIONS, &with(&code)).await.problem(401, "sign-in-failed");
            app.advance(minutes(1));
        }
        assert_eq!(app.count("recovery_code", "used_at IS NOT NULL").await, 2);
        assert!(app.tables_holding(&person.recovery_codes[2]).await.is_empty());
    }

    async fn a_body_says_each_thing_once(app: TestApp) {
        let public = app.public();
        let wrong = public.post(SESSIONS, &json!({"name": "rosa", "pasword": "x"})).await;
        assert_eq!(wrong.wrong(), ["/password", "/code", "/pasword"]);
        let both = json!({"name": "rosa", "password": "x", "code": "1", "recovery_code": "2"});
        assert_eq!(public.post(SESSIONS, &both).await.wrong(), ["/recovery_code"]);
        assert_eq!(public.post(SESSIONS, &json!([])).await.wrong(), [""]);
        assert_eq!(public.post(SESSIONS, &json!({"name": 1, "password": "\u{0}", "code": null})).await.wrong(), ["/name", "/password", "/code"]);
        let form = public.send(Method::POST, SESSIONS, &[("content-type", "application/x-www-form-urlencoded")], "name=rosa").await;
        form.problem(415, "media-type");
        public.post(&format!("{SESSIONS}?x=1"), &both).await.problem(400, "unknown-parameter");
    }

    async fn ends_after_half_an_hour_unused_and_twelve_hours_used(app: TestApp) {
        let rosa = app.member("rosa", "north", &[Role::Contributor]).await;
        for _ in 0..24 {
            app.advance(minutes(29));
            rosa.get("/api/v1/me").await.is(200);
        }
        app.advance(minutes(24));
        rosa.get("/api/v1/me").await.problem(401, "token-needed");
        let carlos = app.member("carlos", "north", &[Role::Verifier]).await;
        app.advance(minutes(30));
        carlos.get("/api/v1/me").await.problem(401, "token-needed");
        for role in [Role::Admin, Role::NetworkAdmin] {
            let manager = app.member(&format!("head.{}", role.code()), "north", &[role, Role::Contributor]).await;
            app.advance(minutes(14));
            manager.get("/api/v1/me").await.is(200);
            app.advance(minutes(15));
            manager.get("/api/v1/me").await.problem(401, "token-needed");
        }
    }

    async fn lists_ones_sessions_and_ends_them(app: TestApp) {
        let person = app.person("rosa", "north", &[Role::Contributor]).await;
        let (one, two) = (app.signed_in(&person).await, app.signed_in(&person).await);
        let carlos = app.member("carlos", "north", &[Role::Contributor]).await;
        let listed = one.read(SESSIONS).await;
        let items = listed["items"].as_array().unwrap();
        assert_eq!(items.iter().map(|item| item["current"] == true).collect::<Vec<_>>(), [false, true]);
        let other = items[0]["id"].as_str().unwrap();
        carlos.delete(&format!("{SESSIONS}/{other}")).await.problem(404, "not-found");
        app.admin().delete(&format!("{SESSIONS}/{other}")).await.problem(404, "not-found");
        one.delete(&format!("{SESSIONS}/7")).await.problem(404, "not-found");
        two.get("/api/v1/me").await.is(200);
        one.delete(&format!("{SESSIONS}/{other}")).await.is(204);
        two.get("/api/v1/me").await.problem(401, "token-needed");
        let out = one.delete("/api/v1/sessions/current").await;
        out.is(204);
        assert_eq!(out.header("clear-site-data"), "\"*\"");
        assert!(out.header("set-cookie").contains("Max-Age=0"));
        one.get("/api/v1/me").await.problem(401, "token-needed");
        one.get("/api/v1/incidents").await.problem(401, "token-needed");
        assert_eq!(app.count("audit_entry", "action = 'sign_out'").await, 2);
        assert_eq!(app.contributor().read(SESSIONS).await["items"], json!([]));
    }

    async fn shows_the_second_factor_again_and_gets_another_session(app: TestApp) {
        let person = app.person("rosa", "north", &[Role::NetworkAdmin]).await;
        let rosa = app.signed_in(&person).await;
        app.advance(minutes(5));
        assert_eq!(rosa.read("/api/v1/me").await["fresh"], true);
        app.advance(TimeDelta::seconds(1));
        assert_eq!(rosa.read("/api/v1/me").await["fresh"], false);
        let invitation = json!({"roles": ["analyst"]});
        rosa.post("/api/v1/invitations", &invitation).await.problem(403, "step-up-needed");
        let wrong = rosa.post(STEP_UP, &json!({"code": "000000"})).await;
        wrong.problem(401, "sign-in-failed");
        rosa.post(STEP_UP, &json!({"code": person.same_code(&app)})).await.problem(429, "too-many-tries");
        let stepped = rosa.post(STEP_UP, &json!({"code": person.code(&app)})).await;
        stepped.is(200);
        assert_ne!(stepped.cookie(), rosa.cookie());
        rosa.get("/api/v1/me").await.problem(401, "token-needed");
        let rosa = Client::with_cookie(&app, &stepped.cookie());
        rosa.post("/api/v1/invitations", &invitation).await.is(201);
        // It does not make the session last longer.
        let made_at = stepped.json()["made_at"].clone();
        assert_eq!(rosa.read(SESSIONS).await["items"][0]["made_at"], made_at);
        app.verifier().post(STEP_UP, &json!({"code": "000000"})).await.problem(404, "not-found");
    }

    async fn a_cookie_signs_for_what_comes_from_our_own_pages_alone(app: TestApp) {
        let rosa = app.member("rosa", "north", &[Role::Contributor]).await;
        let draft = Value::from(incident()).to_string();
        let send = async |method: Method, headers: &[(&str, &str)]| {
            let mut all = vec![("content-type", "application/json")];
            all.extend(headers);
            let path = "/api/v1/incidents";
            rosa.send(method, path, &all, Body::from(draft.clone())).await
        };
        let reads = [Method::GET, Method::HEAD];
        let sites = [
            ("same-origin", true), ("none", true), ("same-site", false), ("cross-site", false), ("nonsense", false),
        ];
        for (site, taken) in sites {
            let answer = send(Method::POST, &[("sec-fetch-site", site)]).await;
            assert_eq!(answer.status.as_u16(), if taken { 201 } else { 403 }, "{site}");
            if !taken {
                answer.problem(403, "cross-site");
            }
            for method in &reads {
                assert_eq!(send(method.clone(), &[("sec-fetch-site", site)]).await.status, 200, "{site}");
            }
        }
        // Without it, by where the page came from.
        let own = [("origin", "https://register.example"), ("host", "register.example")];
        send(Method::POST, &own).await.is(201);
        for origin in ["https://elsewhere.example", "null", "https://register.example.elsewhere.example"] {
            let other = [("origin", origin), ("host", "register.example")];
            send(Method::POST, &other).await.problem(403, "cross-site");
        }
        // Without both, not at all.
        let cookie = format!("theme=dark; __Host-amparo={}", rosa.cookie());
        let bare = [("content-type", "application/json"), ("cookie", cookie.as_str())];
        let answer = app.public().send(Method::POST, "/api/v1/incidents", &bare, Body::from(draft.clone())).await;
        answer.problem(403, "cross-site");
        app.public().send(Method::GET, "/api/v1/me", &bare, Body::empty()).await.is(200);
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            let path = "/api/v1/incidents/4827-1930";
            let answer = rosa.send(method, path, &[("sec-fetch-site", "cross-site")], Body::empty()).await;
            answer.problem(403, "cross-site");
        }
        // A token is no cookie: nobody sends it unawares.
        let answer = app.contributor().send(
            Method::POST, "/api/v1/incidents",
            &[("content-type", "application/json"), ("sec-fetch-site", "cross-site")], Body::from(draft.clone()),
        ).await;
        answer.is(201);
        // Nobody is signed in by a page of another site.
        let person = app.person("carlos", "north", &[Role::Contributor]).await;
        let answer = app.public().send(
            Method::POST, SESSIONS,
            &[("content-type", "application/json"), ("sec-fetch-site", "cross-site")],
            person.credentials(&app).to_string(),
        ).await;
        answer.problem(403, "cross-site");
    }

    async fn a_hash_made_at_another_cost_is_made_anew(app: TestApp) {
        let person = app.person("rosa", "north", &[Role::Contributor]).await;
        let kept = async || app.column("SELECT password_hash FROM account").await.remove(0);
        let before = kept().await;
        assert!(before.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{before}");
        let dearer = app.store.clone().hashing_at(amparo_store::HashingCost { memory_kib: 128, passes: 2 });
        let sign_in = amparo_store::SignIn {
            name: "rosa".to_owned(),
            password: person.password.clone(),
            shows: amparo_store::Shows::Code(person.code(&app)),
            network: None,
        };
        dearer.sign_in(sign_in, amparo_store::Origin(None)).await.unwrap();
        assert!(kept().await.starts_with("$argon2id$v=19$m=128,t=2,p=1$"));
        // The password is the same.
        app.signed_in(&person).await;
        let again = kept().await;
        assert!(again.starts_with("$argon2id$v=19$m=64,t=1,p=1$") && again != before, "{again}");
    }

    /// What a stolen copy of the database holds of people who sign in.
    async fn keeps_no_address_and_no_program(app: TestApp) {
        let person = app.person("rosa", "north", &[Role::Contributor]).await;
        let headers = [
            ("content-type", "application/json"), ("user-agent", "CanaryBrowser/77"), ("x-forwarded-for", "198.51.100.77"),
        ];
        let public = app.public().at("203.0.113.77");
        let body = person.credentials(&app).to_string();
        let answer = public.send(Method::POST, SESSIONS, &headers, Body::from(body)).await;
        answer.is(201);
        let rosa = Client::with_cookie(&app, &answer.cookie()).at("203.0.113.77");
        rosa.send(Method::GET, "/api/v1/me", &headers, Body::empty()).await.is(200);
        for canary in ["CanaryBrowser", "198.51.100.77", "203.0.113.77"] {
            assert_eq!(app.tables_holding(canary).await, Vec::<String>::new(), "{canary}");
        }
        let columns = app.columns().await;
        for word in ["address", "agent", " ip "] {
            let strange = columns.iter().filter(|column| {
                ["account", "session", "token", "audit_entry", "invitation"].iter().any(|t| column.starts_with(t))
            });
            assert!(strange.clone().all(|column| !column.contains(word)), "{word}: {columns:?}");
        }
    }
}
