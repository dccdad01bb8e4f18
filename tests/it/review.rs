//! Nobody confirms their own work.

use amparo_domain::access::Role;
use amparo_tests::{Client, TestApp, approval, election, incident, on_both, organization};
use axum::http::Method;
use serde_json::{Value, json};

/// A submitted incident.
async fn submitted(app: &TestApp, draft: amparo_tests::Draft) -> String {
    let at = app.created("incidents", draft).await.location();
    app.contributor().post_nothing(&format!("{at}/submit")).await.is(200);
    at
}

async fn approve(client: &Client<'_>, at: &str) -> amparo_tests::Answer {
    client.post(&format!("{at}/approve"), &approval(at)).await
}

fn about_somebody(display: &str) -> amparo_tests::Draft {
    incident().about(json!([{"ref": "P1", "name": "Zorabeth Quillfeather", "display": display,
        "display_reason": "She agreed.", "role": "affected_person"}]))
}

on_both! {
    async fn a_revision_is_published_when_others_have_approved_it(app: TestApp) {
        let at = submitted(&app, incident()).await;
        let publish = format!("{at}/publish");
        let (one, two) = (app.verifier(), app.other_verifier());
        let refused = one.post_nothing(&publish).await.problem(409, "approvals-missing");
        assert!(refused["detail"].as_str().unwrap().contains("0 of the 1"), "{refused}");
        app.public().get(&at).await.problem(404, "not-found");

        let approved = approve(&one, &at).await;
        approved.is(200);
        assert_eq!(approved.json()["state"], "in_review", "the first approval takes it into review");
        let list = app.contributor().read(&format!("{at}/approvals")).await;
        assert_eq!(
            (&list["there"], &list["needed"], &list["reasons"], &list["revision"]),
            (&json!(1), &json!(1), &json!([]), &json!(1)),
        );
        assert_eq!(list["items"][0]["checklist"]["translation"], "not_applicable");
        assert_eq!(list["items"][0]["at"], "2026-11-25T12:00:00Z");
        // Again is the same.
        approve(&one, &at).await.is(200);
        assert_eq!(app.count("approval", "1 = 1").await, 1);
        assert_eq!(app.count("audit_entry", "action = 'approve'").await, 1);

        // A change voids it, whoever makes it.
        two.amend(&at, &json!({"summary": "They came back."})).await.is(200);
        let refused = one.post_nothing(&publish).await.problem(409, "approvals-missing");
        assert!(refused["detail"].as_str().unwrap().contains("0 of the 1"), "{refused}");
        approve(&one, &at).await.is(200);
        two.post_nothing(&publish).await.is(200);
        assert_eq!(app.public().read(&at).await["summary"], "They came back.");
    }

    /// The author, and whoever made a revision since the version published last.
    async fn nobody_approves_their_own_work(app: TestApp) {
        let (one, two, three) = (app.verifier(), app.other_verifier(), app.third_verifier());
        let at = one.post("/api/v1/incidents", &incident().into()).await.location();
        one.post_nothing(&format!("{at}/submit")).await.is(200);
        let refused = approve(&one, &at).await.problem(403, "own-work");
        assert!(refused["detail"].as_str().unwrap().contains("somebody else"), "{refused}");
        two.amend(&at, &json!({"summary": "One."})).await.is(200);
        three.amend(&at, &json!({"summary": "Two."})).await.is(200);
        for editor in [&one, &two, &three] {
            approve(editor, &at).await.problem(403, "own-work");
        }
        let fourth = app.of_network("default", Role::Verifier).await;
        approve(&fourth, &at).await.is(200);
        // Once others have approved it, its author may publish it.
        one.post_nothing(&format!("{at}/publish")).await.is(200);

        // What was published is everybody's; only what changed since counts.
        two.amend(&at, &json!({"summary": "Three."})).await.is(200);
        approve(&two, &at).await.problem(403, "own-work");
        approve(&one, &at).await.is(200);
        let reason = json!({"reason": "More is known."});
        two.post(&format!("{at}/publish"), &reason).await.is(200);
    }

    async fn two_approve_a_name_an_exact_place_and_what_was_hidden(app: TestApp) {
        let point = json!({"type": "Point", "coordinates": [49.87, 40.41]});
        let exact = incident().with("location", point.clone()).with("location_precision", "facility");
        let bare = incident().on("2023").with("location", point);
        for (draft, why) in [
            (about_somebody("name").on("2022"), "personal_name"), (exact, "fine_place"), (bare, "fine_place"),
        ] {
            let at = submitted(&app, draft).await;
            let list = app.verifier().read(&format!("{at}/approvals")).await;
            assert_eq!((&list["needed"], &list["reasons"]), (&json!(2), &json!([why])));
            approve(&app.verifier(), &at).await.is(200);
            approve(&app.verifier(), &at).await.is(200);
            let publish = format!("{at}/publish");
            let refused = app.verifier().post_nothing(&publish).await.problem(409, "approvals-missing");
            assert!(refused["detail"].as_str().unwrap().contains("1 of the 2"), "{refused}");
            approve(&app.other_verifier(), &at).await.is(200);
            app.verifier().post_nothing(&publish).await.is(200);
        }
        let at = app.published("incidents", about_somebody("withheld").on("2021")).await;
        let mut people = app.contributor().read(&at).await["people"].clone();
        people[0]["display"] = json!("role");
        app.contributor().amend(&at, &json!({"people": people})).await.is(200);
        let list = app.verifier().read(&format!("{at}/approvals")).await;
        assert_eq!(list["reasons"], json!(["loosened_confidentiality"]));
    }

    async fn what_is_no_incident_needs_one_and_no_checklist(app: TestApp) {
        for (plural, draft) in [
            ("organizations", Value::from(organization("Example Observers"))),
            ("elections", election("az-2030", "AZE", "2030-02-07").into()),
            ("cases", json!({"title": "A case"})),
            ("statements", json!({"title": "We stand with them", "date": "2030-11-02", "lang": "en"})),
        ] {
            let at = app.created(plural, draft).await.location();
            app.contributor().post_nothing(&format!("{at}/submit")).await.is(200);
            app.verifier().post_nothing(&format!("{at}/publish")).await.problem(409, "approvals-missing");
            app.verifier().post_nothing(&format!("{at}/approve")).await.is(200);
            app.verifier().post_nothing(&format!("{at}/publish")).await.is(200);
        }
    }

    async fn who_approves_an_incident_says_what_they_looked_at(app: TestApp) {
        let at = submitted(&app, incident()).await;
        let (path, verifier) = (format!("{at}/approve"), app.verifier());
        let all = ["/checklist/date_precision", "/checklist/place_precision", "/checklist/names",
            "/checklist/contact", "/checklist/source_archived", "/checklist/translation"];
        assert_eq!(verifier.post_nothing(&path).await.wrong(), all);
        let mut partly = approval(&at);
        partly["checklist"].as_object_mut().unwrap().remove("contact");
        assert_eq!(verifier.post(&path, &partly).await.wrong(), ["/checklist/contact"]);
        for (member, value) in [("names", json!(false)), ("names", json!("no")), ("naems", json!(true))] {
            let mut wrong = approval(&at);
            wrong["checklist"][member] = value;
            assert_eq!(verifier.post(&path, &wrong).await.wrong(), [format!("/checklist/{member}")]);
        }
        let mut noted = approval(&at);
        noted["note"] = json!("a\u{7}b");
        assert_eq!(verifier.post(&path, &noted).await.wrong(), ["/note"]);
        noted["note"] = json!("x".repeat(1_001));
        assert_eq!(verifier.post(&path, &noted).await.wrong(), ["/note"]);
        noted["note"] = json!("I read both sources.");
        verifier.post(&path, &noted).await.is(200);
        let list = verifier.read(&format!("{at}/approvals")).await;
        assert_eq!(list["items"][0]["note"], "I read both sources.");
    }

    /// 404, then 403, then 409, then 412.
    async fn refuses_in_the_order_in_which_things_are_asked(app: TestApp) {
        let at = app.created("incidents", incident()).await.location();
        let stranger = app.of_network("elsewhere", Role::Verifier).await;
        let stale = [("content-type", "application/json"), ("if-match", "\"r7-x\"")];
        let question = json!({"question": "When?"});
        let reason = json!({"reason": "No."});
        let nobody = json!({"to": null});
        let grade = json!({"grade": "reported"});
        for (verb, body) in [
            ("approve", &approval(&at)), ("return", &question), ("decline", &reason), ("assign", &nobody),
            ("grade", &grade), ("reopen", &reason),
        ] {
            let path = format!("{at}/{verb}");
            app.public().post(&path, body).await.problem(401, "token-needed");
            stranger.post(&path, body).await.problem(404, "not-found");
            app.analyst().post(&path, body).await.problem(404, "not-found");
            if verb != "reopen" {
                for client in [app.contributor(), app.admin()] {
                    client.post(&path, body).await.problem(403, "not-allowed");
                }
                let told = app.contributor().send(Method::POST, &path, &stale, body.to_string()).await;
                told.is(403);
            }
            let told = app.verifier().send(Method::POST, &path, &stale, body.to_string()).await;
            if verb == "grade" {
                // A draft can be graded.
                told.problem(412, "stale");
                continue;
            }
            told.problem(409, "wrong-state");
            app.verifier().post(&path, body).await.problem(409, "wrong-state");
        }
        app.contributor().post_nothing(&format!("{at}/submit")).await.is(200);
        for (verb, body) in
            [("approve", &approval(&at)), ("return", &question), ("decline", &reason), ("assign", &nobody)]
        {
            let path = format!("{at}/{verb}");
            let answer = app.verifier().send(Method::POST, &path, &stale, body.to_string()).await;
            answer.problem(412, "stale");
        }
        assert_eq!(app.verifier().read(&at).await["state"], "submitted");
    }

    /// Penetration test of the nearest peer: "review-locked record still editable".
    async fn a_record_that_is_reviewed_is_locked_for_its_authors(app: TestApp) {
        let at = submitted(&app, incident()).await;
        let writer = app.contributor();
        let change = json!({"summary": "Something else."});
        let event = json!({"date": "2024-05-02", "kind": "released"});
        for state in ["submitted", "in_review"] {
            assert_eq!(writer.read(&at).await["state"], state);
            for client in [&writer, &app.admin()] {
                client.amend(&at, &change).await.problem(409, "wrong-state");
                let whole = Value::from(incident());
                client.put(&at, "*", &whole).await.problem(409, "wrong-state");
                client.post(&format!("{at}/events"), &event).await.problem(409, "wrong-state");
                client.delete(&at).await.problem(409, "wrong-state");
            }
            approve(&app.verifier(), &at).await.is(200);
        }
        assert_eq!(writer.read(&at).await["revision"], 1);
        app.other_verifier().amend(&at, &change).await.is(200);
        let question = json!({"question": "When was it?"});
        app.verifier().post(&format!("{at}/return"), &question).await.is(200);
        writer.amend(&at, &json!({"summary": "It was in May."})).await.is(200);
    }

    /// What is made on the way was not handed in by anybody, so it is not locked.
    async fn what_was_made_on_the_way_can_be_changed(app: TestApp) {
        let made = json!([{"name": "Example Observers", "country": "AZE"}]);
        let draft = about_somebody("role").with("organizations", made);
        let incident = app.created("incidents", draft).await.json();
        let organization = incident["organizations"][0]["number"].as_str().unwrap().to_owned();
        let person = incident["people"][0]["person"].as_str().unwrap().to_owned();
        let writer = app.contributor();
        writer.amend(&format!("/api/v1/people/{person}"), &json!({"note": "From a letter."})).await.is(200);
        let at = format!("/api/v1/organizations/{organization}");
        writer.amend(&at, &json!({"note": "From its web site."})).await.is(200);
        assert_eq!(app.verifier().numbers("/api/v1/queue").await, Vec::<String>::new());
    }

    async fn what_is_returned_is_asked_answered_and_submitted_again(app: TestApp) {
        let at = submitted(&app, incident()).await;
        let (writer, verifier) = (app.contributor(), app.verifier());
        let back = format!("{at}/return");
        assert_eq!(verifier.post_nothing(&back).await.wrong(), ["/question"]);
        let returned = verifier.post(&back, &json!({"question": "On which day was it?"})).await;
        returned.is(200);
        assert_eq!(returned.json()["state"], "draft");
        let asked = writer.read(&format!("{at}/questions")).await;
        let question = &asked["items"][0];
        assert_eq!((&question["id"], &question["answer"]), (&json!(1), &Value::Null));
        assert_eq!(question["text"], "On which day was it?");
        let path = format!("{at}/questions/1/answer");
        app.analyst().post(&path, &json!({"text": "x"})).await.problem(404, "not-found");
        assert_eq!(writer.post(&path, &json!({"text": " "})).await.wrong(), ["/text"]);
        assert_eq!(writer.post(&path, &json!({"txet": "x"})).await.wrong(), ["/txet"]);
        assert_eq!(writer.post(&path, &json!({"text": "x".repeat(2_001)})).await.wrong(), ["/text"]);
        assert_eq!(writer.post(&path, &json!({"text": "a\u{1b}b"})).await.wrong(), ["/text"]);
        let answered = writer.post(&path, &json!({"text": "On the second."})).await;
        answered.is(200);
        assert_eq!(answered.json()["items"][0]["answer"], "On the second.");
        writer.post(&path, &json!({"text": "Or the third."})).await.problem(409, "wrong-state");
        let missing = format!("{at}/questions/2/answer");
        writer.post(&missing, &json!({"text": "x"})).await.problem(404, "not-found");
        writer.post_nothing(&format!("{at}/submit")).await.is(200);

        // A reviewer can ask without returning; once, however often it is sent.
        let ask = format!("{at}/questions");
        writer.post(&ask, &json!({"text": "Who?"})).await.problem(403, "not-allowed");
        let key = [("content-type", "application/json"), ("idempotency-key", "q")];
        for _ in 0..2 {
            let body = json!({"text": "Who says so?"}).to_string();
            let asked = verifier.send(Method::POST, &ask, &key, body).await;
            asked.is(201);
            assert_eq!(asked.json()["items"][1]["text"], "Who says so?");
        }
        assert_eq!(app.count("question", "1 = 1").await, 2);
        assert_eq!(verifier.read(&at).await["state"], "submitted");
        let done = app.column("SELECT action FROM audit_entry ORDER BY id").await;
        let done: Vec<_> = done.iter().filter(|action| !action.ends_with("_token")).collect();
        assert_eq!(done, ["create", "submit", "return", "answer", "submit", "ask"]);
        for client in [app.public(), app.analyst(), app.of_network("elsewhere", Role::Verifier).await] {
            for list in ["questions", "approvals"] {
                let answer = client.get(&format!("{at}/{list}")).await;
                assert!(matches!(answer.status.as_u16(), 401 | 403 | 404), "{}", answer.text());
            }
        }
    }

    /// Questions, answers, notes and reasons spell no names.
    async fn what_is_said_in_a_review_spells_no_names(app: TestApp) {
        let at = submitted(&app, about_somebody("role")).await;
        let (writer, verifier) = (app.contributor(), app.verifier());
        let said = "Is it known where Zorabeth Quillfeather is?";
        let back = verifier.post(&format!("{at}/return"), &json!({"question": said})).await;
        assert_eq!(back.wrong(), ["/question"]);
        let asked = verifier.post(&format!("{at}/questions"), &json!({"text": said})).await;
        assert_eq!(asked.wrong(), ["/text"]);
        verifier.post(&format!("{at}/questions"), &json!({"text": "Where is {P1}?"})).await.is(201);
        let answer = format!("{at}/questions/1/answer");
        assert_eq!(writer.post(&answer, &json!({"text": said})).await.wrong(), ["/text"]);
        let mut noted = approval(&at);
        noted["note"] = json!(said);
        assert_eq!(verifier.post(&format!("{at}/approve"), &noted).await.wrong(), ["/note"]);
        let reason = json!({"reason": said});
        assert_eq!(verifier.post(&format!("{at}/decline"), &reason).await.wrong(), ["/reason"]);
        let grade = json!({"grade": "confirmed", "basis": "direct_contact", "reason": said});
        assert_eq!(verifier.post(&format!("{at}/grade"), &grade).await.wrong(), ["/reason"]);
        assert_eq!(app.tables_holding("Quillfeather").await, ["person_name"]);
    }

    /// Nobody publishes a person, but their record is handed in, returned and declined as others are.
    async fn the_record_of_a_person_is_reviewed_and_not_published(app: TestApp) {
        let person = json!({"names": [{"name": "Zorabeth Quillfeather"}], "position": "observer"});
        let at = app.created("people", person).await.location();
        let (writer, verifier) = (app.contributor(), app.verifier());
        writer.post_nothing(&format!("{at}/submit")).await.is(200);
        assert_eq!(verifier.numbers("/api/v1/queue").await, Vec::<String>::new());
        verifier.post_nothing(&format!("{at}/approve")).await.problem(404, "not-found");
        verifier.post_nothing(&format!("{at}/approvals")).await.problem(404, "not-found");
        verifier.post(&format!("{at}/return"), &json!({"question": "Of which group?"})).await.is(200);
        let asked = writer.get("/api/v1/queue").await;
        assert_eq!(asked.json()["items"][0]["title"], "observer");
        assert!(!asked.text().contains("Quillfeather"));
        writer.post(&format!("{at}/questions/1/answer"), &json!({"text": "Of none."})).await.is(200);
        writer.amend(&at, &json!({"note": "Of no group."})).await.is(200);
        writer.post_nothing(&format!("{at}/submit")).await.is(200);
        assert_eq!(verifier.numbers("/api/v1/queue?task=question,reply,new").await, Vec::<String>::new());
        writer.amend(&at, &json!({"position": "chair"})).await.is(200);
        verifier.post(&format!("{at}/decline"), &json!({"reason": "No such person."})).await.is(200);
    }

    async fn a_declined_record_stays_for_staff_and_can_be_taken_up_again(app: TestApp) {
        let at = submitted(&app, incident()).await;
        let (writer, verifier) = (app.contributor(), app.verifier());
        let (decline, reopen) = (format!("{at}/decline"), format!("{at}/reopen"));
        assert_eq!(verifier.post_nothing(&decline).await.wrong(), ["/reason"]);
        let reason = json!({"reason": "It was not about observers."});
        let declined = verifier.post(&decline, &reason).await;
        declined.is(200);
        assert_eq!(declined.json()["state"], "declined");
        app.public().get(&at).await.problem(404, "not-found");
        assert_eq!(writer.read(&at).await["state"], "declined");
        assert_eq!(verifier.numbers("/api/v1/queue").await, Vec::<String>::new());
        writer.amend(&at, &json!({"summary": "x"})).await.problem(409, "wrong-state");
        verifier.post_nothing(&format!("{at}/publish")).await.problem(409, "wrong-state");
        // Its author or a verifier takes it up again, nobody else.
        let colleague = app.of_network("default", Role::Contributor).await;
        colleague.post(&reopen, &reason).await.problem(403, "not-allowed");
        assert_eq!(writer.post_nothing(&reopen).await.wrong(), ["/reason"]);
        writer.post(&reopen, &reason).await.is(200);
        assert_eq!(writer.read(&at).await["state"], "draft");
        writer.amend(&at, &json!({"summary": "It was about observers."})).await.is(200);
    }

    /// An organization that is public by being named is hidden when it is declined, and is there again
    /// when it is taken up.
    async fn a_declined_record_is_not_public_by_being_named(app: TestApp) {
        let at = app.created("organizations", organization("Example Observers")).await;
        let named = json!([{"number": at.json()["number"]}]);
        let at = at.location();
        app.published("incidents", incident().with("organizations", named)).await;
        app.public().get(&at).await.is(200);
        app.contributor().post_nothing(&format!("{at}/submit")).await.is(200);
        let reason = json!({"reason": "There is no such organization."});
        app.verifier().post(&format!("{at}/decline"), &reason).await.is(200);
        app.public().get(&at).await.problem(404, "not-found");
        app.verifier().post(&format!("{at}/reopen"), &reason).await.is(200);
        app.public().get(&at).await.is(200);
    }

    /// Penetration test of the nearest peer: "non-admin sets assignee by update".
    async fn non_admin_sets_assignee_by_update(app: TestApp) {
        let at = app.created("incidents", incident()).await.location();
        for client in [app.contributor(), app.verifier(), app.admin()] {
            for member in ["assigned_to", "assignee", "assignment", "assigned"] {
                let patch = json!({member: "1"});
                assert_eq!(client.amend(&at, &patch).await.wrong(), [format!("/{member}")]);
                let whole: Value = incident().with(member, "1").into();
                assert_eq!(client.put(&at, "*", &whole).await.wrong(), [format!("/{member}")]);
                let new = client.post("/api/v1/incidents", &whole).await;
                assert_eq!(new.wrong(), [format!("/{member}")]);
            }
        }
        assert_eq!(app.count("assignment", "1 = 1").await, 0);
    }

    async fn a_record_is_looked_after_by_a_verifier_of_its_network(app: TestApp) {
        let at = submitted(&app, incident()).await;
        let path = format!("{at}/assign");
        let verifiers = app.column(
            "SELECT CAST(id AS TEXT) FROM token WHERE role = 'verifier' AND network = 'default' ORDER BY name"
        ).await;
        let contributor = app.column("SELECT CAST(id AS TEXT) FROM token WHERE role = 'contributor'").await;
        app.of_network("elsewhere", Role::Verifier).await;
        let stranger = app.column("SELECT CAST(id AS TEXT) FROM token WHERE network = 'elsewhere'").await;
        let verifier = app.verifier();
        for who in [&contributor[0], &stranger[0], &"7".to_owned()] {
            assert_eq!(verifier.post(&path, &json!({"to": who})).await.wrong(), ["/to"]);
        }
        for wrong in [json!({}), json!({"to": 7}), json!({"to": "somebody"}), Value::Null] {
            assert_eq!(verifier.post(&path, &wrong).await.wrong(), ["/to"], "{wrong}");
        }
        let assigned = verifier.post(&path, &json!({"to": verifiers[0]})).await;
        assigned.is(200);
        assert_eq!(assigned.json()["state"], "in_review");
        let waiting = verifier.read("/api/v1/queue").await;
        assert_eq!(waiting["items"][0]["assigned_to"], verifiers[0]);
        verifier.post(&path, &json!({"to": verifiers[1]})).await.is(200);
        assert_eq!(app.count("assignment", "1 = 1").await, 1);
        verifier.post(&path, &json!({"to": null})).await.is(200);
        assert_eq!(app.count("assignment", "1 = 1").await, 0);
    }

    async fn a_verifier_grades_by_the_rule(app: TestApp) {
        let source = |n: usize, more: Value| {
            let mut source = json!({"ref": format!("S{n}"), "title": format!("Report {n}")});
            source.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            source
        };
        let sources = json!([source(1, json!({})), source(2, json!({"same_origin_as": "S1"})),
            source(3, json!({"same_origin_as": "S2", "kind": "news"}))]);
        let at = submitted(&app, incident().with("sources", sources)).await;
        let (path, verifier) = (format!("{at}/grade"), app.verifier());
        let of = |grade: &str, basis: &str| json!({"grade": grade, "basis": basis, "reason": "We looked."});
        // Three that repeat one another are one.
        assert_eq!(verifier.post(&path, &of("confirmed", "independent_sources")).await.wrong(), ["/grade"]);
        assert_eq!(verifier.post(&path, &of("confirmed", "primary_document")).await.wrong(), ["/grade"]);
        assert_eq!(verifier.post(&path, &of("confirmed", "contradicted")).await.wrong(), ["/grade"]);
        assert_eq!(verifier.post(&path, &of("disputed", "direct_contact")).await.wrong(), ["/grade"]);
        assert_eq!(verifier.post(&path, &of("reported", "direct_contact")).await.wrong(), ["/grade"]);
        assert_eq!(verifier.post(&path, &of("proven", "hearsay")).await.wrong(), ["/grade", "/basis"]);
        let bare = json!({"grade": "confirmed"});
        assert_eq!(verifier.post(&path, &bare).await.wrong(), ["/basis", "/reason"]);
        let unexplained = json!({"grade": "confirmed", "basis": "direct_contact"});
        assert_eq!(verifier.post(&path, &unexplained).await.wrong(), ["/reason"]);
        assert_eq!(app.count("revision", "1 = 1").await, 1);

        let graded = verifier.post(&path, &of("confirmed", "direct_contact")).await;
        graded.is(200);
        assert_eq!(graded.json()["grade"], "confirmed");
        assert_eq!(graded.json()["grade_basis"], "direct_contact");
        assert_eq!(graded.json()["revision"], 2);
        approve(&verifier, &at).await.problem(403, "own-work");
        approve(&app.other_verifier(), &at).await.is(200);
        verifier.post_nothing(&format!("{at}/publish")).await.is(200);
        assert_eq!(app.public().read(&at).await["grade_basis"], "direct_contact");
    }

    /// When the sources no longer bear a grade, the record keeps it and is not published until it is
    /// graded anew.
    async fn a_grade_that_its_sources_no_longer_bear_is_not_published(app: TestApp) {
        let sources = json!([{"ref": "S1", "title": "One"}, {"ref": "S2", "title": "Two"}]);
        let at = app.published("incidents", incident().with("sources", sources)).await;
        let (writer, verifier) = (app.contributor(), app.verifier());
        let grade = json!({"grade": "confirmed", "basis": "independent_sources", "reason": "Two reports."});
        verifier.post(&format!("{at}/grade"), &grade).await.is(200);
        app.approve(&at).await;
        let reason = json!({"reason": "It was graded."});
        verifier.post(&format!("{at}/publish"), &reason).await.is(200);

        let same = json!([{"ref": "S1", "title": "One"}, {"ref": "S2", "title": "Two", "same_origin_as": "S1"}]);
        let saved = writer.amend(&at, &json!({"sources": same})).await;
        saved.is(200);
        assert_eq!(saved.json()["grade"], "confirmed", "the editor says what is so");
        app.approve(&at).await;
        let refused = verifier.post(&format!("{at}/publish"), &reason).await;
        assert_eq!(refused.wrong(), ["/grade"]);
        verifier.post(&format!("{at}/grade"), &json!({"grade": "reported"})).await.is(200);
        app.approve(&at).await;
        verifier.post(&format!("{at}/publish"), &reason).await.is(200);
        let shown = app.public().read(&at).await;
        assert_eq!((&shown["grade"], &shown["grade_basis"]), (&json!("reported"), &Value::Null));
    }

    async fn who_is_no_verifier_gives_no_grade(app: TestApp) {
        let at = app.created("incidents", incident()).await.location();
        let confirmed = json!({"grade": "confirmed", "grade_basis": "direct_contact"});
        for client in [app.contributor(), app.admin()] {
            assert_eq!(client.amend(&at, &confirmed).await.wrong(), ["/grade"]);
            let whole: Value = incident().with("grade", "disputed").into();
            assert_eq!(client.put(&at, "*", &whole).await.wrong(), ["/grade"]);
            assert_eq!(client.post("/api/v1/incidents", &whole).await.wrong(), ["/grade"]);
            let basis = json!({"grade_basis": "direct_contact"});
            assert_eq!(client.amend(&at, &basis).await.wrong(), ["/grade_basis"]);
            client.post(&format!("{at}/grade"), &json!({"grade": "reported"})).await.problem(403, "not-allowed");
        }
        let verifier = app.verifier();
        let by_rule = json!({"grade": "confirmed", "grade_basis": "independent_sources"});
        assert_eq!(verifier.amend(&at, &by_rule).await.wrong(), ["/grade", "/reason"]);
        assert_eq!(verifier.amend(&at, &json!({"grade": "confirmed"})).await.wrong(), ["/grade_basis", "/reason"]);
        let said = verifier.amend(&format!("{at}?reason=We+spoke"), &confirmed).await;
        said.is(200);
        // Who leaves it as it is gives none.
        app.contributor().amend(&at, &json!({"summary": "More."})).await.is(200);
        let put: Value = incident().with("grade", "confirmed").with("grade_basis", "direct_contact").into();
        app.contributor().put(&at, "*", &put).await.is(200);
        let silent: Value = incident().into();
        assert_eq!(app.contributor().put(&at, "*", &silent).await.wrong(), ["/grade"], "nor takes it away");
    }

    async fn verbs_are_done_to_each_of_a_list(app: TestApp) {
        let mut numbers = Vec::new();
        for day in 1..=4 {
            let at = submitted(&app, incident().on(&format!("2024-01-0{day}"))).await;
            numbers.push(at.rsplit('/').next().unwrap().to_owned());
        }
        let statuses = |answer: &amparo_tests::Answer| {
            answer.is(200);
            let items = answer.json()["items"].as_array().unwrap().clone();
            items.iter().map(|item| item["status"].as_u64().unwrap()).collect::<Vec<_>>()
        };
        let verifier = app.verifier();
        let mut body = approval("/incidents");
        body["numbers"] = json!(numbers[..2]);
        let approved = verifier.post("/api/v1/incidents/approve", &body).await;
        assert_eq!(statuses(&approved), [200, 200]);
        let refused = app.contributor().post("/api/v1/incidents/approve", &body).await;
        assert_eq!(statuses(&refused), [403, 403]);
        let publish = json!({"numbers": numbers});
        let published = verifier.post("/api/v1/incidents/publish", &publish).await;
        assert_eq!(statuses(&published), [200, 200, 409, 409]);
        assert_eq!(published.json()["items"][2]["problem"]["type"], "/problems/approvals-missing");
        let back = json!({"numbers": [numbers[2]], "question": "When?"});
        assert_eq!(statuses(&verifier.post("/api/v1/incidents/return", &back).await), [200]);
        let decline = json!({"numbers": numbers[2..], "reason": "No."});
        assert_eq!(statuses(&verifier.post("/api/v1/incidents/decline", &decline).await), [409, 200]);
    }

    /// A retry of a verb is told what it did.
    async fn a_retried_approval_is_the_same(app: TestApp) {
        let at = submitted(&app, incident()).await;
        let key = [("content-type", "application/json"), ("idempotency-key", "a")];
        let path = format!("{at}/approve");
        let mut answers = Vec::new();
        for _ in 0..2 {
            let body = approval(&at).to_string();
            let answer = app.verifier().send(Method::POST, &path, &key, body).await;
            answer.is(200);
            answers.push(answer.json());
            app.verifier().post_nothing(&format!("{at}/publish")).await;
        }
        assert_eq!(answers[0]["state"], "in_review");
        assert_eq!(answers[1], answers[0]);
    }

    async fn a_removed_record_leaves_nothing_of_its_review(app: TestApp) {
        let at = submitted(&app, incident()).await;
        approve(&app.verifier(), &at).await.is(200);
        app.verifier().post(&format!("{at}/return"), &json!({"question": "When?"})).await.is(200);
        app.contributor().delete(&at).await.is(204);
        for table in ["approval", "question", "assignment"] {
            assert_eq!(app.count(table, "1 = 1").await, 0, "{table}");
        }
        assert_eq!(app.verifier().numbers("/api/v1/queue?task=question").await, Vec::<String>::new());
    }
}
