//! Questions that somebody keeps for themselves.

use amparo_store::{NewSearch, SEARCHES_MAX, SavedSearch};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use super::{QUERY_MAX, TAG, TITLE_MAX, as_address, understood};
use crate::answer;
use crate::document::{Operation, parameter, schema};
use crate::extract::{Accepted, Caller, JsonBody, Segments};
use crate::keyset::{self, Asked};
use crate::members::Members;
use crate::problem::ApiError;
use crate::query::Query;
use crate::resource::{Incidents, page_of};
use crate::state::AppState;
use crate::tag;

/// A question that somebody keeps.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Search)]
pub(crate) struct SearchView {
    /// Its id.
    #[schema(example = "5577006791947779410")]
    id: String,
    /// What it is called.
    #[schema(example = "What is new in Georgia")]
    title: String,
    /// The question.
    #[schema(example = "country=GEO&sort=-last_changed")]
    query: String,
    /// When it was made.
    made_at: DateTime<Utc>,
    /// When it was last changed.
    changed_at: DateTime<Utc>,
}

/// A question that is to be kept.
#[derive(Serialize, ToSchema)]
#[schema(as = NewSearch)]
pub(crate) struct NewSearchBody {
    /// What it is called.
    #[schema(max_length = 200, example = "What is new in Georgia")]
    title: String,
    /// The question, as it stands behind `/incidents?`: filters and `sort`.
    #[schema(max_length = 4000, example = "country=GEO&sort=-last_changed")]
    query: String,
}

impl From<SavedSearch> for SearchView {
    fn from(saved: SavedSearch) -> Self {
        let SavedSearch { id, search, made_at, changed_at, .. } = saved;
        let NewSearch { title, query } = search;
        Self { id: id.to_string(), title, query, made_at, changed_at }
    }
}

/// An id in the path.
fn id(segments: &Segments) -> Result<i64, ApiError> {
    segments.text(0).parse().ok().filter(|id| *id > 0).ok_or(ApiError::NotFound)
}

/// Reads what is to be kept; the question must be one that the caller can ask.
async fn read(state: &AppState, caller: &Caller, body: Value) -> Result<NewSearch, ApiError> {
    let mut members = Members::of(body)?;
    let title = members.said("title", TITLE_MAX);
    if title.is_none() {
        members.refuse("title", "is needed");
    }
    let query = members.needed("query", QUERY_MAX);
    members.finish()?;
    understood(&query, &state.store, &caller.audience()).await?;
    let query = query.trim().trim_start_matches('?').to_owned();
    Ok(NewSearch { title: title.unwrap_or_default(), query })
}

/// A question with its tag, for its owner alone.
fn told(state: &AppState, status: StatusCode, saved: SavedSearch) -> Result<Response, ApiError> {
    let revision = saved.revision;
    let view = SearchView::from(saved);
    let body = answer::bytes(&view)?;
    let entity_tag = tag::of(&body, Some(revision), &state.secret);
    let mut response = answer::written(status, body, &entity_tag);
    if status == StatusCode::CREATED
        && let Ok(place) = HeaderValue::from_str(&format!("/api/v1/searches/{}", view.id))
    {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

async fn create(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    Query::of(&uri).finish()?;
    let new = read(&state, &caller, body.value()?).await?;
    let saved = state.store.save_search(actor, new).await?;
    told(&state, StatusCode::CREATED, saved)
}

async fn list(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    let mut query = Query::of(&uri);
    let asked = Asked::of(&mut query, &state.secret, &format!("searches {}", actor.id));
    query.finish()?;
    let after = asked.after.as_ref().and_then(|after| after.parse().ok());
    let found = state.store.saved_searches(actor, after, asked.fetch()).await?;
    let key = |saved: &SavedSearch| saved.id.to_string();
    answer::private(StatusCode::OK, &asked.page(found, &state.secret, key, SearchView::from))
}

async fn get_one(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    Query::of(&uri).finish()?;
    let saved = state.store.saved_search(actor, id(&segments)?).await?;
    told(&state, StatusCode::OK, saved)
}

async fn replace(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    Query::of(&uri).finish()?;
    let present = state.store.saved_search(actor, id(&segments)?).await?;
    let expected = tag::expected(&headers)?.ok_or(ApiError::PreconditionRequired)?;
    let expected = expected.revision(present.revision);
    let new = read(&state, &caller, body.value()?).await?;
    let saved = state.store.change_search(actor, present.id, expected, new).await?;
    told(&state, StatusCode::OK, saved)
}

async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    Query::of(&uri).finish()?;
    state.store.remove_search(actor, id(&segments)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What the question finds now, as its owner may see it. Answered here and not by a redirect: the question may
/// hold a name, which would then stand in an address.
async fn incidents(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    const OF_PAGE: [&str; 6] = ["limit", "after", "total", "fields", "lang", "text"];
    let actor = caller.actor()?;
    let saved = state.store.saved_search(actor, id(&segments)?).await?;
    let mut own = Query::of(&uri);
    for key in OF_PAGE {
        // Read with the question below, and known here.
        let _ = own.one(key);
    }
    own.finish()?;
    let rest = uri.query().unwrap_or_default();
    let asked = as_address(&format!("{}&{rest}", saved.search.query))?;
    page_of::<Incidents>(&state, &caller.audience(), language, &asked, &uri, &headers).await
}

pub(super) fn routes() -> OpenApiRouter<AppState> {
    let own = |method, id: &str, summary: &str, description: &str| {
        Operation::own(method, id, TAG, summary, description)
    };
    let of_one = |operation: Operation| {
        operation.path("id", "The id of the question.", json!("5577006791947779410"))
    };
    let example =
        json!({"title": "What is new in Georgia", "query": "country=GEO&sort=-last_changed"});
    let found = json!({"$ref": "#/components/schemas/IncidentList"});
    let text = || json!({"type": "string"});
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/searches",
            vec![
                own(
                    HttpMethod::Get,
                    "list_searches",
                    "List one's questions",
                    "Those that the account, or the token without one, keeps. Nobody else sees them.",
                )
                .query(keyset::parameters())
                .answers(200, "A page of questions.", &keyset::schema(&schema::<SearchView>()))
                .fails(&[400, 401]),
                own(
                    HttpMethod::Post,
                    "create_search",
                    "Keep a question",
                    &format!("To ask it again. {SEARCHES_MAX} at most."),
                )
                .takes(&schema::<NewSearchBody>(), &example)
                .answers(201, "It is kept.", &schema::<SearchView>())
                .located()
                .fails(&[400, 401, 413, 415, 422]),
            ],
            get(list).post(create),
        ))
        .routes(Operation::route(
            "/api/v1/searches/{id}",
            vec![
                of_one(own(HttpMethod::Get, "get_search", "Read a question", "One's own."))
                    .answers(200, "The question.", &schema::<SearchView>())
                    .fails(&[400, 401, 404]),
                of_one(own(HttpMethod::Put, "replace_search", "Change a question", "One's own."))
                    .guarded()
                    .takes(&schema::<NewSearchBody>(), &example)
                    .answers(200, "The question as it is now.", &schema::<SearchView>())
                    .fails(&[400, 401, 404, 412, 413, 415, 422, 428]),
                of_one(own(HttpMethod::Delete, "delete_search", "Forget a question", "One's own."))
                    .answers_nothing(204, "It is gone.")
                    .fails(&[400, 401, 404]),
            ],
            get(get_one).put(replace).delete(delete),
        ))
        .routes(Operation::route(
            "/api/v1/searches/{id}/incidents",
            vec![
                of_one(own(
                    HttpMethod::Get,
                    "list_search_incidents",
                    "Ask a question again",
                    "What it finds now, as `/incidents` would answer it to its owner. The question is in no address.",
                ))
                .query([
                    parameter("limit", "How many records a page has.", json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}), json!(20)),
                    parameter("after", "The cursor of the page, from `next` of the one before.", text(), json!("AQEAAAAAAAALNFoAAAAAAuCX2g")),
                    parameter("total", "Whether to count all that match.", json!({"type": "boolean", "default": false}), json!(true)),
                ])
                .query(crate::document::view_parameters())
                .answers(200, "A page.", &found)
                .paged()
                .fails(&[400, 401, 404]),
            ],
            get(incidents),
        ))
}
