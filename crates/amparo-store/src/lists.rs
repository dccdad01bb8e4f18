//! Frozen lists: a result of today that stays what it was.
//!
//! A list pins versions, which never change; whatever is taken down or withdrawn since is so in it as well,
//! because its items are read as versions are. It is public, has a number of its own, and nothing changes it.

use std::collections::HashMap;

use amparo_domain::access::{Actor, Audience};
use amparo_domain::filter::{IncidentFilter, Words};
use amparo_domain::fold;
use amparo_domain::kind::Kind;
use amparo_domain::language::Language;
use amparo_domain::names::Names;
use amparo_domain::number::Number;
use amparo_domain::page::Sort;
use amparo_domain::tier::Tier;
use amparo_domain::validation::{Invalid, Issue};
use amparo_domain::vocabulary::State;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait as _, Func, Order, Query, SelectStatement, SimpleExpr,
    UnionType, WindowStatement,
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};

use crate::Store;
use crate::among::{Purpose, fits};
use crate::audit::{self, Action, Entry};
use crate::bulk::padded;
use crate::card;
use crate::cards::Source;
use crate::entity::{
    audit_entry, frozen_list, frozen_list_item, incident_term, name_word, record, revision, version,
};
use crate::error::{StoreError, Tombstone};
use crate::names;
use crate::numbers;
use crate::paging::limited;
use crate::records::{
    DELETED, Labels, Record, Version, View, read_facts, read_record, restrict_names, select_records,
};
use crate::retries::IdempotencyKey;
use crate::search::Place;
use crate::write::Written;
use crate::writing::Writing;

/// So many records a list has at most.
pub const LIST_MAX: u64 = 100_000;

/// What the card of a list is called, so that its number is nobody else's.
const LIST: &str = "list";

/// A list that is to be kept.
#[derive(Debug, Clone)]
pub struct NewList {
    /// What it is called.
    pub title: String,
    /// The language of the title.
    pub language: Language,
    /// The question as it was asked.
    pub query: String,
    /// The question as it was understood.
    pub filter: IncidentFilter,
    /// The order of the answer.
    pub sort: Sort,
    /// What an answer says of the question, as JSON.
    pub meta: String,
}

/// A list that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenList {
    /// Its number.
    pub number: Number,
    /// What it is called.
    pub title: String,
    /// The language of the title.
    pub language: Language,
    /// The question as it was asked.
    pub query: String,
    /// What the answer said of the question, as JSON.
    pub meta: String,
    /// How many records are in it.
    pub count: u64,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// For which network.
    pub network: String,
}

/// A place in a list.
#[derive(Debug, Clone)]
pub struct ListItem {
    /// 1, 2, 3, ….
    pub position: i64,
    /// The record.
    pub number: Number,
    /// The version that the list holds.
    pub version: i32,
    /// The latest version by now.
    pub latest_version: i32,
    /// What is shown of it today.
    pub pinned: Pinned,
}

/// What is shown of a version in a list.
#[derive(Debug, Clone)]
pub enum Pinned {
    /// What was published; the record is the next of the page's.
    Shown(Version, Box<Record>),
    /// It was withdrawn.
    Withdrawn(Tombstone),
}

/// Some places of a list, one after the other.
#[derive(Debug, Clone)]
pub struct ListPage {
    /// The places.
    pub items: Vec<ListItem>,
    /// What everybody may see of what they refer to.
    pub labels: Labels,
}

/// The lists that have one of these numbers.
pub(crate) async fn lists_among(
    db: &impl ConnectionTrait,
    numbers: Vec<i64>,
) -> Result<Vec<FrozenList>, StoreError> {
    let rows = frozen_list::Entity::find()
        .filter(frozen_list::Column::Number.is_in(padded(numbers)))
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

impl Store {
    /// Keeps what a question finds for the public, in its order: each record in the version of now, or of the
    /// day that is asked for. The same moment for all of them, because one statement finds and pins them.
    pub async fn freeze(
        &self,
        actor: &Actor,
        new: NewList,
        key: Option<IdempotencyKey>,
    ) -> Result<Written, StoreError> {
        let audience = &Audience::Public;
        let sources = self.incident_sources(audience, &new.filter, Purpose::Count).await?;
        let first = match (new.sort, &new.filter.words) {
            (Sort::Relevance, Some(words)) => {
                Some(self.among_words(Purpose::Count, words, Place::Title).await?)
            }
            _ => None,
        };
        self.write_once(actor, key, move |writing| {
            let (new, sources, first) = (new.clone(), sources.clone(), first.clone());
            Box::pin(async move { writing.freeze(new, sources, first).await })
        })
        .await
    }

    /// A list.
    pub async fn frozen_list(&self, number: Number) -> Result<FrozenList, StoreError> {
        let row = frozen_list::Entity::find_by_id(number.as_i64());
        let row = row.one(self.connections.reader()).await?.ok_or(StoreError::NotFound)?;
        read(row)
    }

    /// The lists, the latest first, after one of them.
    pub async fn frozen_lists(
        &self,
        after: Option<(DateTime<Utc>, i64)>,
        limit: u64,
    ) -> Result<Vec<FrozenList>, StoreError> {
        use frozen_list::Column as C;
        let mut select = frozen_list::Entity::find();
        if let Some((made_at, number)) = after {
            let key = Expr::tuple([Expr::col(C::MadeAt), Expr::col(C::Number)]);
            let place = Expr::tuple([Expr::val(made_at), Expr::val(number)]);
            select = select.filter(key.lt(place));
        }
        let rows = sea_orm::QueryOrder::order_by_desc(select, C::MadeAt);
        let rows = sea_orm::QueryOrder::order_by_desc(rows, C::Number);
        let rows = rows.limit(limit).all(self.connections.reader()).await?;
        rows.into_iter().map(read).collect()
    }

    /// Some places of a list after one of them, as everybody may see them today: in a bounded number of
    /// statements, so a long list is walked by as many of these as one likes.
    pub async fn list_items(
        &self,
        list: Number,
        after: i64,
        limit: usize,
    ) -> Result<ListPage, StoreError> {
        let present = self.pinned_records(list, after, limit).await?;
        let withdrawn = present.iter().map(|(_, _, record)| record);
        let withdrawn: Vec<i64> = withdrawn
            .filter(|record| record.state == State::Withdrawn)
            .map(|record| record.number.as_i64())
            .collect();
        let tombstones = self.tombstones(withdrawn).await?;
        let mut facts = self.pinned_facts(list, after, limit).await?;
        let (mut items, mut records, mut versions) = (Vec::new(), Vec::new(), Vec::new());
        for (position, pinned, present) in present {
            let number = present.number;
            let corrupt = |what| StoreError::Corrupt {
                table: "frozen_list_item",
                number: number.as_i64(),
                what,
            };
            let item = |pinned_as| ListItem {
                position,
                number,
                version: pinned,
                latest_version: present.version,
                pinned: pinned_as,
            };
            if present.state == State::Withdrawn {
                let tombstone = tombstones.get(&number).cloned();
                let tombstone = tombstone.ok_or_else(|| corrupt("its withdrawal is missing"))?;
                items.push(item(Pinned::Withdrawn(tombstone)));
                continue;
            }
            let found = facts.remove(&position).ok_or_else(|| corrupt("its version is missing"))?;
            let (version, revision, facts) = found;
            let mut record = Record { facts, revision, version: pinned, ..present.clone() };
            record.narrow(Tier::Public);
            restrict_names(&mut record.facts, present.facts.people());
            if present.state == State::Merged {
                let people = record.facts.people_mut();
                match self.restrict_by_survivor(&Audience::Public, number, people).await {
                    Err(StoreError::Withdrawn(tombstone)) => {
                        items.push(item(Pinned::Withdrawn(tombstone)));
                        continue;
                    }
                    restricted => restricted?,
                }
            }
            record.changed_at = Some(version.published_at);
            versions.push((position, present.version, version));
            records.push(record);
        }
        let labels = self.labels(&Audience::Public, &mut records).await?;
        let shown = records.into_iter().zip(versions).map(|(record, of)| {
            let (position, latest_version, version) = of;
            ListItem {
                position,
                number: record.number,
                version: record.version,
                latest_version,
                pinned: Pinned::Shown(version, Box::new(record)),
            }
        });
        items.extend(shown);
        items.sort_unstable_by_key(|item| item.position);
        Ok(ListPage { items, labels })
    }

    /// The records in some places of a list as they are today.
    async fn pinned_records(
        &self,
        list: Number,
        after: i64,
        limit: usize,
    ) -> Result<Vec<(i64, i32, Record)>, StoreError> {
        let number = (record::Entity, record::Column::Number);
        let mut select = select_records(&Audience::Public, View::Shown);
        select
            .expr_as(of_item(frozen_list_item::Column::Position), "position")
            .expr_as(of_item(frozen_list_item::Column::Version), "pinned")
            .inner_join(
                frozen_list_item::Entity,
                of_item(frozen_list_item::Column::Number).equals(number),
            );
        places(&mut select, list, after);
        let statement = limited(self.connections.backend(), &select, limit);
        let rows = self.connections.reader().query_all_raw(statement).await?;
        let read = |row: &sea_orm::QueryResult| {
            let place = (row.try_get_by("position")?, row.try_get_by("pinned")?);
            Ok((place.0, place.1, read_record(row)?))
        };
        rows.iter().map(read).collect()
    }

    /// What the versions in some places of a list say, with the revisions they are.
    async fn pinned_facts(
        &self,
        list: Number,
        after: i64,
        limit: usize,
    ) -> Result<HashMap<i64, (Version, i32, amparo_domain::facts::Stored)>, StoreError> {
        let of_version = |column| Expr::col((version::Entity, column));
        let of_revision = |column| Expr::col((revision::Entity, column));
        let mut select = Query::select();
        select
            .expr(of_item(frozen_list_item::Column::Position))
            .expr(of_item(frozen_list_item::Column::Number))
            .expr(of_version(version::Column::Version))
            .expr(of_version(version::Column::PublishedAt))
            .expr(of_version(version::Column::Reason))
            .expr(of_version(version::Column::Revision))
            .expr(of_revision(revision::Column::Snapshot))
            .expr(of_version(version::Column::Minor))
            .from(frozen_list_item::Entity)
            .inner_join(
                version::Entity,
                of_version(version::Column::Number)
                    .equals((frozen_list_item::Entity, frozen_list_item::Column::Number))
                    .and(
                        of_version(version::Column::Version)
                            .equals((frozen_list_item::Entity, frozen_list_item::Column::Version)),
                    ),
            )
            .inner_join(
                revision::Entity,
                of_revision(revision::Column::Number)
                    .equals((version::Entity, version::Column::Number))
                    .and(
                        of_revision(revision::Column::Revision)
                            .equals((version::Entity, version::Column::Revision)),
                    ),
            );
        places(&mut select, list, after);
        let statement = limited(self.connections.backend(), &select, limit);
        let mut facts = HashMap::new();
        for row in self.connections.reader().query_all_raw(statement).await? {
            let number: i64 = row.try_get_by_index(1)?;
            let snapshot: String = row.try_get_by_index(6)?;
            let minor: i16 = row.try_get_by_index(7)?;
            let version = Version {
                minor: minor != 0,
                version: row.try_get_by_index(2)?,
                published_at: row.try_get_by_index(3)?,
                reason: row.try_get_by_index(4)?,
            };
            let says = read_facts(number, Kind::Incident.singular(), &snapshot)?.1;
            facts.insert(row.try_get_by_index(0)?, (version, row.try_get_by_index(5)?, says));
        }
        Ok(facts)
    }

    /// What stays of some withdrawn records, for everybody.
    pub(crate) async fn tombstones(
        &self,
        numbers: Vec<i64>,
    ) -> Result<HashMap<Number, Tombstone>, StoreError> {
        if numbers.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(Option<i64>, DateTime<Utc>, Option<String>)> = audit_entry::Entity::find()
            .select_only()
            .columns([
                audit_entry::Column::Number,
                audit_entry::Column::At,
                audit_entry::Column::ReasonClass,
            ])
            .filter(audit_entry::Column::Number.is_in(padded(numbers)))
            .filter(audit_entry::Column::Action.eq("withdraw"))
            .into_tuple()
            .all(self.connections.reader())
            .await?;
        let tombstones = rows.into_iter().filter_map(|(number, withdrawn_at, class)| {
            let number = Number::from_i64(number?).ok()?;
            let class = class.and_then(|class| class.parse().ok()).unwrap_or_default();
            Some((number, Tombstone { number, withdrawn_at, class, reason: None }))
        });
        Ok(tombstones.collect())
    }
}

impl Writing<'_> {
    async fn freeze(
        &mut self,
        new: NewList,
        sources: Vec<Source>,
        first: Option<SimpleExpr>,
    ) -> Result<Written, StoreError> {
        let drawn = numbers::draw(self.tx, self.known, self.chance, self.taken, 1).await?;
        let number = drawn.into_iter().next().ok_or(StoreError::Unavailable)?;
        let as_of = new.filter.as_of.is_some();
        let found = sources.iter().map(|source| found(source, as_of, first.as_ref()));
        let pinned = self.pin(number, new.sort, found).await?;
        let refusal = match pinned {
            0 => Some("finds nothing, and a list of nothing says nothing".to_owned()),
            1..=LIST_MAX => None,
            _ => Some(format!(
                "finds more than {LIST_MAX} records, which is the most a list takes: ask for less"
            )),
        };
        if let Some(message) = refusal {
            return Err(StoreError::issue(Issue::at("/query", message)));
        }
        self.keep_shown_names_out(number, &new).await?;
        self.take_number(number).await?;
        let count = i64::try_from(pinned).unwrap_or(i64::MAX);
        let row = frozen_list::ActiveModel {
            number: Set(number.as_i64()),
            title: Set(new.title),
            lang: Set(new.language.code().to_owned()),
            query: Set(new.query),
            meta: Set(new.meta),
            count: Set(count),
            made_at: Set(self.now),
            made_by: Set(self.actor.id),
            network: Set(self.actor.network.clone()),
        };
        frozen_list::Entity::insert(row).exec_without_returning(self.tx).await?;
        let entry =
            Entry { action: Action::Freeze, number: Some(number), revision: None, reason: None };
        audit::record(self.tx, self.actor, self.now, vec![entry]).await?;
        Ok(Written {
            number,
            revision: 1,
            state: State::Published,
            version: 1,
            changed_at: Some(self.now),
            possible_duplicates: Vec::new(),
            made: Vec::new(),
            warnings: Vec::new(),
        })
    }

    /// Pins what is found, by one statement; how many that are, one too many at most.
    async fn pin(
        &self,
        list: Number,
        sort: Sort,
        found: impl Iterator<Item = SelectStatement>,
    ) -> Result<u64, StoreError> {
        let Some(found) = found.reduce(|mut all, next| all.union(UnionType::All, next).take())
        else {
            return Ok(0);
        };
        let mut order = WindowStatement::new();
        for (key, direction) in order_of(sort) {
            order.order_by_expr(key, direction);
        }
        let mut places = Query::select();
        places
            .expr_as(Expr::val(list.as_i64()), "list")
            .expr_window_as(Func::cust("ROW_NUMBER"), order.take(), "position")
            .expr(of_found("number"))
            .expr(of_found("version"))
            .from_subquery(found, Alias::new(FOUND))
            .limit(LIST_MAX + 1);
        let mut insert = Query::insert();
        insert.into_table(frozen_list_item::Entity).columns([
            frozen_list_item::Column::List,
            frozen_list_item::Column::Position,
            frozen_list_item::Column::Number,
            frozen_list_item::Column::Version,
        ]);
        insert
            .select_from(places)
            .map_err(|error| StoreError::Database(sea_orm::DbErr::Custom(error.to_string())))?;
        Ok(self.tx.execute(&insert).await?.rows_affected())
    }

    /// Writes the card that keeps a number from being anybody else's: a record of no kind, with nothing on it,
    /// which is there for no reader.
    pub(crate) async fn take_number(&self, number: Number) -> Result<(), StoreError> {
        let card = record::ActiveModel {
            number: Set(number.as_i64()),
            kind: Set(LIST.to_owned()),
            state: Set(DELETED.to_owned()),
            public: Set(0),
            network: Set(self.actor.network.clone()),
            revision: Set(0),
            version: Set(0),
            shown: Set(0),
            shown_id: Set(0),
            recorded_at: Set(self.now),
            recorded_by: Set(self.actor.id),
            urgency: Set(1),
            needed: Set(0),
            ..Default::default()
        };
        record::Entity::insert(card).exec_without_returning(self.tx).await?;
        Ok(())
    }

    /// A list stays as it is, and what it is called with it: so it names nobody whose name its records show,
    /// and does not ask for them by name. Names that are not shown are not looked for, because a refusal would
    /// tell that they are there.
    async fn keep_shown_names_out(&self, list: Number, new: &NewList) -> Result<(), StoreError> {
        let of_title: Vec<String> = fold::words(&new.title).collect();
        let mut issues = Vec::new();
        if !of_title.is_empty() {
            let mut found = people_shown_in(list);
            found
                .and_where(Expr::col((name_word::Entity, name_word::Column::Word)).is_in(of_title));
            let mut names = Names::default();
            for row in self.tx.query_all(&found).await? {
                let Ok(person) = Number::from_i64(row.try_get_by_index(0)?) else { continue };
                let known = names::of_people(self.tx, vec![person]).await?;
                // The first is the one that is shown.
                if let Some(shown) = known.get(&person).and_then(|names| names.first()) {
                    names.add("", &shown.text);
                }
            }
            if !names.in_text(&new.title).is_empty() {
                let message = "names somebody; a list would keep the name when it is taken down";
                issues.push(Issue::at("/title", message));
            }
        }
        if let Some(Words(words)) = &new.filter.words {
            let mut any = Condition::any();
            for word in words {
                any = any.add(fits(self.tx.get_database_backend(), word));
            }
            let mut found = people_shown_in(list);
            found.cond_where(any);
            if self.tx.query_one(&found).await?.is_some() {
                let message = "q: asks for somebody by name, which a list would keep when it is taken down; \
                               ask by country, period or organization instead";
                issues.push(Issue::at("/query", message));
            }
        }
        if issues.is_empty() { Ok(()) } else { Err(Invalid(issues).into()) }
    }
}

/// Those whom a record of a list shows by name, by the words of the name. A version that is older shows nobody
/// by name whom the record does not show today.
fn people_shown_in(list: Number) -> SelectStatement {
    let term = |column| Expr::col((incident_term::Entity, column));
    let person = Expr::col((name_word::Entity, name_word::Column::Person)).cast_as("text");
    let mut select = Query::select();
    select
        .distinct()
        .column((name_word::Entity, name_word::Column::Person))
        .from(name_word::Entity)
        .inner_join(
            incident_term::Entity,
            term(incident_term::Column::List)
                .eq(card::NAMED)
                .and(term(incident_term::Column::Code).eq(person)),
        )
        .inner_join(
            frozen_list_item::Entity,
            of_item(frozen_list_item::Column::Number)
                .equals((incident_term::Entity, incident_term::Column::Incident)),
        )
        .and_where(of_item(frozen_list_item::Column::List).eq(list.as_i64()));
    select
}

const FOUND: &str = "found";

fn of_found(name: &'static str) -> SimpleExpr {
    Expr::col((Alias::new(FOUND), Alias::new(name)))
}

/// What a source finds, with what a list can be ordered by.
fn found(source: &Source, as_of: bool, first: Option<&SimpleExpr>) -> SelectStatement {
    let column = |column| Expr::col((record::Entity, column));
    // As pages of days gone by have it.
    let changed = if as_of { record::Column::ShownAt } else { record::Column::ChangedAt };
    let in_title: SimpleExpr = match first {
        Some(first) => Expr::case(first.clone(), 0).finally(1).into(),
        None => Expr::val(0),
    };
    let mut select = Query::select();
    select
        .expr_as(source.cards.number(), "number")
        .expr_as(column(record::Column::Version), "version")
        .expr_as(column(record::Column::SortOn), "sort_on")
        .expr_as(column(changed), "changed_at")
        .expr_as(column(record::Column::Severity), "severity")
        .expr_as(in_title, "in_title")
        .cond_where(source.condition.clone());
    source.cards.select_from(&mut select);
    select
}

/// The order of a list, as pages of it have it.
fn order_of(sort: Sort) -> Vec<(SimpleExpr, Order)> {
    let keys: &[(&'static str, Order)] = match sort {
        Sort::OccurredAscending => &[("sort_on", Order::Asc), ("number", Order::Asc)],
        // All that is public has changed for the public once.
        Sort::ChangedDescending => &[("changed_at", Order::Desc), ("number", Order::Desc)],
        Sort::SeverityDescending => &[("severity", Order::Desc), ("number", Order::Desc)],
        Sort::Relevance | Sort::OccurredDescending => {
            &[("in_title", Order::Asc), ("sort_on", Order::Desc), ("number", Order::Desc)]
        }
    };
    keys.iter().map(|(name, order)| (of_found(name), order.clone())).collect()
}

fn of_item(column: frozen_list_item::Column) -> SimpleExpr {
    Expr::col((frozen_list_item::Entity, column))
}

/// The places of a list after one of them, in their order.
fn places(select: &mut SelectStatement, list: Number, after: i64) {
    select
        .and_where(of_item(frozen_list_item::Column::List).eq(list.as_i64()))
        .and_where(of_item(frozen_list_item::Column::Position).gt(after))
        .order_by_expr(of_item(frozen_list_item::Column::Position), Order::Asc);
}

fn read(row: frozen_list::Model) -> Result<FrozenList, StoreError> {
    let corrupt = |what| StoreError::Corrupt { table: "frozen_list", number: row.number, what };
    Ok(FrozenList {
        number: Number::from_i64(row.number).map_err(|_| corrupt("the number is none"))?,
        language: row.lang.parse().map_err(|()| corrupt("the language is unknown"))?,
        title: row.title,
        query: row.query,
        meta: row.meta,
        count: u64::try_from(row.count).unwrap_or(0),
        made_at: row.made_at,
        network: row.network,
    })
}
