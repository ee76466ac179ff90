//! Risk: signals score, thresholds decide.

use serde::{Deserialize, Serialize};

use crate::{programs::RiskPolicy, referrals::Scored};

mod evidence;
mod signals;

pub use evidence::{Evidence, Person};
pub use signals::{SIGNALS, Signal};

/// What the thresholds make of a score, from harmless to refused.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing unusual.
    #[default]
    Allow,
    /// Attributed; rewards wait longer.
    Hold,
    /// Attributed; a person decides about the rewards.
    Review,
    /// Not attributed.
    Block,
}

/// What the signals say together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// The signals that scored.
    pub signals: Vec<Scored>,
    /// Their sum.
    pub score: u32,
    /// What the policy makes of it.
    pub verdict: Verdict,
}

/// Asks every signal.
pub fn assess(evidence: &Evidence, policy: &RiskPolicy) -> Assessment {
    let signals: Vec<_> = SIGNALS
        .iter()
        .filter_map(|signal| signal.scored(evidence, policy))
        .collect();
    let score = signals
        .iter()
        .fold(0_u32, |sum, signal| sum.saturating_add(signal.score));
    Assessment {
        verdict: policy.verdict(score),
        signals,
        score,
    }
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 4] = [Self::Allow, Self::Hold, Self::Review, Self::Block];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Hold => "hold",
            Self::Review => "review",
            Self::Block => "block",
        }
    }
}

impl RiskPolicy {
    /// The highest threshold that a score reaches.
    pub const fn verdict(&self, score: u32) -> Verdict {
        if score >= self.block_at {
            Verdict::Block
        } else if score >= self.review_at {
            Verdict::Review
        } else if score >= self.hold_at {
            Verdict::Hold
        } else {
            Verdict::Allow
        }
    }
}
