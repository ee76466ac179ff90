//! What a reward rule says.

use kernel::{Amount, Unit};
use serde::{Deserialize, Serialize};

/// *When* an event, *if* conditions, *then* a reward.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Names the rule inside its program; stable across versions.
    pub key: String,
    /// The type of event that triggers it: `signup`, `activation`, `purchase` or a name of your own.
    pub on: String,
    /// All must hold.
    #[serde(default, rename = "if")]
    pub conditions: Vec<Condition>,
    /// What is granted, to whom, how often.
    pub then: RuleKind,
    /// How much at most.
    #[serde(default)]
    pub limits: Limits,
    /// Days a grant is held.
    #[serde(default)]
    pub hold_days: u32,
    /// Whether a person approves each grant.
    #[serde(default)]
    pub approval: bool,
    /// Days after which an available grant expires; none: never.
    #[serde(default)]
    pub expire_after_days: Option<u32>,
}

/// One condition on the event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// `amount`, `unit`, `channel`, `code_kind`, or `properties.NAME`.
    pub field: String,
    /// How to compare.
    pub op: Operator,
    /// With what; ignored by `exists`.
    #[serde(default)]
    pub value: serde_json::Value,
}

/// How a condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// Equal.
    Eq,
    /// Not equal; a missing field is not equal to anything.
    Ne,
    /// Greater; numbers only.
    Gt,
    /// Greater or equal; numbers only.
    Gte,
    /// Less; numbers only.
    Lt,
    /// Less or equal; numbers only.
    Lte,
    /// One of a list.
    In,
    /// The field is there and not null.
    Exists,
}

/// Who is rewarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The member who invited.
    Inviter,
    /// The member who was invited.
    Invitee,
}

/// What kind of rule it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum RuleKind {
    /// The same each time.
    Fixed {
        /// Who is rewarded.
        to: Side,
        /// With what.
        reward: Reward,
    },
    /// One for each side.
    DoubleSided {
        /// For the one who invited.
        inviter: Reward,
        /// For the one invited.
        invitee: Reward,
    },
    /// When the inviter's count of qualified referrals reaches a number, once or each time again.
    Milestone {
        /// The number.
        at: u32,
        /// `true`: at every multiple; `false`: once.
        #[serde(default)]
        every: bool,
        /// With what the inviter is rewarded.
        reward: Reward,
    },
    /// By volume: the tier with the highest `from` not above the inviter's count of qualified referrals.
    Tiered {
        /// Ascending in `from`.
        tiers: Vec<Tier>,
    },
}

/// One tier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// From this count on, at least 1.
    pub from: u32,
    /// With what the inviter is rewarded.
    pub reward: Reward,
}

/// What is granted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Reward {
    /// Units of a named unit, through the ledger.
    Units {
        /// The unit.
        unit: Unit,
        /// In minor units, above zero.
        amount: Amount,
    },
    /// A badge.
    Badge {
        /// Its name.
        name: String,
    },
    /// A title.
    Title {
        /// Its name.
        name: String,
    },
    /// A coupon out of a pool.
    Coupon {
        /// The slug of the pool.
        pool: String,
    },
    /// A feature for some days.
    Entitlement {
        /// Its name.
        feature: String,
        /// For how long from the grant.
        days: u32,
    },
    /// Something that a webhook receiver fulfils.
    Custom {
        /// Its name.
        name: String,
        /// For the receiver.
        #[serde(default)]
        data: serde_json::Value,
    },
}

impl Reward {
    /// What kind it is, in a word.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Units { .. } => "units",
            Self::Badge { .. } => "badge",
            Self::Title { .. } => "title",
            Self::Coupon { .. } => "coupon",
            Self::Entitlement { .. } => "entitlement",
            Self::Custom { .. } => "custom",
        }
    }
}

/// How much a rule grants at most. Counts are of grants, per beneficiary.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Grants to one member, ever.
    pub per_member: Option<u32>,
    /// Grants to one member on one day (UTC).
    pub per_day: Option<u32>,
    /// Grants to one member in one calendar month (UTC).
    pub per_month: Option<u32>,
    /// Grants to all members together, ever.
    pub total: Option<u32>,
}
