//! `POST /api/v1/members/{id}/link`

use super::shapes::{LinkWanted, MemberLink};
use crate::prelude::*;

failures!(writes: NotFound, QuotaExceeded);

/// Shows a member's own code and link in a program, and makes the code where there is none.
#[utoipa::path(post, path = "/api/v1/members/{id}/link", tag = "members", operation_id = "get_member_link",
    params(("id" = String, Path, description = "The member's id, `mem_…`.")),
    request_body = LinkWanted,
    responses((status = 200, description = "The link.", body = MemberLink), Failure))]
pub(super) async fn link(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<MemberId>,
    Valid(LinkWanted { program_id }): Valid<LinkWanted>,
) -> Answer<MemberLink> {
    let link = app::codes::link_of_member(&app, &ctx, project, program_id, id).await?;
    shown(MemberLink::new(&app, link))
}
