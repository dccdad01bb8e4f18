//! Many people who change one record at once, as they last saw it: what was acknowledged is there, and nothing else.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Instant;

use amparo_tests::proofs::{Dice, scaled, tell};
use amparo_tests::{TestApp, incident, on_both};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// What they change: each a member of its own.
const MEMBERS: [&str; 6] = ["title", "summary", "place", "admin1", "date_note", "other_text"];

/// A change that was acknowledged: the member and what it says now.
type Change = (&'static str, String);

async fn edits(app: TestApp) {
    let began = Instant::now();
    let (clients, each) = (scaled(64, 16), scaled(200, 40));
    let draft = incident().with("types", json!(["other"])).with("other_text", "Something else");
    let at = app.created("incidents", draft).await.location();
    // By the revision that each made.
    let acknowledged: Mutex<BTreeMap<u64, Change>> = Mutex::default();
    let everybody = (0..clients).map(|client| {
        let writers = [app.contributor(), app.verifier(), app.other_verifier()];
        let (writer, at, acknowledged) = (writers[client % 3].clone(), &at, &acknowledged);
        async move {
            let mut dice = Dice(client as u64);
            let member = MEMBERS[client % MEMBERS.len()];
            let working = format!("{at}?view=working");
            let mut seen = writer.get(&working).await.etag();
            let (mut done, mut stale, mut unread) = (0, 0, 0);
            for nth in 0..each {
                let value = format!("Edit {nth} of client {client}");
                let patch = json!({member: value});
                // One in four is sent as it was read before the last edit, one in sixteen without saying.
                match dice.below(16) {
                    0 => {
                        let headers = [("content-type", "application/merge-patch+json")];
                        let method = axum::http::Method::PATCH;
                        let answer = writer.send(method, at, &headers, patch.to_string()).await;
                        answer.problem(428, "if-match-needed");
                        unread += 1;
                        continue;
                    }
                    1..=4 => {}
                    _ => seen = writer.get(&working).await.etag(),
                }
                let answer = writer.patch(at, &seen, &patch).await;
                match answer.status.as_u16() {
                    200 => {
                        let made = answer.json()["revision"].as_u64().expect("it is a revision");
                        let before = acknowledged.lock().unwrap().insert(made, (member, value));
                        assert_eq!(before, None, "two edits made revision {made}");
                        done += 1;
                    }
                    412 => {
                        answer.problem(412, "stale");
                        stale += 1;
                    }
                    status => panic!("{status}: {}", answer.text()),
                }
            }
            (done, stale, unread)
        }
    });
    let outcomes = join_all(everybody).await;
    let sum = |of: fn(&(usize, usize, usize)) -> usize| outcomes.iter().map(of).sum::<usize>();
    let (done, stale, unread) = (sum(|o| o.0), sum(|o| o.1), sum(|o| o.2));
    assert_eq!(done + stale + unread, clients * each);
    assert!(done > 1 && stale > 1 && unread > 0, "each came: {done} {stale} {unread}");

    let made = i64::try_from(done).unwrap();
    assert_eq!(app.count("revision", "1 = 1").await, 1 + made);
    assert_eq!(app.count("audit_entry", "action = 'change'").await, made);
    let acknowledged = acknowledged.into_inner().unwrap();
    let numbers: Vec<u64> = acknowledged.keys().copied().collect();
    assert_eq!(numbers, (2..2 + done as u64).collect::<Vec<_>>(), "no number is left out");
    // Each revision is the one before it with the one change that was acknowledged.
    let reader = app.verifier();
    let content = |record: &Value| MEMBERS.map(|member| record[member].clone());
    let first = reader.read(&format!("{at}/revisions/1")).await;
    let mut expected = content(said(&first));
    for (revision, (member, value)) in acknowledged {
        let index = MEMBERS.iter().position(|of| *of == member).expect("it is one of them");
        expected[index] = value.into();
        let there = reader.read(&format!("{at}/revisions/{revision}")).await;
        assert_eq!(content(said(&there)), expected, "revision {revision}");
    }
    let last = reader.read(&format!("{at}?view=working")).await;
    assert_eq!(content(&last), expected, "nothing was written over");
    tell(&format!(
        "{:?}: {clients} clients × {each} edits: {done} acknowledged, {stale} refused as stale, {unread} without \
         If-Match refused, in {:.1} s",
        app.backend,
        began.elapsed().as_secs_f32()
    ));
}

/// What a revision says, wherever it stands in the answer.
fn said(revision: &Value) -> &Value {
    revision.get("record").unwrap_or(revision)
}

on_both! {
    /// As many revisions as were acknowledged, each with the change it was acknowledged for.
    async fn no_update_is_lost(app: TestApp) {
        edits(app).await;
    }
}
