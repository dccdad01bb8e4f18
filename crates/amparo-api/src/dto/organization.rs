//! An organization as readers get it.

use amparo_domain::facts::Stored;
use amparo_domain::partial_date::PartialDate;
use amparo_store::Record;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ExternalId, OrganizationRef, Rendering, SourceView, StaffView, external_ids};

/// An observer group, a network, a state body. Hidden members are absent; null means not known.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Organization<'a> {
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
    slug: Option<&'a str>,
    /// Its name, in Latin script where there is one.
    name: &'a str,
    /// Its acronym.
    acronym: Option<&'a str>,
    /// Its name in its own language and script.
    native_name: Option<&'a str>,
    /// Other names it goes by.
    aliases: &'a [String],
    /// Its country, ISO 3166-1 alpha-3.
    country: Option<&'static str>,
    /// A term of the list `organization_kind`.
    kind: Option<&'static str>,
    /// The networks it is or was a member of; empty means not known.
    networks: Vec<MembershipView<'a>>,
    /// Its web site.
    website: Option<&'a str>,
    /// What else should be known.
    note: Option<&'a str>,
    /// The publications that say so.
    sources: Vec<SourceView<'a>>,
    /// The ids it has elsewhere.
    external_ids: Vec<ExternalId<'a>>,
    /// Made on the way and not yet looked at by anybody; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    needs_review: Option<bool>,
    #[serde(flatten)]
    staff: Option<StaffView>,
}

/// The membership of an organization in a network.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Membership)]
pub(crate) struct MembershipView<'a> {
    /// The network.
    network: OrganizationRef<'a>,
    /// Since when, in EDTF.
    since: Option<&'a str>,
    /// Until when, in EDTF.
    until: Option<&'a str>,
}

impl<'a> Organization<'a> {
    pub(crate) fn of(record: &'a Record, r: Rendering<'a>) -> Option<Self> {
        let Stored::Organization(facts) = &record.facts else {
            return None;
        };
        Some(Self {
            number: record.number.to_string(),
            version: (record.version > 0).then_some(record.version),
            state: record.state.code(),
            network: &record.network,
            slug: facts.slug.as_deref(),
            name: &facts.name,
            acronym: facts.acronym.as_deref(),
            native_name: facts.native_name.as_deref(),
            aliases: &facts.aliases,
            country: facts.country.map(amparo_domain::country::CountryCode::alpha3),
            kind: facts.kind.map(amparo_domain::vocabulary::OrganizationKind::code),
            networks: facts
                .networks
                .iter()
                .filter_map(|membership| {
                    Some(MembershipView {
                        network: OrganizationRef::of(membership.network, r.labels)?,
                        since: membership.since.as_ref().map(PartialDate::edtf),
                        until: membership.until.as_ref().map(PartialDate::edtf),
                    })
                })
                .collect(),
            website: facts.website.as_deref(),
            note: facts.note.as_deref(),
            sources: r.sources(&facts.sources, &[]),
            external_ids: external_ids(&facts.external_ids),
            needs_review: r.staff.then_some(facts.needs_review),
            staff: StaffView::of(record, r),
        })
    }
}
