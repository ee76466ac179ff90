//! Referrals: who invited whom, and what became of it.

use kernel::{CodeId, EventId, MemberId, ProblemCode, ProgramId, ProjectId, ReferralId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::risk::Verdict;

mod attribution;
mod decision;
mod event;
mod state;

pub use attribution::{
    Admission, Candidate, ClickToken, admit, choose_click, quota_left, quota_period,
};
pub use decision::{Checked, Decision, Scored, WaitingFor};
pub use event::{Event, EventType, Order, StoredEvent};
pub use state::{InvalidMove, Move, ReferralState};

/// How a sign-up found its inviter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The code was given.
    Code,
    /// A signed click id was given.
    Click,
    /// An invitation was addressed to this e-mail.
    Invitation,
    /// Claimed after the sign-up.
    Claim,
}

/// Who invited whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Its id.
    pub id: ReferralId,
    /// The tenant.
    pub project: ProjectId,
    /// The program; program and invitee together are unique.
    pub program: ProgramId,
    /// The program's version at sign-up.
    pub version: u32,
    /// Who invited; none where the code was the program's own.
    pub inviter: Option<MemberId>,
    /// Who was invited.
    pub invitee: MemberId,
    /// Through which code.
    pub code: CodeId,
    /// Through which click.
    pub click: Option<Uuid>,
    /// How the sign-up found its inviter.
    pub source: Source,
    /// The channel of the click, else `direct`.
    pub channel: String,
    /// Where it stands.
    pub state: ReferralState,
    /// What the risk signals said.
    pub verdict: Verdict,
    /// Their sum.
    pub score: u32,
    /// Why it was rejected or reversed.
    pub reason: Option<String>,
    /// Keyed hash of the invitee's address.
    pub address_hash: Option<[u8; 16]>,
    /// Keyed hash of the invitee's device.
    pub device_hash: Option<[u8; 16]>,
    /// When it expires if it has not qualified.
    pub expires_at: Option<Timestamp>,
    /// When the invitee signed up.
    pub created_at: Timestamp,
    /// When it qualified.
    pub qualified_at: Option<Timestamp>,
    /// When it changed last.
    pub updated_at: Timestamp,
}

/// A member's figures in one program: what milestones, tiers, quotas, leaderboard and waitlist read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The program.
    pub program: ProgramId,
    /// The member.
    pub member: MemberId,
    /// Referrals that signed up.
    pub registered: u32,
    /// Of these, qualified and not reversed.
    pub qualified: u32,
    /// Sign-ups counted against the quota in the present period.
    pub quota_used: u32,
    /// When the present quota period began.
    pub quota_since: Timestamp,
    /// The place in the waitlist: lower is earlier; none outside waitlists.
    pub wait_key: Option<i64>,
    /// When it changed last.
    pub updated_at: Timestamp,
}

/// The answer to one event: what a caller is told, now and each time the same event comes again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The event as recorded.
    pub event: EventId,
    /// The member it was about.
    pub member: MemberId,
    /// The referral it touched.
    pub referral: Option<ReferralId>,
    /// Why a sign-up was not attributed.
    pub refusal: Option<ProblemCode>,
    /// The grants it made.
    pub grants: Vec<kernel::GrantId>,
    /// Why all this.
    pub decision: Decision,
}
