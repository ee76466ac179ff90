//! The rules in a program's settings, as the API's document tells them.

use domain::rewards::{Operator as DomainOperator, Side as DomainSide};

use crate::prelude::*;

words! {
    "Who is rewarded." Side = [DomainSide::Inviter, DomainSide::Invitee];
    "How a condition compares." Comparison = [
        DomainOperator::Eq, DomainOperator::Ne, DomainOperator::Gt, DomainOperator::Gte, DomainOperator::Lt,
        DomainOperator::Lte, DomainOperator::In, DomainOperator::Exists,
    ];
}

/// *When* an event, *if* conditions, *then* a reward.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Names the rule inside its program; keep it from version to version, since limits count by it.
    key: String,
    /// The type of event that triggers it: `signup`, `activation`, `purchase` or a name of your own.
    on: String,
    /// All must hold; at most 20.
    #[serde(default, rename = "if")]
    conditions: Vec<Condition>,
    /// What is granted, to whom, how often.
    then: RuleKind,
    /// How much at most.
    #[schema(required = false)]
    limits: RuleLimits,
    /// Days that a grant is held.
    #[serde(default)]
    hold_days: u32,
    /// Whether a person approves each grant.
    #[serde(default)]
    approval: bool,
    /// Days after which an available grant expires; null: never.
    expire_after_days: Option<u32>,
}

/// One condition on the event.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Condition {
    /// `amount`, `unit`, `channel`, `code_kind`, or `properties.NAME`.
    field: String,
    /// How to compare.
    #[schema(value_type = Comparison)]
    op: DomainOperator,
    /// With what: a value; for `in` a list; nothing for `exists`.
    #[serde(default)]
    value: serde_json::Value,
}

/// What kind of rule it is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum RuleKind {
    /// The same each time.
    #[schema(title = "fixed")]
    Fixed {
        /// Who is rewarded.
        #[schema(value_type = Side)]
        to: DomainSide,
        /// With what.
        reward: Reward,
    },
    /// One for each side.
    #[schema(title = "double_sided")]
    DoubleSided {
        /// For the one who invited.
        inviter: Reward,
        /// For the one invited.
        invitee: Reward,
    },
    /// When the inviter's count reaches a number, once or each time again.
    #[schema(title = "milestone")]
    Milestone {
        /// The number.
        at: u32,
        /// `true`: at every multiple; `false`: once.
        #[serde(default)]
        every: bool,
        /// With what the inviter is rewarded.
        reward: Reward,
    },
    /// By volume: the tier with the highest `from` not above the inviter's count.
    #[schema(title = "tiered")]
    Tiered {
        /// Ascending in `from`.
        tiers: Vec<Tier>,
    },
}

/// One tier.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Tier {
    /// From this count on, at least 1.
    from: u32,
    /// With what the inviter is rewarded.
    reward: Reward,
}

/// What is granted.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Reward {
    /// Units of a named unit, through the ledger.
    #[schema(title = "units")]
    Units {
        /// The unit.
        unit: String,
        /// In minor units, above zero.
        amount: i64,
    },
    /// A badge.
    #[schema(title = "badge")]
    Badge {
        /// Its name.
        name: String,
    },
    /// A title.
    #[schema(title = "title")]
    Title {
        /// Its name.
        name: String,
    },
    /// A coupon out of a pool.
    #[schema(title = "coupon")]
    Coupon {
        /// The slug of the pool.
        pool: String,
    },
    /// A feature for some days.
    #[schema(title = "entitlement")]
    Entitlement {
        /// Its name.
        feature: String,
        /// For how long from the grant.
        days: u32,
    },
    /// Something that a webhook's receiver fulfils.
    #[schema(title = "custom")]
    Custom {
        /// Its name.
        name: String,
        /// For the receiver.
        #[serde(default)]
        data: serde_json::Value,
    },
}

/// How much a rule grants at most. Counts are of grants, per beneficiary.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RuleLimits {
    /// Grants to one member, ever.
    per_member: Option<u32>,
    /// Grants to one member on one day (UTC).
    per_day: Option<u32>,
    /// Grants to one member in one calendar month (UTC).
    per_month: Option<u32>,
    /// Grants to all members together, ever.
    total: Option<u32>,
}
