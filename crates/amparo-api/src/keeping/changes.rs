//! What the public saw change, and what was withdrawn.

use amparo_domain::vocabulary::WithdrawalClass;
use amparo_store::{Change, ChangeKind, Since};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::{TAG, page};
use crate::answer::Keep;
use crate::document::{Operation, parameter, schema};
use crate::extract::Caller;
use crate::incident_query::read_instant;
use crate::keyset::{self, Asked};
use crate::problem::ApiError;
use crate::query::Query;
use crate::state::AppState;

/// Something that the public saw change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
pub(crate) struct ChangeView {
    /// The record.
    #[schema(example = "4827-1930")]
    number: String,
    /// What it is: incident, organization, election, case or statement.
    #[schema(example = "incident")]
    kind: &'static str,
    /// created: it was published for the first time. corrected: another version of it was. merged: `into`
    /// holds what it said. unmerged: that was undone. withdrawn: it was taken back. `names_taken_down`: a
    /// name that it showed is shown no longer, in none of its versions; read it again.
    #[schema(
        example = "corrected",
        pattern = "^(created|corrected|merged|unmerged|withdrawn|names_taken_down)$"
    )]
    change: &'static str,
    /// The latest version it had then.
    #[schema(example = 2)]
    version: i32,
    /// When the register took it up. Never before that of an earlier change.
    at: DateTime<Utc>,
    /// What to read again: the version that was published, else the record.
    #[schema(example = "/api/v1/incidents/4827-1930/versions/2")]
    address: String,
    /// The record that holds what this one said, if it was merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    into: Option<String>,
    /// The class of the reason, if it was withdrawn: a term of the list `withdrawal_class`.
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'static str>,
}

/// What the public saw change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeList {
    /// The changes, the earliest first.
    items: Vec<ChangeView>,
    /// The cursor of the next page; null if there is no more for now.
    next: Option<String>,
    /// The place after the last change here: ask with it as `after` the next time, and nothing was missed.
    /// Null where there is none yet.
    cursor: Option<String>,
}

/// What stays of a record that was withdrawn.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Withdrawn)]
pub(crate) struct WithdrawnView {
    /// The record.
    #[schema(example = "4827-1930")]
    number: String,
    /// What it is.
    #[schema(example = "incident")]
    kind: &'static str,
    /// How many versions of it were published.
    #[schema(example = 2)]
    versions: i32,
    /// On which day it was withdrawn, in UTC.
    withdrawn_on: NaiveDate,
    /// The class of the reason: a term of the list `withdrawal_class`.
    #[schema(example = "mistaken")]
    class: &'static str,
}

impl From<Change> for ChangeView {
    fn from(change: Change) -> Self {
        let Change { number, kind, version, at, into, class, .. } = change;
        let record = format!("/api/v1/{}/{number}", kind.plural());
        let address = match change.change {
            ChangeKind::Created | ChangeKind::Corrected => format!("{record}/versions/{version}"),
            _ => record,
        };
        Self {
            number: number.to_string(),
            kind: kind.singular(),
            change: change.change.code(),
            version,
            at,
            address,
            into: into.map(|into| into.to_string()),
            class: class.map(WithdrawalClass::code),
        }
    }
}

impl WithdrawnView {
    /// The same as a row of a table.
    pub(super) fn row(self) -> Vec<Option<String>> {
        let Self { number, kind, versions, withdrawn_on, class } = self;
        vec![
            Some(number),
            Some(kind.to_owned()),
            Some(versions.to_string()),
            Some(withdrawn_on.to_string()),
            Some(class.to_owned()),
        ]
    }
}

impl From<Change> for WithdrawnView {
    fn from(change: Change) -> Self {
        Self {
            number: change.number.to_string(),
            kind: change.kind.singular(),
            versions: change.version,
            withdrawn_on: change.at.date_naive(),
            class: change.class.unwrap_or_default().code(),
        }
    }
}

async fn changes(
    State(state): State<AppState>,
    _: Caller,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut query = Query::of(&uri);
    let since = query.read("since", read_instant);
    let asked = Asked::of(&mut query, &state.secret, "changes");
    query.finish()?;
    let after: Option<i64> = asked.after.as_ref().and_then(|after| after.parse().ok());
    // Whoever comes with a cursor goes on from there.
    let from = match (after, since) {
        (Some(after), _) => Since::Change(after),
        (None, Some(since)) => Since::Moment(since),
        (None, None) => Since::Beginning,
    };
    let mut found = state.store.changes(from, asked.limit + 1).await?;
    let more = found.len() > asked.limit;
    found.truncate(asked.limit);
    let last = found.last().map(|change| change.id).or(after);
    let cursor = last.map(|last| asked.cursor(&last.to_string(), &state.secret));
    let next = cursor.clone().filter(|_| more);
    let items = found.into_iter().map(ChangeView::from).collect();
    let told = ChangeList { items, next: next.clone(), cursor };
    // Who polls is told soon: of names that go above all.
    page(&state, &headers, &uri, &told, next.as_deref(), Keep::Briefly)
}

async fn withdrawn(
    State(state): State<AppState>,
    _: Caller,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut query = Query::of(&uri);
    let asked = Asked::of(&mut query, &state.secret, "withdrawn");
    query.finish()?;
    let after = asked.after.as_ref().and_then(|after| after.parse().ok());
    let found = state.store.withdrawn(after, asked.limit + 1).await?;
    let key = |change: &Change| change.id.to_string();
    let list = asked.page(found, &state.secret, key, WithdrawnView::from);
    page(&state, &headers, &uri, &list, list.next(), Keep::Briefly)
}

pub(super) fn routes() -> OpenApiRouter<AppState> {
    let since = parameter(
        "since",
        "From this moment on, or from this day in UTC on; from the beginning if not given. `after` goes before it.",
        json!({"type": "string"}),
        json!("2024-05-01T00:00:00Z"),
    );
    let [limit, after] = keyset::parameters();
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/changes",
            vec![
                Operation::read(
                    "list_changes",
                    TAG,
                    "Read what changed",
                    "For those who keep a copy: every version, merge, withdrawal and taking down of a name that the \
                     public saw, the earliest first. Complete: who asks again with `cursor` as `after`, or with \
                     `since` the `at` of the last change, has missed none. What a record names without being published \
                     itself comes with the record that names it.",
                )
                .query([since, limit.clone(), after.clone()])
                .answers(200, "A page of changes.", &schema::<ChangeList>())
                .paged()
                .fails(&[400, 401]),
            ],
            get(changes),
        ))
        .routes(Operation::route(
            "/api/v1/withdrawn",
            vec![
                Operation::read(
                    "list_withdrawn",
                    TAG,
                    "Read what was withdrawn",
                    "What stays of every record that was taken back, the earliest first: take it out of your copy.",
                )
                .query([limit, after])
                .answers(200, "A page of tombstones.", &keyset::schema(&schema::<WithdrawnView>()))
                .paged()
                .fails(&[400, 401]),
            ],
            get(withdrawn),
        ))
}
