//! What one version of a program's settings says otherwise than another.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Budget, ProgramSettings};
use crate::rewards::Rule;

/// One thing that is said otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Where: `attribution.click_window_days`, `rules.KEY.then.reward.amount`, `budgets.UNIT.amount`. The order of all
    /// rules or budgets is at `rules` or `budgets`.
    pub path: String,
    /// What was said; none where it was not there.
    pub before: Option<Value>,
    /// What is said now; none where it is gone.
    pub after: Option<Value>,
}

/// What `new` says otherwise than `old`, in the order of the settings. Rules are compared by key and budgets by unit; a
/// rule that was added, removed or renamed is one change.
pub fn compare(old: &ProgramSettings, new: &ProgramSettings) -> Vec<Change> {
    // Every field by name: a new one does not compile before it is compared.
    let ProgramSettings {
        name,
        description,
        landing_url,
        starts_at,
        ends_at,
        attribution,
        codes,
        qualify_on,
        expire_after_days,
        rules,
        budgets,
        risk,
        quota,
        waitlist,
    } = old;
    let mut found = Found::default();
    found.see("name", name, &new.name);
    found.see("description", description, &new.description);
    found.see("landing_url", landing_url, &new.landing_url);
    found.see("starts_at", starts_at, &new.starts_at);
    found.see("ends_at", ends_at, &new.ends_at);
    found.see("attribution", attribution, &new.attribution);
    found.see("codes", codes, &new.codes);
    found.see("qualify_on", qualify_on, &new.qualify_on);
    found.see(
        "expire_after_days",
        expire_after_days,
        &new.expire_after_days,
    );
    found.see_each("rules", rules, &new.rules, |rule: &Rule| rule.key.as_str());
    found.see_each("budgets", budgets, &new.budgets, |budget: &Budget| {
        budget.unit.as_str()
    });
    found.see("risk", risk, &new.risk);
    found.see("quota", quota, &new.quota);
    found.see("waitlist", waitlist, &new.waitlist);
    found.0
}

#[derive(Default)]
struct Found(Vec<Change>);

impl Found {
    fn see<T: Serialize>(&mut self, path: &str, old: &T, new: &T) {
        self.see_values(path, document(old), document(new));
    }

    /// Looks into objects on both sides; everything else is one value.
    fn see_values(&mut self, path: &str, old: Value, new: Value) {
        match (old, new) {
            (old, new) if old == new => {}
            (Value::Object(old), Value::Object(new)) => self.see_fields(path, &old, &new),
            (old, new) => self.0.push(Change {
                path: path.to_owned(),
                before: there(old),
                after: there(new),
            }),
        }
    }

    fn see_fields(&mut self, path: &str, old: &Map<String, Value>, new: &Map<String, Value>) {
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            let side = |fields: &Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
            self.see_values(&format!("{path}.{name}"), side(old), side(new));
        }
    }

    /// Compares what has the same key; what has none on the other side is a change of its own.
    fn see_each<T: Serialize>(
        &mut self,
        path: &str,
        old: &[T],
        new: &[T],
        key: impl Fn(&T) -> &str,
    ) {
        let find = |items: &[T], wanted: &str| {
            let found = items.iter().find(|item| key(item) == wanted);
            found.map(document).unwrap_or_default()
        };
        for item in old {
            let key = key(item);
            self.see_values(&format!("{path}.{key}"), document(item), find(new, key));
        }
        for item in new {
            let key = key(item);
            if find(old, key).is_null() {
                self.see_values(&format!("{path}.{key}"), Value::Null, document(item));
            }
        }
        // Rules are asked in order, and an earlier one may use up a budget.
        let stayed = |items: &[T], others: &[T]| -> Vec<String> {
            let keys = items.iter().map(|item| key(item).to_owned());
            keys.filter(|key| !find(others, key).is_null()).collect()
        };
        self.see(path, &stayed(old, new), &stayed(new, old));
    }
}

fn there(value: Value) -> Option<Value> {
    Some(value).filter(|value| !value.is_null())
}

fn document<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("settings have string keys and no failing serializers")
}
