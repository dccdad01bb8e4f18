//! What the real files give. The shipped register is always read; the rest only where the folder
//! named by `AMPARO_TEST_DATA` exists. No message shows a text of the files.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use amparo_domain::kind::Kind;
use amparo_exchange::{Entry, Level, Mapping, Note, ReadOptions, duplicates, read, share_people};

fn options() -> ReadOptions<'static> {
    ReadOptions::default()
}

fn read_file(path: &Path, options: &ReadOptions<'_>) -> (Vec<Entry>, Vec<Note>) {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let batch = read(&name, File::open(path).unwrap(), options).unwrap();
    let (mut entries, mut notes) = (Vec::new(), batch.notes);
    for entry in batch.entries {
        match entry {
            Ok(entry) => entries.push(entry),
            Err(note) => notes.push(note),
        }
    }
    (entries, notes)
}

/// The folder of the real data, or `None` with a word on what is skipped.
fn data(folder: &str) -> Option<PathBuf> {
    let path = std::env::var_os("AMPARO_TEST_DATA").map(|data| Path::new(&data).join(folder));
    let found = path.filter(|path| path.exists());
    if found.is_none() {
        eprintln!("skipped: AMPARO_TEST_DATA names no folder with {folder}");
    }
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    files.sort();
    files
}

#[test]
fn the_shipped_register_is_read_whole() {
    let register = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../register");
    let mut all = Vec::new();
    for (file, kind, count) in [
        ("organizations", Kind::Organization, 82),
        ("elections", Kind::Election, 49),
        ("cases", Kind::Case, 26),
        ("incidents", Kind::Incident, 110),
        ("statements", Kind::Statement, 38),
    ] {
        let (entries, notes) = read_file(&register.join(format!("{file}.json")), &options());
        assert_eq!(entries.len(), count, "{file}");
        assert!(entries.iter().all(|e| e.kind == kind && e.notes.is_empty()), "{file}");
        assert!(notes.iter().all(|n| n.level == Level::Info), "{file}");
        all.extend(entries);
    }
    share_people(&mut all);
    let names: Vec<String> = all
        .iter()
        .flat_map(|e| e.value["people"].as_array().into_iter().flatten())
        .filter_map(|p| p["name"].as_str().map(str::to_owned))
        .collect();
    assert!(names.len() > 30);
    for entry in &all {
        let mut value = entry.value.clone();
        // Names stand in `people` and, as long as they are addresses, in links.
        value.as_object_mut().unwrap().shift_remove("people");
        let text = value.to_string();
        assert!(
            !names.iter().any(|name| text.contains(name.as_str())),
            "a name is left at {}",
            entry.place
        );
    }
}

#[test]
fn the_seed_makes_three_candidates_and_has_six_endorsers() {
    let Some(folder) = data("seed") else { return };
    let (entries, _) = read_file(&files(&folder)[0], &options());
    let types: Vec<&str> = entries[..entries.len() - 1]
        .iter()
        .map(|e| e.value["types"][0].as_str().unwrap())
        .collect();
    assert_eq!(types, ["detention", "discrediting_campaign", "harassment"]);
    assert_eq!(entries[0].value["occurred"]["edtf"], "2024-04-29");
    assert_eq!(entries[0].value["election"]["date"], "2024-02-07");
    let statement = &entries[3].value;
    assert_eq!(statement["endorsers"].as_array().unwrap().len(), 6);
    assert_eq!(statement["links"].as_array().unwrap().len(), 2);
    assert_eq!(statement["issuer"]["acronym"], "GNDEM");
}

#[test]
fn all_statements_are_read_and_only_reports_of_harm_make_candidates() {
    let Some(folder) = data("statements/gndem") else {
        return;
    };
    let mut made = BTreeMap::new();
    let mut statements = Vec::new();
    for path in files(&folder) {
        let (entries, notes) = read_file(&path, &options());
        assert!(notes.is_empty(), "{}", path.display());
        let candidates: Vec<String> = entries
            .iter()
            .filter(|e| e.kind == Kind::Incident)
            .map(|e| {
                let organization = e.value["organizations"][0]["acronym"].as_str();
                let organization = organization.or(e.value["organizations"][0]["name"].as_str());
                format!("{} {}", e.value["types"][0].as_str().unwrap(), organization.unwrap_or("-"))
            })
            .collect();
        if !candidates.is_empty() {
            let day = entries[0].value["sources"][0]["date"].as_str().unwrap().to_owned();
            made.insert(day, candidates.join(", "));
        }
        statements.extend(entries.into_iter().filter(|e| e.kind == Kind::Statement));
    }
    assert_eq!(statements.len(), 35);
    let made: Vec<String> = made.into_iter().map(|(day, made)| format!("{day}: {made}")).collect();
    assert_eq!(
        made,
        [
            "2019-10-11: killing -",
            "2021-01-16: detention -",
            "2022-06-16: organizational_restriction Odhikar, detention Odhikar",
            "2023-03-28: threat CeMI",
            "2023-06-27: harassment NEW, physical_assault NEW",
            "2023-08-24: search_raid ERC, search_raid ZESN, detention ERC, detention ZESN",
        ]
    );
    let all: Vec<&Entry> = statements.iter().collect();
    let same: Vec<(String, String)> = duplicates(&all)
        .into_iter()
        .map(|(a, b, _)| (statements[a].place.file.clone(), statements[b].place.file.clone()))
        .collect();
    assert_eq!(same.len(), 1);
    assert!(same[0].0.contains("guatemala") && same[0].1.contains("guatemala"));
}

#[test]
fn another_dialect_of_front_matter_is_read_or_said_to_be_none() {
    let Some(folder) = data("statements/usagm/english") else {
        return;
    };
    let mut folders = vec![folder];
    let (mut read_, mut said) = (0, 0);
    while let Some(folder) = folders.pop() {
        folders.extend(
            fs::read_dir(&folder).unwrap().map(|f| f.unwrap().path()).filter(|p| p.is_dir()),
        );
        for path in files(&folder) {
            let (entries, notes) = read_file(&path, &options());
            assert!(entries.iter().all(|e| e.kind == Kind::Statement));
            assert_eq!(entries.len() + notes.len(), 1);
            read_ += entries.len();
            said += notes.len();
        }
    }
    assert_eq!(read_ + said, 49);
    assert!(read_ >= 15);
}

#[test]
fn all_members_are_read() {
    let Some(folder) = data("organisations/gndem-members") else {
        return;
    };
    let files = files(&folder);
    let mut native = 0;
    for path in &files {
        let (entries, notes) = read_file(path, &options());
        assert_eq!((entries.len(), notes.len()), (1, 0), "{}", path.display());
        assert!(!entries[0].value["name"].as_str().unwrap().is_empty(), "{}", path.display());
        native += usize::from(entries[0].value["native_name"].is_string());
    }
    assert_eq!(files.len(), 309);
    assert!(native > 100, "{native}");
}

#[test]
fn the_table_gives_seventeen_candidates() {
    let Some(folder) = data("register") else {
        return;
    };
    let path = folder.join("incumbent-table-2024.csv");
    if !path.exists() {
        eprintln!("skipped: there is no incumbent-table-2024.csv");
        return;
    }
    let mapping =
        Mapping::parse("gndem-table-2024.toml", include_str!("../mappings/gndem-table-2024.toml"))
            .unwrap();
    let with_mapping = ReadOptions { mapping: Some(&mapping), ..options() };
    let (entries, notes) = read_file(&path, &with_mapping);
    assert_eq!((entries.len(), notes.len()), (17, 0));
    let types: Vec<&str> = entries.iter().map(|e| e.value["types"][0].as_str().unwrap()).collect();
    assert_eq!(
        types,
        [
            "discrediting_campaign",
            "accreditation_restriction",
            "accreditation_restriction",
            "accreditation_restriction",
            "access_obstruction",
            "access_obstruction",
            "detention",
            "restrictive_legislation",
            "doxxing",
            "restrictive_legislation",
            "information_obstruction",
            "restrictive_legislation",
            "accreditation_restriction",
            "threat",
            "accreditation_restriction",
            "accreditation_restriction",
            "accreditation_restriction",
        ]
    );
    let warned: Vec<&str> = entries
        .iter()
        .filter(|e| e.notes.iter().any(|n| n.level == Level::Warning))
        .map(|e| e.value["external_ids"][0]["id"].as_str().unwrap())
        .collect();
    assert_eq!(warned, ["5", "12", "17"]);
    let seventh = &entries[6].value;
    assert_eq!(
        (seventh["occurred"].as_str(), seventh["country"].as_str()),
        (Some("2024-05"), Some("AZE"))
    );
    let name = seventh["people"][0]["name"].as_str().unwrap();
    assert!(!seventh["summary"].as_str().unwrap().contains(name));
}

/// Three public registers of related harm, each with its own mapping.
#[test]
fn wide_tables_are_read_with_a_mapping() {
    let Some(folder) = data("snapshots") else {
        return;
    };
    for (file, rows, dated, text) in [
        (
            "aid-worker-2016-10.csv",
            2_088,
            2_088,
            "encoding = \"windows-1252\"\nsystem = \"aid\"\n[columns.\"Incident ID\"]\nfield = \"id\"\n\
             [columns.Year]\nfield = \"year\"\n[columns.Month]\nfield = \"month\"\n[columns.Day]\nfield = \"day\"\n\
             [columns.Country]\nfield = \"country\"\n[columns.City]\nfield = \"place\"\n\
             [columns.Latitude]\nfield = \"latitude\"\n[columns.Longitude]\nfield = \"longitude\"\n\
             [columns.Details]\nfield = \"summary\"\n[columns.\"Means of attack\"]\nfield = \"types\"\nunknown = [\"U\"]\n\
             values = { S = \"killing\", K = \"abduction\" }\n",
        ),
        (
            "press-freedom-2020-03.csv",
            449,
            449,
            "[columns.slug]\nfield = \"source_url\"\n[columns.title]\nfield = \"title\"\n[columns.date]\nfield = \"occurred\"\n\
             formats = [\"%Y-%m-%d\"]\n[columns.city]\nfield = \"place\"\n[columns.body]\nfield = \"summary\"\nhtml = true\n\
             [columns.categories]\nfield = \"subtypes\"\nseparator = \",\"\n[constants]\ncountry = \"USA\"\n",
        ),
        (
            "journalists-killed-2020.csv",
            2_033,
            2_000,
            "[columns.year]\nfield = \"year\"\n[columns.country]\nfield = \"country\"\n[columns.fullName]\nfield = \"people\"\n\
             [columns.typeOfDeath]\nfield = \"title\"\n[columns.organizations]\nfield = \"organizations\"\nseparator = \",\"\n",
        ),
    ] {
        let mapping = Mapping::parse(file, text).unwrap();
        let with_mapping = ReadOptions { mapping: Some(&mapping), ..options() };
        let (entries, notes) = read_file(&folder.join(file), &with_mapping);
        let left_out = notes.iter().filter(|n| n.level == Level::Problem).count();
        assert_eq!(entries.len() + left_out, rows, "{file}");
        assert!(left_out * 10 < rows, "{file}: {left_out} left out");
        let with_date = entries.iter().filter(|e| e.value["occurred"].is_string()).count();
        assert!(with_date + left_out >= dated, "{file}: {with_date} have a date");
        let tags = entries
            .iter()
            .filter(|e| e.value["summary"].as_str().is_some_and(|s| s.contains("<p>")))
            .count();
        assert_eq!(tags, 0, "{file}");
    }
}
