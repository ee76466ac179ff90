//! Conditions: well-formed or not, true or not.

use std::{borrow::Cow, cmp::Ordering};

use serde_json::Value;

use super::{
    decide::Facts,
    rule::{Condition, Operator},
};
use crate::{codes::CodeKind, referrals::Checked};

/// Longest name of a property and longest value repeated in a decision record.
const LONGEST: usize = 64;

impl Condition {
    /// What is wrong with the condition itself, as a sentence; none where it can be asked.
    pub fn fault(&self) -> Option<&'static str> {
        let value = &self.value;
        let fits: fn(&Value) -> bool = match self.field.as_str() {
            "amount" => Value::is_i64,
            "unit" | "channel" => Value::is_string,
            "code_kind" => |value| serde_json::from_value::<CodeKind>(value.clone()).is_ok(),
            field if property(field).is_some() => {
                |value| value.is_string() || value.is_number() || value.is_boolean()
            }
            _ => {
                return Some(
                    "Ask about `amount`, `unit`, `channel`, `code_kind` or `properties.NAME`.",
                );
            }
        };
        let ordered = self.field == "amount" || property(&self.field).is_some();
        match self.op {
            Operator::Exists => None,
            Operator::Eq | Operator::Ne => {
                (!fits(value)).then_some("The value does not fit the field.")
            }
            Operator::Gt | Operator::Gte | Operator::Lt | Operator::Lte => {
                (!ordered || !value.is_number()).then_some("Only numbers can be greater or less.")
            }
            Operator::In => {
                let list = value.as_array().filter(|list| !list.is_empty());
                let all_fit = list.is_some_and(|list| list.iter().all(fits));
                (!all_fit).then_some("`in` takes a list of values that fit the field.")
            }
        }
    }

    /// Whether the condition holds for an event, for the decision record.
    pub fn check(&self, facts: &Facts<'_>) -> Checked {
        let actual = actual(&self.field, facts);
        let op = serde_json::to_value(self.op).unwrap_or_default();
        let op = op.as_str().unwrap_or_default();
        let name = match self.op {
            Operator::Exists => format!("{} {op}", self.field),
            _ => format!("{} {op} {}", self.field, short(&self.value)),
        };
        Checked {
            name,
            passed: self.holds(actual.as_deref()),
            detail: actual.as_deref().map(short),
        }
    }

    fn holds(&self, actual: Option<&Value>) -> bool {
        let Some(actual) = actual else {
            return self.op == Operator::Ne;
        };
        let wanted = &self.value;
        let ordering = || compare(actual, wanted);
        match self.op {
            Operator::Exists => true,
            Operator::Eq => same(actual, wanted),
            Operator::Ne => !same(actual, wanted),
            Operator::Gt => ordering() == Some(Ordering::Greater),
            Operator::Gte => ordering().is_some_and(Ordering::is_ge),
            Operator::Lt => ordering() == Some(Ordering::Less),
            Operator::Lte => ordering().is_some_and(Ordering::is_le),
            Operator::In => wanted
                .as_array()
                .is_some_and(|list| list.iter().any(|item| same(actual, item))),
        }
    }
}

fn property(field: &str) -> Option<&str> {
    field
        .strip_prefix("properties.")
        .filter(|name| (1..=LONGEST).contains(&name.len()))
}

/// The event's value of a field; none where it is missing or null.
fn actual<'a>(field: &str, facts: &Facts<'a>) -> Option<Cow<'a, Value>> {
    let value = match field {
        "amount" => Value::from(facts.event.amount?.0),
        "unit" => Value::from(facts.event.unit.as_ref()?.as_str()),
        "channel" => Value::from(facts.channel),
        "code_kind" => serde_json::to_value(facts.code_kind).ok()?,
        _ => {
            let value = facts.event.properties.get(property(field)?)?;
            return (!value.is_null()).then_some(Cow::Borrowed(value));
        }
    };
    Some(Cow::Owned(value))
}

fn same(left: &Value, right: &Value) -> bool {
    left == right || compare(left, right) == Some(Ordering::Equal)
}

/// Numbers by size, whole ones exactly; anything else is not ordered.
fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    let whole = |value: &Value| {
        value
            .as_i64()
            .map(i128::from)
            .or_else(|| value.as_u64().map(i128::from))
    };
    match (whole(left), whole(right)) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

/// A value for the decision record: text without quotes, nothing long.
fn short(value: &Value) -> String {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    text.chars().take(LONGEST).collect()
}
