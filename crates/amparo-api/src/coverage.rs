//! Who declares to have looked where and when: what tells a count of none from a gap.

use amparo_domain::country::CountryCode;
use amparo_domain::coverage::{Declared, Extent};
use amparo_store::{CoverageFilter, CoverageKey, Declaration, NewDeclaration, StoreError};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use crate::answer::{self, Keep};
use crate::document::{Operation, parameter, schema};
use crate::extract::{Caller, JsonBody, Segments};
use crate::keyset::{self, Asked};
use crate::members::Members;
use crate::page;
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::resource::{read_country, read_period};
use crate::state::AppState;
use crate::tag;

/// What a network declares: that it looked at a country, or everywhere, from one day to another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CoverageDeclaration)]
pub(crate) struct DeclarationView {
    /// Its id.
    #[schema(example = "5577006791947779410")]
    id: String,
    /// The network that looked.
    #[schema(example = "default")]
    network: String,
    /// The country, alpha-3; everywhere if null.
    #[schema(example = "AZE")]
    country: Option<&'static str>,
    /// The first day.
    #[schema(example = "2024-01-01")]
    from: NaiveDate,
    /// The last day; null if it still looks, which reaches until today.
    #[schema(example = "2024-10-31")]
    to: Option<NaiveDate>,
    /// covered: all that came to its knowledge was to be recorded; partial: some of it.
    #[schema(example = "covered", pattern = "^(covered|partial)$")]
    extent: &'static str,
    /// What else should be known of it.
    note: Option<String>,
    /// When it was declared as it stands.
    declared_at: DateTime<Utc>,
}

/// What is to be declared. What `GET` gave may be sent back.
#[derive(Serialize, ToSchema)]
#[schema(as = NewCoverageDeclaration)]
pub(crate) struct DeclarationInput {
    /// The network that looked; the caller's own if not given.
    network: Option<String>,
    /// The country, by any of its codes or names; everywhere if not given.
    country: Option<String>,
    /// The first day.
    from: String,
    /// The last day; it still looks if not given.
    to: Option<String>,
    /// covered or partial.
    extent: String,
    /// What else should be known of it; everybody reads it.
    #[schema(max_length = 2_000)]
    note: Option<String>,
}

impl From<&Declaration> for DeclarationView {
    fn from(declaration: &Declaration) -> Self {
        let Declaration { id, declared, note, revision: _, declared_at } = declaration;
        Self {
            id: id.to_string(),
            network: declared.network.clone(),
            country: declared.country.map(CountryCode::alpha3),
            from: declared.from,
            to: declared.to,
            extent: declared.extent.code(),
            note: note.clone(),
            declared_at: *declared_at,
        }
    }
}

async fn list(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut query = Query::of(&uri);
    let scope = page::scope(&uri, &caller.audience());
    let asked = Asked::of(&mut query, &state.secret, &scope);
    let countries = query.choice("country", read_country);
    if !countries.none.is_empty() {
        query.refuse("country", Refused::because("cannot be negated"));
    }
    let network = query.choice("network", |value| Ok(value.to_owned()));
    let period = query.read("period", read_period);
    query.finish()?;
    let filter = CoverageFilter { countries: countries.any, network, period };
    let after = asked.after.as_deref().and_then(read_key);
    let found = state.store.declarations(&filter, after, asked.fetch()).await?;
    let key = |declaration: &Declaration| {
        let CoverageKey { from, id } = declaration.key();
        format!("{from} {id}")
    };
    let view = |declaration: Declaration| DeclarationView::from(&declaration);
    let body = answer::bytes(&asked.page(found, &state.secret, key, view))?;
    let entity_tag = format!("W/{}", tag::of(&body, None, &state.secret));
    Ok(answer::read(&headers, body, &entity_tag, Keep::of(&caller.audience())))
}

fn read_key(key: &str) -> Option<CoverageKey> {
    let (from, id) = key.split_once(' ')?;
    Some(CoverageKey { from: from.parse().ok()?, id: id.parse().ok()? })
}

async fn read(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let declaration = find(&state, &segments).await?;
    let body = answer::bytes(&DeclarationView::from(&declaration))?;
    let entity_tag = tag::of(&body, Some(declaration.revision), &state.secret);
    Ok(answer::read(&headers, body, &entity_tag, Keep::of(&caller.audience())))
}

async fn declare(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    Query::of(&uri).finish()?;
    let key = body.key(&headers)?;
    let mut members = Members::of_any(body.value()?)?;
    let network = members.said("network", 100).unwrap_or_else(|| actor.network.clone());
    // Whether there is such a network is told to those who may decide for it.
    let manager = actor.manager(&network)?;
    let new = declaration(&mut members, network);
    members.finish()?;
    let Some(new) = new else {
        return Err(ApiError::NotFound);
    };
    let made = state.store.declare(manager, new, key).await?;
    let mut response = written(&state, StatusCode::CREATED, &made)?;
    if let Ok(place) = HeaderValue::from_str(&format!("/api/v1/coverage/{}", made.id)) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

async fn replace(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    Query::of(&uri).finish()?;
    let before = find(&state, &segments).await?;
    let manager = actor.manager(&before.declared.network)?;
    let expected = tag::expected(&headers)?.ok_or(ApiError::PreconditionRequired)?;
    let expected = expected.revision(before.revision);
    if expected != before.revision {
        return Err(StoreError::Stale.into());
    }
    let mut members = Members::of_any(body.value()?)?;
    let is = json!(DeclarationView::from(&before));
    for read_only in ["id", "network", "declared_at"] {
        let sent = members.text(read_only, 100);
        if sent.is_some_and(|sent| is[read_only] != sent.as_str()) {
            members.refuse(read_only, "read-only");
        }
    }
    let new = declaration(&mut members, before.declared.network.clone());
    members.finish()?;
    let Some(new) = new else {
        return Err(ApiError::NotFound);
    };
    let made = state.store.declare_anew(manager, before.id, Some(expected), new).await?;
    written(&state, StatusCode::OK, &made)
}

async fn take_back(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    Query::of(&uri).finish()?;
    let before = find(&state, &segments).await?;
    let manager = actor.manager(&before.declared.network)?;
    let expected = tag::expected(&headers)?.map(|expected| expected.revision(before.revision));
    state.store.take_back_declaration(manager, before.id, expected).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Reads what is to be declared; nothing where something is wrong with it, which is noted.
fn declaration(members: &mut Members, network: String) -> Option<NewDeclaration> {
    let country = members.said("country", 200).map(|text| read_country(&text));
    if let Some(Err(refused)) = &country {
        members.refuse("country", refused.message.clone());
    }
    let from = day(members, "from");
    if from == Ok(None) {
        members.refuse("from", "is needed");
    }
    let to = day(members, "to");
    if let (Ok(Some(from)), Ok(Some(to))) = (from, to)
        && to < from
    {
        members.refuse("to", "is before the first day");
    }
    let extent = members.one_needed("extent", &Extent::ALL, Extent::code);
    let note = members.said("note", 2_000);
    let country = country.transpose().ok()?;
    let (from, to) = (from.ok()??, to.ok()?);
    let declared = Declared { network, country, from, to, extent: extent? };
    Some(NewDeclaration { declared, note })
}

/// A day, if one is sent; an error where it is none, which is noted.
fn day(members: &mut Members, key: &'static str) -> Result<Option<NaiveDate>, ()> {
    match members.said(key, 40).map(|text| text.parse::<NaiveDate>()) {
        None => Ok(None),
        Some(Ok(day)) => Ok(Some(day)),
        Some(Err(_)) => {
            members.refuse(key, "is no day like 2024-04-29");
            Err(())
        }
    }
}

async fn find(state: &AppState, segments: &Segments) -> Result<Declaration, ApiError> {
    let id = segments.text(0).parse().map_err(|_| ApiError::NotFound)?;
    Ok(state.store.declaration(id).await?)
}

fn written(state: &AppState, status: StatusCode, made: &Declaration) -> Result<Response, ApiError> {
    let body = answer::bytes(&DeclarationView::from(made))?;
    let entity_tag = tag::of(&body, Some(made.revision), &state.secret);
    Ok(answer::written(status, body, &entity_tag))
}

/// The parameters of the list.
fn parameters() -> Vec<Value> {
    let text = || json!({"type": "string"});
    let [limit, after] = keyset::parameters();
    vec![
        parameter(
            "country",
            "Those that speak of one of these countries, which those do that speak of everywhere.",
            text(),
            json!("AZE"),
        ),
        parameter("network", "The network that looked. `!=` is NOT.", text(), json!("default")),
        parameter("period", "Those that touch it.", text(), json!("2024")),
        limit,
        after,
    ]
}

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    let one = schema::<DeclarationView>();
    let input = schema::<DeclarationInput>();
    let example = json!({"country": "AZE", "from": "2024-01-01", "to": "2024-10-31", "extent": "covered",
        "note": "From member groups in the country and the press."});
    let id = |operation: Operation| {
        operation.path("id", "The id of the declaration.", json!("5577006791947779410"))
    };
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/coverage",
            vec![
                Operation::read(
                    "list_coverage",
                    "counts",
                    "List who looked where and when",
                    "What networks declare: only where somebody looked is a count of none a zero, elsewhere it is null. \
                     Those with the latest first day first.",
                )
                .query(parameters())
                .answers(200, "A page of declarations.", &keyset::schema(&one))
                .fails(&[400]),
                Operation::makes(
                    "declare_coverage",
                    "counts",
                    "Declare to have looked",
                    "By who manages the network. It is public at once and changes what counts say; the audit trail has it.",
                )
                .header("Idempotency-Key", "A key of your choice: a retry with it changes nothing.", false, "\"6f1c0e0a\"")
                .takes(&input, &example)
                .answers(201, "The declaration.", &one)
                .fails(&[400, 401, 403, 404, 409, 413, 415, 422]),
            ],
            get(list).post(declare),
        ))
        .routes(Operation::route(
            "/api/v1/coverage/{id}",
            vec![
                id(Operation::read(
                    "get_coverage",
                    "counts",
                    "Read a declaration",
                    "Who looked where, when and how far.",
                ))
                .answers(200, "The declaration.", &one)
                .fails(&[400, 404]),
                id(Operation::own(
                    HttpMethod::Put,
                    "replace_coverage",
                    "counts",
                    "Declare something else instead",
                    "By who manages the network, which stays the same. What it was stays in the audit trail.",
                ))
                .header("If-Match", "The entity tag of what is replaced.", true, "\"r1-b5m0\"")
                .takes(&input, &example)
                .answers(200, "The declaration.", &one)
                .fails(&[400, 401, 403, 404, 412, 413, 415, 422, 428]),
                id(Operation::removes(
                    "delete_coverage",
                    "counts",
                    "Take a declaration back",
                    "By who manages the network: counts are as if nobody had looked. What it was stays in the audit trail.",
                ))
                .header("If-Match", "The entity tag of what is taken back.", false, "\"r1-b5m0\"")
                .answers_nothing(204, "It is not declared any more.")
                .fails(&[400, 401, 403, 404, 412]),
            ],
            get(read).put(replace).delete(take_back),
        ))
}
