//! The forms of a statement, and the way there and back: what is exported and imported again is the same.

use std::path::PathBuf;

use amparo_cli::Summary;
use amparo_domain::access::Role;
use amparo_domain::kind::Kind;
use amparo_domain::vocabulary::State;
use amparo_tests::{Answer, Client, TestApp, incident, on_both};
use serde_json::{Value, json};

use crate::imports::import;
use crate::real_data::data;

/// A folder with files in it.
fn folder(files: &[(String, Vec<u8>)]) -> (tempfile::TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let paths = files.iter().map(|(name, content)| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    });
    let paths = paths.collect();
    (folder, paths)
}

fn text(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    String::from_utf8(answer.body.clone()).unwrap()
}

async fn form(client: &Client<'_>, address: &str) -> String {
    text(&client.get(address).await)
}

/// What stands behind the front matter.
fn body(file: &str) -> &str {
    let rest = file.strip_prefix("---\n").unwrap();
    rest.split_once("\n---\n").unwrap().1
}

fn changed(summary: &Summary) -> usize {
    assert!(summary.committed, "{summary}");
    summary.counts.values().map(|of| of.created + of.updated + of.published).sum()
}

/// Every statement as Markdown, as a client gets it, by the name of its file.
async fn exported(client: &Client<'_>, query: &str) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for number in client.numbers("/api/v1/statements?limit=200").await {
        let answer = client.get(&format!("/api/v1/statements/{number}.md{query}")).await;
        answer.is(200);
        let name = answer.headers["content-disposition"].to_str().unwrap().to_owned();
        let name = name.split('"').nth(1).unwrap().to_owned();
        files.push((name, answer.body));
    }
    files
}

/// A statement's text that quotes these records.
fn statement(body: &str, cited: &[&str]) -> Value {
    let cited: Vec<Value> =
        cited.iter().map(|number| json!({"number": number, "version": 1})).collect();
    json!({"title": "Example Observers stand together", "date": "2024-04-30", "lang": "en", "body": body, "incidents": cited,
           "tags": ["Solidarity"], "sources": [{"title": "Import of a file"}]})
}

/// How many statements name people in some of their members, who stand there as what they are or not at all.
async fn with_people(client: &Client<'_>, members: &[&str]) -> usize {
    let list = client.read("/api/v1/statements?limit=200&text=raw").await;
    let items = list["items"].as_array().unwrap().iter();
    let named = |item: &&Value| {
        let mut texts = members.iter().map(|member| item[*member].to_string());
        texts.any(|text| text.contains("{P") || text.contains("[name left out]"))
    };
    items.filter(named).count()
}

fn number_of(address: &str) -> String {
    address.rsplit('/').next().unwrap().to_owned()
}

on_both! {
    /// Nothing is lost between a file and the register, and nothing is made twice.
    async fn the_statements_of_the_network_come_back_as_they_are(app: TestApp) {
        let Some(data) = data() else { return };
        let folders = [data.join("statements/gndem"), data.join("seed")];
        let first = import(&app, &folders, |_| ()).await;
        assert_eq!(first.of(Kind::Statement).created, 36, "{}", first.problems.len());
        let staff = app.verifier();
        let files = exported(&staff, "").await;
        assert_eq!(files.len(), 36);
        // Byte for byte what was in the files, but for the people whose names are shown to nobody.
        let mut originals: Vec<String> = Vec::new();
        for folder in &folders {
            for entry in std::fs::read_dir(folder).unwrap() {
                originals.push(std::fs::read_to_string(entry.unwrap().path()).unwrap());
            }
        }
        let bodies: Vec<&str> = originals.iter().map(|file| body(file)).collect();
        let mut same = 0;
        for (_, file) in &files {
            let file = std::str::from_utf8(file).unwrap();
            same += usize::from(bodies.contains(&body(file)));
            for key in ["statement: STM ", "draft: ", "title: ", "date: ", "tags:"] {
                assert!(file.contains(key), "{key}");
            }
        }
        assert_eq!(same + with_people(&staff, &["body"]).await, 36, "{same} of 36 bodies are the same byte for byte");
        let images = originals.iter().filter(|file| file.contains("\nimage: ")).count();
        let kept = files.iter().filter(|(_, file)| String::from_utf8_lossy(file).contains("\nimage: ")).count();
        assert_eq!(images, kept, "what the register has no word for is kept");

        for query in ["", "?text=raw", "?lang=ar", "?footnotes=marked&annex=full", "?view=working"] {
            let (_folder, paths) = folder(&exported(&staff, query).await);
            let before = app.dump().await;
            let again = import(&app, &paths, |_| ()).await;
            assert_eq!(changed(&again), 0, "{query}: {} warnings", again.warnings.len());
            assert_eq!(again.of(Kind::Statement).unchanged, 36, "{query}");
            assert_eq!(again.of(Kind::Incident).unchanged, 0, "{query}: no candidates are made again");
            assert!(app.dump().await == before, "{query}: the register is as it was");
        }
    }

    /// What left one register is whole in another.
    async fn statements_move_to_another_register(app: TestApp) {
        let Some(data) = data() else { return };
        import(&app, &[data.join("statements/gndem")], |_| ()).await;
        let files = exported(&app.verifier(), "").await;
        let other = app.twin().await;
        // Numbers are random; those of the two are drawn alike here, if nobody stirs.
        other.reseed(4_711);
        let (_folder, paths) = folder(&files);
        let moved = import(&other, &paths, |_| ()).await;
        assert!(moved.committed);
        assert_eq!(moved.of(Kind::Statement).created, 35);
        let read = async |app: &TestApp| {
            let list = app.verifier().read("/api/v1/statements?limit=200&text=raw").await;
            let mut items: Vec<Vec<Value>> = Vec::new();
            for item in list["items"].as_array().unwrap() {
                let members = ["title", "date", "draft", "tags", "body", "excerpt"];
                let mut told: Vec<Value> = members.iter().map(|member| item[*member].clone()).collect();
                let endorsers = item["endorsers"].as_array().unwrap().iter();
                told.push(endorsers.map(|of| of["matched_text"].clone()).collect());
                items.push(told);
            }
            items.sort_by_key(|told| json!(told).to_string());
            items
        };
        let (there, here) = (read(&other).await, read(&app).await);
        let people = with_people(&app.verifier(), &["title", "body", "excerpt"]).await;
        let differ = here.iter().zip(&there).filter(|(here, there)| here != there).count();
        let members: Vec<usize> = here.iter().zip(&there)
            .flat_map(|(here, there)| (0..7).filter(|nth| here[*nth] != there[*nth]).collect::<Vec<_>>()).collect();
        // Where the name of somebody is not shown, a file says what they are.
        assert!(differ <= people && people < 5, "{differ} statements are another there, in these members: {members:?}, of {people} with people");
        let before = other.dump().await;
        assert_eq!(changed(&import(&other, &paths, |_| ()).await), 0);
        assert!(other.dump().await == before);
    }

    /// Marks become footnotes, and footnotes marks.
    async fn footnotes_come_back_as_citations(app: TestApp) {
        let one = number_of(&app.published("incidents", incident().titled("One *bold* [act]")).await);
        let two = number_of(&app.published("incidents", incident().titled("Two")).await);
        let text_of = format!(
            "Held[[{one}]] and charged.[[{two}]] Held again[[OBS {one}]].\n\nAn own note.[^1] Code `[[{two}]]`\n\n[^1]: My words.\n"
        );
        let address = app.created("statements", statement(&text_of, &[&one, &two])).await.location();
        let staff = app.verifier();
        let file = form(&staff, &format!("{address}.md")).await;
        let digits = one.replace('-', "");
        assert!(file.contains("Held[^2] and charged.[^3] Held again[^2]."), "{file}");
        assert!(file.contains("\n[^1]: My words.\n"), "{file}");
        assert!(file.contains(&format!("cites:\n- OBS {one} v1\n- OBS {two} v1\n")), "{file}");
        assert!(file.contains(&format!("/r/{digits}/v1 (accessed ")), "{file}");
        assert!(file.contains("One \\*bold\\* \\[act\\]"), "{file}");
        assert!(file.contains("## Annex: records cited"), "{file}");
        assert_eq!(file.matches("\n[^").count(), 3, "{file}");

        let (_folder, paths) = folder(&[("back.md".into(), file.clone().into_bytes())]);
        let before = app.dump().await;
        assert_eq!(changed(&import(&app, &paths, |_| ()).await), 0);
        assert!(app.dump().await == before, "the same file changes nothing");

        // Somebody edits the file: a sentence more, a record more, a tag more.
        let four = number_of(&app.published("incidents", incident().titled("Four")).await);
        let three = number_of(&app.published("incidents", incident().titled("Three")).await);
        let edited = file
            .replace("Held again", "Another.[^9] Held again")
            .replace("\n\nAn own note", &format!(" Typed.[[{four}]]\n\nAn own note"))
            .replace("- Solidarity", "- Solidarity\n- Eurasia");
        let edited = format!("{edited}[^9]: Observer Record, OBS {three}, version 1, https://obs.example/r/{}/v1.\n", three.replace('-', ""));
        let (_folder, paths) = folder(&[("back.md".into(), edited.into_bytes())]);
        let again = import(&app, &paths, |_| ()).await;
        assert_eq!(again.of(Kind::Statement).updated, 1, "{again}");
        let told = staff.read(&address).await;
        // A line that is another one has its marks as the register writes them.
        let expected = text_of.replace("Held again", &format!("Another.[[{three}]] Held again"))
            .replace("[[OBS ", "[[").replace("\n\nAn own note", &format!(" Typed.[[{four}]]\n\nAn own note"));
        assert_eq!(told["body"], json!(expected));
        assert_eq!(told["incidents"][2], json!({"number": three, "version": 1}));
        assert_eq!(told["incidents"][3]["number"], four.as_str());
        assert_eq!(told["tags"], json!(["Solidarity", "Eurasia"]));
        assert_eq!(told["sources"][0]["title"], "Import of a file", "what a file does not say stays");

        // For sites without footnotes, a list; it does not come back, and takes nothing away.
        let inline = form(&staff, &format!("{address}.md?footnotes=inline&annex=none")).await;
        assert!(inline.contains("Held\\[2\\] and"), "{inline}");
        assert!(inline.contains("\n2. Observer Record"), "{inline}");
        let (_folder, paths) = folder(&[("inline.md".into(), inline.into_bytes())]);
        let again = import(&app, &paths, |_| ()).await;
        assert_eq!(changed(&again), 0, "{again}");
        assert!(again.to_string().contains("not read back"), "{again}");
    }

    /// In a register that has none of what is cited, the text stays what it was, and it is said what was not found.
    async fn what_is_cited_elsewhere_stays_as_it_is_written(app: TestApp) {
        let one = number_of(&app.published("incidents", incident()).await);
        let address = app.created("statements", statement(&format!("Held.[[{one}]]"), &[&one])).await.location();
        let file = form(&app.verifier(), &format!("{address}.md")).await;
        let other = app.twin().await;
        let (_folder, paths) = folder(&[("moved.md".into(), file.clone().into_bytes())]);
        let moved = import(&other, &paths, |_| ()).await;
        assert_eq!(moved.of(Kind::Statement).created, 1, "{moved}");
        let said = moved.to_string();
        assert!(said.contains(&format!("moved.md: {one}, which it cites, is not in this register")), "{said}");
        assert!(said.contains("is not in this register; the file was taken for a new one"), "{said}");
        let told = other.verifier().read("/api/v1/statements").await["items"][0].clone();
        assert!(told["body"].as_str().unwrap().starts_with("Held.[^1]\n\n[^1]: Observer Record, OBS "), "{told}");
        assert_eq!(told["incidents"], json!([]));
        let before = other.dump().await;
        assert_eq!(changed(&import(&other, &paths, |_| ()).await), 0);
        assert!(other.dump().await == before);
    }

    /// The number in a file is no key to what is not the importer's.
    async fn a_file_changes_only_what_is_its_importers(app: TestApp) {
        let owner = app.of_network("elsewhere", Role::Contributor).await;
        let address = owner.post("/api/v1/statements", &statement("Theirs.", &[])).await.location();
        let number = number_of(&address);
        let file = |number: &str, title: &str, date: &str| {
            let file = format!("---\ntitle: {title}\ndate: {date}\nstatement: STM {number}\n---\nOurs.\n");
            folder(&[("x.md".into(), file.into_bytes())])
        };
        app.published_by("elsewhere", &app.of_network("elsewhere", Role::Verifier).await, &address).await;
        let (_folder, paths) = file(&number, "Example Observers stand together", "2024-04-30");
        let refused = import(&app, &paths, |_| ()).await;
        assert!(!refused.committed);
        assert!(refused.to_string().contains("belongs to another network"), "{refused}");
        assert_eq!(owner.read(&address).await["body"], "Theirs.");

        let mine = app.created("statements", statement("Mine.", &[])).await.location();
        let (_folder, paths) = file(&number_of(&mine), "Something else", "2019-01-01");
        let refused = import(&app, &paths, |_| ()).await;
        assert!(!refused.committed);
        assert!(refused.to_string().contains("is another one in this register"), "{refused}");
        let (_folder, paths) = file("4827-1931", "x", "2024-04-30");
        let refused = import(&app, &paths, |_| ()).await;
        assert!(refused.to_string().contains("statement: STM 4827-1931"), "{refused}");
        // Before anybody published it, nobody else learns that it is there.
        let hidden = owner.post("/api/v1/statements", &statement("Hidden.", &[])).await.location();
        let (_folder, paths) = file(&number_of(&hidden), "Of our own", "2024-04-30");
        let taken = import(&app, &paths, |_| ()).await;
        assert_eq!(taken.of(Kind::Statement).created, 1, "{taken}");
    }

    /// An endorser list that grows makes versions that tell by whom.
    async fn endorsers_who_come_later_make_versions(app: TestApp) {
        let text_of = |endorsers: &str| format!(
            "---\ntitle: Solidarity with Example Observers\ndate: 2024-04-30T00:00:00.000Z\ntags: []\n---\nThe Global Light Network (GLN) stands with them.\n\nEndorsed by:\n\n{endorsers}"
        );
        let first = "Alpha Election Network (AEN)\n";
        let then = format!("{first}\nBeta Observers Union (BOU)\n");
        let last = format!("{then}\nGamma Watch (GAW)\n\nDelta Watch (DEW)\n");
        for (nth, endorsers) in [first, &then, &then, &last].into_iter().enumerate() {
            let (_folder, paths) = folder(&[("day.md".into(), text_of(endorsers).into_bytes())]);
            let summary = import(&app, &paths, |options| options.state = Some(State::Published)).await;
            assert!(summary.committed, "{summary}");
            assert_eq!(summary.of(Kind::Statement).unchanged, usize::from(nth == 2), "{summary}");
        }
        let number = app.public().numbers("/api/v1/statements").await.remove(0);
        let at = format!("/api/v1/statements/{number}");
        let versions = app.public().read(&format!("{at}/versions")).await;
        let told: Vec<&Value> = versions["items"].as_array().unwrap().iter().map(|of| &of["reason"]).collect();
        assert_eq!(told, [&Value::Null, &json!("endorsed by 1 more: BOU"), &json!("endorsed by 2 more: GAW, DEW")]);
        for (version, many) in [(1, 1), (2, 2), (3, 4)] {
            let told = app.public().read(&format!("{at}/versions/{version}")).await;
            assert_eq!(told["endorsers"].as_array().unwrap().len(), many);
        }
        // The file of a version comes back, too; that of the latest changes nothing.
        let file = form(&app.public(), &format!("{at}/versions/3.md")).await;
        let (_folder, paths) = folder(&[("v3.md".into(), file.into_bytes())]);
        let before = app.dump().await;
        assert_eq!(changed(&import(&app, &paths, |options| options.state = Some(State::Published)).await), 0);
        assert!(app.dump().await == before);
        // One that was added here stands before the text, and comes back as the same organization.
        let beside = json!({"endorsers": [{"name": "Epsilon (Union)", "acronym": "EPS"}]});
        let told = app.contributor().read(&at).await["endorsers"].clone();
        let mut all = told.as_array().unwrap().clone();
        all.push(beside["endorsers"][0].clone());
        app.contributor().amend(&at, &json!({"endorsers": all})).await.is(200);
        let file = form(&app.contributor(), &format!("{at}.md?view=working")).await;
        assert!(file.contains("endorsers:\n- Epsilon (Union) (EPS)\n"), "{file}");
        let (_folder, paths) = folder(&[("working.md".into(), file.into_bytes())]);
        let before = app.dump().await;
        assert_eq!(changed(&import(&app, &paths, |_| ()).await), 0);
        assert!(app.dump().await == before);
    }

    /// What the register has no word for is kept for its network, and nobody else learns of it.
    async fn what_is_kept_is_for_the_network(app: TestApp) {
        let file = "---\ntitle: A text\ndate: 2024-04-30\nimage: https://cdn.example/zora-canary.png\nlayout: post\nby:\n  author: Zora Canary\n  weight: 3\n---\nText of {P1}.\n";
        let with = statement("Text of {P1}.", &[]);
        let mut with = with;
        with["people"] = json!([{"ref": "P1", "name": "Zora Canary", "position": "an observer"}]);
        with["front_matter"] = json!({"image": "https://cdn.example/zora-canary.png", "layout": "post", "by": {"author": "{P1}", "weight": 3}});
        let refused = {
            let mut named = with.clone();
            named["front_matter"]["by"]["author"] = "Zora Canary".into();
            app.contributor().post("/api/v1/statements", &named).await
        };
        refused.is(422);
        assert!(refused.text().contains("/front_matter/by/author"), "{}", refused.text());
        let address = app.published("statements", with.clone()).await;
        let staff = app.contributor();
        assert_eq!(staff.read(&address).await["front_matter"]["layout"], "post");
        let told = form(&staff, &format!("{address}.md")).await;
        assert!(told.contains("layout: post") && told.contains("author: an observer"), "{told}");
        assert!(!told.to_lowercase().contains("canary"), "{told}");
        for address in [address.clone(), format!("{address}.md"), format!("{address}.docx"), format!("{address}/versions/1"), format!("{address}/versions/1.md")] {
            let public = app.public().get(&address).await;
            public.is(200);
            let public = String::from_utf8_lossy(&public.body).into_owned();
            assert!(!public.contains("layout") && !public.contains("cdn.example"), "{address}: {public}");
        }
        let (_folder, paths) = folder(&[("staff.md".into(), told.into_bytes())]);
        let before = app.dump().await;
        assert_eq!(changed(&import(&app, &paths, |_| ()).await), 0, "role and address come back as the person");
        assert!(app.dump().await == before);
        let public = form(&app.public(), &format!("{address}.md")).await;
        let (_folder, paths) = folder(&[("public.md".into(), public.into_bytes())]);
        assert_eq!(changed(&import(&app, &paths, |_| ()).await), 0, "what the public does not see is not taken away");
        // A file of somebody else's that names a token of nobody.
        let (_folder, paths) = folder(&[("token.md".into(), file.as_bytes().to_vec())]);
        let taken = import(&app, &paths, |_| ()).await;
        assert_eq!(taken.of(Kind::Statement).created, 1, "{taken}");
    }

    /// What somebody may not see is in no form: not the record, not its number, not that there is one.
    async fn no_form_tells_of_what_is_hidden(app: TestApp) {
        let seen = number_of(&app.published("incidents", incident().titled("Seen")).await);
        let hidden = number_of(&app.created("incidents", incident().titled("Hidden canary")).await.location());
        let body = format!("Held.[[{seen}]] Hidden.[[{hidden}]]");
        let address = app.created("statements", statement(&body, &[&seen])).await.location();
        let mut all = app.contributor().read(&address).await["incidents"].as_array().unwrap().clone();
        all.retain(|cited| cited["number"] != hidden.as_str());
        all.push(json!({"number": hidden}));
        app.contributor().amend(&address, &json!({"incidents": all})).await.is(200);
        let staff = form(&app.contributor(), &format!("{address}.md")).await;
        assert!(staff.contains(&format!("- OBS {hidden}\n")) && staff.contains("not published yet"), "{staff}");
        let (_folder, paths) = folder(&[("s.md".into(), staff.into_bytes())]);
        assert_eq!(changed(&import(&app, &paths, |_| ()).await), 0);
        let outside = app.of_network("elsewhere", Role::Verifier).await;
        let digits = hidden.replace('-', "");
        app.contributor().post_nothing(&format!("{address}/submit")).await.is(200);
        app.approve(&address).await;
        let published = app.verifier().post_nothing(&format!("{address}/publish")).await;
        if published.status != 200 {
            // What cites something unpublished is not published itself.
            return;
        }
        for client in [app.public(), outside] {
            for ending in ["", ".md", ".html", ".txt", ".md?footnotes=inline"] {
                let told = form(&client, &format!("{address}{ending}")).await;
                assert!(told.contains("Hidden."), "{ending}: {told}");
                for canary in [hidden.as_str(), digits.as_str(), &hidden.replace('-', "\u{2011}"), "canary"] {
                    assert!(!told.contains(canary), "{ending}: {told}");
                }
            }
        }
    }

    /// A withdrawn record says so, and a name that is taken down is gone.
    async fn forms_follow_what_becomes_of_a_record(app: TestApp) {
        let shown = incident().titled("Detention of {P1}").about(json!([
            {"ref": "P1", "name": "Zora Canary", "display": "name", "display_reason": "public_already", "position": "an observer"}
        ]));
        let one = app.published("incidents", shown).await;
        let two = app.published("incidents", incident().titled("Withdrawn canary")).await;
        let (first, second) = (number_of(&one), number_of(&two));
        let body = format!("Held.[[{first}]] Other.[[{second}]]");
        let address = app.published("statements", statement(&body, &[&first, &second])).await;
        let told = form(&app.public(), &format!("{address}.txt")).await;
        assert!(told.contains("Zora Canary") && told.contains("Withdrawn canary"), "{told}");
        let withdrawn = app.verifier().post(&format!("{two}/withdraw"), &json!({"reason": "wrong", "reason_class": "mistaken"})).await;
        withdrawn.is(200);
        let taken = app.verifier().post(&format!("{one}/take-down"), &json!({"person": "P1", "reason": "asked"})).await;
        taken.is(200);
        for ending in [".md", ".html", ".txt", ".md?footnotes=inline"] {
            let told = form(&app.public(), &format!("{address}{ending}")).await;
            assert!(!told.to_lowercase().contains("canary"), "{ending}: {told}");
            assert!(told.contains("withdrawn on"), "{ending}: {told}");
        }
    }

    /// The same again is the same bytes; the forms say what they are.
    async fn forms_are_the_same_bytes_each_time(app: TestApp) {
        let one = number_of(&app.published("incidents", incident()).await);
        let text_of = format!("## Heading\n\n* a **b**[[{one}]]\n* [c](https://example.org)\n\n> q\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n1. x\n2. y[[{one}]]\n");
        let address = app.published("statements", statement(&text_of, &[&one])).await;
        let number = number_of(&address);
        for (ending, media_type) in [
            ("md", "text/markdown"), ("html", "text/html"), ("txt", "text/plain"),
            ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ] {
            let by_ending = app.public().get(&format!("{address}.{ending}")).await;
            by_ending.is(200);
            assert!(by_ending.headers["content-type"].to_str().unwrap().starts_with(media_type));
            for other in [
                app.public().get(&format!("{address}?format={ending}")).await,
                app.public().send(axum::http::Method::GET, &address, &[("accept", media_type)], "").await,
                app.public().get(&format!("{address}.{ending}")).await,
                app.verifier().get(&format!("{address}.{ending}")).await,
            ] {
                assert_eq!(other.body, by_ending.body, "{ending}");
            }
            let version = app.public().get(&format!("{address}/versions/1.{ending}")).await;
            version.is(200);
            assert_eq!(version.body, by_ending.body, "{ending} of the version");
            let tag = by_ending.etag();
            let known = app.public().send(axum::http::Method::GET, &format!("{address}.{ending}"), &[("if-none-match", &tag)], "").await;
            known.is(304);
        }
        assert_eq!(app.public().get(&format!("{address}.json")).await.json()["number"], number.as_str());
        app.public().get(&format!("{address}.exe")).await.is(404);
        app.public().get(&format!("{address}.md?anex=full")).await.is(400);
        app.public().get(&format!("{address}.txt?footnotes=inline")).await.is(400);
        app.public().get(&format!("{address}?format=pdf")).await.is(400);
        let led = app.public().get(&format!("/r/{number}/v1.md")).await;
        led.is(307);
        assert_eq!(led.headers["location"], format!("{address}/versions/1.md"));
        app.public().get(&format!("/r/{one}.md")).await.is(404);
        for annex in ["full", "short", "none"] {
            let told = form(&app.public(), &format!("{address}.html?annex={annex}")).await;
            assert_eq!(told.contains("<h2>Annex: records cited</h2>"), annex != "none");
            assert_eq!(told.contains("<th scope=\"col\">Grade</th>"), annex == "full");
        }
    }

    /// Two hundred citations take no longer than somebody waits.
    async fn two_hundred_citations_are_written_at_once(app: TestApp) {
        let mut numbers = Vec::new();
        let rows: Vec<String> = (0..200).map(|nth| {
            format!("2024-04-{:02},AZE,Detention {nth},detention,{nth}", nth % 28 + 1)
        }).collect();
        let table = format!("occurred,country,title,types,external_id\n{}\n", rows.join("\n"));
        let (_folder, paths) = folder(&[("rows.csv".into(), table.into_bytes())]);
        import(&app, &paths, |options| options.state = Some(State::Published)).await;
        numbers.extend(app.public().numbers("/api/v1/incidents?limit=200").await);
        assert_eq!(numbers.len(), 200);
        let text_of: String = numbers.iter().map(|number| format!("Something happened.[[{number}]] ")).collect();
        let cited: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let address = app.created("statements", statement(&text_of, &cited)).await.location();
        for ending in ["md", "html", "txt", "docx"] {
            let started = std::time::Instant::now();
            let answer = app.contributor().get(&format!("{address}.{ending}")).await;
            answer.is(200);
            let took = started.elapsed();
            eprintln!("{ending}: {took:?}, {} bytes", answer.body.len());
            assert!(took.as_secs() < 3, "{ending}: {took:?}");
        }
    }
}
