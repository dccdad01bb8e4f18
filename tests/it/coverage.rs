//! Who looked where and when: declared in public by those who decide for a network.

use amparo_domain::access::Role;
use amparo_domain::coverage::{Countries, Covered};
use amparo_domain::filter::Choice;
use amparo_tests::{Answer, Client, TestApp, on_both};
use axum::http::Method;
use serde_json::{Value, json};

const COVERAGE: &str = "/api/v1/coverage";

/// Whether somebody looked, as counts are told it.
async fn covered(app: &TestApp, countries: &[&str], period: &str) -> Covered {
    let countries: Vec<_> = countries.iter().map(|code| code.parse().unwrap()).collect();
    let countries =
        if countries.is_empty() { Countries::All } else { Countries::These(&countries) };
    let coverage = app.store.coverage(&Choice::default()).await.unwrap();
    coverage.of(countries, period.parse().unwrap())
}

fn looked(country: &str, from: &str, to: Option<&str>) -> Value {
    json!({"country": country, "from": from, "to": to, "extent": "covered"})
}

async fn declared(client: &Client<'_>, declaration: &Value) -> Answer {
    let made = client.post(COVERAGE, declaration).await;
    made.is(201);
    made
}

fn froms(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["from"].as_str().unwrap()).collect()
}

on_both! {
    async fn a_network_declares_where_it_looked_and_everybody_reads_it(app: TestApp) {
        let admin = app.with_role(Role::NetworkAdmin);
        assert_eq!(covered(&app, &["AZE"], "2024-04").await, Covered::NotCovered);
        let note = "From member groups and the press.";
        let made = declared(&admin, &json!({
            "country": "Azerbaïdjan", "from": "2024-01-01", "to": "2024-10-31", "extent": "covered", "note": note,
        })).await;
        let said = made.json();
        assert_eq!(said["country"], "AZE");
        assert_eq!((&said["network"], &said["note"]), (&json!("default"), &json!(note)));
        assert_eq!(said["declared_at"], "2026-11-25T12:00:00Z");
        assert_eq!(app.public().read(&made.location()).await, said);
        assert_eq!(app.public().read(COVERAGE).await["items"], json!([said]));
        assert_eq!(app.public().get(COVERAGE).await.header("cache-control"), "public, max-age=60");
        // It is what counts are told, at once.
        assert_eq!(covered(&app, &["AZE"], "2024-04").await, Covered::Covered);
        assert_eq!(covered(&app, &["AZE"], "2024-Q4").await, Covered::Partial);
        assert_eq!(covered(&app, &["AZE"], "2024-11").await, Covered::NotCovered);
        assert_eq!(covered(&app, &["AZE", "GEO"], "2024-04").await, Covered::Partial);
        assert_eq!(covered(&app, &[], "2024-04").await, Covered::Partial);
        let trail = app.column("SELECT reason FROM audit_entry WHERE action = 'declare_coverage'").await;
        assert_eq!(trail, ["covered AZE 2024-01-01/2024-10-31"]);
    }

    async fn networks_complete_each_other(app: TestApp) {
        declared(&app.with_role(Role::NetworkAdmin), &looked("AZE", "2024-01-01", Some("2024-04-15"))).await;
        let north = app.of_network("north", Role::NetworkAdmin).await;
        declared(&north, &looked("AZE", "2024-04-16", None)).await;
        assert_eq!(covered(&app, &["AZE"], "2024").await, Covered::Covered);
        // Whoever still looks has not seen tomorrow.
        assert_eq!(covered(&app, &["AZE"], "2026-11-25").await, Covered::Covered);
        assert_eq!(covered(&app, &["AZE"], "2026-11").await, Covered::Partial);
        assert_eq!(covered(&app, &["AZE"], "2026-12").await, Covered::NotCovered);
        let of_north = Choice { any: vec!["north".to_owned()], none: Vec::new() };
        let coverage = app.store.coverage(&of_north).await.unwrap();
        assert_eq!(coverage.of(Countries::All, "2024-04".parse().unwrap()), Covered::Partial);
        declared(&north, &json!({"from": "2020-01-01", "to": "2020-12-31", "extent": "covered"})).await;
        assert_eq!(covered(&app, &[], "2020-07").await, Covered::Covered);
    }

    async fn declarations_are_asked_for_by_country_network_and_period(app: TestApp) {
        let admin = app.with_role(Role::NetworkAdmin);
        let north = app.of_network("north", Role::NetworkAdmin).await;
        declared(&admin, &looked("AZE", "2021-01-01", Some("2021-12-31"))).await;
        declared(&admin, &looked("GEO", "2022-01-01", None)).await;
        declared(&north, &json!({"from": "2023-01-01", "to": "2023-06-30", "extent": "partial"})).await;
        let public = app.public();
        for (question, found) in [
            ("", vec!["2023-01-01", "2022-01-01", "2021-01-01"]),
            ("?country=AZE", vec!["2023-01-01", "2021-01-01"]),
            ("?country=GEO,AZ", vec!["2023-01-01", "2022-01-01", "2021-01-01"]),
            ("?network=default", vec!["2022-01-01", "2021-01-01"]),
            ("?network!=default", vec!["2023-01-01"]),
            ("?period=2023-07", vec!["2022-01-01"]),
            ("?period=../2021", vec!["2021-01-01"]),
        ] {
            let list = public.read(&format!("{COVERAGE}{question}")).await;
            assert_eq!(froms(&list), found, "{question}");
        }
        // Page by page.
        let first = public.read(&format!("{COVERAGE}?limit=2")).await;
        let next = first["next"].as_str().unwrap();
        let second = public.read(&format!("{COVERAGE}?limit=2&after={next}")).await;
        assert_eq!((froms(&second), &second["next"]), (vec!["2021-01-01"], &Value::Null));
        for wrong in ["?contry=AZE", "?country=Atlantis", "?country!=AZE", "?period=now", "?after=x"] {
            public.get(&format!("{COVERAGE}{wrong}")).await.problem(400, "unknown-parameter");
        }
    }

    async fn a_declaration_is_replaced_by_who_has_seen_it(app: TestApp) {
        let admin = app.with_role(Role::NetworkAdmin);
        let made = declared(&admin, &looked("AZE", "2024-01-01", Some("2024-10-31"))).await;
        let at = made.location();
        let mut changed = made.json();
        changed["to"] = json!("2024-12-31");
        let sent = admin.send(Method::PUT, &at, &[("content-type", "application/json")], changed.to_string()).await;
        sent.problem(428, "if-match-needed");
        app.advance(chrono::TimeDelta::days(1));
        let after = admin.put(&at, &made.etag(), &changed).await;
        after.is(200);
        assert_eq!(after.json()["to"], "2024-12-31");
        assert_eq!(after.json()["declared_at"], "2026-11-26T12:00:00Z", "it is dated anew");
        assert_eq!(covered(&app, &["AZE"], "2024").await, Covered::Covered);
        admin.put(&at, &made.etag(), &changed).await.problem(412, "stale");
        changed["network"] = json!("north");
        changed["extent"] = json!("whole");
        changed["since"] = json!("2024");
        assert_eq!(admin.put(&at, "*", &changed).await.wrong(), ["/network", "/declared_at", "/extent", "/since"]);
        let with_tag = [("if-match", made.etag())];
        let with_tag = with_tag.each_ref().map(|(name, value)| (*name, value.as_str()));
        admin.send(Method::DELETE, &at, &with_tag, "").await.problem(412, "stale");
        admin.delete(&at).await.is(204);
        app.public().get(&at).await.problem(404, "not-found");
        assert_eq!(covered(&app, &["AZE"], "2024").await, Covered::NotCovered);
        let trail = app.column("SELECT reason FROM audit_entry WHERE action LIKE '%_coverage' ORDER BY id").await;
        assert_eq!(trail, [
            "covered AZE 2024-01-01/2024-10-31",
            "covered AZE 2024-01-01/2024-12-31 instead of covered AZE 2024-01-01/2024-10-31",
            "covered AZE 2024-01-01/2024-12-31",
        ]);
    }

    async fn a_retry_declares_nothing_twice(app: TestApp) {
        let admin = app.with_role(Role::NetworkAdmin);
        let headers = [("content-type", "application/json"), ("idempotency-key", "\"once\"")];
        let body = looked("AZE", "2024-01-01", None).to_string();
        let first = admin.send(Method::POST, COVERAGE, &headers, body.clone()).await;
        first.is(201);
        let again = admin.send(Method::POST, COVERAGE, &headers, body).await;
        assert_eq!((again.status, again.json()), (first.status, first.json()));
        assert_eq!(again.location(), first.location());
        let other = looked("GEO", "2024-01-01", None).to_string();
        admin.send(Method::POST, COVERAGE, &headers, other).await.problem(422, "idempotency-key-reused");
        assert_eq!(app.public().read(COVERAGE).await["items"].as_array().unwrap().len(), 1);
        assert_eq!(app.count("audit_entry", "action = 'declare_coverage'").await, 1);
    }

    async fn nobody_declares_for_another_network(app: TestApp) {
        let made = declared(&app.with_role(Role::NetworkAdmin), &looked("AZE", "2024-01-01", None)).await;
        let at = made.location();
        let north = app.of_network("north", Role::NetworkAdmin).await;
        for network in ["default", "nowhere"] {
            let mut declaration = looked("AZE", "2023-01-01", None);
            declaration["network"] = json!(network);
            north.post(COVERAGE, &declaration).await.problem(403, "not-allowed");
        }
        for client in [north, app.verifier(), app.contributor(), app.analyst()] {
            client.put(&at, "*", &made.json()).await.problem(403, "not-allowed");
            client.delete(&at).await.problem(403, "not-allowed");
        }
        app.verifier().post(COVERAGE, &looked("AZE", "2023-01-01", None)).await.problem(403, "not-allowed");
        app.public().post(COVERAGE, &looked("AZE", "2023-01-01", None)).await.problem(401, "token-needed");
        // Who runs the instance declares for any there is.
        let mut declaration = looked("AZE", "2023-01-01", None);
        declaration["network"] = json!("north");
        assert_eq!(declared(&app.admin(), &declaration).await.json()["network"], "north");
        declaration["network"] = json!("nowhere");
        assert_eq!(app.admin().post(COVERAGE, &declaration).await.wrong(), ["/network"]);
        assert_eq!(app.count("audit_entry", "action = 'declare_coverage' AND network = 'north'").await, 1);
    }

    async fn a_declaration_that_says_nothing_is_refused(app: TestApp) {
        let admin = app.with_role(Role::NetworkAdmin);
        for (declaration, wrong) in [
            (json!({}), vec!["/from", "/extent"]),
            (json!({"from": "2024", "extent": "covered"}), vec!["/from"]),
            (json!({"from": "2024-05-01", "to": "2024-04-30", "extent": "partial"}), vec!["/to"]),
            (json!({"from": "2024-01-01", "extent": "covered", "country": "Atlantis"}), vec!["/country"]),
            (json!({"from": "2024-01-01", "extent": "not_covered", "until": "2025"}), vec!["/extent", "/until"]),
        ] {
            assert_eq!(admin.post(COVERAGE, &declaration).await.wrong(), wrong, "{declaration}");
        }
        assert_eq!(app.public().read(COVERAGE).await["items"], json!([]));
    }

    /// The demonstration register says what is known of how it was compiled.
    async fn the_demonstration_says_where_its_compilers_looked(app: TestApp) {
        app.load_register().await;
        let list = app.public().read(COVERAGE).await;
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.len(), 1);
        assert_eq!((&items[0]["country"], &items[0]["extent"]), (&Value::Null, &json!("covered")));
        assert_eq!((&items[0]["from"], &items[0]["to"]), (&json!("2024-01-01"), &json!("2024-10-31")));
        assert!(items[0]["note"].as_str().unwrap().contains("2024, thus far"));
        assert_eq!(covered(&app, &[], "2024-10").await, Covered::Covered);
        assert_eq!(covered(&app, &[], "2024-11").await, Covered::NotCovered);
    }
}
