//! `/docs`: the document as a page on which every operation can be tried (Swagger UI). It comes out of
//! the binary and loads nothing from anywhere else.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use serde_json::Value;
use utoipa_swagger_ui::Config;

use crate::document;
use crate::problem::ApiError;
use crate::state::AppState;

/// The one page with scripts, so it has a policy of its own: everything from here, nothing inline but
/// the styles that Swagger UI sets on its elements.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; font-src 'self' data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    // No "Try it out" to press first, and no badge of somebody else's validator.
    Arc::new(Config::from("/docs/openapi.json").try_it_out_enabled(true).validator_url("none"))
});

/// The document for the page: examples of what need not be sent stand in words, because Swagger UI
/// would send them all.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let mut document = crate::openapi();
    let own = document::operations(&mut document)
        .filter_map(|operation| operation["parameters"].as_array_mut());
    own.flatten().for_each(say_example);
    let shared = document["components"]["parameters"].as_object_mut();
    shared.into_iter().flat_map(|all| all.values_mut()).for_each(say_example);
    document.to_string()
});

/// Puts the example of a parameter that need not be sent into words.
fn say_example(parameter: &mut Value) {
    if parameter["required"] == true {
        return;
    }
    let example = parameter.as_object_mut().and_then(|members| members.remove("example"));
    if let (Some(example), Some(description)) = (example, parameter["description"].as_str()) {
        let example = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        parameter["description"] = format!("{description} Example: `{example}`").into();
    }
}

/// The page by a name that does not end in a slash: slashes at the end are trimmed before routing.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/docs", get(|| async { Redirect::temporary("/docs/index.html") }))
        .route("/docs/openapi.json", get(open_api))
        .route("/docs/{file}", get(file))
}

async fn open_api() -> Response {
    let mut response = Response::new(Body::from(DOCUMENT.as_str()));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

async fn file(Path(name): Path<String>) -> Result<Response, ApiError> {
    let file = utoipa_swagger_ui::serve(&name, Arc::clone(&CONFIG))
        .map_err(|error| ApiError::Internal(error.to_string()))?
        .ok_or(ApiError::NotFound)?;
    let media_type = HeaderValue::from_str(&file.content_type)
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    let mut response = (StatusCode::OK, Body::from(file.bytes.into_owned())).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, media_type);
    if file.gzpipped {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    Ok(response)
}
