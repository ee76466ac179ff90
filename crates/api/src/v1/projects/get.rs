//! `GET /api/v1/project`

use super::Project;
use crate::prelude::*;

failures!(reads: NotFound);

/// Shows the project of the API key, or the one that `Inviter-Project` names.
#[utoipa::path(get, path = "/api/v1/project", tag = "projects", operation_id = "get_project",
    responses((status = 200, description = "The project.", body = Project), Failure))]
pub(super) async fn get(State(app): State<App>, caller: Caller) -> Answer<Project> {
    shown(app::projects::get_project(&app, &caller.ctx, caller.project).await?)
}
