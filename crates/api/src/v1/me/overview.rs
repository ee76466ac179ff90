//! `GET /api/v1/me`

use crate::{prelude::*, v1::members::shapes::MemberOverview};

failures!(reads: );

/// Shows the member with balances, figures and the number of unread notices.
#[utoipa::path(get, path = "/api/v1/me", tag = "me", operation_id = "get_me",
    responses((status = 200, description = "The member.", body = MemberOverview), Failure))]
pub(super) async fn overview(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
) -> Answer<MemberOverview> {
    shown(app::me::my_overview(&app, &ctx, project).await?)
}
