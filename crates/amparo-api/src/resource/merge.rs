//! Incidents that are one: suggested, said not to be, merged, and taken apart again.

use amparo_domain::access::{AccessDenied, Role};
use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::likeness::Reason;
use amparo_domain::number::Number;
use amparo_domain::validation::{Invalid, Issue};
use amparo_store::{Merging, Record, Shown, StoreError, Verb, View};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use utoipa_axum::router::OpenApiRouter;

use super::write::{Options, answer, recalled, why};
use super::{Incidents, Presentation, value_of};
use crate::answer::{self, Keep};
use crate::document::{self, Operation};
use crate::dto;
use crate::extract::{Accepted, Caller, JsonBody, Segments};
use crate::problem::ApiError;
use crate::query::Query;
use crate::state::AppState;
use crate::tag;

/// The routes of it.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    let document = document::Resource::of::<Incidents>();
    let at = |rest: &str| format!("/api/v1/{}/{{number}}/{rest}", Kind::Incident.plural());
    OpenApiRouter::new()
        .routes(Operation::route(&at("duplicates"), vec![document.duplicates()], get(duplicates)))
        .routes(Operation::route(
            &at("duplicates/{other}/dismiss"),
            vec![document.dismiss_duplicate()],
            post(dismiss),
        ))
        .routes(Operation::route(&at("merge"), vec![document.merge()], post(merge)))
        .routes(Operation::route(&at("unmerge"), vec![document.unmerge()], post(unmerge)))
}

/// Incidents that may be the same, for the desk of the network.
async fn duplicates(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let audience = caller.actor()?.audience();
    if !audience.is_at_desk() {
        return Err(AccessDenied::Needs(Role::Contributor.code()).into());
    }
    let mut query = Query::of(&uri);
    let presentation = Presentation::whole(&mut query, language);
    query.finish()?;
    let number = numbered(&segments, 0)?;
    let Shown { records: found, labels } = state.store.duplicates(&audience, number).await?;
    let rendering = presentation.rendering(&state, &labels);
    let mut items = Vec::with_capacity(found.len());
    for candidate in found {
        let mut shown = value_of::<Incidents>(&candidate.record, rendering)?;
        let mut take = |member: &str| shown.get_mut(member).map_or(Value::Null, Value::take);
        items.push(dto::CandidateView {
            number: candidate.record.number.to_string(),
            title: take("title"),
            occurred: take("occurred"),
            state: candidate.record.state.code(),
            score: (candidate.likeness.score * 100.0).round() / 100.0,
            reasons: candidate.likeness.reasons.into_iter().map(Reason::code).collect(),
        });
    }
    let body = serde_json::to_vec(&dto::CandidateList { items });
    let body = body.map_err(|error| ApiError::Internal(error.to_string()))?;
    let entity_tag = tag::of(&body, None, &state.secret);
    Ok(answer::read(&headers, body, &entity_tag, Keep::Private))
}

/// Says that two incidents are not the same.
async fn dismiss(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let editor = caller.actor()?.editor(Kind::Incident)?;
    Query::of(&uri).finish()?;
    let (number, other) = (numbered(&segments, 0)?, numbered(&segments, 1)?);
    let (_, reason) = why(Verb::Submit, &body.value()?, &[])?;
    state.store.dismiss_duplicate(editor, number, other, reason).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Merges an incident into another.
async fn merge(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    let verifier = actor.verifier()?;
    actor.fresh()?;
    let options = Options::of(&uri, language)?;
    let key = body.key(&headers)?;
    if let Some(written) = recalled(&state, actor, key.as_ref()).await? {
        return answer::<Incidents>(&state, actor, &options, StatusCode::OK, written, Vec::new())
            .await;
    }
    let number = numbered(&segments, 0)?;
    let record = working(&state, &caller, number).await?;
    let merging = read_merging(number, &body.value()?, options.reason.clone())?;
    let expected = expected(&headers, &record)?;
    let written = state.store.merge(verifier, merging, expected, key).await?;
    answer::<Incidents>(&state, actor, &options, StatusCode::OK, written, Vec::new()).await
}

/// Takes a merge apart.
async fn unmerge(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    let verifier = actor.verifier()?;
    actor.fresh()?;
    let options = Options::of(&uri, language)?;
    let key = body.key(&headers)?;
    if let Some(written) = recalled(&state, actor, key.as_ref()).await? {
        return answer::<Incidents>(&state, actor, &options, StatusCode::OK, written, Vec::new())
            .await;
    }
    let number = numbered(&segments, 0)?;
    let record = working(&state, &caller, number).await?;
    let (_, reason) = why(Verb::Submit, &body.value()?, &[])?;
    let reason = reason.or_else(|| options.reason.clone());
    let Some(reason) = reason else {
        return Err(owes_a_reason("taking a merge apart owes a reason").into());
    };
    let expected = expected(&headers, &record)?;
    let written = state.store.unmerge(verifier, number, expected, reason, key).await?;
    answer::<Incidents>(&state, actor, &options, StatusCode::OK, written, Vec::new()).await
}

/// A segment of the path as a number.
fn numbered(segments: &Segments, nth: usize) -> Result<Number, ApiError> {
    segments.number(nth)
}

/// The record as its desk has it; whoever is not of it hears that there is none.
async fn working(state: &AppState, caller: &Caller, number: Number) -> Result<Record, StoreError> {
    let named = Named::Number(number);
    let found = state.store.find(&caller.audience(), Kind::Incident, &named, View::Working).await;
    found.map(|shown| shown.records)
}

fn expected(headers: &HeaderMap, record: &Record) -> Result<Option<i32>, ApiError> {
    let expected = tag::expected(headers)?;
    Ok(expected.map(|expected| expected.revision(record.latest_revision)))
}

fn owes_a_reason(message: &str) -> Invalid {
    Invalid(vec![Issue::at("/reason", message)])
}

fn read_merging(number: Number, body: &Value, reason: Option<String>) -> Result<Merging, ApiError> {
    let (_, said) = why(Verb::Submit, body, &["into", "people"])?;
    let mut issues = Vec::new();
    let into = if let Some(Value::String(text)) = body.get("into") {
        text.parse::<Number>().map_err(|error| Issue::at("/into", error.to_string()))
    } else {
        Err(Issue::at("/into", "the number of the record that stays"))
    };
    let into = into.map_err(|issue| issues.push(issue)).ok();
    let mut people = BTreeMap::new();
    let none = Map::new();
    let sent = match body.get("people") {
        None | Some(Value::Null) => &none,
        Some(Value::Object(people)) => people,
        Some(_) => {
            issues.push(Issue::at("/people", "an object like {\"P1\": \"P2\"}"));
            &none
        }
    };
    for (one, other) in sent {
        if let Some(other) = other.as_str().filter(|other| is_person(other) && is_person(one)) {
            people.insert(one.clone(), other.to_owned());
        } else {
            let one = one.replace('~', "~0").replace('/', "~1");
            issues.push(Issue::at(format!("/people/{one}"), "a person is named P1, P2, …"));
        }
    }
    let reason = said.or(reason);
    if reason.is_none() {
        issues.extend(owes_a_reason("a merge owes a reason").0);
    }
    match (into, reason) {
        (Some(into), Some(reason)) if issues.is_empty() => {
            Ok(Merging { number, into, people, reason })
        }
        _ => Err(Invalid(issues).into()),
    }
}

fn is_person(text: &str) -> bool {
    amparo_domain::text::is_person_ref(text)
}
