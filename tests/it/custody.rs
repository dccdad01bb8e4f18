//! Custody is derived from dated events; the notes of the register's compiler check it.

use amparo_domain::custody::{Span, is_held, spans};
use amparo_domain::facts::Facts;
use amparo_domain::kind::Kind;
use amparo_domain::vocabulary::CustodyStatus;
use amparo_exchange::{ReadOptions, draft};
use amparo_tests::on_both;
use chrono::{NaiveDate, TimeDelta};
use serde_json::Value;

const INCIDENTS: &str = include_str!("../../register/incidents.json");

/// Each person of the register: the record and the person in it, what the compiler noted of the
/// record, and the custody derived for the person on a day.
fn derived(on: NaiveDate) -> Vec<(String, String, Option<CustodyStatus>)> {
    let records: Vec<Value> = serde_json::from_str(INCIDENTS).unwrap();
    let content = Box::new(std::io::Cursor::new(INCIDENTS));
    let read = amparo_exchange::read("incidents.json", content, &ReadOptions::default()).unwrap();
    let entries: Vec<_> = read.entries.map(Result::unwrap).collect();
    let mut all = Vec::new();
    for (record, entry) in records.iter().zip(entries) {
        let read = draft::read_entry(Kind::Incident, &entry.value).unwrap();
        let Facts::Incident(facts) = read.draft else { panic!("they are incidents") };
        for link in &facts.people {
            let custody = facts.person_state(&link.reference, on).custody;
            let who = format!("{} {}", record["external_id"].as_str().unwrap(), link.reference);
            let noted = record["status"].as_str().unwrap_or_default().to_owned();
            all.push((who, noted, custody.map(|custody| custody.status)));
        }
    }
    all
}

/// Whether what is derived says no other than what was noted.
fn agrees(noted: &str, derived: Option<CustodyStatus>) -> bool {
    match noted {
        // A sentence says nothing of custody by itself, so who was arrested or remanded before stays
        // so; they are held in any case.
        "in_custody" | "imprisoned" => derived.is_some_and(is_held),
        "released" | "released_on_bail" => derived.is_some_and(|status| status.code() == noted),
        "partly_released" => derived.is_some(),
        _ => derived.is_none(),
    }
}

fn differences(on: &str) -> Vec<String> {
    let people = derived(on.parse().unwrap()).into_iter();
    people
        .filter(|(_, noted, derived)| !agrees(noted, *derived))
        .map(|(who, noted, derived)| {
            let derived = derived.map_or("nothing", CustodyStatus::code);
            format!("{who}: {noted}, derived {derived}")
        })
        .collect()
}

/// The days that can be asked for say what is shown on each of them.
#[test]
fn the_days_of_each_custody_status_are_those_on_which_it_is_shown() {
    let content = Box::new(std::io::Cursor::new(INCIDENTS));
    let options = ReadOptions::default();
    let read = amparo_exchange::read("incidents.json", content, &options).unwrap();
    let mut held = 0;
    for entry in read.entries.map(Result::unwrap) {
        let read = draft::read_entry(Kind::Incident, &entry.value).unwrap();
        let Facts::Incident(facts) = read.draft else { panic!("they are incidents") };
        for link in &facts.people {
            let spans = spans(&facts.events, &link.reference);
            held += spans.len();
            let days = facts.events.iter().map(|event| event.date.possible_span().0);
            for day in days.flat_map(|day| [-1, 0, 1].map(|by| day + TimeDelta::days(by))) {
                let shown = facts.person_state(&link.reference, day).custody.map(|c| c.status);
                let within =
                    |span: &&Span| span.from <= day && span.until.is_none_or(|until| until > day);
                let asked: Vec<_> = spans.iter().filter(within).map(|span| span.status).collect();
                assert_eq!(asked, Vec::from_iter(shown), "{} on {day}", link.reference);
            }
        }
    }
    assert!(held > 20, "there is something to compare: {held}");
}

#[test]
fn custody_today_agrees_with_what_was_noted_but_for_what_no_event_says() {
    assert_eq!(
        differences("2026-11-25"),
        [
            "az-emds-directors-conviction-2014 P2: released, derived nothing",
            "ru-golos-coordinator-arrest-2023 P1: unknown, derived arrested",
            "ru-golos-coordinator-arrest-2023 P2: unknown, derived released",
            "am-former-coordinator-detention-2025 P1: unknown, derived arrested",
            "my-bersih-raid-2016 P2: released, derived arrested",
        ]
    );
}

#[test]
fn custody_at_the_end_of_2024_differs_by_what_happened_since() {
    assert_eq!(
        differences("2024-12-01"),
        [
            "az-emds-directors-conviction-2014 P2: released, derived nothing",
            "az-election-monitors-detention-2025 P1: in_custody, derived nothing",
            "az-election-monitors-detention-2025 P2: in_custody, derived nothing",
            "ru-golos-coordinator-arrest-2023 P1: unknown, derived arrested",
            "ru-golos-coordinator-arrest-2023 P2: unknown, derived released",
            "ug-ccg-head-detention-2025 P1: released_on_bail, derived nothing",
            "my-bersih-raid-2016 P2: released, derived arrested",
        ]
    );
}

on_both! {
    async fn lists_nobody_who_was_killed_as_held(app: TestApp) {
        app.advance(TimeDelta::days(-724));
        app.load_register().await;
        let public = app.public();
        let killed = public.numbers("/api/v1/incidents?type=killing").await;
        assert!(killed.len() > 1);
        assert!(public.numbers("/api/v1/incidents?type=killing&custody=held").await.is_empty());
        let held = public.read("/api/v1/incidents?custody=held&limit=200").await;
        let held = held["items"].as_array().unwrap();
        assert!(held.len() > 3);
        // What can be asked for is what is shown.
        for incident in held {
            let people = incident["people"].as_array().unwrap();
            let statuses: Vec<_> = people.iter().filter_map(|p| p["custody"]["status"].as_str()).collect();
            let held = statuses.iter().any(|status| is_held(status.parse().unwrap()));
            assert!(held, "{}: {statuses:?}", incident["title"]);
        }
        let others = public.read("/api/v1/incidents?custody!=held&limit=200").await;
        for incident in others["items"].as_array().unwrap() {
            let people = incident["people"].as_array().unwrap();
            let mut statuses = people.iter().filter_map(|p| p["custody"]["status"].as_str());
            assert!(!statuses.any(|status| is_held(status.parse().unwrap())), "{}", incident["title"]);
        }
    }
}
