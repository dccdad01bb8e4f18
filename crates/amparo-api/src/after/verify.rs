//! Checking what somebody cites: a number, a footnote, a text, a document.

use std::collections::BTreeMap;

use amparo_domain::language::Language;
use amparo_exchange::verify::{Citations, Part, find};
use amparo_store::StoreError;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::Response;
use axum::routing::post;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use super::TAG;
use super::body::{BODY_MAX, DOCX, Sent};
use super::judge::{Judge, VerifiedView};
use crate::answer;
use crate::document::{Operation, lang_parameter, schema};
use crate::extract::Accepted;
use crate::problem::ApiError;
use crate::query::Query;
use crate::resource::base_url;
use crate::state::AppState;

/// A text whose citations are to be checked.
#[derive(Serialize, ToSchema)]
#[schema(as = TextToVerify)]
pub(crate) struct TextBody {
    /// A number, a footnote, or any text with citations in it.
    #[schema(example = "Observer Record, OBS 4827-1930, version 1")]
    text: String,
}

/// Checks what a request sends, whoever sends it.
pub(super) async fn checked(
    state: &AppState,
    language: Language,
    headers: &HeaderMap,
    request: Request,
) -> Result<VerifiedView, ApiError> {
    let sent = Sent::of(request).await?;
    // What is unpacked is bounded for each, and so is how many are unpacked at once. Whoever sends slowly holds nobody up.
    let turn = state.checking.acquire().await;
    let _turn = turn.map_err(|_| ApiError::Store(StoreError::Unavailable))?;
    let letters = state.settings.number_prefix.clone();
    let (parts, citations) = tokio::task::spawn_blocking(move || found(sent, &letters))
        .await
        .map_err(|error| ApiError::Internal(error.to_string()))??;
    let wanted = citations.found.iter();
    let wanted = wanted.filter_map(|of| Some((of.number.ok()?, of.version)));
    let things = state.store.cited_things(&wanted.collect::<Vec<_>>()).await?;
    let base = base_url(state, headers);
    let judge = Judge { state, base: &base, language, parts: &parts, things: &things };
    let views = citations.found.iter().filter_map(|found| judge.judged(found));
    let views: Vec<_> = views.collect();
    let mut counts = BTreeMap::new();
    for view in &views {
        *counts.entry(view.result).or_insert(0_u64) += 1;
    }
    Ok(VerifiedView {
        citations: views,
        counts,
        truncated: citations.truncated,
        checked_at: state.store.clock().now(),
        lang: language.code(),
    })
}

fn found(sent: Sent, letters: &str) -> Result<(Vec<Part>, Citations), ApiError> {
    let parts = sent.parts()?;
    let citations = find(&parts, &[letters, "STM", "OBS"]);
    Ok((parts, citations))
}

async fn verify(
    State(state): State<AppState>,
    Accepted(accepted): Accepted,
    uri: Uri,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, ApiError> {
    let mut query = Query::of(&uri);
    let language = query.language(accepted);
    query.finish()?;
    let view = checked(&state, language, &headers, request).await?;
    let mut response = answer::private(StatusCode::OK, &view)?;
    let code = HeaderValue::from_static(language.code());
    response.headers_mut().insert(HeaderName::from_static("content-language"), code);
    Ok(response)
}

/// The body of a check, in every form that is taken.
pub(super) fn takes(operation: Operation) -> Operation {
    let text = json!({"type": "string"});
    let example = json!("OBS 4827-1930 v1");
    let bytes = json!({"type": "string", "format": "binary"});
    let form = json!({"type": "object", "properties": {
        "text": {"type": "string", "description": "A text."},
        "file": {"type": "string", "format": "binary", "description": "A text or a Word document."},
    }});
    operation.takes_any(&[
        (
            "application/json",
            schema::<TextBody>(),
            Some(json!({"text": "Observer Record, OBS 4827-1930, version 1"})),
        ),
        ("text/plain", text.clone(), Some(example.clone())),
        ("text/markdown", text, Some(example)),
        (DOCX, bytes, Some(json!("PK…"))),
        ("multipart/form-data", form, Some(json!({"text": "OBS 4827-1930 v1"}))),
    ])
}

pub(super) fn routes() -> OpenApiRouter<AppState> {
    let about = format!(
        "Finds each citation in a number, a footnote, a text or a Word document with its notes, and says of each whether it matches \
         what everybody sees today: `matches`; `newer_version`, with what changed and whether facts did; `disputed`; `withdrawn`; \
         `merged`; `differs`, where the title, the day or the address that stands with it is not that of the version; `not_found`; \
         `mistyped`. Whoever asks, the answer is the same. {} MiB and 1,000 citations at most. Nothing of what is sent is kept or logged. A \
         number is taken for a citation only if it has our letters, stands in an address or a mark, has a version, or is all that is \
         sent; in the plain form `4827-1930` if there is such a record.",
        BODY_MAX / 1024 / 1024
    );
    let operation =
        Operation::own(HttpMethod::Post, "verify", TAG, "Check citations", &about).by_anybody();
    let operation = takes(operation)
        .query([lang_parameter()])
        .answers(200, "What is to be said of each.", &schema::<VerifiedView>())
        .fails(&[400, 413, 415, 422]);
    OpenApiRouter::new().routes(Operation::route("/api/v1/verify", vec![operation], post(verify)))
}
