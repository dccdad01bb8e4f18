//! The page on which people check what somebody cites: a form that needs no scripts, and what is to be said of each citation.

use amparo_domain::language::Language;
use amparo_web::{Shell, VerifyProblem};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use super::TAG;
use super::verify::{checked, takes};
use crate::document::{Operation, lang_parameter};
use crate::extract::Accepted;
use crate::problem::ApiError;
use crate::query::Query;
use crate::state::AppState;

const HTML: &str = "text/html; charset=utf-8";

async fn form(
    State(state): State<AppState>,
    Accepted(accepted): Accepted,
    uri: Uri,
) -> Result<Response, ApiError> {
    let mut query = Query::of(&uri);
    let language = query.language(accepted);
    query.finish()?;
    Ok(page(&amparo_web::verify(&shell(&state, language), None, None), StatusCode::OK, language))
}

async fn check(
    State(state): State<AppState>,
    Accepted(accepted): Accepted,
    uri: Uri,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, ApiError> {
    let mut query = Query::of(&uri);
    let language = query.language(accepted);
    query.finish()?;
    let shell = shell(&state, language);
    let (status, html) = match checked(&state, language, &headers, request).await {
        Ok(view) => {
            let view = serde_json::to_value(&view);
            let view = view.map_err(|error| ApiError::Internal(error.to_string()))?;
            (StatusCode::OK, amparo_web::verify(&shell, Some(&view), None))
        }
        Err(ApiError::TooLarge(_)) => {
            let problem = Some(VerifyProblem::TooLarge);
            (StatusCode::PAYLOAD_TOO_LARGE, amparo_web::verify(&shell, None, problem))
        }
        Err(ApiError::Malformed(_)) => {
            let problem = Some(VerifyProblem::Unread);
            (StatusCode::BAD_REQUEST, amparo_web::verify(&shell, None, problem))
        }
        Err(error) => return Err(error),
    };
    Ok(page(&html, status, language))
}

fn shell(state: &AppState, language: Language) -> Shell {
    let title = state.settings.title.clone();
    Shell {
        language,
        title: title.clone(),
        instance: title,
        path: "/verify".to_owned(),
        meta: vec![("robots", "noindex".to_owned())],
        links: Vec::new(),
        forms: Vec::new(),
    }
}

fn page(html: &str, status: StatusCode, language: Language) -> Response {
    let mut response = (status, html.to_owned()).into_response();
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::CONTENT_TYPE, HTML);
    set(header::CACHE_CONTROL, "no-store");
    set(header::VARY, crate::answer::VARY);
    set(header::CONTENT_LANGUAGE, language.code());
    set(HeaderName::from_static("x-robots-tag"), "noindex");
    set(header::REFERRER_POLICY, "no-referrer");
    if let Ok(policy) = HeaderValue::from_str(&amparo_web::FORM_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

pub(super) fn routes() -> OpenApiRouter<AppState> {
    const ABOUT: &str = "A page for people, in six languages, without scripts. Nothing of what is sent is kept, and nobody keeps the page.";
    let example = "<!doctype html>…";
    let form_page = Operation::own(
        HttpMethod::Get,
        "verify_form",
        TAG,
        "The page to check citations on",
        ABOUT,
    )
    .by_anybody()
    .query([lang_parameter()])
    .answers_text(200, "The form.", "text/html", example)
    .fails(&[400]);
    let checked =
        Operation::own(HttpMethod::Post, "verify_page", TAG, "Check citations on a page", ABOUT)
            .by_anybody();
    let checked = takes(checked)
        .query([lang_parameter()])
        .answers_text(200, "What is to be said of each citation.", "text/html", example)
        .fails(&[415, 422])
        .answers_text(400, "A page that says that it cannot be read.", "text/html", example)
        .answers_text(413, "A page that says that it is too large.", "text/html", example);
    OpenApiRouter::new().routes(Operation::route(
        "/verify",
        vec![form_page, checked],
        get(form).post(check),
    ))
}
