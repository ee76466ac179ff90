//! Projects: tenants, in pairs of live and test.

use std::sync::Arc;

use domain::{
    log::Fact,
    people::Permission,
    projects::{Mode, Project, ProjectSettings, TokenAlgorithm},
};
use kernel::{Actor, Ctx, Problem, ProblemCode, ProjectId};
use serde::Deserialize;
use serde_json::json;
use store::{StoreError, WriteTx};

use crate::{App, AppResult, access, error::taken, findings::Findings};

mod settings;

/// First parts of paths that mean something else than a project.
const RESERVED: [&str; 30] = [
    "about",
    "account",
    "admin",
    "api",
    "assets",
    "audit",
    "auth",
    "console",
    "docs",
    "favicon",
    "health",
    "healthz",
    "help",
    "join",
    "livez",
    "login",
    "logout",
    "me",
    "metrics",
    "operators",
    "parts",
    "public",
    "readyz",
    "reset",
    "set-up",
    "setup",
    "sign-in",
    "sign-out",
    "static",
    "ws",
];

/// A project to be made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewProject {
    /// Short name in URLs.
    pub slug: String,
    /// Name for people.
    pub name: String,
}

/// What is to be changed in a project. What is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProjectPatch {
    /// Name for people.
    pub name: Option<String>,
    /// All settings. A shared secret that is left empty stays the one that its `kid` has.
    pub settings: Option<ProjectSettings>,
}

/// Makes a project: its live and its test tenant. Gives the live one.
///
/// # Errors
/// `validation_failed`; `conflict` where the slug is taken.
pub async fn create_project(app: &App, ctx: &Ctx, new: NewProject) -> AppResult<Project> {
    app.authorize_installation(ctx, Permission::ProjectsWrite)
        .await?;
    let mut findings = Findings::default();
    findings.expect_slug(&new.slug);
    // A single letter such as `i` is no slug anyway.
    findings.expect(
        !RESERVED.contains(&new.slug.as_str()),
        "slug",
        "reserved",
        "This word is reserved.",
    );
    findings.expect_line(&new.name, "name", 120);
    findings.told()?;
    let own = ctx.clone();
    let project = app
        .write(ctx, None, move |tx| {
            let (ctx, new) = (own.clone(), new.clone());
            Box::pin(async move { create(tx, &ctx, &new).await })
        })
        .await?;
    for mode in [Mode::Live, Mode::Test] {
        app.caches()
            .project_ids
            .invalidate(&(project.slug.clone(), mode));
    }
    Ok(project)
}

async fn create(tx: &WriteTx, ctx: &Ctx, new: &NewProject) -> AppResult<Project> {
    let tenant = |mode| Project {
        id: ctx.id(),
        slug: new.slug.clone(),
        mode,
        name: new.name.trim().to_owned(),
        settings: ProjectSettings::default(),
        created_at: ctx.now(),
    };
    let (live, test) = (tenant(Mode::Live), tenant(Mode::Test));
    for project in [&live, &test] {
        let exists = Problem::new(ProblemCode::Conflict, "There is a project with this slug.");
        tx.directory()
            .insert_project(project)
            .await
            .map_err(taken(exists))?;
        let detail = json!({ "slug": project.slug, "mode": project.mode, "name": project.name });
        let (id, actor) = (project.id, ctx.actor.label());
        tx.audit(
            Some(id),
            ctx.now(),
            &actor,
            "project.created",
            &id.to_string(),
            detail,
        )
        .await?;
        tx.emit(
            Some(id),
            ctx.now(),
            vec![Fact::ProjectChanged { project: id }],
        );
    }
    Ok(live)
}

/// Every project that the actor may see, by slug, live before test. Shared secrets are left out.
pub async fn list_projects(app: &App, ctx: &Ctx) -> AppResult<Vec<Project>> {
    let read = Permission::ProjectsRead;
    let projects = app.store().read().directory().projects().await?;
    let visible: Vec<Project> = match &ctx.actor {
        Actor::Cli | Actor::System(_) => projects,
        Actor::Operator(id) => {
            let operator = app.operator(*id).await?;
            projects
                .into_iter()
                .filter(|project| operator.permits(read, Some(&project.slug)))
                .collect()
        }
        Actor::Key(id) => {
            let key = app.key(*id).await?;
            app.authorize(ctx, key.project, read).await?;
            projects
                .into_iter()
                .filter(|project| project.id == key.project)
                .collect()
        }
        Actor::Anonymous => return Err(ProblemCode::Unauthenticated.into()),
        Actor::Member(_) => return Err(ProblemCode::Forbidden.into()),
    };
    Ok(visible.into_iter().map(without_secrets).collect())
}

/// One project. Shared secrets are left out.
pub async fn get_project(app: &App, ctx: &Ctx, project: ProjectId) -> AppResult<Project> {
    app.authorize(ctx, project, Permission::ProjectsRead)
        .await?;
    let found = app.store().read().directory().project(project).await?;
    found
        .map(without_secrets)
        .ok_or_else(|| ProblemCode::NotFound.into())
}

/// The project with this slug in this mode, from memory where it is known: for whoever stands at the door. Asks nobody
/// who they are, and holds the secrets: it is not for showing.
///
/// # Errors
/// `not_found`.
pub async fn find_project(app: &App, slug: &str, mode: Mode) -> AppResult<Arc<Project>> {
    let key = (slug.to_owned(), mode);
    let load = async {
        let found = app
            .store()
            .read()
            .directory()
            .project_by_slug(slug, mode)
            .await?;
        Ok::<_, StoreError>(found.map(|project| project.id))
    };
    let id = app.caches().project_ids.get_or_load(&key, load).await?;
    access::project(app, *id.ok_or(ProblemCode::NotFound)?).await
}

/// Changes a project's name and settings.
///
/// # Errors
/// `validation_failed`, with every fault of the settings.
pub async fn update_project(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    patch: ProjectPatch,
) -> AppResult<Project> {
    app.authorize(ctx, project, Permission::ProjectsWrite)
        .await?;
    let own = ctx.clone();
    let changed = app
        .write(ctx, Some(project), move |tx| {
            let (ctx, patch) = (own.clone(), patch.clone());
            Box::pin(async move { update(tx, &ctx, project, patch).await })
        })
        .await?;
    app.caches().projects.invalidate(&project);
    app.caches().links.clear();
    Ok(changed)
}

async fn update(tx: &WriteTx, ctx: &Ctx, id: ProjectId, patch: ProjectPatch) -> AppResult<Project> {
    let mut project = tx
        .directory()
        .project(id)
        .await?
        .ok_or(ProblemCode::NotFound)?;
    let mut findings = Findings::default();
    if let Some(name) = patch.name {
        findings.expect_line(&name, "name", 120);
        name.trim().clone_into(&mut project.name);
    }
    if let Some(mut new) = patch.settings {
        settings::keep_secrets(&mut new, &project.settings);
        settings::check(&new, &mut findings);
        project.settings = new;
    }
    findings.told()?;
    tx.directory().update_project(&project).await?;
    let project = without_secrets(project);
    let detail = json!({ "name": project.name, "settings": project.settings });
    let actor = ctx.actor.label();
    tx.audit(
        Some(id),
        ctx.now(),
        &actor,
        "project.updated",
        &id.to_string(),
        detail,
    )
    .await?;
    tx.emit(
        Some(id),
        ctx.now(),
        vec![Fact::ProjectChanged { project: id }],
    );
    Ok(project)
}

/// The project as people may see it: whoever reads a shared secret could pass for any member.
fn without_secrets(mut project: Project) -> Project {
    for key in &mut project.settings.member_tokens {
        if key.algorithm == TokenAlgorithm::HS256 {
            key.key.clear();
        }
    }
    project
}
