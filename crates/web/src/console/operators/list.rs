//! Everybody who may sign in.

use app::operators::list_operators;
use askama::Template;
use domain::people::{Operator, Permission, RoleAssignment};

use super::roles;
use crate::{
    answer::{PageResult, page},
    door::Console,
    look::Frame,
    words::rights,
};

#[derive(Template)]
#[template(path = "console/operators/list.html")]
struct List<'a> {
    f: &'a Frame,
    c: &'a Console,
    operators: Vec<Operator>,
}

impl List<'_> {
    /// Role and place, in words.
    fn role(&self, assignment: &RoleAssignment) -> (&'static str, String) {
        let place = match &assignment.project {
            None => self.f.t.operators.everywhere.to_owned(),
            Some(slug) => {
                let known = self.c.projects.iter().find(|project| project.slug == *slug);
                known.map_or_else(|| slug.clone(), |project| project.name.clone())
            }
        };
        (rights::role(self.f.t, assignment.role).0, place)
    }
}

/// `GET /console/operators`.
pub(super) async fn show(console: Console) -> PageResult {
    Ok(page(&List {
        f: &console.f,
        c: &console,
        operators: list_operators(&console.app, &console.ctx).await?,
    }))
}
