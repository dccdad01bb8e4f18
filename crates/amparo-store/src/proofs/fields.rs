//! What a version commits to, field by field.
//!
//! A list of fields never changes: another one gets another number, and both stay. Values are made from the snapshot,
//! which does not change either, so that nothing but the salts is kept. No value of a field that the public may see holds a
//! name, nor an address that spells one, apart from those in which names stand: so those are all that has to go when a name does.
//!
//! In lists of the second form the names of the first people of a version have a field each, filled or not: so the number of
//! fields tells nothing, and taking one name down leaves the proof of the others.

use std::borrow::Cow;

use amparo_domain::facts::Stored;
use amparo_domain::incident::{DatePart, IncidentFacts, PersonLink};
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::partial_date::PartialDate;
use amparo_domain::source::Source;
use amparo_domain::statement::{Annex, StatementFacts};
use amparo_domain::tier::Tier;
use amparo_domain::vocabulary::{Certainty, CustodyStatus, Display, GradeBasis, LocationPrecision};
use amparo_proof::commitment::Disclosure;
use amparo_proof::json::Json;
use geo_types::Point;

/// The fields of an incident.
const INCIDENT: &[&str] = &[
    "actors_public",
    "affected_public",
    "country",
    "date_public",
    "election_public",
    "events_public",
    "grade",
    "links_full",
    "location_full",
    "location_public",
    "name_1_public",
    "name_2_public",
    "name_3_public",
    "name_4_public",
    "name_5_public",
    "name_6_public",
    NAMES,
    "narrative_full",
    "narrative_public",
    "organizations_public",
    "persons_full",
    "persons_public",
    REASON,
    "severity",
    "sources_full",
    "sources_public",
    "title",
    "types",
];

/// The same as long as all names were one field.
const INCIDENT_1: &[&str] = &[
    "actors_public",
    "affected_public",
    "country",
    "date_public",
    "election_public",
    "events_public",
    "grade",
    "links_full",
    "location_full",
    "location_public",
    NAMES,
    "narrative_full",
    "narrative_public",
    "organizations_public",
    "persons_full",
    "persons_public",
    REASON,
    "severity",
    "sources_full",
    "sources_public",
    "title",
    "types",
];

/// The fields of a statement.
const STATEMENT: &[&str] = &[
    "about_public",
    "body_public",
    "date_public",
    "endorsers_public",
    "excerpt_public",
    "incidents_full",
    "name_1_public",
    "name_2_public",
    "name_3_public",
    "name_4_public",
    "name_5_public",
    "name_6_public",
    NAMES,
    "persons_full",
    "persons_public",
    REASON,
    "sources_full",
    "sources_public",
    "title",
];

/// The same as long as all names were one field.
const STATEMENT_1: &[&str] = &[
    "about_public",
    "body_public",
    "date_public",
    "endorsers_public",
    "excerpt_public",
    "incidents_full",
    NAMES,
    "persons_full",
    "persons_public",
    REASON,
    "sources_full",
    "sources_public",
    "title",
];

/// The fields of a withdrawal.
pub(super) const WITHDRAWAL: &[&str] = &["class_public", "reason_full"];

/// The field that holds the names of those who have none of their own.
const NAMES: &str = "names_public";

/// So many people of a version, the first ones, have a field of their own for their names.
const NAMED_ALONE: usize = 6;

/// How that field is called.
fn field_of_name(nth: usize) -> String {
    if nth < NAMED_ALONE { format!("name_{}_public", nth + 1) } else { NAMES.to_owned() }
}

/// Which of them a field is.
fn named_alone(field: &str) -> Option<usize> {
    let nth = field.strip_prefix("name_")?.strip_suffix("_public")?;
    nth.parse::<usize>().ok()?.checked_sub(1)
}

/// Why a version was made.
const REASON: &str = "reason_public";

/// What stands for an address that spells out a name.
const INSTEAD: &str = "\u{2026}";

/// The form of lists by which versions are committed to today.
pub(super) const FORM: i16 = 2;

/// The fields of a kind of record, if its versions go into the log.
pub(super) fn of_kind(kind: Kind) -> Option<&'static [&'static str]> {
    of_form(kind, FORM)
}

/// The fields by which a version was committed to.
pub(super) fn of_form(kind: Kind, form: i16) -> Option<&'static [&'static str]> {
    match (kind, form) {
        (Kind::Incident, 1) => Some(INCIDENT_1),
        (Kind::Incident, FORM) => Some(INCIDENT),
        (Kind::Statement, 1) => Some(STATEMENT_1),
        (Kind::Statement, FORM) => Some(STATEMENT),
        _ => None,
    }
}

/// The kind of record whose list has so many fields, and that list. The lists that there are differ in length.
pub(super) fn of_length(fields: usize) -> Option<(Kind, &'static [&'static str])> {
    let lists = [Kind::Incident, Kind::Statement].into_iter().flat_map(|kind| {
        [1, FORM].into_iter().filter_map(move |form| Some((kind, of_form(kind, form)?)))
    });
    lists.into_iter().find(|(_, list)| list.len() == fields)
}

/// Where in a list the name of the nth person of a version stands.
pub(super) fn place_of_name(list: &[&str], nth: usize) -> Option<usize> {
    let alone = field_of_name(nth);
    let own = list.iter().position(|field| *field == alone);
    own.or_else(|| list.iter().position(|field| *field == NAMES))
}

/// Whether what opens a name of a version was destroyed.
pub(super) fn name_destroyed(list: &[&str], salts: &[u8]) -> bool {
    let (salts, _) = salts.as_chunks::<16>();
    let mut names = list.iter().zip(salts).filter(|(field, _)| holds_name(field));
    names.any(|(_, salt)| salt.iter().all(|byte| *byte == 0))
}

/// Whether a field would hold a name, and holds none.
pub(super) fn says_no_name(disclosure: &Disclosure) -> bool {
    holds_name(&disclosure.field) && disclosure.value == Json::Null
}

fn holds_name(field: &str) -> bool {
    field == NAMES || named_alone(field).is_some()
}

/// What a version says.
pub(crate) struct Said<'a> {
    public: Cow<'a, Stored>,
    full: Option<&'a Stored>,
    /// Of each person in it, the name that it shows.
    names: Vec<Option<Json>>,
    /// How many of these have a field of their own.
    alone: usize,
    reason: Option<&'a str>,
}

impl<'a> Said<'a> {
    /// A version by its facts as the public sees them, and with all that it says for those who may know; `name_of` gives the
    /// name that it shows of somebody.
    pub(crate) fn new<'n>(
        public: &'a Stored,
        full: Option<&'a Stored>,
        reason: Option<&'a str>,
        name_of: impl Fn(&PersonLink<Number>) -> Option<&'n str>,
    ) -> Self {
        let names = public.people().iter().map(|link| {
            let name = name_of(link).filter(|_| link.display == Display::Name)?;
            Some(object([("name", Json::text(name)), ("ref", Json::text(&link.reference))]))
        });
        let names = names.collect();
        let public = public.without_addresses(|_| true, INSTEAD);
        Self { public, full, names, alone: NAMED_ALONE, reason }
    }

    /// The same, for the fields of a form.
    pub(super) fn in_form(self, form: i16) -> Self {
        let alone = if form == 1 { 0 } else { NAMED_ALONE };
        Self { alone, ..self }
    }

    /// The value of a field; nothing where there is none.
    pub(super) fn value(&self, field: &str) -> Option<Json> {
        if let Some(nth) = named_alone(field) {
            return self.names.get(nth).cloned().flatten();
        }
        match field {
            NAMES => return some(self.names.iter().skip(self.alone).flatten().cloned().collect()),
            REASON => return self.reason.map(Json::text),
            "persons_public" => return some(people(self.public.people(), false)),
            "persons_full" => return some(people(self.full?.people(), true)),
            "sources_public" => return some(sources(self.public.sources(), false)),
            "sources_full" => return some(sources(self.full?.sources(), true)),
            _ => {}
        }
        let full = field.ends_with("_full");
        match if full { self.full? } else { &*self.public } {
            Stored::Incident(facts) => of_incident(facts, field),
            Stored::Statement(facts) => of_statement(facts, field),
            _ => None,
        }
    }
}

fn of_incident(facts: &IncidentFacts<Number>, field: &str) -> Option<Json> {
    Some(match field {
        "actors_public" => list(facts.perpetrators.iter().map(|actor| {
            object([
                ("type", Json::text(actor.actor_type.code())),
                ("certainty", code(actor.certainty.map(Certainty::code))),
            ])
        }))?,
        "affected_public" => object([
            ("unnamed_max", count(facts.affected.unnamed_max)),
            ("unnamed_min", count(facts.affected.unnamed_min)),
        ]),
        "country" => Json::text(facts.country.alpha3()),
        "date_public" => date(&facts.occurred, &facts.inferred, facts.date_note.as_deref()),
        "election_public" => number(facts.election?),
        "events_public" => list(facts.events.iter().map(|event| {
            object([
                ("ref", Json::text(&event.reference)),
                ("date", date(&event.date, &event.inferred, None)),
                ("kind", Json::text(event.kind.code())),
                ("text", text(event.text.as_deref())),
                ("people", Json::List(event.people.iter().map(|p| Json::text(p)).collect())),
                ("source", text(event.source.as_deref())),
                ("custody", code(event.custody.map(CustodyStatus::code))),
                ("law", text(event.law.as_deref())),
                ("until", text(event.until.as_ref().map(PartialDate::edtf))),
                ("supersedes", text(event.supersedes.as_deref())),
            ])
        }))?,
        "grade" => object([
            ("grade", Json::text(facts.grade.code())),
            ("basis", code(facts.grade_basis.map(GradeBasis::code))),
        ]),
        "links_full" => {
            let related = facts.related.iter().map(|link| {
                object([
                    ("number", number(link.incident)),
                    ("relation", Json::text(link.relation.code())),
                ])
            });
            let case = facts.case.map_or(Json::Null, number);
            object([("case", case), ("related", Json::List(related.collect()))])
        }
        "location_public" => object([
            ("admin1", text(facts.admin1.as_deref())),
            ("place", text(facts.place.as_deref())),
            ("point", facts.location.map_or(Json::Null, point)),
            ("precision", code(facts.location_precision.map(LocationPrecision::code))),
        ]),
        "location_full" => object([
            ("admin1", text(facts.admin1.as_deref())),
            ("place", text(facts.place.as_deref())),
            ("point", facts.location.map_or(Json::Null, point)),
            ("precision", code(facts.location_precision.map(LocationPrecision::code))),
            ("exact_place", text(facts.confidential.place.as_deref())),
            ("exact_point", facts.confidential.location.map_or(Json::Null, point)),
        ]),
        "narrative_public" => Json::text(facts.summary.as_deref()?),
        "narrative_full" => object([
            ("summary", text(facts.summary.as_deref())),
            ("narrative", text(facts.confidential.narrative.as_deref())),
        ]),
        "organizations_public" => list(facts.organizations.iter().map(|link| {
            object([("number", number(link.organization)), ("role", Json::text(link.role.code()))])
        }))?,
        "severity" => object([
            ("severity", count(facts.severity.map(u32::from))),
            ("in_danger_now", Json::Bool(facts.in_danger_now)),
        ]),
        "title" => titled(&facts.title, facts.lang.as_deref()),
        "types" => object([
            ("types", Json::List(facts.types.iter().map(|t| Json::text(t.code())).collect())),
            ("subtypes", Json::List(facts.subtypes.iter().map(|t| Json::text(t)).collect())),
            ("other", text(facts.other_text.as_deref())),
        ]),
        _ => return None,
    })
}

fn of_statement(facts: &StatementFacts<Number>, field: &str) -> Option<Json> {
    Some(match field {
        "about_public" => {
            let mut about = vec![
                ("country", facts.country.map_or(Json::Null, |c| Json::text(c.alpha3()))),
                ("issuer", facts.issuer.map_or(Json::Null, number)),
                ("kind", Json::text(facts.kind.code())),
                ("tags", Json::List(facts.tags.iter().map(|tag| Json::text(tag)).collect())),
                ("url", text(facts.url.as_deref().filter(|_| facts.url_names.is_empty()))),
            ];
            // What is as it always was is not told, so that what was published before says the same.
            about.extend(facts.known_on.map(|day| ("known_on", Json::text(&day.to_string()))));
            about.extend(
                (facts.annex != Annex::Full).then(|| ("annex", Json::text(facts.annex.code()))),
            );
            object(about)
        }
        "body_public" => Json::text(facts.body.as_deref()?),
        "date_public" => date(&facts.date, &[], None),
        "endorsers_public" => {
            list(facts.endorsers.iter().map(|endorser| number(endorser.organization)))?
        }
        "excerpt_public" => Json::text(facts.excerpt.as_deref()?),
        "incidents_full" => list(facts.incidents.iter().map(|cited| {
            object([("number", number(cited.incident)), ("version", count(cited.version))])
        }))?,
        "title" => titled(&facts.title, facts.lang.as_deref()),
        _ => return None,
    })
}

/// Who is in it: never by name, and not how they are shown, which a take-down changes.
fn people(links: &[PersonLink<Number>], full: bool) -> Vec<Json> {
    let person = |link: &PersonLink<Number>| {
        let mut members = vec![
            ("ref", Json::text(&link.reference)),
            ("role", Json::text(link.role.code())),
            ("position", text(link.position.as_deref())),
            ("organization", link.organization.map_or(Json::Null, number)),
        ];
        if full {
            members.push(("person", number(link.person)));
        }
        object(members)
    };
    links.iter().map(person).collect()
}

/// Where it was read. An address that spells out a name is for those who may see all.
fn sources(sources: &[Source], full: bool) -> Vec<Json> {
    let source = |source: &Source| {
        let address = full || (source.url_names.is_empty() && !source.url_hidden);
        let address = |of: &Option<String>| text(of.as_deref().filter(|_| address));
        object([
            ("ref", Json::text(&source.reference)),
            ("title", text(source.title.as_deref())),
            ("publisher", text(source.publisher.as_deref())),
            ("url", address(&source.url)),
            ("archived_url", address(&source.archived_url)),
            ("date", text(source.date.as_ref().map(PartialDate::edtf))),
            ("accessed", source.accessed.map_or(Json::Null, |day| Json::text(&day.to_string()))),
            ("lang", text(source.lang.as_deref())),
            ("same_origin_as", text(source.same_origin_as.as_deref())),
        ])
    };
    sources.iter().map(source).collect()
}

fn object<'m>(members: impl IntoIterator<Item = (&'m str, Json)>) -> Json {
    let members = members.into_iter().map(|(name, value)| (name.to_owned(), value));
    // Names are written here, each once.
    Json::object(members).unwrap_or(Json::Null)
}

fn some(items: Vec<Json>) -> Option<Json> {
    (!items.is_empty()).then_some(Json::List(items))
}

fn list(items: impl Iterator<Item = Json>) -> Option<Json> {
    some(items.collect())
}

fn text(text: Option<&str>) -> Json {
    text.map_or(Json::Null, Json::text)
}

fn code(code: Option<&'static str>) -> Json {
    code.map_or(Json::Null, Json::text)
}

fn count(count: Option<u32>) -> Json {
    count.map_or(Json::Null, |count| Json::Integer(count.into()))
}

fn number(number: Number) -> Json {
    Json::Text(number.to_string())
}

fn titled(title: &str, lang: Option<&str>) -> Json {
    object([("text", Json::text(title)), ("lang", text(lang))])
}

fn date(date: &PartialDate, inferred: &[DatePart], note: Option<&str>) -> Json {
    let part = |part: &DatePart| {
        Json::text(match part {
            DatePart::Year => "year",
            DatePart::Month => "month",
            DatePart::Day => "day",
        })
    };
    object([
        ("date", Json::text(date.edtf())),
        ("inferred", Json::List(inferred.iter().map(part).collect())),
        ("note", text(note)),
    ])
}

/// Decimals as text: no two programs write a float alike for ever.
fn point(at: Point<f64>) -> Json {
    object([("lat", Json::Text(at.y().to_string())), ("lon", Json::Text(at.x().to_string()))])
}

/// Whether a field is shown to the public.
pub(super) fn is_public(field: &str) -> bool {
    !field.ends_with("_full")
}

/// Facts as the public sees them.
pub(crate) fn public(facts: &Stored) -> Cow<'_, Stored> {
    facts.narrowed(Tier::Public)
}
