//! Citations and permanent addresses: what is said of a record for ever, to people and to programs.

use amparo_tests::{Answer, Client, Draft, TestApp, incident, on_both};
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

const NAME: &str = "Zorabeth Quillfeather";

/// An incident that shows somebody by name.
fn named(title: &str) -> Draft {
    incident().titled(title).of_type("detention").about(json!([{
        "ref": "P1", "name": NAME, "display": "name", "display_reason": "the person agreed", "position": "observer",
        "role": "affected_person",
    }]))
}

fn number(at: &str) -> String {
    at.rsplit('/').next().unwrap().to_owned()
}

fn digits(at: &str) -> String {
    number(at).replace('-', "")
}

/// As it is printed.
fn printed(at: &str) -> String {
    format!("OBS {}", number(at).replace('-', "\u{2011}"))
}

async fn wanting(client: &Client<'_>, path: &str, media_type: &str) -> Answer {
    client.send(Method::GET, path, &[("accept", media_type)], "").await
}

async fn page(client: &Client<'_>, path: &str) -> Answer {
    wanting(client, path, "text/html,application/xhtml+xml,*/*;q=0.8").await
}

async fn publish_again(app: &TestApp, at: &str, change: Value, reason: &str) {
    app.contributor().amend(at, &change).await.is(200);
    app.approve(at).await;
    app.verifier().post(&format!("{at}/publish"), &json!({"reason": reason})).await.is(200);
}

async fn withdraw(app: &TestApp, at: &str) {
    let reason = json!({"reason": "It was somewhere else.", "reason_class": "mistaken"});
    app.verifier().post(&format!("{at}/withdraw"), &reason).await.is(200);
}

on_both! {
    async fn a_record_is_cited_in_every_form(app: TestApp) {
        let at = app.published("incidents", incident().titled("Detention at a count").on("2024-04-29")).await;
        let public = app.public();
        let told = public.read(&format!("{at}/citation")).await;
        assert_eq!((&told["version"], &told["latest_version"]), (&json!(1), &json!(1)));
        assert_eq!(told["title"], "Detention at a count, Azerbaijan, 29 April 2024");
        assert_eq!(told["quoting"]["label"], "Quoting a fact? Use this");
        assert_eq!(told["pointing"]["label"], "Pointing people to the case? Use this");
        let today = "25 November 2026";
        let footnote = format!(
            "Observer Record, {}, version 1: \"Detention at a count, Azerbaijan, 29 April 2024\" ({today}), http://register.example/r/{}/v1 (accessed {today}).",
            printed(&at), digits(&at)
        );
        let base = told["quoting"]["address"].as_str().unwrap();
        let base = base.strip_suffix(&format!("/r/{}/v1", digits(&at))).unwrap();
        let footnote = footnote.replace("http://register.example", base);
        assert_eq!(told["quoting"]["footnote"], footnote.as_str());
        for form in ["footnote", "short", "in_text", "apa", "chicago"] {
            let answer = public.get(&format!("{at}/citation?format={form}")).await;
            answer.is(200);
            assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
            let of = &told["quoting"][form];
            let of = of.as_str().or(of["text"].as_str()).unwrap();
            assert_eq!(answer.text(), format!("{of}\n"));
        }
        let line = public.get(&format!("{at}/citation?format=line")).await.text();
        assert!(line.trim().ends_with(&format!("/r/{}", digits(&at))), "{line}");
        let pinned = public.get(&format!("{at}/citation?format=line&pin=version")).await.text();
        assert!(pinned.trim().ends_with("/v1"), "{pinned}");
        for (form, media_type, name) in [
            ("bibtex", "application/x-bibtex; charset=utf-8", "v1.bib"),
            ("ris", "application/x-research-info-systems; charset=utf-8", "v1.ris"),
            ("csl", "application/vnd.citationstyles.csl+json", "v1.csl.json"),
            ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "v1.docx"),
        ] {
            let answer = public.get(&format!("{at}/citation?format={form}")).await;
            answer.is(200);
            assert_eq!(answer.header("content-type"), media_type);
            let named = format!("attachment; filename=\"OBS-{}-{name}\"", digits(&at));
            assert_eq!(answer.header("content-disposition"), named);
        }
        let latest = public.read(&format!("{at}/citation?format=csl&version=latest")).await;
        assert!(latest[0].get("version").is_none() && latest[0].get("issued").is_none());
        let arabic = public.read(&format!("{at}/citation?lang=ar")).await;
        assert_eq!((&arabic["dir"], &arabic["title"]), (&json!("rtl"), &told["title"]));
        for (slip, place) in [("format=footnot", "format"), ("version=0", "version"), ("pin=last", "pin"), ("formt=ris", "formt")] {
            let wrong = public.get(&format!("{at}/citation?{slip}")).await;
            wrong.problem(400, "unknown-parameter");
            assert_eq!(wrong.json()["errors"][0]["parameter"], place);
        }
        public.get(&format!("{at}/citation?version=2")).await.problem(404, "not-found");
        // Nobody cites what is not published, not even who wrote it.
        let draft = app.created("incidents", incident()).await.location();
        app.contributor().get(&format!("{draft}/citation")).await.problem(404, "not-found");
        let person = app.published("incidents", named("{P1} held")).await;
        let person = app.verifier().read(&person).await["people"][0]["person"].as_str().unwrap().to_owned();
        app.verifier().get(&format!("/r/{person}/citation")).await.problem(404, "not-found");
    }

    async fn lists_and_counts_are_cited_too(app: TestApp) {
        for country in ["AZE", "AZE", "GEO"] {
            app.published("incidents", incident().in_country(country).on("2024-04-29")).await;
        }
        let made = app.analyst().post("/api/v1/lists", &json!({"title": "Of 2024", "query": "period=2024"})).await;
        made.is(201);
        let at = made.location();
        let public = app.public();
        let line = public.get(&format!("{at}/citation?format=line")).await.text();
        let expected = format!(
            "3 incidents in 2 countries, 2024 (Observer Record, list OBS\u{2011}L {}, as of 25 November 2026, ",
            number(&at).replace('-', "\u{2011}")
        );
        assert!(line.starts_with(&expected), "{line}");
        let footnote = public.get(&format!("/r/{}/citation?format=footnote", digits(&at))).await.text();
        assert!(footnote.contains("\"Of 2024\" (3 incidents in 2 countries, 2024, as of"), "{footnote}");
        let told = public.read("/api/v1/counts/citation?country=AZE&period=2024").await;
        assert!(told["quoting"]["line"].as_str().unwrap().starts_with("2 incidents in 1 country, 2024 (Observer Record, as of"));
        assert!(told["quoting"]["footnote"].as_str().unwrap().contains("at least 2 incidents are recorded (country: Azerbaijan;"));
        // The addresses find what was counted.
        for purpose in ["quoting", "pointing"] {
            let address = told[purpose]["address"].as_str().unwrap();
            let path = &address[address.find("/api/").unwrap()..];
            assert_eq!(public.numbers(path).await.len(), 2, "{path}");
        }
        public.get("/api/v1/counts/citation?contry=AZE").await.problem(400, "unknown-parameter");
        // A country of what was withdrawn since is not counted in silence.
        let gone = public.numbers("/api/v1/incidents?country=GEO").await;
        withdraw(&app, &format!("/api/v1/incidents/{}", gone[0])).await;
        let line = public.get(&format!("{at}/citation?format=line")).await.text();
        assert!(line.starts_with("3 incidents, 2024 (Observer Record"), "{line}");
        let shown = page(&public, &format!("/r/{}", digits(&at))).await;
        shown.is(200);
        assert!(shown.text().contains("This record was withdrawn"), "{}", shown.text());
    }

    async fn people_get_pages_and_programs_what_they_ask_for(app: TestApp) {
        let at = app.published("incidents", incident().titled("Held <at> a count")).await;
        publish_again(&app, &at, json!({"summary": "Later known."}), "A second source.").await;
        let (public, address) = (app.public(), format!("/r/{}", digits(&at)));
        let shown = page(&public, &address).await;
        shown.is(200);
        assert_eq!(shown.header("content-type"), "text/html; charset=utf-8");
        let policy = shown.header("content-security-policy");
        assert!(policy.contains("default-src 'none'; script-src 'none'"), "{policy}");
        assert_eq!(shown.header("cache-control"), "public, max-age=60");
        let html = shown.text();
        for said in ["Held &#60;at&#62; a count", "Later known.", &printed(&at), "A second source.", "Quoting a fact?"] {
            assert!(html.contains(said), "{said} is not in {html}");
        }
        for never in ["<script", "<svg", "style="] {
            assert!(!html.contains(never), "{never}");
        }
        // The old version says what it said, and what changed.
        let old = page(&public, &format!("{address}/v1")).await;
        old.is(200);
        let html = old.text();
        assert!(html.contains("You are reading version 1") && html.contains("What changed from version 1 to version 2"), "{html}");
        let links = old.header("link");
        for (rel, end) in [("cite-as", "/v1"), ("latest-version", ""), ("version-history", "/history"), ("successor-version", "/v2")] {
            assert!(links.contains(&format!("{address}{end}>; rel=\"{rel}\"")), "{rel} is not in {links}");
        }
        assert!(!links.contains("predecessor-version"));
        let newest = page(&public, &format!("{address}/v2")).await.header("link");
        assert!(newest.contains(&format!("{address}/v1>; rel=\"predecessor-version\"")), "{newest}");
        let known = [("accept", "text/html"), ("if-none-match", &*shown.etag())];
        public.send(Method::GET, &address, &known, "").await.is(304);
        page(&public, &format!("{address}/history")).await.is(200);
        let diff = page(&public, &format!("{address}/diff?from=1&to=2&lang=fr")).await;
        diff.is(200);
        assert!(diff.text().contains("Ce qui a changé de la version 1 à la version 2"), "{}", diff.text());
        let arabic = page(&public, &format!("{address}?lang=ar")).await.text();
        assert!(arabic.contains("<html lang=\"ar\" dir=\"rtl\">"), "{arabic}");
        // However it was written, there is one address.
        let moved = page(&public, &format!("/r/OBS%20{}/v1?lang=fr", number(&at))).await;
        moved.is(301);
        assert_eq!(moved.header("location"), format!("{address}/v1?lang=fr"));
        // Programs.
        let ld = wanting(&public, &format!("{address}/v1"), "application/ld+json").await;
        ld.is(200);
        assert_eq!(ld.header("content-type"), "application/ld+json");
        let ld = ld.json();
        assert_eq!((&ld["version"], &ld["identifier"]["value"]), (&json!("1"), &json!(number(&at))));
        assert!(ld["isBasedOn"].as_array().is_some_and(|works| !works.is_empty()), "{ld}");
        for (ending, media_type) in [(".bib", "application/x-bibtex"), (".ris", "application/x-research-info-systems"), (".csl.json", "application/vnd.citationstyles.csl+json")] {
            let by_ending = public.get(&format!("{address}/v1{ending}")).await;
            by_ending.is(200);
            let by_accept = wanting(&public, &format!("{address}/v1"), media_type).await;
            assert_eq!(by_ending.text(), by_accept.text());
        }
        let led = public.get(&format!("{address}/diff?from=1&to=2")).await;
        led.is(307);
        assert_eq!(led.location(), format!("{at}/diff?from=1&to=2"));
        assert_eq!(public.get(&format!("{address}/history")).await.location(), format!("{at}/versions"));
        public.get(&format!("{address}/v1.exe")).await.problem(404, "not-found");
        public.get(&format!("{address}?lnag=fr")).await.problem(400, "unknown-parameter");
        // What is not there, is not there for anybody, in words.
        let draft = app.created("incidents", incident()).await.location();
        let hidden = page(&app.contributor(), &format!("/r/{}", digits(&draft))).await;
        let never = page(&public, "/r/48271930").await;
        assert_eq!((hidden.status.as_u16(), hidden.text()), (404, never.text()));
        let slip = page(&public, "/r/48271931").await;
        slip.is(400);
        assert!(slip.text().contains("That number has a mistake in it"));
    }

    /// Five corrections, a merge, a take-down: the first version is there, by its address and its citation, and says what it said but for the
    /// name.
    async fn the_first_version_says_for_ever_what_it_said(app: TestApp) {
        let stays = app.published("incidents", named("Detention of {P1} in Baku")).await;
        app.advance(TimeDelta::days(1));
        let at = app.published("incidents", named("Arrest of {P1}").on("2024-05-02")).await;
        let (public, first) = (app.public(), format!("/r/{}/v1", digits(&at)));
        let then = public.read(&format!("{at}/versions/1")).await;
        let before = page(&public, &first).await.text();
        assert!(before.contains(&format!("Arrest of {NAME}")), "{before}");
        for nth in 1..=5 {
            app.advance(TimeDelta::days(1));
            let change = json!({"summary": format!("What is known by now: {nth}.")});
            publish_again(&app, &at, change, &format!("Correction {nth}.")).await;
        }
        let corrected = page(&public, &first).await.text();
        assert!(corrected.contains("Version 6") && corrected.contains("What is known by now: 5."), "{corrected}");
        let into = json!({"into": number(&stays), "reason": "The same arrest."});
        app.verifier().post(&format!("{at}/merge"), &into).await.is(200);
        let cited = public.get(&format!("{at}/citation")).await;
        cited.is(308);
        assert_eq!(cited.header("location"), format!("{stays}/citation"));
        let cited = public.read(&format!("{at}/citation?version=1")).await;
        assert_eq!((&cited["state"], &cited["merged_into"]), (&json!("merged"), &json!(number(&stays))));
        assert!(cited["quoting"]["footnote"].as_str().unwrap().contains(NAME));
        let led = page(&public, &format!("/r/{}", digits(&at))).await;
        led.is(308);
        let led = page(&public, &led.header("location")).await.text();
        assert!(led.contains(&format!("{} was merged into this record.", printed(&at))), "{led}");
        let forged = page(&public, &format!("/r/{}?from=48271930", digits(&stays))).await.text();
        assert!(!forged.contains("was merged into"), "an address is no proof");

        let person = app.verifier().read(&stays).await["people"][0]["person"].as_str().unwrap().to_owned();
        app.verifier().post(&format!("/api/v1/people/{person}/take-down"), &json!({"reason": "The family asked."})).await.is(204);
        let after = page(&public, &first).await;
        after.is(200);
        let html = after.text();
        assert!(html.contains("This is what this record said before it was merged"), "{html}");
        assert!(html.contains("Arrest of observer") && html.contains("2 May 2024"), "{html}");
        // But for what stands there of the name, the version is the same.
        let mut now = public.read(&format!("{at}/versions/1")).await;
        for member in ["people", "title", "removed", "state", "last_changed"] {
            let of = then.get(member).cloned().unwrap_or_default();
            now[member] = of;
        }
        let mut then = then;
        then["removed"] = Value::Null;
        now["removed"] = Value::Null;
        assert_eq!(now, then);
        let forms = ["", "?format=footnote", "?format=bibtex", "?format=ris", "?format=csl", "?format=docx", "?format=chicago"];
        for form in forms {
            let answer = public.get(&format!("{first}/citation{form}")).await;
            answer.is(200);
            assert!(!answer.text().contains(NAME), "{form}: {}", answer.text());
        }
        for path in [first.clone(), format!("/r/{}/history", digits(&at)), format!("/r/{}/diff?from=1&to=6", digits(&at)), format!("/r/{}", digits(&stays))] {
            let html = page(&public, &path).await;
            html.is(200);
            assert!(!html.text().contains("Quillfeather"), "{path}");
            assert!(!wanting(&public, &path, "application/ld+json").await.text().contains("Quillfeather"), "{path}");
        }
    }

    async fn what_was_withdrawn_says_so(app: TestApp) {
        let at = app.published("incidents", incident().titled("A secret told too early")).await;
        withdraw(&app, &at).await;
        let (public, address) = (app.public(), format!("/r/{}", digits(&at)));
        for path in [address.clone(), format!("{address}/v1"), format!("{address}/history")] {
            let gone = page(&public, &path).await;
            assert_eq!(gone.status, 410);
            let html = gone.text();
            assert!(html.contains("This record was withdrawn") && html.contains("25 November 2026"), "{html}");
            assert!(!html.contains("secret") && !html.contains("somewhere else"), "{html}");
        }
        let cited = public.read(&format!("{at}/citation")).await;
        assert_eq!((&cited["state"], &cited["title"], &cited["reason_class"]), (&json!("withdrawn"), &json!(""), &json!("mistaken")));
        for form in ["footnote", "apa", "chicago", "bibtex", "ris", "csl"] {
            let text = public.get(&format!("{at}/citation?format={form}")).await.text();
            assert!(text.to_lowercase().contains("withdrawn on 25 november 2026"), "{text}");
            assert!(!text.contains("secret"), "{text}");
        }
        public.get(&format!("{address}/v2/citation")).await.problem(404, "not-found");
        page(&public, &format!("{address}/v2")).await.is(404);
    }
}
