//! Bearer tokens: issued by the operator or by an account for itself, kept as hashes, shown once.

use amparo_domain::access::{AccessDenied, Actor, Role, Roles};
use amparo_domain::validation::Issue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use sha2::{Digest as _, Sha256};

use crate::Store;
use crate::accounts::{self, AccountState};
use crate::audit::{self, Action, Entry};
use crate::entity::{account, token};
use crate::error::StoreError;
use crate::networks::{self, acting_for};
use crate::sessions::{Means, Presence};

/// A token as it is listed: never its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What the audit trail calls it.
    pub id: i64,
    /// What it begins with, by which its holder knows it again.
    pub prefix: String,
    /// Whose it is.
    pub name: String,
    /// What it is trusted with.
    pub roles: Roles,
    /// The network it acts for.
    pub network: String,
    /// The account it acts as, if an account issued it.
    pub account: Option<i64>,
    /// Whether it may do what owes a fresh second factor.
    pub publishes: bool,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// The day on which it was used last, if an account issued it.
    pub last_used_on: Option<NaiveDate>,
}

/// A token to be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// Whose it is.
    pub name: String,
    /// What it is trusted with.
    pub roles: Roles,
    /// Whether it may do what owes a fresh second factor.
    pub publishes: bool,
    /// After how many days it ends; never if not said.
    pub days: Option<u16>,
}

/// A token that was just issued, with the one chance to read its secret.
#[derive(Clone)]
pub struct IssuedToken {
    /// What the audit trail calls it.
    pub id: i64,
    /// The secret: `amp_`, eight characters of its id, 256 random bits, a checksum.
    pub secret: String,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IssuedToken({})", self.id)
    }
}

impl Store {
    /// Issues a token that does not end by itself, by the operator's word.
    pub async fn issue_token(
        &self,
        operator: &Actor,
        name: &str,
        role: Role,
        network: &str,
    ) -> Result<IssuedToken, StoreError> {
        let (name, roles) = (name.to_owned(), role.into());
        let new = NewToken { name, roles, publishes: true, days: None };
        self.issue(operator, new, network, None).await
    }

    /// Issues a token by the operator's word. Its network is made if it is not there.
    pub async fn issue_token_by_operator(
        &self,
        operator: &Actor,
        new: NewToken,
        network: &str,
    ) -> Result<IssuedToken, StoreError> {
        self.issue(operator, new, network, None).await
    }

    /// Issues a token to who signed in: it acts as they do, with no more than they are trusted with.
    pub async fn issue_own_token(
        &self,
        presence: &Presence,
        new: NewToken,
    ) -> Result<IssuedToken, StoreError> {
        // A token makes no other: what is stolen ends with the day it ends.
        let Means::Session(_) = presence.means else {
            return Err(AccessDenied::StepUp.into());
        };
        let actor = &presence.actor;
        actor.fresh()?;
        if new.roles.is_empty() || !new.roles.within(actor.roles) {
            let message = format!("are some of your own roles here: {}", actor.roles);
            return Err(StoreError::issue(Issue::at("/scopes", message)));
        }
        self.issue(actor, new, &actor.network, Some(actor.id)).await
    }

    async fn issue(
        &self,
        actor: &Actor,
        new: NewToken,
        network: &str,
        account: Option<i64>,
    ) -> Result<IssuedToken, StoreError> {
        let random = URL_SAFE_NO_PAD.encode(self.chance.bytes());
        let id = self.new_id();
        let secret = with_checksum(format!("{}_{random}", prefix(id)));
        let now = self.clock.now();
        let expires_at = new.days.map(|days| now + TimeDelta::days(days.into()));
        let first = new.roles.iter().next().map_or("", Role::code);
        let row = token::ActiveModel {
            id: Set(id),
            name: Set(new.name),
            role: Set(first.to_owned()),
            network: Set(network.to_owned()),
            hash: Set(hash(&secret)),
            issued_at: Set(now),
            expires_at: Set(expires_at),
            revoked_at: Set(None),
            account: Set(account),
            scopes: Set(Some(new.roles.to_string())),
            publishes: Set(new.publishes),
            last_used_on: Set(None),
        };
        let (actor, network) = (acting_for(actor, network), network.to_owned());
        self.connections
            .write(move |tx| {
                Box::pin(async move {
                    networks::ensure(tx, &network, now).await?;
                    token::Entity::insert(row).exec_without_returning(tx).await?;
                    audit::record(tx, &actor, now, vec![about(Action::IssueToken, id)]).await
                })
            })
            .await?;
        Ok(IssuedToken { id, secret, expires_at })
    }

    /// All tokens, the latest first, for the operator.
    pub async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        let rows = token::Entity::find()
            .order_by_desc(token::Column::IssuedAt)
            .all(self.connections.reader())
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// Somebody's own tokens that were not revoked, or those of a network for who manages it, by id.
    pub async fn tokens_of(
        &self,
        presence: &Presence,
        network: Option<&str>,
        after: Option<i64>,
        limit: u64,
    ) -> Result<Vec<Token>, StoreError> {
        let mut query = token::Entity::find()
            .filter(token::Column::RevokedAt.is_null())
            .order_by_asc(token::Column::Id)
            .limit(limit);
        query = match (network, presence.means, presence.account()) {
            (Some(network), ..) => {
                presence.actor.manager(network)?;
                query.filter(token::Column::Network.eq(network))
            }
            (None, _, Some(account)) => query.filter(token::Column::Account.eq(account)),
            (None, Means::Token { id, .. } | Means::Session(id), None) => {
                query.filter(token::Column::Id.eq(id))
            }
        };
        if let Some(after) = after {
            query = query.filter(token::Column::Id.gt(after));
        }
        let rows = query.all(self.connections.reader()).await?;
        rows.into_iter().map(read).collect()
    }

    /// A token that somebody shows.
    pub async fn token(&self, id: i64) -> Result<Token, StoreError> {
        let row = token::Entity::find_by_id(id).one(self.connections.reader()).await?;
        read(row.ok_or(StoreError::NotFound)?)
    }

    /// Revokes a token at once: one's own, one of the network one manages, any for who runs the
    /// instance. Revoking it again changes nothing.
    pub async fn revoke_token_of(&self, presence: &Presence, id: i64) -> Result<(), StoreError> {
        let token = self.token(id).await?;
        let own = match presence.means {
            Means::Token { id: shown, .. } if shown == id => true,
            _ => presence.account().is_some_and(|account| token.account == Some(account)),
        };
        if !own && presence.actor.manager(&token.network).is_err() {
            return Err(StoreError::NotFound);
        }
        self.revoke_token(&acting_for(&presence.actor, &token.network), id).await
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
    pub async fn presence_by_token(&self, secret: &str) -> Result<Option<Presence>, StoreError> {
        if !is_whole(secret) {
            return Ok(None);
        }
        let hash = hash(secret);
        if let Some(presence) = self.actors.get(&hash, self.clock.now()) {
            return Ok(Some(presence));
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
        let roles = match token.account {
            Some(account) => match self.roles_of_owner(account, &token).await? {
                Some(roles) => roles,
                None => return Ok(None),
            },
            None => token.roles,
        };
        if token.account.is_some() && token.last_used_on != Some(now.date_naive()) {
            self.note_use(token.id, now.date_naive());
        }
        let id = token.account.unwrap_or(token.id);
        let actor = Actor { id, roles, network: token.network, fresh: false };
        let means = Means::Token { id: token.id, account: token.account };
        let presence = Presence { actor, means, expires_at: token.expires_at };
        let fresh = if token.publishes { Fresh::Always } else { Fresh::Never };
        Ok(Some(self.actors.keep(hash, presence, fresh, now)))
    }

    /// What a token is trusted with by what its owner is trusted with now. It does not hold if they are
    /// suspended, or if nothing is left of it.
    async fn roles_of_owner(&self, owner: i64, token: &Token) -> Result<Option<Roles>, StoreError> {
        let reader = self.connections.reader();
        let row = account::Entity::find_by_id(owner).one(reader).await?;
        let state = row.as_ref().map(AccountState::read).transpose()?;
        if state != Some(AccountState::Active) {
            return Ok(None);
        }
        let roles = accounts::roles_in(reader, owner, &token.network).await?;
        Ok(Some(roles.and(token.roles)).filter(|roles| !roles.is_empty()))
    }

    /// Notes the day on which a token is used. Reads do not wait for it.
    fn note_use(&self, id: i64, day: NaiveDate) {
        let connections = self.connections.clone();
        tokio::spawn(async move {
            let noted = connections.write(move |tx| {
                Box::pin(async move {
                    token::Entity::update_many()
                        .col_expr(token::Column::LastUsedOn, Expr::value(day))
                        .filter(token::Column::Id.eq(id))
                        .exec(tx)
                        .await?;
                    Ok(())
                })
            });
            if let Err(error) = noted.await {
                tracing::warn!(%error, "the last use of a token was not noted");
            }
        });
    }
}

/// The secret has 256 random bits, so a plain hash is enough to keep it.
pub(crate) fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

/// What a token begins with: eight characters that stand for its id.
fn prefix(id: i64) -> String {
    format!("amp_{}", URL_SAFE_NO_PAD.encode(&id.to_be_bytes()[2..]))
}

/// A secret with its checksum, by which scanners and we tell a token from what looks like one.
fn with_checksum(text: String) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut checksum = [b'0'; 6];
    for place in checksum.iter_mut().rev() {
        *place = DIGITS[(rest % 62) as usize];
        rest /= 62;
    }
    let checksum: String = checksum.into_iter().map(char::from).collect();
    format!("{text}_{checksum}")
}

/// Whether a secret can be one: those of today end with their checksum, older ones have none.
fn is_whole(secret: &str) -> bool {
    const TEXT: usize = 4 + 8 + 1 + 43;
    match secret.get(..TEXT) {
        Some(text) if secret.len() == TEXT + 7 => with_checksum(text.to_owned()) == secret,
        _ => true,
    }
}

fn about(action: Action, token: i64) -> Entry {
    Entry { action, number: None, revision: None, reason: Some(format!("token {token}")) }
}

fn read(row: token::Model) -> Result<Token, StoreError> {
    let roles = row.scopes.unwrap_or(row.role);
    let what = "the roles are unknown";
    let corrupt = |_| StoreError::Corrupt { table: "token", number: row.id, what };
    let roles = roles.parse().map_err(corrupt)?;
    Ok(Token {
        id: row.id,
        prefix: prefix(row.id),
        name: row.name,
        roles,
        network: row.network,
        account: row.account,
        publishes: row.publishes,
        issued_at: row.issued_at,
        expires_at: row.expires_at,
        revoked_at: row.revoked_at,
        last_used_on: row.last_used_on,
    })
}

/// Until when what owes a fresh second factor can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fresh {
    Always,
    Never,
    Until(DateTime<Utc>),
}

/// Who showed what in the last second. What ends by itself ends in time here too; a revocation or a
/// suspension by this process holds at once, one by another process after a second at the latest.
#[derive(Debug, Default)]
pub(crate) struct Actors(std::sync::Mutex<std::collections::HashMap<String, Held>>);

#[derive(Debug)]
struct Held {
    presence: Presence,
    fresh: Fresh,
    since: DateTime<Utc>,
}

impl Held {
    fn at(&self, now: DateTime<Utc>) -> Presence {
        let mut presence = self.presence.clone();
        presence.actor.fresh = match self.fresh {
            Fresh::Always => true,
            Fresh::Never => false,
            Fresh::Until(until) => now <= until,
        };
        presence
    }
}

impl Actors {
    pub(crate) fn get(&self, hash: &str, now: DateTime<Utc>) -> Option<Presence> {
        let known = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let held = known.get(hash)?;
        let age = now.signed_duration_since(held.since);
        let recent = age >= TimeDelta::zero() && age < TimeDelta::seconds(1);
        let holds = held.presence.expires_at.is_none_or(|expires| expires > now);
        (recent && holds).then(|| held.at(now))
    }

    /// Keeps who it was, and says it as of now.
    pub(crate) fn keep(
        &self,
        hash: String,
        presence: Presence,
        fresh: Fresh,
        now: DateTime<Utc>,
    ) -> Presence {
        let held = Held { presence, fresh, since: now };
        let presence = held.at(now);
        let mut known = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if known.len() > 1_000 {
            known.clear();
        }
        known.insert(hash, held);
        presence
    }

    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_its_form_and_a_slip_in_it_is_seen() {
        let random = URL_SAFE_NO_PAD.encode([0xfb; 32]);
        let secret = with_checksum(format!("{}_{random}", prefix(0x0123_4567_89ab_cdef)));
        assert_eq!(secret.len(), 63);
        assert_eq!(prefix(0x0123_4567_89ab_cdef).len(), 12);
        assert!(is_whole(&secret));
        for at in 0..secret.len() {
            let mut slipped = secret.clone().into_bytes();
            slipped[at] = if slipped[at] == b'x' { b'y' } else { b'x' };
            assert!(!is_whole(&String::from_utf8(slipped).unwrap()), "{at}");
        }
        assert!(is_whole(&format!("amp_{random}")), "older ones have no checksum");
    }
}
