//! Asking organizations to endorse a statement, and what they say: with the code of a request, which needs no account, or
//! as somebody who answers for their network.

use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::number::Number;
use amparo_domain::vocabulary::Endorsing;
use amparo_store::{AskedToEndorse, Endorsement, NewAnswer, NewEndorsement};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use crate::answer;
use crate::cookie::Stranger;
use crate::document::{Operation, schema};
use crate::dto::{OrganizationRef, Rendering};
use crate::extract::{Accepted, Caller, JsonBody, Segments};
use crate::keyset::{self, Asked};
use crate::members::Members;
use crate::problem::ApiError;
use crate::query::Query;
use crate::resource::{Statements, value_of};
use crate::responses::organization_named;
use crate::state::AppState;

/// A request to endorse a statement, and what was said.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Endorsement)]
pub(crate) struct EndorsementView<'a> {
    /// Its id.
    #[schema(example = "5577006791947779410")]
    id: String,
    /// The statement.
    #[schema(example = "6120-4416")]
    statement: String,
    /// The organization that is asked.
    organization: OrganizationRef<'a>,
    /// The network whose members may answer with their own account.
    network: Option<&'a str>,
    /// open, expired, or what was said: endorsed, declined, change_suggested.
    #[schema(
        example = "endorsed",
        pattern = "^(open|expired|endorsed|declined|change_suggested)$"
    )]
    state: &'static str,
    /// The revision of the statement that is asked about, and that an answer is of.
    #[schema(example = 4)]
    for_revision: i32,
    /// The first published version that says the same in words; null while none does.
    #[schema(example = 1)]
    for_version: Option<i32>,
    /// Whether the latest revision of the statement still says the same in title, excerpt and body.
    is_current: bool,
    /// Whether the organization is named among the endorsers of the latest version.
    is_endorser: bool,
    /// When it was asked.
    asked_at: DateTime<Utc>,
    /// Until when the code holds.
    expires_at: DateTime<Utc>,
    /// When it was answered.
    answered_at: Option<DateTime<Utc>>,
    #[serde(flatten)]
    owners: Option<ForOwners<'a>>,
}

/// What those are told besides who write the statement.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ForOwners<'a> {
    /// Who asked; for those who write the statement.
    asked_by: String,
    /// The account that answered; null if it was with the code. For those who write the statement.
    answered_by: Option<String>,
    /// Who signed; for those who write the statement.
    name: Option<&'a str>,
    /// What they are there; for those who write the statement.
    role: Option<&'a str>,
    /// What they would have otherwise, with tokens for people; for those who write the statement.
    text: Option<&'a str>,
}

/// A request that was just made.
#[derive(Serialize, ToSchema)]
#[schema(as = MadeEndorsement)]
pub(crate) struct MadeView<'a> {
    #[serde(flatten)]
    request: EndorsementView<'a>,
    /// What lets somebody without an account answer. It is shown this once, holds for 30 days, and stands in no address.
    #[schema(example = "end_X3Rvi1…")]
    code: &'a str,
    /// The page on which the code is entered.
    #[schema(example = "/endorse")]
    page: String,
}

/// Who was asked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EndorsementList<'a> {
    /// The requests, the first one first; at most 500.
    items: Vec<EndorsementView<'a>>,
}

/// What is to be asked.
#[derive(Serialize, ToSchema)]
#[schema(as = NewEndorsement)]
pub(crate) struct EndorsementInput {
    /// The number or slug of the organization, or an object with one of them.
    #[schema(max_length = 100)]
    organization: String,
    /// The network whose members may answer for it with their own account; nobody's if not given.
    #[schema(max_length = 100)]
    network: Option<String>,
}

/// What is asked of an organization: to endorse these words.
#[derive(Serialize, ToSchema)]
#[schema(as = AskedToEndorse)]
pub(crate) struct AskedView<'a> {
    #[serde(flatten)]
    request: EndorsementView<'a>,
    /// The statement as everybody would see it: a name is in it only where it is shown already, or where those have
    /// approved it whose word a name needs.
    #[schema(value_type = crate::dto::Statement<'static>)]
    asked: Value,
}

/// The code of a request.
#[derive(Serialize, ToSchema)]
#[schema(as = EndorsementCode)]
pub(crate) struct CodeInput {
    /// The code.
    #[schema(max_length = 100)]
    code: String,
}

/// What somebody says for an organization.
#[derive(Serialize, ToSchema)]
#[schema(as = EndorsementAnswer)]
pub(crate) struct AnswerInput {
    /// endorsed, declined or change_suggested.
    answer: String,
    /// Who signs; for those who write the statement, the public sees the organization alone.
    #[schema(max_length = 200)]
    name: String,
    /// What they are there.
    #[schema(max_length = 200)]
    role: String,
    /// What should be otherwise; needed where a change is suggested.
    #[schema(max_length = 5_000)]
    text: Option<String>,
}

/// The same, with the code.
#[derive(Serialize, ToSchema)]
#[schema(as = EndorsementAnswerByCode)]
pub(crate) struct AnswerByCode {
    /// The code.
    #[schema(max_length = 100)]
    code: String,
    #[serde(flatten)]
    answer: AnswerInput,
}

impl<'a> EndorsementView<'a> {
    pub(crate) fn of(request: &'a Endorsement, now: DateTime<Utc>, owners: bool) -> Self {
        let answer = request.answer.as_ref();
        let state = match answer {
            Some(answered) => answered.answer.code(),
            None if request.expires_at <= now => "expired",
            None => "open",
        };
        Self {
            id: request.id.to_string(),
            statement: request.statement.to_string(),
            organization: OrganizationRef::named(&request.organization),
            network: request.network.as_deref(),
            state,
            for_revision: request.revision,
            for_version: request.version,
            is_current: request.is_current,
            is_endorser: request.is_endorser,
            asked_at: request.asked_at,
            expires_at: request.expires_at,
            answered_at: answer.map(|answered| answered.at),
            owners: owners.then(|| ForOwners {
                asked_by: request.asked_by.to_string(),
                answered_by: answer.and_then(|answered| answered.by).map(|by| by.to_string()),
                name: answer.and_then(|answered| answered.name.as_deref()),
                role: answer.and_then(|answered| answered.role.as_deref()),
                text: answer.and_then(|answered| answered.text.as_deref()),
            }),
        }
    }
}

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

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    const TAG: &str = "endorsing";
    let view = schema::<EndorsementView<'static>>();
    let asked = schema::<AskedView<'static>>();
    let number: Number = "6120-4416".parse().unwrap_or_else(|_| unreachable!("it is one"));
    let of_statement = |operation: Operation| {
        operation.path("number", "The number of the statement.", json!(number.to_string()))
    };
    let of_request = |operation: Operation| {
        operation.path("id", "The id of the request.", json!("5577006791947779410"))
    };
    let answer = json!({"answer": "endorsed", "name": "A. Secretary", "role": "Secretary-General"});
    let by_code = json!({"code": "end_X3Rvi1", "answer": "declined", "name": "A. Secretary",
        "role": "Secretary-General"});
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/statements/{number}/endorsements",
            vec![
                of_statement(Operation::known(
                    "list_statement_endorsements",
                    TAG,
                    "List who was asked to endorse a statement",
                    "And what they said, of which revision and version. For those who write it, and its desk.",
                ))
                .answers(200, "The requests.", &schema::<EndorsementList<'static>>())
                .fails(&[400, 401, 403, 404, 410]),
                of_statement(Operation::makes(
                    "ask_statement_endorsement",
                    TAG,
                    "Ask an organization to endorse a statement",
                    "As it is now. The code is shown this once and lets somebody without an account answer on the page \
                     `/endorse`; an earlier open request to the same organization no longer holds.",
                ))
                .once()
                .takes(&schema::<EndorsementInput>(), &json!({"organization": "enemo", "network": "enemo"}))
                .answers(201, "It is asked.", &schema::<MadeView<'static>>())
                .fails(&[400, 401, 403, 404, 409, 410, 413, 415, 422]),
            ],
            get(list).post(ask),
        ))
        .routes(Operation::route(
            "/api/v1/statements/{number}/endorsements/{id}",
            vec![
                of_request(of_statement(Operation::removes(
                    "take_back_statement_endorsement",
                    TAG,
                    "Take back a request that was not answered",
                    "Its code no longer holds. What was answered stays.",
                )))
                .answers_nothing(204, "It is asked no longer.")
                .fails(&[400, 401, 403, 404, 409, 410]),
            ],
            delete(take_back),
        ))
        .routes(Operation::route(
            "/api/v1/endorsements",
            vec![
                Operation::known(
                    "list_endorsements",
                    TAG,
                    "List what one's network is asked to endorse",
                    "The latest first. For its advocates, verifiers and admins.",
                )
                .query(keyset::parameters())
                .answers(200, "A page of requests.", &keyset::schema(&view))
                .fails(&[400, 401, 403]),
            ],
            get(list_own),
        ))
        .routes(Operation::route(
            "/api/v1/endorsements/{id}",
            vec![
                of_request(Operation::known(
                    "get_endorsement",
                    TAG,
                    "Read what one's network is asked to endorse",
                    "The very words that an answer is of. For its advocates, verifiers and admins.",
                ))
                .answers(200, "What is asked.", &asked)
                .fails(&[400, 401, 403, 404]),
            ],
            get(get_own),
        ))
        .routes(Operation::route(
            "/api/v1/endorsements/{id}/answer",
            vec![
                of_request(Operation::makes(
                    "answer_endorsement",
                    TAG,
                    "Answer for one's network",
                    "By its advocates, verifiers and admins. The same answer again changes nothing.",
                ))
                .takes(&schema::<AnswerInput>(), &answer)
                .answers(200, "What was said.", &view)
                .fails(&[400, 401, 403, 404, 409, 413, 415, 422]),
            ],
            post(answer_own),
        ))
        .routes(Operation::route(
            "/api/v1/endorsements/open",
            vec![
                Operation::own(
                    HttpMethod::Post,
                    "open_endorsement",
                    TAG,
                    "Read what is asked, with the code",
                    "The very words that an answer is of. The code stands in the body and never in an address.",
                )
                .by_anybody()
                .takes(&schema::<CodeInput>(), &json!({"code": "end_X3Rvi1"}))
                .answers(200, "What is asked.", &asked)
                .fails(&[400, 403, 413, 415, 422, 429]),
            ],
            post(open),
        ))
        .routes(Operation::route(
            "/api/v1/endorsements/answer",
            vec![
                Operation::own(
                    HttpMethod::Post,
                    "answer_endorsement_by_code",
                    TAG,
                    "Answer with the code",
                    "The same answer again changes nothing; another one is refused.",
                )
                .by_anybody()
                .takes(&schema::<AnswerByCode>(), &by_code)
                .answers(200, "What was said.", &view)
                .fails(&[400, 403, 409, 413, 415, 422, 429]),
            ],
            post(answer_by_code),
        ))
}
