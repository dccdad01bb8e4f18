//! The values of filters, with how many incidents each would leave.

use amparo_domain::counting::{self, Group, UnknownWord};
use amparo_domain::country::{self, CountryCode};
use amparo_domain::language::Language;
use amparo_domain::suggest;
use amparo_domain::vocabulary;
use amparo_store::{FacetValue, Key};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::get;
use serde_json::json;
use utoipa_axum::router::UtoipaMethodRouter;

use super::views::{FacetList, FacetValueView, FacetView};
use super::{lang, told, words};
use crate::answer;
use crate::document::{Operation, parameter, schema};
use crate::extract::{Accepted, Caller};
use crate::incident_query;
use crate::problem::ApiError;
use crate::query::{Query, Refused};
use crate::state::AppState;

/// The groups that a filter chooses.
const FACETS: [Group; 12] = [
    Group::Country,
    Group::Region,
    Group::Type,
    Group::Grade,
    Group::Phase,
    Group::Severity,
    Group::Year,
    Group::Network,
    Group::Actor,
    Group::Custody,
    Group::Election,
    Group::Organization,
];

/// Those that are told if none is asked for: of elections and organizations there are many.
const USUAL: usize = 10;

/// How many values of each are told if nobody says.
const LIMIT: usize = 20;
/// How many at most.
const LIMIT_MAX: usize = 200;

fn read_facets(value: &str) -> Result<Vec<Group>, Refused> {
    let groups: Vec<Group> = words(value).map_err(|refused| {
        let known = FACETS.map(Group::code);
        let near = refused.did_you_mean.into_iter().filter(|near| known.contains(&near.as_str()));
        Refused::because(refused.message).suggesting(near.collect())
    })?;
    match groups.iter().find(|group| !FACETS.contains(group)) {
        None => Ok(groups),
        Some(other) => {
            let UnknownWord { message, did_you_mean } = UnknownWord {
                message: format!("is one of {}", FACETS.map(Group::code).join(", ")),
                did_you_mean: suggest::nearest(other.code(), FACETS.map(Group::code)),
            };
            Err(Refused::because(message).suggesting(did_you_mean))
        }
    }
}

async fn facets(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(accepted): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let audience = caller.audience();
    let mut query = Query::of(&uri);
    let asked = incident_query::read_filter(&mut query, &state.store, &audience).await?;
    let groups = query.read("facet", read_facets);
    let limit = query.read("limit", |value| {
        let limit = value.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
        limit.ok_or_else(|| Refused::because(format!("is a number from 1 to {LIMIT_MAX}")))
    });
    let language = query.language(accepted);
    let known_now = asked.filter.known_on.is_none();
    if !known_now && groups.as_ref().is_some_and(|groups| groups.contains(&Group::Custody)) {
        query.refuse("facet", Refused::because("cannot tell custody as of known_on= yet"));
    }
    query.finish()?;
    let groups = groups.unwrap_or_else(|| {
        let usual = FACETS[..USUAL].iter().copied();
        usual.filter(|group| known_now || *group != Group::Custody).collect()
    });
    let limit = limit.unwrap_or(LIMIT);
    let facets = state.store.facets(&audience, &asked.filter, &groups, limit).await?;
    let facets = facets.into_iter().map(|facet| FacetView {
        name: facet.group.code(),
        label: facet.group.label(language),
        values: facet.values.iter().map(|value| view(facet.group, value, language)).collect(),
    });
    let list = FacetList { facets: facets.collect(), meta: asked.meta };
    let body = answer::bytes(&list)?;
    Ok(told(&state, &audience, language, &headers, body))
}

fn view(group: Group, value: &FacetValue, language: Language) -> FacetValueView {
    let text = match (&value.key, group.unit()) {
        (Key::Stretch(stretch), Some(unit)) => unit.written(*stretch),
        (Key::Code(code), _) => code.clone(),
        _ => String::new(),
    };
    let label = value.name.clone().or_else(|| label_of(group, &text, language));
    let query = match group.unit() {
        // One that lies in a year as a whole is counted in it.
        Some(_) => format!("period={text}&date_match=within"),
        None => format!("{}={text}", group.code()),
    };
    let label = label.unwrap_or_else(|| text.clone());
    FacetValueView { label, incidents: value.incidents, query, value: text }
}

/// What a value is called.
pub(super) fn label_of(group: Group, code: &str, language: Language) -> Option<String> {
    let list = match group {
        Group::Country => {
            let country = code.parse::<CountryCode>().ok()?;
            return Some(country.country().names.in_language(language).to_owned());
        }
        Group::Region => {
            let region = country::network_regions().iter().find(|region| region.code == code)?;
            return Some(region.names.in_language(language).to_owned());
        }
        Group::Custody if code == "held" => {
            return Some(counting::word("held", language).to_owned());
        }
        Group::Type => "incident_type",
        Group::Grade => "grade",
        Group::Phase => "election_phase",
        Group::Severity => "severity",
        Group::Actor => "actor_type",
        Group::Custody => "custody_status",
        _ => return None,
    };
    let term = vocabulary::term(list, code).ok()?;
    Some(term.labels.in_language(language).to_owned())
}

/// The route of facets.
pub(super) fn route() -> UtoipaMethodRouter<AppState> {
    let usual = FACETS[..USUAL].iter().map(|group| group.code()).collect::<Vec<_>>().join(", ");
    let operation = Operation::read(
        "list_facets",
        "counts",
        "List the values of filters",
        "For each value how many incidents the question finds with it, in place of what the question says of that \
         filter: choosing it, by the `query` it comes with, gives that total.",
    )
    .query(incident_query::filter_parameters())
    .query([
        parameter(
            "facet",
            &format!("Which filters; {usual} if none is named. Also election and organization."),
            json!({"type": "string"}),
            json!("country,type"),
        ),
        parameter(
            "limit",
            "How many values of each at most.",
            json!({"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT}),
            json!(20),
        ),
        lang(),
    ])
    .answers(200, "The values.", &schema::<FacetList>())
    .fails(&[400]);
    Operation::route("/api/v1/facets", vec![operation], get(facets))
}
