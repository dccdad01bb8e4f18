//! Accounts: people who sign in, what they are trusted with in which network, and how they come in.

use std::collections::BTreeMap;

use amparo_domain::access::{AccessDenied, Actor, Manager, Role, Roles};
use amparo_domain::fold::fold;
use amparo_domain::password;
use amparo_domain::validation::{Findings, Issue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use crate::Store;
use crate::audit::{self, Action, Entry};
use crate::bulk;
use crate::entity::{account, invitation, membership, network, recovery_code, session, token};
use crate::error::StoreError;
use crate::networks::acting_for;
use crate::second_factor::{self, SecondFactor};
use crate::sessions::{Means, Origin, Presence};
use crate::tokens::hash;

/// How long an invitation holds.
const INVITATION_DAYS: i64 = 7;

/// How an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// Made, and nobody has signed in with a code yet.
    Pending,
    /// In use.
    Active,
    /// Nobody can sign in.
    Suspended,
}

impl AccountState {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }

    pub(crate) fn read(row: &account::Model) -> Result<Self, StoreError> {
        let all = [Self::Pending, Self::Active, Self::Suspended];
        all.into_iter().find(|state| state.code() == row.state).ok_or_else(|| {
            let what = "the state is unknown";
            StoreError::Corrupt { table: "account", number: row.id, what }
        })
    }
}

/// What somebody is trusted with in a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The network.
    pub network: String,
    /// What for.
    pub roles: Roles,
}

/// A person who can sign in. Days, not instants: nothing more is known of when they do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// What the audit trail calls them.
    pub id: i64,
    /// What they sign in with; told to themselves and to who manages their network.
    pub name: String,
    /// What others call them, if they said.
    pub display_name: Option<String>,
    /// How it stands.
    pub state: AccountState,
    /// When it was made.
    pub created_on: NaiveDate,
    /// When somebody signed in last.
    pub last_used_on: Option<NaiveDate>,
    /// What they are trusted with, as far as it is told to who asks.
    pub memberships: Vec<Membership>,
}

/// What a new account says.
#[derive(Clone)]
pub struct NewAccount {
    /// What its owner signs in with.
    pub name: String,
    /// What others call them.
    pub display_name: Option<String>,
    /// Their password.
    pub password: String,
}

impl std::fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewAccount")
    }
}

/// An invitation that was just made, with the one chance to read its code.
#[derive(Clone)]
pub struct Invitation {
    /// The code.
    pub code: String,
    /// The network it leads to.
    pub network: String,
    /// What its taker will be trusted with.
    pub roles: Roles,
    /// Until when it holds.
    pub expires_at: DateTime<Utc>,
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Invitation({})", self.network)
    }
}

impl Store {
    /// Invites somebody to a network.
    pub async fn invite(
        &self,
        manager: Manager<'_>,
        network: &str,
        roles: Roles,
    ) -> Result<Invitation, StoreError> {
        let (actor, now) = (acting_for(manager.actor(), network), self.clock.now());
        let code = format!("inv_{}", URL_SAFE_NO_PAD.encode(self.chance.bytes()));
        let expires_at = now + TimeDelta::days(INVITATION_DAYS);
        let made = Invitation { code, network: network.to_owned(), roles, expires_at };
        let row = invitation::ActiveModel {
            hash: Set(hash(&made.code)),
            network: Set(made.network.clone()),
            roles: Set(roles.to_string()),
            made_by: Set(actor.id),
            made_at: Set(now),
            expires_at: Set(expires_at),
            used_at: Set(None),
        };
        let slug = made.network.clone();
        self.connections
            .write(move |tx| {
                Box::pin(async move {
                    let there = network::Entity::find_by_id(slug).one(tx).await?;
                    there.ok_or_else(no_such_network)?;
                    invitation::Entity::insert(row).exec_without_returning(tx).await?;
                    let reason = Some(roles.to_string());
                    let entry =
                        Entry { action: Action::Invite, number: None, revision: None, reason };
                    audit::record(tx, &actor, now, vec![entry]).await
                })
            })
            .await?;
        Ok(made)
    }

    /// Makes an account for who was invited. It is pending until they sign in with a code.
    pub async fn create_account(
        &self,
        code: &str,
        new: NewAccount,
        from: Origin,
    ) -> Result<(Account, SecondFactor), StoreError> {
        let now = self.clock.now();
        let attempt = self.throttle.begin(None, from.0, now)?;
        let invited = held(self.connections.reader(), code, now).await?;
        self.throttle.not_tried(attempt);
        let roles = read_roles(&invited)?;
        self.make_account(new, &invited.network, roles, Some(invited.hash)).await
    }

    /// Makes an account by the operator's word; its network is made if it is not there.
    pub async fn create_account_by_operator(
        &self,
        operator: &Actor,
        network: &str,
        roles: Roles,
        new: NewAccount,
    ) -> Result<(Account, SecondFactor), StoreError> {
        operator.runs_the_instance()?;
        self.ensure_network(network).await?;
        self.make_account(new, network, roles, None).await
    }

    async fn make_account(
        &self,
        new: NewAccount,
        slug: &str,
        roles: Roles,
        invitation: Option<String>,
    ) -> Result<(Account, SecondFactor), StoreError> {
        let network = network::Entity::find_by_id(slug.to_owned());
        let network = network.one(self.connections.reader()).await?.ok_or_else(no_such_network)?;
        let new = checked(new, &network)?;
        let password_hash = self.hasher.hash(&new.password, &self.chance).await?;
        let factor = SecondFactor::by(&self.chance);
        let (now, id) = (self.clock.now(), self.new_id());
        let made = Account {
            id,
            name: new.name,
            display_name: new.display_name,
            state: AccountState::Pending,
            created_on: now.date_naive(),
            last_used_on: None,
            memberships: vec![Membership { network: slug.to_owned(), roles }],
        };
        let row = account::ActiveModel {
            id: Set(id),
            name: Set(made.name.clone()),
            display_name: Set(made.display_name.clone().unwrap_or_default()),
            password_hash: Set(password_hash),
            totp_secret: Set(factor.secret.clone()),
            totp_last_step: Set(None),
            state: Set(made.state.code().to_owned()),
            created_on: Set(made.created_on),
            last_used_on: Set(None),
        };
        let codes = recovery_rows(id, &factor);
        let (who, action) = match invitation {
            Some(_) => (id, Action::Accept),
            None => (Actor::operator(slug).id, Action::CreateAccount),
        };
        let actor = Actor { id: who, roles, network: slug.to_owned(), fresh: false };
        self.connections
            .write(move |tx| {
                Box::pin(async move {
                    let taken =
                        account::Entity::find().filter(account::Column::Name.eq(row.name.as_ref()));
                    if taken.one(tx).await?.is_some() {
                        let issue = Issue::at("/name", "somebody has this login already");
                        return Err(StoreError::Conflict(vec![issue]));
                    }
                    if let Some(hash) = invitation {
                        use_up(tx, &hash, now).await?;
                    }
                    account::Entity::insert(row).exec_without_returning(tx).await?;
                    bulk::insert::<recovery_code::Entity, _>(tx, codes).await?;
                    trust(tx, id, &actor.network, roles).await?;
                    let entry = about(action, id, Some(&roles.to_string()));
                    audit::record(tx, &actor, now, vec![entry]).await
                })
            })
            .await?;
        Ok((made, factor))
    }

    /// Takes an invitation with the account one has already.
    pub async fn accept(&self, account: i64, code: &str) -> Result<Membership, StoreError> {
        let now = self.clock.now();
        let code = code.to_owned();
        let accepted = self.connections.write(move |tx| {
            Box::pin(async move {
                let invited = held(tx, &code, now).await?;
                if invited.made_by == account {
                    let message = "nobody accepts their own invitation";
                    return Err(StoreError::issue(Issue::at("/invitation", message)));
                }
                use_up(tx, &invited.hash, now).await?;
                let roles = read_roles(&invited)?;
                trust(tx, account, &invited.network, roles).await?;
                let actor =
                    Actor { id: account, roles, network: invited.network.clone(), fresh: false };
                let entry = about(Action::Accept, account, Some(&roles.to_string()));
                audit::record(tx, &actor, now, vec![entry]).await?;
                let roles = roles_in(tx, account, &invited.network).await?;
                Ok(Membership { network: invited.network, roles })
            })
        });
        let accepted = accepted.await;
        self.actors.forget();
        accepted
    }

    /// The accounts that belong to the network somebody manages, or all for who runs the instance; the
    /// first made come in no order that says so.
    pub async fn accounts(
        &self,
        manager: Manager<'_>,
        network: Option<&str>,
        after: Option<i64>,
        limit: u64,
    ) -> Result<Vec<Account>, StoreError> {
        let mut query = account::Entity::find().order_by_asc(account::Column::Id).limit(limit);
        if let Some(network) = network {
            query = query.filter(account::Column::Id.in_subquery(members_of(network)));
        }
        if let Some(after) = after {
            query = query.filter(account::Column::Id.gt(after));
        }
        let rows = query.all(self.connections.reader()).await?;
        let whole = manager.actor().roles.has(Role::Admin);
        self.with_memberships(rows, network.filter(|_| !whole)).await
    }

    /// An account: one's own, one of the network one manages, or any for who runs the instance.
    pub async fn account(&self, actor: &Actor, id: i64) -> Result<Account, StoreError> {
        let row = account::Entity::find_by_id(id).one(self.connections.reader()).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        let whole = id == actor.id || actor.roles.has(Role::Admin);
        let within = (!whole).then_some(actor.network.as_str());
        let found = self.with_memberships(vec![row], within).await?.pop();
        let manages = actor.manager(&actor.network).is_ok();
        found
            .filter(|found| whole || (manages && !found.memberships.is_empty()))
            .ok_or(StoreError::NotFound)
    }

    /// An account by its login, for the operator.
    pub async fn account_by_name(&self, name: &str) -> Result<Account, StoreError> {
        let row = account::Entity::find()
            .filter(account::Column::Name.eq(fold(name.trim())))
            .one(self.connections.reader())
            .await?;
        let rows = self.with_memberships(row.into_iter().collect(), None).await?;
        rows.into_iter().next().ok_or(StoreError::NotFound)
    }

    /// Ends all that an account can do, at once: its sessions, its tokens, its open invitations.
    pub async fn suspend_account(&self, actor: &Actor, id: i64) -> Result<Account, StoreError> {
        self.set_account_state(actor, id, AccountState::Suspended).await
    }

    /// Lets an account be used again. Its sessions and tokens do not come back.
    pub async fn reinstate_account(&self, actor: &Actor, id: i64) -> Result<Account, StoreError> {
        self.set_account_state(actor, id, AccountState::Active).await
    }

    async fn set_account_state(
        &self,
        actor: &Actor,
        id: i64,
        to: AccountState,
    ) -> Result<Account, StoreError> {
        let account = self.account(actor, id).await?;
        actor.manager(&actor.network)?;
        if !actor.roles.has(Role::Admin) {
            self.belongs_to_one_network(id).await?;
        }
        // Suspending again changes nothing, nor does reinstating who was never suspended.
        if (account.state == AccountState::Suspended) == (to == AccountState::Suspended) {
            return Ok(account);
        }
        let network = account.memberships.first().map_or(&actor.network, |of| &of.network);
        let (actor, now) = (acting_for(actor, network), self.clock.now());
        let done = self.connections.write(move |tx| {
            Box::pin(async move {
                let row = account::ActiveModel {
                    id: Set(id),
                    state: Set(to.code().to_owned()),
                    ..Default::default()
                };
                let after = row.update(tx).await?;
                let action = match to {
                    AccountState::Suspended => Action::Suspend,
                    _ => Action::Reinstate,
                };
                if to == AccountState::Suspended {
                    end_all_of(tx, id, now).await?;
                } else if after.last_used_on.is_none() {
                    // Nobody has shown yet that they have the second factor.
                    let pending = account::ActiveModel {
                        id: Set(id),
                        state: Set(AccountState::Pending.code().to_owned()),
                        ..Default::default()
                    };
                    pending.update(tx).await?;
                }
                audit::record(tx, &actor, now, vec![about(action, id, None)]).await
            })
        });
        let done = done.await;
        self.actors.forget();
        done?;
        let row = account::Entity::find_by_id(id).one(self.connections.reader()).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        Ok(Account { state: AccountState::read(&row)?, ..account })
    }

    /// Who manages one network does not decide over somebody of another, nor over who runs the
    /// instance.
    async fn belongs_to_one_network(&self, id: i64) -> Result<(), StoreError> {
        let all = membership::Entity::find()
            .filter(membership::Column::Account.eq(id))
            .all(self.connections.reader())
            .await?;
        let admin = all.iter().any(|row| row.role == Role::Admin.code());
        let several = all.iter().any(|row| row.network != all[0].network);
        if admin || several {
            return Err(AccessDenied::Needs(Role::Admin.code()).into());
        }
        Ok(())
    }

    /// Gives a new second factor to who lost theirs, by the operator's word. What they signed in with
    /// ends.
    pub async fn reset_second_factor(
        &self,
        operator: &Actor,
        id: i64,
    ) -> Result<SecondFactor, StoreError> {
        operator.runs_the_instance()?;
        let factor = SecondFactor::by(&self.chance);
        let (secret, codes) = (factor.secret.clone(), recovery_rows(id, &factor));
        let (operator, now) = (operator.clone(), self.clock.now());
        let done = self.connections.write(move |tx| {
            Box::pin(async move {
                account::Entity::find_by_id(id).one(tx).await?.ok_or(StoreError::NotFound)?;
                let row = account::ActiveModel {
                    id: Set(id),
                    totp_secret: Set(secret),
                    totp_last_step: Set(None),
                    ..Default::default()
                };
                row.update(tx).await?;
                recovery_code::Entity::delete_many()
                    .filter(recovery_code::Column::Account.eq(id))
                    .exec(tx)
                    .await?;
                bulk::insert::<recovery_code::Entity, _>(tx, codes).await?;
                end_sessions(tx, id, None, now).await?;
                let entry = about(Action::ResetSecondFactor, id, None);
                audit::record(tx, &operator, now, vec![entry]).await
            })
        });
        let done = done.await;
        self.actors.forget();
        done.map(|()| factor)
    }

    /// Gives oneself another password, by the one until now. All other sessions end.
    pub async fn change_password(
        &self,
        presence: &Presence,
        password: &str,
        new: &str,
    ) -> Result<(), StoreError> {
        let Means::Session(current) = presence.means else {
            return Err(AccessDenied::StepUp.into());
        };
        let (id, now) = (presence.actor.id, self.clock.now());
        let row = account::Entity::find_by_id(id).one(self.connections.reader()).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        let attempt = self.throttle.begin(Some(&row.name), None, now)?;
        let verdict = self.hasher.verify(password, Some(&row.password_hash)).await;
        let verdict = verdict.inspect_err(|_| self.throttle.not_tried(attempt))?;
        if !verdict.right {
            return Err(StoreError::SignIn);
        }
        self.throttle.succeeded(attempt);
        self.set_password(
            row,
            new,
            "/new_password",
            &presence.actor,
            Action::ChangePassword,
            current,
        )
        .await
    }

    /// Gives another password to who lost theirs, by the operator's word. All their sessions end.
    pub async fn reset_password(
        &self,
        operator: &Actor,
        id: i64,
        new: &str,
    ) -> Result<(), StoreError> {
        operator.runs_the_instance()?;
        let row = account::Entity::find_by_id(id).one(self.connections.reader()).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        self.set_password(row, new, "/password", operator, Action::ResetPassword, 0).await
    }

    /// Another password; all sessions end but the one that is spared.
    async fn set_password(
        &self,
        row: account::Model,
        new: &str,
        pointer: &str,
        actor: &Actor,
        action: Action,
        spared: i64,
    ) -> Result<(), StoreError> {
        let id = row.id;
        let mut own = vec![row.name];
        let networks = network::Entity::find()
            .filter(network::Column::Slug.in_subquery(networks_of(id)))
            .all(self.connections.reader())
            .await?;
        own.extend(networks.into_iter().flat_map(|network| [network.slug, network.name]));
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        if let Err(weak) = password::check(new, &own) {
            return Err(StoreError::issue(Issue::at(pointer, weak.to_string())));
        }
        let hash = self.hasher.hash(new, &self.chance).await?;
        let (actor, now) = (actor.clone(), self.clock.now());
        let done = self.connections.write(move |tx| {
            Box::pin(async move {
                let changed = account::ActiveModel {
                    id: Set(id),
                    password_hash: Set(hash),
                    ..Default::default()
                };
                changed.update(tx).await?;
                session::Entity::update_many()
                    .col_expr(session::Column::RevokedAt, Expr::value(now))
                    .filter(session::Column::Account.eq(id))
                    .filter(session::Column::Id.ne(spared))
                    .filter(session::Column::RevokedAt.is_null())
                    .exec(tx)
                    .await?;
                audit::record(tx, &actor, now, vec![about(action, id, None)]).await
            })
        });
        let done = done.await;
        self.actors.forget();
        done
    }

    /// Says what a member of a network is trusted with from now on; with no role they leave it. What
    /// they signed in with for this network ends, so that no session has more than its owner.
    pub async fn set_roles(
        &self,
        manager: Manager<'_>,
        network: &str,
        id: i64,
        roles: Roles,
    ) -> Result<Account, StoreError> {
        let actor = manager.actor();
        if id == actor.id && !roles.is_empty() {
            let message = "nobody changes what they are trusted with themselves";
            return Err(StoreError::issue(Issue::at("/roles", message)));
        }
        let runs = actor.roles.has(Role::Admin);
        let (actor, now) = (acting_for(actor, network), self.clock.now());
        let (slug, whole) = (network.to_owned(), runs);
        let done = self.connections.write(move |tx| {
            Box::pin(async move {
                network::Entity::find_by_id(slug.clone())
                    .one(tx)
                    .await?
                    .ok_or(StoreError::NotFound)?;
                account::Entity::find_by_id(id).one(tx).await?.ok_or(StoreError::NotFound)?;
                let before = roles_in(tx, id, &slug).await?;
                // Who is no member comes in by an invitation, which they accept.
                if before.is_empty() && (!whole || roles.is_empty()) {
                    return Err(StoreError::NotFound);
                }
                if before.has(Role::Admin) && !whole {
                    return Err(AccessDenied::Needs(Role::Admin.code()).into());
                }
                if before == roles {
                    return Ok(());
                }
                membership::Entity::delete_many()
                    .filter(membership::Column::Account.eq(id))
                    .filter(membership::Column::Network.eq(&slug))
                    .exec(tx)
                    .await?;
                trust(tx, id, &slug, roles).await?;
                end_sessions(tx, id, Some(&slug), now).await?;
                let reason = format!("{before} to {roles}");
                let entry = about(Action::ChangeRoles, id, Some(&reason));
                audit::record(tx, &actor, now, vec![entry]).await
            })
        });
        let done = done.await;
        self.actors.forget();
        done?;
        let row = account::Entity::find_by_id(id).one(self.connections.reader()).await?;
        let within = (!runs).then_some(network);
        let found = self.with_memberships(row.into_iter().collect(), within).await?.pop();
        found.ok_or(StoreError::NotFound)
    }

    /// Accounts with what they are trusted with, in one network or in all.
    async fn with_memberships(
        &self,
        rows: Vec<account::Model>,
        within: Option<&str>,
    ) -> Result<Vec<Account>, StoreError> {
        let ids = rows.iter().map(|row| row.id);
        let mut query = membership::Entity::find().filter(membership::Column::Account.is_in(ids));
        if let Some(network) = within {
            query = query.filter(membership::Column::Network.eq(network));
        }
        let mut all: BTreeMap<(i64, String), Vec<Role>> = BTreeMap::new();
        for row in query.all(self.connections.reader()).await? {
            let role = read_role(&row)?;
            all.entry((row.account, row.network)).or_default().push(role);
        }
        let mut of: BTreeMap<i64, Vec<Membership>> = BTreeMap::new();
        for ((account, network), roles) in all {
            let roles = roles.into_iter().collect();
            of.entry(account).or_default().push(Membership { network, roles });
        }
        let read = |row: account::Model| {
            Ok(Account {
                state: AccountState::read(&row)?,
                memberships: of.remove(&row.id).unwrap_or_default(),
                id: row.id,
                name: row.name,
                display_name: Some(row.display_name).filter(|name| !name.is_empty()),
                created_on: row.created_on,
                last_used_on: row.last_used_on,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// An id nobody has.
    pub(crate) fn new_id(&self) -> i64 {
        i64::from_ne_bytes((self.chance.next() >> 1).to_ne_bytes())
    }
}

/// What somebody is trusted with in a network now.
pub(crate) async fn roles_in(
    tx: &impl ConnectionTrait,
    account: i64,
    network: &str,
) -> Result<Roles, StoreError> {
    let rows = membership::Entity::find()
        .filter(membership::Column::Account.eq(account))
        .filter(membership::Column::Network.eq(network))
        .all(tx)
        .await?;
    rows.iter().map(read_role).collect()
}

/// Ends the sessions of an account, all or those for a network.
async fn end_sessions(
    tx: &impl ConnectionTrait,
    account: i64,
    network: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut query = session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(now))
        .filter(session::Column::Account.eq(account))
        .filter(session::Column::RevokedAt.is_null());
    if let Some(network) = network {
        query = query.filter(session::Column::Network.eq(network));
    }
    query.exec(tx).await?;
    Ok(())
}

async fn end_all_of(
    tx: &impl ConnectionTrait,
    account: i64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    end_sessions(tx, account, None, now).await?;
    token::Entity::update_many()
        .col_expr(token::Column::RevokedAt, Expr::value(now))
        .filter(token::Column::Account.eq(account))
        .filter(token::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    invitation::Entity::update_many()
        .col_expr(invitation::Column::ExpiresAt, Expr::value(now))
        .filter(invitation::Column::MadeBy.eq(account))
        .filter(invitation::Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

async fn held(
    tx: &impl ConnectionTrait,
    code: &str,
    now: DateTime<Utc>,
) -> Result<invitation::Model, StoreError> {
    let row = invitation::Entity::find_by_id(hash(code)).one(tx).await?;
    row.filter(|row| row.used_at.is_none() && row.expires_at > now).ok_or_else(not_held)
}

/// Uses an invitation up: one of two who try at once.
async fn use_up(
    tx: &impl ConnectionTrait,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let used = invitation::Entity::update_many()
        .col_expr(invitation::Column::UsedAt, Expr::value(now))
        .filter(invitation::Column::Hash.eq(hash))
        .filter(invitation::Column::UsedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    if used.rows_affected == 1 { Ok(()) } else { Err(not_held()) }
}

fn not_held() -> StoreError {
    StoreError::issue(Issue::at("/invitation", "is no invitation that still holds"))
}

fn no_such_network() -> StoreError {
    StoreError::issue(Issue::at("/network", "there is no such network"))
}

/// Adds roles to what somebody is trusted with in a network.
async fn trust(
    tx: &impl ConnectionTrait,
    account: i64,
    network: &str,
    roles: Roles,
) -> Result<(), StoreError> {
    let before = roles_in(tx, account, network).await?;
    let new = roles.iter().filter(|role| !before.has(*role)).map(|role| membership::ActiveModel {
        account: Set(account),
        network: Set(network.to_owned()),
        role: Set(role.code().to_owned()),
    });
    bulk::insert::<membership::Entity, _>(tx, new.collect()).await
}

fn recovery_rows(account: i64, factor: &SecondFactor) -> Vec<recovery_code::ActiveModel> {
    let codes = factor.recovery_codes.iter().map(|code| recovery_code::ActiveModel {
        account: Set(account),
        hash: Set(second_factor::recovery_hash(code)),
        used_at: Set(None),
    });
    codes.collect()
}

fn members_of(network: &str) -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .column(membership::Column::Account)
        .from(membership::Entity)
        .and_where(membership::Column::Network.eq(network))
        .to_owned()
}

fn networks_of(account: i64) -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .column(membership::Column::Network)
        .from(membership::Entity)
        .and_where(membership::Column::Account.eq(account))
        .to_owned()
}

/// A new account as it is kept: its login folded, and a password that is not tried first.
fn checked(new: NewAccount, network: &network::Model) -> Result<NewAccount, StoreError> {
    let mut findings = Findings::default();
    let name = fold(new.name.trim());
    let letters = name.chars().count();
    let plain = name.chars().all(|c| c.is_alphanumeric() || "._-@+".contains(c));
    if !(3..=64).contains(&letters) || !plain {
        let message = "a login has 3 to 64 letters, digits, and . _ - @ +";
        findings.error("/name", message);
    }
    let display_name = new.display_name.map(|name| name.trim().to_owned());
    let display_name = display_name.filter(|name| !name.is_empty());
    findings.limit("/display_name", display_name.as_deref(), 100);
    if display_name.as_deref().is_some_and(|name| name.contains('\0')) {
        findings.error("/display_name", "holds a control character");
    }
    if let Err(weak) = password::check(&new.password, &[&name, &network.slug, &network.name]) {
        findings.error("/password", weak.to_string());
    }
    findings.into_result()?;
    Ok(NewAccount { name, display_name, password: new.password })
}

pub(crate) fn about(action: Action, account: i64, more: Option<&str>) -> Entry {
    let more = more.map_or_else(String::new, |more| format!(": {more}"));
    let reason = Some(format!("account {account}{more}"));
    Entry { action, number: None, revision: None, reason }
}

fn read_role(row: &membership::Model) -> Result<Role, StoreError> {
    let what = "the role is unknown";
    let corrupt = |_| StoreError::Corrupt { table: "membership", number: row.account, what };
    row.role.parse().map_err(corrupt)
}

fn read_roles(row: &invitation::Model) -> Result<Roles, StoreError> {
    let what = "the roles are unknown";
    let corrupt = |_| StoreError::Corrupt { table: "invitation", number: row.made_by, what };
    row.roles.parse().map_err(corrupt)
}
