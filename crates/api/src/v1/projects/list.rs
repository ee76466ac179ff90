//! `GET /api/v1/projects`

use super::Project;
use crate::prelude::*;

failures!(reads: );

/// Lists the projects that the operator may see, in both modes.
#[utoipa::path(get, path = "/api/v1/projects", tag = "projects", operation_id = "list_projects",
    responses((status = 200, description = "The projects.", body = Page<Project>), Failure))]
pub(super) async fn list(State(app): State<App>, caller: Installation) -> Answer<Page<Project>> {
    let projects = app::projects::list_projects(&app, &caller.ctx).await?;
    shown(Page::whole(projects))
}
