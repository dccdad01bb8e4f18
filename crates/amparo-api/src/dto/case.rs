//! A case as readers get it.

use amparo_domain::facts::Stored;
use amparo_store::Record;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ExternalId, Rendering, StaffView, external_ids};

/// Incidents that belong together: ask for them with `/incidents?case=NUMBER`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Case<'a> {
    /// Its number.
    #[schema(example = "4827-1930")]
    number: String,
    /// The published version shown here; null if it was never published itself.
    version: Option<i32>,
    /// Where it is on its way to the public.
    #[schema(value_type = String, example = "published")]
    state: &'static str,
    /// The network that owns the record.
    network: &'a str,
    /// What it is about.
    title: &'a str,
    /// What should be known.
    summary: Option<&'a str>,
    /// The ids it has elsewhere.
    external_ids: Vec<ExternalId<'a>>,
    #[serde(flatten)]
    staff: Option<StaffView>,
}

impl<'a> Case<'a> {
    pub(crate) fn of(record: &'a Record, r: Rendering<'a>) -> Option<Self> {
        let Stored::Case(facts) = &record.facts else {
            return None;
        };
        Some(Self {
            number: record.number.to_string(),
            version: (record.version > 0).then_some(record.version),
            state: record.state.code(),
            network: &record.network,
            title: &facts.title,
            summary: facts.summary.as_deref(),
            external_ids: external_ids(&facts.external_ids),
            staff: StaffView::of(record, r),
        })
    }
}
