//! Counts of incidents, as JSON and CSV, and facets.
//!
//! | room | what is in it |
//! |---|---|
//! | here | what is asked, and the handlers |
//! | `table` | rows and columns: a time axis without gaps, what fits into no stretch of it |
//! | `looked` | whether somebody looked at what a row is about |
//! | `chart` | a table as other sites show it |
//! | `facets` | values of filters with what each would leave |
//! | `views` | what goes over the wire |

pub(crate) mod chart;
mod facets;
mod looked;
mod table;
mod views;

use amparo_domain::access::Audience;
use amparo_domain::counting::{GROUPS_MAX, Group, Measure};
use amparo_domain::filter::IncidentFilter;
use amparo_domain::language::Language;
use amparo_exchange::tabular;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value, json};
use utoipa_axum::router::OpenApiRouter;

use crate::answer::{self, Keep};
use crate::document::{Operation, parameter, schema};
use crate::extract::{Accepted, Caller};
use crate::incident_query;
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::state::AppState;
use crate::tag;

pub(crate) use views::{CountMeta, CountTable, FacetList, FacetMeta};

use looked::Looked;
use table::{Table, names_records};
use views::Cell;

/// A question that is answered by a table.
struct Asked {
    filter: IncidentFilter,
    groups: Vec<Group>,
    measures: Vec<Measure>,
    /// Whether what fits into no stretch of time has a row of its own.
    unassigned: bool,
    /// Whether a time axis has no gaps.
    fill: bool,
    language: Language,
    meta: Map<String, Value>,
}

/// Reads a list of words, each once.
fn words<T: std::str::FromStr<Err = amparo_domain::counting::UnknownWord> + PartialEq>(
    value: &str,
) -> Result<Vec<T>, Refused> {
    let mut words = Vec::new();
    for word in value.split(',').map(str::trim) {
        let word = word.parse().map_err(|unknown: amparo_domain::counting::UnknownWord| {
            Refused::because(unknown.message).suggesting(unknown.did_you_mean)
        })?;
        if words.contains(&word) {
            return Err(Refused::because("names one twice"));
        }
        words.push(word);
    }
    Ok(words)
}

fn read_groups(value: &str) -> Result<Vec<Group>, Refused> {
    let groups: Vec<Group> = words(value)?;
    if groups.len() > GROUPS_MAX {
        return Err(Refused::because(format!("names {GROUPS_MAX} at most")));
    }
    if groups.iter().filter(|group| group.unit().is_some()).count() > 1 {
        return Err(Refused::because("names one of month, quarter and year, not several"));
    }
    Ok(groups)
}

/// One of two words, of which the first holds where none is given.
fn either(query: &mut Query, key: &'static str, [one, other]: [&'static str; 2]) -> bool {
    let read = query.read(key, |value| match value {
        _ if value == one => Ok(true),
        _ if value == other => Ok(false),
        _ => Err(Refused::because(format!("is {one} or {other}"))
            .suggesting(amparo_domain::suggest::nearest(value, [one, other]))),
    });
    read.unwrap_or(true)
}

async fn read(
    state: &AppState,
    audience: &Audience,
    accepted: Language,
    uri: &Uri,
) -> Result<Asked, ApiError> {
    let mut query = Query::of(uri);
    let asked = incident_query::read_filter(&mut query, &state.store, audience).await?;
    let groups = query.read("group_by", read_groups).unwrap_or_default();
    let measures = query.read("measure", words).unwrap_or_else(|| vec![Measure::Incidents]);
    let unassigned = either(&mut query, "unassigned", ["show", "omit"]);
    let fill = either(&mut query, "fill", ["zero", "none"]);
    let language = query.language(accepted);
    if asked.filter.known_on.is_some() {
        // What is kept of steps and custody is what is known today.
        let later = [Measure::Events, Measure::CustodyDays];
        if measures.iter().any(|measure| later.contains(measure)) {
            let message =
                "counts incidents, people and organizations with known_on=, not steps of timelines";
            query.refuse("measure", Refused::because(message));
        }
        if groups.contains(&Group::Custody) {
            query.refuse("group_by", Refused::because("cannot tell custody as of known_on= yet"));
        }
    }
    query.finish()?;
    Ok(Asked {
        filter: asked.filter,
        groups,
        measures,
        unassigned,
        fill,
        language,
        meta: asked.meta,
    })
}

async fn table_of(state: &AppState, audience: &Audience, asked: &Asked) -> Result<Table, ApiError> {
    let Asked { filter, groups, measures, .. } = asked;
    let counts = state.store.count_incidents(audience, filter, groups, measures).await?;
    let timed = groups.iter().any(|group| group.unit().is_some());
    let looked = if timed { Some(Looked::at(state, filter, groups, &counts).await?) } else { None };
    Table::of(asked, counts, looked.as_ref())
}

async fn counts(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let audience = caller.audience();
    let asked = read(&state, &audience, language, &uri).await?;
    let view = table_of(&state, &audience, &asked).await?.into_view(asked.meta);
    let body = answer::bytes(&view)?;
    Ok(told(&state, &audience, asked.language, &headers, body))
}

async fn counts_csv(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let audience = caller.audience();
    let asked = read(&state, &audience, language, &uri).await?;
    let table = table_of(&state, &audience, &asked).await?;
    let header: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let rows = table.rows.iter().map(|row| row.cells.iter().map(Cell::to_text).collect());
    let body = tabular::csv(&header, rows);
    let mut response = told(&state, &audience, asked.language, &headers, body);
    if response.status() == StatusCode::OK {
        let csv = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
        response.headers_mut().insert(header::CONTENT_TYPE, csv);
    }
    Ok(response)
}

/// An answer that shows no name of a person.
fn told(
    state: &AppState,
    audience: &Audience,
    language: Language,
    headers: &HeaderMap,
    body: Vec<u8>,
) -> Response {
    let keep = Keep::of(audience);
    let entity_tag = format!("W/{}", tag::of(&body, None, &state.secret));
    let mut response = answer::read(headers, body, &entity_tag, keep);
    let language = HeaderValue::from_static(language.code());
    response.headers_mut().insert(HeaderName::from_static("content-language"), language);
    response
}

/// The parameter that says in which language labels are.
fn lang() -> Value {
    parameter(
        "lang",
        "The language of labels; else as Accept-Language says.",
        json!({"type": "string", "enum": ["ar", "en", "es", "fr", "pt", "ru"]}),
        json!("en"),
    )
}

pub(crate) fn parameters() -> Vec<Value> {
    let names = |all: Vec<&str>| all.join(", ");
    let groups = names(Group::ALL.iter().map(|group| group.code()).collect());
    let measures = names(Measure::ALL.iter().map(|measure| measure.code()).collect());
    let mut parameters = incident_query::filter_parameters();
    parameters.extend([
        parameter(
            "group_by",
            &format!("Up to {GROUPS_MAX} of {groups}; one of month, quarter and year at most."),
            json!({"type": "string"}),
            json!("country,month"),
        ),
        parameter(
            "measure",
            &format!("One or more of {measures}."),
            json!({"type": "string", "default": "incidents"}),
            json!("incidents,people_min"),
        ),
        parameter(
            "unassigned",
            "Whether what fits into no month, quarter or year as a whole has rows of its own.",
            json!({"type": "string", "enum": ["show", "omit"], "default": "show"}),
            json!("show"),
        ),
        parameter(
            "fill",
            "Whether a time axis has a row for every month, quarter or year, also where there is nothing.",
            json!({"type": "string", "enum": ["zero", "none"], "default": "zero"}),
            json!("zero"),
        ),
        lang(),
    ]);
    parameters
}

/// The routes of counts and facets.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    let read = |id, summary, description| Operation::read(id, "counts", summary, description);
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/counts",
            vec![
                read(
                    "count_incidents",
                    "Count incidents",
                    "Any question of the list, counted in groups. An incident is counted in a month, quarter or year only \
                     if its whole date range fits into it, else in a row whose `bucket` is unassigned: the rows add up to \
                     `meta.total`, which is the total of the list, unless `meta.overlap` says that groups overlap. A \
                     stretch of time with nothing is 0 where somebody looked, else null.",
                )
                .query(parameters())
                .answers(200, "The counts.", &schema::<CountTable>())
                .fails(&[400]),
            ],
            get(counts),
        ))
        .routes(Operation::route(
            "/api/v1/counts.csv",
            vec![
                read(
                    "count_incidents_csv",
                    "Count incidents, as CSV",
                    "The same rows and columns: UTF-8, comma, CRLF, a header. What is not known, and what nobody covered, is empty.",
                )
                .query(parameters())
                .answers_text(
                    200,
                    "The counts.",
                    "text/csv",
                    "month,month_start,incidents,coverage\r\n2024-01,2024-01-01,1,not_covered\r\n",
                )
                .fails(&[400]),
            ],
            get(counts_csv),
        ))
        .routes(facets::route())
}
