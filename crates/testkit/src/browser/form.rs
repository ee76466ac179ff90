//! Forms, filled in by name.

use std::collections::BTreeSet;

use reqwest::Method;
use scraper::ElementRef;

use super::sheet::{parse, words};

/// A form with what stands in it.
#[derive(Debug, Clone)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    pub(super) method: Method,
    /// What is sent: name, value.
    pub fields: Vec<(String, String)>,
    names: BTreeSet<String>,
    buttons: Vec<(String, String)>,
}

impl Form {
    pub(super) fn read(form: ElementRef<'_>, here: &str) -> Self {
        let method = match form.attr("method") {
            Some(method) if method.eq_ignore_ascii_case("post") => Method::POST,
            _ => Method::GET,
        };
        let mut read = Self {
            action: form.attr("action").unwrap_or(here).to_owned(),
            method,
            fields: Vec::new(),
            names: BTreeSet::new(),
            buttons: Vec::new(),
        };
        for control in form.select(&parse("input, select, textarea, button")) {
            read.control(control);
        }
        read
    }

    fn control(&mut self, control: ElementRef<'_>) {
        let Some(name) = control.attr("name").map(str::to_owned) else {
            return;
        };
        let value = control.attr("value");
        let kind = control.attr("type").unwrap_or("text");
        match control.value().name() {
            "button" => {
                let value = value.unwrap_or_default().to_owned();
                self.buttons.push((name, value));
                return;
            }
            "select" => {
                for value in chosen(control) {
                    self.fields.push((name.clone(), value));
                }
            }
            "textarea" => {
                let text: String = control.text().collect();
                self.fields.push((name.clone(), text));
            }
            _ if kind == "checkbox" || kind == "radio" => {
                if control.attr("checked").is_some() {
                    let value = value.unwrap_or("on").to_owned();
                    self.fields.push((name.clone(), value));
                }
            }
            _ => {
                let value = value.unwrap_or_default().to_owned();
                self.fields.push((name.clone(), value));
            }
        }
        self.names.insert(name);
    }

    /// What stands in a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Everything that stands in the fields of a name.
    pub fn values(&self, name: &str) -> Vec<&str> {
        let found = self.fields.iter().filter(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str()).collect()
    }

    /// The form with this in a field.
    ///
    /// # Panics
    /// Where it has no field of this name.
    #[track_caller]
    #[must_use]
    pub fn with(self, name: &str, value: &str) -> Self {
        self.with_all(name, &[value])
    }

    /// The form with these boxes of a name ticked, and no others.
    ///
    /// # Panics
    /// Where it has no field of this name.
    #[track_caller]
    #[must_use]
    pub fn with_all(mut self, name: &str, values: &[&str]) -> Self {
        assert!(
            self.names.contains(name),
            "no field {name:?} among {:?}",
            self.names
        );
        let place = self.fields.iter().position(|(field, _)| field == name);
        let place = place.unwrap_or(self.fields.len());
        self.fields.retain(|(field, _)| field != name);
        let values = values
            .iter()
            .map(|value| (name.to_owned(), (*value).to_owned()));
        self.fields.splice(place..place, values);
        self
    }

    /// The form as this button sends it.
    ///
    /// # Panics
    /// Where it has no such button.
    #[track_caller]
    #[must_use]
    pub fn press(mut self, name: &str, value: &str) -> Self {
        let button = (name.to_owned(), value.to_owned());
        assert!(
            self.buttons.contains(&button),
            "no button {button:?} among {:?}",
            self.buttons
        );
        self.fields.push(button);
        self
    }
}

/// What is chosen in a list: without a mark the first one.
fn chosen(list: ElementRef<'_>) -> Vec<String> {
    let value = |option: ElementRef<'_>| {
        let value = option.attr("value").map(str::to_owned);
        value.unwrap_or_else(|| words(option))
    };
    let marked: Vec<_> = list.select(&parse("option[selected]")).map(value).collect();
    if marked.is_empty() && list.attr("multiple").is_none() {
        return list
            .select(&parse("option"))
            .next()
            .map(value)
            .into_iter()
            .collect();
    }
    marked
}
