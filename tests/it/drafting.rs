//! Drafting a statement: marks, picks, a paragraph from facts, and what is to be looked at before it is published.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use amparo_domain::access::Role;
use amparo_tests::{Client, Draft, TestApp, incident, on_both, organization};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tracing::instrument::WithSubscriber as _;

use crate::imports::import;

const NAME: &str = "Zorabeth Quillfeather";

fn number(at: &str) -> String {
    at.rsplit('/').next().unwrap().to_owned()
}

fn mark(at: &str) -> String {
    format!("[[{}]]", number(at))
}

/// A statement as an advocate writes it.
fn statement(body: &str) -> Value {
    json!({"title": "We stand with them", "date": "2024-04-30", "lang": "en", "kind": "statement", "body": body})
}

/// Creates a statement and returns its address.
async fn drafted(client: &Client<'_>, statement: &Value) -> String {
    let answer = client.post("/api/v1/statements", statement).await;
    answer.is(201);
    answer.location()
}

fn cited(record: &Value) -> Vec<(String, Value)> {
    let of = record["incidents"].as_array().unwrap().iter();
    of.map(|cited| (cited["number"].as_str().unwrap().to_owned(), cited["version"].clone()))
        .collect()
}

/// The codes of what is to be looked at.
async fn codes(client: &Client<'_>, at: &str) -> Vec<String> {
    let checks = client.read(&format!("{at}/checks")).await;
    let items = checks["items"].as_array().unwrap().iter();
    items.map(|check| check["check"].as_str().unwrap().to_owned()).collect()
}

async fn publish_again(app: &TestApp, at: &str, change: Value) {
    app.contributor().amend(at, &change).await.is(200);
    app.approve(at).await;
    app.verifier().post(&format!("{at}/publish"), &json!({"reason": "Known since."})).await.is(200);
}

async fn withdraw(app: &TestApp, at: &str) {
    let reason = json!({"reason": "It was somewhere else.", "reason_class": "mistaken"});
    app.verifier().post(&format!("{at}/withdraw"), &reason).await.is(200);
}

/// A detention of one person, who is shown by role unless something else is said.
fn detention(display: &str) -> Draft {
    incident()
        .titled("Detention of {P1}")
        .of_type("detention")
        .on("2024-04-29")
        .with("lang", "en")
        .with("organizations", json!([{"name": "Election Monitoring and Democracy Studies Centre", "acronym": "EMDS", "country": "AZE"}]))
        .about(json!([{"ref": "P1", "name": NAME, "position": "chairperson", "display": display,
            "display_reason": if display == "name" { Some("the person agreed") } else { None }}]))
        .with("sources", json!([{"ref": "S1", "title": "A statement", "publisher": "GNDEM", "date": "2024-04-30"}]))
        .with("events", json!([{"ref": "E1", "date": "2024-04-29", "kind": "detained", "people": ["P1"], "source": "S1"}]))
}

/// What the seed of the project tells of, as three records.
async fn the_seeds_three(app: &TestApp) -> [String; 3] {
    let emds = json!([{"name": "Election Monitoring and Democracy Studies Centre", "acronym": "EMDS", "country": "AZE"}]);
    let sources =
        json!([{"ref": "S1", "title": "A statement", "publisher": "GNDEM", "date": "2024-04-30"}]);
    let of = |kinds: Value, on: &str| {
        incident()
            .with("types", kinds)
            .on(on)
            .with("organizations", emds.clone())
            .with("sources", sources.clone())
    };
    let campaign = of(json!(["discrediting_campaign", "harassment"]), "/2024-04-30");
    let rules = of(json!(["accreditation_restriction"]), "2024-02");
    // Remand and what came later stand in later sources.
    let held = detention("name")
        .with("sources", json!([
            {"ref": "S1", "title": "A statement", "publisher": "GNDEM", "date": "2024-04-30"},
            {"ref": "S2", "title": "A court", "date": "2024-05-10"},
        ]))
        .with("events", json!([
            {"ref": "E1", "date": "2024-04-29", "kind": "detained", "people": ["P1"], "source": "S1"},
            {"ref": "E2", "date": "2024-04-30", "kind": "remanded", "people": ["P1"], "source": "S2"},
        ]));
    [
        app.published("incidents", campaign).await,
        app.published("incidents", rules).await,
        app.published("incidents", held).await,
    ]
}

/// What somebody is told of a text with a name, without the name.
async fn asked_with(
    client: &Client<'_>,
    author: &Client<'_>,
    at: &str,
    held: &str,
    name: &str,
) -> String {
    let body = format!("The police held {name} then.{}", mark(held));
    author.amend(at, &json!({"body": body, "known_on": "2024-05-05"})).await.is(200);
    let mut checks = client.read(&format!("{at}/checks")).await;
    checks["revision"] = json!(0);
    checks.to_string().replace(name, "NAME")
}

/// Counts what the database is asked while an answer is made.
#[derive(Default)]
struct Asked(Arc<AtomicU64>);

impl Asked {
    async fn during<T>(answer: impl Future<Output = T>) -> (T, u64) {
        let asked = Self::default();
        let count = Arc::clone(&asked.0);
        let answer = answer.with_subscriber(asked).await;
        (answer, count.load(Ordering::Relaxed))
    }
}

impl tracing::Subscriber for Asked {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target().starts_with("sea_orm::database")
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, _: &tracing::Event<'_>) {}
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

on_both! {
    async fn marks_are_taken_into_the_list(app: TestApp) {
        let one = app.published("incidents", incident()).await;
        let other = app.published("incidents", incident()).await;
        let advocate = app.with_role(Role::Advocate);
        let body = format!("They did it.{} And that.[[OBS {} v1]]", mark(&one), number(&other));
        let at = drafted(&advocate, &statement(&body)).await;
        let got = advocate.get(&at).await;
        let whole = got.json();
        assert_eq!(cited(&whole), [(number(&one), Value::Null), (number(&other), json!(1))]);
        assert_eq!(whole["body"], format!("They did it.{} And that.{}", mark(&one), mark(&other)));
        // What GET gave may be sent back, and changes nothing.
        let again = advocate.put(&at, &got.etag(), &whole).await;
        again.is(200);
        assert_eq!((again.json()["revision"].clone(), cited(&again.json())), (json!(1), cited(&whole)));
        // A patch of the text, and of the list, from which a marked one cannot go.
        let patched = advocate.amend(&at, &json!({"body": format!("That.{}", mark(&other))})).await.json();
        assert_eq!(cited(&patched), cited(&whole));
        let patched = advocate.amend(&at, &json!({"incidents": []})).await.json();
        assert_eq!(cited(&patched), [(number(&other), Value::Null)]);
        // Several versions of one incident stay in the text.
        let several = format!("So[[{0} v1]] and so[[{0} v2]].", number(&one));
        let patched = advocate.amend(&at, &json!({"body": several, "incidents": []})).await.json();
        assert_eq!(cited(&patched), [(number(&one), json!(1)), (number(&one), json!(2))]);
        assert_eq!(patched["body"], several);
    }

    async fn marks_of_an_imported_text_are_taken_too(app: TestApp) {
        let one = app.published("incidents", incident()).await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("statement.md");
        let text = |mark: &str| format!("---\ntitle: We stand with them\ndate: 2024-04-30\n---\n\nThey were turned away.{mark}\n");
        std::fs::write(&path, text(&mark(&one))).unwrap();
        assert!(import(&app, std::slice::from_ref(&path), |_| ()).await.committed);
        let list = app.contributor().read("/api/v1/statements").await;
        assert_eq!(cited(&list["items"][0]), [(number(&one), Value::Null)]);
        std::fs::write(&path, text("[[4827-1931]]")).unwrap();
        assert!(!import(&app, &[path], |_| ()).await.committed, "a mistyped mark is refused");
    }

    async fn a_mark_of_nothing_is_refused_in_the_same_words(app: TestApp) {
        let hidden = app.created("incidents", incident()).await.location();
        let advocate = app.with_role(Role::Advocate);
        let told = |at: String| {
            let advocate = &advocate;
            async move {
                let answer = advocate.post("/api/v1/statements", &statement(&format!("x{}", mark(&at)))).await;
                assert_eq!(answer.wrong(), ["/body"], "{at}");
                answer.json()["errors"][0]["message"].as_str().unwrap().replace(&number(&at), "N")
            }
        };
        let missing = told("5724-0000".to_owned()).await;
        assert!(missing.contains("[[N]]") && missing.contains("correct the mark"), "{missing}");
        assert_eq!(told(hidden.clone()).await, missing);
        let election = app.published("elections", amparo_tests::election("az-2024", "AZE", "2024-02-07")).await;
        assert_eq!(told(election).await, missing);
        let mistyped = advocate.post("/api/v1/statements", &statement("x[[4827-1931]]")).await;
        assert_eq!(mistyped.wrong(), ["/body"]);
        assert!(mistyped.text().contains("has a mistake in it"), "{}", mistyped.text());
        // Who sees the draft may mark it; the advocate then keeps it, without seeing it in the list.
        let at = drafted(&app.contributor(), &statement(&format!("x[[{} v1]]", number(&hidden)))).await;
        assert_eq!(cited(&app.contributor().read(&at).await), [(number(&hidden), json!(1))]);
        let got = advocate.get(&at).await;
        assert!(cited(&got.json()).is_empty());
        let mut sent = got.json();
        sent["title"] = json!("We stand with all of them");
        advocate.put(&at, &got.etag(), &sent).await.is(200);
        assert_eq!(cited(&app.contributor().read(&at).await), [(number(&hidden), json!(1))]);
    }

    async fn a_statement_speaks_as_of_a_day(app: TestApp) {
        let advocate = app.with_role(Role::Advocate);
        let at = drafted(&advocate, &statement("x")).await;
        let got = advocate.read(&at).await;
        assert_eq!((&got["known_on"], &got["annex"]), (&Value::Null, &json!("full")));
        let tomorrow = (app.now() + TimeDelta::days(1)).date_naive().to_string();
        let answer = advocate.amend(&at, &json!({"known_on": tomorrow})).await;
        assert_eq!(answer.wrong(), ["/known_on"]);
        let mut future = statement("x");
        future["known_on"] = json!(tomorrow);
        assert_eq!(advocate.post("/api/v1/statements", &future).await.wrong(), ["/known_on"]);
        assert_eq!(advocate.amend(&at, &json!({"annex": "long", "known_on": "2024"})).await.wrong(), ["/known_on", "/annex"]);
        let got = advocate.amend(&at, &json!({"annex": "short", "known_on": "2024-04-30"})).await.json();
        assert_eq!((&got["known_on"], &got["annex"]), (&json!("2024-04-30"), &json!("short")));
        let got = advocate.amend(&at, &json!({"annex": null, "known_on": null})).await.json();
        assert_eq!((&got["known_on"], &got["annex"]), (&Value::Null, &json!("full")));
    }

    async fn incidents_are_picked(app: TestApp) {
        let late = app.published("incidents", incident().on("2024-06-01")).await;
        let early = app.published("incidents", incident().on("2024-01-01")).await;
        let elsewhere = app.published("incidents", incident().in_country("GEO").on("2024-03-01")).await;
        let hidden = app.created("incidents", incident()).await.location();
        let advocate = app.with_role(Role::Advocate);
        let at = drafted(&advocate, &statement("x")).await;
        let picks = format!("{at}/picks");
        let send = |body: Value, tag: String| {
            let (advocate, picks) = (&advocate, picks.clone());
            async move {
                let headers = [("content-type", "application/json"), ("if-match", tag.as_str())];
                advocate.send(axum::http::Method::POST, &picks, &headers, body.to_string()).await
            }
        };
        let numbers = json!({"incidents": [number(&late)]});
        advocate.post(&picks, &numbers).await.problem(428, "if-match-needed");
        let tag = advocate.get(&at).await.etag();
        let picked = send(numbers.clone(), tag.clone()).await;
        picked.is(200);
        assert_eq!(picked.json()["added"], json!([number(&late)]));
        assert_eq!(picked.json()["statement"]["revision"], 2);
        send(numbers.clone(), tag).await.problem(412, "stale");
        // A question adds what it finds and is not there, in the order of the dates.
        let picked = send(json!({"query": "country=AZE&period=2024"}), picked.etag()).await;
        picked.is(200);
        assert_eq!(picked.json()["added"], json!([number(&early)]));
        let list: Vec<String> = cited(&advocate.read(&at).await).into_iter().map(|(number, _)| number).collect();
        assert_eq!(list, [number(&early), number(&late)]);
        // Nothing new is no new revision.
        let again = send(json!({"query": "country=AZE&period=2024"}), picked.etag()).await;
        assert_eq!((again.json()["added"].clone(), again.json()["statement"]["revision"].clone()), (json!([]), json!(3)));
        for (wrong, place) in [
            (json!({"incidents": [number(&elsewhere), number(&hidden)]}), "/incidents/1"),
            (json!({"incidents": ["4827-1931"]}), "/incidents/0"),
            (json!({"incidents": []}), "/incidents"),
            (json!({}), "/incidents"),
            (json!({"incidents": [number(&late)], "query": "country=AZE"}), "/incidents"),
            (json!({"query": "contry=AZE"}), "/query"),
            (json!({"quary": "country=AZE"}), "/incidents"),
        ] {
            let answer = send(wrong.clone(), "*".to_owned()).await;
            assert_eq!(answer.wrong()[0], place, "{wrong}");
        }
        // A retry with the same key is done once, and told the same.
        let headers = [("content-type", "application/json"), ("if-match", &*picked.etag()), ("idempotency-key", "k1")];
        let body = json!({"incidents": [number(&elsewhere)]}).to_string();
        for _ in 0..2 {
            let answer = advocate.send(axum::http::Method::POST, &picks, &headers, body.clone()).await;
            answer.is(200);
            assert_eq!((answer.json()["added"].clone(), answer.json()["statement"]["revision"].clone()), (json!([number(&elsewhere)]), json!(4)));
        }
        app.analyst().post(&picks, &numbers).await.problem(403, "not-allowed");
    }

    async fn the_worked_example_is_built_from_facts(app: TestApp) {
        let [campaign, rules, held] = the_seeds_three(&app).await;
        let advocate = app.with_role(Role::Advocate);
        let gndem = organization("Global Network of Domestic Election Monitors").with("acronym", "GNDEM");
        let gndem = app.published("organizations", gndem.without("country")).await;
        let mut draft = statement("x");
        draft["issuer"] = json!(number(&gndem));
        draft["known_on"] = json!("2024-04-30");
        draft["incidents"] = json!([number(&held), number(&campaign), number(&rules)]);
        let at = drafted(&advocate, &draft).await;
        let told = advocate.read(&format!("{at}/suggestion?lang=en")).await;
        assert_eq!(told["text"], format!(
            "As known on 30 April 2024, 3 incidents affecting EMDS (Azerbaijan) are recorded: discrediting campaign and harassment, until 30 April \
             2024, start not known (reported by one source){}; accreditation restriction, February 2024, day not known (reported by one source){}; \
             detention affecting {NAME} (chairperson), 29 April 2024 (reported by one source; custody: under arrest, last confirmed: 29 April 2024){}.",
            mark(&campaign), mark(&rules), mark(&held)
        ));
        let fact = told["fact_only"].as_str().unwrap();
        assert!(fact.starts_with("GNDEM has recorded 3 incidents affecting EMDS (Azerbaijan) up to 30 April 2024, including detention affecting"), "{fact}");
        assert!(fact.ends_with(&format!("{}{}{}", mark(&campaign), mark(&rules), mark(&held))), "{fact}");
        // Put into the text, it needs no other look.
        advocate.amend(&at, &json!({"body": told["text"]})).await.is(200);
        assert_eq!(codes(&advocate, &at).await, Vec::<String>::new());
        for language in ["ar", "es", "fr", "pt", "ru"] {
            let told = advocate.read(&format!("{at}/suggestion?lang={language}")).await;
            let text = told["text"].as_str().unwrap();
            assert!(text.contains(NAME) && text.matches("[[").count() == 3, "{text}");
            assert!(!text.contains("chairperson"), "{language}: a position is in the language of the record");
            advocate.amend(&at, &json!({"body": text})).await.is(200);
            assert_eq!(codes(&advocate, &at).await, Vec::<String>::new(), "{text}");
        }
        // Of today there is more to tell: the remand of a later source.
        let today = advocate.read(&format!("{at}/suggestion?lang=en&known_on=2026-11-25")).await;
        assert!(today["text"].as_str().unwrap().contains("pre-trial") && today["known_on"] == "2026-11-25", "{today}");
        // What is known no more, or was not known then, is left out and told.
        withdraw(&app, &rules).await;
        let told = advocate.read(&format!("{at}/suggestion")).await;
        assert_eq!(told["left_out"], json!([{"number": number(&rules), "reason": "withdrawn"}]));
        assert!(told["text"].as_str().unwrap().contains("2 incidents"));
        let early = advocate.read(&format!("{at}/suggestion?known_on=2024-04-29")).await;
        assert_eq!((&early["text"], early["left_out"].as_array().unwrap().len()), (&Value::Null, 3));
        // The same of a question, by anybody.
        let public = app.public().read("/api/v1/suggestion?country=AZE&known_on=2024-04-30&lang=en").await;
        assert!(public["text"].as_str().unwrap().starts_with("As known on 30 April 2024, 2 incidents affecting EMDS"), "{public}");
        assert!(public["fact_only"].as_str().unwrap().starts_with("This register has recorded 2 incidents"));
        app.public().get("/api/v1/suggestion?as_of=2024-04-30").await.problem(400, "unknown-parameter");
        app.public().get(&format!("{at}/suggestion")).await.problem(401, "token-needed");
        app.analyst().get(&format!("{at}/suggestion")).await.problem(403, "not-allowed");
    }

    async fn a_suggestion_names_whom_the_record_names(app: TestApp) {
        let held = app.published("incidents", detention("role")).await;
        for client in [app.public(), app.verifier()] {
            let told = client.read("/api/v1/suggestion?lang=en").await;
            let text = told["text"].as_str().unwrap();
            assert!(!text.contains("Quillfeather") && text.contains("affecting 1 person who is not named"), "{text}");
        }
        let person = app.verifier().read(&held).await["people"][0]["person"].as_str().unwrap().to_owned();
        let named = json!({"people": [{"ref": "P1", "person": person, "position": "chairperson", "display": "name", "display_reason": "they agreed"}]});
        publish_again(&app, &held, named).await;
        let told = app.public().read("/api/v1/suggestion?lang=en").await;
        assert!(told["text"].as_str().unwrap().contains(NAME));
        let down = json!({"person": "P1", "scope": "everywhere", "reason": "The family asked."});
        app.verifier().post(&format!("{held}/take-down"), &down).await.is(200);
        let told = app.public().read("/api/v1/suggestion?lang=en").await;
        assert!(!told["text"].as_str().unwrap().contains("Quillfeather"), "{told}");
    }

    async fn the_version_of_the_day_is_cited(app: TestApp) {
        let held = app.published("incidents", detention("name").on("2024-04-27")).await;
        let first = app.now().date_naive();
        app.advance(TimeDelta::days(1));
        publish_again(&app, &held, json!({"occurred": "2024-04-28", "grade": "reported"})).await;
        let advocate = app.with_role(Role::Advocate);
        let at = drafted(&advocate, &statement(&format!("She was held on 27 April 2024.{}", mark(&held)))).await;
        assert_eq!(codes(&advocate, &at).await, ["date_differs", "custody_not_confirmed"]);
        // By the version of the day before, the date is right; there is a newer one.
        advocate.amend(&at, &json!({"known_on": first})).await.is(200);
        let checks = advocate.read(&format!("{at}/checks")).await;
        let newer = &checks["items"][0];
        assert_eq!((&newer["check"], &newer["version"]), (&json!("newer_version"), &json!(1)));
        assert!(newer["fix"]["href"].as_str().unwrap().ends_with("/diff?from=1&to=2"), "{newer}");
        app.public().get(newer["fix"]["href"].as_str().unwrap()).await.is(200);
        advocate.amend(&at, &newer["fix"]["patch"]).await.is(200);
        assert!(!codes(&advocate, &at).await.contains(&"newer_version".to_owned()));
    }

    /// Each check has a statement that trips it and one that does not.
    async fn each_check_is_done(app: TestApp) {
        let held = app.published("incidents", detention("name").with("affected", json!({"unnamed_min": 0, "unnamed_max": 2}))).await;
        let advocate = app.with_role(Role::Advocate);
        let mut draft = statement("x");
        draft["known_on"] = json!("2024-05-05");
        let at = drafted(&advocate, &draft).await;
        let m = mark(&held);
        for (trips, body, not) in [
            ("uncited_claim", "On 29 April 2024 she was held.".to_owned(), format!("On 29 April 2024 she was held.{m}")),
            ("stronger_than_grade", format!("There is constant harassment.{m}"), format!("There is harassment, as is reported.{m}")),
            ("date_differs", format!("She was held on 2 May 2024.{m}"), format!("She was held on 29 April.{m}")),
            ("count_differs", format!("They held 39 observers.{m}"), format!("They held 3 observers.{m}")),
            ("custody_not_confirmed", format!("She is still imprisoned in the capital.{m}"), format!("She was held.{m}")),
            ("quotation_without_link", "He said “we will come back for all of you”.".to_owned(),
             "He [said](https://example.org/a) “we will come back for all of you”.".to_owned()),
        ] {
            let day = if trips == "custody_not_confirmed" && body.contains("still") { "2024-08-01" } else { "2024-05-05" };
            advocate.amend(&at, &json!({"body": body, "known_on": day})).await.is(200);
            let checks = advocate.read(&format!("{at}/checks")).await;
            assert_eq!(codes(&advocate, &at).await, [trips], "{body}");
            let check = &checks["items"][0];
            assert_eq!((&check["severity"], &check["pointer"]), (&json!("warns"), &json!("/body")));
            // The place counts characters.
            let place = |end: &str| usize::try_from(check["at"][end].as_u64().unwrap()).unwrap();
            let words: String = body.chars().skip(place("start")).take(place("end") - place("start")).collect();
            assert_eq!(check["words"], words);
            advocate.amend(&at, &json!({"body": not, "known_on": "2024-05-05"})).await.is(200);
            assert_eq!(codes(&advocate, &at).await, Vec::<String>::new(), "{not}");
        }
        advocate.amend(&at, &json!({"body": format!("She was held.{m}")})).await.is(200);
        let grade = json!({"grade": "disputed", "basis": "contradicted", "reason": "Another says otherwise."});
        app.verifier().post(&format!("{held}/grade"), &grade).await.is(200);
        assert_eq!(codes(&advocate, &at).await, Vec::<String>::new(), "what is not published changes nothing");
        app.approve(&held).await;
        app.third_verifier().post(&format!("{held}/publish"), &json!({"reason": "So."})).await.is(200);
        assert_eq!(codes(&advocate, &at).await, ["stronger_than_grade", "disputed"]);
        withdraw(&app, &held).await;
        let checks = advocate.read(&format!("{at}/checks")).await;
        assert_eq!((codes(&advocate, &at).await, &checks["blocked"]), (vec!["withdrawn".to_owned()], &json!(true)));
        // It is not published as long as it rests on that.
        app.contributor().post_nothing(&format!("{at}/submit")).await.is(200);
        app.approve(&at).await;
        let refused = app.verifier().post_nothing(&format!("{at}/publish")).await.problem(409, "blocked");
        assert_eq!(refused["errors"][0]["pointer"], "/body");
        app.verifier().amend(&at, &json!({"body": "Nothing."})).await.is(200);
        app.approve(&at).await;
        app.other_verifier().post_nothing(&format!("{at}/publish")).await.problem(409, "blocked");
        app.verifier().amend(&at, &json!({"incidents": []})).await.is(200);
        app.approve(&at).await;
        app.other_verifier().post_nothing(&format!("{at}/publish")).await.is(200);
    }

    async fn what_was_merged_is_told_with_the_one_that_stays(app: TestApp) {
        let stays = app.published("incidents", incident()).await;
        let goes = app.published("incidents", incident()).await;
        let advocate = app.with_role(Role::Advocate);
        let at = drafted(&advocate, &statement(&format!("So it was.{}", mark(&goes)))).await;
        assert_eq!(codes(&advocate, &at).await, Vec::<String>::new());
        let merge = json!({"into": number(&stays), "reason": "The same."});
        app.verifier().post(&format!("{goes}/merge"), &merge).await.is(200);
        let checks = advocate.read(&format!("{at}/checks")).await;
        let check = &checks["items"][0];
        assert_eq!((&check["check"], &check["severity"]), (&json!("withdrawn"), &json!("warns")));
        assert!(check["fix"]["text"].as_str().unwrap().contains(&mark(&stays)), "{check}");
        // It stays in the text until somebody writes the other.
        advocate.amend(&at, &json!({"title": "Another title"})).await.is(200);
        advocate.amend(&at, &json!({"body": format!("So it was.{}", mark(&stays)), "incidents": []})).await.is(200);
        assert_eq!(codes(&advocate, &at).await, Vec::<String>::new());
    }

    /// A name that no cited record shows blocks for those who know it, in every script and spelling.
    async fn a_name_that_is_not_shown_blocks(app: TestApp) {
        let held = app.published("incidents", detention("role")).await;
        let person = app.verifier().read(&held).await["people"][0]["person"].as_str().unwrap().to_owned();
        let names = json!({"names": [{"name": NAME}, {"name": "زورابيث كويلفيذر", "lang": "ar"}, {"name": "Зорабет Квилфезер", "lang": "ru"}]});
        app.verifier().amend(&format!("/api/v1/people/{person}"), &names).await.is(200);
        let at = drafted(&app.verifier(), &statement(&format!("An observer was held.{}", mark(&held)))).await;
        app.verifier().amend(&at, &json!({"known_on": "2024-05-05"})).await.is(200);
        assert_eq!(codes(&app.verifier(), &at).await, Vec::<String>::new());
        let m = mark(&held);
        for (member, text) in [
            ("body", json!(format!("ZORABETH  Quillfeather was held.{m}"))),
            ("body", json!(format!("Зорабет Квилфезер.{m}"))),
            ("body", json!(format!("زورابيث كويلفيذر{m}"))),
            ("title", json!("Free Zorabeth Quillfeather")),
            ("excerpt", json!("On Quillfeather and others")),
            ("tags", json!(["#FreeZorabethQuillfeather"])),
        ] {
            let before = app.verifier().read(&format!("{at}?text=raw")).await[member].clone();
            app.verifier().amend(&at, &json!({member: text})).await.is(200);
            let checks = app.verifier().read(&format!("{at}/checks")).await;
            let named = checks["items"].as_array().unwrap().iter().find(|check| check["check"] == "confidential_name");
            let named = named.unwrap_or_else(|| panic!("{text}: {checks}"));
            assert_eq!((&named["severity"], &named["number"]), (&json!("blocks"), &json!(number(&held))), "{text}");
            assert!(named["pointer"].as_str().unwrap().starts_with(&format!("/{member}")), "{named}");
            app.verifier().amend(&at, &json!({member: before})).await.is(200);
        }
        let trail = app.with_role(Role::Verifier).read("/api/v1/audit?action=read_confidential").await;
        assert!(!trail["items"].as_array().unwrap().is_empty(), "who heard a name is noted");
        // Publishing tells the place to who knows the name.
        app.verifier().amend(&at, &json!({"body": format!("Quillfeather was held.{m}")})).await.is(200);
        app.verifier().post_nothing(&format!("{at}/submit")).await.is(200);
        for verifier in [app.other_verifier(), app.third_verifier()] {
            verifier.post(&format!("{at}/approve"), &json!({})).await;
        }
        let refused = app.other_verifier().post_nothing(&format!("{at}/publish")).await.problem(409, "blocked");
        assert_eq!(refused["errors"][0]["pointer"], "/body");
        // A name that the record shows does not.
        let show = json!({"people": [{"ref": "P1", "person": person, "position": "chairperson", "display": "name", "display_reason": "they agreed"}]});
        publish_again(&app, &held, show).await;
        let checks = app.verifier().read(&format!("{at}/checks")).await;
        assert_eq!(checks["blocked"], false, "{checks}");
        // Saved once more, it is a person of the statement, whose name goes with that of the record.
        app.other_verifier().post_nothing(&format!("{at}/publish")).await.problem(422, "invalid");
        app.verifier().amend(&at, &json!({})).await.is(200);
        app.approve(&at).await;
        app.other_verifier().post_nothing(&format!("{at}/publish")).await.is(200);
        let m = app.public().read(&at).await["body"].as_str().unwrap().to_owned();
        assert!(m.contains("Quillfeather"));
    }

    /// Who does not know a name learns nothing by writing it: the answers are the same for the right one and for any other.
    async fn nobody_finds_out_a_name_by_trying(app: TestApp) {
        let held = app.published("incidents", detention("role")).await;
        let elsewhere = app.of_network("elsewhere", Role::Verifier).await;
        let author = app.of_network("elsewhere", Role::Advocate).await;
        let second = app.of_network("elsewhere", Role::Verifier).await;
        let at = drafted(&author, &statement("x")).await;
        let other = "Zorabeth Quallfeather";
        for client in [&elsewhere, &author] {
            let told = asked_with(client, &author, &at, &held, NAME).await;
            assert_eq!(told, asked_with(client, &author, &at, &held, other).await);
            assert!(told.contains("looks like a name") && !told.contains("\"blocks\""), "{told}");
        }
        // Publishing is refused without a word of which name and which record, is noted, and not often.
        let publish = |name: &str| {
            let body = format!("The police held {name} then.{}", mark(&held));
            let (author, elsewhere, second, at) = (author.clone(), elsewhere.clone(), second.clone(), at.clone());
            async move {
                author.amend(&at, &json!({"body": body})).await.is(200);
                author.post_nothing(&format!("{at}/submit")).await;
                second.post(&format!("{at}/approve"), &json!({})).await.is(200);
                let answer = elsewhere.post_nothing(&format!("{at}/publish")).await;
                // Back to who wrote it.
                if answer.status != 200 {
                    second.post(&format!("{at}/return"), &json!({"question": "Whose name is this?"})).await.is(200);
                }
                answer
            }
        };
        for _ in 0..3 {
            let refused = publish(NAME).await.problem(409, "blocked");
            assert_eq!(refused["errors"].as_array().unwrap().len(), 1);
            assert_eq!(refused["errors"][0]["pointer"], "");
            assert!(!refused.to_string().contains(&number(&held)), "{refused}");
        }
        let trail = app.admin().read("/api/v1/audit?action=refuse_name").await;
        assert_eq!(trail["items"].as_array().unwrap().len(), 3);
        for name in [NAME, other] {
            publish(name).await.problem(429, "too-many-tries");
        }
        app.advance(TimeDelta::days(2));
        publish(other).await.is(200);
    }

    /// However much is cited, the database is asked as often.
    async fn a_hundred_citations_are_looked_at_like_two(app: TestApp) {
        app.load_register().await;
        let contributor = app.contributor();
        let at = drafted(&contributor, &statement("x")).await;
        let two = contributor.numbers("/api/v1/incidents?type=detention&country=AZE").await;
        let pick = |body: Value| {
            let (contributor, at) = (&contributor, at.clone());
            async move {
                let headers = [("content-type", "application/json"), ("if-match", "*")];
                let path = format!("{at}/picks");
                let answer = contributor.send(axum::http::Method::POST, &path, &headers, body.to_string()).await;
                answer.is(200);
                answer.json()["added"].as_array().unwrap().len()
            }
        };
        pick(json!({"incidents": two[..1]})).await;
        contributor.amend(&at, &json!({"known_on": "2026-11-01"})).await.is(200);
        let mut asked = Vec::new();
        // Who listens for the first time may miss what others ask for the first time just then.
        for of in ["checks", "suggestion"] {
            Asked::during(contributor.get(&format!("{at}/{of}"))).await.0.is(200);
        }
        for _ in 0..2 {
            let (checks, of_checks) = Asked::during(contributor.read(&format!("{at}/checks"))).await;
            let (told, of_told) = Asked::during(contributor.read(&format!("{at}/suggestion"))).await;
            assert!(checks["items"].is_array() && told["text"].is_string());
            asked.push((of_checks, of_told));
            if asked.len() == 1 {
                assert!(pick(json!({"query": "period=../2026"})).await > 100);
            }
        }
        assert_eq!(asked[0], asked[1], "{asked:?}");
        let [(checks, told), _] = asked[..] else { panic!("{asked:?}") };
        assert!(checks <= 8 && told <= 8, "{asked:?}");
    }

    async fn checks_are_for_who_writes_it(app: TestApp) {
        let advocate = app.with_role(Role::Advocate);
        let at = drafted(&advocate, &statement("x")).await;
        let checks = format!("{at}/checks");
        app.public().get(&checks).await.problem(401, "token-needed");
        app.analyst().get(&checks).await.problem(403, "not-allowed");
        app.of_network("elsewhere", Role::Contributor).await.get(&checks).await.problem(404, "not-found");
        for client in [app.contributor(), app.verifier(), app.admin(), advocate.clone()] {
            client.get(&checks).await.is(200);
        }
        advocate.get(&format!("{checks}?lang=fr")).await.problem(400, "unknown-parameter");
        let held = app.published("incidents", incident()).await;
        app.contributor().get(&format!("/api/v1/statements/{}/checks", number(&held))).await.problem(404, "not-found");
    }
}
