//! A paragraph on incidents, from their facts alone.

use amparo_domain::checks::Cited;
use amparo_domain::custody;
use amparo_domain::incident::{IncidentFacts, PersonLink};
use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::number::Number;
use amparo_domain::sentence::paragraph::{self, Asked, BorneOut, Recorded};
use amparo_domain::statement::Citation;
use amparo_domain::vocabulary::Display;
use amparo_store::{CitedRecord, Labels};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};
use axum::response::Response;
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::answer::{self, Keep};
use crate::extract::{Accepted, Caller, Segments};
use crate::incident_query;
use crate::problem::{ApiError, ProblemError};
use crate::query::{Query, Refused};
use crate::state::AppState;
use crate::tag;

pub(super) const ABOUT: &str = "In Arabic, English, French, Portuguese, Russian or Spanish, on what the statement cites: from structured facts alone, \
     never from what somebody wrote in words. Names stand in it where the records show them to everybody. What only one source reports says so. \
     Facts that no public source says by `known_on` are not in it. What was withdrawn or merged is left out, and so is what was not known then; \
     `left_out` tells which. Behind what is said of each incident stands its mark.";

pub(super) const ABOUT_QUERY: &str = "The same on what a question finds, 200 incidents at most. Each is told by the version that was current on \
     `known_on`, or by the latest if none was there then.";

/// The most incidents a paragraph tells of.
const TOLD_MAX: usize = 200;
/// More states of custody of one incident are not told.
const STATES_MAX: usize = 3;

/// A paragraph to begin with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suggestion)]
pub(crate) struct SuggestionView {
    /// The paragraph, with a mark behind what is said of each incident; null if there is nothing to tell.
    #[schema(
        example = "As known on 30 April 2024, 1 incident affecting EMDS (Azerbaijan) is recorded: detention affecting Anar Mammadli, 29 April 2024 (confirmed)[[4827-1930]]."
    )]
    text: Option<String>,
    /// One sentence with the number of incidents and the one that weighs most.
    #[schema(
        example = "This register has recorded 1 incident affecting EMDS (Azerbaijan) up to 30 April 2024: detention affecting Anar Mammadli, 29 April 2024 (confirmed).[[4827-1930]]"
    )]
    fact_only: Option<String>,
    /// Its language.
    #[schema(value_type = String, example = "en")]
    lang: &'static str,
    /// Its direction: ltr, or rtl in Arabic.
    #[schema(value_type = String, example = "ltr", pattern = "^(ltr|rtl)$")]
    dir: &'static str,
    /// The day by which it was known.
    known_on: NaiveDate,
    /// The incidents that it tells of, in their order.
    incidents: Vec<ToldView>,
    /// The incidents that it does not tell of.
    left_out: Vec<LeftOutView>,
}

/// An incident that is told of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ToldIncident)]
struct ToldView {
    /// Its number.
    #[schema(example = "4827-1930")]
    number: String,
    /// The version whose facts are told; null if it was never published.
    #[schema(example = 1)]
    version: Option<u32>,
}

/// An incident that is not told of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeftOutIncident)]
struct LeftOutView {
    /// Its number.
    #[schema(example = "4827-1930")]
    number: String,
    /// Why: it was withdrawn, or merged into another, or no public source says it by the day.
    #[schema(value_type = String, example = "withdrawn", pattern = "^(withdrawn|merged|not_known_then)$")]
    reason: &'static str,
}

/// The parameters of a question about incidents of which a paragraph can be made.
pub(super) fn parameters(mut parameters: Vec<Value>) -> Vec<Value> {
    parameters.retain(|parameter| parameter["name"] != "as_of" && parameter["name"] != "points");
    parameters
}

pub(super) async fn of_statement(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(accepted): Accepted,
    segments: Segments,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let actor = caller.actor()?;
    actor.editor(Kind::Statement)?;
    let mut query = Query::of(&uri);
    let language = query.language(accepted);
    let day = incident_query::read_day(&mut query, "known_on", &state.store);
    query.finish()?;
    let drafting = state.store.drafting(&actor.audience(), segments.number(0)?, day).await?;
    let facts = drafting.facts();
    let issuer =
        facts.and_then(|facts| facts.issuer).and_then(|issuer| called(issuer, &drafting.labels));
    let day = day.or(facts.and_then(|facts| facts.known_on));
    let of = Of { state: &state, language, day, issuer };
    let view = of.view(&drafting.cited, &drafting.labels);
    answered(&state, &headers, &view, language, Keep::Private)
}

pub(super) async fn of_query(
    State(state): State<AppState>,
    caller: Caller,
    Accepted(accepted): Accepted,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let audience = caller.audience();
    let mut query = Query::of(&uri);
    let language = query.language(accepted);
    let asked = incident_query::read_filter(&mut query, &state.store, &audience).await?;
    if asked.filter.as_of.is_some() {
        let message = "a paragraph tells what was known by a day: ask known_on=";
        query.refuse("as_of", Refused::because(message));
    }
    query.finish()?;
    let found = state.store.to_pick(&audience, &asked.filter).await?;
    if found.len() > TOLD_MAX {
        let total = state.store.total_of_incidents(&audience, &asked.filter).await?;
        let message = format!(
            "finds {total} incidents, and a paragraph tells of {TOLD_MAX} at most: ask for less"
        );
        return Err(ApiError::Query(vec![ProblemError::parameter("period", message)]));
    }
    let day = asked.filter.known_on;
    let citations: Vec<Citation<Number>> =
        found.into_iter().map(|incident| Citation { incident, version: None }).collect();
    let (cited, labels) = state.store.cited(&audience, &citations, day).await?;
    let of = Of { state: &state, language, day, issuer: None };
    let view = of.view(&cited, &labels);
    let names = cited
        .iter()
        .filter_map(|of| of.cited.facts.as_ref())
        .any(|facts| facts.people.iter().any(|link| link.display == Display::Name));
    let keep = match (audience.is_member(), names) {
        (true, _) => Keep::Private,
        (false, true) => Keep::Briefly,
        (false, false) => Keep::Public,
    };
    answered(&state, &headers, &view, language, keep)
}

fn answered(
    state: &AppState,
    headers: &HeaderMap,
    view: &SuggestionView,
    language: Language,
    keep: Keep,
) -> Result<Response, ApiError> {
    let body = serde_json::to_vec(view).map_err(|error| ApiError::Internal(error.to_string()))?;
    let entity_tag = tag::of(&body, None, &state.secret);
    let mut response = answer::read(headers, body, &entity_tag, keep);
    let code = HeaderValue::from_static(language.code());
    response.headers_mut().insert(HeaderName::from_static("content-language"), code);
    Ok(response)
}

/// What a paragraph is asked of.
struct Of<'a> {
    state: &'a AppState,
    language: Language,
    day: Option<NaiveDate>,
    issuer: Option<String>,
}

impl Of<'_> {
    fn view(self, cited: &[CitedRecord], labels: &Labels) -> SuggestionView {
        let on = self.day.unwrap_or_else(|| self.state.store.clock().today());
        let mut told: Vec<(&Cited, &IncidentFacts<Number>)> =
            cited.iter().filter_map(|of| Some((&of.cited, of.cited.facts.as_ref()?))).collect();
        // In the order of their dates; what has none comes last.
        told.sort_by_key(|(of, facts)| {
            let date = facts.occurred.start().or(facts.occurred.end());
            let since = facts.occurred.start().is_some();
            (date.is_none(), since, date, of.number)
        });
        let several =
            |of: &Cited| told.iter().filter(|(other, _)| other.number == of.number).count() > 1;
        let incidents: Vec<Recorded> = told
            .iter()
            .map(|(of, facts)| {
                let version = of.version.filter(|_| several(of));
                self.recorded(of.number, version, facts, labels, on)
            })
            .collect();
        let views = told.iter();
        let views =
            views.map(|(of, _)| ToldView { number: of.number.to_string(), version: of.version });
        let left_out = cited.iter().filter_map(|of| {
            let reason = of.left_out?.code();
            Some(LeftOutView { number: of.cited.number.to_string(), reason })
        });
        let (views, left_out) = (views.collect(), left_out.collect());
        let asked = Asked { language: self.language, known_on: on, issuer: self.issuer, incidents };
        let (text, fact_only) =
            paragraph::paragraph(&asked).map(|of| (of.text, of.fact_only)).unzip();
        SuggestionView {
            text,
            fact_only,
            lang: self.language.code(),
            dir: if self.language == Language::Ar { "rtl" } else { "ltr" },
            known_on: on,
            incidents: views,
            left_out,
        }
    }

    fn recorded(
        &self,
        number: Number,
        version: Option<u32>,
        facts: &IncidentFacts<Number>,
        labels: &Labels,
        on: NaiveDate,
    ) -> Recorded {
        let affected = facts.people.iter().filter(|link| link.role.code() == "affected_person");
        let named: Vec<String> =
            affected.clone().filter_map(|link| self.name_of(link, facts, labels)).collect();
        let linked = affected.count() - named.len();
        let linked = u32::try_from(linked).unwrap_or(u32::MAX);
        let counts = facts.affected;
        let others_min = linked.saturating_add(counts.unnamed_min.unwrap_or(0));
        let others_max = match (counts.unnamed_min, counts.unnamed_max) {
            (_, Some(max)) => Some(linked.saturating_add(max)),
            (Some(_), None) => None,
            // Where nobody counted others, those who are linked are all that is known.
            (None, None) => Some(linked),
        };
        let mut custody = Vec::new();
        for link in &facts.people {
            let state = custody::derive(&facts.events, &link.reference, on).custody;
            let state = state.map(|custody| (custody.status, custody.last_confirmed));
            custody.extend(state.filter(|state| !custody.contains(state)));
        }
        custody.truncate(STATES_MAX);
        let organizations =
            facts.organizations.iter().filter(|link| link.role.code().ends_with("_organization"));
        Recorded {
            number,
            version,
            types: facts.types.clone(),
            occurred: facts.occurred.clone(),
            country: facts.country,
            named,
            others_min,
            others_max,
            organizations: organizations
                .filter_map(|link| called(link.organization, labels))
                .collect(),
            actors: facts.perpetrators.iter().map(|of| of.actor_type).collect(),
            borne_out: BorneOut::of(facts),
            custody,
            severity: facts.severity,
        }
    }

    /// Somebody whom the record shows by name, with what they were where that is said in this language.
    fn name_of(
        &self,
        link: &PersonLink<Number>,
        facts: &IncidentFacts<Number>,
        labels: &Labels,
    ) -> Option<String> {
        let name =
            (link.display == Display::Name).then(|| labels.name_of(link.person)).flatten()?;
        let spoken = facts.lang.as_deref().and_then(|tag| tag.split('-').next());
        let position = link.position.as_deref().filter(|position| {
            spoken == Some(self.language.code()) && !position.contains(['{', '[', '\n'])
        });
        Some(position.map_or_else(|| name.to_owned(), |position| format!("{name} ({position})")))
    }
}

/// What an organization is called: its acronym, else its name.
fn called(organization: Number, labels: &Labels) -> Option<String> {
    let label = labels.get(organization)?;
    label.acronym.clone().or_else(|| label.name.clone())
}
