//! What is counted from memory is what the database counts, whatever is asked and whatever was written before.

use amparo_domain::access::{Audience, Member};
use amparo_domain::counting::{Group, Measure};
use amparo_domain::election::Phase;
use amparo_domain::filter::{
    BoundingBox, Choice, CustodyWanted, DateMatch, IncidentFilter, Near, RegionWanted, Words,
};
use amparo_domain::number::Number;
use amparo_store::{By, Counts, Escalations};
use amparo_tests::proofs::{Dice, scaled};
use amparo_tests::{TestApp, election, incident, on_both, organization};
use chrono::TimeDelta;
use serde_json::json;

use crate::rollups::something;

/// A choice of some values, mostly none.
fn choice<T: Clone>(dice: &mut Dice, values: &[T]) -> Choice<T> {
    let mut choice = Choice { any: Vec::new(), none: Vec::new() };
    if values.is_empty() {
        return choice;
    }
    match dice.below(12) {
        0 => choice.any = vec![dice.of(values).clone()],
        1 => choice.any = vec![dice.of(values).clone(), dice.of(values).clone()],
        2 => choice.none = vec![dice.of(values).clone()],
        _ => {}
    }
    choice
}

fn codes<T: std::str::FromStr<Err: std::fmt::Debug>>(codes: &[&str]) -> Vec<T> {
    codes.iter().map(|code| code.parse().unwrap()).collect()
}

/// What there is to be asked for.
struct Known {
    organizations: Vec<Number>,
    elections: Vec<Number>,
}

/// A question that asks for this and that.
fn question(dice: &mut Dice, known: &Known) -> IncidentFilter {
    let now_and_then = |dice: &mut Dice| dice.below(12) == 0;
    let countries = codes(&["AZE", "UGA", "FRA", "NAM", "KEN", "GEO"]);
    let regions = [
        RegionWanted::Countries(codes(&["AZE", "GEO"])),
        RegionWanted::Countries(codes(&["UGA", "FRA"])),
    ];
    let words = ["detained", "something", "observers", "det*", "number", "the office"];
    let days = ["2024-04-30", "2024-05-01", "2023-12-31", "2024-01-01", "2025-06-01"];
    let periods =
        ["2024", "2024-05", "2024-04-30/2024-05-01", "2023/2024", "../2024-05-01", "2024-05-01/.."];
    let custody = [
        CustodyWanted::Held,
        CustodyWanted::Status("released".parse().unwrap()),
        CustodyWanted::Status("in_pretrial_detention".parse().unwrap()),
    ];
    let all =
        BoundingBox { west: -20.0, south: -40.0, east: 60.0, north: 60.0, or_countries: true };
    let near = Near { longitude: 49.8, latitude: 40.4, within_km: 2_500.0 };
    let mut filter = IncidentFilter {
        words: now_and_then(dice).then(|| Words::parse(words[dice.below(words.len())])).flatten(),
        country: choice(dice, &countries),
        region: choice(dice, &regions),
        incident_type: choice(dice, &codes(&["detention", "threat", "harassment", "surveillance"])),
        subtype: choice(dice, &["office_raid"]),
        grade: choice(dice, &codes(&["confirmed", "reported", "disputed"])),
        custody: choice(dice, &custody),
        organization: choice(dice, &known.organizations),
        actor: choice(dice, &codes(&["police", "armed_forces", "local_authority"])),
        election: choice(dice, &known.elections),
        phase: choice(dice, &[Phase::PreElection, Phase::PostElection]),
        network: choice(dice, &["default".to_owned(), "nobody".to_owned()]),
        severity: choice(dice, &[1, 2, 3, 4, 5]),
        bbox: now_and_then(dice).then_some(all),
        near: now_and_then(dice).then_some(near),
        held_on: now_and_then(dice).then(|| dice.of(&days).parse().unwrap()),
        known_on: now_and_then(dice).then(|| dice.of(&days).parse().unwrap()),
        ..IncidentFilter::default()
    };
    if dice.below(4) == 0 {
        filter.period = Some(dice.of(&periods).parse().unwrap());
        filter.date_match = *dice.of(&[DateMatch::Overlap, DateMatch::Within, DateMatch::Possible]);
    }
    if !known.elections.is_empty() && now_and_then(dice) {
        filter.election = Choice { any: vec![*dice.of(&known.elections)], none: Vec::new() };
        filter.before_election = Some("P3M".parse().unwrap());
    }
    filter
}

fn staff() -> Audience {
    Audience::Member(Member {
        who: 1,
        network: "default".to_owned(),
        desk: true,
        cleared: true,
        trusted: true,
        states: false,
    })
}

async fn known(app: &TestApp) -> Known {
    let numbers = async |kind: &str| -> Vec<Number> {
        let all = app.public().numbers(&format!("/api/v1/{kind}?limit=200")).await;
        all.iter().map(|number| number.parse().unwrap()).collect()
    };
    Known { organizations: numbers("organizations").await, elections: numbers("elections").await }
}

/// Asks so many questions both ways.
async fn agree(
    app: &TestApp,
    dice: &mut Dice,
    known: &Known,
    questions: usize,
    after: &str,
) -> usize {
    let by_database = app.store.clone().counting_by_database();
    let mut found = 0;
    for _ in 0..questions {
        let filter = question(dice, known);
        let mut groups: Vec<Group> = Vec::new();
        for _ in 0..dice.below(4) {
            let group = *dice.of(Group::ALL);
            let twice = group.unit().is_some() && groups.iter().any(|group| group.unit().is_some());
            if !twice && !groups.contains(&group) {
                groups.push(group);
            }
        }
        let audience = if dice.below(3) == 0 { staff() } else { Audience::Public };
        let ask = async |store: &amparo_store::Store| -> Counts {
            store.count_incidents(&audience, &filter, &groups, Measure::ALL).await.unwrap()
        };
        let (one, other) = (ask(&app.store).await, ask(&by_database).await);
        assert_eq!(one, other, "after {after}: {groups:?} {filter:#?}");
        found += usize::from(one.total > 0);
        let facets =
            [Group::Custody, Group::Organization, Group::Type, Group::Year, Group::Country];
        if dice.below(8) == 0 {
            let one = app.store.facets(&audience, &filter, &facets, 5).await.unwrap();
            let other = by_database.facets(&audience, &filter, &facets, 5).await.unwrap();
            assert_eq!(one, other, "facets after {after}: {filter:#?}");
        }
        if dice.below(8) == 0 {
            let first = IncidentFilter {
                incident_type: Choice { any: codes(&["threat", "detention"]), none: Vec::new() },
                ..IncidentFilter::default()
            };
            let by = By { organizations: dice.below(3) > 0, people: true };
            let within = 1 + u32::try_from(dice.below(400)).unwrap();
            let asked = Escalations { first, second: filter, within, by };
            let mut after_pair = None;
            for _ in 0..4 {
                let one = app.store.escalations(&audience, &asked, after_pair, 3).await.unwrap();
                let other =
                    by_database.escalations(&audience, &asked, after_pair, 3).await.unwrap();
                assert_eq!(one.pairs, other.pairs, "after {after}: {asked:#?}");
                after_pair = one.next;
                assert_eq!(after_pair, other.next);
                if after_pair.is_none() {
                    break;
                }
            }
        }
    }
    found
}

on_both! {
    async fn memory_and_database_agree_on_the_shipped_register(app: TestApp) {
        app.load_register().await;
        let known = known(&app).await;
        assert!(known.organizations.len() > 5 && !known.elections.is_empty());
        let mut dice = Dice(11);
        let found = agree(&app, &mut dice, &known, scaled(3_000, 150), "the import").await;
        assert!(found > 30, "{found} questions found something");
    }

    async fn memory_and_database_agree_whatever_is_done(app: TestApp) {
        app.published("elections", election("az-2024", "AZE", "2024-02-07")).await;
        app.published("organizations", organization("EMDS").with("slug", "emds")).await;
        let mut dice = Dice(13);
        let mut made = Vec::new();
        let writes = scaled(1_000, 60);
        for _ in 0..writes {
            app.advance(TimeDelta::minutes(1));
            let done = something(&app, &mut dice, &mut made).await;
            let known = known(&app).await;
            agree(&app, &mut dice, &known, 4, &done).await;
        }
    }

    /// A write is seen by the next question; that of another process within a second.
    async fn a_write_is_counted_at_once(app: TestApp) {
        let ask = async || {
            let read = app.public().read("/api/v1/counts?type=access_obstruction&grade=confirmed,reported&country=AZE,UGA").await;
            read["rows"][0]["incidents"].as_u64().unwrap()
        };
        for nth in 1..=5 {
            let at = app.published("incidents", incident().titled(&format!("Number {nth}"))).await;
            assert_eq!(ask().await, nth);
            if nth == 3 {
                let class = json!({"reason": "It was not so.", "reason_class": "mistaken"});
                app.verifier().post(&format!("{at}/withdraw"), &class).await.is(200);
                assert_eq!(ask().await, 2);
                app.execute("UPDATE register SET revision = revision + 1").await.unwrap();
                app.advance(TimeDelta::seconds(1));
                app.published("incidents", incident().titled("In its place")).await;
            }
        }
        // As another process does it.
        app.execute("UPDATE record SET grade = 'disputed' WHERE kind = 'incident'").await.unwrap();
        app.execute("UPDATE register SET revision = revision + 1").await.unwrap();
        app.advance(TimeDelta::seconds(1));
        assert_eq!(ask().await, 0);
    }
}
