//! `POST /api/v1/rewards/{id}/reverse`

use super::Grant;
use crate::prelude::*;

failures!(writes: NotFound, InvalidTransition);

/// Takes a grant back, also what was spent of it.
#[utoipa::path(post, path = "/api/v1/rewards/{id}/reverse", tag = "rewards", operation_id = "reverse_grant",
    params(("id" = String, Path, description = "The grant's id, `grt_…`.")),
    request_body = Reason,
    responses((status = 200, description = "The grant.", body = Grant), Failure))]
pub(super) async fn reverse(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<GrantId>,
    Valid(Reason { reason }): Valid<Reason>,
) -> Answer<Grant> {
    shown(app::rewards::reverse_grant(&app, &ctx, project, id, reason).await?)
}
