//! Whether somebody looked at what a row is about: else nothing found says nothing.

use std::collections::HashMap;

use amparo_domain::counting::Group;
use amparo_domain::country::{self, CountryCode, countries_in};
use amparo_domain::coverage::{Countries, Coverage, Covered};
use amparo_domain::filter::{Choice, IncidentFilter, RegionWanted};
use amparo_domain::period::Period;
use amparo_store::{Counts, Key};

use crate::problem::ApiError;
use crate::state::AppState;

/// Who looked where and when, as far as a question is about it.
pub(super) struct Looked {
    /// Of all networks that are asked about.
    all: Coverage,
    /// Of each alone, where they are the groups.
    alone: HashMap<String, Coverage>,
    /// The countries that are asked about; none if it is all of them.
    countries: Option<Vec<CountryCode>>,
    period: Option<Period>,
}

impl Looked {
    /// What was declared, read for the rows of a count.
    pub(super) async fn at(
        state: &AppState,
        filter: &IncidentFilter,
        groups: &[Group],
        counts: &Counts,
    ) -> Result<Self, ApiError> {
        let mut alone = HashMap::new();
        if let Some(nth) = groups.iter().position(|group| *group == Group::Network) {
            for (keys, _) in &counts.rows {
                let Some(Key::Code(network)) = keys.get(nth) else { continue };
                if !alone.contains_key(network) {
                    let only = Choice { any: vec![network.clone()], none: Vec::new() };
                    alone.insert(network.clone(), state.store.coverage(&only).await?);
                }
            }
        }
        Ok(Self {
            all: state.store.coverage(&filter.network).await?,
            alone,
            countries: countries_of(filter),
            period: filter.period,
        })
    }

    /// Whether somebody looked at what a row of these groups is about, in a stretch of time.
    pub(super) fn on(&self, groups: &[Group], keys: &[Key], stretch: Period) -> Covered {
        let (mut coverage, mut countries) = (&self.all, self.countries.clone());
        for (group, key) in groups.iter().zip(keys) {
            let Key::Code(code) = key else { continue };
            let within = match group {
                Group::Country => code.parse().map(|country| vec![country]).unwrap_or_default(),
                Group::Region => countries_in(code).unwrap_or_default(),
                Group::Network => {
                    coverage = self.alone.get(code).unwrap_or(coverage);
                    continue;
                }
                _ => continue,
            };
            countries = Some(match countries {
                Some(asked) => within.into_iter().filter(|one| asked.contains(one)).collect(),
                None => within,
            });
        }
        // At the ends of a period that cuts a month, only what lies in it is asked about.
        let period = self.period.map_or(stretch, |asked| Period {
            from: asked.from.max(stretch.from),
            to: [asked.to, stretch.to].into_iter().flatten().min(),
        });
        match &countries {
            Some(these) => coverage.of(Countries::These(these), period),
            None => coverage.of(Countries::All, period),
        }
    }
}

/// The countries that a filter asks about. Those of a network's members are taken for all: what is covered
/// everywhere is covered there.
fn countries_of(filter: &IncidentFilter) -> Option<Vec<CountryCode>> {
    let IncidentFilter { country: asked, region, .. } = filter;
    let regions = |wanted: &[RegionWanted]| {
        let named = wanted.iter().filter_map(|region| match region {
            RegionWanted::Countries(codes) => Some(codes.clone()),
            RegionWanted::MembersOf(_) => None,
        });
        named.flatten().collect::<Vec<_>>()
    };
    let members = |wanted: &[RegionWanted]| {
        wanted.iter().any(|region| matches!(region, RegionWanted::MembersOf(_)))
    };
    let in_regions =
        (!region.any.is_empty() && !members(&region.any)).then(|| regions(&region.any));
    let not_in = regions(&region.none);
    let open = asked.is_empty() && in_regions.is_none() && not_in.is_empty();
    let all =
        country::all().iter().filter_map(|country| country.alpha3.parse::<CountryCode>().ok());
    let wanted = |country: &CountryCode| {
        (asked.any.is_empty() || asked.any.contains(country))
            && !asked.none.contains(country)
            && in_regions.as_ref().is_none_or(|these| these.contains(country))
            && !not_in.contains(country)
    };
    (!open).then(|| all.filter(wanted).collect())
}
