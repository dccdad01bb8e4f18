//! Imports: everything or nothing, each problem with its place, and the same again changes nothing.

use std::path::{Path, PathBuf};

use amparo_cli::{ImportOptions, Summary};
use amparo_domain::access::Actor;
use amparo_domain::kind::Kind;
use amparo_domain::vocabulary::State;
use amparo_exchange::Mapping;
use amparo_tests::{TestApp, on_both};
use chrono::TimeDelta;
use serde_json::json;

/// A file of ours with the difficulties of theirs.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// The mapping of a file of ours.
fn mapping(path: &Path) -> Mapping {
    let text = std::fs::read_to_string(path).unwrap();
    Mapping::parse(&path.display().to_string(), &text).unwrap()
}

/// Imports files as the operator does.
pub(crate) async fn import(
    app: &TestApp,
    files: &[PathBuf],
    change: impl FnOnce(&mut ImportOptions),
) -> Summary {
    let mut options = ImportOptions::default();
    change(&mut options);
    let sources = amparo_cli::import_sources(files).unwrap();
    let operator = Actor::operator("default");
    amparo_cli::import(&app.store, &operator, sources, options).await.unwrap()
}

/// A folder with one file in it.
fn file(name: &str, content: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

/// How many records of each kind an import made, changed, left and refused.
fn changes(summary: &Summary) -> (usize, usize, usize, usize) {
    let counts = summary.counts.values();
    counts.fold((0, 0, 0, 0), |(created, updated, unchanged, refused), of| {
        (created + of.created, updated + of.updated, unchanged + of.unchanged, refused + of.refused)
    })
}

on_both! {
    async fn imports_the_shipped_register_and_again_without_a_change(app: TestApp) {
        let register = Path::new(env!("CARGO_MANIFEST_DIR")).join("../register");
        let files: Vec<PathBuf> = ["organizations", "elections", "cases", "incidents", "statements"]
            .iter().map(|name| register.join(format!("{name}.json"))).collect();
        let first = import(&app, &files, |_| ()).await;
        assert!(first.committed, "{first}");
        for (kind, created) in [
            (Kind::Incident, 110), (Kind::Organization, 82), (Kind::Election, 49), (Kind::Case, 26),
            (Kind::Statement, 38),
        ] {
            assert_eq!(first.of(kind).created, created, "{kind}");
        }
        assert_eq!(app.public().read("/api/v1/incidents?total=true").await["meta"]["total"], 110);
        let records = app.count("record", "1 = 1").await;
        assert_eq!(app.count("revision", "1 = 1").await, records, "a revision for every record");
        assert_eq!(app.count("audit_entry", "action = 'import'").await, records);
        let before = app.dump().await;
        let again = import(&app, &files, |_| ()).await;
        assert!(again.committed);
        let (created, updated, _, refused) = changes(&again);
        assert_eq!((created, updated, refused), (0, 0, 0), "{again}");
        assert!(again.to_string().ends_with("Nothing changed: everything was there already."));
        assert_eq!(app.dump().await, before);
    }

    async fn imports_the_own_form_a_mapped_table_a_statement_and_a_member(app: TestApp) {
        let table = |options: &mut ImportOptions| {
            options.mapping = Some(mapping(&fixture("their-table.toml")));
        };
        let form = std::fs::read_to_string(fixture("own-form.csv")).unwrap();
        let good: Vec<&str> = form.lines().take(3).collect();
        let (_folder, form) = file("good-rows.csv", &good.join("\n"));
        for (path, change) in [
            (form, None), (fixture("statement.md"), None), (fixture("member.md"), None),
            (fixture("their-table.csv"), Some(table)),
        ] {
            let name = path.display().to_string();
            let files = [path];
            let options = |options: &mut ImportOptions| {
                if let Some(change) = change {
                    change(options);
                }
            };
            let first = import(&app, &files, options).await;
            assert!(first.committed && changes(&first).0 > 0, "{name}: {first}");
            let before = app.dump().await;
            let again = import(&app, &files, options).await;
            assert!(again.committed, "{name}: {again}");
            let (created, updated, _, refused) = changes(&again);
            assert_eq!((created, updated, refused), (0, 0, 0), "{name}: {again}");
            assert_eq!(app.dump().await, before, "{name}");
        }
        assert!(app.public().numbers("/api/v1/incidents").await.is_empty(), "they are candidates");
        assert!(!app.contributor().numbers("/api/v1/incidents?state=submitted").await.is_empty());
    }

    async fn a_dry_run_tells_and_keeps_nothing(app: TestApp) {
        let before = app.dump().await;
        let tried = import(&app, &[fixture("statement.md")], |o| o.dry_run = true).await;
        assert!(!tried.committed && !tried.failed(), "{tried}");
        assert!(changes(&tried).0 > 0);
        assert!(tried.to_string().ends_with("This was a dry run: nothing was kept."));
        assert_eq!(app.dump().await, before);
    }

    /// One bad row refuses the file; the good ones are counted and every bad one is told.
    async fn a_bad_row_among_good_ones_leaves_everything_as_it_was(app: TestApp) {
        let incident = |id: &str, country: &str, date: &str| {
            json!({
                "external_id": id, "title": "Observers turned away", "types": ["access_obstruction"],
                "occurred": date, "country": country, "sources": [{"title": "A report"}],
            })
        };
        let records = json!([
            incident("a", "AZE", "2024-04-29"), incident("b", "Azerbajan", "2024-02-30"),
            incident("c", "UGA", "2024"), incident("d", "Atlantis", "2024"),
        ]);
        let (_folder, path) = file("incidents.json", &records.to_string());
        let before = app.dump().await;
        let refused = import(&app, std::slice::from_ref(&path), |_| ()).await;
        assert!(refused.failed() && !refused.committed);
        assert_eq!(refused.of(Kind::Incident).refused, 2);
        assert_eq!(refused.of(Kind::Incident).created, 2, "what is good is told, too");
        let told = refused.problems.join("\n");
        assert_eq!(refused.problems.len(), 3, "{told}");
        assert!(told.contains("Azerbaijan"), "what was meant: {told}");
        assert!(told.contains("2024-02 has 29 days"), "{told}");
        assert!(refused.to_string().ends_with("mend what is named above and import again."));
        assert_eq!(app.dump().await, before);
        // The same file without the bad rows is taken.
        let good = json!([records[0], records[2]]);
        std::fs::write(&path, good.to_string()).unwrap();
        assert!(import(&app, &[path], |_| ()).await.committed);
    }

    async fn refuses_what_it_cannot_read_and_takes_nothing_else(app: TestApp) {
        let before = app.dump().await;
        for (name, content) in [
            ("broken.json", "[{\"external_id\": "), ("empty.json", ""), ("what.bin", "\u{0}\u{1}"),
            ("table.csv", "a,b\n1,2\n"), ("x.md", "no front matter"),
        ] {
            let (_folder, path) = file(name, content);
            let summary = import(&app, &[fixture("member.md"), path], |_| ()).await;
            assert!(!summary.committed && summary.failed(), "{name}: {summary}");
            assert!(summary.problems.iter().any(|line| line.contains(name)), "{summary}");
        }
        assert_eq!(app.dump().await, before);
        assert!(amparo_cli::import_sources(&["/nowhere/at/all.json".into()]).is_err());
    }

    async fn tells_ids_that_stand_twice(app: TestApp) {
        let row = json!({
            "external_id": "twice", "title": "Observers turned away", "types": ["threat"],
            "occurred": "2024", "country": "AZE", "sources": [{"title": "A report"}],
        });
        let (_folder, path) = file("incidents.json", &json!([row, row]).to_string());
        let summary = import(&app, &[path], |_| ()).await;
        assert!(!summary.committed);
        assert!(summary.problems[0].contains("/external_ids"), "{summary}");
    }

    /// A table of any length is written in parts, and what is forgotten between them is found again: whom and
    /// what several rows name is one record each, and the same table again changes nothing.
    async fn a_long_table_is_taken_in_parts_as_if_it_were_one(app: TestApp) {
        let header = "external_id,occurred,country,title,types,organizations,people\n";
        let row = |nth: usize| {
            let (month, person, body) = (nth % 12 + 1, nth % 23, nth % 7);
            format!("{nth},2024-{month:02},AZ,Observers turned away {nth},access_obstruction,Body {body};Body {},Ana Person{person}\n", (nth + 1) % 7)
        };
        let table: String = std::iter::once(header.to_owned()).chain((0..400).map(row)).collect();
        let (_folder, path) = file("long.csv", &table);
        let in_parts = |options: &mut ImportOptions| {
            options.state = Some(State::Published);
            (options.whole, options.chunk, options.remembered) = (50, 30, 10);
        };
        let first = import(&app, std::slice::from_ref(&path), in_parts).await;
        assert!(first.committed, "{first}");
        let made = |kind| first.of(kind).created;
        assert_eq!((made(Kind::Incident), made(Kind::Organization), made(Kind::Person)), (400, 7, 23));
        let meta = app.public().read("/api/v1/incidents?total=true&q=Observers").await["meta"].clone();
        assert_eq!(meta["total"], 400);
        assert_eq!(app.public().numbers("/api/v1/incidents?q=turned+399").await.len(), 1);
        let recounted = app.store.recounted().await.unwrap();
        assert_eq!(recounted.kept, recounted.counted);
        assert_eq!(app.count("register_change", "change = 'created'").await, 400);
        let before = app.dump().await;
        let again = import(&app, &[path], in_parts).await;
        assert_eq!(changes(&again), (0, 0, 400, 0), "{again}");
        assert_eq!(app.dump().await, before);
    }

    /// Signs that have a meaning where lists are written down are text like any other.
    async fn texts_come_through_as_they_are(app: TestApp) {
        let texts = ["a \"b\" c", "back\\slash \\\" end\\", "{}, {\"x\"}, 'it', $1", "NULL", "tab\tand line\nend", "Əli — الف"];
        let records: Vec<_> = (0..30).map(|nth| {
            let text = texts[nth % texts.len()];
            json!({
                "external_id": format!("text-{nth}"), "title": format!("Number {nth}"), "summary": text, "types": ["threat"],
                "occurred": "2024", "country": "AZE", "sources": [{"title": "A report"}], "place": text,
                "location": {"type": "Point", "coordinates": [49.867, 40.409]}, "location_precision": "settlement",
            })
        }).collect();
        let (_folder, path) = file("incidents.json", &json!(records).to_string());
        let summary = import(&app, &[path], |o| o.state = Some(State::Published)).await;
        assert!(summary.committed, "{summary}");
        let page = app.public().read("/api/v1/incidents?limit=100").await;
        for incident in page["items"].as_array().unwrap() {
            let nth: usize = incident["title"].as_str().unwrap()[7..].parse().unwrap();
            let text = texts[nth % texts.len()];
            assert_eq!(incident["summary"], text);
            assert_eq!(incident["place"], text);
            assert_eq!(incident["location"]["coordinates"], json!([49.867, 40.409]));
        }
        assert_eq!(page["items"].as_array().unwrap().len(), 30);
    }

    async fn the_operators_word_says_the_state(app: TestApp) {
        let published = |o: &mut ImportOptions| o.state = Some(State::Published);
        let row = json!({
            "external_id": "one", "title": "Observers turned away", "types": ["threat"],
            "occurred": "2024", "country": "AZE", "sources": [{"title": "A report"}],
        });
        let (_folder, path) = file("incidents.json", &json!([row]).to_string());
        assert!(import(&app, std::slice::from_ref(&path), published).await.committed);
        assert_eq!(app.public().numbers("/api/v1/incidents").await.len(), 1);
        // Other facts from the same source are the next version, with a reason.
        let mut changed = row.clone();
        changed["summary"] = json!("More is known now.");
        std::fs::write(&path, json!([changed]).to_string()).unwrap();
        let summary = import(&app, std::slice::from_ref(&path), published).await;
        assert_eq!(changes(&summary), (0, 1, 0, 0), "{summary}");
        let number = &app.public().numbers("/api/v1/incidents").await[0];
        let versions = app.public().read(&format!("/api/v1/incidents/{number}/versions")).await;
        assert!(versions["items"][1]["reason"].is_string());
        // A row without a source has its file as the source, and the day of the import is no date of
        // that: the same file is the same tomorrow.
        let mut sourceless = changed.clone();
        sourceless["sources"] = json!([]);
        std::fs::write(&path, json!([sourceless]).to_string()).unwrap();
        import(&app, std::slice::from_ref(&path), published).await;
        let record = app.public().read(&format!("/api/v1/incidents/{number}")).await;
        assert!(record["sources"].to_string().contains("incidents.json"), "{record}");
        assert_eq!(record["sources"][0]["date"], json!(null), "{record}");
        app.advance(TimeDelta::days(1));
        let summary = import(&app, &[path], published).await;
        assert_eq!(changes(&summary), (0, 0, 1, 0), "{summary}");
    }

    /// A draft that somebody is writing is not published over their head; the row says so.
    async fn a_draft_in_the_way_is_told_of_its_row(app: TestApp) {
        let ids = json!([{"system": "register", "id": "one"}]);
        app.created("incidents", amparo_tests::incident().with("external_ids", ids)).await;
        let row = json!({
            "external_ids": [{"system": "register", "id": "one"}], "title": "Observers turned away", "types": ["threat"],
            "occurred": "2024", "country": "AZE", "sources": [{"title": "A report"}],
        });
        let (_folder, path) = file("incidents.json", &json!([row]).to_string());
        let summary = import(&app, &[path], |o| o.state = Some(State::Published)).await;
        assert!(!summary.committed);
        assert_eq!(summary.of(Kind::Incident).refused, 1, "{summary}");
    }

    async fn a_withdrawn_record_is_not_brought_back_by_its_file(app: TestApp) {
        let row = json!({
            "external_id": "one", "title": "Observers turned away", "types": ["threat"], "state": "published",
            "occurred": "2024", "country": "AZE", "sources": [{"title": "A report"}],
        });
        let (_folder, path) = file("incidents.json", &json!([row]).to_string());
        import(&app, std::slice::from_ref(&path), |_| ()).await;
        let number = app.public().numbers("/api/v1/incidents").await.remove(0);
        let reason = json!({"reason": "It did not happen."});
        app.verifier().post(&format!("/api/v1/incidents/{number}/withdraw"), &reason).await.is(200);
        let summary = import(&app, &[path], |_| ()).await;
        assert!(summary.failed() && summary.problems[0].contains("withdrawn"), "{summary}");
        assert!(app.public().numbers("/api/v1/incidents").await.is_empty());
    }

    /// The link is kept; whoever may not see the name does not see it in the address either.
    async fn keeps_a_link_that_spells_the_name_of_somebody_in_the_statement(app: TestApp) {
        let summary = import(&app, &[fixture("statement.md")], |o| o.state = Some(State::Published)).await;
        assert!(summary.committed, "{summary}");
        let public = app.public().get("/api/v1/statements").await;
        assert!(!public.text().to_lowercase().contains("ruiz"), "{}", public.text());
        let shown = public.json()["items"][0].clone();
        assert!(shown["body"].as_str().unwrap().contains("(VLC)]([address left out])"), "{shown}");
        let at = format!("/api/v1/statements/{}?text=raw", shown["number"].as_str().unwrap());
        let staff = app.verifier().read(&at).await;
        assert!(staff["body"].as_str().unwrap().contains("(VLC)](https://vlc.example/ana-ruiz)"), "{staff}");
        assert_eq!(staff["links"][0]["url"], "https://vlc.example/ana-ruiz");
    }

    /// What the rules for texts would refuse is replaced; whom a name means is never guessed.
    async fn replaces_parts_of_names_in_what_it_imports(app: TestApp) {
        let row = json!({
            "external_id": "one", "title": "Ana was turned away", "types": ["threat"], "occurred": "2024",
            "country": "AZE", "place": "Home of Ruiz",
            "summary": "They met Ana, and Karla Ruiz, and Ana Lopez, and RUIZ.",
            "people": [{"name": "Ana Ruiz"}],
            "sources": [{"title": "A report", "publisher": "Ruiz Media"}],
        });
        let brothers = json!({
            "external_id": "two", "title": "Mr. Gozlem was turned away, and Karim Gozlem, too", "types": ["threat"],
            "occurred": "2023", "country": "AZE", "sources": [{"title": "A report"}],
            "people": [{"name": "Yousuf Gozlem"}, {"name": "Karim Gozlem"}],
        });
        let (_folder, path) = file("incidents.json", &json!([row, brothers]).to_string());
        let summary = import(&app, std::slice::from_ref(&path), |_| ()).await;
        assert!(summary.committed, "{summary}");
        let list = app.contributor().read("/api/v1/incidents?state=submitted&text=raw").await;
        assert_eq!(list["items"][1]["title"], "Mr. [name left out] was turned away, and {P2}, too");
        let record = &list["items"][0];
        assert_eq!(record["title"], "{P1} was turned away");
        assert_eq!(
            record["summary"],
            "They met {P1}, and Karla [name left out], and [name left out] Lopez, and {P1}."
        );
        assert_eq!(record["place"], "Home of {P1}");
        assert_eq!(record["sources"][0]["publisher"], "[name left out] Media");
        let before = app.dump().await;
        let again = import(&app, &[path], |_| ()).await;
        assert_eq!(changes(&again), (0, 0, 2, 0), "{again}");
        assert_eq!(app.dump().await, before);
    }

    async fn takes_over_everything_that_is_said_of_a_person(app: TestApp) {
        app.created("organizations", json!({"name": "Light of Votes", "slug": "lov"})).await;
        let person = json!({
            "external_id": "person-1", "names": [{"name": "Ana Ruiz", "lang": "es"}, "Anna Ruiz"],
            "position": "chairperson", "note": "Ruiz speaks Spanish.",
            "affiliations": [{"organization": "lov", "role": "chair", "since": "2020"}],
            "sources": [{"title": "About Ana Ruiz", "url": "https://example.org/ana-ruiz"}],
            "external_ids": [{"system": "theirs", "id": "17"}],
        });
        let (_folder, path) = file("people.json", &json!([person]).to_string());
        let first = import(&app, std::slice::from_ref(&path), |_| ()).await;
        assert!(first.committed && first.warnings.is_empty(), "{first}");
        let people = app.verifier().read("/api/v1/people").await;
        let got = &people["items"][0];
        assert_eq!(got["names"][0]["name"], "Ana Ruiz");
        assert_eq!(got["names"][0]["lang"], "es");
        assert_eq!(got["names"][1]["name"], "Anna Ruiz");
        assert_eq!(got["position"], "chairperson");
        assert_eq!(got["note"], "[name left out] speaks Spanish.");
        assert_eq!(got["affiliations"][0]["organization"]["slug"], "lov");
        assert_eq!(got["affiliations"][0]["role"], "chair");
        assert_eq!(got["affiliations"][0]["since"], "2020");
        assert_eq!(got["sources"][0]["title"], "About [name left out]");
        assert_eq!(got["sources"][0]["url"], "https://example.org/ana-ruiz");
        assert_eq!(got["external_ids"].as_array().unwrap().len(), 2, "{got}");
        let before = app.dump().await;
        let again = import(&app, &[path], |_| ()).await;
        assert_eq!(changes(&again), (0, 0, 1, 0), "{again}");
        assert_eq!(app.dump().await, before);
        // A spelling that is new may stand in what was written before.
        let about = amparo_tests::incident().with("summary", "Ruyz was held.");
        let about = about.about(json!([{"ref": "P1", "person": got["number"]}]));
        let made = app.verifier().post("/api/v1/incidents", &about.into()).await;
        let number = made.json()["number"].as_str().unwrap().to_owned();
        let mut more = person.clone();
        more["names"].as_array_mut().unwrap().push(json!("Ana Ruyz"));
        let (_folder, path) = file("people.json", &json!([more]).to_string());
        let summary = import(&app, &[path], |_| ()).await;
        assert_eq!(changes(&summary), (0, 1, 0, 0), "{summary}");
        assert!(summary.warnings[0].contains(&format!("{number} spells out this name at /summary")), "{summary}");
    }

    /// The operator's word makes public what the same file brought in before.
    async fn publishes_what_it_imported_before(app: TestApp) {
        let row = |id: &str| json!({
            "external_id": id, "title": "Observers turned away", "types": ["threat"],
            "occurred": "2024", "country": "AZE", "sources": [{"title": "A report"}],
        });
        let person = json!({"external_id": "p", "names": ["Ana Ruiz"]});
        let (_folder, path) = file("incidents.json", &json!([row("one"), row("two"), person]).to_string());
        let published = |o: &mut ImportOptions| o.state = Some(State::Published);
        import(&app, std::slice::from_ref(&path), |_| ()).await;
        assert!(app.public().numbers("/api/v1/incidents").await.is_empty());
        let tried = import(&app, std::slice::from_ref(&path), |o| {
            published(o);
            o.dry_run = true;
        }).await;
        assert!(tried.to_string().contains("2 published"), "{tried}");
        assert!(app.public().numbers("/api/v1/incidents").await.is_empty());
        let summary = import(&app, std::slice::from_ref(&path), published).await;
        assert!(summary.committed, "{summary}");
        assert_eq!(summary.of(Kind::Person).unchanged, 1, "nobody publishes a person");
        assert!(summary.to_string().contains("2 published"), "{summary}");
        assert!(summary.to_string().ends_with("Everything is in the register."), "{summary}");
        let public = app.public().numbers("/api/v1/incidents").await;
        assert_eq!(public.len(), 2);
        let versions = app.public().read(&format!("/api/v1/incidents/{}/versions", public[0])).await;
        assert_eq!(versions["items"].as_array().unwrap().len(), 1);
        assert_eq!(app.count("audit_entry", "action = 'publish'").await, 2);
        let before = app.dump().await;
        let again = import(&app, &[path], published).await;
        assert!(again.to_string().ends_with("Nothing changed: everything was there already."), "{again}");
        assert_eq!(app.dump().await, before);
    }
}
