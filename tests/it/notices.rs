//! Notices: whoever cites an incident hears of it when it is another, once, and nobody else does.

use std::time::Instant;

use amparo_domain::access::Role;
use amparo_tests::proofs::{scaled, tell};
use amparo_tests::{Client, Draft, TestApp, approval, incident, on_both};
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

const NOTICES: &str = "/api/v1/notices";

fn number(at: &str) -> String {
    at.rsplit('/').next().unwrap().to_owned()
}

fn printed(letters: &str, at: &str) -> String {
    format!("{letters} {}", number(at).replace('-', "\u{2011}"))
}

/// A statement that cites incidents in their first version.
fn statement(title: &str, cites: &[&str]) -> Value {
    let cites = cites.iter().map(|at| json!({"number": number(at), "version": 1}));
    json!({"title": title, "date": "2024-04-30", "kind": "statement", "body": "We stand with them.",
        "incidents": cites.collect::<Vec<_>>()})
}

/// Somebody detained, with an event for each of these.
fn detention(events: &[(&str, &str)]) -> Draft {
    let events = events.iter();
    let events = events.map(|(date, kind)| json!({"date": date, "kind": kind, "people": ["P1"]}));
    incident()
        .titled("{P1} detained")
        .of_type("detention")
        .about(json!([{"ref": "P1", "name": "Zorabeth Quillfeather", "position": "observer"}]))
        .with("events", events.collect::<Vec<_>>())
}

async fn publish_again(app: &TestApp, at: &str, change: Value, body: Value) {
    app.contributor().amend(at, &change).await.is(200);
    app.approve(at).await;
    app.verifier().post(&format!("{at}/publish"), &body).await.is(200);
}

fn because() -> Value {
    json!({"reason": "A second source."})
}

/// What somebody hears, the latest first: statement, incident, kinds.
async fn heard(client: &Client<'_>) -> Vec<(String, String, Vec<String>)> {
    let page = client.read(NOTICES).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| {
            let kinds = item["kinds"].as_array().unwrap().iter().map(text).collect();
            (text(&item["statement"]), text(&item["incident"]), kinds)
        })
        .collect()
}

/// The only notice that somebody hears, with what changed.
async fn only(client: &Client<'_>, lang: &str) -> Value {
    let page = client.read(NOTICES).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 1, "{page}");
    let id = page["items"][0]["id"].as_str().unwrap();
    client.read(&format!("{NOTICES}/{id}?lang={lang}")).await
}

/// All ids, page by page.
async fn ids(client: &Client<'_>) -> std::collections::BTreeSet<String> {
    let (mut ids, mut after) = (std::collections::BTreeSet::new(), String::new());
    loop {
        let page = client.read(&format!("{NOTICES}?limit=2{after}")).await;
        for item in page["items"].as_array().unwrap() {
            assert!(ids.insert(item["id"].as_str().unwrap().to_owned()), "twice: {item}");
        }
        let Some(next) = page["next"].as_str() else { return ids };
        after = format!("&after={next}");
    }
}

fn place<'a>(notice: &'a Value, pointer: &str) -> &'a Value {
    let all = notice["diff"].as_array().unwrap();
    all.iter().find(|of| of["pointer"] == pointer).unwrap_or(&Value::Null)
}

on_both! {
    async fn a_correction_reaches_those_who_cite_it_once(app: TestApp) {
        let at = app.published("incidents", incident().on("2024-04-29")).await;
        let uncited = app.published("incidents", incident().on("2023")).await;
        let cites = app.published("statements", statement("We stand with them", &[&at])).await;
        // Not published yet, so nobody said anything in public.
        let draft = app.created("statements", statement("Not yet", &[&at])).await.location();
        app.advance(TimeDelta::seconds(1));
        app.contributor().amend(&at, &json!({"occurred": "2024-04-30"})).await.is(200);
        assert_eq!(heard(&app.contributor()).await, [], "nobody outside saw anything of it");
        app.approve(&at).await;
        // Sent again by its key, it is the same; sent twice at once, too.
        let (path, body) = (format!("{at}/publish"), because().to_string());
        let headers = [("content-type", "application/json"), ("idempotency-key", "once")];
        let verifier = app.verifier();
        let send = || verifier.send(Method::POST, &path, &headers, body.clone());
        let (one, other, third) = tokio::join!(send(), send(), send());
        for answer in [one, other, third, send().await] {
            answer.is(200);
        }
        app.verifier().post(&path, &because()).await.is(409);
        publish_again(&app, &uncited, json!({"severity": 2}), because()).await;
        let expected = [(number(&cites), number(&at), vec!["corrected".to_owned()])];
        for role in [Role::Contributor, Role::Verifier, Role::Advocate, Role::NetworkAdmin] {
            assert_eq!(heard(&app.with_role(role)).await, expected, "{role:?}");
        }
        let notice = only(&app.with_role(Role::Advocate), "en").await;
        assert_eq!((&notice["cited_version"], &notice["version"], &notice["present_version"]), (&json!(1), &json!(2), &json!(2)));
        assert_eq!(place(&notice, "/occurred/edtf"), &json!({"pointer": "/occurred/edtf", "from": "2024-04-29", "to": "2024-04-30"}));
        let expected = format!(
            "Since this statement was published (30 April 2024), {} (cited as version 1) has been updated: date: 29 April 2024 → 30 April 2024.",
            printed("OBS", &at)
        );
        assert_eq!(notice["suggested_note"], expected.as_str());
        for lang in ["ar", "es", "fr", "pt", "ru"] {
            let told = only(&app.verifier(), lang).await["suggested_note"].as_str().unwrap().to_owned();
            assert!(told.contains(&printed("OBS", &at)) && told != expected, "{told}");
        }
        // What was published of the draft since cites an old version; the checks before publishing say so.
        app.contributor().post_nothing(&format!("{draft}/submit")).await.is(200);
        app.approve(&draft).await;
        app.verifier().post_nothing(&format!("{draft}/publish")).await.is(200);
        assert_eq!(heard(&app.verifier()).await.len(), 1);
        // Another version is another notice, to both by now.
        app.advance(TimeDelta::seconds(1));
        publish_again(&app, &at, json!({"severity": 4}), because()).await;
        assert_eq!(heard(&app.verifier()).await.len(), 3);
        for (question, count) in [
            (format!("statement={}", number(&cites)), 2), (format!("incident={}", number(&at)), 3),
            ("kind=corrected".to_owned(), 3), ("kind=withdrawn".to_owned(), 0), ("since=2027-01-01".to_owned(), 0), ("open=true".to_owned(), 3), ("open=false".to_owned(), 0),
        ] {
            let page = app.verifier().read(&format!("{NOTICES}?{question}")).await;
            assert_eq!(page["items"].as_array().unwrap().len(), count, "{question}");
        }
        assert_eq!(ids(&app.verifier()).await.len(), 3, "page by page they are the same");
        for wrong in ["statement=1", "kind=correct", "open=yes", "since=once", "knd=corrected"] {
            app.verifier().get(&format!("{NOTICES}?{wrong}")).await.problem(400, "unknown-parameter");
        }
    }

    async fn a_dispute_a_withdrawal_and_a_merge_are_told(app: TestApp) {
        let disputed = app.published("incidents", incident().on("2024-01")).await;
        app.published("statements", statement("One", &[&disputed])).await;
        app.verifier().post(&format!("{disputed}/grade"), &json!({"grade": "disputed", "basis": "contradicted", "reason": "Another source says otherwise."})).await.is(200);
        for verifier in [app.other_verifier(), app.third_verifier()] {
            verifier.post(&format!("{disputed}/approve"), &approval(&disputed)).await.is(200);
        }
        app.verifier().post(&format!("{disputed}/publish"), &because()).await.is(200);
        let notice = only(&app.verifier(), "en").await;
        assert_eq!(notice["kinds"], json!(["disputed"]));
        assert_eq!(place(&notice, "/grade")["to"], "disputed");
        assert!(notice["suggested_note"].as_str().unwrap().contains("is disputed: a credible source contradicts it"), "{notice}");

        app.advance(TimeDelta::seconds(1));
        let gone = app.published("incidents", incident().on("2024-02")).await;
        app.published("statements", statement("Two", &[&gone])).await;
        let reason = json!({"reason": "Ana Ruizova told us it was somewhere else.", "reason_class": "mistaken"});
        app.verifier().post(&format!("{gone}/withdraw"), &reason).await.is(200);
        let page = app.verifier().read(&format!("{NOTICES}?kind=withdrawn")).await;
        assert_eq!(page["items"][0]["reason_class"], "mistaken");
        let id = page["items"][0]["id"].as_str().unwrap().to_owned();
        let notice = app.with_role(Role::Advocate).read(&format!("{NOTICES}/{id}")).await;
        assert_eq!(notice["diff"], json!([{"pointer": "/state", "from": "published", "to": "withdrawn"}]));
        let note = notice["suggested_note"].as_str().unwrap();
        assert!(note.contains("was withdrawn on 25 November 2026 (") && !note.contains("Ruizova"), "{note}");

        app.advance(TimeDelta::seconds(1));
        let stays = app.published("incidents", incident().on("2024-03")).await;
        app.advance(TimeDelta::seconds(1));
        let goes = app.published("incidents", incident().on("2024-03-05")).await;
        app.published("statements", statement("Three", &[&goes])).await;
        let into = json!({"into": number(&stays), "reason": "It is the same."});
        app.verifier().post(&format!("{goes}/merge"), &into).await.is(200);
        let page = app.verifier().read(&format!("{NOTICES}?kind=merged")).await;
        assert_eq!(page["items"][0]["merged_into"], number(&stays).as_str());
        let id = page["items"][0]["id"].as_str().unwrap().to_owned();
        let notice = app.verifier().read(&format!("{NOTICES}/{id}")).await;
        assert_eq!(place(&notice, "/merged_into")["to"], number(&stays).as_str());
        assert_eq!(place(&notice, "/occurred/edtf")["from"], "2024-03-05");
        assert!(notice["suggested_note"].as_str().unwrap().contains(&format!("was merged into {}", printed("OBS", &stays))), "{notice}");
        // Taken apart, nobody has to see to it; and it may come again.
        app.verifier().post(&format!("{goes}/unmerge"), &json!({"reason": "They are two."})).await.is(200);
        let undone = app.verifier().read(&format!("{NOTICES}/{id}")).await;
        assert!(!undone["undone_at"].is_null() && !undone["closed_at"].is_null(), "{undone}");
        assert_eq!(undone["suggested_note"], Value::Null, "{undone}");
        app.verifier().post(&format!("{goes}/merge"), &into).await.is(200);
        let page = app.verifier().read(&format!("{NOTICES}?kind=merged&open=true")).await;
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
        let in_feed = app.verifier().get("/api/v1/notices.atom").await.text();
        assert_eq!(in_feed.matches("<entry").count(), 4, "{in_feed}");
        // What is withdrawn takes with it what was merged into it.
        app.verifier().post(&format!("{stays}/withdraw"), &reason).await.is(200);
        let page = app.verifier().read(&format!("{NOTICES}?kind=withdrawn&incident={}", number(&goes))).await;
        let id = page["items"][0]["id"].as_str().unwrap().to_owned();
        let notice = app.verifier().read(&format!("{NOTICES}/{id}")).await;
        assert_eq!(notice["present_state"], "withdrawn");
        assert!(notice["suggested_note"].as_str().unwrap().contains(&format!("{} (cited as version 1) was withdrawn on", printed("OBS", &goes))), "{notice}");
    }

    async fn a_release_is_told_without_a_name(app: TestApp) {
        let at = app.published("incidents", detention(&[("2024-04-29", "detained"), ("2024-05-01", "remanded")])).await;
        app.published("statements", statement("Free them", &[&at])).await;
        let events = json!([
            {"date": "2024-04-29", "kind": "detained", "people": ["P1"]},
            {"date": "2024-05-01", "kind": "remanded", "people": ["P1"]},
            {"date": "2024-09-03", "kind": "released", "people": ["P1"]},
        ]);
        publish_again(&app, &at, json!({"events": events}), because()).await;
        let notice = only(&app.verifier(), "en").await;
        assert_eq!(notice["kinds"], json!(["custody"]));
        let note = notice["suggested_note"].as_str().unwrap();
        assert!(note.contains("custody of a person:") && note.contains("(3 September 2024)"), "{note}");
        assert!(!notice["diff"].as_array().unwrap().is_empty());
        assert!(!notice.to_string().contains("Quillfeather"), "{notice}");
        // An event that changes nobody's custody is a correction like any other.
        let at = app.published("incidents", detention(&[("2024-04-29", "detained")])).await;
        let cites = app.published("statements", statement("Free them, too", &[&at])).await;
        let events = json!([
            {"date": "2024-04-29", "kind": "detained", "people": ["P1"]},
            {"date": "2024-06-01", "kind": "hearing", "people": ["P1"]},
        ]);
        publish_again(&app, &at, json!({"events": events}), because()).await;
        let page = app.verifier().read(&format!("{NOTICES}?statement={}", number(&cites))).await;
        assert_eq!(page["items"][0]["kinds"], json!(["corrected"]));
    }

    async fn what_nobody_outside_sees_and_mere_words_are_told_to_nobody(app: TestApp) {
        let at = app.published("incidents", detention(&[("2024-04-29", "detained")])).await;
        app.published("statements", statement("We stand with them", &[&at])).await;
        let secret = json!({"confidential": {"narrative": "They came at dawn."}});
        publish_again(&app, &at, secret, because()).await;
        assert_eq!(heard(&app.verifier()).await, []);
        let minor = json!({"reason": "A typo.", "minor": true});
        publish_again(&app, &at, json!({"summary": "They were held."}), minor.clone()).await;
        assert_eq!(heard(&app.verifier()).await, []);
        let versions = app.public().read(&format!("{at}/versions")).await;
        assert_eq!((&versions["items"][2]["minor"], versions["items"][1].get("minor")), (&json!(true), None));
        let digits = number(&at).replace('-', "");
        let history = app.public().send(Method::GET, &format!("/r/{digits}/history"), &[("accept", "text/html")], "").await;
        assert!(history.text().contains("Wording alone · A typo."), "{}", history.text());
        // A fact is no typo, and a first version has nobody who cites it.
        app.contributor().amend(&at, &json!({"occurred": "2024-04-30"})).await.is(200);
        app.approve(&at).await;
        let refused = app.verifier().post(&format!("{at}/publish"), &minor).await;
        refused.problem(422, "invalid");
        assert_eq!(refused.json()["errors"][0]["pointer"], "/minor");
        app.verifier().post(&format!("{at}/publish"), &json!({"reason": "x", "minor": "yes"})).await.problem(422, "invalid");
        app.verifier().post(&format!("{at}/publish"), &because()).await.is(200);
        assert_eq!(heard(&app.verifier()).await.len(), 1);
        let first = app.created("incidents", incident().on("2022")).await.location();
        app.contributor().post_nothing(&format!("{first}/submit")).await.is(200);
        app.approve(&first).await;
        app.verifier().post(&format!("{first}/publish"), &minor).await.problem(422, "invalid");
    }

    /// Neither that a name was taken down nor the name is told, whatever was told before.
    async fn a_name_that_is_taken_down_is_in_no_notice(app: TestApp) {
        let named = detention(&[("2024-04-29", "detained")]).about(json!([{"ref": "P1", "name": "Zorabeth Quillfeather",
            "display": "name", "display_reason": "the person agreed", "position": "observer"}]));
        let at = app.published("incidents", named).await;
        app.published("statements", statement("We stand with them", &[&at])).await;
        app.verifier().post(&format!("{at}/take-down"), &json!({"person": "P1", "scope": "everywhere", "reason": "The family asked."})).await.is(200);
        assert_eq!(heard(&app.verifier()).await, []);
        publish_again(&app, &at, json!({"severity": 4}), because()).await;
        for path in [NOTICES.to_owned(), "/api/v1/notices.atom".to_owned()] {
            let text = app.contributor().get(&path).await.text();
            assert!(!text.contains("Quillfeather"), "{text}");
        }
        let notice = only(&app.contributor(), "en").await;
        assert!(!notice.to_string().contains("Quillfeather"), "{notice}");
        assert_eq!(place(&notice, "/severity")["to"], 4);
        let id = notice["id"].as_str().unwrap();
        let text = json!({"text": "Zorabeth Quillfeather was told."});
        app.contributor().post(&format!("{NOTICES}/{id}/close"), &text).await.problem(422, "invalid");
    }

    async fn each_network_hears_of_its_own_statements(app: TestApp) {
        let at = app.published("incidents", incident().on("2024-04-29")).await;
        let ours = app.published("statements", statement("Ours", &[&at])).await;
        let elsewhere = app.of_network("elsewhere", Role::Verifier).await;
        let theirs = elsewhere.post("/api/v1/statements", &statement("Theirs", &[&at])).await;
        theirs.is(201);
        let theirs = theirs.location();
        app.published_by("elsewhere", &elsewhere, &theirs).await;
        let third = app.of_network("third", Role::Verifier).await;
        publish_again(&app, &at, json!({"severity": 4}), because()).await;
        let of = |statement: &str| [(number(statement), number(&at), vec!["corrected".to_owned()])];
        assert_eq!(heard(&app.verifier()).await, of(&ours));
        assert_eq!(heard(&elsewhere).await, of(&theirs));
        assert_eq!(heard(&third).await, []);
        let id = only(&app.verifier(), "en").await["id"].as_str().unwrap().to_owned();
        let never = "5577006791947779410";
        for client in [&elsewhere, &third] {
            for (there, not_there) in [(format!("{NOTICES}/{id}"), format!("{NOTICES}/{never}"))] {
                let (one, other) = (client.get(&there).await, client.get(&not_there).await);
                one.problem(404, "not-found");
                assert_eq!(one.status, other.status);
                client.post(&format!("{there}/close"), &json!({})).await.problem(404, "not-found");
            }
            assert!(!client.get("/api/v1/notices.atom").await.text().contains(&number(&ours)));
        }
        app.analyst().get(NOTICES).await.problem(403, "not-allowed");
        app.public().get(NOTICES).await.problem(401, "token-needed");
        assert!(id.len() > 10, "{id}");

        // Who is done with it says so; the first is noted.
        let done = json!({"text": "A note stands under the statement."});
        let closed = app.with_role(Role::Advocate).post(&format!("{NOTICES}/{id}/close"), &done).await;
        closed.is(200);
        assert_eq!(closed.json()["text"], done["text"]);
        let again = app.verifier().post(&format!("{NOTICES}/{id}/close"), &json!({"text": "Me too."})).await;
        again.is(200);
        assert_eq!(again.json(), closed.json());
        let open = app.verifier().read(&format!("{NOTICES}?open=true")).await;
        assert_eq!(open["items"], json!([]));
        app.verifier().post(&format!("{NOTICES}/{id}/close"), &json!({"txt": ""})).await.problem(422, "invalid");
        let trail = app.verifier().read("/api/v1/audit?action=close_notice").await;
        assert_eq!(trail["items"].as_array().unwrap().len(), 1);
    }

    async fn the_feed_says_the_same_and_is_not_sent_twice(app: TestApp) {
        let at = app.published("incidents", incident().on("2024-04-29")).await;
        let cites = app.published("statements", statement("We stand with them", &[&at])).await;
        let empty = app.verifier().get("/api/v1/notices.atom").await;
        empty.is(200);
        publish_again(&app, &at, json!({"occurred": "2024-04-30"}), because()).await;
        let feed = app.verifier().get("/api/v1/notices.atom").await;
        assert_eq!(feed.header("content-type"), "application/atom+xml; charset=utf-8");
        let text = feed.text();
        let title = format!("{} → {} v1: updated", printed("STM", &cites), printed("OBS", &at));
        assert!(text.contains(&title), "{text}");
        assert!(text.contains("date: 29 April 2024 → 30 April 2024"), "{text}");
        assert!(text.contains("/occurred/edtf: 2024-04-29 → 2024-04-30"), "{text}");
        let notice = only(&app.verifier(), "en").await;
        assert!(text.contains(&format!("/api/v1/notices/{}</id>", notice["id"].as_str().unwrap())), "{text}");
        let tag = feed.header("etag");
        let same = app.verifier().send(Method::GET, "/api/v1/notices.atom", &[("if-none-match", &tag)], "").await;
        same.is(304);
        assert_ne!(empty.header("etag"), tag);
        publish_again(&app, &at, json!({"severity": 4}), because()).await;
        let first = app.verifier().get("/api/v1/notices.atom?limit=1").await.text();
        assert!(first.contains("rel=\"next\"") && first.matches("<entry").count() == 1, "{first}");
        let arabic = app.verifier().get("/api/v1/notices.atom?lang=ar").await.text();
        assert!(arabic.contains("xml:lang=\"ar\"") && arabic.contains("حُدِّث"), "{arabic}");
    }

    /// Two versions of two incidents at once, both cited by many: each is told once for each statement.
    async fn many_are_told_at_once(app: TestApp) {
        let one = app.published("incidents", incident().on("2024-04-29")).await;
        let other = app.published("incidents", incident().on("2023")).await;
        let many = scaled(200, 12);
        for nth in 0..many {
            app.published("statements", statement(&format!("Statement {nth}"), &[&one, &other, &one])).await;
        }
        for at in [&one, &other] {
            app.contributor().amend(at, &json!({"severity": 4})).await.is(200);
            app.approve(at).await;
        }
        let publish = async |at: &str| {
            app.verifier().post(&format!("{at}/publish"), &because()).await.is(200);
        };
        tokio::join!(publish(&one), publish(&other));
        assert_eq!(ids(&app.verifier()).await.len(), 2 * many);
        for at in [&one, &other] {
            let mut told = Vec::new();
            let of = format!("{NOTICES}?incident={}&limit=200", number(at));
            let page = app.verifier().read(&of).await;
            told.extend(page["items"].as_array().unwrap().iter().map(|item| item["statement"].to_string()));
            told.sort();
            told.dedup();
            assert_eq!(told.len(), many);
        }
        // What it costs, beside a version that nobody cites.
        let uncited = app.published("incidents", incident().on("2022")).await;
        let mut took = Vec::new();
        for at in [&uncited, &one, &uncited, &one] {
            let severity = json!({"severity": 1 + took.len()});
            app.contributor().amend(at, &severity).await.is(200);
            app.approve(at).await;
            let start = Instant::now();
            publish(at).await;
            took.push(start.elapsed());
        }
        tell(&format!(
            "{:?}: a version that nobody cites {:?}, one that {many} statements cite {:?}",
            app.backend, took[2], took[3]
        ));
    }
}
