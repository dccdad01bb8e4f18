//! The data dictionary: what each column means, for people and for programs.

use amparo_domain::language::Language;
use amparo_domain::vocabulary;
use amparo_exchange::export::{Cell, Column, Csv, Resource, Rest, Row, Type, Writer, data_package};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;
use axum::routing::get;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::document::TAG;
use super::table::{AskedOf, Table};
use super::{Form, TABLES, Wanted, base, name_of, refuse_pages};
use crate::answer::{self, Keep};
use crate::document::{Operation, lang_parameter, schema};
use crate::extract::{Accepted, Caller};
use crate::incident_query;
use crate::problem::ApiError;
use crate::query::Query;
use crate::state::AppState;
use crate::tag;

/// What the tables that are taken away hold.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Dictionary {
    /// The tables.
    tables: Vec<TableView>,
}

/// A table that is taken away.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DictionaryTable)]
pub(crate) struct TableView {
    /// Its name, as in its addresses.
    #[schema(example = "incidents")]
    name: String,
    /// What a row of it is.
    about: &'static str,
    /// The addresses at which it can be asked for.
    #[schema(example = json!(["/api/v1/incidents.csv"]))]
    addresses: Vec<String>,
    /// The columns that tell its rows apart; none if rows can repeat.
    #[schema(value_type = Vec<String>)]
    key: &'static [&'static str],
    /// Its columns.
    columns: Vec<ColumnView>,
}

/// A column of a table.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DictionaryColumn)]
pub(crate) struct ColumnView {
    /// Its name.
    #[schema(value_type = String, example = "grade")]
    name: &'static str,
    /// What its cells are: text, integer, decimal, date, instant or boolean.
    #[schema(value_type = String, example = "text")]
    r#type: &'static str,
    /// What they mean.
    meaning: &'static str,
    /// What an empty cell means; null where none is empty.
    empty: Option<&'static str>,
    /// Whether a cell can hold several values, with `|` between them.
    several: bool,
    /// The list of the vocabulary that the codes are of.
    list: Option<&'static str>,
    /// The codes that can stand in it, each with its label; empty where there is no list.
    codes: Vec<CodeView>,
}

/// A code and what it stands for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DictionaryCode)]
pub(crate) struct CodeView {
    /// The code, which never changes.
    code: &'static str,
    /// The same in words.
    label: &'static str,
}

fn codes(column: &Column, language: Language) -> Vec<CodeView> {
    let list = column.list.and_then(vocabulary::list);
    let terms = list.map(|list| list.terms.as_slice()).unwrap_or_default();
    let view = |term: &'static vocabulary::Term| CodeView {
        code: &term.code,
        label: term.labels.in_language(language),
    };
    terms.iter().map(view).collect()
}

fn view(table: &'static dyn Table, language: Language) -> TableView {
    let column = |column: &'static Column| ColumnView {
        name: column.name,
        r#type: column.kind.code(),
        meaning: column.meaning,
        empty: column.empty,
        several: column.many,
        list: column.list,
        codes: codes(column, language),
    };
    let name = name_of(table);
    let addresses = Wanted::all().filter(|wanted| name_of(wanted.table) == name);
    TableView {
        name: name.clone(),
        about: table.about(),
        addresses: addresses.map(Wanted::address).collect(),
        key: table.key(),
        columns: table.columns().into_iter().map(column).collect(),
    }
}

async fn as_json(
    State(state): State<AppState>,
    Accepted(language): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let language = asked_language(&uri, language)?;
    let tables = TABLES.into_iter().map(|table| view(table, language)).collect();
    let body = answer::bytes(&Dictionary { tables })?;
    Ok(reference(&state, &headers, body, "application/json", language))
}

const COLUMNS: [Column; 9] = [
    Column::new("table", Type::Text, "The table."),
    Column::new("column", Type::Text, "The column."),
    Column::new("type", Type::Text, "What its cells are."),
    Column::new("several", Type::Boolean, "Whether a cell can hold several values."),
    Column::new("meaning", Type::Text, "What they mean."),
    Column::new("empty", Type::Text, "What an empty cell means."),
    Column::new("list", Type::Text, "The list of the vocabulary that the codes are of."),
    Column::new("codes", Type::Text, "The codes that can stand in it.").several(),
    Column::new("labels", Type::Text, "The same in words, in the same order.").several(),
];

async fn as_csv(
    State(state): State<AppState>,
    Accepted(language): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let language = asked_language(&uri, language)?;
    let columns: Vec<&Column> = COLUMNS.iter().collect();
    let mut csv = Box::new(Csv::new(&columns, false));
    let failed = |error: amparo_exchange::export::WriteError| ApiError::Internal(error.to_string());
    let no_record =
        amparo_domain::number::Number::from_random(0, amparo_domain::number::Width::Eight);
    for table in TABLES {
        for column in table.columns() {
            let codes = codes(column, language);
            let cells = [
                Cell::text(Some(name_of(table))),
                Cell::text(Some(column.name)),
                Cell::text(Some(column.kind.code())),
                Cell::Boolean(column.many),
                Cell::text(Some(column.meaning)),
                Cell::text(column.empty),
                Cell::text(column.list),
                Cell::several(codes.iter().map(|code| code.code)),
                Cell::several(codes.iter().map(|code| code.label)),
            ];
            csv.row(&Row { number: no_record, point: None, cells: &cells }).map_err(failed)?;
        }
    }
    let body = match csv.finish().map_err(failed)? {
        Rest::Bytes(bytes) => bytes,
        Rest::File(_) => Vec::new(),
    };
    Ok(reference(&state, &headers, body, "text/csv; charset=utf-8; header=present", language))
}

fn asked_language(uri: &Uri, accepted: Language) -> Result<Language, ApiError> {
    let mut query = Query::of(uri);
    let language = query.language(accepted);
    query.finish()?;
    Ok(language)
}

fn reference(
    state: &AppState,
    headers: &HeaderMap,
    body: Vec<u8>,
    media_type: &'static str,
    language: Language,
) -> Response {
    let entity_tag = tag::of(&body, None, &state.secret);
    let mut response = answer::read(headers, body, &entity_tag, Keep::Reference);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
    response
}

/// What is in the tables of a question, for programs.
async fn package(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut query = Query::of(&uri);
    let language = query.language(language);
    incident_query::read(&mut query, &state.store, &caller.audience()).await?;
    refuse_pages(&mut query, AskedOf::Incidents);
    query.finish()?;
    let base = base(&state, &headers);
    let asked = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let tables = || TABLES.into_iter().filter(|table| table.asked_of() == AskedOf::Incidents);
    let columns: Vec<Vec<&Column>> = tables().map(Table::columns).collect();
    let resources: Vec<Resource<'_>> = tables()
        .zip(&columns)
        .map(|(table, columns)| Resource {
            name: table.name(),
            about: table.about(),
            address: format!("{base}{}{asked}", Wanted { table, form: Form::Csv }.address()),
            columns,
            key: table.key(),
        })
        .collect();
    let package = data_package("incidents", &state.settings.title, &resources);
    let keep = Keep::of(&caller.audience());
    let body = package.to_string().into_bytes();
    let entity_tag = tag::of(&body, None, &state.secret);
    let mut response = answer::read(&headers, body, &entity_tag, keep);
    let language = HeaderValue::from_static(language.code());
    response.headers_mut().insert(header::CONTENT_LANGUAGE, language);
    Ok(response)
}

/// The routes of the dictionary.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    let read = |id, summary, description| Operation::read(id, TAG, summary, description);
    let about = "Every table that can be taken away, with its columns: their types, what they mean, what an empty \
                 cell means, and the codes that can stand in them with their labels.";
    let known = "The client has this answer already.";
    let header = format!("{}\r\n", COLUMNS.map(|column| column.name).join(","));
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/dictionary",
            vec![
                read("get_dictionary", "The data dictionary", about)
                    .query([lang_parameter()])
                    .answers(200, "The dictionary.", &schema::<Dictionary>())
                    .answers_nothing(304, known)
                    .fails(&[400]),
            ],
            get(as_json),
        ))
        .routes(Operation::route(
            "/api/v1/dictionary.csv",
            vec![
                read("get_dictionary_csv", "The data dictionary as CSV", about)
                    .query([lang_parameter()])
                    .answers_text(200, "The dictionary.", "text/csv", &header)
                    .answers_nothing(304, known)
                    .fails(&[400]),
            ],
            get(as_csv),
        ))
        .routes(Operation::route(
            "/api/v1/incidents.datapackage.json",
            vec![
                read(
                    "incidents_datapackage",
                    "A question's tables as a data package",
                    "A Frictionless data package: the CSV files of the question, each with the schema of its \
                     columns, for programs that fetch and check them.",
                )
                .query(incident_query::parameters())
                .query([lang_parameter()])
                .answers_like(
                    200,
                    "The package.",
                    &json!({"type": "object", "description": "A data package, as frictionlessdata.io describes it."}),
                    &json!({"profile": "tabular-data-package", "name": "incidents", "resources": [
                        {"name": "incidents", "path": "https://register.example.org/api/v1/incidents.csv"},
                    ]}),
                )
                .answers_nothing(304, known)
                .fails(&[400, 401]),
            ],
            get(package),
        ))
}
