//! The audit trail: every write leaves a row, in its own transaction.

use amparo_domain::access::Actor;
use amparo_domain::number::Number;
use amparo_domain::vocabulary::WithdrawalClass;
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ConnectionTrait,
};

use crate::bulk;
use crate::entity::audit_entry;
use crate::error::StoreError;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Create,
    Import,
    Change,
    Submit,
    Publish,
    Withdraw(WithdrawalClass),
    Approve,
    Return,
    Decline,
    Reopen,
    Assign,
    Grade,
    Ask,
    Answer,
    Delete,
    Purge,
    DismissDuplicate,
    Merge,
    Unmerge,
    ReadIntake,
    CloseIntake,
    IssueToken,
    RevokeToken,
    ReadConfidential,
    Grant,
    Revoke,
    TakeDown,
    Consent,
    SignIn,
    SignOut,
    StepUp,
    CreateAccount,
    Invite,
    Accept,
    Suspend,
    Reinstate,
    ResetSecondFactor,
    ChangePassword,
    ResetPassword,
    ChangeRoles,
    ChangeNetwork,
    DeclareCoverage,
    ChangeCoverage,
    WithdrawCoverage,
    Freeze,
    SaveSearch,
    ChangeSearch,
    RemoveSearch,
    Pin,
    AskEndorsement,
    AnswerEndorsement,
    TakeBackEndorsement,
    NoteResponse,
    ChangeResponse,
    RemoveResponse,
    RefuseName,
    CloseNotice,
}

impl Action {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Import => "import",
            Self::Change => "change",
            Self::Submit => "submit",
            Self::Publish => "publish",
            Self::Withdraw(_) => "withdraw",
            Self::Approve => "approve",
            Self::Return => "return",
            Self::Decline => "decline",
            Self::Reopen => "reopen",
            Self::Assign => "assign",
            Self::Grade => "grade",
            Self::Ask => "ask",
            Self::Answer => "answer",
            Self::Delete => "delete",
            Self::Purge => "purge",
            Self::DismissDuplicate => "dismiss_duplicate",
            Self::Merge => "merge",
            Self::Unmerge => "unmerge",
            Self::ReadIntake => "read_intake",
            Self::CloseIntake => "close_intake",
            Self::IssueToken => "issue_token",
            Self::RevokeToken => "revoke_token",
            Self::ReadConfidential => "read_confidential",
            Self::Grant => "grant",
            Self::Revoke => "revoke",
            Self::TakeDown => "take_down",
            Self::Consent => "consent",
            Self::SignIn => "sign_in",
            Self::SignOut => "sign_out",
            Self::StepUp => "step_up",
            Self::CreateAccount => "create_account",
            Self::Invite => "invite",
            Self::Accept => "accept",
            Self::Suspend => "suspend",
            Self::Reinstate => "reinstate",
            Self::ResetSecondFactor => "reset_second_factor",
            Self::ChangePassword => "change_password",
            Self::ResetPassword => "reset_password",
            Self::ChangeRoles => "change_roles",
            Self::ChangeNetwork => "change_network",
            Self::DeclareCoverage => "declare_coverage",
            Self::ChangeCoverage => "change_coverage",
            Self::WithdrawCoverage => "withdraw_coverage",
            Self::Freeze => "freeze",
            Self::SaveSearch => "save_search",
            Self::ChangeSearch => "change_search",
            Self::RemoveSearch => "remove_search",
            Self::Pin => "pin",
            Self::AskEndorsement => "ask_endorsement",
            Self::AnswerEndorsement => "answer_endorsement",
            Self::TakeBackEndorsement => "take_back_endorsement",
            Self::NoteResponse => "note_response",
            Self::ChangeResponse => "change_response",
            Self::RemoveResponse => "remove_response",
            Self::RefuseName => "refuse_name",
            Self::CloseNotice => "close_notice",
        }
    }

    const fn reason_class(self) -> Option<WithdrawalClass> {
        match self {
            Self::Withdraw(class) => Some(class),
            _ => None,
        }
    }
}

/// One thing that was done to one record.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub action: Action,
    pub number: Option<Number>,
    pub revision: Option<i32>,
    pub reason: Option<String>,
}

/// Writes what an actor did at one moment.
pub(crate) async fn record(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    at: DateTime<Utc>,
    entries: Vec<Entry>,
) -> Result<(), StoreError> {
    bulk::insert::<audit_entry::Entity, _>(tx, rows(actor, at, entries)).await
}

/// The rows of what an actor did at one moment.
pub(crate) fn rows(
    actor: &Actor,
    at: DateTime<Utc>,
    entries: Vec<Entry>,
) -> Vec<audit_entry::ActiveModel> {
    let rows = entries.into_iter().map(|entry| audit_entry::ActiveModel {
        id: NotSet,
        at: Set(at),
        token: Set(actor.id),
        network: Set(actor.network.clone()),
        action: Set(entry.action.code().to_owned()),
        number: Set(entry.number.map(Number::as_i64)),
        revision: Set(entry.revision),
        reason: Set(entry.reason),
        reason_class: Set(entry.action.reason_class().map(|class| class.code().to_owned())),
    });
    rows.collect()
}
