//! What a rule grants for an event. Pure: facts and ceilings in, awards out.

use kernel::{Amount, MemberId, ProgramId, Timestamp, Unit};
use serde::{Deserialize, Serialize};

use super::{
    progress::count,
    rule::{Reward, Rule, RuleKind, Side},
};
use crate::{
    codes::CodeKind,
    referrals::{Checked, Event},
};

/// Names a counter of grants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TallyKey {
    /// The program.
    pub program: ProgramId,
    /// Whose grants are counted; none: all members' together.
    pub subject: Option<MemberId>,
    /// `rule:KEY:ever`, `rule:KEY:day:2026-11-24` or `rule:KEY:month:2026-11`.
    pub name: String,
}

/// What a rule looks at.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// The program.
    pub program: ProgramId,
    /// The event that triggers the rule.
    pub event: &'a Event,
    /// When it counts as having happened.
    pub at: Timestamp,
    /// The referral's channel.
    pub channel: &'a str,
    /// The kind of the referral's code.
    pub code_kind: CodeKind,
    /// Who invited; none where the code was the program's own.
    pub inviter: Option<MemberId>,
    /// Who was invited.
    pub invitee: MemberId,
    /// The inviter's sign-ups, this one included.
    pub registered: u32,
    /// The inviter's qualified referrals, this one included.
    pub qualified: u32,
    /// Whether this very event raised the count that the rule looks at.
    pub counted: bool,
}

/// What has been granted so far and what may still be.
pub trait Ceiling {
    /// The present value of a counter.
    fn tally(&self, key: &TallyKey) -> u32;
    /// What the program may still grant of a unit; none: as much as it likes.
    fn budget_left(&self, unit: &Unit) -> Option<Amount>;
}

/// One reward that is to be granted.
#[derive(Debug, Clone, PartialEq)]
pub struct Award {
    /// The rule.
    pub rule: String,
    /// Who is rewarded.
    pub member: MemberId,
    /// On which side.
    pub side: Side,
    /// With what.
    pub reward: Reward,
    /// The counters to raise by one when the award is granted.
    pub tallies: Vec<TallyKey>,
}

/// Why nothing was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// A condition did not hold.
    ConditionsNotMet,
    /// The code was the program's own.
    NoInviter,
    /// The milestone or the lowest tier is not reached, or not by this event.
    NotReached,
    /// A limit of the rule is used up.
    LimitReached,
    /// The program's budget does not cover all of it.
    BudgetExhausted,
}

/// One reward that was not granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// For whom; none where the whole rule did not apply.
    pub side: Option<Side>,
    /// Why.
    pub why: Skip,
}

/// What one rule said to one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleOutcome {
    /// The rule.
    pub rule: String,
    /// Its conditions.
    pub conditions: Vec<Checked>,
    /// Which sides are rewarded.
    pub awarded: Vec<Side>,
    /// Which are not, and why.
    pub skipped: Vec<Skipped>,
}

/// The counters that a grant of this rule to this member raises, each with its limit. Only limits that are set.
pub fn tally_keys(
    rule: &Rule,
    program: ProgramId,
    member: MemberId,
    at: Timestamp,
) -> Vec<(TallyKey, u32)> {
    let key = |subject, period: &str| TallyKey {
        program,
        subject,
        name: format!("rule:{}:{period}", rule.key),
    };
    let limits = &rule.limits;
    let day = || format!("day:{}", at.format("%Y-%m-%d"));
    let month = || format!("month:{}", at.format("%Y-%m"));
    [
        limits
            .per_member
            .map(|most| (key(Some(member), "ever"), most)),
        limits.per_day.map(|most| (key(Some(member), &day()), most)),
        limits
            .per_month
            .map(|most| (key(Some(member), &month()), most)),
        limits.total.map(|most| (key(None, "ever"), most)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What `rule` grants for the event in `facts`, which has to be of the type that the rule waits for.
///
/// The caller raises counters and lowers budgets for the awards before it asks the next rule.
pub fn decide(rule: &Rule, facts: &Facts<'_>, ceiling: &dyn Ceiling) -> (RuleOutcome, Vec<Award>) {
    let conditions: Vec<_> = rule
        .conditions
        .iter()
        .map(|each| each.check(facts))
        .collect();
    let met = conditions.iter().all(|each| each.passed);
    let mut outcome = RuleOutcome {
        rule: rule.key.clone(),
        conditions,
        awarded: vec![],
        skipped: vec![],
    };
    let candidates = if met {
        candidates(rule, facts)
    } else {
        Err(Skip::ConditionsNotMet)
    };
    let mut awards = Vec::new();
    match candidates {
        Err(why) => outcome.skipped.push(Skipped { side: None, why }),
        Ok(candidates) => {
            for (side, reward) in candidates {
                match award(rule, facts, ceiling, &awards, side, reward) {
                    Ok(award) => {
                        outcome.awarded.push(side);
                        awards.push(award);
                    }
                    Err(why) => outcome.skipped.push(Skipped {
                        side: Some(side),
                        why,
                    }),
                }
            }
        }
    }
    (outcome, awards)
}

/// Who would be rewarded with what if there were no limits.
fn candidates<'r>(rule: &'r Rule, facts: &Facts<'_>) -> Result<Vec<(Side, &'r Reward)>, Skip> {
    let count = count(rule, facts.registered, facts.qualified);
    Ok(match &rule.then {
        RuleKind::Fixed { to, reward } => vec![(*to, reward)],
        RuleKind::DoubleSided { inviter, invitee } => {
            vec![(Side::Inviter, inviter), (Side::Invitee, invitee)]
        }
        RuleKind::Milestone { at, every, reward } => {
            let reached = if *every {
                count > 0 && count.checked_rem(*at) == Some(0)
            } else {
                count == *at
            };
            if !facts.counted || !reached {
                return Err(Skip::NotReached);
            }
            vec![(Side::Inviter, reward)]
        }
        RuleKind::Tiered { tiers } => {
            let reached = tiers.iter().filter(|tier| tier.from <= count);
            let tier = reached
                .max_by_key(|tier| tier.from)
                .ok_or(Skip::NotReached)?;
            vec![(Side::Inviter, &tier.reward)]
        }
    })
}

/// One award under all limits, after the `earlier` ones of the same rule and event.
fn award(
    rule: &Rule,
    facts: &Facts<'_>,
    ceiling: &dyn Ceiling,
    earlier: &[Award],
    side: Side,
    reward: &Reward,
) -> Result<Award, Skip> {
    let member = match side {
        Side::Inviter => facts.inviter.ok_or(Skip::NoInviter)?,
        Side::Invitee => facts.invitee,
    };
    let mut tallies = Vec::new();
    for (key, most) in tally_keys(rule, facts.program, member, facts.at) {
        let raised = earlier
            .iter()
            .filter(|award| award.tallies.contains(&key))
            .count();
        let present = ceiling
            .tally(&key)
            .saturating_add(u32::try_from(raised).unwrap_or(u32::MAX));
        if present >= most {
            return Err(Skip::LimitReached);
        }
        tallies.push(key);
    }
    if let Reward::Units { unit, amount } = reward
        && let Some(left) = ceiling.budget_left(unit)
    {
        let promised: i128 = earlier.iter().map(|award| award.units_of(unit)).sum();
        if promised + i128::from(amount.0) > i128::from(left.0) {
            return Err(Skip::BudgetExhausted);
        }
    }
    Ok(Award {
        rule: rule.key.clone(),
        member,
        side,
        reward: reward.clone(),
        tallies,
    })
}

impl Award {
    fn units_of(&self, wanted: &Unit) -> i128 {
        match &self.reward {
            Reward::Units { unit, amount } if unit == wanted => i128::from(amount.0),
            _ => 0,
        }
    }
}
