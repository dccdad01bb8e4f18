//! Bearer tokens: issued by the operator, kept as hashes, shown once.

use amparo_domain::access::{Actor, Role};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};
use sha2::{Digest as _, Sha256};

use crate::Store;
use crate::audit::{self, Action, Entry};
use crate::entity::token;
use crate::error::StoreError;

/// A token as it is listed: never its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What the audit trail calls it.
    pub id: i64,
    /// Whose it is.
    pub name: String,
    /// What it is trusted with.
    pub role: Role,
    /// The network it acts for.
    pub network: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A token that was just issued, with the one chance to read its secret.
#[derive(Clone)]
pub struct IssuedToken {
    /// What the audit trail calls it.
    pub id: i64,
    /// The secret: 256 random bits behind the prefix `amp_`.
    pub secret: String,
}

impl std::fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IssuedToken({})", self.id)
    }
}

impl Store {
    /// Issues a token.
    pub async fn issue_token(
        &self,
        operator: &Actor,
        name: &str,
        role: Role,
        network: &str,
    ) -> Result<IssuedToken, StoreError> {
        let secret = format!("amp_{}", URL_SAFE_NO_PAD.encode(self.chance.bytes()));
        let id = i64::from_ne_bytes((self.chance.next() >> 1).to_ne_bytes());
        let now = self.clock.now();
        let row = token::ActiveModel {
            id: Set(id),
            name: Set(name.to_owned()),
            role: Set(role.code().to_owned()),
            network: Set(network.to_owned()),
            hash: Set(hash(&secret)),
            issued_at: Set(now),
            expires_at: Set(None),
            revoked_at: Set(None),
        };
        let operator = operator.clone();
        self.connections
            .write(move |tx| {
                Box::pin(async move {
                    token::Entity::insert(row).exec_without_returning(tx).await?;
                    audit::record(tx, &operator, now, vec![about(Action::IssueToken, id)]).await
                })
            })
            .await?;
        Ok(IssuedToken { id, secret })
    }

    /// All tokens, the latest first.
    pub async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        let rows = token::Entity::find()
            .order_by_desc(token::Column::IssuedAt)
            .all(self.connections.reader())
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// Revokes a token at once. Revoking it again changes nothing.
    pub async fn revoke_token(&self, operator: &Actor, id: i64) -> Result<(), StoreError> {
        let (operator, now) = (operator.clone(), self.clock.now());
        let revoked = self.connections.write(move |tx| {
            Box::pin(async move {
                let row =
                    token::Entity::find_by_id(id).one(tx).await?.ok_or(StoreError::NotFound)?;
                if row.revoked_at.is_some() {
                    return Ok(());
                }
                let row = token::ActiveModel {
                    id: Set(id),
                    revoked_at: Set(Some(now)),
                    ..Default::default()
                };
                row.update(tx).await?;
                audit::record(tx, &operator, now, vec![about(Action::RevokeToken, id)]).await
            })
        });
        let revoked = revoked.await;
        self.actors.forget();
        revoked
    }

    /// Who shows this secret, if it is a token that holds.
    pub async fn actor(&self, secret: &str) -> Result<Option<Actor>, StoreError> {
        let hash = hash(secret);
        if let Some(actor) = self.actors.get(&hash, self.clock.now()) {
            return Ok(Some(actor));
        }
        let row = token::Entity::find()
            .filter(token::Column::Hash.eq(&hash))
            .one(self.connections.reader())
            .await?;
        let now = self.clock.now();
        let holds = |row: &token::Model| {
            row.revoked_at.is_none() && row.expires_at.is_none_or(|expires| expires > now)
        };
        let Some(row) = row.filter(holds) else {
            return Ok(None);
        };
        let token = read(row)?;
        let actor =
            Actor { id: token.id, roles: token.role.into(), network: token.network, fresh: true };
        self.actors.keep(hash, actor.clone(), now);
        Ok(Some(actor))
    }
}

/// The secret has 256 random bits, so a plain hash is enough to keep it.
fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

fn about(action: Action, token: i64) -> Entry {
    Entry { action, number: None, revision: None, reason: Some(format!("token {token}")) }
}

fn read(row: token::Model) -> Result<Token, StoreError> {
    let role = row.role.parse().map_err(|_| StoreError::Corrupt {
        table: "token",
        number: row.id,
        what: "the role is unknown",
    })?;
    Ok(Token {
        id: row.id,
        name: row.name,
        role,
        network: row.network,
        issued_at: row.issued_at,
        revoked_at: row.revoked_at,
    })
}

/// Who showed which token in the last second. A revocation by this process holds at once, one by
/// another process after a second at the latest.
#[derive(Debug, Default)]
pub(crate) struct Actors(
    std::sync::Mutex<std::collections::HashMap<String, (Actor, DateTime<Utc>)>>,
);

impl Actors {
    fn get(&self, hash: &str, now: DateTime<Utc>) -> Option<Actor> {
        let known = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (actor, since) = known.get(hash)?;
        let age = now.signed_duration_since(*since);
        (age >= chrono::TimeDelta::zero() && age < chrono::TimeDelta::seconds(1))
            .then(|| actor.clone())
    }

    fn keep(&self, hash: String, actor: Actor, now: DateTime<Utc>) {
        let mut known = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if known.len() > 1_000 {
            known.clear();
        }
        known.insert(hash, (actor, now));
    }

    fn forget(&self) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
    }
}
