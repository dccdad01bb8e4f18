//! One kind of incident followed by another within some days, for the same organization or person.

use std::collections::HashMap;

use amparo_domain::facts::Stored;
use amparo_domain::filter::{Choice, IncidentFilter};
use amparo_domain::number::Number;
use amparo_domain::partial_date::DateError;
use amparo_domain::period::Duration;
use amparo_domain::vocabulary::IncidentType;
use amparo_store::{By, Escalated, Escalations, Labels, Lead, Pair, PairKey, Record, Shared};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::get;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::{lang, link, told};
use crate::answer;
use crate::document::{Operation, parameter, schema};
use crate::dto::DateView;
use crate::extract::{Accepted, Caller};
use crate::incident_query;
use crate::keyset;
use crate::page;
use crate::problem::ApiError;
use crate::query::{self, Query, Refused};
use crate::resource::{keep, next_address};
use crate::state::AppState;

/// How long after the first, where nobody says.
const WITHIN: u32 = 180;

/// The longest that can be asked for: ten years.
const WITHIN_MAX: u32 = 3_660;

/// One of the two incidents.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EscalationIncident)]
pub(crate) struct IncidentView<'a> {
    /// Its number.
    #[schema(example = "4827-1930")]
    number: String,
    /// The published version; null if it was never published.
    version: Option<i32>,
    /// When it was.
    date: DateView<'a>,
    /// The country, ISO 3166-1 alpha-3.
    #[schema(value_type = String, example = "AZE", pattern = "^[A-Z]{3}$")]
    country: &'static str,
    /// What was done: terms of the list `incident_type`.
    #[schema(value_type = Vec<String>, example = json!(["detention"]))]
    types: Vec<&'static str>,
}

/// What both incidents have in them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EscalationShared)]
pub(crate) struct SharedView<'a> {
    /// organization, or person.
    #[schema(value_type = String, example = "organization", pattern = "^(organization|person)$")]
    kind: &'static str,
    /// The number of the organization; of people none is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    /// The short name of the organization in addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    slug: Option<&'a str>,
    /// The name.
    name: Option<&'a str>,
}

/// Two incidents of which one followed the other.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Escalation)]
pub(crate) struct PairView<'a> {
    /// The one that came first.
    first: IncidentView<'a>,
    /// The one that followed.
    second: IncidentView<'a>,
    /// How many days later; null unless both are days.
    #[schema(example = 41)]
    days: Option<i64>,
    /// How many days later at least, by the days between which the two lie.
    #[schema(example = 41)]
    days_min: i64,
    /// How many days later at most.
    #[schema(example = 41)]
    days_max: i64,
    /// Whether one certainly followed the other within the days that were asked for; else it may have.
    certain: bool,
    /// What both have in them.
    shared: Vec<SharedView<'a>>,
}

/// Pairs of incidents.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EscalationList<'a> {
    /// The pairs, those that followed latest first.
    items: Vec<PairView<'a>>,
    /// The cursor of the next page; null on the last one.
    next: Option<String>,
    /// What the answer says of the question: `from`, `to`, `within_days`, `by`; with `total=true` `total`, `certain` and `possible`,
    /// and `median_days` of the certain pairs whose incidents are both known to the day. `at_least` is true where
    /// there are more pairs than are counted.
    #[schema(value_type = serde_json::Value)]
    meta: Map<String, Value>,
}

async fn escalation(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(accepted): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let audience = caller.audience();
    let scope = page::scope(&uri, &audience);
    let mut query = Query::of(&uri);
    let language = query.language(accepted);
    let from = kinds(&mut query, "from");
    let to = kinds(&mut query, "to");
    let within = query.read("within", read_within).unwrap_or(WITHIN);
    let by = query.read("by", |value| match value {
        "organization" => Ok(By { organizations: true, people: false }),
        "person" => Ok(By { organizations: false, people: true }),
        _ => Err(Refused::because("is organization or person, or left out for both")),
    });
    let total = query.flag("total");
    let page = keyset::Asked::of(&mut query, &state.secret, &scope);
    let incident_query::Asked { mut filter, mut meta, .. } =
        incident_query::read_filter(&mut query, &state.store, &audience).await?;
    if !filter.incident_type.is_empty() {
        query.refuse("type", Refused::because("is what to= says of the incident that followed"));
    }
    if filter.as_of.is_some() {
        let message = "what followed what is told of what is published now";
        query.refuse("as_of", Refused::because(message));
    }
    query.finish()?;
    let codes = |kinds: &Choice<IncidentType>| kinds.any.iter().map(|kind| kind.code()).collect();
    let (from_codes, to_codes): (Vec<&str>, Vec<&str>) = (codes(&from), codes(&to));
    meta.insert("from".to_owned(), json!(from_codes));
    meta.insert("to".to_owned(), json!(to_codes));
    meta.insert("within_days".to_owned(), within.into());
    let by = by.unwrap_or(By { organizations: true, people: true });
    meta.insert("by".to_owned(), json!(words(by)));
    filter.incident_type = to;
    let first = IncidentFilter { incident_type: from, ..IncidentFilter::default() };
    let asked = Escalations { first, second: filter, within, by };
    if total {
        let (leads, all) = state.store.all_leads(&audience, &asked).await?;
        tell(&mut meta, &leads, all);
    }
    let after = page.after.as_deref().and_then(read_key);
    let found = state.store.escalations(&audience, &asked, after, page.limit).await?;
    let Escalated { pairs, records, labels, next } = &found;
    let items = pairs.iter().filter_map(|pair| view(pair, records, labels)).collect();
    let next = next.map(|key| page.cursor(&write_key(key), &state.secret));
    let address = next.as_deref().map(|next| next_address(&state, &headers, &uri, next));
    let body = answer::bytes(&EscalationList { items, next, meta })?;
    let shown: Vec<Record> = records.values().cloned().collect();
    let mut response = told(&state, &headers, body, keep(&audience, &shown), language, None);
    link(&mut response, address);
    Ok(response)
}

/// The kinds of one of the two, of which one at least has to be named.
fn kinds(query: &mut Query, key: &'static str) -> Choice<IncidentType> {
    let before = query.problems();
    let kinds = query.choice(key, query::term::<IncidentType>);
    if !kinds.none.is_empty() {
        query.refuse(key, Refused::because("cannot be negated"));
    }
    if kinds.any.is_empty() && query.problems() == before {
        let message = "is needed: a term of the list incident_type, or several; see /api/v1/vocabulary/incident_type";
        query.refuse(key, Refused::because(message));
    }
    kinds
}

fn read_within(value: &str) -> Result<u32, Refused> {
    let days =
        value.parse::<Duration>().map_err(|wrong: DateError| Refused::because(wrong.message));
    days?.whole_days().filter(|days| *days <= WITHIN_MAX).ok_or_else(|| {
        Refused::because(format!(
            "is a number of days or weeks like P180D, {WITHIN_MAX} days at most"
        ))
    })
}

fn words(by: By) -> Vec<&'static str> {
    let words = [("organization", by.organizations), ("person", by.people)];
    words.into_iter().filter(|(_, asked)| *asked).map(|(word, _)| word).collect()
}

/// What all pairs come to.
fn tell(meta: &mut Map<String, Value>, leads: &[Lead], all: bool) {
    let certain: Vec<&Lead> = leads.iter().filter(|lead| lead.certain).collect();
    let exact = certain.iter().filter(|lead| lead.min == lead.max);
    let mut days: Vec<i64> = exact.map(|lead| lead.min).collect();
    days.sort_unstable();
    meta.insert("total".to_owned(), leads.len().into());
    meta.insert("certain".to_owned(), certain.len().into());
    meta.insert("possible".to_owned(), (leads.len() - certain.len()).into());
    meta.insert("median_days".to_owned(), median(&days));
    meta.insert("at_least".to_owned(), (!all).into());
}

/// The middle of some sorted days; of an even number half-way between the two in the middle.
fn median(days: &[i64]) -> Value {
    let middle = days.len() / 2;
    match (days.get(middle), days.len() % 2) {
        (None, _) => Value::Null,
        (Some(day), 1) => json!(day),
        (Some(day), _) => {
            let sum = day + days[middle - 1];
            if sum % 2 == 0 {
                json!(sum / 2)
            } else {
                json!(f64::from(i32::try_from(sum).unwrap_or(0)) / 2.0)
            }
        }
    }
}

fn view<'a>(
    pair: &'a Pair,
    records: &'a HashMap<Number, Record>,
    labels: &'a Labels,
) -> Option<PairView<'a>> {
    let Lead { min, max, certain } = pair.lead;
    Some(PairView {
        first: incident(records.get(&pair.first)?)?,
        second: incident(records.get(&pair.second)?)?,
        days: (min == max).then_some(min),
        days_min: min,
        days_max: max,
        certain,
        shared: pair.shared.iter().map(|shared| shared_view(*shared, labels)).collect(),
    })
}

fn incident(record: &Record) -> Option<IncidentView<'_>> {
    let Stored::Incident(facts) = &record.facts else {
        return None;
    };
    Some(IncidentView {
        number: record.number.to_string(),
        version: (record.version > 0).then_some(record.version),
        date: DateView::of(&facts.occurred, &facts.inferred),
        country: facts.country.alpha3(),
        types: facts.types.iter().map(|kind| kind.code()).collect(),
    })
}

fn shared_view(shared: Shared, labels: &Labels) -> SharedView<'_> {
    match shared {
        Shared::Organization(number) => {
            let label = labels.get(number);
            SharedView {
                kind: "organization",
                number: Some(number.to_string()),
                slug: label.and_then(|label| label.slug.as_deref()),
                name: label.and_then(|label| label.name.as_deref()),
            }
        }
        Shared::Person(number) => {
            SharedView { kind: "person", number: None, slug: None, name: labels.name_of(number) }
        }
    }
}

fn write_key(PairKey { second, first }: PairKey) -> String {
    format!("{} {} {} {}", second.0, second.1.as_i64(), first.0, first.1.as_i64())
}

fn read_key(key: &str) -> Option<PairKey> {
    let mut parts = key.split(' ');
    let mut place = || {
        let day = parts.next()?.parse().ok()?;
        let number = Number::from_i64(parts.next()?.parse().ok()?).ok()?;
        Some((day, number))
    };
    Some(PairKey { second: place()?, first: place()? })
}

fn parameters() -> Vec<Value> {
    let text = || json!({"type": "string"});
    let [limit, after] = keyset::parameters();
    let mut parameters = vec![
        parameter(
            "from",
            "What the first incident was: terms of the list `incident_type`. Needed.",
            text(),
            json!("discrediting_campaign"),
        ),
        parameter("to", "What the one that followed was. Needed.", text(), json!("detention")),
        parameter(
            "within",
            "So many days later at most, in days or weeks; P180D if not given. One day later at least: of two on one day \
             nobody knows which came first.",
            text(),
            json!("P180D"),
        ),
        parameter(
            "by",
            "organization or person; both if not given.",
            json!({"type": "string", "enum": ["organization", "person"]}),
            json!("organization"),
        ),
        parameter(
            "total",
            "Whether all pairs are counted.",
            json!({"type": "boolean"}),
            json!(true),
        ),
        limit,
        after,
    ];
    let others = incident_query::filter_parameters();
    // `within` belongs to `near` there; here it is the days.
    let ours = ["type", "near", "within"];
    parameters.extend(
        others.into_iter().filter(|parameter| {
            parameter["name"].as_str().is_none_or(|name| !ours.contains(&name))
        }),
    );
    parameters.push(lang());
    parameters
}

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(Operation::route(
        "/api/v1/escalation",
        vec![
            Operation::read(
                "list_escalations",
                "counts",
                "List which kind of incident followed which",
                "Pairs of incidents with an organization in both, or a person whom both show by name: a name that is not shown \
                 links nothing, whoever asks. What is certain by the days between which the two lie is told from what is \
                 possible. All filters of incidents but `type` and `near` apply to the one that followed. That one followed \
                 another says nothing of why.",
            )
            .query(parameters())
            .answers(200, "A page of pairs.", &schema::<EscalationList<'static>>())
            .fails(&[400]),
        ],
        get(escalation),
    ))
}
