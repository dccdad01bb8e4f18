//! Who may do what, and who sees what of it: the tables of `tests/policy` against the program.
//!
//! Every operation of the OpenAPI document is asked as everybody of the tables, about a record in every state, and
//! each answer is held to the table: its status, that a refusal changed nothing, that a hidden record
//! answers as one that never was, and that no word is in it which its reader may not know. Then every way of reading a
//! record is held to the table of fields. In full by `make proofs`, a twentieth otherwise.

mod asking;
mod policy;
mod records;

use std::collections::{BTreeMap, HashMap};

use amparo_tests::on_both;
use axum::http::Method;
use serde_json::Value;

use asking::{ask, needs_question, overheard};
use policy::{KINDS, NEVER, Operation, Policy, Principal, STATES};
use records::{World, can_be, kinds_and_states};

/// What was asked and came out otherwise.
#[derive(Debug)]
struct Mismatch {
    asked: String,
    who: String,
    state: String,
    policy: String,
    program: String,
}

/// The cells that were asked, and those that came out otherwise.
#[derive(Debug, Default)]
struct Outcome {
    cells: BTreeMap<&'static str, usize>,
    mismatches: Vec<Mismatch>,
}

impl Outcome {
    fn count(&mut self, of: &'static str, cells: usize) {
        *self.cells.entry(of).or_default() += cells;
    }

    /// Tells all that came out otherwise, as a table, and how many were asked.
    #[expect(clippy::print_stdout, reason = "how much was asked is for who runs the proof")]
    fn hold(&self, backend: impl std::fmt::Debug) {
        let all: usize = self.cells.values().sum();
        println!("{backend:?}: {all} cells: {:?}", self.cells);
        if self.mismatches.is_empty() {
            return;
        }
        let mut table = String::new();
        for m in &self.mismatches {
            let (asked, who, state) = (&m.asked, &m.who, &m.state);
            let line = format!("{asked:44} {who:26} {state:10} {:12} {}", m.policy, m.program);
            table.push_str(&line);
            table.push('\n');
        }
        panic!("{} of {all} cells are otherwise than the policy:\n{table}", self.mismatches.len());
    }
}

/// How much is asked: one of so many.
fn share() -> usize {
    let full = std::env::var_os("AMPARO_PROOFS").is_some_and(|value| value == "full");
    if full { 1 } else { 20 }
}

/// A number for a text, the same in every run (FNV-1a).
fn hash(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, step);
    hash ^ (hash >> 29)
}

/// A cell of the table of operations.
struct Cell<'p> {
    operation: &'p Operation,
    principal: &'p Principal,
    state: Option<usize>,
    status: u16,
}

/// The cells that are asked this time: all of them, or of each operation some.
fn cells<'p>(policy: &'p Policy, operations: &'p [Operation]) -> (Vec<Cell<'p>>, Vec<String>) {
    let (mut asked, mut wrong) = (Vec::new(), Vec::new());
    let mut of_each: BTreeMap<&str, Vec<(u64, Cell<'_>)>> = BTreeMap::new();
    for operation in operations {
        for principal in &policy.principals {
            match policy.statuses(operation, principal) {
                Err(why) => wrong.push(why),
                Ok(statuses) => {
                    for (state, status) in statuses {
                        let of_record = operation.kind.zip(state);
                        if of_record.is_some_and(|(kind, state)| !can_be(kind, state)) {
                            continue;
                        }
                        let kind = operation.kind.map_or("", |kind| kind.one);
                        let name = operation.name();
                        let order = hash(&format!("{name} {kind} {} {state:?}", principal.name));
                        let cell = Cell { operation, principal, state, status };
                        of_each.entry(&operation.id).or_default().push((order, cell));
                    }
                }
            }
        }
    }
    for (_, mut cells) in of_each {
        let some = cells.len().div_ceil(share());
        cells.sort_by_key(|(order, _)| *order);
        asked.extend(cells.into_iter().take(some).map(|(_, cell)| cell));
    }
    (asked, wrong)
}

fn document() -> Value {
    amparo_api::openapi()
}

/// Fails the build where an operation has no row, a row no operation, or a row does not say it for everybody.
#[test]
fn every_operation_has_a_policy() {
    let policy = Policy::read();
    let (operations, mut wrong) = policy.operations(&document());
    let (_, more) = cells(&policy, &operations);
    wrong.extend(more);
    for read in policy.reads() {
        for (kind, state) in kinds_and_states() {
            for field in policy.fields_of(read, kind) {
                for principal in &policy.principals {
                    if let Err(why) = policy.field(read, kind, state, field, principal) {
                        wrong.push(format!("{read} {field} of {}: {why}", principal.name));
                    }
                }
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

on_both! {
    /// What comes of every operation, for everybody, in every state.
    async fn who_may_do_what(app: TestApp) {
        let policy = Policy::read();
        let (operations, wrong) = policy.operations(&document());
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let (cells, wrong) = cells(&policy, &operations);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let mut world = World::of(&app, &policy).await;
        let mut outcome = Outcome::default();
        // What is answered for a number that was never given, by operation and principal.
        let mut nothing: HashMap<(String, Option<policy::Kind>, String), asking::Told> = HashMap::new();
        for (nth, cell) in cells.iter().enumerate() {
            let Cell { operation, principal, state, status } = cell;
            let asked = needs_question(operation);
            let place = operation.kind.zip(*state).filter(|(_, state)| *state != NEVER);
            if let Some((kind, state)) = place.filter(|_| operation.path.ends_with("/merge")) {
                // The number that was published first stays, so the other has to be there before.
                world.other().await;
                world.spend(kind, state, asked);
            }
            let made = match place {
                Some((kind, state)) => world.record(kind, state, asked).await,
                None => None,
            };
            let told = ask(&mut world, operation, principal, made.as_ref(), nth).await;
            outcome.count("operations", 1);
            let differs = |policy: String, program: String| Mismatch {
                asked: format!("{} {}", operation.name(), operation.kind.map_or("", |kind| kind.one)),
                who: principal.name.clone(),
                state: state.map_or("", |state| STATES[state]).to_owned(),
                policy,
                program,
            };
            if told.status != *status {
                let text: String = told.text.chars().take(160).collect();
                outcome.mismatches.push(differs(status.to_string(), format!("{} {text}", told.status)));
            }
            let of_words = operation.kind.unwrap_or(KINDS[0]);
            for heard in overheard(&policy, of_words, *state, principal, &told.text) {
                outcome.mismatches.push(differs("never".to_owned(), heard));
            }
            let (Some(made), Some((kind, state))) = (made, place) else {
                continue;
            };
            if operation.method() != Method::GET {
                if (200..300).contains(&told.status) {
                    if operation.path.ends_with("/merge") {
                        world.spend_other();
                    }
                    world.spend(kind, state, asked);
                } else if world.standing(&made.number).await != made.standing {
                    outcome.mismatches.push(differs("unchanged".to_owned(), format!("{} and changed", told.status)));
                    world.spend(kind, state, asked);
                }
            }
            if told.status == 404 && *status == 404 {
                let key = (operation.name(), operation.kind, principal.name.clone());
                if !nothing.contains_key(&key) {
                    let of_nothing = ask(&mut world, operation, principal, None, nth).await;
                    nothing.insert(key.clone(), of_nothing);
                }
                if nothing[&key].status == 404 && nothing[&key].whole != told.whole {
                    outcome.mismatches.push(differs("as never".to_owned(), told.whole.clone()));
                }
                outcome.count("hidden and never given", 1);
            }
        }
        outcome.hold(app.backend);
    }

    /// What everybody sees of a record in every state, by every way of reading it.
    async fn who_sees_what(app: TestApp) {
        let policy = Policy::read();
        let mut world = World::of(&app, &policy).await;
        let mut outcome = Outcome::default();
        let mut reads = Vec::new();
        for (kind, state) in kinds_and_states() {
            for read in policy.reads().into_iter().filter(|read| *read != "anything") {
                for principal in &policy.principals {
                    let order = hash(&format!("{read} {} {state} {}", kind.one, principal.name));
                    reads.push((order, kind, state, read, principal));
                }
            }
        }
        reads.sort_by_key(|(order, ..)| *order);
        reads.truncate(reads.len().div_ceil(share()));
        for (_, kind, state, read, principal) in reads {
            let told = |field| policy.field(read, kind, state, field, principal).unwrap();
            let fields = policy.fields_of(read, kind);
            let fields: Vec<_> = fields.into_iter().filter_map(|field| Some((field, told(field)?))).collect();
            if fields.is_empty() {
                continue;
            }
            let made = world.record(kind, state, read == "questions").await.unwrap();
            let (got, text) = asking::read(&world, read, kind, state, principal, &made).await;
            let differs = |asked: String, policy: &str, program: &str| Mismatch {
                asked: format!("{read} {} {asked}", kind.one),
                who: principal.name.clone(),
                state: STATES[state].to_owned(),
                policy: policy.to_owned(),
                program: program.to_owned(),
            };
            for heard in overheard(&policy, kind, Some(state), principal, &text) {
                outcome.mismatches.push(differs(heard, "never", "is there"));
            }
            outcome.count("answers without words", 1);
            let Some(got) = got else {
                continue;
            };
            // What a list does not have in it says nothing of its fields.
            let there = asking::says(&got, "the record") == "shown";
            for (field, said) in fields.into_iter().filter(|(field, _)| there || *field == "the record") {
                outcome.count("fields", 1);
                let says = asking::says(&got, field);
                if says != said && said != "may" {
                    outcome.mismatches.push(differs(field.to_owned(), said, says));
                }
            }
        }
        outcome.hold(app.backend);
    }
}
