//! Who asks, what they may do, and whom an answer is for. A write needs a value that only asking can give.

use crate::kind::Kind;
use crate::suggest;

/// What somebody is trusted with in a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Reads what is published, and what is shared with all members of their network.
    Analyst,
    /// Logs incidents for a network; knows the confidential facts of what they logged.
    Contributor,
    /// Reviews and publishes what a network logged, and knows its confidential facts.
    Verifier,
    /// Writes statements for a network; reads as an analyst does.
    Advocate,
    /// Decides who is a member of a network, and what it shares.
    NetworkAdmin,
    /// Runs the instance: sees public and network facts of all networks, never confidential ones.
    Admin,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 6] = [
        Self::Analyst,
        Self::Contributor,
        Self::Verifier,
        Self::Advocate,
        Self::NetworkAdmin,
        Self::Admin,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Analyst => "analyst",
            Self::Contributor => "contributor",
            Self::Verifier => "verifier",
            Self::Advocate => "advocate",
            Self::NetworkAdmin => "network_admin",
            Self::Admin => "admin",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|role| role.code() == text).ok_or_else(|| {
            let near = suggest::nearest(text, Self::ALL.iter().map(|role| role.code()));
            let hint =
                near.first().map_or_else(String::new, |near| format!("; did you mean {near}?"));
            let known = Self::ALL.map(Self::code).join(", ");
            format!("a role is one of {known}{hint}")
        })
    }
}

/// The roles of one member in one network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Roles(u8);

impl Roles {
    /// Whether a role is among them.
    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether all of these are among those.
    pub const fn within(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }

    /// Those that are among others too.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    fn any(self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.has(*role))
    }
}

impl From<Role> for Roles {
    fn from(role: Role) -> Self {
        Self(role.bit())
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |all, role| all | role.bit()))
    }
}

/// As codes with commas between them.
impl std::fmt::Display for Roles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let codes: Vec<&str> = self.iter().map(Role::code).collect();
        f.write_str(&codes.join(","))
    }
}

impl std::str::FromStr for Roles {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split(',').filter(|code| !code.is_empty()).map(str::parse::<Role>).collect()
    }
}

/// Somebody who showed a valid token or session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Whom the audit trail names: the account, or the token of a program that has none. 0 is the
    /// operator at the command line.
    pub id: i64,
    /// What they are trusted with.
    pub roles: Roles,
    /// The network they act for.
    pub network: String,
    /// Whether they may do what owes a fresh second factor: they showed it minutes ago, or hold a
    /// token that was issued for it.
    pub fresh: bool,
}

/// What somebody may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessDenied {
    /// They are not trusted with it.
    #[error("this needs the role {0}")]
    Needs(&'static str),
    /// They have to show their second factor again.
    #[error("this needs a second factor that was shown in the last minutes")]
    StepUp,
}

/// Proof that the actor may write records of a kind.
#[derive(Debug, Clone, Copy)]
pub struct Editor<'a>(&'a Actor);

/// Proof that the actor may publish, withdraw and take down.
#[derive(Debug, Clone, Copy)]
pub struct Verifier<'a>(&'a Actor);

/// Proof that the actor may judge what others wrote: question, grade, approve, decline.
#[derive(Debug, Clone, Copy)]
pub struct Reviewer<'a>(&'a Actor);

/// Proof that the actor may decide for a network who belongs to it and what it shares.
#[derive(Debug, Clone, Copy)]
pub struct Manager<'a>(&'a Actor);

impl Actor {
    /// The operator at the command line, who stands behind imports, accounts and tokens.
    pub fn operator(network: impl Into<String>) -> Self {
        Self { id: 0, roles: Role::Admin.into(), network: network.into(), fresh: true }
    }

    /// May they write records of a kind?
    pub fn editor(&self, kind: Kind) -> Result<Editor<'_>, AccessDenied> {
        let states = kind == Kind::Statement && self.roles.has(Role::Advocate);
        if states || self.roles.any(&[Role::Contributor, Role::Verifier, Role::Admin]) {
            return Ok(Editor(self));
        }
        Err(AccessDenied::Needs(Role::Contributor.code()))
    }

    /// May they publish, withdraw and take down?
    pub fn verifier(&self) -> Result<Verifier<'_>, AccessDenied> {
        if self.roles.any(&[Role::Verifier, Role::Admin]) {
            return Ok(Verifier(self));
        }
        Err(AccessDenied::Needs(Role::Verifier.code()))
    }

    /// May they judge what others wrote? Not by running the instance.
    pub fn reviewer(&self) -> Result<Reviewer<'_>, AccessDenied> {
        if self.roles.has(Role::Verifier) {
            return Ok(Reviewer(self));
        }
        Err(AccessDenied::Needs(Role::Verifier.code()))
    }

    /// May they decide for a network?
    pub fn manager(&self, network: &str) -> Result<Manager<'_>, AccessDenied> {
        let own = self.roles.has(Role::NetworkAdmin) && self.network == network;
        if own || self.roles.has(Role::Admin) {
            return Ok(Manager(self));
        }
        Err(AccessDenied::Needs(Role::NetworkAdmin.code()))
    }

    /// May they give roles in a network? Nobody gives what only who runs the instance may give.
    pub fn giver(&self, network: &str, roles: Roles) -> Result<Manager<'_>, AccessDenied> {
        let manager = self.manager(network)?;
        if roles.has(Role::Admin) && !self.roles.has(Role::Admin) {
            return Err(AccessDenied::Needs(Role::Admin.code()));
        }
        Ok(manager)
    }

    /// May they do what concerns all networks?
    pub fn runs_the_instance(&self) -> Result<Manager<'_>, AccessDenied> {
        if self.roles.has(Role::Admin) {
            return Ok(Manager(self));
        }
        Err(AccessDenied::Needs(Role::Admin.code()))
    }

    /// Did they show their second factor just now?
    pub fn fresh(&self) -> Result<(), AccessDenied> {
        if self.fresh { Ok(()) } else { Err(AccessDenied::StepUp) }
    }

    /// What they may read.
    pub fn audience(&self) -> Audience {
        // What the operator's files say is matched with all that their network has.
        let operator = self.id == 0;
        if self.roles.has(Role::Admin) && !operator {
            return Audience::Instance;
        }
        let desk = [Role::Contributor, Role::Verifier, Role::NetworkAdmin];
        Audience::Member(Member {
            who: self.id,
            network: self.network.clone(),
            desk: operator || self.roles.any(&desk),
            cleared: operator || self.roles.has(Role::Verifier),
            trusted: operator || self.roles.any(&[Role::Contributor, Role::Verifier]),
            states: self.roles.has(Role::Advocate),
        })
    }
}

impl<'a> Editor<'a> {
    /// Who it is.
    pub fn actor(self) -> &'a Actor {
        self.0
    }
}

impl<'a> Verifier<'a> {
    /// Who it is.
    pub fn actor(self) -> &'a Actor {
        self.0
    }

    /// Whoever may publish may also write.
    pub fn editor(self) -> Editor<'a> {
        Editor(self.0)
    }
}

impl<'a> Reviewer<'a> {
    /// Who it is.
    pub fn actor(self) -> &'a Actor {
        self.0
    }
}

impl<'a> Manager<'a> {
    /// Who it is.
    pub fn actor(self) -> &'a Actor {
        self.0
    }
}

/// Whom an answer is for: decides what a read can return at all.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Anybody: published records only.
    Public,
    /// A member of a network: published records, what was granted to their network, and as far as they
    /// are of its desk, what it logged.
    Member(Member),
    /// Who runs the instance: public and network facts of all networks.
    Instance,
}

/// A member of a network as a reader.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "each says another thing that they see")]
pub struct Member {
    /// Who it is; authors know the confidential facts of what they logged.
    pub who: i64,
    /// Their network.
    pub network: String,
    /// Whether they work at its desk, which sees all that it logged.
    pub desk: bool,
    /// Whether they know its confidential facts.
    pub cleared: bool,
    /// Whether they may know confidential facts of another network that were granted to theirs: those
    /// who log and those who verify. Who decides about members needs to know none.
    pub trusted: bool,
    /// Whether they write its statements.
    pub states: bool,
}

impl Audience {
    /// Whether they are known, so that there may be more for them to see than what is published.
    pub fn is_member(&self) -> bool {
        !matches!(self, Self::Public)
    }

    /// Whether they work at a desk, or run the instance.
    pub fn is_at_desk(&self) -> bool {
        match self {
            Self::Public => false,
            Self::Member(member) => member.desk,
            Self::Instance => true,
        }
    }

    /// Whether they see the unpublished records of a network.
    pub fn sees_network(&self, network: &str) -> bool {
        match self {
            Self::Public => false,
            Self::Member(member) => member.desk && member.network == network,
            Self::Instance => true,
        }
    }
}
