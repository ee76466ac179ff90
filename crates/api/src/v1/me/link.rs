//! `POST /api/v1/me/link`

use crate::{
    prelude::*,
    v1::members::shapes::{LinkWanted, MemberLink},
};

failures!(writes: NotFound, QuotaExceeded);

/// Shows the member's own code and link in a program, and makes the code where there is none.
#[utoipa::path(post, path = "/api/v1/me/link", tag = "me", operation_id = "get_my_link", request_body = LinkWanted,
    responses((status = 200, description = "The link.", body = MemberLink), Failure))]
pub(super) async fn link(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Valid(LinkWanted { program_id }): Valid<LinkWanted>,
) -> Answer<MemberLink> {
    let link = app::me::my_link(&app, &ctx, project, program_id).await?;
    shown(MemberLink::new(&app, link))
}
