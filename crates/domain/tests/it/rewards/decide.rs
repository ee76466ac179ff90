use super::kept::{Kept, double, fixed, milestone, tiered};
use crate::made::{badge, credits, day, event, facts, id, rule};
use inviter_domain::rewards::{
    Condition, Facts, Limits, Operator, Rule, RuleKind, Side, Skip, Skipped, decide, tally_keys,
};

/// What a rule does: who is awarded and who is skipped.
fn outcome(rule: &Rule, facts: &Facts<'_>, kept: &Kept) -> (Vec<Side>, Vec<Skipped>) {
    let (outcome, awards) = decide(rule, facts, kept);
    assert_eq!(outcome.rule, rule.key);
    assert_eq!(
        outcome.awarded,
        awards.iter().map(|award| award.side).collect::<Vec<_>>()
    );
    (outcome.awarded, outcome.skipped)
}

fn skipped(side: Option<Side>, why: Skip) -> Vec<Skipped> {
    vec![Skipped { side, why }]
}

#[test]
fn fixed_and_double_sided_rules_reward_their_sides() {
    let event = event("activation");
    let facts = facts(&event);
    let kept = Kept::default();
    for side in [Side::Inviter, Side::Invitee] {
        let rule = rule("activation", fixed(side));
        let (_, awards) = decide(&rule, &facts, &kept);
        let member = if side == Side::Inviter {
            id(10)
        } else {
            id(20)
        };
        assert_eq!((awards.len(), awards[0].member), (1, member));
        assert_eq!(awards[0].reward, credits(100));
    }
    let both = outcome(&rule("activation", double()), &facts, &kept);
    assert_eq!(both, (vec![Side::Inviter, Side::Invitee], vec![]));
}

#[test]
fn nobody_is_rewarded_for_the_programs_own_code() {
    let event = event("activation");
    let facts = Facts {
        inviter: None,
        ..facts(&event)
    };
    let both = outcome(&rule("activation", double()), &facts, &Kept::default());
    assert_eq!(
        both,
        (
            vec![Side::Invitee],
            skipped(Some(Side::Inviter), Skip::NoInviter)
        )
    );
}

#[test]
fn a_condition_that_fails_stops_the_rule() {
    let event = event("purchase");
    let mut rule = rule("purchase", double());
    let exists = |field: &str| Condition {
        field: field.to_owned(),
        op: Operator::Exists,
        value: serde_json::Value::Null,
    };
    rule.conditions = vec![exists("channel"), exists("amount")];
    let (told, awards) = decide(&rule, &facts(&event), &Kept::default());
    assert_eq!(awards, []);
    assert_eq!(told.skipped, skipped(None, Skip::ConditionsNotMet));
    assert_eq!(
        told.conditions
            .iter()
            .map(|it| it.passed)
            .collect::<Vec<_>>(),
        [true, false]
    );
}

#[test]
fn milestones_fire_at_their_number_and_only_when_it_is_reached_now() {
    let event = event("activation");
    let fires = |then: RuleKind, qualified, counted| {
        let facts = Facts {
            qualified,
            registered: 99,
            counted,
            ..facts(&event)
        };
        !decide(&rule("activation", then), &facts, &Kept::default())
            .1
            .is_empty()
    };
    let at = |every| {
        (0..=9)
            .filter(|n| fires(milestone(3, every), *n, true))
            .collect::<Vec<_>>()
    };
    assert_eq!(at(false), [3]);
    assert_eq!(at(true), [3, 6, 9]);
    assert!(!fires(milestone(3, false), 3, false));
    assert!(!fires(milestone(0, true), 0, true));
    let facts = Facts {
        registered: 3,
        qualified: 0,
        ..facts(&event)
    };
    let on_signup = rule("signup", milestone(3, false));
    assert_eq!(decide(&on_signup, &facts, &Kept::default()).1.len(), 1);
}

#[test]
fn tiers_follow_the_count() {
    let event = event("purchase");
    let rule = rule("purchase", tiered());
    let paid = |qualified| {
        let facts = Facts {
            qualified,
            counted: false,
            ..facts(&event)
        };
        decide(&rule, &facts, &Kept::default())
            .1
            .first()
            .map(|award| award.reward.clone())
    };
    let table = [
        (0, None),
        (1, None),
        (2, Some(10)),
        (4, Some(10)),
        (5, Some(20)),
        (400, Some(40)),
    ];
    for (count, amount) in table {
        assert_eq!(paid(count), amount.map(credits), "{count}");
    }
    let facts = Facts {
        qualified: 1,
        ..facts(&event)
    };
    assert_eq!(
        outcome(&rule, &facts, &Kept::default()).1,
        skipped(None, Skip::NotReached)
    );
}

#[test]
fn counters_are_named_by_rule_member_and_period() {
    let mut rule = rule("activation", double());
    assert_eq!(tally_keys(&rule, id(1), id(10), day(0)), []);
    rule.limits = Limits {
        per_member: Some(9),
        per_day: Some(2),
        per_month: Some(5),
        total: Some(100),
    };
    let keys = tally_keys(&rule, id(1), id(10), day(0));
    let told: Vec<_> = keys
        .iter()
        .map(|(key, most)| (key.subject, key.name.as_str(), *most))
        .collect();
    assert_eq!(
        told,
        [
            (Some(id(10)), "rule:thanks:ever", 9),
            (Some(id(10)), "rule:thanks:day:2026-11-24", 2),
            (Some(id(10)), "rule:thanks:month:2026-11", 5),
            (None, "rule:thanks:ever", 100),
        ]
    );
}

#[test]
fn each_limit_stops_at_its_number_and_periods_begin_anew() {
    let event = event("activation");
    let limited = |limits| Rule {
        limits,
        ..rule("activation", fixed(Side::Inviter))
    };
    let grants = |rule: &Rule, days: &[i64]| {
        let mut kept = Kept::default();
        let each = days.iter().map(|days| Facts {
            at: day(*days),
            ..facts(&event)
        });
        each.map(|facts| kept.run(rule, &facts).len())
            .collect::<Vec<_>>()
    };
    let none = Limits::default();
    let per_day = limited(Limits {
        per_day: Some(1),
        ..none.clone()
    });
    assert_eq!(grants(&per_day, &[0, 0, 1, 1]), [1, 0, 1, 0]);
    // 24 November + 7 days is December.
    let per_month = limited(Limits {
        per_month: Some(1),
        ..none.clone()
    });
    assert_eq!(grants(&per_month, &[0, 6, 7, 8]), [1, 0, 1, 0]);
    let per_member = limited(Limits {
        per_member: Some(2),
        ..none
    });
    assert_eq!(grants(&per_member, &[0, 40, 400]), [1, 1, 0]);
}

#[test]
fn the_second_side_sees_what_the_first_took() {
    let event = event("activation");
    let facts = facts(&event);
    let limits = Limits {
        total: Some(1),
        ..Limits::default()
    };
    let rule = Rule {
        limits,
        ..rule("activation", double())
    };
    let total = outcome(&rule, &facts, &Kept::default());
    assert_eq!(
        total,
        (
            vec![Side::Inviter],
            skipped(Some(Side::Invitee), Skip::LimitReached)
        )
    );
    let rule = Rule {
        limits: Limits::default(),
        ..rule
    };
    let with = |budget| {
        outcome(
            &rule,
            &facts,
            &Kept {
                budget: Some(budget),
                ..Kept::default()
            },
        )
    };
    assert_eq!(with(150), (vec![Side::Inviter, Side::Invitee], vec![]));
    let short = skipped(Some(Side::Invitee), Skip::BudgetExhausted);
    assert_eq!(with(149), (vec![Side::Inviter], short));
    // All or nothing: 99 do not pay for 100, but for 50.
    let short = skipped(Some(Side::Inviter), Skip::BudgetExhausted);
    assert_eq!(with(99), (vec![Side::Invitee], short));
    assert_eq!(with(-1).0, []);
}

#[test]
fn a_budget_of_units_says_nothing_about_badges() {
    let event = event("activation");
    let rule = rule(
        "activation",
        RuleKind::Fixed {
            to: Side::Inviter,
            reward: badge(),
        },
    );
    let kept = Kept {
        budget: Some(0),
        ..Kept::default()
    };
    assert_eq!(decide(&rule, &facts(&event), &kept).1.len(), 1);
}
