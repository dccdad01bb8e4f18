//! A count as a sentence to quote, with its resolved period and its address.

use amparo_domain::access::Audience;
use amparo_domain::counting::Measure;
use amparo_domain::country::{self, CountryCode};
use amparo_domain::filter::{Choice, DateMatch, IncidentFilter, Named};
use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::sentence::{self, Asked, Counted, Name};
use amparo_domain::vocabulary::{self, Grade};
use amparo_store::View;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::get;
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::{TEXT, lang, told};
use crate::answer::{self, Keep};
use crate::document::{Operation, schema};
use crate::extract::{Accepted, Caller};
use crate::incident_query;
use crate::problem::ApiError;
use crate::query::Query;
use crate::resource::base_url;
use crate::state::AppState;

/// So many elections are called by their names; more stand there as they were asked for.
const ELECTIONS_MAX: usize = 5;

/// A count as a sentence to quote.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sentence)]
pub(crate) struct SentenceView {
    /// The sentence, plain text.
    #[schema(
        example = "In this register, as of 25 November 2026, at least 6 incidents are recorded (country: Azerbaijan)."
    )]
    pub(crate) text: String,
    /// Its language.
    #[schema(value_type = String, example = "en")]
    lang: &'static str,
    /// Its direction: ltr, or rtl in Arabic.
    #[schema(value_type = String, example = "ltr", pattern = "^(ltr|rtl)$")]
    dir: &'static str,
    /// How many incidents it speaks of: as many as the list has.
    pub(crate) incidents: u64,
    /// How many of them are confirmed; null where only some grades were asked for.
    confirmed: Option<u64>,
    /// How many of them lie only partly within the period; 0 without one.
    partly: u64,
    /// The first and last day of the period that was asked for; null where it is open, or where none was.
    #[schema(value_type = serde_json::Value, example = json!({"from": "2024-01-01", "to": "2024-12-31"}))]
    period: Value,
    /// What was asked, by parameter.
    #[schema(value_type = serde_json::Value, example = json!({"country": ["AZE"]}))]
    filters: Map<String, Value>,
    /// The address of the list that it speaks of.
    #[schema(example = "https://register.example/api/v1/incidents?country=AZE")]
    pub(crate) address: String,
    /// The address of the same question to counts.
    #[schema(example = "https://register.example/api/v1/counts?country=AZE")]
    counts_address: String,
    /// The day of which it is: today by UTC, if no other was asked for.
    as_of: NaiveDate,
    /// What an incident is, and what a count of them means.
    definition: &'static str,
}

async fn as_json(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(accepted): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let audience = caller.audience();
    let (view, language) = view(&state, &audience, accepted, &uri, &headers).await?;
    Ok(told(&state, &headers, answer::bytes(&view)?, Keep::of(&audience), language, None))
}

async fn as_text(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(accepted): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let audience = caller.audience();
    let (view, language) = view(&state, &audience, accepted, &uri, &headers).await?;
    let text = format!("{}\n{}\n", view.text, view.address);
    Ok(told(&state, &headers, text.into_bytes(), Keep::of(&audience), language, Some(TEXT)))
}

/// It shows no name of a person.
async fn view(
    state: &AppState,
    audience: &Audience,
    accepted: Language,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<(SentenceView, Language), ApiError> {
    let mut query = Query::of(uri);
    let language = query.language(accepted);
    let incident_query::Asked { filter, .. } =
        incident_query::read_filter(&mut query, &state.store, audience).await?;
    query.finish()?;
    let view = of_filter(state, audience, language, &filter, pairs(uri), headers).await?;
    Ok((view, language))
}

/// The sentence on what a filter finds, with what was asked as it was written.
pub(crate) async fn of_filter(
    state: &AppState,
    audience: &Audience,
    language: Language,
    filter: &IncidentFilter,
    pairs: Vec<(String, String)>,
    headers: &HeaderMap,
) -> Result<SentenceView, ApiError> {
    let incidents = total(state, audience, filter).await?;
    let confirmed = if filter.grade.is_empty() {
        let confirmed = IncidentFilter { grade: grade("confirmed"), ..filter.clone() };
        Some(total(state, audience, &confirmed).await?)
    } else {
        None
    };
    let partly = match filter.period {
        Some(_) if filter.date_match != DateMatch::Within => {
            let within = IncidentFilter { date_match: DateMatch::Within, ..filter.clone() };
            incidents.saturating_sub(total(state, audience, &within).await?)
        }
        _ => 0,
    };
    let asked = told_of(state, audience, filter, &pairs, language).await?;
    let as_of = filter.as_of.unwrap_or_else(|| state.store.clock().today());
    let counted = Counted { incidents, confirmed, partly, as_of, asked };
    let base = base_url(state, headers);
    let address = |path: &str| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (key, value) in &pairs {
            query.append_pair(key, value);
        }
        let query = query.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{base}/api/v1/{path}{mark}{query}")
    };
    let mut filters: Map<String, Value> = Map::new();
    for (key, value) in &pairs {
        let values = filters.entry(key.clone()).or_insert_with(|| json!([]));
        if let Some(values) = values.as_array_mut() {
            values.push(json!(value));
        }
    }
    Ok(SentenceView {
        text: sentence::sentence(language, &counted),
        lang: language.code(),
        dir: if language == Language::Ar { "rtl" } else { "ltr" },
        incidents,
        confirmed,
        partly,
        period: filter
            .period
            .map_or(Value::Null, |period| json!({"from": period.from, "to": period.to})),
        filters,
        address: address("incidents"),
        counts_address: address("counts"),
        as_of,
        definition: sentence::definition(language),
    })
}

/// How many incidents a filter finds: the total of the list.
async fn total(
    state: &AppState,
    audience: &Audience,
    filter: &IncidentFilter,
) -> Result<u64, ApiError> {
    let counts = state.store.count_incidents(audience, filter, &[], &[Measure::Incidents]).await?;
    Ok(counts.total)
}

fn grade(code: &str) -> Choice<Grade> {
    Choice { any: code.parse().into_iter().collect(), none: Vec::new() }
}

/// What was asked, without how it is to be told.
fn pairs(uri: &Uri) -> Vec<(String, String)> {
    let query = uri.query().unwrap_or("");
    url::form_urlencoded::parse(query.as_bytes())
        .filter(|(key, _)| key != "lang")
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect()
}

/// What was asked, in words where there are any.
async fn told_of(
    state: &AppState,
    audience: &Audience,
    filter: &IncidentFilter,
    pairs: &[(String, String)],
    language: Language,
) -> Result<Vec<Asked>, ApiError> {
    let mut asked: Vec<Asked> = Vec::new();
    for (key, value) in pairs {
        let named = match key.as_str() {
            "type" => {
                let labels = filter.incident_type.any.iter().map(|kind| kind.label(language));
                Some((Name::Kind, labels.map(str::to_owned).collect()))
            }
            "country" => {
                let name =
                    |code: &CountryCode| code.country().names.in_language(language).to_owned();
                Some((Name::Country, filter.country.any.iter().map(name).collect()))
            }
            "grade" => {
                let labels = filter.grade.any.iter().map(|grade| grade.label(language));
                Some((Name::Grade, labels.map(str::to_owned).collect()))
            }
            "phase" => {
                let label = |code: &str| {
                    let term = vocabulary::term("election_phase", code).ok();
                    term.map_or(code, |term| term.labels.in_language(language)).to_owned()
                };
                let phases = filter.phase.any.iter().map(|phase| label(phase.code()));
                Some((Name::Phase, phases.collect()))
            }
            "region" => {
                let all = pairs.iter().filter(|(other, _)| other == key);
                let codes = all.flat_map(|(_, value)| value.split(',').map(str::trim));
                Some((Name::Region, codes.map(|code| region(code, language)).collect()))
            }
            "election" if filter.election.any.len() <= ELECTIONS_MAX => {
                let mut names: Vec<String> = Vec::new();
                for number in &filter.election.any {
                    let election = Named::Number(*number);
                    let found =
                        state.store.find(audience, Kind::Election, &election, View::Shown).await?;
                    let name = match &found.records.facts {
                        amparo_domain::facts::Stored::Election(facts) => facts.name.clone(),
                        _ => number.to_string(),
                    };
                    names.push(name);
                }
                Some((Name::Election, names))
            }
            // Of which day it is stands in the sentence already.
            "as_of" => continue,
            "period" => {
                asked.extend(filter.period.map(Asked::Period));
                continue;
            }
            _ => None,
        };
        let one = match named {
            Some((name, values)) => Asked::Named(name, values),
            None => Asked::Other { parameter: key.clone(), value: value.clone() },
        };
        // A parameter that is repeated is told once, with all of its values.
        if !asked.contains(&one) {
            asked.push(one);
        }
    }
    Ok(asked)
}

/// What a region is called; a network's as it was written.
fn region(code: &str, language: Language) -> String {
    let regions = match code.strip_prefix("m49:") {
        Some(m49) => country::m49_regions().iter().find(|region| region.code == m49),
        None => country::network_regions().iter().find(|region| region.code == code),
    };
    regions.map_or(code, |region| region.names.in_language(language)).to_owned()
}

fn parameters() -> Vec<Value> {
    let mut parameters = incident_query::filter_parameters();
    parameters.push(lang());
    parameters
}

pub(super) fn routes() -> OpenApiRouter<AppState> {
    const ABOUT: &str = "In Arabic, English, French, Portuguese, Russian or Spanish, from the parameters and the total of the list alone. It \
         says what is recorded here, at least, and never that there was no more. What has no name in the language stands in it by its \
         parameter and value.";
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/counts/sentence",
            vec![
                Operation::read("tell_count", "counts", "Tell a count in a sentence", ABOUT)
                    .query(parameters())
                    .answers(200, "The sentence.", &schema::<SentenceView>())
                    .fails(&[400]),
            ],
            get(as_json),
        ))
        .routes(Operation::route(
            "/api/v1/counts/sentence.txt",
            vec![
                Operation::read(
                    "tell_count_text",
                    "counts",
                    "Tell a count in a sentence, as plain text",
                    "The sentence, and in the next line the address of the list that it speaks of.",
                )
                .query(parameters())
                .answers_text(
                    200,
                    "The sentence.",
                    "text/plain",
                    "In this register, as of 25 November 2026, at least 6 incidents are recorded (country: Azerbaijan).\n\
                     https://register.example/api/v1/incidents?country=AZE\n",
                )
                .fails(&[400]),
            ],
            get(as_text),
        ))
}
