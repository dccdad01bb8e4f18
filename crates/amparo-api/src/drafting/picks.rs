//! Incidents that are added to what a statement cites.

use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::State as RecordState;
use amparo_store::{PICKED_MAX, Shown, View};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::answer;
use crate::dto;
use crate::extract::{Accepted, Caller, JsonBody, Segments};
use crate::keeping::understood;
use crate::members::Members;
use crate::problem::ApiError;
use crate::resource::{Statements, WriteOptions, as_it_stood, recalled, value_of};
use crate::state::AppState;
use crate::tag;

pub(super) const ABOUT: &str = "By their numbers, or by a question with the parameters of /incidents; 500 at once, 1,000 in all. An incident that is cited \
     already is left as it is. The list is sorted by date then. As with every change, approvals are void. An incident is taken out by PATCH.";

/// What is to be cited: one of the two.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewPicks {
    /// The numbers of incidents.
    #[schema(max_items = 500, example = json!(["4827-1930"]))]
    incidents: Option<Vec<String>>,
    /// A question, as it stands behind `/incidents?`.
    #[schema(max_length = 4000, example = "country=AZE&period=2024")]
    query: Option<String>,
}

/// A statement, and what was added to what it cites.
#[derive(Serialize, ToSchema)]
#[schema(as = Picked)]
pub(crate) struct PickedView {
    /// The statement.
    statement: dto::Statement<'static>,
    /// The incidents that were added, in the order of their dates.
    #[schema(example = json!(["4827-1930"]))]
    added: Vec<String>,
}

/// The parameters that a write takes.
pub(super) fn parameters() -> Vec<Value> {
    crate::document::text_parameters().to_vec()
}

/// The longest question, in characters.
const QUERY_MAX: usize = 4_000;

pub(super) async fn pick(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    let editor = actor.editor(Kind::Statement)?;
    let audience = actor.audience();
    let options = WriteOptions::of(&uri, language)?;
    let key = body.key(&headers)?;
    let named = segments.named(Kind::Statement)?;
    let found =
        state.store.find_to_write(&audience, Kind::Statement, &named, View::Working).await?;
    let before = found.records;
    if before.state == RecordState::Withdrawn {
        state.store.find_to_write(&audience, Kind::Statement, &named, View::Shown).await?;
    }
    let expected = tag::expected(&headers)?.ok_or(ApiError::PreconditionRequired)?;
    let expected = expected.revision(before.latest_revision);
    let written = if let Some(written) = recalled(&state, actor, key.as_ref()).await? {
        written
    } else {
        let incidents = wanted(&state, &audience, body.value()?).await?;
        let reason = options.reason.clone();
        state.store.pick(editor, before.number, expected, incidents, reason, key).await?
    };
    let store = &state.store;
    let (kind, now) = (Kind::Statement, written.revision);
    let Shown { records: mut record, labels } =
        store.revision_as_written(&audience, kind, &named, now).await?;
    let cited = |record: &amparo_store::Record| -> Vec<Number> {
        match &record.facts {
            amparo_domain::facts::Stored::Statement(facts) => {
                facts.incidents.iter().map(|cited| cited.incident).collect()
            }
            _ => Vec::new(),
        }
    };
    let there = if now == before.latest_revision && expected != now {
        // A request that was done before: what it added is what its revision has more than the one before.
        cited(&store.revision_as_written(&audience, kind, &named, now - 1).await?.records)
    } else {
        cited(&before)
    };
    let added = cited(&record).into_iter().filter(|number| !there.contains(number));
    let added: Vec<String> = added.map(|number| number.to_string()).collect();
    as_it_stood(&mut record, &written);
    let rendering = options.rendering(&state, &labels);
    let statement = value_of::<Statements>(&record, rendering)?;
    let entity_tag =
        tag::of(statement.to_string().as_bytes(), Some(record.revision), &state.secret);
    let answer = json!({"statement": statement, "added": added}).to_string();
    Ok(answer::written(StatusCode::OK, answer.into_bytes(), &entity_tag))
}

/// The incidents that are named, or that a question finds.
async fn wanted(
    state: &AppState,
    audience: &amparo_domain::access::Audience,
    body: Value,
) -> Result<Vec<Number>, ApiError> {
    let mut members = Members::of(body)?;
    let numbers = members.numbers("incidents", usize::from(PICKED_MAX));
    let query = members.said("query", QUERY_MAX);
    if numbers.is_some() == query.is_some() {
        members.refuse("incidents", "send either numbers in incidents, or a question in query");
    }
    members.finish()?;
    let Some(query) = query else {
        return Ok(numbers.unwrap_or_default());
    };
    let asked = understood(&query, &state.store, audience).await?;
    let found = state.store.to_pick(audience, &asked.filter).await?;
    if found.len() > usize::from(PICKED_MAX) {
        let total = state.store.total_of_incidents(audience, &asked.filter).await?;
        let message = format!(
            "finds {total} incidents, and {PICKED_MAX} at most are picked at once: ask for less"
        );
        return Err(Invalid(vec![Issue::at("/query", message)]).into());
    }
    Ok(found)
}
