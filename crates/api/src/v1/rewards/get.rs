//! `GET /api/v1/rewards/{id}`

use super::Grant;
use crate::prelude::*;

failures!(reads: NotFound);

/// Shows a grant.
#[utoipa::path(get, path = "/api/v1/rewards/{id}", tag = "rewards", operation_id = "get_grant",
    params(("id" = String, Path, description = "The grant's id, `grt_…`.")),
    responses((status = 200, description = "The grant.", body = Grant), Failure))]
pub(super) async fn get(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<GrantId>,
) -> Answer<Grant> {
    shown(app::rewards::get_grant(&app, &ctx, project, id).await?)
}
