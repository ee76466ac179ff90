//! `POST /api/v1/rewards/{id}/approve`

use super::Grant;
use crate::prelude::*;

failures!(writes: NotFound, InvalidTransition);

/// Approves a grant that waits for a person.
#[utoipa::path(post, path = "/api/v1/rewards/{id}/approve", tag = "rewards", operation_id = "approve_grant",
    params(("id" = String, Path, description = "The grant's id, `grt_…`.")),
    request_body = Reason,
    responses((status = 200, description = "The grant.", body = Grant), Failure))]
pub(super) async fn approve(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<GrantId>,
    Valid(Reason { reason }): Valid<Reason>,
) -> Answer<Grant> {
    shown(app::rewards::approve_grant(&app, &ctx, project, id, reason).await?)
}
