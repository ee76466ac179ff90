//! `GET /api/v1/programs/{id}/versions`

use super::ProgramVersion;
use crate::prelude::*;

failures!(reads: NotFound);

/// Lists the versions of a program.
#[utoipa::path(get, path = "/api/v1/programs/{id}/versions", tag = "programs", operation_id = "list_program_versions",
    params(("id" = String, Path, description = "The program's id, `prg_…`.")),
    responses((status = 200, description = "Every version.", body = Page<ProgramVersion>), Failure))]
pub(super) async fn versions(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<ProgramId>,
) -> Answer<Page<ProgramVersion>> {
    let versions = app::programs::list_versions(&app, &ctx, project, id).await?;
    shown(Page::whole(versions))
}
