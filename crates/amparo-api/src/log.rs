//! The public log as files, as the C2SP's tlog-tiles says: a checkpoint, tiles, entries; and bundles, which prove one version.
//!
//! Paths of tiles have slashes in them, which no path of the document can say, and what they are is told by that
//! standard: so they are not in the document.

use amparo_proof::tiles::Resource;
use amparo_store::{Log, Provable};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Uri, header};
use axum::response::Response;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;

use crate::answer::Keep;
use crate::document::Operation;
use crate::extract::{Caller, Segments};
use crate::problem::ApiError;
use crate::query::Query;
use crate::state::AppState;

/// How a bundle's address ends.
const ENDING: &str = ".amparo.json";

async fn checkpoint(State(state): State<AppState>, uri: Uri) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let head = state.store.log_head(Log::Public).await?;
    let note = head.and_then(|head| head.note).ok_or(ApiError::NotFound)?;
    Ok(file(note.into_bytes(), "text/plain; charset=utf-8", "public, max-age=5"))
}

async fn tile(
    State(state): State<AppState>,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let resource = Resource::from_path(&format!("tile/{}", segments.text(0)));
    let resource = resource.ok_or(ApiError::NotFound)?;
    let bytes = state.store.log_resource(resource).await?.ok_or(ApiError::NotFound)?;
    // Hashes alone, which never change.
    Ok(file(bytes, "application/octet-stream", "public, max-age=31536000, immutable"))
}

fn file(body: Vec<u8>, media_type: &'static str, keep: &'static str) -> Response {
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    response
}

/// The version whose bundle a segment of an address asks for: `v3.amparo.json`.
pub(crate) fn bundle_asked(segment: &str) -> Option<i32> {
    let version = segment.strip_suffix(ENDING)?.strip_prefix('v')?;
    let canonical = !version.starts_with(['0', '+']);
    version.parse().ok().filter(|version| canonical && *version > 0)
}

/// The bundle of a version: what proves it offline. `full=true` gives those who need to know everything that it committed to.
pub(crate) async fn bundle(
    state: &AppState,
    caller: &Caller,
    segments: &Segments,
    version: i32,
    uri: &Uri,
) -> Result<Response, ApiError> {
    let mut query = Query::of(uri);
    let full = query.flag("full");
    query.finish()?;
    let number = segments.number(0)?;
    let kind = state.store.kind_of(&caller.audience(), number).await?;
    let audience = caller.audience();
    let found = state.store.bundle(&audience, kind, number, version, full).await?;
    let found = match found {
        Provable::Now(bundle) => bundle,
        Provable::Soon { begun } => return Err(ApiError::NotProvenYet { begun }),
        Provable::Never => return Err(ApiError::NoProof),
    };
    let keep = if full { Keep::Private } else { Keep::Briefly };
    let mut response = file(found.to_json().into_bytes(), "application/json", keep.header());
    let name = format!("attachment; filename=\"{number}-v{version}{ENDING}\"");
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// The checkpoint, which is in the document.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    let about = "The latest checkpoint of the public log of versions, with its signatures: a C2SP tlog-checkpoint. Beside it, under `/log/tile/`, \
         are the tiles and entries of C2SP tlog-tiles, which tell of published versions by numbers, days and hashes alone. 404 until a \
         signer has signed.";
    OpenApiRouter::new().routes(Operation::route(
        "/log/checkpoint",
        vec![
            Operation::read("get_log_checkpoint", "service", "Read the log's checkpoint", about)
                .answers_text(
                    200,
                    "The checkpoint.",
                    "text/plain",
                    "register.example.org/log\n7\neEGWFsH7HBtyE5/yq/5Ne0XH7yJtku06liwmomhDKvU=\n\n\u{2014} register.example.org/log W0P1…\n",
                )
                .fails(&[400, 404]),
        ],
        get(checkpoint),
    ))
}

/// The tiles, which are not.
pub(crate) fn tile_routes() -> Router<AppState> {
    Router::new().route("/log/tile/{*path}", get(tile))
}
