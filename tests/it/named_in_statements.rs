//! Whom a statement names because a record that it cites names them: the name goes from its text when it goes from there.

use std::path::Path;

use amparo_tests::{TestApp, incident, on_both};
use serde_json::{Value, json};

use crate::imports::import;

const NAME: &str = "Zorabeth Quillfeather";

fn number(at: &str) -> &str {
    at.rsplit('/').next().unwrap()
}

fn naming(display: &str) -> Value {
    let mut person =
        json!({"ref": "P1", "name": NAME, "position": "chairperson", "display": display});
    if display == "name" {
        person["display_reason"] = json!("the person agreed");
    }
    json!([person])
}

fn statement(cited: &str) -> Value {
    json!({"title": "We stand with Zorabeth Quillfeather", "date": "2024-04-30", "lang": "en", "kind": "statement",
        "excerpt": "Quillfeather is held.", "body": format!("{NAME} was detained.[[{}]] QUILLFEATHER is well.", number(cited))})
}

async fn publish(app: &TestApp, at: &str) -> amparo_tests::Answer {
    app.contributor().post_nothing(&format!("{at}/submit")).await.is(200);
    app.approve(at).await;
    app.verifier().post_nothing(&format!("{at}/publish")).await
}

/// What everybody gets of a statement, in every form.
async fn everywhere(app: &TestApp, at: &str) -> String {
    let mut all = String::new();
    let permanent = format!("/r/{}/v1", number(at));
    for form in ["", ".md", ".html", ".txt", "/versions/1", "/versions/1.md", "/versions/1.html"] {
        all += &app.public().get(&format!("{at}{form}")).await.text();
    }
    all += &app.public().get(&format!("{permanent}.html")).await.text();
    all
}

on_both! {
    async fn a_name_that_is_taken_down_goes_from_statements_as_well(app: TestApp) {
        let held = app.published("incidents", incident().titled("{P1} detained").about(naming("name"))).await;
        let at = app.created("statements", statement(&held)).await.location();
        let raw = app.contributor().read(&format!("{at}?view=working&text=raw")).await;
        assert_eq!(raw["title"], "We stand with {P1}");
        assert_eq!(raw["excerpt"], "{P1} is held.");
        let people = raw["people"].as_array().unwrap();
        assert_eq!((people.len(), &people[0]["display"]), (1, &json!("name")));
        publish(&app, &at).await.is(200);
        let before = everywhere(&app, &at).await;
        assert!(before.matches("We stand with Zorabeth Quillfeather").count() >= 8, "{before}");
        let down = json!({"person": "P1", "reason": "The family asked."});
        app.verifier().post(&format!("{held}/take-down"), &down).await.is(200);
        let after = everywhere(&app, &at).await.to_lowercase();
        assert!(!after.contains("quillfeather"), "{after}");
        assert!(after.contains("we stand with chairperson"), "{after}");
    }

    async fn a_word_that_may_be_the_name_of_somebody_else_is_asked_about(app: TestApp) {
        let held = app.published("incidents", incident().titled("{P1} detained").about(naming("name"))).await;
        let mut of_two = statement(&held);
        of_two["body"] = json!(format!("{NAME} and Karla Quillfeather were detained.[[{}]]", number(&held)));
        let refused = app.contributor().post("/api/v1/statements", &of_two).await;
        refused.problem(422, "invalid");
        assert_eq!(refused.json()["errors"][0]["pointer"], "/body");
        assert!(refused.text().contains("write the whole name"), "{}", refused.text());
        of_two["excerpt"] = Value::Null;
        of_two["people"] = json!([{"ref": "P1", "name": "Karla Quillfeather", "position": "observer"}]);
        of_two["body"] = json!(format!("{NAME} and {{P1}} were detained.[[{}]]", number(&held)));
        let at = app.created("statements", of_two).await.location();
        let raw = app.contributor().read(&format!("{at}?view=working&text=raw")).await;
        assert_eq!(raw["people"].as_array().unwrap().len(), 2);
    }

    /// What `GET` gave is sent back, and names nobody twice.
    async fn whoever_sends_back_what_they_got_changes_nothing(app: TestApp) {
        let held = app.published("incidents", incident().titled("{P1} detained").about(naming("name"))).await;
        let at = app.created("statements", statement(&held)).await.location();
        let staff = app.contributor();
        let got = staff.get(&format!("{at}?view=working")).await;
        let revision = got.json()["revision"].clone();
        let put = staff.put(&at, "*", &got.json()).await;
        put.is(200);
        assert_eq!(put.json()["revision"], revision);
        assert_eq!(put.json()["people"].as_array().unwrap().len(), 1);
        // A new text with the name is taken like the first.
        let text = format!("{NAME} is free.[[{}]]", number(&held));
        staff.amend(&at, &json!({"body": text})).await.is(200);
        let raw = staff.read(&format!("{at}?view=working&text=raw")).await;
        assert_eq!(raw["body"], format!("{{P1}} is free.[[{}]]", number(&held)));
    }

    /// Nobody is named by whose name a record does not show, and nobody learns whose it is.
    async fn names_that_a_record_does_not_show_are_not_taken_in(app: TestApp) {
        let held = app.published("incidents", incident().titled("{P1} detained").about(naming("role"))).await;
        let writer = app.contributor();
        let body = format!("A colleague was detained.[[{}]]", number(&held));
        let other = json!({"title": "We stand with Zorabeth Quillfeather", "date": "2024-04-30", "kind": "statement", "body": body});
        let at = writer.post("/api/v1/statements", &other).await.location();
        let raw = writer.read(&format!("{at}?view=working&text=raw")).await;
        assert_eq!(raw["people"], json!([]));
        assert_eq!(raw["title"], "We stand with Zorabeth Quillfeather");
    }

    async fn who_is_named_since_is_taken_in_before_it_is_published(app: TestApp) {
        let held = app.published("incidents", incident().titled("{P1} detained").about(naming("role"))).await;
        let at = app.created("statements", statement(&held)).await.location();
        app.contributor().post_nothing(&format!("{at}/submit")).await.is(200);
        // The record shows the name from now on.
        let person = app.verifier().read(&format!("{held}?view=working")).await["people"][0]["person"].clone();
        let shown = json!([{"ref": "P1", "person": person, "position": "chairperson", "display": "name", "display_reason": "agreed"}]);
        app.contributor().amend(&held, &json!({"people": shown})).await.is(200);
        app.approve(&held).await;
        app.verifier().post(&format!("{held}/publish"), &json!({"reason": "They agreed."})).await.is(200);
        app.approve(&at).await;
        let refused = app.verifier().post_nothing(&format!("{at}/publish")).await;
        refused.problem(422, "invalid");
        assert!(refused.text().contains("save it again"), "{}", refused.text());
        app.verifier().amend(&at, &json!({})).await.is(200);
        app.approve(&at).await;
        app.third_verifier().post_nothing(&format!("{at}/publish")).await.is(200);
    }

    /// What a program found in a statement is a person's once they have looked at it.
    async fn the_same_statement_again_puts_no_candidate_back(app: TestApp) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/statement.md");
        import(&app, std::slice::from_ref(&file), |_| ()).await;
        let list = app.verifier().read("/api/v1/incidents?state=submitted&type=detention").await;
        let at = format!("/api/v1/incidents/{}", list["items"][0]["number"].as_str().unwrap());
        app.verifier().amend(&at, &json!({"place": "Baku"})).await.is(200);
        let again = import(&app, &[file], |_| ()).await;
        assert_eq!(again.of(amparo_domain::kind::Kind::Incident).updated, 0);
        assert_eq!(app.verifier().read(&format!("{at}?view=working")).await["place"], "Baku");
    }
}
