//! Versions that prove themselves: what is published stands in the log, what is taken down goes without breaking a proof,
//! and whoever touches the audit trail is seen.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use amparo_proof::json::Json;
use amparo_proof::leaf::{Change, Leaf};
use amparo_proof::merkle::leaf_hash;
use amparo_proof::note::{Purpose, SignerKey};
use amparo_proof::{Policy, Proven, copy, cosigning, tiles, verify};
use amparo_store::{Earlier, Log, TrailFault};
use amparo_tests::proofs::{Dice, scaled, tell};
use amparo_tests::{Backend, TestApp, incident, on_both};
use serde_json::json;

const ORIGIN: &str = "register.example.org/log";
const AUDIT: &str = "register.example.org/audit";

fn key() -> SignerKey {
    SignerKey::from_seed(ORIGIN, Purpose::Log, [7; 32]).unwrap()
}

fn policy() -> Policy {
    Policy::new(key().verifier(), Vec::new(), 0).unwrap()
}

/// What waits goes into the log, and its checkpoint is signed.
async fn sign(app: &TestApp) {
    app.store.grow_public_log(ORIGIN).await.unwrap();
    let head = app.store.log_head(Log::Public).await.unwrap().unwrap();
    let note = cosigning::sign(&key(), None, &head.checkpoint, &[]).unwrap();
    app.store.keep_checkpoint(Log::Public, head.checkpoint.size, note.to_string()).await.unwrap();
}

fn number(at: &str) -> &str {
    at.rsplit('/').next().unwrap()
}

async fn bundle(app: &TestApp, at: &str, version: u32) -> String {
    let path = format!("/r/{}/v{version}.amparo.json", number(at));
    let got = app.public().get(&path).await;
    got.is(200);
    got.text()
}

async fn proven(app: &TestApp, at: &str, version: u32) -> Proven {
    verify(bundle(app, at, version).await.as_bytes(), &policy()).unwrap()
}

fn fields_of(fields: &[(String, Json)]) -> Vec<(String, String)> {
    let mut fields: Vec<_> =
        fields.iter().map(|(name, value)| (name.clone(), value.to_string())).collect();
    fields.sort();
    fields
}

fn fields(proven: &Proven) -> BTreeMap<&str, String> {
    proven.fields.iter().map(|(name, value)| (name.as_str(), value.to_string())).collect()
}

async fn correct(app: &TestApp, at: &str, change: serde_json::Value) {
    app.contributor().amend(at, &change).await.is(200);
    app.approve(at).await;
    let reason = json!({"reason": "A second source."});
    app.verifier().post(&format!("{at}/publish"), &reason).await.is(200);
}

/// The leaves of the log, as a mirror reads them from what is served.
async fn mirrored(app: &TestApp) -> Vec<Leaf> {
    let note = app.public().get("/log/checkpoint").await;
    note.is(200);
    assert_eq!(note.header("content-type"), "text/plain; charset=utf-8");
    let note = amparo_proof::note::Note::read(&note.text()).unwrap();
    let (checkpoint, _) = policy().check(&note).unwrap();
    let mut served = BTreeMap::new();
    for resource in copy::resources(checkpoint.size) {
        let got = app.store.log_resource(resource).await.unwrap().unwrap();
        served.insert(resource.to_string(), got);
    }
    let read = |resource: tiles::Resource| served.get(&resource.to_string()).cloned();
    let entries = copy::entries(&checkpoint, read).unwrap();
    let hashes: Vec<_> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    copy::check_tiles(&hashes, read).unwrap();
    entries.iter().map(|entry| Leaf::read(entry).unwrap()).collect()
}

on_both! {
    /// Version 1, after corrections and a take-down, says what it said but for the name, and proves it.
    async fn a_version_proves_itself_whatever_happens_to_the_record(app: TestApp) {
        let shown = json!([{"ref": "P1", "name": "Ana Ruiz", "display": "name", "position": "observer",
            "display_reason": "She agreed."}]);
        let at = app.published("incidents", incident().titled("{P1} fined").about(shown)
            .at(49.86709, 40.40926)).await;
        let draft = app.created("incidents", incident().titled("A draft, of which the log knows nothing")).await.location();
        let waits = app.public().get(&format!("/r/{}/v1.amparo.json", number(&at))).await;
        waits.problem(503, "not-proven-yet");
        assert_eq!(waits.header("retry-after"), "3600");
        // What nobody may see is told like what is not there.
        for absent in [format!("/r/{}/v1.amparo.json", number(&draft)), "/r/48271930/v1.amparo.json".to_owned(),
            format!("/r/{}/v2.amparo.json", number(&at))] {
            app.public().get(&absent).await.problem(404, "not-found");
        }
        app.public().get("/log/checkpoint").await.problem(404, "not-found");
        sign(&app).await;

        let first = proven(&app, &at, 1).await;
        assert_eq!((first.leaf.id.as_str(), first.leaf.version), (number(&at), 1));
        assert_eq!((first.leaf.change, first.leaf.previous), (Change::Publish, None));
        let said = fields(&first);
        assert_eq!(said["title"], r#"{"lang":null,"text":"{P1} fined"}"#);
        assert_eq!(said["name_1_public"], r#"{"name":"Ana Ruiz","ref":"P1"}"#);
        assert!(said["location_public"].contains(r#""lat":"40.40926","lon":"49.86709""#));
        assert!(!said.contains_key("narrative_full"), "{said:?}");
        assert!(first.withheld > 0);

        for i in 0..5 {
            correct(&app, &at, json!({"title": format!("{{P1}} fined, {i}")})).await;
        }
        sign(&app).await;
        let down = json!({"person": "P1", "reason": "The family asked."});
        app.verifier().post(&format!("{at}/take-down"), &down).await.is(200);
        // At once, and not only with the next checkpoint.
        let text = bundle(&app, &at, 1).await;
        assert!(!text.contains("Ana Ruiz"));
        sign(&app).await;

        let after = proven(&app, &at, 1).await;
        assert_eq!(after.leaf, first.leaf, "the same entry, for ever");
        assert_eq!(after.code, first.code);
        // Not even whose name it was: that others were never named is withheld, too.
        assert_eq!(after.withheld, first.withheld + 7);
        let mut without = said.clone();
        without.retain(|field, _| !field.starts_with("name"));
        let without: Vec<(String, String)> =
            without.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        assert_eq!(fields_of(&after.fields), without);
        let sixth = proven(&app, &at, 6).await;
        assert_eq!(sixth.leaf.change, Change::Correct);
        assert_eq!(fields(&sixth)["reason_public"], r#""A second source.""#);
        assert_eq!(sixth.superseded_by([&first]), None);
        assert_eq!(first.superseded_by([&sixth]).map(|other| other.leaf.version), Some(6));

        // The log, as a mirror has it: each entry leads to the one before, and tells of nobody.
        let leaves = mirrored(&app).await;
        let changes: Vec<Change> = leaves.iter().map(|leaf| leaf.change).collect();
        assert_eq!(changes[..6], [&[Change::Publish][..], &[Change::Correct; 5]].concat());
        assert_eq!(changes[6..], [Change::Erase; 6]);
        for pair in leaves.windows(2) {
            assert_eq!(pair[1].previous, Some(pair[0].hash()));
        }
        // Merged into another, it still says and proves what it said.
        let into = app.published("incidents", incident().titled("The same, told elsewhere")).await;
        let into = json!({"into": number(&into), "reason": "It is the same."});
        app.verifier().post(&format!("{at}/merge"), &into).await.is(200);
        let merged = proven(&app, &at, 1).await;
        assert_eq!((merged.leaf, fields_of(&merged.fields)), (first.leaf.clone(), without));
        let resolved = app.public().get(&format!("/r/{}/v1", number(&at))).await;
        resolved.is(307);
        let shown = app.public().read(&resolved.header("location")).await;
        assert_eq!((&shown["title"], &shown["version"]), (&json!("observer fined"), &json!(1)), "{shown}");
        let page = app.public().get(&format!("/r/{}/v1.html", number(&at).replace('-', ""))).await;
        page.is(200);
        assert!(page.text().contains("observer fined") && !page.text().contains("Ana Ruiz"));
        let path = format!("/r/{}/v1.amparo.json?full=true", number(&at));
        let full = app.verifier().get(&path).await;
        full.is(200);
        let full = verify(full.text().as_bytes(), &policy()).unwrap();
        assert_eq!((&full.leaf, full.withheld), (&first.leaf, 1), "of the whole only the name is missing");
        let holding = app.tables_holding("Ana Ruiz").await;
        assert_eq!(holding, ["person_name"], "no commitment, salt or entry holds a name");
        // What would open it is gone for good: nobody can say any more what stood there.
        assert_eq!(app.count("salt", "1 = 1").await, 7);
    }

    /// Of two whose names a version showed, one is taken down: that the other stood there is still proven.
    async fn one_name_goes_and_the_others_stay_proven(app: TestApp) {
        let link = |nth: usize| json!({"ref": format!("P{nth}"), "name": format!("Anaqx Nth{nth}bert"), "display": "name",
            "display_reason": "They agreed."});
        let links: Vec<_> = (1..=8).map(link).collect();
        let at = app.published("incidents", incident().titled("{P1} and {P2} held").about(json!(links))).await;
        sign(&app).await;
        let first = proven(&app, &at, 1).await;
        let named = fields(&first);
        assert_eq!(named["name_2_public"], r#"{"name":"Anaqx Nth2bert","ref":"P2"}"#);
        assert_eq!(named["names_public"].matches("Anaqx").count(), 2, "the seventh and the eighth share a field");
        for (person, withheld) in [("P1", vec!["name_1_public"]), ("P8", vec!["name_1_public", "names_public"])] {
            let down = json!({"person": person, "reason": "The family asked."});
            app.verifier().post(&format!("{at}/take-down"), &down).await.is(200);
            let after = proven(&app, &at, 1).await;
            assert_eq!((after.leaf.hash(), after.withheld), (first.leaf.hash(), first.withheld + withheld.len()));
            let mut left = named.clone();
            left.retain(|field, _| !withheld.contains(field));
            assert_eq!(fields(&after), left);
        }
        assert_eq!(app.count("commitment", "change = 3").await, 1, "an entry says once that something was erased");
        let empty = app.published("incidents", incident()).await;
        sign(&app).await;
        let empty = proven(&app, &empty, 1).await;
        assert_eq!(empty.leaf.digests.len(), first.leaf.digests.len(), "the number of fields tells nothing");
        assert_eq!(fields(&empty)["name_1_public"], "null");
    }

    /// What was published before there were commitments is committed to as of the day on which that is done.
    async fn earlier_versions_are_committed_to_afterwards(app: TestApp) {
        let shown = json!([{"ref": "P1", "name": "Ana Ruiz", "display": "name", "display_reason": "She agreed."}]);
        let at = app.published("incidents", incident().titled("{P1} fined").about(shown)
            .with("confidential", json!({"narrative": "narrative-qxv"}))).await;
        correct(&app, &at, json!({"title": "{P1} was fined"})).await;
        let gone = app.published("incidents", incident().titled("Withdrawn since")).await;
        let reason = json!({"reason": "It was somewhere else.", "reason_class": "mistaken"});
        app.verifier().post(&format!("{gone}/withdraw"), &reason).await.is(200);
        app.execute("DELETE FROM commitment").await.unwrap();
        app.execute("DELETE FROM salt").await.unwrap();
        correct(&app, &at, json!({"title": "{P1} was fined twice"})).await;
        let path = format!("/r/{}/v1.amparo.json", number(&at));
        app.public().get(&path).await.problem(404, "no-proof");
        sign(&app).await;

        let mut behind = Some(Earlier::default());
        let mut committed = 0;
        while let Some(from) = behind {
            let some = app.store.commit_to_earlier(from).await.unwrap();
            committed += some.map_or(0, |(some, _)| some);
            behind = some.map(|(_, reached)| reached);
        }
        assert_eq!(committed, 2, "what was withdrawn is left alone");
        let waits = app.public().get(&path).await;
        waits.problem(503, "not-proven-yet");
        assert_eq!(waits.header("retry-after"), "5");
        sign(&app).await;
        let versions = [proven(&app, &at, 1).await, proven(&app, &at, 2).await, proven(&app, &at, 3).await];
        let leaves = versions.iter().map(|proven| (proven.index, proven.leaf.change)).collect::<Vec<_>>();
        assert_eq!(leaves, [(1, Change::Publish), (2, Change::Correct), (0, Change::Correct)]);
        assert_eq!(versions[0].leaf.previous, Some(versions[2].leaf.hash()));
        assert_eq!(versions[1].leaf.previous, Some(versions[0].leaf.hash()));
        assert_eq!(fields(&versions[0])["name_1_public"], r#"{"name":"Ana Ruiz","ref":"P1"}"#);
        assert_eq!(fields(&versions[1])["title"], r#"{"lang":null,"text":"{P1} was fined"}"#);
        let full = app.verifier().get(&format!("{path}?full=true")).await;
        assert!(full.text().len() > bundle(&app, &at, 1).await.len());
        let full = verify(full.text().as_bytes(), &policy()).unwrap();
        assert!(full.withheld == 0 && fields(&full)["narrative_full"].contains("narrative-qxv"));
        // A later entry of an earlier version is nothing newer.
        assert!(versions[2].superseded_by([&versions[0], &versions[1]]).is_none());
        assert_eq!(app.store.commit_to_earlier(Earlier::default()).await.unwrap(), None);
    }

    /// What told somebody by role is left alone: an entry would say that it is about the same person.
    async fn a_name_goes_where_it_was_shown_and_nowhere_else(app: TestApp) {
        let link = |display: &str| json!([{"ref": "P1", "name": "Ana Ruiz", "display": display, "display_reason": "So it is."}]);
        let named = app.published("incidents", incident().titled("{P1} fined").about(link("name"))).await;
        let person = app.verifier().read(&named).await["people"][0]["person"].as_str().unwrap().to_owned();
        let known = |display: &str| json!([{"ref": "P1", "person": person, "display": display, "display_reason": "So it is."}]);
        let by_role = app.published("incidents", incident().titled("{P1} held").about(known("role"))).await;
        let statement = json!({"title": "For {P1}", "date": "2024-04-30", "kind": "statement", "body": "We stand with {P1}.",
            "people": known("name"), "sources": [{"title": "Our page", "url": "https://example.org/s"}]});
        let statement = app.published("statements", statement).await;
        correct(&app, &named, json!({"people": known("role"), "title": "{P1} was fined"})).await;
        app.verifier().post(&format!("/api/v1/people/{person}/take-down"), &json!({"reason": "She asked."})).await.is(204);
        sign(&app).await;
        let leaves = mirrored(&app).await;
        let erased = leaves.iter().filter(|leaf| leaf.change == Change::Erase);
        let mut erased: Vec<_> = erased.map(|leaf| (leaf.id.clone(), leaf.version)).collect();
        erased.sort();
        let mut expected = vec![(number(&named).to_owned(), 1), (number(&statement).to_owned(), 1)];
        expected.sort();
        assert_eq!(erased, expected);
        for (at, version) in [(&named, 1), (&named, 2), (&by_role, 1), (&statement, 1)] {
            assert!(!bundle(&app, at, version).await.contains("Ana"));
            let said = proven(&app, at, version).await.fields;
            assert!(said.len() > 5);
        }
    }

    /// Who needs to know gets all of it, and both prove the same entry.
    async fn the_full_and_the_public_bundle_prove_one_entry(app: TestApp) {
        let at = app.published("incidents", incident().titled("{P1} detained").of_type("detention")
            .about(json!([{"ref": "P1", "name": "Zorabeth Quillfeather"}]))
            .with("confidential", json!({"narrative": "narrative-qxv", "place": "hideout-qxv",
                "contact": "phone-qxv", "note": "note-qxv"}))).await;
        sign(&app).await;
        let public = bundle(&app, &at, 1).await;
        let path = format!("/r/{}/v1.amparo.json?full=true", number(&at));
        let full = app.verifier().get(&path).await;
        full.is(200);
        assert_eq!(full.header("cache-control"), "private, no-store");
        for client in [app.public(), app.analyst()] {
            client.get(&path).await.problem(404, "not-found");
        }
        let (public, full) = (verify(public.as_bytes(), &policy()).unwrap(), verify(full.text().as_bytes(), &policy()).unwrap());
        assert_eq!((&public.leaf, &public.checkpoint), (&full.leaf, &full.checkpoint));
        assert_eq!(full.withheld, 0);
        assert!(public.withheld >= 4 && public.fields.len() + public.withheld == full.fields.len());
        for field in &public.fields {
            assert!(full.fields.contains(field), "{field:?}");
        }
        let secrets = |proven: &Proven| {
            let said = format!("{:?}", proven.fields);
            (said.contains("narrative-qxv"), said.contains("hideout-qxv"), said.contains("phone-qxv"))
        };
        assert_eq!(secrets(&public), (false, false, false));
        assert_eq!(secrets(&full), (true, true, false), "how to reach somebody is in no proof");
    }

    async fn withdrawals_and_statements_are_in_the_log(app: TestApp) {
        let statement = json!({"title": "Solidarity", "date": "2024-04-30", "kind": "statement", "body": "We stand with them.",
            "sources": [{"title": "Our page", "url": "https://example.org/s"}]});
        let statement = app.published("statements", statement).await;
        let at = app.published("incidents", incident()).await;
        let reason = json!({"reason": "It was somewhere else.", "reason_class": "mistaken"});
        app.verifier().post(&format!("{at}/withdraw"), &reason).await.is(200);
        sign(&app).await;
        let proven = proven(&app, &statement, 1).await;
        assert_eq!(fields(&proven)["body_public"], r#""We stand with them.""#);
        app.public().get(&format!("/r/{}/v1.amparo.json", number(&at))).await.problem(410, "withdrawn");
        let leaves = mirrored(&app).await;
        let of_incident: Vec<_> = leaves.iter().filter(|leaf| leaf.id == number(&at)).collect();
        assert_eq!(of_incident.len(), 2);
        assert_eq!((of_incident[1].change, of_incident[1].version), (Change::Retract, 1));
        assert_eq!(of_incident[1].previous, Some(of_incident[0].hash()));
    }

    async fn the_log_serves_what_is_signed_and_nothing_else(app: TestApp) {
        app.load_register().await;
        sign(&app).await;
        let size = mirrored(&app).await.len();
        assert!(size > 110, "{size}");
        let tile = app.public().get(&format!("/log/tile/0/000.p/{size}")).await;
        tile.is(200);
        assert_eq!(tile.header("content-type"), "application/octet-stream");
        assert!(tile.header("cache-control").contains("immutable"));
        app.published("incidents", incident()).await;
        app.store.grow_public_log(ORIGIN).await.unwrap();
        for path in [
            format!("/log/tile/0/000.p/{}", size + 1), "/log/tile/0/000".to_owned(), "/log/tile/1/000".to_owned(),
            "/log/tile/entries/001".to_owned(), "/log/tile/0/0".to_owned(), "/log/tile/x".to_owned(),
            "/log/tile/0/000.p/0".to_owned(), "/log/".to_owned(),
        ] {
            app.public().get(&path).await.problem(404, "not-found");
        }
        assert!(app.store.grow_public_log("another.example/log").await.is_ok(), "nothing waits");
        app.published("incidents", incident().titled("Another")).await;
        assert!(app.store.grow_public_log("another.example/log").await.is_err(), "a log has one name");
    }

    /// Whatever a hand does to rows of the trail behind the program's back, or to its log, is seen.
    async fn whoever_touches_the_audit_trail_is_seen(app: TestApp) {
        app.load_register().await;
        for _ in 0..10 {
            app.published("incidents", incident()).await;
        }
        app.store.grow_audit_log(AUDIT).await.unwrap();
        let head = app.store.log_head(Log::Audit).await.unwrap().unwrap();
        let kept = [head.checkpoint];
        let clean = app.store.check_trail(&kept).await.unwrap();
        assert_eq!((clean.rows, clean.faults.len()), (kept[0].size, 0), "{clean:?}");
        app.published("incidents", incident()).await;
        let waiting = app.store.check_trail(&kept).await.unwrap();
        assert!(waiting.waiting > 0 && waiting.faults.is_empty(), "{waiting:?}");
        app.store.grow_audit_log(AUDIT).await.unwrap();

        let unguarded: &[&str] = match app.backend {
            Backend::Sqlite => &["DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"],
            Backend::Postgres => &["ALTER TABLE audit_entry DISABLE TRIGGER ALL"],
        };
        for statement in unguarded {
            app.execute(statement).await.unwrap();
        }
        app.execute("CREATE TABLE kept_rows AS SELECT * FROM audit_entry").await.unwrap();
        app.execute("CREATE TABLE kept_log AS SELECT * FROM log_entry").await.unwrap();
        let ids = app.column("SELECT CAST(id AS text) FROM audit_entry ORDER BY id").await;
        let mut dice = Dice(11);
        let rounds = scaled(1_000, 50);
        for round in 0..rounds {
            let (one, other) = (dice.of(&ids).clone(), dice.of(&ids).clone());
            let logged = dice.below(usize::try_from(kept[0].size).unwrap());
            let done = match dice.below(12) {
                0 => format!("DELETE FROM audit_entry WHERE id = {one}"),
                1 => format!("UPDATE audit_entry SET action = 'approve!' WHERE id = {one}"),
                2 => format!("UPDATE audit_entry SET token = token + 1 WHERE id = {one}"),
                3 => format!("UPDATE audit_entry SET network = 'elsewhere' WHERE id = {one}"),
                4 => format!("UPDATE audit_entry SET reason = 'because' WHERE id = {one}"),
                5 => format!("UPDATE audit_entry SET number = 10000001 WHERE id = {one}"),
                6 => format!("UPDATE audit_entry SET at = '2020-01-01 00:00:00+00:00' WHERE id = {one}"),
                7 => format!("UPDATE audit_entry SET revision = 999 WHERE id = {one}"),
                // Two rows change places, or what they say.
                8 if one != other => format!(
                    "UPDATE audit_entry SET id = -1 WHERE id = {one}; UPDATE audit_entry SET id = {one} WHERE id = {other}; \
                     UPDATE audit_entry SET id = {other} WHERE id = -1"),
                9 => format!("UPDATE audit_entry SET id = id + 1000000 WHERE id = {one}"),
                // The log itself.
                10 => format!("DELETE FROM log_entry WHERE log = 2 AND position = {logged}"),
                _ => format!(
                    "UPDATE log_entry SET leaf = (SELECT leaf FROM kept_log k WHERE k.log = 2 AND k.position = {}) \
                     WHERE log = 2 AND position = {logged}", (logged + 1) % usize::try_from(kept[0].size).unwrap()),
            };
            app.execute(&done).await.unwrap();
            let found = app.store.check_trail(&kept).await.unwrap();
            assert!(!found.faults.is_empty(), "round {round}: {done}");
            app.execute("DELETE FROM audit_entry; INSERT INTO audit_entry SELECT * FROM kept_rows").await.unwrap();
            app.execute("DELETE FROM log_entry; INSERT INTO log_entry SELECT * FROM kept_log").await.unwrap();
        }
        let again = app.store.check_trail(&kept).await.unwrap();
        assert!(again.faults.is_empty(), "{again:?}");
        // Somebody who makes the whole log anew is seen by what was kept elsewhere.
        app.execute("DELETE FROM log_entry WHERE log = 2; DELETE FROM log_tile WHERE log = 2; \
            DELETE FROM log_head WHERE log = 2; DELETE FROM audit_leaf; DELETE FROM audit_entry WHERE id = \
            (SELECT MIN(id) FROM audit_entry)").await.unwrap();
        app.store.grow_audit_log(AUDIT).await.unwrap();
        assert!(app.store.check_trail(&[]).await.unwrap().faults.is_empty());
        let found = app.store.check_trail(&kept).await.unwrap().faults;
        assert_eq!(found, [TrailFault::OtherLog { size: kept[0].size }]);
        tell(&format!("audit trail: {rounds} alterations, deletions and reorderings, all seen ({:?})", app.backend));
    }
}

/// Publishing commits to the version: by how much that makes it slower, and how fast the log takes many.
#[tokio::test]
async fn committing_costs_little() {
    let app = TestApp::sqlite().await;
    app.load_register().await;
    let started = Instant::now();
    let grown = app.store.grow_public_log(ORIGIN).await.unwrap();
    let took = started.elapsed();
    tell(&format!("the log took {grown} entries in {took:?}"));
    sign(&app).await;
    let at = app.published("incidents", incident()).await;
    sign(&app).await;
    let started = Instant::now();
    for _ in 0..20 {
        bundle(&app, &at, 1).await;
    }
    tell(&format!("a bundle takes {:?}", started.elapsed() / 20));
}

fn program() -> std::process::Command {
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_amparo-served"));
    program.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    program
}

/// How a command ends, and what it prints.
fn run(arguments: &[&str]) -> (i32, String, String) {
    let done = program().args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (done.status.code().unwrap(), text(done.stdout), text(done.stderr))
}

fn vectors() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/citation"))
}

#[test]
fn the_command_tells_what_is_proven_and_what_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let vector = |name: &str| vectors().join(name).to_str().unwrap().to_owned();
    let (full, public, key, witness) =
        (vector("full.json"), vector("public.json"), vector("vkey"), vector("wvkey"));
    let (code, said, _) = run(&["verify", &public, "--key", &key, "--witness", &witness]);
    assert_eq!(code, 0);
    for line in [
        "PROVEN",
        "4827-1930, version 2: corrects the version before it",
        "entry 4 of 7",
        "witness.enemo.example/w1 on 2026-11-24",
        "5 fields are withheld",
        "\"released\"",
        "A newer version is not known here",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(!said.contains("CONFIDENTIAL"));
    let (code, said, _) = run(&["verify", &full, "--key", &key]);
    assert!(
        code == 0
            && said.contains("No field is withheld")
            && said.contains("no witness that you named"),
        "{said}"
    );

    let tampered = folder.path().join("tampered.json");
    let text = std::fs::read_to_string(&public).unwrap().replace("index 4", "index 3");
    std::fs::write(&tampered, text).unwrap();
    let tampered = tampered.to_str().unwrap();
    let (code, said, error) = run(&["verify", tampered, "--key", &key]);
    assert_eq!((code, said.as_str()), (1, ""));
    assert!(error.contains("not proven: proof: the entry does not stand at 3"), "{error}");
    let (code, said, _) = run(&["verify", &public, tampered, "--key", &key]);
    assert!(code == 1 && said.contains("PROVEN"), "what is proven is still told");
    for arguments in [
        vec!["verify", key.as_str(), "--key", key.as_str()],
        vec!["verify", "no-such-file", "--key", key.as_str()],
        vec!["verify", public.as_str()],
        vec!["verify", public.as_str(), "--key", witness.as_str()],
        vec!["verify", public.as_str(), "--key", key.as_str(), "--quorum", "1"],
    ] {
        assert_eq!(run(&arguments).0, 2, "{arguments:?}");
    }
    // A value plays no tricks with the terminal.
    let control = Json::text("\u{9b}31m\u{202e}").to_string();
    assert!(control.contains('\u{9b}'));
}

/// A mirror's copy of the log tells of newer versions, and of a log with two faces.
#[tokio::test]
async fn a_copy_of_the_log_tells_what_is_newer() {
    let app = TestApp::sqlite().await;
    let at = app.published("incidents", incident()).await;
    sign(&app).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("v1.amparo.json");
    std::fs::write(&file, bundle(&app, &at, 1).await).unwrap();
    let mirror = |folder: &Path, size: u64| {
        let (store, folder) = (app.store.clone(), folder.to_owned());
        async move {
            let note = store.log_head(Log::Public).await.unwrap().unwrap().note.unwrap();
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("checkpoint"), note).unwrap();
            for resource in copy::resources(size) {
                let path = folder.join(resource.to_string());
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, store.log_resource(resource).await.unwrap().unwrap()).unwrap();
            }
        }
    };
    let log = folder.path().join("log");
    mirror(&log, 1).await;
    let key = key().verifier().to_string();
    let (file, log) = (file.to_str().unwrap(), log.to_str().unwrap());
    let arguments = ["verify", file, "--key", &key, "--log-copy", log];
    let (code, said, _) = run(&arguments);
    assert!(code == 0 && said.contains("Nothing newer of this record"), "{said}");
    correct(&app, &at, json!({"title": "Said otherwise"})).await;
    sign(&app).await;
    mirror(Path::new(log), 2).await;
    let (code, said, _) = run(&arguments);
    assert!(code == 0 && said.contains("THERE IS SOMETHING NEWER: version 2"), "{said}");
    let entries = Path::new(log).join("tile/entries/000.p/2");
    let mut bytes = std::fs::read(&entries).unwrap();
    let last = bytes.len() - 4;
    bytes[last] ^= 1;
    std::fs::write(&entries, bytes).unwrap();
    let (code, _, error) = run(&arguments);
    assert!(code == 1 && error.contains("one was changed, moved or left out"), "{error}");
}
