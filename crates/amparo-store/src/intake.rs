//! What somebody without an account asks: kept for the verifiers of one network, and for nobody else.
//!
//! What is sent is never compared with what is there, so that no answer tells whether a number is
//! taken. Whose it is is told when it is read: the network that owns the record it is about, else the
//! instance's own. Words and contact are in no index, no list and no log; who reads them is audited.

use amparo_domain::access::Reviewer;
use amparo_domain::intake::IntakeKind;
use amparo_domain::number::Number;
use amparo_domain::validation::Issue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{
    Condition, Expr, ExprTrait as _, JoinType, OnConflict, Order, Query, SelectStatement,
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
};
use sha2::{Digest as _, Sha256};

use crate::Store;
use crate::audit::{self, Action, Entry};
use crate::entity::{intake, record};
use crate::error::StoreError;
use crate::paging;
use crate::writing::Writing;

/// The letters of a receipt: none that is taken for another.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many letters a receipt has, of five bits each.
const LENGTH: usize = 20;

const OPEN: &str = "open";
const CLOSED: &str = "closed";

/// What somebody sends.
#[derive(Clone, PartialEq, Eq)]
pub struct NewIntake {
    /// What is asked.
    pub kind: IntakeKind,
    /// The record it is about.
    pub about: Option<Number>,
    /// In their words.
    pub text: String,
    /// How they can be reached.
    pub contact: Option<String>,
}

/// What was sent, without its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeItem {
    /// By what it is called.
    pub id: i64,
    /// What is asked.
    pub kind: String,
    /// The record it is about.
    pub about: Option<Number>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Whether it was answered.
    pub closed: bool,
}

/// What was sent, with its words.
#[derive(Clone, PartialEq, Eq)]
pub struct Intake {
    /// What it is.
    pub item: IntakeItem,
    /// In their words.
    pub text: String,
    /// How they can be reached.
    pub contact: Option<String>,
    /// What they were answered.
    pub answer: Option<String>,
    /// When.
    pub closed_at: Option<DateTime<Utc>>,
    /// By whom.
    pub closed_by: Option<i64>,
}

/// What whoever holds a receipt is told.
#[derive(Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Whether it was answered.
    pub closed: bool,
    /// The answer.
    pub answer: Option<String>,
}

/// Which items, and which page of them.
#[derive(Debug, Clone, Copy)]
pub struct IntakeQuestion<'a> {
    /// The network whose records they are about.
    pub network: &'a str,
    /// The network that gets what is about no record.
    pub default_network: &'a str,
    /// Those that were answered, or those that were not.
    pub closed: bool,
    /// The last item of the page before.
    pub after: Option<i64>,
    /// How many.
    pub limit: usize,
}

// Words and contacts stay out of whatever is printed.
macro_rules! says_nothing {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}

says_nothing!(NewIntake, Intake, Receipt);

impl Store {
    /// Keeps what somebody sends, and gives the receipt by which they hear of it. The same seed gives
    /// the same receipt and keeps it once.
    pub async fn take_in(
        &self,
        new: NewIntake,
        seed: Option<[u8; 32]>,
    ) -> Result<String, StoreError> {
        let receipt = receipt(&seed.unwrap_or_else(|| self.chance.bytes()));
        let row = intake::ActiveModel {
            id: Set(i64::from_ne_bytes((self.chance.next() >> 1).to_ne_bytes())),
            receipt: Set(hash(&receipt)),
            kind: Set(new.kind.code().to_owned()),
            rank: Set(new.kind.rank()),
            about: Set(new.about.map(Number::as_i64)),
            text: Set(new.text),
            contact: Set(new.contact),
            received_at: Set(self.clock.now()),
            state: Set(OPEN.to_owned()),
            closed_by: Set(None),
            closed_at: Set(None),
            answer: Set(None),
        };
        self.connections
            .write(move |tx| {
                Box::pin(async move {
                    let once = OnConflict::column(intake::Column::Receipt).do_nothing().to_owned();
                    let insert = intake::Entity::insert(row).on_conflict(once);
                    insert.exec_without_returning(tx).await?;
                    Ok(())
                })
            })
            .await?;
        Ok(receipt)
    }

    /// What became of what somebody sent, for whoever holds its receipt.
    pub async fn intake_receipt(&self, receipt: &str) -> Result<Receipt, StoreError> {
        let row = intake::Entity::find()
            .filter(intake::Column::Receipt.eq(hash(&spelled(receipt))))
            .one(self.connections.reader())
            .await?
            .ok_or(StoreError::NotFound)?;
        Ok(Receipt { closed: row.state == CLOSED, answer: row.answer })
    }

    /// A page of what was sent to a network: what has to be taken down first, then the oldest; one more
    /// than asked for, if there is one.
    pub async fn intake(
        &self,
        _reviewer: Reviewer<'_>,
        question: IntakeQuestion<'_>,
    ) -> Result<Vec<IntakeItem>, StoreError> {
        let reader = self.connections.reader();
        let column = |column| Expr::col((intake::Entity, column));
        let key = [intake::Column::Rank, intake::Column::ReceivedAt, intake::Column::Id];
        let mut select = of_network(question.network, question.default_network);
        let state = if question.closed { CLOSED } else { OPEN };
        select.and_where(column(intake::Column::State).eq(state));
        if let Some(after) = question.after {
            let mut last = of_network(question.network, question.default_network);
            last.and_where(column(intake::Column::Id).eq(after));
            let last = reader.query_one(&last).await?.ok_or(StoreError::NotFound)?;
            let last = read(&last)?;
            let place = Expr::tuple([
                Expr::val(last.rank),
                Expr::val(last.item.received_at),
                Expr::val(last.item.id),
            ]);
            select.and_where(Expr::tuple(key.map(column)).gt(place));
        }
        for of in key {
            select.order_by((intake::Entity, of), Order::Asc);
        }
        let backend = self.connections.backend();
        let statement = paging::limited(backend, &select, question.limit + 1);
        let rows = reader.query_all_raw(statement).await?;
        rows.iter().map(|row| read(row).map(|row| row.item)).collect()
    }

    /// One item with its words. Who reads it is noted.
    pub async fn read_intake(
        &self,
        reviewer: Reviewer<'_>,
        default_network: &str,
        id: i64,
    ) -> Result<Intake, StoreError> {
        let default_network = default_network.to_owned();
        self.write(reviewer.actor(), move |writing| {
            let default_network = default_network.clone();
            Box::pin(async move {
                let row = writing.intake_row(&default_network, id).await?;
                writing.audit_intake(Action::ReadIntake, &row).await?;
                Ok(whole(row))
            })
        })
        .await
    }

    /// Answers an item. The same answer again changes nothing.
    pub async fn close_intake(
        &self,
        reviewer: Reviewer<'_>,
        default_network: &str,
        id: i64,
        answer: String,
    ) -> Result<Intake, StoreError> {
        let default_network = default_network.to_owned();
        self.write(reviewer.actor(), move |writing| {
            let (default_network, answer) = (default_network.clone(), answer.clone());
            Box::pin(async move {
                let row = writing.intake_row(&default_network, id).await?;
                if row.state == CLOSED {
                    if row.answer.as_ref() == Some(&answer) {
                        return Ok(whole(row));
                    }
                    let issue = Issue::at("", "this was answered already");
                    return Err(StoreError::Conflict(vec![issue]));
                }
                let closed = intake::ActiveModel {
                    id: Set(id),
                    state: Set(CLOSED.to_owned()),
                    closed_by: Set(Some(writing.actor.id)),
                    closed_at: Set(Some(writing.now)),
                    answer: Set(Some(answer)),
                    ..Default::default()
                };
                let row = closed.update(writing.tx).await?;
                writing.audit_intake(Action::CloseIntake, &row).await?;
                Ok(whole(row))
            })
        })
        .await
    }
}

impl Writing<'_> {
    async fn intake_row(
        &self,
        default_network: &str,
        id: i64,
    ) -> Result<intake::Model, StoreError> {
        let mut select = of_network(&self.actor.network, default_network);
        select.and_where(Expr::col((intake::Entity, intake::Column::Id)).eq(id));
        if self.tx.query_one(&select).await?.is_none() {
            return Err(StoreError::NotFound);
        }
        let row = intake::Entity::find_by_id(id).one(self.tx).await?;
        row.ok_or(StoreError::NotFound)
    }

    async fn audit_intake(&self, action: Action, row: &intake::Model) -> Result<(), StoreError> {
        let number = row.about.and_then(|number| Number::from_i64(number).ok());
        // What is answered is as confidential as what was asked.
        let reason = Some(format!("intake {}", row.id));
        let entry = Entry { action, number, revision: None, reason };
        audit::record(self.tx, self.actor, self.now, vec![entry]).await
    }
}

/// What is for a network: what is about its records, and for the default one what is about none.
pub(crate) fn of_network(network: &str, default_network: &str) -> SelectStatement {
    let owner = Expr::col((record::Entity, record::Column::Network));
    let mut whose = Condition::any().add(owner.eq(network));
    if network == default_network {
        whose = whose.add(Expr::col((record::Entity, record::Column::Number)).is_null());
    }
    let of_item = [
        intake::Column::Id,
        intake::Column::Kind,
        intake::Column::About,
        intake::Column::ReceivedAt,
        intake::Column::State,
        intake::Column::Rank,
    ];
    let mut select = Query::select();
    select
        .columns(of_item.map(|column| (intake::Entity, column)))
        .from(intake::Entity)
        .join(
            JoinType::LeftJoin,
            record::Entity,
            Expr::col((record::Entity, record::Column::Number))
                .equals((intake::Entity, intake::Column::About)),
        )
        .cond_where(whose);
    select
}

struct Row {
    item: IntakeItem,
    rank: i32,
}

fn read(row: &sea_orm::QueryResult) -> Result<Row, StoreError> {
    let about: Option<i64> = row.try_get_by_index(2)?;
    let state: String = row.try_get_by_index(4)?;
    Ok(Row {
        item: IntakeItem {
            id: row.try_get_by_index(0)?,
            kind: row.try_get_by_index(1)?,
            about: about.and_then(|number| Number::from_i64(number).ok()),
            received_at: row.try_get_by_index(3)?,
            closed: state == CLOSED,
        },
        rank: row.try_get_by_index(5)?,
    })
}

fn whole(row: intake::Model) -> Intake {
    Intake {
        item: IntakeItem {
            id: row.id,
            kind: row.kind,
            about: row.about.and_then(|number| Number::from_i64(number).ok()),
            received_at: row.received_at,
            closed: row.state == CLOSED,
        },
        text: row.text,
        contact: row.contact,
        answer: row.answer,
        closed_at: row.closed_at,
        closed_by: row.closed_by,
    }
}

/// A receipt of 100 bits, in groups that can be read out.
fn receipt(seed: &[u8; 32]) -> String {
    let mut text = String::with_capacity(LENGTH + 3);
    for (nth, byte) in seed.iter().take(LENGTH).enumerate() {
        if nth > 0 && nth % 5 == 0 {
            text.push('-');
        }
        text.push(char::from(LETTERS[usize::from(*byte) % LETTERS.len()]));
    }
    text
}

/// A receipt as it was given, however it is typed.
fn spelled(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric).take(LENGTH + 1);
    let mut text = String::new();
    for (nth, c) in letters.enumerate() {
        if nth > 0 && nth % 5 == 0 {
            text.push('-');
        }
        text.push(match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        });
    }
    text
}

fn hash(receipt: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(receipt))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_reads_back_however_it_is_typed() {
        let given = receipt(&[1; 32]);
        assert_eq!(given, "11111-11111-11111-11111");
        assert_eq!(spelled("lIi11 1111111111 11111"), given);
        assert_eq!(spelled(&given), given);
    }
}
