//! The document of a program's settings, as the API's document tells it.
//!
//! The domain reads and writes the document; a test holds these descriptions to what it writes.

use domain::programs::Touch as DomainTouch;

use super::rules::Rule;
use crate::prelude::*;

words! {
    "Which of several clicks counts." Touch = [DomainTouch::First, DomainTouch::Last];
}

/// All that an author decides about a program.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProgramSettings {
    /// Name for people.
    #[schema(max_length = 120)]
    name: String,
    /// A sentence for the landing page.
    #[serde(default)]
    #[schema(max_length = 2000)]
    description: String,
    /// Where links lead; null: Inviter's own landing page.
    landing_url: Option<String>,
    /// Earns from then on.
    starts_at: Option<DateTime<Utc>>,
    /// Earns until then.
    ends_at: Option<DateTime<Utc>>,
    /// How sign-ups find their inviter.
    #[schema(required = false)]
    attribution: Attribution,
    /// What codes look like and how far they reach.
    #[schema(required = false)]
    codes: CodePolicy,
    /// The event that qualifies a referral.
    #[serde(default)]
    #[schema(default = "activation")]
    qualify_on: String,
    /// A referral that has not qualified after so many days expires; null: never.
    expire_after_days: Option<u32>,
    /// What is granted when; at most 50.
    #[serde(default)]
    rules: Vec<Rule>,
    /// The most the program may grant, net of what was taken back, per unit.
    #[serde(default)]
    budgets: Vec<Budget>,
    /// What the risk signals weigh.
    #[schema(required = false)]
    risk: RiskPolicy,
    /// How many a member may bring in; null: as many as they like.
    quota: Option<QuotaPolicy>,
    /// How a waitlist moves; only for waitlists.
    #[schema(required = false)]
    waitlist: WaitlistPolicy,
}

/// How sign-ups find their inviter.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Attribution {
    /// A click counts for so many days.
    #[serde(default)]
    #[schema(default = 30)]
    click_window_days: u32,
    /// A sign-up may be claimed for an inviter for so many days after it.
    #[serde(default)]
    #[schema(default = 7)]
    claim_window_days: u32,
    /// Which of several clicks counts.
    #[schema(value_type = Touch, required = false)]
    touch: DomainTouch,
}

/// What codes look like and how far they reach.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CodePolicy {
    /// Characters of a random code, 6 to 16.
    #[serde(default)]
    #[schema(default = 8)]
    length: u8,
    /// Uses of a personal code at most; null: no limit.
    max_uses: Option<u32>,
    /// Days until a personal code expires; null: never.
    expire_after_days: Option<u32>,
    /// Codes that a member may have in this program.
    #[serde(default)]
    #[schema(default = 5)]
    per_member: u32,
}

/// The most the program may grant of one unit.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Budget {
    /// The unit.
    unit: String,
    /// In minor units, above zero.
    amount: i64,
}

/// At which score what happens. Scores add up from 0.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RiskPolicy {
    /// Rewards wait longer from this score on.
    #[serde(default)]
    #[schema(default = 30)]
    hold_at: u32,
    /// A person decides from this score on.
    #[serde(default)]
    #[schema(default = 60)]
    review_at: u32,
    /// The sign-up is not attributed from this score on.
    #[serde(default)]
    #[schema(default = 100)]
    block_at: u32,
    /// Days that `hold` adds to a rule's own hold.
    #[serde(default)]
    #[schema(default = 14)]
    hold_days: u32,
    /// Sign-ups of one address in an hour that are nothing unusual.
    #[serde(default)]
    #[schema(default = 5)]
    address_per_hour: u32,
}

/// How many a member may bring in.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct QuotaPolicy {
    /// Invitees per period.
    invites: u32,
    /// The period in days; null: for ever.
    refill_days: Option<u32>,
}

/// How a waitlist moves.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WaitlistPolicy {
    /// Places that one invitee moves the inviter up.
    #[serde(default)]
    #[schema(default = 5)]
    move_up: u32,
}
