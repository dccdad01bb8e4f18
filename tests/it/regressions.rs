//! What a penetration test found in the nearest peer, and what stands here in its place.
//!
//! Each test is called what the finding was called. Those about accounts and sessions (login brute force, first-admin
//! endpoints, usernames, privileged calls without a fresh session) are tested with the accounts; *review-locked record
//! still editable* and *non-admin sets assignee by update* with the review (`review.rs`).
//!
//! Findings without a counterpart, because there is nothing they could be about:
//!
//! | finding | why |
//! |---|---|
//! | media metadata without media right, guessable inline filenames, PDF page-count denial of service | there are no attachments; the ids of records take their place in `guessable_ids`, what is costly to read in `a_document_that_costs_more_than_it_weighs` |
//! | web-import host match, PDF URL fetcher reaching hosts | nothing is fetched from anywhere: `nothing_fetches_an_address` |
//! | CSV-formula cells | there are no tables to export; answers are JSON |
//! | extraction without item right | nothing is extracted; writes to records take its place |

use std::path::PathBuf;

use amparo_domain::access::{Actor, Role};
use amparo_tests::{Client, TestApp, incident, on_both, organization};
use axum::http::Method;
use serde_json::{Value, json};

use crate::imports::import;

const INCIDENTS: &str = "/api/v1/incidents";

/// Those who do not see what the network `default` has not published.
async fn outsiders(app: &TestApp) -> Vec<Client<'_>> {
    let mut all = vec![app.public(), app.analyst(), app.with_role(Role::Advocate)];
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Admin) {
        all.push(app.of_network("elsewhere", role).await);
    }
    all
}

fn number(at: &str) -> &str {
    at.rsplit('/').next().unwrap_or_default()
}

/// A folder with one file in it.
fn file(name: &str, content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

/// Without what differs from call to call: reads of confidential facts are noted.
async fn content(app: &TestApp) -> Vec<String> {
    let dump = app.dump().await.into_iter();
    dump.filter(|row| !row.starts_with("audit_entry ")).collect()
}

/// A body with a value in place of one of its members, as deep as it goes.
fn with_member(body: &Value, member: &str, value: &Value) -> Value {
    let mut body = body.clone();
    body[member] = value.clone();
    body
}

/// The members that the bodies of an operation can have.
fn members(document: &Value, schema: &str) -> Vec<String> {
    let properties = &document["components"]["schemas"][schema]["properties"];
    properties.as_object().into_iter().flat_map(serde_json::Map::keys).cloned().collect()
}

on_both! {
    /// "History readable outside group."
    async fn history_readable_outside_group(app: TestApp) {
        let draft = app.created("incidents", incident().titled("A secret draft")).await.location();
        let public = app.published("incidents", incident().titled("Known to all")).await;
        let change = json!({"title": "A secret edit", "summary": "A secret summary"});
        app.verifier().amend(&public, &change).await.is(200);
        app.contributor().amend(&draft, &json!({"title": "A secret draft, edited"})).await.is(200);
        for client in outsiders(&app).await {
            for at in [&draft, &public] {
                for rest in [
                    "", "?view=working", "?text=raw", "/versions", "/versions/1", "/versions/2", "/revisions",
                    "/revisions/1", "/revisions/2", "/diff", "/diff?from=1&to=2", "/events", "/questions",
                    "/approvals",
                ] {
                    let got = client.get(&format!("{at}{rest}")).await;
                    assert!(!got.text().to_lowercase().contains("secret"), "{rest}: {}", got.text());
                    let revisions = rest.starts_with("/rev") || rest.contains("working");
                    if at == &draft || revisions {
                        assert!(matches!(got.status.as_u16(), 401 | 403 | 404), "{rest}: {}", got.text());
                    }
                }
            }
        }
        let colleague = app.of_network("default", Role::Contributor).await;
        assert!(colleague.get(&format!("{draft}/revisions/1")).await.text().contains("A secret draft"));
    }

    /// "Extraction or media write without item right."
    async fn write_without_item_right(app: TestApp) {
        let draft = app.created("incidents", incident()).await.location();
        let public = app.published("incidents", incident().on("2024-05-01")).await;
        let writers = outsiders(&app).await;
        // Who may read one of them by a grant may still not write it.
        let grant = json!({"number": number(&draft), "network": "elsewhere", "level": "confidential",
            "reason": "To look at."});
        app.verifier().post("/api/v1/grants", &grant).await.is(201);
        let before = content(&app).await;
        let whole = Value::from(incident().titled("Ours now"));
        for client in &writers {
            for at in [&draft, &public] {
                let patch = json!({"title": "Ours now"});
                let mut answers = vec![
                    client.put(at, "*", &whole).await,
                    client.amend(at, &patch).await,
                    client.delete(at).await,
                    client.post(&format!("{at}/events"), &json!({"date": "2024-05-02", "kind": "released"})).await,
                ];
                for (verb, body) in [
                    ("submit", json!({})), ("approve", amparo_tests::approval(at)), ("publish", json!({})),
                    ("withdraw", json!({"reason": "x"})), ("return", json!({"question": "x"})),
                    ("decline", json!({"reason": "x"})), ("reopen", json!({})), ("assign", json!({"to": null})),
                    ("grade", json!({"grade": "confirmed"})), ("questions", json!({"text": "x"})),
                    ("questions/1/answer", json!({"text": "x"})), ("take-down", json!({"person": "P1"})),
                ] {
                    answers.push(client.post(&format!("{at}/{verb}"), &body).await);
                }
                for answer in answers {
                    assert!(matches!(answer.status.as_u16(), 401 | 403 | 404), "{}", answer.text());
                }
            }
        }
        assert_eq!(content(&app).await, before, "nothing has changed");
    }

    /// "Bulk update skips ACL on revisions."
    async fn bulk_update_skips_acl_on_revisions(app: TestApp) {
        let draft = app.created("incidents", incident()).await.location();
        let submitted = app.created("incidents", incident().on("2023")).await.location();
        app.contributor().post_nothing(&format!("{submitted}/submit")).await.is(200);
        let public = app.published("incidents", incident().on("2022")).await;
        app.verifier().amend(&public, &json!({"title": "An edit that waits"})).await.is(200);
        let numbers = [&draft, &submitted, &public].map(|at| number(at));
        let bodies = [
            ("submit", json!({"numbers": numbers})),
            ("approve", json!({"numbers": numbers, "checklist": amparo_tests::approval(&draft)["checklist"]})),
            ("publish", json!({"numbers": numbers, "reason": "x"})),
            ("withdraw", json!({"numbers": numbers, "reason": "x"})),
            ("return", json!({"numbers": numbers, "question": "x"})),
            ("decline", json!({"numbers": numbers, "reason": "x"})),
        ];
        let outside = outsiders(&app).await;
        let before = content(&app).await;
        for client in &outside {
            for (verb, body) in &bodies {
                let answer = client.post(&format!("{INCIDENTS}/{verb}"), body).await;
                if answer.status == 200 {
                    for item in answer.json()["items"].as_array().unwrap() {
                        assert!(item["status"] == 403 || item["status"] == 404, "{verb}: {item}");
                    }
                } else {
                    assert!(matches!(answer.status.as_u16(), 401 | 403 | 422), "{}", answer.text());
                }
            }
        }
        assert_eq!(content(&app).await, before, "nothing has changed");
        // Nor does anybody approve their own work, or publish what nobody approved, in a crowd.
        let own = app.verifier().post(&format!("{INCIDENTS}/approve"), &bodies[1].1).await;
        own.is(200);
        assert_eq!(own.json()["items"][2]["status"], 403, "{}", own.text());
        let publish = app.verifier().post(&format!("{INCIDENTS}/publish"), &bodies[2].1).await;
        assert_eq!(publish.json()["items"][0]["status"], 409, "{}", publish.text());
    }

    /// "Export contains inaccessible items." Lists, totals and cursors are what can be exported.
    async fn export_contains_inaccessible_items(app: TestApp) {
        let mut public = Vec::new();
        for nth in 0..3 {
            public.push(app.published("incidents", incident().on(&format!("202{nth}"))).await);
            for month in 1..4 {
                app.created("incidents", incident().on(&format!("202{nth}-0{month}"))).await;
            }
        }
        let mut known: Vec<&str> = public.iter().map(|at| number(at)).collect();
        known.sort_unstable();
        for client in outsiders(&app).await {
            for sort in ["occurred", "-occurred", "-last_changed", "-severity"] {
                let mut seen = client.numbers(&format!("{INCIDENTS}?limit=1&sort={sort}")).await;
                seen.sort();
                assert_eq!(seen, known, "{sort}");
            }
            let total = client.read(&format!("{INCIDENTS}?total=true")).await["meta"]["total"].clone();
            assert_eq!(total, 3);
            for state in ["draft", "submitted", "in_review", "declined"] {
                let got = client.get(&format!("{INCIDENTS}?state={state}&total=true")).await;
                assert!(got.status == 400 || got.json()["items"] == json!([]), "{}", got.text());
            }
        }
        // What is granted tells of what there is: the desk alone reads it, and of people those who know them.
        let draft = incident().on("2021").about(json!([{"ref": "P1", "name": "Zorabeth Quillfeather"}]));
        let made = app.created("incidents", draft).await.json();
        let granted = [made["number"].clone(), made["people"][0]["person"].clone()];
        app.of_network("friends", Role::Contributor).await;
        for number in &granted {
            let grant = json!({"number": number, "network": "friends", "level": "confidential", "reason": "A secret"});
            app.verifier().post("/api/v1/grants", &grant).await.is(201);
        }
        for client in outsiders(&app).await {
            let got = client.get("/api/v1/grants").await;
            assert!(!got.text().contains("A secret"), "{}", got.text());
        }
        app.analyst().get("/api/v1/grants").await.problem(403, "not-allowed");
        for (client, sees) in [
            (app.verifier(), 2), (app.of_network("default", Role::Contributor).await, 1), (app.contributor(), 2),
            (app.of_network("friends", Role::Verifier).await, 2),
            (app.of_network("friends", Role::Analyst).await, 0),
        ] {
            let got = client.get("/api/v1/grants").await.json();
            assert_eq!(got["items"].as_array().map_or(0, Vec::len), sees, "{got}");
        }
        // A place in a list that the desk reads leads nobody else on.
        let desk = app.verifier().read(&format!("{INCIDENTS}?limit=1")).await;
        let next = desk["next"].as_str().unwrap();
        for client in outsiders(&app).await {
            let got = client.get(&format!("{INCIDENTS}?limit=1&after={next}")).await;
            assert_eq!(got.status, 400, "{}", got.text());
        }
    }

    /// "Path traversal in import": in names that come with a file, and in addresses of files.
    async fn path_traversal_in_import(app: TestApp) {
        for path in [
            "/docs/..%2f..%2f..%2fetc%2fpasswd", "/docs/../../../etc/passwd", "/docs/%2e%2e/%2e%2e/Cargo.toml",
            "/docs/..%5c..%5cCargo.toml", "/docs/%2fetc%2fpasswd", "/problems/..%2fproblems.md", "/problems/../README",
            "/api/v1/vocabulary/..%2f..%2fCargo.toml", "/api/v1/organizations/..%2fincidents",
        ] {
            let got = app.public().get(path).await;
            assert!(matches!(got.status.as_u16(), 400 | 404), "{path}: {}", got.text());
            assert!(!got.text().contains("root:") && !got.text().contains("[workspace]"), "{path}");
        }
        let before = content(&app).await;
        for (field, value) in [
            ("slug", json!("../../etc/passwd")), ("slug", json!("..")), ("website", json!("file:///etc/passwd")),
            ("sources", json!([{"title": "x", "url": "file:///etc/passwd"}])),
            ("sources", json!([{"title": "x", "archived_url": "../../etc/passwd"}])),
        ] {
            let row = Value::from(organization("Observers").with(field, value.clone()));
            let refused = app.contributor().post("/api/v1/organizations", &row).await;
            assert_eq!(refused.status, 422, "{field} {value}: {}", refused.text());
            let (_folder, path) = file("organizations.json", json!([row]).to_string().as_bytes());
            let summary = import(&app, &[path], |_| ()).await;
            assert!(!summary.committed, "{field} {value}: {summary}");
        }
        assert_eq!(content(&app).await, before);
    }

    /// "Stored XSS through sheet and import fields": what is stored is told as data, never as a page.
    async fn stored_xss_through_import_fields(app: TestApp) {
        const SCRIPT: &str = "<script>alert(1)</script><img src=x onerror=alert(1)>";
        let row = Value::from(
            incident().titled(SCRIPT).with("summary", SCRIPT).with("place", SCRIPT)
                .with("organizations", json!([{"name": SCRIPT, "country": "AZE"}]))
                .with("sources", json!([{"title": SCRIPT, "publisher": SCRIPT, "url": "https://example.org/?q=<script>"}])),
        );
        let (_folder, path) = file("incidents.json", json!([row]).to_string().as_bytes());
        let summary = import(&app, &[path], |_| ()).await;
        assert!(summary.committed, "{summary}");
        let number = app.verifier().numbers(&format!("{INCIDENTS}?state=submitted")).await[0].clone();
        let at = format!("{INCIDENTS}/{number}");
        let mut paths: Vec<String> = ["", "/revisions", "/revisions/1", "/versions", "/questions", "/events"]
            .iter().map(|rest| format!("{at}{rest}")).collect();
        paths.extend(["/api/v1/incidents", "/api/v1/organizations", "/api/v1/queue"].map(str::to_owned));
        // What a request says is not echoed as a page either.
        paths.extend([
            format!("{INCIDENTS}?<script>=1"), format!("{INCIDENTS}?q=%3Cscript%3E"), "/<script>".to_owned(),
            format!("{INCIDENTS}/<script>"), "/problems/<script>".to_owned(), "/docs/<script>".to_owned(),
        ].map(|path| path.replace('<', "%3C").replace('>', "%3E")));
        let mut seen = 0;
        for client in [app.verifier(), app.contributor(), app.admin(), app.public()] {
            for path in &paths {
                let got = client.get(path).await;
                let media_type = got.header("content-type");
                let data = ["application/json", "application/problem+json"].contains(&media_type.as_str());
                assert!(data, "{path}: {media_type} {}", got.text());
                assert_eq!(got.header("x-content-type-options"), "nosniff", "{path}");
                seen += usize::from(got.text().contains(SCRIPT));
            }
        }
        assert!(seen > 5, "the words were there to be told");
        for url in ["javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x"] {
            let draft = incident().with("sources", json!([{"title": "x", "url": url}]));
            let refused = app.contributor().post(INCIDENTS, &draft.into()).await;
            assert_eq!(refused.wrong(), ["/sources/0/url"], "{url}");
        }
        // The one page with scripts runs its own alone.
        let page = app.public().get("/docs/index.html").await;
        let policy = page.header("content-security-policy");
        for directive in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(directive), "{policy}");
        }
        assert!(!policy.contains("script-src 'self' 'unsafe"), "{policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert!(!page.text().contains("alert(1)"));
    }

    /// "Usernames leaked to users without that right": whose a token is, no answer tells.
    async fn usernames_leaked(app: TestApp) {
        const NAME: &str = "Zorabeth Quillfeather of the desk";
        let mut secrets = Vec::new();
        for role in [Role::Contributor, Role::Verifier, Role::Verifier] {
            let issued = app.store.issue_token(&Actor::operator("default"), NAME, role, "default").await.unwrap();
            secrets.push(issued.secret);
        }
        let [writer, verifier, other] = [0, 1, 2].map(|nth| Client::with_token(&app, &secrets[nth]));
        let made = writer.post(INCIDENTS, &incident().into()).await;
        let at = made.location();
        writer.post_nothing(&format!("{at}/submit")).await.is(200);
        let question = json!({"text": "When was it?"});
        verifier.post(&format!("{at}/questions"), &question).await.is(201);
        verifier.post(&format!("{at}/approve"), &amparo_tests::approval(&at)).await.is(200);
        other.post(&format!("{at}/approve"), &amparo_tests::approval(&at)).await.is(200);
        verifier.post_nothing(&format!("{at}/publish")).await.is(200);
        let mut askers = outsiders(&app).await;
        askers.extend([app.contributor(), app.verifier(), app.admin()]);
        let mut told = 0;
        for asker in askers {
            for path in [
                at.clone(), format!("{at}/revisions"), format!("{at}/revisions/1"), format!("{at}/approvals"),
                format!("{at}/questions"), format!("{at}/versions"), format!("{at}/diff"), INCIDENTS.to_owned(),
                "/api/v1/queue".to_owned(), "/api/v1/grants".to_owned(),
            ] {
                let got = asker.get(&path).await;
                assert!(!got.text().contains("Quillfeather"), "{path}: {}", got.text());
                told += usize::from(got.status == 200);
            }
        }
        assert!(told > 40, "most of it is told: {told}");
    }

    /// "Non-admin sets assignee by update", and what else is the server's to say.
    async fn members_of_the_server_are_set_by_update(app: TestApp) {
        let at = app.created("incidents", incident()).await.location();
        let before = content(&app).await;
        for client in [app.contributor(), app.verifier(), app.admin()] {
            for (member, value) in [
                ("state", json!("published")), ("network", json!("elsewhere")), ("version", json!(7)),
                ("number", json!("4827-1930")), ("revision", json!(1000)), ("latest_revision", json!(1000)),
                ("recorded_at", json!("2020-01-01T00:00:00Z")), ("first_published", json!("2020-01-01T00:00:00Z")),
                ("last_changed", json!("2020-01-01T00:00:00Z")), ("cited_by", json!([{"number": "4827-1930"}])),
                ("removed", json!(["2020-01-01"])), ("recorded_by", json!(1)), ("public", json!(1)),
                ("approved", json!(true)), ("__proto__", json!({"state": "published"})),
            ] {
                let answer = client.amend(&at, &json!({member: value})).await;
                // What comes with every record is let pass as it was, and is never taken.
                if answer.status == 200 {
                    assert_eq!(answer.json()["state"], "draft");
                } else {
                    assert_eq!(answer.status, 422, "{member}: {}", answer.text());
                }
            }
        }
        let record = app.contributor().read(&at).await;
        assert_eq!((record["state"].clone(), record["network"].clone()), (json!("draft"), json!("default")));
        assert_eq!(record["version"], Value::Null, "{record}");
        assert_eq!(before.iter().filter(|row| row.starts_with("record ")).count(), 1);
        assert_eq!(app.count("record", "public = 1").await, 0);
        assert_eq!(app.count("version", "1 = 1").await, 0);
    }

    /// "Legacy `.xls` accepted": a table is text.
    async fn legacy_xls_accepted(app: TestApp) {
        let before = content(&app).await;
        let old = [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], &[0; 504]].concat();
        let new = [&b"PK\x03\x04\x14\0\x06\0\x08\0"[..], &[0; 200]].concat();
        for (name, bytes) in [
            ("incidents.xls", &old), ("incidents.csv", &old), ("incidents.xlsx", &new), ("incidents.csv", &new),
            ("incidents.json", &new),
        ] {
            let (_folder, path) = file(name, bytes);
            let summary = import(&app, &[path], |_| ()).await;
            assert!(!summary.committed, "{name}: {summary}");
        }
        assert_eq!(content(&app).await, before);
    }

    /// "Non-scalar sheet name → 500": any value in the place of any member.
    async fn non_scalar_values_end_in_500(app: TestApp) {
        let document = amparo_api::openapi();
        let statement = json!({"title": "We stand with them", "date": "2026-11-25", "kind": "statement", "body": "x"});
        let mut asked = 0;
        for (plural, schema, body) in [
            ("incidents", "NewIncident", Value::from(incident())),
            ("organizations", "NewOrganization", Value::from(organization("Observers"))),
            ("people", "NewPerson", json!({"names": [{"name": "Zorabeth Quillfeather"}]})),
            ("elections", "NewElection", json!({"name": "x", "country": "AZE", "date": "2024", "type": "presidential"})),
            ("cases", "NewCase", json!({"title": "A case"})),
            ("statements", "NewStatement", statement),
            ("grants", "NewGrant", json!({"number": "4827-1930", "network": "x", "reason": "x"})),
        ] {
            let members = members(&document, schema);
            assert!(members.len() > 2, "{schema}");
            let path = format!("/api/v1/{plural}");
            for member in members {
                for value in [
                    json!({}), json!({"a": {"b": [1]}}), json!([]), json!([[[]]]), json!([null]), json!([{"ref": []}]),
                    json!(true), json!(-1), json!(1.5e300), json!(u64::MAX), json!(""), json!("\u{0}"),
                    json!("\u{202e}\u{feff}"), json!("x".repeat(70_000)), Value::Null,
                ] {
                    let answer = app.verifier().post(&path, &with_member(&body, &member, &value)).await;
                    let status = answer.status.as_u16();
                    assert!(matches!(status, 201 | 404 | 409 | 422), "{schema} {member}: {value}: {}", answer.text());
                    asked += 1;
                }
            }
        }
        assert!(asked > 800, "{asked}");
        // The same in a file: told with its place, and nothing is taken.
        for row in [
            json!({"title": ["x"], "types": {"x": 1}}), json!([["x"]]), json!([{"title": {"x": []}}]), json!([7, null, "x"]),
            json!({"incidents": {"x": 1}}), json!([{"country": ["AZE"], "occurred": {"edtf": ["2024"]}, "title": "x"}]),
        ] {
            let (_folder, path) = file("incidents.json", row.to_string().as_bytes());
            let summary = import(&app, &[path], |_| ()).await;
            assert!(!summary.committed, "{row}: {summary}");
        }
    }

    /// "Guessable inline filenames": from one id nobody guesses another.
    async fn guessable_ids(app: TestApp) {
        app.of_network("elsewhere", Role::Analyst).await;
        let mut numbers: Vec<u64> = Vec::new();
        let mut grants: Vec<u64> = Vec::new();
        for nth in 0..40 {
            let made = app.created("incidents", incident().on(&format!("20{nth:02}"))).await;
            let at = made.location();
            numbers.push(number(&at).replace('-', "").parse().unwrap());
            let grant = json!({"number": number(&at), "network": "elsewhere", "reason": "x"});
            let granted = app.verifier().post("/api/v1/grants", &grant).await;
            grants.push(granted.json()["id"].as_str().unwrap().parse().unwrap());
        }
        for (ids, apart) in [(&numbers, 1_000), (&grants, 1 << 40)] {
            // Ids that are counted up are near each other; these are all over.
            let near = ids.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) < apart).count();
            assert!(near <= 1, "{ids:?}");
            let rising = ids.windows(2).filter(|pair| pair[0] < pair[1]).count();
            assert!((8..=31).contains(&rising), "they do not rise with time: {ids:?}");
        }
        // And what stands beside one is nothing.
        let there: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        let first = numbers[0] / 10;
        for next in (first - 10..first + 10).flat_map(|stem| (0..10).map(move |digit| stem * 10 + digit)) {
            let digits = format!("{next:08}");
            if there.contains(&next.to_string()) {
                continue;
            }
            let got = app.contributor().get(&format!("{INCIDENTS}/{}-{}", &digits[..4], &digits[4..])).await;
            assert!(matches!(got.status.as_u16(), 400 | 404), "{next}");
        }
    }

    /// "PDF page-count denial of service": what is small to send and large to read.
    async fn a_document_that_costs_more_than_it_weighs(app: TestApp) {
        let writer = app.contributor();
        let json = [("content-type", "application/json")];
        for body in [
            format!("{}{}", "[".repeat(200_000), "]".repeat(200_000)),
            format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000)),
            format!("{{\"title\": {}}}", "9".repeat(500_000)),
            format!("{{\"title\": \"x\", \"sources\": [{}{{}}]}}", "{},".repeat(100_000)),
            format!("{{\"title\": \"{}\"}}", "{P1}".repeat(100_000)),
        ] {
            let answer = writer.send(Method::POST, INCIDENTS, &json, body).await;
            assert!(matches!(answer.status.as_u16(), 400 | 413 | 422), "{}", answer.status);
            assert!(answer.body.len() < 200_000, "nor does the answer grow: {}", answer.body.len());
        }
    }
}

/// "Web-import host match" and "PDF URL fetcher reaching internal hosts": addresses are kept and never followed, as
/// nothing is built in that could.
#[test]
fn nothing_fetches_an_address() {
    let lock = include_str!("../../Cargo.lock");
    for client in [
        "reqwest",
        "ureq",
        "isahc",
        "curl",
        "surf",
        "attohttpc",
        "hyper-tls",
        "hyper-rustls",
        "awc",
        "minreq",
    ] {
        assert!(!lock.contains(&format!("name = \"{client}\"\n")), "{client} can fetch");
    }
}
