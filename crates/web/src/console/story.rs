//! What happened, told step by step.

use kernel::{MemberId, Timestamp};

use super::people::People;
use crate::door::Console;

/// One step of a story.
#[derive(Debug)]
pub(crate) struct Step {
    /// Colour of its dot: "", good, warn, bad.
    pub(crate) look: &'static str,
    /// When.
    pub(crate) at: Option<Timestamp>,
    /// What.
    pub(crate) said: Sentence,
    /// What there is to add.
    pub(crate) marks: Vec<Mark>,
}

/// Something that a step adds: a condition that held or did not, or a remark.
#[derive(Debug)]
pub(crate) struct Mark {
    /// Whether it held; none for a remark.
    pub(crate) held: Option<bool>,
    /// What.
    pub(crate) text: String,
    /// The values behind it.
    pub(crate) detail: Option<String>,
}

/// A sentence with links in it.
#[derive(Debug)]
pub(crate) struct Sentence {
    /// Its parts, in order.
    pub(crate) parts: Vec<Part>,
}

/// A part of a sentence.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// The words.
    pub(crate) text: String,
    /// Where they lead.
    pub(crate) href: Option<String>,
    /// Whether it was filled in: nothing in it is filled in again.
    filled: bool,
}

impl Step {
    /// A step without more to add.
    pub(crate) fn new(look: &'static str, at: Option<Timestamp>, said: Sentence) -> Self {
        Self {
            // Of a badge's looks a dot has those that judge.
            look: match look {
                "good" | "warn" | "bad" => look,
                _ => "",
            },
            at,
            said,
            marks: Vec::new(),
        }
    }
}

impl Mark {
    /// A remark.
    pub(crate) fn remark(text: impl Into<String>) -> Self {
        Self {
            held: None,
            text: text.into(),
            detail: None,
        }
    }
}

impl Part {
    /// Words that lead nowhere.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            href: None,
            filled: true,
        }
    }

    /// Words that lead to an address.
    pub(crate) fn link(text: impl Into<String>, href: String) -> Self {
        Self {
            text: text.into(),
            href: Some(href),
            filled: true,
        }
    }

    /// A member by name, leading to their page.
    pub(crate) fn member(c: &Console, people: &People, id: MemberId) -> Self {
        let name = people.name(&id);
        if people.member(&id).is_some() {
            Self::link(name, format!("{}/{id}", c.at("members")))
        } else {
            Self::plain(name)
        }
    }
}

impl Sentence {
    /// A text whose `{names}` are still to be filled in.
    pub(crate) fn new(text: &str) -> Self {
        let whole = Part {
            text: text.to_owned(),
            href: None,
            filled: false,
        };
        Self { parts: vec![whole] }
    }

    /// Puts a part in the place of `{name}`.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "parts are made where a sentence is put together"
    )]
    pub(crate) fn with(self, name: &str, value: Part) -> Self {
        let place = format!("{{{name}}}");
        let mut parts = Vec::new();
        for part in self.parts {
            if part.filled {
                parts.push(part);
                continue;
            }
            for (index, text) in part.text.split(&place).enumerate() {
                if index > 0 {
                    parts.push(value.clone());
                }
                parts.push(Part {
                    text: text.to_owned(),
                    ..part.clone()
                });
            }
        }
        Self { parts }
    }

    /// Puts words in the place of `{name}`.
    pub(crate) fn say(self, name: &str, words: impl Into<String>) -> Self {
        self.with(name, Part::plain(words))
    }
}
