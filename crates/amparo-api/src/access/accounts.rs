//! Accounts: inviting, coming in, being listed, suspended and reinstated.

use amparo_domain::access::Role;
use amparo_store::{Account, NewAccount};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde_json::json;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use super::{
    AccountView, InvitationView, Joining, MadeAccount, MembershipView, NewAccountBody,
    NewInvitation, NewPassword, example_id, id, own,
};
use crate::answer;
use crate::cookie::{Present, Stranger};
use crate::document::{Operation, schema};
use crate::extract::{JsonBody, Segments};
use crate::keyset::{self, Asked};
use crate::members::Members;
use crate::problem::ApiError;
use crate::query::Query;
use crate::state::AppState;

async fn invite(
    State(state): State<AppState>,
    Present(presence): Present,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let actor = &presence.actor;
    actor.manager(&actor.network)?;
    actor.fresh()?;
    Query::of(&uri).finish()?;
    let mut members = Members::of(body.value()?)?;
    let network = members.text("network", 100).unwrap_or_else(|| actor.network.clone());
    let roles = members.roles("roles");
    members.finish()?;
    let manager = actor.giver(&network, roles)?;
    let invitation = state.store.invite(manager, &network, roles).await?;
    answer::private(StatusCode::CREATED, &InvitationView::from(invitation))
}

async fn create(
    State(state): State<AppState>,
    Stranger(from): Stranger,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let mut members = Members::of(body.value()?)?;
    let invitation = members.needed("invitation", 100);
    let name = members.needed("name", 1_000);
    let password = members.needed("password", 1_000);
    let display_name = members.text("display_name", 1_000);
    members.finish()?;
    let new = NewAccount { name, display_name, password };
    let (account, factor) = state.store.create_account(&invitation, new, from).await?;
    let place = format!("/api/v1/accounts/{}", account.id);
    let made = MadeAccount::of(account, factor, &state.settings.title);
    let mut response = answer::private(StatusCode::CREATED, &made)?;
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

async fn accept(
    State(state): State<AppState>,
    Present(presence): Present,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let mut members = Members::of(body.value()?)?;
    let invitation = members.needed("invitation", 100);
    members.finish()?;
    // Only a person joins, not a program that acts for them.
    let amparo_store::Means::Session(_) = presence.means else {
        return Err(ApiError::NotFound);
    };
    let membership = state.store.accept(presence.actor.id, &invitation).await?;
    answer::private(StatusCode::OK, &MembershipView::from(membership))
}

async fn change_password(
    State(state): State<AppState>,
    Present(presence): Present,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    presence.actor.fresh()?;
    Query::of(&uri).finish()?;
    let mut members = Members::of(body.value()?)?;
    let password = members.needed("password", 1_000);
    let new = members.needed("new_password", 1_000);
    members.finish()?;
    state.store.change_password(&presence, &password, &new).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn list(
    State(state): State<AppState>,
    Present(presence): Present,
    uri: Uri,
) -> Result<Response, ApiError> {
    let actor = &presence.actor;
    let manager = actor.manager(&actor.network)?;
    let mut query = Query::of(&uri);
    let network = query.one("network");
    let scope = format!("accounts {} {} {network:?}", actor.network, actor.roles);
    let asked = Asked::of(&mut query, &state.secret, &scope);
    query.finish()?;
    let network = network.or_else(|| {
        let own = !actor.roles.has(Role::Admin);
        own.then(|| actor.network.clone())
    });
    if let Some(network) = &network {
        actor.manager(network)?;
    }
    let after = asked.after.as_ref().and_then(|after| after.parse().ok());
    let store = &state.store;
    let found = store.accounts(manager, network.as_deref(), after, asked.fetch()).await?;
    let key = |account: &Account| account.id.to_string();
    let page = asked.page(found, &state.secret, key, AccountView::from);
    answer::private(StatusCode::OK, &page)
}

async fn read(
    State(state): State<AppState>,
    Present(presence): Present,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let account = state.store.account(&presence.actor, id(segments.text(0))?).await?;
    answer::private(StatusCode::OK, &AccountView::from(account))
}

async fn suspend(
    State(state): State<AppState>,
    Present(presence): Present,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    let actor = &presence.actor;
    actor.manager(&actor.network)?;
    Query::of(&uri).finish()?;
    let account = state.store.suspend_account(actor, id(segments.text(0))?).await?;
    answer::private(StatusCode::OK, &AccountView::from(account))
}

async fn reinstate(
    State(state): State<AppState>,
    Present(presence): Present,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    let actor = &presence.actor;
    actor.manager(&actor.network)?;
    actor.fresh()?;
    Query::of(&uri).finish()?;
    let account = state.store.reinstate_account(actor, id(segments.text(0))?).await?;
    answer::private(StatusCode::OK, &AccountView::from(account))
}

pub(super) fn routes() -> OpenApiRouter<AppState> {
    let account = schema::<AccountView>();
    let [limit, after] = keyset::parameters();
    let network = crate::document::parameter(
        "network",
        "Only those of a network that one manages.",
        json!({"type": "string"}),
        json!("default"),
    );
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/invitations",
            vec![
                own(
                    HttpMethod::Post,
                    "invite",
                    "Invite somebody",
                    "To the network one manages, with roles one may give. Owes a fresh second factor. The code holds \
                     for seven days and is shown this once.",
                )
                .takes(&schema::<NewInvitation>(), &json!({"roles": ["contributor"]}))
                .answers(201, "The invitation.", &schema::<InvitationView>())
                .fails(&[400, 401, 403, 413, 415, 422]),
            ],
            post(invite),
        ))
        .routes(Operation::route(
            "/api/v1/invitations/accept",
            vec![
                own(
                    HttpMethod::Post,
                    "accept_invitation",
                    "Take an invitation with the account one has",
                    "Adds a network, or roles in one.",
                )
                .takes(
                    &schema::<Joining>(),
                    &json!({"invitation": "inv_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}),
                )
                .answers(200, "What one is trusted with there now.", &schema::<MembershipView>())
                .fails(&[400, 401, 403, 404, 413, 415, 422]),
            ],
            post(accept),
        ))
        .routes(Operation::route(
            "/api/v1/accounts",
            vec![
                own(
                    HttpMethod::Post,
                    "create_account",
                    "Take an invitation with a new account",
                    "Answers once with what makes codes and with recovery codes. The account is pending until its \
                     owner signs in with a code.",
                )
                .by_anybody()
                .takes(
                    &schema::<NewAccountBody>(),
                    &json!({
                        "invitation": "inv_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                        "name": "rosa", "password": "a lamp under the seventh stair",
                    }),
                )
                .answers(201, "The account.", &schema::<MadeAccount>())
                .fails(&[400, 403, 409, 413, 415, 422, 429, 503]),
                own(
                    HttpMethod::Get,
                    "list_accounts",
                    "List accounts",
                    "Those of the network one manages; all for admin.",
                )
                .query([network, limit, after])
                .answers(200, "A page of accounts.", &keyset::schema(&account))
                .fails(&[400, 401, 403]),
            ],
            post(create).get(list),
        ))
        .merge(routes_of_one())
}

fn routes_of_one() -> OpenApiRouter<AppState> {
    let account = schema::<AccountView>();
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/accounts/{id}",
            vec![
                own(
                    HttpMethod::Get,
                    "get_account",
                    "Read an account",
                    "One's own, or one of the network one manages.",
                )
                .path("id", "The account.", example_id())
                .answers(200, "The account.", &account)
                .fails(&[400, 401, 404]),
            ],
            get(read),
        ))
        .routes(Operation::route(
            "/api/v1/accounts/{id}/suspend",
            vec![
                own(
                    HttpMethod::Post,
                    "suspend_account",
                    "Suspend an account",
                    "Its sessions, tokens and open invitations end at once. Who belongs to another network too is \
                     suspended by admin alone.",
                )
                .path("id", "The account.", example_id())
                .answers(200, "The account.", &account)
                .fails(&[400, 401, 403, 404]),
            ],
            post(suspend),
        ))
        .routes(Operation::route(
            "/api/v1/accounts/{id}/reinstate",
            vec![
                own(
                    HttpMethod::Post,
                    "reinstate_account",
                    "Reinstate an account",
                    "It can sign in again; what ended stays ended. Owes a fresh second factor.",
                )
                .path("id", "The account.", example_id())
                .answers(200, "The account.", &account)
                .fails(&[400, 401, 403, 404]),
            ],
            post(reinstate),
        ))
        .routes(Operation::route(
            "/api/v1/me/password",
            vec![
                own(
                    HttpMethod::Post,
                    "change_password",
                    "Change one's password",
                    "By a session that just showed the second factor, and by the password until now. All other sessions \
                     end.",
                )
                .takes(
                    &schema::<NewPassword>(),
                    &json!({"password": "a lamp under the seventh stair", "new_password": "kettle orbit mustard"}),
                )
                .answers_nothing(204, "It is changed.")
                .fails(&[400, 401, 403, 413, 415, 422, 429, 503]),
            ],
            post(change_password),
        ))
}
