//! What is left to do until somebody can be invited.

use app::{
    codes::{CodeFilter, list_codes},
    keys::list_keys,
    programs::list_programs,
};
use domain::{
    people::Permission,
    projects::{Mode, Project},
};
use kernel::PageRequest;

use crate::{
    answer::PageError,
    door::{Console, place},
};

/// One thing to do.
#[derive(Debug)]
pub(super) struct Step {
    /// What.
    pub(super) title: &'static str,
    /// Why.
    pub(super) hint: &'static str,
    /// Whether it is done.
    pub(super) done: bool,
    /// Where it is done; none where something has to come before.
    pub(super) href: Option<String>,
}

/// The steps of the first project, for whoever may take all of them; none once all are taken, or with several projects.
pub(super) async fn steps(console: &Console) -> Result<Vec<Step>, PageError> {
    use Permission as P;
    let project = console.projects.first();
    let slug = project.map(|project| project.slug.as_str());
    let needed = [
        P::ProjectsWrite,
        P::ProgramsWrite,
        P::KeysWrite,
        P::CodesWrite,
    ];
    let may_all = needed
        .iter()
        .all(|permission| console.operator.permits(*permission, slug));
    if console.projects.len() > 1 || !may_all {
        return Ok(Vec::new());
    }
    let taken = match project {
        Some(project) => taken(console, project).await?,
        None => [false; 3],
    };
    if taken.iter().all(|taken| *taken) {
        return Ok(Vec::new());
    }
    let t = &console.f.t.projects;
    let at = |page: &str| slug.map(|slug| place(slug, Mode::Live, page));
    let step = |title, hint, done, href| Step {
        title,
        hint,
        done,
        href,
    };
    let [program, key, link] = taken;
    let new = Some("/console/new".to_owned());
    Ok(vec![
        step(t.step_project, t.step_project_hint, project.is_some(), new),
        step(
            t.step_program,
            t.step_program_hint,
            program,
            at("programs/new"),
        ),
        step(t.step_key, t.step_key_hint, key, at("keys")),
        step(t.step_link, t.step_link_hint, link, at("codes")),
    ])
}

/// Whether the project has a program, a key, a code.
async fn taken(console: &Console, project: &Project) -> Result<[bool; 3], PageError> {
    let (app, ctx, id) = (&console.app, &console.ctx, project.id);
    let one = || PageRequest::new(None, Some(1));
    let programs = list_programs(app, ctx, id, one()).await?.items;
    let keys = list_keys(app, ctx, id, one()).await?.items;
    let codes = list_codes(app, ctx, id, CodeFilter::default(), one()).await?;
    Ok([
        !programs.is_empty(),
        !keys.is_empty(),
        !codes.items.is_empty(),
    ])
}
