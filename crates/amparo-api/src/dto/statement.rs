//! A statement as readers get it.

use std::borrow::Cow;

use amparo_domain::facts::Stored;
use amparo_domain::marks::{self, Mark};
use amparo_store::Record;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::incident::PersonInIncident;
use super::{
    DateView, ExternalId, OrganizationRef, Rendering, SourceView, StaffView, external_ids,
};

/// What a network said in public. Hidden members are absent; null means not known.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Statement<'a> {
    /// Its number.
    #[schema(example = "4827-1930")]
    number: String,
    /// The published version shown here; null if it was never published.
    version: Option<i32>,
    /// Where it is on its way to the public.
    #[schema(value_type = String, example = "published")]
    state: &'static str,
    /// The network that owns the record.
    network: &'a str,
    /// Its title.
    title: Cow<'a, str>,
    /// When it was issued.
    date: DateView<'a>,
    /// Whether its author marked it as not final.
    draft: bool,
    /// A term of the list `statement_kind`.
    #[schema(value_type = String, example = "statement")]
    kind: &'static str,
    /// Its opening in short.
    excerpt: Option<Cow<'a, str>>,
    /// The words it is filed under.
    tags: &'a [String],
    /// The language of the text, a BCP 47 tag.
    lang: Option<&'a str>,
    /// The country it is about, ISO 3166-1 alpha-3.
    country: Option<&'static str>,
    /// Who issued it.
    issuer: Option<OrganizationRef<'a>>,
    /// The text, in Markdown.
    body: Option<Cow<'a, str>>,
    /// Where it is published; null if the address spells out a name that is not shown.
    url: Option<&'a str>,
    /// What it links to.
    links: Vec<LinkView<'a>>,
    /// Who endorsed it.
    endorsers: Vec<EndorserView<'a>>,
    /// The incidents it cites.
    incidents: Vec<CitationView>,
    /// The day by whose sources the facts of what it cites are told; null for today.
    known_on: Option<chrono::NaiveDate>,
    /// How much of what it cites stands under it as a table: full, short or none.
    #[schema(value_type = String, example = "full", pattern = "^(full|short|none)$")]
    annex: &'static str,
    /// The people its text mentions, as the record shows them.
    people: Vec<PersonInIncident<'a>>,
    /// What else should be known.
    note: Option<Cow<'a, str>>,
    /// Where it was read.
    sources: Vec<SourceView<'a>>,
    /// When it was first published here.
    first_published: Option<DateTime<Utc>>,
    /// When it last changed for the public.
    last_changed: Option<DateTime<Utc>>,
    /// The ids it has elsewhere.
    external_ids: Vec<ExternalId<'a>>,
    /// What an imported file said for which the register has no word; for those who see what its network does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, required = false)]
    front_matter: Option<&'a serde_json::Map<String, serde_json::Value>>,
    /// The days on which a name that stood here was taken down.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    removed: &'a [chrono::NaiveDate],
    #[serde(flatten)]
    staff: Option<StaffView>,
}

/// A link in a statement's text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Link)]
pub(crate) struct LinkView<'a> {
    /// The words that are linked.
    title: Option<&'a str>,
    /// Where they lead; null if the address spells out a name that is not shown.
    #[schema(format = "uri")]
    url: Option<&'a str>,
    /// True if the address is null because it spells out a name that is not shown.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    url_hidden: bool,
}

/// An organization that endorsed a statement.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Endorser)]
pub(crate) struct EndorserView<'a> {
    #[serde(flatten)]
    organization: OrganizationRef<'a>,
    /// The words by which the text names it.
    matched_text: Option<&'a str>,
    /// When it endorsed this text, if that was noted.
    endorsed_on: Option<chrono::NaiveDate>,
}

/// An incident that a statement cites.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Citation)]
pub(crate) struct CitationView {
    /// The incident.
    number: String,
    /// The version that was cited, if it was pinned.
    version: Option<u32>,
}

impl<'a> Statement<'a> {
    pub(crate) fn of(record: &'a Record, r: Rendering<'a>) -> Option<Self> {
        let Stored::Statement(facts) = &record.facts else {
            return None;
        };
        let people = facts.people.as_slice();
        let text = |text: &'a Option<String>| text.as_deref().map(|text| r.text(text, people));
        let marked = |of: &'a Option<String>| text(of).map(|text| visible_marks(text, r));
        Some(Self {
            number: record.number.to_string(),
            version: (record.version > 0).then_some(record.version),
            state: record.state.code(),
            network: &record.network,
            title: r.text(&facts.title, people),
            date: DateView::of(&facts.date, &[]),
            draft: facts.draft,
            kind: facts.kind.code(),
            excerpt: marked(&facts.excerpt),
            tags: &facts.tags,
            lang: facts.lang.as_deref(),
            country: facts.country.map(amparo_domain::country::CountryCode::alpha3),
            issuer: facts.issuer.and_then(|issuer| OrganizationRef::of(issuer, r.labels)),
            body: marked(&facts.body),
            url: facts.url.as_deref().filter(|_| r.tells(&facts.url_names, people)),
            links: facts
                .links
                .iter()
                .map(|link| {
                    let told = r.tells(&link.url_names, people);
                    LinkView {
                        title: link.title.as_deref(),
                        url: told.then_some(&*link.url),
                        url_hidden: !told,
                    }
                })
                .collect(),
            endorsers: facts
                .endorsers
                .iter()
                .filter_map(|endorser| {
                    Some(EndorserView {
                        organization: OrganizationRef::of(endorser.organization, r.labels)?,
                        matched_text: endorser.matched_text.as_deref(),
                        endorsed_on: endorser.endorsed_on,
                    })
                })
                .collect(),
            incidents: facts
                .incidents
                .iter()
                .filter(|citation| {
                    let number = citation.incident;
                    r.labels.get(number).is_some() || r.labels.was_withdrawn(number)
                })
                .map(|citation| CitationView {
                    number: citation.incident.to_string(),
                    version: citation.version,
                })
                .collect(),
            known_on: facts.known_on,
            annex: facts.annex.code(),
            people: people.iter().map(|link| PersonInIncident::in_statement(link, r)).collect(),
            note: text(&facts.note),
            sources: r.sources(&facts.sources, people),
            first_published: record.first_published_at,
            last_changed: record.changed_at,
            external_ids: external_ids(&facts.external_ids),
            front_matter: r.staff.then_some(&facts.front_matter),
            removed: &record.removed,
            staff: StaffView::of(record, r),
        })
    }
}

/// The text without marks of what the caller may not see: no number tells that there is something.
fn visible_marks<'a>(text: Cow<'a, str>, r: Rendering<'_>) -> Cow<'a, str> {
    if r.staff || !text.contains("[[") {
        return text;
    }
    let hidden = |mark: &Mark| mark.number.is_ok_and(|number| r.labels.get(number).is_none());
    Cow::Owned(marks::replaced(&text, |mark| hidden(mark).then(String::new)))
}
