//! Notices: that an incident which a published statement cites is another by now. They are for the network of the statement, are
//! written in the transaction that changes the incident, and say nothing that the public does not see: what changed is read
//! when somebody asks.
//!
//! One for each statement, incident and version or change of state, whatever it consists of. A version in which the public sees no
//! difference, and one that is said to change no more than words, makes none.

use std::collections::BTreeMap;

use amparo_domain::access::{AccessDenied, Actor, Role};
use amparo_domain::facts::Stored;
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::reference::Relation;
use amparo_domain::since::{NoticeKind, Since};
use amparo_domain::statement::Citation;
use amparo_domain::tier::Tier;
use amparo_domain::validation::Issue;
use amparo_domain::vocabulary::{State, WithdrawalClass};
use chrono::{DateTime, SubsecRound as _, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait as _, DbBackend, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde::Deserialize;

use crate::Store;
use crate::audit::{self, Action, Entry};
use crate::bulk;
use crate::entity::{merge, notice, record, reference, revision};
use crate::error::StoreError;
use crate::merging::CHAIN_MAX;
use crate::records::{literal, restrict_names};
use crate::writing::Writing;

/// Another version was published.
const VERSION: &str = "version";
/// It was withdrawn.
const WITHDRAWN: &str = "withdrawn";
/// It was merged into another.
const MERGED: &str = "merged";

/// That an incident which a statement cites is another by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its id: random, and known to its owners alone.
    pub id: i64,
    /// The statement.
    pub statement: Number,
    /// The incident.
    pub incident: Number,
    /// The version that the statement cited then.
    pub cited: Option<i32>,
    /// The version that the incident had then.
    pub version: i32,
    /// What became of it.
    pub kinds: Vec<NoticeKind>,
    /// The record that holds what it said, if it was merged.
    pub into: Option<Number>,
    /// The class of the reason, if it was withdrawn.
    pub class: Option<WithdrawalClass>,
    /// When.
    pub made_at: DateTime<Utc>,
    /// When the merge was taken apart, so that nothing of it is left.
    pub undone_at: Option<DateTime<Utc>>,
    /// When it was done with, by whom, and what they noted.
    pub closed: Option<(DateTime<Utc>, i64, Option<String>)>,
}

/// Which notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoticeFilter {
    /// Of a statement.
    pub statement: Option<Number>,
    /// About an incident.
    pub incident: Option<Number>,
    /// Of a kind.
    pub kind: Option<NoticeKind>,
    /// Not before.
    pub since: Option<DateTime<Utc>>,
    /// Those that nobody is done with, or the others.
    pub open: Option<bool>,
}

/// What is read of a statement to know which version it cites.
#[derive(Deserialize)]
struct Cites {
    #[serde(default)]
    incidents: Vec<Citation<Number>>,
}

/// What became of an incident.
struct Became<'a> {
    change: &'static str,
    version: i32,
    kinds: &'a [NoticeKind],
    into: Option<i64>,
    class: Option<WithdrawalClass>,
}

/// A statement that cites it: whose, and in which version.
struct Citing {
    statement: i64,
    network: String,
    cited: Option<i32>,
}

impl Store {
    /// The notices of the caller's network, the latest first, after one of them.
    pub async fn notices(
        &self,
        actor: &Actor,
        filter: &NoticeFilter,
        after: Option<(DateTime<Utc>, i64)>,
        limit: u64,
    ) -> Result<Vec<Notice>, StoreError> {
        use notice::Column as C;
        owns(actor)?;
        let NoticeFilter { statement, incident, kind, since, open } = *filter;
        let mut condition =
            Condition::all()
                .add(C::Network.eq(&actor.network))
                .add_option(statement.map(|number| C::Statement.eq(number.as_i64())))
                .add_option(incident.map(|number| C::Incident.eq(number.as_i64())))
                .add_option(since.map(|since| C::MadeAt.gte(since)))
                .add_option(open.map(|open| {
                    if open { C::ClosedAt.is_null() } else { C::ClosedAt.is_not_null() }
                }))
                .add_option(kind.map(|kind| Expr::col(C::Kinds).bit_and(kind.bit()).ne(0)));
        if let Some((made_at, id)) = after {
            let key = Expr::tuple([Expr::col(C::MadeAt), Expr::col(C::Id)]);
            let place = Expr::tuple([Expr::val(made_at), Expr::val(id)]);
            condition = condition.add(key.lt(place));
        }
        let rows = notice::Entity::find()
            .filter(condition)
            .order_by_desc(C::MadeAt)
            .order_by_desc(C::Id)
            .limit(limit)
            .all(self.connections.reader())
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// A notice of the caller's network.
    pub async fn notice(&self, actor: &Actor, id: i64) -> Result<Notice, StoreError> {
        owns(actor)?;
        let row = notice::Entity::find_by_id(id)
            .filter(notice::Column::Network.eq(&actor.network))
            .one(self.connections.reader())
            .await?;
        read(row.ok_or(StoreError::NotFound)?)
    }

    /// Says that a notice was seen to. What was said first stays.
    pub async fn close_notice(
        &self,
        actor: &Actor,
        id: i64,
        answer: Option<String>,
    ) -> Result<Notice, StoreError> {
        owns(actor)?;
        self.write(actor, move |writing| {
            let answer = answer.clone();
            Box::pin(async move {
                writing.unseen = true;
                writing.close_notice(id, answer).await
            })
        })
        .await
    }
}

impl Writing<'_> {
    /// Refuses to call a version one of mere words that changes a fact of an incident.
    pub(crate) async fn owes_mere_words(
        &self,
        row: &record::Model,
        minor: bool,
        facts: &Stored,
    ) -> Result<(), StoreError> {
        if !minor {
            return Ok(());
        }
        if row.version == 0 {
            let message = "is for another version of what was published: there is none yet";
            return Err(StoreError::issue(Issue::at("/minor", message)));
        }
        let since = self.since_shown(row, facts).await?;
        if since.is_some_and(|since| since.facts) {
            let message = "is for words alone, and a fact is another than in the version before";
            return Err(StoreError::issue(Issue::at("/minor", message)));
        }
        Ok(())
    }

    /// Tells the owners of statements that cite an incident that it has another version. What a statement cites is held as it is
    /// until the statement is published, so that none is missed between the two.
    pub(crate) async fn notify_of_version(
        &self,
        row: &record::Model,
        version: i32,
        minor: bool,
        facts: &Stored,
    ) -> Result<(), StoreError> {
        self.hold_what_is_cited(facts).await?;
        if version == 1 || minor || row.kind != Kind::Incident.singular() {
            return Ok(());
        }
        let citing = self.citing(row.number).await?;
        if citing.is_empty() {
            return Ok(());
        }
        let Some(since) = self.since_shown(row, facts).await? else {
            return Ok(());
        };
        let kinds = since.kinds();
        let became = Became { change: VERSION, version, kinds: &kinds, into: None, class: None };
        self.notify(row.number, citing, became).await
    }

    /// Tells them that it was withdrawn, and those who cite what was merged into it.
    pub(crate) async fn notify_of_withdrawal(
        &self,
        row: &record::Model,
        class: WithdrawalClass,
    ) -> Result<(), StoreError> {
        if row.kind != Kind::Incident.singular() {
            return Ok(());
        }
        let (version, kinds) = (row.version, &[NoticeKind::Withdrawn]);
        for number in self.leading_to(row.number).await? {
            let citing = self.citing(number).await?;
            let class = Some(class);
            let became = Became { change: WITHDRAWN, version, kinds, into: None, class };
            self.notify(number, citing, became).await?;
        }
        Ok(())
    }

    /// A record, and those that were merged into it: what is withdrawn takes their versions with it.
    async fn leading_to(&self, number: i64) -> Result<Vec<i64>, StoreError> {
        let (mut all, mut stay) = (vec![number], vec![number]);
        for _ in 0..CHAIN_MAX {
            stay = merge::Entity::find()
                .select_only()
                .column(merge::Column::Loser)
                .filter(merge::Column::Survivor.is_in(stay))
                .filter(merge::Column::UnmergedAt.is_null())
                .into_tuple()
                .all(self.tx)
                .await?;
            stay.retain(|number| !all.contains(number));
            if stay.is_empty() {
                break;
            }
            all.extend(&stay);
        }
        Ok(all)
    }

    /// Tells them that it was merged into another.
    pub(crate) async fn notify_of_merge(
        &self,
        row: &record::Model,
        into: i64,
    ) -> Result<(), StoreError> {
        if row.version == 0 {
            return Ok(());
        }
        let citing = self.citing(row.number).await?;
        let (version, kinds) = (row.version, &[NoticeKind::Merged]);
        let became = Became { change: MERGED, version, kinds, into: Some(into), class: None };
        self.notify(row.number, citing, became).await
    }

    /// Takes back that it was merged: nobody has to see to that any more.
    pub(crate) async fn undo_notices_of_merge(&self, number: i64) -> Result<(), StoreError> {
        use notice::Column as C;
        let now = self.now.trunc_subsecs(6);
        let closed = Expr::col(C::ClosedAt).if_null(now);
        notice::Entity::update_many()
            .col_expr(C::UndoneAt, Expr::value(now))
            .col_expr(C::ClosedAt, closed)
            .filter(C::Incident.eq(number))
            .filter(C::Change.eq(MERGED))
            .filter(C::UndoneAt.is_null())
            .exec(self.tx)
            .await?;
        Ok(())
    }

    /// What became of an incident since the version that is shown, as everybody sees both; none of any other record. A name that
    /// is shown no longer by now is compared as if it never had been.
    async fn since_shown(
        &self,
        row: &record::Model,
        facts: &Stored,
    ) -> Result<Option<Since>, StoreError> {
        let Stored::Incident(after) = facts.narrowed(Tier::Public).into_owned() else {
            return Ok(None);
        };
        let before = self.facts_at(row, row.shown).await?;
        let mut before = before.narrowed(Tier::Public).into_owned();
        restrict_names(&mut before, &after.people);
        let Stored::Incident(before) = before else {
            return Ok(None);
        };
        Ok(Some(Since::of(&before, &after, self.now.date_naive())))
    }

    /// The published statements that cite an incident.
    async fn citing(&self, incident: i64) -> Result<Vec<Citing>, StoreError> {
        let card = |column| Expr::col((record::Entity, column));
        let link = |column| Expr::col((reference::Entity, column));
        let select = Query::select()
            .column((reference::Entity, reference::Column::FromNumber))
            .column((record::Entity, record::Column::Network))
            .column((revision::Entity, revision::Column::Snapshot))
            .from(reference::Entity)
            .inner_join(
                record::Entity,
                card(record::Column::Number)
                    .equals((reference::Entity, reference::Column::FromNumber)),
            )
            .inner_join(
                revision::Entity,
                Expr::col((revision::Entity, revision::Column::Id))
                    .equals((record::Entity, record::Column::ShownId)),
            )
            .and_where(link(reference::Column::ToNumber).eq(incident))
            .and_where(link(reference::Column::Relation).eq(literal(Relation::Cites.code())))
            .and_where(card(record::Column::State).eq(literal(State::Published.code())))
            .to_owned();
        let mut found = BTreeMap::new();
        for row in self.tx.query_all(&select).await? {
            let statement: i64 = row.try_get_by_index(0)?;
            let snapshot: String = row.try_get_by_index(2)?;
            let what = "the snapshot does not read back";
            let corrupt = |_| StoreError::Corrupt { table: "revision", number: statement, what };
            let Cites { incidents } = serde_json::from_str(&snapshot).map_err(corrupt)?;
            let of_it = incidents.iter().filter(|of| of.incident.as_i64() == incident);
            let cited = of_it.filter_map(|of| of.version).max();
            let cited = cited.and_then(|version| i32::try_from(version).ok());
            let network = row.try_get_by_index(1)?;
            found.insert(statement, Citing { statement, network, cited });
        }
        Ok(found.into_values().collect())
    }

    async fn notify(
        &self,
        incident: i64,
        citing: Vec<Citing>,
        became: Became<'_>,
    ) -> Result<(), StoreError> {
        if became.kinds.is_empty() {
            return Ok(());
        }
        let kinds = became.kinds.iter().fold(0, |all, kind| all | kind.bit());
        let rows = citing.into_iter().map(|of| notice::ActiveModel {
            id: Set(i64::from_ne_bytes((self.chance.next() >> 1).to_ne_bytes())),
            network: Set(of.network),
            statement: Set(of.statement),
            incident: Set(incident),
            cited: Set(of.cited),
            change: Set(became.change.to_owned()),
            version: Set(became.version),
            kinds: Set(kinds),
            into_number: Set(became.into),
            class: Set(became.class.map(|class| class.code().to_owned())),
            // A cursor has no more of it.
            made_at: Set(self.now.trunc_subsecs(6)),
            undone_at: Set(None),
            closed_at: Set(None),
            closed_by: Set(None),
            answer: Set(None),
        });
        bulk::insert::<notice::Entity, _>(self.tx, rows.collect()).await
    }

    /// Waits on PostgreSQL for those who publish what a statement cites, and lets them wait until the statement is published.
    async fn hold_what_is_cited(&self, facts: &Stored) -> Result<(), StoreError> {
        let Stored::Statement(facts) = facts else {
            return Ok(());
        };
        if self.tx.get_database_backend() != DbBackend::Postgres || facts.incidents.is_empty() {
            return Ok(());
        }
        let mut cited: Vec<i64> = facts.incidents.iter().map(|of| of.incident.as_i64()).collect();
        cited.sort_unstable();
        cited.dedup();
        let _: Vec<i64> = record::Entity::find()
            .select_only()
            .column(record::Column::Number)
            .filter(record::Column::Number.is_in(cited))
            .order_by_asc(record::Column::Number)
            .lock_shared()
            .into_tuple()
            .all(self.tx)
            .await?;
        Ok(())
    }

    async fn close_notice(&self, id: i64, answer: Option<String>) -> Result<Notice, StoreError> {
        let row = notice::Entity::find_by_id(id)
            .filter(notice::Column::Network.eq(&self.actor.network))
            .lock_exclusive()
            .one(self.tx)
            .await?
            .ok_or(StoreError::NotFound)?;
        if row.closed_at.is_some() {
            return read(row);
        }
        let statement = Number::from_i64(row.statement).map_err(|_| corrupt(row.statement))?;
        for number in [row.statement, row.incident] {
            let Some(card) = record::Entity::find_by_id(number).one(self.tx).await? else {
                continue;
            };
            let facts = self.facts_at(&card, card.shown).await?;
            self.keep_names_out_of_text("/text", answer.as_deref(), &facts).await?;
        }
        let closed = notice::ActiveModel {
            id: Set(id),
            closed_at: Set(Some(self.now)),
            closed_by: Set(Some(self.actor.id)),
            answer: Set(answer),
            ..Default::default()
        };
        let closed = closed.update(self.tx).await?;
        let (action, reason) = (Action::CloseNotice, Some(format!("notice {id}")));
        let entry = Entry { action, number: Some(statement), revision: None, reason };
        audit::record(self.tx, self.actor, self.now, vec![entry]).await?;
        read(closed)
    }
}

/// Those who see to a network's statements: its desk and who writes them. Analysts read what is published, and do not.
fn owns(actor: &Actor) -> Result<(), StoreError> {
    let owners =
        [Role::Contributor, Role::Verifier, Role::Advocate, Role::NetworkAdmin, Role::Admin];
    if owners.into_iter().any(|role| actor.roles.has(role)) {
        return Ok(());
    }
    Err(AccessDenied::Needs(Role::Advocate.code()).into())
}

fn corrupt(number: i64) -> StoreError {
    StoreError::Corrupt { table: "notice", number, what: "a number is none" }
}

fn read(row: notice::Model) -> Result<Notice, StoreError> {
    let number = |number: i64| Number::from_i64(number).map_err(|_| corrupt(number));
    let kinds = NoticeKind::ALL.into_iter().filter(|kind| row.kinds & kind.bit() != 0);
    Ok(Notice {
        id: row.id,
        statement: number(row.statement)?,
        incident: number(row.incident)?,
        cited: row.cited,
        version: row.version,
        kinds: kinds.collect(),
        into: row.into_number.map(number).transpose()?,
        class: row.class.and_then(|class| class.parse().ok()),
        made_at: row.made_at,
        undone_at: row.undone_at,
        closed: row.closed_at.map(|at| (at, row.closed_by.unwrap_or_default(), row.answer)),
    })
}
