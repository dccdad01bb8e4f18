//! For those who keep a copy of the register, or come again: what changed, what was withdrawn, lists that stay
//! as they were, questions to ask again.

mod changes;
mod lists;
mod searches;
mod taken;

use amparo_domain::access::Audience;
use amparo_domain::validation::{Invalid, Issue};
use amparo_store::Store;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;

use crate::answer::{self, Keep};
use crate::incident_query::{self, Asked};
use crate::problem::ApiError;
use crate::query::Query;
use crate::resource::next_address;
use crate::state::AppState;
use crate::tag;

pub(crate) use changes::{ChangeList, ChangeView, WithdrawnView};
pub(crate) use lists::{ListView, NewListBody, Pinned, WithdrawnItem};
pub(crate) use searches::{NewSearchBody, SearchView};

/// The tag of these operations in the document.
const TAG: &str = "keeping";

/// The longest question that is kept, in characters.
const QUERY_MAX: usize = 4_000;

/// The longest title, in characters.
const TITLE_MAX: usize = 200;

/// The routes, documented where they are made.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(changes::routes())
        .merge(lists::routes())
        .merge(searches::routes())
        .merge(taken::routes())
}

/// A question that was sent as text, as the address of a list with it: however it was written, it can be
/// part of one.
fn as_address(query: &str) -> Result<Uri, ApiError> {
    let query = query.trim().trim_start_matches('?');
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(url::form_urlencoded::parse(query.as_bytes()));
    let address = format!("/api/v1/incidents?{}", pairs.finish());
    let wrong = || ApiError::from(Invalid(vec![Issue::at("/query", "cannot be read as a query")]));
    address.parse().map_err(|_| wrong())
}

/// Reads a question that was sent as text, as an audience may ask it. What is wrong with it is told of the
/// member that it was sent in.
pub(crate) async fn understood(
    query: &str,
    store: &Store,
    audience: &Audience,
) -> Result<Asked, ApiError> {
    let mut asked = Query::of(&as_address(query)?);
    let understood = incident_query::read(&mut asked, store, audience).await?;
    match asked.finish() {
        Ok(()) => Ok(understood),
        Err(ApiError::Query(errors)) => {
            let issues = errors.into_iter().map(|error| {
                let parameter = error.parameter.unwrap_or_default();
                let message = format!("{parameter}: {}", error.message);
                Issue::at("/query", message).suggesting(error.did_you_mean)
            });
            Err(Invalid(issues.collect()).into())
        }
        Err(error) => Err(error),
    }
}

/// A page that is the same for everybody, with the address of the next one.
fn page(
    state: &AppState,
    headers: &HeaderMap,
    uri: &Uri,
    body: &impl serde::Serialize,
    next: Option<&str>,
    keep: Keep,
) -> Result<Response, ApiError> {
    let body = answer::bytes(body)?;
    let entity_tag = tag::of(&body, None, &state.secret);
    let mut response = answer::read(headers, body, &entity_tag, keep);
    if let Some(next) = next {
        let address = next_address(state, headers, uri, next);
        if let Ok(link) = HeaderValue::from_str(&format!("<{address}>; rel=\"next\"")) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(response)
}
