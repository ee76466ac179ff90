//! `GET /api/v1/members/{id}/overview`

use super::shapes::MemberOverview;
use crate::prelude::*;

failures!(reads: NotFound);

/// Shows a member with balances, figures and the number of unread notices.
#[utoipa::path(get, path = "/api/v1/members/{id}/overview", tag = "members", operation_id = "get_member_overview",
    params(("id" = String, Path, description = "The member's id, `mem_…`.")),
    responses((status = 200, description = "The member.", body = MemberOverview), Failure))]
pub(super) async fn overview(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<MemberId>,
) -> Answer<MemberOverview> {
    shown(app::members::member_overview(&app, &ctx, project, id).await?)
}
