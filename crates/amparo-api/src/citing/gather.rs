//! What a text cites, all of it at once: notes for its marks, and the rows of its annex.

use std::collections::HashSet;

use amparo_domain::facts::Stored;
use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::marks;
use amparo_domain::number::Number;
use amparo_domain::partial_date::Precision;
use amparo_domain::sentence;
use amparo_domain::statement::StatementFacts;
use amparo_domain::vocabulary;
use amparo_exchange::citation::{Cited, Standing};
use amparo_exchange::forms::{Cite, Row, not_published};
use amparo_store::{Citable, Labels, Record, Shown, ShownToday};
use chrono::NaiveDate;
use serde_json::Value;

use super::{of_record, prefix};
use crate::answer::Keep;
use crate::dto::Rendering;
use crate::problem::ApiError;
use crate::resource::{Incidents, value_of};
use crate::state::AppState;

/// What a text cites, as one reader sees it.
pub(crate) struct Gathered {
    /// What its marks lead to.
    pub cites: Vec<Cite>,
    /// The same in a table, each record and version once.
    pub rows: Vec<Row>,
    /// The list of what it cites, as front matter has it.
    pub listed: Vec<String>,
    /// How long it may be kept.
    pub keep: Keep,
}

/// What notes are written with.
#[derive(Clone, Copy)]
pub(crate) struct Notes<'a> {
    /// The beginning of addresses.
    pub base: &'a str,
    /// The language of the words.
    pub language: Language,
    /// The day on which the text cites: that of its publication, so that a version says for ever the same.
    pub cited_on: NaiveDate,
    /// What the reader sees of what the text refers to.
    pub labels: &'a Labels,
}

/// Looks up what a statement cites, in its list and by the marks in its text, with as many statements to the database for two hundred as
/// for one. What is published is told as everybody sees it; of what is not, those who see it are told that. Nobody else learns that
/// there is anything.
pub(crate) async fn gather(
    state: &AppState,
    facts: &StatementFacts<Number>,
    notes: Notes<'_>,
) -> Result<Gathered, ApiError> {
    let mut wanted: Vec<(Number, Option<u32>)> = Vec::new();
    let listed = facts.incidents.iter().map(|cited| (cited.incident, cited.version));
    let texts = [facts.body.as_deref(), facts.excerpt.as_deref()];
    let marked = texts.into_iter().flatten().flat_map(marks::marks);
    let marked = marked.filter_map(|mark| Some((mark.number.ok()?, mark.version)));
    for (nth, (number, version)) in listed.chain(marked).enumerate() {
        // The list says which version a mark means that says none itself.
        let is_mark = nth >= facts.incidents.len();
        let known = wanted
            .iter()
            .any(|of| *of == (number, version) || (is_mark && version.is_none() && of.0 == number));
        if !known {
            wanted.push((number, version));
        }
    }
    let version = |version: Option<u32>| version.and_then(|version| i32::try_from(version).ok());
    let asked: Vec<_> = wanted.iter().map(|(number, of)| (*number, version(*of))).collect();
    let found = state.store.citables(&asked).await?;
    let mut gathered = Gathered {
        cites: Vec::with_capacity(wanted.len()),
        rows: Vec::with_capacity(wanted.len()),
        listed: Vec::new(),
        keep: Keep::Public,
    };
    let mut told = HashSet::new();
    for (number, pinned) in wanted {
        let letters = prefix(state, Kind::Incident);
        match found.get(&(number, version(pinned))) {
            Some(citable) => {
                let (both, keep) = of_record(state, notes.base, citable, notes.language);
                let cited = Cited { accessed: notes.cited_on, ..both.quoting };
                if told.insert((number, citable.version)) {
                    gathered.rows.push(row(state, citable, &cited, notes.language)?);
                }
                gathered.cites.push(Cite {
                    number,
                    version: pinned,
                    footnote: cited.footnote(notes.language),
                    short: cited.short(),
                    address: Some(cited.address),
                });
                if keep != Keep::Public {
                    gathered.keep = keep;
                }
            }
            None if notes.labels.get(number).is_some() => {
                let instance = &state.settings.title;
                let printed = format!("{letters} {number}").trim().replace('-', "\u{2011}");
                let waits = not_published(notes.language);
                gathered.rows.push(Row {
                    number: printed.clone(),
                    what: waits.to_owned(),
                    ..Row::default()
                });
                gathered.cites.push(Cite {
                    number,
                    version: pinned,
                    footnote: format!("{instance}, {printed} ({waits})."),
                    short: format!("{printed}."),
                    address: None,
                });
            }
            None => continue,
        }
        let of_list =
            facts.incidents.iter().any(|of| (of.incident, of.version) == (number, pinned));
        if of_list {
            let version = pinned.map(|version| format!(" v{version}")).unwrap_or_default();
            gathered.listed.push(format!("{letters} {number}{version}").trim().to_owned());
        }
    }
    Ok(gathered)
}

/// A record in the table of what is cited.
fn row(
    state: &AppState,
    citable: &Citable,
    cited: &Cited,
    language: Language,
) -> Result<Row, ApiError> {
    let number = cited.short().trim_end_matches('.').to_owned();
    let address = Some(cited.address.clone());
    match &citable.shown {
        ShownToday::Withdrawn(_) => {
            let what = match &cited.standing {
                Standing::Withdrawn { .. } => cited.told_title(language),
                Standing::Stands => String::new(),
            };
            Ok(Row { number, address, what, ..Row::default() })
        }
        ShownToday::Published(_, shown) => {
            let Shown { records: record, labels } = shown.as_ref();
            let rendering = Rendering {
                labels,
                staff: false,
                knows: false,
                whole: false,
                language,
                raw: false,
                today: state.store.clock().today(),
                points: false,
                possible_in: None,
            };
            let told = told(record, rendering)?;
            Ok(Row { number, address, ..told })
        }
    }
}

fn told(record: &Record, rendering: Rendering<'_>) -> Result<Row, ApiError> {
    let language = rendering.language;
    let Stored::Incident(facts) = &record.facts else {
        return Ok(Row::default());
    };
    let value = value_of::<Incidents>(record, rendering)?;
    let text = |member: &str| value[member].as_str().map(str::to_owned);
    let date = match facts.occurred.precision() {
        Precision::Unknown => String::new(),
        _ => sentence::as_known(language, &facts.occurred),
    };
    let country = facts.country.country().names.in_language(language).to_owned();
    let place = [text("place"), text("admin1"), Some(country)];
    let mut places: Vec<String> = Vec::new();
    for place in place.into_iter().flatten() {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let grade = vocabulary::term("grade", facts.grade.code());
    let grade = grade.map(|term| term.labels.in_language(language).to_owned()).unwrap_or_default();
    let sources = value["sources"].as_array().into_iter().flatten().map(source);
    Ok(Row {
        date,
        place: places.join(", "),
        what: text("title").unwrap_or_default(),
        grade,
        sources: sources.filter(|source| !source.is_empty()).collect(),
        ..Row::default()
    })
}

/// A source in a few words.
fn source(source: &Value) -> String {
    let parts = ["publisher", "title", "date", "url"];
    let parts = parts.into_iter().filter_map(|part| source[part].as_str());
    parts.collect::<Vec<_>>().join(", ")
}
