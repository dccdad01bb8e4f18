//! Organizations that are asked to endorse a statement: with a code and no account, or for their network.

use amparo_domain::access::Role;
use amparo_tests::{Answer, Client, TestApp, on_both, organization};
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

const OPEN: &str = "/api/v1/endorsements/open";
const ANSWER: &str = "/api/v1/endorsements/answer";

fn number(at: &str) -> String {
    at.rsplit('/').next().unwrap().to_owned()
}

/// A statement that is ready to be published, and two organizations.
async fn three(app: &TestApp) -> (String, String, String) {
    let one = app
        .published("organizations", organization("Eastern Observers").with("slug", "eastern"))
        .await;
    let two = app
        .published("organizations", organization("Western Observers").with("slug", "western"))
        .await;
    let at = app
        .created(
            "statements",
            json!({"title": "We stand with them", "date": "2026-11-25", "lang": "en",
        "kind": "statement", "excerpt": "In short.", "body": "{P1} is not alone.",
        "people": [{"ref": "P1", "name": "Zorabeth Quillfeather", "position": "observer"}]}),
        )
        .await
        .location();
    app.contributor().post_nothing(&format!("{at}/submit")).await.is(200);
    app.approve(&at).await;
    (at, number(&one), number(&two))
}

async fn ask(client: &Client<'_>, at: &str, organization: &str) -> Answer {
    client.post(&format!("{at}/endorsements"), &json!({"organization": organization})).await
}

fn code(asked: &Answer) -> String {
    asked.is(201);
    asked.json()["code"].as_str().unwrap().to_owned()
}

fn says(code: &str, answer: &str) -> Value {
    json!({"code": code, "answer": answer, "name": "Ana Secretary", "role": "Secretary-General"})
}

async fn answer(app: &TestApp, code: &str, said: &str) {
    app.public().post(ANSWER, &says(code, said)).await.is(200);
}

async fn publish(app: &TestApp, at: &str, body: Value) -> Answer {
    app.verifier().post(&format!("{at}/publish"), &body).await
}

fn endorsers(of: &Value) -> Vec<String> {
    let endorsers = of["endorsers"].as_array().unwrap().iter();
    endorsers.map(|of| of["name"].as_str().unwrap().to_owned()).collect()
}

async fn requests(app: &TestApp, at: &str) -> Vec<Value> {
    let listed = app.contributor().read(&format!("{at}/endorsements")).await;
    listed["items"].as_array().unwrap().clone()
}

on_both! {
    async fn whoever_has_the_code_reads_what_is_asked_and_answers(app: TestApp) {
        let (at, one, _) = three(&app).await;
        let asked = ask(&app.contributor(), &at, "eastern").await;
        let code = code(&asked);
        assert_eq!(asked.json()["organization"]["number"], one.as_str());
        assert_eq!(asked.json()["state"], "open");
        assert_eq!(asked.header("cache-control"), "private, no-store");
        let opened = app.public().post(OPEN, &json!({"code": code})).await;
        opened.is(200);
        let opened = opened.json();
        // The words as everybody would see them, and nothing of who wrote them.
        assert_eq!(opened["asked"]["body"], "observer is not alone.");
        assert_eq!(opened["organization"]["name"], "Eastern Observers");
        assert_eq!((&opened["for_revision"], &opened["is_current"]), (&json!(1), &json!(true)));
        for hidden in ["asked_by", "name", "code", "text"] {
            assert!(opened.get(hidden).is_none(), "{hidden}");
        }
        assert!(!opened.to_string().contains("Quillfeather"));
        let done = app.public().post(ANSWER, &says(&code, "endorsed")).await;
        done.is(200);
        assert_eq!(done.json()["state"], "endorsed");
        assert!(!done.text().contains("Secretary"));
        // The same again changes nothing; another answer is refused.
        app.public().post(ANSWER, &says(&code, "endorsed")).await.is(200);
        app.public().post(ANSWER, &says(&code, "declined")).await.problem(409, "conflict");
        let listed = requests(&app, &at).await;
        assert_eq!(listed.len(), 1);
        assert_eq!((&listed[0]["name"], &listed[0]["role"]), (&json!("Ana Secretary"), &json!("Secretary-General")));
        assert_eq!((&listed[0]["for_version"], &listed[0]["is_current"]), (&Value::Null, &json!(true)));
        assert_eq!(listed[0]["answered_by"], Value::Null);
        // Of a code nothing is kept but a hash.
        let kept = app.column("SELECT code_hash FROM endorsement").await;
        assert!(!kept[0].contains(&code[4..]));
        assert_eq!(app.count("audit_entry", "action = 'answer_endorsement'").await, 1);
    }

    async fn who_endorsed_this_very_text_joins_when_it_is_published(app: TestApp) {
        let (at, one, two) = three(&app).await;
        let first = code(&ask(&app.contributor(), &at, &one).await);
        answer(&app, &first, "endorsed").await;
        // The text changes: what was said was said of another.
        app.verifier().amend(&at, &json!({"body": "{P1} is not alone, and never was."})).await.is(200);
        let second = code(&ask(&app.verifier(), &at, &two).await);
        answer(&app, &second, "endorsed").await;
        let listed = requests(&app, &at).await;
        assert_eq!((&listed[0]["is_current"], &listed[1]["is_current"]), (&json!(false), &json!(true)));
        for verifier in [app.other_verifier(), app.third_verifier()] {
            let _ = verifier.post(&format!("{at}/approve"), &json!({})).await;
        }
        let published = publish(&app, &at, json!({})).await;
        published.is(200);
        let warnings = published.json()["warnings"].clone();
        assert!(warnings[0]["message"].as_str().unwrap().starts_with("Eastern Observers endorsed an earlier text"), "{warnings}");
        let shown = app.public().read(&at).await;
        assert_eq!(endorsers(&shown), ["Western Observers"]);
        assert_eq!(shown["endorsers"][0]["endorsed_on"], app.now().date_naive().to_string());
        assert!(!shown.to_string().contains("Secretary"));
        let listed = requests(&app, &at).await;
        assert_eq!((&listed[1]["for_version"], &listed[1]["is_endorser"]), (&json!(1), &json!(true)));
        assert_eq!((&listed[0]["for_version"], &listed[0]["is_endorser"]), (&Value::Null, &json!(false)));
    }

    async fn endorsers_who_come_later_are_a_version_of_their_own(app: TestApp) {
        let (at, one, two) = three(&app).await;
        let codes = [code(&ask(&app.contributor(), &at, &one).await), code(&ask(&app.contributor(), &at, &two).await)];
        publish(&app, &at, json!({})).await.is(200);
        assert_eq!(endorsers(&app.public().read(&at).await), Vec::<String>::new());
        // Nothing to publish until somebody endorses it.
        publish(&app, &at, json!({"reason": "Again."})).await.problem(409, "wrong-state");
        app.advance(TimeDelta::days(2));
        answer(&app, &codes[0], "endorsed").await;
        // An answer changes nothing of what others see.
        assert_eq!(app.public().read(&at).await["version"], 1);
        let second = publish(&app, &at, json!({})).await;
        second.is(200);
        assert_eq!(second.json()["version"], 2);
        let version = app.public().read(&format!("{at}/versions/2")).await;
        assert_eq!(version["reason"], "Endorsed by Eastern Observers");
        assert_eq!(endorsers(&version), ["Eastern Observers"]);
        assert_eq!(endorsers(&app.public().read(&format!("{at}/versions/1")).await), Vec::<String>::new());
        answer(&app, &codes[1], "declined").await;
        publish(&app, &at, json!({})).await.problem(409, "wrong-state");
        // Once the text is another, what was said was for the first two versions.
        app.contributor().amend(&at, &json!({"body": "{P1} is free."})).await.is(200);
        app.approve(&at).await;
        let third = publish(&app, &at, json!({"reason": "They were released."})).await;
        third.is(200);
        let warnings = third.json()["warnings"].clone();
        assert!(warnings[0]["message"].as_str().unwrap().contains("stays among them"), "{warnings}");
        let listed = requests(&app, &at).await;
        assert_eq!((&listed[0]["is_current"], &listed[0]["for_version"]), (&json!(false), &json!(1)));
        assert_eq!(listed[1]["state"], "declined");
    }

    async fn members_answer_for_their_network(app: TestApp) {
        let (at, _, _) = three(&app).await;
        let theirs = app.of_network("western", Role::Advocate).await;
        let body = json!({"organization": "western", "network": "western"});
        let asked = app.contributor().post(&format!("{at}/endorsements"), &body).await;
        asked.is(201);
        let id = asked.json()["id"].as_str().unwrap().to_owned();
        let own = theirs.read("/api/v1/endorsements").await;
        assert_eq!((&own["items"][0]["id"], own["items"].as_array().unwrap().len()), (&json!(id), 1));
        assert!(own["items"][0].get("asked_by").is_none());
        let one = format!("/api/v1/endorsements/{id}");
        assert_eq!(theirs.read(&one).await["asked"]["title"], "We stand with them");
        // The statement itself is not theirs to read.
        theirs.get(&at).await.problem(404, "not-found");
        let said = json!({"answer": "change_suggested", "name": "Ben", "role": "Chair",
            "text": "Say that Zorabeth Quillfeather is well."});
        theirs.post(&format!("{one}/answer"), &json!({"answer": "change_suggested", "name": "Ben", "role": "Chair"}))
            .await.problem(422, "invalid");
        theirs.post(&format!("{one}/answer"), &said).await.is(200);
        let listed = requests(&app, &at).await;
        // A name is replaced and not refused, which would tell that it is right.
        assert_eq!(listed[0]["text"], "Say that {P1} is well.");
        assert!(listed[0]["answered_by"].is_string());
        for (who, status) in [
            (app.of_network("western", Role::Contributor).await, 403),
            (app.of_network("western", Role::Analyst).await, 403),
            (app.of_network("eastern", Role::Advocate).await, 404),
            (app.verifier(), 404),
            (app.public(), 401),
        ] {
            assert_eq!(who.get(&one).await.status, status);
            assert_eq!(who.post(&format!("{one}/answer"), &said).await.status, status);
        }
    }

    async fn a_code_is_refused_once_it_holds_no_more(app: TestApp) {
        let (at, one, _) = three(&app).await;
        let first = code(&ask(&app.contributor(), &at, &one).await);
        // Whoever is asked again answers what is asked now.
        let second = code(&ask(&app.contributor(), &at, &one).await);
        let public = app.public();
        let refused = |answer: &Answer| {
            let errors = answer.problem(422, "invalid")["errors"].clone();
            assert_eq!((&errors[0]["pointer"], &errors[0]["message"]), (&json!("/code"), &json!("is no code that still holds")));
        };
        for wrong in [first.as_str(), "end_nobody-made-it"] {
            refused(&public.post(OPEN, &json!({"code": wrong})).await);
            refused(&public.post(ANSWER, &says(wrong, "endorsed")).await);
        }
        public.post(OPEN, &json!({"code": second})).await.is(200);
        let id = requests(&app, &at).await[0]["id"].as_str().unwrap().to_owned();
        app.contributor().delete(&format!("{at}/endorsements/{id}")).await.is(204);
        refused(&public.post(OPEN, &json!({"code": second})).await);
        let third = code(&ask(&app.contributor(), &at, &one).await);
        app.advance(TimeDelta::days(30));
        refused(&public.post(ANSWER, &says(&third, "endorsed")).await);
        assert_eq!(requests(&app, &at).await[0]["state"], "expired");
        // And when the statement is withdrawn.
        let fourth = code(&ask(&app.contributor(), &at, &one).await);
        publish(&app, &at, json!({})).await.is(200);
        public.post(OPEN, &json!({"code": fourth})).await.is(200);
        let reason = json!({"reason": "It was mistaken.", "reason_class": "mistaken"});
        app.verifier().post(&format!("{at}/withdraw"), &reason).await.is(200);
        refused(&public.post(OPEN, &json!({"code": fourth})).await);
        refused(&public.post(ANSWER, &says(&fourth, "endorsed")).await);
    }

    async fn what_is_said_is_said_as_it_has_to_be(app: TestApp) {
        let (at, one, _) = three(&app).await;
        let code = code(&ask(&app.contributor(), &at, &one).await);
        let public = app.public();
        let wrong = |body: Value| { let public = &public; async move { public.post(ANSWER, &body).await.wrong() } };
        assert_eq!(wrong(json!({"code": code, "answer": "endorse", "name": "Ana", "role": "Chair"})).await, ["/answer"]);
        assert_eq!(wrong(json!({"code": code, "answer": "endorsed"})).await, ["/name", "/role"]);
        assert_eq!(wrong(json!({"code": code, "answer": "change_suggested", "name": "Ana", "role": "Chair"})).await, ["/text"]);
        assert_eq!(wrong(json!({"code": code, "answer": "endorsed", "name": "Ana", "role": "Chair", "rôle": "x"})).await, ["/rôle"]);
        let ask_with = |body: Value| { let app = &app; let at = &at; async move {
            app.contributor().post(&format!("{at}/endorsements"), &body).await.wrong()
        } };
        assert_eq!(ask_with(json!({})).await, ["/organization"]);
        assert_eq!(ask_with(json!({"organization": "nobody-there"})).await, ["/organization"]);
        assert_eq!(ask_with(json!({"organization": "eastern", "network": "nowhere"})).await, ["/network"]);
        for (who, status) in [(app.public(), 401), (app.analyst(), 403), (app.of_network("elsewhere", Role::Verifier).await, 404)] {
            assert_eq!(ask(&who, &at, &one).await.status, status);
            assert_eq!(who.get(&format!("{at}/endorsements")).await.status, status);
        }
        // Those who write statements for the network do.
        ask(&app.with_role(Role::Advocate), &at, "western").await.is(201);
    }

    async fn a_retry_asks_once_and_is_given_the_code_again(app: TestApp) {
        let (at, one, _) = three(&app).await;
        let body = json!({"organization": one}).to_string();
        let headers = [("content-type", "application/json"), ("idempotency-key", "ask")];
        let path = format!("{at}/endorsements");
        let mut codes = Vec::new();
        for _ in 0..3 {
            codes.push(code(&app.contributor().send(Method::POST, &path, &headers, body.clone()).await));
        }
        codes.dedup();
        assert_eq!(codes.len(), 1);
        assert_eq!(requests(&app, &at).await.len(), 1);
        app.public().post(OPEN, &json!({"code": codes[0]})).await.is(200);
    }

    /// Names are shown to those who are asked only once two people have approved them.
    async fn a_name_is_shown_to_those_who_are_asked_once_it_may_be(app: TestApp) {
        let org = app.published("organizations", organization("Eastern Observers")).await;
        let at = app.created("statements", json!({"title": "We stand with {P1}", "date": "2026-11-25", "lang": "en",
            "people": [{"ref": "P1", "name": "Zorabeth Quillfeather", "display": "name",
                "display_reason": "She agreed.", "position": "observer"}]})).await.location();
        let code = code(&ask(&app.contributor(), &at, &number(&org)).await);
        let title = async || app.public().post(OPEN, &json!({"code": code})).await.json()["asked"]["title"].clone();
        assert_eq!(title().await, "We stand with observer");
        app.contributor().post_nothing(&format!("{at}/submit")).await.is(200);
        app.approve(&at).await;
        assert_eq!(title().await, "We stand with Zorabeth Quillfeather");
        publish(&app, &at, json!({})).await.is(200);
        assert_eq!(title().await, "We stand with Zorabeth Quillfeather");
        app.verifier().post(&format!("{at}/take-down"), &json!({"person": "P1"})).await.is(200);
        assert_eq!(title().await, "We stand with observer");
    }
}
