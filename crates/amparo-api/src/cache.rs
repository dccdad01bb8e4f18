//! Answers to repeated public questions, kept as long as the register is at the revision at which they were
//! made.
//!
//! What is kept is only ever what everybody gets: requests with credentials, and answers that are for one
//! caller, never come near it. A take-down makes another revision like every other change, so it reaches
//! what is kept here with the next request.

use std::fmt;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use chrono::NaiveDate;
use http_body_util::BodyExt as _;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::problem::ApiError;
use crate::state::AppState;
use crate::tag;

/// Of what size an answer may be to be kept, in bytes.
const LARGEST: usize = 6 * 1024 * 1024;
/// How many answers are expected, of some 24 kB each.
const EXPECTED: usize = 1_000;

/// Where there are answers to keep.
const ROOMS: [&str; 5] = ["/api/v1/", "/ogc", "/r/", "/embed/", "/oembed"];

/// Marks an answer that is the same for everybody while the register stays as it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Repeatable;

/// The answers that are kept.
pub(crate) struct Answers(Cache<Question, Kept, Weight>);

/// Everything of a request on which an answer to the public depends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Question {
    revision: i64,
    /// Custody and what is due are told as of the day of asking.
    today: NaiveDate,
    /// The address, and the headers that change an answer.
    asked: Box<str>,
}

#[derive(Clone)]
struct Kept {
    headers: Arc<HeaderMap>,
    body: Bytes,
}

#[derive(Debug, Clone)]
struct Weight;

impl Weighter<Question, Kept> for Weight {
    fn weight(&self, question: &Question, kept: &Kept) -> u64 {
        // The headers and what the cache itself needs.
        const BESIDES: usize = 1_024;
        u64::try_from(question.asked.len() + kept.body.len() + BESIDES).unwrap_or(u64::MAX)
    }
}

impl Answers {
    /// So many bytes at most.
    pub(crate) fn up_to(bytes: u64) -> Self {
        Self(Cache::with_weighter(EXPECTED, bytes, Weight))
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Answers").field("kept", &self.0.len()).finish()
    }
}

/// Answers a question that was answered before, else lets it be answered and keeps what may be kept.
pub(crate) async fn answered_before(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    if state.settings.kept_answers == 0 {
        return next.run(request).await;
    }
    let Some(asked) = asked(&request) else {
        return next.run(request).await;
    };
    // Read before the answer is made: what it says then is at least as new.
    let Ok(revision) = state.store.register_revision().await else {
        return next.run(request).await;
    };
    let question = Question { revision, today: state.store.clock().today(), asked };
    if let Some(kept) = state.answers.0.get(&question) {
        return kept.answer(request.headers());
    }
    // The whole answer is wanted, so that the next can be told that it is known.
    let conditions = conditions(&mut request);
    let response = next.run(request).await;
    if response.extensions().get::<Repeatable>().is_none() || response.status() != StatusCode::OK {
        return response;
    }
    let (parts, body) = response.into_parts();
    // It is whole already: only streams could fail, and they are never marked.
    let Ok(body) = body.collect().await else {
        return ApiError::Internal("an answer broke off".to_owned()).into_response();
    };
    let kept = Kept { headers: Arc::new(parts.headers), body: body.to_bytes() };
    if kept.body.len() <= LARGEST {
        state.answers.0.insert(question, kept.clone());
    }
    kept.answer(&conditions)
}

/// Takes out of a request what its client knows already.
fn conditions(request: &mut Request) -> HeaderMap {
    let mut conditions = HeaderMap::new();
    let all: Vec<_> = request.headers().get_all(header::IF_NONE_MATCH).iter().cloned().collect();
    for condition in all {
        conditions.append(header::IF_NONE_MATCH, condition);
    }
    request.headers_mut().remove(header::IF_NONE_MATCH);
    conditions
}

/// What is asked, if everybody would get the same answer.
fn asked(request: &Request) -> Option<Box<str>> {
    let headers = request.headers();
    let own = [header::AUTHORIZATION, header::COOKIE, header::RANGE];
    if request.method() != Method::GET || own.iter().any(|name| headers.contains_key(name)) {
        return None;
    }
    let uri = request.uri();
    if !ROOMS.iter().any(|room| uri.path().starts_with(room)) {
        return None;
    }
    let mut asked = String::with_capacity(192);
    asked.push_str(uri.path());
    asked.push('?');
    asked.push_str(uri.query().unwrap_or_default());
    // The host stands in the addresses of next pages.
    let varying = [header::HOST, header::ACCEPT, header::ACCEPT_LANGUAGE, header::ACCEPT_ENCODING];
    for name in varying {
        for value in headers.get_all(name) {
            asked.push('\n');
            asked.push_str(value.to_str().ok()?);
        }
        asked.push('\0');
    }
    Some(asked.into())
}

impl Kept {
    /// The answer once more, or that it is known.
    fn answer(self, asked: &HeaderMap) -> Response {
        let tag = self.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok());
        let known = tag.is_some_and(|tag| tag::is_known(asked, tag));
        let mut headers = Arc::unwrap_or_clone(self.headers);
        let mut response = if known {
            headers.remove(header::CONTENT_TYPE);
            headers.remove(header::CONTENT_LENGTH);
            headers.remove(header::CONTENT_ENCODING);
            Response::new(Body::empty())
        } else {
            Response::new(Body::from(self.body))
        };
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        *response.headers_mut() = headers;
        response
    }
}
