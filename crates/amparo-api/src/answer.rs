//! Answers: JSON with its entity tag, how long it may be kept, and 304 when it is known already.

use amparo_domain::access::Audience;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::cache::Repeatable;
use crate::dto::MergedView;
use crate::problem::ApiError;
use crate::tag;

/// How long an answer may be kept by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Nobody keeps it: it is for one caller.
    Private,
    /// It shows a name, which a take-down must reach within a minute.
    Briefly,
    /// It shows no name.
    Public,
    /// Reference data that changes with a release.
    Reference,
}

/// What an answer to a read depends on beside its address.
pub(crate) const VARY: &str = "Authorization, Cookie, Accept, Accept-Language, Accept-Encoding";

impl Keep {
    /// Of what is as everybody sees it, unless a member asks: that is theirs alone.
    pub(crate) fn of(audience: &Audience) -> Self {
        if audience.is_member() { Self::Private } else { Self::Public }
    }

    /// The words of the header.
    pub(crate) const fn header(self) -> &'static str {
        match self {
            Self::Private => "private, no-store",
            Self::Briefly => "public, max-age=30",
            Self::Public => "public, max-age=60",
            Self::Reference => "public, max-age=300",
        }
    }
}

/// A value as the body of a JSON answer.
pub(crate) fn bytes(value: &impl serde::Serialize) -> Result<Vec<u8>, ApiError> {
    serde_json::to_vec(value).map_err(|error| ApiError::Internal(error.to_string()))
}

/// A JSON answer to a read.
pub(crate) fn read(headers: &HeaderMap, body: Vec<u8>, entity_tag: &str, keep: Keep) -> Response {
    let known = tag::is_known(headers, entity_tag);
    let mut response =
        if known { StatusCode::NOT_MODIFIED.into_response() } else { json(StatusCode::OK, body) };
    if keep != Keep::Private {
        response.extensions_mut().insert(Repeatable);
    }
    let headers = response.headers_mut();
    tag::set(headers, entity_tag);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep.header()));
    headers.insert(header::VARY, HeaderValue::from_static(VARY));
    response
}

/// A JSON answer to a write.
pub(crate) fn written(status: StatusCode, body: Vec<u8>, entity_tag: &str) -> Response {
    let mut response = json(status, body);
    let headers = response.headers_mut();
    tag::set(headers, entity_tag);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(Keep::Private.header()));
    response
}

/// Where a record went that was merged into another. Nobody keeps it: a merge can be taken apart.
pub(crate) fn merged(number: Number, into: Number, rest: &str) -> Response {
    let view = MergedView { number: number.to_string(), state: "merged", into: into.to_string() };
    let body = serde_json::to_vec(&view).unwrap_or_default();
    let mut response = json(StatusCode::PERMANENT_REDIRECT, body);
    let headers = response.headers_mut();
    let place = format!("/api/v1/{}/{into}{rest}", Kind::Incident.plural());
    if let Ok(place) = HeaderValue::from_str(&place) {
        headers.insert(header::LOCATION, place);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A JSON answer for one caller, which nobody keeps.
pub(crate) fn private(
    status: StatusCode,
    value: &impl serde::Serialize,
) -> Result<Response, ApiError> {
    let mut response = json(status, bytes(value)?);
    let keep = HeaderValue::from_static(Keep::Private.header());
    response.headers_mut().insert(header::CACHE_CONTROL, keep);
    Ok(response)
}

fn json(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
