//! Settings as a person would write them into the form.

use chrono::Timelike;
use domain::{
    programs::ProgramSettings,
    rewards::{Condition, Operator, Reward, Rule, RuleKind},
};
use kernel::{Amount, Timestamp, Unit};
use notify::amount_text;
use serde_json::{Value, json};

use crate::sentence::unit_of;

/// The tree of the form.
pub(super) fn sheet(settings: &ProgramSettings) -> Value {
    let mut tree = texts(serde_json::to_value(settings).unwrap_or_default());
    tree["starts_at"] = settings.starts_at.map_or_else(String::new, time).into();
    tree["ends_at"] = settings.ends_at.map_or_else(String::new, time).into();
    tree["rules"] = settings.rules.iter().map(rule).collect();
    tree["budgets"] = settings
        .budgets
        .iter()
        .map(|budget| {
            json!({ "unit": budget.unit, "amount": amount_text(budget.amount, &budget.unit) })
        })
        .collect();
    tree
}

/// A time as the browser's field for times has it: as exact as it is, to the millisecond, beyond which the field would be
/// empty.
fn time(at: Timestamp) -> String {
    let form = match (at.second(), at.timestamp_subsec_millis()) {
        (0, 0) => "%Y-%m-%dT%H:%M",
        (_, 0) => "%Y-%m-%dT%H:%M:%S",
        _ => "%Y-%m-%dT%H:%M:%S%.3f",
    };
    at.format(form).to_string()
}

/// Every leaf as text; nothing as an empty one.
fn texts(value: Value) -> Value {
    match value {
        Value::Null => "".into(),
        Value::Bool(_) | Value::Number(_) => value.to_string().into(),
        Value::String(_) => value,
        Value::Array(list) => list.into_iter().map(texts).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter();
            Value::Object(fields.map(|(name, value)| (name, texts(value))).collect())
        }
    }
}

fn rule(rule: &Rule) -> Value {
    let mut tree = texts(serde_json::to_value(rule).unwrap_or_default());
    let unit = unit_of(&rule.conditions);
    let conditions = rule.conditions.iter();
    tree["if"] = conditions
        .map(|each| condition(each, unit.as_ref()))
        .collect();
    let then = &mut tree["then"];
    match &rule.then {
        RuleKind::Fixed { reward: given, .. } | RuleKind::Milestone { reward: given, .. } => {
            then["reward"] = reward(given);
        }
        RuleKind::DoubleSided { inviter, invitee } => {
            then["inviter"] = reward(inviter);
            then["invitee"] = reward(invitee);
        }
        RuleKind::Tiered { tiers } => {
            let tiers = tiers.iter();
            then["tiers"] = tiers
                .map(
                    |tier| json!({ "from": tier.from.to_string(), "reward": reward(&tier.reward) }),
                )
                .collect();
        }
    }
    tree
}

fn reward(reward: &Reward) -> Value {
    let mut tree = texts(serde_json::to_value(reward).unwrap_or_default());
    match reward {
        Reward::Units { unit, amount } => tree["amount"] = amount_text(*amount, unit).into(),
        Reward::Custom { data, .. } if !data.is_null() => tree["data"] = data.to_string().into(),
        _ => {}
    }
    tree
}

fn condition(condition: &Condition, unit: Option<&Unit>) -> Value {
    let value = |value: &Value| match (condition.field.as_str(), value.as_i64(), unit) {
        ("amount", Some(amount), Some(unit)) => amount_text(Amount(amount), unit),
        ("unit" | "channel" | "code_kind", ..) => plain(value),
        _ => written(value),
    };
    let value = match (&condition.op, &condition.value) {
        (Operator::Exists, _) => String::new(),
        (_, Value::Array(items)) => list(items, value),
        (_, single) => value(single),
    };
    let (field, property) = match condition.field.strip_prefix("properties.") {
        Some(property) => ("properties", property),
        None => (condition.field.as_str(), ""),
    };
    json!({ "field": field, "property": property, "op": condition.op, "value": value })
}

/// Values with commas between them; in quotes where one of them has a comma itself.
fn list(items: &[Value], written: impl Fn(&Value) -> String) -> String {
    let apart: Vec<_> = items.iter().map(written).collect();
    if apart.iter().any(|item| item.contains([',', '"'])) {
        let quoted: Vec<_> = items.iter().map(Value::to_string).collect();
        return quoted.join(", ");
    }
    apart.join(", ")
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Text without quotes, unless it would be read as something else.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) if super::read::value(text) == *value => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
