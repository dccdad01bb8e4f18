//! How far a fact may travel. Each field has a tier; publishing shows what is public and never lowers one.
//!
//! | tier | who may see it |
//! |---|---|
//! | public | anybody, once it is published |
//! | network | the desk of the network that owns the record, and those to whom it granted the record |
//! | confidential | who wrote the record, the network's verifiers, and those to whom it was granted as such |
//!
//! Confidential facts are not part of a revision's snapshot: [`Stored::seal`] takes them out, each to a row
//! of its own, and [`Stored::unseal`] puts them back for who may see them. What a caller gets is
//! [`Stored::narrowed`] to their access before anything else looks at it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use geo_types::Point;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::facts::Stored;
use crate::incident::{IncidentFacts, PersonLink};
use crate::number::Number;
use crate::person::PersonFacts;
use crate::source::{Claim, Source};
use crate::validation::{Findings, Issue};
use crate::vocabulary::Display;

/// How far a fact may travel, and how much of a record a caller may see.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Anybody, once it is published.
    #[default]
    Public,
    /// The desk of the owning network, and those to whom the record was granted.
    Network,
    /// Those who need to know.
    Confidential,
}

impl Tier {
    /// All of them, from the widest.
    pub const ALL: [Self; 3] = [Self::Public, Self::Network, Self::Confidential];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Network => "network",
            Self::Confidential => "confidential",
        }
    }

    /// Whether it is the widest, which needs not be written down.
    pub fn is_public(&self) -> bool {
        *self == Self::Public
    }
}

/// A member of an incident that can be kept from the public, or from all who need not know it. What an
/// incident is counted and found by (country, date, types) is public with it or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tiered {
    /// What happened.
    Summary,
    /// What it was, where `types` says other.
    OtherText,
    /// Why the date is as it is.
    DateNote,
    /// The first administrative division.
    Admin1,
    /// The settlement or place by name.
    Place,
    /// The point, and how exactly it is known.
    Location,
}

impl Tiered {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Summary, Self::OtherText, Self::DateNote, Self::Admin1, Self::Place, Self::Location];

    /// The member's name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::OtherText => "other_text",
            Self::DateNote => "date_note",
            Self::Admin1 => "admin1",
            Self::Place => "place",
            Self::Location => "location",
        }
    }
}

/// What only those who need to know may see, beside what the public will: a version of the facts that
/// can be told stands in the record itself.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ConfidentialFacts {
    /// What happened, with all that cannot be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub narrative: Option<String>,
    /// Where exactly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Longitude and latitude of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Point<f64>>,
    /// How those affected can be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// What reviewers should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl ConfidentialFacts {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// All that is wrong with it.
    pub(crate) fn check(&self, findings: &mut Findings) {
        findings.limit("/confidential/narrative", self.narrative.as_deref(), 20_000);
        findings.limit("/confidential/place", self.place.as_deref(), 300);
        findings.limit("/confidential/contact", self.contact.as_deref(), 2_000);
        findings.limit("/confidential/note", self.note.as_deref(), 5_000);
        let on_globe = |point: &Point<f64>| point.x().abs() <= 180.0 && point.y().abs() <= 90.0;
        if self.location.as_ref().is_some_and(|point| !on_globe(point)) {
            findings.error(
                "/confidential/location/coordinates",
                "off the globe: longitude first (-180 to 180), then latitude (-90 to 90)",
            );
        }
    }
}

/// A confidential fact on its way to a row of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Sealed {
    /// Which, as a path: `confidential/narrative`, `sources/S2`.
    pub field: String,
    /// What it says.
    pub value: Value,
}

impl Stored {
    /// Takes the confidential facts out, so that the rest can be a snapshot.
    pub fn seal(&mut self) -> Vec<Sealed> {
        self.take_above(Tier::Network)
    }

    /// Puts back what [`Self::seal`] took out.
    ///
    /// # Errors
    ///
    /// When a row does not fit the facts.
    pub fn unseal(&mut self, mut rows: Vec<Sealed>) -> Result<(), serde_json::Error> {
        // Lists fill up from their first place.
        rows.sort_by_key(|row| nth(&row.field));
        for Sealed { field, value } in rows {
            if let Some(reference) = field.strip_prefix("sources/") {
                let mut sources = self.sources_mut().iter_mut();
                if let Some(stub) = sources.find(|source| source.reference == reference) {
                    *stub = serde_json::from_value(value)?;
                }
                continue;
            }
            if let Some(reference) = organization_of(&field) {
                let organization = serde_json::from_value(value)?;
                if let Some(link) = link_mut(self.people_mut(), reference) {
                    link.organization = Some(organization);
                }
                continue;
            }
            match self {
                Self::Incident(facts) => unseal_incident(facts, &field, value)?,
                Self::Person(facts) => unseal_person(facts, &field, value)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// The facts as somebody with this access may see them.
    ///
    /// For the public nothing tells that there is more: sources above it are gone with what names them,
    /// and of somebody who is withheld only the part they have is left.
    pub fn narrowed(&self, access: Tier) -> Cow<'_, Self> {
        if !self.has_above(access) {
            return Cow::Borrowed(self);
        }
        let mut facts = self.clone();
        facts.take_above(access);
        if access == Tier::Public {
            facts.forget_what_is_missing();
        }
        Cow::Owned(facts)
    }

    /// Gives back to new facts what their writer could not see of those before.
    ///
    /// # Errors
    ///
    /// Where the writer sent something in its place.
    pub fn keep_hidden(&mut self, before: &Self, access: Tier) -> Result<(), Vec<Issue>> {
        if access == Tier::Confidential {
            return Ok(());
        }
        let mut hidden = before.clone();
        let mut rows = hidden.take_above(access);
        let mut issues = Vec::new();
        let refused = |pointer: String| {
            Issue::at(pointer, "is not yours to see, and so not to change: leave it out")
        };
        if let (Self::Incident(sent), Self::Incident(before)) = (&mut *self, before) {
            if !sent.confidential.is_empty() {
                issues.push(refused("/confidential".to_owned()));
            }
            for (member, tier) in before.tiers.iter().filter(|(_, tier)| **tier > access) {
                if says(sent, *member) {
                    issues.push(refused(format!("/{}", member.code())));
                }
                sent.tiers.insert(*member, *tier);
            }
            // Claims that are hidden come back behind those that are not.
            let known = sent.claims.len();
            let claims = rows.iter_mut().filter(|row| row.field.starts_with("claims/"));
            for (next, row) in (known..).zip(claims) {
                row.field = format!("claims/{next}");
            }
        }
        for (i, source) in self.sources().iter().enumerate() {
            let stub = Source::stub(&source.reference, source.tier);
            let was_hidden = rows.iter().any(|row| row.field == source_field(&source.reference));
            if was_hidden && *source != stub {
                issues.push(refused(format!("/sources/{i}")));
            } else if !was_hidden && source.is_stub() {
                let message = "a source needs a title or an address";
                issues.push(Issue::at(format!("/sources/{i}"), message));
            }
        }
        for source in before.sources().iter().filter(|source| source.tier > access) {
            let sent = self.sources().iter().any(|sent| sent.reference == source.reference);
            if !sent {
                self.push_source(Source::stub(&source.reference, source.tier));
            }
        }
        rows.retain(|row| {
            organization_of(&row.field).is_none_or(|reference| {
                let sent = self.people_mut().iter_mut().find(|link| link.reference == reference);
                let before = before.people().iter().find(|link| link.reference == reference);
                let (Some(sent), Some(before)) = (sent, before) else {
                    return false;
                };
                let kept = sent.person == before.person && sent.organization.is_none();
                if kept {
                    sent.organization_tier = before.organization_tier;
                }
                kept
            })
        });
        if !issues.is_empty() {
            return Err(issues);
        }
        self.unseal(rows).map_err(|error| vec![Issue::at("", error.to_string())])
    }

    /// Whether it tells more readers of something that was there before: a fact of a wider tier, or more of
    /// somebody who was in it.
    pub fn loosens(&self, before: &Self) -> bool {
        let tiers = |facts: &Self| match facts {
            Self::Incident(facts) => facts.tiers.clone(),
            _ => BTreeMap::new(),
        };
        let now = tiers(self);
        let member = tiers(before)
            .iter()
            .any(|(member, tier)| now.get(member).copied().unwrap_or_default() < *tier);
        let source = before.sources().iter().any(|old| {
            let now = self.sources().iter().find(|now| now.reference == old.reference);
            now.is_some_and(|now| now.tier < old.tier)
        });
        let link = before.people().iter().any(|old| {
            let now = self.people().iter().find(|now| now.person == old.person);
            now.is_some_and(|now| {
                let shown = |link: &PersonLink<Number>| match link.display {
                    Display::Withheld => 0,
                    Display::Role => 1,
                    Display::Name => 2,
                };
                now.organization_tier < old.organization_tier || shown(now) > shown(old)
            })
        });
        member || source || link
    }

    fn push_source(&mut self, source: Source) {
        match self {
            Self::Incident(facts) => facts.sources.push(source),
            Self::Organization(facts) => facts.sources.push(source),
            Self::Person(facts) => facts.sources.push(source),
            Self::Election(facts) => facts.sources.push(source),
            Self::Statement(facts) => facts.sources.push(source),
            Self::Case(_) => {}
        }
    }

    fn has_above(&self, access: Tier) -> bool {
        let sources = self.sources().iter().any(|source| source.tier > access);
        let people = self.people().iter().any(|link| {
            link.organization_tier > access
                || (access == Tier::Public && link.display == Display::Withheld)
        });
        sources
            || people
            || match self {
                Self::Incident(facts) => {
                    facts.tiers.values().any(|tier| *tier > access)
                        || facts.claims.iter().any(|claim| claim.tier > access)
                        || (access < Tier::Confidential && !facts.confidential.is_empty())
                }
                Self::Person(_) => access < Tier::Confidential,
                Self::Statement(facts) => access == Tier::Public && !facts.front_matter.is_empty(),
                _ => false,
            }
    }

    /// Takes out everything above an access, and gives it as rows.
    fn take_above(&mut self, access: Tier) -> Vec<Sealed> {
        let mut rows = Vec::new();
        if access == Tier::Confidential {
            return rows;
        }
        for source in self.sources_mut().iter_mut().filter(|source| source.tier > access) {
            let stub = Source::stub(&source.reference, source.tier);
            if *source != stub {
                let field = source_field(&source.reference);
                seal(&mut rows, field, Some(std::mem::replace(source, stub)));
            }
        }
        for link in self.people_mut().iter_mut().filter(|link| link.organization_tier > access) {
            let field = format!("people/{}/organization", link.reference);
            seal(&mut rows, field, link.organization.take());
        }
        match self {
            Self::Incident(facts) => take_above_of_incident(facts, access, &mut rows),
            Self::Person(facts) => take_above_of_person(facts, access, &mut rows),
            // It is for the network, and nobody else writes to it who could not see it.
            Self::Statement(facts) if access == Tier::Public => facts.front_matter.clear(),
            _ => {}
        }
        rows
    }

    /// Leaves out what is confidential, and that there is anything.
    pub fn leave_out_confidential(&mut self) {
        self.take_above(Tier::Network);
        self.forget_sources(|source| source.tier == Tier::Confidential);
    }

    /// Leaves the public what is told them of those who are withheld, and no trace of what is above them.
    fn forget_what_is_missing(&mut self) {
        self.forget_sources(|source| !source.tier.is_public());
        let mut withheld = Vec::new();
        for link in self.people_mut() {
            link.organization_tier = Tier::Public;
            link.decided = None;
            if link.display == Display::Withheld {
                link.position = None;
                link.organization = None;
                withheld.push(format!("people.{}.", link.reference));
            }
        }
        if let Self::Incident(facts) = self {
            let told = |claim: &Claim| !withheld.iter().any(|of| claim.field.starts_with(of));
            facts.claims.retain(told);
        }
    }

    /// Removes some sources and what names them.
    fn forget_sources(&mut self, which: impl Fn(&Source) -> bool) {
        let hidden: Vec<String> = self
            .sources()
            .iter()
            .filter(|source| which(source))
            .map(|source| source.reference.clone())
            .collect();
        let gone = |reference: &Option<String>| {
            reference.as_ref().is_some_and(|reference| hidden.contains(reference))
        };
        for source in self.sources_mut() {
            if gone(&source.same_origin_as) {
                source.same_origin_as = None;
            }
        }
        let shown = |source: &Source| !which(source);
        match self {
            Self::Incident(facts) => {
                facts.sources.retain(shown);
                facts.claims.retain(|claim| !gone(&claim.source));
                for event in &mut facts.events {
                    if gone(&event.source) {
                        event.source = None;
                    }
                }
            }
            Self::Organization(facts) => facts.sources.retain(shown),
            Self::Person(facts) => facts.sources.retain(shown),
            Self::Election(facts) => facts.sources.retain(shown),
            Self::Statement(facts) => facts.sources.retain(shown),
            Self::Case(_) => {}
        }
    }
}

fn seal<T: Serialize>(rows: &mut Vec<Sealed>, field: String, value: Option<T>) {
    if let Some(value) = value {
        let value = serde_json::to_value(value).expect("facts hold nothing that JSON cannot say");
        rows.push(Sealed { field, value });
    }
}

fn take_above_of_incident(facts: &mut IncidentFacts<Number>, access: Tier, rows: &mut Vec<Sealed>) {
    let ConfidentialFacts { narrative, place, location, contact, note } =
        *std::mem::take(&mut facts.confidential);
    seal(rows, "confidential/narrative".to_owned(), narrative);
    seal(rows, "confidential/place".to_owned(), place);
    seal(rows, "confidential/location".to_owned(), location);
    seal(rows, "confidential/contact".to_owned(), contact);
    seal(rows, "confidential/note".to_owned(), note);
    let hidden: Vec<Tiered> =
        facts.tiers.iter().filter(|(_, tier)| **tier > access).map(|(member, _)| *member).collect();
    for member in &hidden {
        let field = member.code().to_owned();
        match member {
            Tiered::Summary => seal(rows, field, facts.summary.take()),
            Tiered::OtherText => seal(rows, field, facts.other_text.take()),
            Tiered::DateNote => seal(rows, field, facts.date_note.take()),
            Tiered::Admin1 => seal(rows, field, facts.admin1.take()),
            Tiered::Place => seal(rows, field, facts.place.take()),
            Tiered::Location => {
                seal(rows, field, facts.location.take());
                seal(rows, "location_precision".to_owned(), facts.location_precision.take());
            }
        }
    }
    // What is said of a hidden member would tell it, and what a hidden source says is as hidden.
    let sources: Vec<&str> = facts
        .sources
        .iter()
        .filter(|source| source.tier > access)
        .map(|source| source.reference.as_str())
        .collect();
    let about = |claim: &Claim| {
        claim.tier > access
            || hidden.iter().any(|member| is_about(&claim.field, *member))
            || claim.source.as_deref().is_some_and(|source| sources.contains(&source))
    };
    for (i, claim) in std::mem::take(&mut facts.claims).into_iter().enumerate() {
        if about(&claim) {
            seal(rows, format!("claims/{i}"), Some(claim));
        } else {
            facts.claims.push(claim);
        }
    }
}

/// Whether a claim is about a member: the field itself, or a part of it.
pub(crate) fn is_about(field: &str, member: Tiered) -> bool {
    let root = field.trim_start_matches('/').split(['.', '/']).next().unwrap_or_default();
    root == member.code() || (root == "location_precision" && member == Tiered::Location)
}

fn take_above_of_person(facts: &mut PersonFacts<Number>, access: Tier, rows: &mut Vec<Sealed>) {
    seal(rows, "note".to_owned(), facts.note.take());
    for (i, affiliation) in std::mem::take(&mut facts.affiliations).into_iter().enumerate() {
        if affiliation.tier > access {
            seal(rows, format!("affiliations/{i}"), Some(affiliation));
        } else {
            facts.affiliations.push(affiliation);
        }
    }
}

fn unseal_incident(
    facts: &mut IncidentFacts<Number>,
    field: &str,
    value: Value,
) -> Result<(), serde_json::Error> {
    let confidential = &mut facts.confidential;
    let text = |value| serde_json::from_value::<Option<String>>(value);
    match field {
        "confidential/narrative" => confidential.narrative = text(value)?,
        "confidential/place" => confidential.place = text(value)?,
        "confidential/location" => confidential.location = serde_json::from_value(value)?,
        "confidential/contact" => confidential.contact = text(value)?,
        "confidential/note" => confidential.note = text(value)?,
        "summary" => facts.summary = text(value)?,
        "other_text" => facts.other_text = text(value)?,
        "date_note" => facts.date_note = text(value)?,
        "admin1" => facts.admin1 = text(value)?,
        "place" => facts.place = text(value)?,
        "location" => facts.location = serde_json::from_value(value)?,
        "location_precision" => facts.location_precision = serde_json::from_value(value)?,
        _ if field.starts_with("claims/") => {
            let at = nth(field).min(facts.claims.len());
            facts.claims.insert(at, serde_json::from_value(value)?);
        }
        _ => {}
    }
    Ok(())
}

fn unseal_person(
    facts: &mut PersonFacts<Number>,
    field: &str,
    value: Value,
) -> Result<(), serde_json::Error> {
    if field == "note" {
        facts.note = serde_json::from_value(value)?;
    } else if field.starts_with("affiliations/") {
        let at = nth(field).min(facts.affiliations.len());
        facts.affiliations.insert(at, serde_json::from_value(value)?);
    }
    Ok(())
}

fn says(facts: &IncidentFacts<Number>, member: Tiered) -> bool {
    match member {
        Tiered::Summary => facts.summary.is_some(),
        Tiered::OtherText => facts.other_text.is_some(),
        Tiered::DateNote => facts.date_note.is_some(),
        Tiered::Admin1 => facts.admin1.is_some(),
        Tiered::Place => facts.place.is_some(),
        Tiered::Location => facts.location.is_some() || facts.location_precision.is_some(),
    }
}

fn source_field(reference: &str) -> String {
    format!("sources/{reference}")
}

/// The person in `people/P1/organization`.
fn organization_of(field: &str) -> Option<&str> {
    field.strip_prefix("people/")?.strip_suffix("/organization")
}

fn link_mut<'l>(
    people: &'l mut [PersonLink<Number>],
    reference: &str,
) -> Option<&'l mut PersonLink<Number>> {
    people.iter_mut().find(|link| link.reference == reference)
}

/// The place in a list that a field ends with; 0 for all others.
fn nth(field: &str) -> usize {
    field.rsplit('/').next().and_then(|last| last.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::kind::Kind;

    const SECRET: &str = "qxv-secret";

    /// An incident with a text in every member that can have a tier, each of which has one.
    fn incident(tiers: [Tier; 6], source: Tier, link: Tier, display: &str, secret: &str) -> Stored {
        let tiers: serde_json::Map<String, Value> = Tiered::ALL
            .into_iter()
            .zip(tiers)
            .filter(|(_, tier)| !tier.is_public())
            .map(|(member, tier)| (member.code().to_owned(), tier.code().into()))
            .collect();
        let text = |tier: Option<&Value>| match tier.and_then(Value::as_str) {
            Some("confidential") => format!("{secret}-c"),
            Some(_) => format!("{secret}-n"),
            None => "told".to_owned(),
        };
        let of = |tier: Tier| text(Some(&tier.code().into()).filter(|_| !tier.is_public()));
        let member = |name: &str| text(tiers.get(name));
        let snapshot = json!({
            "grade": "reported", "title": "Held", "types": ["detention"], "occurred": "2024-04-29",
            "country": "AZE", "summary": member("summary"), "other_text": member("other_text"),
            "date_note": member("date_note"), "admin1": member("admin1"), "place": member("place"),
            "tiers": tiers,
            "confidential": {"narrative": format!("{secret}-c"), "contact": format!("{secret}-c")},
            "people": [{
                "ref": "P1", "person": 48_271_930, "role": "affected_person", "display": display,
                "position": if display == "withheld" { format!("{secret}-n") } else { "told".to_owned() },
                "organization": 48_271_930, "organization_tier": link.code(),
            }],
            "sources": [
                {"ref": "S1", "title": "told"},
                {"ref": "S2", "title": of(source), "tier": source.code()},
            ],
            "claims": [
                {"field": "place", "value": member("place"), "source": "S1"},
                {"field": "severity", "value": of(source), "source": "S2"},
            ],
            "events": [{"ref": "E1", "date": "2024-04-29", "kind": "detained", "source": "S2"}],
        });
        Stored::from_snapshot(Kind::Incident, &snapshot.to_string()).unwrap()
    }

    fn any_tier() -> impl Strategy<Value = Tier> {
        prop_oneof![Just(Tier::Public), Just(Tier::Network), Just(Tier::Confidential)]
    }

    proptest! {
        /// What was taken out is put back as it was, whatever the tiers.
        #[test]
        fn unsealing_undoes_sealing(tiers in prop::array::uniform6(any_tier()), source in any_tier(), link in any_tier()) {
            let facts = incident(tiers, source, link, "role", SECRET);
            let mut sealed = facts.clone();
            let mut rows = sealed.seal();
            prop_assert!(!sealed.to_snapshot().contains("qxv-secret-c"));
            rows.reverse();
            sealed.unseal(rows).unwrap();
            prop_assert_eq!(sealed, facts);
        }

        /// Nothing above an access is left, and what is left does not depend on it.
        #[test]
        fn what_is_narrowed_depends_on_nothing_above(tiers in prop::array::uniform6(any_tier()), source in any_tier(), link in any_tier()) {
            for display in ["role", "withheld"] {
                let one = incident(tiers, source, link, display, SECRET);
                let other = incident(tiers, source, link, display, "other");
                let (of_one, of_other) = (one.narrowed(Tier::Public), other.narrowed(Tier::Public));
                prop_assert!(!of_one.to_snapshot().contains(SECRET));
                prop_assert_eq!(of_one, of_other);
                let desk = one.narrowed(Tier::Network).to_snapshot();
                prop_assert!(!desk.contains("qxv-secret-c"));
                let known = one.narrowed(Tier::Confidential);
                prop_assert_eq!(known.as_ref(), &one);
            }
        }

        /// A writer who sends back what they got changes nothing that they could not see.
        #[test]
        fn what_was_hidden_is_kept(tiers in prop::array::uniform6(any_tier()), source in any_tier(), link in any_tier()) {
            let before = incident(tiers, source, link, "role", SECRET);
            let mut sent = before.narrowed(Tier::Network).into_owned();
            sent.keep_hidden(&before, Tier::Network).unwrap();
            // Claims that come back stand last.
            let sorted = |facts: &Stored| {
                let mut facts: Value = serde_json::from_str(&facts.to_snapshot()).unwrap();
                facts["claims"].as_array_mut().unwrap().sort_by_key(Value::to_string);
                facts
            };
            prop_assert_eq!(sorted(&sent), sorted(&before));
        }
    }

    #[test]
    fn a_wider_tier_is_looser_and_a_narrower_one_is_not() {
        let [p, n, c] = Tier::ALL;
        let facts = |tier, source, link| incident([p, p, p, p, tier, p], source, link, "role", "x");
        let before = facts(n, n, n);
        assert!(!before.loosens(&before));
        assert!(!facts(c, c, c).loosens(&before));
        for looser in [facts(p, n, n), facts(n, p, n), facts(n, n, p)] {
            assert!(looser.loosens(&before));
        }
        let named = incident([p; 6], p, p, "withheld", "x");
        assert!(incident([p; 6], p, p, "role", "x").loosens(&named));
    }
}
