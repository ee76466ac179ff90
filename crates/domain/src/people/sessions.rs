//! Sessions in the browser, and the links that let somebody in once.

use chrono::TimeDelta;
use kernel::{MemberId, OperatorId, ProjectId, SessionId, Timestamp};
use serde::{Deserialize, Serialize};

/// The most characters of an agent that are kept.
pub const AGENT: usize = 200;
/// The most characters of an address that are kept.
pub const ADDRESS: usize = 64;

/// Whose a session or a link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionOwner {
    /// A person with an account in the console.
    Operator(OperatorId),
    /// A member, in the portal.
    Member {
        /// The tenant.
        project: ProjectId,
        /// Who.
        member: MemberId,
    },
}

impl SessionOwner {
    /// How long a session lasts that is used again and again.
    pub const fn longest(self) -> TimeDelta {
        match self {
            Self::Operator(_) => TimeDelta::days(90),
            Self::Member { .. } => TimeDelta::days(180),
        }
    }

    /// How long a session lasts that is not used.
    pub const fn longest_idle(self) -> TimeDelta {
        match self {
            Self::Operator(_) => TimeDelta::days(14),
            Self::Member { .. } => TimeDelta::days(30),
        }
    }
}

/// Somebody is signed in, in one browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id. The secret that opens it is another thing, of which only the hash is stored.
    pub id: SessionId,
    /// Who is signed in.
    pub who: SessionOwner,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When it was used last, give or take five minutes.
    pub last_seen_at: Timestamp,
    /// Not valid from then on, unless it is used before.
    pub expires_at: Timestamp,
    /// What the browser calls itself, at most [`AGENT`] characters.
    pub agent: String,
    /// The address signed in from; empty in privacy mode.
    pub address: String,
    /// Not valid since then.
    pub revoked_at: Option<Timestamp>,
}

impl Session {
    /// A session that begins at `now`.
    pub fn begin(id: SessionId, who: SessionOwner, now: Timestamp) -> Self {
        Self {
            id,
            who,
            created_at: now,
            last_seen_at: now,
            expires_at: now + who.longest_idle(),
            agent: String::new(),
            address: String::new(),
            revoked_at: None,
        }
    }

    /// Whether it opens anything at `now`.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        super::is_valid(Some(self.expires_at), self.revoked_at, now)
    }

    /// The session once it is used at `now`, where that is worth being written: at most every five minutes.
    pub fn seen(&self, now: Timestamp) -> Option<Self> {
        if now < self.last_seen_at + TimeDelta::minutes(5) {
            return None;
        }
        let (idle, end) = (self.who.longest_idle(), self.who.longest());
        Some(Self {
            last_seen_at: now,
            expires_at: (now + idle).min(self.created_at + end),
            ..self.clone()
        })
    }
}

/// What a one-time link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkPurpose {
    /// The first owner makes their account.
    SetUp,
    /// An operator chooses a password: the first one, or another.
    Password,
    /// A member comes into the portal.
    Enter,
}

/// A link that works once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeLink {
    /// Hash of the secret in the link.
    pub hash: [u8; 32],
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Whom it lets in; nobody yet for [`LinkPurpose::SetUp`].
    pub whose: Option<SessionOwner>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Does not work from then on.
    pub expires_at: Timestamp,
    /// When it was used, or made useless.
    pub used_at: Option<Timestamp>,
}

impl OneTimeLink {
    /// Whether it works at `now`.
    pub fn is_open(&self, now: Timestamp) -> bool {
        super::is_valid(Some(self.expires_at), self.used_at, now)
    }
}
