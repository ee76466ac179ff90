//! The programs that a member knows of.

use domain::programs::{Program, ProgramStatus};
use kernel::{Ctx, PageRequest, ProgramId, ProjectId};

use super::myself;
use crate::{App, AppResult};

/// The programs that the member takes part in, and those that are running, newest first.
pub async fn my_programs(app: &App, ctx: &Ctx, project: ProjectId) -> AppResult<Vec<Program>> {
    let member = myself(app, ctx, project).await?;
    let reader = app.store().read();
    let scope = reader.project(project);
    let newest = PageRequest::new(None, Some(PageRequest::MAX));
    let mut programs = scope.programs().list(newest).await?.items;
    let ids: Vec<ProgramId> = programs.iter().map(|program| program.id).collect();
    let standings = scope.standings().of_member(&ids, member.id).await?;
    let takes_part = |id: ProgramId| standings.iter().any(|standing| standing.program == id);
    programs.retain(|program| match program.status {
        ProgramStatus::Draft => false,
        ProgramStatus::Active => true,
        ProgramStatus::Paused | ProgramStatus::Ended => takes_part(program.id),
    });
    Ok(programs)
}
