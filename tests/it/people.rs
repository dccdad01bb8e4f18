//! Names live in one place, and the public sees one only where the record says so.

use amparo_domain::access::Role;
use amparo_tests::{Draft, TestApp, incident, on_both};
use serde_json::{Value, json};

/// A name that stands nowhere else, so that it can be looked for everywhere.
const NAME: &str = "Zorabeth Quillfeather";
const FOLDED: &str = "zorabeth quillfeather";

/// An incident about somebody whose name is not shown, or is.
fn about_somebody(display: &str) -> Draft {
    let reason = (display == "name").then_some("already public by own organization");
    incident()
        .titled("Observer {P1} detained")
        .with("summary", "{P1} was held overnight.")
        .of_type("detention")
        .about(json!([{
            "ref": "P1", "name": NAME, "role": "affected_person", "position": "observer",
            "display": display, "display_reason": reason,
        }]))
        .with("sources", json!([{
            "title": "{P1} detained", "url": "https://example.org/2024/zorabeth-quillfeather-held",
        }]))
}

/// Everything the public can read of a record.
async fn all_the_public_reads(app: &TestApp, at: &str) -> String {
    let public = app.public();
    let mut all = String::new();
    for path in [
        at.to_owned(),
        format!("{at}?text=raw"),
        format!("{at}?view=working"),
        format!("{at}/versions"),
        format!("{at}/versions/1"),
        format!("{at}/versions/1?text=raw"),
        format!("{at}/versions/2"),
        format!("{at}/diff?from=1&to=2"),
        format!("{at}/events"),
        format!("{at}/revisions"),
        format!("{at}/revisions/1"),
        "/api/v1/incidents".to_owned(),
        "/api/v1/incidents?text=raw&q=detained".to_owned(),
        "/api/v1/statements".to_owned(),
        "/api/v1/people".to_owned(),
    ] {
        all.push_str(&public.get(&path).await.text());
        all.push('\n');
    }
    all
}

on_both! {
    /// A single word is too little to tell a person by: everybody who is called by one is somebody of their own,
    /// in one record and in several.
    async fn people_called_by_a_single_word_are_each_somebody(app: TestApp) {
        let people = |names: [&str; 3]| {
            let told = names.iter().enumerate();
            told.map(|(nth, name)| json!({"ref": format!("P{}", nth + 1), "name": name})).collect::<Vec<_>>()
        };
        let mut seen = Vec::new();
        for names in [["Rosa", "Miguel", "Rosa"], ["Miguel", "Ana Ruiz", "Rosa"]] {
            let draft = incident().about(json!(people(names)));
            let made = app.contributor().post("/api/v1/incidents", &draft.into()).await;
            made.is(201);
            for (person, name) in made.json()["people"].as_array().unwrap().iter().zip(names) {
                assert_eq!(person["confidential_name"], name);
                seen.push(person["person"].as_str().unwrap().to_owned());
            }
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 6);
    }

    async fn shows_a_name_only_where_the_record_says_so(app: TestApp) {
        let shown = app.published("incidents", about_somebody("name")).await;
        let record = app.public().read(&shown).await;
        assert_eq!(record["title"], format!("Observer {NAME} detained"));
        assert_eq!(record["people"][0]["name"], NAME);
        assert_eq!(record["sources"][0]["title"], format!("{NAME} detained"));
        assert!(record["sources"][0]["url"].is_string());
        assert_eq!(record["people"][0].get("person"), None, "the public gets no number of a person");
        let raw = app.public().read(&format!("{shown}?text=raw")).await;
        assert_eq!(raw["title"], "Observer {P1} detained");

        for (display, said) in [("role", "observer"), ("withheld", "withheld")] {
            let hidden = app.published("incidents", about_somebody(display)).await;
            let record = app.public().read(&hidden).await;
            assert!(record["title"].as_str().unwrap().to_lowercase().contains(said), "{record}");
            assert_eq!(record["people"][0].get("name"), None);
            assert_eq!(record["sources"][0]["url"], Value::Null, "the address spells the name");
            let all = all_the_public_reads(&app, &hidden).await;
            let number = shown.rsplit('/').next().unwrap();
            let others = all.lines().filter(|line| !line.contains(number));
            for line in others {
                assert!(!line.to_lowercase().contains("quillfeather"), "{line}");
            }
        }
    }

    /// Why a name is shown or withheld can tell what withholding it hides.
    async fn tells_why_a_name_is_shown_or_withheld_to_its_network_alone(app: TestApp) {
        for display in ["name", "withheld", "role"] {
            let people = json!([{
                "ref": "P1", "name": NAME, "display": display,
                "display_reason": "The family lives in the capital.",
            }]);
            let at = app.published("incidents", incident().about(people.clone())).await;
            let statement = json!({"title": "Solidarity with {P1}", "date": "2024-05-01", "people": people});
            let said = app.published("statements", statement).await;
            let all = all_the_public_reads(&app, &at).await + &app.public().get(&said).await.text();
            assert!(!all.contains("capital"), "{display}: {all}");
            assert!(!all.contains("display_reason"));
            for path in [&at, &said] {
                let record = app.contributor().read(path).await;
                assert_eq!(record["people"][0]["display_reason"], "The family lives in the capital.");
            }
        }
    }

    async fn tells_how_long_an_answer_with_a_name_may_be_kept(app: TestApp) {
        let named = app.published("incidents", about_somebody("name")).await;
        for path in [named.clone(), format!("{named}/versions/1"), "/api/v1/incidents".to_owned()] {
            let answer = app.public().get(&path).await;
            assert_eq!(answer.header("cache-control"), "public, max-age=30", "{path}");
            assert!(answer.header("vary").contains("Authorization"));
        }
        let staff = app.contributor().get(&named).await;
        assert_eq!(staff.header("cache-control"), "private, no-store");
    }

    async fn finds_by_a_name_what_shows_it_and_nothing_else(app: TestApp) {
        let shown = app.published("incidents", about_somebody("name")).await;
        let shown_number = shown.rsplit('/').next().unwrap().to_owned();
        for display in ["role", "withheld"] {
            app.published("incidents", about_somebody(display)).await;
        }
        app.created("incidents", about_somebody("name")).await;
        let public = app.public();
        for words in [
            "quillfeather", "QUILLFEATHER", "zorabeth quillfeather", "quillf*", "detained quillfeather",
            "zorabeth overnight", "quillfeather&sort=relevance", "quillfeather&total=true",
        ] {
            let found = public.numbers(&format!("/api/v1/incidents?q={}", words.replace(' ', "%20"))).await;
            assert_eq!(found, std::slice::from_ref(&shown_number), "{words}");
        }
        for words in ["quillfeathe", "quillfeather unheard", "quillfeather&type=threat"] {
            let found = public.numbers(&format!("/api/v1/incidents?q={}", words.replace(' ', "%20"))).await;
            assert_eq!(found, Vec::<String>::new(), "{words}");
        }
        assert_eq!(public.numbers("/api/v1/incidents?q=detained").await.len(), 3);
        let total = public.read("/api/v1/incidents?q=quillfeather&total=true").await;
        assert_eq!(total["meta"]["total"], 1, "{total}");
        // Another name of theirs finds nothing, and one that was corrected neither.
        let person = app.contributor().read(&shown).await["people"][0]["person"].clone();
        let person = format!("/api/v1/people/{}", person.as_str().unwrap());
        let other = json!({"names": [{"name": "Zora Penhaligon"}, {"name": "Zabeth Marrowby"}]});
        app.contributor().amend(&person, &other).await.is(200);
        for (word, finds) in [("quillfeather", 0), ("penhaligon", 1), ("marrowby", 0)] {
            let found = public.numbers(&format!("/api/v1/incidents?q={word}")).await;
            assert_eq!(found.len(), finds, "{word}");
        }
        // Withheld, it finds nothing any more.
        let working = app.contributor().read(&format!("{shown}?view=working&text=raw")).await;
        let mut people = working["people"].clone();
        people[0]["display"] = json!("withheld");
        app.contributor().amend(&shown, &json!({"people": people})).await.is(200);
        let reason = json!({"reason": "At the wish of the family."});
        app.approve(&shown).await;
        app.verifier().post(&format!("{shown}/publish"), &reason).await.is(200);
        assert!(public.numbers("/api/v1/incidents?q=penhaligon").await.is_empty());
    }

    async fn takes_a_name_down_everywhere_at_once(app: TestApp) {
        let at = app.published("incidents", about_somebody("name")).await;
        assert!(all_the_public_reads(&app, &at).await.contains(NAME));
        let working = app.contributor().read(&format!("{at}?view=working&text=raw")).await;
        let mut people = working["people"].clone();
        people[0]["display"] = json!("withheld");
        app.contributor().amend(&at, &json!({"people": people})).await.is(200);
        let reason = json!({"reason": "At the wish of the family."});
        app.approve(&at).await;
        app.verifier().post(&format!("{at}/publish"), &reason).await.is(200);
        let all = all_the_public_reads(&app, &at).await;
        assert!(!all.to_lowercase().contains("quillfeather"), "{all}");
    }

    /// A name that is changed in its one place is another in every version.
    async fn corrects_a_name_in_one_place(app: TestApp) {
        let at = app.published("incidents", about_somebody("name")).await;
        let person = app.contributor().read(&at).await["people"][0]["person"].clone();
        let person = format!("/api/v1/people/{}", person.as_str().unwrap());
        let other = json!({"names": [{"name": "Zora Quill-Feather"}]});
        app.contributor().amend(&person, &other).await.is(200);
        for path in [at.clone(), format!("{at}/versions/1")] {
            let record = app.public().read(&path).await;
            assert_eq!(record["people"][0]["name"], "Zora Quill-Feather");
            assert_eq!(record["title"], "Observer Zora Quill-Feather detained");
        }
        assert_eq!(app.tables_holding(NAME).await, Vec::<String>::new());
    }

    async fn refuses_a_name_that_is_typed_into_a_text(app: TestApp) {
        let writer = app.contributor();
        let text = format!("On Monday {NAME} was told to leave.");
        let shouted = text.to_uppercase();
        for (member, value) in [
            ("title", json!(text)), ("summary", json!(text)), ("summary", json!(shouted)),
            ("date_note", json!(text)), ("place", json!(text)), ("admin1", json!(NAME)),
            ("other_text", json!(text)), ("subtypes", json!([NAME])),
            ("events", json!([{"date": "2024-05", "kind": "released", "text": text}])),
            ("events", json!([{"date": "2024-05", "kind": "charged", "law": text}])),
            ("claims", json!([{"field": "place", "value": text}])),
            ("claims", json!([{"field": "place", "value": {"a": [text]}}])),
            ("sources", json!([{"title": text}])), ("sources", json!([{"title": "x", "publisher": NAME}])),
        ] {
            let draft = Value::from(about_somebody("role").with(member, value.clone()));
            let answer = writer.post("/api/v1/incidents", &draft).await;
            assert_eq!(answer.status, 422, "{member} {value}: {}", answer.text());
            let wrong = answer.wrong();
            assert!(wrong[0].starts_with(&format!("/{member}")), "{member}: {wrong:?}");
        }
        let spelled = about_somebody("role").with("summary", text);
        let answer = writer.post("/api/v1/incidents", &spelled.into()).await;
        assert_eq!(answer.json()["errors"][0]["did_you_mean"], json!(["{P1}"]));
        assert!(!answer.text().contains("Zorabeth"), "the problem does not repeat it");
        assert_eq!(app.count("record", "1 = 1").await, 0, "nobody was made on the way");
    }

    /// The scan that matters: the name is in no revision, no index, no trail.
    async fn keeps_a_name_in_one_table_only(app: TestApp) {
        let at = app.published("incidents", about_somebody("name")).await;
        let person = app.contributor().read(&at).await["people"][0]["person"].clone();
        let people = json!([{"ref": "P1", "person": person, "display": "role"}]);
        let statement = json!({
            "title": "Solidarity with {P1}", "date": "2024-05-01", "body": "We stand with {P1}.",
            "people": people,
        });
        app.published("statements", statement).await;
        app.contributor().amend(&at, &json!({"summary": "{P1} was held for two days."})).await.is(200);
        let reason = json!({"reason": "A longer detention."});
        app.approve(&at).await;
        app.verifier().post(&format!("{at}/publish"), &reason).await.is(200);
        for spelling in [NAME, FOLDED, "Zorabeth", "Quillfeather"] {
            let holding = app.tables_holding(spelling).await;
            assert!(holding.iter().all(|table| table == "person_name"), "{spelling}: {holding:?}");
        }
        // The words of a name stand beside it and go with it; the address of a source may spell it, and is
        // hidden where the name is.
        for word in ["zorabeth", "quillfeather"] {
            let holding = app.tables_holding(word).await;
            let may = ["person_name", "name_word", "revision"];
            assert!(holding.iter().all(|table| may.contains(&table.as_str())), "{word}: {holding:?}");
        }
        assert!(!app.tables_holding(NAME).await.is_empty(), "the scan finds what is there");
        // A statement that says what they are, and not who, is not found by the name.
        assert!(app.public().numbers("/api/v1/statements?q=quillfeather").await.is_empty());
    }

    async fn lists_people_to_nobody_but_staff(app: TestApp) {
        let at = app.published("incidents", about_somebody("name")).await;
        let person = app.contributor().read(&at).await["people"][0]["person"].clone();
        let person = person.as_str().unwrap().to_owned();
        let one = format!("/api/v1/people/{person}");
        for path in ["/api/v1/people".to_owned(), one.clone(), format!("{one}/revisions"), format!("{one}/revisions/1")] {
            app.public().get(&path).await.problem(401, "token-needed");
            app.analyst().get(&path).await.problem(403, "not-allowed");
            app.contributor().get(&path).await.is(200);
        }
        app.public().get(&format!("/r/{person}")).await.problem(404, "not-found");
        app.public().get(&format!("/api/v1/incidents/{person}")).await.problem(404, "not-found");
        let stranger = app.of_network("elsewhere", Role::Verifier).await;
        stranger.get(&one).await.problem(404, "not-found");
        assert!(stranger.numbers("/api/v1/people").await.is_empty());
        let seen_elsewhere = stranger.read(&at).await;
        assert_eq!(seen_elsewhere["people"][0]["name"], NAME, "it is public");
        assert_eq!(app.contributor().numbers("/api/v1/people?q=quillfeath*").await, [person]);
        app.verifier().post_nothing(&format!("{one}/publish")).await.is(404);
    }

    /// The same person described twice is one person.
    async fn finds_somebody_again_by_name(app: TestApp) {
        let one = app.created("incidents", about_somebody("role")).await.json();
        let two = app.created("incidents", about_somebody("role").on("2025")).await.json();
        assert_eq!(one["people"][0]["person"], two["people"][0]["person"]);
        assert_eq!(one["made"][0]["kind"], "person");
        assert_eq!(two.get("made"), None);
        assert_eq!(app.count("record", "kind = 'person'").await, 1);
    }

    /// Its words may not spell a name, and its addresses are hidden where the name is.
    async fn refuses_a_statement_whose_words_spell_a_name(app: TestApp) {
        for (member, value) in [
            ("links", json!([{"title": NAME, "url": "https://example.org"}])), ("tags", json!([NAME])),
            ("excerpt", json!(format!("We stand with {NAME}."))),
            ("body", json!("We stand with [Quillfeather](https://example.org/1).")),
        ] {
            let mut statement = json!({
                "title": "Solidarity with {P1}", "date": "2024-05-01",
                "people": [{"ref": "P1", "name": NAME}],
            });
            statement[member] = value;
            let refused = app.contributor().post("/api/v1/statements", &statement).await;
            assert!(refused.wrong()[0].starts_with(&format!("/{member}")), "{member}");
        }
    }

    async fn keeps_an_address_in_a_text_and_hides_it_with_the_name(app: TestApp) {
        let address = "https://example.org/2024/zorabeth-quillfeather_(observer)";
        let body = format!("Read [on]({address}), or <{address}>: {address}.\n\nAnd [more](https://example.org/more).");
        let hidden = "Read [on]([address left out]), or <[address left out]>: [address left out].\n\nAnd [more](https://example.org/more).";
        let statement = |display: &str| json!({
            "title": "Solidarity with {P1}", "date": "2024-05-01", "body": body,
            "links": [{"title": "on", "url": address}, {"title": "more", "url": "https://example.org/more"}],
            "people": [{"ref": "P1", "name": NAME, "display": display,
                        "display_reason": "already public by own organization"}],
        });
        let at = app.published("statements", statement("role")).await;
        for path in [
            at.clone(), format!("{at}?text=raw"), format!("{at}/versions/1"), format!("{at}/versions/1?text=raw"),
            "/api/v1/statements".to_owned(), "/api/v1/statements?text=raw".to_owned(),
        ] {
            let answer = app.public().get(&path).await;
            answer.is(200);
            assert!(!answer.text().to_lowercase().contains("quillfeather"), "{path}: {}", answer.text());
        }
        let public = app.public().read(&at).await;
        assert_eq!(public["body"], hidden);
        assert_eq!(public["links"][0], json!({"title": "on", "url": null, "url_hidden": true}));
        assert_eq!(public["links"][1]["url"], "https://example.org/more");
        assert!(app.public().numbers("/api/v1/statements?q=quillfeather").await.is_empty());
        assert_eq!(app.public().numbers("/api/v1/statements?q=solidarity").await.len(), 1);
        // Who may see the name gets the text exactly, and may send it back either way.
        let staff = app.contributor();
        let raw = staff.read(&format!("{at}?text=raw")).await;
        assert_eq!((&raw["body"], &raw["links"][0]["url"]), (&json!(body), &json!(address)));
        for path in [at.clone(), format!("{at}?text=raw")] {
            let read = staff.get(&path).await;
            staff.put(&path, &read.etag(), &read.json()).await.is(200);
            let again = staff.get(&format!("{at}?text=raw&view=working")).await;
            assert_eq!((&again.json()["body"], again.json()["revision"].clone()), (&json!(body), json!(1)));
        }
        let at = app.published("statements", statement("name")).await;
        assert_eq!(app.public().read(&at).await["body"], body, "a name that is shown hides nothing");
        assert_eq!(app.public().read(&at).await["links"][0]["url"], address);
    }

    async fn hides_the_address_of_a_statement_that_spells_a_hidden_name(app: TestApp) {
        let address = "https://example.org/zorabeth-quillfeather";
        let statement = json!({
            "title": "Solidarity with {P1}", "date": "2024-05-01", "url": address,
            "people": [{"ref": "P1", "name": NAME}],
        });
        let at = app.published("statements", statement).await;
        for path in [at.clone(), format!("{at}/versions/1"), "/api/v1/statements".to_owned(), format!("{at}?text=raw")] {
            let answer = app.public().get(&path).await;
            assert!(!answer.text().contains("quillfeather"), "{path}: {}", answer.text());
        }
        let raw = app.contributor().read(&format!("{at}?text=raw")).await;
        assert_eq!(raw["url"], address);
    }

    /// A reason is public with its version, so it may not spell a name either.
    async fn refuses_a_reason_that_spells_a_name(app: TestApp) {
        let at = app.published("incidents", about_somebody("role")).await;
        app.contributor().amend(&at, &json!({"summary": "More of {P1}."})).await.is(200);
        let reason = json!({"reason": format!("{NAME} asked for it.")});
        app.approve(&at).await;
        let refused = app.verifier().post(&format!("{at}/publish"), &reason).await;
        assert_eq!(refused.wrong(), ["/reason"]);
        let refused = app.verifier().post(&format!("{at}/withdraw"), &reason).await;
        assert_eq!(refused.wrong(), ["/reason"]);
        assert_eq!(app.tables_holding(NAME).await, ["person_name"]);
    }

    /// A person's own record keeps the name in its one place, too.
    async fn refuses_a_name_in_the_note_about_its_bearer(app: TestApp) {
        let person = json!({"names": [{"name": NAME}], "note": format!("{NAME} lives abroad.")});
        let refused = app.contributor().post("/api/v1/people", &person).await;
        assert_eq!(refused.wrong(), ["/note"]);
    }

    /// Somebody of whom an import gave an id and no name can be sent back as they came.
    async fn takes_somebody_without_a_name_back(app: TestApp) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("incidents.json");
        let person = json!({"external_id": {"system": "their-table", "id": "17"}});
        let entry = Value::from(incident().about(json!([{"ref": "P1", "person": person}]))
            .with("external_ids", json!([{"system": "their-table", "id": "i-1"}])));
        std::fs::write(&path, json!([entry]).to_string()).unwrap();
        assert!(crate::imports::import(&app, &[path], |_| ()).await.committed);
        let writer = app.verifier();
        let at = format!("/api/v1/people/{}", writer.numbers("/api/v1/people").await[0]);
        let got = writer.get(&at).await;
        assert_eq!(got.json()["names"], json!([]));
        writer.put(&at, &got.etag(), &got.json()).await.is(200);
        writer.amend(&at, &json!({"position": "observer"})).await.is(200);
        writer.amend(&at, &json!({"names": [{"name": NAME}]})).await.is(200);
        assert_eq!(writer.amend(&at, &json!({"names": [], "external_ids": []})).await.wrong(), ["/names"]);
    }

    /// An id by which another system knows a record may not name a person.
    async fn refuses_an_id_that_names_a_person(app: TestApp) {
        for id in ["zorabeth-quillfeather", "Zorabeth_Quillfeather_2024", NAME] {
            let ids = json!([{"system": "their-table", "id": id}]);
            let draft = Value::from(about_somebody("role").with("external_ids", ids));
            let refused = app.contributor().post("/api/v1/incidents", &draft).await;
            assert!(refused.wrong()[0].starts_with("/external_ids/0"), "{}", refused.text());
        }
    }
}
