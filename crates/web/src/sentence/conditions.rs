//! Conditions in words.

use domain::rewards::{Condition, Operator};
use kernel::{Amount, Unit};
use notify::{Locale, amount_words};
use serde_json::Value;

use crate::{look::grouped, texts::Rules};

/// The unit that the conditions ask for: amounts are told in it.
pub(crate) fn unit_of(conditions: &[Condition]) -> Option<Unit> {
    let asked = conditions
        .iter()
        .find(|each| each.field == "unit" && each.op == Operator::Eq)?;
    asked.value.as_str()?.parse().ok()
}

/// All conditions of a rule, as they follow its event; nothing where there are none.
pub(super) fn words(conditions: &[Condition], t: &Rules, locale: Locale) -> String {
    if conditions.is_empty() {
        return String::new();
    }
    let unit = unit_of(conditions);
    let words = conditions
        .iter()
        .map(|each| condition(each, unit.as_ref(), t, locale));
    let words = words.collect::<Vec<_>>().join(t.and);
    format!("{}{words}", t.conditions)
}

fn condition(condition: &Condition, unit: Option<&Unit>, t: &Rules, locale: Locale) -> String {
    let text = match condition.op {
        Operator::Eq => t.equal,
        Operator::Ne => t.unequal,
        Operator::Gt => t.more,
        Operator::Gte => t.at_least,
        Operator::Lt => t.less,
        Operator::Lte => t.no_more,
        Operator::In => t.one_of,
        Operator::Exists => t.exists,
    };
    let value = |value: &Value| said(&condition.field, value, unit, t, locale);
    let value = match &condition.value {
        Value::Array(list) => list
            .iter()
            .map(value)
            .collect::<Vec<_>>()
            .join(t.list_comma),
        single => value(single),
    };
    // The text's own places are found before anybody's words stand in it.
    let (before, after) = text.split_once("{field}").unwrap_or(("", text));
    let field = field(&condition.field, t);
    format!("{before}{field}{}", after.replace("{value}", &value))
}

fn field(field: &str, t: &Rules) -> String {
    match field {
        "amount" => t.amount.to_owned(),
        "unit" => t.unit.to_owned(),
        "channel" => t.channel.to_owned(),
        "code_kind" => t.code_kind.to_owned(),
        other => quoted(other.strip_prefix("properties.").unwrap_or(other), t),
    }
}

fn said(field: &str, value: &Value, unit: Option<&Unit>, t: &Rules, locale: Locale) -> String {
    match (field, value) {
        ("amount", Value::Number(number)) => match (number.as_i64(), unit) {
            (Some(amount), Some(unit)) => amount_words(Amount(amount), unit, locale),
            _ => grouped(&number.to_string()),
        },
        ("code_kind", Value::String(kind)) => match kind.as_str() {
            "personal" => t.personal.to_owned(),
            "vanity" => t.vanity.to_owned(),
            "single" => t.single.to_owned(),
            "program" => t.program.to_owned(),
            other => quoted(other, t),
        },
        (_, Value::String(text)) => quoted(text, t),
        (_, Value::Number(number)) => number.to_string(),
        (_, other) => other.to_string(),
    }
}

fn quoted(text: &str, t: &Rules) -> String {
    t.quoted.replace("{value}", text)
}
