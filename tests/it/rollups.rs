//! The counts that are kept are those of the records, whatever is done and however often.

use amparo_domain::vocabulary::State;
use amparo_tests::proofs::{Dice, scaled};
use amparo_tests::{TestApp, election, incident, on_both, organization};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::imports::import;

const COUNTRIES: [&str; 4] = ["AZE", "UGA", "FRA", "NAM"];
const DATES: [&str; 10] = [
    "2024-04-29",
    "2024-04-30/2024-05-02",
    "2024-05",
    "2024",
    "2024-Q",
    "/2024-04-30",
    "2024-04-30/..",
    "../2024-04-30",
    "XXXX",
    "2023-12-31",
];
const TYPES: [&str; 4] = ["detention", "threat", "harassment", "surveillance"];
const ACTORS: [&str; 3] = ["police", "armed_forces", "local_authority"];

/// What of an incident is counted, at random.
fn facts(dice: &mut Dice) -> Value {
    let mut types = vec![*dice.of(&TYPES), *dice.of(&TYPES)];
    types.dedup();
    let date = match *dice.of(&DATES) {
        "2024-Q" => "2024-05-28/2024-06-03",
        date => date,
    };
    let least = dice.below(5);
    let affected = match dice.below(3) {
        0 => json!({}),
        1 => json!({"unnamed_min": least}),
        _ => json!({"unnamed_min": least, "unnamed_max": least + dice.below(9)}),
    };
    let actors: Vec<Value> = match dice.below(3) {
        0 => vec![],
        _ => vec![json!({"actor_type": dice.of(&ACTORS)})],
    };
    let people: Vec<Value> = (0..dice.below(3))
        .map(|nth| {
            json!({"ref": format!("P{}", nth + 1), "role": "affected_person",
            "name": format!("Somebody {}", dice.any())})
        })
        .collect();
    json!({
        "types": types, "occurred": date, "country": dice.of(&COUNTRIES), "affected": affected,
        "perpetrators": actors, "people": people, "severity": 1 + dice.below(5),
        "election": if dice.below(3) == 0 { json!("az-2024") } else { Value::Null },
        "organizations": if dice.below(3) == 0 { json!([{"slug": "emds"}]) } else { json!([]) },
    })
}

async fn is_right(app: &TestApp, after: &str) {
    let recounted = app.store.recounted().await.unwrap();
    assert_eq!(recounted.kept, recounted.counted, "after {after}");
}

/// Something that somebody does with some record. What its state does not allow is refused, which changes nothing.
pub(crate) async fn something(app: &TestApp, dice: &mut Dice, known: &mut Vec<String>) -> String {
    let verifier = app.verifier();
    let at = if known.is_empty() { String::new() } else { dice.of(known).clone() };
    let reason = json!({"reason": "So it is."});
    match dice.below(if known.is_empty() { 1 } else { 12 }) {
        0..=2 => {
            let Value::Object(more) = facts(dice) else { return String::new() };
            let draft =
                more.into_iter().fold(incident(), |draft, (key, value)| draft.with(&key, value));
            let draft = draft.titled(&format!("Something {}", dice.below(1_000_000)));
            let published = dice.below(4) > 0;
            let at = if published {
                app.published("incidents", draft).await
            } else {
                app.created("incidents", draft).await.location()
            };
            known.push(at.clone());
            format!("making {at}")
        }
        3..=5 => {
            let read = verifier.get(&format!("{at}?view=working")).await;
            if read.status == 200 {
                let patch = facts(dice);
                verifier.patch(&at, &read.etag(), &patch).await;
            }
            if dice.below(3) > 0 {
                for other in [app.other_verifier(), app.third_verifier()] {
                    other.post(&format!("{at}/approve"), &amparo_tests::approval(&at)).await;
                }
                verifier.post(&format!("{at}/publish"), &reason).await;
            }
            format!("changing {at}")
        }
        6 => {
            let class = json!({"reason": "It was not so.", "reason_class": "mistaken"});
            verifier.post(&format!("{at}/withdraw"), &class).await;
            format!("withdrawing {at}")
        }
        7 => {
            let into = dice.of(known).rsplit('/').next().unwrap_or_default().to_owned();
            let body = json!({"into": into, "reason": "The same."});
            verifier.post(&format!("{at}/merge"), &body).await;
            format!("merging {at} into {into}")
        }
        8 => {
            verifier.post(&format!("{at}/unmerge"), &reason).await;
            format!("taking {at} apart")
        }
        9 => {
            verifier.delete(&at).await;
            format!("deleting {at}")
        }
        10 => {
            let date = dice.of(&["2024-02-07", "2024-05-01", "2024-05", "2023-01-01"]).to_owned();
            let election = "/api/v1/elections/az-2024";
            verifier.amend(election, &json!({"date": date})).await;
            app.other_verifier().post(&format!("{election}/approve"), &json!({})).await;
            app.third_verifier().post(&format!("{election}/approve"), &json!({})).await;
            verifier.post(&format!("{election}/publish"), &reason).await;
            "moving the election".to_owned()
        }
        _ => {
            let rows = (0..3).map(|_| {
                let (id, country) = (dice.below(20), dice.of(&COUNTRIES));
                let (day, kind) = (1 + dice.below(28), dice.of(&TYPES));
                let note = dice.below(3);
                format!("{id},2024-03-{day:02},{country},Imported {id},Text {note},{kind}\n")
            });
            let rows: Vec<String> = rows.collect();
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("some.csv");
            let header = "external_id,occurred,country,title,summary,types\n";
            std::fs::write(&path, format!("{header}{}", rows.concat())).unwrap();
            let state = if dice.below(3) == 0 { State::Submitted } else { State::Published };
            import(app, &[path], |options| options.state = Some(state)).await;
            "an import".to_owned()
        }
    }
}

on_both! {
    async fn what_is_kept_is_what_is_counted_after_whatever_is_done(app: TestApp) {
        app.published("elections", election("az-2024", "AZE", "2024-02-07")).await;
        app.published("organizations", organization("EMDS").with("slug", "emds")).await;
        let mut dice = Dice(7);
        let mut known = Vec::new();
        let writes = scaled(3_000, 150);
        for nth in 0..writes {
            app.advance(TimeDelta::minutes(1));
            let done = something(&app, &mut dice, &mut known).await;
            if nth % 10 == 0 || nth + 1 == writes {
                is_right(&app, &done).await;
            }
        }
        let recounted = app.store.recounted().await.unwrap();
        assert!(recounted.kept.len() > 30, "{:#?}", recounted.kept);
        // What a register was counted by before is counted anew when it is migrated.
        for before in ["DELETE FROM tally", "DELETE FROM rollup", "DELETE FROM instance WHERE name = 'card_edition'",
            "UPDATE record SET people = NULL, first_month = NULL, last_month = NULL"] {
            app.execute(before).await.unwrap();
        }
        let migrated = app.store.migrate().await.unwrap();
        assert!(migrated.rewritten > known.len() / 2, "{migrated:?}");
        let again = app.store.recounted().await.unwrap();
        assert_eq!(again.kept, recounted.kept);
        assert_eq!(again.counted, recounted.counted);
        assert_eq!(app.store.migrate().await.unwrap().rewritten, 0);
    }

    async fn the_shipped_register_is_counted_as_it_is_imported(app: TestApp) {
        app.load_register().await;
        is_right(&app, "an import").await;
        app.load_register().await;
        is_right(&app, "the same import again").await;
    }

    /// What is written beside a record is the same when it is written anew.
    async fn cards_that_are_written_anew_say_the_same(app: TestApp) {
        app.load_register().await;
        let before = app.dump().await;
        app.execute("DELETE FROM instance WHERE name = 'card_edition'").await.unwrap();
        let migrated = app.store.migrate().await.unwrap();
        assert!(migrated.rewritten > 300, "{migrated:?}");
        let revision = |lines: Vec<String>| -> Vec<String> {
            lines.into_iter().filter(|line| !line.starts_with("register ") && !line.starts_with("search_")).collect()
        };
        assert_eq!(revision(app.dump().await), revision(before));
    }
}
