//! Programs: the rules under which invitations earn.

use kernel::{ProgramId, ProjectId, Timestamp};
use serde::{Deserialize, Serialize};

mod compare;
mod settings;
mod validate;

pub use compare::{Change, compare};
pub use settings::{
    Attribution, Budget, CodePolicy, ProgramSettings, QuotaPolicy, RiskPolicy, Touch,
    WaitlistPolicy,
};
pub use validate::validate;

/// What a program is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProgramKind {
    /// Both sides may earn.
    Referral,
    /// A queue with positions; inviting moves up.
    Waitlist,
    /// A code is needed to join.
    InviteOnly,
}

/// Where a program stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProgramStatus {
    /// Being written.
    Draft,
    /// Earning.
    Active,
    /// Stopped for a while.
    Paused,
    /// Over for good.
    Ended,
}

impl ProgramStatus {
    /// Whether an operator may move a program from here to `next`.
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Draft | Self::Paused, Self::Active)
                | (Self::Active, Self::Paused)
                | (Self::Draft | Self::Active | Self::Paused, Self::Ended)
        )
    }
}

/// A program in its present version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Program {
    /// Its id.
    pub id: ProgramId,
    /// The tenant.
    pub project: ProjectId,
    /// Short name in URLs, unique in the project.
    pub slug: String,
    /// What it is for.
    pub kind: ProgramKind,
    /// Where it stands.
    pub status: ProgramStatus,
    /// The number of the present version, from 1.
    pub version: u32,
    /// The settings of the present version.
    pub settings: ProgramSettings,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

impl Program {
    /// Whether the program takes sign-ups and pays at `now`: status and dates both say so.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.status == ProgramStatus::Active
            && self.settings.starts_at.is_none_or(|start| now >= start)
            && self.settings.ends_at.is_none_or(|end| now < end)
    }
}

/// One immutable version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProgramVersion {
    /// The program.
    pub program: ProgramId,
    /// Its number, from 1.
    pub version: u32,
    /// The settings.
    pub settings: ProgramSettings,
    /// Who made it, as the audit trail names actors.
    pub author: String,
    /// When.
    pub created_at: Timestamp,
}
