//! Reading records and lists of them.

use amparo_domain::access::Audience;
use amparo_domain::facts::Stored;
use amparo_domain::filter::IncidentFilter;
use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::vocabulary::Display;
use amparo_store::{Record, Shown, StoreError, View};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::Response;
use serde_json::Value;

use super::{Listed, Presentation, Resource, tagged_revision, value_of, write_view};
use crate::answer::{self, Keep};
use crate::export;
use crate::extract::{Accepted, Caller, Segments};
use crate::forms;
use crate::incident_query;
use crate::page;
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::state::AppState;
use crate::tag;

/// What somebody looks at confidential facts for, as the audit trail keeps it: a few words, so that no name
/// stands there.
pub(crate) const PURPOSES: [&str; 5] = ["review", "contact", "correction", "take_down", "other"];

/// When a single record is asked of.
#[derive(Default)]
struct Then {
    asked: IncidentFilter,
    points: bool,
}

impl Then {
    /// Reads `as_of`, `known_on` and `points`, which incidents take.
    fn of<K: Resource>(query: &mut Query, state: &AppState) -> Self {
        if K::KIND != Kind::Incident {
            return Self::default();
        }
        let asked = IncidentFilter {
            as_of: incident_query::read_day(query, "as_of", &state.store),
            known_on: incident_query::read_day(query, "known_on", &state.store),
            ..IncidentFilter::default()
        };
        Self { asked, points: incident_query::read_points(query) }
    }
}

/// One record.
pub(super) async fn get_one<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    mut segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    staff_only_for_people::<K>(&caller)?;
    let has_forms = K::KIND == Kind::Statement;
    if has_forms && let Some(form) = forms::wanted(&mut segments, 0, &uri, &headers) {
        let (named, what) = (segments.named(K::KIND)?, forms::What::Present);
        let (state, caller, uri, headers) = (&state, &caller, &uri, &headers);
        return forms::Request { state, caller, uri, headers, named, what, form }.answer().await;
    }
    let named = segments.named(K::KIND)?;
    let mut query = Query::of(&uri);
    if has_forms {
        forms::is_json(&mut query);
    }
    let mut presentation = Presentation::of::<K>(&mut query, language);
    let view = query.read("view", |value| match value {
        "working" => Ok(View::Working),
        "published" => Ok(View::Shown),
        _ => Err(Refused::because("is working or published")),
    });
    let purpose = query.read("purpose", |value| {
        let near = amparo_domain::suggest::nearest(value, PURPOSES);
        let message = format!("is one of {}", PURPOSES.join(", "));
        let known = PURPOSES.contains(&value).then(|| value.to_owned());
        known.ok_or_else(|| Refused::because(message).suggesting(near))
    });
    let then = Then::of::<K>(&mut query, &state);
    presentation.points = then.points;
    if then.asked.as_of.is_some() && view == Some(View::Working) {
        let message = "is what nobody has published yet; as_of= tells what was published";
        query.refuse("view", Refused::because(message));
    }
    query.finish()?;
    let audience = caller.audience();
    let view = view.unwrap_or_default();
    let Shown { records: record, labels } = match (then.asked.as_of, then.asked.known_on) {
        (Some(day), known_on) => state.store.find_as_of(&named, day, known_on).await?,
        (None, Some(day)) => {
            state.store.find_known_on(&audience, K::KIND, &named, view, purpose, day).await?
        }
        (None, None) => state.store.find_because(&audience, K::KIND, &named, view, purpose).await?,
    };
    let mut rendering = presentation.rendering(&state, &labels);
    rendering.today = then.asked.seen_on(rendering.today);
    let mut body = Vec::with_capacity(4_096);
    write_view::<K>(&mut body, &record, rendering, presentation.fields.as_deref())?;
    let entity_tag = tag::of(&body, tagged_revision(&record), &state.secret);
    let keep = keep(&audience, std::slice::from_ref(&record));
    let mut response = answer::read(&headers, body, &entity_tag, keep);
    set_language(&mut response, &presentation);
    Ok(response)
}

/// A page of records.
pub(super) async fn list<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    staff_only_for_people::<K>(&caller)?;
    let other = export::negotiated(K::KIND, &state, &caller, language, &uri, &headers).await;
    if let Some(answer) = other {
        return answer;
    }
    page_of::<K>(&state, &caller.audience(), language, &uri, &uri, &headers).await
}

/// A page of the records that a query asks for, answered at an address of which it may be no part: its next
/// page is there as well.
pub(crate) async fn page_of<K: Resource>(
    state: &AppState,
    audience: &Audience,
    language: Language,
    asked: &Uri,
    address: &Uri,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let scope = page::scope(asked, audience);
    let mut query = Query::of(asked);
    let mut presentation = Presentation::of::<K>(&mut query, language);
    presentation.points = K::KIND == Kind::Incident && incident_query::read_points(&mut query);
    let listed = K::list(state, audience, query, &scope).await?;
    let Listed { page: Shown { records: page, labels }, mut meta, .. } = listed;
    let mut rendering = presentation.rendering(state, &labels);
    rendering.today = listed.seen_on.unwrap_or(rendering.today);
    rendering.possible_in = listed.possible_in;
    let mut body = Vec::with_capacity(3_072 * (page.items.len() + 1));
    body.extend_from_slice(b"{\"items\":[");
    for (i, record) in page.items.iter().enumerate() {
        if i > 0 {
            body.push(b',');
        }
        write_view::<K>(&mut body, record, rendering, presentation.fields.as_deref())?;
    }
    let next = page.next.map(|cursor| page::seal(&cursor, &state.secret, &scope));
    if let Some(total) = page.total {
        meta.insert("total".to_owned(), total.into());
    }
    body.extend_from_slice(b"],\"next\":");
    let failed = |error: serde_json::Error| ApiError::Internal(error.to_string());
    serde_json::to_writer(&mut body, &next).map_err(failed)?;
    body.extend_from_slice(b",\"meta\":");
    serde_json::to_writer(&mut body, &meta).map_err(failed)?;
    body.push(b'}');
    let entity_tag = format!("W/{}", tag::of(&body, None, &state.secret));
    let mut response = answer::read(headers, body, &entity_tag, keep(audience, &page.items));
    if let Some(next) = next {
        let address = next_address(state, headers, address, &next);
        if let Ok(link) = HeaderValue::from_str(&format!("<{address}>; rel=\"next\"")) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    set_language(&mut response, &presentation);
    Ok(response)
}

/// The timeline of an incident.
pub(super) async fn events<K: Resource>(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(language): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let named = segments.named(K::KIND)?;
    let mut query = Query::of(&uri);
    let presentation = Presentation::whole(&mut query, language);
    query.finish()?;
    let audience = caller.audience();
    let shown = match state.store.find(&audience, K::KIND, &named, View::Shown).await {
        Err(StoreError::Merged { number, into }) => {
            return Ok(answer::merged(number, into, "/events"));
        }
        shown => shown?,
    };
    let rendering = presentation.rendering(&state, &shown.labels);
    let mut record = value_of::<K>(&shown.records, rendering)?;
    let events = record.get_mut("events").map_or(Value::Null, Value::take);
    let body = serde_json::json!({ "items": events }).to_string().into_bytes();
    let entity_tag = tag::of(&body, tagged_revision(&shown.records), &state.secret);
    let keep = keep(&audience, std::slice::from_ref(&shown.records));
    let mut response = answer::read(&headers, body, &entity_tag, keep);
    set_language(&mut response, &presentation);
    Ok(response)
}

/// People are never listed or shown to the public: it meets them inside incidents.
pub(super) fn staff_only_for_people<K: Resource>(caller: &Caller) -> Result<(), ApiError> {
    if K::KIND == Kind::Person {
        caller.actor()?.editor(K::KIND)?;
    }
    Ok(())
}

/// How long an answer may be kept: what shows a name must be gone within a minute of a take-down.
pub(crate) fn keep(audience: &Audience, records: &[Record]) -> Keep {
    if audience.is_member() {
        return Keep::Private;
    }
    let named = records.iter().any(|record| match &record.facts {
        Stored::Person(_) => true,
        facts => facts.people().iter().any(|link| link.display == Display::Name),
    });
    if named { Keep::Briefly } else { Keep::Public }
}

pub(crate) fn set_language(response: &mut Response, presentation: &Presentation) {
    let language = HeaderValue::from_static(presentation.language.code());
    response.headers_mut().insert(HeaderName::from_static("content-language"), language);
}

/// The whole address of the next page.
pub(crate) fn next_address(state: &AppState, headers: &HeaderMap, uri: &Uri, next: &str) -> String {
    let base = base_url(state, headers);
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    let query = uri.query().unwrap_or("");
    for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if key != "after" {
            pairs.append_pair(&key, &value);
        }
    }
    pairs.append_pair("after", next);
    format!("{base}{}?{}", uri.path(), pairs.finish())
}

/// The address under which this instance was asked, without a slash at the end.
pub(crate) fn base_url(state: &AppState, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    match (state.settings.base_url.as_str(), host) {
        ("", Some(host)) => format!("http://{host}"),
        (base, _) => base.to_owned(),
    }
}
