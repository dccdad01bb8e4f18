//! Features, one or many.

use amparo_domain::access::Audience;
use amparo_domain::facts::Stored;
use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::page::PageRequest;
use amparo_domain::period::Period;
use amparo_store::{Labels, Record, Shown, StoreError, View};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::{Collection, GEO_JSON, JSON, base as base_of, link, typed};
use crate::answer;
use crate::export;
use crate::extract::{Accepted, Caller, Segments};
use crate::incident_query;
use crate::page;
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::resource::{Presentation, keep, next_address, set_language};
use crate::state::AppState;
use crate::tag;

/// How many features a page has: so many at most, whatever is asked for, and so many if nothing is.
pub(super) const LIMIT_MAX: u16 = 1_000;
pub(super) const LIMIT_DEFAULT: u16 = 100;

/// Tools for maps get what everybody sees, whoever uses them.
const EVERYBODY: Audience = Audience::Public;

/// A page of features.
pub(super) async fn list(
    State(state): State<AppState>,
    _: Caller,
    Accepted(language): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let collection = Collection::of(&segments)?;
    let scope = page::scope(&uri, &EVERYBODY);
    let mut query = Query::of(&uri);
    let language = query.language(language);
    // The standard wants more than is given to be asked for, and less to be given.
    let limit = query.read("limit", |value| {
        let limit = value.parse::<u64>().ok().filter(|limit| *limit > 0);
        let limit = limit.map(|limit| limit.min(u64::from(LIMIT_MAX)));
        limit.ok_or_else(|| Refused::because("is a number from 1 on"))
    });
    let datetime = query.read("datetime", read_datetime);
    let bbox = query.read("bbox", read_bbox);
    let mut asked = incident_query::read(&mut query, &state.store, &EVERYBODY).await?;
    if datetime.is_some() && asked.filter.period.is_some() {
        query.refuse("datetime", Refused::because("and period= are one question: ask one of them"));
    }
    asked.filter.period = asked.filter.period.or(datetime);
    let after = query.read("after", |value| {
        let cursor = page::open(value, &state.secret, &scope);
        cursor
            .ok_or_else(|| Refused::because("is not a cursor of this list: follow the link `next`"))
    });
    query.finish()?;
    if let Some(mut bbox) = bbox {
        bbox.or_countries = collection == Collection::ByPlace;
        asked.filter.bbox = Some(bbox);
    }
    let limit = limit.map_or(LIMIT_DEFAULT, |limit| u16::try_from(limit).unwrap_or(LIMIT_MAX));
    let request = PageRequest { after, limit, total: true };
    let found = state.store.list_incidents(&EVERYBODY, &asked.filter, asked.sort, &request).await?;
    let Shown { records: found, labels } = found;
    let presentation = Presentation::whole(&mut Query::of(&Uri::default()), language);
    let base = base_of(&state, &headers);
    // Custody is told as of the day that was asked for.
    let today = asked.filter.seen_on(state.store.clock().today());
    let features =
        features(&state, collection, &presentation, &base, today, (&found.items, &labels))?;
    let next = found.next.map(|cursor| page::seal(&cursor, &state.secret, &scope));
    let own = uri.query().map_or_else(
        || format!("{base}{}", uri.path()),
        |query| format!("{base}{}?{query}", uri.path()),
    );
    let at = format!("{base}/ogc/collections/{}", collection.id());
    let mut links = vec![
        link(&own, "self", GEO_JSON, "This page"),
        link(&at, "collection", JSON, collection.title()),
    ];
    let next = next.map(|next| next_address(&state, &headers, &uri, &next));
    links.extend(next.as_ref().map(|next| link(next, "next", GEO_JSON, "The next page")));
    let returned = features.len();
    let mut body = json!({
        "type": "FeatureCollection",
        "numberMatched": found.total,
        "numberReturned": returned,
        "links": links,
        "features": features,
    });
    // The tag tells of what is in it, not of when it was asked for.
    let entity_tag = format!("W/{}", tag::of(body.to_string().as_bytes(), None, &state.secret));
    body["timeStamp"] = state.store.clock().now().to_rfc3339_opts(SecondsFormat::Secs, true).into();
    let body = body.to_string().into_bytes();
    let response = answer::read(&headers, body, &entity_tag, keep(&EVERYBODY, &found.items));
    let mut response = typed(response, GEO_JSON);
    if let Some(next) = next
        && let Ok(value) = HeaderValue::from_str(&format!("<{next}>; rel=\"next\""))
    {
        response.headers_mut().insert(header::LINK, value);
    }
    set_language(&mut response, &presentation);
    Ok(response)
}

/// One feature.
pub(super) async fn get_one(
    State(state): State<AppState>,
    _: Caller,
    Accepted(language): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let collection = Collection::of(&segments)?;
    let number = segments.number(1)?;
    let mut query = Query::of(&uri);
    let language = query.language(language);
    query.finish()?;
    let base = base_of(&state, &headers);
    let at = format!("{base}/ogc/collections/{}", collection.id());
    let named = Named::Number(number);
    let shown = match state.store.find(&EVERYBODY, Kind::Incident, &named, View::Shown).await {
        Err(StoreError::Merged { into, .. }) => {
            let place = format!("{at}/items/{into}");
            let headers =
                [(header::LOCATION, place), (header::CACHE_CONTROL, "no-store".to_owned())];
            return Ok((StatusCode::PERMANENT_REDIRECT, headers).into_response());
        }
        shown => shown?,
    };
    let Shown { records: record, labels } = shown;
    let presentation = Presentation::whole(&mut Query::of(&Uri::default()), language);
    let records = std::slice::from_ref(&record);
    let today = state.store.clock().today();
    let features = features(&state, collection, &presentation, &base, today, (records, &labels))?;
    let mut feature = features.into_iter().next().ok_or(ApiError::NotFound)?;
    feature["links"] = json!([
        link(&format!("{at}/items/{}", record.number), "self", GEO_JSON, "This feature"),
        link(&at, "collection", JSON, collection.title()),
    ]);
    let body = feature.to_string().into_bytes();
    let entity_tag = tag::of(&body, None, &state.secret);
    let response = answer::read(&headers, body, &entity_tag, keep(&EVERYBODY, records));
    let mut response = typed(response, GEO_JSON);
    set_language(&mut response, &presentation);
    Ok(response)
}

/// The features of some records: the same properties as the columns of an export.
fn features(
    state: &AppState,
    collection: Collection,
    presentation: &Presentation,
    base: &str,
    today: NaiveDate,
    (records, labels): (&[Record], &Labels),
) -> Result<Vec<Value>, ApiError> {
    let mut rendering = presentation.rendering(state, labels);
    rendering.staff = false;
    rendering.today = today;
    records
        .iter()
        .map(|record| {
            let Stored::Incident(facts) = &record.facts else {
                return Err(ApiError::NotFound);
            };
            let r = rendering.of_record(record);
            let mut properties = export::properties(&r.without_hidden_addresses(record), r, base);
            let mut point = facts.location.map(|point| [point.x(), point.y()]);
            if point.is_none() && collection == Collection::ByPlace {
                point = facts.country.representative_point();
                properties.insert("location_precision".to_owned(), "country".into());
            }
            let geometry = point.map(|at| json!({"type": "Point", "coordinates": at}));
            Ok(json!({
                "type": "Feature",
                "id": record.number.to_string(),
                "geometry": geometry,
                "properties": properties,
            }))
        })
        .collect()
}

/// Reads a box of four numbers, or of six with heights, which nothing here has.
fn read_bbox(value: &str) -> Result<amparo_domain::filter::BoundingBox, Refused> {
    let parts: Vec<&str> = value.split(',').collect();
    match parts.as_slice() {
        [west, south, _, east, north, _] => {
            incident_query::read_bbox(&format!("{west},{south},{east},{north}"))
        }
        _ => incident_query::read_bbox(value),
    }
}

/// Reads an instant, or an interval that may be open.
fn read_datetime(value: &str) -> Result<Period, Refused> {
    let wrong = || {
        Refused::because(
            "is a day or an instant, or an interval of them like 2024-04-01/2024-06-30 or 2024-04-01/..",
        )
    };
    let open = |text: &str| text.is_empty() || text == "..";
    let side =
        |text: &str| if open(text) { Ok(None) } else { day(text).map(Some).ok_or_else(wrong) };
    let period = match value.split_once('/') {
        None => {
            let day = day(value).ok_or_else(wrong)?;
            Period { from: Some(day), to: Some(day) }
        }
        Some((from, to)) => Period { from: side(from)?, to: side(to)? },
    };
    match (period.from, period.to) {
        (None, None) if !value.contains("..") && value != "/" => Err(wrong()),
        (Some(from), Some(to)) if from > to => Err(Refused::because("ends before it begins")),
        _ => Ok(period),
    }
}

/// A day, or that of an instant in UTC.
fn day(text: &str) -> Option<NaiveDate> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.with_timezone(&Utc).date_naive());
    }
    // GDAL writes a day as `2020-01-01T`.
    text.strip_suffix('T').unwrap_or(text).parse().ok()
}
