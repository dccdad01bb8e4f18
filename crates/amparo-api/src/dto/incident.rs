//! An incident as readers get it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use amparo_domain::custody::PersonState;
use amparo_domain::election::{self, Phase};
use amparo_domain::facts::Stored;
use amparo_domain::filter::Match;
use amparo_domain::incident::{Event, IncidentFacts, PersonLink};
use amparo_domain::number::Number;
use amparo_domain::partial_date::PartialDate;
use amparo_domain::tier::{Tier, Tiered};
use amparo_domain::vocabulary::GradeBasis;
use amparo_domain::vocabulary::LocationPrecision;
use amparo_store::Record;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    DateView, ExternalId, OrganizationRef, Rendering, SourceView, StaffView, Told, external_ids,
};

/// An act or a situation at a time and place. Hidden members are absent; null means not known.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Incident<'a> {
    /// Its number, the identity by which it is cited.
    #[schema(example = "4827-1930")]
    number: String,
    /// The published version shown here; null if it was never published.
    version: Option<i32>,
    /// Where it is on its way to the public.
    #[schema(value_type = String, example = "published")]
    state: &'static str,
    /// How far it is borne out: reported, confirmed or disputed.
    #[schema(value_type = String, example = "reported")]
    grade: &'static str,
    /// What the grade rests on: a term of the list `grade_basis`; null if nobody said.
    grade_basis: Option<&'static str>,
    /// The network that owns it.
    network: &'a str,
    /// One line that says what was done.
    title: Cow<'a, str>,
    /// What happened.
    #[serde(skip_serializing_if = "Told::is_hidden")]
    #[schema(value_type = Option<String>, required = false)]
    summary: Told<Cow<'a, str>>,
    /// The language of the texts, a BCP 47 tag.
    lang: Option<&'a str>,
    /// What was done: terms of the list `incident_type`.
    #[schema(value_type = Vec<String>, example = json!(["detention", "judicial_harassment"]))]
    types: Vec<&'static str>,
    /// Finer words for it.
    subtypes: &'a [String],
    /// What it was, where `types` says other.
    #[serde(skip_serializing_if = "Option::is_none")]
    other_text: Option<Cow<'a, str>>,
    /// The local day at the place.
    occurred: DateView<'a>,
    /// Why the date is as it is.
    #[serde(skip_serializing_if = "Told::is_hidden")]
    #[schema(value_type = Option<String>, required = false)]
    date_note: Told<Cow<'a, str>>,
    /// The country, ISO 3166-1 alpha-3.
    #[schema(value_type = String, example = "AZE", pattern = "^[A-Z]{3}$")]
    country: &'static str,
    /// The first administrative division.
    #[serde(skip_serializing_if = "Told::is_hidden")]
    #[schema(value_type = Option<String>, required = false)]
    admin1: Told<&'a str>,
    /// The settlement or place by name.
    #[serde(skip_serializing_if = "Told::is_hidden")]
    #[schema(value_type = Option<String>, required = false)]
    place: Told<Cow<'a, str>>,
    /// A point, where more than the country is known.
    #[serde(skip_serializing_if = "Told::is_hidden")]
    #[schema(value_type = Option<PointView>, required = false)]
    location: Told<PointView>,
    /// A point that stands for the country, where there is no other and one was asked for. It is nobody's
    /// place.
    #[serde(skip_serializing_if = "Option::is_none")]
    representative_point: Option<RepresentativePoint>,
    /// How exactly the place is known.
    #[serde(skip_serializing_if = "Told::is_hidden")]
    #[schema(value_type = Option<String>, required = false)]
    location_precision: Told<&'static str>,
    /// The election it is about.
    election: Option<ElectionInIncident<'a>>,
    /// The people in it, as the record shows them.
    people: Vec<PersonInIncident<'a>>,
    /// The organizations in it.
    organizations: Vec<OrganizationInIncident<'a>>,
    /// How many people were affected.
    affected: AffectedView,
    /// Who is said to have done it.
    perpetrators: Vec<PerpetratorView>,
    /// The steps of its timeline.
    events: Vec<EventView<'a>>,
    /// The publications that say so.
    sources: Vec<SourceView<'a>>,
    /// What each source says of a field.
    claims: Vec<ClaimView<'a>>,
    /// The case it belongs to.
    case: Option<CaseRef<'a>>,
    /// Other incidents it has to do with.
    related: Vec<RelatedIncident>,
    /// The published statements that cite it.
    cited_by: Vec<CitedByView>,
    /// From 1 (verbal, obstruction) to 5 (death, disappearance).
    #[schema(minimum = 1, maximum = 5)]
    severity: Option<u8>,
    /// Whether somebody in it is in danger now.
    in_danger_now: bool,
    /// When it was first published.
    first_published: Option<DateTime<Utc>>,
    /// When it last changed for the public.
    last_changed: Option<DateTime<Utc>>,
    /// The ids it has elsewhere.
    external_ids: Vec<ExternalId<'a>>,
    /// The days on which a name that stood here was taken down.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    removed: &'a [NaiveDate],
    /// How far some of its members may travel; the others are public with it. For staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, String>>, required = false, example = json!({"place": "confidential"}))]
    tiers: Option<BTreeMap<&'static str, &'static str>>,
    /// What only those who need to know may see.
    #[serde(skip_serializing_if = "Option::is_none")]
    confidential: Option<ConfidentialView<'a>>,
    /// Whether it certainly touches the period that was asked for, or possibly; where `date_match=possible`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false, example = "certain", pattern = "^(certain|possible)$")]
    r#match: Option<&'static str>,
    #[serde(flatten)]
    staff: Option<StaffView>,
}

/// What only those who need to know may see, beside what the public will.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Confidential)]
pub(crate) struct ConfidentialView<'a> {
    /// What happened, with all that cannot be told.
    narrative: Option<Cow<'a, str>>,
    /// Where exactly.
    place: Option<Cow<'a, str>>,
    /// The point of it.
    location: Option<PointView>,
    /// How those affected can be reached.
    contact: Option<&'a str>,
    /// What reviewers should know.
    note: Option<Cow<'a, str>>,
}

/// A point as GeoJSON (RFC 7946): longitude, then latitude.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Point)]
pub(crate) struct PointView {
    /// Always Point.
    #[schema(value_type = String, example = "Point", pattern = "^Point$")]
    r#type: &'static str,
    /// Longitude, then latitude, in degrees.
    #[schema(min_items = 2, max_items = 2, example = json!([49.87, 40.41]))]
    coordinates: [f64; 2],
}

impl PointView {
    fn at(longitude: f64, latitude: f64) -> Self {
        Self { r#type: "Point", coordinates: [longitude, latitude] }
    }
}

/// A point that stands for a whole country: GeoJSON with a member that says so.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RepresentativePoint {
    #[serde(flatten)]
    point: PointView,
    /// What it stands for: always country.
    #[schema(value_type = String, example = "country", pattern = "^country$")]
    represents: &'static str,
}

impl RepresentativePoint {
    /// The point of the country of an incident that has none itself, if one is wanted.
    fn of(facts: &IncidentFacts<Number>, r: Rendering<'_>) -> Option<Self> {
        let wanted = r.points && facts.location.is_none();
        let [longitude, latitude] =
            wanted.then(|| facts.country.representative_point()).flatten()?;
        Some(Self { point: PointView::at(longitude, latitude), represents: "country" })
    }
}

/// The election an incident is about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ElectionInIncident<'a> {
    /// Its number.
    number: String,
    /// Its short name in addresses.
    slug: Option<&'a str>,
    /// When votes are cast, in EDTF.
    date: Option<&'a str>,
    /// Days from the election to the incident, negative before it; null unless both are days.
    days_from: Option<i64>,
    /// `pre_election`, `election_day` or `post_election`; null where the dates leave a doubt.
    phase: Option<&'static str>,
}

/// A person in an incident, as the record shows them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonInIncident<'a> {
    /// `P1`, `P2`, … within the record.
    #[schema(example = "P1")]
    r#ref: &'a str,
    /// The number of the person, for those who know who it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// Their name, whether or not the record shows it, for those who know who it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    confidential_name: Option<&'a str>,
    /// The part they have.
    #[schema(value_type = String, example = "affected_person")]
    role: &'static str,
    /// How they appear: role, name or withheld.
    #[schema(value_type = String, example = "role")]
    display: &'static str,
    /// Why the name is shown or withheld, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    display_reason: Option<&'a str>,
    /// Who decided on it, where somebody did, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    display_by: Option<String>,
    /// On which day, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    display_on: Option<NaiveDate>,
    /// Their name, if the record shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    /// What they were at the time.
    position: Option<Cow<'a, str>>,
    /// The organization in which they were it.
    organization: Option<OrganizationRef<'a>>,
    /// How far that may travel, where it is not public with the record; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    organization_tier: Option<&'static str>,
    /// Their custody, derived from the dated events about them.
    #[serde(skip_serializing_if = "Option::is_none")]
    custody: Option<CustodyView>,
    /// Their charges, derived from the dated events about them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    charges: Vec<ChargeView>,
    /// The next date that an event names.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_date: Option<NextDateView>,
}

/// A custody status and how long it is known to have held.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Custody)]
pub(crate) struct CustodyView {
    /// A term of the list `custody_status`.
    #[schema(value_type = String, example = "in_pretrial_detention")]
    status: &'static str,
    /// Since when the person has been held, or has not, in EDTF.
    since: String,
    /// The last day for which an event says that it still held, in EDTF.
    last_confirmed: String,
}

/// A charge status.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Charge)]
pub(crate) struct ChargeView {
    /// A term of the list `charge_status`.
    #[schema(value_type = String, example = "charged_pending")]
    status: &'static str,
    /// The law it names.
    law: Option<String>,
    /// When, in EDTF.
    date: String,
}

/// A date to come.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NextDate)]
pub(crate) struct NextDateView {
    /// What ends then.
    #[schema(value_type = String, example = "remand_ends")]
    kind: &'static str,
    /// When, in EDTF.
    on: String,
}

/// An organization in an incident.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganizationInIncident<'a> {
    #[serde(flatten)]
    organization: OrganizationRef<'a>,
    /// The part it has.
    #[schema(value_type = String, example = "affected_organization")]
    role: &'static str,
}

/// How many people were affected.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Affected)]
pub(crate) struct AffectedView {
    /// How many have a record of their own in it.
    named: u32,
    /// At least so many beyond those; null where nobody said.
    unnamed_min: Option<u32>,
    /// At most so many beyond those; null where nobody said.
    unnamed_max: Option<u32>,
}

/// Who is said to have done it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Perpetrator)]
pub(crate) struct PerpetratorView {
    /// A term of the list `actor_type`.
    #[schema(value_type = String, example = "police")]
    actor_type: &'static str,
    /// How far that is borne out: a term of the list `certainty`.
    certainty: Option<&'static str>,
}

/// A dated step in the timeline.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub(crate) struct EventView<'a> {
    /// `E1`, `E2`, … within the incident.
    #[schema(example = "E1")]
    r#ref: &'a str,
    /// When.
    date: DateView<'a>,
    /// A term of the list `event_kind`.
    #[schema(value_type = String, example = "remanded")]
    kind: &'static str,
    /// In words.
    text: Option<Cow<'a, str>>,
    /// Whom it is about; it says nothing of anybody else.
    #[schema(example = json!(["P1"]))]
    people: &'a [String],
    /// The source that says so.
    source: Option<&'a str>,
    /// The custody status, where the event says it and its kind does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    custody: Option<&'static str>,
    /// The law a charge names.
    #[serde(skip_serializing_if = "Option::is_none")]
    law: Option<&'a str>,
    /// When what it orders ends, in EDTF.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<&'a str>,
    /// The mistaken event it stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    supersedes: Option<&'a str>,
}

/// What one source says of one field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Claim)]
pub(crate) struct ClaimView<'a> {
    /// The field.
    #[schema(example = "affected.unnamed_max")]
    field: &'a str,
    /// What the source says.
    #[schema(value_type = serde_json::Value, example = 39)]
    value: serde_json::Value,
    /// The source.
    #[schema(example = "S2")]
    source: Option<&'a str>,
    /// How far it may travel, where it is not public with the record; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    tier: Option<&'static str>,
}

/// The case an incident belongs to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseRef<'a> {
    /// Its number.
    number: String,
    /// What it is about.
    title: Option<&'a str>,
}

/// Another incident it has to do with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RelatedIncident {
    /// The number of the other incident.
    number: String,
    /// How they belong together: related, `followed_by`, `preceded_by` or `part_of`.
    #[schema(value_type = String, example = "followed_by")]
    relation: &'static str,
}

/// A published statement that cites a record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CitedBy)]
pub(crate) struct CitedByView {
    /// The statement.
    number: String,
    /// Its version.
    version: i32,
}

impl<'a> Incident<'a> {
    pub(crate) fn of(record: &'a Record, r: Rendering<'a>) -> Option<Self> {
        let Stored::Incident(facts) = &record.facts else {
            return None;
        };
        let people = facts.people.as_slice();
        let text = |text: &'a Option<String>| text.as_deref().map(|text| r.text(text, people));
        let organizations = facts.organizations.iter();
        // Whatever is above the caller is taken out already; that it is absent says that it is hidden.
        let told = |member| facts.tiers.get(&member).is_none_or(|tier| *tier <= record.access);
        let tiers = facts.tiers.iter().map(|(member, tier)| (member.code(), tier.code()));
        Some(Self {
            number: record.number.to_string(),
            version: (record.version > 0).then_some(record.version),
            state: record.state.code(),
            grade: facts.grade.code(),
            grade_basis: facts.grade_basis.map(GradeBasis::code),
            network: &record.network,
            title: r.text(&facts.title, people),
            summary: Told::when(told(Tiered::Summary), || text(&facts.summary)),
            lang: facts.lang.as_deref(),
            types: facts.types.iter().map(|t| t.code()).collect(),
            subtypes: &facts.subtypes,
            other_text: text(&facts.other_text),
            occurred: DateView::of(&facts.occurred, &facts.inferred),
            date_note: Told::when(told(Tiered::DateNote), || text(&facts.date_note)),
            country: facts.country.alpha3(),
            admin1: Told::when(told(Tiered::Admin1), || facts.admin1.as_deref()),
            place: Told::when(told(Tiered::Place), || text(&facts.place)),
            location: Told::when(told(Tiered::Location), || {
                facts.location.map(|at| PointView::at(at.x(), at.y()))
            }),
            representative_point: RepresentativePoint::of(facts, r),
            location_precision: Told::when(told(Tiered::Location), || {
                facts.location_precision.map(LocationPrecision::code)
            }),
            election: facts.election.and_then(|election| about(election, facts, r)),
            people: people.iter().map(|link| PersonInIncident::of(link, facts, r)).collect(),
            organizations: organizations
                .filter_map(|link| {
                    let organization = OrganizationRef::of(link.organization, r.labels)?;
                    Some(OrganizationInIncident { organization, role: link.role.code() })
                })
                .collect(),
            affected: AffectedView {
                named: facts.named(),
                unnamed_min: facts.affected.unnamed_min,
                unnamed_max: facts.affected.unnamed_max,
            },
            perpetrators: facts
                .perpetrators
                .iter()
                .map(|p| PerpetratorView {
                    actor_type: p.actor_type.code(),
                    certainty: p.certainty.map(amparo_domain::vocabulary::Certainty::code),
                })
                .collect(),
            events: facts.events.iter().map(|event| EventView::of(event, people, r)).collect(),
            sources: r.sources(&facts.sources, people),
            claims: claims(facts, r),
            case: facts.case.and_then(|case| {
                let label = r.labels.get(case)?;
                Some(CaseRef { number: case.to_string(), title: label.name.as_deref() })
            }),
            related: facts
                .related
                .iter()
                .filter(|link| r.labels.get(link.incident).is_some())
                .map(|link| RelatedIncident {
                    number: link.incident.to_string(),
                    relation: link.relation.code(),
                })
                .collect(),
            cited_by: r
                .labels
                .cited_by(record.number)
                .iter()
                .map(|cited| CitedByView {
                    number: cited.number.to_string(),
                    version: cited.version,
                })
                .collect(),
            severity: facts.severity,
            in_danger_now: facts.in_danger_now,
            first_published: record.first_published_at,
            last_changed: record.changed_at,
            external_ids: external_ids(&facts.external_ids),
            removed: &record.removed,
            tiers: (r.staff && !facts.tiers.is_empty()).then(|| tiers.collect()),
            confidential: (r.staff && record.access == Tier::Confidential).then(|| {
                let confidential = &facts.confidential;
                ConfidentialView {
                    narrative: text(&confidential.narrative),
                    place: text(&confidential.place),
                    location: confidential.location.map(|at| PointView::at(at.x(), at.y())),
                    contact: confidential.contact.as_deref(),
                    note: text(&confidential.note),
                }
            }),
            r#match: r.possible_in.map(|period| Match::of(&facts.occurred, period).code()),
            staff: StaffView::of(record, r),
        })
    }
}

fn about<'a>(
    number: Number,
    facts: &IncidentFacts<Number>,
    r: Rendering<'a>,
) -> Option<ElectionInIncident<'a>> {
    let label = r.labels.get(number)?;
    let date = label.date.as_ref();
    Some(ElectionInIncident {
        number: number.to_string(),
        slug: label.slug.as_deref(),
        date: date.map(PartialDate::edtf),
        days_from: date.and_then(|date| election::days_from(&facts.occurred, date)),
        phase: date.and_then(|date| Phase::of(&facts.occurred, date)).map(Phase::code),
    })
}

fn claims<'a>(facts: &'a IncidentFacts<Number>, r: Rendering<'a>) -> Vec<ClaimView<'a>> {
    let claims = facts.claims.iter();
    claims
        .map(|claim| ClaimView {
            field: &claim.field,
            value: match claim.value.as_str() {
                Some(text) => r.text(text, &facts.people).into_owned().into(),
                None => claim.value.clone(),
            },
            source: claim.source.as_deref(),
            tier: r.tier_of(claim.tier),
        })
        .collect()
}

impl<'a> PersonInIncident<'a> {
    fn of(link: &'a PersonLink<Number>, facts: &IncidentFacts<Number>, r: Rendering<'a>) -> Self {
        let PersonState { custody, charge, next_date } =
            facts.person_state(&link.reference, r.today);
        Self {
            r#ref: &link.reference,
            person: r.knows.then(|| link.person.to_string()),
            confidential_name: r.knows.then(|| r.labels.name_of(link.person)).flatten(),
            role: link.role.code(),
            display: link.display.code(),
            display_reason: link.display_reason.as_deref().filter(|_| r.staff),
            display_by: link.decided.filter(|_| r.staff).map(|decided| decided.by.to_string()),
            display_on: link.decided.filter(|_| r.staff).map(|decided| decided.on),
            name: r.name_of(link),
            position: link.position.as_deref().map(Cow::Borrowed),
            organization: link.organization.and_then(|o| OrganizationRef::of(o, r.labels)),
            organization_tier: r.tier_of(link.organization_tier),
            custody: custody.map(|custody| CustodyView {
                status: custody.status.code(),
                since: custody.since.to_string(),
                last_confirmed: custody.last_confirmed.to_string(),
            }),
            charges: charge
                .into_iter()
                .map(|charge| ChargeView {
                    status: charge.status.code(),
                    law: charge.law,
                    date: charge.date.to_string(),
                })
                .collect(),
            next_date: next_date
                .map(|next| NextDateView { kind: next.kind, on: next.on.to_string() }),
        }
    }

    /// A person in a statement, who has no timeline there.
    pub(crate) fn in_statement(link: &'a PersonLink<Number>, r: Rendering<'a>) -> Self {
        Self {
            r#ref: &link.reference,
            person: r.knows.then(|| link.person.to_string()),
            confidential_name: r.knows.then(|| r.labels.name_of(link.person)).flatten(),
            role: link.role.code(),
            display: link.display.code(),
            display_reason: link.display_reason.as_deref().filter(|_| r.staff),
            display_by: link.decided.filter(|_| r.staff).map(|decided| decided.by.to_string()),
            display_on: link.decided.filter(|_| r.staff).map(|decided| decided.on),
            name: r.name_of(link),
            position: link.position.as_deref().map(Cow::Borrowed),
            organization: link.organization.and_then(|o| OrganizationRef::of(o, r.labels)),
            organization_tier: r.tier_of(link.organization_tier),
            custody: None,
            charges: Vec::new(),
            next_date: None,
        }
    }
}

impl<'a> EventView<'a> {
    fn of(event: &'a Event, people: &'a [PersonLink<Number>], r: Rendering<'a>) -> Self {
        Self {
            r#ref: &event.reference,
            date: DateView::of(&event.date, &event.inferred),
            kind: event.kind.code(),
            text: event.text.as_deref().map(|text| r.text(text, people)),
            people: &event.people,
            source: event.source.as_deref(),
            custody: event.custody.map(amparo_domain::vocabulary::CustodyStatus::code),
            law: event.law.as_deref(),
            until: event.until.as_ref().map(PartialDate::edtf),
            supersedes: event.supersedes.as_deref(),
        }
    }
}
