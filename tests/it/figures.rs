//! Figures that are no counts in groups: who is held on a day, what followed what, and a count in words.

use amparo_domain::access::Role;
use amparo_tests::{Draft, TestApp, incident, on_both, organization};
use serde_json::{Value, json};

const DETAINED: &str = "/api/v1/detained";
const ESCALATION: &str = "/api/v1/escalation?from=discrediting_campaign&to=detention";
const SENTENCE: &str = "/api/v1/counts/sentence";

/// Two who were arrested, of whom one was released.
fn arrest() -> Draft {
    let events = json!([
        {"date": "2024-04-29", "kind": "detained", "people": ["P1", "P2"]},
        {"date": "2024-04-30", "kind": "remanded", "people": ["P1"], "until": "2024-11-27"},
        {"date": "2024-05-03", "kind": "released", "people": ["P2"]},
        {"date": "2024-08-28", "kind": "confirmed_held", "people": ["P1"]},
    ]);
    let people = json!([
        {"ref": "P1", "name": "Zora Canary", "position": "chairperson", "display": "name", "display_reason": "She agreed."},
        {"ref": "P2", "name": "Yan Finch", "position": "observer"},
    ]);
    incident().of_type("detention").about(people).with("events", events)
}

/// What a list of people says of each: whom, in what status, for how many days.
fn people(list: &Value) -> Vec<(&str, &str, Option<i64>)> {
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|item| {
            let text = |member: &str| item[member].as_str().unwrap();
            (text("ref"), text("status"), item["days_held"].as_i64())
        })
        .collect()
}

fn number(address: &str) -> &str {
    address.rsplit('/').next().unwrap()
}

/// An incident of a kind on a day, in which the organization `exo` is.
fn with_organization(kind: &str, day: &str) -> Draft {
    incident().of_type(kind).on(day).with("organizations", json!([{"slug": "exo"}]))
}

/// An incident of a kind on a day about a person, who is shown or not.
fn about(kind: &str, day: &str, person: &Value, display: &str) -> Draft {
    let link = json!([{"ref": "P1", "person": person, "display": display, "display_reason": "It was decided."}]);
    incident().of_type(kind).on(day).about(link)
}

async fn person(app: &TestApp, name: &str) -> Value {
    let draft = json!({"names": [{"name": name, "lang": "en"}]});
    app.created("people", draft).await.json()["number"].clone()
}

/// The numbers of the pairs of a list, the first and the second of each.
fn pairs(list: &Value) -> Vec<(String, String)> {
    let items = list["items"].as_array().unwrap().iter();
    let of = |item: &Value, which: &str| item[which]["number"].as_str().unwrap().to_owned();
    items.map(|item| (of(item, "first"), of(item, "second"))).collect()
}

fn pair(first: &str, second: &str) -> (String, String) {
    (number(first).to_owned(), number(second).to_owned())
}

on_both! {
    async fn who_is_held_on_a_day_is_told_by_what_happened_to_them(app: TestApp) {
        let at = app.published("incidents", arrest()).await;
        let public = app.public();
        for (on, held) in [
            ("2024-04-28", vec![]),
            ("2024-04-29", vec![("P1", "arrested", Some(1)), ("P2", "arrested", Some(1))]),
            ("2024-05-02", vec![("P1", "in_pretrial_detention", Some(4)), ("P2", "arrested", Some(4))]),
            ("2024-05-03", vec![("P1", "in_pretrial_detention", Some(5))]),
            ("2024-12-01", vec![("P1", "in_pretrial_detention", Some(217))]),
        ] {
            let list = public.read(&format!("{DETAINED}?on={on}")).await;
            assert_eq!(people(&list), held, "{on}");
            assert_eq!(list["meta"]["total"], held.len(), "{on}");
            assert_eq!(list["meta"]["incidents"], usize::from(!held.is_empty()));
            assert_eq!(list["meta"]["on"], on);
        }
        let row = public.read(&format!("{DETAINED}?on=2024-12-01")).await["items"][0].clone();
        assert_eq!((&row["number"], &row["version"]), (&json!(number(&at)), &json!(1)));
        assert_eq!((&row["name"], &row["position"]), (&json!("Zora Canary"), &json!("chairperson")));
        assert_eq!((&row["since"], &row["last_confirmed"]), (&json!("2024-04-29"), &json!("2024-08-28")));
        // What was known later is not told of the day before.
        let row = public.read(&format!("{DETAINED}?on=2024-05-02")).await["items"][0].clone();
        assert_eq!(row["last_confirmed"], "2024-04-30");
        assert_eq!(row["next_date"], json!({"kind": "remand_ends", "on": "2024-11-27"}));
        // Today, if no day is said.
        let list = public.read(DETAINED).await;
        assert_eq!((&list["meta"]["on"], people(&list).len()), (&json!("2026-11-25"), 1));
        assert_eq!(public.get(DETAINED).await.header("cache-control"), "public, max-age=30", "it shows a name");
    }

    /// The same in a spreadsheet, whole, and with no more names than the list shows.
    async fn who_is_held_goes_into_a_spreadsheet(app: TestApp) {
        let at = app.published("incidents", arrest()).await;
        let csv = app.public().get("/api/v1/detained.csv?on=2024-05-02").await;
        csv.is(200);
        assert!(csv.header("content-type").starts_with("text/csv"));
        let number = number(&at);
        let lines: Vec<_> = csv.text().lines().map(str::to_owned).collect();
        assert!(lines[0].starts_with("number,version,url,version_url,ref,display,name,position,country,status,since,days_held"));
        assert!(lines[1].starts_with(&format!("{number},1,")), "{}", lines[1]);
        assert!(lines[1].ends_with(&format!(
            "/r/{number}/v1,P1,name,Zora Canary,chairperson,AZE,in_pretrial_detention,2024-04-29,4,2024-04-30,remand_ends,2024-11-27"
        )), "{}", lines[1]);
        assert!(lines[2].contains(",P2,role,,observer,AZE,arrested,2024-04-29,4,2024-04-29,,"), "{}", lines[2]);
        assert_eq!(lines.len(), 3);
    }

    async fn who_is_held_can_be_asked_as_incidents_are(app: TestApp) {
        app.published("incidents", arrest()).await;
        app.published("incidents", arrest().in_country("GEO").on("2024-04-30")).await;
        app.published("incidents", incident().on("2024")).await;
        let public = app.public();
        let total = async |query: &str| {
            let list = public.read(&format!("{DETAINED}?on=2024-05-02&{query}")).await;
            assert_eq!(list["meta"]["total"], people(&list).len(), "{query}");
            people(&list).len()
        };
        for (query, held) in [
            ("", 4), ("country=GEO", 2), ("country!=GEO", 2), ("type=threat", 0), ("period=2025", 0), ("grade=confirmed", 0),
            ("q=observers&country=AZE", 2), ("network=default", 4), ("subtype=office_raid", 0),
        ] {
            assert_eq!(total(query).await, held, "{query}");
        }
        // Page by page, all who are held in an incident on one page.
        let first = public.read(&format!("{DETAINED}?on=2024-05-02&limit=1")).await;
        assert_eq!((people(&first).len(), &first["meta"]["total"]), (2, &json!(4)));
        let next = first["next"].as_str().unwrap();
        let second = public.read(&format!("{DETAINED}?on=2024-05-02&limit=1&after={next}")).await;
        assert_eq!(people(&second).len(), 2);
        assert_ne!(first["items"][0]["number"], second["items"][0]["number"]);
        assert_eq!(second["next"], Value::Null);
        for wrong in ["on=2026-11-26", "on=2024", "custody=held", "onn=2024-05-02"] {
            public.get(&format!("{DETAINED}?{wrong}")).await.problem(400, "unknown-parameter");
        }
    }

    /// Only what is published; a name that was taken down is gone at once.
    async fn who_is_held_is_told_as_the_incident_tells_it(app: TestApp) {
        app.created("incidents", arrest()).await;
        assert_eq!(app.public().read(&format!("{DETAINED}?on=2024-05-02")).await["items"], json!([]));
        let at = app.published("incidents", arrest().on("2024-04-30")).await;
        let shown = app.public().get(&format!("{DETAINED}?on=2024-05-02")).await;
        assert!(shown.text().contains("Zora Canary") && !shown.text().contains("Finch"));
        let down = json!({"person": "P1", "scope": "record"});
        app.verifier().post(&format!("{at}/take-down"), &down).await.is(200);
        for path in ["/api/v1/detained?on=2024-05-02", "/api/v1/detained.csv?on=2024-05-02"] {
            let hidden = app.public().get(path).await;
            assert!(!hidden.text().contains("Canary") && hidden.text().contains("chairperson"), "{}", hidden.text());
        }
    }

    async fn what_followed_what_for_an_organization(app: TestApp) {
        app.published("organizations", organization("Example Observers").with("slug", "exo")).await;
        let smear = app.published("incidents", with_organization("discrediting_campaign", "2024-03-01")).await;
        let vague = app.published("incidents", with_organization("discrediting_campaign", "2024-03")).await;
        let late = app.published("incidents", with_organization("detention", "2024-03-20")).await;
        let same_day = app.published("incidents", with_organization("detention", "2024-03-01")).await;
        app.published("incidents", with_organization("detention", "2024-01-01")).await;
        app.published("incidents", incident().of_type("detention").on("2024-03-20")).await;
        app.created("incidents", with_organization("detention", "2024-03-21")).await;
        let public = app.public();
        let list = public.read(&format!("{ESCALATION}&within=P30D&total=true")).await;
        let mut found = pairs(&list);
        found.sort();
        let mut all = vec![pair(&smear, &late), pair(&vague, &late)];
        all.sort();
        assert_eq!(found, all, "of two on one day nobody knows which came first: {same_day}");
        let meta = &list["meta"];
        assert_eq!((&meta["total"], &meta["certain"], &meta["possible"]), (&json!(2), &json!(1), &json!(1)));
        assert_eq!((&meta["median_days"], &meta["within_days"]), (&json!(19), &json!(30)));
        for item in list["items"].as_array().unwrap() {
            let certain = item["first"]["number"] == number(&smear);
            assert_eq!(item["certain"], certain);
            let days = if certain { json!([19, 19, 19]) } else { json!([null, -11, 19]) };
            assert_eq!(json!([item["days"], item["days_min"], item["days_max"]]), days);
            assert_eq!(item["shared"][0]["slug"], "exo");
            assert_eq!(item["shared"][0]["name"], "Example Observers");
        }
        for (query, count) in [
            ("within=P18D", 1), ("within=P2W", 1), ("by=person", 0), ("by=organization", 2), ("country=GEO", 0), ("period=2024-03", 2),
            ("period=2024-02", 0), ("organization=exo", 2),
        ] {
            assert_eq!(pairs(&public.read(&format!("{ESCALATION}&{query}")).await).len(), count, "{query}");
        }
        // Page by page.
        let first = public.get(&format!("{ESCALATION}&limit=1")).await;
        assert!(first.header("link").contains("rel=\"next\""));
        let next = first.json()["next"].as_str().unwrap().to_owned();
        let second = public.read(&format!("{ESCALATION}&limit=1&after={next}")).await;
        assert_eq!([pairs(&first.json()), pairs(&second)].concat(), pairs(&list));
        assert_eq!(second["next"], Value::Null);
        for wrong in ["from=detention", "from=x&to=detention", "from=detention&to=threat&type=threat",
            "from=detention&to=threat&within=P6M", "from=detention&to=threat&within=90", "from!=detention&to=threat"] {
            public.get(&format!("/api/v1/escalation?{wrong}")).await.problem(400, "unknown-parameter");
        }
    }

    /// A person links two incidents where both show them by name, and nowhere else, whoever asks.
    async fn what_followed_what_for_a_person_whom_both_show(app: TestApp) {
        let shown = person(&app, "Zora Canary").await;
        let smear = app.published("incidents", about("discrediting_campaign", "2024-03-01", &shown, "name")).await;
        let arrest = app.published("incidents", about("detention", "2024-03-20", &shown, "name")).await;
        let hidden = person(&app, "Yan Finch").await;
        app.published("incidents", about("discrediting_campaign", "2024-03-02", &hidden, "role")).await;
        app.published("incidents", about("detention", "2024-03-21", &hidden, "name")).await;
        app.published("incidents", about("detention", "2024-03-22", &hidden, "role")).await;
        for client in [app.public(), app.analyst(), app.verifier(), app.admin(), app.of_network("north", Role::Verifier).await] {
            let list = client.read(&format!("{ESCALATION}&total=true")).await;
            assert_eq!(pairs(&list), [pair(&smear, &arrest)]);
            assert_eq!(list["items"][0]["shared"], json!([{"kind": "person", "name": "Zora Canary"}]));
            assert_eq!(list["meta"]["total"], 1);
        }
        assert_eq!(app.public().get(ESCALATION).await.header("cache-control"), "public, max-age=30");
        // Once the name is taken down, nothing links them.
        let down = json!({"person": "P1", "scope": "record"});
        app.verifier().post(&format!("{smear}/take-down"), &down).await.is(200);
        let list = app.public().read(&format!("{ESCALATION}&total=true")).await;
        assert_eq!((pairs(&list).len(), &list["meta"]["total"]), (0, &json!(0)));
    }

    /// Two registers in which the same is told of two people who are one in the first and two in the other.
    async fn nobody_learns_that_two_who_are_not_shown_are_one(app: TestApp) {
        let other = app.twin().await;
        for (app, one) in [(&app, true), (&other, false)] {
            let people = [person(app, "Zora Canary").await, person(app, "Yan Finch").await];
            let second = &people[usize::from(!one)];
            let held = |draft: Draft| {
                draft.with("events", json!([{"date": "2024-03-20", "kind": "detained", "people": ["P1"]}]))
            };
            app.published("incidents", held(about("discrediting_campaign", "2024-03-01", &people[0], "role"))).await;
            app.published("incidents", held(about("detention", "2024-03-20", second, "withheld"))).await;
            app.published("incidents", held(about("detention", "2024-03-21", &people[0], "withheld"))).await;
        }
        for path in [
            "/api/v1/detained", "/api/v1/detained?on=2024-03-20", "/api/v1/detained.csv", "/api/v1/detained?limit=1",
            &format!("{ESCALATION}&total=true"), &format!("{ESCALATION}&by=person&total=true"),
            "/api/v1/escalation?from=detention&to=detention&total=true", SENTENCE, "/api/v1/counts/sentence?custody=held",
            "/api/v1/counts/sentence.txt",
        ] {
            for role in [None, Some(Role::Analyst), Some(Role::NetworkAdmin)] {
                let ask = async |app: &TestApp| {
                    let client = role.map_or_else(|| app.public(), |role| app.with_role(role));
                    let answer = client.get(path).await;
                    answer.is(200);
                    (answer.text(), answer.etag())
                };
                assert_eq!(ask(&app).await, ask(&other).await, "{path} {role:?}");
            }
        }
        let list = app.public().read("/api/v1/detained").await;
        assert_eq!(list["meta"]["total"], 3, "there is something to tell");
    }

    async fn a_count_is_told_in_six_languages(app: TestApp) {
        for draft in [
            incident().of_type("detention"), incident().of_type("detention").on("2024-05-01/2025-02-01"),
            incident().of_type("threat"), incident().in_country("GEO").of_type("detention"),
        ] {
            app.published("incidents", draft).await;
        }
        let question = "country=AZE&type=detention&period=2024";
        let told = app.public().read(&format!("{SENTENCE}?{question}")).await;
        assert_eq!(told["text"], "In this register, as of 25 November 2026, at least 2 incidents are recorded (country: \
            Azerbaijan; kind: Detention; period: 1 January 2024 – 31 December 2024); none of them is confirmed; 1 of them \
            lies only partly within the period.");
        assert_eq!((&told["incidents"], &told["confirmed"], &told["partly"]), (&json!(2), &json!(0), &json!(1)));
        assert_eq!(told["period"], json!({"from": "2024-01-01", "to": "2024-12-31"}));
        assert_eq!(told["as_of"], "2026-11-25");
        assert!(told["address"].as_str().unwrap().ends_with(&format!("/api/v1/incidents?{question}")), "{told}");
        // Its addresses lead to as many.
        let list = app.public().read(&format!("/api/v1/incidents?{question}&total=true")).await;
        assert_eq!(list["meta"]["total"], told["incidents"]);
        let counts = app.public().read(&format!("/api/v1/counts?{question}")).await;
        assert_eq!(counts["rows"][0]["incidents"], told["incidents"]);
        for (lang, dir, words) in [
            ("ar", "rtl", "سُجِّلت حادثتان على الأقل (البلد: أذربيجان"), ("en", "ltr", "at least 2 incidents"),
            ("es", "ltr", "constan al menos 2 incidentes (país: Azerbaiyán"), ("fr", "ltr", "au moins 2 incidents sont enregistrés"),
            ("pt", "ltr", "constam pelo menos 2 incidentes"), ("ru", "ltr", "записано не менее 2 инцидентов (страна: Азербайджан"),
        ] {
            let answer = app.public().get(&format!("{SENTENCE}?{question}&lang={lang}")).await;
            let told = answer.json();
            assert!(told["text"].as_str().unwrap().contains(words), "{told}");
            assert_eq!((&told["lang"], &told["dir"]), (&json!(lang), &json!(dir)));
            assert_eq!(answer.header("content-language"), lang);
            assert!(!told["address"].as_str().unwrap().contains("lang="));
            assert!(told["definition"].as_str().unwrap().len() > 50);
        }
        let text = app.public().get(&format!("/api/v1/counts/sentence.txt?{question}")).await;
        assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
        let lines: Vec<_> = text.text().lines().map(str::to_owned).collect();
        assert_eq!((&json!(lines[0]), &json!(lines[1])), (&told["text"], &told["address"]));
    }

    /// What has no name stands there as it was asked; of none it says that this is not none at all.
    async fn a_sentence_leaves_nothing_out(app: TestApp) {
        app.published("elections", amparo_tests::election("az-2024-presidential", "AZE", "2024-02-07")).await;
        let told = app.public().read(&format!(
            "{SENTENCE}?election=az-2024-presidential&before_election=P90D&actor=police&country!=GEO&region=eurasia&grade=confirmed"
        )).await;
        assert_eq!(told["text"], "In this register, as of 25 November 2026, no incident is recorded (election: Election \
            az-2024-presidential; before_election=P90D; actor=police; country!=GEO; region: Eurasia; grade: Confirmed), which \
            does not mean that there was none.");
        assert_eq!(told["confirmed"], Value::Null);
        assert_eq!(app.public().get(SENTENCE).await.header("cache-control"), "public, max-age=60");
        for wrong in ["contry=AZE", "lang=de", "sort=occurred", "group_by=month"] {
            app.public().get(&format!("{SENTENCE}?{wrong}")).await.problem(400, "unknown-parameter");
        }
    }

    async fn incidents_are_asked_for_by_a_finer_word(app: TestApp) {
        let raid = app.published("incidents", incident().of_type("search_raid").with("subtypes", json!(["office_raid"]))).await;
        let other = app.published("incidents", incident().of_type("search_raid").with("subtypes", json!(["home_search"]))).await;
        let found = app.public().numbers("/api/v1/incidents?subtype=office_raid").await;
        assert_eq!(found, [number(&raid)]);
        assert_eq!(app.public().numbers("/api/v1/incidents?subtype!=office_raid").await, [number(&other)]);
        assert_eq!(app.public().numbers("/api/v1/incidents?subtype=office_raid,home_search").await.len(), 2);
        assert_eq!(app.public().read("/api/v1/counts?subtype=home_search").await["rows"][0]["incidents"], 1);
        let slip = app.public().get("/api/v1/incidents?subtype=office_rade").await.problem(400, "unknown-parameter");
        assert_eq!(slip["errors"][0]["did_you_mean"][0], "office_raid");
    }
}
