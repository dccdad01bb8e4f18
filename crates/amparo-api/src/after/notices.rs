//! The notices of a network: that something its statements cite is another by now.

use amparo_domain::access::Actor;
use amparo_domain::number::Number;
use amparo_domain::since::NoticeKind;
use amparo_domain::suggest;
use amparo_store::{Notice, NoticeFilter};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use super::TAG;
use super::became::Told;
use crate::answer::{self, Keep};
use crate::document::{Operation, lang_parameter, parameter, schema};
use crate::dto::Difference;
use crate::extract::{Accepted, Caller, JsonBody, Segments};
use crate::incident_query::read_instant;
use crate::keyset::{self, Asked};
use crate::members::Members;
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::state::AppState;
use crate::tag;

/// The longest text with which a notice is closed, in characters.
const TEXT_MAX: usize = 2_000;

/// That an incident which a statement of the network cites is another by now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notice)]
pub(crate) struct NoticeView {
    /// Its id.
    #[schema(example = "5577006791947779410")]
    id: String,
    /// The statement.
    #[schema(example = "6120-4416")]
    statement: String,
    /// The incident.
    #[schema(example = "4827-1930")]
    incident: String,
    /// The version that the statement cited then; null if it cited none in particular.
    #[schema(example = 1)]
    cited_version: Option<i32>,
    /// The version that the incident had then.
    #[schema(example = 2)]
    version: i32,
    /// What became of it: corrected, disputed, withdrawn, merged or custody; several, if one version changed several things.
    #[schema(value_type = Vec<String>, example = json!(["corrected"]))]
    kinds: Vec<&'static str>,
    /// The record that holds what it said, if it was merged.
    merged_into: Option<String>,
    /// The class of the reason, if it was withdrawn: a term of the list `withdrawal_class`.
    #[schema(value_type = Option<String>, required = true)]
    reason_class: Option<&'static str>,
    /// When.
    at: DateTime<Utc>,
    /// When the merge was taken apart, so that there is nothing to see to any more.
    undone_at: Option<DateTime<Utc>>,
    /// When somebody was done with it.
    closed_at: Option<DateTime<Utc>>,
    /// Who.
    closed_by: Option<String>,
    /// What they noted.
    text: Option<String>,
}

/// A notice, with what changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeDetail {
    #[serde(flatten)]
    notice: NoticeView,
    /// The version that the incident, or what holds what it said, has today; null if it is not shown.
    #[schema(example = 2)]
    present_version: Option<i32>,
    /// How it stands today: published, merged or withdrawn; null if it is not shown.
    #[schema(value_type = Option<String>, required = true, example = "published")]
    present_state: Option<&'static str>,
    /// Where that is.
    #[schema(example = "/r/48271930/v2")]
    present_address: Option<String>,
    /// What it says today otherwise than in the version that was cited, as everybody sees both.
    diff: Vec<Difference>,
    /// A note to put under the statement, made of structured facts alone; null where nothing is left to be said.
    suggested_note: Option<String>,
    /// The language of the note.
    #[schema(value_type = String, example = "en")]
    lang: &'static str,
}

/// What is noted of a notice that somebody is done with.
#[derive(Serialize, ToSchema)]
#[schema(as = NoticeClosing)]
pub(crate) struct ClosingBody {
    /// What was done, without names of people.
    #[schema(max_length = 2000, example = "A note stands under the statement.")]
    text: Option<String>,
}

impl From<&Notice> for NoticeView {
    fn from(notice: &Notice) -> Self {
        let (closed_at, closed_by, text) = match &notice.closed {
            Some((at, by, text)) => (Some(*at), Some(by.to_string()), text.clone()),
            None => (None, None, None),
        };
        Self {
            id: notice.id.to_string(),
            statement: notice.statement.to_string(),
            incident: notice.incident.to_string(),
            cited_version: notice.cited,
            version: notice.version,
            kinds: notice.kinds.iter().map(|kind| kind.code()).collect(),
            merged_into: notice.into.map(|into| into.to_string()),
            reason_class: notice.class.map(amparo_domain::vocabulary::WithdrawalClass::code),
            at: notice.made_at,
            undone_at: notice.undone_at,
            closed_at,
            closed_by: closed_by.filter(|by| by != "0"),
            text,
        }
    }
}

/// Which notices are asked for, and which page of them.
pub(super) struct Listed {
    pub filter: NoticeFilter,
    pub asked: Asked,
}

impl Listed {
    pub(super) fn of(query: &mut Query, state: &AppState, actor: &Actor, list: &str) -> Self {
        let number = |value: &str| {
            value.parse::<Number>().map_err(|error| Refused::because(error.to_string()))
        };
        let filter = NoticeFilter {
            statement: query.read("statement", number),
            incident: query.read("incident", number),
            kind: query.read("kind", kind),
            since: query.read("since", read_instant),
            open: query.read("open", |value| match value {
                "true" => Ok(true),
                "false" => Ok(false),
                _ => Err(Refused::because("is true or false")),
            }),
        };
        let scope = format!("{list} {} {filter:?}", actor.network);
        let asked = Asked::of(query, &state.secret, &scope);
        Self { filter, asked }
    }

    /// The notices of the page, and one more if there are more.
    pub(super) async fn read(
        &self,
        state: &AppState,
        actor: &Actor,
    ) -> Result<Vec<Notice>, ApiError> {
        let after = self.asked.after.as_deref().and_then(place);
        Ok(state.store.notices(actor, &self.filter, after, self.asked.fetch()).await?)
    }
}

fn kind(value: &str) -> Result<NoticeKind, Refused> {
    let all = NoticeKind::ALL;
    all.into_iter().find(|kind| kind.code() == value).ok_or_else(|| {
        let codes = all.map(NoticeKind::code);
        let near = suggest::nearest(value, codes);
        Refused::because(format!("is one of {}", codes.join(", "))).suggesting(near)
    })
}

/// The key of a notice among all, for cursors.
pub(super) fn key(notice: &Notice) -> String {
    format!("{} {}", notice.made_at.timestamp_micros(), notice.id)
}

fn place(key: &str) -> Option<(DateTime<Utc>, i64)> {
    let (at, id) = key.split_once(' ')?;
    Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?))
}

async fn list(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    let mut query = Query::of(&uri);
    let listed = Listed::of(&mut query, &state, actor, "notices");
    query.finish()?;
    let found = listed.read(&state, actor).await?;
    let page = listed.asked.page(found, &state.secret, key, |notice| NoticeView::from(&notice));
    answer::private(StatusCode::OK, &page)
}

fn id(segments: &Segments) -> Result<i64, ApiError> {
    segments.text(0).parse().ok().filter(|id| *id > 0).ok_or(ApiError::NotFound)
}

async fn get_one(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(accepted): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    let mut query = Query::of(&uri);
    let language = query.language(accepted);
    query.finish()?;
    let notice = state.store.notice(actor, id(&segments)?).await?;
    let told = Told::of(&state, std::slice::from_ref(&notice)).await?;
    let present = told.present(&notice);
    let view = NoticeDetail {
        notice: NoticeView::from(&notice),
        present_version: present.as_ref().map(|(version, ..)| *version),
        present_state: present.as_ref().map(|(_, state, _)| *state),
        present_address: present.map(|(.., address)| address),
        diff: told.differences(&state, &notice, language)?,
        suggested_note: told.note(&state, &notice, language),
        lang: language.code(),
    };
    let body = serde_json::to_vec(&view).map_err(|error| ApiError::Internal(error.to_string()))?;
    let entity_tag = tag::of(&body, None, &state.secret);
    Ok(answer::read(&headers, body, &entity_tag, Keep::Private))
}

async fn close(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    Query::of(&uri).finish()?;
    let id = id(&segments)?;
    // Whether there is one is told before what is wrong with the text.
    state.store.notice(actor, id).await?;
    let mut members = Members::of_any(body.value()?)?;
    let text = members.said("text", TEXT_MAX);
    members.finish()?;
    let notice = state.store.close_notice(actor, id, text).await?;
    answer::private(StatusCode::OK, &NoticeView::from(&notice))
}

/// The parameters of lists of notices.
pub(super) fn parameters() -> Vec<Value> {
    let text = || json!({"type": "string"});
    let codes = NoticeKind::ALL.map(NoticeKind::code);
    let mut parameters = vec![
        parameter("statement", "Of a statement.", text(), json!("6120-4416")),
        parameter("incident", "About an incident.", text(), json!("4827-1930")),
        parameter(
            "kind",
            "Of a kind.",
            json!({"type": "string", "enum": codes}),
            json!("withdrawn"),
        ),
        parameter("since", "Not before: a day or an instant.", text(), json!("2026-11-25")),
        parameter(
            "open",
            "true: those that nobody is done with; false: the others.",
            json!({"type": "boolean"}),
            json!(true),
        ),
    ];
    parameters.extend(keyset::parameters());
    parameters
}

pub(super) fn routes() -> OpenApiRouter<AppState> {
    let own = |method, id: &str, summary: &str, description: &str| {
        Operation::own(method, id, TAG, summary, description)
    };
    let of_one = |operation: Operation| {
        operation.path("id", "The id of the notice.", json!("5577006791947779410"))
    };
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/notices",
            vec![
                own(
                    HttpMethod::Get,
                    "list_notices",
                    "List what changed of what one's statements cite",
                    "The latest first: for those who log, verify, write statements or decide in a network, about its published \
                     statements. One for each statement, incident and version or change of state. A version in which the public sees \
                     no difference, and one that was published as `minor`, makes none.",
                )
                .query(parameters())
                .answers(200, "A page of notices.", &keyset::schema(&schema::<NoticeView>()))
                .fails(&[400, 401, 403]),
            ],
            get(list),
        ))
        .routes(Operation::route(
            "/api/v1/notices/{id}",
            vec![
                of_one(own(
                    HttpMethod::Get,
                    "get_notice",
                    "Read a notice",
                    "With what the incident says today otherwise than in the version that was cited, as everybody sees both, and a note \
                     to put under the statement in one of six languages.",
                ))
                .query([lang_parameter()])
                .answers(200, "The notice.", &schema::<NoticeDetail>())
                .known_already()
                .fails(&[400, 401, 403, 404]),
            ],
            get(get_one),
        ))
        .routes(Operation::route(
            "/api/v1/notices/{id}/close",
            vec![
                of_one(own(
                    HttpMethod::Post,
                    "close_notice",
                    "Be done with a notice",
                    "With what was done, if it is to be noted. Of two who are done with it, the first is noted.",
                ))
                .takes(
                    &schema::<ClosingBody>(),
                    &json!({"text": "A note stands under the statement."}),
                )
                .answers(200, "The notice as it is now.", &schema::<NoticeView>())
                .fails(&[400, 401, 403, 404, 413, 415, 422]),
            ],
            post(close),
        ))
}
