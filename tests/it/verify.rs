//! Checking citations: what is said of each, whatever it is found in, and that it tells nobody of what is hidden.

use std::time::Instant;

use amparo_domain::access::Role;
use amparo_domain::number::{Number, Width};
use amparo_tests::proofs::tell;
use amparo_tests::{Answer, Client, Draft, TestApp, approval, incident, on_both};
use axum::http::Method;
use chrono::TimeDelta;
use proptest::prelude::{Strategy as _, any};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

const VERIFY: &str = "/api/v1/verify";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

fn number(at: &str) -> String {
    at.rsplit('/').next().unwrap().to_owned()
}

fn digits(at: &str) -> String {
    number(at).replace('-', "")
}

async fn publish_again(app: &TestApp, at: &str, change: Value) {
    app.contributor().amend(at, &change).await.is(200);
    app.approve(at).await;
    app.verifier()
        .post(&format!("{at}/publish"), &json!({"reason": "A second source."}))
        .await
        .is(200);
}

async fn sent(client: &Client<'_>, media_type: &str, body: impl Into<axum::body::Body>) -> Answer {
    client.send(Method::POST, VERIFY, &[("content-type", media_type)], body).await
}

/// What is said of the citations of a text.
async fn checked(app: &TestApp, text: &str) -> Vec<Value> {
    let answer = app.public().post(VERIFY, &json!({"text": text})).await;
    answer.is(200);
    assert_eq!(answer.header("cache-control"), "private, no-store");
    answer.json()["citations"].as_array().unwrap().clone()
}

/// What is said of the only citation of a text.
async fn one(app: &TestApp, text: &str) -> Value {
    let all = checked(app, text).await;
    assert_eq!(all.len(), 1, "{text}: {all:?}");
    all[0].clone()
}

async fn footnote(app: &TestApp, at: &str, query: &str) -> String {
    let answer = app.public().get(&format!("{at}/citation?format=footnote{query}")).await;
    answer.is(200);
    answer.text().trim().to_owned()
}

fn findings(citation: &Value) -> Vec<&str> {
    citation["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| of["finding"].as_str().unwrap())
        .collect()
}

fn named(title: &str) -> Draft {
    incident()
        .titled(title)
        .about(json!([{"ref": "P1", "name": "Zorabeth Quillfeather", "display": "name",
        "display_reason": "the person agreed", "position": "observer"}]))
}

on_both! {
    async fn each_citation_is_told_how_it_stands(app: TestApp) {
        let at = app.published("incidents", incident().titled("Detention at a count").on("2024-04-29")).await;
        let text = footnote(&app, &at, "").await;
        let said = one(&app, &text).await;
        assert_eq!((&said["result"], &said["number"], &said["version"], &said["kind"]), (&json!("matches"), &json!(number(&at)), &json!(1), &json!("incident")));
        assert_eq!(said["where"]["part"], "text");
        assert!(said["address"].as_str().unwrap().ends_with(&format!("/r/{}/v1", digits(&at))));
        // In every form and language.
        for lang in ["ar", "en", "es", "fr", "pt", "ru"] {
            for form in ["footnote", "short", "in_text", "apa", "chicago", "bibtex", "ris", "csl"] {
                let text = app.public().get(&format!("{at}/citation?format={form}&lang={lang}")).await.text();
                let said = one(&app, &text).await;
                assert_eq!((&said["result"], &said["version"]), (&json!("matches"), &json!(1)), "{form} {lang}: {text} {said}");
            }
            let docx = app.public().get(&format!("{at}/citation?format=docx&lang={lang}")).await.body;
            let said = sent(&app.public(), DOCX, docx).await;
            said.is(200);
            let said = &said.json()["citations"][0];
            assert_eq!((&said["result"], &said["where"]["part"], &said["where"]["note"]), (&json!("matches"), &json!("footnote"), &json!(1)), "{said}");
        }
        // What the footnote says beside it.
        let wrong = text.replace("Detention at a count", "Arrest at a count");
        assert_eq!(findings(&one(&app, &wrong).await), ["title_differs"]);
        let wrong = text.replacen("25 November 2026", "26 November 2026", 1);
        let said = one(&app, &wrong).await;
        assert_eq!((&said["result"], findings(&said)), (&json!("differs"), vec!["date_differs"]));
        assert_eq!(said["message"], "This version was published on 25 November 2026, not on the day that is given.");
        let wrong = text.replace("/v1", "/v2");
        assert_eq!(findings(&one(&app, &wrong).await), ["address_differs"]);
        let said = one(&app, &format!("OBS {} v7", number(&at))).await;
        assert_eq!((&said["result"], findings(&said)), (&json!("not_found"), vec!["no_such_version"]));

        app.advance(TimeDelta::days(1));
        publish_again(&app, &at, json!({"summary": "Said otherwise."})).await;
        let said = one(&app, &text).await;
        assert_eq!((&said["result"], &said["findings"][0]["facts_changed"]), (&json!("newer_version"), &json!(false)));
        publish_again(&app, &at, json!({"occurred": "2024-04-30"})).await;
        let said = one(&app, &text).await;
        let finding = &said["findings"][0];
        assert_eq!((&said["result"], &finding["facts_changed"]), (&json!("newer_version"), &json!(true)));
        assert_eq!(finding["changes"][0], json!({"what": "date", "from": "29 April 2024", "to": "30 April 2024"}));
        assert_eq!(said["newest"]["version"], 3);
        assert_eq!(said["message"], "There is a newer version, 3 (26 November 2026), and facts changed.");
        let arabic = app.public().post(&format!("{VERIFY}?lang=ar"), &json!({"text": text})).await.json();
        assert!(arabic["citations"][0]["message"].as_str().unwrap().contains("توجد نسخة أحدث"), "{arabic}");
        assert_eq!(arabic["counts"], json!({"newer_version": 1}));
        // Cited wherever it stands, it stands.
        assert_eq!(one(&app, &format!("[[{}]]", number(&at))).await["result"], "matches");

        app.verifier().post(&format!("{at}/grade"), &json!({"grade": "disputed", "basis": "contradicted", "reason": "Another source says otherwise."})).await.is(200);
        for verifier in [app.other_verifier(), app.third_verifier()] {
            verifier.post(&format!("{at}/approve"), &approval(&at)).await.is(200);
        }
        app.verifier().post(&format!("{at}/publish"), &json!({"reason": "Contradicted."})).await.is(200);
        assert_eq!(findings(&one(&app, &text).await), ["disputed", "newer_version"]);
        let stays = app.published("incidents", incident().on("2023")).await;
        let goes = app.published("incidents", incident().titled("The same").on("2023-05")).await;
        let of_goes = footnote(&app, &goes, "").await;
        app.advance(TimeDelta::seconds(1));
        app.verifier().post(&format!("{goes}/merge"), &json!({"into": number(&stays), "reason": "The same."})).await.is(200);
        let said = one(&app, &of_goes).await;
        assert_eq!((&said["result"], &said["newest"]["number"]), (&json!("merged"), &json!(number(&stays))));
        let reason = json!({"reason": "It was somewhere else.", "reason_class": "mistaken"});
        app.verifier().post(&format!("{at}/withdraw"), &reason).await.is(200);
        let gone = one(&app, &text).await;
        assert_eq!((&gone["result"], findings(&gone)), (&json!("withdrawn"), vec!["withdrawn"]));
        // What it said is not told by what differs from it.
        assert_eq!(findings(&one(&app, &text.replace("Detention", "Arrest")).await), ["withdrawn"]);
        app.verifier().post(&format!("{stays}/withdraw"), &reason).await.is(200);
        assert_eq!(one(&app, &of_goes).await["result"], "withdrawn", "and what was merged into it with it");
        assert_eq!(one(&app, "OBS 4827-1931 v1").await["result"], "mistyped");
    }

    async fn statements_and_lists_have_numbers_too(app: TestApp) {
        let cites = json!({"title": "We stand with them", "date": "2024-04-30", "kind": "statement", "body": "As was said."});
        let at = app.published("statements", cites).await;
        let said = one(&app, &footnote(&app, &at, "&lang=fr").await).await;
        assert_eq!((&said["result"], &said["kind"]), (&json!("matches"), &json!("statement")));
        app.published("incidents", incident()).await;
        let list = app.analyst().post("/api/v1/lists", &json!({"title": "Of 2024", "query": "period=2024"})).await.location();
        let text = footnote(&app, &list, "").await;
        let said = one(&app, &text).await;
        assert_eq!((&said["result"], &said["kind"]), (&json!("matches"), &json!("list")), "{text} {said}");
        assert_eq!(one(&app, &text.replace("Of 2024", "Of 2023")).await["result"], "differs");
    }

    async fn what_is_hidden_is_answered_as_what_never_was(app: TestApp) {
        let draft = app.created("incidents", incident().titled("A secret")).await.location();
        let person = app.published("incidents", named("{P1} held")).await;
        let person = app.verifier().read(&person).await["people"][0]["person"].as_str().unwrap().to_owned();
        let never = &Number::from_random(8_888_888, Width::Eight).to_string();
        let told = async |number: &str, client: &Client<'_>| {
            let text = format!("OBS {number} v1, and OBS {number}: \"A secret\" (25 November 2026), [[{number}]], /r/{number}");
            let answer = client.post(VERIFY, &json!({"text": text})).await;
            answer.is(200);
            let mut headers: Vec<String> = answer.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
            headers.retain(|header| !header.starts_with("x-request-id"));
            format!("{headers:?} {}", answer.text().replace(number, "NUMBER"))
        };
        let expected = told(never, &app.public()).await;
        assert!(expected.contains("not_found"), "{expected}");
        for number in [number(&draft), person] {
            for client in [app.public(), app.contributor(), app.verifier(), app.of_network("elsewhere", Role::Verifier).await] {
                assert_eq!(told(&number, &client).await, expected);
            }
        }
        // A number without letters is told of only if it is there.
        assert_eq!(checked(&app, &format!("They wrote {} on it.", number(&draft))).await, Vec::<Value>::new());
    }

    /// A name that is shown no longer is not confirmed by whether a title fits.
    async fn a_guess_at_a_name_is_not_answered(app: TestApp) {
        let at = app.published("incidents", named("Detention of {P1}, an observer")).await;
        let text = footnote(&app, &at, "").await;
        assert!(text.contains("Quillfeather"), "{text}");
        assert_eq!(one(&app, &text.replace("Quillfeather", "Brandobras")).await["result"], "differs");
        app.verifier().post(&format!("{at}/take-down"), &json!({"person": "P1", "scope": "everywhere", "reason": "The family asked."})).await.is(200);
        let right = one(&app, &text).await;
        assert_eq!(right["result"], "matches", "{right}");
        let guess = one(&app, &text.replace("Quillfeather", "Brandobras55")).await;
        assert_eq!(right["findings"], guess["findings"]);
        assert!(!right.to_string().contains("Quillfeather"), "{right}");
        assert_eq!(one(&app, &text.replace("an observer", "a visitor")).await["result"], "differs");
    }

    async fn what_cannot_be_read_is_a_problem(app: TestApp) {
        let public = app.public();
        sent(&public, "application/json", "{").await.problem(400, "malformed-body");
        sent(&public, "application/json", "{\"txt\": \"\"}").await.problem(422, "invalid");
        sent(&public, "application/pdf", "%PDF").await.problem(415, "media-type");
        public.post_nothing(VERIFY).await.problem(415, "media-type");
        sent(&public, "text/plain", vec![0xff, 0xfe]).await.problem(400, "malformed-body");
        sent(&public, DOCX, "nothing").await.problem(400, "malformed-body");
        sent(&public, "multipart/form-data; boundary=x", "--y").await.problem(400, "malformed-body");
        sent(&public, "text/plain", "x".repeat(2 * 1024 * 1024 + 1)).await.problem(413, "too-large");
        public.get(VERIFY).await.problem(405, "method-not-allowed");
        public.post(&format!("{VERIFY}?langs=ar"), &json!({"text": ""})).await.problem(400, "unknown-parameter");
        let most = app.public().post(VERIFY, &json!({"text": "OBS 4827-1930 v1. ".repeat(1_001)})).await.json();
        assert_eq!((&most["truncated"], most["citations"].as_array().unwrap().len()), (&json!(true), 1_000));
    }

    async fn people_do_it_on_a_page(app: TestApp) {
        let at = app.published("incidents", incident().titled("Held <at> a count").on("2024-04-29")).await;
        let text = footnote(&app, &at, "").await;
        publish_again(&app, &at, json!({"occurred": "2024-04-30"})).await;
        let public = app.public();
        for lang in ["ar", "en", "es", "fr", "pt", "ru"] {
            let form = public.get(&format!("/verify?lang={lang}")).await;
            form.is(200);
            for (header, value) in [("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store"), ("x-robots-tag", "noindex"), ("content-language", lang)] {
                assert_eq!(form.header(header), value);
            }
            assert!(form.header("content-security-policy").contains("form-action 'self'"));
            assert!(!form.text().contains("<script") && form.text().contains("enctype=\"multipart/form-data\""));
            let body = format!(
                "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n{text} and OBS 4827-1931\r\n--x\r\n\
                 Content-Disposition: form-data; name=\"file\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--x--\r\n"
            );
            let page = public.send(Method::POST, &format!("/verify?lang={lang}"), &[("content-type", "multipart/form-data; boundary=x")], body).await;
            page.is(200);
            assert_eq!(page.header("cache-control"), "no-store");
            let html = page.text();
            assert_eq!(html.matches("class=\"card\"").count(), 2, "{html}");
            assert!(html.contains(&format!("/r/{}/v1?lang={lang}", digits(&at))) && html.contains(">!</span>") && html.contains(">✗</span>"), "{html}");
        }
        let page = public.send(Method::POST, "/verify", &[("content-type", "multipart/form-data; boundary=x")], "--y").await;
        page.is(400);
        assert!(page.text().contains("role=\"alert\""));
        let form = public.send(Method::POST, "/verify", &[("content-type", "application/x-www-form-urlencoded")], "text=OBS+4827-1931").await;
        assert!(form.text().contains("Mistyped"), "{}", form.text());
    }

    /// A statement with two hundred footnotes takes no more questions to the database than one with two.
    async fn two_hundred_citations_are_checked_together(app: TestApp) {
        let mut text = String::new();
        for nth in 0..20 {
            let at = app.published("incidents", incident().titled(&format!("Incident {nth}")).on(&format!("20{:02}", 10 + nth % 15))).await;
            if nth % 4 == 0 {
                publish_again(&app, &at, json!({"severity": 3})).await;
            }
            let note = footnote(&app, &at, "&version=1").await;
            for _ in 0..10 {
                text = format!("{text}{note}\n");
            }
        }
        let start = Instant::now();
        let said = app.public().post(VERIFY, &json!({"text": text})).await.json();
        let took = start.elapsed();
        assert_eq!(said["counts"], json!({"matches": 150, "newer_version": 50}));
        tell(&format!("{:?}: 200 citations of 20 incidents, checked in {took:?}", app.backend));
        assert!(took.as_secs() < 5, "{took:?}");
    }

    async fn any_bytes_are_answered(app: TestApp) {
        let types = ["application/json", "text/plain", DOCX, "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"];
        let mut runner = TestRunner::deterministic();
        let strategy = (0..types.len(), proptest::collection::vec(any::<u8>(), 0..200));
        for _ in 0..60 {
            let (nth, bytes) = strategy.new_tree(&mut runner).unwrap().current();
            let answer = sent(&app.public(), types[nth], bytes).await;
            assert!([200, 400, 413, 415, 422].contains(&answer.status.as_u16()), "{}", answer.text());
        }
    }
}
