//! What stands in the editor's form: texts in the tree that a program's settings are. A field is named as problems name
//! it, `rules[0].then.reward.amount`, so that each fault finds its field.

use domain::programs::ProgramSettings;
use serde_json::{Map, Value, json};
use url::form_urlencoded::parse;

mod paths;
mod spot;
mod steps;

pub(crate) use spot::Spot;

use paths::{Step, steps};

/// The most rows of a list in a form; the use cases take fewer.
const ROWS: usize = 64;

/// The form.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sheet(Value);

impl Sheet {
    /// What a form sent.
    pub(crate) fn sent(body: &[u8]) -> Self {
        let mut sheet = Self(json!({}));
        for (name, value) in parse(body) {
            if let Some(path) = steps(&name)
                && let Some(leaf) = place(&mut sheet.0, &path)
            {
                *leaf = value.into();
            }
        }
        sheet
    }

    /// What settings say, as a person would write it.
    pub(crate) fn of(settings: &ProgramSettings) -> Self {
        Self(super::write::sheet(settings))
    }

    /// A text; empty where there is none.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.at(path).and_then(Value::as_str).unwrap_or_default()
    }

    /// How many rows a list has.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.at(path).and_then(Value::as_array).map_or(0, Vec::len)
    }

    fn at(&self, path: &str) -> Option<&Value> {
        steps(path)?
            .iter()
            .try_fold(&self.0, |value, step| match step {
                Step::Field(name) => value.get(name),
                Step::Row(row) => value.get(*row),
            })
    }

    fn list(&mut self, path: &str) -> Option<&mut Vec<Value>> {
        let found = place(&mut self.0, &steps(path)?)?;
        if !found.is_array() {
            *found = json!([]);
        }
        found.as_array_mut()
    }
}

/// The place of a path, made where it is missing. A row that is not the next one becomes the next one.
fn place<'v>(root: &'v mut Value, path: &[Step]) -> Option<&'v mut Value> {
    path.iter().try_fold(root, |value, step| match step {
        Step::Field(name) => {
            if !value.is_object() {
                *value = Value::Object(Map::new());
            }
            Some(
                value
                    .as_object_mut()?
                    .entry(name.as_str())
                    .or_insert(Value::Null),
            )
        }
        Step::Row(row) => {
            if !value.is_array() {
                *value = json!([]);
            }
            let rows = value.as_array_mut()?;
            if *row >= rows.len() {
                if rows.len() >= ROWS {
                    return None;
                }
                rows.push(Value::Null);
                return rows.last_mut();
            }
            rows.get_mut(*row)
        }
    })
}
