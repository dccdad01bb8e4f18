//! What the register had published by a day: lists, totals, pages and records as they were then.

use std::collections::BTreeMap;

use amparo_tests::{TestApp, election, incident, on_both, organization};
use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

/// What is shown by its address: title, and when it occurred.
type Shown = BTreeMap<String, (String, String)>;

/// Lets a day pass.
fn tomorrow(app: &TestApp) {
    app.advance(TimeDelta::days(1));
}

fn day(app: &TestApp) -> NaiveDate {
    app.now().date_naive()
}

fn number(at: &str) -> String {
    at.rsplit('/').next().unwrap().to_owned()
}

/// Changes a published record and publishes what was changed.
async fn correct(app: &TestApp, at: &str, change: &Value) {
    app.contributor().amend(at, change).await.is(200);
    app.approve(at).await;
    let reason = json!({"reason": "A correction."});
    app.verifier().post(&format!("{at}/publish"), &reason).await.is(200);
}

async fn withdraw(app: &TestApp, at: &str) {
    let reason = json!({"reason": "Enough.", "reason_class": "mistaken"});
    app.verifier().post(&format!("{at}/withdraw"), &reason).await.is(200);
}

/// The titles of a list, in its order, page by page.
async fn titles(app: &TestApp, query: &str, limit: usize) -> Vec<String> {
    let mut titles = Vec::new();
    let mut path = format!("/api/v1/incidents?limit={limit}&{query}");
    loop {
        let page = app.public().read(&path).await;
        let items = page["items"].as_array().unwrap().iter();
        titles.extend(items.map(|item| item["title"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => path = format!("/api/v1/incidents?limit={limit}&{query}&after={next}"),
            None => return titles,
        }
        assert!(titles.len() < 1_000, "{query} never ends");
    }
}

/// What a question finds as of a day; the total says the same.
async fn found(app: &TestApp, day: NaiveDate, query: &str) -> Vec<String> {
    let mut found = titles(app, &format!("as_of={day}&{query}"), 50).await;
    found.sort();
    let counted = format!("/api/v1/incidents?limit=1&total=true&as_of={day}&{query}");
    assert_eq!(app.public().read(&counted).await["meta"]["total"], found.len(), "{day} {query}");
    found
}

on_both! {
    /// Five versions, each with other facts: every question is answered by the facts of that day's.
    async fn every_question_is_put_to_the_version_of_that_day(app: TestApp) {
        app.published("elections", election("az-2024", "AZE", "2024-02-07")).await;
        app.published("organizations", organization("Example Observers").with("slug", "exo")).await;
        let before = day(&app);
        tomorrow(&app);
        let first = day(&app);
        let at = app.published("incidents", incident().titled("first words")).await;
        let other = app.published("incidents", incident().titled("another").on("2023-01-01")).await;
        let changes = [
            json!({"title": "second", "country": "UGA", "occurred": "2022-03-04", "severity": 4}),
            json!({"title": "third", "types": ["detention"], "organizations": [{"slug": "exo"}],
                "perpetrators": [{"actor_type": "police"}]}),
            json!({"title": "fourth", "election": "az-2024", "occurred": "2024-02-07", "country": "AZE",
                "location": {"type": "Point", "coordinates": [49.87, 40.41]}, "location_precision": "settlement"}),
            json!({"title": "fifth", "organizations": [], "election": null, "location": null, "location_precision": null}),
        ];
        for change in &changes {
            tomorrow(&app);
            correct(&app, &at, change).await;
        }
        let days: Vec<NaiveDate> = (0..5).map(|nth| first + TimeDelta::days(nth)).collect();
        let names = ["first words", "second", "third", "fourth", "fifth"];
        assert!(found(&app, before, "").await.is_empty());
        for (nth, day) in days.iter().enumerate() {
            let mut both = vec!["another", names[nth]];
            both.sort_unstable();
            assert_eq!(found(&app, *day, "").await, both, "{day}");
            let then = app.public().read(&format!("{at}?as_of={day}")).await;
            assert_eq!((&then["title"], &then["version"]), (&json!(names[nth]), &json!(nth + 1)), "{day}");
            let version = app.public().read(&format!("{at}/versions/{}", nth + 1)).await;
            for member in ["title", "types", "country", "occurred", "organizations", "location", "first_published", "last_changed"] {
                assert_eq!(then[member], version[member], "{member} on {day}");
            }
            assert_eq!(then["last_changed"].as_str().unwrap()[..10], day.to_string());
        }
        app.public().get(&format!("{at}?as_of={before}")).await.problem(404, "not-found");
        let only = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        for (query, expected) in [
            ("q=first", [&["first words"][..], &[], &[], &[], &[]]),
            ("q=words", [&["first words"], &[], &[], &[], &[]]),
            ("country=UGA", [&[], &["second"], &["third"], &[], &[]]),
            ("country!=AZE", [&[], &["second"], &["third"], &[], &[]]),
            ("type=detention", [&[], &[], &["third"], &["fourth"], &["fifth"]]),
            ("actor=police", [&[], &[], &["third"], &["fourth"], &["fifth"]]),
            ("organization=exo", [&[], &[], &["third"], &["fourth"], &[]]),
            ("q=example&type=detention", [&[], &[], &["third"], &["fourth"], &[]]),
            ("election=az-2024", [&[], &[], &[], &["fourth"], &[]]),
            ("phase=election_day", [&[], &[], &[], &["fourth"], &[]]),
            ("election=az-2024&before_election=P1D", [&[], &[], &[], &["fourth"], &[]]),
            ("bbox=49,40,50,41", [&[], &[], &[], &["fourth"], &[]]),
            ("near=49.87,40.41&within=5km", [&[], &[], &[], &["fourth"], &[]]),
            ("period=2022", [&[], &["second"], &["third"], &[], &[]]),
            ("period=2022-03&date_match=possible", [&[], &["second"], &["third"], &[], &[]]),
            ("period=2024-04&date_match=within", [&["first words"], &[], &[], &[], &[]]),
            ("severity=4", [&[], &["second"], &["third"], &["fourth"], &["fifth"]]),
            ("network=default&severity=4", [&[], &["second"], &["third"], &["fourth"], &["fifth"]]),
            ("state=draft", [&[], &[], &[], &[], &[]]),
        ] {
            for (day, expected) in days.iter().zip(expected) {
                assert_eq!(found(&app, *day, query).await, only(expected), "{query} on {day}");
            }
        }
        // Each order is that of the facts of the day, whatever the length of a page.
        for (sort, expected) in [
            ("-occurred", [["first words", "another"], ["another", "second"]]),
            ("occurred", [["another", "first words"], ["second", "another"]]),
            ("-last_changed", [["first words", "another"], ["second", "another"]]),
            ("-severity", [["first words", "another"], ["second", "another"]]),
        ] {
            for (day, mut expected) in days.iter().zip(expected) {
                let listed = titles(&app, &format!("as_of={day}&sort={sort}"), 1).await;
                // What is equal in the order is by number.
                if day == &days[0] && sort.contains(['v', 'l']) && sort != "-occurred" {
                    let by_number = number(&at).replace('-', "") < number(&other).replace('-', "");
                    if by_number { expected.reverse(); }
                }
                assert_eq!(listed, expected, "{sort} on {day}");
            }
        }
        let listed = titles(&app, &format!("as_of={}&sort=relevance&q=first", days[0]), 1).await;
        assert_eq!(listed, ["first words"]);
        // Nothing but the question of a day finds what a version once said.
        for query in ["q=first", "country=UGA", "organization=exo", "election=az-2024", "bbox=49,40,50,41"] {
            assert!(titles(&app, query, 50).await.is_empty(), "{query}");
        }
        let last = days[4];
        assert_eq!(titles(&app, &format!("as_of={last}"), 1).await, titles(&app, "", 1).await);
    }

    /// Corrections of one day are one: the day ends with the last of them.
    async fn a_day_is_as_it_ended(app: TestApp) {
        let start = day(&app);
        let at = app.published("incidents", incident().titled("morning")).await;
        app.advance(TimeDelta::hours(1));
        correct(&app, &at, &json!({"title": "noon"})).await;
        assert_eq!(found(&app, start, "").await, ["noon"]);
        tomorrow(&app);
        correct(&app, &at, &json!({"title": "next day"})).await;
        assert_eq!(found(&app, start, "").await, ["noon"]);
        assert_eq!(app.public().read(&format!("{at}?as_of={start}")).await["version"], 2);
    }

    async fn what_is_merged_was_there_before_and_is_there_again_when_it_is_taken_apart(app: TestApp) {
        let stays = app.published("incidents", incident().titled("stays")).await;
        app.advance(TimeDelta::minutes(1));
        let goes = app.published("incidents", incident().titled("goes")).await;
        let both = day(&app);
        tomorrow(&app);
        let merge = json!({"into": number(&stays), "reason": "The same."});
        app.verifier().post(&format!("{goes}/merge"), &merge).await.is(200);
        let merged = day(&app);
        tomorrow(&app);
        assert_eq!(found(&app, both, "").await, ["goes", "stays"]);
        assert_eq!(found(&app, both, "q=goes").await, ["goes"]);
        assert_eq!(found(&app, merged, "").await, ["stays"]);
        assert_eq!(app.public().read(&format!("{goes}?as_of={both}")).await["title"], "goes");
        app.public().get(&format!("{goes}?as_of={merged}")).await.is(308);
        let reason = json!({"reason": "They are two."});
        app.verifier().post(&format!("{goes}/unmerge"), &reason).await.is(200);
        let apart = day(&app);
        tomorrow(&app);
        assert_eq!(found(&app, both, "").await, ["goes", "stays"]);
        assert_eq!(found(&app, merged, "").await, ["stays"]);
        assert_eq!(found(&app, apart, "").await, ["goes", "stays"]);
        app.public().get(&format!("{goes}?as_of={merged}")).await.problem(404, "not-found");
        assert_eq!(app.public().read(&format!("{goes}?as_of={apart}")).await["title"], "goes");
        // Merged again, the time between is told as well.
        app.verifier().post(&format!("{goes}/merge"), &merge).await.is(200);
        tomorrow(&app);
        for (day, expected) in [(both, 2), (merged, 1), (apart, 2), (day(&app), 1)] {
            assert_eq!(found(&app, day, "").await.len(), expected, "{day}");
        }
        // With the one that stays all goes that it took up.
        withdraw(&app, &stays).await;
        for day in [both, merged, apart, day(&app)] {
            assert!(found(&app, day, "").await.is_empty(), "{day}");
            app.public().get(&format!("{goes}?as_of={day}")).await.is(410);
        }
        assert_eq!(app.count("past_card", "1 = 1").await, 0);
        assert_eq!(app.count("incident_term", "incident < 0").await, 0);
        assert_eq!(app.count("reference", "from_number < 0").await, 0);
    }

    async fn what_was_withdrawn_is_gone_from_every_day(app: TestApp) {
        let at = app.published("incidents", incident().titled("one")).await;
        let first = day(&app);
        tomorrow(&app);
        correct(&app, &at, &json!({"title": "two"})).await;
        assert_eq!(found(&app, first, "").await, ["one"]);
        tomorrow(&app);
        withdraw(&app, &at).await;
        for day in [first, day(&app)] {
            assert!(found(&app, day, "").await.is_empty());
            app.public().get(&format!("{at}?as_of={day}")).await.problem(410, "withdrawn");
        }
    }

    /// A name that is shown no longer is shown on no day, and finds nothing on any.
    async fn names_are_shown_as_today(app: TestApp) {
        let named = |display: &str| json!([{"ref": "P1", "name": "Zorabeth Quillfeather", "display": display,
            "display_reason": "She agreed.", "position": "observer"}]);
        let of = |title: &str| incident().titled(title).about(named("name"));
        let taken = app.published("incidents", of("{P1} taken down")).await;
        let told_by_role = app.published("incidents", of("{P1} by role")).await;
        let kept = app.published("incidents", of("{P1} kept")).await;
        let first = day(&app);
        tomorrow(&app);
        for at in [&taken, &kept] {
            correct(&app, at, &json!({"title": "{P1} since"})).await;
        }
        let search = format!("as_of={first}&q=quillfeather");
        assert_eq!(titles(&app, &search, 50).await.len(), 3);
        correct(&app, &told_by_role, &json!({"people": named("role")})).await;
        let by_role = "an observer by role".to_owned();
        let listed = found(&app, first, "").await;
        assert!(listed.contains(&"Zorabeth Quillfeather kept".to_owned()), "{listed:?}");
        assert!(listed.contains(&"observer by role".to_owned()) || listed.contains(&by_role), "{listed:?}");
        assert_eq!(titles(&app, &search, 50).await.len(), 2);
        let gone = json!({"person": "P1", "scope": "record", "reason": "She asked."});
        app.verifier().post(&format!("{taken}/take-down"), &gone).await.is(200);
        let then = app.public().get(&format!("/api/v1/incidents?as_of={first}")).await.text();
        let names = then.matches("Zorabeth").count();
        assert!(!app.public().get(&format!("{taken}?as_of={first}")).await.text().contains("Zorabeth"));
        assert!(names > 0, "{then}");
        assert_eq!(titles(&app, &search, 50).await, ["Zorabeth Quillfeather kept"]);
        let removed = app.public().read(&format!("{taken}?as_of={first}")).await["removed"].clone();
        assert_eq!(removed, json!([day(&app).to_string()]));
    }

    /// Everybody gets what the public does; what waits is told to nobody.
    async fn facts_of_a_day_are_the_public_ones(app: TestApp) {
        let draft = incident().titled("shown").with("place", "Hideout Lane").with("tiers", json!({"place": "network"}));
        let at = app.published("incidents", draft).await;
        let first = day(&app);
        tomorrow(&app);
        correct(&app, &at, &json!({"title": "corrected"})).await;
        app.contributor().amend(&at, &json!({"title": "what waits"})).await.is(200);
        app.created("incidents", incident().titled("a draft")).await;
        for client in [app.public(), app.contributor(), app.verifier(), app.admin()] {
            for path in [format!("/api/v1/incidents?as_of={first}"), format!("{at}?as_of={first}")] {
                let told = client.get(&path).await.text();
                assert!(told.contains("shown"), "{told}");
                for hidden in ["Hideout", "waits", "draft", "recorded_at"] {
                    assert!(!told.contains(hidden), "{hidden} in {told}");
                }
            }
        }
        for client in [app.public(), app.contributor(), app.verifier(), app.admin()] {
            let asked = format!("/api/v1/incidents?as_of={first}&total=true&period=2024-04-01/2024-04-29");
            for date_match in ["overlap", "possible", "within"] {
                let page = client.read(&format!("{asked}&date_match={date_match}")).await;
                assert_eq!(page["meta"]["total"], 1, "{date_match}");
            }
        }
        let found = app.contributor().numbers(&format!("/api/v1/incidents?as_of={first}&q=hideout")).await;
        assert!(found.is_empty());
        let refused = app.contributor().get(&format!("{at}?as_of={first}&view=working")).await;
        refused.problem(400, "unknown-parameter");
    }

    /// The words of an organization's new name find the days gone by, and what only the desk sees finds nothing.
    async fn follows_what_is_called_otherwise_today(app: TestApp) {
        let slug = organization("Old Name").with("slug", "exo");
        let organization = app.published("organizations", slug).await;
        let draft = incident().titled("with them").with("organizations", json!([{"slug": "exo"}]))
            .with("summary", "unspeakable").with("tiers", json!({"summary": "network"}));
        let at = app.published("incidents", draft).await;
        let first = day(&app);
        tomorrow(&app);
        correct(&app, &at, &json!({"title": "still with them"})).await;
        correct(&app, &organization, &json!({"name": "Fresh Name"})).await;
        assert_eq!(found(&app, first, "q=fresh").await, ["with them"]);
        assert!(found(&app, first, "q=old").await.is_empty());
        for query in ["q=unspeakable".to_owned(), format!("as_of={first}&q=unspeakable")] {
            assert!(titles(&app, &query, 50).await.is_empty(), "{query}");
        }
    }

    /// What a version named once and nothing public names today keeps to itself how it is called since.
    async fn what_is_public_no_longer_is_found_by_no_new_name(app: TestApp) {
        let hidden = app.created("organizations", organization("Old Name").with("slug", "exo")).await.location();
        let draft = incident().titled("with them").with("organizations", json!([{"slug": "exo"}]));
        let at = app.published("incidents", draft).await;
        let first = day(&app);
        tomorrow(&app);
        correct(&app, &at, &json!({"organizations": []})).await;
        app.contributor().amend(&hidden, &json!({"name": "Fresh Name"})).await.is(200);
        app.contributor().amend(&hidden, &json!({"note": "Once more."})).await.is(200);
        assert!(found(&app, first, "q=fresh").await.is_empty());
        assert_eq!(found(&app, first, "q=them").await, ["with them"]);
        assert!(!app.public().get(&format!("{at}?as_of={first}")).await.text().contains("Fresh"));
    }

    async fn a_day_is_one_that_has_come(app: TestApp) {
        let today = day(&app);
        let next = today + TimeDelta::days(1);
        for name in ["as_of", "known_on"] {
            let problem = app.public().get(&format!("/api/v1/incidents?{name}={next}")).await.problem(400, "unknown-parameter");
            assert_eq!(problem["errors"][0]["parameter"], name);
            assert!(problem["errors"][0]["message"].as_str().unwrap().contains("in the future"));
            for wrong in ["2024", "yesterday", "2024-02-30", "2024-05-01T00:00:00Z"] {
                let answer = app.public().get(&format!("/api/v1/incidents?{name}={wrong}")).await;
                answer.problem(400, "unknown-parameter");
            }
            app.public().read(&format!("/api/v1/incidents?{name}={today}")).await;
        }
        let both = format!("/api/v1/incidents?as_of={today}&changed_since={today}");
        let problem = app.public().get(&both).await.problem(400, "unknown-parameter");
        assert_eq!(problem["errors"][0]["parameter"], "changed_since");
        app.public().get(&format!("/api/v1/organizations?as_of={today}")).await.problem(400, "unknown-parameter");
    }

    /// Random histories, replayed: what was published, merged and taken apart, day by day.
    async fn a_list_of_a_day_is_the_replay_of_what_was_done(app: TestApp) {
        let mut dice = 20_261_126_u64;
        let mut below = |bound: u64| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (dice >> 33) % bound
        };
        // What is shown of each record by now, and at the end of every day: title, day it occurred.
        let mut now = Shown::new();
        let mut records: Vec<(String, bool)> = Vec::new();
        let mut days: Vec<(NaiveDate, Shown)> = Vec::new();
        let mut gone: Vec<String> = Vec::new();
        let mut done = [0; 5];
        for nth in 0..60_u64 {
            let title = format!("title {nth}");
            let occurred = format!("20{:02}-0{}-11", 10 + below(12), 1 + below(9));
            let live: Vec<String> = now.keys().cloned().collect();
            let merged: Vec<String> = records.iter().filter(|(_, merged)| *merged).map(|(at, _)| at.clone()).collect();
            let nth_of = |all: &[String], at: u64| all[usize::try_from(at).unwrap() % all.len()].clone();
            match below(10) {
                0..=2 => {
                    done[0] += 1;
                    let at = app.published("incidents", incident().titled(&title).on(&occurred)).await;
                    records.push((at.clone(), false));
                    now.insert(at, (title, occurred));
                }
                3..=5 if !live.is_empty() => {
                    done[1] += 1;
                    let at = nth_of(&live, below(100));
                    correct(&app, &at, &json!({"title": title, "occurred": occurred})).await;
                    now.insert(at, (title, occurred));
                }
                6 | 7 if live.len() > 1 => {
                    done[2] += 1;
                    // The one that was published first stays.
                    let order: Vec<String> = records.iter().map(|(at, _)| at.clone()).filter(|at| now.contains_key(at)).collect();
                    let goes = order[1 + usize::try_from(below(100)).unwrap() % (order.len() - 1)].clone();
                    let merge = json!({"into": number(&order[0]), "reason": "The same."});
                    app.verifier().post(&format!("{goes}/merge"), &merge).await.is(200);
                    now.remove(&goes);
                    records.iter_mut().find(|(at, _)| *at == goes).unwrap().1 = true;
                    // What both say waits until it is published; here it never is.
                }
                8 if !merged.is_empty() => {
                    let at = nth_of(&merged, below(100));
                    let reason = json!({"reason": "They are two."});
                    if app.verifier().post(&format!("{at}/unmerge"), &reason).await.status == 200 {
                        done[3] += 1;
                        let record = app.public().read(&at).await;
                        let of = |value: &Value| value.as_str().unwrap().to_owned();
                        now.insert(at.clone(), (of(&record["title"]), of(&record["occurred"]["edtf"])));
                        records.iter_mut().find(|(of, _)| *of == at).unwrap().1 = false;
                    }
                }
                9 if live.len() > 3 => {
                    // One that took nothing up: what it would take with it is told elsewhere.
                    let at = records.iter().rev().map(|(at, _)| at.clone()).find(|at| now.contains_key(at)).unwrap();
                    done[4] += 1;
                    withdraw(&app, &at).await;
                    now.remove(&at);
                    gone.push(at);
                }
                _ => {}
            }
            app.advance(TimeDelta::minutes(1));
            if below(3) == 0 {
                days.push((day(&app), now.clone()));
                tomorrow(&app);
            }
        }
        days.push((day(&app), now.clone()));
        assert!(days.len() > 10 && done.iter().all(|times| *times > 0), "{} days, {done:?}", days.len());
        for (day, shown) in days {
            let expected: BTreeMap<String, String> = shown.iter()
                .filter(|(at, _)| !gone.contains(at))
                .map(|(at, (title, _))| (number(at), title.clone())).collect();
            for sort in ["-occurred", "occurred", "-last_changed", "-severity"] {
                let path = format!("/api/v1/incidents?as_of={day}&sort={sort}&limit=2");
                let (mut listed, mut after, mut order) = (BTreeMap::new(), String::new(), Vec::new());
                loop {
                    let page = app.public().read(&format!("{path}{after}&total=true")).await;
                    assert_eq!(page["meta"]["total"], expected.len(), "{path}");
                    for item in page["items"].as_array().unwrap() {
                        let of = |value: &Value| value.as_str().unwrap().to_owned();
                        order.push(of(&item["occurred"]["edtf"]));
                        assert!(listed.insert(of(&item["number"]), of(&item["title"])).is_none(), "{path}: twice");
                    }
                    match page["next"].as_str() {
                        Some(next) => after = format!("&after={next}"),
                        None => break,
                    }
                }
                assert_eq!(listed, expected, "{path}");
                let mut sorted = order.clone();
                sorted.sort();
                if sort == "-occurred" { sorted.reverse(); }
                if sort.contains("occurred") { assert_eq!(order, sorted, "{path}"); }
            }
        }
    }

    /// A register from before this could be asked knows its days, too.
    async fn what_was_published_before_can_be_asked(app: TestApp) {
        use amparo_migrations::{Migrate as _, Migrator};
        let at = app.published("incidents", incident().titled("one")).await;
        let first = day(&app);
        tomorrow(&app);
        correct(&app, &at, &json!({"title": "two"})).await;
        let goes = app.published("incidents", incident().titled("goes")).await;
        let second = day(&app);
        tomorrow(&app);
        let merge = json!({"into": number(&at), "reason": "The same."});
        app.verifier().post(&format!("{goes}/merge"), &merge).await.is(200);
        tomorrow(&app);
        app.verifier().post(&format!("{goes}/unmerge"), &json!({"reason": "Two."})).await.is(200);
        let apart = day(&app);
        let withdrawn = app.published("incidents", incident().titled("withdrawn")).await;
        tomorrow(&app);
        correct(&app, &withdrawn, &json!({"title": "withdrawn since"})).await;
        withdraw(&app, &withdrawn).await;
        let days = [first, second, second + TimeDelta::days(1), apart, day(&app)];
        let mut before = Vec::new();
        for day in days {
            before.push(app.public().get(&format!("/api/v1/incidents?as_of={day}&total=true")).await.text());
        }
        let all = Migrator::migrations();
        let nth = all.iter().position(|one| one.name().ends_with("count_incidents")).unwrap();
        let steps = u32::try_from(all.len() - nth).unwrap();
        Migrator::down(&app.database, Some(steps)).await.unwrap();
        app.store.migrate().await.unwrap();
        for (day, before) in days.iter().zip(before) {
            let after = app.public().get(&format!("/api/v1/incidents?as_of={day}&total=true")).await.text();
            assert_eq!(after, before, "{day}");
        }
    }
}
