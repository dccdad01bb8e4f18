//! What handlers take from a request; each refuses with a problem.

use std::collections::HashMap;

use amparo_domain::access::{Actor, Audience};
use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::number::{Number, NumberError};
use amparo_store::IdempotencyKey;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::cookie;
use crate::problem::ApiError;
use crate::query::is_slug;
use crate::state::AppState;

/// Who asks: somebody with a valid token, or the public.
#[derive(Debug, Clone)]
pub(crate) struct Caller(pub Option<Actor>);

impl Caller {
    /// Whom the answer is for.
    pub(crate) fn audience(&self) -> Audience {
        self.0.as_ref().map_or(Audience::Public, Actor::audience)
    }

    /// Somebody with a token.
    pub(crate) fn actor(&self) -> Result<&Actor, ApiError> {
        self.0.as_ref().ok_or(ApiError::Unauthorized)
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let presence = cookie::presence(parts, state).await?;
        Ok(Self(presence.map(|presence| presence.actor)))
    }
}

/// The languages the client reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Accepted(pub Language);

impl<S: Sync> FromRequestParts<S> for Accepted {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let header = parts.headers.get(header::ACCEPT_LANGUAGE);
        let header = header.and_then(|value| value.to_str().ok()).unwrap_or("");
        Ok(Self(Language::negotiate(header)))
    }
}

/// The segments of the path, as text.
#[derive(Debug, Clone)]
pub(crate) struct Segments(Vec<String>);

impl<S: Send + Sync> FromRequestParts<S> for Segments {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = Path::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        // A path that is not UTF-8 names nothing.
        let path = path.map_err(|_| ApiError::NotFound)?;
        Ok(Self(path.0.into_iter().map(|(_, segment)| segment).collect()))
    }
}

impl Segments {
    /// The first segment as the number or slug of a record.
    pub(crate) fn named(&self, kind: Kind) -> Result<Named, ApiError> {
        let text = self.text(0);
        match text.parse::<Number>() {
            Ok(number) => Ok(Named::Number(number)),
            Err(_) if matches!(kind, Kind::Organization | Kind::Election) && is_slug(text) => {
                Ok(Named::Slug(text.to_owned()))
            }
            Err(NumberError::Mistyped) => Err(ApiError::Mistyped),
            Err(NumberError::NotANumber) => Err(ApiError::NotFound),
        }
    }

    /// A segment as the number of a record.
    pub(crate) fn number(&self, nth: usize) -> Result<Number, ApiError> {
        self.text(nth).parse::<Number>().map_err(|error| match error {
            NumberError::Mistyped => ApiError::Mistyped,
            NumberError::NotANumber => ApiError::NotFound,
        })
    }

    /// A segment as a small number: a version, a revision.
    pub(crate) fn count(&self, nth: usize) -> Result<i32, ApiError> {
        let count = self.text(nth).parse().ok().filter(|count| *count > 0);
        count.ok_or(ApiError::NotFound)
    }

    /// Puts another text in the place of a segment.
    pub(crate) fn set(&mut self, nth: usize, text: &str) {
        if let Some(segment) = self.0.get_mut(nth) {
            text.clone_into(segment);
        }
    }

    /// A segment.
    pub(crate) fn text(&self, nth: usize) -> &str {
        self.0.get(nth).map_or("", String::as_str)
    }
}

/// What the form of a page sends.
pub(crate) struct FormBody(HashMap<String, String>);

/// No form of ours sends more.
const FORM_MAX: usize = 64 * 1024;
const FORM: &str = "application/x-www-form-urlencoded";

impl FromRequest<AppState> for FormBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, ApiError> {
        if media_type(request.headers()).as_deref() != Some(FORM) {
            return Err(ApiError::MediaType(FORM));
        }
        let body = match Limited::new(request.into_body(), FORM_MAX).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                return Err(ApiError::TooLarge(FORM_MAX));
            }
            Err(_) => return Err(ApiError::Malformed("The body broke off.".to_owned())),
        };
        Ok(Self(url::form_urlencoded::parse(&body).into_owned().collect()))
    }
}

impl FormBody {
    /// Whether a field was sent.
    pub(crate) fn said(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }

    /// A field, or nothing.
    pub(crate) fn field(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }
}

/// A JSON body, and what a retry of the request is told by.
#[derive(Debug)]
pub(crate) struct JsonBody {
    value: Result<Value, ApiError>,
    scope: String,
    digest: String,
}

const JSON: &str = "application/json";
const MERGE_PATCH: &str = "application/merge-patch+json or application/json";

impl FromRequest<AppState> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let method = request.method().clone();
        let scope = format!("{method} {}", request.uri().path());
        let query = Sha256::new().chain_update(request.uri().query().unwrap_or(""));
        let media_type = media_type(request.headers());
        let limit = state.settings.body_limit;
        let body = match Limited::new(request.into_body(), limit).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => return Err(ApiError::TooLarge(limit)),
            Err(_) => return Err(ApiError::Malformed("The body broke off.".to_owned())),
        };
        let taken = if method == axum::http::Method::PATCH { MERGE_PATCH } else { JSON };
        match media_type.as_deref() {
            None if body.is_empty() => {}
            Some(JSON) => {}
            Some("application/merge-patch+json") if taken == MERGE_PATCH => {}
            _ => return Err(ApiError::MediaType(taken)),
        }
        let digest = URL_SAFE_NO_PAD.encode(query.chain_update([0]).chain_update(&body).finalize());
        Ok(Self { value: parse(&body), scope, digest })
    }
}

fn parse(body: &Bytes) -> Result<Value, ApiError> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    if let Err(error) = std::str::from_utf8(body) {
        let at = error.valid_up_to();
        return Err(ApiError::Malformed(format!("The body is not UTF-8, from byte {at} on.")));
    }
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        ApiError::Malformed(format!(
            "The body is not JSON: line {line}, column {column}: {}.",
            what(&error)
        ))
    })
}

/// The parser's own words without its place, which is told before them.
fn what(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().unwrap_or("");
    Some(value.split(';').next().unwrap_or("").trim().to_ascii_lowercase())
}

impl JsonBody {
    /// What was sent; null if nothing was. A retry is told by its key before it is read.
    pub(crate) fn value(self) -> Result<Value, ApiError> {
        self.value
    }

    /// The idempotency key of the request, if it has one.
    pub(crate) fn key(&self, headers: &HeaderMap) -> Result<Option<IdempotencyKey>, ApiError> {
        const NAME: &str = "Idempotency-Key";
        let Some(value) = headers.get("idempotency-key") else {
            return Ok(None);
        };
        let wrong = ApiError::Header(NAME, "a key has 1 to 255 visible characters");
        let Ok(value) = value.to_str() else {
            return Err(wrong);
        };
        let value = value.trim();
        let key = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value);
        if key.is_empty() || key.len() > 255 {
            return Err(wrong);
        }
        Ok(Some(IdempotencyKey {
            scope: self.scope.clone(),
            key: key.to_owned(),
            request: self.digest.clone(),
        }))
    }
}
