//! Networks and who belongs to them.

use amparo_domain::access::Roles;
use amparo_domain::validation::{Invalid, Issue};
use amparo_store::{Account, Network, NetworkChange, RetentionChange};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, put};
use serde_json::json;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use super::{AccountView, NetworkPatch, NetworkView, NewNetwork, RolesBody, example_id, id, own};
use crate::answer;
use crate::cookie::Present;
use crate::document::{Operation, schema};
use crate::extract::{JsonBody, Segments};
use crate::keyset::{self, Asked};
use crate::members::Members;
use crate::problem::ApiError;
use crate::query::{Query, is_slug};
use crate::state::AppState;

/// The longest time for which what was not published is kept, if there is a limit: ten years.
const DAYS_MAX: i32 = 3_650;

async fn list(
    State(state): State<AppState>,
    Present(presence): Present,
    uri: Uri,
) -> Result<Response, ApiError> {
    let actor = &presence.actor;
    let mut query = Query::of(&uri);
    let scope = format!("networks {} {}", actor.id, actor.roles);
    let asked = Asked::of(&mut query, &state.secret, &scope);
    query.finish()?;
    let found = state.store.networks(actor, asked.after.as_deref(), asked.fetch()).await?;
    let key = |network: &Network| network.slug.clone();
    answer::private(StatusCode::OK, &asked.page(found, &state.secret, key, NetworkView::from))
}

async fn create(
    State(state): State<AppState>,
    Present(presence): Present,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let manager = presence.actor.runs_the_instance()?;
    presence.actor.fresh()?;
    Query::of(&uri).finish()?;
    let mut members = Members::of(body.value()?)?;
    let slug = members.needed("slug", 80);
    if !slug.is_empty() && !is_slug(&slug) {
        members.refuse("slug", "has small letters, digits and hyphens");
    }
    let name = named(&mut members).unwrap_or_else(|| slug.clone());
    let retention_days = members.count("retention_days", 1..=DAYS_MAX);
    members.finish()?;
    let new = Network { slug, name, retention_days, created_at: state.store.clock().now() };
    let made = state.store.create_network(manager, new).await?;
    let place = format!("/api/v1/networks/{}", made.slug);
    let mut response = answer::private(StatusCode::CREATED, &NetworkView::from(made))?;
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

async fn read(
    State(state): State<AppState>,
    Present(presence): Present,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let network = state.store.network(&presence.actor, segments.text(0)).await?;
    answer::private(StatusCode::OK, &NetworkView::from(network))
}

async fn change(
    State(state): State<AppState>,
    Present(presence): Present,
    segments: Segments,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let slug = state.store.network(&presence.actor, segments.text(0)).await?.slug;
    let manager = presence.actor.manager(&slug)?;
    presence.actor.fresh()?;
    let mut members = Members::of(body.value()?)?;
    let name = named(&mut members);
    let no_limit = members.is_null("retention_days").then_some(RetentionChange::NoLimit);
    let days = members.count("retention_days", 1..=DAYS_MAX).map(RetentionChange::Days);
    let change = NetworkChange { name, retention: days.or(no_limit) };
    members.finish()?;
    let network = state.store.change_network(manager, &slug, change).await?;
    answer::private(StatusCode::OK, &NetworkView::from(network))
}

fn named(members: &mut Members) -> Option<String> {
    let name = members.text("name", 200)?;
    let name = name.trim().to_owned();
    if name.is_empty() {
        members.refuse("name", "is empty");
    }
    Some(name)
}

async fn list_members(
    State(state): State<AppState>,
    Present(presence): Present,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    let actor = &presence.actor;
    let mut query = Query::of(&uri);
    let slug = state.store.network(actor, segments.text(0)).await?.slug;
    let manager = actor.manager(&slug)?;
    let scope = format!("members {slug} {} {}", actor.id, actor.roles);
    let asked = Asked::of(&mut query, &state.secret, &scope);
    query.finish()?;
    let after = asked.after.as_ref().and_then(|after| after.parse().ok());
    let found = state.store.accounts(manager, Some(&slug), after, asked.fetch()).await?;
    let key = |account: &Account| account.id.to_string();
    answer::private(StatusCode::OK, &asked.page(found, &state.secret, key, AccountView::from))
}

async fn set_roles(
    State(state): State<AppState>,
    Present(presence): Present,
    segments: Segments,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let actor = &presence.actor;
    let slug = state.store.network(actor, segments.text(0)).await?.slug;
    actor.manager(&slug)?;
    actor.fresh()?;
    let id = id(segments.text(1))?;
    let mut members = Members::of(body.value()?)?;
    let roles = members.roles("roles");
    members.finish()?;
    let manager = actor.giver(&slug, roles)?;
    if roles.is_empty() {
        let message = "expected one role at least; to take all away, remove the member";
        return Err(Invalid(vec![Issue::at("/roles", message)]).into());
    }
    let account = state.store.set_roles(manager, &slug, id, roles).await?;
    answer::private(StatusCode::OK, &AccountView::from(account))
}

async fn remove(
    State(state): State<AppState>,
    Present(presence): Present,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let actor = &presence.actor;
    let slug = state.store.network(actor, segments.text(0)).await?.slug;
    let manager = actor.manager(&slug)?;
    state.store.set_roles(manager, &slug, id(segments.text(1))?, Roles::default()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(super) fn routes() -> OpenApiRouter<AppState> {
    let network = schema::<NetworkView>();
    let account = schema::<AccountView>();
    let page = |of: &serde_json::Value| keyset::schema(of);
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/networks",
            vec![
                own(
                    HttpMethod::Get,
                    "list_networks",
                    "List networks",
                    "Those one belongs to; all for admin.",
                )
                .query(keyset::parameters())
                .answers(200, "A page of networks.", &page(&network))
                .fails(&[400, 401]),
                own(
                    HttpMethod::Post,
                    "create_network",
                    "Make a network",
                    "By admin. Owes a fresh second factor.",
                )
                .takes(
                    &schema::<NewNetwork>(),
                    &json!({"slug": "north-watch", "name": "North Watch", "retention_days": 730}),
                )
                .answers(201, "The network.", &network)
                .fails(&[400, 401, 403, 409, 413, 415, 422]),
            ],
            get(list).post(create),
        ))
        .routes(Operation::route(
            "/api/v1/networks/{slug}",
            vec![
                own(HttpMethod::Get, "get_network", "Read a network", "One that one belongs to.")
                    .path("slug", "The network.", json!("default"))
                    .answers(200, "The network.", &network)
                    .fails(&[400, 401, 404]),
                own(
                    HttpMethod::Patch,
                    "change_network",
                    "Change a network",
                    "What it is called, and for how long it keeps what it does not publish. By who manages it. Owes a \
                     fresh second factor.",
                )
                .path("slug", "The network.", json!("default"))
                .takes(&schema::<NetworkPatch>(), &json!({"retention_days": 730}))
                .answers(200, "The network.", &network)
                .fails(&[400, 401, 403, 404, 413, 415, 422]),
            ],
            get(read).patch(change),
        ))
        .routes(Operation::route(
            "/api/v1/networks/{slug}/members",
            vec![
                own(
                    HttpMethod::Get,
                    "list_members",
                    "List the members of a network",
                    "By who manages it.",
                )
                .path("slug", "The network.", json!("default"))
                .query(keyset::parameters())
                .answers(200, "A page of accounts.", &page(&account))
                .fails(&[400, 401, 403, 404]),
            ],
            get(list_members),
        ))
        .routes(Operation::route(
            "/api/v1/networks/{slug}/members/{id}",
            vec![
                own(
                    HttpMethod::Put,
                    "set_roles",
                    "Say what a member is trusted with",
                    "All roles they have in the network from now on. Their sessions for it end. By who manages it, for \
                     others than themselves. Owes a fresh second factor. Who is no member is invited instead.",
                )
                .path("slug", "The network.", json!("default"))
                .path("id", "The account.", example_id())
                .takes(&schema::<RolesBody>(), &json!({"roles": ["contributor", "verifier"]}))
                .answers(200, "The account.", &account)
                .fails(&[400, 401, 403, 404, 413, 415, 422]),
                own(
                    HttpMethod::Delete,
                    "remove_member",
                    "Remove a member from a network",
                    "They lose all roles in it, and their sessions for it end. By who manages it.",
                )
                .path("slug", "The network.", json!("default"))
                .path("id", "The account.", example_id())
                .answers_nothing(204, "They do not belong to it any more.")
                .fails(&[400, 401, 403, 404]),
            ],
            put(set_roles).delete(remove),
        ))
}
