//! The same questions as a feed: a page at a time, what changed last first.

use amparo_domain::page::Sort;
use amparo_exchange::export::{Entry, Feed};
use amparo_store::{Record, Shown};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, Utc};
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;

use super::document::TAG;
use super::{base, incidents, table};
use crate::answer;
use crate::document::{Operation, lang_parameter, page_parameters};
use crate::dto::Rendering;
use crate::extract::{Accepted, Caller};
use crate::incident_query;
use crate::page;
use crate::problem::ApiError;
use crate::query::Query;
use crate::resource::{Presentation, keep, next_address};
use crate::state::AppState;
use crate::tag;

pub(super) const MEDIA_TYPE: &str = "application/atom+xml";
const ADDRESS: &str = "/api/v1/incidents.atom";

/// A page of the feed.
pub(super) async fn feed(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let audience = caller.audience();
    let scope = page::scope(&uri, &audience);
    let mut query = Query::of(&uri);
    let language = query.language(language);
    let sorted = query.gives("sort");
    let mut asked = incident_query::read(&mut query, &state.store, &audience).await?;
    if !sorted {
        asked.sort = Sort::ChangedDescending;
    }
    query.never("total", "a feed counts nothing; /api/v1/incidents does");
    let page = page::requested(&mut query, &state.secret, &scope, asked.sort);
    query.finish()?;
    let Shown { records: found, labels } =
        state.store.list_incidents(&audience, &asked.filter, asked.sort, &page).await?;
    let presentation = Presentation::plain(language);
    let rendering = presentation.rendering(&state, &labels);
    let base = base(&state, &headers);
    let entries: Vec<Entry> =
        found.items.iter().filter_map(|record| entry(record, rendering, &base)).collect();
    let next = found.next.map(|cursor| page::seal(&cursor, &state.secret, &scope));
    let next = next.map(|next| next_address(&state, &headers, &uri, &next));
    let address = format!("{base}{uri}");
    let body = Feed {
        id: &first_page(&base, &uri),
        title: &state.settings.title,
        author: &state.settings.title,
        language: language.code(),
        address: &address,
        next: next.as_deref(),
        updated: entries.iter().map(|entry| entry.updated).max().unwrap_or(DateTime::UNIX_EPOCH),
        entries,
    }
    .to_xml()
    .into_bytes();
    let entity_tag = format!("W/{}", tag::of(&body, None, &state.secret));
    let mut response = answer::read(&headers, body, &entity_tag, keep(&audience, &found.items));
    let headers = response.headers_mut();
    let media_type = HeaderValue::from_static("application/atom+xml; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, media_type);
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
    Ok(response)
}

/// The address of the first page of a feed.
fn first_page(base: &str, uri: &Uri) -> String {
    let pairs = url::form_urlencoded::parse(uri.query().unwrap_or("").as_bytes());
    let mut kept = url::form_urlencoded::Serializer::new(String::new());
    for (key, value) in pairs.filter(|(key, _)| key != "after") {
        kept.append_pair(&key, &value);
    }
    let query = kept.finish();
    if query.is_empty() {
        format!("{base}{}", uri.path())
    } else {
        format!("{base}{}?{query}", uri.path())
    }
}

fn entry(record: &Record, rendering: Rendering<'_>, base: &str) -> Option<Entry> {
    let r = rendering.of_record(record);
    let record = r.without_hidden_addresses(record);
    let more = table::More::default();
    let facts = incidents::incident(&table::Of { record: &record, r, base, more: &more })?;
    let changed: Option<DateTime<Utc>> = record.changed_at;
    let categories = facts.types.iter().map(|one| ("incident_type", one.code().to_owned()));
    let country = std::iter::once(("country", facts.country.alpha3().to_owned()));
    Some(Entry {
        id: format!("{base}/r/{}", record.number),
        title: r.text(&facts.title, &facts.people).into_owned(),
        content: facts.summary.as_deref().map(|text| r.text(text, &facts.people).into_owned()),
        language: facts.lang.clone(),
        published: record.first_published_at,
        updated: changed.unwrap_or(record.recorded_at),
        categories: categories.chain(country).collect(),
    })
}

/// The route of the feed.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    let [limit, after, _] = page_parameters();
    let example = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
                   <feed xmlns=\"http://www.w3.org/2005/Atom\">…</feed>\n";
    let operation = Operation::read(
        "incidents_atom",
        TAG,
        "Incidents as a feed",
        "An Atom feed (RFC 4287) of what the question finds, what changed last first. A page at a time: the \
         next one is linked as `next` (RFC 5005). An entry is named by the permanent address of its record.",
    )
    .query(incident_query::parameters())
    .query([limit, after, lang_parameter()])
    .answers_as(200, "A page.", MEDIA_TYPE, &json!({"type": "string"}), &json!(example))
    .answers_nothing(304, "The client has this answer already.")
    .fails(&[400, 401]);
    OpenApiRouter::new().routes(Operation::route(ADDRESS, vec![operation], get(feed)))
}
