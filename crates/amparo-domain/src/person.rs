//! People in the records. Their names live in one place and can be changed, withheld or destroyed.

use serde::{Deserialize, Serialize};

use crate::partial_date::PartialDate;
use crate::reference::{ExternalId, Relation};
use crate::source::{Source, check_sources};
use crate::tier::Tier;
use crate::validation::Findings;
use crate::vocabulary::AffiliationRole;

/// Everything a person's record says, but for the texts of their names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonFacts<R> {
    /// Their names in several scripts and spellings, the main one first.
    pub names: Vec<PersonName>,
    /// What they are known as being.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// The organizations they belong or belonged to.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub affiliations: Vec<Affiliation<R>>,
    /// What else should be known; staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The publications that say so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// The ids they have elsewhere; ids that tell the name are refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_ids: Vec<ExternalId>,
}

/// One name of a person.
///
/// What is kept in revisions and versions is the commitment alone: `base64url(SHA-256(salt ‖ text))`.
/// The text and the salt are one row of the store, which can be destroyed without touching a version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonName {
    /// The text; never part of a revision.
    #[serde(skip)]
    pub text: String,
    /// The row that holds the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// The salted commitment to the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<String>,
    /// Its language, a BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Its script, an ISO 15924 code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
}

impl PersonName {
    /// A name as it is written, of which nothing else is known.
    pub fn written(text: String) -> Self {
        Self { text, id: None, commitment: None, lang: None, script: None }
    }
}

/// How a person belonged to an organization, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Affiliation<R> {
    /// The organization.
    pub organization: R,
    /// As what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<AffiliationRole>,
    /// Their position, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<PartialDate>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<PartialDate>,
    /// How far it may travel.
    #[serde(default, skip_serializing_if = "Tier::is_public")]
    pub tier: Tier,
}

impl<R> PersonFacts<R> {
    /// A person of whom only the names are known.
    pub fn named(names: impl IntoIterator<Item = String>) -> Self {
        Self {
            names: names.into_iter().map(PersonName::written).collect(),
            position: None,
            affiliations: Vec::new(),
            note: None,
            sources: Vec::new(),
            external_ids: Vec::new(),
        }
    }

    /// All that is wrong with it, and all that should be looked at.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::default();
        if self.names.len() > 50 {
            findings.error("/names", "more than 50 names");
        }
        for (i, name) in self.names.iter().enumerate() {
            if name.text.trim().is_empty() {
                findings.error(format!("/names/{i}/name"), "a name is empty");
            }
            findings.limit(&format!("/names/{i}/name"), Some(&name.text), 200);
        }
        findings.limit("/position", self.position.as_deref(), 200);
        findings.limit("/note", self.note.as_deref(), 5_000);
        for (i, id) in self.external_ids.iter().enumerate() {
            let tells = |name: &PersonName| {
                crate::fold::words(&name.text)
                    .any(|w| w.chars().count() > 2 && crate::fold::words(&id.id).any(|i| i == w))
            };
            if self.names.iter().any(tells) {
                findings.error(format!("/external_ids/{i}/id"), "the id tells the person's name");
            }
        }
        check_sources(&self.sources, &mut findings);
        findings
    }

    /// Every reference to another record, with what it is for and its place in its list.
    pub fn references(&self) -> Vec<(Relation, usize, &R)> {
        let affiliations = self.affiliations.iter().enumerate();
        affiliations.map(|(i, a)| (Relation::Affiliation, i, &a.organization)).collect()
    }

    /// The same facts with other references, asked for in the order of [`Self::references`].
    pub fn map_references<T>(self, mut map: impl FnMut(R) -> T) -> PersonFacts<T> {
        let affiliations = self.affiliations.into_iter();
        PersonFacts {
            names: self.names,
            position: self.position,
            affiliations: affiliations
                .map(|a| Affiliation {
                    organization: map(a.organization),
                    role: a.role,
                    position: a.position,
                    since: a.since,
                    until: a.until,
                    tier: a.tier,
                })
                .collect(),
            note: self.note,
            sources: self.sources,
            external_ids: self.external_ids,
        }
    }
}
