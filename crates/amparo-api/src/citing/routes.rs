//! The operations.

use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::number::Number;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;

use super::views::CitationView;
use super::{Asked, Pinned, TAG, answer, count, of_list, of_record};
use crate::answer::Keep;
use crate::document::{Operation, lang_parameter, parameter, schema};
use crate::extract::{Accepted, Caller, Segments};
use crate::incident_query;
use crate::problem::ApiError;
use crate::query::Query;
use crate::resource::base_url;
use crate::state::AppState;

/// What is read of a request for a citation of a record.
struct Request<'a> {
    state: &'a AppState,
    headers: &'a HeaderMap,
    uri: &'a Uri,
    accepted: Language,
}

impl Request<'_> {
    /// A record of a kind, or of whatever kind it is.
    async fn record(
        self,
        number: Number,
        kind: Option<Kind>,
        version: Option<i32>,
    ) -> Result<Response, ApiError> {
        let Self { state, headers, uri, accepted } = self;
        let mut query = Query::of(uri);
        let language = query.language(accepted);
        let mut asked = Asked::of(&mut query, version.is_none());
        query.finish()?;
        asked.version = asked.version.or(version);
        let citable = state.store.citable(number, kind, asked.version).await?;
        // What was merged is cited by the number that holds it, unless it is as it was.
        if let (Some(into), None) = (citable.merged_into, asked.version)
            && asked.pin != Some(Pinned::Version)
        {
            return Ok(leads_on(uri, into));
        }
        let (both, keep) = of_record(state, &base_url(state, headers), &citable, language);
        answer(state, headers, both, asked, language, keep).await
    }

    async fn list(self, number: Number) -> Result<Response, ApiError> {
        let Self { state, headers, uri, accepted } = self;
        let mut query = Query::of(uri);
        let language = query.language(accepted);
        let asked = Asked::of(&mut query, false);
        query.finish()?;
        let list = state.store.frozen_list(number).await?;
        let both = of_list(state, &base_url(state, headers), &list).await?;
        answer(state, headers, both, asked, language, Keep::Public).await
    }
}

/// To the citation of the record that holds what another said. Nobody keeps it: a merge can be taken apart.
fn leads_on(uri: &Uri, into: Number) -> Response {
    let room = if uri.path().starts_with("/api/") { "/api/v1/incidents" } else { "/r" };
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    let headers = response.headers_mut();
    if let Ok(place) = HeaderValue::from_str(&format!("{room}/{into}/citation{query}")) {
        headers.insert(header::LOCATION, place);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn incident(
    State(state): State<AppState>,
    _: Caller,
    Accepted(accepted): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let request = Request { state: &state, headers: &headers, uri: &uri, accepted };
    request.record(segments.number(0)?, Some(Kind::Incident), None).await
}

async fn statement(
    State(state): State<AppState>,
    _: Caller,
    Accepted(accepted): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let request = Request { state: &state, headers: &headers, uri: &uri, accepted };
    request.record(segments.number(0)?, Some(Kind::Statement), None).await
}

async fn list(
    State(state): State<AppState>,
    _: Caller,
    Accepted(accepted): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let request = Request { state: &state, headers: &headers, uri: &uri, accepted };
    request.list(segments.number(0)?).await
}

async fn counts(
    State(state): State<AppState>,
    _: Caller,
    Accepted(accepted): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (both, asked, language) = count::of_query(&state, accepted, &uri, &headers).await?;
    answer(&state, &headers, both, asked, language, Keep::Public).await
}

/// Whatever has the number: a record of any kind, or a list.
async fn anything(
    State(state): State<AppState>,
    _: Caller,
    Accepted(accepted): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let number = segments.number(0)?;
    let request = || Request { state: &state, headers: &headers, uri: &uri, accepted };
    match request().record(number, None, None).await {
        Err(ApiError::Store(amparo_store::StoreError::NotFound)) => request().list(number).await,
        answered => answered,
    }
}

/// A version of it.
async fn version(
    State(state): State<AppState>,
    _: Caller,
    Accepted(accepted): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let version = segments.text(1).strip_prefix('v').and_then(|version| version.parse().ok());
    let version = version.filter(|version: &i32| *version > 0).ok_or(ApiError::NotFound)?;
    let request = Request { state: &state, headers: &headers, uri: &uri, accepted };
    request.record(segments.number(0)?, None, Some(version)).await
}

fn of_citations() -> [Value; 3] {
    let forms = super::forms();
    [
        parameter(
            "format",
            "One form alone: a text, or a file for a reference manager or for Word. All of them in JSON if not given.",
            json!({"type": "string", "enum": forms}),
            json!("footnote"),
        ),
        lang_parameter(),
        parameter(
            "pin",
            "version: quotes what was said, by the address of the version. latest: points to it, wherever it stands by then. \
             version if not given, but for format=line.",
            json!({"type": "string", "enum": ["version", "latest"]}),
            json!("version"),
        ),
    ]
}

fn of_version() -> Value {
    parameter(
        "version",
        "The version that is quoted; the latest if not given. `latest` is the same as pin=latest.",
        json!({"type": "string", "pattern": "^([1-9][0-9]*|latest)$"}),
        json!("3"),
    )
}

fn operation(id: &str, summary: &str, description: &str) -> Operation {
    Operation::read(id, TAG, summary, description)
        .answers(200, "How to cite it.", &schema::<CitationView>())
        .known_already()
}

const NUMBER: &str = "Its number, in any usual way of writing.";

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    const OF_RECORD: &str = "In every form, labelled by what it is for: pinned to a version to quote a fact, and to the latest to point people to \
         it. The number is printed with U+2011 for its hyphen, so that no reference manager takes it for a range of pages. What was \
         withdrawn is cited as such, without a word of what it said.";
    let number = |operation: Operation| operation.path("number", NUMBER, json!("4827-1930"));
    let of_record = |id: &str, summary: &str| {
        number(operation(id, summary, OF_RECORD))
            .query(of_citations())
            .query([of_version()])
            .redirects(308, "Of a record that was merged: to the one that holds what it said.")
            .fails(&[400, 401, 404])
    };
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/incidents/{number}/citation",
            vec![of_record("cite_incident", "Cite an incident")],
            get(incident),
        ))
        .routes(Operation::route(
            "/api/v1/statements/{number}/citation",
            vec![of_record("cite_statement", "Cite a statement")],
            get(statement),
        ))
        .routes(Operation::route(
            "/api/v1/lists/{number}/citation",
            vec![
                number(operation(
                    "cite_list",
                    "Cite a frozen list",
                    "A list never changes, so that it is cited as it is. One line says what it counts.",
                ))
                .query(of_citations())
                .fails(&[400, 401, 404]),
            ],
            get(list),
        ))
        .routes(Operation::route(
            "/api/v1/counts/citation",
            vec![
                operation(
                    "cite_count",
                    "Cite a count",
                    "A count of today, by the sentence that tells it, and by the address at which its incidents are found as of today. \
                     What is to be checked in years is better frozen as a list first.",
                )
                .query(of_citations())
                .query(incident_query::filter_parameters())
                .fails(&[400, 401]),
            ],
            get(counts),
        ))
        .routes(Operation::route(
            "/r/{number}/citation",
            vec![of_record("resolve_citation", "Cite whatever has a number")],
            get(anything),
        ))
        .routes(Operation::route(
            "/r/{number}/{version}/citation",
            vec![
                number(operation("resolve_version_citation", "Cite a version", OF_RECORD))
                    .path("version", "v1, v2, ….", json!("v1"))
                    .query(of_citations())
                    .fails(&[400, 401, 404]),
            ],
            get(version),
        ))
}
