//! Random questions to a large register, against a count by hand over the very file that was imported.
//!
//! The oracle knows the file and the documents, and nothing of the code that answers: it reads the rows, asks of
//! each whether it fits, and compares what it found with every form in which the register answers.

mod asking;
mod questions;
mod rows;

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use amparo_domain::vocabulary::State;
use amparo_tests::proofs::{Dice, scaled, tell};
use amparo_tests::{Limits, TestApp, on_both};

use crate::imports::import;
use asking::Register;
use rows::Rows;

/// The questions of one run.
fn questions() -> usize {
    scaled(500, 25)
}

/// The incidents they are asked of. `AMPARO_ORACLE_ROWS` makes it fewer or more.
fn incidents() -> usize {
    let asked = std::env::var("AMPARO_ORACLE_ROWS").ok().and_then(|rows| rows.parse().ok());
    asked.unwrap_or_else(|| scaled(100_000, 1_500))
}

fn generate(into: &Path, count: usize) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/gen_incidents.py");
    let made = Command::new("python3")
        .arg(script)
        .args(["-n", &count.to_string(), "-o"])
        .arg(into)
        .output()
        .expect("python3 is there");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

on_both! {
    /// What is listed, taken away and counted is the same, and what the file says.
    async fn every_form_of_an_answer_is_what_the_file_says(app: TestApp) {
        // A machine that does much else at once is slow, and nothing is proved by that.
        let patient = Limits { time: Some(Duration::from_mins(5)), ..Limits::default() };
        let app = TestApp::limited(app.backend, patient).await.expect("there is a database");
        let folder = tempfile::tempdir().expect("there is room");
        let file = folder.path().join("incidents.csv");
        generate(&file, incidents());
        let imported = import(&app, std::slice::from_ref(&file), |options| {
            options.state = Some(State::Published);
        }).await;
        assert!(imported.committed, "{imported}");
        let register = Register::of(&app).await;
        let rows = Rows::read(&file, &register);
        assert_eq!(rows.all.len(), incidents());
        let mut dice = Dice(0x0bac_1e00);
        let (mut found, mut nothing, mut widest) = (0, 0, 0);
        let mut asked = HashSet::new();
        while asked.len() < questions() {
            let question = questions::random(&mut dice, &rows, &register);
            if !asked.insert(question.query()) {
                continue;
            }
            let expected = rows.that_fit(&question);
            found += expected.len();
            nothing += usize::from(expected.is_empty());
            widest = widest.max(expected.len());
            register.hold(&rows, &question, &expected, &mut dice).await;
        }
        tell(&format!(
            "oracle on {:?}: {} questions of {} incidents; {found} found in all, {widest} at most, nothing {nothing} times",
            app.backend, asked.len(), rows.all.len(),
        ));
        assert!(nothing < asked.len() / 2, "most questions should find something");
    }
}
