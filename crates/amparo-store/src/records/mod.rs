//! Reading records: what a caller may see of them is decided here, where every query starts.

mod confidential;
mod history;
mod labels;
mod list;

use std::borrow::Cow;

use amparo_domain::access::{Audience, Member};
use amparo_domain::facts::Stored;
use amparo_domain::filter::Named;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::tier::Tier;
use amparo_domain::vocabulary::State;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{
    Condition, Expr, ExprTrait as _, Query, SelectStatement, SimpleExpr, Value,
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QueryResult,
};

pub(crate) use confidential::{put_back, sealed};
pub use history::{Revision, Version};
pub(crate) use history::{people_mut, restrict_names, show_as_today};
pub use labels::{CitedBy, Label, Labels};
pub(crate) use labels::{Known, LabelsKept};
pub use list::RecordFilter;
pub(crate) use list::{page_of_others, select_count};

use crate::Store;
use crate::cards::Cards;
use crate::entity::{access_grant, audit_entry, record, revision};
use crate::error::{StoreError, Tombstone};
use crate::slugs;

/// The state of a record that was removed before anybody saw it. It is in no vocabulary: to every
/// reader the record does not exist, and its number is never used again.
pub(crate) const DELETED: &str = "deleted";

/// A record as a caller may see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its number.
    pub number: Number,
    /// Where it is on its way to the public.
    pub state: State,
    /// The network that owns it.
    pub network: String,
    /// The revision that is shown here.
    pub revision: i32,
    /// The revision that was saved last.
    pub latest_revision: i32,
    /// The latest published version; 0 if there is none.
    pub version: i32,
    /// What it says.
    pub facts: Stored,
    /// When it was made.
    pub recorded_at: DateTime<Utc>,
    /// When it was first published.
    pub first_published_at: Option<DateTime<Utc>>,
    /// When it last changed for the public.
    pub changed_at: Option<DateTime<Utc>>,
    /// How much of it the caller may see.
    pub access: Tier,
    /// The days on which a name that it showed was taken down.
    pub removed: Vec<NaiveDate>,
    /// The id of the revision that is shown here, by which its confidential facts are found.
    pub revision_id: i64,
}

/// Records and what is needed to show their references.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown<T> {
    /// The records.
    pub records: T,
    /// What the caller may see of the records they refer to.
    pub labels: Labels,
}

/// Which of its revisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// The published one; of a record that never was, the latest.
    #[default]
    Shown,
    /// The latest, for staff.
    Working,
}

impl Store {
    /// One record. That a caller read its confidential facts is written into the audit trail.
    pub async fn find(
        &self,
        audience: &Audience,
        kind: Kind,
        named: &Named,
        view: View,
    ) -> Result<Shown<Record>, StoreError> {
        self.find_because(audience, kind, named, view, None).await
    }

    /// The same, with the reason for which somebody looks at what is confidential.
    pub async fn find_because(
        &self,
        audience: &Audience,
        kind: Kind,
        named: &Named,
        view: View,
        reason: Option<String>,
    ) -> Result<Shown<Record>, StoreError> {
        let shown = self.find_to_write(audience, kind, named, view).await?;
        let records = std::slice::from_ref(&shown.records);
        self.note_confidential_reads(audience, records, reason).await?;
        Ok(shown)
    }

    /// One record for somebody who is about to write it, which the audit trail tells then.
    pub async fn find_to_write(
        &self,
        audience: &Audience,
        kind: Kind,
        named: &Named,
        view: View,
    ) -> Result<Shown<Record>, StoreError> {
        let mut records = [self.find_row(audience, kind, named, view).await?];
        self.unseal(&mut records).await?;
        let labels = self.labels(audience, &mut records).await?;
        let [records] = records;
        Ok(Shown { records, labels })
    }

    /// The kind of the record that has a number, if the caller may see it.
    pub async fn kind_of(&self, audience: &Audience, number: Number) -> Result<Kind, StoreError> {
        let row = record::Entity::find_by_id(number.as_i64())
            .filter(visible_or_gone(audience))
            .one(self.connections.reader())
            .await?
            .ok_or(StoreError::NotFound)?;
        row.kind.parse().map_err(|()| StoreError::NotFound)
    }

    pub(crate) async fn find_row(
        &self,
        audience: &Audience,
        kind: Kind,
        named: &Named,
        view: View,
    ) -> Result<Record, StoreError> {
        let record = self.find_row_or_merged(audience, kind, named, view).await?;
        // Its own desk still sees what it says, where it asks for the working one.
        if record.state == State::Merged && view == View::Shown {
            let into = self.survivor(audience, record.number).await?;
            return Err(StoreError::Merged { number: record.number, into });
        }
        Ok(record)
    }

    /// The same, where what was merged is read as what it was: its versions stay.
    pub(crate) async fn find_row_or_merged(
        &self,
        audience: &Audience,
        kind: Kind,
        named: &Named,
        view: View,
    ) -> Result<Record, StoreError> {
        let view_of = if audience.is_member() { view } else { View::Shown };
        let mut select = select_records(audience, view_of);
        select
            .and_where(
                Expr::col((record::Entity, record::Column::Kind)).eq(literal(kind.singular())),
            )
            .and_where(name_is(named))
            .cond_where(visible_or_gone(audience));
        if let Named::Slug(_) = named {
            slugs::prefer(&mut select, audience);
        }
        let reader = self.connections.reader();
        let row = reader.query_one(&select).await?.ok_or(StoreError::NotFound)?;
        let record = read_record(&row)?;
        if record.state == State::Withdrawn
            && (view == View::Shown || record.access == Tier::Public)
        {
            let number = record.number.as_i64();
            let row = record::Entity::find_by_id(number).one(reader).await?;
            return Err(StoreError::Withdrawn(
                tombstone(reader, audience, &row.ok_or(StoreError::NotFound)?).await?,
            ));
        }
        // The working revision is nothing that the public sees.
        if view == View::Working && record.access == Tier::Public {
            return Err(StoreError::NotFound);
        }
        Ok(record)
    }
}

/// The records a caller may see: what is published or named by what is, and what else is theirs to see.
pub(crate) fn visible_to(audience: &Audience) -> Condition {
    let public = column(record::Column::Public).eq(literal(1));
    let Some(beyond) = beyond_public(audience) else {
        return Condition::all().add(public);
    };
    let there = column(record::Column::State).ne(literal(DELETED));
    Condition::all().add(there).add(Condition::any().add(public).add(beyond))
}

/// The records of which a caller sees more than the public does.
///
/// Who a person in the records is, is confidential as a whole: their record is for those who wrote it,
/// for their network's verifiers, and for those to whom it was granted as such.
pub(crate) fn beyond_public(audience: &Audience) -> Option<Condition> {
    let member = match audience {
        Audience::Public => return None,
        Audience::Instance => return Some(Condition::all().add(no_person())),
        Audience::Member(member) => member,
    };
    let known_by_grant =
        || Expr::exists(granted(member).and_where(level().gte(literal(CONFIDENTIAL))).take());
    let known = Condition::any().add(no_person()).add_option(member.trusted.then(known_by_grant));
    let granted = Expr::exists(granted(member));
    let granted = Condition::all().add(granted).add(known);
    Some(match own(member) {
        Some(own) => Condition::any().add(own).add(granted),
        None => Condition::any().add(granted),
    })
}

/// How much of each record a caller may see, as the integers of [`read_access`].
fn access_to(audience: &Audience) -> SimpleExpr {
    let member = match audience {
        Audience::Public => return literal(0),
        Audience::Instance => return literal(NETWORK),
        Audience::Member(member) => member,
    };
    let of_granted = if member.desk && member.trusted {
        let mut greatest = granted(member);
        greatest.clear_selects().expr(level().max());
        Expr::expr(SimpleExpr::SubQuery(None, Box::new(greatest.into()))).if_null(literal(0))
    } else {
        let granted = Expr::exists(granted(member));
        Expr::case(granted, literal(NETWORK)).finally(literal(0)).into()
    };
    let Some(own) = own(member) else {
        return of_granted;
    };
    let of_own = if member.cleared {
        literal(CONFIDENTIAL)
    } else {
        let written = column(record::Column::RecordedBy).eq(member.who);
        Expr::case(written, literal(CONFIDENTIAL)).finally(literal(NETWORK)).into()
    };
    Expr::case(own, of_own).finally(of_granted).into()
}

/// The records of a member's own network that are theirs to see.
fn own(member: &Member) -> Option<Condition> {
    let of_network = column(record::Column::Network).eq(member.network.as_str());
    let own = Condition::all().add(of_network);
    if member.desk && member.cleared {
        Some(own)
    } else if member.desk {
        let written = column(record::Column::RecordedBy).eq(member.who);
        Some(own.add(no_person().or(written)))
    } else if member.states {
        Some(own.add(column(record::Column::Kind).eq(literal(Kind::Statement.singular()))))
    } else {
        None
    }
}

/// What was granted to a member's network of the record at hand. Those who are not at its desk get what was
/// granted to all members; confidential facts are for those of its desk who log or verify.
fn granted(member: &Member) -> SelectStatement {
    let grant = |column| Expr::col((access_grant::Entity, column));
    let mut select = Query::select();
    select
        .expr(Expr::cust("1"))
        .from(access_grant::Entity)
        .and_where(
            grant(access_grant::Column::Number).equals((record::Entity, record::Column::Number)),
        )
        .and_where(grant(access_grant::Column::Network).eq(member.network.as_str()))
        .and_where(grant(access_grant::Column::RevokedAt).is_null());
    if !member.desk {
        select.and_where(grant(access_grant::Column::AllMembers).eq(literal(1)));
    }
    select
}

fn level() -> SimpleExpr {
    Expr::col((access_grant::Entity, access_grant::Column::Level))
}

fn no_person() -> SimpleExpr {
    column(record::Column::Kind).ne(literal(Kind::Person.singular()))
}

fn column(column: record::Column) -> SimpleExpr {
    Expr::col((record::Entity, column))
}

/// Access to what a network's desk sees.
const NETWORK: i32 = 1;
/// Access to everything; a grant with a greater level is one to review as well.
const CONFIDENTIAL: i32 = 2;

/// Reads how much of a record a caller may see.
pub(crate) fn read_access(access: i32) -> Tier {
    match access {
        ..NETWORK => Tier::Public,
        NETWORK => Tier::Network,
        _ => Tier::Confidential,
    }
}

/// A value of ours that stands in the statement itself. SQLite plans a statement anew each time a
/// parameter has another value, if the column of the parameter is in the condition of an index.
pub(crate) fn literal(value: impl Into<Value>) -> SimpleExpr {
    SimpleExpr::Constant(value.into())
}

/// The same and what was withdrawn, which stays as a tombstone.
pub(crate) fn visible_or_withdrawn(audience: &Audience) -> Condition {
    Condition::any().add(visible_to(audience)).add(
        Expr::col((record::Entity, record::Column::State)).eq(literal(State::Withdrawn.code())),
    )
}

/// The same and what was published and then merged: it leads to the one that holds it now, and its
/// versions stay.
pub(crate) fn visible_or_gone(audience: &Audience) -> Condition {
    visible_or_withdrawn(audience).add(was_public_and_merged())
}

/// What was published and then merged into another record.
pub(crate) fn was_public_and_merged() -> Condition {
    Condition::all()
        .add(Expr::col((record::Entity, record::Column::State)).eq(literal(State::Merged.code())))
        .add(Expr::col((record::Entity, record::Column::Version)).gt(literal(0)))
}

fn name_is(named: &Named) -> SimpleExpr {
    match named {
        Named::Number(number) => {
            Expr::col((record::Entity, record::Column::Number)).eq(number.as_i64())
        }
        Named::Slug(slug) => Expr::col((record::Entity, record::Column::Slug)).eq(slug),
    }
}

/// A select of records with the snapshot of one of their revisions.
pub(crate) fn select_records(audience: &Audience, view: View) -> SelectStatement {
    select_of(audience, view, Cards::Present)
}

/// The same of cards that may be of days gone by, with the time since which each was shown.
pub(crate) fn select_cards(audience: &Audience, view: View, cards: Cards) -> SelectStatement {
    let mut select = select_of(audience, view, cards);
    select.column((record::Entity, record::Column::ShownAt));
    select
}

fn select_of(audience: &Audience, view: View, cards: Cards) -> SelectStatement {
    let revision = |column| Expr::col((revision::Entity, column));
    let wanted = match view {
        View::Shown => {
            revision(revision::Column::Id).equals((record::Entity, record::Column::ShownId))
        }
        View::Working => {
            revision(revision::Column::Number).equals((record::Entity, record::Column::Number)).and(
                revision(revision::Column::Revision)
                    .equals((record::Entity, record::Column::Revision)),
            )
        }
    };
    let of_record = [
        record::Column::Kind,
        record::Column::State,
        record::Column::Network,
        record::Column::Revision,
        record::Column::Version,
        record::Column::RecordedAt,
        record::Column::FirstPublishedAt,
        record::Column::ChangedAt,
    ];
    let mut select = Query::select();
    select
        .expr(cards.number())
        .columns(of_record.map(|column| (record::Entity, column)))
        .expr_as(Expr::col((revision::Entity, revision::Column::Revision)), "shown_revision")
        .column((revision::Entity, revision::Column::Snapshot))
        .expr_as(access_to(audience), "access")
        .expr_as(Expr::col((revision::Entity, revision::Column::Id)), "shown_revision_id")
        .inner_join(revision::Entity, wanted);
    cards.select_from(&mut select);
    select
}

/// The join from a record to its shown revision.
pub(crate) fn shown_revision() -> sea_orm::RelationDef {
    record::Entity::belongs_to(revision::Entity)
        .from(record::Column::ShownId)
        .to(revision::Column::Id)
        .into()
}

/// Reads a row of [`select_records`], as far as the caller may see it. The confidential facts are not
/// among it.
pub(crate) fn read_record(row: &QueryResult) -> Result<Record, StoreError> {
    let number: i64 = row.try_get_by_index(0)?;
    let kind: String = row.try_get_by_index(1)?;
    let state: String = row.try_get_by_index(2)?;
    let snapshot: String = row.try_get_by_index(10)?;
    let access = read_access(row.try_get_by_index(11)?);
    let (number, facts) = read_facts(number, &kind, &snapshot)?;
    let state: State =
        state.parse().map_err(|_| corrupt(number.as_i64(), "the state is unknown"))?;
    let known = matches!(state, State::Withdrawn | State::Merged) || access > Tier::Public;
    let mut record = Record {
        number,
        // Where something is on its way is for its network; what others see of it is public.
        state: if known { state } else { State::Published },
        network: row.try_get_by_index(3)?,
        latest_revision: row.try_get_by_index(4)?,
        version: row.try_get_by_index(5)?,
        recorded_at: row.try_get_by_index(6)?,
        first_published_at: row.try_get_by_index(7)?,
        changed_at: row.try_get_by_index(8)?,
        revision: row.try_get_by_index(9)?,
        revision_id: row.try_get_by_index(12)?,
        access,
        removed: Vec::new(),
        facts,
    };
    record.narrow(access);
    Ok(record)
}

impl Record {
    /// Leaves of it what somebody with this access may see.
    pub(crate) fn narrow(&mut self, access: Tier) {
        self.access = self.access.min(access);
        if let Cow::Owned(narrowed) = self.facts.narrowed(self.access) {
            self.facts = narrowed;
        }
    }
}

pub(crate) fn read_facts(
    number: i64,
    kind: &str,
    snapshot: &str,
) -> Result<(Number, Stored), StoreError> {
    let kind: Kind = kind.parse().map_err(|()| corrupt(number, "the kind is unknown"))?;
    let facts = Stored::from_snapshot(kind, snapshot);
    let facts = facts.map_err(|_| corrupt(number, "the snapshot does not read back"))?;
    let number = Number::from_i64(number).map_err(|_| corrupt(number, "the number is none"))?;
    Ok((number, facts))
}

fn corrupt(number: i64, what: &'static str) -> StoreError {
    StoreError::Corrupt { table: "record", number, what }
}

/// What stays of a withdrawn record. The words of the reason can tell of what endangers somebody, so
/// they are for those who see what its network has not published.
pub(crate) async fn tombstone(
    db: &impl ConnectionTrait,
    audience: &Audience,
    row: &record::Model,
) -> Result<Tombstone, StoreError> {
    let entry = audit_entry::Entity::find()
        .filter(audit_entry::Column::Number.eq(row.number))
        .filter(audit_entry::Column::Action.eq("withdraw"))
        .order_by_desc(audit_entry::Column::Id)
        .one(db)
        .await?
        .ok_or_else(|| StoreError::Database(DbErr::RecordNotFound("withdrawal".to_owned())))?;
    tombstone_of(audience, row, &entry)
}

/// The same where the row of the trail that tells of it is at hand.
pub(crate) fn tombstone_of(
    audience: &Audience,
    row: &record::Model,
    entry: &audit_entry::Model,
) -> Result<Tombstone, StoreError> {
    let class = entry.reason_class.as_deref().and_then(|class| class.parse().ok());
    Ok(Tombstone {
        number: crate::save::read_number(row)?,
        withdrawn_at: entry.at,
        class: class.unwrap_or_default(),
        reason: entry.reason.clone().filter(|_| audience.sees_network(&row.network)),
    })
}
