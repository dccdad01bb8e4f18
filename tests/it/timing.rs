//! What is hidden answers as what was never there: the same answer, by the same statements, in the same time.
//!
//! The time is measured by the full run alone (`make proofs`), which prints what it measured; otherwise the
//! statements stand for it: whoever asks for what is hidden makes the server ask the database the same, as often.
//!
//! The database itself looks at a row that is hidden and at none that is absent, which the full run sees within the
//! process: about a microsecond on SQLite. It fails where a difference is significant and is a hundredth of the time
//! that the answer takes; what is significant and smaller it prints as such. `AMPARO_TIMING` chooses cases by a part of their names.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use amparo_domain::access::Role;
use amparo_domain::number::{Number, Width};
use amparo_tests::proofs::{Dice, full, tell};
use amparo_tests::{Answer, Client, Limits, Person, TestApp, incident, on_both, organization};
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::json;
use tracing::instrument::WithSubscriber as _;

/// How many of each there are, so that no single place in an index is compared with another.
const EACH: usize = 16;

/// From which Welch's t on a difference is significant.
const SIGNIFICANT: f64 = 4.5;

/// Which part of the time of an answer a difference has to be for somebody to use it: the jitter of any network is more.
const USABLE: f64 = 0.01;

/// What is asked by somebody: what is hidden from them, and what is not there.
struct Case<'a> {
    name: &'static str,
    asker: Client<'a>,
    method: Method,
    hidden: Vec<String>,
    absent: Vec<String>,
    /// What a login, in place of a path, is tried with.
    signs_in: Option<(&'a TestApp, &'static str)>,
    /// Whether the two are told apart on purpose, to show that it would be noticed.
    control: bool,
}

/// How long the hash of a password takes at least as it is served, in µs; here it is made cheap.
const HASHED: f64 = 100_000.0;

impl Case<'_> {
    /// How long an answer takes as it is served, that took so long here.
    fn as_served(&self, time: f64) -> f64 {
        if self.signs_in.is_some() { HASHED + time } else { time }
    }

    async fn ask(&self, path: &str) -> Answer {
        if let Some((app, password)) = &self.signs_in {
            // So that nobody has guessed too often by now.
            app.advance(TimeDelta::hours(2));
            let body = json!({"name": path, "password": password, "code": "000000"});
            return self.asker.post("/api/v1/sessions", &body).await;
        }
        if self.method == Method::GET {
            return self.asker.get(path).await;
        }
        let headers = [("content-type", "application/json"), ("if-match", "*")];
        let member = if self.method == Method::PATCH { "summary" } else { "reason" };
        let body = json!({member: "x"}).to_string();
        self.asker.send(self.method.clone(), path, &headers, body).await
    }
}

/// Notes what the database is asked while an answer is made.
#[derive(Default)]
struct Asked {
    kinds: Arc<Mutex<Vec<String>>>,
    spans: AtomicU64,
}

impl tracing::Subscriber for Asked {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target().starts_with("sea_orm::database")
    }

    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        let metadata = span.metadata();
        let kind = format!("{} {}", metadata.target(), metadata.name());
        self.kinds.lock().unwrap().push(kind);
        tracing::span::Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, _: &tracing::Event<'_>) {}
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

/// An answer without the id of the request and what was asked for, and what the database was asked for it.
async fn told(case: &Case<'_>, path: &str) -> (String, Vec<String>) {
    let asked = Asked::default();
    let kinds = Arc::clone(&asked.kinds);
    let answer = case.ask(path).with_subscriber(asked).await;
    let id = answer.header("x-request-id");
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "x-request-id")
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort();
    let told = format!("{} {headers:?} {}", answer.status, answer.text()).replace(&id, "ID");
    // What was asked for may be named.
    let told = told.replace("hidden-observers", "absent-observers");
    let kinds = kinds.lock().unwrap().clone();
    (told, kinds)
}

fn never_given(nth: u64) -> String {
    Number::from_random(0x5eed_0000_0000 ^ (nth << 20), Width::Eight).to_string()
}

/// What somebody is compared by, in a register with much that is public and some that is not.
async fn cases(app: &TestApp) -> Vec<Case<'_>> {
    app.load_register().await;
    let mut numbers = Vec::new();
    for nth in 0..EACH {
        let draft = incident()
            .titled(&format!("{{P1}} detained, hiddenword{nth:02}"))
            .of_type("detention")
            .about(json!([{"ref": "P1", "name": format!("Zorabeth Quillfeather{nth:02}")}]))
            .with("confidential", json!({"narrative": "They came at dawn."}));
        let made = app.created("incidents", draft).await;
        numbers.push(made.json()["number"].as_str().unwrap().to_owned());
        let slug = format!("hidden-observers-{nth:02}");
        let draft = organization(&format!("Hidden Observers {nth}")).with("slug", slug);
        app.created("organizations", draft).await;
    }
    let elsewhere = app.of_network("elsewhere", Role::Verifier).await;
    let mut cases = by_number(app, &elsewhere, &numbers);
    cases.extend(by_text(app, &elsewhere));
    cases.extend(by_login(app).await);
    cases
}

/// What is asked for by its number.
fn by_number<'a>(app: &'a TestApp, elsewhere: &Client<'a>, numbers: &[String]) -> Vec<Case<'a>> {
    let known = app.verifier();
    let mut cases = Vec::new();
    let mut add =
        |name, asker: &Client<'_>, method: &Method, paths: fn(&str) -> String, control| {
            let absent = (0..EACH as u64).map(|nth| paths(&never_given(nth))).collect();
            let hidden = numbers.iter().map(|number| paths(number)).collect();
            let (asker, method) = (Client::with_token_or_not(app, asker.token()), method.clone());
            cases.push(Case { name, asker, method, hidden, absent, signs_in: None, control });
        };
    let at = |number: &str| format!("/api/v1/incidents/{number}");
    let (get, patch, post) = (Method::GET, Method::PATCH, Method::POST);
    add("a number, asked by the public", &app.public(), &get, at, false);
    add("a number, asked by a verifier elsewhere", elsewhere, &get, at, false);
    let working = |number: &str| format!("/api/v1/incidents/{number}?view=working");
    add("a working revision, asked by a verifier elsewhere", elsewhere, &get, working, false);
    add("an edit by a verifier elsewhere", elsewhere, &patch, at, false);
    let withdraw = |number: &str| format!("/api/v1/incidents/{number}/withdraw");
    add("a verb of a verifier elsewhere", elsewhere, &post, withdraw, false);
    let versions = |number: &str| format!("/api/v1/incidents/{number}/versions");
    add("versions, asked by the public", &app.public(), &get, versions, false);
    let revisions = |number: &str| format!("/api/v1/incidents/{number}/revisions");
    add("revisions, asked by a verifier elsewhere", elsewhere, &get, revisions, false);
    let questions = |number: &str| format!("/api/v1/incidents/{number}/questions");
    add("questions, asked by a verifier elsewhere", elsewhere, &get, questions, false);
    let duplicates = |number: &str| format!("/api/v1/incidents/{number}/duplicates");
    add("duplicates, asked by a verifier elsewhere", elsewhere, &get, duplicates, false);
    let permanent = |number: &str| format!("/r/{number}");
    add("/r/{number}, asked by the public", &app.public(), &get, permanent, false);
    add("/r/{number}, asked by a verifier elsewhere", elsewhere, &get, permanent, false);
    add("control: a number, asked by who may see it", &known, &get, at, true);
    cases
}

fn texts(pattern: fn(usize) -> String) -> Vec<String> {
    (0..EACH).map(pattern).collect()
}

/// What is asked for by a slug or a word.
fn by_text<'a>(app: &'a TestApp, elsewhere: &Client<'a>) -> Vec<Case<'a>> {
    let mut cases = Vec::new();
    let mut add =
        |name, asker: &Client<'_>, hidden: fn(usize) -> String, absent: fn(usize) -> String| {
            cases.push(Case {
                name,
                asker: Client::with_token_or_not(app, asker.token()),
                method: Method::GET,
                hidden: texts(hidden),
                absent: texts(absent),
                signs_in: None,
                control: false,
            });
        };
    add(
        "a slug, asked by the public",
        &app.public(),
        |nth| format!("/api/v1/organizations/hidden-observers-{nth:02}"),
        |nth| format!("/api/v1/organizations/absent-observers-{nth:02}"),
    );
    add(
        "a slug, asked by a verifier elsewhere",
        elsewhere,
        |nth| format!("/api/v1/organizations/hidden-observers-{nth:02}"),
        |nth| format!("/api/v1/organizations/absent-observers-{nth:02}"),
    );
    add(
        "a filter by a hidden slug, asked by a verifier elsewhere",
        elsewhere,
        |nth| format!("/api/v1/incidents?organization=hidden-observers-{nth:02}"),
        |nth| format!("/api/v1/incidents?organization=absent-observers-{nth:02}"),
    );
    add(
        "a hidden name in q=, asked by the public",
        &app.public(),
        |nth| format!("/api/v1/incidents?q=Quillfeather{nth:02}&total=true"),
        |nth| format!("/api/v1/incidents?q=Quellfaether{nth:02}&total=true"),
    );
    add(
        "a hidden name in q=, asked by a verifier elsewhere",
        elsewhere,
        |nth| format!("/api/v1/incidents?q=Quillfeather{nth:02}&total=true"),
        |nth| format!("/api/v1/incidents?q=Quellfaether{nth:02}&total=true"),
    );
    add(
        "a word of a hidden title in q=, asked by the public",
        &app.public(),
        |nth| format!("/api/v1/incidents?q=hiddenword{nth:02}"),
        |nth| format!("/api/v1/incidents?q=absentword{nth:02}"),
    );
    add(
        "a word of a hidden title in q=, asked by a verifier elsewhere",
        elsewhere,
        |nth| format!("/api/v1/incidents?q=hiddenword{nth:02}"),
        |nth| format!("/api/v1/incidents?q=absentword{nth:02}"),
    );
    add(
        "control: two that are not there",
        &app.public(),
        |nth| format!("/api/v1/organizations/neither-observers-{nth:02}"),
        |nth| format!("/api/v1/organizations/absent-observers-{nth:02}"),
    );
    cases
}

/// Who signs in.
async fn by_login(app: &TestApp) -> Vec<Case<'_>> {
    let mut cases = Vec::new();
    for nth in 0..EACH {
        let person =
            app.person(&format!("known-login-{nth:02}"), "default", &[Role::Analyst]).await;
        app.signed_in(&person).await;
    }
    for (name, password) in [
        ("a login, with a wrong password", "not the lamp at all, I think"),
        ("a login, with its password and a wrong code", Person::PASSWORD),
    ] {
        cases.push(Case {
            name,
            asker: app.public(),
            method: Method::POST,
            hidden: texts(|nth| format!("known-login-{nth:02}")),
            absent: texts(|nth| format!("wrong-login-{nth:02}")),
            signs_in: Some((app, password)),
            control: false,
        });
    }
    cases
}

/// Welch's t of two samples, in which what took longest of both together is left out.
fn welch(one: &[f64], other: &[f64]) -> (f64, f64, f64) {
    let mut all: Vec<f64> = one.iter().chain(other).copied().collect();
    all.sort_by(f64::total_cmp);
    let longest = all[all.len() * 9 / 10];
    let moments = |sample: &[f64]| {
        let kept: Vec<f64> = sample.iter().copied().filter(|time| *time <= longest).collect();
        #[allow(clippy::cast_precision_loss, reason = "there are some thousands")]
        let count = kept.len() as f64;
        let mean = kept.iter().sum::<f64>() / count;
        let variance = kept.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (mean, variance / count)
    };
    let ((mean, error), (of_other, error_of_other)) = (moments(one), moments(other));
    ((mean - of_other) / (error + error_of_other).sqrt(), mean, of_other)
}

/// Asks for both in a random order, many times.
async fn measure(case: &Case<'_>, pairs: usize) -> (f64, f64, f64) {
    let mut dice = Dice(0x0071_4e5e);
    let (mut hidden, mut absent) = (Vec::with_capacity(pairs), Vec::with_capacity(pairs));
    for _ in 0..pairs {
        let first = dice.below(2);
        for turn in [first, 1 - first] {
            let (paths, times) =
                if turn == 0 { (&case.hidden, &mut hidden) } else { (&case.absent, &mut absent) };
            let path = dice.of(paths);
            let began = Instant::now();
            let answer = case.ask(path).await;
            let time = began.elapsed();
            drop(answer);
            times.push(time.as_secs_f64() * 1e6);
        }
    }
    welch(&hidden, &absent)
}

on_both! {
    /// Nobody learns from an answer, or from how long it took, that there is something they may not see.
    async fn what_is_hidden_is_as_what_is_not_there(app: TestApp) {
        // What is answered from memory takes the same for all; here it is the work that is listened to.
        let forgetful = Limits { kept_answers: Some(0), ..Limits::default() };
        let app = TestApp::limited(app.backend, forgetful).await.expect("there is a database");
        let pairs = 20_000;
        let (mut usable, mut compared) = (Vec::new(), 0);
        let only = std::env::var("AMPARO_TIMING").unwrap_or_default();
        for case in cases(&app).await.into_iter().filter(|case| case.name.contains(&only)) {
            // Who asks is remembered for a second; that is not what is compared.
            told(&case, &case.absent[0]).await;
            let (_, statements) = told(&case, &case.absent[0]).await;
            // A verb is done by the writer, which works for several at once and is not listened to.
            assert!(case.method == Method::POST || !statements.is_empty(), "{}", case.name);
            let pairs_of_paths = case.hidden.iter().zip(&case.absent).cycle();
            for (hidden, absent_path) in pairs_of_paths.take(4 * EACH) {
                compared += 1;
                let told_of_hidden = told(&case, hidden).await;
                let told_of_absent = told(&case, absent_path).await;
                if case.control && case.name.ends_with("who may see it") {
                    assert_ne!(told_of_hidden, told_of_absent, "{}", case.name);
                    continue;
                }
                assert_eq!(told_of_hidden, told_of_absent, "{}: {hidden}", case.name);
                assert_eq!(told_of_hidden.1, statements, "{}: {hidden}", case.name);
            }
            if !full() {
                continue;
            }
            let (t, hidden, absent) = measure(&case, pairs).await;
            let significant = t.abs() >= SIGNIFICANT;
            tell(&format!(
                "{:?}: {}: |t| = {:.2} over {pairs} pairs; {hidden:.1} µs hidden, {absent:.1} µs absent{}",
                app.backend, case.name, t.abs(), if significant { ": SIGNIFICANT" } else { "" }
            ));
            if case.control {
                assert!(significant, "a difference of two answers is noticed");
            } else if significant && (hidden - absent).abs() >= USABLE * case.as_served(absent) {
                usable.push(format!("{}: {t:.2}", case.name));
            }
        }
        tell(&format!("{:?}: {compared} pairs of answers and their statements are the same", app.backend));
        assert!(usable.is_empty(), "{usable:?}");
    }
}
