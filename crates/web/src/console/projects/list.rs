//! The projects that the operator may see, and the way to the first invitation.

use askama::Template;
use domain::{people::Permission, projects::Mode};

use super::steps::{Step, steps};
use crate::{
    answer::{PageResult, page},
    door::{Console, place},
    look::{Frame, filters},
};

#[derive(Template)]
#[template(path = "console/projects/list.html")]
struct List<'a> {
    f: &'a Frame,
    c: &'a Console,
    projects: Vec<Card<'a>>,
    steps: Vec<Step>,
}

struct Card<'a> {
    name: &'a str,
    slug: &'a str,
    live: String,
    test: String,
}

impl List<'_> {
    fn done(&self) -> usize {
        self.steps.iter().filter(|step| step.done).count()
    }

    /// Whether this is the first step that is left.
    fn is_next(&self, index: &usize) -> bool {
        self.steps.iter().position(|step| !step.done) == Some(*index)
    }

    fn may_create(&self) -> bool {
        self.c.may(Permission::ProjectsWrite)
    }
}

/// `GET /console`.
pub(super) async fn show(console: Console) -> PageResult {
    let cards = console.projects.iter().map(|project| Card {
        name: &project.name,
        slug: &project.slug,
        live: place(&project.slug, Mode::Live, ""),
        test: place(&project.slug, Mode::Test, ""),
    });
    Ok(page(&List {
        f: &console.f,
        c: &console,
        projects: cards.collect(),
        steps: steps(&console).await?,
    }))
}
