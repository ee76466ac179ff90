//! `POST /api/v1/programs/{id}/pause`

use super::Program;
use crate::prelude::*;

failures!(reads: NotFound, InvalidTransition, IdempotencyConflict);

/// Stops an active program for a while.
#[utoipa::path(post, path = "/api/v1/programs/{id}/pause", tag = "programs", operation_id = "pause_program",
    params(("id" = String, Path, description = "The program's id, `prg_…`.")),
    responses((status = 200, description = "The program.", body = Program), Failure))]
pub(super) async fn pause(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<ProgramId>,
) -> Answer<Program> {
    shown(app::programs::pause_program(&app, &ctx, project, id).await?)
}
