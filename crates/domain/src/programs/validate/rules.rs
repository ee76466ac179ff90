//! Whether reward rules make sense.

use std::collections::HashSet;

use super::{Findings, ProgramSettings};
use crate::{
    projects::valid_slug,
    rewards::{Reward, Rule, RuleKind, Tier},
};

const MOST_RULES: usize = 50;
const MOST_CONDITIONS: usize = 20;
const MOST_TIERS: usize = 50;

/// Checks every rule. Of too long a list nothing else is said.
pub(super) fn check(settings: &ProgramSettings, findings: &mut Findings) {
    if settings.rules.len() > MOST_RULES {
        findings.expect(false, "rules", "too_many", "Use at most 50 rules.");
        return;
    }
    let mut keys = HashSet::new();
    for (index, rule) in settings.rules.iter().enumerate() {
        let at = format!("rules[{index}]");
        let new = keys.insert(rule.key.as_str());
        findings.expect(
            new,
            format!("{at}.key"),
            "duplicate",
            "Another rule has this key.",
        );
        check_rule(rule, &settings.qualify_on, &at, findings);
    }
}

fn check_rule(rule: &Rule, qualify_on: &str, at: &str, findings: &mut Findings) {
    findings.expect(
        valid_slug(&rule.key),
        format!("{at}.key"),
        "invalid",
        "A key is 2 to 48 of: lower-case letters, digits, and dashes between them.",
    );
    findings.expect_event(&rule.on, format!("{at}.on"));
    conditions(rule, at, findings);
    kind(rule, qualify_on, at, findings);
    let limits = [
        ("per_member", rule.limits.per_member),
        ("per_day", rule.limits.per_day),
        ("per_month", rule.limits.per_month),
        ("total", rule.limits.total),
    ];
    for (name, limit) in limits {
        findings.expect_at_least_one(limit, format!("{at}.limits.{name}"));
    }
    findings.expect_days(rule.hold_days, 0, format!("{at}.hold_days"));
    let expiry = rule.expire_after_days.unwrap_or(1);
    findings.expect_days(expiry, 1, format!("{at}.expire_after_days"));
}

fn conditions(rule: &Rule, at: &str, findings: &mut Findings) {
    if rule.conditions.len() > MOST_CONDITIONS {
        let field = format!("{at}.if");
        findings.expect(false, field, "too_many", "Use at most 20 conditions.");
        return;
    }
    for (index, condition) in rule.conditions.iter().enumerate() {
        if let Some(fault) = condition.fault() {
            findings.expect(false, format!("{at}.if[{index}]"), "invalid", fault);
        }
    }
}

fn kind(rule: &Rule, qualify_on: &str, at: &str, findings: &mut Findings) {
    match &rule.then {
        RuleKind::Fixed { reward: given, .. } => {
            reward(given, &format!("{at}.then.reward"), findings);
        }
        RuleKind::DoubleSided { inviter, invitee } => {
            reward(inviter, &format!("{at}.then.inviter"), findings);
            reward(invitee, &format!("{at}.then.invitee"), findings);
        }
        RuleKind::Milestone {
            at: number,
            reward: given,
            ..
        } => {
            findings.expect(
                *number >= 1,
                format!("{at}.then.at"),
                "out_of_range",
                "A milestone is at 1 or more.",
            );
            findings.expect(
                rule.on == "signup" || rule.on == qualify_on,
                format!("{at}.on"),
                "not_allowed",
                "A milestone counts sign-ups or qualified referrals: use `signup` or the event of `qualify_on`.",
            );
            reward(given, &format!("{at}.then.reward"), findings);
        }
        RuleKind::Tiered { tiers: given } => tiers(given, &format!("{at}.then.tiers"), findings),
    }
}

fn tiers(tiers: &[Tier], at: &str, findings: &mut Findings) {
    findings.expect(!tiers.is_empty(), at, "required", "Give at least one tier.");
    if tiers.len() > MOST_TIERS {
        findings.expect(false, at, "too_many", "Use at most 50 tiers.");
        return;
    }
    let mut least = 1;
    for (index, tier) in tiers.iter().enumerate() {
        findings.expect(
            tier.from >= least,
            format!("{at}[{index}].from"),
            "out_of_order",
            "Tiers start at 1 or more, and each above the one before.",
        );
        least = tier.from.saturating_add(1);
        reward(&tier.reward, &format!("{at}[{index}].reward"), findings);
    }
}

fn reward(reward: &Reward, at: &str, findings: &mut Findings) {
    match reward {
        Reward::Units { amount, .. } => findings.expect(
            amount.is_positive(),
            format!("{at}.amount"),
            "out_of_range",
            "Use more than zero.",
        ),
        Reward::Badge { name } | Reward::Title { name } | Reward::Custom { name, .. } => {
            findings.expect_name(name, format!("{at}.name"));
        }
        Reward::Coupon { pool } => findings.expect(
            valid_slug(pool),
            format!("{at}.pool"),
            "invalid",
            "Use the slug of a coupon pool.",
        ),
        Reward::Entitlement { feature, days } => {
            findings.expect_name(feature, format!("{at}.feature"));
            findings.expect_days(*days, 1, format!("{at}.days"));
        }
    }
}
