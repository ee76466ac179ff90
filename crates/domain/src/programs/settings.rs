//! What a program's author decides. One document, one version.

use kernel::{Amount, Timestamp, Unit};
use serde::{Deserialize, Serialize};

use crate::rewards::Rule;

/// The settings of one version. Unknown fields are refused: a misspelt limit must not be no limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramSettings {
    /// Name for people.
    pub name: String,
    /// A sentence for the landing page.
    #[serde(default)]
    pub description: String,
    /// Where links lead; none: Inviter's own landing page.
    #[serde(default)]
    pub landing_url: Option<url::Url>,
    /// Earns from then on.
    #[serde(default)]
    pub starts_at: Option<Timestamp>,
    /// Earns until then.
    #[serde(default)]
    pub ends_at: Option<Timestamp>,
    /// How sign-ups find their inviter.
    #[serde(default)]
    pub attribution: Attribution,
    /// What codes look like and how far they reach.
    #[serde(default)]
    pub codes: CodePolicy,
    /// The event that qualifies a referral.
    #[serde(default = "activation")]
    pub qualify_on: String,
    /// A referral that has not qualified after so many days expires; none: never.
    #[serde(default)]
    pub expire_after_days: Option<u32>,
    /// What is granted when.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// The most the program may grant, net of what was taken back, per unit.
    #[serde(default)]
    pub budgets: Vec<Budget>,
    /// What the risk signals weigh.
    #[serde(default)]
    pub risk: RiskPolicy,
    /// How many a member may bring in.
    #[serde(default)]
    pub quota: Option<QuotaPolicy>,
    /// How a waitlist moves; only for waitlists.
    #[serde(default)]
    pub waitlist: WaitlistPolicy,
}

fn activation() -> String {
    "activation".to_owned()
}

/// How sign-ups find their inviter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Attribution {
    /// A click counts for so many days.
    pub click_window_days: u32,
    /// A sign-up may be claimed for an inviter for so many days after it.
    pub claim_window_days: u32,
    /// Which of several clicks counts.
    pub touch: Touch,
}

impl Default for Attribution {
    fn default() -> Self {
        Self {
            click_window_days: 30,
            claim_window_days: 7,
            touch: Touch::Last,
        }
    }
}

/// Which of several clicks counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Touch {
    /// The earliest inside the window.
    First,
    /// The latest.
    Last,
}

/// What codes look like and how far they reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CodePolicy {
    /// Characters of a random code, 6 to 16.
    pub length: u8,
    /// Uses of a personal code at most; none: no limit.
    pub max_uses: Option<u32>,
    /// Days until a personal code expires; none: never.
    pub expire_after_days: Option<u32>,
    /// Codes a member may have in this program.
    pub per_member: u32,
}

impl Default for CodePolicy {
    fn default() -> Self {
        Self {
            length: 8,
            max_uses: None,
            expire_after_days: None,
            per_member: 5,
        }
    }
}

/// The most the program may grant of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// The unit.
    pub unit: Unit,
    /// In minor units.
    pub amount: Amount,
}

/// At which score what happens. Scores add up from 0; see [`crate::risk`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RiskPolicy {
    /// Rewards wait longer from this score on.
    pub hold_at: u32,
    /// A person decides from this score on.
    pub review_at: u32,
    /// The sign-up is not attributed from this score on.
    pub block_at: u32,
    /// Days that `hold` adds to a rule's own hold.
    pub hold_days: u32,
    /// Sign-ups of one address in an hour that are nothing unusual.
    pub address_per_hour: u32,
}

impl Default for RiskPolicy {
    fn default() -> Self {
        Self {
            hold_at: 30,
            review_at: 60,
            block_at: 100,
            hold_days: 14,
            address_per_hour: 5,
        }
    }
}

/// How many a member may bring in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuotaPolicy {
    /// Invitees per period.
    pub invites: u32,
    /// The period in days; none: for ever.
    #[serde(default)]
    pub refill_days: Option<u32>,
}

/// How a waitlist moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WaitlistPolicy {
    /// Places that one invitee moves the inviter up.
    pub move_up: u32,
}

impl Default for WaitlistPolicy {
    fn default() -> Self {
        Self { move_up: 5 }
    }
}
