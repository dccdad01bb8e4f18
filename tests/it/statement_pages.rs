//! The page of a statement, and the one on which those with a code answer: whole without scripts.

use amparo_tests::{Answer, Client, TestApp, incident, on_both, organization};
use axum::http::Method;
use serde_json::{Value, json};

fn number(at: &str) -> String {
    at.rsplit('/').next().unwrap().to_owned()
}

fn digits(at: &str) -> String {
    number(at).replace('-', "")
}

async fn page(client: &Client<'_>, path: &str) -> Answer {
    client.send(Method::GET, path, &[("accept", "text/html")], "").await
}

async fn form(client: &Client<'_>, body: &str) -> Answer {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    client.send(Method::POST, "/endorse?lang=en", &headers, body.to_owned()).await
}

async fn republish(app: &TestApp, at: &str, change: &Value) {
    app.contributor().amend(at, change).await.is(200);
    app.approve(at).await;
    app.verifier()
        .post(&format!("{at}/publish"), &json!({"reason": "More is known."}))
        .await
        .is(200);
}

on_both! {
    async fn a_statement_shows_what_it_cites_then_and_now(app: TestApp) {
        let held = app.published("incidents", incident().titled("Held at dawn")).await;
        let gone = app.published("incidents", incident().titled("Never so")).await;
        let one = app.published("organizations", organization("Eastern Observers")).await;
        let body = format!("She *was* held.[[{}]]\n\n<script>alert(1)</script> So it was.[[{}]]", number(&held), number(&gone));
        let at = app.published("statements", json!({"title": "We stand with them", "date": "2026-11-25", "lang": "en",
            "excerpt": format!("In short.[[{}]]", number(&held)), "body": body, "url": "https://example.org/s",
            "endorsers": [{"number": number(&one), "endorsed_on": "2026-11-24"}],
            "incidents": [{"number": number(&held)}, {"number": number(&gone)}]})).await;
        let reply = json!({"kind": "appeal", "type": "urgent_appeal", "date": "2024-05-02", "public": true,
            "to": {"text": "Office of the President"}, "reference": "AZE 002 / 1215", "url": "https://example.org/a"});
        app.verifier().post(&format!("{at}/responses"), &reply).await.is(201);
        let hidden = json!({"kind": "demarche", "date": "2024-05-03", "text": "A word in private."});
        app.contributor().post(&format!("{at}/responses"), &hidden).await.is(201);
        let shown = page(&app.public(), &format!("/r/{}/v1?lang=en", digits(&at))).await;
        shown.is(200);
        let html = shown.text();
        for said in [
            "<em>was</em> held.<sup class=\"note\">", "&lt;script&gt;", "In short.</p>", "Held at dawn",
            "role=\"doc-endnotes\"", "Eastern Observers", "24 November 2026", "as cited", "Urgent appeal",
            "AZE 002 / 1215", "Office of the President", "https://example.org/s", "What it cites, as a frozen list",
        ] {
            assert!(html.contains(said), "{said} is not in {html}");
        }
        for never in ["<script", "[[", "in private", "newer version"] {
            assert!(!html.contains(never), "{never}");
        }
        for ending in [".docx", ".md", ".html", ".txt", ""] {
            assert!(html.contains(&format!("{at}/versions/1{ending}\"")), "{ending}");
        }
        // What has moved on since says so, also where it is cited as it was.
        republish(&app, &held, &json!({"title": "Held at dawn and moved"})).await;
        let reason = json!({"reason": "It was mistaken.", "reason_class": "mistaken"});
        app.verifier().post(&format!("{gone}/withdraw"), &reason).await.is(200);
        let html = page(&app.public(), &format!("/r/{}/v1?lang=en", digits(&at))).await.text();
        assert!(html.contains("newer version:") && html.contains(&format!("/r/{}/v2", digits(&held))), "{html}");
        assert!(html.contains("chip withdrawn") && !html.contains("Never so"), "{html}");
        assert!(html.contains("Held at dawn<") && !html.contains("and moved"), "{html}");
        let arabic = page(&app.public(), &format!("/r/{}?lang=ar", digits(&at))).await.text();
        assert!(arabic.contains("<html lang=\"ar\" dir=\"rtl\">") && arabic.contains("السجلات المستشهد بها"));
        let led = app.public().get(&format!("/s/{}/v1?lang=en", number(&at))).await;
        led.is(307);
        assert_eq!(led.header("location"), format!("/r/{}/v1?lang=en", number(&at)));
    }

    async fn those_with_a_code_answer_on_a_page(app: TestApp) {
        let one = app.published("organizations", organization("Eastern Observers")).await;
        let at = app.created("statements", json!({"title": "We stand with {P1}", "date": "2026-11-25", "lang": "en",
            "body": "{P1} is *not* alone.", "people": [{"ref": "P1", "name": "Zorabeth Quillfeather", "position": "observer"}]}))
            .await.location();
        let asked = app.contributor().post(&format!("{at}/endorsements"), &json!({"organization": number(&one)})).await;
        let code = asked.json()["code"].as_str().unwrap().to_owned();
        let public = app.public();
        let entered = page(&public, "/endorse?lang=en").await;
        entered.is(200);
        assert!(entered.text().contains("name=\"code\"") && !entered.text().contains("<script"));
        assert!(entered.header("content-security-policy").contains("form-action 'self'"));
        let wrong = form(&public, "code=end_nobody").await;
        wrong.is(422);
        assert!(wrong.text().contains("This code does not hold"));
        let read = form(&public, &format!("code={code}")).await;
        read.is(200);
        assert_eq!(read.header("cache-control"), "no-store");
        let html = read.text();
        assert!(html.contains("observer is <em>not</em> alone.") && html.contains("Eastern Observers"), "{html}");
        assert!(!html.contains("Quillfeather"), "{html}");
        let half = form(&public, &format!("code={code}&answer=change_suggested&name=Ana&role=Chair&text=")).await;
        half.is(422);
        assert!(half.text().contains("value=\"Ana\"") && half.text().contains("if you suggest a change, say which"));
        let done = form(&public, &format!("code={code}&answer=endorsed&name=Ana+Secretary&role=Chair&text=")).await;
        done.is(200);
        assert!(done.text().contains("Your answer was received:") && !done.text().contains("Ana Secretary"), "{}", done.text());
        let again = form(&public, &format!("code={code}&answer=declined&name=Ben&role=Chair&text=")).await;
        assert!(again.text().contains("This was answered already:") && again.text().contains("We endorse this text"));
        let listed = app.contributor().read(&format!("{at}/endorsements")).await;
        assert_eq!((&listed["items"][0]["state"], &listed["items"][0]["name"]), (&json!("endorsed"), &json!("Ana Secretary")));
        // Only from this site's own pages.
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")];
        public.send(Method::POST, "/endorse", &headers, format!("code={code}")).await.is(403);
    }
}
