//! `GET /api/v1/programs/{id}/versions/{version}/changes`

use domain::programs;

use crate::prelude::*;

/// Since which version.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ChangesQuery {
    /// The number of the version that it is compared with; absent: the one before.
    since: Option<u32>,
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

/// Lists what a version of a program says otherwise than an earlier one.
#[utoipa::path(get, path = "/api/v1/programs/{id}/versions/{version}/changes", tag = "programs",
    operation_id = "list_program_changes",
    params(
        ("id" = String, Path, description = "The program's id, `prg_…`."),
        ("version" = u32, Path, description = "The number of the version, from 1."),
        ChangesQuery,
    ),
    responses((status = 200, description = "The changes.", body = Page<Change>), Failure))]
pub(super) async fn changes(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf((id, version)): PathOf<(ProgramId, u32)>,
    Params(ChangesQuery { since }): Params<ChangesQuery>,
) -> Answer<Page<Change>> {
    let since = since.unwrap_or(version.saturating_sub(1));
    let changes = app::programs::compare_versions(&app, &ctx, project, id, since, version).await?;
    shown(Page::whole(changes))
}
