//! Who is recorded as held on a day: a count on a date, from the dated events about each person and from nothing
//! else.

use amparo_domain::access::Audience;
use amparo_domain::custody::is_held;
use amparo_domain::facts::Stored;
use amparo_domain::filter::IncidentFilter;
use amparo_domain::page::{LIMIT_MAX, Page, Sort};
use amparo_store::{Record, Shown};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::get;
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::{lang, link, told};
use crate::answer;
use crate::document::{Operation, parameter, schema};
use crate::dto::Rendering;
use crate::extract::{Accepted, Caller};
use crate::incident_query;
use crate::page;
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::resource::{Presentation, keep, next_address};
use crate::state::AppState;

/// Somebody who is recorded as held on the day, in one incident. Whoever is in two stands here twice: that they
/// are one is not told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Detained)]
pub(crate) struct DetainedView<'a> {
    /// The incident.
    #[schema(example = "4827-1930")]
    number: String,
    /// The published version that says so; null if it was never published.
    version: Option<i32>,
    /// What the incident calls them.
    #[schema(example = "P1")]
    pub(crate) r#ref: &'a str,
    /// How they appear: role, name or withheld.
    #[schema(value_type = String, example = "role")]
    pub(crate) display: &'static str,
    /// Their name, if the incident shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<&'a str>,
    /// What they were at the time.
    pub(crate) position: Option<&'a str>,
    /// The country of the incident, ISO 3166-1 alpha-3.
    #[schema(value_type = String, example = "AZE", pattern = "^[A-Z]{3}$")]
    pub(crate) country: &'static str,
    /// The custody status on the day: a term of the list `custody_status`.
    #[schema(value_type = String, example = "in_pretrial_detention")]
    pub(crate) status: &'static str,
    /// Since when they have been held, in EDTF.
    #[schema(example = "2024-04-29")]
    pub(crate) since: String,
    /// How many days, the first and the day that is asked for included; null where the first is not known to the day.
    #[schema(example = 217)]
    pub(crate) days_held: Option<i64>,
    /// The last day up to then for which an event says that it still held, in EDTF.
    #[schema(example = "2024-08-28")]
    pub(crate) last_confirmed: String,
    /// The next date that an event up to then names.
    pub(crate) next_date: Option<NextView>,
}

/// A date to come.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DetainedUntil)]
pub(crate) struct NextView {
    /// What ends then.
    #[schema(value_type = String, example = "remand_ends")]
    pub(crate) kind: &'static str,
    /// When, in EDTF.
    pub(crate) on: String,
}

/// Who is recorded as held on a day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DetainedList<'a> {
    /// The people, by the incidents that they are in.
    items: Vec<DetainedView<'a>>,
    /// The cursor of the next page; null on the last one.
    next: Option<String>,
    /// What the answer says of the question: `on`, the day; `total`, how many pairs of a person and an incident there are
    /// in all; `incidents`, how many incidents they are in.
    #[schema(value_type = serde_json::Value)]
    meta: Map<String, Value>,
}

/// What is asked.
pub(crate) struct Asked {
    pub filter: IncidentFilter,
    pub sort: Sort,
    /// The day.
    pub on: NaiveDate,
    meta: Map<String, Value>,
}

/// Reads what is asked.
pub(crate) async fn read(
    query: &mut Query,
    state: &AppState,
    audience: &Audience,
) -> Result<Asked, ApiError> {
    let today = state.store.clock().today();
    let on = query.read("on", |value| match value.parse::<NaiveDate>() {
        Ok(day) if day <= today => Ok(day),
        Ok(_) => Err(Refused::because("is a day to come: nobody knows who will be held")),
        Err(_) => Err(Refused::because("is a day like 2024-12-01")),
    });
    let on = on.unwrap_or(today);
    let incident_query::Asked { mut filter, sort, mut meta } =
        incident_query::read(query, &state.store, audience).await?;
    if !filter.custody.is_empty() {
        query.refuse("custody", Refused::because("is what this tells: say when, by on="));
    }
    filter.held_on = Some(on);
    meta.insert("on".to_owned(), json!(on));
    Ok(Asked { filter, sort, on, meta })
}

async fn detained(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(accepted): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let audience = caller.audience();
    let scope = page::scope(&uri, &audience);
    let mut query = Query::of(&uri);
    let presentation = Presentation::whole(&mut query, accepted);
    let Asked { filter, sort, on, mut meta } = read(&mut query, &state, &audience).await?;
    let mut asked = page::requested(&mut query, &state.secret, &scope, sort);
    query.finish()?;
    asked.total = true;
    let Shown { records: Page { items, next, total }, labels } =
        state.store.list_incidents(&audience, &filter, sort, &asked).await?;
    let people = state.store.count_detained(&audience, &filter).await?;
    meta.insert("total".to_owned(), people.into());
    meta.insert("incidents".to_owned(), total.into());
    let next = next.map(|cursor| page::seal(&cursor, &state.secret, &scope));
    let rendering = Rendering { today: on, ..presentation.rendering(&state, &labels) };
    let rows = items.iter().flat_map(|record| held(record, rendering)).collect();
    let address = next.as_deref().map(|next| next_address(&state, &headers, &uri, next));
    let body = answer::bytes(&DetainedList { items: rows, next, meta })?;
    let kept = keep(&audience, &items);
    let mut response = told(&state, &headers, body, kept, presentation.language, None);
    link(&mut response, address);
    Ok(response)
}

/// Those in an incident who are held on the day of the rendering.
pub(crate) fn held<'a>(record: &'a Record, rendering: Rendering<'a>) -> Vec<DetainedView<'a>> {
    let Stored::Incident(facts) = &record.facts else {
        return Vec::new();
    };
    let rendering = rendering.of_record(record);
    let on = rendering.today;
    let rows = facts.people.iter().filter_map(|link| {
        let person = facts.person_state(&link.reference, on);
        let custody = person.custody.filter(|custody| is_held(custody.status))?;
        let since = custody.since.exact_day();
        Some(DetainedView {
            number: record.number.to_string(),
            version: (record.version > 0).then_some(record.version),
            r#ref: &link.reference,
            display: link.display.code(),
            name: rendering.name_of(link),
            position: link.position.as_deref(),
            country: facts.country.alpha3(),
            status: custody.status.code(),
            since: custody.since.to_string(),
            days_held: since.map(|since| on.signed_duration_since(since).num_days() + 1),
            last_confirmed: custody.last_confirmed.to_string(),
            next_date: person
                .next_date
                .map(|next| NextView { kind: next.kind, on: next.on.to_string() }),
        })
    });
    rows.collect()
}

/// The parameters of the question: those of incidents but for `custody`, and the day.
pub(crate) fn parameters() -> Vec<Value> {
    let mut parameters = vec![parameter(
        "on",
        "The day, by UTC; today if not given. Not a day to come.",
        json!({"type": "string", "format": "date"}),
        json!("2024-12-01"),
    )];
    parameters.extend(incident_query::parameters());
    parameters.retain(|parameter| parameter["name"] != "custody" && parameter["name"] != "points");
    parameters
}

pub(super) fn routes() -> OpenApiRouter<AppState> {
    const ABOUT: &str = "From the dated events about each person up to that day, and from nothing else: whoever is not recorded as released is \
         recorded as held, so look at `last_confirmed`. Rows are pairs of a person and an incident; who is held in two \
         incidents stands here twice. All filters of incidents but `custody` apply.";
    let mut paged = parameters();
    paged.extend([
        lang(),
        parameter(
            "text",
            "raw keeps `{P1}` in texts.",
            json!({"type": "string", "enum": ["raw", "rendered"]}),
            json!("rendered"),
        ),
        parameter(
            "limit",
            "How many incidents a page is of; all who are held in them are on it.",
            json!({"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": 50}),
            json!(50),
        ),
        parameter(
            "after",
            "The cursor of the page, from `next` of the one before.",
            json!({"type": "string"}),
            json!("AQAA"),
        ),
        parameter("total", "Is told in any case.", json!({"type": "boolean"}), json!(true)),
    ]);
    OpenApiRouter::new().routes(Operation::route(
        "/api/v1/detained",
        vec![
            Operation::read(
                "list_detained",
                "counts",
                "List who is recorded as held on a day",
                ABOUT,
            )
            .query(paged)
            .answers(200, "A page.", &schema::<DetainedList<'static>>())
            .fails(&[400]),
        ],
        get(detained),
    ))
}
