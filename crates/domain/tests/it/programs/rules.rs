use inviter_domain::rewards::{Condition, Operator, Reward, Rule, RuleKind, Tier};

use super::{faults, fixed};
use crate::made::{credits, rule};

/// The faults of one rule.
fn rule_faults(rule: Rule) -> Vec<String> {
    faults(|settings| settings.rules = vec![rule])
        .into_iter()
        .map(|(field, code)| format!("{field} {code}"))
        .collect()
}

#[test]
fn rules_are_checked_in_all_their_parts() {
    let named = |key: &str| Rule {
        key: key.to_owned(),
        ..rule("signup", fixed(credits(1)))
    };
    assert_eq!(rule_faults(named("Not A Slug")), ["rules[0].key invalid"]);
    for on in ["refund", "claim"] {
        assert_eq!(
            rule_faults(rule(on, fixed(credits(1)))),
            ["rules[0].on not_allowed"]
        );
    }
    let mut limited = named("limited");
    limited.limits.per_day = Some(0);
    limited.hold_days = 3651;
    limited.expire_after_days = Some(0);
    assert_eq!(
        rule_faults(limited),
        [
            "rules[0].limits.per_day out_of_range",
            "rules[0].hold_days out_of_range",
            "rules[0].expire_after_days out_of_range",
        ]
    );
    let wrong = Condition {
        field: "email".to_owned(),
        op: Operator::Exists,
        value: 1.into(),
    };
    let mut asking = named("asking");
    asking.conditions = vec![wrong.clone()];
    assert_eq!(rule_faults(asking.clone()), ["rules[0].if[0] invalid"]);
    asking.conditions = vec![wrong; 21];
    assert_eq!(rule_faults(asking), ["rules[0].if too_many"]);
    let many = faults(|it| it.rules = vec![named("many"); 51]);
    assert_eq!(many, [("rules".to_owned(), "too_many".to_owned())]);
}

#[test]
fn rewards_are_checked_where_they_stand() {
    let both = RuleKind::DoubleSided {
        inviter: credits(-1),
        invitee: credits(0),
    };
    assert_eq!(
        rule_faults(rule("signup", both)),
        [
            "rules[0].then.inviter.amount out_of_range",
            "rules[0].then.invitee.amount out_of_range"
        ]
    );
    let table = [
        (
            Reward::Badge {
                name: String::new(),
            },
            "name required",
        ),
        (
            Reward::Title {
                name: "t".repeat(121),
            },
            "name too_long",
        ),
        (
            Reward::Coupon {
                pool: "no slug".to_owned(),
            },
            "pool invalid",
        ),
        (
            Reward::Entitlement {
                feature: "pro".to_owned(),
                days: 0,
            },
            "days out_of_range",
        ),
        (
            Reward::Custom {
                name: " ".to_owned(),
                data: 1.into(),
            },
            "name required",
        ),
    ];
    for (reward, fault) in table {
        let found = rule_faults(rule("signup", fixed(reward)));
        assert_eq!(found, [format!("rules[0].then.reward.{fault}")]);
    }
}

#[test]
fn milestones_count_what_can_be_counted() {
    let on = |on: &str, at| {
        rule_faults(rule(
            on,
            RuleKind::Milestone {
                at,
                every: true,
                reward: credits(1),
            },
        ))
    };
    assert_eq!(on("signup", 1), [""; 0]);
    assert_eq!(on("activation", 3), [""; 0]);
    assert_eq!(on("purchase", 3), ["rules[0].on not_allowed"]);
    assert_eq!(on("signup", 0), ["rules[0].then.at out_of_range"]);
}

#[test]
fn tiers_rise_from_one() {
    let tiers = |from: &[u32]| {
        let tiers = from
            .iter()
            .map(|from| Tier {
                from: *from,
                reward: credits(1),
            })
            .collect();
        rule_faults(rule("signup", RuleKind::Tiered { tiers }))
    };
    assert_eq!(tiers(&[1, 2, 50]), [""; 0]);
    assert_eq!(tiers(&[]), ["rules[0].then.tiers required"]);
    assert_eq!(tiers(&[0, 1]), ["rules[0].then.tiers[0].from out_of_order"]);
    assert_eq!(tiers(&[3, 3]), ["rules[0].then.tiers[1].from out_of_order"]);
    assert_eq!(
        tiers(&[u32::MAX, 1]),
        ["rules[0].then.tiers[1].from out_of_order"]
    );
}
