//! Retries, lost updates, and writes that share a commit.

use amparo_tests::{election, incident, on_both, organization};
use axum::http::Method;
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

const INCIDENTS: &str = "/api/v1/incidents";

fn keyed(key: &str) -> [(&str, &str); 2] {
    [("content-type", "application/json"), ("idempotency-key", key)]
}

on_both! {
    async fn a_retry_of_a_request_is_the_same_request(app: TestApp) {
        let draft = Value::from(incident()).to_string();
        let writer = app.contributor();
        let first = writer.send(Method::POST, INCIDENTS, &keyed("\"one\""), draft.clone()).await;
        first.is(201);
        // Quoted or bare, it is the same key; and what changed since does not count.
        writer.amend(&first.location(), &json!({"summary": "More."})).await.is(200);
        let again = writer.send(Method::POST, INCIDENTS, &keyed("one"), draft.clone()).await;
        again.is(201);
        assert_eq!(again.location(), first.location());
        assert!(again.etag().starts_with("\"r1-"));
        assert_eq!(again.json()["summary"], Value::Null);
        let other = Value::from(incident().on("2020")).to_string();
        let reused = writer.send(Method::POST, INCIDENTS, &keyed("one"), other).await;
        reused.problem(422, "idempotency-key-reused");
        // Its scope is the token and the path.
        let others = app.verifier().send(Method::POST, INCIDENTS, &keyed("one"), draft.clone()).await;
        assert_ne!(others.location(), first.location());
        let case = json!({"title": "A case"}).to_string();
        writer.send(Method::POST, "/api/v1/cases", &keyed("one"), case).await.is(201);
        assert_eq!(app.count("record", "kind = 'incident'").await, 2);
        for wrong in ["", "\"\"", &"x".repeat(256)] {
            let answer = writer.send(Method::POST, INCIDENTS, &keyed(wrong), draft.clone()).await;
            answer.problem(400, "malformed-header");
        }
    }

    async fn a_key_is_kept_for_seven_days(app: TestApp) {
        let draft = Value::from(incident()).to_string();
        let writer = app.contributor();
        let send = || writer.send(Method::POST, INCIDENTS, &[("content-type", "application/json"), ("idempotency-key", "k")], draft.clone());
        let first = send().await.location();
        app.advance(TimeDelta::days(7) - TimeDelta::seconds(1));
        assert_eq!(send().await.location(), first);
        app.advance(TimeDelta::seconds(1));
        let second = send().await.location();
        assert_ne!(second, first);
        assert_eq!(send().await.location(), second);
    }

    async fn a_verb_that_is_retried_is_done_once(app: TestApp) {
        let at = app.created("incidents", incident()).await.location();
        let submit = format!("{at}/submit");
        let writer = app.contributor();
        for _ in 0..3 {
            let answer = writer.send(Method::POST, &submit, &keyed("verb"), "{}").await;
            answer.is(200);
            assert_eq!(answer.json()["state"], "submitted");
        }
        assert_eq!(app.count("audit_entry", "action = 'submit'").await, 1);
    }

    async fn twenty_retries_at_once_make_one_record(app: TestApp) {
        let draft = Value::from(incident()).to_string();
        let writer = app.contributor();
        let retries = (0..20)
            .map(|_| writer.send(Method::POST, INCIDENTS, &[("content-type", "application/json"), ("idempotency-key", "same")], draft.clone()));
        let answers = join_all(retries).await;
        let mut places: Vec<_> = answers.iter().map(amparo_tests::Answer::location).collect();
        places.dedup();
        assert_eq!(places.len(), 1);
        assert!(answers.iter().all(|answer| answer.status == 201));
        assert_eq!(app.count("record", "1 = 1").await, 1);
        assert_eq!(app.count("audit_entry", "action = 'create'").await, 1);
    }

    /// Sixteen people change one record twenty times each, as they last saw it: every change that
    /// was acknowledged is there, every other was refused.
    async fn loses_no_update(app: TestApp) {
        let at = app.created("incidents", incident()).await.location();
        let writer = app.contributor();
        let clients = (0..16).map(|client| {
            let (writer, at) = (writer.clone(), at.clone());
            async move {
                let (mut done, mut refused) = (0, 0);
                for nth in 0..20 {
                    let seen = writer.get(&at).await.etag();
                    let patch = json!({"summary": format!("Change {nth} of {client}.")});
                    match writer.patch(&at, &seen, &patch).await.status.as_u16() {
                        200 => done += 1,
                        412 => refused += 1,
                        status => panic!("{status}"),
                    }
                }
                (done, refused)
            }
        });
        let outcomes = join_all(clients).await;
        let done: i64 = outcomes.iter().map(|(done, _)| done).sum();
        let refused: i64 = outcomes.iter().map(|(_, refused)| refused).sum();
        assert_eq!(done + refused, 320);
        assert!(done >= 20, "somebody is always first");
        assert_eq!(app.count("revision", "1 = 1").await, 1 + done);
        assert_eq!(app.count("audit_entry", "action = 'change'").await, done);
        let last = writer.read(&at).await;
        assert_eq!(last["revision"], 1 + done);
    }

    /// Events are added to whatever the record is by then, none in place of another.
    async fn adds_events_at_once(app: TestApp) {
        let at = app.created("incidents", incident()).await.location();
        let writer = app.contributor();
        let path = format!("{at}/events");
        let event = json!({"date": "2024-05-02", "kind": "released"});
        let answers = join_all((0..4).map(|_| writer.post(&path, &event))).await;
        let added = answers.iter().filter(|answer| answer.status == 201).count();
        assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 201 | 412)));
        let events = writer.read(&path).await;
        assert_eq!(events["items"].as_array().unwrap().len(), added);
    }

    /// Writes that wait share a commit on SQLite; one that fails is rolled back alone.
    async fn a_write_that_fails_takes_no_other_with_it(app: TestApp) {
        let writer = app.contributor();
        let draft = |nth: usize| -> Value {
            let slug = if nth.is_multiple_of(2) { "the-same".to_owned() } else { format!("other-{nth}") };
            organization(&format!("Observers {nth}")).with("slug", slug).into()
        };
        let drafts: Vec<Value> = (0..40).map(draft).collect();
        let posts = drafts.iter().map(|draft| writer.post("/api/v1/organizations", draft));
        let answers = join_all(posts).await;
        let made = answers.iter().filter(|answer| answer.status == 201).count();
        let refused = answers.iter().filter(|answer| answer.status == 409).count();
        assert_eq!((made, refused), (21, 19));
        assert_eq!(app.count("record", "1 = 1").await, 21);
        assert_eq!(app.count("revision", "1 = 1").await, 21);
        assert_eq!(app.count("audit_entry", "action = 'create'").await, 21);
    }

    /// What is acknowledged is there whole, and of what is refused beside it nothing is left: neither its card, nor
    /// what it described, nor a word by which it would be found.
    async fn of_incidents_written_at_once_each_is_there_whole_or_not_at_all(app: TestApp) {
        let writer = app.contributor();
        let draft = |nth: usize| -> Value {
            let draft = incident().titled(&format!("Writer{nth} was turned away"));
            let described = json!([{"name": format!("Body number {nth}"), "role": "affected_organization"}]);
            match nth % 3 {
                0 => draft.with("organizations", json!([
                    {"name": format!("Nobody {nth}"), "role": "affected_organization"},
                    {"slug": "no-such-body", "role": "affected_organization"},
                ])).into(),
                1 => draft.with("organizations", described).into(),
                _ => draft.into(),
            }
        };
        let drafts: Vec<Value> = (0..48).map(draft).collect();
        let answers = join_all(drafts.iter().map(|draft| writer.post(INCIDENTS, draft))).await;
        for (nth, answer) in answers.iter().enumerate() {
            let expected = if nth % 3 == 0 { 422 } else { 201 };
            assert_eq!(answer.status, expected, "{nth}: {}", answer.text());
            let found = writer.numbers(&format!("{INCIDENTS}?state=draft&q=Writer{nth}")).await;
            assert_eq!(found.len(), usize::from(nth % 3 != 0), "{nth}");
        }
        assert_eq!(app.count("record", "kind = 'incident'").await, 32);
        assert_eq!(app.count("record", "kind = 'organization'").await, 16);
        assert_eq!(app.count("revision", "1 = 1").await, 48);
        assert_eq!(app.count("audit_entry", "action = 'create'").await, 48);
    }

    /// An election is moved while incidents about it are published: each needs what the other has.
    async fn an_edit_and_a_publication_that_need_each_other_both_come_through(app: TestApp) {
        let vote = app.created("elections", election("az-2024", "AZE", "2024-02-07")).await;
        let (at, writer, verifier) = (vote.location(), app.contributor(), app.verifier());
        for round in 0..3 {
            let mut paths = Vec::new();
            for nth in 0..6 {
                let draft = incident().titled(&format!("Incident {nth}")).with("election", "az-2024");
                let draft = draft.on(&format!("202{round}-04-{:02}", nth + 1));
                let about = app.created("incidents", draft).await.location();
                writer.post_nothing(&format!("{about}/submit")).await.is(200);
                app.approve(&about).await;
                paths.push(format!("{about}/publish"));
            }
            let edits = (0..6).map(|nth| {
                let (at, writer) = (at.clone(), writer.clone());
                async move {
                    let date = json!({"date": format!("2024-02-{:02}", 10 + round * 6 + nth)});
                    writer.amend(&at, &date).await
                }
            });
            let publications = paths.iter().map(|path| verifier.post_nothing(path));
            let (edited, published) = tokio::join!(join_all(edits), join_all(publications));
            for answer in published {
                answer.is(200);
            }
            for answer in edited {
                assert!(matches!(answer.status.as_u16(), 200 | 412), "{}", answer.text());
            }
            // It is hidden again, so that the next edit concerns the incidents about it.
            let reason = json!({"reason": "It did not happen."});
            for path in &paths {
                verifier.post(&path.replace("publish", "withdraw"), &reason).await.is(200);
            }
        }
        assert_eq!(app.count("version", "1 = 1").await, 18);
    }

    /// Of several verifiers who approve and publish at once, exactly one makes the version.
    async fn several_who_approve_and_publish_at_once_make_one_version(app: TestApp) {
        for round in 0..3 {
            let named = json!([{"ref": "P1", "name": "Zorabeth Quillfeather", "display": "name",
                "display_reason": "She agreed."}]);
            let draft = incident().on(&format!("202{round}")).about(named);
            let at = app.created("incidents", draft).await.location();
            app.contributor().post_nothing(&format!("{at}/submit")).await.is(200);
            let verifiers = [app.verifier(), app.other_verifier(), app.third_verifier()];
            let (approve, publish) = (format!("{at}/approve"), format!("{at}/publish"));
            let approval = amparo_tests::approval(&at);
            let tries = verifiers.iter().map(|verifier| {
                let (approve, publish, approval) = (&approve, &publish, &approval);
                async move {
                    let approved = verifier.post(approve, approval).await.status.as_u16();
                    let mut published = Vec::new();
                    for _ in 0..4 {
                        published.push(verifier.post_nothing(publish).await.status.as_u16());
                    }
                    (approved, published)
                }
            });
            let outcomes = join_all(tries).await;
            // Who comes after it is published finds nothing to approve or publish.
            assert!(outcomes.iter().all(|(approved, _)| matches!(approved, 200 | 409)), "{outcomes:?}");
            let published = outcomes.iter().flat_map(|(_, published)| published);
            let (done, refused): (Vec<u16>, Vec<u16>) = published.partition(|status| **status == 200);
            assert_eq!(done.len(), 1, "{outcomes:?}");
            assert!(refused.iter().all(|status| *status == 409), "{outcomes:?}");
            let number = at.rsplit('/').next().unwrap().replace('-', "");
            assert_eq!(app.count("version", &format!("number = {number}")).await, 1);
            let approvals = app.count("approval", &format!("number = {number}")).await;
            assert!((2..=3).contains(&approvals), "{approvals}");
        }
    }

    /// A publication races edits: what comes out is a revision that somebody approved, or nothing.
    async fn what_nobody_approved_is_never_published(app: TestApp) {
        let at = app.published("incidents", incident()).await;
        let (writer, verifier) = (app.contributor(), app.verifier());
        let (approve, publish) = (format!("{at}/approve"), format!("{at}/publish"));
        let approval = amparo_tests::approval(&at);
        let reason = json!({"reason": "More is known."});
        for round in 0..20 {
            let edit = |nth: usize| json!({"summary": format!("Edit {nth} of round {round}.")});
            writer.amend(&at, &edit(0)).await.is(200);
            let (one, two) = (edit(1), edit(2));
            let reviews = async {
                verifier.post(&approve, &approval).await;
                verifier.post(&publish, &reason).await
            };
            let (published, ..) =
                tokio::join!(reviews, writer.amend(&at, &one), writer.amend(&at, &two));
            assert!(matches!(published.status.as_u16(), 200 | 409), "{}", published.text());
        }
        let number = at.rsplit('/').next().unwrap().replace('-', "");
        let unapproved = format!(
            "number = {number} AND NOT EXISTS (SELECT 1 FROM approval WHERE approval.number = \
             version.number AND approval.revision = version.revision)"
        );
        assert_eq!(app.count("version", &unapproved).await, 0);
    }

    /// Incidents that refer to each other and to the same organizations, in any order, can be
    /// published at once.
    async fn publishes_what_belongs_together_at_once(app: TestApp) {
        let mut organizations = Vec::new();
        for nth in 0..6 {
            let made = app.created("organizations", organization(&format!("Observers {nth}"))).await;
            organizations.push(json!({"number": made.json()["number"]}));
        }
        let mut places = Vec::new();
        let mut related: Vec<Value> = Vec::new();
        for nth in 0..12 {
            organizations.rotate_left(nth % 5);
            let draft = incident()
                .titled(&format!("Incident {nth}"))
                .with("organizations", organizations.clone())
                .with("related", related.clone());
            let made = app.created("incidents", draft).await;
            related.push(json!({"number": made.json()["number"]}));
            places.push(made.location());
        }
        let all: Vec<Value> = related.clone();
        for (nth, at) in places.iter().enumerate() {
            let mut others = all.clone();
            others.remove(nth);
            app.contributor().amend(at, &json!({"related": others})).await.is(200);
            app.contributor().post_nothing(&format!("{at}/submit")).await.is(200);
            app.approve(at).await;
        }
        let verifier = app.verifier();
        let paths: Vec<String> = places.iter().map(|at| format!("{at}/publish")).collect();
        for answer in join_all(paths.iter().map(|path| verifier.post_nothing(path))).await {
            answer.is(200);
        }
        assert_eq!(app.public().numbers("/api/v1/organizations").await.len(), 6);
        let withdraw = json!({"reason": "It did not happen."});
        let paths: Vec<String> = places.iter().map(|at| format!("{at}/withdraw")).collect();
        for answer in join_all(paths.iter().map(|path| verifier.post(path, &withdraw))).await {
            answer.is(200);
        }
        // Nobody names them in public any more.
        assert_eq!(app.public().numbers("/api/v1/organizations").await, Vec::<String>::new());
    }
}
