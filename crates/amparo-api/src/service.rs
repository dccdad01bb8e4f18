//! The service itself: whether it lives, its document, its problems, its permanent addresses.

use std::sync::LazyLock;

use amparo_domain::kind::Kind;
use amparo_store::StoreError;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;

use crate::answer;
use crate::document::Operation;
use crate::extract::{Caller, Segments};
use crate::log;
use crate::problem::{self, ApiError};
use crate::query::Query;
use crate::state::AppState;

static JSON: LazyLock<String> = LazyLock::new(crate::openapi_json);
static YAML: LazyLock<String> = LazyLock::new(crate::openapi_yaml);

/// What is written of each kind of problem, with a heading for each slug.
const PROBLEMS: &str = include_str!("../../../docs/problems.md");

async fn livez(uri: Uri) -> Result<&'static str, ApiError> {
    Query::of(&uri).finish()?;
    Ok("ok\n")
}

async fn readyz(State(state): State<AppState>, uri: Uri) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    match state.store.is_ready().await {
        Ok(true) => Ok((StatusCode::OK, "ok\n").into_response()),
        Ok(false) => Err(ApiError::Outdated),
        Err(error) => {
            tracing::error!(%error, "the database cannot be used");
            Err(StoreError::Unavailable.into())
        }
    }
}

async fn json_document(uri: Uri) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    Ok(document("application/json", &JSON))
}

async fn yaml_document(uri: Uri) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    Ok(document("application/yaml", &YAML))
}

fn document(media_type: &'static str, body: &'static str) -> Response {
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

async fn problems(segments: Segments, uri: Uri) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let slug = segments.text(0);
    let known = problem::kinds().iter().any(|(known, _)| *known == slug);
    let heading = format!("## {slug}\n");
    let section = PROBLEMS.split_once(&heading).filter(|_| known).map(|(_, rest)| rest);
    let section = section.ok_or(ApiError::NotFound)?.split("\n## ").next().unwrap_or("");
    let mut response = Response::new(Body::from(format!("# {slug}\n{section}\n")));
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, text);
    Ok(response)
}

/// The permanent address of anything that has a number.
async fn resolve(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    if let Some(version) = log::bundle_asked(segments.text(1)) {
        return log::bundle(&state, &caller, &segments, version, &uri).await;
    }
    Query::of(&uri).finish()?;
    let number = segments.number(0)?;
    if segments.text(1).is_empty()
        && let Some(into) = state.store.merged_into(&caller.audience(), number).await?
    {
        return Ok(answer::merged(number, into, ""));
    }
    let kind = match state.store.kind_of(&caller.audience(), number).await {
        // It may be that of a list, which everybody may see.
        Err(StoreError::NotFound) if segments.text(1).is_empty() => {
            state.store.frozen_list(number).await?;
            return Ok(leads_to(&format!("/api/v1/lists/{number}")));
        }
        kind => kind?,
    };
    if kind == Kind::Person && !caller.audience().is_member() {
        return Err(ApiError::NotFound);
    }
    let version = match segments.text(1) {
        "" => String::new(),
        version => format!("/versions/{}", version.strip_prefix('v').ok_or(ApiError::NotFound)?),
    };
    Ok(leads_to(&format!("/api/v1/{}/{number}{version}", kind.plural())))
}

fn leads_to(address: &str) -> Response {
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, address)]).into_response()
}

/// The routes of the service.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    let read = |id, summary, description| Operation::read(id, "service", summary, description);
    OpenApiRouter::new()
        .routes(Operation::route(
            "/livez",
            vec![
                read("livez", "Is the process alive?", "Answers as long as the process does.")
                    .answers_text(200, "It is.", "text/plain", "ok\n")
                    .fails(&[400]),
            ],
            get(livez),
        ))
        .routes(Operation::route(
            "/readyz",
            vec![
                read(
                    "readyz",
                    "Can it serve?",
                    "Whether the database answers and its schema is up to date.",
                )
                .answers_text(200, "It can.", "text/plain", "ok\n")
                .fails(&[400, 503]),
            ],
            get(readyz),
        ))
        .merge(permanent_addresses())
        .routes(Operation::route(
            "/api/openapi.json",
            vec![
                read(
                    "get_openapi_json",
                    "Read this document",
                    "In JSON. `/docs` shows it as a page.",
                )
                .answers(
                    200,
                    "The document, OpenAPI 3.1.",
                    &json!({"type": "object", "description": "An OpenAPI document."}),
                )
                .fails(&[400]),
            ],
            get(json_document),
        ))
        .routes(Operation::route(
            "/api/openapi.yaml",
            vec![
                read("get_openapi_yaml", "Read this document as YAML", "The same document.")
                    .answers_text(
                        200,
                        "The document, OpenAPI 3.1.",
                        "application/yaml",
                        "openapi: \"3.1.0\"\n",
                    )
                    .fails(&[400]),
            ],
            get(yaml_document),
        ))
        .routes(Operation::route(
            "/problems/{slug}",
            vec![
                read(
                    "get_problem",
                    "Read what a problem means",
                    "The address in the `type` of every problem: what it means and what to do.",
                )
                .path("slug", "The kind of problem.", json!("unknown-parameter"))
                .answers_text(200, "What it means.", "text/plain", "# unknown-parameter\n…\n")
                .fails(&[400, 404]),
            ],
            get(problems),
        ))
}

/// The routes by which a number leads to what it stands for.
fn permanent_addresses() -> OpenApiRouter<AppState> {
    let read = |id, summary, description| Operation::read(id, "service", summary, description);
    OpenApiRouter::new()
        .routes(Operation::route(
            "/r/{number}",
            vec![
                read(
                    "resolve_number",
                    "Follow a number",
                    "The permanent address of anything that has a number: leads to the record, or to the list.",
                )
                .path("number", "A number, in any usual way of writing.", json!("4827-1930"))
                .redirects(307, "Where the record is.")
                .redirects(
                    308,
                    "Of a record that was merged: where the one is that holds what it said.",
                )
                .fails(&[400, 404]),
            ],
            get(resolve),
        ))
        .routes(Operation::route(
            "/r/{number}/{version}",
            vec![
                read(
                    "resolve_version",
                    "Follow a number to a version",
                    "The permanent address of one version of a record.",
                )
                .path("number", "A number, in any usual way of writing.", json!("4827-1930"))
                .path("version", "v1, v2, ….", json!("v1"))
                .redirects(307, "Where the version is.")
                .fails(&[400, 404]),
            ],
            get(resolve),
        ))
}
