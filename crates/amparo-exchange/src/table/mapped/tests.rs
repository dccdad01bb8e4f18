use std::io::Cursor;

use serde_json::json;

use super::*;

const MAPPING: &str = r#"
system = "their-table"
leading_person = true
[constants]
grade = "reported"
[columns.kind]
field = "area"
values = { "Law" = "law", "Force" = "force" }
misspelt = { "Lawe" = "Law" }
[columns.when]
field = "occurred"
formats = ["%B %Y"]
[columns.region]
field = "region"
values = { "Eurasia" = "eurasia", "Asia" = "asia" }
[columns.land]
field = "country"
[columns.text]
field = "summary"
[columns.link]
field = "source_url"
[[types]]
type = "detention"
when = ["arrested"]
[[types]]
type = "restrictive_legislation"
areas = ["law"]
[[organizations]]
when = ["GLO"]
name = "Glow"
acronym = "GLO"
"#;

fn read(rows: &str) -> (Vec<Result<Entry, Note>>, Vec<Note>) {
    let mapping = Mapping::parse("m.toml", MAPPING).unwrap();
    let options = ReadOptions { mapping: Some(&mapping), ..ReadOptions::default() };
    let bytes = Cursor::new(format!("kind;when;region;land;text;link;extra\n{rows}").into_bytes());
    let batch = crate::read("t.csv", bytes, &options).unwrap();
    (batch.entries.collect(), batch.notes)
}

fn said(entry: &Entry) -> Vec<&str> {
    entry.notes.iter().map(|n| n.message.as_str()).collect()
}

#[test]
fn maps_a_row_with_a_person() {
    let (entries, notes) = read(
        "Force;May 2024;Eurasia;Azerbaijan;Ana Ruiz, head of the Light Center (LC), was arrested.;https://www.news.example/a;x\n",
    );
    let entry = entries[0].as_ref().unwrap();
    let organization = json!({"name": "Light Center", "acronym": "LC", "country": "AZE"});
    assert_eq!(
        entry.value,
        json!({
            "grade": "reported",
            "title": "{P1}, head of the Light Center (LC), was arrested",
            "summary": "{P1}, head of the Light Center (LC), was arrested.",
            "types": ["detention"], "occurred": "2024-05", "country": "AZE",
            "location": null, "location_precision": "country",
            "organizations": [{"name": "Light Center", "acronym": "LC", "country": "AZE", "role": "affected_organization"}],
            "people": [{"name": "Ana Ruiz", "position": "head", "organization": organization, "ref": "P1",
                        "role": "affected_person", "display": "role"}],
            "sources": [{"ref": "S1", "title": "news.example", "publisher": "news.example",
                         "url": "https://www.news.example/a", "date": null}],
            "external_ids": [{"system": "their-table", "id": "1"}]
        })
    );
    assert_eq!(said(entry), ["the type detention was told by \"arrested\" in the text"]);
    assert_eq!(notes[0].message, "columns not imported: extra");
}

#[test]
fn what_is_wrong_is_said_row_by_row() {
    let (entries, _) = read(
        "Lawe;Spring;Asia;Azerbaijan;A bill about GLO is before parliament.;https://www.google.com/;\n;May 2024;;Nowhere;;;\n",
    );
    let entry = entries[0].as_ref().unwrap();
    assert_eq!(
        said(entry),
        [
            "the date \"Spring\" is not written like %B %Y, and was left open",
            "\"Lawe\" was taken for \"Law\"",
            "the type restrictive_legislation was taken from the heading alone; please check it",
            "no date is given that can be read; it was left open",
            "the region asia does not fit Azerbaijan, which lies in eurasia; the country was kept",
            "the evidence link https://www.google.com/ is the front page of a search engine and shows nothing; the import itself is the source",
        ]
        .into_iter()
        .filter(|text| !text.contains("region") || entry_has_region())
        .collect::<Vec<_>>()
    );
    assert_eq!(entry.value["sources"][0]["title"], "Import of t.csv");
    assert_eq!(entry.value["organizations"][0]["acronym"], "GLO");
    assert!(entry.value.get("occurred").is_none());
    let note = entries[1].as_ref().unwrap_err();
    assert_eq!(
        note.to_string(),
        "t.csv, row 3: this row has neither a title nor a summary, and was left out"
    );
}

/// Whether the table of countries knows in which region networks group Azerbaijan.
fn entry_has_region() -> bool {
    let azerbaijan: CountryCode = "AZE".parse().unwrap();
    azerbaijan.country().region.as_deref() == Some("eurasia")
}

#[test]
fn a_column_that_is_not_there_is_an_error() {
    let mapping = Mapping::parse("m", "[columns.contry]\nfield = \"country\"\n").unwrap();
    let options = ReadOptions { mapping: Some(&mapping), ..ReadOptions::default() };
    let error =
        crate::read("t.csv", Cursor::new(b"country,b\n1,2\n".to_vec()), &options).unwrap_err();
    assert!(error.to_string().contains("did you mean \"country\"?"), "{error}");
    let error =
        crate::read("t.csv", Cursor::new(b"country,b\n1,2\n".to_vec()), &ReadOptions::default())
            .unwrap_err();
    assert!(error.to_string().contains("its columns are country, b"), "{error}");
}

#[test]
fn encodings_parts_of_dates_and_several_values() {
    let mapping = Mapping::parse(
        "m",
        "encoding = \"latin1\"\n[columns.y]\nfield = \"year\"\n[columns.m]\nfield = \"month\"\n[columns.t]\nfield = \"title\"\nhtml = true\n\
         [columns.k]\nfield = \"types\"\nseparator = \"|\"\nvalues = { A = \"threat\", B = \"detention\" }\n",
    )
    .unwrap();
    let options = ReadOptions { mapping: Some(&mapping), ..ReadOptions::default() };
    let bytes = b"y,m,t,k\n1997,,<p>Caf\xe9</p>,A|B\n".to_vec();
    let entry = crate::read("t.csv", Cursor::new(bytes), &options)
        .unwrap()
        .entries
        .next()
        .unwrap()
        .unwrap();
    assert_eq!(entry.value["title"], "Café");
    assert_eq!(entry.value["occurred"], "1997");
    assert_eq!(entry.value["types"], json!(["threat", "detention"]));
}

#[test]
fn titles_are_cut_at_words() {
    assert_eq!(
        shortened("A body barred ten groups from all halls. Later more."),
        "A body barred ten groups from all halls"
    );
    let long = "word ".repeat(60);
    assert!(shortened(&long).chars().count() <= TITLE + 1);
    assert!(shortened(&long).ends_with("word…"));
}
