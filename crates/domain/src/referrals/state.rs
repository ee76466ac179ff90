//! The referral state machine.

use serde::{Deserialize, Serialize};

/// Where a referral stands. A click alone makes no referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferralState {
    /// The invitee signed up.
    Registered,
    /// The invitee did what the program waits for.
    Qualified,
    /// A reward became available.
    Rewarded,
    /// Refused by risk or by a person.
    Rejected,
    /// Did not qualify in time.
    Expired,
    /// Undone by a full refund or a person.
    Reversed,
}

/// What can happen to a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// The qualifying event came.
    Qualify,
    /// A reward became available.
    Reward,
    /// A person or a rule refused it.
    Reject,
    /// Its time is over.
    Expire,
    /// It was undone.
    Reverse,
}

/// A move that the present state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a referral that is {from:?} cannot take the move {step:?}")]
pub struct InvalidMove {
    /// The present state.
    pub from: ReferralState,
    /// The move that was tried.
    pub step: Move,
}

impl ReferralState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Registered,
        Self::Qualified,
        Self::Rewarded,
        Self::Rejected,
        Self::Expired,
        Self::Reversed,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Qualified => "qualified",
            Self::Rewarded => "rewarded",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Reversed => "reversed",
        }
    }

    /// The state after `step`.
    pub const fn after(self, step: Move) -> Result<Self, InvalidMove> {
        Ok(match (self, step) {
            (Self::Registered, Move::Qualify) => Self::Qualified,
            (Self::Qualified, Move::Reward) => Self::Rewarded,
            (Self::Registered | Self::Qualified, Move::Reject) => Self::Rejected,
            (Self::Registered, Move::Expire) => Self::Expired,
            (Self::Qualified | Self::Rewarded, Move::Reverse) => Self::Reversed,
            (from, step) => return Err(InvalidMove { from, step }),
        })
    }

    /// Whether events can still earn rewards.
    pub const fn is_earning(self) -> bool {
        matches!(self, Self::Registered | Self::Qualified | Self::Rewarded)
    }
}
