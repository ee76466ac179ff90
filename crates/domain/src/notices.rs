//! In-app notices.

use kernel::{MemberId, NoticeId, ProjectId, Timestamp};
use serde::{Deserialize, Serialize};

/// What a notice tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// To the invitee: you joined through somebody.
    Welcome,
    /// To the inviter: somebody joined through you.
    FriendJoined,
    /// To the beneficiary: a reward was granted.
    RewardGranted,
    /// To the beneficiary: a reward is yours to use.
    RewardAvailable,
    /// To the beneficiary: a reward was taken back or refused.
    RewardReversed,
}

/// A notice for a member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// Its id, derived from its cause.
    pub id: NoticeId,
    /// The tenant.
    pub project: ProjectId,
    /// For whom.
    pub member: MemberId,
    /// What it tells.
    pub kind: NoticeKind,
    /// What the text needs: names, amounts, dates.
    pub data: serde_json::Value,
    /// When it was read.
    pub read_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}
