//! Invite codes.

use kernel::{CodeId, MemberId, ProgramId, ProjectId, Timestamp};
use serde::{Deserialize, Serialize};

mod shape;

pub(crate) use shape::random_symbol;
pub use shape::{CodeError, generate, normalize, normalize_prefix, vanity};

/// What kind of code it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeKind {
    /// Random, a member's own.
    Personal,
    /// Chosen text.
    Vanity,
    /// For one use, usually made in bulk.
    Single,
    /// The program's own: nobody is rewarded as the inviter.
    Program,
}

/// An invite code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Its id.
    pub id: CodeId,
    /// The tenant.
    pub project: ProjectId,
    /// The program it joins.
    pub program: ProgramId,
    /// The member who invites; none for the program's own codes.
    pub owner: Option<MemberId>,
    /// As shown to people.
    pub text: String,
    /// As compared: see [`normalize`]. Unique in the whole installation: `/i/{code}` knows no project.
    pub key: String,
    /// Its kind.
    pub kind: CodeKind,
    /// Sign-ups so far.
    pub uses: u32,
    /// Sign-ups at most.
    pub max_uses: Option<u32>,
    /// Not valid from then on.
    pub expires_at: Option<Timestamp>,
    /// Not valid since then.
    pub revoked_at: Option<Timestamp>,
    /// The batch it was made in.
    pub batch: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}
