//! The HTTP interface `/api/v1` and its OpenAPI document: the only crate that knows JSON shapes and
//! problem details.
//!
//! | room | what is in it |
//! |---|---|
//! | [`router`], [`openapi`] | everything assembled, twice: as routes and as their document |
//! | `resource` | list, read, write and history, the same for every kind of record |
//! | `incident_query`, `query`, `page` | questions: parameters, cursors |
//! | `counts` | counts and facets |
//! | `citing` | citations, in every form |
//! | `forms` | a statement as Markdown, a page, plain text, a Word document |
//! | `export` | the same questions answered as a whole, in the forms of analysts' tools |
//! | `dto`, `back` | what goes over the wire, and what comes back over it |
//! | `extract`, `answer`, `tag`, [`problem`], [`middleware`] | requests and responses |
//! | `cache` | answers to repeated public questions |
//! | `keeping` | what changed, what was withdrawn, frozen lists, saved searches |
//! | `ogc` | the incidents for maps and geographic tools |
//! | `shared` | grants, consents, names taken down |
//! | `intake` | what people without an account ask |
//! | `endorsing`, `responses` | who is asked to endorse a statement, and what they say; the ledger of responses |
//! | `coverage`, `figures` | who looked where and when; who is held, what followed what, a count in words |
//! | `access`, `cookie`, `members`, `keyset` | networks, accounts, sessions, tokens, the trail; their bodies and cursors |
//! | `addresses` | permanent addresses, for people and for programs |
//! | `after` | what comes after a statement: notices, and checking citations |
//! | `reference`, `service` | reference data, the service itself |
//! | `document`, `docs` | the OpenAPI document, and the page on which to try it |

mod access;
mod addresses;
mod after;
mod answer;
mod back;
mod cache;
mod citing;
mod cookie;
mod counts;
mod coverage;
mod docs;
mod document;
mod drafting;
mod dto;
mod endorsing;
mod export;
mod extract;
mod figures;
mod forms;
mod incident_query;
mod intake;
mod keeping;
mod keyset;
mod log;
mod members;
pub mod middleware;
mod ogc;
mod page;
pub mod problem;
mod query;
mod reference;
mod resource;
mod responses;
mod service;
mod shared;
mod state;
mod tag;

use axum::Router;
use axum::http::{HeaderName, header};
use serde_json::Value;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::cors::{Any, CorsLayer};
use utoipa_axum::router::OpenApiRouter;

pub use state::{AppState, Settings};

use resource::{Cases, Elections, Incidents, Organizations, People, Statements};

/// Every route with its documentation.
fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(document::frame())
        .merge(resource::routes::<Incidents>())
        .merge(resource::routes::<Organizations>())
        .merge(resource::routes::<People>())
        .merge(resource::routes::<Elections>())
        .merge(resource::routes::<Cases>())
        .merge(resource::routes::<Statements>())
        .merge(drafting::routes())
        .merge(counts::routes())
        .merge(citing::routes())
        .merge(export::routes())
        .merge(keeping::routes())
        .merge(ogc::routes())
        .merge(shared::routes())
        .merge(resource::queue_routes())
        .merge(intake::routes())
        .merge(endorsing::routes())
        .merge(responses::routes::<Incidents>())
        .merge(responses::routes::<Statements>())
        .merge(access::routes())
        .merge(coverage::routes())
        .merge(figures::routes())
        .merge(reference::routes())
        .merge(service::routes())
        .merge(log::routes())
        .merge(addresses::routes())
        .merge(after::routes())
}

/// The router as it is served: problems for everything that fails, compression, CORS for reads.
pub fn router(state: AppState) -> Router {
    let (router, _) = routes().split_for_parts();
    let exposed = [
        header::ETAG,
        header::LINK,
        header::LOCATION,
        header::RETRY_AFTER,
        HeaderName::from_static("x-request-id"),
    ];
    let reads = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([axum::http::Method::GET, axum::http::Method::HEAD])
        .allow_headers(Any)
        .expose_headers(exposed);
    // Workbooks and columns are compressed already.
    let compressible = DefaultPredicate::new()
        .and(NotForContentType::const_new("application/vnd.openxmlformats"))
        .and(NotForContentType::const_new("application/vnd.apache.parquet"));
    router
        .merge(docs::routes())
        .merge(log::tile_routes())
        .layer(CompressionLayer::new().compress_when(compressible))
        .layer(axum::middleware::from_fn_with_state(state.clone(), cache::answered_before))
        .layer(reads)
        .layer(axum::middleware::from_fn_with_state(state.clone(), middleware::around))
        .with_state(state)
}

/// The OpenAPI 3.1 document of everything that is routed: no state, no database.
///
/// # Panics
///
/// Never: what is written of operations is JSON.
pub fn openapi() -> Value {
    let (_, mut document) = routes().split_for_parts();
    document::components(&mut document);
    let mut document = serde_json::to_value(document).expect("the document is JSON");
    document::share(&mut document);
    document
}

/// The same document as JSON for people to read.
pub fn openapi_json() -> String {
    format!("{:#}\n", openapi())
}

/// The same document as YAML.
pub fn openapi_yaml() -> String {
    document::yaml(&openapi())
}
