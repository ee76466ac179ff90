//! Rewards: rules, the decision what to grant, and the life of a grant.

mod conditions;
mod decide;
mod grant;
mod progress;
mod rule;

pub use decide::{Award, Ceiling, Facts, RuleOutcome, Skip, Skipped, TallyKey, decide, tally_keys};
pub use grant::{Grant, GrantState, GrantStep, InvalidStep};
pub use progress::{Goal, Progress, progress};
pub use rule::{Condition, Limits, Operator, Reward, Rule, RuleKind, Side, Tier};
