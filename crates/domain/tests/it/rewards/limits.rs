//! Whatever the rule and whatever happens: no limit is passed, no budget overdrawn.

use std::collections::BTreeMap;

use inviter_domain::{
    referrals::Event,
    rewards::{Award, Facts, Limits, Reward, Rule, RuleKind, Side, decide},
};
use kernel::{MemberId, Timestamp};
use proptest::prelude::*;

use super::kept::{Kept, double, fixed, milestone, tiered};
use crate::made::{day, event, facts, id, rule};

/// One qualifying referral: who invited, who came, on which day.
#[derive(Debug, Clone)]
struct Came {
    inviter: Option<u32>,
    invitee: u32,
    days: i64,
}

fn arrivals() -> impl Strategy<Value = Vec<Came>> {
    let one = (prop::option::weighted(0.9, 10_u32..13), 0_i64..40);
    prop::collection::vec(one, 0..60).prop_map(|all| {
        let numbered = all.into_iter().zip(1000..);
        numbered
            .map(|((inviter, days), invitee)| Came {
                inviter,
                invitee,
                days,
            })
            .collect()
    })
}

fn kinds() -> impl Strategy<Value = RuleKind> {
    prop_oneof![
        Just(fixed(Side::Inviter)),
        Just(fixed(Side::Invitee)),
        Just(double()),
        (0_u32..6, any::<bool>()).prop_map(|(at, every)| milestone(at, every)),
        Just(tiered()),
    ]
}

fn limit() -> impl Strategy<Value = Option<u32>> {
    prop::option::of(0_u32..8)
}

fn limits() -> impl Strategy<Value = Limits> {
    (limit(), limit(), limit(), limit()).prop_map(|(per_member, per_day, per_month, total)| {
        Limits {
            per_member,
            per_day,
            per_month,
            total,
        }
    })
}

/// Runs all arrivals and returns the awards with their times.
fn run(rule: &Rule, kept: &mut Kept, arrivals: &[Came]) -> Vec<(Timestamp, Award)> {
    let event: Event = event(&rule.on);
    let mut counts = BTreeMap::<u32, u32>::new();
    let mut all = Vec::new();
    for came in arrivals {
        let count = came.inviter.map_or(0, |inviter| {
            let count = counts.entry(inviter).or_default();
            *count += 1;
            *count
        });
        let facts = Facts {
            inviter: came.inviter.map(id),
            invitee: id(came.invitee),
            at: day(came.days),
            qualified: count,
            registered: count,
            ..facts(&event)
        };
        let twice = [decide(rule, &facts, kept), decide(rule, &facts, kept)];
        assert_eq!(twice[0], twice[1], "the same question has the same answer");
        all.extend(
            kept.run(rule, &facts)
                .into_iter()
                .map(|award| (facts.at, award)),
        );
    }
    all
}

fn units(award: &Award) -> i64 {
    match &award.reward {
        Reward::Units { amount, .. } => amount.0,
        _ => 0,
    }
}

/// The highest number of awards that share a key.
fn most<K: Ord>(awards: &[(Timestamp, Award)], key: impl Fn(&(Timestamp, Award)) -> K) -> u32 {
    let mut counts = BTreeMap::<K, u32>::new();
    for award in awards {
        *counts.entry(key(award)).or_default() += 1;
    }
    counts.into_values().max().unwrap_or_default()
}

fn per_member(awards: &[(Timestamp, Award)]) -> BTreeMap<MemberId, i64> {
    let mut sums = BTreeMap::new();
    for (_, award) in awards {
        *sums.entry(award.member).or_default() += units(award);
    }
    sums
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_limit_is_passed_and_no_budget_overdrawn(
        then in kinds(),
        limits in limits(),
        budget in prop::option::of(0_i64..3000),
        arrivals in arrivals(),
    ) {
        let rule = Rule { limits: limits.clone(), ..rule("activation", then) };
        let mut kept = Kept { budget, ..Kept::default() };
        let awards = run(&rule, &mut kept, &arrivals);
        let within = |count: u32, limit: Option<u32>| limit.is_none_or(|limit| count <= limit);
        prop_assert!(within(most(&awards, |(_, award)| award.member), limits.per_member));
        let daily = most(&awards, |(at, award)| (award.member, at.date_naive()));
        prop_assert!(within(daily, limits.per_day));
        let monthly = most(&awards, |(at, award)| (award.member, at.format("%Y%m").to_string()));
        prop_assert!(within(monthly, limits.per_month));
        prop_assert!(within(most(&awards, |_| ()), limits.total));
        let spent: i64 = awards.iter().map(|(_, award)| units(award)).sum();
        prop_assert!(budget.is_none_or(|budget| spent <= budget));
    }

    /// A limit of the whole program is used up before anybody is refused.
    #[test]
    fn a_total_is_used_up(total in 0_u32..8, arrivals in arrivals()) {
        let limits = Limits { total: Some(total), ..Limits::default() };
        let rule = Rule { limits, ..rule("activation", fixed(Side::Invitee)) };
        let awards = run(&rule, &mut Kept::default(), &arrivals);
        prop_assert_eq!(awards.len(), arrivals.len().min(total as usize));
    }

    #[test]
    fn the_order_of_arrivals_does_not_change_what_each_member_gets(
        then in kinds(),
        most in limit(),
        (arrivals, shuffled) in arrivals()
            .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        let limits = Limits { per_member: most, ..Limits::default() };
        let rule = Rule { limits, ..rule("activation", then) };
        let plain = run(&rule, &mut Kept::default(), &arrivals);
        let mixed = run(&rule, &mut Kept::default(), &shuffled);
        prop_assert_eq!(per_member(&plain), per_member(&mixed));
    }
}
