//! `POST /api/v1/programs/{id}/end`

use super::Program;
use crate::prelude::*;

failures!(reads: NotFound, InvalidTransition, IdempotencyConflict);

/// Ends a program for good.
#[utoipa::path(post, path = "/api/v1/programs/{id}/end", tag = "programs", operation_id = "end_program",
    params(("id" = String, Path, description = "The program's id, `prg_…`.")),
    responses((status = 200, description = "The program.", body = Program), Failure))]
pub(super) async fn end(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<ProgramId>,
) -> Answer<Program> {
    shown(app::programs::end_program(&app, &ctx, project, id).await?)
}
