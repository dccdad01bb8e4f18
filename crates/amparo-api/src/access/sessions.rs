//! Sessions: signing in and out, the second factor again, another network.

use amparo_domain::validation::Invalid;
use amparo_store::{Means, Shows, SignIn, SignedIn};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, post};
use serde_json::json;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use super::{NewSession, SessionList, SessionView, StepUp, Switch, example_id, id, own};
use crate::answer;
use crate::cookie::{self, Present, Stranger};
use crate::document::{Operation, schema};
use crate::extract::{JsonBody, Segments};
use crate::members::Members;
use crate::problem::ApiError;
use crate::query::Query;
use crate::state::AppState;

async fn sign_in(
    State(state): State<AppState>,
    Stranger(from): Stranger,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let mut members = Members::of(body.value()?)?;
    let name = members.needed("name", 1_000);
    let password = members.needed("password", 1_000);
    let shows = shown(&mut members);
    let network = members.text("network", 100);
    let shows = finished(members, shows)?;
    let sign_in = SignIn { name, password, shows, network };
    let signed_in = state.store.sign_in(sign_in, from).await?;
    let place = format!("/api/v1/sessions/{}", signed_in.session.id);
    let mut response = begun(StatusCode::CREATED, signed_in)?;
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

async fn step_up(
    State(state): State<AppState>,
    Present(presence): Present,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let mut members = Members::of(body.value()?)?;
    let shows = shown(&mut members);
    let shows = finished(members, shows)?;
    begun(StatusCode::OK, state.store.step_up(&presence, shows).await?)
}

async fn switch(
    State(state): State<AppState>,
    Present(presence): Present,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let mut members = Members::of(body.value()?)?;
    let network = members.needed("network", 100);
    members.finish()?;
    begun(StatusCode::OK, state.store.switch_network(&presence, &network).await?)
}

async fn list(
    State(state): State<AppState>,
    Present(presence): Present,
    uri: Uri,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let sessions = match presence.account() {
        Some(account) => state.store.sessions(account).await?,
        None => Vec::new(),
    };
    let items = sessions.into_iter().map(|session| {
        let current = presence.means == Means::Session(session.id);
        SessionView::of(session, current)
    });
    answer::private(StatusCode::OK, &SessionList { items: items.collect() })
}

async fn end(
    State(state): State<AppState>,
    Present(presence): Present,
    segments: Segments,
    uri: Uri,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let id = id(segments.text(0))?;
    if presence.account().is_none() {
        return Err(ApiError::NotFound);
    }
    state.store.end_session(&presence.actor, id).await?;
    let current = presence.means == Means::Session(id);
    Ok(if current { signed_out() } else { StatusCode::NO_CONTENT.into_response() })
}

async fn end_current(
    State(state): State<AppState>,
    Present(presence): Present,
    uri: Uri,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let Means::Session(id) = presence.means else {
        return Err(ApiError::NotFound);
    };
    state.store.end_session(&presence.actor, id).await?;
    Ok(signed_out())
}

/// The second factor in a body: a code, or a recovery code.
fn shown(members: &mut Members) -> Option<Shows> {
    match (members.text("code", 100), members.text("recovery_code", 100)) {
        (Some(code), None) => Some(Shows::Code(code)),
        (None, Some(code)) => Some(Shows::Recovery(code)),
        (None, None) => {
            members.refuse("code", "is needed, or recovery_code instead");
            None
        }
        (Some(_), Some(_)) => {
            members.refuse("recovery_code", "is sent instead of code, not with it");
            None
        }
    }
}

/// The second factor of a body that is whole.
fn finished(members: Members, shows: Option<Shows>) -> Result<Shows, ApiError> {
    members.finish()?;
    shows.ok_or_else(|| Invalid(Vec::new()).into())
}

fn begun(status: StatusCode, signed_in: SignedIn) -> Result<Response, ApiError> {
    let cookie = cookie::set(&signed_in.secret)?;
    let mut response = answer::private(status, &SessionView::of(signed_in.session, true))?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Nothing stays in the browser.
fn signed_out() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(header::SET_COOKIE, cookie::forget());
    let clear = HeaderName::from_static("clear-site-data");
    headers.insert(clear, HeaderValue::from_static("\"*\""));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

pub(super) fn routes() -> OpenApiRouter<AppState> {
    let session = schema::<SessionView>();
    OpenApiRouter::new()
        .routes(Operation::route(
            "/api/v1/sessions",
            vec![
                own(
                    HttpMethod::Post,
                    "sign_in",
                    "Sign in",
                    "By a login, its password and a second factor. Whatever does not fit, the answer is the same. \
                     After a failure the next try waits, 1 s at first and 60 s at most, and after 5 in a quarter of \
                     an hour until the first of them is a quarter of an hour old; 20 an hour may fail from one part \
                     of the network. Nobody is locked out. The cookie that is set is the session: it lasts 12 hours, \
                     and 30 minutes unused (15 for admin and network_admin).",
                )
                .by_anybody()
                .takes(
                    &schema::<NewSession>(),
                    &json!({"name": "rosa", "password": "a lamp under the seventh stair", "code": "287082"}),
                )
                .answers(201, "The session; its cookie is set.", &session)
                .fails(&[400, 401, 403, 413, 415, 422, 429, 503]),
                own(
                    HttpMethod::Get,
                    "list_sessions",
                    "List one's sessions",
                    "Where one is signed in, without addresses or programs: nothing of those is kept.",
                )
                .answers(200, "The sessions.", &schema::<SessionList>())
                .fails(&[400, 401]),
            ],
            post(sign_in).get(list),
        ))
        .routes(Operation::route(
            "/api/v1/sessions/{id}",
            vec![
                own(
                    HttpMethod::Delete,
                    "end_session",
                    "End one of one's sessions",
                    "At once, wherever it is used.",
                )
                .path("id", "The session.", example_id())
                .answers_nothing(204, "It has ended.")
                .fails(&[400, 401, 403, 404]),
            ],
            delete(end),
        ))
        .routes(Operation::route(
            "/api/v1/sessions/current",
            vec![
                own(
                    HttpMethod::Delete,
                    "sign_out",
                    "Sign out",
                    "Ends the session that asks and clears what the browser keeps of this site.",
                )
                .answers_nothing(204, "It has ended.")
                .fails(&[400, 401, 403, 404]),
            ],
            delete(end_current),
        ))
        .routes(Operation::route(
            "/api/v1/sessions/current/step-up",
            vec![
                own(
                    HttpMethod::Post,
                    "step_up",
                    "Show the second factor again",
                    "For the next five minutes the session may do what owes a fresh second factor. It gets another \
                     cookie and another id.",
                )
                .takes(&schema::<StepUp>(), &json!({"code": "287082"}))
                .answers(200, "The session; its new cookie is set.", &session)
                .fails(&[400, 401, 403, 404, 413, 415, 422, 429]),
            ],
            post(step_up),
        ))
        .routes(Operation::route(
            "/api/v1/sessions/current/network",
            vec![
                own(
                    HttpMethod::Post,
                    "switch_network",
                    "Act for another of one's networks",
                    "The session gets another cookie and another id.",
                )
                .takes(&schema::<Switch>(), &json!({"network": "default"}))
                .answers(200, "The session; its new cookie is set.", &session)
                .fails(&[400, 401, 403, 404, 413, 415, 422]),
            ],
            post(switch),
        ))
}
