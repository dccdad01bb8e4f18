//! The way of a record to the public and back.

use amparo_tests::{incident, on_both, organization};
use serde_json::{Value, json};

on_both! {
    /// An organization that is public because a published incident names it changes for the public
    /// only when somebody who may publish does so.
    async fn what_a_published_record_names_changes_by_publishing_alone(app: TestApp) {
        let (public, writer, verifier) = (app.public(), app.contributor(), app.verifier());
        let made = app.created("organizations", organization("Example Observers")).await;
        let at = made.location();
        let number = made.json()["number"].as_str().unwrap().to_owned();
        public.get(&at).await.problem(404, "not-found");
        let naming = json!([{"number": number, "role": "affected_organization"}]);
        app.published("incidents", incident().with("organizations", naming)).await;
        let seen = public.read(&at).await;

        writer.amend(&at, &json!({"note": "Not for everybody yet."})).await.is(200);
        assert_eq!(public.read(&at).await, seen);
        let working = writer.read(&format!("{at}?view=working")).await;
        assert_eq!(working["note"], "Not for everybody yet.");
        let drafts = public.read("/api/v1/organizations?state=draft").await;
        assert_eq!(drafts["items"], json!([]));

        writer.post_nothing(&format!("{at}/submit")).await.is(200);
        writer.post_nothing(&format!("{at}/publish")).await.problem(403, "not-allowed");
        app.approve(&at).await;
        verifier.post_nothing(&format!("{at}/publish")).await.is(200);
        assert_eq!(public.read(&at).await["note"], "Not for everybody yet.");
    }

    /// The whole story, step by step.
    async fn walks_a_record_from_draft_to_tombstone(app: TestApp) {
        let (public, writer, verifier) = (app.public(), app.contributor(), app.verifier());

        let created = app.created("incidents", incident()).await;
        let at = created.location();
        let draft = created.json();
        let number = draft["number"].as_str().unwrap().to_owned();
        assert_eq!(at, format!("/api/v1/incidents/{number}"));
        assert_eq!(draft["state"], "draft");
        assert_eq!(draft["version"], Value::Null);
        assert!(created.etag().starts_with("\"r1-"), "{}", created.etag());
        public.get(&at).await.problem(404, "not-found");
        public.get(&format!("{at}/versions")).await.problem(404, "not-found");

        let submitted = writer.post_nothing(&format!("{at}/submit")).await;
        submitted.is(200);
        assert_eq!(submitted.json()["state"], "submitted");
        public.get(&at).await.problem(404, "not-found");
        writer.post_nothing(&format!("{at}/publish")).await.problem(403, "not-allowed");

        app.approve(&at).await;
        let published = verifier.post_nothing(&format!("{at}/publish")).await;
        published.is(200);
        assert_eq!(published.json()["state"], "published");
        assert_eq!(published.json()["version"], 1);
        let first = public.get(&at).await;
        first.is(200);
        assert_eq!(first.json()["version"], 1);
        assert!(first.json().get("revision").is_none(), "a revision is for staff");

        let working = writer.get(&format!("{at}?view=working")).await;
        let patch = json!({"summary": "They came back with a court order."});
        let patched = writer.patch(&at, &working.etag(), &patch).await;
        patched.is(200);
        assert_eq!(patched.json()["revision"], 2);
        assert!(patched.etag().starts_with("\"r2-"));
        writer.patch(&at, &working.etag(), &patch).await.problem(412, "stale");
        let while_working = public.get(&at).await;
        assert_eq!(while_working.body, first.body, "the public waits for the next version");
        assert_eq!(while_working.etag(), first.etag());

        app.approve(&at).await;
        let no_reason = verifier.post_nothing(&format!("{at}/publish")).await;
        assert_eq!(no_reason.wrong(), ["/reason"]);
        let reason = json!({"reason": "A second source tells more."});
        let again = verifier.post(&format!("{at}/publish"), &reason).await;
        again.is(200);
        assert_eq!(again.json()["version"], 2);
        let second = public.read(&at).await;
        assert_eq!(second["version"], 2);
        assert_eq!(second["summary"], patch["summary"]);

        let versions = public.read(&format!("{at}/versions")).await;
        let told: Vec<_> = versions["items"].as_array().unwrap().iter()
            .map(|version| (version["version"].clone(), version["reason"].clone()))
            .collect();
        assert_eq!(told, [(json!(1), Value::Null), (json!(2), reason["reason"].clone())]);
        let before = public.read(&format!("{at}/versions/1")).await;
        assert_eq!(before["summary"], Value::Null);
        let diff = public.read(&format!("{at}/diff?from=1&to=2")).await;
        let change = json!([{"pointer": "/summary", "from": null, "to": patch["summary"]}]);
        assert_eq!(diff, change);
        public.get(&format!("{at}/versions/3")).await.problem(404, "not-found");

        let withdrawal = format!("{at}/withdraw");
        assert_eq!(verifier.post_nothing(&withdrawal).await.wrong(), ["/reason"]);
        let unknown = json!({"reason": "No.", "reason_class": "mistake"});
        let refused = verifier.post(&withdrawal, &unknown).await;
        assert_eq!(refused.wrong(), ["/reason_class"]);
        assert_eq!(refused.json()["errors"][0]["did_you_mean"], json!(["mistaken"]));
        let reason = json!({"reason": "It was about another election.", "reason_class": "mistaken"});
        verifier.post(&withdrawal, &reason).await.is(200);
        for path in [at.clone(), format!("{at}/versions/1"), format!("{at}/diff?from=1&to=2")] {
            let tombstone = public.get(&path).await.problem(410, "withdrawn");
            assert_eq!(tombstone["number"], number);
            assert_eq!(tombstone["state"], "withdrawn");
            assert_eq!(tombstone["withdrawn_at"], "2026-11-25T12:00:00Z");
            assert_eq!(tombstone["reason_class"], "mistaken");
        }
        assert_eq!(public.numbers("/api/v1/incidents").await, Vec::<String>::new());
        writer.amend(&at, &json!({"summary": "x"})).await.problem(410, "withdrawn");
        verifier.post_nothing(&format!("{at}/publish")).await.problem(410, "withdrawn");
        writer.delete(&at).await.problem(410, "withdrawn");

        let number = number.replace('-', "");
        let done = app.column(&format!(
            "SELECT action FROM audit_entry WHERE number = {number} ORDER BY id"
        )).await;
        assert_eq!(done, ["create", "submit", "approve", "publish", "change", "approve", "publish", "withdraw"]);
        assert_eq!(app.count("revision", &format!("number = {number}")).await, 2);
        assert_eq!(app.count("version", &format!("number = {number}")).await, 2);
    }

    /// Why a record was taken back can be what endangers somebody: everybody hears the class of it,
    /// the words are for those who may see what the network has not published.
    async fn tells_the_words_of_a_withdrawal_to_its_network_alone(app: TestApp) {
        let one = app.published("incidents", incident()).await;
        let two = app.published("incidents", incident().on("2023")).await;
        let words = "A relative was threatened because of it.";
        app.verifier().post(&format!("{one}/withdraw"), &json!({"reason": words})).await.is(200);
        let number = two.rsplit('/').next().unwrap();
        let many = json!({"numbers": [number], "reason": words, "reason_class": "duplicate"});
        app.verifier().post("/api/v1/incidents/withdraw", &many).await.is(200);
        let stranger = app.of_network("elsewhere", amparo_domain::access::Role::Verifier).await;
        for (at, class) in [(&one, "unspecified"), (&two, "duplicate")] {
            let number = at.rsplit('/').next().unwrap();
            for client in [app.public(), app.analyst(), stranger.clone()] {
                for path in [at.clone(), format!("{at}/versions"), format!("{at}/versions/1"),
                    format!("{at}/diff"), format!("{at}/events"), format!("{at}?view=working"),
                    format!("/r/{number}")] {
                    let answer = client.get(&path).await;
                    assert!(!answer.text().contains("relative"), "{path}: {}", answer.text());
                }
                let tombstone = client.get(at).await.problem(410, "withdrawn");
                assert_eq!(tombstone["reason_class"], class);
                assert_eq!(tombstone.get("detail"), None);
            }
            let tombstone = app.contributor().get(at).await.problem(410, "withdrawn");
            assert_eq!(tombstone["detail"], words);
        }
    }

    async fn removes_what_was_never_published_and_never_gives_its_number_again(app: TestApp) {
        let at = app.created("incidents", incident()).await.location();
        app.contributor().delete(&at).await.is(204);
        for client in [app.public(), app.contributor(), app.admin()] {
            client.get(&at).await.problem(404, "not-found");
            client.get(&format!("{at}?view=working")).await.problem(404, "not-found");
        }
        app.contributor().delete(&at).await.problem(404, "not-found");
        let number = at.rsplit('/').next().unwrap().replace('-', "");
        assert_eq!(app.count("record", &format!("number = {number}")).await, 1);
        assert_eq!(app.count("revision", &format!("number = {number}")).await, 0);
        assert_eq!(app.count("audit_entry", &format!("number = {number}")).await, 2);
    }

    async fn does_not_remove_what_was_published_or_what_others_refer_to(app: TestApp) {
        let at = app.published("incidents", incident()).await;
        app.contributor().delete(&at).await.problem(409, "wrong-state");
        let organization = app.created("organizations", organization("Example Observers")).await;
        let named = organization.json()["number"].clone();
        let organizations = json!([{"number": named}]);
        app.created("incidents", incident().with("organizations", organizations)).await;
        app.contributor().delete(&organization.location()).await.problem(409, "conflict");
    }

    async fn publishes_only_what_was_submitted(app: TestApp) {
        let at = app.created("incidents", incident()).await.location();
        let verifier = app.verifier();
        verifier.post_nothing(&format!("{at}/publish")).await.problem(409, "wrong-state");
        let reason = json!({"reason": "No."});
        verifier.post(&format!("{at}/withdraw"), &reason).await.problem(409, "wrong-state");
        verifier.post_nothing(&format!("{at}/submit")).await.is(200);
        verifier.post_nothing(&format!("{at}/submit")).await.problem(409, "wrong-state");
        app.approve(&at).await;
        verifier.post_nothing(&format!("{at}/publish")).await.is(200);
        // Nothing changed, so there is nothing to publish.
        verifier.post(&format!("{at}/publish"), &reason).await.problem(409, "wrong-state");
        assert_eq!(app.count("version", "1 = 1").await, 1);
    }

    async fn publishes_no_fact_without_a_source(app: TestApp) {
        let at = app.created("incidents", incident().without("sources")).await.location();
        app.verifier().post_nothing(&format!("{at}/submit")).await.is(200);
        app.approve(&at).await;
        let refused = app.verifier().post_nothing(&format!("{at}/publish")).await;
        assert_eq!(refused.wrong(), ["/sources"]);
        app.public().get(&at).await.problem(404, "not-found");
        assert_eq!(app.count("audit_entry", "action = 'publish'").await, 0);
    }

    async fn does_a_verb_to_each_of_a_list_and_reports_each(app: TestApp) {
        let one = app.created("incidents", incident()).await.json()["number"].clone();
        let two = app.created("incidents", incident().on("2023")).await.json()["number"].clone();
        let numbers = json!({"numbers": [one, "4827-1931", two]});
        let many = app.verifier().post("/api/v1/incidents/submit", &numbers).await;
        many.is(200);
        let statuses: Vec<_> = many.json()["items"].as_array().unwrap().iter()
            .map(|item| item["status"].as_u64().unwrap()).collect();
        assert_eq!(statuses, [200, 400, 200]);
        let mut approval = amparo_tests::approval("/api/v1/incidents");
        approval["numbers"] = numbers["numbers"].clone();
        app.verifier().post("/api/v1/incidents/approve", &approval).await.is(200);
        let published = app.verifier().post("/api/v1/incidents/publish", &numbers).await;
        published.is(200);
        assert_eq!(app.public().numbers("/api/v1/incidents").await.len(), 2);
    }

    /// The public sees an organization once a published record names it, and no longer when the
    /// last one that does is withdrawn.
    async fn shows_an_organization_as_long_as_a_published_record_names_it(app: TestApp) {
        let organization = app.created("organizations", organization("Example Observers")).await;
        let at = organization.location();
        app.public().get(&at).await.problem(404, "not-found");
        let link = json!([{"number": organization.json()["number"]}]);
        let incident = app.published("incidents", incident().with("organizations", link)).await;
        app.public().get(&at).await.is(200);
        let reason = json!({"reason": "It did not happen."});
        app.verifier().post(&format!("{incident}/withdraw"), &reason).await.is(200);
        app.public().get(&at).await.problem(404, "not-found");
    }

    async fn adds_a_step_to_the_timeline(app: TestApp) {
        let at = app.created("incidents", incident()).await.location();
        let event = json!({"date": "2024-05-02", "kind": "released", "text": "Released."});
        let added = app.contributor().post(&format!("{at}/events"), &event).await;
        added.is(201);
        assert_eq!(added.json()["events"][0]["ref"], "E1");
        let wrong = json!({"date": "2024-02-30", "kind": "released"});
        let refused = app.contributor().post(&format!("{at}/events"), &wrong).await;
        assert_eq!(refused.wrong(), ["/date"]);
        let events = app.contributor().read(&format!("{at}/events")).await;
        assert_eq!(events["items"].as_array().unwrap().len(), 1);
    }
}
