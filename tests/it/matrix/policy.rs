//! The tables of `tests/policy`: the policy as people read it.

use std::collections::BTreeSet;

use amparo_domain::access::Role;
use axum::http::Method;
use serde_json::Value;

/// The states of a record in the tables, and a number that was never given.
pub(super) const STATES: [&str; 9] = [
    "draft",
    "submitted",
    "in_review",
    "published",
    "changed",
    "withdrawn",
    "declined",
    "merged",
    "never",
];
/// The place of that number among them.
pub(super) const NEVER: usize = 8;

/// A kind of record: one, and many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Kind {
    pub(super) one: &'static str,
    pub(super) many: &'static str,
}

/// Those that `any` stands for, and people.
pub(super) const KINDS: [Kind; 6] = [
    Kind { one: "incident", many: "incidents" },
    Kind { one: "organization", many: "organizations" },
    Kind { one: "election", many: "elections" },
    Kind { one: "case", many: "cases" },
    Kind { one: "statement", many: "statements" },
    Kind { one: "person", many: "people" },
];

/// Somebody who asks.
#[derive(Debug, Clone)]
pub(super) struct Principal {
    pub(super) name: String,
    pub(super) network: String,
    pub(super) role: Option<Role>,
    groups: BTreeSet<String>,
}

/// A row of one of the two tables: of what, for which kinds, in which states, for whom.
#[derive(Debug)]
struct Row {
    line: u64,
    of: Vec<String>,
    kinds: Vec<String>,
    states: Vec<String>,
    fields: Vec<String>,
    who: Vec<String>,
    says: Vec<String>,
}

/// The policy.
#[derive(Debug)]
pub(super) struct Policy {
    pub(super) principals: Vec<Principal>,
    operations: Vec<Row>,
    fields: Vec<Row>,
}

/// An operation of the document, asked in one way about one kind of record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) way: String,
    pub(super) kind: Option<Kind>,
    pub(super) path: String,
    pub(super) method: String,
}

impl Operation {
    /// The method.
    pub(super) fn method(&self) -> Method {
        self.method.to_uppercase().parse().unwrap()
    }

    /// As the table calls it.
    pub(super) fn name(&self) -> String {
        if self.way.is_empty() { self.id.clone() } else { format!("{}({})", self.id, self.way) }
    }
}

impl Policy {
    /// Reads the tables.
    pub(super) fn read() -> Self {
        let principals = table("principals.csv", |_, cells| Principal {
            name: cells[0].clone(),
            network: cells[1].clone(),
            role: (!cells[2].is_empty()).then(|| cells[2].parse().unwrap()),
            groups: words(&cells[3]).into_iter().collect(),
        });
        let operations = table("operations.csv", |line, cells| {
            // An empty cell says the same as the one to its left.
            let mut says: Vec<String> = cells[3..].to_vec();
            says.resize(1 + STATES.len(), String::new());
            let mut left = String::new();
            for said in says.iter_mut().skip(1) {
                if said.is_empty() {
                    said.clone_from(&left);
                }
                left.clone_from(said);
            }
            Row {
                line,
                of: words(&cells[0]),
                kinds: words(&cells[1]),
                states: vec!["any".to_owned()],
                fields: Vec::new(),
                who: people(&cells[2]),
                says,
            }
        });
        let fields = table("fields.csv", |line, cells| Row {
            line,
            of: words(&cells[0]),
            kinds: words(&cells[1]),
            states: words(&cells[2]),
            fields: if cells[3].starts_with("the ") || cells[3].starts_with("words ") {
                vec![cells[3].clone()]
            } else {
                words(&cells[3])
            },
            who: people(&cells[4]),
            says: vec![cells[5].clone()],
        });
        let policy = Self { principals, operations, fields };
        policy.check_words();
        policy
    }

    /// Every word of the tables is one that is known.
    fn check_words(&self) {
        let mut who: BTreeSet<&str> = BTreeSet::from(["everybody else"]);
        for principal in &self.principals {
            who.insert(&principal.name);
            who.extend(principal.groups.iter().map(String::as_str));
        }
        for row in self.operations.iter().chain(&self.fields) {
            for name in &row.who {
                assert!(who.contains(name.as_str()), "line {}: who is {name}?", row.line);
            }
            for kind in &row.kinds {
                let known = kind == "any" || KINDS.iter().any(|known| known.one == kind);
                assert!(known, "line {}: what is a {kind}?", row.line);
            }
            for state in &row.states {
                let known = state == "any" || STATES.contains(&state.as_str());
                assert!(known, "line {}: which state is {state}?", row.line);
            }
        }
    }

    /// The operations of the table as those of the document, and what is wrong with the two: an operation
    /// without a row, a row without an operation.
    pub(super) fn operations(&self, document: &Value) -> (Vec<Operation>, Vec<String>) {
        let documented = documented(document);
        let mut wrong = Vec::new();
        let mut all = BTreeSet::new();
        for row in &self.operations {
            for name in &row.of {
                let (base, way) = match name.split_once('(') {
                    Some((base, way)) => (base, way.trim_end_matches(')')),
                    None => (name.as_str(), ""),
                };
                let kinds: Vec<Option<Kind>> = if row.kinds.is_empty() {
                    vec![None]
                } else {
                    KINDS.into_iter().filter(|kind| names_kind(row, *kind)).map(Some).collect()
                };
                let mut there = false;
                for kind in kinds {
                    let id = kind.map_or_else(
                        || base.to_owned(),
                        |kind| base.replace("{kind}", kind.one).replace("{kinds}", kind.many),
                    );
                    let Some((_, method, path)) = documented.iter().find(|(of, ..)| *of == id)
                    else {
                        if base.contains('{') {
                            wrong.push(format!("line {}: there is no operation {id}", row.line));
                        }
                        continue;
                    };
                    there = true;
                    let of_other = KINDS.into_iter().find(|of| is_under(path, *of));
                    if of_other.is_some() && of_other != kind {
                        continue;
                    }
                    all.insert(Operation {
                        id,
                        way: way.to_owned(),
                        kind,
                        path: path.clone(),
                        method: method.clone(),
                    });
                }
                if !there {
                    wrong.push(format!("line {}: there is no operation {name}", row.line));
                }
            }
        }
        for (id, ..) in &documented {
            if !all.iter().any(|operation| operation.id == *id) {
                wrong.push(format!("{id} has no row in tests/policy/operations.csv"));
            }
        }
        wrong.dedup();
        (all.into_iter().collect(), wrong)
    }

    /// What comes of an operation: the status where it is about no record, else one for each state; none
    /// where there is no such thing.
    pub(super) fn statuses(
        &self,
        operation: &Operation,
        principal: &Principal,
    ) -> Result<Vec<(Option<usize>, u16)>, String> {
        let rows = self.operations.iter().filter(|row| {
            row.of.iter().any(|name| {
                let name = match operation.kind {
                    Some(kind) => name.replace("{kind}", kind.one).replace("{kinds}", kind.many),
                    None => name.clone(),
                };
                name == operation.name()
            })
        });
        let about = || format!("{} of {}", operation.name(), principal.name);
        let row = best(rows, operation.kind, None, principal)
            .map_err(|why| format!("{}: {why}", about()))?
            .ok_or_else(|| format!("{}: no row", about()))?;
        let read = |said: &str| {
            said.parse::<u16>().map_err(|_| format!("line {}: {said:?} is no status", row.line))
        };
        if !row.says[0].is_empty() {
            return Ok(vec![(None, read(&row.says[0])?)]);
        }
        let states = (0..STATES.len()).filter(|state| row.says[1 + state] != "-");
        states.map(|state| Ok((Some(state), read(&row.says[1 + state])?))).collect()
    }

    /// What a field of a read says, by the table; nothing where the table says nothing.
    pub(super) fn field(
        &self,
        read: &str,
        kind: Kind,
        state: usize,
        field: &str,
        principal: &Principal,
    ) -> Result<Option<&str>, String> {
        let rows = self.fields.iter().filter(|row| {
            row.of.iter().any(|of| of == read) && row.fields.iter().any(|of| of == field)
        });
        let row = best(rows, Some(kind), Some(STATES[state]), principal)?;
        Ok(row.map(|row| row.says[0].as_str()))
    }

    /// The fields that the table knows of a read of a kind.
    pub(super) fn fields_of(&self, read: &str, kind: Kind) -> BTreeSet<&str> {
        let rows = self.fields.iter().filter(|row| row.of.iter().any(|of| of == read));
        let rows = rows.filter(|row| names_kind(row, kind));
        rows.flat_map(|row| row.fields.iter().map(String::as_str)).collect()
    }

    /// The reads that the table knows.
    pub(super) fn reads(&self) -> BTreeSet<&str> {
        self.fields.iter().flat_map(|row| row.of.iter().map(String::as_str)).collect()
    }
}

/// The row that says it: one that names the kind goes before one that says any, then one that names the
/// state, then one that names the principal before a group of theirs before everybody else.
fn best<'r>(
    rows: impl Iterator<Item = &'r Row>,
    kind: Option<Kind>,
    state: Option<&str>,
    principal: &Principal,
) -> Result<Option<&'r Row>, String> {
    let mut found: Option<((bool, bool, u8), &Row)> = None;
    for row in rows {
        let of_kind = kind.is_none_or(|kind| names_kind(row, kind));
        let any_state = row.states.iter().any(|of| of == "any");
        let of_state = any_state || state.is_none_or(|state| row.states.iter().any(|s| s == state));
        let Some(who) = names_principal(row, principal).filter(|_| of_kind && of_state) else {
            continue;
        };
        let exact = (!row.kinds.iter().any(|kind| kind == "any"), !any_state, who);
        match found {
            Some((before, row_before)) if before == exact => {
                return Err(format!("lines {} and {} both say it", row_before.line, row.line));
            }
            Some((before, _)) if before > exact => {}
            _ => found = Some((exact, row)),
        }
    }
    Ok(found.map(|(_, row)| row))
}

fn names_kind(row: &Row, kind: Kind) -> bool {
    let any = kind.one != "person" && row.kinds.iter().any(|of| of == "any");
    any || row.kinds.iter().any(|of| of == kind.one)
}

fn names_principal(row: &Row, principal: &Principal) -> Option<u8> {
    let named = |name: &String| {
        if *name == principal.name {
            Some(2)
        } else if principal.groups.contains(name) {
            Some(1)
        } else {
            (name == "everybody else").then_some(0)
        }
    };
    row.who.iter().filter_map(named).max()
}

/// Whether a path is about records of a kind.
fn is_under(path: &str, kind: Kind) -> bool {
    let base = format!("/api/v1/{}", kind.many);
    path == base || path.starts_with(&format!("{base}/"))
}

/// The operations of the document: their ids, methods and paths.
fn documented(document: &Value) -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            all.push((id, method.clone(), path.clone()));
        }
    }
    all
}

/// The rows of a table, each with its line.
fn table<T>(name: &str, row: impl Fn(u64, &[String]) -> T) -> Vec<T> {
    let path = format!("{}/policy/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut reader =
        csv::ReaderBuilder::new().comment(Some(b'#')).flexible(true).from_path(path).unwrap();
    let columns = reader.headers().unwrap().len();
    let records = reader.records().map(|record| {
        let record = record.unwrap();
        let mut cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        let line = record.position().map_or(0, csv::Position::line);
        assert!(cells.len() <= columns, "{name}, line {line}: more cells than columns");
        cells.resize(columns, String::new());
        row(line, &cells)
    });
    records.collect()
}

fn words(cell: &str) -> Vec<String> {
    cell.split_whitespace().map(str::to_owned).collect()
}

/// The names in a cell; `everybody else` is one.
fn people(cell: &str) -> Vec<String> {
    if cell == "everybody else" { vec![cell.to_owned()] } else { words(cell) }
}
