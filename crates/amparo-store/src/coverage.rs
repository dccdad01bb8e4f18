//! Who declares to have looked where and when. What stands here changes what counts say, so it is public and
//! dated, and each change is in the audit trail.

use std::sync::Arc;

use amparo_domain::access::Manager;
use amparo_domain::country::CountryCode;
use amparo_domain::coverage::{Coverage, Declared, Extent};
use amparo_domain::filter::Choice;
use amparo_domain::period::Period;
use amparo_domain::validation::Issue;
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::future::BoxFuture;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::Store;
use crate::audit::{self, Action, Entry};
use crate::bulk;
use crate::entity::{coverage, network};
use crate::error::StoreError;
use crate::networks::acting_for;
use crate::retries::{IdempotencyKey, Remembered, SEVERAL};
use crate::writing::Writing;

/// So many declarations a network has at most: the counts read them all.
const DECLARATIONS_MAX: u64 = 1_000;

/// What is to be declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDeclaration {
    /// Who looked, where, when and how far.
    pub declared: Declared,
    /// What else should be known of it.
    pub note: Option<String>,
}

/// A declaration as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// Its id.
    pub id: i64,
    /// Who looked, where, when and how far.
    pub declared: Declared,
    /// What else should be known of it.
    pub note: Option<String>,
    /// How many times it was written.
    pub revision: i32,
    /// When it was declared as it stands.
    pub declared_at: DateTime<Utc>,
}

/// Which declarations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CoverageFilter {
    /// Those that speak of one of these countries, of everywhere among them; all if none is named.
    pub countries: Vec<CountryCode>,
    /// Those of these networks.
    pub network: Choice<String>,
    /// Those that touch a period.
    pub period: Option<Period>,
}

/// The place of a declaration in their list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoverageKey {
    /// Its first day.
    pub from: NaiveDate,
    /// Its id.
    pub id: i64,
}

impl Declaration {
    /// Its place in the list.
    pub fn key(&self) -> CoverageKey {
        CoverageKey { from: self.declared.from, id: self.id }
    }
}

impl Store {
    /// What all declarations of these networks add up to today; of all networks, if none is named.
    ///
    /// It is read anew each time, in one statement, so that no count is older than what it rests on.
    pub async fn coverage(&self, networks: &Choice<String>) -> Result<Coverage, StoreError> {
        let rows = coverage::Entity::find()
            .filter(of_networks(networks))
            .all(self.connections.reader())
            .await?;
        let declarations = rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let declared = declarations.iter().map(|declaration| &declaration.declared);
        Ok(Coverage::of_declarations(declared, self.clock.today()))
    }

    /// Declarations, those with the latest first day first.
    pub async fn declarations(
        &self,
        filter: &CoverageFilter,
        after: Option<CoverageKey>,
        limit: u64,
    ) -> Result<Vec<Declaration>, StoreError> {
        let mut select = coverage::Entity::find()
            .filter(of_networks(&filter.network))
            .order_by_desc(coverage::Column::FromDay)
            .order_by_desc(coverage::Column::Id)
            .limit(limit);
        if !filter.countries.is_empty() {
            let codes = filter.countries.iter().map(|country| country.alpha3());
            let there = Condition::any()
                .add(coverage::Column::Country.is_null())
                .add(coverage::Column::Country.is_in(codes));
            select = select.filter(there);
        }
        if let Some(Period { from, to }) = filter.period {
            if let Some(to) = to {
                select = select.filter(coverage::Column::FromDay.lte(to));
            }
            if let Some(from) = from {
                let open = coverage::Column::ToDay.is_null();
                select = select.filter(open.or(coverage::Column::ToDay.gte(from)));
            }
        }
        if let Some(CoverageKey { from, id }) = after {
            let same_day = coverage::Column::FromDay.eq(from).and(coverage::Column::Id.lt(id));
            select = select.filter(coverage::Column::FromDay.lt(from).or(same_day));
        }
        let rows = select.all(self.connections.reader()).await?;
        rows.into_iter().map(read).collect()
    }

    /// A declaration.
    pub async fn declaration(&self, id: i64) -> Result<Declaration, StoreError> {
        let row = coverage::Entity::find_by_id(id).one(self.connections.reader()).await?;
        read(row.ok_or(StoreError::NotFound)?)
    }

    /// Declares that a network looked. With a key, once whatever the number of retries.
    pub async fn declare(
        &self,
        manager: Manager<'_>,
        new: NewDeclaration,
        key: Option<IdempotencyKey>,
    ) -> Result<Declaration, StoreError> {
        let id = self.draw_id();
        self.write(manager.actor(), move |writing| {
            let (new, key) = (new.clone(), key.clone());
            Box::pin(async move {
                let Some(key) = key else {
                    return writing.declare(id, new).await;
                };
                if let Some(before) = writing.seen(&key).await? {
                    return writing.declared_before(before).await;
                }
                let made = writing.declare(id, new).await?;
                writing.remember(key, SEVERAL, None, Some(id.to_string())).await?;
                Ok(made)
            })
        })
        .await
    }

    /// Declares something else instead. The network stays; what is the same already changes nothing.
    pub async fn declare_anew(
        &self,
        manager: Manager<'_>,
        id: i64,
        expected: Option<i32>,
        new: NewDeclaration,
    ) -> Result<Declaration, StoreError> {
        self.write_of(manager, id, expected, move |writing, before| {
            let new = new.clone();
            Box::pin(async move { writing.declare_anew(before, new).await })
        })
        .await
    }

    /// Takes a declaration back, as if nobody had looked.
    pub async fn take_back_declaration(
        &self,
        manager: Manager<'_>,
        id: i64,
        expected: Option<i32>,
    ) -> Result<(), StoreError> {
        self.write_of(manager, id, expected, |writing, before| {
            Box::pin(async move {
                coverage::Entity::delete_by_id(before.id).exec(writing.tx).await?;
                let said = said(&before.declared);
                writing.note_coverage(&before.declared, Action::WithdrawCoverage, said).await
            })
        })
        .await
    }

    /// A write of a declaration that is there, in the revision that the writer has seen.
    async fn write_of<T: Send + 'static>(
        &self,
        manager: Manager<'_>,
        id: i64,
        expected: Option<i32>,
        work: impl for<'w> Fn(&'w mut Writing<'_>, Declaration) -> BoxFuture<'w, Result<T, StoreError>>
        + Send
        + Sync
        + 'static,
    ) -> Result<T, StoreError> {
        let work = Arc::new(work);
        self.write(manager.actor(), move |writing| {
            let work = Arc::clone(&work);
            Box::pin(async move {
                let row = coverage::Entity::find_by_id(id).one(writing.tx).await?;
                let before = read(row.ok_or(StoreError::NotFound)?)?;
                if expected.is_some_and(|expected| expected != before.revision) {
                    return Err(StoreError::Stale);
                }
                writing.actor.manager(&before.declared.network)?;
                work(writing, before).await
            })
        })
        .await
    }
}

impl Writing<'_> {
    async fn declare(&self, id: i64, new: NewDeclaration) -> Result<Declaration, StoreError> {
        let NewDeclaration { declared, note } = new;
        self.actor.manager(&declared.network)?;
        let there = network::Entity::find_by_id(declared.network.clone()).one(self.tx).await?;
        if there.is_none() {
            let issue = Issue::at("/network", "there is no network of this name");
            return Err(StoreError::issue(issue));
        }
        let own = coverage::Column::Network.eq(&declared.network);
        if coverage::Entity::find().filter(own).count(self.tx).await? >= DECLARATIONS_MAX {
            let message = format!("the network has {DECLARATIONS_MAX} declarations already");
            return Err(StoreError::Conflict(vec![Issue::at("/network", message)]));
        }
        let row = coverage::ActiveModel {
            id: Set(id),
            network: Set(declared.network.clone()),
            country: Set(declared.country.map(|country| country.alpha3().to_owned())),
            from_day: Set(declared.from),
            to_day: Set(declared.to),
            extent: Set(declared.extent.code().to_owned()),
            note: Set(note.clone()),
            revision: Set(1),
            declared_at: Set(self.now),
            declared_by: Set(self.actor.id),
        };
        bulk::insert::<coverage::Entity, _>(self.tx, vec![row]).await?;
        self.note_coverage(&declared, Action::DeclareCoverage, said(&declared)).await?;
        Ok(Declaration { id, declared, note, revision: 1, declared_at: self.now })
    }

    /// What the same request made when it came first, as it stands by now.
    async fn declared_before(&self, before: Remembered) -> Result<Declaration, StoreError> {
        let id = match before {
            Remembered::Several(Some(told)) => told.parse::<i64>().ok(),
            _ => None,
        };
        let row = coverage::Entity::find_by_id(id.ok_or(StoreError::NotFound)?).one(self.tx);
        read(row.await?.ok_or(StoreError::NotFound)?)
    }

    async fn declare_anew(
        &self,
        before: Declaration,
        new: NewDeclaration,
    ) -> Result<Declaration, StoreError> {
        let NewDeclaration { declared, note } = new;
        let declared = Declared { network: before.declared.network.clone(), ..declared };
        if (&declared, &note) == (&before.declared, &before.note) {
            return Ok(before);
        }
        let revision = before.revision + 1;
        let row = coverage::ActiveModel {
            id: Set(before.id),
            country: Set(declared.country.map(|country| country.alpha3().to_owned())),
            from_day: Set(declared.from),
            to_day: Set(declared.to),
            extent: Set(declared.extent.code().to_owned()),
            note: Set(note.clone()),
            revision: Set(revision),
            declared_at: Set(self.now),
            declared_by: Set(self.actor.id),
            ..Default::default()
        };
        row.update(self.tx).await?;
        let told = format!("{} instead of {}", said(&declared), said(&before.declared));
        self.note_coverage(&declared, Action::ChangeCoverage, told).await?;
        Ok(Declaration { id: before.id, declared, note, revision, declared_at: self.now })
    }

    async fn note_coverage(
        &self,
        of: &Declared,
        action: Action,
        said: String,
    ) -> Result<(), StoreError> {
        let entry = Entry { action, number: None, revision: None, reason: Some(said) };
        let actor = acting_for(self.actor, &of.network);
        audit::record(self.tx, &actor, self.now, vec![entry]).await
    }
}

/// A declaration in the words of the trail.
fn said(declared: &Declared) -> String {
    let Declared { network: _, country, from, to, extent } = declared;
    let there = country.map_or("everywhere", |country| country.alpha3());
    let until = to.map_or_else(|| "..".to_owned(), |to| to.to_string());
    format!("{} {there} {from}/{until}", extent.code())
}

fn of_networks(networks: &Choice<String>) -> Condition {
    let mut condition = Condition::all();
    if !networks.any.is_empty() {
        condition = condition.add(coverage::Column::Network.is_in(&networks.any));
    }
    if !networks.none.is_empty() {
        condition = condition.add(coverage::Column::Network.is_not_in(&networks.none));
    }
    condition
}

fn read(row: coverage::Model) -> Result<Declaration, StoreError> {
    let corrupt = |what| StoreError::Corrupt { table: "coverage", number: row.id, what };
    let country = row.country.as_deref().map(str::parse::<CountryCode>).transpose();
    let extent = Extent::ALL.into_iter().find(|extent| extent.code() == row.extent);
    let declared = Declared {
        country: country.map_err(|_| corrupt("the country is unknown"))?,
        extent: extent.ok_or_else(|| corrupt("the extent is unknown"))?,
        network: row.network,
        from: row.from_day,
        to: row.to_day,
    };
    Ok(Declaration {
        id: row.id,
        declared,
        note: row.note,
        revision: row.revision,
        declared_at: row.declared_at,
    })
}
