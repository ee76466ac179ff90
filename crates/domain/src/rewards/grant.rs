//! The life of a grant.

use kernel::{
    Amount, EventId, GrantId, MemberId, ProgramId, ProjectId, ReferralId, Timestamp, Unit,
};
use serde::{Deserialize, Serialize};

use super::rule::{Reward, Side};

/// Where a grant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    /// Waits for its date.
    Held,
    /// Waits for a person.
    PendingApproval,
    /// The member's to use.
    Available,
    /// The member took a badge, title, coupon, entitlement or custom reward.
    Claimed,
    /// The units are spent.
    Spent,
    /// Not used in time.
    Expired,
    /// Taken back.
    Reversed,
    /// Refused by a person.
    Rejected,
}

/// What can happen to a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantStep {
    /// The hold ended; a person still has to approve.
    AskApproval,
    /// The hold ended or a person approved.
    Release,
    /// A person refused.
    Reject,
    /// The member took it.
    Claim,
    /// The last of its units was spent.
    Exhaust,
    /// Its time is over.
    Expire,
    /// All of it was taken back.
    Reverse,
}

/// A step that the present state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a grant that is {from:?} cannot take the step {step:?}")]
pub struct InvalidStep {
    /// The present state.
    pub from: GrantState,
    /// The step that was tried.
    pub step: GrantStep,
}

impl GrantState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Held,
        Self::PendingApproval,
        Self::Available,
        Self::Claimed,
        Self::Spent,
        Self::Expired,
        Self::Reversed,
        Self::Rejected,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::PendingApproval => "pending_approval",
            Self::Available => "available",
            Self::Claimed => "claimed",
            Self::Spent => "spent",
            Self::Expired => "expired",
            Self::Reversed => "reversed",
            Self::Rejected => "rejected",
        }
    }

    /// The state after `step`.
    pub const fn after(self, step: GrantStep) -> Result<Self, InvalidStep> {
        use GrantStep as Step;
        Ok(match (self, step) {
            (Self::Held, Step::AskApproval) => Self::PendingApproval,
            (Self::Held | Self::PendingApproval, Step::Release) => Self::Available,
            (Self::Held | Self::PendingApproval, Step::Reject) => Self::Rejected,
            (Self::Available, Step::Claim) => Self::Claimed,
            (Self::Available, Step::Exhaust) => Self::Spent,
            (Self::Available, Step::Expire) => Self::Expired,
            (
                Self::Held | Self::PendingApproval | Self::Available | Self::Claimed | Self::Spent,
                Step::Reverse,
            ) => Self::Reversed,
            (from, step) => return Err(InvalidStep { from, step }),
        })
    }

    /// Whether its units are in the member's held account.
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Held | Self::PendingApproval)
    }
}

/// One reward for one member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// The tenant.
    pub project: ProjectId,
    /// The program.
    pub program: ProgramId,
    /// The version whose rule granted it.
    pub version: u32,
    /// The rule.
    pub rule: String,
    /// The referral.
    pub referral: ReferralId,
    /// The event that triggered the rule; event, program, rule and member together are unique.
    pub event: EventId,
    /// Who is rewarded.
    pub member: MemberId,
    /// On which side.
    pub side: Side,
    /// With what.
    pub reward: Reward,
    /// What was granted, for units; else zero.
    pub amount: Amount,
    /// What is neither spent, expired nor taken back.
    pub remaining: Amount,
    /// What was taken back so far.
    pub clawed: Amount,
    /// Where it stands.
    pub state: GrantState,
    /// Whether a person has to approve it after the hold.
    pub approval: bool,
    /// Why it stands there: a slug or an operator's words.
    pub reason: Option<String>,
    /// When time moves it on by itself: end of the hold, or expiry once available.
    pub due_at: Option<Timestamp>,
    /// Days from release until expiry.
    pub expire_after_days: Option<u32>,
    /// The order of the purchase that triggered it.
    pub order: Option<String>,
    /// The coupon that was given.
    pub coupon: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

impl Grant {
    /// The unit, where the reward has one.
    pub const fn unit(&self) -> Option<&Unit> {
        match &self.reward {
            Reward::Units { unit, .. } => Some(unit),
            _ => None,
        }
    }
}
