//! Frozen lists: results with a number that stay what they were.

use amparo_domain::access::Audience;
use amparo_domain::language::Language;
use amparo_domain::number::Number;
use amparo_domain::validation::{Invalid, Issue};
use amparo_store::{FrozenList, LIST_MAX, ListItem, ListPage, NewList, Remembered};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::{QUERY_MAX, TAG, TITLE_MAX, page, understood};
use crate::answer::{self, Keep};
use crate::document::{Operation, schema};
use crate::extract::{Accepted, Caller, JsonBody, Segments};
use crate::keyset::{self, Asked, Page};
use crate::members::Members;
use crate::problem::ApiError;
use crate::query::Query;
use crate::resource::{Incidents, Presentation, keep, set_language, value_of};
use crate::state::AppState;
use crate::tag;

/// A result that stays what it was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = List)]
pub(crate) struct ListView {
    /// Its number, from the same numbers as those of records: `/r/{number}` leads here.
    #[schema(example = "5724-0019")]
    number: String,
    /// What it is called.
    #[schema(example = "Detentions in Azerbaijan in 2024")]
    title: String,
    /// The language of the title.
    #[schema(example = "en")]
    lang: &'static str,
    /// The question as it was asked.
    #[schema(example = "country=AZE&period=2024")]
    query: String,
    /// How many records are in it.
    #[schema(example = 17)]
    count: u64,
    /// When it was made.
    made_at: DateTime<Utc>,
    /// The network for which it was made.
    #[schema(example = "default")]
    network: String,
    /// What the answer said of the question: the period as it was resolved, and the order.
    #[schema(value_type = Object)]
    meta: Map<String, Value>,
}

/// A list that is to be made.
#[derive(Serialize, ToSchema)]
#[schema(as = NewList)]
pub(crate) struct NewListBody {
    /// What it is called; without names of people, which a list would keep.
    #[schema(max_length = 200, example = "Detentions in Azerbaijan in 2024")]
    title: String,
    /// The question, as it stands behind `/incidents?`: filters and `sort`.
    #[schema(max_length = 4000, example = "country=AZE&type=detention&period=2024")]
    query: String,
    /// The language of the title; of the request if not given.
    #[schema(example = "en", pattern = "^(ar|en|es|fr|pt|ru)$")]
    lang: Option<String>,
}

/// What an item of a list says besides the version that it holds.
#[derive(Serialize, ToSchema)]
pub(crate) struct Pinned {
    /// The latest version of the record by now.
    #[schema(example = 2)]
    latest_version: i32,
}

/// What is left in a list of a record that was withdrawn since.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WithdrawnItem {
    /// The record.
    #[schema(example = "4827-1930")]
    number: String,
    /// The version that the list holds.
    #[schema(example = 1)]
    version: i32,
    /// The latest version of the record.
    #[schema(example = 2)]
    latest_version: i32,
    /// withdrawn.
    #[schema(example = "withdrawn", pattern = "^withdrawn$")]
    state: &'static str,
    /// The class of the reason: a term of the list `withdrawal_class`.
    #[schema(example = "mistaken")]
    class: &'static str,
    /// When.
    on: DateTime<Utc>,
}

/// A list with its first items.
#[derive(Serialize)]
struct WithItems {
    #[serde(flatten)]
    list: ListView,
    #[serde(flatten)]
    page: Page<Value>,
}

impl From<FrozenList> for ListView {
    fn from(list: FrozenList) -> Self {
        Self {
            number: list.number.to_string(),
            title: list.title,
            lang: list.language.code(),
            query: list.query,
            count: list.count,
            made_at: list.made_at,
            network: list.network,
            meta: serde_json::from_str(&list.meta).unwrap_or_default(),
        }
    }
}

async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    Query::of(&uri).finish()?;
    let key = body.key(&headers)?;
    if let Some(key) = &key
        && let Some(Remembered::Written(written)) = state.store.recall(actor, key).await?
    {
        return made(&state, written.number).await;
    }
    let mut members = Members::of(body.value()?)?;
    let title = members.said("title", TITLE_MAX);
    if title.is_none() {
        members.refuse("title", "is needed");
    }
    let query = members.needed("query", QUERY_MAX);
    let language = members.one_of("lang", &Language::ALL, Language::code).unwrap_or(language);
    members.finish()?;
    let asked = understood(&query, &state.store, &Audience::Public).await?;
    if asked.filter.known_on.is_some() {
        let message =
            "a list keeps whole versions: leave known_on out; as_of= keeps those of a day";
        return Err(Invalid(vec![Issue::at("/query", message)]).into());
    }
    let new = NewList {
        title: title.unwrap_or_default(),
        language,
        query: query.trim().trim_start_matches('?').to_owned(),
        filter: asked.filter,
        sort: asked.sort,
        meta: Value::Object(asked.meta).to_string(),
    };
    let written = state.store.freeze(actor, new, key).await?;
    made(&state, written.number).await
}

/// The answer to who made a list.
async fn made(state: &AppState, number: Number) -> Result<Response, ApiError> {
    let list = ListView::from(state.store.frozen_list(number).await?);
    let body = answer::bytes(&list)?;
    let entity_tag = tag::of(&body, None, &state.secret);
    let mut response = answer::written(StatusCode::CREATED, body, &entity_tag);
    if let Ok(place) = HeaderValue::from_str(&format!("/api/v1/lists/{number}")) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

async fn list(
    State(state): State<AppState>,
    _: Caller,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut query = Query::of(&uri);
    let asked = Asked::of(&mut query, &state.secret, "lists");
    query.finish()?;
    let found = state.store.frozen_lists(asked.after.as_deref().and_then(place), asked.fetch());
    let found = found.await?;
    let key =
        |list: &FrozenList| format!("{} {}", list.made_at.timestamp_micros(), list.number.as_i64());
    let lists = asked.page(found, &state.secret, key, ListView::from);
    page(&state, &headers, &uri, &lists, lists.next(), Keep::Public)
}

/// The place of a list among all, from a cursor.
fn place(key: &str) -> Option<(DateTime<Utc>, i64)> {
    let (made_at, number) = key.split_once(' ')?;
    Some((DateTime::from_timestamp_micros(made_at.parse().ok()?)?, number.parse().ok()?))
}

async fn get_one(
    State(state): State<AppState>,
    _: Caller,
    Accepted(language): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let list = state.store.frozen_list(segments.number(0)?).await?;
    let items = Items::of(&state, list.number, language, &uri).await?;
    let next = items.page.next().map(str::to_owned);
    // The next page is one of items alone.
    let uri = format!("/api/v1/lists/{}/items", list.number);
    let uri = uri.parse().map_err(|_| ApiError::NotFound)?;
    let (presentation, keep) = (items.presentation, items.keep);
    let whole = WithItems { list: list.into(), page: items.page };
    let mut response = page(&state, &headers, &uri, &whole, next.as_deref(), keep)?;
    set_language(&mut response, &presentation);
    Ok(response)
}

async fn items(
    State(state): State<AppState>,
    _: Caller,
    Accepted(language): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let list = state.store.frozen_list(segments.number(0)?).await?;
    let items = Items::of(&state, list.number, language, &uri).await?;
    let next = items.page.next();
    let mut response = page(&state, &headers, &uri, &items.page, next, items.keep)?;
    set_language(&mut response, &items.presentation);
    Ok(response)
}

/// A page of what is in a list.
struct Items {
    page: Page<Value>,
    presentation: Presentation,
    keep: Keep,
}

impl Items {
    async fn of(
        state: &AppState,
        list: Number,
        language: Language,
        uri: &Uri,
    ) -> Result<Self, ApiError> {
        let mut query = Query::of(uri);
        let presentation = Presentation::of::<Incidents>(&mut query, language);
        let asked = Asked::of(&mut query, &state.secret, &format!("list {list}"));
        query.finish()?;
        let after = asked.after.as_ref().and_then(|after| after.parse().ok()).unwrap_or(0);
        let found = state.store.list_items(list, after, asked.limit + 1).await?;
        let ListPage { items, labels } = found;
        let mut kept = Keep::Public;
        let mut rows = Vec::with_capacity(items.len());
        for item in items {
            let position = item.position;
            if let amparo_store::Pinned::Shown(_, record) = &item.pinned
                && keep(&Audience::Public, std::slice::from_ref(record)) != Keep::Public
            {
                kept = Keep::Briefly;
            }
            rows.push((position, view(state, &presentation, &labels, item)?));
        }
        let key = |(position, _): &(i64, Value)| position.to_string();
        let page = asked.page(rows, &state.secret, key, |(_, value)| value);
        Ok(Self { page, presentation, keep: kept })
    }
}

/// An item as everybody may see it today: the version, or what is left of it.
pub(super) fn view(
    state: &AppState,
    presentation: &Presentation,
    labels: &amparo_store::Labels,
    item: ListItem,
) -> Result<Value, ApiError> {
    let (version, record) = match item.pinned {
        amparo_store::Pinned::Withdrawn(tombstone) => {
            let stub = WithdrawnItem {
                number: item.number.to_string(),
                version: item.version,
                latest_version: item.latest_version,
                state: "withdrawn",
                class: tombstone.class.code(),
                on: tombstone.withdrawn_at,
            };
            return serde_json::to_value(stub)
                .map_err(|error| ApiError::Internal(error.to_string()));
        }
        amparo_store::Pinned::Shown(version, record) => (version, record),
    };
    let mut rendering = presentation.rendering(state, labels);
    rendering.staff = false;
    let mut value = value_of::<Incidents>(&record, rendering)?;
    if let Value::Object(members) = &mut value {
        members.insert("reason".to_owned(), version.reason.into());
        members.insert("published_at".to_owned(), json!(version.published_at));
        members.insert("latest_version".to_owned(), item.latest_version.into());
        if let Some(fields) = &presentation.fields {
            members.retain(|member, _| fields.contains(member) || member == "latest_version");
        }
    }
    Ok(value)
}

/// The schema of an item.
fn item() -> Value {
    let named = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    json!({
        "description": "A version as it is shown today, or what is left of it.",
        "anyOf": [
            {"allOf": [named("Incident"), named("Published"), named("Pinned")]},
            named("WithdrawnItem"),
        ],
    })
}

pub(super) fn routes() -> OpenApiRouter<AppState> {
    let example = json!({"title": "Detentions in Azerbaijan in 2024",
        "query": "country=AZE&type=detention&period=2024", "lang": "en"});
    let items_schema = keyset::schema(&item());
    let whole = json!({"allOf": [schema::<ListView>(), items_schema]});
    let shown = crate::document::view_parameters();
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/lists",
            vec![
                Operation::read(
                    "list_lists",
                    TAG,
                    "List the lists",
                    "Results that were frozen, the latest first.",
                )
                .query(keyset::parameters())
                .answers(200, "A page of lists.", &keyset::schema(&schema::<ListView>()))
                .paged()
                .fails(&[400, 401]),
                Operation::makes(
                    "create_list",
                    TAG,
                    "Freeze a result",
                    &format!(
                        "Pins the published version of every incident that the public finds by the question now, in \
                         its order, {LIST_MAX} at most. The list has a number, is public at once, and nothing \
                         changes or removes it; names that are taken down and records that are withdrawn later are so \
                         in it as well. A question that finds nothing, or asks for somebody by a name that is shown, is \
                         refused. For anybody with an account or a token."
                    ),
                )
                .once()
                .takes(&schema::<NewListBody>(), &example)
                .answers(201, "It was made.", &schema::<ListView>())
                .located()
                .fails(&[400, 401, 413, 415, 422]),
            ],
            get(list).post(create),
        ))
        .routes(Operation::route(
            "/api/v1/lists/{number}",
            vec![
                Operation::read(
                    "get_list",
                    TAG,
                    "Read a list",
                    "What it is, and the first page of what is in it. Each item is the version that was pinned, as it \
                     is shown today, or what is left of it.",
                )
                .path("number", "Its number, in any usual way of writing.", json!("4827-1930"))
                .query(shown.clone())
                .query(keyset::parameters())
                .answers(200, "The list.", &whole)
                .paged()
                .fails(&[400, 401, 404]),
            ],
            get(get_one),
        ))
        .routes(Operation::route(
            "/api/v1/lists/{number}/items",
            vec![
                Operation::read(
                    "list_list_items",
                    TAG,
                    "Read what is in a list",
                    "In the order in which it was found.",
                )
                .path("number", "Its number, in any usual way of writing.", json!("4827-1930"))
                .query(shown)
                .query(keyset::parameters())
                .answers(200, "A page of items.", &keyset::schema(&item()))
                .paged()
                .fails(&[400, 401, 404]),
            ],
            get(items),
        ))
}
