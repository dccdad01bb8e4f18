//! What stands around every handler: the request's id, problems for everything that fails, a limit
//! on time.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::FutureExt as _;
use std::panic::AssertUnwindSafe;

use crate::problem::{ApiError, Untold};
use crate::state::AppState;

/// The name of the header that holds the request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives each request an id, tells every failure as a problem with that id, and ends requests that
/// take too long.
pub(crate) async fn around(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let id = request_id(&request);
    let method = request.method().clone();
    let limit = state.settings.request_timeout;
    // A panic is a bug of ours: it is told like any failure of ours and takes nothing else with it.
    let handled = AssertUnwindSafe(next.run(request)).catch_unwind();
    let mut response = match tokio::time::timeout(limit, handled).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => ApiError::Internal("a handler panicked".to_owned()).into_response(),
        Err(_) => ApiError::Timeout.into_response(),
    };
    if response.extensions().get::<Untold>().is_none()
        && !response.headers().contains_key(header::CONTENT_TYPE)
    {
        let failed = match response.status() {
            StatusCode::NOT_FOUND => Some(ApiError::NotFound),
            StatusCode::METHOD_NOT_ALLOWED => Some(ApiError::Method),
            _ => None,
        };
        if let Some(failed) = failed {
            let allow = response.headers_mut().remove(header::ALLOW);
            response = failed.into_response();
            if let Some(allow) = allow {
                response.headers_mut().insert(header::ALLOW, allow);
            }
        }
    }
    if let Some(Untold(mut problem)) = response.extensions_mut().remove::<Untold>() {
        problem.instance = Some(format!("urn:request:{id}"));
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        *response.body_mut() =
            if method == Method::HEAD { Body::empty() } else { Body::from(body) };
        let media_type = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    }
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// The client's own id, if it is a plain one, else a new one. It names no caller.
fn request_id(request: &Request) -> String {
    let sent = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let plain = |id: &&str| {
        (8..=64).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    sent.filter(plain)
        .map_or_else(|| URL_SAFE_NO_PAD.encode(rand::random::<[u8; 12]>()), str::to_owned)
}
