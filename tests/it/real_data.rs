//! The real inputs, where somebody has them: `AMPARO_TEST_DATA` names their folder.
//!
//! They are not ours to ship, and nothing of them is printed here: failures tell counts only.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use amparo_cli::{ImportOptions, Summary};
use amparo_domain::kind::Kind;
use amparo_exchange::Mapping;
use amparo_tests::{TestApp, on_both};
use serde_json::{Value, json};

use crate::imports::import;

/// The folder of the real inputs, if there is one.
pub(crate) fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("AMPARO_TEST_DATA").filter(|folder| !folder.is_empty());
    if folder.is_none() {
        let _ = writeln!(std::io::stderr(), "SKIPPED: real inputs, as AMPARO_TEST_DATA is not set");
    }
    folder.map(PathBuf::from)
}

/// What an import counted, without a word of what it read.
fn counts(summary: &Summary) -> String {
    let counts: Vec<String> =
        summary.counts.iter().map(|(kind, of)| format!("{kind} {of:?}")).collect();
    format!(
        "{} problems, {} warnings; {}",
        summary.problems.len(),
        summary.warnings.len(),
        counts.join("; ")
    )
}

/// Imports twice: the second time nothing changes.
async fn twice(app: &TestApp, files: &[PathBuf], change: impl Fn(&mut ImportOptions)) -> Summary {
    let first = import(app, files, &change).await;
    assert!(first.committed, "{}", counts(&first));
    let before = app.dump().await;
    let again = import(app, files, &change).await;
    assert!(again.committed, "{}", counts(&again));
    let changed: usize =
        again.counts.values().map(|of| of.created + of.updated + of.published).sum();
    assert_eq!(changed, 0, "{}", counts(&again));
    assert!(app.dump().await == before, "the second import leaves the database as it was");
    first
}

fn mapping(path: &Path) -> Mapping {
    let text = std::fs::read_to_string(path).unwrap();
    Mapping::parse(&path.display().to_string(), &text).unwrap()
}

on_both! {
    async fn the_seed_makes_its_statement_and_three_candidates(app: TestApp) {
        let Some(data) = data() else { return };
        let first = twice(&app, &[data.join("seed")], |_| ()).await;
        assert_eq!(first.of(Kind::Statement).created, 1);
        assert_eq!(first.of(Kind::Incident).created, 3);
        let staff = app.contributor();
        let statement = staff.read("/api/v1/statements").await["items"][0].clone();
        assert_eq!(statement["date"]["edtf"], "2024-04-30");
        assert_eq!(statement["lang"], "en");
        assert_eq!(statement["endorsers"].as_array().unwrap().len(), 6);
        assert_eq!(statement["incidents"].as_array().unwrap().len(), 3);
        let list = staff.read("/api/v1/incidents?state=submitted").await;
        let candidates = list["items"].as_array().unwrap();
        let of = |code: &str| -> Value {
            let mut these = candidates.iter().filter(|item| item["types"][0] == code);
            these.next().unwrap_or_else(|| panic!("a candidate of type {code}")).clone()
        };
        let detention = of("detention");
        assert_eq!(detention["occurred"]["edtf"], "2024-04-29");
        assert_eq!(detention["occurred"]["inferred"], json!(["year"]));
        for code in ["harassment", "discrediting_campaign"] {
            assert_eq!(of(code)["occurred"]["start"], Value::Null, "{code}: when it began is not known");
        }
        for candidate in candidates {
            assert_eq!(candidate["country"], "AZE");
            assert_eq!(candidate["election"]["date"], "2024-02-07");
            assert!(candidate["organizations"].as_array().unwrap().iter().any(|o| o["acronym"] == "EMDS"));
            assert!(!candidate["sources"].as_array().unwrap().is_empty());
            assert_eq!(candidate["grade"], "reported");
        }
        assert_eq!(detention["people"].as_array().unwrap().len(), 1);
        // The paragraph from facts, as known on the day, and what is to be looked at in the text as it is.
        let at = format!("/api/v1/statements/{}", statement["number"].as_str().unwrap());
        let told = staff.read(&format!("{at}/suggestion?known_on=2024-04-30&lang=en")).await;
        let text = told["text"].as_str().unwrap();
        assert!(text.starts_with("As known on 30 April 2024, 3 incidents affecting EMDS (Azerbaijan) are recorded: "));
        assert!(text.contains("detention affecting 1 person who is not named, 29 April 2024 (reported by one source"));
        assert_eq!((text.matches("[[").count(), told["left_out"].as_array().unwrap().len()), (3, 0));
        let fact = told["fact_only"].as_str().unwrap();
        assert!(fact.starts_with("GNDEM has recorded 3 incidents affecting EMDS (Azerbaijan) up to 30 April 2024, including detention"));
        let checks = staff.read(&format!("{at}/checks")).await;
        let codes: Vec<&str> =
            checks["items"].as_array().unwrap().iter().map(|check| check["check"].as_str().unwrap()).collect();
        assert!(codes.contains(&"quotation_without_link"), "the quotation of the Special Rapporteur has no link");
        assert!(app.public().numbers("/api/v1/incidents").await.is_empty());
        assert!(app.public().numbers("/api/v1/statements").await.is_empty());
    }

    async fn the_statements_of_the_network_are_all_taken(app: TestApp) {
        let Some(data) = data() else { return };
        let first = twice(&app, &[data.join("statements/gndem")], |_| ()).await;
        assert_eq!(first.of(Kind::Statement).created, 35, "{}", counts(&first));
        assert!(first.problems.is_empty());
        let twins = first.warnings.iter().filter(|line| line.contains("looks like the same statement"));
        assert!(twins.count() >= 1, "identical pairs are told");
    }

    /// What the checks say of statements that were written before there were marks: none is blocked, and no check that needs a
    /// citation cries out.
    async fn the_checks_read_the_statements_of_the_network(app: TestApp) {
        let Some(data) = data() else { return };
        import(&app, &[data.join("statements/gndem")], |_| ()).await;
        let staff = app.contributor();
        let mut found: BTreeMap<String, usize> = BTreeMap::new();
        let mut quiet = 0;
        let numbers = staff.numbers("/api/v1/statements?state=draft,submitted,published").await;
        assert_eq!(numbers.len(), 35);
        for number in numbers {
            let checks = staff.read(&format!("/api/v1/statements/{number}/checks")).await;
            assert_eq!(checks["blocked"], false);
            let items = checks["items"].as_array().unwrap();
            quiet += usize::from(items.is_empty());
            for check in items {
                *found.entry(check["check"].as_str().unwrap().to_owned()).or_default() += 1;
            }
        }
        let _ = writeln!(std::io::stderr(), "checks of 35 statements: {found:?}; {quiet} without any");
        let known = ["uncited_claim", "quotation_without_link", "confidential_name", "custody_not_confirmed"];
        assert!(found.keys().all(|code| known.contains(&code.as_str())), "{found:?}");
    }

    async fn the_table_of_today_makes_seventeen_candidates(app: TestApp) {
        let Some(data) = data() else { return };
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/amparo-exchange/mappings/gndem-table-2024.toml");
        let map = mapping(Path::new(path));
        let table = data.join("register/incumbent-table-2024.csv");
        let first = twice(&app, &[table], |o| o.mapping = Some(map.clone())).await;
        assert_eq!(first.of(Kind::Incident).created, 17, "{}", counts(&first));
        let list = app.contributor().read("/api/v1/incidents?state=submitted&limit=200").await;
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.len(), 17);
        let days = items.iter().filter(|item| item["occurred"]["precision"] == "day").count();
        assert_eq!(days, 0, "a month stays a month");
        assert!(!first.warnings.is_empty(), "what was misspelt is told");
    }

    async fn the_members_of_the_network_are_all_taken(app: TestApp) {
        let Some(data) = data() else { return };
        let first = twice(&app, &[data.join("organisations/gndem-members")], |_| ()).await;
        let made = first.of(Kind::Organization).created;
        assert!(made >= 309, "{}", counts(&first));
        let total = app.contributor().read("/api/v1/organizations?total=true&limit=1").await;
        assert_eq!(total["meta"]["total"], made);
    }

    /// Row 7 of the table is what the statement tells: it is suggested, never merged.
    async fn the_same_event_from_two_places_is_suggested(app: TestApp) {
        let Some(data) = data() else { return };
        import(&app, &[data.join("seed")], |_| ()).await;
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/amparo-exchange/mappings/gndem-table-2024.toml");
        let map = mapping(Path::new(path));
        let table = data.join("register/incumbent-table-2024.csv");
        let summary = import(&app, &[table], |o| o.mapping = Some(map)).await;
        assert!(summary.committed, "{}", counts(&summary));
        assert!(!summary.duplicates.is_empty(), "{}", counts(&summary));
        assert_eq!(app.count("record", "kind = 'incident'").await, 3 + 17);
        // Who is in them is for those who need to know.
        let staff = app.verifier();
        let told = "/api/v1/incidents?state=submitted&type=detention&period=2024-04-29";
        let told = staff.read(told).await["items"].clone();
        let told = told.as_array().unwrap().iter().find(|item| item["occurred"]["edtf"] == "2024-04-29");
        let at = format!("/api/v1/incidents/{}/duplicates", told.unwrap()["number"].as_str().unwrap());
        let found = staff.read(&at).await["items"][0].clone();
        assert_eq!(found["occurred"]["edtf"], "2024-05");
        assert!(found["reasons"].as_array().unwrap().contains(&json!("people")));
    }
}
