//! Records that a network lets another see.

use amparo_domain::access::{AccessDenied, Actor, Role};
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::validation::Issue;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use crate::Store;
use crate::audit::{self, Action, Entry};
use crate::bulk;
use crate::entity::{access_grant, network, record};
use crate::error::StoreError;
use crate::records::visible_to;
use crate::writing::Writing;

/// How much of a record is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What the desk of its own network sees.
    Read,
    /// Its confidential facts as well.
    Confidential,
    /// The same, and its verifiers may question, grade and approve it.
    Review,
}

impl Level {
    /// All of them, from the least.
    pub const ALL: [Self; 3] = [Self::Read, Self::Confidential, Self::Review];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Confidential => "confidential",
            Self::Review => "review",
        }
    }

    const fn stored(self) -> i32 {
        match self {
            Self::Read => 1,
            Self::Confidential => 2,
            Self::Review => 3,
        }
    }
}

/// What is to be granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGrant {
    /// The record.
    pub number: Number,
    /// The network that is to see it.
    pub network: String,
    /// How much of it.
    pub level: Level,
    /// Whether all members of that network see it, not its desk alone; they get no confidential facts.
    pub all_members: bool,
    /// Why.
    pub reason: String,
}

/// A grant as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its id.
    pub id: i64,
    /// The network that owns the record.
    pub owner: String,
    /// What it grants.
    pub grant: NewGrant,
    /// Since when.
    pub made_at: DateTime<Utc>,
    /// Since when no longer.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// So many grants are listed at most.
const GRANTS_MAX: u64 = 1_000;

impl Store {
    /// Grants a record of the actor's network to another, or to all members of its own.
    ///
    /// Confidential facts are granted by those who know them. What is granted already stays the same grant,
    /// so that a retry makes none.
    pub async fn grant(&self, actor: &Actor, new: NewGrant) -> Result<Grant, StoreError> {
        actor.fresh()?;
        let id = self.draw_id();
        self.write(actor, move |writing| {
            let new = new.clone();
            Box::pin(async move { writing.grant(id, new).await })
        })
        .await
    }

    /// Revokes a grant at once. Revoking it again changes nothing.
    pub async fn revoke_grant(&self, actor: &Actor, id: i64) -> Result<(), StoreError> {
        actor.fresh()?;
        self.write(actor, move |writing| {
            Box::pin(async move {
                may_grant(writing.actor, Level::Read)?;
                let row = access_grant::Entity::find_by_id(id).one(writing.tx).await?;
                let row = row.ok_or(StoreError::NotFound)?;
                if row.owner != writing.actor.network {
                    return Err(StoreError::NotFound);
                }
                if row.revoked_at.is_some() {
                    return Ok(());
                }
                let revoked = access_grant::ActiveModel {
                    id: Set(id),
                    revoked_at: Set(Some(writing.now)),
                    revoked_by: Set(Some(writing.actor.id)),
                    ..Default::default()
                };
                revoked.update(writing.tx).await?;
                let why = format!("grant {id} to {}", row.network);
                let number = Number::from_i64(row.number).ok();
                let entry =
                    Entry { action: Action::Revoke, number, revision: None, reason: Some(why) };
                audit::record(writing.tx, writing.actor, writing.now, vec![entry]).await
            })
        })
        .await
    }

    /// The grants that a network made or got of records that the actor can see, the latest first; of one
    /// record, if one is named.
    pub async fn grants(
        &self,
        actor: &Actor,
        number: Option<Number>,
    ) -> Result<Vec<Grant>, StoreError> {
        let audience = actor.audience();
        // A grant tells of records that those who are at no desk may not know of.
        if !audience.is_at_desk() {
            return Err(AccessDenied::Needs(Role::Contributor.code()).into());
        }
        let network = actor.network.as_str();
        let mut seen = Query::select();
        seen.expr(Expr::cust("1"))
            .from(record::Entity)
            .and_where(
                Expr::col((record::Entity, record::Column::Number))
                    .equals((access_grant::Entity, access_grant::Column::Number)),
            )
            .cond_where(visible_to(&audience));
        let mut select = access_grant::Entity::find()
            .filter(
                access_grant::Column::Owner
                    .eq(network)
                    .or(access_grant::Column::Network.eq(network)),
            )
            .filter(Expr::exists(seen))
            .order_by_desc(access_grant::Column::MadeAt)
            .order_by_desc(access_grant::Column::Id)
            .limit(GRANTS_MAX);
        if let Some(number) = number {
            select = select.filter(access_grant::Column::Number.eq(number.as_i64()));
        }
        let rows = select.all(self.connections.reader()).await?;
        rows.into_iter().map(read).collect()
    }
}

impl Writing<'_> {
    async fn grant(&mut self, id: i64, new: NewGrant) -> Result<Grant, StoreError> {
        let row = record::Entity::find_by_id(new.number.as_i64())
            .filter(visible_to(&self.audience))
            .one(self.tx)
            .await?
            .ok_or(StoreError::NotFound)?;
        if row.network != self.actor.network {
            return Err(StoreError::NotFound);
        }
        // Who a person is, is confidential as a whole.
        let person = row.kind == Kind::Person.singular();
        may_grant(self.actor, if person { Level::Confidential } else { new.level })?;
        if network::Entity::find_by_id(new.network.clone()).one(self.tx).await?.is_none() {
            let issue = Issue::at("/network", "there is no network of this name");
            return Err(StoreError::issue(issue));
        }
        let same = access_grant::Entity::find()
            .filter(access_grant::Column::Number.eq(row.number))
            .filter(access_grant::Column::Network.eq(&new.network))
            .filter(access_grant::Column::Level.eq(new.level.stored()))
            .filter(access_grant::Column::AllMembers.eq(i32::from(new.all_members)))
            .filter(access_grant::Column::RevokedAt.is_null())
            .one(self.tx)
            .await?;
        if let Some(same) = same {
            return read(same);
        }
        let made = access_grant::ActiveModel {
            id: Set(id),
            number: Set(row.number),
            owner: Set(row.network.clone()),
            network: Set(new.network.clone()),
            level: Set(new.level.stored()),
            all_members: Set(i32::from(new.all_members)),
            reason: Set(new.reason.clone()),
            made_at: Set(self.now),
            made_by: Set(self.actor.id),
            revoked_at: Set(None),
            revoked_by: Set(None),
        };
        bulk::insert::<access_grant::Entity, _>(self.tx, vec![made]).await?;
        let why = format!("{} to {}: {}", new.level.code(), new.network, new.reason);
        let entry = Entry {
            action: Action::Grant,
            number: Some(new.number),
            revision: Some(row.revision),
            reason: Some(why),
        };
        audit::record(self.tx, self.actor, self.now, vec![entry]).await?;
        Ok(Grant { id, owner: row.network, grant: new, made_at: self.now, revoked_at: None })
    }

    /// Whether a record was granted to the writer's network to be reviewed by it.
    pub(crate) async fn is_granted_to_review(
        &self,
        row: &record::Model,
    ) -> Result<bool, StoreError> {
        is_granted_to_review(self.tx, row.number, &self.actor.network).await
    }
}

/// Whether a record was granted to a network to be reviewed by it.
pub(crate) async fn is_granted_to_review(
    db: &impl ConnectionTrait,
    number: i64,
    network: &str,
) -> Result<bool, StoreError> {
    let granted = access_grant::Entity::find()
        .filter(access_grant::Column::Number.eq(number))
        .filter(access_grant::Column::Network.eq(network))
        .filter(access_grant::Column::Level.eq(Level::Review.stored()))
        .filter(access_grant::Column::RevokedAt.is_null())
        .limit(1)
        .one(db)
        .await?;
    Ok(granted.is_some())
}

/// Those who decide what a network shares: its admins, and of confidential facts its verifiers alone.
fn may_grant(actor: &Actor, level: Level) -> Result<(), AccessDenied> {
    let verifier = actor.roles.has(Role::Verifier);
    if verifier || (level == Level::Read && actor.roles.has(Role::NetworkAdmin)) {
        return Ok(());
    }
    Err(AccessDenied::Needs(Role::Verifier.code()))
}

fn read(row: access_grant::Model) -> Result<Grant, StoreError> {
    let corrupt = |what| StoreError::Corrupt { table: "access_grant", number: row.number, what };
    let number = Number::from_i64(row.number).map_err(|_| corrupt("the number is none"))?;
    let level = Level::ALL.into_iter().find(|level| level.stored() == row.level);
    Ok(Grant {
        id: row.id,
        owner: row.owner,
        grant: NewGrant {
            number,
            network: row.network,
            level: level.ok_or_else(|| StoreError::Corrupt {
                table: "access_grant",
                number: row.number,
                what: "the level is unknown",
            })?,
            all_members: row.all_members == 1,
            reason: row.reason,
        },
        made_at: row.made_at,
        revoked_at: row.revoked_at,
    })
}
