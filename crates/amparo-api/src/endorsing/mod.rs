//! Asking organizations to endorse a statement, and what they say: with the code of a request, which needs no account, or
//! as somebody who answers for their network.

mod routes;
mod views;

use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::vocabulary::Endorsing;
use amparo_store::{AskedToEndorse, Endorsement, NewAnswer, NewEndorsement};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::answer;
use crate::cookie::Stranger;
use crate::dto::Rendering;
use crate::extract::{Accepted, Caller, JsonBody, Segments};
use crate::keyset::Asked;
use crate::members::Members;
use crate::problem::ApiError;
use crate::query::Query;
use crate::resource::{Statements, value_of};
use crate::responses::organization_named;
use crate::state::AppState;

pub(crate) use routes::routes;
pub(crate) use views::{
    AnswerByCode, AnswerInput, AskedView, CodeInput, EndorsementInput, EndorsementList,
    EndorsementView, MadeView,
};

async fn list(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    // Those who write statements, and those at a desk.
    if actor.editor(Kind::Statement).is_err() && !caller.audience().is_at_desk() {
        actor.editor(Kind::Statement)?;
    }
    Query::of(&uri).finish()?;
    let named = segments.named(Kind::Statement)?;
    let requests = state.store.endorsements(&caller.audience(), &named).await?;
    let now = state.store.clock().now();
    let items = requests.iter().map(|request| EndorsementView::of(request, now, true));
    answer::private(StatusCode::OK, &EndorsementList { items: items.collect() })
}

async fn ask(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let editor = caller.actor()?.editor(Kind::Statement)?;
    Query::of(&uri).finish()?;
    let statement = segments.number(0)?;
    let key = body.key(&headers)?;
    // A retry is given the code again, which is kept nowhere.
    let seed = key.as_ref().map(|key| -> [u8; 32] {
        Sha256::new()
            .chain_update(b"amparo/endorsement/1\0")
            .chain_update(&*state.secret)
            .chain_update([0])
            .chain_update(editor.actor().id.to_be_bytes())
            .chain_update(Sha256::digest(&key.key))
            .chain_update(Sha256::digest(&key.scope))
            .chain_update(&key.request)
            .finalize()
            .into()
    });
    let mut members = Members::of_any(body.value()?)?;
    let organization = match members.value("organization") {
        Some(Value::String(text)) => Some(text),
        Some(Value::Object(told)) => told_by(&told),
        _ => None,
    };
    let organization = organization.as_deref().map_or(Err("is needed"), organization_named);
    if let Err(message) = organization {
        members.refuse("organization", message);
    }
    let network = members.said("network", 100);
    members.finish()?;
    let Ok(organization) = organization else { return Err(ApiError::NotFound) };
    let new = NewEndorsement { organization, network };
    let made = state.store.ask_endorsement(editor, statement, new, key, seed).await?;
    let view = MadeView {
        request: EndorsementView::of(&made.request, state.store.clock().now(), true),
        code: &made.code,
        page: format!("{}/endorse", state.settings.base_url),
    };
    let mut response = answer::private(StatusCode::CREATED, &view)?;
    let place = format!("/api/v1/statements/{statement}/endorsements");
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

fn told_by(told: &Map<String, Value>) -> Option<String> {
    let told = told.get("number").or_else(|| told.get("slug"))?;
    told.as_str().map(str::to_owned)
}

async fn take_back(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    let editor = caller.actor()?.editor(Kind::Statement)?;
    Query::of(&uri).finish()?;
    let (statement, id) = (segments.number(0)?, segments.text(1).parse().unwrap_or(-1));
    state.store.take_back_endorsement(editor, statement, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The requests to the members of the caller's network.
async fn list_own(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    let mut query = Query::of(&uri);
    let asked = Asked::of(&mut query, &state.secret, &format!("endorsements {}", actor.network));
    query.finish()?;
    let after = asked.after.as_deref().and_then(place);
    let found = state.store.endorsements_asked_of(actor, after, asked.fetch()).await?;
    let now = state.store.clock().now();
    let key = |of: &Endorsement| format!("{} {}", of.asked_at.timestamp_micros(), of.id);
    let view = |of: Endorsement| json!(EndorsementView::of(&of, now, false));
    answer::private(StatusCode::OK, &asked.page(found, &state.secret, key, view))
}

fn place(key: &str) -> Option<(DateTime<Utc>, i64)> {
    let (at, id) = key.split_once(' ')?;
    Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?))
}

async fn get_own(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    Query::of(&uri).finish()?;
    let id = segments.text(0).parse().unwrap_or(-1);
    let asked = state.store.endorsement_asked_of(actor, id).await?;
    told(&state, &asked, language)
}

async fn answer_own(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    Query::of(&uri).finish()?;
    let id = segments.text(0).parse().unwrap_or(-1);
    // Whether there is such a request comes before what is said to it.
    state.store.endorsement_asked_of(actor, id).await?;
    let mut members = Members::of_any(body.value()?)?;
    let answer = read_answer(&mut members);
    members.finish()?;
    let Some(answer) = answer else { return Err(ApiError::NotFound) };
    let answered = state.store.answer_as_member(actor, id, answer).await?;
    let now = state.store.clock().now();
    answer::private(StatusCode::OK, &EndorsementView::of(&answered, now, false))
}

async fn open(
    State(state): State<AppState>,
    Stranger(from): Stranger,
    Accepted(language): Accepted,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let mut members = Members::of_any(body.value()?)?;
    let code = members.needed("code", 100);
    members.finish()?;
    let asked = state.store.endorsement_by_code(&code, from).await?;
    told(&state, &asked, language)
}

async fn answer_by_code(
    State(state): State<AppState>,
    Stranger(from): Stranger,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let mut members = Members::of_any(body.value()?)?;
    let code = members.needed("code", 100);
    let answer = read_answer(&mut members);
    members.finish()?;
    let Some(answer) = answer else { return Err(ApiError::NotFound) };
    let answered = state.store.answer_by_code(&code, from, answer).await?;
    let now = state.store.clock().now();
    answer::private(StatusCode::OK, &EndorsementView::of(&answered, now, false))
}

/// Reads what somebody says for an organization; nothing where something is wrong with it, which is noted.
fn read_answer(members: &mut Members) -> Option<NewAnswer> {
    let answer = members.one_needed("answer", Endorsing::ALL, Endorsing::code);
    let mut signed = |key: &'static str| {
        let said = members.said(key, 200);
        if said.is_none() {
            members.refuse(key, "is needed");
        }
        said
    };
    let (name, role) = (signed("name"), signed("role"));
    let text = members.said("text", 5_000);
    if answer == Some(Endorsing::ChangeSuggested) && text.is_none() {
        members.refuse("text", "is needed: what should be otherwise");
    }
    Some(NewAnswer { answer: answer?, name: name?, role: role?, text })
}

/// What is asked, with the words that it is about.
fn told(
    state: &AppState,
    asked: &AskedToEndorse,
    language: Language,
) -> Result<Response, ApiError> {
    let view = AskedView {
        request: EndorsementView::of(&asked.request, state.store.clock().now(), false),
        asked: words(state, asked, language)?,
    };
    answer::private(StatusCode::OK, &view)
}

/// The statement as everybody would see it.
pub(crate) fn words(
    state: &AppState,
    asked: &AskedToEndorse,
    language: Language,
) -> Result<Value, ApiError> {
    let rendering = Rendering {
        labels: &asked.shown.labels,
        staff: false,
        knows: false,
        whole: false,
        language,
        raw: false,
        today: state.store.clock().today(),
        points: false,
        possible_in: None,
    };
    value_of::<Statements>(&asked.shown.records, rendering)
}
