//! What goes over the wire of networks, accounts, sessions, tokens and the trail. What is sent is read
//! by `members`, which collects every problem at once; the types for it are for the document.

use amparo_domain::access::{Role, Roles};
use amparo_store::{
    Account, Deed, Invitation, IssuedToken, Membership, Network, SecondFactor, Session, Token,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

pub(super) fn codes(roles: Roles) -> Vec<&'static str> {
    roles.iter().map(Role::code).collect()
}

/// What somebody is trusted with in a network.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RolesInNetwork)]
pub(crate) struct MembershipView {
    /// The network.
    #[schema(example = "default")]
    network: String,
    /// What for: analyst, contributor, verifier, advocate, `network_admin`, admin.
    #[schema(value_type = Vec<String>, example = json!(["contributor"]))]
    roles: Vec<&'static str>,
}

impl From<Membership> for MembershipView {
    fn from(Membership { network, roles }: Membership) -> Self {
        Self { network, roles: codes(roles) }
    }
}

/// A person who can sign in. Nothing more is known of when they do than the day of the last time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub(crate) struct AccountView {
    /// What the audit trail calls them.
    #[schema(example = "4381541034726957589")]
    id: String,
    /// What they sign in with; told to themselves and to who manages their network, nobody else.
    #[schema(example = "rosa")]
    name: String,
    /// What others call them.
    display_name: Option<String>,
    /// pending until they sign in with a code, active, or suspended.
    #[schema(value_type = String, example = "active")]
    state: &'static str,
    /// The day on which it was made.
    created_on: NaiveDate,
    /// The day on which somebody signed in last.
    last_used_on: Option<NaiveDate>,
    /// What they are trusted with, in all networks or in the one that the asker manages.
    memberships: Vec<MembershipView>,
}

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
        Self {
            id: account.id.to_string(),
            name: account.name,
            display_name: account.display_name,
            state: account.state.code(),
            created_on: account.created_on,
            last_used_on: account.last_used_on,
            memberships: account.memberships.into_iter().map(MembershipView::from).collect(),
        }
    }
}

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    /// The account, unless an operator's token asks.
    pub(super) account: Option<AccountView>,
    /// The id of the session, if one asks.
    pub(super) session: Option<String>,
    /// The token, if one asks.
    pub(super) token: Option<TokenView>,
    /// The network that is acted for.
    #[schema(example = "default")]
    pub(super) network: String,
    /// What for: analyst, contributor, verifier, advocate, `network_admin`, admin.
    #[schema(value_type = Vec<String>, example = json!(["contributor"]))]
    pub(super) roles: Vec<&'static str>,
    /// Whether what owes a fresh second factor can be done now.
    pub(super) fresh: bool,
    /// When the session or token ends, unless a session is used.
    pub(super) expires_at: Option<DateTime<Utc>>,
    /// All networks that the account belongs to.
    pub(super) memberships: Vec<MembershipView>,
}

/// A session: somebody who signed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionView {
    /// By what it is ended.
    #[schema(example = "4381541034726957589")]
    id: String,
    /// Whose it is.
    #[schema(example = "4381541034726957589")]
    account: String,
    /// The network that it acts for.
    #[schema(example = "default")]
    network: String,
    /// What its owner is trusted with there.
    #[schema(value_type = Vec<String>, example = json!(["contributor"]))]
    roles: Vec<&'static str>,
    /// When its owner signed in.
    made_at: DateTime<Utc>,
    /// When it was used last, by the minute.
    last_seen_at: DateTime<Utc>,
    /// When it ends, unless it is used before.
    expires_at: DateTime<Utc>,
    /// Until when what owes a fresh second factor can be done.
    fresh_until: Option<DateTime<Utc>>,
    /// Whether it is the one that asks.
    pub(super) current: bool,
}

impl SessionView {
    pub(super) fn of(session: Session, current: bool) -> Self {
        Self {
            id: session.id.to_string(),
            account: session.account.to_string(),
            network: session.network,
            roles: codes(session.roles),
            made_at: session.made_at,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
            fresh_until: session.fresh_until,
            current,
        }
    }
}

/// One's own sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionList {
    /// Those that hold, the latest first, 100 at most.
    pub(super) items: Vec<SessionView>,
}

/// What signing in takes.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewSession {
    /// The login; case and accents do not matter.
    name: String,
    /// The password.
    password: String,
    /// The six digits that one's program shows now. Each is taken once.
    code: Option<String>,
    /// Instead of the code, one of the recovery codes, each once.
    recovery_code: Option<String>,
    /// The network to act for; the first of one's own if not said.
    network: Option<String>,
}

/// The second factor again.
#[derive(Serialize, ToSchema)]
pub(crate) struct StepUp {
    /// The six digits that one's program shows now.
    code: Option<String>,
    /// Instead of the code, one of the recovery codes.
    recovery_code: Option<String>,
}

/// Another network to act for.
#[derive(Serialize, ToSchema)]
pub(crate) struct Switch {
    /// One of one's own.
    network: String,
}

/// Whom to invite.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewInvitation {
    /// To which network; one's own if not said.
    network: Option<String>,
    /// What they will be trusted with: analyst, contributor, verifier, advocate, `network_admin`; admin
    /// by an admin only.
    roles: Vec<String>,
}

/// An invitation, with the one chance to read its code.
#[derive(Serialize, ToSchema)]
#[schema(as = Invitation)]
pub(crate) struct InvitationView {
    /// What to hand over, by a way that nobody else reads. It is shown this once.
    #[schema(example = "inv_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    code: String,
    /// The network it leads to.
    network: String,
    /// What for.
    #[schema(value_type = Vec<String>, example = json!(["contributor"]))]
    roles: Vec<&'static str>,
    /// Until when it holds.
    expires_at: DateTime<Utc>,
}

impl From<Invitation> for InvitationView {
    fn from(invitation: Invitation) -> Self {
        Self {
            code: invitation.code,
            network: invitation.network,
            roles: codes(invitation.roles),
            expires_at: invitation.expires_at,
        }
    }
}

/// An invitation that is taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct Joining {
    /// The code one was given.
    invitation: String,
}

/// A new account by an invitation.
#[derive(Serialize, ToSchema)]
#[schema(as = NewAccount)]
pub(crate) struct NewAccountBody {
    /// The code one was given.
    invitation: String,
    /// What one will sign in with: 3 to 64 letters, digits, and . _ - @ +. It is told to nobody but who
    /// manages the network.
    name: String,
    /// 12 to 128 characters that nobody tries first: several words that do not belong together.
    password: String,
    /// What others call one in the audit trail; nothing if not said.
    display_name: Option<String>,
}

/// What makes codes.
#[derive(Serialize, ToSchema)]
pub(crate) struct Totp {
    /// The secret in Base32.
    secret: String,
    /// The same as an address that programs take.
    uri: String,
}

/// A new account, with the one chance to read its second factor.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeAccount {
    /// The account: pending until its owner signs in with a code.
    account: AccountView,
    /// What makes codes; shown this once.
    totp: Totp,
    /// Ten codes that stand for a lost second factor, each once; shown this once.
    recovery_codes: Vec<String>,
}

impl MadeAccount {
    pub(super) fn of(account: Account, factor: SecondFactor, issuer: &str) -> Self {
        let uri = factor.uri(issuer, &account.name);
        Self {
            account: account.into(),
            totp: Totp { secret: factor.secret, uri },
            recovery_codes: factor.recovery_codes,
        }
    }
}

/// What a member is trusted with from now on.
#[derive(Serialize, ToSchema)]
pub(crate) struct RolesBody {
    /// All of it: analyst, contributor, verifier, advocate, `network_admin`; admin by an admin only.
    roles: Vec<String>,
}

/// Another password.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewPassword {
    /// The one until now.
    password: String,
    /// The one from now on: 12 to 128 characters that nobody tries first.
    new_password: String,
}

/// A token, never its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Token)]
pub(crate) struct TokenView {
    /// By what it is revoked.
    #[schema(example = "4381541034726957589")]
    id: String,
    /// What it begins with.
    #[schema(example = "amp_Z-2J_xyA")]
    prefix: String,
    /// What it is for.
    name: String,
    /// The network it acts for.
    network: String,
    /// What it may do, as far as its account may.
    #[schema(value_type = Vec<String>, example = json!(["contributor"]))]
    scopes: Vec<&'static str>,
    /// Whether it may do what owes a fresh second factor.
    publish: bool,
    /// The account it acts as; none if the operator issued it.
    account: Option<String>,
    /// When it was issued.
    issued_at: DateTime<Utc>,
    /// When it ends.
    expires_at: Option<DateTime<Utc>>,
    /// The day on which it was used last, if an account issued it.
    last_used_on: Option<NaiveDate>,
}

impl From<Token> for TokenView {
    fn from(token: Token) -> Self {
        Self {
            id: token.id.to_string(),
            prefix: token.prefix,
            name: token.name,
            network: token.network,
            scopes: codes(token.roles),
            publish: token.publishes,
            account: token.account.map(|account| account.to_string()),
            issued_at: token.issued_at,
            expires_at: token.expires_at,
            last_used_on: token.last_used_on,
        }
    }
}

/// A token to issue.
#[derive(Serialize, ToSchema)]
#[schema(as = NewToken)]
pub(crate) struct NewTokenBody {
    /// What it is for.
    name: String,
    /// What it may do: some of one's own roles in the network.
    scopes: Vec<String>,
    /// Whether it may do what owes a fresh second factor; false if not said.
    publish: Option<bool>,
    /// After how many days it ends, 1 to 90; 30 if not said.
    days: Option<i32>,
}

/// A new token, with the one chance to read its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = IssuedToken)]
pub(crate) struct IssuedTokenView {
    /// By what it is revoked.
    #[schema(example = "4381541034726957589")]
    id: String,
    /// The token; shown this once.
    token: String,
    /// When it ends.
    expires_at: Option<DateTime<Utc>>,
}

impl From<IssuedToken> for IssuedTokenView {
    fn from(IssuedToken { id, secret, expires_at }: IssuedToken) -> Self {
        Self { id: id.to_string(), token: secret, expires_at }
    }
}

/// A network: who owns what its members log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Network)]
pub(crate) struct NetworkView {
    /// What addresses call it.
    #[schema(example = "default")]
    slug: String,
    /// What people call it.
    name: String,
    /// After how many days what it did not publish is removed; never if null.
    retention_days: Option<i32>,
    /// Since when it is there.
    created_at: DateTime<Utc>,
}

impl From<Network> for NetworkView {
    fn from(Network { slug, name, retention_days, created_at }: Network) -> Self {
        Self { slug, name, retention_days, created_at }
    }
}

/// A new network.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewNetwork {
    /// What addresses call it: small letters, digits and hyphens.
    slug: String,
    /// What people call it; its slug if not said.
    name: Option<String>,
    /// After how many days what it did not publish is removed; never if not said.
    retention_days: Option<i32>,
}

/// Members of a network to change.
#[derive(Serialize, ToSchema)]
pub(crate) struct NetworkPatch {
    /// What people call it.
    name: Option<String>,
    /// After how many days what it did not publish is removed; never if null.
    retention_days: Option<i32>,
}

/// Something that was done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deed)]
pub(crate) struct DeedView {
    /// When it was done.
    at: DateTime<Utc>,
    /// By which account, or token without one; 0 is the operator.
    #[schema(example = "4381541034726957589")]
    who: String,
    /// What they are called, if they said and the asker may know. Never a login.
    display_name: Option<String>,
    /// The network it concerns.
    network: String,
    /// What was done.
    #[schema(example = "publish")]
    action: String,
    /// The record it concerns.
    #[schema(example = "4827-1930")]
    number: Option<String>,
    /// The revision of the record then.
    revision: Option<i32>,
    /// Why, or about whom.
    reason: Option<String>,
}

impl From<Deed> for DeedView {
    fn from(deed: Deed) -> Self {
        Self {
            at: deed.at,
            who: deed.who.to_string(),
            display_name: deed.display_name,
            network: deed.network,
            action: deed.action,
            number: deed.number.map(|number| number.to_string()),
            revision: deed.revision,
            reason: deed.reason,
        }
    }
}
