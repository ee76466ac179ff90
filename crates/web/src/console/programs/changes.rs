//! What one version says otherwise than another, as people read it.

use domain::{
    programs::{ProgramSettings, compare},
    rewards::Rule,
};
use kernel::{Amount, Timestamp, Unit};
use notify::amount_words;
use serde_json::Value;

use crate::{
    look::{Frame, filters::fill, grouped},
    sentence::rule_sentence,
};

/// One thing that is said otherwise.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// What.
    pub(super) what: String,
    /// What was said; empty where it was not there.
    pub(super) before: String,
    /// What is said now; empty where it is gone.
    pub(super) after: String,
}

/// What `new` says otherwise than `old`. Whatever changed about a rule, the rule is told as a sentence before and after.
pub(super) fn changes(f: &Frame, old: &ProgramSettings, new: &ProgramSettings) -> Vec<Change> {
    let mut told: Vec<Change> = Vec::new();
    for change in compare(old, new) {
        let (before, after) = (change.before.as_ref(), change.after.as_ref());
        let row = match change.path.split_once('.') {
            Some(("rules", rest)) => {
                let key = rest.split('.').next().unwrap_or(rest);
                Change {
                    what: fill(f.t.versions.rule, "key", key),
                    before: rule(f, old, key),
                    after: rule(f, new, key),
                }
            }
            Some(("budgets", rest)) => {
                let unit = rest.split('.').next().unwrap_or(rest);
                Change {
                    what: fill(f.t.versions.budget, "unit", unit),
                    before: budget(f, old, unit),
                    after: budget(f, new, unit),
                }
            }
            _ => Change {
                what: label(f, &change.path),
                before: value(f, &change.path, before),
                after: value(f, &change.path, after),
            },
        };
        if told.last() != Some(&row) && row.before != row.after {
            told.push(row);
        }
    }
    told
}

/// A rule as a sentence, with what the sentence leaves out behind it.
fn rule(f: &Frame, settings: &ProgramSettings, key: &str) -> String {
    let found = settings.rules.iter().find(|rule| rule.key == key);
    found.map_or_else(String::new, |rule| told(f, rule))
}

fn told(f: &Frame, rule: &Rule) -> String {
    use domain::rewards::{Reward, RuleKind};
    let sentence = rule_sentence(rule, f.locale);
    let rewards = match &rule.then {
        RuleKind::Fixed { reward, .. } | RuleKind::Milestone { reward, .. } => vec![reward],
        RuleKind::DoubleSided { inviter, invitee } => vec![inviter, invitee],
        RuleKind::Tiered { tiers } => tiers.iter().map(|tier| &tier.reward).collect(),
    };
    let behind = rewards.into_iter().filter_map(|reward| match reward {
        Reward::Coupon { pool } => Some(pool.clone()),
        Reward::Custom { data, .. } if !data.is_null() => Some(data.to_string()),
        _ => None,
    });
    let behind: Vec<_> = behind.collect();
    if behind.is_empty() {
        return sentence;
    }
    format!("{sentence} [{}]", behind.join(", "))
}

fn budget(f: &Frame, settings: &ProgramSettings, unit: &str) -> String {
    let found = settings
        .budgets
        .iter()
        .find(|budget| budget.unit.as_str() == unit);
    let words = |unit: &Unit, amount: Amount| amount_words(amount, unit, f.locale);
    found.map_or_else(String::new, |budget| words(&budget.unit, budget.amount))
}

fn label(f: &Frame, path: &str) -> String {
    let t = &f.t.editor;
    let label = match path {
        "name" => t.name,
        "description" => t.description,
        "landing_url" => t.landing_url,
        "starts_at" => t.starts_at,
        "ends_at" => t.ends_at,
        "attribution.click_window_days" => t.click_window,
        "attribution.claim_window_days" => t.claim_window,
        "attribution.touch" => t.touch,
        "codes.length" => t.length,
        "codes.max_uses" => t.max_uses,
        "codes.expire_after_days" => t.code_expiry,
        "codes.per_member" => t.per_member_codes,
        "qualify_on" => t.qualify_on,
        "expire_after_days" => t.expire_referral,
        "rules" => f.t.versions.rule_order,
        "risk.hold_at" => t.hold_at,
        "risk.review_at" => t.review_at,
        "risk.block_at" => t.block_at,
        "risk.hold_days" => t.risk_hold_days,
        "risk.address_per_hour" => t.address_per_hour,
        "quota" => t.quota,
        "quota.invites" => t.invites,
        "quota.refill_days" => t.refill,
        "waitlist.move_up" => t.move_up_places,
        other => return other.to_owned(),
    };
    label.to_owned()
}

fn value(f: &Frame, path: &str, value: Option<&Value>) -> String {
    let t = &f.t.editor;
    match (path, value) {
        (_, None) => String::new(),
        ("attribution.touch", Some(touch)) if touch == "first" => t.touch_first.to_owned(),
        ("attribution.touch", Some(_)) => t.touch_last.to_owned(),
        ("starts_at" | "ends_at", Some(Value::String(text))) => text
            .parse::<Timestamp>()
            .map_or_else(|_| text.clone(), |at| f.moment(&at)),
        ("quota", Some(quota)) => quota["invites"].to_string(),
        (_, Some(Value::String(text))) => text.clone(),
        (_, Some(Value::Number(number))) => grouped(&number.to_string()),
        (_, Some(Value::Array(items))) => {
            let names = items.iter().filter_map(Value::as_str);
            names.collect::<Vec<_>>().join(", ")
        }
        (_, Some(other)) => other.to_string(),
    }
}
