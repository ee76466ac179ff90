//! Programs: made, revised version by version, started and stopped.

use domain::{
    log::Fact,
    people::Permission,
    programs::{Program, ProgramKind, ProgramSettings, ProgramStatus, ProgramVersion, validate},
};
use kernel::{Ctx, Page, PageRequest, Problem, ProblemCode, ProgramId, ProjectId};
use serde::Deserialize;
use serde_json::json;
use store::WriteTx;

use crate::{App, AppResult, error::taken, findings::Findings};

mod compare_versions;
mod revise_program;

pub use compare_versions::compare_versions;
pub use revise_program::revise_program;

/// A program to be made.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewProgram {
    /// Short name in URLs, unique in the project.
    pub slug: String,
    /// What it is for.
    pub kind: ProgramKind,
    /// The settings of version 1.
    pub settings: ProgramSettings,
}

/// Makes a program. It begins as a draft.
///
/// # Errors
/// `validation_failed`; `conflict` where the slug is taken.
pub async fn create_program(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    new: NewProgram,
) -> AppResult<Program> {
    app.authorize(ctx, project, Permission::ProgramsWrite)
        .await?;
    let mut findings = Findings::default();
    findings.expect_slug(&new.slug);
    findings.extend("settings", validate(new.kind, &new.settings));
    findings.told()?;
    let own = ctx.clone();
    app.write(ctx, Some(project), move |tx| {
        let (ctx, new) = (own.clone(), new.clone());
        Box::pin(async move {
            let program = Program {
                id: ctx.id(),
                project,
                slug: new.slug,
                kind: new.kind,
                status: ProgramStatus::Draft,
                version: 1,
                settings: new.settings,
                created_at: ctx.now(),
                updated_at: ctx.now(),
            };
            let exists = Problem::new(ProblemCode::Conflict, "There is a program with this slug.");
            let written = tx
                .project(project)
                .programs()
                .insert(&program, &ctx.actor.label())
                .await;
            written.map_err(taken(exists))?;
            record(tx, &ctx, &program, "program.created").await?;
            Ok(program)
        })
    })
    .await
}

/// A page of programs, newest first.
pub async fn list_programs(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    page: PageRequest,
) -> AppResult<Page<Program>> {
    app.authorize(ctx, project, Permission::ProgramsRead)
        .await?;
    Ok(app
        .store()
        .read()
        .project(project)
        .programs()
        .list(page)
        .await?)
}

/// One program in its present version.
pub async fn get_program(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: ProgramId,
) -> AppResult<Program> {
    app.authorize(ctx, project, Permission::ProgramsRead)
        .await?;
    let found = app
        .store()
        .read()
        .project(project)
        .programs()
        .find(id)
        .await?;
    found.ok_or_else(|| ProblemCode::NotFound.into())
}

/// The program with this slug.
pub async fn find_program(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    slug: &str,
) -> AppResult<Program> {
    app.authorize(ctx, project, Permission::ProgramsRead)
        .await?;
    let found = app
        .store()
        .read()
        .project(project)
        .programs()
        .find_by_slug(slug)
        .await?;
    found.ok_or_else(|| ProblemCode::NotFound.into())
}

/// Lets a draft or a paused program earn.
///
/// # Errors
/// `invalid_transition` where it is neither.
pub async fn activate_program(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: ProgramId,
) -> AppResult<Program> {
    move_program(
        app,
        ctx,
        project,
        id,
        (ProgramStatus::Active, "program.activated"),
    )
    .await
}

/// Stops an active program for a while.
///
/// # Errors
/// `invalid_transition` where it is not active.
pub async fn pause_program(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: ProgramId,
) -> AppResult<Program> {
    move_program(
        app,
        ctx,
        project,
        id,
        (ProgramStatus::Paused, "program.paused"),
    )
    .await
}

/// Ends a program for good.
///
/// # Errors
/// `invalid_transition` where it has ended.
pub async fn end_program(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: ProgramId,
) -> AppResult<Program> {
    move_program(
        app,
        ctx,
        project,
        id,
        (ProgramStatus::Ended, "program.ended"),
    )
    .await
}

async fn move_program(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: ProgramId,
    (to, action): (ProgramStatus, &'static str),
) -> AppResult<Program> {
    app.authorize(ctx, project, Permission::ProgramsWrite)
        .await?;
    let own = ctx.clone();
    let program = app
        .write(ctx, Some(project), move |tx| {
            let ctx = own.clone();
            Box::pin(async move {
                let mut program = present(tx, project, id).await?;
                let from = program.status;
                if !from.may_become(to) {
                    let detail =
                        format!("A program that is {from:?} cannot become {to:?}.").to_lowercase();
                    return Err(Problem::new(ProblemCode::InvalidTransition, detail).into());
                }
                program.status = to;
                program.updated_at = ctx.now();
                tx.project(project)
                    .programs()
                    .set_status(id, from, to, ctx.now())
                    .await?;
                record(tx, &ctx, &program, action).await?;
                Ok(program)
            })
        })
        .await?;
    app.caches().links.clear();
    Ok(program)
}

/// Every version of a program, newest first.
pub async fn list_versions(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: ProgramId,
) -> AppResult<Vec<ProgramVersion>> {
    app.authorize(ctx, project, Permission::ProgramsRead)
        .await?;
    let versions = app
        .store()
        .read()
        .project(project)
        .programs()
        .versions(id)
        .await?;
    // Every program has a first version.
    if versions.is_empty() {
        Err(ProblemCode::NotFound.into())
    } else {
        Ok(versions)
    }
}

/// One version of a program.
pub async fn get_version(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: ProgramId,
    version: u32,
) -> AppResult<ProgramVersion> {
    app.authorize(ctx, project, Permission::ProgramsRead)
        .await?;
    let found = app
        .store()
        .read()
        .project(project)
        .programs()
        .version(id, version)
        .await?;
    found.ok_or_else(|| ProblemCode::NotFound.into())
}

/// A program of the project, as this transaction sees it.
///
/// # Errors
/// `not_found`.
pub(crate) async fn present(tx: &WriteTx, project: ProjectId, id: ProgramId) -> AppResult<Program> {
    let found = tx.project(project).programs().find(id).await?;
    found.ok_or_else(|| ProblemCode::NotFound.into())
}

async fn record(tx: &WriteTx, ctx: &Ctx, program: &Program, action: &str) -> AppResult<()> {
    let (project, id, version) = (Some(program.project), program.id, program.version);
    let detail = json!({ "slug": program.slug, "status": program.status, "version": version });
    tx.audit(
        project,
        ctx.now(),
        &ctx.actor.label(),
        action,
        &id.to_string(),
        detail,
    )
    .await?;
    tx.emit(
        project,
        ctx.now(),
        vec![Fact::ProgramChanged {
            program: id,
            version,
        }],
    );
    Ok(())
}
