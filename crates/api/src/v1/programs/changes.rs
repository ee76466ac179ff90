//! `GET /api/v1/programs/{id}/changes`

use domain::programs;

use crate::prelude::*;

/// Between which versions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ChangesQuery {
    /// The version before, from 1.
    from: u32,
    /// The version after, from 1.
    to: u32,
}

/// One thing that a version says otherwise.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Change {
    /// Where in the settings: `attribution.click_window_days`, `rules.KEY.then.reward.amount`.
    path: String,
    /// What was said; null where it was not there.
    #[schema(required)]
    before: Option<serde_json::Value>,
    /// What is said; null where it is gone.
    #[schema(required)]
    after: Option<serde_json::Value>,
}

impl From<programs::Change> for Change {
    fn from(change: programs::Change) -> Self {
        let programs::Change {
            path,
            before,
            after,
        } = change;
        Self {
            path,
            before,
            after,
        }
    }
}

failures!(reads: NotFound, ValidationFailed);

/// Lists what one version of a program says otherwise than another.
#[utoipa::path(get, path = "/api/v1/programs/{id}/changes", tag = "programs", operation_id = "list_program_changes",
    params(("id" = String, Path, description = "The program's id, `prg_…`."), ChangesQuery),
    responses((status = 200, description = "The changes.", body = Page<Change>), Failure))]
pub(super) async fn changes(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<ProgramId>,
    Params(ChangesQuery { from, to }): Params<ChangesQuery>,
) -> Answer<Page<Change>> {
    let changes = app::programs::compare_versions(&app, &ctx, project, id, from, to).await?;
    shown(Page::whole(changes))
}
