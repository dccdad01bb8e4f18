//! Where there are many records, other ways are taken to the same answers: an import writes beside what it
//! reads, and a list is walked instead of fetched.

use std::fmt::Write as _;

use amparo_domain::vocabulary::State;
use amparo_tests::on_both;

use crate::imports::import;

/// More than a list takes for few.
const RECORDS: usize = 1_200;

/// What is true of all but one in ten of the records, which one differs.
fn rows() -> String {
    let mut rows = String::from(
        "external_id,occurred,country,lat,lon,title,summary,severity,grade,types,organizations,people\n",
    );
    for i in 0..RECORDS {
        let day = 1 + i % 28;
        let kind = if i % 10 == 0 { "threat" } else { "detention" };
        let latitude = if i % 10 == 1 { "10.5" } else { "40.5" };
        let word = if i % 10 == 2 { "accepted" } else { "accredited" };
        let rare = if i % 400 == 3 { "singular" } else { "usual" };
        let group = i % 3;
        let _ = writeln!(
            rows,
            "{i},2024-03-{day:02},AZ,{latitude},49.5,Observer {i} {word},A {rare} day.,3,reported,{kind},Group {group},"
        );
    }
    rows
}

fn which(of: impl Fn(usize) -> bool) -> usize {
    (0..RECORDS).filter(|i| of(*i)).count()
}

on_both! {
    async fn many_records_are_imported_and_found_in_every_way(app: TestApp) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("many.csv");
        std::fs::write(&path, rows()).unwrap();
        let long = |options: &mut amparo_cli::ImportOptions| {
            options.state = Some(State::Published);
            options.whole = 10;
        };
        let summary = import(&app, std::slice::from_ref(&path), long).await;
        assert!(summary.committed, "{summary}");
        let public = app.public();
        for (question, expected) in [
            ("limit=200", RECORDS),
            ("type=detention", which(|i| i % 10 != 0)),
            ("type=threat", which(|i| i % 10 == 0)),
            ("type!=threat", which(|i| i % 10 != 0)),
            ("q=accredited", which(|i| i % 10 != 2)),
            ("q=accredited%20singular", which(|i| i % 10 != 2 && i % 400 == 3)),
            ("q=accredited&sort=relevance", which(|i| i % 10 != 2)),
            ("q=acc*", RECORDS),
            ("q=observer&type=detention", which(|i| i % 10 != 0)),
            ("q=group%201", which(|i| i % 3 == 1)),
            ("bbox=49,40,50,41", which(|i| i % 10 != 1)),
            ("bbox=49,10,50,11", which(|i| i % 10 == 1)),
            ("near=49.5,40.5&within=5km", which(|i| i % 10 != 1)),
            ("network=default", RECORDS),
            ("network=other", 0),
            ("changed_since=2026-01-01", RECORDS),
            ("changed_since=2027-01-01", 0),
            ("type=detention&bbox=49,40,50,41&q=accredited", which(|i| i % 10 > 2)),
        ] {
            let join = if question.starts_with("limit") { "" } else { "limit=200&" };
            let found = public.numbers(&format!("/api/v1/incidents?{join}{question}")).await;
            let mut once = found.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!((found.len(), once.len()), (expected, expected), "{question}");
            let total = public.read(&format!("/api/v1/incidents?limit=1&total=true&{}", question.replace("limit=200", ""))).await;
            assert_eq!(total["meta"]["total"], expected, "{question}");
        }
        let one = &public.read("/api/v1/incidents?q=singular&sort=occurred").await["items"][0];
        assert_eq!(one["version"], 1);
        assert!(one["organizations"][0]["name"].as_str().unwrap().starts_with("Group "), "{one}");
        assert_eq!(public.numbers("/api/v1/organizations?limit=200").await.len(), 3, "each is made once and public");
        let again = import(&app, &[path], long).await;
        assert_eq!(again.of(amparo_domain::kind::Kind::Incident).unchanged, RECORDS, "{again}");
    }
}
