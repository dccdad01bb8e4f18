//! Who asks, and what they may do. A write needs a value that only asking can give.

use crate::suggest;

/// What a token or an account is trusted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Reads what is published.
    Analyst,
    /// Logs incidents for a network.
    Contributor,
    /// Reviews and publishes what a network logged.
    Verifier,
    /// Runs the instance.
    Admin,
}

impl Role {
    /// All roles, from the least trusted.
    pub const ALL: [Self; 4] = [Self::Analyst, Self::Contributor, Self::Verifier, Self::Admin];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Analyst => "analyst",
            Self::Contributor => "contributor",
            Self::Verifier => "verifier",
            Self::Admin => "admin",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|role| role.code() == text).ok_or_else(|| {
            let near = suggest::nearest(text, Self::ALL.iter().map(|role| role.code()));
            let hint =
                near.first().map_or_else(String::new, |near| format!("; did you mean {near}?"));
            format!("a role is analyst, contributor, verifier or admin{hint}")
        })
    }
}

/// Somebody who showed a valid token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The token, which the audit trail names.
    pub token: i64,
    /// What they are trusted with.
    pub role: Role,
    /// The network they act for.
    pub network: String,
}

/// What somebody may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this needs the role {needs}")]
pub struct AccessDenied {
    /// The least role that may.
    pub needs: &'static str,
}

/// Proof that the actor may write records.
#[derive(Debug, Clone, Copy)]
pub struct Editor<'a>(&'a Actor);

/// Proof that the actor may publish and withdraw records.
#[derive(Debug, Clone, Copy)]
pub struct Verifier<'a>(&'a Actor);

impl Actor {
    /// The operator at the command line, who stands behind imports and tokens.
    pub fn operator(network: impl Into<String>) -> Self {
        Self { token: 0, role: Role::Admin, network: network.into() }
    }

    /// May they write?
    pub fn editor(&self) -> Result<Editor<'_>, AccessDenied> {
        match self.role {
            Role::Contributor | Role::Verifier | Role::Admin => Ok(Editor(self)),
            Role::Analyst => Err(AccessDenied { needs: "contributor" }),
        }
    }

    /// May they publish?
    pub fn verifier(&self) -> Result<Verifier<'_>, AccessDenied> {
        match self.role {
            Role::Verifier | Role::Admin => Ok(Verifier(self)),
            Role::Analyst | Role::Contributor => Err(AccessDenied { needs: "verifier" }),
        }
    }

    /// What they may read.
    pub fn audience(&self) -> Audience {
        match self.role {
            Role::Analyst => Audience::Public,
            Role::Contributor | Role::Verifier => Audience::Network(self.network.clone()),
            Role::Admin => Audience::Instance,
        }
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

/// Whom an answer is for: decides what a read can return at all.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Anybody: published records only.
    Public,
    /// The members of a network: published records, and their network's own.
    Network(String),
    /// Who runs the instance: the records of all networks.
    Instance,
}

impl Audience {
    /// Whether they see more than what is published.
    pub fn is_staff(&self) -> bool {
        !matches!(self, Self::Public)
    }

    /// Whether they see the unpublished records of a network.
    pub fn sees_network(&self, network: &str) -> bool {
        match self {
            Self::Public => false,
            Self::Network(own) => own == network,
            Self::Instance => true,
        }
    }
}
