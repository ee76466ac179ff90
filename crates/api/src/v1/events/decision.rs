//! The decision record, as the API's document tells it.
//!
//! The domain writes the record; a test holds these descriptions to what it writes.

use domain::{
    referrals::{ReferralState as DomainState, Source as DomainSource},
    rewards::{Side as DomainSide, Skip as DomainSkip},
    risk::Verdict as DomainVerdict,
};

use crate::{
    prelude::*,
    v1::{
        programs::rules::Side,
        referrals::{ReferralState, Source, Verdict},
    },
};

words! {
    "Why a rule granted nothing." Skip = [
        DomainSkip::ConditionsNotMet, DomainSkip::NoInviter, DomainSkip::NotReached, DomainSkip::LimitReached,
        DomainSkip::BudgetExhausted,
    ];
}

/// Why an event had the effect that it had.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    /// The program it was decided under, `prg_…`.
    program: Option<String>,
    /// The version of its rules.
    version: Option<u32>,
    /// How the inviter was found.
    #[schema(value_type = Option<Source>)]
    source: Option<DomainSource>,
    /// The code that matched.
    code: Option<String>,
    /// The click that matched.
    click: Option<String>,
    /// Each condition of the attribution, in the order asked.
    checks: Vec<Checked>,
    /// The risk signals that scored.
    signals: Vec<Scored>,
    /// Their sum.
    score: u32,
    /// What the thresholds made of it.
    #[schema(value_type = Option<Verdict>)]
    verdict: Option<DomainVerdict>,
    /// What each rule said.
    rules: Vec<RuleOutcome>,
    /// Until when new grants are held.
    hold_until: Option<DateTime<Utc>>,
    /// Where the referral stood before.
    #[schema(value_type = Option<ReferralState>)]
    from: Option<DomainState>,
    /// Where it stands after.
    #[schema(value_type = Option<ReferralState>)]
    to: Option<DomainState>,
    /// What happens next, if anything.
    waiting_for: Option<WaitingFor>,
}

/// One condition and whether it held.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Checked {
    /// `code_not_expired`, `amount gte 1000`…
    name: String,
    /// Whether it held.
    passed: bool,
    /// The values compared, where that helps.
    detail: Option<String>,
}

/// One risk signal that scored.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Scored {
    /// The signal.
    signal: String,
    /// What it added.
    score: u32,
    /// Why, in a sentence without personal data.
    detail: String,
}

/// What one rule said.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RuleOutcome {
    /// The rule's key.
    rule: String,
    /// Its conditions.
    conditions: Vec<Checked>,
    /// Which sides are rewarded.
    #[schema(value_type = Vec<Side>)]
    awarded: Vec<DomainSide>,
    /// Which are not, and why.
    skipped: Vec<Skipped>,
}

/// One reward that was not granted.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Skipped {
    /// For whom; null where the whole rule did not apply.
    #[schema(value_type = Option<Side>)]
    side: Option<DomainSide>,
    /// Why.
    #[schema(value_type = Skip)]
    why: DomainSkip,
}

/// What has to happen next.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
enum WaitingFor {
    /// An event by the invitee.
    #[schema(title = "event")]
    Event {
        /// Its type.
        event: String,
        /// Until when.
        until: Option<DateTime<Utc>>,
    },
    /// The end of a hold.
    #[schema(title = "hold")]
    Hold {
        /// Its end.
        until: DateTime<Utc>,
    },
    /// A person's decision.
    #[schema(title = "review")]
    Review,
}
