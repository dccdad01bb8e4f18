//! The operations.

use amparo_domain::language::Language;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;

use super::form::Wanted;
use super::{Request, What, embeds, form, pages};
use crate::document::{Operation, lang_parameter, parameter};
use crate::extract::{Accepted, Caller, Segments};
use crate::log;
use crate::problem::ApiError;
use crate::state::AppState;

/// What every one of these is asked with.
struct Parts<'a> {
    state: &'a AppState,
    caller: &'a Caller,
    accepted: Language,
    uri: &'a Uri,
    headers: &'a HeaderMap,
}

impl Parts<'_> {
    async fn answer(self, written: &str, what: What) -> Result<Response, ApiError> {
        let Self { state, caller, accepted, uri, headers } = self;
        let by_ending = None;
        Request { state, caller, accepted, uri, headers, written, what, by_ending }.answer().await
    }
}

async fn latest(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(accepted): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (written, by_ending) = form::split(segments.text(0)).ok_or(ApiError::NotFound)?;
    let (state, caller, uri, headers) = (&state, &caller, &uri, &headers);
    let what = What::Latest;
    Request { state, caller, accepted, uri, headers, written, what, by_ending }.answer().await
}

async fn version(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(accepted): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if let Some(version) = log::bundle_asked(segments.text(1)) {
        let answered = log::bundle(&state, &caller, &segments, version, &uri).await;
        // Who follows a link of a page gets a page that says why there is nothing yet.
        return match answered {
            Err(error) if form::accepted(&headers) == Wanted::Page => {
                pages::failed(&state, &uri, accepted, error)
            }
            answered => answered,
        };
    }
    let (version, by_ending) = form::split(segments.text(1)).ok_or(ApiError::NotFound)?;
    let version = version.strip_prefix('v').and_then(|version| version.parse().ok());
    let version = version.filter(|version: &i32| *version > 0).ok_or(ApiError::NotFound)?;
    let (state, caller, uri, headers) = (&state, &caller, &uri, &headers);
    let (written, what) = (segments.text(0), What::Version(version));
    Request { state, caller, accepted, uri, headers, written, what, by_ending }.answer().await
}

async fn history(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(accepted): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let parts = Parts { state: &state, caller: &caller, accepted, uri: &uri, headers: &headers };
    parts.answer(segments.text(0), What::History).await
}

async fn diff(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(accepted): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let parts = Parts { state: &state, caller: &caller, accepted, uri: &uri, headers: &headers };
    parts.answer(segments.text(0), What::Diff).await
}

/// The routes of permanent addresses.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    const FORMS: &str = "Who asks for `text/html` gets a page, which needs no scripts; for `application/ld+json`, \
         `application/vnd.citationstyles.csl+json`, `application/x-bibtex` or `application/x-research-info-systems` that. The same by the end of \
         the address: .html, .jsonld, .csl.json, .bib, .ris, .docx; .amparo.json is what proves a version offline. All these show what everybody sees, with links to the other versions. \
         Whoever asks for nothing of it, or for JSON, is led to where the API has it.";
    let one = |id: &str, summary: &str, about: &str| {
        Operation::read(id, "service", summary, &format!("{about} {FORMS}"))
            .path("number", "A number, in any usual way of writing.", json!("4827-1930"))
            .answers_text(200, "A page, or another form of it.", "text/html", "<!doctype html>…")
            .redirects(307, "Where the API has it.")
            .known_already()
            .fails(&[400, 401, 404, 410])
    };
    let format = || -> [Value; 2] {
        [
            parameter(
                "format",
                "A citation in this form, pinned to the version; see `/r/{number}/citation`.",
                json!({"type": "string", "enum": crate::citing::forms()}),
                json!("footnote"),
            ),
            lang_parameter(),
        ]
    };
    let which = |name: &str, default: &str| {
        parameter(
            name,
            &format!("The version; {default} if not given."),
            json!({"type": "integer", "minimum": 1}),
            json!(1),
        )
    };
    OpenApiRouter::new()
        .merge(embeds::routes())
        .routes(Operation::route(
            "/r/{number}",
            vec![
                one(
                    "resolve_number",
                    "Follow a number",
                    "The permanent address of anything that has a number: a record of any kind in its latest version, or a list.",
                )
                .query(format())
                .redirects(
                    308,
                    "Of a record that was merged: where the one is that holds what it said.",
                ),
            ],
            get(latest),
        ))
        .routes(Operation::route(
            "/r/{number}/{version}",
            vec![
                one(
                    "resolve_version",
                    "Follow a number to a version",
                    "The permanent address of one version of a record: it says for ever what was said then, but for names that were taken down.",
                )
                .path("version", "v1, v2, ….", json!("v1"))
                .query(format()),
            ],
            get(version),
        ))
        .routes(Operation::route(
            "/r/{number}/history",
            vec![one(
                "resolve_history",
                "Follow a number to its versions",
                "The versions of a record, with why each was made.",
            )],
            get(history),
        ))
        .routes(Operation::route(
            "/r/{number}/diff",
            vec![
                one(
                    "resolve_diff",
                    "Follow a number to what changed",
                    "What two versions of a record say otherwise.",
                )
                .query([
                    which("from", "the one before `to`"),
                    which("to", "the latest"),
                    lang_parameter(),
                ]),
            ],
            get(diff),
        ))
}
