//! A person as staff get them; the public meets people inside incidents.

use amparo_domain::facts::Stored;
use amparo_domain::partial_date::PartialDate;
use amparo_store::Record;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ExternalId, OrganizationRef, Rendering, SourceView, StaffView, external_ids};

/// A person in the records; for those who need to know who it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Person<'a> {
    /// The number; the public never gets it.
    #[schema(example = "4827-1930")]
    number: String,
    /// Where the record is on its way.
    #[schema(value_type = String, example = "submitted")]
    state: &'static str,
    /// The network that owns the record.
    network: &'a str,
    /// Their names in several scripts and spellings, the main one first.
    names: Vec<PersonNameView<'a>>,
    /// What they are known as being.
    position: Option<&'a str>,
    /// The organizations they belong or belonged to.
    affiliations: Vec<AffiliationView<'a>>,
    /// What else should be known.
    note: Option<&'a str>,
    /// The publications that say so.
    sources: Vec<SourceView<'a>>,
    /// The ids they have elsewhere.
    external_ids: Vec<ExternalId<'a>>,
    #[serde(flatten)]
    staff: Option<StaffView>,
}

/// One name of a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonName)]
pub(crate) struct PersonNameView<'a> {
    /// The name.
    #[schema(max_length = 200)]
    name: &'a str,
    /// Its language, a BCP 47 tag.
    lang: Option<&'a str>,
    /// Its script, an ISO 15924 code.
    script: Option<&'a str>,
}

/// How a person belonged to an organization, and when.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Affiliation)]
pub(crate) struct AffiliationView<'a> {
    /// The organization.
    organization: OrganizationRef<'a>,
    /// A term of the list `affiliation`.
    role: Option<&'static str>,
    /// Their position, in words.
    position: Option<&'a str>,
    /// Since when, in EDTF.
    since: Option<&'a str>,
    /// Until when, in EDTF.
    until: Option<&'a str>,
    /// How far it may travel, where it is more than the record itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    tier: Option<&'static str>,
}

impl<'a> Person<'a> {
    pub(crate) fn of(record: &'a Record, r: Rendering<'a>) -> Option<Self> {
        let Stored::Person(facts) = &record.facts else {
            return None;
        };
        Some(Self {
            number: record.number.to_string(),
            state: record.state.code(),
            network: &record.network,
            names: facts
                .names
                .iter()
                .map(|name| PersonNameView {
                    name: &name.text,
                    lang: name.lang.as_deref(),
                    script: name.script.as_deref(),
                })
                .collect(),
            position: facts.position.as_deref(),
            affiliations: facts
                .affiliations
                .iter()
                .filter_map(|affiliation| {
                    Some(AffiliationView {
                        organization: OrganizationRef::of(affiliation.organization, r.labels)?,
                        role: affiliation
                            .role
                            .map(amparo_domain::vocabulary::AffiliationRole::code),
                        position: affiliation.position.as_deref(),
                        since: affiliation.since.as_ref().map(PartialDate::edtf),
                        until: affiliation.until.as_ref().map(PartialDate::edtf),
                        tier: r.tier_of(affiliation.tier),
                    })
                })
                .collect(),
            note: facts.note.as_deref(),
            sources: r.sources(&facts.sources, &[]),
            external_ids: external_ids(&facts.external_ids),
            staff: StaffView::of(record, r),
        })
    }
}
