//! What a transaction keeps while rules are decided, and a rule of each kind.

use std::collections::BTreeMap;

use inviter_domain::rewards::{
    Award, Ceiling, Facts, Reward, Rule, RuleKind, Side, TallyKey, Tier, decide,
};
use kernel::{Amount, Unit};

use crate::made::credits;

/// Counters and budgets as a transaction keeps them.
#[derive(Debug, Default, Clone)]
pub(super) struct Kept {
    pub(super) tallies: BTreeMap<TallyKey, u32>,
    pub(super) budget: Option<i64>,
}

impl Ceiling for Kept {
    fn tally(&self, key: &TallyKey) -> u32 {
        self.tallies.get(key).copied().unwrap_or_default()
    }

    fn budget_left(&self, _: &Unit) -> Option<Amount> {
        self.budget.map(Amount)
    }
}

impl Kept {
    /// Decides and takes what was awarded.
    pub(super) fn run(&mut self, rule: &Rule, facts: &Facts<'_>) -> Vec<Award> {
        let (_, awards) = decide(rule, facts, self);
        for award in &awards {
            for key in &award.tallies {
                *self.tallies.entry(key.clone()).or_default() += 1;
            }
            if let (Reward::Units { amount, .. }, Some(budget)) = (&award.reward, &mut self.budget)
            {
                *budget -= amount.0;
            }
        }
        awards
    }
}

pub(super) fn fixed(to: Side) -> RuleKind {
    RuleKind::Fixed {
        to,
        reward: credits(100),
    }
}

pub(super) fn double() -> RuleKind {
    RuleKind::DoubleSided {
        inviter: credits(100),
        invitee: credits(50),
    }
}

pub(super) fn milestone(at: u32, every: bool) -> RuleKind {
    RuleKind::Milestone {
        at,
        every,
        reward: credits(500),
    }
}

pub(super) fn tiered() -> RuleKind {
    let tier = |from, amount| Tier {
        from,
        reward: credits(amount),
    };
    RuleKind::Tiered {
        tiers: vec![tier(2, 10), tier(5, 20), tier(10, 40)],
    }
}
