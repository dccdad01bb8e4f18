//! Two records of one event become one, keep what both said, and can be taken apart again.

use amparo_domain::access::Role;
use amparo_tests::{Client, Draft, TestApp, incident, on_both, organization};
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// An incident about somebody of this name, with a source of its own.
fn about(name: &str, source: &str) -> Draft {
    incident()
        .titled("Detention of {P1}")
        .of_type("detention")
        .about(json!([{"ref": "P1", "name": name, "role": "affected_person"}]))
        .with("sources", json!([{"title": source, "url": format!("https://example.org/{source}")}]))
}

/// The one that stays and the one that goes.
async fn two(app: &TestApp) -> (String, String) {
    let stays = app.published("incidents", about("Zorabeth Quillfeather", "one")).await;
    let goes = about("Zorabet Quilfeather", "two")
        .on("2024-05")
        .with("types", json!(["physical_assault", "detention"]))
        .with("place", "Baku")
        .with("affected", json!({"unnamed_min": 2, "unnamed_max": 4}))
        .with(
            "events",
            json!([{"date": "2024-05-02", "kind": "released", "people": ["P1"], "source": "S1"}]),
        );
    (stays, app.created("incidents", goes).await.location())
}

fn number(at: &str) -> String {
    at.rsplit('/').next().unwrap().to_owned()
}

fn into(at: &str) -> Value {
    json!({"into": number(at), "reason": "The same arrest."})
}

async fn working(client: &Client<'_>, at: &str) -> Value {
    client.read(&format!("{at}?view=working")).await
}

/// What a record says, but for how often it was saved.
fn but_for_revisions(mut record: Value) -> Value {
    for member in ["revision", "latest_revision"] {
        record.as_object_mut().unwrap().remove(member);
    }
    record
}

fn claims(record: &Value, field: &str) -> Vec<Value> {
    let all = record["claims"].as_array().unwrap().iter();
    all.filter(|claim| claim["field"] == field).map(|claim| claim["value"].clone()).collect()
}

on_both! {
    async fn keeps_what_both_said(app: TestApp) {
        let (stays, goes) = two(&app).await;
        let verifier = app.verifier();
        let public = app.public().read(&stays).await;
        let answer = verifier.post(&format!("{goes}/merge"), &into(&stays)).await;
        answer.is(200);
        let merged = answer.json();
        assert_eq!(merged["number"], number(&stays));
        assert_eq!(merged["revision"], 2);
        assert_eq!(merged["occurred"]["edtf"], "2024-04-29", "the editors' choice stays");
        assert_eq!(claims(&merged, "occurred"), [json!("2024-04-29"), json!("2024-05")]);
        assert_eq!(claims(&merged, "place"), [json!("Baku")]);
        assert_eq!(claims(&merged, "affected.unnamed_max"), [json!(4)]);
        assert_eq!(
            claims(&merged, "types"),
            [json!(["detention"]), json!(["physical_assault", "detention"])]
        );
        assert_eq!(merged["people"].as_array().unwrap().len(), 1, "one person in two spellings");
        let sources: Vec<_> = merged["sources"].as_array().unwrap().iter()
            .map(|source| (source["ref"].clone(), source["title"].clone())).collect();
        assert_eq!(sources, [(json!("S1"), json!("one")), (json!("S2"), json!("two"))]);
        assert_eq!(merged["events"][0]["people"], json!(["P1"]));
        assert_eq!(merged["events"][0]["source"], "S2");
        let person = merged["people"][0]["person"].as_str().unwrap();
        let person = verifier.read(&format!("/api/v1/people/{person}")).await;
        let names: Vec<_> = person["names"].as_array().unwrap().iter().map(|n| n["name"].clone()).collect();
        assert_eq!(names, [json!("Zorabeth Quillfeather"), json!("Zorabet Quilfeather")]);
        // The public waits for the next version, as for any edit.
        assert_eq!(app.public().read(&stays).await, public);
        let reason = json!({"reason": "A second record of it."});
        app.approve(&stays).await;
        verifier.post(&format!("{stays}/publish"), &reason).await.is(200);
        assert_eq!(app.public().read(&stays).await["version"], 2);
        let number = number(&goes).replace('-', "");
        let done = app.column(&format!(
            "SELECT action FROM audit_entry WHERE number = {number} AND action <> 'read_confidential' ORDER BY id"
        )).await;
        assert_eq!(done, ["create", "merge"]);
    }

    async fn the_number_leads_to_the_one_that_stays(app: TestApp) {
        let stays = app.published("incidents", about("Zorabeth Quillfeather", "one")).await;
        app.advance(TimeDelta::days(1));
        let goes = app.published("incidents", about("Zorabet Quilfeather", "two").on("2024-05")).await;
        let cites = json!([{"number": number(&goes), "version": 1}]);
        let statement = json!({"title": "Solidarity", "date": "2024-05-03", "incidents": cites});
        let statement = app.published("statements", statement).await;
        let related = json!([{"number": number(&goes), "relation": "related"}]);
        let beside = app.published("incidents", incident().in_country("GEO").with("related", related)).await;
        let cited = app.public().read(&statement).await;
        let linked = app.public().read(&beside).await;
        let version = app.public().read(&format!("{goes}/versions/1")).await;
        app.verifier().post(&format!("{goes}/merge"), &into(&stays)).await.is(200);
        for client in [app.public(), app.analyst(), app.contributor(), app.verifier(), app.admin()] {
            for path in [goes.clone(), format!("/r/{}", number(&goes))] {
                let answer = client.get(&path).await;
                answer.is(308);
                assert_eq!(answer.header("location"), stays);
                assert_eq!(answer.header("cache-control"), "no-store");
                let body = json!({"number": number(&goes), "state": "merged", "into": number(&stays)});
                assert_eq!(answer.json(), body);
            }
            let events = client.get(&format!("{goes}/events")).await;
            events.is(308);
            assert_eq!(events.header("location"), format!("{stays}/events"));
            assert!(!client.numbers("/api/v1/incidents").await.contains(&number(&goes)));
            client.get(&format!("{goes}/versions")).await.is(200);
            client.get(&format!("/r/{}/v1", number(&goes))).await.is(307);
        }
        assert_eq!(app.public().numbers("/api/v1/incidents?q=detention").await, [number(&stays)]);
        // What was cited still says what it said, and is cited by the same number.
        let mut then = app.public().read(&format!("{goes}/versions/1")).await;
        assert_eq!(then["state"], "merged");
        then["state"] = version["state"].clone();
        then["last_changed"] = version["last_changed"].clone();
        assert_eq!(then, version);
        assert_eq!(app.public().read(&statement).await["incidents"], cited["incidents"]);
        assert_eq!(app.public().read(&beside).await["related"], linked["related"]);
        let cited_by = json!([{"number": number(&statement), "version": 1}]);
        assert_eq!(app.public().read(&stays).await["cited_by"], cited_by);
    }

    /// A name that goes from the one that stays goes from the versions of the other, and both go together.
    async fn what_goes_from_the_one_that_stays_goes_from_the_other(app: TestApp) {
        let named = |name: &str| json!([{"ref": "P1", "name": name, "role": "affected_person",
            "display": "name", "display_reason": "agreed", "position": "observer"}]);
        let one = about("Zorabeth Quillfeather", "one").about(named("Zorabeth Quillfeather"));
        let stays = app.published("incidents", one).await;
        let other = about("Zorabet Quilfeather", "two").about(named("Zorabet Quilfeather")).on("2024-05");
        let goes = app.published("incidents", other).await;
        let verifier = app.verifier();
        verifier.post(&format!("{goes}/merge"), &into(&stays)).await.is(200);
        let version = format!("{goes}/versions/1");
        assert_eq!(app.public().read(&version).await["people"][0]["name"], "Zorabet Quilfeather");
        let publish = format!("{stays}/publish");
        let reason = json!({"reason": "For safety."});
        app.approve(&stays).await;
        verifier.post(&publish, &reason).await.is(200);
        assert_eq!(app.public().read(&version).await["people"][0]["name"], "Zorabet Quilfeather");
        let mut people = working(&verifier, &stays).await["people"].clone();
        people[0]["display"] = json!("role");
        app.contributor().amend(&stays, &json!({"people": people})).await.is(200);
        app.approve(&stays).await;
        verifier.post(&publish, &reason).await.is(200);
        let without = app.public().get(&version).await;
        without.is(200);
        assert!(!without.text().contains("Quilfeather"), "{}", without.text());
        verifier.post(&format!("{stays}/withdraw"), &reason).await.is(200);
        for path in [version, format!("{goes}/versions")] {
            app.public().get(&path).await.problem(410, "withdrawn");
        }
        app.public().get(&goes).await.is(308);
    }

    async fn whom_one_of_them_withholds_the_merged_one_withholds(app: TestApp) {
        let people = |display: &str| json!([{"ref": "P1", "name": "Zorabeth Quillfeather",
            "role": "affected_person", "display": display, "display_reason": "said by the family"}]);
        let one = about("", "one").about(people("name"));
        let stays = app.published("incidents", one).await;
        let other = about("", "two").about(people("withheld")).on("2024-05");
        let goes = app.created("incidents", other).await.location();
        let answer = app.verifier().post(&format!("{goes}/merge"), &into(&stays)).await;
        assert_eq!(answer.json()["people"][0]["display"], "withheld");
        assert_eq!(answer.json()["people"].as_array().unwrap().len(), 1);
    }

    /// Nobody but its desk ever knew of a draft, and nobody hears of it now.
    async fn a_merged_draft_is_nothing_to_others(app: TestApp) {
        let (stays, goes) = two(&app).await;
        app.verifier().post(&format!("{goes}/merge"), &into(&stays)).await.is(200);
        let stranger = app.of_network("elsewhere", Role::Verifier).await;
        for client in [app.public(), app.analyst(), stranger] {
            for path in [goes.clone(), format!("/r/{}", number(&goes)), format!("{goes}/versions"),
                format!("{goes}/versions/1"), format!("{goes}/events"), format!("{goes}?view=working")] {
                client.get(&path).await.problem(404, "not-found");
            }
        }
        app.contributor().get(&goes).await.is(308);
        let kept = working(&app.contributor(), &goes).await;
        assert_eq!(kept["state"], "merged", "its desk can look at what it said");
        app.contributor().amend(&goes, &json!({"place": "Ganja"})).await.problem(409, "wrong-state");
        app.contributor().delete(&goes).await.problem(409, "wrong-state");
        app.verifier().post_nothing(&format!("{goes}/submit")).await.problem(409, "wrong-state");
    }

    async fn the_number_first_published_stays(app: TestApp) {
        let (stays, goes) = two(&app).await;
        let verifier = app.verifier();
        let refused = verifier.post(&format!("{stays}/merge"), &into(&goes)).await.problem(409, "conflict");
        assert_eq!(refused["errors"][0]["pointer"], "/into");
        assert_eq!(refused["errors"][0]["did_you_mean"], json!([number(&stays)]));
        app.advance(TimeDelta::days(1));
        verifier.post_nothing(&format!("{goes}/submit")).await.is(200);
        app.approve(&goes).await;
        verifier.post_nothing(&format!("{goes}/publish")).await.is(200);
        let refused = verifier.post(&format!("{stays}/merge"), &into(&goes)).await.problem(409, "conflict");
        assert_eq!(refused["errors"][0]["did_you_mean"], json!([number(&stays)]));
        verifier.post(&format!("{goes}/merge"), &into(&stays)).await.is(200);
    }

    async fn refuses_what_cannot_be_one(app: TestApp) {
        let (stays, goes) = two(&app).await;
        let verifier = app.verifier();
        let merge = format!("{goes}/merge");
        for (body, wrong) in [
            (json!({"into": number(&stays)}), vec!["/reason"]),
            (json!({"reason": "The same."}), vec!["/into"]),
            (json!({"into": "4827-1931", "reason": "The same."}), vec!["/into"]),
            (json!({"into": "4827-1930", "reason": "The same."}), vec!["/into"]),
            (json!({"into": number(&stays), "reason": "The same.", "people": {"P1": "P9"}}), vec!["/people/P1"]),
            (json!({"into": number(&stays), "reason": "The same.", "people": {"P9": "P1"}}), vec!["/people/P9"]),
            (json!({"into": number(&stays), "reason": "The same.", "persons": {}}), vec!["/persons"]),
            (json!({"into": number(&stays), "reason": "Zorabeth Quillfeather, twice."}), vec!["/reason"]),
        ] {
            assert_eq!(verifier.post(&merge, &body).await.wrong(), wrong, "{body}");
        }
        verifier.post(&merge, &into(&goes)).await.problem(409, "conflict");
        app.contributor().post(&merge, &into(&stays)).await.problem(403, "not-allowed");
        app.public().post(&merge, &into(&stays)).await.problem(401, "token-needed");
        let stranger = app.of_network("elsewhere", Role::Verifier).await;
        stranger.post(&merge, &into(&stays)).await.problem(404, "not-found");
        let draft: Value = about("Zorabeth Quillfeather", "three").into();
        let theirs = stranger.post("/api/v1/incidents", &draft).await.location();
        assert_eq!(verifier.post(&merge, &into(&theirs)).await.wrong(), ["/into"], "not there for us");
        app.published_by("elsewhere", &stranger, &theirs).await;
        let refused = verifier.post(&merge, &into(&theirs)).await.problem(409, "conflict");
        assert!(refused["errors"][0]["message"].as_str().unwrap().contains("another network"));
        verifier.post(&format!("{theirs}/merge"), &into(&stays)).await.problem(404, "not-found");
        // In one order of refusals: the state before the revision.
        let json_body = ("content-type", "application/json");
        let stale = [json_body, ("if-match", "\"r7-x\"")];
        let answer = verifier.send(Method::POST, &merge, &stale, into(&stays).to_string()).await;
        answer.problem(412, "stale");
        verifier.post(&merge, &into(&stays)).await.is(200);
        verifier.post(&merge, &into(&stays)).await.problem(409, "wrong-state");
        let third = app.created("incidents", about("Zorabeth Quillfeather", "four")).await.location();
        verifier.post(&format!("{third}/merge"), &into(&goes)).await.problem(409, "conflict");
        let withdrawal = json!({"reason": "Mistaken."});
        verifier.post(&format!("{stays}/withdraw"), &withdrawal).await.is(200);
        verifier.post(&format!("{third}/merge"), &into(&stays)).await.problem(409, "conflict");
    }

    async fn is_done_once(app: TestApp) {
        let (stays, goes) = two(&app).await;
        let headers = [("content-type", "application/json"), ("idempotency-key", "once")];
        let send = async || {
            let path = format!("{goes}/merge");
            app.verifier().send(Method::POST, &path, &headers, into(&stays).to_string()).await
        };
        let (first, second) = (send().await, send().await);
        first.is(200);
        assert_eq!(first.body, second.body);
        assert_eq!(app.count("merge", "1 = 1").await, 1);
    }

    async fn people_who_are_not_the_same_stay_two(app: TestApp) {
        let stays = app.published("incidents", about("Zorabeth Quillfeather", "one")).await;
        let goes = app.created("incidents", about("Penhaligon Marrowby", "two")).await.location();
        let answer = app.verifier().post(&format!("{goes}/merge"), &into(&stays)).await;
        answer.is(200);
        let people = answer.json()["people"].clone();
        assert_eq!(people.as_array().unwrap().len(), 2);
        assert_eq!(people[1]["ref"], "P2");
        app.verifier().post(&format!("{goes}/unmerge"), &json!({"reason": "Two arrests."})).await.is(200);
        // But the verifier knows better.
        let said = json!({"into": number(&stays), "reason": "A nickname.", "people": {"P1": "P1"}});
        let answer = app.verifier().post(&format!("{goes}/merge"), &said).await;
        assert_eq!(answer.json()["people"].as_array().unwrap().len(), 1);
    }

    async fn taken_apart_both_say_what_they_said(app: TestApp) {
        for published in [false, true] {
            let stays = if published {
                app.published("incidents", about("Zorabeth Quillfeather", "one")).await
            } else {
                app.created("incidents", about("Zorabeth Quillfeather", "one")).await.location()
            };
            let named = app.created("organizations", organization(&format!("Observers {published}"))).await;
            let named = json!([{"number": named.json()["number"]}]);
            let goes = about("Zorabet Quilfeather", "two").on("2024-05").with("organizations", named);
            let goes = if published {
                app.published("incidents", goes).await
            } else {
                app.created("incidents", goes).await.location()
            };
            let verifier = app.verifier();
            let person = working(&verifier, &stays).await["people"][0]["person"].clone();
            let person = format!("/api/v1/people/{}", person.as_str().unwrap());
            let all = [stays.clone(), goes.clone(), person];
            let mut before = Vec::new();
            for at in &all {
                before.push(but_for_revisions(working(&verifier, at).await));
            }
            let public = app.public().get(&goes).await.status;
            let listed = verifier.numbers("/api/v1/incidents?q=detention&state=draft,published").await;
            verifier.post(&format!("{goes}/merge"), &into(&stays)).await.is(200);
            let merged = working(&verifier, &stays).await;
            assert_ne!(but_for_revisions(merged), before[0]);
            let reason = json!({"reason": "Two arrests, a week apart."});
            assert_eq!(verifier.post_nothing(&format!("{goes}/unmerge")).await.wrong(), ["/reason"]);
            app.contributor().post(&format!("{goes}/unmerge"), &reason).await.problem(403, "not-allowed");
            let answer = verifier.post(&format!("{goes}/unmerge"), &reason).await;
            answer.is(200);
            assert_eq!(answer.json()["number"], number(&goes));
            for (at, before) in all.iter().zip(&before) {
                assert_eq!(&but_for_revisions(working(&verifier, at).await), before, "{at}");
            }
            assert_eq!(app.public().get(&goes).await.status, public);
            let now = verifier.numbers("/api/v1/incidents?q=detention&state=draft,published").await;
            assert_eq!(now, listed);
            verifier.post(&format!("{goes}/unmerge"), &reason).await.problem(409, "wrong-state");
            let digits = number(&goes).replace('-', "");
            let done = app.column(&format!(
                "SELECT action FROM audit_entry WHERE number = {digits} AND action <> 'read_confidential' ORDER BY id"
            )).await;
            assert_eq!(done[done.len() - 2..], ["merge", "unmerge"], "both stay in the audit for ever");
        }
    }

    async fn taking_apart_keeps_what_was_edited_since(app: TestApp) {
        let (stays, goes) = two(&app).await;
        let verifier = app.verifier();
        let before = working(&verifier, &stays).await;
        verifier.post(&format!("{goes}/merge"), &into(&stays)).await.is(200);
        app.contributor().amend(&stays, &json!({"summary": "Written since."})).await.is(200);
        let event = json!({"date": "2024-06-01", "kind": "released", "people": ["P1"], "source": "S2"});
        app.contributor().post(&format!("{stays}/events"), &event).await.is(201);
        let reason = json!({"reason": "Two arrests."});
        // The new step names a source that would go.
        let refused = verifier.post(&format!("{goes}/unmerge"), &reason).await.problem(409, "conflict");
        assert!(refused["errors"][0]["message"].as_str().unwrap().contains("/events/"), "{refused}");
        let mut now = working(&verifier, &stays).await;
        let events = now["events"].as_array_mut().unwrap();
        let last = events.len() - 1;
        events[last]["source"] = json!("S1");
        let events = json!({"events": now["events"]});
        app.contributor().amend(&stays, &events).await.is(200);
        verifier.post(&format!("{goes}/unmerge"), &reason).await.is(200);
        let after = working(&verifier, &stays).await;
        assert_eq!(after["summary"], "Written since.");
        assert_eq!(after["events"].as_array().unwrap().len(), 1);
        assert_eq!(after["sources"], before["sources"]);
        assert_eq!(after["claims"], before["claims"]);
    }

    async fn is_final_after_thirty_days(app: TestApp) {
        let (stays, goes) = two(&app).await;
        app.verifier().post(&format!("{goes}/merge"), &into(&stays)).await.is(200);
        app.advance(TimeDelta::days(31));
        let reason = json!({"reason": "Two arrests."});
        app.verifier().post(&format!("{goes}/unmerge"), &reason).await.problem(409, "conflict");
        app.contributor().get(&goes).await.is(308);
    }

    /// A name that one of the records spells in a text, because it did not know the person, is a token in
    /// the merged one.
    async fn no_text_of_the_merged_one_spells_a_name(app: TestApp) {
        let stays = app.published("incidents", about("Zorabeth Quillfeather", "one")).await;
        let goes = incident().of_type("detention").titled("Police took Zorabeth Quillfeather away");
        let goes = app.created("incidents", goes).await.location();
        let answer = app.verifier().post(&format!("{goes}/merge?text=raw"), &into(&stays)).await;
        answer.is(200);
        assert!(claims(&answer.json(), "title").contains(&json!("Police took {P1} away")), "{}", answer.text());
        let snapshots = app.column(
            "SELECT snapshot FROM revision WHERE revision > 1"
        ).await;
        assert!(snapshots.iter().all(|snapshot| !snapshot.contains("Quillfeather")));
    }
}
