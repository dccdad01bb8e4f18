//! The problems that operations answer with, each once, with what a client is really told.

use amparo_domain::access::AccessDenied;
use amparo_domain::number::{Number, Width};
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::State;
use amparo_store::{StoreError, Tombstone};
use chrono::DateTime;
use serde_json::{Map, Value, json};

use crate::problem::{ApiError, ProblemError};

/// Stands for whatever status is not told of on its own.
pub(super) const DEFAULT: u16 = 0;

const ALL: [u16; 14] = [400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 428, 429, 503, DEFAULT];

/// A reference to the response with a status.
pub(super) fn reference(status: u16) -> Value {
    json!({"$ref": format!("#/components/responses/{}", name(status))})
}

/// The responses by name.
pub(super) fn responses() -> Map<String, Value> {
    let response = |status: &u16| {
        let (description, example) = told(*status);
        let (_, mut example) = example.into_problem();
        example.instance = Some("urn:request:VLLGyKlX725DSp2x".to_owned());
        let mut response = json!({
            "description": description,
            "content": {"application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "example": example,
            }},
        });
        let header = |name: &str, description: &str, example: &str| {
            let schema = json!({"type": "string"});
            json!({name: {"description": description, "schema": schema, "example": example}})
        };
        match status {
            401 => {
                response["headers"] = header("WWW-Authenticate", "How to say who asks.", "Bearer");
            }
            429 => {
                let about = "After how many seconds another try makes sense.";
                response["headers"] = header("Retry-After", about, "8");
            }
            503 | &DEFAULT => {
                response["headers"] = header(
                    "Retry-After",
                    "With 503: after how many seconds another try makes sense.",
                    "2",
                );
            }
            _ => {}
        }
        (name(*status).to_owned(), response)
    };
    ALL.iter().map(response).collect()
}

fn name(status: u16) -> &'static str {
    match status {
        400 => "BadRequest",
        401 => "TokenNeeded",
        403 => "NotAllowed",
        404 => "NotFound",
        409 => "Conflict",
        410 => "Withdrawn",
        412 => "Stale",
        413 => "TooLarge",
        415 => "MediaType",
        422 => "Invalid",
        428 => "IfMatchNeeded",
        429 => "TooManyTries",
        503 => "Unavailable",
        DEFAULT => "Failure",
        _ => unreachable!("no operation is documented with the status {status}"),
    }
}

fn told(status: u16) -> (&'static str, ApiError) {
    match status {
        400 => (
            "The query, a header, the number or the body cannot be read. Nothing was done.",
            ApiError::Query(vec![
                ProblemError::parameter("contry", "there is no such parameter here")
                    .suggesting(vec!["country".to_owned()]),
            ]),
        ),
        401 => ("A valid token is needed.", ApiError::Unauthorized),
        403 => (
            "The caller's roles do not allow this.",
            ApiError::Forbidden(AccessDenied::Needs("verifier")),
        ),
        404 => ("There is nothing here that the caller may see.", ApiError::NotFound),
        409 => (
            "The record is not in a state for this, or another is in the way.",
            ApiError::Store(StoreError::State { state: State::Draft, verb: "published" }),
        ),
        410 => (
            "The record was withdrawn; this is its tombstone. Or a retry concerns one that was removed.",
            ApiError::Store(StoreError::Withdrawn(Tombstone {
                number: Number::from_random(4_827_193 - 1_000_000, Width::Eight),
                withdrawn_at: DateTime::from_timestamp(1_795_600_800, 0).unwrap_or_default(),
                class: "source_retracted".parse().unwrap_or_default(),
                reason: None,
            })),
        ),
        412 => ("The record has changed since it was read.", ApiError::Store(StoreError::Stale)),
        413 => ("The body is too large.", ApiError::TooLarge(1024 * 1024)),
        415 => (
            "The body is of a media type that is not taken here.",
            ApiError::MediaType("application/json"),
        ),
        422 => (
            "Something in the body cannot be taken; `errors` says what and where, all at once.",
            ApiError::Invalid(Invalid(vec![
                Issue::at("/sumary", "an incident has no member of this name")
                    .suggesting(vec!["summary".to_owned()]),
            ])),
        ),
        428 => ("If-Match is needed.", ApiError::PreconditionRequired),
        429 => (
            "There were too many tries; `Retry-After` says when another one makes sense.",
            ApiError::Store(StoreError::TooMany { seconds: 8 }),
        ),
        503 => (
            "The register cannot be reached, or it took too long.",
            ApiError::Store(StoreError::Unavailable),
        ),
        _ => (
            "Anything else that fails: 405 with `Allow`, 500, or 503 with `Retry-After` when the register \
             cannot be reached or it took too long.",
            ApiError::Timeout,
        ),
    }
}
