//! Facets: how many incidents would remain for each value of a filter.

use amparo_domain::access::Audience;
use amparo_domain::counting::{Group, Measure};
use amparo_domain::filter::{Choice, DateMatch, IncidentFilter};

use super::Key;
use crate::Store;
use crate::error::StoreError;

/// The values of one filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// Which filter.
    pub group: Group,
    /// Its values, those with most incidents first.
    pub values: Vec<FacetValue>,
}

/// A value of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValue {
    /// The value; of time a stretch.
    pub key: Key,
    /// The name, if it is a record.
    pub name: Option<String>,
    /// How many incidents the question finds with this value for its own.
    pub incidents: u64,
}

impl Store {
    /// The values of filters, each counted under the question without that filter's own parameter, so many of
    /// each at most.
    pub async fn facets(
        &self,
        audience: &Audience,
        filter: &IncidentFilter,
        groups: &[Group],
        limit: usize,
    ) -> Result<Vec<Facet>, StoreError> {
        let mut facets = Vec::with_capacity(groups.len());
        for group in groups {
            let filter = without(filter, *group);
            let counted =
                self.counted(audience, &filter, &[*group], &[Measure::Incidents], true).await?;
            let mut counted: Vec<_> = counted.groups.into_iter().collect();
            counted.retain(|(keys, _)| keys.first().is_some_and(|key| *key != Key::None));
            counted.sort_by(|(one, of_one), (other, of_other)| {
                of_other.incidents.cmp(&of_one.incidents).then_with(|| one.cmp(other))
            });
            counted.truncate(limit);
            let counted = counted.into_iter().collect();
            let names = self.names_of_groups(audience, &[*group], &counted).await?;
            let mut values: Vec<FacetValue> = counted
                .into_iter()
                .filter_map(|(keys, values)| {
                    let key = keys.into_iter().next()?;
                    let name = match &key {
                        Key::Code(code) => names.get(code).cloned(),
                        _ => None,
                    };
                    let incidents = u64::try_from(values.incidents).unwrap_or(0);
                    Some(FacetValue { key, name, incidents })
                })
                .collect();
            values.sort_by(|one, other| {
                other.incidents.cmp(&one.incidents).then_with(|| one.key.cmp(&other.key))
            });
            facets.push(Facet { group: *group, values });
        }
        Ok(facets)
    }
}

/// The question without what it says of one filter.
fn without(filter: &IncidentFilter, group: Group) -> IncidentFilter {
    let mut filter = filter.clone();
    match group {
        Group::Country => filter.country = Choice::default(),
        Group::Region => filter.region = Choice::default(),
        Group::Network => filter.network = Choice::default(),
        Group::Month | Group::Quarter | Group::Year => {
            filter.period = None;
            filter.date_match = DateMatch::default();
        }
        Group::Type => filter.incident_type = Choice::default(),
        Group::Grade => filter.grade = Choice::default(),
        Group::Actor => filter.actor = Choice::default(),
        // A window is one around the election that is asked for.
        Group::Election => {
            filter.election = Choice::default();
            filter.before_election = None;
            filter.after_election = None;
        }
        Group::Phase => filter.phase = Choice::default(),
        Group::Organization => filter.organization = Choice::default(),
        Group::Custody => filter.custody = Choice::default(),
        Group::Severity => filter.severity = Choice::default(),
    }
    filter
}
