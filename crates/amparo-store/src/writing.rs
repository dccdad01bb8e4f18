//! What every write needs: the transaction, who writes, when, and what was already looked up.

use std::collections::HashMap;
use std::sync::atomic::AtomicU64;

use amparo_domain::access::{Actor, Audience};
use amparo_domain::clock::Chance;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

use crate::changes::Changes;
use crate::resolve::Known;
use crate::rollups::Pending;
use crate::rows::Rows;

/// One write, in one transaction.
pub(crate) struct Writing<'a> {
    pub tx: &'a DatabaseTransaction,
    pub actor: &'a Actor,
    pub audience: Audience,
    pub now: DateTime<Utc>,
    pub chance: &'a Chance,
    pub taken: &'a AtomicU64,
    pub known: &'a mut Known,
    /// What it changes for the public, written down when all else is done.
    pub changes: &'a Changes,
    /// What the write changed of what is counted.
    pub pending: &'a Pending,
    /// Whether each write is an import in the audit trail.
    pub importing: bool,
    /// Whether incidents that may be the same are looked for: not among a million rows.
    pub suggesting: bool,
    /// Whether nothing of it can change what the public sees. Whoever says so knows; nobody else has to.
    pub unseen: bool,
    /// Where an import hands over rows, to be written while it builds the next.
    pub handover: Option<&'a mpsc::Sender<Handover>>,
}

/// What an import hands over.
#[derive(Debug)]
pub(crate) enum Handover {
    /// Rows to write.
    Rows(Box<Rows>),
    /// Somebody waits until all before is written.
    Settle(oneshot::Sender<()>),
}

/// A record that was made because another one described it and nothing fitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Where it was described, as a JSON pointer.
    pub pointer: String,
    /// What it is.
    pub kind: Kind,
    /// Its number.
    pub number: Number,
}

/// Another record that may be the same as one that was just made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PossibleDuplicate {
    /// Where the new one was described, as a JSON pointer; empty for the record itself.
    pub pointer: String,
    /// The one that was there before.
    pub number: Number,
    /// Why it may be the same.
    pub reason: String,
}

/// Names of people, by person.
pub(crate) type NamesByPerson = HashMap<Number, Vec<crate::entity::person_name::Model>>;
