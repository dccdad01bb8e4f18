//! What the public saw change, in the order in which it came to be: for those who keep a copy.
//!
//! A write notes what it changed for the public and writes it down last of all, after everything it waits
//! for. On PostgreSQL it then holds a lock until it is committed, and on SQLite there is one writer, so
//! rows appear in the order of their ids: whoever has read up to one has missed none before it. The time of a
//! row is never before that of an earlier one, so the same holds of times
//! ([decision 25](../../../docs/adr/0025-keeping-a-copy.md)).

use std::sync::{Mutex, PoisonError};

use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::vocabulary::WithdrawalClass;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait as _, Order, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait as _, QueryOrder as _,
    QueryResult, QuerySelect as _,
};

use crate::Store;
use crate::bulk;
use crate::entity::{record, register_change};
use crate::error::StoreError;
use crate::paging::limited;
use crate::records::literal;

/// What changed for the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was published for the first time.
    Created,
    /// Another version of it was published.
    Corrected,
    /// It was merged into another record.
    Merged,
    /// That was undone.
    Unmerged,
    /// It was taken back.
    Withdrawn,
    /// A name that it showed is shown no longer.
    NamesTakenDown,
}

impl ChangeKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Created,
        Self::Corrected,
        Self::Merged,
        Self::Unmerged,
        Self::Withdrawn,
        Self::NamesTakenDown,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Corrected => "corrected",
            Self::Merged => "merged",
            Self::Unmerged => "unmerged",
            Self::Withdrawn => "withdrawn",
            Self::NamesTakenDown => "names_taken_down",
        }
    }
}

/// Something that the public saw change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its place among all.
    pub id: i64,
    /// What changed.
    pub change: ChangeKind,
    /// Of which record.
    pub number: Number,
    /// What the record is.
    pub kind: Kind,
    /// The latest version it had then.
    pub version: i32,
    /// When.
    pub at: DateTime<Utc>,
    /// The record that holds what this one said, if it was merged.
    pub into: Option<Number>,
    /// The class of the reason, if it was withdrawn.
    pub class: Option<WithdrawalClass>,
}

/// From where on changes are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// All of them.
    Beginning,
    /// Those of a moment and later.
    Moment(DateTime<Utc>),
    /// Those after one.
    Change(i64),
}

/// What a write changed for the public, until it is written down.
#[derive(Debug, Default)]
pub(crate) struct Changes(Mutex<Noted>);

#[derive(Debug, Default)]
struct Noted {
    /// Records that were made as published: of an import a million, so no more than their numbers.
    created: Vec<i64>,
    others: Vec<Other>,
}

/// What changed of a record that was there.
#[derive(Debug, Clone, Copy)]
struct Other {
    change: ChangeKind,
    number: i64,
    version: i32,
    into: Option<i64>,
    class: Option<WithdrawalClass>,
}

impl Changes {
    /// Notes that records were made as published.
    pub(crate) fn created(&self, numbers: Vec<i64>) {
        self.noted().created.extend(numbers);
    }

    /// Notes what changed of a record, and the latest version it has.
    pub(crate) fn note(&self, change: ChangeKind, number: i64, version: i32) {
        self.add(change, number, version, None, None);
    }

    /// Notes that a record was merged into another.
    pub(crate) fn merged(&self, number: i64, version: i32, into: i64) {
        self.add(ChangeKind::Merged, number, version, Some(into), None);
    }

    /// Notes that a record was withdrawn.
    pub(crate) fn withdrawn(&self, number: i64, version: i32, class: WithdrawalClass) {
        self.add(ChangeKind::Withdrawn, number, version, None, Some(class));
    }

    fn add(
        &self,
        change: ChangeKind,
        number: i64,
        version: i32,
        into: Option<i64>,
        class: Option<WithdrawalClass>,
    ) {
        self.noted().others.push(Other { change, number, version, into, class });
    }

    /// The records that were noted and are not written down yet.
    pub(crate) fn numbers(&self) -> Vec<i64> {
        let noted = self.noted();
        let others = noted.others.iter().map(|row| row.number);
        noted.created.iter().copied().chain(others).collect()
    }

    fn noted(&self) -> std::sync::MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes down what was noted: the last thing a write does, so that none waits for it that it waits for.
    pub(crate) async fn write(
        &self,
        tx: &DatabaseTransaction,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Noted { mut created, others } = std::mem::take(&mut *self.noted());
        if created.is_empty() && others.is_empty() {
            return Ok(());
        }
        if tx.get_database_backend() == DbBackend::Postgres {
            tx.execute_unprepared("SELECT pg_advisory_xact_lock(7264922)").await?;
        }
        let last: Option<DateTime<Utc>> = register_change::Entity::find()
            .select_only()
            .column(register_change::Column::At)
            .order_by_desc(register_change::Column::Id)
            .limit(1)
            .into_tuple()
            .one(tx)
            .await?;
        let at = last.map_or(now, |last| std::cmp::max(last, now));
        created.sort_unstable();
        for some in created.chunks(bulk::KEYS_MAX) {
            let rows = some.iter().map(|number| {
                let (change, number) = (ChangeKind::Created, *number);
                Other { change, number, version: 1, into: None, class: None }.row(at)
            });
            bulk::insert::<register_change::Entity, _>(tx, rows.collect()).await?;
        }
        for some in others.chunks(bulk::KEYS_MAX) {
            let rows = some.iter().map(|other| other.row(at)).collect();
            bulk::insert::<register_change::Entity, _>(tx, rows).await?;
        }
        Ok(())
    }
}

impl Other {
    fn row(self, at: DateTime<Utc>) -> register_change::ActiveModel {
        register_change::ActiveModel {
            id: NotSet,
            change: Set(self.change.code().to_owned()),
            number: Set(self.number),
            version: Set(Some(self.version)),
            at: Set(at),
            into_number: Set(self.into),
            class: Set(self.class.map(|class| class.code().to_owned())),
        }
    }
}

impl Store {
    /// What the public saw change, the earliest first. Whoever read up to one has missed none before it.
    pub async fn changes(&self, since: Since, limit: usize) -> Result<Vec<Change>, StoreError> {
        let mut select = select_changes();
        match since {
            Since::Beginning => {}
            Since::Moment(moment) => {
                let mut first = Query::select();
                first
                    .column((register_change::Entity, register_change::Column::Id))
                    .from(register_change::Entity)
                    .and_where(column(register_change::Column::At).gte(moment))
                    .order_by_expr(column(register_change::Column::At), Order::Asc)
                    .order_by_expr(column(register_change::Column::Id), Order::Asc)
                    .limit(1);
                let first = SimpleExpr::SubQuery(None, Box::new(first.into()));
                select.and_where(column(register_change::Column::Id).gte(first));
            }
            Since::Change(id) => {
                select.and_where(column(register_change::Column::Id).gt(id));
            }
        }
        self.read_changes(&select, limit).await
    }

    /// The records that were withdrawn, the earliest first, after one of those changes.
    pub async fn withdrawn(
        &self,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Change>, StoreError> {
        let mut select = select_changes();
        let withdrawn = literal(ChangeKind::Withdrawn.code());
        select.and_where(column(register_change::Column::Change).eq(withdrawn));
        if let Some(after) = after {
            select.and_where(column(register_change::Column::Id).gt(after));
        }
        self.read_changes(&select, limit).await
    }

    async fn read_changes(
        &self,
        select: &SelectStatement,
        limit: usize,
    ) -> Result<Vec<Change>, StoreError> {
        let statement = limited(self.connections.backend(), select, limit);
        let rows = self.connections.reader().query_all_raw(statement).await?;
        rows.iter().map(read).collect()
    }
}

fn column(column: register_change::Column) -> SimpleExpr {
    Expr::col((register_change::Entity, column))
}

fn select_changes() -> SelectStatement {
    use register_change::Column as C;
    let number = (record::Entity, record::Column::Number);
    let mut select = Query::select();
    select
        .columns(
            [C::Id, C::Change, C::Number, C::Version, C::At, C::IntoNumber, C::Class]
                .map(|column| (register_change::Entity, column)),
        )
        .column((record::Entity, record::Column::Kind))
        .from(register_change::Entity)
        .inner_join(record::Entity, column(C::Number).equals(number))
        .order_by_expr(column(C::Id), Order::Asc);
    select
}

fn read(row: &QueryResult) -> Result<Change, StoreError> {
    let stored: i64 = row.try_get_by_index(2)?;
    let corrupt = |what| StoreError::Corrupt { table: "register_change", number: stored, what };
    let number = |number| Number::from_i64(number).map_err(|_| corrupt("the number is none"));
    let (change, kind): (String, String) = (row.try_get_by_index(1)?, row.try_get_by_index(7)?);
    let change = ChangeKind::ALL.into_iter().find(|known| known.code() == change);
    let version: Option<i32> = row.try_get_by_index(3)?;
    let into: Option<i64> = row.try_get_by_index(5)?;
    let class: Option<String> = row.try_get_by_index(6)?;
    let class = class.and_then(|class| class.parse().ok());
    let change = change.ok_or_else(|| corrupt("the change is unknown"))?;
    Ok(Change {
        id: row.try_get_by_index(0)?,
        change,
        number: number(stored)?,
        kind: kind.parse().map_err(|()| corrupt("the kind is unknown"))?,
        version: version.unwrap_or_default(),
        at: row.try_get_by_index(4)?,
        into: into.map(number).transpose()?,
        // What was withdrawn before there were classes has the one that says nothing.
        class: if change == ChangeKind::Withdrawn { Some(class.unwrap_or_default()) } else { None },
    })
}
