//! Every question of a list is answered through an index, on both databases.

use amparo_domain::access::{Audience, Member};
use amparo_domain::election::Phase;
use amparo_domain::filter::{
    BoundingBox, Choice, CustodyWanted, DateMatch, IncidentFilter, Near, RegionWanted, Words,
};
use amparo_domain::number::{Number, Width};
use amparo_domain::page::{Cursor, PageRequest, Sort, SortKey};
use amparo_store::{Assigned, QueueFilter, Task, Whose};
use amparo_tests::on_both;

fn only<T>(value: T) -> Choice<T> {
    Choice { any: vec![value], none: Vec::new() }
}

fn not<T>(value: T) -> Choice<T> {
    Choice { any: Vec::new(), none: vec![value] }
}

/// Each filter alone, by the name of its parameter.
fn filters() -> Vec<(&'static str, IncidentFilter)> {
    let any = IncidentFilter::default;
    let number = Number::from_random(7, Width::Eight);
    let country = "AZE".parse().unwrap();
    let period = || Some("2024".parse().unwrap());
    let bbox =
        BoundingBox { west: 40.0, south: 38.0, east: 52.0, north: 42.0, or_countries: false };
    let near = Near { longitude: 49.8, latitude: 40.4, within_km: 25.0 };
    vec![
        ("nothing", any()),
        ("q", IncidentFilter { words: Words::parse("detention"), ..any() }),
        ("q*", IncidentFilter { words: Words::parse("deten*"), ..any() }),
        ("country", IncidentFilter { country: only(country), ..any() }),
        ("country!", IncidentFilter { country: not(country), ..any() }),
        (
            "region",
            IncidentFilter { region: only(RegionWanted::Countries(vec![country])), ..any() },
        ),
        ("region=net", IncidentFilter { region: only(RegionWanted::MembersOf(number)), ..any() }),
        ("type", IncidentFilter { incident_type: only("detention".parse().unwrap()), ..any() }),
        ("type!", IncidentFilter { incident_type: not("detention".parse().unwrap()), ..any() }),
        ("grade", IncidentFilter { grade: only("confirmed".parse().unwrap()), ..any() }),
        ("state", IncidentFilter { state: only("published".parse().unwrap()), ..any() }),
        ("custody", IncidentFilter { custody: only(CustodyWanted::Held), ..any() }),
        ("custody!", IncidentFilter { custody: not(CustodyWanted::Held), ..any() }),
        ("person", IncidentFilter { person: only(number), ..any() }),
        ("organization", IncidentFilter { organization: only(number), ..any() }),
        ("organization!", IncidentFilter { organization: not(number), ..any() }),
        ("member_of", IncidentFilter { member_of: only(number), ..any() }),
        ("actor", IncidentFilter { actor: only("police".parse().unwrap()), ..any() }),
        ("election", IncidentFilter { election: only(number), ..any() }),
        ("election!", IncidentFilter { election: not(number), ..any() }),
        ("phase", IncidentFilter { phase: only(Phase::PreElection), ..any() }),
        ("case", IncidentFilter { case: only(number), ..any() }),
        ("network", IncidentFilter { network: only("default".to_owned()), ..any() }),
        ("period", IncidentFilter { period: period(), ..any() }),
        (
            "period within",
            IncidentFilter { period: period(), date_match: DateMatch::Within, ..any() },
        ),
        (
            "period possible",
            IncidentFilter { period: period(), date_match: DateMatch::Possible, ..any() },
        ),
        (
            "country and period",
            IncidentFilter { country: only(country), period: period(), ..any() },
        ),
        ("bbox", IncidentFilter { bbox: Some(bbox), ..any() }),
        ("near", IncidentFilter { near: Some(near), ..any() }),
        (
            "changed_since",
            IncidentFilter {
                changed_since: Some("2026-01-01T00:00:00Z".parse().unwrap()),
                ..any()
            },
        ),
        ("severity", IncidentFilter { severity: only(4), ..any() }),
        ("cited_in", IncidentFilter { cited_in: only(number), ..any() }),
        ("cited_in!", IncidentFilter { cited_in: not(number), ..any() }),
        ("known_on", IncidentFilter { known_on: Some("2024-05-01".parse().unwrap()), ..any() }),
        ("subtype", IncidentFilter { subtype: only("office_raid"), ..any() }),
        ("held_on", IncidentFilter { held_on: Some("2024-12-01".parse().unwrap()), ..any() }),
    ]
}

/// The steps that read a whole table.
fn scans(plan: &[String]) -> Vec<&String> {
    let of_ours = |step: &str| {
        [
            "record",
            "past_card",
            "known_custody",
            "merge",
            "found",
            "lasting",
            "revision",
            "reference",
            "incident_term",
            "custody_span",
            "assignment",
            "rollup",
        ]
        .iter()
        .any(|table| step.contains(&format!("SCAN {table}")))
    };
    let scans = plan
        .iter()
        .filter(|step| step.contains("Seq Scan") || (of_ours(step) && !step.contains("USING")));
    scans.collect()
}

/// Whether everything that is found has to be sorted before the first record is there.
fn sorts(plan: &[String]) -> bool {
    plan.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER BY") || step.contains("Sort"))
}

/// Questions that many records answer, which are read in their order.
const IN_ORDER: [&str; 7] =
    ["nothing", "country", "country!", "grade", "state", "period", "country and period"];

/// Each question of a queue.
fn queues() -> Vec<(&'static str, QueueFilter)> {
    let desk = || QueueFilter {
        whose: Whose::Network("default".to_owned()),
        people: true,
        tasks: Choice::default(),
        assigned: None,
        two_person: false,
        country: Choice::default(),
        reconfirm_days: 30,
    };
    let author = Whose::Author { who: 1, network: "default".to_owned() };
    vec![
        ("desk", desk()),
        ("all desks", QueueFilter { whose: Whose::All, people: false, ..desk() }),
        ("no people", QueueFilter { people: false, ..desk() }),
        ("author", QueueFilter { whose: author, ..desk() }),
        ("task", QueueFilter { tasks: only(Task::Safety), ..desk() }),
        ("task!", QueueFilter { tasks: not(Task::Import), ..desk() }),
        ("mine", QueueFilter { assigned: Some(Assigned::To(1)), ..desk() }),
        ("assigned=none", QueueFilter { assigned: Some(Assigned::Nobody), ..desk() }),
        ("two_person", QueueFilter { two_person: true, ..desk() }),
        ("country", QueueFilter { country: only("AZE".parse().unwrap()), ..desk() }),
    ]
}

on_both! {
    async fn finds_what_waits_through_an_index_in_its_order(app: TestApp) {
        let after = Cursor {
            sort: Sort::default(),
            key: SortKey::Integer((1 << 60) + 1_795_600_800_000_000),
            number: Number::from_random(7, Width::Eight),
        };
        for (name, filter) in queues() {
            for after in [None, Some(after)] {
                let page = PageRequest { after, ..PageRequest::default() };
                for plans in app.store.plans_of_queue(&filter, &page).await.unwrap() {
                    assert_eq!(scans(&plans.page), Vec::<&String>::new(), "{name}: {:#?}", plans.page);
                    assert_eq!(scans(&plans.total), Vec::<&String>::new(), "{name}: {:#?}", plans.total);
                    if name != "mine" {
                        assert!(!sorts(&plans.page), "{name}: {:#?}", plans.page);
                    }
                }
            }
        }
    }

    async fn reads_the_census_in_the_order_of_the_numbers(app: TestApp) {
        let plan = app.store.plan_of_census().await.unwrap();
        assert_eq!(scans(&plan), Vec::<&String>::new(), "{plan:#?}");
        assert!(!sorts(&plan), "{plan:#?}");
    }

    async fn counts_through_an_index(app: TestApp) {
        use amparo_domain::counting::{Group, Measure};
        let all = [Measure::Incidents, Measure::People, Measure::Organizations, Measure::CustodyDays];
        let mut questions = vec![
            (vec![], &all[..1]), (vec![Group::Country, Group::Month], &all[..2]), (vec![Group::Region, Group::Year], &all[..1]),
            (vec![Group::Month], &all[..]),
        ];
        questions.extend(
            [Group::Type, Group::Actor, Group::Election, Group::Organization, Group::Custody, Group::Phase, Group::Grade]
                .map(|group| (vec![group], &all[..2])),
        );
        for (name, filter) in filters() {
            for (groups, measures) in &questions {
                let plan = app.store.plan_of_counts(&Audience::Public, &filter, groups, measures).await.unwrap();
                assert_eq!(scans(&plan), Vec::<&String>::new(), "{name} by {groups:?}: {plan:#?}");
            }
        }
    }

    async fn finds_a_page_and_its_total_through_an_index(app: TestApp) {
        let page = PageRequest::default();
        let staff = Audience::Member(Member {
            who: 1,
            network: "default".to_owned(),
            desk: true,
            cleared: true,
            trusted: true,
            states: false,
        });
        for (name, filter) in filters() {
            for audience in [&Audience::Public, &staff] {
                let sort = Sort::default();
                let plans = app.store.plans_of_incidents(audience, &filter, sort, &page).await.unwrap();
                assert_eq!(scans(&plans.page), Vec::<&String>::new(), "{name}: {:#?}", plans.page);
                assert_eq!(scans(&plans.total), Vec::<&String>::new(), "{name}: {:#?}", plans.total);
                if IN_ORDER.contains(&name) && *audience == Audience::Public {
                    assert!(!sorts(&plans.page), "{name}: {:#?}", plans.page);
                }
            }
        }
        // The same of a day gone by, each in the two places where the answer lies.
        let as_of = Some("2026-01-01".parse().unwrap());
        for (name, filter) in filters() {
            if name == "changed_since" {
                continue;
            }
            let filter = IncidentFilter { as_of, ..filter };
            let sort = Sort::default();
            let plans =
                app.store.plans_of_incidents(&Audience::Public, &filter, sort, &page).await.unwrap();
            assert_eq!(scans(&plans.page), Vec::<&String>::new(), "as_of {name}: {:#?}", plans.page);
            assert_eq!(scans(&plans.total), Vec::<&String>::new(), "as_of {name}: {:#?}", plans.total);
        }
        let known_on = Some("2024-05-01".parse().unwrap());
        let filter = IncidentFilter { known_on, custody: only(CustodyWanted::Held), ..IncidentFilter::default() };
        let plans = app
            .store
            .plans_of_incidents(&Audience::Public, &filter, Sort::default(), &page)
            .await
            .unwrap();
        assert_eq!(scans(&plans.page), Vec::<&String>::new(), "known custody: {:#?}", plans.page);
        for sort in [
            Sort::OccurredAscending,
            Sort::ChangedDescending,
            Sort::SeverityDescending,
            Sort::Relevance,
        ] {
            let plans = app
                .store
                .plans_of_incidents(&Audience::Public, &IncidentFilter::default(), sort, &page)
                .await
                .unwrap();
            assert_eq!(scans(&plans.page), Vec::<&String>::new(), "{sort:?}: {:#?}", plans.page);
            assert!(!sorts(&plans.page), "{sort:?}: {:#?}", plans.page);
        }
    }
}
