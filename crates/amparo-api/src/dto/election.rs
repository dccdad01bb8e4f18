//! An election as readers get it.

use amparo_domain::facts::Stored;
use amparo_store::Record;
use serde::Serialize;
use utoipa::ToSchema;

use super::{DateView, ExternalId, Rendering, SourceView, StaffView, external_ids};

/// An election that was or will be observed. Hidden members are absent; null means not known.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Election<'a> {
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
    /// A short name for addresses.
    #[schema(example = "az-2024-presidential")]
    slug: Option<&'a str>,
    /// Its name.
    name: &'a str,
    /// Where it is held, ISO 3166-1 alpha-3.
    #[schema(value_type = String, example = "AZE", pattern = "^[A-Z]{3}$")]
    country: &'static str,
    /// When votes are cast.
    date: DateView<'a>,
    /// A term of the list `election_type`.
    #[schema(value_type = String, example = "presidential")]
    r#type: &'static str,
    /// What else should be known.
    note: Option<&'a str>,
    /// The publications that say so.
    sources: Vec<SourceView<'a>>,
    /// The ids it has elsewhere.
    external_ids: Vec<ExternalId<'a>>,
    #[serde(flatten)]
    staff: Option<StaffView>,
}

impl<'a> Election<'a> {
    pub(crate) fn of(record: &'a Record, r: Rendering<'a>) -> Option<Self> {
        let Stored::Election(facts) = &record.facts else {
            return None;
        };
        Some(Self {
            number: record.number.to_string(),
            version: (record.version > 0).then_some(record.version),
            state: record.state.code(),
            network: &record.network,
            slug: facts.slug.as_deref(),
            name: &facts.name,
            country: facts.country.alpha3(),
            date: DateView::of(&facts.date, &[]),
            r#type: facts.election_type.code(),
            note: facts.note.as_deref(),
            sources: r.sources(&facts.sources, &[]),
            external_ids: external_ids(&facts.external_ids),
            staff: StaffView::of(record, r),
        })
    }
}
