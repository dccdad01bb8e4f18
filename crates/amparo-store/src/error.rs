//! What can go wrong in the system of record, in its own words.

use std::fmt;

use amparo_domain::access::AccessDenied;
use amparo_domain::number::Number;
use amparo_domain::review::Need;
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::{State, WithdrawalClass};
use chrono::{DateTime, Utc};
use sea_orm::sqlx;
use sea_orm::sqlx::error::DatabaseError;
use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such record, or none that the caller may know of.
    #[error("no such record")]
    NotFound,
    /// The record was withdrawn and stays as a tombstone.
    #[error("the record was withdrawn")]
    Withdrawn(Tombstone),
    /// The record is the same as another now, which holds what it said.
    #[error("the record was merged into another")]
    Merged {
        /// The record that was asked for.
        number: Number,
        /// The one that holds what it said.
        into: Number,
    },
    /// The record is not in a state in which this can be done.
    #[error("a record in the state {state} cannot be {verb}")]
    State {
        /// The state it is in.
        state: State,
        /// What was to be done, as a participle.
        verb: &'static str,
    },
    /// The writer is not trusted with this, for this record.
    #[error(transparent)]
    Denied(#[from] AccessDenied),
    /// The writer would approve what they wrote themselves.
    #[error("nobody approves what they wrote themselves")]
    OwnWork,
    /// Too few others have approved the working revision.
    #[error("{there} of {} approvals are there", .need.count)]
    ApprovalsMissing {
        /// How many are there.
        there: u8,
        /// How many are needed, and why.
        need: Need,
    },
    /// Somebody changed the record in the meantime.
    #[error("the record has changed since it was read")]
    Stale,
    /// What was sent cannot be taken.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Another record already has what must be unique.
    #[error("another record has this already")]
    Conflict(Vec<Issue>),
    /// Checks keep a statement from being published or exported.
    #[error("{} checks keep it from being published or exported", .issues.len())]
    Blocked {
        /// What is in the way, each with its place as far as the caller may know it.
        issues: Vec<Issue>,
        /// Whether it is a name that the caller does not know.
        unknown: bool,
    },
    /// The record that was written has been removed since.
    #[error("the record that this wrote was removed since")]
    Removed(Number),
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// There were too many tries.
    #[error("too many tries; another one in {seconds} s")]
    TooMany {
        /// How long until another one makes sense.
        seconds: u64,
    },
    /// A stored value does not read back.
    #[error("{table} {number}: {what}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The record.
        number: i64,
        /// What is wrong with it, in words of ours: what a parser says of a value quotes it, and this is logged.
        what: &'static str,
    },
    /// The database does not answer.
    #[error("the database does not answer")]
    Unavailable,
    /// Another write at the same time needed what this one had, and nothing was done.
    #[error("other writes at the same time were in the way")]
    Contended,
    /// Login, password or second factor do not fit; which of them is not told.
    #[error("the sign-in was refused")]
    SignIn,
    /// Too many sign in at once.
    #[error("too many sign in at once")]
    Crowded,
    /// Too many walk over the register at once.
    #[error("too many exports run at once")]
    TooManyWalks,
    /// The database refused.
    #[error("the database refused: {}", Loggable(.0))]
    Database(DbErr),
}

/// What stays of a withdrawn record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// Its number.
    pub number: Number,
    /// When it was withdrawn.
    pub withdrawn_at: DateTime<Utc>,
    /// The class of the reason.
    pub class: WithdrawalClass,
    /// The reason in words, if the caller sees what its network has not published.
    pub reason: Option<String>,
}

impl StoreError {
    /// One issue that refuses a value.
    pub(crate) fn issue(issue: Issue) -> Self {
        Self::Invalid(Invalid(vec![issue]))
    }
}

/// What may be logged of an error of the database: where and which it is, never a value that it quotes.
pub(crate) struct Loggable<'a>(pub &'a DbErr);

impl fmt::Display for Loggable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause)) = self.0 else {
            return f.write_str(match self.0 {
                DbErr::ConnectionAcquire(_) => "no connection was to be had",
                DbErr::RecordNotFound(_) => "a row is missing",
                DbErr::RecordNotInserted | DbErr::RecordNotUpdated => "a row was not written",
                _ => "a value does not read back",
            });
        };
        let RuntimeErr::SqlxError(cause) = cause else {
            return f.write_str("a statement was not understood");
        };
        match &**cause {
            sqlx::Error::Database(error) => {
                let code = error.code().unwrap_or_default();
                write!(f, "{code}")?;
                if quotes_no_value(&code, error.message()) {
                    write!(f, ": {}", error.message())?;
                }
                Ok(())
            }
            sqlx::Error::ColumnDecode { index, .. } => {
                write!(f, "the column {index} does not read back")
            }
            sqlx::Error::Decode(_) | sqlx::Error::Encode(_) | sqlx::Error::Protocol(_) => {
                f.write_str("a value cannot be sent or read")
            }
            other => other.fmt(f),
        }
    }
}

/// Whether the message of an error names nothing but tables, columns and constraints. PostgreSQL quotes values
/// in data exceptions (class 22), SQLite in what its index of words does not understand.
fn quotes_no_value(code: &str, message: &str) -> bool {
    let of_postgres = code.len() == 5;
    if of_postgres {
        !code.starts_with("22")
    } else {
        !message.contains("fts5") && !message.contains("MATCH")
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Self::Conflict(vec![Issue::at(
                "",
                "another record of the network has the same slug or external id",
            )]),
            _ if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) => Self::Unavailable,
            _ if is_contention(&error) => Self::Contended,
            _ => Self::Database(error),
        }
    }
}

/// Whether PostgreSQL gave a transaction up because of others: a deadlock, or an order that is none.
fn is_contention(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) =
        error
    else {
        return false;
    };
    let code = cause.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| matches!(&*code, "40P01" | "40001"))
}
