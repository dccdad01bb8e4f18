//! What writers send, for the document. The bodies themselves are read by `amparo_exchange::draft`,
//! which collects every problem at once; a test holds the two together.
#![expect(dead_code, reason = "these types describe what is read elsewhere")]

use serde::Serialize;
use utoipa::ToSchema;

/// A reference to another record: its number, its slug, or what it is. An object without a number
/// or slug links to the one exact match the writer can see, else makes a new record.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Reference {
    /// A number or a slug.
    #[schema(example = "emds")]
    Text(String),
    /// A number, a slug, an external id, or what it is.
    Object(Box<ReferenceObject>),
}

/// Another record by its number, its slug, its id elsewhere, or by what it is.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"name": "Example Observers", "acronym": "EXO", "country": "GEO"}))]
pub(crate) struct ReferenceObject {
    /// Its number.
    number: Option<String>,
    /// Its slug.
    slug: Option<String>,
    /// The id it has elsewhere.
    external_id: Option<NewExternalId>,
    /// Its name.
    #[schema(max_length = 300)]
    name: Option<String>,
    /// Its acronym, if it is an organization.
    #[schema(max_length = 50)]
    acronym: Option<String>,
    /// Its name in its own script, if it is an organization.
    #[schema(max_length = 300)]
    native_name: Option<String>,
    /// Other names it goes by, if it is an organization.
    aliases: Option<Vec<String>>,
    /// A term of the list `organization_kind`, if it is an organization.
    kind: Option<String>,
    /// Its web site, if it is an organization.
    #[schema(max_length = 2_000)]
    website: Option<String>,
    /// Its country.
    country: Option<String>,
    /// Its date, if it is an election.
    date: Option<String>,
    /// What is elected, if it is an election.
    r#type: Option<String>,
    /// Its title, if it is a case.
    #[schema(max_length = 300)]
    title: Option<String>,
}

/// The id something has in another system.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewExternalId {
    /// The system.
    #[schema(max_length = 200)]
    system: String,
    /// The id there; never one that tells a person's name.
    #[schema(max_length = 200)]
    id: String,
}

/// A date: EDTF level 1 as a text, or an object with `edtf` and what was inferred.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum NewDate {
    /// EDTF level 1.
    #[schema(example = "2024-04-29")]
    Text(String),
    /// EDTF and what was inferred.
    Object(NewDateObject),
}

/// A date and the parts of it that were inferred.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewDateObject {
    /// EDTF level 1.
    edtf: String,
    /// year, month, day.
    inferred: Option<Vec<String>>,
}

/// An incident as a writer sends it.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewIncident {
    /// reported, confirmed or disputed; reported if not given. A verifier grades.
    grade: Option<String>,
    /// What the grade rests on: a term of the list `grade_basis`.
    grade_basis: Option<String>,
    /// One line that says what was done; people as `{P1}`.
    #[schema(max_length = 300)]
    title: String,
    /// What happened; people as `{P1}`.
    #[schema(max_length = 20_000)]
    summary: Option<String>,
    /// The language of the texts, a BCP 47 tag.
    #[schema(max_length = 35)]
    lang: Option<String>,
    /// Terms of the list `incident_type`; one at least.
    #[schema(min_items = 1)]
    types: Vec<String>,
    /// Finer words, like `office_raid`.
    subtypes: Option<Vec<String>>,
    /// What it was, where `types` says other.
    #[schema(max_length = 300)]
    other_text: Option<String>,
    /// The local day at the place; null if nothing is known of it.
    occurred: NewDate,
    /// Why the date is as it is.
    #[schema(max_length = 1_000)]
    date_note: Option<String>,
    /// The country: alpha-3, alpha-2, numeric, or a name in six languages.
    country: String,
    /// The first administrative division.
    #[schema(max_length = 200)]
    admin1: Option<String>,
    /// The settlement or place by name.
    #[schema(max_length = 300)]
    place: Option<String>,
    /// A point, where more than the country is known.
    location: Option<NewPoint>,
    /// A term of the list `location_precision`.
    location_precision: Option<String>,
    /// The election it is about.
    election: Option<Reference>,
    /// The people in it.
    people: Option<Vec<NewPersonInIncident>>,
    /// The organizations in it.
    organizations: Option<Vec<NewOrganizationInIncident>>,
    /// People beyond those linked.
    affected: Option<NewAffected>,
    /// Who is said to have done it.
    perpetrators: Option<Vec<NewPerpetrator>>,
    /// The steps of the timeline.
    events: Option<Vec<NewEvent>>,
    /// The publications that say so; without one nothing is published.
    sources: Option<Vec<NewSource>>,
    /// What each source says of a field.
    claims: Option<Vec<NewClaim>>,
    /// The case it belongs to.
    case: Option<Reference>,
    /// Other incidents it has to do with.
    related: Option<Vec<NewRelated>>,
    /// From 1 (verbal, obstruction) to 5 (death, disappearance).
    #[schema(minimum = 1, maximum = 5)]
    severity: Option<u8>,
    /// Whether somebody in it is in danger now.
    in_danger_now: Option<bool>,
    /// The ids it has elsewhere.
    external_ids: Option<Vec<NewExternalId>>,
    /// How far some of its members may travel: public, network or confidential.
    tiers: Option<NewTiers>,
    /// What only those who need to know may see, beside what the public will.
    confidential: Option<NewConfidential>,
}

/// How far some members of an incident may travel: public (with the record), network or confidential.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewTiers {
    /// Of what happened.
    summary: Option<String>,
    /// Of what it was.
    other_text: Option<String>,
    /// Of why the date is as it is.
    date_note: Option<String>,
    /// Of the first administrative division.
    admin1: Option<String>,
    /// Of the place by name.
    #[schema(example = "confidential")]
    place: Option<String>,
    /// Of the point, and of how exactly it is known.
    location: Option<String>,
}

/// What only those who need to know may see.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewConfidential {
    /// What happened, with all that cannot be told; people as `{P1}`.
    #[schema(max_length = 20_000)]
    narrative: Option<String>,
    /// Where exactly.
    #[schema(max_length = 300)]
    place: Option<String>,
    /// The point of it.
    location: Option<NewPoint>,
    /// How those affected can be reached.
    #[schema(max_length = 2_000)]
    contact: Option<String>,
    /// What reviewers should know; people as `{P1}`.
    #[schema(max_length = 5_000)]
    note: Option<String>,
}

/// A point as GeoJSON: longitude, then latitude.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewPoint {
    /// Always Point.
    #[schema(example = "Point")]
    r#type: String,
    /// Longitude, then latitude, in degrees.
    #[schema(min_items = 2, max_items = 2, example = json!([49.87, 40.41]))]
    coordinates: Vec<f64>,
}

/// A person in an incident or a statement.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewPersonInIncident {
    /// `P1`, `P2`, …; given if not sent.
    r#ref: Option<String>,
    /// The person, if they have a record already.
    person: Option<Reference>,
    /// Their name, if they have none yet; it is kept in one place only.
    #[schema(max_length = 200)]
    name: Option<String>,
    /// Other spellings of it.
    name_variants: Option<Vec<String>>,
    /// A term of the list `role`; `affected_person` if not given.
    role: Option<String>,
    /// role, name or withheld; role if not given.
    display: Option<String>,
    /// Owed when the name is shown.
    #[schema(max_length = 500)]
    display_reason: Option<String>,
    /// What they were at the time.
    #[schema(max_length = 200)]
    position: Option<String>,
    /// The organization in which they were it.
    organization: Option<Reference>,
    /// How far that may travel: public (with the record), network or confidential.
    organization_tier: Option<String>,
}

/// An organization in an incident: a reference, and the part it has.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewOrganizationInIncident {
    #[serde(flatten)]
    organization: ReferenceObject,
    /// A term of the list `role`; `affected_organization` if not given.
    role: Option<String>,
}

/// People beyond those linked; leave out what nobody said.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewAffected {
    /// At least so many.
    unnamed_min: Option<u32>,
    /// At most so many.
    unnamed_max: Option<u32>,
}

/// Who is said to have done it.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewPerpetrator {
    /// A term of the list `actor_type`.
    actor_type: String,
    /// A term of the list `certainty`.
    certainty: Option<String>,
}

/// A dated step in the timeline.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"date": "2024-04-30", "kind": "remanded", "text": "Remanded for four months.", "people": ["P1"], "source": "S1"}))]
pub(crate) struct NewEvent {
    /// `E1`, `E2`, …; given if not sent.
    r#ref: Option<String>,
    /// When.
    date: NewDate,
    /// A term of the list `event_kind`.
    kind: String,
    /// In words; people as `{P1}`.
    #[schema(max_length = 2_000)]
    text: Option<String>,
    /// Whom it is about; it says nothing of anybody else.
    people: Option<Vec<String>>,
    /// The source that says so.
    source: Option<String>,
    /// The custody status, where the event says it and its kind does not.
    custody: Option<String>,
    /// The law a charge names.
    #[schema(max_length = 300)]
    law: Option<String>,
    /// When what it orders ends.
    until: Option<NewDate>,
    /// The mistaken event it stands for.
    supersedes: Option<String>,
}

/// A publication that says so.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewSource {
    /// `S1`, `S2`, …; given if not sent.
    r#ref: Option<String>,
    /// Its title; people as `{P1}`.
    #[schema(max_length = 500)]
    title: Option<String>,
    /// Who published it.
    #[schema(max_length = 300)]
    publisher: Option<String>,
    /// Where it is.
    #[schema(max_length = 2_000, format = "uri")]
    url: Option<String>,
    /// Where a copy is kept.
    #[schema(max_length = 2_000, format = "uri")]
    archived_url: Option<String>,
    /// When it was published.
    date: Option<String>,
    /// The day it was read.
    accessed: Option<String>,
    /// A term of the list `source_type`.
    kind: Option<String>,
    /// Its language, a BCP 47 tag.
    #[schema(max_length = 35)]
    lang: Option<String>,
    /// The source that it repeats.
    same_origin_as: Option<String>,
    /// Whether its addresses are for staff alone, because they spell out the name of somebody whom the
    /// record does not know. Where it knows them, that is found without being said.
    url_hidden: Option<bool>,
    /// How far it may travel: public (with the record), network or confidential.
    tier: Option<String>,
}

/// What one source says of one field.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewClaim {
    /// The field.
    #[schema(max_length = 100)]
    field: String,
    /// What the source says.
    #[schema(value_type = serde_json::Value)]
    value: serde_json::Value,
    /// The source, `S2`.
    source: Option<String>,
    /// How far it may travel: public (with the record), network or confidential; never farther than the
    /// field or the source.
    tier: Option<String>,
}

/// Another incident it has to do with.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewRelated {
    /// Its number.
    number: Option<String>,
    /// Or the id it has elsewhere.
    external_id: Option<NewExternalId>,
    /// related, `followed_by`, `preceded_by` or `part_of`; related if not given.
    relation: Option<String>,
}

/// An organization as a writer sends it.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewOrganization {
    /// A short name for addresses, unique among organizations.
    #[schema(max_length = 80, pattern = "^[a-z0-9-]+$")]
    slug: Option<String>,
    /// Its name, in Latin script where there is one.
    #[schema(max_length = 300)]
    name: String,
    /// Its acronym.
    #[schema(max_length = 50)]
    acronym: Option<String>,
    /// Its name in its own language and script.
    #[schema(max_length = 300)]
    native_name: Option<String>,
    /// Other names it goes by.
    aliases: Option<Vec<String>>,
    /// Its country, if it has one.
    country: Option<String>,
    /// A term of the list `organization_kind`.
    kind: Option<String>,
    /// The networks it is or was a member of.
    networks: Option<Vec<NewMembership>>,
    /// Its web site.
    #[schema(max_length = 2_000)]
    website: Option<String>,
    /// What else should be known.
    #[schema(max_length = 5_000)]
    note: Option<String>,
    /// The publications that say so.
    sources: Option<Vec<NewSource>>,
    /// The ids it has elsewhere.
    external_ids: Option<Vec<NewExternalId>>,
    /// Whether somebody should still look at it.
    needs_review: Option<bool>,
}

/// The membership of an organization in a network.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewMembership {
    /// The network.
    network: Reference,
    /// Since when, in EDTF.
    since: Option<String>,
    /// Until when, in EDTF.
    until: Option<String>,
}

/// A person as a writer sends them.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewPerson {
    /// Their names in several scripts and spellings, the main one first; or `name` instead. Empty only
    /// for somebody who is known by an id elsewhere alone.
    #[schema(max_items = 50)]
    names: Option<Vec<NewPersonName>>,
    /// Their name, where `names` is not sent.
    #[schema(max_length = 200)]
    name: Option<String>,
    /// Other spellings of it, where `names` is not sent.
    name_variants: Option<Vec<String>>,
    /// What they are known as being.
    #[schema(max_length = 200)]
    position: Option<String>,
    /// The organizations they belong or belonged to.
    affiliations: Option<Vec<NewAffiliation>>,
    /// What else should be known; staff only.
    #[schema(max_length = 5_000)]
    note: Option<String>,
    /// The publications that say so.
    sources: Option<Vec<NewSource>>,
    /// The ids they have elsewhere.
    external_ids: Option<Vec<NewExternalId>>,
}

/// One name of a person.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewPersonName {
    /// The name.
    #[schema(max_length = 200)]
    name: String,
    /// Its language, a BCP 47 tag.
    lang: Option<String>,
    /// Its script, an ISO 15924 code.
    script: Option<String>,
}

/// How a person belonged to an organization, and when.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewAffiliation {
    /// The organization.
    organization: Reference,
    /// A term of the list `affiliation`.
    role: Option<String>,
    /// Their position, in words.
    #[schema(max_length = 200)]
    position: Option<String>,
    /// Since when, in EDTF.
    since: Option<String>,
    /// Until when, in EDTF.
    until: Option<String>,
    /// How far it may travel: public (with the record), network or confidential.
    tier: Option<String>,
}

/// An election as a writer sends it.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewElection {
    /// A short name for addresses, unique among elections.
    #[schema(max_length = 80, pattern = "^[a-z0-9-]+$")]
    slug: Option<String>,
    /// Its name.
    #[schema(max_length = 300)]
    name: String,
    /// Where it is held.
    country: String,
    /// When votes are cast.
    date: NewDate,
    /// A term of the list `election_type`.
    r#type: String,
    /// What else should be known.
    #[schema(max_length = 5_000)]
    note: Option<String>,
    /// The publications that say so.
    sources: Option<Vec<NewSource>>,
    /// The ids it has elsewhere.
    external_ids: Option<Vec<NewExternalId>>,
}

/// A case as a writer sends it. Which incidents belong to it, each incident says itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewCase {
    /// What it is about.
    #[schema(max_length = 300)]
    title: String,
    /// What should be known.
    #[schema(max_length = 20_000)]
    summary: Option<String>,
    /// The ids it has elsewhere.
    external_ids: Option<Vec<NewExternalId>>,
}

/// A statement as a writer sends it.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewStatement {
    /// Its title; people as `{P1}`.
    #[schema(max_length = 500)]
    title: String,
    /// When it was issued.
    date: NewDate,
    /// Whether its author marked it as not final.
    draft: Option<bool>,
    /// A term of the list `statement_kind`; statement if not given.
    kind: Option<String>,
    /// Its opening in short.
    #[schema(max_length = 5_000)]
    excerpt: Option<String>,
    /// The words it is filed under.
    tags: Option<Vec<String>>,
    /// The language of the text, a BCP 47 tag.
    #[schema(max_length = 35)]
    lang: Option<String>,
    /// The country it is about.
    country: Option<String>,
    /// Who issued it.
    issuer: Option<Reference>,
    /// The text, in Markdown; people as `{P1}`.
    #[schema(max_length = 200_000)]
    body: Option<String>,
    /// Where it is published.
    #[schema(max_length = 2_000)]
    url: Option<String>,
    /// What it links to.
    links: Option<Vec<NewLink>>,
    /// Who endorsed it.
    endorsers: Option<Vec<NewEndorser>>,
    /// The incidents it cites. What a mark in the text cites, `[[4827-1930]]`, is added to them.
    incidents: Option<Vec<NewCitation>>,
    /// The day by whose sources the facts of what it cites are told, not in the future; today if not given.
    #[schema(value_type = Option<String>, format = "date", example = "2024-04-30")]
    known_on: Option<String>,
    /// How much of what it cites stands under it as a table; full if not given.
    #[schema(pattern = "^(full|short|none)$", example = "short")]
    annex: Option<String>,
    /// The people its text mentions.
    people: Option<Vec<NewPersonInIncident>>,
    /// What else should be known.
    #[schema(max_length = 5_000)]
    note: Option<String>,
    /// Where it was read.
    sources: Option<Vec<NewSource>>,
    /// What an imported file said for which the register has no word; for the network alone.
    #[schema(value_type = Option<Object>)]
    front_matter: Option<serde_json::Value>,
    /// The ids it has elsewhere.
    external_ids: Option<Vec<NewExternalId>>,
}

/// A link in a statement's text.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewLink {
    /// The words that are linked.
    #[schema(max_length = 1_000)]
    title: Option<String>,
    /// Where they lead.
    #[schema(max_length = 2_000)]
    url: String,
}

/// An organization that endorsed a statement.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewEndorser {
    #[serde(flatten)]
    organization: ReferenceObject,
    /// The words by which the text names it.
    matched_text: Option<String>,
    /// When it endorsed this text. Whoever answers a request to endorse it gets the day of that.
    endorsed_on: Option<chrono::NaiveDate>,
}

/// An incident that a statement cites.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewCitation {
    /// Its number.
    number: Option<String>,
    /// Or the id it has elsewhere.
    external_id: Option<NewExternalId>,
    /// The version that is cited.
    #[schema(minimum = 1)]
    version: Option<u32>,
}

/// Why a verb is done.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reason {
    /// Owed for a second version; readers see it with the version.
    #[schema(max_length = 1_000)]
    reason: Option<String>,
}

/// Why a version is published.
#[derive(Serialize, ToSchema)]
pub(crate) struct Publication {
    /// Owed for a second version; readers see it with the version.
    #[schema(max_length = 1_000)]
    reason: Option<String>,
    /// Whether it changes no more than words, so that nobody who cites the record is told. Refused where a fact of an incident is
    /// another.
    #[schema(required = false)]
    minor: Option<bool>,
}

/// Why a record is taken back.
#[derive(Serialize, ToSchema)]
pub(crate) struct Withdrawal {
    /// Owed; for those who see what its network has not published.
    #[schema(max_length = 1_000)]
    reason: Option<String>,
    /// What everybody is told of it: a term of the list `withdrawal_class`; unspecified if not given.
    #[schema(example = "mistaken")]
    reason_class: Option<String>,
}

/// Records for which a verb is done, and why.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManyNumbers {
    /// The numbers, 200 at most.
    #[schema(min_items = 1, max_items = 200)]
    numbers: Vec<String>,
    /// Owed for a second version; readers see it with the version.
    #[schema(max_length = 1_000)]
    reason: Option<String>,
}

/// Records of which a version is published, and why.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManyPublications {
    /// The numbers, 200 at most.
    #[schema(min_items = 1, max_items = 200)]
    numbers: Vec<String>,
    /// Owed for a second version; readers see it with the version.
    #[schema(max_length = 1_000)]
    reason: Option<String>,
    /// Whether they change no more than words, so that nobody who cites the records is told.
    #[schema(required = false)]
    minor: Option<bool>,
}

/// Records that are taken back, and why.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManyWithdrawals {
    /// The numbers, 200 at most.
    #[schema(min_items = 1, max_items = 200)]
    numbers: Vec<String>,
    /// Owed; for those who see what their network has not published.
    #[schema(max_length = 1_000)]
    reason: Option<String>,
    /// What everybody is told of it: a term of the list `withdrawal_class`; unspecified if not given.
    #[schema(example = "mistaken")]
    reason_class: Option<String>,
}

/// What became of each of many records.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManyOutcomes {
    /// One for each number, in the order in which they were sent.
    items: Vec<OneOutcome>,
}

/// What became of one of many records.
#[derive(Serialize, ToSchema)]
pub(crate) struct OneOutcome {
    /// The number that was sent.
    number: String,
    /// The status that the verb alone would have had.
    status: u16,
    /// Why it was not done.
    problem: Option<crate::problem::Problem>,
}

/// What an answer says of the question.
#[derive(Serialize, ToSchema)]
pub(crate) struct Meta {
    /// The period as it was resolved, both ends included.
    period: Option<MetaPeriod>,
    /// In which order the items are.
    sort: Option<String>,
    /// How many there are in all, if that was asked for.
    total: Option<u64>,
}

/// A resolved period; an open end is null.
#[derive(Serialize, ToSchema)]
pub(crate) struct MetaPeriod {
    /// The first day.
    from: Option<chrono::NaiveDate>,
    /// The last day.
    to: Option<chrono::NaiveDate>,
}
