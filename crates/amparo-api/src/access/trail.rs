//! What was done, for those who answer for it.

use amparo_domain::number::Number;
use amparo_store::{Deed, Place, TrailFilter};
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::json;
use utoipa::openapi::path::HttpMethod;
use utoipa_axum::router::OpenApiRouter;

use super::{DeedView, own};
use crate::answer;
use crate::cookie::Present;
use crate::document::{Operation, parameter, schema};
use crate::keyset::{self, Asked};
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::state::AppState;

async fn list(
    State(state): State<AppState>,
    Present(presence): Present,
    uri: Uri,
) -> Result<Response, ApiError> {
    let actor = &presence.actor;
    let mut query = Query::of(&uri);
    let filter = TrailFilter {
        number: query.read("number", |value| {
            value.parse::<Number>().map_err(|error| Refused::because(error.to_string()))
        }),
        action: query.read("action", |value| {
            let plain = value.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            let plain = plain && (1..=40).contains(&value.len());
            plain
                .then(|| value.to_owned())
                .ok_or_else(|| Refused::because("is a word like sign_in"))
        }),
        who: query.read("who", |value| {
            value.parse().map_err(|_| Refused::because("is the id of an account or token"))
        }),
        since: query.read("since", instant),
        until: query.read("until", instant),
    };
    let scope = format!("trail {} {} {filter:?}", actor.network, actor.roles);
    let asked = Asked::of(&mut query, &state.secret, &scope);
    query.finish()?;
    let after = asked.after.as_deref().and_then(place);
    let found = state.store.trail(actor, &filter, after, asked.fetch()).await?;
    let key = |deed: &Deed| format!("{}.{}", deed.place.at.timestamp_micros(), deed.place.nth);
    answer::private(StatusCode::OK, &asked.page(found, &state.secret, key, DeedView::from))
}

/// The place that a cursor names: microseconds since 1970, and how many deeds of that moment were shown.
fn place(key: &str) -> Option<Place> {
    let (at, nth) = key.split_once('.')?;
    let at = DateTime::from_timestamp_micros(at.parse().ok()?)?;
    Some(Place { at, nth: nth.parse().ok()? })
}

/// A day, or an instant.
fn instant(value: &str) -> Result<DateTime<Utc>, Refused> {
    let day = value.parse::<NaiveDate>().map(|day| day.and_time(NaiveTime::MIN).and_utc());
    let instant = day.or_else(|_| value.parse::<DateTime<Utc>>());
    instant
        .map_err(|_| Refused::because("is a day or an instant: 2026-11-25, 2026-11-25T12:00:00Z"))
}

pub(super) fn routes() -> OpenApiRouter<AppState> {
    let text = || json!({"type": "string"});
    let mut parameters = vec![
        parameter("number", "About a record.", text(), json!("4827-1930")),
        parameter("action", "Of a kind.", text(), json!("publish")),
        parameter(
            "who",
            "By an account or token; 0 is the operator.",
            text(),
            json!("4381541034726957589"),
        ),
        parameter("since", "Not before: a day or an instant.", text(), json!("2026-11-25")),
        parameter("until", "Before: a day or an instant.", text(), json!("2026-11-26")),
    ];
    parameters.extend(keyset::parameters());
    OpenApiRouter::new().routes(Operation::route(
        "/api/v1/audit",
        vec![
            own(
                HttpMethod::Get,
                "list_audit",
                "Read what was done",
                "By whom, when and why, the latest first: all for admin, what concerns their network for \
                 network_admin, what was done to its records for verifiers. No address and no program is kept.",
            )
            .query(parameters)
            .answers(200, "A page of the trail.", &keyset::schema(&schema::<DeedView>()))
            .fails(&[400, 401, 403]),
        ],
        get(list),
    ))
}
