//! The notices of a network as a feed, for programs that tell people.

use std::fmt::Write as _;

use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::sentence::notice_kind;
use amparo_exchange::export::{Entry, Feed};
use amparo_store::Notice;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;
use axum::routing::get;
use chrono::DateTime;
use serde_json::{Value, json};
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use super::became::Told;
use super::notices::{self, Listed};
use super::{TAG, printed};
use crate::answer::{self, Keep};
use crate::document::{Operation, lang_parameter};
use crate::dto::Difference;
use crate::extract::{Accepted, Caller};
use crate::problem::ApiError;
use crate::query::Query;
use crate::resource::{base_url, next_address};
use crate::state::AppState;
use crate::tag;

const MEDIA_TYPE: &str = "application/atom+xml";

/// So many differences stand in an entry; all of them are where it leads.
const DIFFERENCES_MAX: usize = 20;

async fn feed(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(accepted): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    let mut query = Query::of(&uri);
    let language = query.language(accepted);
    let listed = Listed::of(&mut query, &state, actor, "notices.atom");
    query.finish()?;
    let mut found = listed.read(&state, actor).await?;
    let more = found.len() > listed.asked.limit;
    found.truncate(listed.asked.limit);
    let last = found.last().filter(|_| more).map(notices::key);
    let next = last.map(|key| listed.asked.cursor(&key, &state.secret));
    let next = next.map(|next| next_address(&state, &headers, &uri, &next));
    let told = Told::of(&state, &found).await?;
    let base = base_url(&state, &headers);
    let entries = found.iter().map(|notice| entry(&state, &told, notice, &base, language));
    let entries = entries.collect::<Result<Vec<Entry>, ApiError>>()?;
    let address = format!("{base}{uri}");
    let body = Feed {
        id: &format!("{base}{}", uri.path()),
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
    let mut response = answer::read(&headers, body, &entity_tag, Keep::Private);
    let headers = response.headers_mut();
    let media_type = HeaderValue::from_static("application/atom+xml; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, media_type);
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
    Ok(response)
}

/// A notice as an entry: which statement cites what, the note, and what changed.
fn entry(
    state: &AppState,
    told: &Told,
    notice: &Notice,
    base: &str,
    language: Language,
) -> Result<Entry, ApiError> {
    let statement = printed(state, Kind::Statement, notice.statement);
    let incident = printed(state, Kind::Incident, notice.incident);
    let version = notice.cited.map_or_else(String::new, |version| format!(" v{version}"));
    let kinds: Vec<&str> = notice.kinds.iter().map(|kind| notice_kind(language, *kind)).collect();
    let comma = if language == Language::Ar { "، " } else { ", " };
    let mut content = told.note(state, notice, language).unwrap_or_default();
    let differences = told.differences(state, notice, language)?;
    for Difference { pointer, from, to } in differences.iter().take(DIFFERENCES_MAX) {
        let _ = write!(content, "\n{pointer}: {} → {}", said(from.as_ref()), said(to.as_ref()));
    }
    Ok(Entry {
        id: format!("{base}/api/v1/notices/{}", notice.id),
        title: format!("{statement} → {incident}{version}: {}", kinds.join(comma)),
        content: Some(content),
        language: Some(language.code().to_owned()),
        published: Some(notice.made_at),
        updated: notice.undone_at.unwrap_or(notice.made_at),
        categories: notice
            .kinds
            .iter()
            .map(|kind| ("notice_kind", kind.code().to_owned()))
            .collect(),
    })
}

fn said(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "—".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}

pub(super) fn routes() -> OpenApiRouter<AppState> {
    let example = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
                   <feed xmlns=\"http://www.w3.org/2005/Atom\">…</feed>\n";
    let operation = Operation::own(
        HttpMethod::Get,
        "notices_atom",
        TAG,
        "Notices as a feed",
        "An Atom feed (RFC 4287) of the same, with the note and what changed in each entry. An entry is named by the address of its \
         notice, and stays. A page at a time: the next one is linked as `next` (RFC 5005).",
    )
    .query(notices::parameters())
    .query([lang_parameter()])
    .answers_as(200, "A page.", MEDIA_TYPE, &json!({"type": "string"}), &json!(example))
    .answers_nothing(304, "The client has this answer already.")
    .fails(&[400, 401, 403]);
    OpenApiRouter::new().routes(Operation::route(
        "/api/v1/notices.atom",
        vec![operation],
        get(feed),
    ))
}
