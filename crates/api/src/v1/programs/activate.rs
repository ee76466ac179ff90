//! `POST /api/v1/programs/{id}/activate`

use super::Program;
use crate::prelude::*;

failures!(reads: NotFound, InvalidTransition, IdempotencyConflict);

/// Starts a program that is a draft or paused.
#[utoipa::path(post, path = "/api/v1/programs/{id}/activate", tag = "programs", operation_id = "activate_program",
    params(("id" = String, Path, description = "The program's id, `prg_…`.")),
    responses((status = 200, description = "The program.", body = Program), Failure))]
pub(super) async fn activate(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<ProgramId>,
) -> Answer<Program> {
    shown(app::programs::activate_program(&app, &ctx, project, id).await?)
}
