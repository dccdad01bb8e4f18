//! What somebody cannot see does not exist for them: no check, no filter and no clash tells of it.

use amparo_domain::access::Role;
use amparo_tests::{election, incident, on_both, organization};
use serde_json::{Value, json};

const ORGANIZATIONS: &str = "/api/v1/organizations";

fn with_slug(name: &str, slug: &str) -> Value {
    organization(name).with("slug", slug).into()
}

/// What is told of a parameter, without the id of the request.
async fn told(client: &amparo_tests::Client<'_>, path: &str) -> Value {
    let mut problem = client.get(path).await.problem(400, "unknown-parameter");
    problem["instance"].take();
    problem
}

on_both! {
    /// A draft of another network holds a slug: nobody hears of it, and the slug is there to be had.
    async fn a_slug_of_a_hidden_record_is_free_for_others(app: TestApp) {
        let elsewhere = app.of_network("elsewhere", Role::Verifier).await;
        let theirs = elsewhere.post(ORGANIZATIONS, &with_slug("Their Observers", "obs")).await;
        theirs.is(201);
        let writer = app.contributor();
        let ours = writer.post(ORGANIZATIONS, &with_slug("Our Observers", "obs")).await;
        ours.is(201);
        let other = writer.post(ORGANIZATIONS, &with_slug("Others", "other")).await;
        other.is(201);
        // In one network a slug is one record's, and the problem says whose.
        let number = ours.json()["number"].as_str().unwrap().to_owned();
        for clash in [
            writer.post(ORGANIZATIONS, &with_slug("A third", "obs")).await,
            writer.amend(&other.location(), &json!({"slug": "obs"})).await,
        ] {
            let clash = clash.problem(409, "conflict");
            assert_eq!(clash["errors"][0]["pointer"], "/slug");
            assert!(clash["errors"][0]["message"].as_str().unwrap().contains(&number), "{clash}");
        }
        // Each reads and links their own by it.
        let slug = format!("{ORGANIZATIONS}/obs");
        assert_eq!(writer.read(&slug).await["name"], "Our Observers");
        assert_eq!(elsewhere.read(&slug).await["name"], "Their Observers");
        let naming = json!([{"slug": "obs"}]);
        let linked = app.created("incidents", incident().with("organizations", naming)).await;
        assert_eq!(linked.json()["organizations"][0]["number"], number);
        app.public().get(&slug).await.problem(404, "not-found");
    }

    /// The first to become public keeps the slug; the second is told which one has it.
    async fn the_second_to_become_public_needs_another_slug(app: TestApp) {
        let elsewhere = app.of_network("elsewhere", Role::Verifier).await;
        let theirs = elsewhere.post(ORGANIZATIONS, &with_slug("Their Observers", "obs")).await;
        let ours = app.created("organizations", with_slug("Our Observers", "obs")).await;
        elsewhere.post_nothing(&format!("{}/submit", theirs.location())).await.is(200);
        let colleague = app.of_network("elsewhere", Role::Verifier).await;
        colleague.post_nothing(&format!("{}/approve", theirs.location())).await.is(200);
        elsewhere.post_nothing(&format!("{}/publish", theirs.location())).await.is(200);
        let public = theirs.json()["number"].as_str().unwrap().to_owned();

        let (at, verifier) = (ours.location(), app.verifier());
        verifier.post_nothing(&format!("{at}/submit")).await.is(200);
        app.approve(&at).await;
        let refused = verifier.post_nothing(&format!("{at}/publish")).await;
        let clash = refused.problem(409, "conflict");
        assert!(clash["errors"][0]["message"].as_str().unwrap().contains(&public), "{clash}");
        assert_eq!(verifier.read(&at).await["state"], "in_review");
        // Nor does it become public by being named.
        let naming = json!([{"number": ours.json()["number"]}]);
        let incident = app.created("incidents", incident().with("organizations", naming)).await;
        let about = incident.location();
        verifier.post_nothing(&format!("{about}/submit")).await.is(200);
        app.approve(&about).await;
        let refused = verifier.post_nothing(&format!("{about}/publish")).await;
        let clash = refused.problem(409, "conflict");
        assert!(clash["errors"][0]["message"].as_str().unwrap().contains(&public), "{clash}");
        assert_eq!(app.public().read(&format!("{ORGANIZATIONS}/obs")).await["number"], public);

        verifier.amend(&at, &json!({"slug": "our-obs"})).await.is(200);
        verifier.post_nothing(&format!("{about}/publish")).await.is(200);
        assert_eq!(app.public().read(&format!("{ORGANIZATIONS}/our-obs")).await["name"], "Our Observers");
        // What is public is there for everybody to clash with, and so is a tombstone.
        let writer = app.contributor();
        writer.post(ORGANIZATIONS, &with_slug("A third", "obs")).await.problem(409, "conflict");
        let reason = json!({"reason": "It was never founded."});
        elsewhere.post(&format!("{}/withdraw", theirs.location()), &reason).await.is(200);
        writer.post(ORGANIZATIONS, &with_slug("A third", "obs")).await.problem(409, "conflict");
        app.public().get(&format!("{ORGANIZATIONS}/obs")).await.problem(410, "withdrawn");
    }

    /// An import of one network is not stopped by a slug that another's draft holds.
    async fn an_import_hears_nothing_of_a_hidden_slug(app: TestApp) {
        let elsewhere = app.of_network("elsewhere", Role::Contributor).await;
        let theirs = elsewhere.post(ORGANIZATIONS, &with_slug("Their Observers", "obs")).await;
        theirs.is(201);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("organizations.json");
        let entry = json!([{"slug": "obs", "name": "Our Observers", "country": "AZE", "kind": "citizen_observer_group"}]);
        std::fs::write(&path, entry.to_string()).unwrap();
        for created in [1, 0] {
            let summary = crate::imports::import(&app, std::slice::from_ref(&path), |_| ()).await;
            assert!(summary.committed, "{summary}");
            assert_eq!(summary.counts.values().map(|of| of.created).sum::<usize>(), created);
        }
        assert_eq!(app.contributor().read(&format!("{ORGANIZATIONS}/obs")).await["name"], "Our Observers");
        assert_eq!(elsewhere.read(&theirs.location()).await["name"], "Their Observers");
    }

    /// A question about what is not there is a slip, and what is hidden is not there.
    async fn a_question_about_a_hidden_record_is_one_about_none(app: TestApp) {
        let elsewhere = app.of_network("elsewhere", Role::Contributor).await;
        let hidden = elsewhere.post(ORGANIZATIONS, &with_slug("Hidden Network", "hidden-net")).await;
        hidden.is(201);
        elsewhere.post("/api/v1/elections", &election("hidden-vote", "AZE", "2024-02-07").into()).await.is(201);
        app.published("organizations", with_slug("Example Observers", "exo-observers")).await;
        let staff = app.contributor();
        for client in [app.public(), app.analyst(), staff.clone()] {
            for (question, parameter) in [
                ("incidents?organization", "organization"), ("incidents?member_of", "member_of"),
                ("incidents?organization!", "organization"), ("organizations?member_of", "member_of"),
                ("statements?organization", "organization"),
            ] {
                let of_hidden = told(&client, &format!("/api/v1/{question}=hidden-net")).await;
                let of_none = told(&client, &format!("/api/v1/{question}=absent-net")).await;
                assert_eq!(of_hidden, of_none);
                assert_eq!(of_none["errors"][0]["parameter"], parameter);
                let number = hidden.json()["number"].as_str().unwrap().to_owned();
                let of_hidden = told(&client, &format!("/api/v1/{question}={number}")).await;
                let of_none = told(&client, &format!("/api/v1/{question}=4827-1930")).await;
                assert_eq!(of_hidden, of_none);
            }
            for path in ["incidents?election", "incidents?region=net:"] {
                let join = if path.ends_with(':') { "" } else { "=" };
                let of_hidden = told(&client, &format!("/api/v1/{path}{join}hidden-vote")).await;
                assert_eq!(of_hidden, told(&client, &format!("/api/v1/{path}{join}absent-vote")).await);
            }
            for path in ["incidents?case=4827-1930", "statements?cites=4827-1930"] {
                told(&client, &format!("/api/v1/{path}")).await;
            }
            let slip = told(&client, "/api/v1/incidents?organization=exo-observer").await;
            assert_eq!(slip["errors"][0]["did_you_mean"], json!(["exo-observers"]));
            let before = client.read("/api/v1/incidents?organization=exo-observers").await;
            assert_eq!(before["items"], json!([]));
        }
        told(&staff, "/api/v1/incidents?person=4827-1930").await;
        assert_eq!(elsewhere.numbers("/api/v1/incidents?organization=hidden-net").await, Vec::<String>::new());
    }

    /// A draft of another network that names a record does not keep its owner from removing it.
    async fn a_hidden_reference_holds_nothing_back(app: TestApp) {
        let ours = app.created("organizations", organization("Our Observers")).await;
        let naming = json!([{"number": ours.json()["number"]}]);
        let about = app.published("incidents", incident().with("organizations", naming.clone())).await;
        let elsewhere = app.of_network("elsewhere", Role::Contributor).await;
        let draft: Value = incident().on("2023").with("organizations", naming).into();
        let theirs = elsewhere.post("/api/v1/incidents", &draft).await;
        theirs.is(201);
        app.contributor().delete(&ours.location()).await.problem(409, "conflict");
        app.contributor().amend(&about, &json!({"organizations": []})).await.is(200);
        let reason = json!({"reason": "It was another organization."});
        app.approve(&about).await;
        app.verifier().post(&format!("{about}/publish"), &reason).await.is(200);
        app.contributor().delete(&ours.location()).await.is(204);
        assert_eq!(elsewhere.read(&theirs.location()).await["organizations"], json!([]));
    }

    /// Staff of one network see of another's record what everybody sees.
    async fn staff_of_another_network_see_what_the_public_sees(app: TestApp) {
        let people = json!([{
            "ref": "P1", "name": "Zorabeth Quillfeather", "display": "withheld",
            "display_reason": "A brother is in prison.",
        }]);
        let at = app.published("incidents", incident().about(people)).await;
        let public = app.public().get(&at).await;
        let stranger = app.of_network("elsewhere", Role::Contributor).await.get(&at).await;
        assert_eq!(stranger.json(), public.json());
        assert_eq!(stranger.etag(), public.etag(), "no revision is told");
        let own = app.contributor().read(&at).await;
        assert_eq!(own["revision"], 1);
        assert_eq!(own["people"][0]["display_reason"], "A brother is in prison.");
    }
}
