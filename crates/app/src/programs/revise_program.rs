//! A new version of a program.

use domain::{
    people::Permission,
    programs::{Program, ProgramSettings, ProgramStatus, validate},
};
use kernel::{Ctx, Problem, ProblemCode, ProgramId, ProjectId};
use store::WriteTx;

use super::{present, record};
use crate::{App, AppResult, findings::Findings};

/// Puts new settings in force, as the version after `expected_version`. The same settings make no new version.
///
/// # Errors
/// `validation_failed`; `conflict` where the program is at another version; `invalid_transition` where it has ended.
pub async fn revise_program(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: ProgramId,
    expected_version: u32,
    settings: ProgramSettings,
) -> AppResult<Program> {
    app.authorize(ctx, project, Permission::ProgramsWrite)
        .await?;
    let own = ctx.clone();
    let program = app
        .write(ctx, Some(project), move |tx| {
            let (ctx, settings) = (own.clone(), settings.clone());
            Box::pin(async move {
                let program = present(tx, project, id).await?;
                revise(tx, &ctx, program, expected_version, settings).await
            })
        })
        .await?;
    app.caches().links.clear();
    Ok(program)
}

async fn revise(
    tx: &WriteTx,
    ctx: &Ctx,
    mut program: Program,
    expected: u32,
    settings: ProgramSettings,
) -> AppResult<Program> {
    if program.version != expected {
        let detail = format!(
            "The program is at version {}, not {expected}.",
            program.version
        );
        return Err(Problem::new(ProblemCode::Conflict, detail).into());
    }
    if program.status == ProgramStatus::Ended {
        return Err(Problem::new(ProblemCode::InvalidTransition, "The program has ended.").into());
    }
    let mut findings = Findings::default();
    findings.extend("settings", validate(program.kind, &settings));
    findings.told()?;
    if settings == program.settings {
        return Ok(program);
    }
    program.version += 1;
    program.settings = settings;
    program.updated_at = ctx.now();
    tx.project(program.project)
        .programs()
        .revise(&program, &ctx.actor.label())
        .await?;
    record(tx, ctx, &program, "program.revised").await?;
    Ok(program)
}
