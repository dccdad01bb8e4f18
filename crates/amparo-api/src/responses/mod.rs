//! The ledger of responses beside a record: what was asked because of it, what was answered, what came of it.

mod routes;
mod views;

use amparo_domain::access::Editor;
use amparo_domain::filter::Named;
use amparo_domain::number::{Number, NumberError};
use amparo_domain::partial_date::PartialDate;
use amparo_domain::response::{Party, ResponseFacts, Sort};
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::ResponseKind;
use amparo_store::{NewResponse, StoreError};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::answer::{self, Keep};
use crate::back;
use crate::extract::{Caller, JsonBody, Segments};
use crate::members::Members;
use crate::problem::ApiError;
use crate::query::{Query, is_slug};
use crate::resource::Resource;
use crate::state::AppState;
use crate::tag;

pub(crate) use routes::routes;
pub(crate) use views::{ResponseInput, ResponseList, ResponseView};

async fn list<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let named = segments.named(K::KIND)?;
    let ledger = match state.store.ledger(&caller.audience(), K::KIND, &named).await {
        Err(StoreError::Merged { number, into }) => {
            return Ok(answer::merged(number, into, "/responses"));
        }
        ledger => ledger?,
    };
    let body = answer::bytes(&ResponseList::of(&ledger))?;
    let entity_tag = format!("W/{}", tag::of(&body, None, &state.secret));
    Ok(answer::read(&headers, body, &entity_tag, Keep::of(&caller.audience())))
}

async fn read<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let named = segments.named(K::KIND)?;
    let id = id(&segments)?;
    let ledger = match state.store.ledger(&caller.audience(), K::KIND, &named).await {
        // The ledger of what was merged is read in that of the one that stays.
        Err(StoreError::Merged { number, into }) => {
            return Ok(answer::merged(number, into, &format!("/responses/{id}")));
        }
        ledger => ledger?,
    };
    let entry = ledger.entry(id).ok_or(ApiError::NotFound)?;
    let body = answer::bytes(&ResponseView::of(entry))?;
    // How often it was changed is for those who see all of it.
    let revision = ledger.whole.then_some(entry.revision);
    let entity_tag = tag::of(&body, revision, &state.secret);
    Ok(answer::read(&headers, body, &entity_tag, Keep::of(&caller.audience())))
}

async fn note<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let editor = caller.actor()?.editor(K::KIND)?;
    Query::of(&uri).finish()?;
    let key = body.key(&headers)?;
    let number = number::<K>(&segments)?;
    let new = read_new(Members::of_any(body.value()?)?, None)?;
    let id = state.store.note_response(editor, K::KIND, number, new, key).await?;
    let mut response = told::<K>(&state, editor, number, id, StatusCode::CREATED).await?;
    let place = format!("/api/v1/{}/{number}/responses/{id}", K::KIND.plural());
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

async fn replace<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    change::<K>(&state, &caller, &segments, &uri, &headers, body, false).await
}

async fn patch<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    change::<K>(&state, &caller, &segments, &uri, &headers, body, true).await
}

/// Says something else instead, as a whole or in some members.
async fn change<K: Resource>(
    state: &AppState,
    caller: &Caller,
    segments: &Segments,
    uri: &Uri,
    headers: &HeaderMap,
    body: JsonBody,
    merge: bool,
) -> Result<Response, ApiError> {
    let editor = caller.actor()?.editor(K::KIND)?;
    Query::of(uri).finish()?;
    let number = number::<K>(segments)?;
    let ledger = state.store.ledger_to_write(editor, K::KIND, number).await?;
    let id = id(segments)?;
    let before = ledger.entry(id).ok_or(ApiError::NotFound)?;
    let expected = tag::expected(headers)?.ok_or(ApiError::PreconditionRequired)?;
    let expected = expected.revision(before.revision);
    if expected != before.revision {
        return Err(StoreError::Stale.into());
    }
    let is = json!(ResponseView::of(before));
    let mut sent = body.value()?;
    if merge {
        if !sent.is_object() {
            let message = "a merge patch is an object with the members to change";
            return Err(Invalid(vec![Issue::at("", message)]).into());
        }
        let mut merged = is.clone();
        back::merge(&mut merged, sent);
        sent = merged;
    }
    let new = read_new(Members::of_any(sent)?, Some(&is))?;
    state.store.change_response(editor, K::KIND, number, id, expected, new).await?;
    told::<K>(state, editor, number, id, StatusCode::OK).await
}

async fn delete<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let editor = caller.actor()?.editor(K::KIND)?;
    Query::of(&uri).finish()?;
    let number = number::<K>(&segments)?;
    let ledger = state.store.ledger_to_write(editor, K::KIND, number).await?;
    let id = id(&segments)?;
    let before = ledger.entry(id).ok_or(ApiError::NotFound)?;
    let expected = tag::expected(&headers)?.map(|expected| expected.revision(before.revision));
    state.store.remove_response(editor, K::KIND, number, id, expected).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Reads what is to be noted. What is read-only may be sent back as it is.
fn read_new(mut members: Members, is: Option<&Value>) -> Result<NewResponse, ApiError> {
    for read_only in ["id", "days_to_answer", "changed_at"] {
        let sent = members.value(read_only);
        if sent.is_some_and(|sent| is.is_none_or(|is| is[read_only] != sent)) {
            members.refuse(read_only, "read-only");
        }
    }
    let kind = members.one_needed("kind", ResponseKind::ALL, ResponseKind::code);
    let sort = members.said("type", 100).zip(kind).and_then(|(code, kind)| {
        Sort::of(kind, &code)
            .map_err(|unknown| {
                members.note(match unknown {
                    Some((list, near)) => {
                        let message = format!("is not known; see /api/v1/vocabulary/{list}");
                        Issue::at("/type", message).suggesting(near)
                    }
                    None => Issue::at("/type", "an effect is of no type"),
                });
            })
            .ok()
    });
    let date = date(&mut members);
    let (by, to) = (party(&mut members, "by"), party(&mut members, "to"));
    let text = members.said("text", 5_000);
    let url = members.said("url", 2_000);
    if url.as_ref().is_some_and(|url| !is_address(url)) {
        members.refuse("url", "is no address of the web: it begins with https:// or http://");
    }
    let reference = members.said("reference", 200);
    let answers = members.said("answers", 30).map(|id| id.parse::<i64>());
    if matches!(answers, Some(Err(_))) {
        members.refuse("answers", "is no id of an entry");
    }
    let public = members.flag("public");
    members.finish()?;
    let (Some(kind), Some(date)) = (kind, date) else { return Err(ApiError::NotFound) };
    let answers = answers.and_then(Result::ok);
    let new = ResponseFacts { kind, sort, date, by, to, text, url, reference, answers, public };
    new.check().into_result()?;
    Ok(new)
}

/// A date, as a text or as it is told.
fn date(members: &mut Members) -> Option<PartialDate> {
    let sent = members.value("date");
    let text = match &sent {
        Some(Value::Object(told)) => told.get("edtf").and_then(Value::as_str),
        Some(Value::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let read = match text {
        Some(text) => text.trim().parse::<PartialDate>().map_err(|error| error.to_string()),
        None if sent.is_none() => Err("is needed".to_owned()),
        None => Err("expected a date in EDTF".to_owned()),
    };
    read.map_err(|message| members.refuse("date", message)).ok()
}

/// Somebody who asks, or is asked.
fn party(members: &mut Members, key: &'static str) -> Option<Party<Named>> {
    let sent = members.value(key)?;
    let Value::Object(mut sent) = sent else {
        members.refuse(key, "expected an object with an organization or a text");
        return None;
    };
    let place = |member: &str| format!("{key}/{member}");
    let organization = match sent.remove("organization") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text),
        Some(Value::Object(told)) => {
            let number = told.get("number").or_else(|| told.get("slug"));
            number.and_then(Value::as_str).map(str::to_owned).or(Some(String::new()))
        }
        Some(_) => Some(String::new()),
    };
    let organization = organization.map(|text| organization_named(&text));
    if let Some(Err(message)) = organization {
        members.refuse(&place("organization"), message);
    }
    let text = match sent.remove("text") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if text.chars().count() > 300 => {
            members.refuse(&place("text"), "longer than 300 characters");
            None
        }
        Some(Value::String(text)) if text.contains('\0') => {
            members.refuse(&place("text"), "holds a control character, U+0000");
            None
        }
        Some(Value::String(text)) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Some(_) => {
            members.refuse(&place("text"), "expected a text");
            None
        }
    };
    for unknown in sent.keys() {
        members.refuse(&place(unknown), "is not known here");
    }
    let organization = organization.and_then(Result::ok);
    (organization.is_some() || text.is_some()).then_some(Party { organization, text })
}

/// An organization by its number or slug.
pub(crate) fn organization_named(text: &str) -> Result<Named, &'static str> {
    match text.trim().parse::<Number>() {
        Ok(number) => Ok(Named::Number(number)),
        Err(NumberError::Mistyped) => Err("that number has a mistake in it"),
        Err(NumberError::NotANumber) if is_slug(text.trim()) => {
            Ok(Named::Slug(text.trim().to_owned()))
        }
        Err(NumberError::NotANumber) => Err("is the number or slug of an organization"),
    }
}

fn is_address(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://"))
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

fn id(segments: &Segments) -> Result<i64, ApiError> {
    segments.text(1).parse().map_err(|_| ApiError::NotFound)
}

fn number<K: Resource>(segments: &Segments) -> Result<Number, ApiError> {
    match segments.named(K::KIND)? {
        Named::Number(number) => Ok(number),
        Named::Slug(_) => Err(ApiError::NotFound),
    }
}

/// An entry after it was written.
async fn told<K: Resource>(
    state: &AppState,
    editor: Editor<'_>,
    number: Number,
    id: i64,
    status: StatusCode,
) -> Result<Response, ApiError> {
    let ledger = state.store.ledger_to_write(editor, K::KIND, number).await?;
    let entry = ledger.entry(id).ok_or(StoreError::Removed(number))?;
    let body = answer::bytes(&ResponseView::of(entry))?;
    let entity_tag = tag::of(&body, Some(entry.revision), &state.secret);
    Ok(answer::written(status, body, &entity_tag))
}
