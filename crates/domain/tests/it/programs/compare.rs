//! What one version says otherwise than another.

use inviter_domain::{
    programs::{ProgramSettings, compare},
    rewards::{Rule, RuleKind, Side},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::made::{credits, settings};

fn with(rules: Vec<Rule>) -> ProgramSettings {
    ProgramSettings {
        rules,
        ..settings()
    }
}

fn rule(key: &str, amount: i64) -> Rule {
    let then = RuleKind::Fixed {
        to: Side::Inviter,
        reward: credits(amount),
    };
    let plain = json!({ "key": key, "on": "activation", "then": then });
    serde_json::from_value(plain).expect("a plain rule")
}

fn found(
    old: &ProgramSettings,
    new: &ProgramSettings,
) -> Vec<(String, Option<Value>, Option<Value>)> {
    compare(old, new)
        .into_iter()
        .map(|change| (change.path, change.before, change.after))
        .collect()
}

#[test]
fn a_field_of_a_rule_is_one_change() {
    let old = with(vec![rule("a", 5), rule("b", 6)]);
    let mut new = with(vec![rule("a", 5), rule("b", 7)]);
    new.name = "Mates".to_owned();
    new.rules[0].hold_days = 3;
    assert_eq!(
        found(&old, &new),
        [
            (
                "name".to_owned(),
                Some(json!("Friends")),
                Some(json!("Mates"))
            ),
            (
                "rules.a.hold_days".to_owned(),
                Some(json!(0)),
                Some(json!(3))
            ),
            (
                "rules.b.then.reward.amount".to_owned(),
                Some(json!(6)),
                Some(json!(7))
            ),
        ]
    );
}

#[test]
fn a_rule_that_comes_or_goes_is_one_change_and_moves_nothing() {
    let old = with(vec![rule("a", 5), rule("b", 6)]);
    let new = with(vec![rule("c", 1), rule("b", 6)]);
    let paths: Vec<_> = found(&old, &new)
        .into_iter()
        .map(|(path, before, after)| (path, before.is_some(), after.is_some()))
        .collect();
    let expected = [("rules.a", true, false), ("rules.c", false, true)];
    assert_eq!(paths, expected.map(|(path, b, a)| (path.to_owned(), b, a)));
}

#[test]
fn another_order_of_the_rules_is_a_change() {
    let old = with(vec![rule("a", 5), rule("b", 6)]);
    let new = with(vec![rule("b", 6), rule("a", 5)]);
    let order = (
        "rules".to_owned(),
        Some(json!(["a", "b"])),
        Some(json!(["b", "a"])),
    );
    assert_eq!(found(&old, &new), [order]);
}

fn any_settings() -> impl Strategy<Value = ProgramSettings> {
    let rules = proptest::collection::btree_map("[a-c]", 1..4_i64, 0..3);
    let budget = proptest::option::of(1..4_i64);
    let quota = proptest::option::of(1..3_u32);
    (rules, any::<bool>(), budget, quota, 0..3_u32, 0..3_u32).prop_map(
        |(rules, reversed, budget, quota, window, hold)| {
            let mut rules: Vec<Rule> = rules.iter().map(|(key, n)| rule(key, *n)).collect();
            if reversed {
                rules.reverse();
            }
            let mut settings = with(rules);
            settings.attribution.click_window_days = window;
            settings.risk.hold_at = hold;
            let rest = json!({
                "name": "Friends",
                "budgets": budget.map(|amount| json!({ "unit": "credits", "amount": amount }))
                    .into_iter().collect::<Vec<_>>(),
                "quota": quota.map(|invites| json!({ "invites": invites })),
            });
            let rest: ProgramSettings = serde_json::from_value(rest).expect("settings");
            settings.budgets = rest.budgets;
            settings.quota = rest.quota;
            settings
        },
    )
}

proptest! {
    #[test]
    fn nothing_is_found_exactly_where_nothing_differs(old in any_settings(), new in any_settings()) {
        prop_assert_eq!(compare(&old, &new).is_empty(), old == new);
        prop_assert_eq!(compare(&old, &old), vec![]);
    }

    #[test]
    fn the_way_back_is_the_same_change_turned_round(old in any_settings(), new in any_settings()) {
        let mut there: Vec<_> = compare(&old, &new).into_iter().map(|it| (it.path, it.before, it.after)).collect();
        let mut back: Vec<_> = compare(&new, &old).into_iter().map(|it| (it.path, it.after, it.before)).collect();
        there.sort_by(|a, b| a.0.cmp(&b.0));
        back.sort_by(|a, b| a.0.cmp(&b.0));
        prop_assert_eq!(there, back);
    }

    /// Changing any one field anywhere is seen at its path.
    #[test]
    fn what_is_written_otherwise_is_found_where_it_stands(old in any_settings(), new in any_settings()) {
        let (before, after) = (
            serde_json::to_value(&old).expect("settings"),
            serde_json::to_value(&new).expect("settings"),
        );
        for change in compare(&old, &new) {
            if change.path.starts_with("rules") || change.path.starts_with("budgets") {
                continue;
            }
            let pointer = format!("/{}", change.path.replace('.', "/"));
            let at = |document: &Value| document.pointer(&pointer).filter(|it| !it.is_null()).cloned();
            prop_assert_eq!(change.before, at(&before));
            prop_assert_eq!(change.after, at(&after));
        }
    }
}
