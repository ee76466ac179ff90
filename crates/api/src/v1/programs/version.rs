//! `GET /api/v1/programs/{id}/versions/{version}`

use super::ProgramVersion;
use crate::prelude::*;

failures!(reads: NotFound);

/// Shows one version of a program.
#[utoipa::path(get, path = "/api/v1/programs/{id}/versions/{version}", tag = "programs",
    operation_id = "get_program_version",
    params(
        ("id" = String, Path, description = "The program's id, `prg_…`."),
        ("version" = u32, Path, description = "The number of the version, from 1."),
    ),
    responses((status = 200, description = "The version.", body = ProgramVersion), Failure))]
pub(super) async fn version(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf((id, version)): PathOf<(ProgramId, u32)>,
) -> Answer<ProgramVersion> {
    shown(app::programs::get_version(&app, &ctx, project, id, version).await?)
}
