//! What waits for a desk, in which order, and what does not.

use amparo_domain::access::Role;
use amparo_tests::{Draft, TestApp, approval, incident, on_both, organization};
use chrono::TimeDelta;
use serde_json::{Value, json};

const QUEUE: &str = "/api/v1/queue";

async fn submitted(app: &TestApp, draft: Draft) -> String {
    let at = app.created("incidents", draft).await.location();
    app.contributor().post_nothing(&format!("{at}/submit")).await.is(200);
    at
}

/// Task and title of what waits.
async fn waits(client: &amparo_tests::Client<'_>, query: &str) -> Vec<(String, String)> {
    let page = client.read(&format!("{QUEUE}{query}")).await;
    let items = page["items"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    items.map(|item| (text(&item["task"]), text(&item["title"]))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(task, title)| ((*task).to_owned(), (*title).to_owned())).collect()
}

fn detained(day: &str) -> Draft {
    incident()
        .titled("Detention of {P1}")
        .of_type("detention")
        .about(json!([{"ref": "P1", "name": "Zorabeth Quillfeather", "position": "an observer"}]))
        .with("events", json!([{"date": day, "kind": "detained", "people": ["P1"]}]))
}

on_both! {
    async fn shows_those_in_danger_first_then_what_waits_longest(app: TestApp) {
        let verifier = app.verifier();
        assert_eq!(waits(&verifier, "").await, pairs(&[]));
        submitted(&app, incident().titled("The first")).await;
        app.advance(TimeDelta::hours(1));
        submitted(&app, incident().titled("The second").on("2023")).await;
        app.advance(TimeDelta::hours(1));
        let danger = incident().titled("In danger").on("2022").with("in_danger_now", true);
        submitted(&app, danger).await;
        app.advance(TimeDelta::hours(1));
        let published = app.published("incidents", incident().titled("Published").on("2021")).await;
        app.contributor().amend(&published, &json!({"summary": "More."})).await.is(200);
        app.created("incidents", incident().titled("A draft").on("2020")).await;
        app.advance(TimeDelta::hours(1));
        let asked = submitted(&app, incident().titled("Asked").on("2019")).await;
        let ask = format!("{asked}/questions");
        verifier.post(&ask, &json!({"text": "Who says so?"})).await.is(201);
        let all = [("safety", "In danger"), ("new", "The first"), ("new", "The second"), ("changes", "Published")];
        assert_eq!(waits(&verifier, "").await, pairs(&all));
        assert_eq!(waits(&verifier, "?task=question").await, pairs(&[("question", "Asked")]));
        // Answered, it is the desk's again.
        let answer = format!("{asked}/questions/1/answer");
        app.contributor().post(&answer, &json!({"text": "A neighbour."})).await.is(200);
        assert_eq!(waits(&verifier, "?task=reply").await, pairs(&[("reply", "Asked")]));
        assert_eq!(waits(&verifier, "?task=new,safety&task!=safety").await, pairs(&all[1..3]));
        assert_eq!(waits(&verifier, "?task!=new,changes").await, pairs(&[all[0], ("reply", "Asked")]));

        let page = verifier.read(&format!("{QUEUE}?total=true&limit=1")).await;
        assert_eq!(page["meta"]["total"], 5);
        let item = &page["items"][0];
        assert_eq!(item["waiting_since"], "2026-11-25T14:00:00Z");
        assert_eq!(item["in_danger_now"], true);
        assert_eq!(item["approvals"], json!({"there": 0, "needed": 1}));
        assert_eq!((&item["kind"], &item["country"], &item["state"]),
            (&json!("incident"), &json!("AZE"), &json!("submitted")));
        assert_eq!((&item["assigned_to"], &item["possible_duplicates"]), (&Value::Null, &Value::Null));
        // What is decided waits no longer.
        app.approve(&published).await;
        let item = &verifier.read(&format!("{QUEUE}?task=changes")).await["items"][0];
        assert_eq!(item["approvals"], json!({"there": 1, "needed": 1}));
        verifier.post(&format!("{published}/publish"), &json!({"reason": "More."})).await.is(200);
        assert_eq!(waits(&verifier, "?task=changes").await, pairs(&[]));
    }

    /// Page by page, each once, in the order of the whole; those due among those that wait.
    async fn is_read_page_by_page(app: TestApp) {
        for nth in 0..4 {
            app.published("incidents", detained(&format!("2024-0{}-01", nth + 1))).await;
        }
        for nth in 0..7 {
            let draft = incident().on(&format!("201{nth}")).with("in_danger_now", nth % 3 == 0);
            submitted(&app, draft).await;
            if nth % 2 == 0 {
                app.advance(TimeDelta::hours(7));
            }
        }
        let verifier = app.verifier();
        let whole = verifier.read(&format!("{QUEUE}?limit=200&total=true")).await;
        assert_eq!(whole["meta"]["total"], 11);
        let numbers: Vec<_> = whole["items"].as_array().unwrap().iter()
            .map(|item| item["number"].as_str().unwrap().to_owned()).collect();
        assert_eq!(numbers.len(), 11);
        let tasks: Vec<_> = whole["items"].as_array().unwrap().iter()
            .map(|item| item["task"].as_str().unwrap().to_owned()).collect();
        assert_eq!(tasks[..3], ["safety", "safety", "safety"]);
        assert_eq!(tasks[3..7], ["due", "due", "due", "due"], "they have waited for years");
        for limit in [1, 2, 3, 5, 10] {
            assert_eq!(verifier.numbers(&format!("{QUEUE}?limit={limit}")).await, numbers, "{limit}");
        }
        // A cursor is for whom it was made, and for this question.
        let next = verifier.read(&format!("{QUEUE}?limit=2")).await["next"].as_str().unwrap().to_owned();
        verifier.get(&format!("{QUEUE}?task=new&after={next}")).await.problem(400, "unknown-parameter");
        app.admin().get(&format!("{QUEUE}?after={next}")).await.problem(400, "unknown-parameter");
    }

    async fn a_detention_is_due_when_it_was_not_confirmed_for_long(app: TestApp) {
        let at = app.published("incidents", detained("2026-11-01")).await;
        let verifier = app.verifier();
        assert_eq!(waits(&verifier, "").await, pairs(&[]));
        // 30 days after 1 November.
        app.advance(TimeDelta::days(5));
        assert_eq!(waits(&verifier, "").await, pairs(&[]));
        app.advance(TimeDelta::days(1));
        assert_eq!(waits(&verifier, "").await, pairs(&[("due", "Detention of an observer")]));
        let item = &verifier.read(QUEUE).await["items"][0];
        assert_eq!((&item["approvals"], &item["waiting_since"]), (&Value::Null, &json!("2026-12-01T00:00:00Z")));
        assert_eq!(waits(&verifier, "?two_person=true").await, pairs(&[]));

        // Saved, it waits as a change; published, it is not due for another 30 days.
        let event = json!({"date": "2026-11-30", "kind": "confirmed_held", "people": ["P1"]});
        app.contributor().post(&format!("{at}/events"), &event).await.is(201);
        assert_eq!(waits(&verifier, "").await, pairs(&[("changes", "Detention of an observer")]));
        app.approve(&at).await;
        verifier.post(&format!("{at}/publish"), &json!({"reason": "Still held."})).await.is(200);
        assert_eq!(waits(&verifier, "").await, pairs(&[]));
        app.advance(TimeDelta::days(30));
        assert_eq!(waits(&verifier, "?task=due").await.len(), 1);
        // Who is released is not due any more.
        let event = json!({"date": "2026-12-20", "kind": "released", "people": ["P1"]});
        app.contributor().post(&format!("{at}/events"), &event).await.is(201);
        app.approve(&at).await;
        verifier.post(&format!("{at}/publish"), &json!({"reason": "Released."})).await.is(200);
        assert_eq!(waits(&verifier, "").await, pairs(&[]));
    }

    /// A published record that is only asked about is due again when it is answered, and not before.
    async fn a_question_about_a_published_record_comes_back(app: TestApp) {
        let at = app.published("incidents", detained("2026-10-01")).await;
        let verifier = app.verifier();
        assert_eq!(waits(&verifier, "").await.len(), 1);
        verifier.post(&format!("{at}/questions"), &json!({"text": "Is {P1} still held?"})).await.is(201);
        assert_eq!(waits(&verifier, "").await, pairs(&[]));
        assert_eq!(waits(&app.contributor(), "").await, pairs(&[("question", "Detention of an observer")]));
        let answer = format!("{at}/questions/1/answer");
        app.contributor().post(&answer, &json!({"text": "We do not know."})).await.is(200);
        assert_eq!(waits(&verifier, "").await, pairs(&[("due", "Detention of an observer")]));
    }

    async fn is_for_the_desk_and_tells_authors_what_they_are_asked(app: TestApp) {
        let at = submitted(&app, incident().titled("Mine")).await;
        app.public().get(QUEUE).await.problem(401, "token-needed");
        app.analyst().get(QUEUE).await.problem(403, "not-allowed");
        let stranger = app.of_network("elsewhere", Role::Verifier).await;
        assert_eq!(waits(&stranger, "?total=true").await, pairs(&[]));
        for role in [Role::Verifier, Role::NetworkAdmin, Role::Admin] {
            assert_eq!(waits(&app.with_role(role), "").await.len(), 1, "{role:?}");
        }
        let colleague = app.of_network("default", Role::Contributor).await;
        for client in [app.contributor(), colleague.clone(), app.with_role(Role::Advocate)] {
            assert_eq!(waits(&client, "").await, pairs(&[]));
        }
        app.verifier().post(&format!("{at}/return"), &json!({"question": "When?"})).await.is(200);
        assert_eq!(waits(&app.contributor(), "").await, pairs(&[("question", "Mine")]));
        assert_eq!(waits(&app.contributor(), "?task=new").await, pairs(&[]));
        assert_eq!(waits(&colleague, "").await, pairs(&[]), "another's record");
        assert_eq!(waits(&app.verifier(), "").await, pairs(&[]), "it waits for its author");
        assert_eq!(waits(&app.verifier(), "?task=question").await.len(), 1);
    }

    async fn is_asked_by_who_looks_after_it_by_country_and_by_how_many_approve(app: TestApp) {
        let named = json!([{"ref": "P1", "name": "Zorabeth Quillfeather", "display": "name",
            "display_reason": "She agreed.", "position": "an observer"}]);
        let two = incident().titled("About {P1}").in_country("GEO").about(named);
        let at = submitted(&app, two).await;
        submitted(&app, incident().titled("Another")).await;
        app.advance(TimeDelta::minutes(1));
        let made = app.created("organizations", organization("Example Observers")).await.location();
        app.contributor().post_nothing(&format!("{made}/submit")).await.is(200);
        let verifier = app.verifier();
        // A title names nobody, not even whom the record does.
        let about = [("new", "About an observer")];
        assert_eq!(waits(&verifier, "?two_person=true").await, pairs(&about));
        assert_eq!(waits(&verifier, "?country=Georgia").await, pairs(&about));
        assert_eq!(waits(&verifier, "?country!=GEO").await.len(), 2);
        assert!(!verifier.get(QUEUE).await.text().contains("Quillfeather"));
        let me = app.column("SELECT CAST(id AS TEXT) FROM token WHERE name = 'verifier'").await;
        verifier.post(&format!("{at}/assign"), &json!({"to": me[0]})).await.is(200);
        assert_eq!(waits(&verifier, "?mine=true").await, pairs(&about));
        assert_eq!(waits(&app.other_verifier(), "?mine=true").await, pairs(&[]));
        assert_eq!(
            waits(&verifier, "?assigned=none").await,
            pairs(&[("new", "Another"), ("new", "Example Observers")]),
        );
        for wrong in ["task=nwe", "mine=yes", "assigned=me", "mine=true&assigned=none", "limit=0", "limit=201",
            "after=x", "sort=new", "country=Nowhere"] {
            verifier.get(&format!("{QUEUE}?{wrong}")).await.problem(400, "unknown-parameter");
        }
        // What is published is nobody's any more.
        app.approve(&at).await;
        verifier.post_nothing(&format!("{at}/publish")).await.is(200);
        assert_eq!(app.count("assignment", "1 = 1").await, 0);
    }

    /// What an operator imports as handed in waits, what they import as published does not.
    async fn what_is_imported_waits_unless_it_is_published(app: TestApp) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("two.csv");
        let rows = "external_id,occurred,country,lat,lon,title,summary,severity,grade,types,organizations,people\n\
            1,2024-03-01,AZ,,,Turned away,,3,confirmed,threat,Group One,Ann Quillfeather\n";
        std::fs::write(&path, rows).unwrap();
        let summary = crate::imports::import(&app, std::slice::from_ref(&path), |_| {}).await;
        assert!(summary.committed, "{summary}");
        let verifier = app.verifier();
        assert_eq!(waits(&verifier, "").await, pairs(&[("import", "Turned away")]));
        // The operator's word stands without a basis.
        let number = verifier.numbers(QUEUE).await.pop().unwrap();
        let at = format!("/api/v1/incidents/{number}");
        let record = verifier.read(&at).await;
        assert_eq!((&record["grade"], &record["grade_basis"]), (&json!("confirmed"), &Value::Null));
        verifier.post(&format!("{at}/approve"), &approval(&at)).await.is(200);
        verifier.post_nothing(&format!("{at}/publish")).await.is(200);

        std::fs::write(&path, rows.replace("1,2024-03-01", "2,2024-04-01")).unwrap();
        let published = |options: &mut amparo_cli::ImportOptions| {
            options.state = Some(amparo_domain::vocabulary::State::Published);
        };
        let summary = crate::imports::import(&app, &[path], published).await;
        assert!(summary.committed, "{summary}");
        assert_eq!(waits(&verifier, "").await, pairs(&[]));
        assert_eq!(app.public().numbers("/api/v1/incidents").await.len(), 2);
        assert_eq!(app.count("approval", "1 = 1").await, 1, "nobody approved what the operator published");
    }
}
