//! `POST /api/v1/rewards/{id}/claim`

use super::Grant;
use crate::prelude::*;

failures!(reads: NotFound, InvalidTransition, IdempotencyConflict);

/// Claims an available badge, title, coupon, entitlement or custom reward for its member.
#[utoipa::path(post, path = "/api/v1/rewards/{id}/claim", tag = "rewards", operation_id = "claim_grant",
    params(("id" = String, Path, description = "The grant's id, `grt_…`.")),
    responses((status = 200, description = "The grant.", body = Grant), Failure))]
pub(super) async fn claim(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<GrantId>,
) -> Answer<Grant> {
    shown(app::rewards::claim_grant(&app, &ctx, project, id).await?)
}
