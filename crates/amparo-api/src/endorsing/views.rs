//! Requests to endorse a statement, and answers, as they go over the wire.

use amparo_store::Endorsement;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::dto::OrganizationRef;

/// A request to endorse a statement, and what was said.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Endorsement)]
pub(crate) struct EndorsementView<'a> {
    /// Its id.
    #[schema(example = "5577006791947779410")]
    id: String,
    /// The statement.
    #[schema(example = "6120-4416")]
    statement: String,
    /// The organization that is asked.
    organization: OrganizationRef<'a>,
    /// The network whose members may answer with their own account.
    network: Option<&'a str>,
    /// open, expired, or what was said: endorsed, declined, `change_suggested`.
    #[schema(
        example = "endorsed",
        pattern = "^(open|expired|endorsed|declined|change_suggested)$"
    )]
    state: &'static str,
    /// The revision of the statement that is asked about, and that an answer is of.
    #[schema(example = 4)]
    for_revision: i32,
    /// The first published version that says the same in words; null while none does.
    #[schema(example = 1)]
    for_version: Option<i32>,
    /// Whether the latest revision of the statement still says the same in title, excerpt and body.
    is_current: bool,
    /// Whether the organization is named among the endorsers of the latest version.
    is_endorser: bool,
    /// When it was asked.
    asked_at: DateTime<Utc>,
    /// Until when the code holds.
    expires_at: DateTime<Utc>,
    /// When it was answered.
    answered_at: Option<DateTime<Utc>>,
    #[serde(flatten)]
    owners: Option<ForOwners<'a>>,
}

/// What those are told besides who write the statement.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ForOwners<'a> {
    /// Who asked; for those who write the statement.
    asked_by: String,
    /// The account that answered; null if it was with the code. For those who write the statement.
    answered_by: Option<String>,
    /// Who signed; for those who write the statement.
    name: Option<&'a str>,
    /// What they are there; for those who write the statement.
    role: Option<&'a str>,
    /// What they would have otherwise, with tokens for people; for those who write the statement.
    text: Option<&'a str>,
}

/// A request that was just made.
#[derive(Serialize, ToSchema)]
#[schema(as = MadeEndorsement)]
pub(crate) struct MadeView<'a> {
    #[serde(flatten)]
    pub(super) request: EndorsementView<'a>,
    /// What lets somebody without an account answer. It is shown this once, holds for 30 days, and stands in no address.
    #[schema(example = "end_X3Rvi1…")]
    pub(super) code: &'a str,
    /// The page on which the code is entered.
    #[schema(example = "/endorse")]
    pub(super) page: String,
}

/// Who was asked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EndorsementList<'a> {
    /// The requests, the first one first; at most 500.
    pub(super) items: Vec<EndorsementView<'a>>,
}

/// What is to be asked.
#[derive(Serialize, ToSchema)]
#[schema(as = NewEndorsement)]
pub(crate) struct EndorsementInput {
    /// The number or slug of the organization, or an object with one of them.
    #[schema(max_length = 100)]
    organization: String,
    /// The network whose members may answer for it with their own account; nobody's if not given.
    #[schema(max_length = 100)]
    network: Option<String>,
}

/// What is asked of an organization: to endorse these words.
#[derive(Serialize, ToSchema)]
#[schema(as = AskedToEndorse)]
pub(crate) struct AskedView<'a> {
    #[serde(flatten)]
    pub(super) request: EndorsementView<'a>,
    /// The statement as everybody would see it: a name is in it only where it is shown already, or where those have
    /// approved it whose word a name needs.
    #[schema(value_type = crate::dto::Statement<'static>)]
    pub(super) asked: Value,
}

/// The code of a request.
#[derive(Serialize, ToSchema)]
#[schema(as = EndorsementCode)]
pub(crate) struct CodeInput {
    /// The code.
    #[schema(max_length = 100)]
    pub(super) code: String,
}

/// What somebody says for an organization.
#[derive(Serialize, ToSchema)]
#[schema(as = EndorsementAnswer)]
pub(crate) struct AnswerInput {
    /// endorsed, declined or `change_suggested`.
    pub(super) answer: String,
    /// Who signs; for those who write the statement, the public sees the organization alone.
    #[schema(max_length = 200)]
    name: String,
    /// What they are there.
    #[schema(max_length = 200)]
    role: String,
    /// What should be otherwise; needed where a change is suggested.
    #[schema(max_length = 5_000)]
    text: Option<String>,
}

/// The same, with the code.
#[derive(Serialize, ToSchema)]
#[schema(as = EndorsementAnswerByCode)]
pub(crate) struct AnswerByCode {
    /// The code.
    #[schema(max_length = 100)]
    pub(super) code: String,
    #[serde(flatten)]
    pub(super) answer: AnswerInput,
}

impl<'a> EndorsementView<'a> {
    pub(crate) fn of(request: &'a Endorsement, now: DateTime<Utc>, owners: bool) -> Self {
        let answer = request.answer.as_ref();
        let state = match answer {
            Some(answered) => answered.answer.code(),
            None if request.expires_at <= now => "expired",
            None => "open",
        };
        Self {
            id: request.id.to_string(),
            statement: request.statement.to_string(),
            organization: OrganizationRef::named(&request.organization),
            network: request.network.as_deref(),
            state,
            for_revision: request.revision,
            for_version: request.version,
            is_current: request.is_current,
            is_endorser: request.is_endorser,
            asked_at: request.asked_at,
            expires_at: request.expires_at,
            answered_at: answer.map(|answered| answered.at),
            owners: owners.then(|| ForOwners {
                asked_by: request.asked_by.to_string(),
                answered_by: answer.and_then(|answered| answered.by).map(|by| by.to_string()),
                name: answer.and_then(|answered| answered.name.as_deref()),
                role: answer.and_then(|answered| answered.role.as_deref()),
                text: answer.and_then(|answered| answered.text.as_deref()),
            }),
        }
    }
}
