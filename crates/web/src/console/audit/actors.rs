//! Who the trail names, as people know them.

use app::{keys::list_keys, operators::list_operators};
use kernel::{Actor, PageRequest, ProjectId};

use crate::{answer::PageError, door::Console, texts::Texts};

/// Operators and keys by their names in the trail.
#[derive(Debug)]
pub(super) struct Actors(Vec<(String, String)>);

impl Actors {
    /// Everybody who may be named. Whoever may read the trail is told who did it: the names are looked up by the server.
    pub(super) async fn load(
        console: &Console,
        project: Option<ProjectId>,
    ) -> Result<Self, PageError> {
        let app = &console.app;
        let server = app.ctx(Actor::System("audit"), console.ctx.request_id.clone());
        let operators = list_operators(app, &server).await?;
        let mut known: Vec<_> = operators
            .into_iter()
            .map(|operator| (operator.id.to_string(), operator.name))
            .collect();
        if let Some(project) = project {
            let most = PageRequest::new(None, Some(PageRequest::MAX));
            let keys = list_keys(app, &server, project, most).await?;
            known.extend(
                keys.items
                    .into_iter()
                    .map(|key| (key.id.to_string(), key.name)),
            );
        }
        Ok(Self(known))
    }

    /// Name and kind of an actor.
    pub(super) fn named(&self, t: &Texts, actor: &str) -> (String, &'static str) {
        let t = &t.audit;
        let known = self.0.iter().find(|(label, _)| label == actor);
        let name = known.map(|(_, name)| name.clone());
        let kind = match actor.split('_').next() {
            Some("opr") => t.an_operator,
            Some("key") => t.a_key,
            Some("mem") => t.a_member,
            _ => "",
        };
        let other = match actor {
            "cli" => t.command_line.to_owned(),
            "anonymous" => t.nobody.to_owned(),
            _ if actor.starts_with("system:") => t.server.to_owned(),
            _ => actor.to_owned(),
        };
        (name.unwrap_or(other), kind)
    }

    /// What can be chosen: label, name. The one that is chosen already is among them.
    pub(super) fn choices(&self, t: &Texts, chosen: &str) -> Vec<(String, String)> {
        let mut all = vec![
            (String::new(), t.audit.anyone.to_owned()),
            ("cli".to_owned(), t.audit.command_line.to_owned()),
        ];
        all.extend(self.0.iter().cloned());
        if !all.iter().any(|(label, _)| label == chosen) {
            all.push((chosen.to_owned(), self.named(t, chosen).0));
        }
        all
    }
}
