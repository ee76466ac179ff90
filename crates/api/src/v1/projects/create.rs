//! `POST /api/v1/projects`

use super::Project;
use crate::prelude::*;

/// A project to be made, in both modes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewProject {
    /// Short name in addresses: 2 to 48 lower-case letters, digits and inner dashes.
    #[schema(
        min_length = 2,
        max_length = 48,
        pattern = "^[a-z0-9][a-z0-9-]*[a-z0-9]$"
    )]
    slug: String,
    /// Name for people.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
}

impl Validate for NewProject {}

failures!(writes: Conflict);

/// Makes a project in both modes and answers with the live one.
#[utoipa::path(post, path = "/api/v1/projects", tag = "projects", operation_id = "create_project",
    request_body = NewProject,
    responses((status = 201, description = "The project.", body = Project), Failure))]
pub(super) async fn create(
    State(app): State<App>,
    caller: Installation,
    Valid(NewProject { slug, name }): Valid<NewProject>,
) -> Made<Project> {
    let new = app::projects::NewProject { slug, name };
    made(app::projects::create_project(&app, &caller.ctx, new).await?)
}
