//! Routes for what is done with records besides writing them: granting them to other networks, taking names
//! down, noting what people consented to.

use amparo_domain::access::{AccessDenied, Role};
use amparo_domain::consent::{By, Consent, Given, Purpose};
use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::partial_date::PartialDate;
use amparo_domain::suggest;
use amparo_domain::validation::{Invalid, Issue};
use amparo_store::{Grant, Level, NewGrant, NotedConsent};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::answer::{self, Keep};
use crate::document::{Operation, parameter, schema};
use crate::extract::{Caller, JsonBody, Segments};
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::state::AppState;
use crate::tag;

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
                .sends(&schema::<GrantInput>(), &json!({
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
                .empties(204, "It was revoked.")
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
                .sends(&schema::<ConsentInput>(), &json!({
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
                .sends(&schema::<TakeDownInput>(), &json!({"reason": "The family asked."}))
                .empties(204, "It is shown nowhere.")
                .fails(&[400, 401, 403, 404, 413, 415, 422]),
            ],
            post(take_down_person),
        ))
}

async fn grants(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    // A grant tells of records that those who are at no desk may not know of.
    if !caller.audience().is_at_desk() {
        return Err(AccessDenied::Needs(Role::Contributor.code()).into());
    }
    let mut query = Query::of(&uri);
    let number = query.read("number", |value| {
        value.parse::<Number>().map_err(|_| Refused::because("is the number of a record"))
    });
    query.finish()?;
    let grants = state.store.grants(actor, number).await?;
    let items = grants.into_iter().map(GrantView::from).collect();
    as_json(&state, &headers, &GrantList { items })
}

async fn grant(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    Query::of(&uri).finish()?;
    let body = body.value()?;
    let mut input = Input::of(&body, &["number", "network", "level", "members", "reason"])?;
    let number = input.required("number", 20);
    let number = input.read("number", number.as_deref(), |text| text.parse::<Number>().ok());
    let network = input.required("network", 100);
    let level = input.optional("level", 20);
    let level = input.one_of("level", level.as_deref(), Level::ALL, Level::code);
    let members = input.optional("members", 20);
    let members = input.one_of("members", members.as_deref(), ["desk", "all"], |code| code);
    let reason = input.required("reason", 1_000);
    input.finish()?;
    let (Some(number), Some(network), Some(reason)) = (number, network, reason) else {
        return Err(Invalid(Vec::new()).into());
    };
    let new = NewGrant {
        number,
        network,
        level: level.unwrap_or(Level::Read),
        all_members: members == Some("all"),
        reason,
    };
    let made = GrantView::from(state.store.grant(actor, new).await?);
    created(&state, &made)
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
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    actor.editor(Kind::Person)?;
    Query::of(&uri).finish()?;
    let person = person(&segments)?;
    let consents = state.store.consents(&actor.audience(), person).await?;
    let items = consents.into_iter().map(ConsentView::from).collect();
    as_json(&state, &headers, &ConsentList { items })
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
    let body = body.value()?;
    let mut input = Input::of(&body, &["purpose", "status", "by", "on", "note"])?;
    let purpose = input.required("purpose", 20);
    let purpose = input.one_of("purpose", purpose.as_deref(), Purpose::ALL.to_vec(), Purpose::code);
    let given = input.required("status", 20);
    let given = input.one_of("status", given.as_deref(), Given::ALL.to_vec(), Given::code);
    let by = input.required("by", 20);
    let by = input.one_of("by", by.as_deref(), By::ALL.to_vec(), By::code);
    let on = input.optional("on", 40);
    let on = input.read("on", on.as_deref(), |text| text.parse::<PartialDate>().ok());
    let note = input.optional("note", 1_000);
    input.finish()?;
    let (Some(purpose), Some(given), Some(by)) = (purpose, given, by) else {
        return Err(Invalid(Vec::new()).into());
    };
    let today = || PartialDate::day(state.store.clock().today());
    let consent = Consent { purpose, given, by, on: on.unwrap_or_else(today), note };
    state.store.note_consent(editor, person, consent).await?;
    let consents = state.store.consents(&actor.audience(), person).await?;
    let items = consents.into_iter().map(ConsentView::from).collect();
    created(&state, &ConsentList { items })
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
    let body = body.value()?;
    let mut input = Input::of(&body, &["reason"])?;
    let reason = input.optional("reason", 1_000);
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

fn created(state: &AppState, value: &impl Serialize) -> Result<Response, ApiError> {
    let body = serde_json::to_vec(value).map_err(|error| ApiError::Internal(error.to_string()))?;
    let entity_tag = tag::of(&body, None, &state.secret);
    Ok(answer::written(StatusCode::CREATED, body, &entity_tag))
}

fn as_json(
    state: &AppState,
    headers: &HeaderMap,
    value: &impl Serialize,
) -> Result<Response, ApiError> {
    let body = serde_json::to_vec(value).map_err(|error| ApiError::Internal(error.to_string()))?;
    let entity_tag = tag::of(&body, None, &state.secret);
    Ok(answer::read(headers, body, &entity_tag, Keep::Private))
}

/// A small JSON object of texts, read member by member with all its problems.
pub(crate) struct Input<'a> {
    members: std::borrow::Cow<'a, Map<String, Value>>,
    issues: Vec<Issue>,
}

impl<'a> Input<'a> {
    /// The object, whose members are known; an empty body is an empty object.
    pub(crate) fn of(body: &'a Value, known: &[&str]) -> Result<Self, ApiError> {
        let members = match body {
            Value::Object(members) => std::borrow::Cow::Borrowed(members),
            Value::Null => std::borrow::Cow::Owned(Map::new()),
            _ => return Err(Invalid(vec![Issue::at("", "expected an object")]).into()),
        };
        let mut issues = Vec::new();
        for member in members.keys().filter(|member| !known.contains(&member.as_str())) {
            let near = suggest::nearest(member, known.iter().copied());
            issues.push(Issue::at(format!("/{member}"), "is not known here").suggesting(near));
        }
        Ok(Self { members, issues })
    }

    /// A text that may be missing.
    pub(crate) fn optional(&mut self, name: &str, limit: usize) -> Option<String> {
        let message = match self.members.get(name) {
            None | Some(Value::Null) => return None,
            Some(Value::String(text)) if text.chars().count() > limit => {
                format!("longer than {limit} characters")
            }
            Some(Value::String(text)) if text.contains('\0') => {
                "holds a control character, U+0000".to_owned()
            }
            Some(Value::String(text)) => {
                return Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            }
            Some(_) => "expected a text".to_owned(),
        };
        self.issues.push(Issue::at(format!("/{name}"), message));
        None
    }

    /// A text that has to be there.
    pub(crate) fn required(&mut self, name: &str, limit: usize) -> Option<String> {
        let before = self.issues.len();
        let text = self.optional(name, limit);
        if text.is_none() && self.issues.len() == before {
            self.issues.push(Issue::at(format!("/{name}"), "is missing"));
        }
        text
    }

    /// A text as a value.
    pub(crate) fn read<T>(
        &mut self,
        name: &str,
        text: Option<&str>,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = read(text?);
        if value.is_none() {
            self.issues.push(Issue::at(format!("/{name}"), "cannot be read"));
        }
        value
    }

    /// A text as one of a few codes.
    pub(crate) fn one_of<T: Copy>(
        &mut self,
        name: &str,
        text: Option<&str>,
        all: impl IntoIterator<Item = T> + Clone,
        code: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let text = text?;
        let found = all.clone().into_iter().find(|value| code(*value) == text);
        if found.is_none() {
            let codes: Vec<&str> = all.into_iter().map(code).collect();
            let near = suggest::nearest(text, codes.iter().copied());
            let message = format!("is one of {}", codes.join(", "));
            self.issues.push(Issue::at(format!("/{name}"), message).suggesting(near));
        }
        found
    }

    /// All that was wrong.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        if self.issues.is_empty() { Ok(()) } else { Err(Invalid(self.issues).into()) }
    }
}
