//! Routes for what is done with records besides writing them: granting them to other networks, taking names
//! down, noting what people consented to.

use amparo_domain::consent::{By, Consent, Given, Purpose};
use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::partial_date::PartialDate;
use amparo_store::{Grant, Level, NewGrant, NotedConsent};
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::answer;
use crate::document::{Operation, parameter, schema};
use crate::extract::{Caller, JsonBody, Segments};
use crate::members::Members;
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::state::AppState;

/// A record that a network lets another one see.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Grant)]
pub(crate) struct GrantView {
    /// Its id, by which it is revoked.
    #[schema(example = "5577006791947779410")]
    id: String,
    /// The record.
    #[schema(example = "4827-1930")]
    number: String,
    /// The network that owns the record.
    owner: String,
    /// The network that sees it.
    network: String,
    /// read: what the desk of its own network sees; confidential: its confidential facts, too; review:
    /// the same, and the verifiers of that network may question, grade and approve it.
    #[schema(example = "read", pattern = "^(read|confidential|review)$")]
    level: &'static str,
    /// desk, or all: then analysts and advocates see it as well, without confidential facts.
    #[schema(example = "desk", pattern = "^(desk|all)$")]
    members: &'static str,
    /// Why.
    reason: String,
    /// Since when.
    made_at: DateTime<Utc>,
    /// Since when no longer.
    revoked_at: Option<DateTime<Utc>>,
}

impl From<Grant> for GrantView {
    fn from(Grant { id, owner, grant, made_at, revoked_at }: Grant) -> Self {
        Self {
            id: id.to_string(),
            number: grant.number.to_string(),
            owner,
            network: grant.network,
            level: grant.level.code(),
            members: if grant.all_members { "all" } else { "desk" },
            reason: grant.reason,
            made_at,
            revoked_at,
        }
    }
}

/// Grants.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GrantList {
    /// The grants, the latest first.
    items: Vec<GrantView>,
}

/// What is to be granted.
#[derive(Serialize, ToSchema)]
#[schema(as = NewGrant)]
pub(crate) struct GrantInput {
    /// The record, of the caller's network.
    #[schema(example = "4827-1930")]
    number: String,
    /// The network that is to see it; the own one to show it to all its members.
    #[schema(max_length = 100)]
    network: String,
    /// read, confidential or review; read if not given.
    level: Option<String>,
    /// desk or all; desk if not given.
    members: Option<String>,
    /// Why.
    #[schema(max_length = 1_000)]
    reason: String,
}

/// What a person agreed to or refused.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Consent)]
pub(crate) struct ConsentView {
    /// What for: naming, telling, sharing or contact.
    #[schema(example = "naming", pattern = "^(naming|telling|sharing|contact)$")]
    purpose: &'static str,
    /// given, refused or withdrawn.
    #[schema(example = "given", pattern = "^(given|refused|withdrawn)$")]
    status: &'static str,
    /// Who said so: person, family, lawyer or organization.
    #[schema(example = "family", pattern = "^(person|family|lawyer|organization)$")]
    by: &'static str,
    /// When, in EDTF.
    #[schema(example = "2026-11-25")]
    on: String,
    /// What else should be known.
    note: Option<String>,
    /// When it was noted.
    noted_at: DateTime<Utc>,
    /// Who noted it.
    noted_by: String,
}

impl From<NotedConsent> for ConsentView {
    fn from(NotedConsent { consent, noted_at, noted_by }: NotedConsent) -> Self {
        Self {
            purpose: consent.purpose.code(),
            status: consent.given.code(),
            by: consent.by.code(),
            on: consent.on.to_string(),
            note: consent.note,
            noted_at,
            noted_by: noted_by.to_string(),
        }
    }
}

/// What a person consented to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConsentList {
    /// What they said, the latest first.
    items: Vec<ConsentView>,
}

/// What a person agreed to or refused, to be noted.
#[derive(Serialize, ToSchema)]
#[schema(as = NewConsent)]
pub(crate) struct ConsentInput {
    /// What for: naming, telling, sharing or contact.
    #[schema(example = "naming")]
    purpose: String,
    /// given, refused or withdrawn.
    #[schema(example = "given")]
    status: String,
    /// Who said so: person, family, lawyer or organization.
    #[schema(example = "person")]
    by: String,
    /// When, in EDTF; today if not given.
    on: Option<String>,
    /// What else should be known; without names.
    #[schema(max_length = 1_000)]
    note: Option<String>,
}

/// Why a name is taken down.
#[derive(Serialize, ToSchema)]
#[schema(as = TakeDown)]
pub(crate) struct TakeDownInput {
    /// Why; for the audit trail.
    #[schema(max_length = 1_000)]
    reason: Option<String>,
}

/// Whose name is taken down in a record, and how far.
#[derive(Serialize, ToSchema)]
pub(crate) struct NameTakeDown {
    /// What the record calls them.
    #[schema(example = "P1")]
    person: String,
    /// everywhere, or record: in this record and its versions alone; everywhere if not given.
    #[schema(example = "everywhere", pattern = "^(everywhere|record)$")]
    scope: Option<String>,
    /// Why; for the audit trail.
    #[schema(max_length = 1_000)]
    reason: Option<String>,
}

/// The routes, documented where they are made.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    let person = |operation: Operation| {
        operation.path("number", "The number of the person.", json!("4827-1930"))
    };
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/grants",
            vec![
                Operation::known(
                    "list_grants",
                    "grants",
                    "List grants",
                    "Those that the caller's network made or got of records that the caller sees, the \
                     latest first; at most 1,000. For those who work at a desk.",
                )
                .query([parameter(
                    "number",
                    "The record they are about.",
                    json!({"type": "string"}),
                    json!("4827-1930"),
                )])
                .answers(200, "The grants.", &schema::<GrantList>())
                .fails(&[400, 401, 403]),
                Operation::makes(
                    "create_grant",
                    "grants",
                    "Let another network see a record",
                    "By a network admin or a verifier; a level above read by a verifier. It owes a fresh \
                     second factor, holds at once, and is written into the audit trail.",
                )
                .takes(&schema::<GrantInput>(), &json!({
                    "number": "4827-1930", "network": "enemo", "level": "read",
                    "reason": "A second opinion.",
                }))
                .answers(201, "It was granted.", &schema::<GrantView>())
                .fails(&[400, 401, 403, 404, 413, 415, 422]),
            ],
            get(grants).post(grant),
        ))
        .routes(Operation::route(
            "/api/v1/grants/{id}",
            vec![
                Operation::removes(
                    "revoke_grant",
                    "grants",
                    "Revoke a grant",
                    "It holds at once; revoking it again changes nothing.",
                )
                .path("id", "The id of the grant.", json!("5577006791947779410"))
                .answers_nothing(204, "It was revoked.")
                .fails(&[400, 401, 403, 404]),
            ],
            delete(revoke_grant),
        ))
        .routes(Operation::route(
            "/api/v1/people/{number}/consents",
            vec![
                person(Operation::known(
                    "list_consents",
                    "people",
                    "List what a person consented to",
                    "For those who know who it is. The latest first; at most 1,000.",
                ))
                .answers(200, "What they said.", &schema::<ConsentList>())
                .fails(&[400, 401, 403, 404]),
                person(Operation::makes(
                    "note_consent",
                    "people",
                    "Note what a person consented to",
                    "Where they refuse to be named, or no longer agree, their name is taken down \
                     everywhere with it.",
                ))
                .takes(&schema::<ConsentInput>(), &json!({
                    "purpose": "naming", "status": "withdrawn", "by": "family",
                }))
                .answers(201, "It was noted.", &schema::<ConsentList>())
                .fails(&[400, 401, 403, 404, 413, 415, 422]),
            ],
            get(consents).post(note_consent),
        ))
        .routes(Operation::route(
            "/api/v1/people/{number}/take-down",
            vec![
                person(Operation::makes(
                    "take_down_person",
                    "people",
                    "Take the name of a person down everywhere",
                    "At once, from every record, version and answer; what showed it says that something \
                     was removed. By a verifier. Doing it again changes nothing.",
                ))
                .takes(&schema::<TakeDownInput>(), &json!({"reason": "The family asked."}))
                .answers_nothing(204, "It is shown nowhere.")
                .fails(&[400, 401, 403, 404, 413, 415, 422]),
            ],
            post(take_down_person),
        ))
}

async fn grants(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    let mut query = Query::of(&uri);
    let number = query.read("number", |value| {
        value.parse::<Number>().map_err(|_| Refused::because("is the number of a record"))
    });
    query.finish()?;
    let grants = state.store.grants(actor, number).await?;
    let items = grants.into_iter().map(GrantView::from).collect();
    answer::private(StatusCode::OK, &GrantList { items })
}

async fn grant(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    Query::of(&uri).finish()?;
    let mut input = Members::of_any(body.value()?)?;
    let number = input.needed("number", 20);
    let number = number.parse::<Number>().map_err(|_| "is no number of a record");
    let number = number.map_err(|message| input.refuse("number", message)).ok();
    let network = input.needed("network", 100);
    let level = input.one_of("level", &Level::ALL, Level::code);
    let members = input.one_of("members", &["desk", "all"], |code| code);
    let reason = input.needed("reason", 1_000);
    input.finish()?;
    let number = number.ok_or(ApiError::NotFound)?;
    let new = NewGrant {
        number,
        network,
        level: level.unwrap_or(Level::Read),
        all_members: members == Some("all"),
        reason,
    };
    let made = GrantView::from(state.store.grant(actor, new).await?);
    answer::private(StatusCode::CREATED, &made)
}

async fn revoke_grant(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    Query::of(&uri).finish()?;
    let id = segments.text(0).parse().map_err(|_| ApiError::NotFound)?;
    state.store.revoke_grant(actor, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn consents(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    actor.editor(Kind::Person)?;
    Query::of(&uri).finish()?;
    let person = person(&segments)?;
    let consents = state.store.consents(&actor.audience(), person).await?;
    let items = consents.into_iter().map(ConsentView::from).collect();
    answer::private(StatusCode::OK, &ConsentList { items })
}

async fn note_consent(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    let editor = actor.editor(Kind::Person)?;
    Query::of(&uri).finish()?;
    let person = person(&segments)?;
    let mut input = Members::of_any(body.value()?)?;
    let purpose = input.one_needed("purpose", Purpose::ALL, Purpose::code);
    let given = input.one_needed("status", Given::ALL, Given::code);
    let by = input.one_needed("by", By::ALL, By::code);
    let on = input.text("on", 40).map(|text| text.parse::<PartialDate>());
    if matches!(on, Some(Err(_))) {
        input.refuse("on", "is no date in EDTF");
    }
    let note = input.said("note", 1_000);
    input.finish()?;
    let on = on.and_then(Result::ok);
    let (Some(purpose), Some(given), Some(by)) = (purpose, given, by) else {
        return Err(ApiError::NotFound);
    };
    let today = || PartialDate::day(state.store.clock().today());
    let consent = Consent { purpose, given, by, on: on.unwrap_or_else(today), note };
    state.store.note_consent(editor, person, consent).await?;
    let consents = state.store.consents(&actor.audience(), person).await?;
    let items = consents.into_iter().map(ConsentView::from).collect();
    answer::private(StatusCode::CREATED, &ConsentList { items })
}

async fn take_down_person(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    let verifier = actor.verifier()?;
    Query::of(&uri).finish()?;
    let person = person(&segments)?;
    let mut input = Members::of_any(body.value()?)?;
    let reason = input.said("reason", 1_000);
    input.finish()?;
    state.store.take_down_person(verifier, person, reason).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn person(segments: &Segments) -> Result<Number, ApiError> {
    match segments.named(Kind::Person)? {
        Named::Number(number) => Ok(number),
        Named::Slug(_) => Err(ApiError::NotFound),
    }
}
