//! The file, row by row, as somebody would read it who has never seen the program.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::asking::Register;
use super::questions::Question;

/// A row of the file.
pub(super) struct Row {
    pub id: String,
    pub day: NaiveDate,
    /// Alpha-3.
    pub country: String,
    /// Longitude and latitude.
    pub place: Option<(f64, f64)>,
    pub severity: u8,
    pub grade: String,
    pub types: BTreeSet<String>,
    pub organizations: BTreeSet<String>,
    pub people: usize,
    /// The words in it.
    pub words: HashSet<String>,
}

pub(super) struct Rows {
    pub all: Vec<Row>,
    /// Words of which it is plain where they begin and end, in every row.
    pub plain_words: Vec<String>,
    /// Words that hold a sign of which it is not plain whether it separates.
    pub doubtful: HashSet<String>,
}

impl Rows {
    pub(super) fn read(file: &Path, register: &Register<'_>) -> Self {
        let mut reader = csv::Reader::from_path(file).expect("the file is there");
        let head = reader.headers().expect("it has a head").clone();
        let at: HashMap<&str, usize> = head.iter().zip(0..).collect();
        let mut all = Vec::new();
        let (mut plain, mut doubtful) = (BTreeSet::new(), HashSet::new());
        for record in reader.records() {
            let record = record.expect("the file is whole");
            let cell = |name: &str| &record[at[name]];
            let many = |name: &str| {
                let parts = cell(name).split(';').filter(|part| !part.is_empty());
                parts.map(str::to_owned).collect::<BTreeSet<String>>()
            };
            let organizations = many("organizations");
            let mut take = |texts: &[&str]| {
                let mut words = HashSet::new();
                for piece in texts.iter().flat_map(|text| text.split_whitespace()) {
                    take_apart(piece, &mut words, &mut plain, &mut doubtful);
                }
                words
            };
            let mut words = take(&[cell("title"), cell("summary")]);
            // A part of the name of somebody in the incident is kept out of its texts, whatever it means there.
            for name in many("people") {
                words = &words - &take(&[&name]);
            }
            words.extend(take(&organizations.iter().map(String::as_str).collect::<Vec<_>>()));
            let degrees = |name: &str| cell(name).parse::<f64>().ok();
            all.push(Row {
                id: cell("external_id").to_owned(),
                day: cell("occurred").parse().expect("a day"),
                country: register.alpha3(cell("country")),
                place: degrees("lon").zip(degrees("lat")),
                severity: cell("severity").parse().expect("a number"),
                grade: cell("grade").to_owned(),
                types: many("types"),
                people: many("people").len(),
                organizations,
                words,
            });
        }
        let plain = |word: &String| {
            word.len() > 3
                && word.bytes().all(|b| b.is_ascii_lowercase())
                && !doubtful.contains(word)
        };
        // The source of each row is the import itself, whose title has words of its own.
        let of_the_import = ["import", "imported", "incidents", "from", "file"];
        let plain_words = all
            .iter()
            .flat_map(|row| row.words.iter())
            .filter(|word| plain(word) && !of_the_import.contains(&word.as_str()))
            .cloned()
            .collect::<BTreeSet<String>>()
            .into_iter()
            .collect();
        Self { all, plain_words, doubtful }
    }

    /// The ids of the rows that fit a question.
    pub(super) fn that_fit(&self, question: &Question) -> HashSet<String> {
        let fitting = self.all.iter().filter(|row| question.fits(row));
        fitting.map(|row| row.id.clone()).collect()
    }
}

/// Adds the words of a piece of text between two spaces; notes those of which it is not plain what they are.
fn take_apart(
    piece: &str,
    words: &mut HashSet<String>,
    plain: &mut BTreeSet<String>,
    doubtful: &mut HashSet<String>,
) {
    let signs: &[char] =
        &['.', ',', ';', ':', '!', '?', '"', '(', ')', '«', '»', '“', '”', '،', '…'];
    let folded: String = piece
        .trim_matches(signs)
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .collect::<String>()
        .to_lowercase();
    if folded.chars().all(char::is_alphanumeric) {
        if !folded.is_empty() {
            words.insert(folded.clone());
            plain.insert(folded);
        }
        return;
    }
    let parts = folded.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    for part in parts {
        words.insert(part.to_owned());
        doubtful.insert(part.to_owned());
    }
    doubtful.insert(folded.chars().filter(|c| c.is_alphanumeric()).collect());
}
