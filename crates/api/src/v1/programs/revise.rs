//! `POST /api/v1/programs/{id}/versions`

use super::{Program, settings};
use crate::prelude::*;

/// A new version.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Revision {
    /// The version that the change was made to; where another is present by now, the answer is `conflict`.
    version: u32,
    /// All settings of the new version.
    #[schema(value_type = settings::ProgramSettings)]
    settings: domain::programs::ProgramSettings,
}

impl Validate for Revision {}

failures!(writes: NotFound, Conflict);

/// Makes a new version the present one.
#[utoipa::path(post, path = "/api/v1/programs/{id}/versions", tag = "programs", operation_id = "revise_program",
    params(("id" = String, Path, description = "The program's id, `prg_…`.")),
    request_body = Revision,
    responses((status = 201, description = "The program in its new version.", body = Program), Failure))]
pub(super) async fn revise(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<ProgramId>,
    Valid(Revision { version, settings }): Valid<Revision>,
) -> Made<Program> {
    made(app::programs::revise_program(&app, &ctx, project, id, version, settings).await?)
}
