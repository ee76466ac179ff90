//! What a member is on the way to.

use super::rule::{Reward, Rule, RuleKind, Side};

/// What one rule has in store for a member who invites.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// The rule's key.
    pub rule: String,
    /// The event that triggers it.
    pub on: String,
    /// The member's count that it looks at.
    pub have: u32,
    /// What the member gets for each friend, now.
    pub per_friend: Option<Reward>,
    /// What the friend gets.
    pub for_friend: Option<Reward>,
    /// What there is to reach; none where there is nothing more.
    pub next: Option<Goal>,
}

/// A number to reach.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// The number.
    pub need: u32,
    /// What the member gets: once when a milestone is reached, for each friend from then on in a tier.
    pub reward: Reward,
}

/// The count of the inviter's that a rule looks at.
pub(super) fn count(rule: &Rule, registered: u32, qualified: u32) -> u32 {
    if rule.on == "signup" {
        registered
    } else {
        qualified
    }
}

/// What a rule has in store for a member with so many sign-ups and qualified referrals. Conditions and limits are not
/// looked at.
pub fn progress(rule: &Rule, registered: u32, qualified: u32) -> Progress {
    let have = count(rule, registered, qualified);
    let mut progress = Progress {
        rule: rule.key.clone(),
        on: rule.on.clone(),
        have,
        per_friend: None,
        for_friend: None,
        next: None,
    };
    match &rule.then {
        RuleKind::Fixed { to, reward } => match to {
            Side::Inviter => progress.per_friend = Some(reward.clone()),
            Side::Invitee => progress.for_friend = Some(reward.clone()),
        },
        RuleKind::DoubleSided { inviter, invitee } => {
            progress.per_friend = Some(inviter.clone());
            progress.for_friend = Some(invitee.clone());
        }
        RuleKind::Milestone { at, every, reward } => {
            let need = match have.checked_div(*at) {
                Some(reached) if *every => reached.saturating_add(1).saturating_mul(*at),
                _ => *at,
            };
            progress.next = (have < need).then(|| Goal {
                need,
                reward: reward.clone(),
            });
        }
        RuleKind::Tiered { tiers } => {
            let reached = tiers.iter().filter(|tier| tier.from <= have);
            progress.per_friend = reached
                .max_by_key(|tier| tier.from)
                .map(|tier| tier.reward.clone());
            let ahead = tiers.iter().filter(|tier| tier.from > have);
            progress.next = ahead.min_by_key(|tier| tier.from).map(|tier| Goal {
                need: tier.from,
                reward: tier.reward.clone(),
            });
        }
    }
    progress
}
