//! The ledger of responses beside a record: what was asked because of it, what was answered, what came of it.

use amparo_domain::access::Editor;
use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::number::{Number, NumberError};
use amparo_domain::partial_date::PartialDate;
use amparo_domain::response::{Party, ResponseFacts, Sort};
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::ResponseKind;
use amparo_store::{Ledger, NamedOrganization, NewResponse, StoreError};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use crate::answer::{self, Keep};
use crate::back;
use crate::document::{Operation, schema};
use crate::dto::{DateView, OrganizationRef};
use crate::extract::{Caller, JsonBody, Segments};
use crate::members::Members;
use crate::problem::ApiError;
use crate::query::{Query, is_slug};
use crate::resource::Resource;
use crate::state::AppState;
use crate::tag;

/// Somebody who asks, or is asked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Party)]
pub(crate) struct PartyView<'a> {
    /// An organization of the register.
    organization: Option<OrganizationRef<'a>>,
    /// A public body, in words.
    #[schema(example = "Ministry of Foreign Affairs of Azerbaijan")]
    text: Option<&'a str>,
}

/// A step that was taken because of a record, what was answered to one, or what came of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Response)]
pub(crate) struct ResponseView<'a> {
    /// Its id.
    #[schema(example = "5577006791947779410")]
    id: String,
    /// A term of the list `response_kind`.
    #[schema(example = "reply", pattern = "^(appeal|demarche|reply|effect)$")]
    kind: &'static str,
    /// What kind of step it is: of an appeal or a démarche a term of the list `intervention_type`, of a reply one of
    /// `response`.
    #[schema(example = "denied_event")]
    r#type: Option<&'static str>,
    /// When.
    date: DateView<'a>,
    /// Who asked, or answered.
    by: Option<PartyView<'a>>,
    /// Who was asked.
    to: Option<PartyView<'a>>,
    /// What it says, in short.
    text: Option<&'a str>,
    /// Where it can be read.
    #[schema(format = "uri")]
    url: Option<&'a str>,
    /// What it is called elsewhere.
    #[schema(example = "AZE 002 / 1215")]
    reference: Option<&'a str>,
    /// The id of the appeal or démarche in this ledger that it answers, or that it came of.
    answers: Option<String>,
    /// How many days after what it answers; null unless both are known to the day.
    #[schema(example = 30)]
    days_to_answer: Option<i64>,
    /// Whether everybody sees it where the record is published.
    public: bool,
    /// When it was noted as it stands.
    changed_at: DateTime<Utc>,
}

/// The ledger of a record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResponseList)]
pub(crate) struct ResponseList<'a> {
    /// Its entries, in the order of their dates; at most 500.
    items: Vec<ResponseView<'a>>,
}

/// What is to be noted. What `GET` gave may be sent back.
#[derive(Serialize, ToSchema)]
#[schema(as = NewResponse)]
pub(crate) struct ResponseInput {
    /// appeal, demarche, reply or effect.
    kind: String,
    /// Of an appeal or a démarche a term of `intervention_type`, of a reply one of `response`.
    r#type: Option<String>,
    /// When, in EDTF.
    date: String,
    /// Who asked, or answered.
    by: Option<PartyInput>,
    /// Who was asked.
    to: Option<PartyInput>,
    /// What it says, in short; without names of people.
    #[schema(max_length = 5_000)]
    text: Option<String>,
    /// Where it can be read.
    #[schema(max_length = 2_000)]
    url: Option<String>,
    /// What it is called elsewhere: the code of an appeal.
    #[schema(max_length = 200)]
    reference: Option<String>,
    /// The id of the appeal or démarche in this ledger that it answers, or that it came of.
    answers: Option<String>,
    /// Whether everybody may see it where the record is published; false if not given. A verifier says so.
    public: Option<bool>,
}

/// Somebody who asks, or is asked: one of both.
#[derive(Serialize, ToSchema)]
#[schema(as = NewParty)]
pub(crate) struct PartyInput {
    /// The number or slug of an organization of the register, or an object with one of them.
    organization: Option<String>,
    /// A public body, in words; without names of people.
    #[schema(max_length = 300)]
    text: Option<String>,
}

impl<'a> PartyView<'a> {
    fn of(party: &'a Party<NamedOrganization>) -> Self {
        Self {
            organization: party.organization.as_ref().map(OrganizationRef::named),
            text: party.text.as_deref(),
        }
    }
}

impl<'a> ResponseView<'a> {
    pub(crate) fn of(response: &'a amparo_store::Response) -> Self {
        let amparo_store::Response { id, facts, days_to_answer, revision: _, changed_at } =
            response;
        Self {
            id: id.to_string(),
            kind: facts.kind.code(),
            r#type: facts.sort.map(Sort::code),
            date: DateView::of(&facts.date, &[]),
            by: facts.by.as_ref().map(PartyView::of),
            to: facts.to.as_ref().map(PartyView::of),
            text: facts.text.as_deref(),
            url: facts.url.as_deref(),
            reference: facts.reference.as_deref(),
            answers: facts.answers.map(|id| id.to_string()),
            days_to_answer: *days_to_answer,
            public: facts.public,
            changed_at: *changed_at,
        }
    }
}

impl<'a> ResponseList<'a> {
    pub(crate) fn of(ledger: &'a Ledger) -> Self {
        Self { items: ledger.items.iter().map(ResponseView::of).collect() }
    }
}

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
    let body = json(&ResponseList::of(&ledger))?;
    let entity_tag = format!("W/{}", tag::of(&body, None, &state.secret));
    Ok(answer::read(&headers, body, &entity_tag, keep(&caller)))
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
    let body = json(&ResponseView::of(entry))?;
    // How often it was changed is for those who see all of it.
    let revision = ledger.whole.then_some(entry.revision);
    let entity_tag = tag::of(&body, revision, &state.secret);
    Ok(answer::read(&headers, body, &entity_tag, keep(&caller)))
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
    let body = json(&ResponseView::of(entry))?;
    let entity_tag = tag::of(&body, Some(entry.revision), &state.secret);
    Ok(answer::written(status, body, &entity_tag))
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, ApiError> {
    serde_json::to_vec(value).map_err(|error| ApiError::Internal(error.to_string()))
}

fn keep(caller: &Caller) -> Keep {
    if caller.audience().is_member() { Keep::Private } else { Keep::Public }
}

pub(crate) fn routes<K: Resource>() -> OpenApiRouter<AppState> {
    let (one, many) = (K::KIND.singular(), K::KIND.plural());
    let a = if K::KIND == Kind::Incident { "an incident" } else { "a statement" };
    let (view, list_of) = (schema::<ResponseView<'static>>(), schema::<ResponseList<'static>>());
    let input = schema::<ResponseInput>();
    let example = json!({"kind": "appeal", "type": "urgent_appeal", "date": "2024-05-02",
        "by": {"organization": "gndem"}, "to": {"text": "Office of the President"},
        "reference": "AZE 002 / 1215", "url": "https://example.org/appeal"});
    let of_record = |operation: Operation| {
        operation.path("number", &format!("The number of the {one}."), json!("4827-1930"))
    };
    let of_entry = move |operation: Operation| {
        of_record(operation).path("id", "The id of the entry.", json!("5577006791947779410"))
    };
    let if_match = |operation: Operation, needed: bool| {
        operation.header("If-Match", "The entity tag of the entry.", needed, "\"r1-b5m0\"")
    };
    OpenApiRouter::new()
        .routes(Operation::route(
            &format!("/api/v1/{many}/{{number}}/responses"),
            vec![
                of_record(Operation::read(
                    &format!("list_{one}_responses"),
                    many,
                    &format!("List the responses to {a}"),
                    "Appeals and démarches, what was answered, what came of it, in the order of their dates. Those who log \
                     for the network see all, everybody else those that are public.",
                ))
                .answers(200, "The ledger.", &list_of)
                .known_already()
                .leads_to_the_survivor()
                .fails(&[400, 401, 404, 410]),
                of_record(Operation::makes(
                    &format!("note_{one}_response"),
                    many,
                    &format!("Note a response to {a}"),
                    "It is the desk's until a verifier makes it public. Names of people do not stand in it.",
                ))
                .once()
                .takes(&input, &example)
                .answers(201, "It was noted.", &view)
                .located()
                .fails(&[400, 401, 403, 404, 409, 410, 413, 415, 422]),
            ],
            get(list::<K>).post(note::<K>),
        ))
        .routes(Operation::route(
            &format!("/api/v1/{many}/{{number}}/responses/{{id}}"),
            vec![
                of_entry(Operation::read(
                    &format!("get_{one}_response"),
                    many,
                    &format!("Read a response to {a}"),
                    "One entry of the ledger.",
                ))
                .answers(200, "The entry.", &view)
                .known_already()
                .leads_to_the_survivor()
                .fails(&[400, 401, 404, 410]),
                if_match(
                    of_entry(Operation::own(
                        HttpMethod::Put,
                        &format!("replace_{one}_response"),
                        many,
                        &format!("Say otherwise of a response to {a}"),
                        "What everybody sees, before or after, is a verifier's to change.",
                    )),
                    true,
                )
                .takes(&input, &example)
                .answers(200, "The entry.", &view)
                .fails(&[400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 428]),
                if_match(
                    of_entry(Operation::own(
                        HttpMethod::Patch,
                        &format!("patch_{one}_response"),
                        many,
                        &format!("Change members of a response to {a}"),
                        "A merge patch (RFC 7396): what is sent replaces what is there, null takes it away.",
                    )),
                    true,
                )
                .body(
                    &["application/merge-patch+json", "application/json"],
                    &json!({"type": "object", "description": "The members to change."}),
                    &json!({"public": true}),
                    true,
                )
                .answers(200, "The entry.", &view)
                .fails(&[400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 428]),
                if_match(
                    of_entry(Operation::removes(
                        &format!("delete_{one}_response"),
                        many,
                        &format!("Take a response to {a} out of its ledger"),
                        "What another entry answers stays until that is taken out.",
                    )),
                    false,
                )
                .answers_nothing(204, "It is not there any more.")
                .fails(&[400, 401, 403, 404, 409, 410, 412]),
            ],
            get(read::<K>).put(replace::<K>).patch(patch::<K>).delete(delete::<K>),
        ))
}
