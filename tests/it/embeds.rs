//! What other sites show in a frame: counts and records as everybody sees them, and what they are told of it.

use amparo_tests::{Answer, Client, incident, on_both};
use axum::http::Method;
use serde_json::{Value, json};

const NAME: &str = "Zorabeth Quillfeather";

fn number(at: &str) -> &str {
    at.rsplit('/').next().unwrap()
}

fn digits(at: &str) -> String {
    number(at).replace('-', "")
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

const BASE: &str = "http://register.example";

/// Asks by the name of the instance.
async fn by_name(client: &Client<'_>, path: &str) -> Answer {
    client.send(Method::GET, path, &[("host", "register.example")], "").await
}

async fn told_by_name(client: &Client<'_>, path: &str) -> Value {
    let got = by_name(client, path).await;
    got.is(200);
    got.json()
}

/// What every frame is: HTML that needs nothing from anywhere, runs nothing, keeps nothing, and may be shown by everybody.
async fn frame(client: &Client<'_>, path: &str) -> String {
    let got = client.get(path).await;
    got.is(200);
    assert_eq!(got.header("content-type"), "text/html; charset=utf-8", "{path}");
    let policy = got.header("content-security-policy");
    assert!(
        policy.contains("frame-ancestors *") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    assert!(
        got.headers.get("set-cookie").is_none() && got.headers.get("x-frame-options").is_none()
    );
    let html = got.text();
    for forbidden in ["<script", "style=", "<svg", "<img", "@import", "url("] {
        assert!(!html.contains(forbidden), "{path}: {forbidden}");
    }
    html
}

on_both! {
    async fn a_count_is_shown_elsewhere_as_of_a_day(app: TestApp) {
        for (country, day) in [("AZE", "2024-04-29"), ("AZE", "2024-04-30"), ("GEO", "2024-05-02")] {
            app.published("incidents", incident().in_country(country).on(day)).await;
        }
        app.created("incidents", incident().in_country("ARM").on("2024-04-01")).await;
        let public = app.public();
        let question = "group_by=country&period=2024";
        let html = frame(&public, &format!("/embed/counts?{question}&lang=en")).await;
        assert!(html.contains(r#"<th scope="row"><bdi>Azerbaijan</bdi></th><td class="b" aria-hidden="true"><span class="w50"></span></td><td class="v n">2</td>"#), "{html}");
        assert!(html.contains("<bdi>Georgia</bdi>") && html.contains("w25") && !html.contains("Armenia"));
        assert!(html.contains("at least 3 incidents") && html.contains("as of <span class=\"n\">25 November 2026</span>"), "{html}");
        assert!(html.contains("Observer Record") && html.contains("/api/v1/incidents?period=2024"));
        // Whoever asks, it is what everybody sees.
        for client in [app.verifier(), app.analyst()] {
            assert_eq!(frame(&client, &format!("/embed/counts?{question}&lang=en")).await, html);
        }
        let arabic = frame(&public, &format!("/embed/counts?{question}&lang=ar")).await;
        assert!(arabic.contains(r#"<html lang="ar" dir="rtl">"#) && arabic.contains("أذربيجان"));
        let months = frame(&public, "/embed/counts?group_by=month&period=2024-03/2024-05&country=AZE&lang=en").await;
        assert!(months.contains("April 2024") && months.contains("<td class=\"v n\">\u{2013}</td>") && months.contains("nobody declares to have looked"));

        // What is copied is frozen, if nobody chooses otherwise.
        let code = public.get(&format!("/embed/counts/code?{question}&lang=en")).await;
        code.is(200);
        assert!(code.header("content-security-policy").contains("frame-ancestors 'none'"));
        let code = code.text();
        let (frozen, latest) = (code.find("as_of=2026-11-25").unwrap(), code.find("Keeps up with the register").unwrap());
        assert!(frozen < latest && code.contains("sandbox=") && code.contains("application/json+oembed"));
        app.advance(chrono::TimeDelta::days(2));
        app.published("incidents", incident().in_country("AZE").on("2024-06-01")).await;
        let then = frame(&public, &format!("/embed/counts?{question}&as_of=2026-11-25&lang=en")).await;
        assert_eq!(then.replace("&#38;as_of=2026-11-25", ""), html, "what stands in a statement stays as it was");
        assert!(frame(&public, &format!("/embed/counts?{question}&lang=en")).await.contains("at least 4 incidents"));
        public.get("/embed/counts?contry=AZE").await.problem(400, "unknown-parameter");
    }

    async fn a_record_is_shown_elsewhere(app: TestApp) {
        let named = incident().titled("{P1} held").on("2024-04-29").about(json!([{
            "ref": "P1", "name": NAME, "display": "role", "position": "an observer", "role": "affected_person"}]));
        let at = app.published("incidents", named).await;
        let public = app.public();
        let (latest, first) = (format!("/embed/r/{}", number(&at)), format!("/embed/r/{}/v1", number(&at)));
        let html = frame(&public, &latest).await;
        assert!(html.contains("An observer held") || html.contains("an observer held"), "{html}");
        assert!(!html.contains(NAME) && !frame(&app.verifier(), &latest).await.contains(NAME));
        assert!(frame(&public, &first).await.contains(&format!("/r/{}/v1", digits(&at))));
        app.contributor().amend(&at, &json!({"title": "Said otherwise"})).await.is(200);
        app.approve(&at).await;
        app.verifier().post(&format!("{at}/publish"), &json!({"reason": "A second source."})).await.is(200);
        assert!(frame(&public, &latest).await.contains("Said otherwise"));
        let pinned = frame(&public, &first).await;
        assert!(pinned.contains("observer held") && pinned.contains("There is a newer one"), "{pinned}");
        for lang in ["ar", "es", "fr", "pt", "ru"] {
            let html = frame(&public, &format!("{first}?lang={lang}")).await;
            assert!(html.contains(&format!("<html lang=\"{lang}\"")) && !html.contains("There is a newer one"));
        }
        // The page of the record offers the code: the version first.
        let page = public.send(Method::GET, &format!("/r/{}", digits(&at)), &[("accept", "text/html")], "").await.text();
        let frozen = page.find(&format!("/embed/r/{}/v2?lang=en", digits(&at))).unwrap();
        let keeps = page.find(&format!("/embed/r/{}?lang=en", digits(&at))).unwrap();
        assert!(frozen < keeps);
        let head = page.find("</head>").unwrap();
        assert!(page.find("application/json+oembed").unwrap() < head.min(150_000));
        // It leads to what proves it.
        assert!(page.contains(&format!("href=\"/r/{}/v2.amparo.json\"", digits(&at))));
        let proof = public.get(&format!("/r/{}.amparo.json", number(&at))).await;
        proof.is(307);
        assert_eq!(proof.header("location"), format!("/r/{}/v2.amparo.json", digits(&at)));
        let waits = public.send(Method::GET, &proof.header("location"), &[("accept", "text/html")], "").await;
        waits.is(503);
        assert!(waits.text().contains("has not begun") && waits.header("retry-after") == "3600");

        let other = app.published("incidents", incident().titled("The same")).await;
        let into = json!({"into": number(&other), "reason": "It is the same."});
        app.verifier().post(&format!("{at}/merge"), &into).await.is(200);
        let merged = public.get(&latest).await;
        merged.is(308);
        assert!(merged.header("location").starts_with(&format!("/embed/r/{}", digits(&other))));
        assert!(frame(&public, &first).await.contains("observer held"));
        let reason = json!({"reason": "It was somewhere else.", "reason_class": "mistaken"});
        app.verifier().post(&format!("{other}/withdraw"), &reason).await.is(200);
        for path in [format!("/embed/r/{}", number(&other)), first] {
            let gone = public.get(&path).await;
            gone.is(410);
            assert!(gone.text().contains("This record was withdrawn") && gone.header("content-security-policy").contains("frame-ancestors *"));
        }
        let draft = app.created("incidents", incident()).await.location();
        let hidden = app.contributor().get(&format!("/embed/r/{}", number(&draft))).await;
        hidden.problem(404, "not-found");
    }

    async fn a_site_is_told_what_it_may_show(app: TestApp) {
        let at = app.published("incidents", incident().titled("Fined <twice> & \"held\"").on("2024-04-29")).await;
        let draft = app.created("incidents", incident()).await.location();
        let public = app.public();
        let asked = |path: &str, more: &str| format!("/oembed?url={}{more}", encoded(&format!("{BASE}{path}")));
        let told: Value = told_by_name(&public, &asked(&format!("/r/{}/v1", digits(&at)), "&format=json&maxwidth=400&dnt=1")).await;
        assert_eq!((&told["version"], &told["type"]), (&json!("1.0"), &json!("rich")));
        assert_eq!((&told["width"], &told["provider_name"]), (&json!(400), &json!("Observer Record")));
        let html = told["html"].as_str().unwrap();
        assert!(html.starts_with(&format!("<iframe src=\"{BASE}/embed/r/{}/v1?lang=en\" title=\"Observer Record, OBS", digits(&at))), "{html}");
        assert!(html.ends_with("</iframe>") && !html.contains("twice") && html.matches('<').count() == 2,
            "a title may show a name, which nobody could take down there");
        let unpinned = told_by_name(&public, &asked(&format!("/r/{}", number(&at)), "")).await;
        assert!(unpinned["html"].as_str().unwrap().contains(&format!("/embed/r/{}?lang=en", digits(&at))));
        let count = told_by_name(&public, &asked("/api/v1/counts?group_by=month&period=2024", "&maxheight=300")).await;
        let html = count["html"].as_str().unwrap();
        assert!(html.contains("/embed/counts?group_by=month&amp;period=2024&amp;as_of=2026-11-25&amp;lang=en"), "{html}");
        assert_eq!(count["height"], 300);
        let src = html.split('"').nth(1).unwrap().replace("&amp;", "&");
        frame(&public, src.strip_prefix(BASE).unwrap()).await;
        let xml = by_name(&public, &asked(&format!("/r/{}", number(&at)), "&format=xml")).await;
        xml.is(200);
        assert_eq!(xml.header("content-type"), "text/xml; charset=utf-8");
        assert!(xml.text().contains("<type>rich</type>") && xml.text().contains("<html>&lt;iframe src=&quot;"));
        // What nobody may see, what is not there and what is elsewhere are told alike.
        for path in [format!("/r/{}", number(&draft)), "/r/4827-1930".to_owned(), "/r/48271930/history".to_owned(), "/docs".to_owned()] {
            by_name(&app.contributor(), &asked(&path, "")).await.problem(404, "not-found");
        }
        by_name(&public, &format!("/oembed?url={}", encoded("https://elsewhere.example/r/48271930"))).await.problem(404, "not-found");
        for (slip, place) in [("", "url"), ("&format=yaml", "format"), ("&maxwidth=0", "maxwidth"), ("&callback=x", "callback")] {
            let path = if slip.is_empty() { "/oembed".to_owned() } else { asked(&format!("/r/{}", number(&at)), slip) };
            let wrong = by_name(&public, &path).await;
            wrong.problem(400, "unknown-parameter");
            assert_eq!(wrong.json()["errors"][0]["parameter"], place);
        }
    }
}
