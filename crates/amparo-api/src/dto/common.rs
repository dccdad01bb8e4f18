//! Shapes that several kinds of record share, and how texts and people are shown.

use std::borrow::Cow;

use amparo_domain::incident::{DatePart, PersonLink};
use amparo_domain::language::Language;
use amparo_domain::number::Number;
use amparo_domain::partial_date::PartialDate;
use amparo_domain::period::Period;
use amparo_domain::reference::ExternalId as DomainExternalId;
use amparo_domain::source::{Source as DomainSource, SpelledAddress};
use amparo_domain::text;
use amparo_domain::tier::Tier;
use amparo_domain::validation::Issue;
use amparo_domain::vocabulary::{self, Display};
use amparo_store::{Label, Labels, Made, NamedOrganization, PossibleDuplicate, Record};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// How records are shown to one caller.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each says another thing of what is shown")]
pub(crate) struct Rendering<'a> {
    /// What the caller may see of what the records refer to.
    pub labels: &'a Labels,
    /// Whether what is for staff is shown to those who see more of a record than the public does.
    pub staff: bool,
    /// Whether the caller knows who the people in a record are.
    pub knows: bool,
    /// Whether addresses that spell out names are in it whoever asks: not for an answer, but to be put
    /// back where a writer leaves out what they could not see.
    pub whole: bool,
    /// The language of labels.
    pub language: Language,
    /// Whether texts keep their `{P1}`.
    pub raw: bool,
    /// The day as of which custody is told.
    pub today: NaiveDate,
    /// Whether a point that stands for the country is given where there is no other.
    pub points: bool,
    /// The period of which a record may be in it or not, where that is told apart.
    pub possible_in: Option<Period>,
}

/// A member that may be kept from the caller: it is absent then. Null means that nothing is known.
#[derive(Debug)]
pub(crate) enum Told<T> {
    /// It is not for this caller.
    Hidden,
    /// What is known.
    Known(Option<T>),
}

impl<T> Told<T> {
    /// What is known, if it is for the caller.
    pub(crate) fn when(told: bool, known: impl FnOnce() -> Option<T>) -> Self {
        if told { Self::Known(known()) } else { Self::Hidden }
    }

    pub(crate) fn is_hidden(&self) -> bool {
        matches!(self, Self::Hidden)
    }
}

impl<T: Serialize> Serialize for Told<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Hidden | Self::Known(None) => serializer.serialize_none(),
            Self::Known(Some(known)) => known.serialize(serializer),
        }
    }
}

/// A date as the source gives it, with the days between which it lies.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Date)]
pub(crate) struct DateView<'a> {
    /// The date in EDTF level 1 (ISO 8601-2).
    #[schema(example = "2024-04-29")]
    edtf: &'a str,
    /// The first day it can lie on; null where that is open or not known.
    start: Option<NaiveDate>,
    /// The last day it can lie on; null where that is open or not known.
    end: Option<NaiveDate>,
    /// How exactly it is known.
    #[schema(value_type = String, example = "day", pattern = "^(day|month|year|interval|before|after|unknown)$")]
    precision: &'static str,
    /// Marked as approximate.
    approximate: bool,
    /// Marked as uncertain.
    uncertain: bool,
    /// The parts of it that were inferred and not said.
    #[schema(value_type = Vec<String>, example = json!(["year"]))]
    inferred: &'a [DatePart],
}

impl<'a> DateView<'a> {
    pub(crate) fn of(date: &'a PartialDate, inferred: &'a [DatePart]) -> Self {
        Self {
            edtf: date.edtf(),
            start: date.start(),
            end: date.end(),
            precision: date.precision().code(),
            approximate: date.is_approximate(),
            uncertain: date.is_uncertain(),
            inferred,
        }
    }
}

/// The id something has in another system.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExternalId<'a> {
    /// The system.
    #[schema(example = "gndem-table-2024", max_length = 200)]
    system: &'a str,
    /// The id there.
    #[schema(example = "7", max_length = 200)]
    id: &'a str,
}

pub(crate) fn external_ids(ids: &[DomainExternalId]) -> Vec<ExternalId<'_>> {
    ids.iter().map(|id| ExternalId { system: &id.system, id: &id.id }).collect()
}

/// A publication that says what a record says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Source)]
pub(crate) struct SourceView<'a> {
    /// `S1`, `S2`, … within the record.
    #[schema(example = "S1")]
    pub(crate) r#ref: &'a str,
    /// Its title.
    pub(crate) title: Option<Cow<'a, str>>,
    /// Who published it.
    pub(crate) publisher: Option<&'a str>,
    /// Where it is.
    #[schema(format = "uri")]
    pub(crate) url: Option<&'a str>,
    /// Where a copy is kept.
    #[schema(format = "uri")]
    pub(crate) archived_url: Option<&'a str>,
    /// True if its addresses are for staff alone, because they spell out a name that is not shown.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) url_hidden: bool,
    /// When it was published, in EDTF.
    #[schema(example = "2024-04-30")]
    pub(crate) date: Option<&'a str>,
    /// When it was read.
    pub(crate) accessed: Option<NaiveDate>,
    /// What kind of publication it is.
    pub(crate) kind: Option<&'static str>,
    /// Its language, a BCP 47 tag.
    pub(crate) lang: Option<&'a str>,
    /// The source that it repeats, so that the two do not count as independent.
    pub(crate) same_origin_as: Option<&'a str>,
    /// How far it may travel, where it is not public with the record; for staff. Of a source above them
    /// they get this and `ref` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    pub(crate) tier: Option<&'static str>,
}

/// An organization where another record refers to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganizationRef<'a> {
    /// Its number.
    #[schema(example = "4827-1930")]
    number: String,
    /// Its short name in addresses.
    slug: Option<&'a str>,
    /// Its acronym.
    acronym: Option<&'a str>,
    /// Its name.
    name: Option<&'a str>,
}

impl<'a> OrganizationRef<'a> {
    /// The organization, if the caller may see it.
    pub(crate) fn of(number: Number, labels: &'a Labels) -> Option<Self> {
        let Label { slug, acronym, name, .. } = labels.get(number)?;
        Some(Self {
            number: number.to_string(),
            slug: slug.as_deref(),
            acronym: acronym.as_deref(),
            name: name.as_deref(),
        })
    }

    /// The same of one that stands beside a record.
    pub(crate) fn named(organization: &'a NamedOrganization) -> Self {
        let NamedOrganization { number, slug, acronym, name } = organization;
        Self {
            number: number.to_string(),
            slug: slug.as_deref(),
            acronym: acronym.as_deref(),
            name: name.as_deref(),
        }
    }
}

/// What staff are told of a record besides what it says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Staff)]
pub(crate) struct StaffView {
    /// The revision shown here; for staff.
    revision: i32,
    /// The revision that was saved last; for staff.
    latest_revision: i32,
    /// When the record was made; for staff.
    recorded_at: DateTime<Utc>,
}

impl StaffView {
    pub(crate) fn of(record: &Record, rendering: Rendering<'_>) -> Option<Self> {
        rendering.staff.then_some(Self {
            revision: record.revision,
            latest_revision: record.latest_revision,
            recorded_at: record.recorded_at,
        })
    }
}

/// Something a writer should look at; it stops nothing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Warning {
    /// The place in the body, as a JSON pointer.
    pointer: String,
    /// What to look at.
    message: String,
}

impl From<Issue> for Warning {
    fn from(Issue { pointer, message, .. }: Issue) -> Self {
        Self { pointer, message }
    }
}

/// Another record that may be the same as one that was just made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PossibleDuplicate)]
pub(crate) struct PossibleDuplicateView {
    /// Where the new one was described, as a JSON pointer; empty for the record itself.
    pointer: String,
    /// The one that was there before.
    number: String,
    /// Why it may be the same.
    reason: String,
}

impl From<PossibleDuplicate> for PossibleDuplicateView {
    fn from(PossibleDuplicate { pointer, number, reason }: PossibleDuplicate) -> Self {
        Self { pointer, number: number.to_string(), reason }
    }
}

/// A record that was made because another one described it and nothing fitted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Made)]
pub(crate) struct MadeView {
    /// Where it was described, as a JSON pointer.
    pointer: String,
    /// What it is.
    #[schema(value_type = String, example = "organization")]
    kind: &'static str,
    /// Its number.
    number: String,
}

impl From<Made> for MadeView {
    fn from(Made { pointer, kind, number }: Made) -> Self {
        Self { pointer, kind: kind.singular(), number: number.to_string() }
    }
}

impl<'a> Rendering<'a> {
    /// How one record is shown. Staff see of another network's record what everybody sees.
    pub(crate) fn of_record(mut self, record: &Record) -> Self {
        self.staff &= record.access > Tier::Public;
        self.knows = self.staff && record.access == Tier::Confidential;
        self
    }

    /// A tier, for those whom it concerns.
    pub(crate) fn tier_of(&self, tier: Tier) -> Option<&'static str> {
        (self.staff && !tier.is_public()).then(|| tier.code())
    }

    /// A text with its people as the caller may see them.
    pub(crate) fn text(&self, text: &'a str, people: &'a [PersonLink<Number>]) -> Cow<'a, str> {
        if self.raw || !text.contains("{P") {
            return Cow::Borrowed(text);
        }
        Cow::Owned(text::render(text, |reference| {
            let link = people.iter().find(|link| link.reference == reference)?;
            Some(self.person(link).into_owned())
        }))
    }

    /// How a person appears in a text: by name, by what they are, or not at all.
    pub(crate) fn person(&self, link: &'a PersonLink<Number>) -> Cow<'a, str> {
        if let Some(name) = self.name_of(link) {
            return Cow::Borrowed(name);
        }
        match (&link.position, link.display) {
            (_, Display::Withheld) => {
                let label = vocabulary::term("display", "withheld").ok();
                Cow::Borrowed(label.map_or("withheld", |t| t.labels.in_language(self.language)))
            }
            (Some(position), _) => self.text(position, &[]),
            (None, _) => Cow::Borrowed(link.role.label(self.language)),
        }
    }

    /// The name of a person in a record, if the record shows it.
    pub(crate) fn name_of(&self, link: &PersonLink<Number>) -> Option<&'a str> {
        (link.display == Display::Name).then(|| self.labels.name_of(link.person)).flatten()
    }

    /// Whether all of these people are shown by name, so that an address that spells their names
    /// can be, too.
    pub(crate) fn tells(&self, names: &[String], people: &[PersonLink<Number>]) -> bool {
        names.iter().all(|reference| {
            let link = people.iter().find(|link| link.reference == *reference);
            link.is_some_and(|link| self.tells_all() || self.name_of(link).is_some())
        })
    }

    /// Whether the caller knows who the people in this record are, and asked for it.
    fn tells_all(&self) -> bool {
        self.whole || (self.raw && self.knows)
    }

    /// The record without the addresses in its texts that spell out a name that is not shown.
    pub(crate) fn without_hidden_addresses<'r>(&self, record: &'r Record) -> Cow<'r, Record> {
        let people = record.facts.people();
        let hidden = |spelled: &SpelledAddress| !self.tells(&spelled.names, people);
        match record.facts.without_addresses(hidden, "[address left out]") {
            Cow::Borrowed(_) => Cow::Borrowed(record),
            Cow::Owned(facts) => Cow::Owned(Record { facts, ..record.clone() }),
        }
    }

    /// The sources, without addresses that spell out a name that is not shown.
    pub(crate) fn sources(
        &self,
        sources: &'a [DomainSource],
        people: &'a [PersonLink<Number>],
    ) -> Vec<SourceView<'a>> {
        let sources = sources.iter();
        sources
            .map(|source| {
                let spelled = !self.tells(&source.url_names, people);
                let told = !spelled && (!source.url_hidden || self.tells_all());
                SourceView {
                    r#ref: &source.reference,
                    title: source.title.as_deref().map(|title| self.text(title, people)),
                    publisher: source.publisher.as_deref(),
                    url: source.url.as_deref().filter(|_| told),
                    archived_url: source.archived_url.as_deref().filter(|_| told),
                    url_hidden: spelled || source.url_hidden,
                    date: source.date.as_ref().map(PartialDate::edtf),
                    accessed: source.accessed,
                    kind: source.kind.map(vocabulary::SourceType::code),
                    lang: source.lang.as_deref(),
                    same_origin_as: source.same_origin_as.as_deref(),
                    tier: self.tier_of(source.tier),
                }
            })
            .collect()
    }
}

/// What a version says of itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Version)]
pub(crate) struct VersionView {
    /// 1, 2, 3, … without gaps.
    #[schema(minimum = 1)]
    pub version: i32,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// Why it was made.
    pub reason: Option<String>,
    /// The number of the frozen list of what it cites, if it is of a statement.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "5724-0019")]
    pub list: Option<String>,
    /// Whether it changes no more than words, so that nobody who cites it was told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub minor: bool,
}

/// The versions of a record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionList {
    /// The versions, the first one first.
    pub items: Vec<VersionView>,
}

/// A save of a record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Revision)]
pub(crate) struct RevisionView {
    /// 1, 2, 3, ….
    #[schema(minimum = 1)]
    pub revision: i32,
    /// When it was saved.
    pub made_at: DateTime<Utc>,
    /// The token that saved it.
    pub made_by: String,
    /// Why.
    pub reason: Option<String>,
}

/// The revisions of a record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RevisionList {
    /// The revisions, the first one first.
    pub items: Vec<RevisionView>,
}

/// One difference between two versions.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Difference {
    /// The place, as a JSON pointer.
    #[schema(example = "/summary")]
    pub pointer: String,
    /// What the first version says; absent if it says nothing there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub from: Option<serde_json::Value>,
    /// What the second version says; absent if it says nothing there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub to: Option<serde_json::Value>,
}
