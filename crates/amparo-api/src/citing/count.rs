//! Counts, which have no number: they are cited by the question and the day.

use amparo_domain::access::Audience;
use amparo_domain::counting::{Group, Measure};
use amparo_domain::language::Language;
use amparo_exchange::citation::{Cited, Figures, Pin, Standing, Subject};
use amparo_store::Key;
use axum::http::{HeaderMap, Uri};

use super::Asked;
use super::cited::{Both, Fate};
use crate::figures;
use crate::incident_query;
use crate::problem::ApiError;
use crate::query::Query;
use crate::resource::base_url;
use crate::state::AppState;

/// Parameters that say how a count is to be cited, and are no part of the question.
const OF_THE_CITATION: [&str; 3] = ["format", "lang", "pin"];

/// What the public finds by a filter, cited as of today, and as it will be.
pub(super) async fn of_query(
    state: &AppState,
    accepted: Language,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<(Both, Asked, Language), ApiError> {
    let public = &Audience::Public;
    let mut query = Query::of(uri);
    let language = query.language(accepted);
    let asked = Asked::of(&mut query, false);
    let incident_query::Asked { filter, .. } =
        incident_query::read_filter(&mut query, &state.store, public).await?;
    query.finish()?;
    let pairs = url::form_urlencoded::parse(uri.query().unwrap_or("").as_bytes())
        .filter(|(key, _)| !OF_THE_CITATION.contains(&key.as_ref()))
        .map(|(key, value)| (key.into_owned(), value.into_owned()));
    let pairs: Vec<(String, String)> = pairs.collect();
    let today = state.store.clock().today();
    let told = figures::of_filter(state, public, language, &filter, pairs.clone(), headers).await?;
    let by_country = state
        .store
        .count_incidents(public, &filter, &[Group::Country], &[Measure::Incidents])
        .await?;
    let found = by_country.rows.iter().filter(|(keys, values)| {
        values.incidents > 0 && matches!(keys.first(), Some(Key::Code(_)))
    });
    let countries = u64::try_from(found.count()).ok();
    let as_of = filter.as_of.unwrap_or(today);
    let figures = Figures { incidents: told.incidents, countries, period: filter.period };
    // What was shown on a day stays findable by it.
    let pinned = if filter.as_of.is_some() {
        told.address.clone()
    } else {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&pairs).append_pair("as_of", &today.to_string());
        format!("{}/api/v1/incidents?{}", base_url(state, headers), query.finish())
    };
    let quoting = Cited {
        instance: state.settings.title.clone(),
        prefix: String::new(),
        number: None,
        pin: Pin::Whole,
        subject: Subject::Count(figures),
        title: told.text.trim_end_matches('.').to_owned(),
        title_language: Some(language.code().to_owned()),
        published: Some(as_of),
        accessed: today,
        address: pinned,
        standing: Standing::Stands,
    };
    let pointing = Cited { pin: Pin::Latest, address: told.address, ..quoting.clone() };
    let fate = Fate {
        kind: "count",
        state: "published",
        latest: None,
        merged_into: None,
        withdrawn: None,
        disputed: false,
    };
    Ok((Both { quoting, pointing: Some(pointing), fate }, asked, language))
}
