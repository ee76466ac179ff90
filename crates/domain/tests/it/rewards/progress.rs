//! What a member is on the way to.

use inviter_domain::rewards::{Goal, Reward, Rule, RuleKind, Side, Tier, progress};
use serde_json::json;

use crate::made::{badge, credits};

fn rule(on: &str, then: &RuleKind) -> Rule {
    let plain = json!({ "key": "r", "on": on, "then": then });
    serde_json::from_value(plain).expect("a plain rule")
}

fn next(rule: &Rule, registered: u32, qualified: u32) -> Option<(u32, Reward)> {
    progress(rule, registered, qualified)
        .next
        .map(|Goal { need, reward }| (need, reward))
}

#[test]
fn a_milestone_is_ahead_until_it_is_reached() {
    let once = rule(
        "activation",
        &RuleKind::Milestone {
            at: 3,
            every: false,
            reward: badge(),
        },
    );
    assert_eq!(next(&once, 9, 0), Some((3, badge())));
    assert_eq!(next(&once, 9, 2), Some((3, badge())));
    assert_eq!(next(&once, 9, 3), None);
    assert_eq!(progress(&once, 9, 2).have, 2);
}

#[test]
fn every_multiple_is_a_milestone_again() {
    let every = rule(
        "signup",
        &RuleKind::Milestone {
            at: 3,
            every: true,
            reward: badge(),
        },
    );
    let needs = [(0, 3), (2, 3), (3, 6), (5, 6), (6, 9)];
    for (have, need) in needs {
        assert_eq!(next(&every, have, 0), Some((need, badge())), "at {have}");
    }
}

#[test]
fn tiers_give_for_each_friend_and_have_a_next_one() {
    let tiers = [(2, 10), (5, 20)].map(|(from, amount)| Tier {
        from,
        reward: credits(amount),
    });
    let tiered = rule(
        "activation",
        &RuleKind::Tiered {
            tiers: tiers.into(),
        },
    );
    let at = |have| {
        let found = progress(&tiered, 0, have);
        (found.per_friend, found.next.map(|next| next.need))
    };
    assert_eq!(at(1), (None, Some(2)));
    assert_eq!(at(2), (Some(credits(10)), Some(5)));
    assert_eq!(at(5), (Some(credits(20)), None));
}

#[test]
fn fixed_rules_say_what_each_side_gets() {
    let invitee = rule(
        "signup",
        &RuleKind::Fixed {
            to: Side::Invitee,
            reward: badge(),
        },
    );
    let found = progress(&invitee, 1, 0);
    assert_eq!((found.per_friend, found.for_friend), (None, Some(badge())));
    let both = rule(
        "signup",
        &RuleKind::DoubleSided {
            inviter: credits(5),
            invitee: badge(),
        },
    );
    let found = progress(&both, 1, 0);
    assert_eq!(
        (found.per_friend, found.for_friend, found.next),
        (Some(credits(5)), Some(badge()), None)
    );
}
