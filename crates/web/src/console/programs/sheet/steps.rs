//! What the form's buttons do to its lists.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{ROWS, Sheet, paths::row};

impl Sheet {
    /// Does what a button says: `add rules fixed`, `add rules[0].if`, `remove rules[2]`, `up rules[2]`, `down rules[2]`.
    /// Anything else leaves the form as it is.
    pub(crate) fn act(&mut self, wish: &str) {
        let mut words = wish.split(' ');
        let (verb, path) = (words.next().unwrap_or_default(), words.next());
        match (verb, path, words.next()) {
            ("add", Some("rules"), Some(kind)) => {
                let key = self.free_key();
                self.add("rules", rule(kind, &key));
            }
            ("add", Some(list), None) => {
                if let Some(new) = blank(list) {
                    self.add(list, new);
                }
            }
            ("remove" | "up" | "down", Some(path), None) => {
                if let Some((list, row)) = row(path) {
                    self.change(verb, list, row);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, list: &str, new: Value) {
        if let Some(rows) = self.list(list).filter(|rows| rows.len() < ROWS) {
            rows.push(new);
        }
    }

    fn change(&mut self, verb: &str, list: &str, row: usize) {
        let Some(rows) = self.list(list).filter(|rows| row < rows.len()) else {
            return;
        };
        match verb {
            "remove" => {
                rows.remove(row);
            }
            "up" if row > 0 => rows.swap(row, row - 1),
            "down" if row + 1 < rows.len() => rows.swap(row, row + 1),
            _ => {}
        }
    }

    /// A key that no rule has.
    fn free_key(&self) -> String {
        let rules = 0..self.count("rules");
        let taken: HashSet<_> = rules
            .map(|row| self.text(&format!("rules[{row}].key")))
            .collect();
        let mut number = taken.len() + 1;
        while taken.contains(format!("rule-{number}").as_str()) {
            number += 1;
        }
        format!("rule-{number}")
    }
}

fn blank(list: &str) -> Option<Value> {
    match list.rsplit('.').next()? {
        "budgets" => Some(json!({ "unit": "credits" })),
        "if" => Some(json!({ "field": "amount", "op": "gte" })),
        "tiers" => Some(json!({ "reward": reward() })),
        _ => None,
    }
}

fn reward() -> Value {
    json!({ "type": "units", "unit": "credits", "amount": "100" })
}

fn rule(kind: &str, key: &str) -> Value {
    let then = match kind {
        "double_sided" => json!({ "kind": kind, "inviter": reward(), "invitee": reward() }),
        "milestone" => json!({ "kind": kind, "at": "5", "reward": reward() }),
        "tiered" => json!({ "kind": kind, "tiers": [{ "from": "1", "reward": reward() }] }),
        _ => json!({ "kind": "fixed", "to": "inviter", "reward": reward() }),
    };
    json!({ "key": key, "on": "signup", "then": then, "hold_days": "0" })
}
