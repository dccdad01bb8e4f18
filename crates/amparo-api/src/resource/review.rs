//! Review: what the verbs of a desk take, and its questions and approvals.

use amparo_domain::access::{AccessDenied, Role};
use amparo_domain::kind::Kind;
use amparo_domain::review::Check;
use amparo_domain::suggest;
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::{Grade, UnknownTerm};
use amparo_store::{Looked, Verb, View, Written};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Map, Value};
use utoipa_axum::router::OpenApiRouter;

use super::write::recalled;
use super::{Resource, history, write};
use crate::answer::{self, Keep};
use crate::document::{self, Operation};
use crate::dto;
use crate::extract::{Caller, JsonBody, Segments};
use crate::problem::ApiError;
use crate::query::Query;
use crate::state::AppState;
use crate::tag;

/// The longest question or answer.
const QUESTION_MAX: usize = 2_000;
/// The longest note.
const NOTE_MAX: usize = 1_000;

/// An approval whose body is still to be read.
pub(super) const APPROVE: Verb = Verb::Approve { checklist: Vec::new(), note: None };
/// A publication whose body is still to be read.
pub(super) const PUBLISH: Verb = Verb::Publish { minor: false };
/// A return whose body is still to be read.
pub(super) const RETURN: Verb = Verb::Return { question: None };

/// A grade whose body is still to be read.
pub(super) fn grade() -> Verb {
    Verb::Grade { grade: Grade::default(), basis: None }
}

/// The members that the body of a verb may have.
pub(super) const fn members(verb: &Verb) -> &'static [&'static str] {
    match verb {
        Verb::Submit | Verb::Decline | Verb::Reopen => &["reason"],
        Verb::Publish { .. } => &["reason", "minor"],
        Verb::Withdraw(_) => &["reason", "reason_class"],
        Verb::Approve { .. } => &["checklist", "note"],
        Verb::Return { .. } => &["question"],
        Verb::Assign(_) => &["to"],
        Verb::Grade { .. } => &["grade", "basis", "reason"],
    }
}

/// Reads what the body of a verb says besides its reason.
pub(super) fn read(verb: &mut Verb, members: &Map<String, Value>, issues: &mut Vec<Issue>) {
    match verb {
        Verb::Approve { checklist, note } => {
            *checklist = read_checklist(members.get("checklist"), issues);
            *note = text(members, "note", NOTE_MAX, issues);
        }
        Verb::Return { question } => *question = text(members, "question", QUESTION_MAX, issues),
        Verb::Assign(to) => match members.get("to") {
            Some(Value::Null) => *to = None,
            Some(Value::String(id)) if id.parse::<i64>().is_ok() => *to = id.parse().ok(),
            _ => issues.push(Issue::at("/to", "the id of a verifier, or null for nobody")),
        },
        Verb::Grade { grade, basis } => {
            match members.get("grade") {
                Some(Value::String(code)) => match code.parse() {
                    Ok(known) => *grade = known,
                    Err(unknown) => issues.push(unknown_term("/grade", unknown)),
                },
                _ => issues.push(Issue::at("/grade", "reported, confirmed or disputed")),
            }
            match members.get("basis") {
                None | Some(Value::Null) => {}
                Some(Value::String(code)) => match code.parse() {
                    Ok(known) => *basis = Some(known),
                    Err(unknown) => issues.push(unknown_term("/basis", unknown)),
                },
                Some(_) => issues.push(Issue::at("/basis", "expected a text")),
            }
        }
        Verb::Publish { minor } => match members.get("minor") {
            None | Some(Value::Null) => {}
            Some(Value::Bool(said)) => *minor = *said,
            Some(_) => issues.push(Issue::at("/minor", "is true or false")),
        },
        Verb::Submit | Verb::Withdraw(_) | Verb::Decline | Verb::Reopen => {}
    }
}

/// Reads what was looked at. What is missing is told when the record is there to be approved.
fn read_checklist(checklist: Option<&Value>, issues: &mut Vec<Issue>) -> Vec<(Check, Looked)> {
    let members = match checklist {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Object(members)) => members,
        Some(_) => {
            issues.push(Issue::at("/checklist", "expected an object"));
            return Vec::new();
        }
    };
    let mut looked_at = Vec::new();
    for (name, value) in members {
        let place = format!("/checklist/{name}");
        let Some(check) = Check::ALL.into_iter().find(|check| check.code() == name) else {
            let near = suggest::nearest(name, Check::ALL.iter().map(|check| check.code()));
            issues.push(Issue::at(place, "is not known here").suggesting(near));
            continue;
        };
        match value {
            Value::Bool(true) => looked_at.push((check, Looked::Right)),
            Value::String(text) if text == "not_applicable" => {
                looked_at.push((check, Looked::NotApplicable));
            }
            _ => issues.push(Issue::at(place, "is true or \"not_applicable\"")),
        }
    }
    looked_at
}

/// A text of a body, without the spaces around it; none if nothing is left.
pub(super) fn text(
    members: &Map<String, Value>,
    name: &str,
    limit: usize,
    issues: &mut Vec<Issue>,
) -> Option<String> {
    let place = format!("/{name}");
    let text = match members.get(name) {
        None | Some(Value::Null) => return None,
        Some(Value::String(text)) => text,
        Some(_) => {
            issues.push(Issue::at(place, "expected a text"));
            return None;
        }
    };
    if text.chars().count() > limit {
        issues.push(Issue::at(place, format!("longer than {limit} characters")));
        return None;
    }
    let control = |c: &char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if let Some(found) = text.chars().find(control) {
        let message = format!("holds a control character, U+{:04X}", u32::from(found));
        issues.push(Issue::at(place, message));
        return None;
    }
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn unknown_term(place: &str, unknown: UnknownTerm) -> Issue {
    let message = format!("is not known; see /api/v1/vocabulary/{}", unknown.list);
    Issue::at(place, message).suggesting(unknown.did_you_mean)
}

/// The routes of the review of a kind of record.
pub(super) fn routes<K: Resource>(
    document: &document::Resource,
    base: &str,
    one: &str,
) -> OpenApiRouter<AppState> {
    let at = |rest: &str| format!("{one}/{rest}");
    let mut router = OpenApiRouter::new()
        .routes(Operation::route(
            &at("return"),
            vec![document.give_back()],
            post(write::give_back::<K>),
        ))
        .routes(Operation::route(
            &at("decline"),
            vec![document.decline()],
            post(write::decline::<K>),
        ))
        .routes(Operation::route(&at("reopen"), vec![document.reopen()], post(write::reopen::<K>)))
        .routes(Operation::route(&at("assign"), vec![document.assign()], post(write::assign::<K>)))
        .routes(Operation::route(
            &at("questions"),
            vec![document.questions(), document.ask()],
            get(questions::<K>).post(ask::<K>),
        ))
        .routes(Operation::route(
            &at("questions/{question}/answer"),
            vec![document.answer()],
            post(answer::<K>),
        ))
        .routes(Operation::route(
            &format!("{base}/return"),
            vec![document.return_many()],
            post(write::return_many::<K>),
        ))
        .routes(Operation::route(
            &format!("{base}/decline"),
            vec![document.decline_many()],
            post(write::decline_many::<K>),
        ));
    if K::KIND != Kind::Person {
        router = router
            .routes(Operation::route(
                &at("approve"),
                vec![document.approve()],
                post(write::approve::<K>),
            ))
            .routes(Operation::route(
                &at("approvals"),
                vec![document.approvals()],
                get(approvals::<K>),
            ))
            .routes(Operation::route(
                &format!("{base}/approve"),
                vec![document.approve_many()],
                post(write::approve_many::<K>),
            ));
    }
    if K::KIND == Kind::Incident {
        router = router.routes(Operation::route(
            &at("grade"),
            vec![document.grade()],
            post(write::grade::<K>),
        ));
    }
    router
}

/// Who approved a record, for the desk of its network.
pub(super) async fn approvals<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    desk_only::<K>(&caller)?;
    Query::of(&uri).finish()?;
    let named = segments.named(K::KIND)?;
    let approvals = state.store.approvals(&caller.audience(), K::KIND, &named).await?;
    history::as_json(&state, &headers, &dto::ApprovalList::from(approvals), Keep::Private)
}

/// The questions about a record, for the desk of its network.
pub(super) async fn questions<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    desk_only::<K>(&caller)?;
    Query::of(&uri).finish()?;
    let named = segments.named(K::KIND)?;
    let questions = state.store.questions(&caller.audience(), K::KIND, &named).await?;
    history::as_json(&state, &headers, &dto::QuestionList::from(questions), Keep::Private)
}

/// Asks those who logged a record.
pub(super) async fn ask<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    Query::of(&uri).finish()?;
    let key = body.key(&headers)?;
    let done = recalled(&state, actor, key.as_ref()).await?;
    if done.is_none() {
        let text = said(&body.value()?)?;
        let named = segments.named(K::KIND)?;
        let found = state.store.find(&actor.audience(), K::KIND, &named, View::Working).await?;
        let number = found.records.number;
        let reviewer = actor.reviewer()?;
        let asked = state.store.ask(reviewer, K::KIND, number, text, key).await?;
        return told::<K>(&state, &caller, StatusCode::CREATED, Some(asked)).await;
    }
    told::<K>(&state, &caller, StatusCode::CREATED, done).await
}

/// Answers a question about a record.
pub(super) async fn answer<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    Query::of(&uri).finish()?;
    let key = body.key(&headers)?;
    let done = recalled(&state, actor, key.as_ref()).await?;
    if done.is_none() {
        let text = said(&body.value()?)?;
        let (named, question) = (segments.named(K::KIND)?, segments.count(1)?);
        let found = state.store.find(&actor.audience(), K::KIND, &named, View::Working).await?;
        let number = found.records.number;
        let editor = actor.editor(K::KIND)?;
        let answered = state.store.answer(editor, K::KIND, number, question, text, key).await?;
        return told::<K>(&state, &caller, StatusCode::OK, Some(answered)).await;
    }
    told::<K>(&state, &caller, StatusCode::OK, done).await
}

/// The questions about a record after one was asked or answered.
async fn told<K: Resource>(
    state: &AppState,
    caller: &Caller,
    status: StatusCode,
    done: Option<Written>,
) -> Result<Response, ApiError> {
    let number = done.ok_or(ApiError::NotFound)?.number;
    let named = amparo_domain::filter::Named::Number(number);
    let questions = state.store.questions(&caller.audience(), K::KIND, &named).await?;
    let body = answer::bytes(&dto::QuestionList::from(questions))?;
    let entity_tag = tag::of(&body, None, &state.secret);
    Ok(answer::written(status, body, &entity_tag))
}

/// The text of a question or an answer.
fn said(body: &Value) -> Result<String, Invalid> {
    let Value::Object(members) = body else {
        return Err(Invalid(vec![Issue::at("", "expected an object with a text")]));
    };
    let mut issues = Vec::new();
    let unknown = members.keys().filter(|member| *member != "text");
    issues.extend(unknown.map(|member| Issue::at(format!("/{member}"), "is not known here")));
    let text = text(members, "text", QUESTION_MAX, &mut issues);
    match text {
        Some(text) if issues.is_empty() => Ok(text),
        None if issues.is_empty() => Err(Invalid(vec![Issue::at("/text", "says nothing")])),
        _ => Err(Invalid(issues)),
    }
}

/// Only for those who work at a desk, and for those who are asked: who writes statements is at none.
fn desk_only<K: Resource>(caller: &Caller) -> Result<(), ApiError> {
    let writes = caller.actor()?.editor(K::KIND).is_ok();
    if writes || caller.audience().is_at_desk() {
        return Ok(());
    }
    Err(AccessDenied::Needs(Role::Contributor.code()).into())
}
