//! What a record of any kind says.

use std::borrow::Cow;

use crate::case::CaseFacts;
use crate::election::ElectionFacts;
use crate::incident::{IncidentFacts, PersonLink};
use crate::kind::Kind;
use crate::number::Number;
use crate::organization::OrganizationFacts;
use crate::person::PersonFacts;
use crate::reference::{ExternalId, Reference, Relation};
use crate::source::Source;
use crate::statement::StatementFacts;
use crate::validation::Findings;

/// What a record of any kind says, with its references to other records as `R`.
#[derive(Debug, Clone, PartialEq)]
pub enum Facts<R> {
    /// An incident.
    Incident(IncidentFacts<R>),
    /// An organization.
    Organization(OrganizationFacts<R>),
    /// A person.
    Person(PersonFacts<R>),
    /// An election.
    Election(ElectionFacts),
    /// A case.
    Case(CaseFacts),
    /// A statement.
    Statement(StatementFacts<R>),
}

/// What a writer sends: references are not resolved yet.
pub type Draft = Facts<Reference>;

/// What is stored: references are numbers.
pub type Stored = Facts<Number>;

impl Stored {
    /// The form in which a revision keeps it: JSON, with numbers for references and no names.
    pub fn to_snapshot(&self) -> String {
        let json = match self {
            Self::Incident(facts) => serde_json::to_string(facts),
            Self::Organization(facts) => serde_json::to_string(facts),
            Self::Person(facts) => serde_json::to_string(facts),
            Self::Election(facts) => serde_json::to_string(facts),
            Self::Case(facts) => serde_json::to_string(facts),
            Self::Statement(facts) => serde_json::to_string(facts),
        };
        json.expect("facts hold nothing that JSON cannot say")
    }

    /// Reads the form in which a revision keeps it.
    pub fn from_snapshot(kind: Kind, snapshot: &str) -> Result<Self, serde_json::Error> {
        Ok(match kind {
            Kind::Incident => Self::Incident(serde_json::from_str(snapshot)?),
            Kind::Organization => Self::Organization(serde_json::from_str(snapshot)?),
            Kind::Person => Self::Person(serde_json::from_str(snapshot)?),
            Kind::Election => Self::Election(serde_json::from_str(snapshot)?),
            Kind::Case => Self::Case(serde_json::from_str(snapshot)?),
            Kind::Statement => Self::Statement(serde_json::from_str(snapshot)?),
        })
    }
}

impl<R> Facts<R> {
    /// The kind of record.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Incident(_) => Kind::Incident,
            Self::Organization(_) => Kind::Organization,
            Self::Person(_) => Kind::Person,
            Self::Election(_) => Kind::Election,
            Self::Case(_) => Kind::Case,
            Self::Statement(_) => Kind::Statement,
        }
    }

    /// All that is wrong with it, and all that should be looked at.
    pub fn check(&self) -> Findings {
        let mut findings = match self {
            Self::Incident(facts) => facts.check(),
            Self::Organization(facts) => facts.check(),
            Self::Person(facts) => facts.check(),
            Self::Election(facts) => facts.check(),
            Self::Case(facts) => facts.check(),
            Self::Statement(facts) => facts.check(),
        };
        for (i, id) in self.external_ids().iter().enumerate() {
            for (member, text) in [("system", &id.system), ("id", &id.id)] {
                let pointer = format!("/external_ids/{i}/{member}");
                findings.limit(&pointer, Some(text), 200);
                if text.trim().is_empty() {
                    findings.error(pointer, "is empty");
                }
            }
            if self.external_ids()[..i].contains(id) {
                findings.error(format!("/external_ids/{i}"), "stands here twice");
            }
        }
        findings
    }

    /// The ids it has elsewhere.
    pub fn external_ids(&self) -> &[ExternalId] {
        match self {
            Self::Incident(facts) => &facts.external_ids,
            Self::Organization(facts) => &facts.external_ids,
            Self::Person(facts) => &facts.external_ids,
            Self::Election(facts) => &facts.external_ids,
            Self::Case(facts) => &facts.external_ids,
            Self::Statement(facts) => &facts.external_ids,
        }
    }

    /// The publications that say so.
    pub fn sources(&self) -> &[Source] {
        match self {
            Self::Incident(facts) => &facts.sources,
            Self::Organization(facts) => &facts.sources,
            Self::Person(facts) => &facts.sources,
            Self::Election(facts) => &facts.sources,
            Self::Case(_) => &[],
            Self::Statement(facts) => &facts.sources,
        }
    }

    /// Its sources, to be changed.
    pub fn sources_mut(&mut self) -> &mut [Source] {
        match self {
            Self::Incident(facts) => &mut facts.sources,
            Self::Organization(facts) => &mut facts.sources,
            Self::Person(facts) => &mut facts.sources,
            Self::Election(facts) => &mut facts.sources,
            Self::Case(_) => &mut [],
            Self::Statement(facts) => &mut facts.sources,
        }
    }

    /// The people it links to.
    pub fn people(&self) -> &[PersonLink<R>] {
        match self {
            Self::Incident(facts) => &facts.people,
            Self::Statement(facts) => &facts.people,
            Self::Organization(_) | Self::Person(_) | Self::Election(_) | Self::Case(_) => &[],
        }
    }

    /// Every text that may mention its people, with its place.
    pub fn texts(&self) -> Vec<(String, &str)> {
        match self {
            Self::Incident(facts) => facts.texts(),
            Self::Statement(facts) => facts.texts(),
            Self::Organization(_) | Self::Person(_) | Self::Election(_) | Self::Case(_) => {
                Vec::new()
            }
        }
    }

    /// Every text in which the name of a person may not stand, with its place: those that may
    /// mention its people, and the small ones beside them. Addresses of a record and of
    /// its sources are not among them: those are hidden where the name is.
    pub fn nameless_texts(&self) -> Vec<(String, Cow<'_, str>)> {
        let mut texts: Vec<(String, Cow<'_, str>)> =
            self.texts().into_iter().map(|(place, text)| (place, text.into())).collect();
        let mut add = |place: String, text: Option<&'_ str>| {
            texts.extend(text.map(|text| (place, Cow::Owned(text.to_owned()))));
        };
        match self {
            Self::Incident(facts) => {
                add("/admin1".to_owned(), facts.admin1.as_deref());
                for (i, subtype) in facts.subtypes.iter().enumerate() {
                    add(format!("/subtypes/{i}"), Some(subtype));
                }
                for (i, event) in facts.events.iter().enumerate() {
                    add(format!("/events/{i}/law"), event.law.as_deref());
                }
                for (i, claim) in facts.claims.iter().enumerate() {
                    add(format!("/claims/{i}/field"), Some(&claim.field));
                    let other = (!claim.value.is_string()).then(|| claim.value.to_string());
                    add(format!("/claims/{i}/value"), other.as_deref());
                }
            }
            Self::Person(facts) => {
                add("/position".to_owned(), facts.position.as_deref());
                add("/note".to_owned(), facts.note.as_deref());
                for (i, affiliation) in facts.affiliations.iter().enumerate() {
                    add(format!("/affiliations/{i}/position"), affiliation.position.as_deref());
                }
                for (i, source) in facts.sources.iter().enumerate() {
                    add(format!("/sources/{i}/title"), source.title.as_deref());
                }
            }
            Self::Statement(facts) => {
                for (i, tag) in facts.tags.iter().enumerate() {
                    add(format!("/tags/{i}"), Some(tag));
                }
                for (i, link) in facts.links.iter().enumerate() {
                    add(format!("/links/{i}/title"), link.title.as_deref());
                    add(format!("/links/{i}/url"), Some(&link.url));
                }
            }
            Self::Organization(_) | Self::Election(_) | Self::Case(_) => {}
        }
        for (i, source) in self.sources().iter().enumerate() {
            add(format!("/sources/{i}/publisher"), source.publisher.as_deref());
        }
        for (i, id) in self.external_ids().iter().enumerate() {
            add(format!("/external_ids/{i}/id"), Some(&id.id));
        }
        texts
    }

    /// The short name it has in addresses.
    pub fn slug(&self) -> Option<&str> {
        match self {
            Self::Organization(facts) => facts.slug.as_deref(),
            Self::Election(facts) => facts.slug.as_deref(),
            _ => None,
        }
    }

    /// Every reference to another record, with what it is for and its place in its list.
    pub fn references(&self) -> Vec<(Relation, usize, &R)> {
        match self {
            Self::Incident(facts) => facts.references(),
            Self::Organization(facts) => facts.references(),
            Self::Person(facts) => facts.references(),
            Self::Statement(facts) => facts.references(),
            Self::Election(_) | Self::Case(_) => Vec::new(),
        }
    }

    /// The same facts with other references, asked for in the order of [`Self::references`].
    pub fn map_references<T>(self, map: impl FnMut(R) -> T) -> Facts<T> {
        match self {
            Self::Incident(facts) => Facts::Incident(facts.map_references(map)),
            Self::Organization(facts) => Facts::Organization(facts.map_references(map)),
            Self::Person(facts) => Facts::Person(facts.map_references(map)),
            Self::Election(facts) => Facts::Election(facts),
            Self::Case(facts) => Facts::Case(facts),
            Self::Statement(facts) => Facts::Statement(facts.map_references(map)),
        }
    }
}
