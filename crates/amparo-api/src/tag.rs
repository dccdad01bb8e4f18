//! Entity tags: for staff they name the revision, for everybody they tell one view from another.
//!
//! A tag is a MAC of the view under the instance's secret, so that nobody can guess a view and
//! check the guess against a tag. The public's tags hold no revision: its count would tell of
//! changes that are not published.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::problem::ApiError;

/// The tag of a view.
pub(crate) fn of(body: &[u8], revision: Option<i32>, secret: &str) -> String {
    let digest = Sha256::new()
        .chain_update(b"amparo/tag/1\0")
        .chain_update(secret)
        .chain_update([0])
        .chain_update(body)
        .finalize();
    let mac = URL_SAFE_NO_PAD.encode(&digest[..12]);
    match revision {
        Some(revision) => format!("\"r{revision}-{mac}\""),
        None => format!("\"{mac}\""),
    }
}

/// Whether the client has this view already (`If-None-Match`).
pub(crate) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    // Weak comparison (RFC 9110): the tags of lists are weak themselves.
    let strong = |tag: &str| tag.trim_start_matches("W/").to_owned();
    let tag = strong(tag);
    let mut sent = headers.get_all(header::IF_NONE_MATCH).iter();
    sent.any(|value| {
        let value = value.to_str().unwrap_or("");
        value.split(',').map(str::trim).any(|one| one == "*" || strong(one) == tag)
    })
}

/// What `If-Match` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Any revision: `*`.
    Any,
    /// One of these revisions; none if only tags of the public were sent.
    Revisions(Vec<i32>),
}

impl Expected {
    /// The revision that must still be the latest.
    pub(crate) fn revision(&self, latest: i32) -> i32 {
        match self {
            Self::Any => latest,
            Self::Revisions(revisions) if revisions.contains(&latest) => latest,
            Self::Revisions(_) => -1,
        }
    }
}

/// Reads `If-Match`.
pub(crate) fn expected(headers: &HeaderMap) -> Result<Option<Expected>, ApiError> {
    let mut revisions = Vec::new();
    let mut sent = false;
    for value in headers.get_all(header::IF_MATCH) {
        sent = true;
        let wrong = ApiError::Header("If-Match", "an entity tag stands in quotation marks");
        let Ok(value) = value.to_str() else {
            return Err(wrong);
        };
        for tag in value.split(',').map(str::trim) {
            if tag == "*" {
                return Ok(Some(Expected::Any));
            }
            let tag = tag.strip_prefix("W/").unwrap_or(tag);
            let Some(tag) = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')) else {
                return Err(wrong);
            };
            let revision = tag.strip_prefix('r').and_then(|tag| tag.split_once('-'));
            revisions.extend(revision.and_then(|(revision, _)| revision.parse::<i32>().ok()));
        }
    }
    Ok(sent.then_some(Expected::Revisions(revisions)))
}

/// Sets the tag of a response.
pub(crate) fn set(headers: &mut HeaderMap, tag: &str) {
    if let Ok(value) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, value);
    }
}
