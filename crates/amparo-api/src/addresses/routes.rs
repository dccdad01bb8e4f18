//! The operations.

use amparo_domain::language::Language;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use super::form::Wanted;
use super::{Request, What, embeds, endorse, form, pages};
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

/// Statements have numbers like everything else: what begins with `/s/` leads to the same under `/r/`.
async fn of_statement(uri: Uri) -> Result<Response, ApiError> {
    let place = uri.path_and_query().map_or("", |place| place.as_str());
    let rest = place.strip_prefix("/s/").ok_or(ApiError::NotFound)?;
    Ok(super::leads_to(&format!("/r/{rest}")))
}

/// The routes of permanent addresses.
#[expect(clippy::too_many_lines, reason = "a list of operations")]
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
            "/endorse",
            vec![
                Operation::read(
                    "endorse_page",
                    "endorsing",
                    "The page for those who were sent a code",
                    "On which they enter it, read what they are asked to endorse, and answer. It needs neither scripts nor an account.",
                )
                .query([lang_parameter()])
                .answers_text(200, "A page.", "text/html", "<!doctype html>…")
                .fails(&[400]),
                Operation::own(
                    HttpMethod::Post,
                    "endorse_by_page",
                    "endorsing",
                    "What the form of that page sends",
                    "The code alone to read what is asked, or all of it to answer. Programs use `/api/v1/endorsements/answer`.",
                )
                .by_anybody()
                .query([lang_parameter()])
                .body(
                    &["application/x-www-form-urlencoded"],
                    &json!({"type": "object", "properties": {"code": {"type": "string"}, "answer": {"type": "string"},
                        "name": {"type": "string"}, "role": {"type": "string"}, "text": {"type": "string"}}}),
                    &json!({"code": "end_X3Rvi1"}),
                    true,
                )
                .answers_text(200, "A page.", "text/html", "<!doctype html>…")
                .fails(&[400, 403, 413, 415, 422, 429]),
            ],
            get(endorse::enter).post(endorse::answer),
        ))
        .routes(Operation::route(
            "/s/{number}",
            vec![
                Operation::read(
                    "resolve_statement",
                    "service",
                    "Follow the number of a statement",
                    "Leads to `/r/{number}`, whether there is such a statement or not.",
                )
                .path("number", "A number, in any usual way of writing.", json!("6120-4416"))
                .redirects(307, "Where everything with a number is.")
                .fails(&[400, 404]),
            ],
            get(of_statement),
        ))
        .routes(Operation::route(
            "/s/{number}/{version}",
            vec![
                Operation::read(
                    "resolve_statement_version",
                    "service",
                    "Follow the number of a statement to a version",
                    "Leads to `/r/{number}/{version}`, whether there is such a version or not.",
                )
                .path("number", "A number, in any usual way of writing.", json!("6120-4416"))
                .path("version", "v1, v2, ….", json!("v1"))
                .redirects(307, "Where every version is.")
                .fails(&[400, 404]),
            ],
            get(of_statement),
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
