//! Sessions: signing in with a password and a second factor, and what is shown afterwards.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use amparo_domain::access::{Actor, Role, Roles};
use amparo_domain::fold::fold;
use amparo_domain::validation::Issue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use crate::Store;
use crate::accounts::{self, AccountState};
use crate::audit::{self, Action, Entry};
use crate::entity::{account, membership, recovery_code, session};
use crate::error::StoreError;
use crate::second_factor;
use crate::tokens::{Fresh, hash};

/// How long a session lasts at most.
const ABSOLUTE: TimeDelta = TimeDelta::hours(12);
/// How long it lasts unused.
const IDLE: TimeDelta = TimeDelta::minutes(30);
/// The same for who decides over others.
const IDLE_OF_MANAGERS: TimeDelta = TimeDelta::minutes(15);
/// How long a second factor counts as just shown.
const FRESH: TimeDelta = TimeDelta::minutes(5);
/// Last uses closer than this are one.
const TOUCH: TimeDelta = TimeDelta::minutes(1);
/// The most sessions that are listed.
const LISTED_MAX: u64 = 100;

/// The address a request came from, if it is known. It is kept nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Origin(pub Option<IpAddr>);

/// The second factor that somebody shows.
#[derive(Clone)]
pub enum Shows {
    /// A code by time.
    Code(String),
    /// A recovery code.
    Recovery(String),
}

impl std::fmt::Debug for Shows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shows")
    }
}

/// What somebody signs in with.
#[derive(Clone)]
pub struct SignIn {
    /// Their login.
    pub name: String,
    /// Their password.
    pub password: String,
    /// Their second factor.
    pub shows: Shows,
    /// The network they want to act for; the first of theirs if not said.
    pub network: Option<String>,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn")
    }
}

/// A session as it is listed: never its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// By what it is revoked.
    pub id: i64,
    /// Whose it is.
    pub account: i64,
    /// The network it acts for.
    pub network: String,
    /// What its owner is trusted with there.
    pub roles: Roles,
    /// When somebody signed in.
    pub made_at: DateTime<Utc>,
    /// When it was used last, by the minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends, unless it is used.
    pub expires_at: DateTime<Utc>,
    /// Until when what owes a fresh second factor can be done.
    pub fresh_until: Option<DateTime<Utc>>,
}

/// A session that was just begun, with the one chance to read its secret.
#[derive(Clone)]
pub struct SignedIn {
    /// The secret: 256 random bits.
    pub secret: String,
    /// The session.
    pub session: Session,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignedIn({})", self.session.id)
    }
}

/// Who showed something that holds, and what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// Who it is.
    pub actor: Actor,
    /// What they showed.
    pub means: Means,
    /// Until when it holds, if it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What somebody showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// A session.
    Session(i64),
    /// A token.
    Token {
        /// Which.
        id: i64,
        /// Whose, if an account stands behind it.
        account: Option<i64>,
    },
}

impl Presence {
    /// The account that stands behind it, if one does.
    pub fn account(&self) -> Option<i64> {
        match self.means {
            Means::Session(_) => Some(self.actor.id),
            Means::Token { account, .. } => account,
        }
    }
}

/// When sessions were used last, as far as the database does not know yet.
pub(crate) type Touched = Mutex<HashMap<i64, DateTime<Utc>>>;

impl Store {
    /// Begins a session for who shows a login, its password and its second factor. Whatever is wrong,
    /// the answer is the same and takes the same work.
    pub async fn sign_in(&self, sign_in: SignIn, from: Origin) -> Result<SignedIn, StoreError> {
        let now = self.clock.now();
        let login = fold(sign_in.name.trim());
        let attempt = self.throttle.begin(Some(&login), from.0, now)?;
        let row = account::Entity::find()
            .filter(account::Column::Name.eq(&login))
            .one(self.connections.reader())
            .await?;
        let kept = row.as_ref().map(|row| row.password_hash.as_str());
        let verdict = self.hasher.verify(&sign_in.password, kept).await.inspect_err(|error| {
            if matches!(error, StoreError::Crowded) {
                self.throttle.not_tried(attempt);
            }
        })?;
        let proof = self.proof(row.as_ref(), &sign_in.shows, now).await?;
        let Some((row, proof)) = row.zip(proof).filter(|_| verdict.right) else {
            return Err(StoreError::SignIn);
        };
        match AccountState::read(&row)? {
            AccountState::Active => {}
            // The first code shows that its owner can make codes.
            AccountState::Pending if matches!(proof, Proof::Step(_)) => {}
            AccountState::Pending | AccountState::Suspended => return Err(StoreError::SignIn),
        }
        let network = self.network_to_act_for(row.id, sign_in.network.as_deref()).await;
        let network = network.inspect_err(|_| self.throttle.succeeded(attempt))?;
        let rehashed = if verdict.outdated {
            // If there is no time for it now, then at the next sign-in.
            self.hasher.hash(&sign_in.password, &self.chance).await.ok()
        } else {
            None
        };
        let begun = Begun::by(self, row.id, network, now, now);
        let (signed_in, new) = (begun.secret.clone(), begun.row());
        let (id, actor) = (row.id, begun.actor());
        self.connections
            .write(move |tx| {
                Box::pin(async move {
                    spend(tx, id, proof, now).await?;
                    use_account(tx, id, rehashed, now).await?;
                    // Nothing is kept of sessions that are over.
                    session::Entity::delete_many()
                        .filter(session::Column::MadeAt.lte(now - ABSOLUTE))
                        .exec(tx)
                        .await?;
                    session::Entity::insert(new).exec_without_returning(tx).await?;
                    audit::record(tx, &actor, now, vec![plain(Action::SignIn)]).await
                })
            })
            .await?;
        self.throttle.succeeded(attempt);
        let session = self.read_session(begun.id).await?;
        Ok(SignedIn { secret: signed_in, session })
    }

    /// Shows the second factor again: the session gets another secret and another id.
    pub async fn step_up(&self, of: &Presence, shows: Shows) -> Result<SignedIn, StoreError> {
        let now = self.clock.now();
        let (before, row) = self.session_of(of).await?;
        let attempt = self.throttle.begin(Some(&row.name), None, now)?;
        let proof = self.proof(Some(&row), &shows, now).await?.ok_or(StoreError::SignIn)?;
        let begun = Begun::by(self, row.id, before.network.clone(), before.made_at, now);
        let done = self.rotate(&before, begun, Some(proof), Action::StepUp).await;
        if done.is_ok() {
            self.throttle.succeeded(attempt);
        }
        done
    }

    /// Acts for another of one's networks: the session gets another secret and another id.
    pub async fn switch_network(
        &self,
        of: &Presence,
        network: &str,
    ) -> Result<SignedIn, StoreError> {
        let (before, row) = self.session_of(of).await?;
        let network = self.network_to_act_for(row.id, Some(network)).await?;
        let mut begun = Begun::by(self, row.id, network, before.made_at, self.clock.now());
        begun.stepped_up_at = before.stepped_up_at;
        self.rotate(&before, begun, None, Action::SignIn).await
    }

    async fn rotate(
        &self,
        before: &session::Model,
        begun: Begun,
        proof: Option<Proof>,
        action: Action,
    ) -> Result<SignedIn, StoreError> {
        let (id, account, now) = (before.id, before.account, begun.now);
        let (row, actor, new_id) = (begun.row(), begun.actor(), begun.id);
        let rotated = self.connections.write(move |tx| {
            Box::pin(async move {
                if let Some(proof) = proof {
                    spend(tx, account, proof, now).await?;
                }
                if !revoke(tx, id, now).await? {
                    return Err(StoreError::NotFound);
                }
                session::Entity::insert(row).exec_without_returning(tx).await?;
                audit::record(tx, &actor, now, vec![plain(action)]).await
            })
        });
        let rotated = rotated.await;
        self.actors.forget();
        rotated?;
        Ok(SignedIn { secret: begun.secret, session: self.read_session(new_id).await? })
    }

    /// The sessions of an account that still hold, the latest first.
    pub async fn sessions(&self, account: i64) -> Result<Vec<Session>, StoreError> {
        let now = self.clock.now();
        let rows = session::Entity::find()
            .filter(session::Column::Account.eq(account))
            .filter(session::Column::RevokedAt.is_null())
            .filter(session::Column::MadeAt.gt(now - ABSOLUTE))
            .order_by_desc(session::Column::MadeAt)
            .order_by_desc(session::Column::Id)
            .limit(LISTED_MAX)
            .all(self.connections.reader())
            .await?;
        let mut sessions = Vec::new();
        for row in rows {
            let session = self.described(row).await?;
            if session.expires_at > now {
                sessions.push(session);
            }
        }
        Ok(sessions)
    }

    /// Ends one of somebody's own sessions at once.
    pub async fn end_session(&self, actor: &Actor, id: i64) -> Result<(), StoreError> {
        let (actor, now) = (actor.clone(), self.clock.now());
        let ended = self.connections.write(move |tx| {
            Box::pin(async move {
                let row = session::Entity::find_by_id(id)
                    .filter(session::Column::Account.eq(actor.id))
                    .one(tx)
                    .await?;
                row.ok_or(StoreError::NotFound)?;
                if revoke(tx, id, now).await? {
                    audit::record(tx, &actor, now, vec![plain(Action::SignOut)]).await?;
                }
                Ok(())
            })
        });
        let ended = ended.await;
        self.actors.forget();
        ended
    }

    /// Who shows the secret of a session that holds.
    pub async fn presence_by_session(&self, secret: &str) -> Result<Option<Presence>, StoreError> {
        let hash = hash(secret);
        let now = self.clock.now();
        if let Some(presence) = self.actors.get(&hash, now) {
            return Ok(Some(presence));
        }
        let row = session::Entity::find()
            .filter(session::Column::Hash.eq(&hash))
            .filter(session::Column::RevokedAt.is_null())
            .one(self.connections.reader())
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let owner = account::Entity::find_by_id(row.account).one(self.connections.reader()).await?;
        let state = owner.as_ref().map(AccountState::read).transpose()?;
        if state != Some(AccountState::Active) {
            return Ok(None);
        }
        let session = self.described(row).await?;
        // Who is trusted with nothing any more is no member either.
        let left = session.roles.is_empty() && !session.network.is_empty();
        if session.expires_at <= now || left {
            return Ok(None);
        }
        if now - session.last_seen_at >= TOUCH {
            self.touch(session.id, now);
        }
        let actor = Actor {
            id: session.account,
            roles: session.roles,
            network: session.network,
            fresh: false,
        };
        let means = Means::Session(session.id);
        let presence = Presence { actor, means, expires_at: Some(session.expires_at) };
        let fresh = session.fresh_until.map_or(Fresh::Never, Fresh::Until);
        Ok(Some(self.actors.keep(hash, presence, fresh, now)))
    }

    /// Notes that a session is used. Reads do not wait for it.
    fn touch(&self, id: i64, now: DateTime<Utc>) {
        let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        touched.retain(|_, at| *at > now - ABSOLUTE);
        touched.insert(id, now);
        drop(touched);
        let connections = self.connections.clone();
        tokio::spawn(async move {
            let noted = connections.write(move |tx| {
                Box::pin(async move {
                    session::Entity::update_many()
                        .col_expr(session::Column::LastSeenAt, Expr::value(now))
                        .filter(session::Column::Id.eq(id))
                        .filter(session::Column::LastSeenAt.lt(now))
                        .exec(tx)
                        .await?;
                    Ok(())
                })
            });
            if let Err(error) = noted.await {
                tracing::warn!(%error, "the last use of a session was not noted");
            }
        });
    }

    /// What a presence is the session of, with its account.
    async fn session_of(
        &self,
        of: &Presence,
    ) -> Result<(session::Model, account::Model), StoreError> {
        let Means::Session(id) = of.means else {
            return Err(StoreError::NotFound);
        };
        let reader = self.connections.reader();
        let session = session::Entity::find_by_id(id).one(reader).await?;
        let account = account::Entity::find_by_id(of.actor.id).one(reader).await?;
        session.zip(account).ok_or(StoreError::NotFound)
    }

    /// What proves the second factor, looked for in the same way whether there is an account or not.
    async fn proof(
        &self,
        row: Option<&account::Model>,
        shows: &Shows,
        now: DateTime<Utc>,
    ) -> Result<Option<Proof>, StoreError> {
        match shows {
            Shows::Code(code) => {
                let (secret, last) = row.map_or((second_factor::NOBODYS, None), |row| {
                    (row.totp_secret.as_str(), row.totp_last_step)
                });
                let step = second_factor::step_of(secret, code, last, now);
                Ok(step.filter(|_| row.is_some()).map(Proof::Step))
            }
            Shows::Recovery(code) => {
                let hash = second_factor::recovery_hash(code);
                let found = recovery_code::Entity::find_by_id((row.map_or(0, |row| row.id), hash))
                    .one(self.connections.reader())
                    .await?;
                let unused = found.filter(|found| found.used_at.is_none());
                Ok(unused.map(|found| Proof::Recovery(found.hash)))
            }
        }
    }

    /// The network somebody acts for: the one they ask for, or the first of theirs. Who belongs to
    /// none can still sign in, to accept an invitation.
    async fn network_to_act_for(
        &self,
        account: i64,
        wanted: Option<&str>,
    ) -> Result<String, StoreError> {
        let rows = membership::Entity::find()
            .filter(membership::Column::Account.eq(account))
            .order_by_asc(membership::Column::Network)
            .all(self.connections.reader())
            .await?;
        let Some(wanted) = wanted else {
            return Ok(rows.into_iter().next().map_or_else(String::new, |row| row.network));
        };
        if rows.iter().any(|row| row.network == wanted) {
            return Ok(wanted.to_owned());
        }
        let near = amparo_domain::suggest::nearest(wanted, rows.iter().map(|row| &*row.network));
        let issue = Issue::at("/network", "you do not belong to this network").suggesting(near);
        Err(StoreError::issue(issue))
    }

    async fn read_session(&self, id: i64) -> Result<Session, StoreError> {
        let row = session::Entity::find_by_id(id).one(self.connections.reader()).await?;
        self.described(row.ok_or(StoreError::NotFound)?).await
    }

    async fn described(&self, row: session::Model) -> Result<Session, StoreError> {
        let reader = self.connections.reader();
        let roles = accounts::roles_in(reader, row.account, &row.network).await?;
        let touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        let last_seen_at =
            touched.get(&row.id).copied().unwrap_or(row.last_seen_at).max(row.last_seen_at);
        drop(touched);
        let manages = roles.has(Role::Admin) || roles.has(Role::NetworkAdmin);
        let idle = if manages { IDLE_OF_MANAGERS } else { IDLE };
        Ok(Session {
            id: row.id,
            account: row.account,
            network: row.network,
            roles,
            made_at: row.made_at,
            last_seen_at,
            expires_at: (last_seen_at + idle).min(row.made_at + ABSOLUTE),
            fresh_until: row.stepped_up_at.map(|at| at + FRESH),
        })
    }
}

/// What proved the second factor.
enum Proof {
    /// The code of a step.
    Step(i64),
    /// A recovery code, by its hash.
    Recovery(String),
}

/// Spends what proved the second factor: one of two who show it at once.
async fn spend(
    tx: &impl ConnectionTrait,
    account: i64,
    proof: Proof,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let spent = match proof {
        Proof::Step(step) => {
            let last = account::Column::TotpLastStep;
            account::Entity::update_many()
                .col_expr(last, Expr::value(step))
                .filter(account::Column::Id.eq(account))
                .filter(account::Column::State.ne(AccountState::Suspended.code()))
                .filter(Condition::any().add(last.is_null()).add(last.lt(step)))
                .exec(tx)
                .await?
        }
        Proof::Recovery(hash) => {
            recovery_code::Entity::update_many()
                .col_expr(recovery_code::Column::UsedAt, Expr::value(now))
                .filter(recovery_code::Column::Account.eq(account))
                .filter(recovery_code::Column::Hash.eq(hash))
                .filter(recovery_code::Column::UsedAt.is_null())
                .exec(tx)
                .await?
        }
    };
    if spent.rows_affected == 1 { Ok(()) } else { Err(StoreError::SignIn) }
}

/// Notes that an account is in use, unless it was suspended meanwhile.
async fn use_account(
    tx: &impl ConnectionTrait,
    id: i64,
    rehashed: Option<String>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut query = account::Entity::update_many()
        .col_expr(account::Column::State, Expr::value(AccountState::Active.code()))
        .col_expr(account::Column::LastUsedOn, Expr::value(now.date_naive()))
        .filter(account::Column::Id.eq(id))
        .filter(account::Column::State.ne(AccountState::Suspended.code()));
    if let Some(hash) = rehashed {
        query = query.col_expr(account::Column::PasswordHash, Expr::value(hash));
    }
    let used = query.exec(tx).await?;
    if used.rows_affected == 1 { Ok(()) } else { Err(StoreError::SignIn) }
}

/// Ends a session; whether it still held.
async fn revoke(
    tx: &impl ConnectionTrait,
    id: i64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let ended = session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(now))
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(ended.rows_affected == 1)
}

/// A session to be begun.
struct Begun {
    id: i64,
    secret: String,
    account: i64,
    network: String,
    made_at: DateTime<Utc>,
    stepped_up_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
}

impl Begun {
    fn by(
        store: &Store,
        account: i64,
        network: String,
        made_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Self {
        let secret = URL_SAFE_NO_PAD.encode(store.chance.bytes());
        Self {
            id: store.new_id(),
            secret,
            account,
            network,
            made_at,
            stepped_up_at: Some(now),
            now,
        }
    }

    fn row(&self) -> session::ActiveModel {
        session::ActiveModel {
            id: Set(self.id),
            hash: Set(hash(&self.secret)),
            account: Set(self.account),
            network: Set(self.network.clone()),
            made_at: Set(self.made_at),
            last_seen_at: Set(self.now),
            stepped_up_at: Set(self.stepped_up_at),
            revoked_at: Set(None),
        }
    }

    /// Who the audit trail says it was.
    fn actor(&self) -> Actor {
        let (id, network) = (self.account, self.network.clone());
        Actor { id, roles: Roles::default(), network, fresh: false }
    }
}

fn plain(action: Action) -> Entry {
    Entry { action, number: None, revision: None, reason: None }
}
