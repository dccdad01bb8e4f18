//! Entries of a ledger as they go over the wire.

use amparo_domain::response::{Party, Sort};
use amparo_store::{Ledger, NamedOrganization};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::dto::{DateView, OrganizationRef};

/// Somebody who asks, or is asked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Party)]
pub(crate) struct PartyView<'a> {
    /// An organization of the register.
    organization: Option<OrganizationRef<'a>>,
    /// A public body, in words.
    #[schema(example = "Ministry of Foreign Affairs of Azerbaijan")]
    text: Option<&'a str>,
}

/// A step that was taken because of a record, what was answered to one, or what came of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Response)]
pub(crate) struct ResponseView<'a> {
    /// Its id.
    #[schema(example = "5577006791947779410")]
    id: String,
    /// A term of the list `response_kind`.
    #[schema(example = "reply", pattern = "^(appeal|demarche|reply|effect)$")]
    kind: &'static str,
    /// What kind of step it is: of an appeal or a démarche a term of the list `intervention_type`, of a reply one of
    /// `response`.
    #[schema(example = "denied_event")]
    r#type: Option<&'static str>,
    /// When.
    date: DateView<'a>,
    /// Who asked, or answered.
    by: Option<PartyView<'a>>,
    /// Who was asked.
    to: Option<PartyView<'a>>,
    /// What it says, in short.
    text: Option<&'a str>,
    /// Where it can be read.
    #[schema(format = "uri")]
    url: Option<&'a str>,
    /// What it is called elsewhere.
    #[schema(example = "AZE 002 / 1215")]
    reference: Option<&'a str>,
    /// The id of the appeal or démarche in this ledger that it answers, or that it came of.
    answers: Option<String>,
    /// How many days after what it answers; null unless both are known to the day.
    #[schema(example = 30)]
    days_to_answer: Option<i64>,
    /// Whether everybody sees it where the record is published.
    public: bool,
    /// When it was noted as it stands.
    changed_at: DateTime<Utc>,
}

/// The ledger of a record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResponseList)]
pub(crate) struct ResponseList<'a> {
    /// Its entries, in the order of their dates; at most 500.
    items: Vec<ResponseView<'a>>,
}

/// What is to be noted. What `GET` gave may be sent back.
#[derive(Serialize, ToSchema)]
#[schema(as = NewResponse)]
pub(crate) struct ResponseInput {
    /// appeal, demarche, reply or effect.
    kind: String,
    /// Of an appeal or a démarche a term of `intervention_type`, of a reply one of `response`.
    r#type: Option<String>,
    /// When, in EDTF.
    date: String,
    /// Who asked, or answered.
    by: Option<PartyInput>,
    /// Who was asked.
    to: Option<PartyInput>,
    /// What it says, in short; without names of people.
    #[schema(max_length = 5_000)]
    text: Option<String>,
    /// Where it can be read.
    #[schema(max_length = 2_000)]
    url: Option<String>,
    /// What it is called elsewhere: the code of an appeal.
    #[schema(max_length = 200)]
    reference: Option<String>,
    /// The id of the appeal or démarche in this ledger that it answers, or that it came of.
    answers: Option<String>,
    /// Whether everybody may see it where the record is published; false if not given. A verifier says so.
    public: Option<bool>,
}

/// Somebody who asks, or is asked: one of both.
#[derive(Serialize, ToSchema)]
#[schema(as = NewParty)]
pub(crate) struct PartyInput {
    /// The number or slug of an organization of the register, or an object with one of them.
    organization: Option<String>,
    /// A public body, in words; without names of people.
    #[schema(max_length = 300)]
    text: Option<String>,
}

impl<'a> PartyView<'a> {
    fn of(party: &'a Party<NamedOrganization>) -> Self {
        Self {
            organization: party.organization.as_ref().map(OrganizationRef::named),
            text: party.text.as_deref(),
        }
    }
}

impl<'a> ResponseView<'a> {
    pub(crate) fn of(response: &'a amparo_store::Response) -> Self {
        let amparo_store::Response { id, facts, days_to_answer, revision: _, changed_at } =
            response;
        Self {
            id: id.to_string(),
            kind: facts.kind.code(),
            r#type: facts.sort.map(Sort::code),
            date: DateView::of(&facts.date, &[]),
            by: facts.by.as_ref().map(PartyView::of),
            to: facts.to.as_ref().map(PartyView::of),
            text: facts.text.as_deref(),
            url: facts.url.as_deref(),
            reference: facts.reference.as_deref(),
            answers: facts.answers.map(|id| id.to_string()),
            days_to_answer: *days_to_answer,
            public: facts.public,
            changed_at: *changed_at,
        }
    }
}

impl<'a> ResponseList<'a> {
    pub(crate) fn of(ledger: &'a Ledger) -> Self {
        Self { items: ledger.items.iter().map(ResponseView::of).collect() }
    }
}
