//! What is kept, taken away as a whole: what is in a list, and what was withdrawn.

use amparo_domain::number::Number;
use amparo_exchange::tabular;
use amparo_store::{ListPage, Store, StoreError};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;
use axum::routing::get;
use futures_util::stream;
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;

use super::TAG;
use super::changes::WithdrawnView;
use super::lists::view;
use crate::answer::{Keep, VARY};
use crate::document::Operation;
use crate::extract::{Accepted, Caller, Segments};
use crate::problem::ApiError;
use crate::query::Query;
use crate::resource::{Incidents, Presentation, base_url, set_language};
use crate::state::AppState;

/// So many are read at a time.
const TOGETHER: usize = 200;

const CSV: &str = "text/csv; charset=utf-8; header=present";
const LINES: &str = "application/jsonl; charset=utf-8";

/// The columns of what is in a list.
const OF_LIST: [&str; 13] = [
    "number",
    "version",
    "latest_version",
    "state",
    "version_url",
    "withdrawn_on",
    "class",
    "title",
    "grade",
    "types",
    "occurred",
    "country",
    "published_at",
];

/// The columns of what was withdrawn.
const OF_WITHDRAWN: [&str; 5] = ["number", "kind", "versions", "withdrawn_on", "class"];

/// A walk through a list.
struct Walk {
    state: AppState,
    presentation: Presentation,
    list: Number,
    base: String,
    after: i64,
    lines: bool,
    /// Whether nothing was written yet, and whether nothing is left.
    started: bool,
    ended: bool,
}

impl Walk {
    /// The next rows as they are written, none at the end.
    async fn next(mut self) -> Result<Option<(Vec<u8>, Self)>, std::io::Error> {
        if self.ended {
            return Ok(None);
        }
        let failed = |error: &dyn std::fmt::Display| {
            tracing::error!(%error, "a list broke off while it was taken away");
            std::io::Error::other("the list broke off")
        };
        let page = self.state.store.list_items(self.list, self.after, TOGETHER).await;
        let ListPage { items, labels } = page.map_err(|error| failed(&error))?;
        self.ended = items.len() < TOGETHER;
        self.after = items.last().map_or(self.after, |item| item.position);
        let views = items
            .into_iter()
            .map(|item| view(&self.state, &self.presentation, &labels, item))
            .collect::<Result<Vec<_>, ApiError>>();
        let views = views.map_err(|_| failed(&"an item cannot be shown"))?;
        let mut bytes = Vec::with_capacity(512 * views.len());
        if self.lines {
            for view in views {
                bytes.extend_from_slice(view.to_string().as_bytes());
                bytes.push(b'\n');
            }
        } else {
            let header: &[&str] = if self.started { &[] } else { &OF_LIST };
            let rows = tabular::csv(header, views.iter().map(|view| row(view, &self.base)));
            // Where there is no header, there is an empty line in its place.
            bytes.extend_from_slice(if self.started { &rows[2..] } else { &rows });
        }
        self.started = true;
        Ok(Some((bytes, self)))
    }
}

/// An item as a row.
fn row(item: &Value, base: &str) -> Vec<Option<String>> {
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let number = item["number"].as_str().unwrap_or_default();
    let cell = |column: &str| match column {
        "version_url" => Some(format!("{base}/r/{number}/v{}", item["version"])),
        "withdrawn_on" => text(&item["on"]),
        "occurred" => text(&item["occurred"]["edtf"]),
        "types" => item["types"].as_array().map(|types| {
            let types: Vec<&str> = types.iter().filter_map(Value::as_str).collect();
            types.join("|")
        }),
        member => text(&item[member]),
    };
    OF_LIST.iter().map(|column| cell(column)).collect()
}

async fn items(
    State(state): State<AppState>,
    Accepted(language): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
    lines: bool,
) -> Result<Response, ApiError> {
    let list = state.store.frozen_list(segments.number(0)?).await?.number;
    let mut query = Query::of(&uri);
    let presentation = if lines {
        Presentation::of::<Incidents>(&mut query, language)
    } else {
        let language = query.language(language);
        Presentation { language, raw: false, fields: None, points: false }
    };
    query.finish()?;
    let base = base_url(&state, &headers);
    let (name, kind) = if lines { ("jsonl", LINES) } else { ("csv", CSV) };
    let file = format!("list-{list}.{name}");
    let told = presentation.clone();
    let (started, ended) = (false, false);
    let walk = Walk { state, presentation, list, base, after: 0, lines, started, ended };
    let body = Body::from_stream(stream::try_unfold(walk, Walk::next));
    let mut response = taken(body, kind, &file);
    set_language(&mut response, &told);
    Ok(response)
}

async fn withdrawn(
    State(state): State<AppState>,
    _: Caller,
    uri: Uri,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let first = (state.store.clone(), None, true);
    let body = Body::from_stream(stream::try_unfold(Some(first), tombstones));
    Ok(taken(body, CSV, "withdrawn.csv"))
}

type Tombstones = Option<(Store, Option<i64>, bool)>;

async fn tombstones(at: Tombstones) -> Result<Option<(Vec<u8>, Tombstones)>, StoreError> {
    let Some((store, after, first)) = at else {
        return Ok(None);
    };
    let found = store.withdrawn(after, TOGETHER).await?;
    let last = found.last().map(|change| change.id);
    let more = found.len() == TOGETHER;
    let header: &[&str] = if first { &OF_WITHDRAWN } else { &[] };
    let rows = tabular::csv(header, found.into_iter().map(|gone| WithdrawnView::from(gone).row()));
    let rows = if first { rows } else { rows[2..].to_vec() };
    Ok(Some((rows, more.then_some((store, last.or(after), false)))))
}

/// A file that is taken away. It may show names, which a take-down must reach.
fn taken(body: Body, kind: &'static str, file: &str) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(Keep::Briefly.header()));
    headers.insert(header::VARY, HeaderValue::from_static(VARY));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{file}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

pub(super) fn routes() -> OpenApiRouter<AppState> {
    let number = "Its number, in any usual way of writing.";
    let about = "Everything that is in it, in its order: the version that was pinned, as it is shown today, or \
                 what is left of it.";
    let of_list = |id, summary| {
        Operation::read(id, TAG, summary, about).path("number", number, json!("4827-1930"))
    };
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/lists/{number}/items.csv",
            vec![
                of_list("list_list_items_csv", "Take a list away as a table")
                    .query([crate::document::lang_parameter()])
                    .answers_text(200, "The rows.", "text/csv", &OF_LIST.join(","))
                    .fails(&[400, 401, 404]),
            ],
            get(async |state, _: Caller, accepted, segments, uri, headers| {
                items(state, accepted, segments, uri, headers, false).await
            }),
        ))
        .routes(Operation::route(
            "/api/v1/lists/{number}/items.jsonl",
            vec![
                of_list("list_list_items_jsonl", "Take a list away as lines of JSON")
                    .query(crate::document::view_parameters())
                    .answers_text(200, "An item in each line.", "application/jsonl", "{}\n")
                    .fails(&[400, 401, 404]),
            ],
            get(async |state, _: Caller, accepted, segments, uri, headers| {
                items(state, accepted, segments, uri, headers, true).await
            }),
        ))
        .routes(Operation::route(
            "/api/v1/withdrawn.csv",
            vec![
                Operation::read(
                    "list_withdrawn_csv",
                    TAG,
                    "Take away what was withdrawn",
                    "What stays of every record that was taken back, the earliest first.",
                )
                .answers_text(200, "The rows.", "text/csv", &OF_WITHDRAWN.join(","))
                .fails(&[400, 401]),
            ],
            get(withdrawn),
        ))
}
