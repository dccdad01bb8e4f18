//! Incidents: acts or situations at a time and place.

use std::collections::BTreeMap;

use geo_types::Point;
use serde::{Deserialize, Serialize};

use crate::country::CountryCode;
use crate::custody;
use crate::partial_date::PartialDate;
use crate::reference::{ExternalId, Relation};
use crate::source::{Claim, Source, SpelledAddress, check_sources};
use crate::text;
use crate::tier::{ConfidentialFacts, Tier, Tiered};
use crate::validation::Findings;
use crate::vocabulary::{
    ActorType, Certainty, Display, EventKind, Grade, GradeBasis, IncidentType, LocationPrecision,
    Role,
};

/// Everything an incident says, with its references to other records as `R`: not yet resolved in
/// what a writer sends, numbers in what is stored.
///
/// Texts write people as `{P1}`; no name stands here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentFacts<R> {
    /// How far it is borne out.
    pub grade: Grade,
    /// What the grade rests on; none where it is the operator's word, or nothing but reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade_basis: Option<GradeBasis>,
    /// One line that says what was done.
    pub title: String,
    /// What happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The language of the texts, a BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// What was done; one at least.
    pub types: Vec<IncidentType>,
    /// Finer words for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subtypes: Vec<String>,
    /// What it was, where `types` says other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_text: Option<String>,
    /// The local day at the place.
    pub occurred: PartialDate,
    /// The parts of the date that were inferred and not said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inferred: Vec<DatePart>,
    /// Why the date is as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_note: Option<String>,
    /// Where it happened.
    pub country: CountryCode,
    /// The first administrative division.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin1: Option<String>,
    /// The settlement or place by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Longitude and latitude, where more than the country is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Point<f64>>,
    /// How exactly the place is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_precision: Option<LocationPrecision>,
    /// The election it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub election: Option<R>,
    /// The people in it that have a record of their own.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PersonLink<R>>,
    /// The organizations in it.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub organizations: Vec<OrganizationLink<R>>,
    /// People beyond those linked; unknown where nobody counted.
    #[serde(default)]
    pub affected: Affected,
    /// Who is said to have done it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub perpetrators: Vec<Perpetrator>,
    /// The steps of the timeline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
    /// The publications that say so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// What each source says of a field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// The case it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<R>,
    /// Other incidents it has to do with.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<RelatedLink<R>>,
    /// From 1 (verbal, obstruction) to 5 (death, disappearance).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<u8>,
    /// Whether somebody in it is in danger now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_danger_now: bool,
    /// The addresses in its texts that spell out names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spelled: Vec<SpelledAddress>,
    /// The ids it has elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_ids: Vec<ExternalId>,
    /// How far some of its members may travel; the others are public with it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tiers: BTreeMap<Tiered, Tier>,
    /// What only those who need to know may see.
    #[serde(default, skip_serializing_if = "ConfidentialFacts::is_empty")]
    pub confidential: Box<ConfidentialFacts>,
}

/// A part of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatePart {
    /// The year.
    Year,
    /// The month.
    Month,
    /// The day.
    Day,
}

/// A person in an incident or statement, and how they appear in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonLink<R> {
    /// `P1`, `P2`, … within the record.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The person.
    pub person: R,
    /// The part they have.
    pub role: Role,
    /// How they appear to readers.
    pub display: Display,
    /// Why the name is shown or withheld.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_reason: Option<String>,
    /// Who decided on how they appear; nobody, where it is as for everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decision>,
    /// What they were at the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// The organization in which they were it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<R>,
    /// How far that may travel.
    #[serde(default, skip_serializing_if = "Tier::is_public")]
    pub organization_tier: Tier,
}

/// Who decided something, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The account, or the token of a program that has none.
    pub by: i64,
    /// The day.
    pub on: chrono::NaiveDate,
}

/// An organization in an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrganizationLink<R> {
    /// The organization.
    pub organization: R,
    /// The part it has.
    pub role: Role,
}

/// How many people were affected beyond those linked; `None` where nobody said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Affected {
    /// At least so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unnamed_min: Option<u32>,
    /// At most so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unnamed_max: Option<u32>,
}

/// Who is said to have done it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Perpetrator {
    /// What they are.
    pub actor_type: ActorType,
    /// How far that is borne out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certainty: Option<Certainty>,
}

/// A dated step in an incident's timeline. Events are never edited away: a mistaken one is superseded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// `E1`, `E2`, … within the incident.
    #[serde(rename = "ref")]
    pub reference: String,
    /// When.
    pub date: PartialDate,
    /// The parts of the date that were inferred and not said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inferred: Vec<DatePart>,
    /// What.
    pub kind: EventKind,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Whom it is about, as `P1`; it says nothing of anybody else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
    /// The source that says so, as `S1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The custody status, where the event says it and its kind does not (a sentence to prison).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custody: Option<crate::vocabulary::CustodyStatus>,
    /// The law a charge names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub law: Option<String>,
    /// When what it orders ends: a remand, a ban.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<PartialDate>,
    /// The mistaken event it stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
}

/// Another incident this one has to do with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RelatedLink<R> {
    /// The other incident.
    pub incident: R,
    /// How they belong together: `related`, `followed_by`, `preceded_by`, `part_of`.
    pub relation: RelatedBy,
}

/// How two incidents belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelatedBy {
    /// They have to do with each other.
    Related,
    /// The other came after, because of this one.
    FollowedBy,
    /// The other came before.
    PrecededBy,
    /// This one is a part of the other.
    PartOf,
}

impl RelatedBy {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Related, Self::FollowedBy, Self::PrecededBy, Self::PartOf];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Related => "related",
            Self::FollowedBy => "followed_by",
            Self::PrecededBy => "preceded_by",
            Self::PartOf => "part_of",
        }
    }
}

/// A point farther than this from its country, in degrees, is worth a second look.
const FAR_FROM_COUNTRY: f64 = 2.0;

impl<R> IncidentFacts<R> {
    /// All that is wrong with it, and all that should be looked at.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::default();
        self.check_texts(&mut findings);
        self.check_place(&mut findings);
        self.check_people(&mut findings);
        self.check_events(&mut findings);
        check_sources(&self.sources, &mut findings);
        self.check_claims(&mut findings);
        if self.types.is_empty() {
            findings.error("/types", "an incident needs a type");
        }
        if self.types.iter().any(|t| t.code() == "other") && self.other_text.is_none() {
            findings.error("/other_text", "an incident of type other says what it was");
        }
        if self.severity.is_some_and(|severity| !(1..=5).contains(&severity)) {
            findings.error("/severity", "severity is a number from 1 to 5");
        }
        let Affected { unnamed_min, unnamed_max } = self.affected;
        if let (Some(min), Some(max)) = (unnamed_min, unnamed_max)
            && min > max
        {
            findings.error("/affected/unnamed_max", "less than unnamed_min");
        }
        findings
    }

    fn check_texts(&self, findings: &mut Findings) {
        if self.title.trim().is_empty() {
            findings.error("/title", "an incident needs a title");
        }
        findings.limit("/title", Some(&self.title), 300);
        findings.limit("/summary", self.summary.as_deref(), 20_000);
        findings.limit("/date_note", self.date_note.as_deref(), 1_000);
        findings.limit("/other_text", self.other_text.as_deref(), 300);
        findings.limit("/admin1", self.admin1.as_deref(), 200);
        findings.limit("/place", self.place.as_deref(), 300);
        self.confidential.check(findings);
        for (i, subtype) in self.subtypes.iter().enumerate() {
            check_subtype(&format!("/subtypes/{i}"), subtype, findings);
        }
        let known = |reference: &str| self.people.iter().any(|p| p.reference == reference);
        for (pointer, text) in self.texts() {
            for reference in text::mentions(text) {
                if !known(reference) {
                    findings.error(&pointer, format!("{{{reference}}} names nobody in people"));
                }
            }
        }
    }

    fn check_place(&self, findings: &mut Findings) {
        let Some(point) = self.location else { return };
        let (longitude, latitude) = (point.x(), point.y());
        if !(-180.0..=180.0).contains(&longitude) || !(-90.0..=90.0).contains(&latitude) {
            findings.error(
                "/location/coordinates",
                "off the globe: longitude first (-180 to 180), then latitude (-90 to 90)",
            );
            return;
        }
        if self.country.is_near(longitude, latitude, FAR_FROM_COUNTRY) == Some(false) {
            let swapped = self.country.is_near(latitude, longitude, FAR_FROM_COUNTRY) == Some(true);
            let hint = if swapped { ": are longitude and latitude swapped?" } else { "" };
            let name = self.country.name(crate::language::Language::En);
            findings.warning("/location/coordinates", format!("far from {name}{hint}"));
        }
        if self.location_precision.is_some_and(|p| p.code() == "country") {
            findings
                .error("/location", "no point where only the country is known: leave location out");
        }
    }

    fn check_people(&self, findings: &mut Findings) {
        check_person_links(&self.people, findings);
    }

    fn check_events(&self, findings: &mut Findings) {
        for (i, event) in self.events.iter().enumerate() {
            let at = |member: &str| format!("/events/{i}/{member}");
            if !text::is_ref(&event.reference, 'E') {
                findings.error(at("ref"), "an event is named E1, E2, …");
            }
            if self.events[..i].iter().any(|other| other.reference == event.reference) {
                findings.error(at("ref"), "another event has this name already");
            }
            findings.limit(&at("text"), event.text.as_deref(), 2_000);
            findings.limit(&at("law"), event.law.as_deref(), 300);
            for (j, person) in event.people.iter().enumerate() {
                if !self.people.iter().any(|p| p.reference == *person) {
                    findings.error(at(&format!("people/{j}")), "names nobody in people");
                }
            }
            if let Some(source) = &event.source
                && !self.sources.iter().any(|s| s.reference == *source)
            {
                findings.error(at("source"), "names no source of this record");
            }
            if let Some(superseded) = &event.supersedes
                && !self.events[..i].iter().any(|e| e.reference == *superseded)
            {
                findings.error(at("supersedes"), "names no earlier event of this record");
            }
        }
    }

    fn check_claims(&self, findings: &mut Findings) {
        for (i, claim) in self.claims.iter().enumerate() {
            findings.limit(&format!("/claims/{i}/field"), Some(&claim.field), 100);
            if claim.value.to_string().chars().count() > 2_000 {
                findings.error(format!("/claims/{i}/value"), "longer than 2000 characters");
            }
            if let Some(source) = &claim.source
                && !self.sources.iter().any(|s| s.reference == *source)
            {
                findings.error(format!("/claims/{i}/source"), "names no source of this record");
            }
        }
    }

    /// Every text that may mention people, with its place.
    pub fn texts(&self) -> Vec<(String, &str)> {
        let mut texts = vec![("/title".to_owned(), self.title.as_str())];
        for (pointer, text) in [
            ("/summary", &self.summary),
            ("/date_note", &self.date_note),
            ("/other_text", &self.other_text),
            ("/place", &self.place),
            ("/confidential/narrative", &self.confidential.narrative),
            ("/confidential/place", &self.confidential.place),
            ("/confidential/note", &self.confidential.note),
        ] {
            texts.extend(text.as_deref().map(|text| (pointer.to_owned(), text)));
        }
        for (i, person) in self.people.iter().enumerate() {
            let (position, reason) = (&person.position, &person.display_reason);
            texts.extend(position.as_deref().map(|t| (format!("/people/{i}/position"), t)));
            texts.extend(reason.as_deref().map(|t| (format!("/people/{i}/display_reason"), t)));
        }
        for (i, event) in self.events.iter().enumerate() {
            texts.extend(event.text.as_deref().map(|t| (format!("/events/{i}/text"), t)));
        }
        for (i, source) in self.sources.iter().enumerate() {
            texts.extend(source.title.as_deref().map(|t| (format!("/sources/{i}/title"), t)));
        }
        for (i, claim) in self.claims.iter().enumerate() {
            texts.extend(claim.value.as_str().map(|t| (format!("/claims/{i}/value"), t)));
        }
        texts
    }

    /// How many people are linked as affected.
    pub fn named(&self) -> u32 {
        let affected = self.people.iter().filter(|p| p.role.code() == "affected_person");
        u32::try_from(affected.count()).unwrap_or(u32::MAX)
    }

    /// The state of one of its people on a day, derived from the events about them.
    pub fn person_state(&self, reference: &str, on: chrono::NaiveDate) -> custody::PersonState {
        custody::derive(&self.events, reference, on)
    }

    /// Every reference to another record, with what it is for and its place in its list.
    pub fn references(&self) -> Vec<(Relation, usize, &R)> {
        let mut references = Vec::new();
        references.extend(self.election.iter().map(|r| (Relation::Election, 0, r)));
        references.extend(self.case.iter().map(|r| (Relation::Case, 0, r)));
        for (i, link) in self.people.iter().enumerate() {
            references.push((Relation::Person, i, &link.person));
            references.extend(link.organization.iter().map(|r| (Relation::Affiliation, i, r)));
        }
        let organizations = self.organizations.iter().enumerate();
        references.extend(organizations.map(|(i, l)| (Relation::Organization, i, &l.organization)));
        let related = self.related.iter().enumerate();
        references.extend(related.map(|(i, l)| (Relation::Related, i, &l.incident)));
        references
    }

    /// The same facts with other references, asked for in the order of [`Self::references`].
    pub fn map_references<T>(self, mut map: impl FnMut(R) -> T) -> IncidentFacts<T> {
        let election = self.election.map(&mut map);
        let case = self.case.map(&mut map);
        let people = map_people(self.people, &mut map);
        let organizations = self
            .organizations
            .into_iter()
            .map(|l| OrganizationLink { organization: map(l.organization), role: l.role })
            .collect();
        let related = self
            .related
            .into_iter()
            .map(|l| RelatedLink { incident: map(l.incident), relation: l.relation })
            .collect();
        IncidentFacts {
            grade: self.grade,
            grade_basis: self.grade_basis,
            title: self.title,
            summary: self.summary,
            lang: self.lang,
            types: self.types,
            subtypes: self.subtypes,
            other_text: self.other_text,
            occurred: self.occurred,
            inferred: self.inferred,
            date_note: self.date_note,
            country: self.country,
            admin1: self.admin1,
            place: self.place,
            location: self.location,
            location_precision: self.location_precision,
            election,
            people,
            organizations,
            affected: self.affected,
            perpetrators: self.perpetrators,
            events: self.events,
            sources: self.sources,
            claims: self.claims,
            case,
            related,
            severity: self.severity,
            in_danger_now: self.in_danger_now,
            spelled: self.spelled,
            external_ids: self.external_ids,
            tiers: self.tiers,
            confidential: self.confidential,
        }
    }
}

/// Maps the references of person links, the person first, then their organization.
pub(crate) fn map_people<R, T>(
    people: Vec<PersonLink<R>>,
    mut map: impl FnMut(R) -> T,
) -> Vec<PersonLink<T>> {
    let people = people.into_iter();
    people
        .map(|link| PersonLink {
            reference: link.reference,
            person: map(link.person),
            role: link.role,
            display: link.display,
            display_reason: link.display_reason,
            decided: link.decided,
            position: link.position,
            organization: link.organization.map(&mut map),
            organization_tier: link.organization_tier,
        })
        .collect()
}

/// Checks the people of a record.
pub(crate) fn check_person_links<R>(people: &[PersonLink<R>], findings: &mut Findings) {
    for (i, link) in people.iter().enumerate() {
        let at = |member: &str| format!("/people/{i}/{member}");
        if !text::is_person_ref(&link.reference) {
            findings.error(at("ref"), "a person is named P1, P2, …");
        }
        if people[..i].iter().any(|other| other.reference == link.reference) {
            findings.error(at("ref"), "another person has this name already");
        }
        if link.display == Display::Name && link.display_reason.as_deref().is_none_or(str::is_empty)
        {
            findings.error(at("display_reason"), "showing a name owes a reason");
        }
        findings.limit(&at("display_reason"), link.display_reason.as_deref(), 500);
        findings.limit(&at("position"), link.position.as_deref(), 200);
    }
}

fn check_subtype(pointer: &str, subtype: &str, findings: &mut Findings) {
    let written =
        subtype.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if subtype.is_empty() || subtype.len() > 64 || !written {
        findings.error(pointer, "a subtype is a short word like office_raid");
    }
}
