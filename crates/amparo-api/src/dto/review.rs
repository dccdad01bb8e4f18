//! What a desk sends and gets.
#![allow(dead_code, reason = "what is sent is read elsewhere, all problems at once")]

use amparo_store::{Approvals, Questions};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Somebody's word that the working revision may be published.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewApproval {
    /// What was looked at; owed for an incident.
    checklist: Option<Checklist>,
    /// A word to the others of the desk, without names of people.
    #[schema(max_length = 1_000)]
    note: Option<String>,
}

/// What somebody looks at before an incident is published: `true` where it is as it should be,
/// `"not_applicable"` where there is nothing of the kind.
#[derive(Serialize, ToSchema)]
pub(crate) struct Checklist {
    /// The date is as exact as the sources, and no more.
    #[schema(value_type = serde_json::Value, example = true)]
    date_precision: Value,
    /// The place is as exact as is safe.
    #[schema(value_type = serde_json::Value, example = true)]
    place_precision: Value,
    /// Each name that is shown may be shown.
    #[schema(value_type = serde_json::Value, example = "not_applicable")]
    names: Value,
    /// Those affected know of it, as far as they can be reached.
    #[schema(value_type = serde_json::Value, example = true)]
    contact: Value,
    /// A copy of each source is kept.
    #[schema(value_type = serde_json::Value, example = true)]
    source_archived: Value,
    /// What was translated says so, and was read by somebody who knows both languages.
    #[schema(value_type = serde_json::Value, example = "not_applicable")]
    translation: Value,
}

/// A record that is given back.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewReturn {
    /// What is to be answered; owed, without names of people.
    #[schema(max_length = 2_000)]
    question: String,
}

/// Who looks after a record.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewAssignment {
    /// The id of a verifier of its network; null for nobody.
    to: Option<String>,
}

/// How far an incident is borne out.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewGrade {
    /// reported, confirmed or disputed.
    #[schema(example = "confirmed")]
    grade: String,
    /// What it rests on: a term of the list `grade_basis`; owed unless it is reported.
    #[schema(example = "independent_sources")]
    basis: Option<String>,
    /// Why; owed unless it is reported. It is kept with the revision.
    #[schema(max_length = 1_000)]
    reason: Option<String>,
}

/// Why something is done that owes a reason.
#[derive(Serialize, ToSchema)]
pub(crate) struct OwedReason {
    /// Why; for staff of the network, without names of people.
    #[schema(max_length = 1_000)]
    reason: String,
}

/// A question or an answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewText {
    /// What is asked or answered, without names of people.
    #[schema(max_length = 2_000)]
    text: String,
}

/// Records that are approved.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManyApprovals {
    /// The numbers, 200 at most.
    #[schema(min_items = 1, max_items = 200)]
    numbers: Vec<String>,
    /// What was looked at in each of them; owed for incidents.
    checklist: Option<Checklist>,
    /// A word to the others of the desk, without names of people.
    #[schema(max_length = 1_000)]
    note: Option<String>,
}

/// Records that are given back.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManyReturns {
    /// The numbers, 200 at most.
    #[schema(min_items = 1, max_items = 200)]
    numbers: Vec<String>,
    /// What is to be answered of each; owed.
    #[schema(max_length = 2_000)]
    question: String,
}

/// Records that are refused.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManyRefusals {
    /// The numbers, 200 at most.
    #[schema(min_items = 1, max_items = 200)]
    numbers: Vec<String>,
    /// Why; for staff of the network.
    #[schema(max_length = 1_000)]
    reason: String,
}

/// Who approved a record, and what it still needs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApprovalList {
    /// All approvals there ever were, those of the latest revision first.
    items: Vec<ApprovalView>,
    /// The working revision, whose approvals count.
    #[schema(minimum = 1)]
    revision: i32,
    /// How many of it are there.
    there: u8,
    /// How many it needs.
    #[schema(minimum = 1, maximum = 2)]
    needed: u8,
    /// Why it needs two: `personal_name`, `fine_place`, `loosened_confidentiality`.
    #[schema(value_type = Vec<String>, example = json!(["personal_name"]))]
    reasons: Vec<&'static str>,
}

/// An approval of a revision.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Approval)]
pub(crate) struct ApprovalView {
    /// The revision that was approved.
    revision: i32,
    /// Who approved it.
    who: String,
    /// When.
    at: DateTime<Utc>,
    /// What they looked at.
    #[schema(value_type = Option<serde_json::Value>)]
    checklist: Option<Value>,
    /// A word to the others of the desk.
    note: Option<String>,
}

impl From<Approvals> for ApprovalList {
    fn from(approvals: Approvals) -> Self {
        let items = approvals.items.into_iter().map(|approval| ApprovalView {
            revision: approval.revision,
            who: approval.who.to_string(),
            at: approval.at,
            checklist: approval.checklist.and_then(|text| serde_json::from_str(&text).ok()),
            note: approval.note,
        });
        Self {
            items: items.collect(),
            revision: approvals.revision,
            there: approvals.there,
            needed: approvals.need.count,
            reasons: approvals.need.reasons.iter().map(|reason| reason.code()).collect(),
        }
    }
}

/// The questions about a record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuestionList {
    /// The questions, the first one first.
    items: Vec<QuestionView>,
}

/// A question about a record, and the answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Question)]
pub(crate) struct QuestionView {
    /// 1, 2, 3, … of the record.
    #[schema(minimum = 1)]
    id: i32,
    /// The revision that was asked about.
    revision: i32,
    /// What was asked.
    text: String,
    /// Who asked.
    asked_by: String,
    /// When.
    asked_at: DateTime<Utc>,
    /// The answer; null while there is none.
    answer: Option<String>,
    /// Who answered.
    answered_by: Option<String>,
    /// When.
    answered_at: Option<DateTime<Utc>>,
}

impl From<Questions> for QuestionList {
    fn from(Questions { items }: Questions) -> Self {
        let items = items.into_iter().map(|question| QuestionView {
            id: question.id,
            revision: question.revision,
            text: question.text,
            asked_by: question.asked_by.to_string(),
            asked_at: question.asked_at,
            answer: question.answer,
            answered_by: question.answered_by.map(|who| who.to_string()),
            answered_at: question.answered_at,
        });
        Self { items: items.collect() }
    }
}

/// A page of what waits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Queue<'a> {
    /// What waits: those in danger now first, then what waits longest.
    pub items: Vec<QueueItem<'a>>,
    /// The cursor of the next page; null on the last one.
    pub next: Option<String>,
    /// What the answer says of the question.
    pub meta: QueueMeta,
}

/// What the queue says of the question.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QueueMeta {
    /// How many wait in all, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

/// A record and what of it waits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QueueItem<'a> {
    /// What there is to do: safety, new, changes, reply, due, import or question.
    #[schema(value_type = String, example = "new")]
    pub task: &'static str,
    /// What kind of record it is.
    #[schema(value_type = String, example = "incident")]
    pub kind: &'static str,
    /// Its number.
    #[schema(example = "4827-1930")]
    pub number: String,
    /// Its title or name, without names of people.
    pub title: String,
    /// The country, ISO 3166-1 alpha-3.
    pub country: Option<&'a str>,
    /// Where it is on its way.
    #[schema(value_type = String, example = "submitted")]
    pub state: &'static str,
    /// Whether somebody in it is in danger now.
    pub in_danger_now: bool,
    /// Since when it waits.
    pub waiting_since: DateTime<Utc>,
    /// Who looks after it; null for nobody.
    pub assigned_to: Option<String>,
    /// The approvals of its latest revision; null where there is nothing to approve.
    pub approvals: Option<ApprovalCount>,
    /// How many others may be the same; null where nobody looked.
    pub possible_duplicates: Option<u32>,
}

/// How many approvals are there, and how many are needed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApprovalCount {
    /// So many are there.
    pub there: u8,
    /// So many are needed.
    pub needed: u8,
}
