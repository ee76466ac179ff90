//! `POST /api/v1/programs`

use domain::programs::{ProgramKind as Kind, ProgramSettings};

use super::{Program, ProgramKind, settings};
use crate::prelude::*;

/// A program to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewProgram {
    /// Short name in addresses: 2 to 48 lower-case letters, digits and inner dashes.
    #[schema(
        min_length = 2,
        max_length = 48,
        pattern = "^[a-z0-9][a-z0-9-]*[a-z0-9]$"
    )]
    slug: String,
    /// What it is for.
    #[schema(value_type = ProgramKind)]
    kind: Kind,
    /// The settings of its first version.
    #[schema(value_type = settings::ProgramSettings)]
    settings: ProgramSettings,
}

impl Validate for NewProgram {}

failures!(writes: Conflict);

/// Makes a program, as a draft.
#[utoipa::path(post, path = "/api/v1/programs", tag = "programs", operation_id = "create_program",
    request_body = NewProgram,
    responses((status = 201, description = "The program.", body = Program), Failure))]
pub(super) async fn create(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Valid(NewProgram {
        slug,
        kind,
        settings,
    }): Valid<NewProgram>,
) -> Made<Program> {
    let new = app::programs::NewProgram {
        slug,
        kind,
        settings,
    };
    made(app::programs::create_program(&app, &ctx, project, new).await?)
}
