//! The small invented files in `tests/fixtures`, one of each kind.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::fs::File;
use std::path::Path;

use amparo_domain::kind::Kind;
use amparo_exchange::{Entry, Mapping, Note, ReadOptions, read};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures")
}

fn entries(name: &str, mapping: Option<&Mapping>) -> Vec<Result<Entry, Note>> {
    let options = ReadOptions { mapping, ..ReadOptions::default() };
    let file = File::open(folder().join(name)).unwrap();
    read(name, file, &options).unwrap().entries.collect()
}

#[test]
fn a_statement() {
    let kinds: Vec<Kind> =
        entries("statement.md", None).into_iter().map(|e| e.unwrap().kind).collect();
    assert_eq!(kinds, [Kind::Incident, Kind::Incident, Kind::Incident, Kind::Statement]);
}

#[test]
fn a_member() {
    let entry = entries("member.md", None).remove(0).unwrap();
    assert_eq!(entry.kind, Kind::Organization);
    assert_eq!(entry.value["native_name"], "شبكة النور");
    assert_eq!(entry.value["networks"].as_array().unwrap().len(), 2);
}

#[test]
fn the_own_form_with_a_bad_row() {
    let read: Vec<bool> = entries("own-form.csv", None).iter().map(Result::is_ok).collect();
    // The unknown country is for the reader of the value to refuse, with its suggestions.
    assert_eq!(read, [true, true, true, false]);
}

#[test]
fn another_table_with_its_mapping() {
    let text = std::fs::read_to_string(folder().join("their-table.toml")).unwrap();
    let mapping = Mapping::parse("their-table.toml", &text).unwrap();
    let entries: Vec<Entry> =
        entries("their-table.csv", Some(&mapping)).into_iter().map(Result::unwrap).collect();
    assert_eq!(entries[0].value["people"][0]["name"], "Ana Ruiz");
    assert_eq!(entries[0].value["sources"][0]["publisher"], "news.example");
    assert_eq!(entries[1].value["organizations"][0]["name"], "Clear Votes");
    assert_eq!(entries[1].value["sources"][0]["title"], "Import of their-table.csv");
}
