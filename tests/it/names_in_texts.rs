//! A part of a name tells a person as the whole does, wherever it stands.

use amparo_domain::access::Role;
use amparo_domain::names::Names;
use amparo_tests::{Draft, TestApp, incident, on_both, organization};
use serde_json::{Value, json};

/// Somebody with names in three scripts, and somebody with one word for a name.
fn about_two() -> Draft {
    incident().titled("Observers {P1} and {P2} detained").about(json!([
        {"ref": "P1", "name": "Zorabeth Quillfeather", "position": "observer",
         "name_variants": ["Зорабет Квиллфезер", "زورابث كويلفذر", "Zorabeth van der Quyll"]},
        {"ref": "P2", "name": "Grimwald", "position": "observer"},
    ]))
}

/// What a writer is told to write instead.
async fn told(app: &TestApp, draft: Draft) -> Vec<Value> {
    let answer = app.contributor().post("/api/v1/incidents", &draft.into()).await;
    answer.wrong();
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    assert!(
        !answer.text().to_lowercase().contains("quillfeather"),
        "the problem does not repeat it"
    );
    errors
}

on_both! {
    async fn refuses_a_part_of_a_name_and_says_what_to_write(app: TestApp) {
        for (text, token) in [
            ("On Monday Quillfeather was told to leave.", "{P1}"),
            ("QUILLFEATHER’s house was searched.", "{P1}"),
            ("Family of Quillfeather-Smith.", "{P1}"),
            ("Zorabeth was told to leave.", "{P1}"),
            ("В понедельник Квиллфезер задержан.", "{P1}"),
            ("أوقفت الشرطة كويلفذر أمس", "{P1}"),
            ("Then Quyll left.", "{P1}"),
            ("They took Grimwald away.", "{P2}"),
            ("Follow #FreeZorabethQuillfeather", "{P1}"),
            ("Write to z.quillfeather@example.org", "{P1}"),
        ] {
            let errors = told(&app, about_two().with("summary", text)).await;
            assert_eq!(errors[0]["pointer"], "/summary", "{text}");
            assert_eq!(errors[0]["did_you_mean"], json!([token]), "{text}");
            assert_eq!(errors.len(), 1, "{text}: {errors:?}");
        }
        for member in ["title", "date_note", "other_text", "admin1"] {
            let errors = told(&app, about_two().with(member, "Home of Quillfeather")).await;
            assert_eq!(errors[0]["pointer"], format!("/{member}"));
        }
        let at = app.published("incidents", about_two()).await;
        let reason = json!({"reason": "Quillfeather asked for it."});
        assert_eq!(app.verifier().post(&format!("{at}/withdraw"), &reason).await.wrong(), ["/reason"]);
        assert_eq!(app.tables_holding("Quillfeather").await, ["person_name"]);
    }

    /// Brothers have one name: whom the text means is the writer's to say.
    async fn names_both_whom_a_shared_name_may_mean(app: TestApp) {
        let draft = incident().with("summary", "Quillfeather was held.").about(json!([
            {"ref": "P1", "name": "Zorabeth Quillfeather"}, {"ref": "P2", "name": "Ulf Quillfeather"},
        ]));
        let errors = told(&app, draft).await;
        assert_eq!(errors[0]["did_you_mean"], json!(["{P1}", "{P2}"]));
    }

    /// What is a word, or the name of something else in the record, is no name of a person.
    async fn takes_words_that_are_no_names(app: TestApp) {
        let staff = app.contributor();
        app.created("organizations", organization("Quillfeather Society").with("slug", "quill")).await;
        let election = json!({"slug": "ge-1", "name": "Zorabeth Memorial Election", "country": "GEO",
                              "date": "2024-10-26", "type": "parliamentary"});
        app.created("elections", election).await;
        let draft = |name: &str, text: &str| {
            let people = json!([{"ref": "P1", "name": name}]);
            incident().in_country("GEO").with("place", "San Salvador").about(people).with("summary", text)
        };
        for (name, text) in [
            ("Ana Quill", "A quill of words, and the Quills."),
            ("Georgia Quill", "Observers in Georgia were held."),
            ("Грузия Квилл", "Выборы: Грузия."),
            ("Salvador Quill", "In San Salvador observers were held."),
            ("May Quill", "It was in May."),
            ("Lundi Quill", "Lundi, les observateurs ont été arrêtés."),
            ("Bo Li", "Li is a unit of length."),
            ("Ana van der Quill", "Van Der is nobody."),
        ] {
            let answer = staff.post("/api/v1/incidents", &draft(name, text).into()).await;
            assert_eq!(answer.status, 201, "{name}: {}", answer.text());
        }
        let society = json!([{"slug": "quill"}]);
        let linked = draft("Ana Quillfeather", "The Quillfeather Society protests.");
        app.created("incidents", linked.clone().with("organizations", society)).await;
        told(&app, linked).await;
        let linked = draft("Zorabeth Quill", "The Zorabeth Memorial Election was near.");
        app.created("incidents", linked.clone().with("election", json!({"slug": "ge-1"}))).await;
        told(&app, linked).await;
    }

    /// A spelling that is learnt later may stand in what was written before.
    async fn tells_where_a_new_spelling_stands_already(app: TestApp) {
        let one = app.published("incidents", about_two().with("summary", "Quilfether was held.")).await;
        let two = app.created("incidents", about_two().with("place", "Quilfether street")).await.location();
        let staff = app.contributor();
        let person = staff.read(&one).await["people"][0]["person"].as_str().unwrap().to_owned();
        assert_eq!(staff.read(&two).await["people"][0]["person"], person);
        let person = format!("/api/v1/people/{person}");
        let mut names = staff.read(&person).await["names"].clone();
        names.as_array_mut().unwrap().push(json!({"name": "Zora Quilfether"}));
        let changed = staff.amend(&person, &json!({"names": names})).await;
        changed.is(200);
        let warnings = changed.json()["warnings"].as_array().cloned().unwrap_or_default();
        assert_eq!(warnings.len(), 2, "{}", changed.text());
        let number = |at: &str| at.rsplit('/').next().unwrap().to_owned();
        let said = |of: &str| {
            let of = number(of);
            let all = warnings.iter().map(|w| w["message"].as_str().unwrap().to_owned());
            all.into_iter().find(|m| m.contains(&of)).unwrap_or_else(|| panic!("{of}: {warnings:?}"))
        };
        assert!(said(&one).contains("/summary") && said(&one).contains("everybody"), "{}", said(&one));
        assert!(said(&two).contains("/place") && !said(&two).contains("everybody"), "{}", said(&two));
        assert!(warnings.iter().all(|w| w["pointer"] == "/names/4/name"), "{warnings:?}");
        assert!(!said(&one).contains("Quilfether"), "the warning does not repeat it");
        // What spells it is not published any more.
        staff.post_nothing(&format!("{two}/submit")).await.is(200);
        app.approve(&two).await;
        let refused = app.verifier().post_nothing(&format!("{two}/publish")).await;
        assert_eq!(refused.wrong(), ["/place"]);
        // The same names again say nothing new.
        let again = staff.amend(&person, &json!({"note": "Learnt from a letter."})).await.json();
        assert_eq!(again.get("warnings"), None, "{again}");
    }

    async fn hides_an_address_that_spells_a_part_of_a_hidden_name(app: TestApp) {
        let stranger = app.of_network("elsewhere", Role::Verifier).await;
        for address in [
            "https://example.org/2024/quillfeather-held",
            "https://example.org/?q=Quillfeather",
            "https://example.org/%D0%BA%D0%B2%D0%B8%D0%BB%D0%BB%D1%84%D0%B5%D0%B7%D0%B5%D1%80",
            "https://example.org/zorabethquillfeather",
            "https://example.org/news/grimwald",
        ] {
            let sources = json!([{"title": "A report", "publisher": "Example News", "url": address}]);
            let at = app.published("incidents", about_two().with("sources", sources)).await;
            let source = app.public().read(&at).await["sources"][0].clone();
            assert_eq!(source["url"], Value::Null, "{address}");
            assert_eq!(source["url_hidden"], true, "{address}");
            assert_eq!((&source["title"], &source["publisher"]), (&json!("A report"), &json!("Example News")));
            let raw = app.contributor().read(&format!("{at}?text=raw")).await;
            assert_eq!(raw["sources"][0]["url"], address);
            let stranger = stranger.read(&format!("{at}?text=raw")).await;
            assert_eq!(stranger["sources"][0]["url"], Value::Null, "they are staff of others");
            // What was read is sent back and loses nothing.
            let staff = app.contributor();
            let (read, tag) = (staff.get(&at).await, staff.get(&at).await.etag());
            staff.put(&at, &tag, &read.json()).await.is(200);
            let raw = app.contributor().read(&format!("{at}?text=raw&view=working")).await;
            assert_eq!(raw["sources"][0]["url"], address);
        }
        let open = json!([{"title": "A report", "url": "https://example.org/observers-held"}]);
        let at = app.published("incidents", about_two().with("sources", open)).await;
        let source = app.public().read(&at).await["sources"][0].clone();
        assert_eq!(source["url"], "https://example.org/observers-held");
        assert_eq!(source.get("url_hidden"), None);
    }

    /// A record that knows nobody cannot hide an address with a name, so its writer says so.
    async fn hides_an_address_of_which_the_writer_says_that_it_spells_a_name(app: TestApp) {
        let address = "https://example.org/zorabeth-quillfeather-speaks";
        let sources = json!([{"ref": "S1", "title": "A speech", "url": address, "url_hidden": true}]);
        let at = app.published("organizations", organization("Light of Votes").with("sources", sources)).await;
        for path in [at.clone(), format!("{at}?text=raw"), format!("{at}/versions/1"), "/api/v1/organizations".to_owned()] {
            let text = app.public().get(&path).await.text();
            assert!(!text.contains("quillfeather") && text.contains("\"url_hidden\":true"), "{path}: {text}");
        }
        let staff = app.contributor();
        assert_eq!(staff.read(&format!("{at}?text=raw")).await["sources"][0]["url"], address);
        // What was read is sent back, either way, and changes nothing; so does a change beside it.
        for path in [at.clone(), format!("{at}?text=raw")] {
            let read = staff.get(&path).await;
            staff.put(&path, &read.etag(), &read.json()).await.is(200);
            assert_eq!(staff.read(&format!("{at}?view=working")).await["revision"], 1);
        }
        let mut sources = staff.read(&at).await["sources"].clone();
        sources[0]["title"] = json!("A long speech");
        staff.amend(&at, &json!({"sources": sources})).await.is(200);
        let source = staff.read(&format!("{at}?text=raw&view=working")).await["sources"][0].clone();
        assert_eq!((&source["url"], &source["url_hidden"]), (&json!(address), &json!(true)));
    }

    /// That an address is hidden with a name is no wish of the writer's: it is shown when the name is.
    async fn shows_an_address_again_with_the_name(app: TestApp) {
        let address = "https://example.org/grimwald";
        let sources = json!([{"ref": "S1", "title": "A report", "url": address}]);
        let at = app.created("incidents", about_two().with("sources", sources)).await.location();
        let staff = app.contributor();
        let mut read = staff.read(&at).await;
        assert_eq!(read["sources"][0]["url_hidden"], true);
        read["sources"][0]["title"] = json!("Another report");
        for link in read["people"].as_array_mut().unwrap() {
            link["display"] = json!("name");
            link["display_reason"] = json!("already public");
        }
        let changed = json!({"sources": read["sources"], "people": read["people"]});
        staff.amend(&at, &changed).await.is(200);
        let source = staff.read(&at).await["sources"][0].clone();
        assert_eq!((&source["url"], source.get("url_hidden")), (&json!(address), None), "{source}");
    }

    /// Organizations, elections and cases know nobody, so a name in them could not be taken down.
    async fn the_shipped_register_names_people_only_where_they_can_be_taken_down(app: TestApp) {
        app.load_register().await;
        let incidents = app.public().read("/api/v1/incidents?limit=200").await;
        let mut names = Names::default();
        for incident in incidents["items"].as_array().unwrap() {
            for person in incident["people"].as_array().unwrap() {
                names.add("", person["name"].as_str().unwrap_or_default());
            }
            let affected = &incident["affected"];
            let counted = affected["unnamed_min"] != 0 || affected["unnamed_max"] != Value::Null;
            assert!(counted, "{}: no zero where nobody looked", incident["number"]);
        }
        assert!(!names.is_empty());
        let mut hidden = 0;
        for plural in ["organizations", "elections", "cases"] {
            let list = app.public().read(&format!("/api/v1/{plural}?limit=200")).await;
            for record in list["items"].as_array().unwrap() {
                let mut texts = Vec::new();
                texts_of(record, &mut texts);
                for text in texts {
                    let mut told = names.in_text(text);
                    if text.starts_with("http") {
                        told.extend(names.in_address(text));
                    }
                    assert!(told.is_empty(), "{plural} {}: {text}", record["number"]);
                }
                hidden += record.to_string().matches("url_hidden").count();
            }
        }
        assert!(hidden > 0, "addresses that spell a name are hidden");
        // What a statement is called by, it is called by a token.
        for statement in app.public().read("/api/v1/statements?limit=200&text=raw").await["items"].as_array().unwrap() {
            let title = statement["title"].as_str().unwrap();
            assert!(names.in_text(title).is_empty(), "{title}");
        }
    }
}

/// Every text in a document.
fn texts_of<'v>(value: &'v Value, into: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => into.push(text),
        Value::Array(items) => items.iter().for_each(|item| texts_of(item, into)),
        Value::Object(members) => members.values().for_each(|member| texts_of(member, into)),
        _ => {}
    }
}
