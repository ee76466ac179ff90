//! Conditions out of the form.

use domain::rewards::{Condition, Operator};
use kernel::Unit;
use notify::parse_amount;
use serde_json::Value;

use super::Reading;

impl Reading<'_> {
    pub(super) fn conditions(&mut self, rule: &str) -> Vec<Condition> {
        let unit = self.unit_asked(rule);
        self.each(&format!("{rule}.if"), |this, at| {
            this.condition(at, unit.as_ref())
        })
    }

    /// The unit that another condition of the rule asks for: an amount is written in it.
    fn unit_asked(&self, rule: &str) -> Option<Unit> {
        let rows = 0..self.sheet.count(&format!("{rule}.if"));
        let asked = rows
            .map(|row| format!("{rule}.if[{row}]"))
            .find(|at| self.field(at) == "unit" && self.op(at) == Operator::Eq)?;
        self.text(&format!("{asked}.value")).parse().ok()
    }

    fn condition(&mut self, at: &str, unit: Option<&Unit>) -> Condition {
        let (field, op) = (self.field(at), self.op(at));
        let text = self.text(&format!("{at}.value"));
        let one = |text: &str| match (field.as_str(), unit) {
            ("amount", Some(unit)) => {
                parse_amount(text, unit).map_or_else(|| text.into(), |amount| amount.0.into())
            }
            ("unit" | "channel" | "code_kind", _) => text.into(),
            _ => value(text),
        };
        let value = match op {
            Operator::Exists => Value::Null,
            Operator::In => list(&text, one),
            _ => one(&text),
        };
        Condition { field, op, value }
    }

    fn field(&self, at: &str) -> String {
        match self.sheet.text(&format!("{at}.field")) {
            "properties" => format!("properties.{}", self.text(&format!("{at}.property"))),
            field => field.to_owned(),
        }
    }

    fn op(&self, at: &str) -> Operator {
        let op = self.sheet.text(&format!("{at}.op"));
        serde_json::from_value(op.into()).unwrap_or(Operator::Eq)
    }
}

/// A number, `true`, `false` or a text in quotes as what it is; anything else as text.
pub(in super::super) fn value(text: &str) -> Value {
    serde_json::from_str(text)
        .ok()
        .filter(|value: &Value| value.is_string() || value.is_number() || value.is_boolean())
        .unwrap_or_else(|| text.into())
}

/// Values with commas between them.
fn list(text: &str, one: impl Fn(&str) -> Value) -> Value {
    if text.contains('"')
        && let Ok(list @ Value::Array(_)) = serde_json::from_str(&format!("[{text}]"))
    {
        return list;
    }
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(one)
        .collect()
}
