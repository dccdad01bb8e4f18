//! Organizations: observer groups, networks, state bodies.

use serde::{Deserialize, Serialize};

use crate::country::CountryCode;
use crate::partial_date::PartialDate;
use crate::reference::{ExternalId, Relation};
use crate::source::{Source, check_sources};
use crate::validation::Findings;
use crate::vocabulary::OrganizationKind;

/// Everything an organization's record says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrganizationFacts<R> {
    /// A short name for addresses, unique among organizations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// The name, in Latin script where there is one.
    pub name: String,
    /// The acronym.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acronym: Option<String>,
    /// The name in its own language and script.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub native_name: Option<String>,
    /// Other names it goes by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Its country, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<CountryCode>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<OrganizationKind>,
    /// The networks it is or was a member of; empty means not known.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<Membership<R>>,
    /// Its web site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// What else should be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The publications that say so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// The ids it has elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_ids: Vec<ExternalId>,
    /// Made on the way by an import or a nested create, and not yet looked at by anybody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_review: bool,
}

/// The membership of an organization in a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Membership<R> {
    /// The network.
    pub network: R,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<PartialDate>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<PartialDate>,
}

impl<R> OrganizationFacts<R> {
    /// An organization of which only the name is known.
    pub fn named(name: String) -> Self {
        Self {
            slug: None,
            name,
            acronym: None,
            native_name: None,
            aliases: Vec::new(),
            country: None,
            kind: None,
            networks: Vec::new(),
            website: None,
            note: None,
            sources: Vec::new(),
            external_ids: Vec::new(),
            needs_review: false,
        }
    }

    /// All that is wrong with it, and all that should be looked at.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::default();
        if self.name.trim().is_empty() {
            findings.error("/name", "an organization needs a name");
        }
        check_slug(self.slug.as_deref(), &mut findings);
        findings.limit("/name", Some(&self.name), 300);
        findings.limit("/acronym", self.acronym.as_deref(), 50);
        findings.limit("/native_name", self.native_name.as_deref(), 300);
        findings.limit("/note", self.note.as_deref(), 5_000);
        findings.limit("/website", self.website.as_deref(), 2_000);
        for (i, alias) in self.aliases.iter().enumerate() {
            findings.limit(&format!("/aliases/{i}"), Some(alias), 300);
        }
        for (i, Membership { since, until, .. }) in self.networks.iter().enumerate() {
            let start = since.as_ref().and_then(PartialDate::start);
            let end = until.as_ref().and_then(PartialDate::end);
            if let (Some(start), Some(end)) = (start, end)
                && start > end
            {
                findings.error(format!("/networks/{i}/until"), "ends before it starts");
            }
        }
        check_sources(&self.sources, &mut findings);
        findings
    }

    /// Every name it goes by, the main one first.
    pub fn all_names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str())
            .chain(self.acronym.as_deref())
            .chain(self.native_name.as_deref())
            .chain(self.aliases.iter().map(String::as_str))
    }

    /// Every reference to another record, with what it is for and its place in its list.
    pub fn references(&self) -> Vec<(Relation, usize, &R)> {
        let networks = self.networks.iter().enumerate();
        networks.map(|(i, m)| (Relation::Membership, i, &m.network)).collect()
    }

    /// The same facts with other references, asked for in the order of [`Self::references`].
    pub fn map_references<T>(self, mut map: impl FnMut(R) -> T) -> OrganizationFacts<T> {
        let networks = self.networks.into_iter();
        OrganizationFacts {
            slug: self.slug,
            name: self.name,
            acronym: self.acronym,
            native_name: self.native_name,
            aliases: self.aliases,
            country: self.country,
            kind: self.kind,
            networks: networks
                .map(|m| Membership { network: map(m.network), since: m.since, until: m.until })
                .collect(),
            website: self.website,
            note: self.note,
            sources: self.sources,
            external_ids: self.external_ids,
            needs_review: self.needs_review,
        }
    }
}

/// Checks the short name for addresses.
pub(crate) fn check_slug(slug: Option<&str>, findings: &mut Findings) {
    let Some(slug) = slug else { return };
    let letters = slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !letters
        || slug.is_empty()
        || slug.len() > 80
        || !slug.bytes().any(|b| b.is_ascii_lowercase())
    {
        findings.error("/slug", "a slug is made of a–z, 0–9 and hyphens, with a letter in it");
    }
}
