//! `GET /api/v1/members/{id}`

use super::Member;
use crate::prelude::*;

failures!(reads: NotFound);

/// Shows a member.
#[utoipa::path(get, path = "/api/v1/members/{id}", tag = "members", operation_id = "get_member",
    params(("id" = String, Path, description = "The member's id, `mem_…`.")),
    responses((status = 200, description = "The member.", body = Member), Failure))]
pub(super) async fn get(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<MemberId>,
) -> Answer<Member> {
    shown(app::members::get_member(&app, &ctx, project, id).await?)
}
