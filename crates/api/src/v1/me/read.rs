//! `POST /api/v1/me/notices/read`

use crate::{
    prelude::*,
    v1::members::shapes::{Done, NoticesRead},
};

failures!(writes: );

/// Marks the member's notices as read, all of them where no id is named.
#[utoipa::path(post, path = "/api/v1/me/notices/read", tag = "me", operation_id = "mark_my_notices_read",
    request_body = NoticesRead,
    responses((status = 200, description = "They are read.", body = Done), Failure))]
pub(super) async fn read(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Valid(NoticesRead { notice_ids }): Valid<NoticesRead>,
) -> Answer<Done> {
    app::me::read_my_notices(&app, &ctx, project, notice_ids).await?;
    shown(Done {})
}
