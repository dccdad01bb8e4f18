//! Networks: who owns what is logged, and how long it keeps what it does not publish.

use amparo_domain::access::{Actor, Manager, Role};
use amparo_domain::validation::Issue;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use crate::Store;
use crate::audit::{self, Action, Entry};
use crate::entity::{membership, network};
use crate::error::StoreError;
use crate::register;

/// A network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// What addresses and records call it.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// After how many days what it did not publish is removed; never if not said.
    pub retention_days: Option<i32>,
    /// Since when it is there.
    pub created_at: DateTime<Utc>,
}

/// What is to be changed of a network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NetworkChange {
    /// Another name.
    pub name: Option<String>,
    /// For how long it keeps what it did not publish.
    pub retention: Option<RetentionChange>,
}

/// For how long a network keeps what it did not publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetentionChange {
    /// So many days.
    Days(i32),
    /// As long as it likes.
    NoLimit,
}

impl Store {
    /// The networks that somebody belongs to, or all for who runs the instance, by slug.
    pub async fn networks(
        &self,
        actor: &Actor,
        after: Option<&str>,
        limit: u64,
    ) -> Result<Vec<Network>, StoreError> {
        let mut query = network::Entity::find().order_by_asc(network::Column::Slug).limit(limit);
        if !actor.roles.has(Role::Admin) {
            query = query.filter(network::Column::Slug.is_in(self.networks_of(actor).await?));
        }
        if let Some(after) = after {
            query = query.filter(network::Column::Slug.gt(after));
        }
        let rows = query.all(self.connections.reader()).await?;
        Ok(rows.into_iter().map(Network::from).collect())
    }

    /// A network that somebody belongs to, or any for who runs the instance.
    pub async fn network(&self, actor: &Actor, slug: &str) -> Result<Network, StoreError> {
        let theirs = actor.roles.has(Role::Admin)
            || self.networks_of(actor).await?.iter().any(|own| own == slug);
        let row = network::Entity::find_by_id(slug.to_owned()).one(self.connections.reader());
        row.await?.filter(|_| theirs).map(Network::from).ok_or(StoreError::NotFound)
    }

    /// Makes a network.
    pub async fn create_network(
        &self,
        manager: Manager<'_>,
        new: Network,
    ) -> Result<Network, StoreError> {
        let (actor, now) = (acting_for(manager.actor(), &new.slug), self.clock.now());
        let new = Network { created_at: now, ..new };
        let made = new.clone();
        let _underway = self.census.underway();
        let revision = self
            .connections
            .write(move |tx| {
                Box::pin(async move {
                    let row = network::ActiveModel {
                        slug: Set(new.slug.clone()),
                        name: Set(new.name),
                        retention_days: Set(new.retention_days),
                        created_at: Set(now),
                    };
                    let there = network::Entity::find_by_id(new.slug.clone()).one(tx).await?;
                    if there.is_some() {
                        let issue = Issue::at("/slug", "another network has this slug");
                        return Err(StoreError::Conflict(vec![issue]));
                    }
                    network::Entity::insert(row).exec_without_returning(tx).await?;
                    let reason = format!("network {} made", new.slug);
                    audit::record(tx, &actor, now, vec![changed(reason)]).await?;
                    register::changed(tx).await
                })
            })
            .await?;
        self.register.forget();
        self.census.note(revision, []);
        Ok(made)
    }

    /// Changes what a network is called and how long it keeps what it does not publish.
    pub async fn change_network(
        &self,
        manager: Manager<'_>,
        slug: &str,
        change: NetworkChange,
    ) -> Result<Network, StoreError> {
        let (actor, now) = (acting_for(manager.actor(), slug), self.clock.now());
        let slug = slug.to_owned();
        let _underway = self.census.underway();
        let done = self
            .connections
            .write(move |tx| {
                Box::pin(async move {
                    let there = network::Entity::find_by_id(slug.clone()).one(tx).await?;
                    let before = there.ok_or(StoreError::NotFound)?;
                    let mut row =
                        network::ActiveModel { slug: Set(slug.clone()), ..Default::default() };
                    let mut said = Vec::new();
                    if let Some(name) = change.name.filter(|name| *name != before.name) {
                        row.name = Set(name);
                        said.push("name".to_owned());
                    }
                    let days = change.retention.map(|retention| match retention {
                        RetentionChange::Days(days) => Some(days),
                        RetentionChange::NoLimit => None,
                    });
                    if let Some(days) = days.filter(|days| *days != before.retention_days) {
                        row.retention_days = Set(days);
                        let told = |days: Option<i32>| {
                            days.map_or_else(|| "none".to_owned(), |days| days.to_string())
                        };
                        let (from, to) = (told(before.retention_days), told(days));
                        said.push(format!("retention_days {from} to {to}"));
                    }
                    if said.is_empty() {
                        return Ok((before.into(), None));
                    }
                    let after = row.update(tx).await?;
                    let reason = format!("network {slug}: {}", said.join(", "));
                    audit::record(tx, &actor, now, vec![changed(reason)]).await?;
                    let revision = register::changed(tx).await?;
                    Ok((after.into(), Some(revision)))
                })
            })
            .await;
        self.register.forget();
        let (network, revision) = done?;
        if let Some(revision) = revision {
            self.census.note(revision, []);
        }
        Ok(network)
    }

    /// Makes sure that a network is there under which somebody writes.
    pub async fn ensure_network(&self, slug: &str) -> Result<(), StoreError> {
        let (slug, now) = (slug.to_owned(), self.clock.now());
        self.connections
            .write(move |tx| Box::pin(async move { ensure(tx, &slug, now).await }))
            .await
    }

    /// The networks that somebody belongs to, the one they act for among them.
    pub(crate) async fn networks_of(&self, actor: &Actor) -> Result<Vec<String>, StoreError> {
        let rows = membership::Entity::find()
            .filter(membership::Column::Account.eq(actor.id))
            .all(self.connections.reader())
            .await?;
        let mut slugs: Vec<String> = rows.into_iter().map(|row| row.network).collect();
        slugs.push(actor.network.clone());
        slugs.sort();
        slugs.dedup();
        Ok(slugs)
    }
}

/// Makes sure that a network is there.
pub(crate) async fn ensure(
    tx: &impl ConnectionTrait,
    slug: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = network::ActiveModel {
        slug: Set(slug.to_owned()),
        name: Set(slug.to_owned()),
        retention_days: Set(None),
        created_at: Set(now),
    };
    let unless = OnConflict::column(network::Column::Slug).do_nothing().to_owned();
    network::Entity::insert(row).on_conflict(unless).exec_without_returning(tx).await?;
    Ok(())
}

/// Somebody whose deed concerns a network, so that its trail has it.
pub(crate) fn acting_for(actor: &Actor, network: &str) -> Actor {
    Actor { network: network.to_owned(), ..actor.clone() }
}

fn changed(reason: String) -> Entry {
    Entry { action: Action::ChangeNetwork, number: None, revision: None, reason: Some(reason) }
}

impl From<network::Model> for Network {
    fn from(row: network::Model) -> Self {
        let network::Model { slug, name, retention_days, created_at } = row;
        Self { slug, name, retention_days, created_at }
    }
}
