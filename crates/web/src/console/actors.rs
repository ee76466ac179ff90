//! Who the audit trail names, as people know them.

use std::collections::HashMap;

use app::audit::actor_names;
use domain::{audit::AuditEntry, people::Permission};

use crate::{answer::PageError, door::Console, texts::Texts};

/// Operators and keys by the labels under which the trail has them.
#[derive(Debug)]
pub(super) struct Actors(HashMap<String, String>);

impl Actors {
    /// Everybody who may be named, and the keys among `labels`, for whoever may read the trail; oneself at least.
    pub(super) async fn load(console: &Console, labels: Vec<&str>) -> Result<Self, PageError> {
        let mut names = HashMap::new();
        if console.may(Permission::AuditRead) {
            let project = console.project.as_ref().map(|project| project.id);
            names = actor_names(&console.app, &console.ctx, project, &labels).await?;
        }
        let own = &console.operator;
        names.insert(own.id.to_string(), own.name.clone());
        Ok(Self(names))
    }

    /// What an actor is called: what they are, where their name is not known.
    pub(super) fn name(&self, t: &Texts, label: &str) -> String {
        if let Some(name) = self.0.get(label) {
            return name.clone();
        }
        let kind = match label {
            "cli" => t.audit.command_line,
            "anonymous" => t.audit.nobody,
            _ if label.starts_with("system:") => t.story.the_system,
            _ if label.starts_with("opr_") => t.story.somebody,
            _ if label.starts_with("key_") => t.audit.a_key,
            _ => label,
        };
        kind.to_owned()
    }

    /// What can be chosen: label, name, by name. The one that is chosen already is among them.
    pub(super) fn choices(&self, t: &Texts, chosen: &str) -> Vec<(String, String)> {
        let mut known: Vec<_> = self.0.clone().into_iter().collect();
        known.sort_unstable_by(|(_, one), (_, other)| one.cmp(other));
        let mut all = vec![
            (String::new(), t.audit.anyone.to_owned()),
            ("cli".to_owned(), t.audit.command_line.to_owned()),
        ];
        all.extend(known);
        if !all.iter().any(|(label, _)| label == chosen) {
            all.push((chosen.to_owned(), self.name(t, chosen)));
        }
        all
    }
}

/// The labels of those who did these.
pub(super) fn labels<'a>(entries: impl IntoIterator<Item = &'a AuditEntry>) -> Vec<&'a str> {
    let entries = entries.into_iter();
    entries.map(|entry| entry.actor.as_str()).collect()
}

/// What kind of actor a label stands for, where it is not said by the name.
pub(super) fn kind(t: &Texts, label: &str) -> &'static str {
    match label.split('_').next() {
        Some("opr") => t.audit.an_operator,
        Some("key") => t.audit.a_key,
        Some("mem") => t.audit.a_member,
        _ => "",
    }
}
