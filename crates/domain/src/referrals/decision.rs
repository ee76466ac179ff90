//! The decision record: why an event had the effect that it had.

use kernel::{ProgramId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ReferralState, Source};
use crate::{rewards::RuleOutcome, risk::Verdict};

/// Why an event had the effect that it had. Operators see all of it; members see [`WaitingFor`] as a sentence.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Decision {
    /// The program it was decided under.
    pub program: Option<ProgramId>,
    /// The version of its rules.
    pub version: Option<u32>,
    /// How the inviter was found.
    pub source: Option<Source>,
    /// The code that matched.
    pub code: Option<String>,
    /// The click that matched.
    pub click: Option<Uuid>,
    /// Each condition of the attribution, in the order asked.
    pub checks: Vec<Checked>,
    /// The risk signals that scored.
    pub signals: Vec<Scored>,
    /// Their sum.
    pub score: u32,
    /// What the thresholds made of it.
    pub verdict: Option<Verdict>,
    /// What each rule said.
    pub rules: Vec<RuleOutcome>,
    /// Until when new grants are held.
    pub hold_until: Option<Timestamp>,
    /// Where the referral stood before.
    pub from: Option<ReferralState>,
    /// Where it stands after.
    pub to: Option<ReferralState>,
    /// What happens next, if anything.
    pub waiting_for: Option<WaitingFor>,
}

/// One condition and whether it held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// A slug: `code_exists`, `within_click_window`, `amount gte 1000`…
    pub name: String,
    /// Whether it held.
    pub passed: bool,
    /// The values compared, where that helps.
    pub detail: Option<String>,
}

/// One risk signal that scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scored {
    /// The signal's id.
    pub signal: String,
    /// What it added.
    pub score: u32,
    /// Why, in a sentence without personal data.
    pub detail: String,
}

/// What has to happen next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum WaitingFor {
    /// An event by the invitee.
    Event {
        /// Its type.
        event: String,
        /// Until when.
        until: Option<Timestamp>,
    },
    /// The end of a hold.
    Hold {
        /// Its end.
        until: Timestamp,
    },
    /// A person's decision.
    Review,
}
