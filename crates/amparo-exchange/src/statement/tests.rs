use std::io::Cursor;

use amparo_domain::kind::Kind;

use super::*;
use crate::ReadOptions;
use crate::entry::Entry;

const STATEMENT: &str = include_str!("../../../../tests/fixtures/statement.md");

fn read_text(text: &str) -> Vec<Result<Entry, Note>> {
    let options = ReadOptions::default();
    let bytes = Cursor::new(text.as_bytes().to_vec());
    crate::read("s.md", bytes, &options).unwrap().entries.collect()
}

fn entries(text: &str) -> Vec<Entry> {
    read_text(text).into_iter().map(Result::unwrap).collect()
}

#[test]
fn a_statement_makes_three_candidates_and_cites_them() {
    let entries = entries(STATEMENT);
    let types: Vec<&str> =
        entries[..3].iter().map(|e| e.value["types"][0].as_str().unwrap()).collect();
    assert_eq!(types, ["detention", "discrediting_campaign", "harassment"]);
    let detention = &entries[0].value;
    assert_eq!(detention["title"], "Detention of {P1}, chairperson of VLC");
    assert_eq!(detention["occurred"], json!({"edtf": "2024-04-29", "inferred": ["year"]}));
    assert_eq!(detention["country"], "AZE");
    assert_eq!(detention["grade"], "reported");
    assert_eq!(detention["state"], "submitted");
    assert_eq!(
        detention["election"],
        json!({"country": "AZE", "date": "2024-02-07", "type": "presidential"})
    );
    assert_eq!(detention["people"][0]["name"], "Ana Ruiz");
    assert_eq!(detention["people"][0]["position"], "chairperson");
    assert_eq!(detention["events"][0]["kind"], "detained");
    assert_eq!(detention["events"][0]["people"], json!(["P1"]));
    assert_eq!(
        detention["sources"],
        json!([{"ref": "S1", "title": "GLN Expresses its Solidarity with Detained Observers in Azerbaijan",
                "publisher": "Global Light Network", "url": null, "date": "2024-04-30"}])
    );
    for candidate in &entries[1..3] {
        assert_eq!(candidate.value["occurred"], "/2024-04-30");
        assert!(
            candidate.value["date_note"]
                .as_str()
                .unwrap()
                .contains("Since the pre-election period")
        );
        assert_eq!(candidate.value["people"], json!([]));
        assert_eq!(candidate.value["perpetrators"][0]["actor_type"], "national_executive");
        assert!(!candidate.value.to_string().contains("Ruiz"));
    }
    let cited: Vec<&Value> = entries[3].value["incidents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| &i["external_id"])
        .collect();
    let made: Vec<&Value> = entries[..3].iter().map(|e| &e.value["external_ids"][0]).collect();
    assert_eq!(cited, made);
    assert_eq!(
        made[0]["id"],
        "2024-04-30-gln-expresses-its-solidarity-with-detained-observers-in-azerbaijan-detention-vlc"
    );
}

#[test]
fn the_statement_itself_keeps_its_text_but_no_name() {
    let entries = entries(STATEMENT);
    let statement = entries.last().unwrap();
    let value = &statement.value;
    assert_eq!(statement.kind, Kind::Statement);
    let body = STATEMENT.split_once("blue\n---\n").unwrap().1;
    let expected = body.replace("Ana Ruiz", "{P1}").replace("Ms. Ruiz", "Ms. {P1}");
    assert_eq!(value["body"], expected);
    assert_eq!(value["excerpt"], "GLN stands with {P1}.");
    assert_eq!(value["issuer"], json!({"name": "Global Light Network", "acronym": "GLN"}));
    assert_eq!(
        (&value["date"], &value["draft"], &value["lang"]),
        (&json!("2024-04-30"), &json!(false), &json!("en"))
    );
    assert_eq!(value["kind"], "statement");
    assert_eq!(
        value["links"],
        json!([{"title": "Votes and Light Center (VLC)", "url": "https://vlc.example/ana-ruiz"},
               {"title": "concluded", "url": "https://vlc.example/2"}])
    );
    assert_eq!(
        value["endorsers"],
        json!([{"name": "Eastern Light Network", "acronym": "ELN", "matched_text": "Eastern Light Network (ELN)"},
               {"name": "Western Votes", "matched_text": "Western Votes"}])
    );
    assert_eq!(
        value["people"],
        json!([{"ref": "P1", "name": "Ana Ruiz", "display": "role", "position": "chairperson"}])
    );
    let said: Vec<&str> = statement.notes.iter().map(|n| n.message.as_str()).collect();
    assert_eq!(
        said,
        [
            "kept for its network alone: image, layout, colour",
            "the presidential election of 2024-02-07 was recognised; its year is inferred from the statement's date",
            "an address in the text holds the name of a person; it is kept, and hidden where the name is",
        ]
    );
}

#[test]
fn an_id_holds_no_name() {
    let text = STATEMENT.replace(
        "title: GLN Expresses its Solidarity",
        "title: GLN Condemns the Arrest of Ana Ruiz",
    );
    let entries = entries(&text);
    let statement = entries.last().unwrap();
    assert_eq!(
        statement.value["external_ids"][0]["id"],
        "2024-04-30-gln-condemns-the-arrest-of-with-detained-observers-in-azerbaijan"
    );
    assert!(statement.value["title"].as_str().unwrap().contains("{P1}"));
}

#[test]
fn a_story_makes_no_candidate() {
    let text = "---\ntitle: VLC Hosts a Talk\ndate: 2024-04-30\n---\nThe Votes and Light Center (VLC) hosted a talk \
                on threats to observers, arrests and harassment in many places of the world.\n";
    let entries = entries(text);
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].value["issuer"], Value::Null);
    assert_eq!(entries[0].value["kind"], Value::Null);
}

#[test]
fn several_languages_are_noted_and_only_english_makes_candidates() {
    let spanish = "La Red Mundial de la Luz (GLN) condena la detención de 27 observadores ciudadanos en el país y la persecución.";
    let english = "The Global Light Network (GLN) condemns the detention of 27 citizen observers on April 2, 2024 in the country.";
    let text = format!(
        "---\ntitle: GLN Statement on Uganda\ndate: 2024-04-30\n---\n{spanish}\n\n*\\[english]*\n\n{english}\n"
    );
    let entries = entries(&text);
    assert_eq!(entries[0].value["title"], "Detention of 27 citizen observers");
    assert_eq!(
        entries[0].value["affected"],
        json!({"named": 0, "unnamed_min": 27, "unnamed_max": 27})
    );
    let statement = entries.last().unwrap();
    assert_eq!(statement.value["lang"], "es");
    assert!(statement.notes[0].message.contains("(es, en)"), "{:?}", statement.notes);
}

#[test]
fn no_broken_text_makes_it_fail() {
    for (at, _) in STATEMENT.char_indices().step_by(9) {
        let (before, after) = STATEMENT.split_at(at);
        for broken in
            [before.to_owned(), format!("{before}[(“\\é*{after}"), format!("{before}\n\n{after}")]
        {
            let options = ReadOptions::default();
            if let Ok(batch) = crate::read("s.md", Cursor::new(broken.into_bytes()), &options) {
                assert!(batch.entries.count() < 9);
            }
        }
    }
}

#[test]
fn pages_that_are_no_statements_are_said() {
    for (text, said) in [
        ("---\ntitle: t\nlayout: biography\ndate: 2024-01-01\n---\nText.\n", "about one person"),
        ("---\ntitle: t\n---\nText.\n", "no date"),
        ("---\ntitle: t\ndate: 2024-01-01\n---\n\n", "no text"),
        ("---\nlayout: x\n---\nText.\n", "neither a title"),
    ] {
        let note = read_text(text).remove(0).unwrap_err();
        assert!(note.message.contains(said), "{note}");
    }
}
