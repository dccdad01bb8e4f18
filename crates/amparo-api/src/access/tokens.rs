//! Bearer tokens that accounts issue for themselves.

use amparo_store::{NewToken, Token};
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get};
use serde_json::json;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use super::{IssuedTokenView, NewTokenBody, TokenView, example_id, id, own};
use crate::answer;
use crate::cookie::Present;
use crate::document::{Operation, parameter, schema};
use crate::extract::{JsonBody, Segments};
use crate::keyset::{self, Asked};
use crate::members::Members;
use crate::problem::ApiError;
use crate::query::Query;
use crate::state::AppState;

/// The most days a token lasts, and how many if nothing is said.
const DAYS_MAX: i32 = 90;
const DAYS_DEFAULT: i32 = 30;

async fn issue(
    State(state): State<AppState>,
    Present(presence): Present,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    presence.actor.fresh()?;
    Query::of(&uri).finish()?;
    let mut members = Members::of(body.value()?)?;
    let name = members.needed("name", 100);
    let roles = members.roles("scopes");
    let publishes = members.flag("publish");
    let days = members.count("days", 1..=DAYS_MAX).unwrap_or(DAYS_DEFAULT);
    members.finish()?;
    let days = Some(u16::try_from(days).unwrap_or(1));
    let new = NewToken { name, roles, publishes, days };
    let issued = state.store.issue_own_token(&presence, new).await?;
    answer::private(StatusCode::CREATED, &IssuedTokenView::from(issued))
}

async fn list(
    State(state): State<AppState>,
    Present(presence): Present,
    uri: Uri,
) -> Result<Response, ApiError> {
    let mut query = Query::of(&uri);
    let network = query.one("network");
    let scope = format!("tokens {} {network:?}", presence.actor.id);
    let asked = Asked::of(&mut query, &state.secret, &scope);
    query.finish()?;
    let after = asked.after.as_ref().and_then(|after| after.parse().ok());
    let store = &state.store;
    let found = store.tokens_of(&presence, network.as_deref(), after, asked.fetch()).await?;
    let key = |token: &Token| token.id.to_string();
    answer::private(StatusCode::OK, &asked.page(found, &state.secret, key, TokenView::from))
}

async fn revoke(
    State(state): State<AppState>,
    Present(presence): Present,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    state.store.revoke_token_of(&presence, id(segments.text(0))?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(super) fn routes() -> OpenApiRouter<AppState> {
    let [limit, after] = keyset::parameters();
    let network = parameter(
        "network",
        "All tokens of a network that one manages, instead of one's own.",
        json!({"type": "string"}),
        json!("default"),
    );
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/tokens",
            vec![
                own(
                    HttpMethod::Post,
                    "issue_token",
                    "Issue a token for oneself",
                    "It acts as its account, in the network one acts for, with the roles that both have, for 90 days \
                     at most. Owes a fresh second factor, and a session: no token issues another. Shown this once.",
                )
                .takes(
                    &schema::<NewTokenBody>(),
                    &json!({"name": "nightly import", "scopes": ["contributor"], "publish": false, "days": 30}),
                )
                .answers(201, "The token.", &schema::<IssuedTokenView>())
                .fails(&[400, 401, 403, 413, 415, 422]),
                own(
                    HttpMethod::Get,
                    "list_tokens",
                    "List one's tokens",
                    "Those that were not revoked, without their secrets.",
                )
                .query([network, limit, after])
                .answers(200, "A page of tokens.", &keyset::schema(&schema::<TokenView>()))
                .fails(&[400, 401, 403]),
            ],
            get(list).post(issue),
        ))
        .routes(Operation::route(
            "/api/v1/tokens/{id}",
            vec![
                own(
                    HttpMethod::Delete,
                    "revoke_token",
                    "Revoke a token",
                    "One's own, or one of the network one manages. It stops working at once.",
                )
                .path("id", "The token.", example_id())
                .answers_nothing(204, "It does not work any more.")
                .fails(&[400, 401, 403, 404]),
            ],
            delete(revoke),
        ))
}
