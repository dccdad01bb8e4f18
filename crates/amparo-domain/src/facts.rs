//! What a record of any kind says.

use std::borrow::Cow;

use crate::case::CaseFacts;
use crate::election::ElectionFacts;
use crate::incident::{Decision, IncidentFacts, PersonLink};
use crate::kind::Kind;
use crate::names;
use crate::number::Number;
use crate::organization::OrganizationFacts;
use crate::person::PersonFacts;
use crate::reference::{ExternalId, Reference, Relation};
use crate::source::{Source, SpelledAddress};
use crate::statement::StatementFacts;
use crate::validation::Findings;
use crate::vocabulary::Display;

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

/// A text in which the name of a person may not stand.
#[derive(Debug)]
pub struct NamelessText<'a> {
    /// Its place, as a JSON pointer.
    pub place: String,
    /// The text.
    pub text: &'a mut String,
    /// What may stand there instead of a name.
    pub instead: Instead,
}

/// What may stand in a text instead of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instead {
    /// The token of the person.
    Token,
    /// The name can be left out.
    Nothing,
    /// Nothing: the text is an id or another value that is right as a whole or not at all.
    Refused,
}

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

    fn external_ids_mut(&mut self) -> &mut [ExternalId] {
        match self {
            Self::Incident(facts) => &mut facts.external_ids,
            Self::Organization(facts) => &mut facts.external_ids,
            Self::Person(facts) => &mut facts.external_ids,
            Self::Election(facts) => &mut facts.external_ids,
            Self::Case(facts) => &mut facts.external_ids,
            Self::Statement(facts) => &mut facts.external_ids,
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

    /// The people it links to, to be changed.
    pub fn people_mut(&mut self) -> &mut [PersonLink<R>] {
        match self {
            Self::Incident(facts) => &mut facts.people,
            Self::Statement(facts) => &mut facts.people,
            Self::Organization(_) | Self::Person(_) | Self::Election(_) | Self::Case(_) => &mut [],
        }
    }

    /// Notes who decides how people appear in it: whoever decided it before, where it is as it was.
    pub fn note_decisions(&mut self, before: Option<&Self>, decision: Decision)
    where
        R: PartialEq,
    {
        let known = before.map_or(&[][..], Self::people);
        for link in self.people_mut() {
            let mut same = known.iter().filter(|known| known.person == link.person);
            link.decided = match same.next() {
                Some(known) if known.display == link.display => known.decided,
                None if link.display == Display::Role => None,
                _ => Some(decision),
            };
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

    /// Visits every text in which the name of a person may not stand: those that may mention its
    /// people, and the small ones beside them. Addresses of a record and of its sources are not among
    /// them: those are hidden where the name is.
    pub fn each_text(&mut self, mut visit: impl FnMut(NamelessText<'_>)) {
        let mut see = |place: String, text: &mut String, instead| {
            visit(NamelessText { place, text, instead });
        };
        match self {
            Self::Incident(facts) => see_incident(facts, &mut see),
            Self::Statement(facts) => see_statement(facts, &mut see),
            Self::Person(facts) => see_person(facts, &mut see),
            Self::Organization(_) | Self::Election(_) | Self::Case(_) => {}
        }
        for (i, source) in self.sources_mut().iter_mut().enumerate() {
            if let Some(publisher) = &mut source.publisher {
                see(format!("/sources/{i}/publisher"), publisher, Instead::Nothing);
            }
        }
        for (i, id) in self.external_ids_mut().iter_mut().enumerate() {
            see(format!("/external_ids/{i}/id"), &mut id.id, Instead::Refused);
        }
    }

    /// The addresses in its texts that spell out names.
    pub fn spelled(&self) -> &[SpelledAddress] {
        match self {
            Self::Incident(facts) => &facts.spelled,
            Self::Statement(facts) => &facts.spelled,
            Self::Organization(_) | Self::Person(_) | Self::Election(_) | Self::Case(_) => &[],
        }
    }

    /// The same facts with some of the addresses that spell out names replaced in its texts.
    pub fn without_addresses(
        &self,
        which: impl Fn(&SpelledAddress) -> bool,
        instead: &str,
    ) -> Cow<'_, Self>
    where
        R: Clone,
    {
        let hidden: Vec<&SpelledAddress> =
            self.spelled().iter().filter(|spelled| which(spelled)).collect();
        if hidden.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut facts = self.clone();
        facts.each_text(|NamelessText { text, .. }| {
            for range in names::addresses(text).into_iter().rev() {
                if hidden.iter().any(|spelled| spelled.address == text[range.clone()]) {
                    text.replace_range(range, instead);
                }
            }
        });
        Cow::Owned(facts)
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

type See<'s> = dyn FnMut(String, &mut String, Instead) + 's;

fn see_incident<R>(facts: &mut IncidentFacts<R>, see: &mut See<'_>) {
    see("/title".to_owned(), &mut facts.title, Instead::Token);
    for (place, text, instead) in [
        ("/summary", &mut facts.summary, Instead::Token),
        ("/date_note", &mut facts.date_note, Instead::Token),
        ("/other_text", &mut facts.other_text, Instead::Token),
        ("/place", &mut facts.place, Instead::Token),
        ("/admin1", &mut facts.admin1, Instead::Nothing),
        ("/confidential/narrative", &mut facts.confidential.narrative, Instead::Token),
        ("/confidential/place", &mut facts.confidential.place, Instead::Token),
        ("/confidential/note", &mut facts.confidential.note, Instead::Token),
    ] {
        see_some(place.to_owned(), text, instead, see);
    }
    see_people(&mut facts.people, see);
    for (i, subtype) in facts.subtypes.iter_mut().enumerate() {
        see(format!("/subtypes/{i}"), subtype, Instead::Refused);
    }
    for (i, event) in facts.events.iter_mut().enumerate() {
        see_some(format!("/events/{i}/text"), &mut event.text, Instead::Token, see);
        see_some(format!("/events/{i}/law"), &mut event.law, Instead::Nothing, see);
    }
    see_titles(&mut facts.sources, Instead::Token, see);
    for (i, claim) in facts.claims.iter_mut().enumerate() {
        see(format!("/claims/{i}/field"), &mut claim.field, Instead::Refused);
        let place = format!("/claims/{i}/value");
        match &mut claim.value {
            serde_json::Value::String(text) => see(place, text, Instead::Token),
            other => see(place, &mut other.to_string(), Instead::Refused),
        }
    }
}

fn see_statement<R>(facts: &mut StatementFacts<R>, see: &mut See<'_>) {
    see("/title".to_owned(), &mut facts.title, Instead::Token);
    for (place, text) in
        [("/excerpt", &mut facts.excerpt), ("/body", &mut facts.body), ("/note", &mut facts.note)]
    {
        see_some(place.to_owned(), text, Instead::Token, see);
    }
    see_titles(&mut facts.sources, Instead::Token, see);
    see_people(&mut facts.people, see);
    for (i, tag) in facts.tags.iter_mut().enumerate() {
        see(format!("/tags/{i}"), tag, Instead::Nothing);
    }
    for (i, link) in facts.links.iter_mut().enumerate() {
        see_some(format!("/links/{i}/title"), &mut link.title, Instead::Nothing, see);
    }
    for (name, value) in &mut facts.front_matter {
        let place = format!("/front_matter/{name}");
        see(place.clone(), &mut name.clone(), Instead::Refused);
        see_strings(place, value, see);
    }
}

fn see_strings(place: String, value: &mut serde_json::Value, see: &mut See<'_>) {
    use serde_json::Value;
    match value {
        Value::String(text) => see(place, text, Instead::Token),
        Value::Array(items) => {
            for (i, item) in items.iter_mut().enumerate() {
                see_strings(format!("{place}/{i}"), item, see);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let place = format!("{place}/{name}");
                see(place.clone(), &mut name.clone(), Instead::Refused);
                see_strings(place, member, see);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn see_person<R>(facts: &mut PersonFacts<R>, see: &mut See<'_>) {
    see_some("/position".to_owned(), &mut facts.position, Instead::Nothing, see);
    see_some("/note".to_owned(), &mut facts.note, Instead::Nothing, see);
    for (i, affiliation) in facts.affiliations.iter_mut().enumerate() {
        let place = format!("/affiliations/{i}/position");
        see_some(place, &mut affiliation.position, Instead::Nothing, see);
    }
    see_titles(&mut facts.sources, Instead::Nothing, see);
}

fn see_people<R>(people: &mut [PersonLink<R>], see: &mut See<'_>) {
    for (i, link) in people.iter_mut().enumerate() {
        see_some(format!("/people/{i}/position"), &mut link.position, Instead::Token, see);
        let reason = &mut link.display_reason;
        see_some(format!("/people/{i}/display_reason"), reason, Instead::Token, see);
    }
}

fn see_titles(sources: &mut [Source], instead: Instead, see: &mut See<'_>) {
    for (i, source) in sources.iter_mut().enumerate() {
        see_some(format!("/sources/{i}/title"), &mut source.title, instead, see);
    }
}

fn see_some(place: String, text: &mut Option<String>, instead: Instead, see: &mut See<'_>) {
    if let Some(text) = text {
        see(place, text, instead);
    }
}
