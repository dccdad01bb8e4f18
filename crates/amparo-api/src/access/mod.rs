//! Networks, the people in them, what they sign in with, and what was done.

mod accounts;
mod networks;
mod sessions;
mod tokens;
mod trail;
mod views;

use amparo_store::Means;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use axum::routing::get;
use serde_json::json;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use crate::answer;
use crate::cookie::Present;
use crate::document::{Operation, schema};
use crate::problem::ApiError;
use crate::query::Query;
use crate::state::AppState;

pub(crate) use views::{
    AccountView, DeedView, InvitationView, IssuedTokenView, Joining, MadeAccount, Me,
    MembershipView, NetworkPatch, NetworkView, NewAccountBody, NewInvitation, NewNetwork,
    NewPassword, NewSession, NewTokenBody, RolesBody, SessionList, SessionView, StepUp, Switch,
    TokenView,
};

/// The tag of these operations in the document.
const TAG: &str = "accounts";

fn own(method: HttpMethod, id: &str, summary: &str, description: &str) -> Operation {
    Operation::own(method, id, TAG, summary, description)
}

/// An id in the path: digits, because programs lose the last ones of long numbers.
fn id(text: &str) -> Result<i64, ApiError> {
    text.parse().ok().filter(|id| *id > 0).ok_or(ApiError::NotFound)
}

/// Who asks, and what for.
async fn me(
    State(state): State<AppState>,
    Present(presence): Present,
    uri: Uri,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let account = match presence.account() {
        Some(id) => Some(state.store.account(&presence.actor, id).await?),
        None => None,
    };
    let token = match presence.means {
        Means::Token { id, .. } => Some(state.store.token(id).await?),
        Means::Session(_) => None,
    };
    let memberships = account.as_ref().map_or_else(Vec::new, |account| account.memberships.clone());
    let me = Me {
        account: account.map(AccountView::from),
        session: match presence.means {
            Means::Session(id) => Some(id.to_string()),
            Means::Token { .. } => None,
        },
        token: token.map(TokenView::from),
        network: presence.actor.network.clone(),
        roles: views::codes(presence.actor.roles),
        fresh: presence.actor.fresh,
        expires_at: presence.expires_at,
        memberships: memberships.into_iter().map(MembershipView::from).collect(),
    };
    answer::private(StatusCode::OK, &me)
}

/// The routes of who may do what.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/me",
            vec![
                own(
                    HttpMethod::Get,
                    "get_me",
                    "Read who one is",
                    "The account or token that asks, the network it acts for, and what it may do there.",
                )
                .answers(200, "Who asks.", &schema::<Me>())
                .fails(&[400, 401]),
            ],
            get(me),
        ))
        .merge(accounts::routes())
        .merge(sessions::routes())
        .merge(tokens::routes())
        .merge(networks::routes())
        .merge(trail::routes())
}

/// An id, for the document.
fn example_id() -> serde_json::Value {
    json!("4381541034726957589")
}
