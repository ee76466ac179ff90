//! People and keys with rights: operators of the console and the API keys of projects.

use kernel::{KeyId, OperatorId, ProjectId, Timestamp};
use serde::{Deserialize, Serialize};

mod passwords;
mod permissions;
mod roles;
mod sessions;

pub use passwords::{PasswordFlaw, password_flaw};
pub use permissions::{Permission, PermissionError};
pub use roles::Role;
pub use sessions::{ADDRESS, AGENT, LinkPurpose, OneTimeLink, Session, SessionOwner};

/// A role, in one project or in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleAssignment {
    /// Slug of the project, in both modes; none: every project and the installation itself.
    #[serde(default)]
    pub project: Option<String>,
    /// The role.
    pub role: Role,
}

/// A person with an account in the console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// Their id.
    pub id: OperatorId,
    /// E-mail as written.
    pub email: String,
    /// E-mail as compared; unique in the installation.
    pub email_key: String,
    /// Name for people.
    pub name: String,
    /// What they may do.
    pub roles: Vec<RoleAssignment>,
    /// Hash of the password; none until it is set.
    pub password_hash: Option<String>,
    /// May do nothing since then.
    pub disabled_at: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
}

impl Operator {
    /// Whether the operator may do this in a project, or in the installation itself where no project is named.
    pub fn permits(&self, permission: Permission, project: Option<&str>) -> bool {
        self.disabled_at.is_none()
            && self.roles.iter().any(|assignment| {
                let here = match &assignment.project {
                    None => true,
                    Some(own) => project == Some(own.as_str()),
                };
                here && assignment.role.permits(permission)
            })
    }
}

/// A token with which an operator signs in without the console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorToken {
    /// Its id.
    pub id: KeyId,
    /// Whose.
    pub operator: OperatorId,
    /// Name for people.
    pub name: String,
    /// Hash of the token.
    pub hash: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
    /// Not valid from then on.
    pub expires_at: Option<Timestamp>,
    /// Not valid since then.
    pub revoked_at: Option<Timestamp>,
}

impl OperatorToken {
    /// Whether it opens anything at `now`.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        is_valid(self.expires_at, self.revoked_at, now)
    }
}

/// A project's key to the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its id.
    pub id: KeyId,
    /// The tenant.
    pub project: ProjectId,
    /// Name for people.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Permission>,
    /// Hash of the key.
    pub hash: [u8; 32],
    /// The first characters, to tell keys apart.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Not valid from then on.
    pub expires_at: Option<Timestamp>,
    /// Not valid since then.
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
    /// Whether it opens anything at `now`.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        is_valid(self.expires_at, self.revoked_at, now)
    }

    /// Whether it may do this at `now`.
    pub fn permits(&self, permission: Permission, now: Timestamp) -> bool {
        self.is_valid(now) && self.scopes.contains(&permission)
    }
}

fn is_valid(expires_at: Option<Timestamp>, revoked_at: Option<Timestamp>, now: Timestamp) -> bool {
    expires_at.is_none_or(|end| now < end) && revoked_at.is_none_or(|at| now < at)
}
