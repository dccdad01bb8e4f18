//! Versions, what changed between them, and revisions.

use std::collections::HashMap;

use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_store::Shown;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde_json::Value;

use super::read::{base_url, keep, set_language, staff_only_for_people};
use super::{Presentation, Resource, value_of, write_view};
use crate::addresses;
use crate::answer::{self, Keep};
use crate::back;
use crate::dto;
use crate::extract::{Accepted, Caller, Segments};
use crate::forms;
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::state::AppState;
use crate::tag;

/// The versions of a record.
pub(super) async fn versions<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Query::of(&uri).finish()?;
    let audience = caller.audience();
    let named = segments.named(K::KIND)?;
    let versions = state.store.versions(&audience, K::KIND, &named).await?.into_iter();
    let lists = lists::<K>(&state, &named).await?;
    let items = versions.map(|version| dto::VersionView {
        version: version.version,
        published_at: version.published_at,
        reason: version.reason,
        list: lists.get(&version.version).map(ToString::to_string),
        minor: version.minor,
    });
    let keep = Keep::of(&audience);
    as_json(&state, &headers, &dto::VersionList { items: items.collect() }, keep)
}

/// The frozen lists of what the versions of a statement cite; of other records, none.
async fn lists<K: Resource>(
    state: &AppState,
    named: &Named,
) -> Result<HashMap<i32, Number>, ApiError> {
    match named {
        Named::Number(number) if K::KIND == Kind::Statement => {
            Ok(state.store.cited_lists(*number).await?)
        }
        _ => Ok(HashMap::new()),
    }
}

/// One version, as it was published.
pub(super) async fn version<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    mut segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let has_forms = K::KIND == Kind::Statement;
    if has_forms && let Some(form) = forms::wanted(&mut segments, 1, &uri, &headers) {
        let (named, what) = (segments.named(K::KIND)?, forms::What::Version(segments.count(1)?));
        let (state, caller, uri, headers) = (&state, &caller, &uri, &headers);
        return forms::Request { state, caller, uri, headers, named, what, form }.answer().await;
    }
    let mut query = Query::of(&uri);
    if has_forms {
        forms::is_json(&mut query);
    }
    let presentation = Presentation::of::<K>(&mut query, language);
    query.finish()?;
    let (named, wanted) = (segments.named(K::KIND)?, segments.count(1)?);
    let audience = caller.audience();
    let (version, Shown { records: record, labels }) =
        state.store.version(&audience, K::KIND, &named, wanted).await?;
    let mut rendering = presentation.rendering(&state, &labels);
    // What staff know besides belongs to the record of today, not to a version of it.
    rendering.staff = false;
    let mut value = value_of::<K>(&record, rendering)?;
    if let Value::Object(members) = &mut value {
        members.insert("reason".to_owned(), version.reason.into());
        members.insert("published_at".to_owned(), serde_json::json!(version.published_at));
        if let Some(list) = lists::<K>(&state, &named).await?.get(&wanted) {
            members.insert("list".to_owned(), list.to_string().into());
        }
        if let Some(fields) = &presentation.fields {
            members.retain(|member, _| fields.contains(member));
        }
    }
    let body = value.to_string().into_bytes();
    let entity_tag = tag::of(&body, None, &state.secret);
    let keep = keep(&audience, std::slice::from_ref(&record));
    let mut response = answer::read(&headers, body, &entity_tag, keep);
    set_language(&mut response, &presentation);
    addresses::link_versions(&mut response, &base_url(&state, &headers), record.number, wanted);
    Ok(response)
}

/// What changed between two versions.
pub(super) async fn diff<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let named = segments.named(K::KIND)?;
    let mut query = Query::of(&uri);
    let language = query.language(language);
    let mut version = |key| {
        query.read(key, |value| {
            let version = value.parse::<i32>().ok().filter(|version| *version > 0);
            version.ok_or_else(|| Refused::because("is the number of a version"))
        })
    };
    let (from, to) = (version("from"), version("to"));
    query.finish()?;
    let audience = caller.audience();
    let versions = state.store.versions(&audience, K::KIND, &named).await?;
    let latest = versions.len().try_into().unwrap_or(i32::MAX);
    let to = to.unwrap_or(latest);
    let from = from.unwrap_or((to - 1).max(1));
    let presentation = Presentation { language, raw: false, fields: None, points: false };
    let mut values = Vec::new();
    let mut kept = Keep::Public;
    for wanted in [from, to] {
        let (_, Shown { records: record, labels }) =
            state.store.version(&audience, K::KIND, &named, wanted).await?;
        let mut rendering = presentation.rendering(&state, &labels);
        rendering.staff = false;
        let mut value = value_of::<K>(&record, rendering)?;
        if let Value::Object(members) = &mut value {
            for member in ["version", "last_changed", "cited_by"] {
                members.remove(member);
            }
        }
        values.push(value);
        if keep(&audience, std::slice::from_ref(&record)) != Keep::Public {
            kept = keep(&audience, std::slice::from_ref(&record));
        }
    }
    as_json(&state, &headers, &back::differences(&values[0], &values[1]), kept)
}

/// The revisions of a record, for staff of its network.
pub(super) async fn revisions<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    staff_only_for_people::<K>(&caller)?;
    caller.actor()?.editor(K::KIND)?;
    Query::of(&uri).finish()?;
    let named = segments.named(K::KIND)?;
    let revisions = state.store.revisions(&caller.audience(), K::KIND, &named).await?.into_iter();
    let items = revisions.map(|revision| dto::RevisionView {
        revision: revision.revision,
        made_at: revision.made_at,
        made_by: revision.made_by.to_string(),
        reason: revision.reason,
    });
    as_json(&state, &headers, &dto::RevisionList { items: items.collect() }, Keep::Private)
}

/// One revision, for staff of its network.
pub(super) async fn revision<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    caller.actor()?.editor(K::KIND)?;
    let mut query = Query::of(&uri);
    let presentation = Presentation::of::<K>(&mut query, language);
    query.finish()?;
    let (named, wanted) = (segments.named(K::KIND)?, segments.count(1)?);
    let audience = caller.audience();
    let Shown { records: record, labels } =
        state.store.revision(&audience, K::KIND, &named, wanted).await?;
    let rendering = presentation.rendering(&state, &labels);
    let mut body = Vec::new();
    write_view::<K>(&mut body, &record, rendering, presentation.fields.as_deref())?;
    let entity_tag = tag::of(&body, Some(record.revision), &state.secret);
    Ok(answer::read(&headers, body, &entity_tag, Keep::Private))
}

pub(super) fn as_json(
    state: &AppState,
    headers: &HeaderMap,
    value: &impl serde::Serialize,
    keep: Keep,
) -> Result<Response, ApiError> {
    let body = answer::bytes(value)?;
    let entity_tag = tag::of(&body, None, &state.secret);
    Ok(answer::read(headers, body, &entity_tag, keep))
}
