//! What may be the same is suggested, to whom and as far as they can see it, and never again once
//! somebody said that it is not.

use amparo_domain::access::Role;
use amparo_tests::{Client, Draft, TestApp, incident, on_both};
use serde_json::{Value, json};

/// An incident about somebody of this name.
fn about(name: &str) -> Draft {
    incident()
        .titled("Detention of {P1}")
        .of_type("detention")
        .about(json!([{"ref": "P1", "name": name, "role": "affected_person"}]))
}

/// The numbers that are suggested for a record.
async fn suggested(client: &Client<'_>, at: &str) -> Vec<String> {
    let found = client.read(&format!("{at}/duplicates")).await;
    let items = found["items"].as_array().unwrap().iter();
    items.map(|item| item["number"].as_str().unwrap().to_owned()).collect()
}

fn number(at: &str) -> String {
    at.rsplit('/').next().unwrap().to_owned()
}

async fn made(app: &TestApp, draft: Draft) -> String {
    app.created("incidents", draft).await.location()
}

on_both! {
    /// The story: a day in April, the month after, a name with a letter too few.
    async fn finds_the_event_of_the_register_in_a_row_that_tells_it_otherwise(app: TestApp) {
        app.load_register().await;
        let public = app.public();
        let list = public.read("/api/v1/incidents?country=AZE&type=detention&period=2024-04-29").await;
        let known = list["items"][0].clone();
        assert_eq!(known["occurred"]["edtf"], "2024-04-29", "{list}");
        let known_number = known["number"].as_str().unwrap().to_owned();
        let staff = app.verifier().read(&format!("/api/v1/incidents/{known_number}")).await;
        let person = staff["people"][0]["person"].as_str().unwrap().to_owned();
        let person = app.verifier().read(&format!("/api/v1/people/{person}")).await;
        let name = person["names"][0]["name"].as_str().unwrap();
        let misspelt = name.replacen("mm", "m", 1);
        assert_ne!(name, misspelt, "the name has a letter to lose");
        let row = incident()
            .titled("Arrest of {P1}")
            .with("types", json!(["physical_assault", "detention"]))
            .on("2024-05")
            .about(json!([{"ref": "P1", "name": misspelt, "role": "affected_person"}]));
        let created = app.verifier().post("/api/v1/incidents", &row.into()).await;
        created.is(201);
        let told = created.json()["possible_duplicates"].clone();
        assert!(told.as_array().unwrap().iter().any(|one| one["number"] == known_number), "{told}");
        let found = app.verifier().read(&format!("{}/duplicates", created.location())).await;
        let first = &found["items"][0];
        assert_eq!(first["number"], known_number, "{found}");
        assert_eq!(first["state"], "published");
        assert!(first["score"].as_f64().unwrap() > 0.7, "{first}");
        for reason in ["country", "kinds", "dates", "people"] {
            assert!(first["reasons"].as_array().unwrap().contains(&json!(reason)), "{first}");
        }
        let back = suggested(&app.verifier(), &format!("/api/v1/incidents/{known_number}")).await;
        assert!(back.contains(&number(&created.location())), "each is suggested for the other");
    }

    async fn compares_names_across_scripts(app: TestApp) {
        let one = made(&app, about("Zulfiya Karimova")).await;
        for name in ["Зульфия Каримова", "Karimova, Zulfia"] {
            let other = made(&app, about(name).on("2024-05")).await;
            assert!(suggested(&app.contributor(), &one).await.contains(&number(&other)), "{name}");
        }
        let else_ = made(&app, about("Anora Karimova")).await;
        assert!(!suggested(&app.contributor(), &one).await.contains(&number(&else_)));
    }

    /// No name of a person is in the answer but where the record shows it, and no title spells it.
    async fn tells_what_is_alike_without_the_names(app: TestApp) {
        let one = made(&app, about("Zorabeth Quillfeather")).await;
        made(&app, about("Zorabet Quilfeather")).await;
        let answer = app.contributor().get(&format!("{one}/duplicates")).await;
        let items = answer.json()["items"].clone();
        let members: Vec<_> = items[0].as_object().unwrap().keys().cloned().collect();
        assert_eq!(members, ["number", "title", "occurred", "state", "score", "reasons"]);
        assert!(!answer.text().to_lowercase().contains("quil"), "{}", answer.text());
        assert_eq!(answer.header("cache-control"), "private, no-store");
    }

    async fn only_the_desk_of_the_network_asks(app: TestApp) {
        let one = app.published("incidents", about("Zorabeth Quillfeather")).await;
        app.public().get(&format!("{one}/duplicates")).await.problem(401, "token-needed");
        for role in [Role::Analyst, Role::Advocate] {
            let answer = app.with_role(role).get(&format!("{one}/duplicates")).await;
            answer.problem(403, "not-allowed");
        }
        for role in [Role::Contributor, Role::Verifier, Role::NetworkAdmin, Role::Admin] {
            app.with_role(role).get(&format!("{one}/duplicates")).await.is(200);
        }
        let stranger = app.of_network("elsewhere", Role::Verifier).await;
        stranger.get(&format!("{one}/duplicates")).await.problem(404, "not-found");
    }

    /// A draft of another network, and a person whom its record does not name, might as well not be.
    async fn what_another_network_hides_is_never_alike(app: TestApp) {
        let elsewhere = app.of_network("elsewhere", Role::Verifier).await;
        let name = "Zorabeth Quillfeather";
        // Another title, because titles are there for everybody to compare.
        let draft: Value = about(name).titled("Somebody was taken to a police station").into();
        let theirs = elsewhere.post("/api/v1/incidents", &draft).await;
        theirs.is(201);
        let ours = app.created("incidents", about(name)).await;
        assert_eq!(ours.json()["possible_duplicates"], json!([]), "a draft of theirs is nothing to us");
        assert_eq!(suggested(&app.contributor(), &ours.location()).await, Vec::<String>::new());
        app.published_by("elsewhere", &elsewhere, &theirs.location()).await;
        let found = suggested(&app.contributor(), &ours.location()).await;
        assert_eq!(found, Vec::<String>::new(), "who is in it is not told, so it is not compared");
        let shown = json!([{"ref": "P1", "name": name, "role": "affected_person", "display": "name",
                            "display_reason": "agreed"}]);
        let draft: Value = about(name).titled("{P1} was taken away").about(shown).on("2024-04-30").into();
        let theirs = elsewhere.post("/api/v1/incidents", &draft).await;
        app.published_by("elsewhere", &elsewhere, &theirs.location()).await;
        let found = suggested(&app.contributor(), &ours.location()).await;
        assert_eq!(found, [number(&theirs.location())], "a name that everybody reads is compared");
    }

    async fn what_was_said_to_be_another_is_never_suggested_again(app: TestApp) {
        let one = made(&app, about("Zorabeth Quillfeather")).await;
        let other = made(&app, about("Zorabet Quilfeather")).await;
        let writer = app.contributor();
        assert_eq!(suggested(&writer, &one).await, [number(&other)]);
        let dismiss = format!("{one}/duplicates/{}/dismiss", number(&other));
        let spelling = json!({"reason": "Zorabeth Quillfeather is somebody else."});
        assert_eq!(writer.post(&dismiss, &spelling).await.wrong(), ["/reason"]);
        let reason = json!({"reason": "A namesake."});
        writer.post(&dismiss, &reason).await.is(204);
        writer.post(&dismiss, &reason).await.is(204);
        for at in [&one, &other] {
            assert_eq!(suggested(&writer, at).await, Vec::<String>::new());
        }
        assert_eq!(app.count("audit_entry", "action = 'dismiss_duplicate'").await, 1);
        // It is what one network says, and an analyst says nothing.
        app.analyst().post(&dismiss, &reason).await.problem(403, "not-allowed");
        app.public().post(&dismiss, &reason).await.problem(401, "token-needed");
        let stranger = app.of_network("elsewhere", Role::Contributor).await;
        stranger.post(&dismiss, &reason).await.problem(404, "not-found");
        let absent = format!("{one}/duplicates/4827-1930/dismiss");
        writer.post(&absent, &reason).await.problem(404, "not-found");
        let itself = format!("{one}/duplicates/{}/dismiss", number(&one));
        writer.post(&itself, &reason).await.problem(409, "conflict");
        let unknown = writer.post(&dismiss, &json!({"raison": "x"})).await;
        assert_eq!(unknown.wrong(), ["/raison"]);
    }

    async fn suggests_twenty_at_most_the_likeliest_first(app: TestApp) {
        for day in 1..=24 {
            let date = format!("2024-04-{day:02}");
            made(&app, about("Zorabeth Quillfeather").on(&date)).await;
        }
        let one = made(&app, about("Zorabeth Quillfeather").on("2024-04")).await;
        let found = app.contributor().read(&format!("{one}/duplicates")).await;
        let scores: Vec<f64> = found["items"].as_array().unwrap().iter()
            .map(|item| item["score"].as_f64().unwrap()).collect();
        assert_eq!(scores.len(), 20);
        assert!(scores.is_sorted_by(|one, other| one >= other), "{scores:?}");
    }
}
