//! Statements whose files come back: which of them the register has, and what of what they cite.

use std::collections::HashSet;

use amparo_domain::access::{Actor, Audience};
use amparo_domain::facts::Stored;
use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_exchange::{Before, Entry, Note};
use amparo_store::{Record, Shown, Store, StoreError, View};
use tokio::runtime::Handle;

/// What is asked of the register while files are read.
pub(super) struct Returning {
    store: Store,
    audience: Audience,
    network: String,
    runtime: Handle,
}

impl Returning {
    pub(super) fn new(store: Store, actor: &Actor) -> Self {
        let (audience, network) = (actor.audience(), actor.network.clone());
        Self { store, audience, network, runtime: Handle::current() }
    }

    /// Settles what the files of statements say of where they came from. A statement that is there makes no candidates again. What cannot
    /// be settled is taken out, and told.
    pub(super) fn settle(&self, entries: &mut Vec<Entry>) -> Vec<Note> {
        let mut problems = Vec::new();
        let mut left_out: HashSet<usize> = HashSet::new();
        for at in 0..entries.len() {
            if entries[at].returning.is_none() {
                continue;
            }
            match self.settle_one(&mut entries[at]) {
                Ok(false) => {}
                Ok(true) => left_out.extend(candidates(entries, at)),
                Err(problem) => {
                    left_out.extend(candidates(entries, at));
                    left_out.insert(at);
                    problems.push(problem);
                }
            }
        }
        let mut at = 0;
        entries.retain(|_| {
            at += 1;
            !left_out.contains(&(at - 1))
        });
        problems
    }

    /// Settles one; gives whether the register has it.
    fn settle_one(&self, entry: &mut Entry) -> Result<bool, Note> {
        let Some(returning) = &entry.returning else {
            return Ok(false);
        };
        let place = entry.place.clone();
        let problem = |message: String| Note::problem(&place, message);
        let failed =
            |error: StoreError| problem(format!("the register could not be asked: {error}"));
        let known = self.known(returning.cited()).map_err(failed)?;
        let is_known = |number: Number| known.contains(&number);
        let Some(number) = returning.statement() else {
            entry.settle_as_new(is_known);
            return Ok(false);
        };
        let Shown { records: record, labels } = match self.statement(number) {
            Ok(shown) => shown,
            Err(StoreError::NotFound) => {
                entry.settle_as_new(is_known);
                return Ok(false);
            }
            Err(StoreError::Withdrawn(_)) => {
                return Err(problem(format!(
                    "statement {number} was withdrawn; it cannot be imported again"
                )));
            }
            Err(error) => return Err(failed(error)),
        };
        if record.network != self.network {
            return Err(problem(format!(
                "statement {number} belongs to another network; it is not yours to change. Take the line \"statement\" out of the file to \
                 import it as one of your own"
            )));
        }
        let Stored::Statement(facts) = &record.facts else {
            return Err(problem(format!("{number} is no statement")));
        };
        let date = entry.value["date"].as_str().unwrap_or_default();
        let title = entry.value["title"].as_str().unwrap_or_default();
        let key = amparo_domain::fold::key;
        if facts.date.edtf() != date && key(&facts.title) != key(title) {
            return Err(problem(format!(
                "statement {number} is another one in this register: neither its title nor its date is that of the file"
            )));
        }
        let name_of = |person: Number| labels.name_of(person).map(str::to_owned);
        let organization = |number: Number| {
            let label = labels.get(number)?;
            Some((label.name.clone().or_else(|| label.acronym.clone())?, label.acronym.clone()))
        };
        let before = Before { number, facts, name_of: &name_of, organization: &organization };
        entry.settle_on(&before, is_known).map_err(|invalid| {
            let issues =
                invalid.0.iter().map(|issue| format!("{} {}", issue.pointer, issue.message));
            problem(issues.collect::<Vec<_>>().join("; "))
        })?;
        Ok(true)
    }

    fn statement(&self, number: Number) -> Result<Shown<Record>, StoreError> {
        let named = Named::Number(number);
        let found =
            self.store.find_to_write(&self.audience, Kind::Statement, &named, View::Working);
        match self.runtime.block_on(found) {
            // It is there for everybody, and not for its importer to change.
            Err(StoreError::NotFound) => {
                let found =
                    self.store.find_to_write(&self.audience, Kind::Statement, &named, View::Shown);
                self.runtime.block_on(found)
            }
            found => found,
        }
    }

    /// The incidents that there are for who imports.
    fn known(&self, numbers: Vec<Number>) -> Result<HashSet<Number>, StoreError> {
        let mut known = HashSet::new();
        for number in numbers {
            match self.runtime.block_on(self.store.kind_of(&self.audience, number)) {
                Ok(Kind::Incident) => {
                    known.insert(number);
                }
                Ok(_) | Err(StoreError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(known)
    }
}

/// The candidates that a statement makes, by their places.
fn candidates(entries: &[Entry], statement: usize) -> Vec<usize> {
    let cited = entries[statement].value["incidents"].as_array();
    let ids: HashSet<String> = cited
        .into_iter()
        .flatten()
        .filter(|cited| cited["external_id"]["system"] == "statement-candidate")
        .map(|cited| cited["external_id"].to_string())
        .collect();
    let made = |entry: &Entry| {
        entry.kind == Kind::Incident && ids.contains(&entry.value["external_ids"][0].to_string())
    };
    (0..statement).rev().take_while(|at| made(&entries[*at])).collect()
}
