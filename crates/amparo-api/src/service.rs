//! The service itself: whether it lives, its document, its problems.

use std::sync::LazyLock;

use amparo_store::StoreError;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;

use crate::document::Operation;
use crate::extract::Segments;
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
