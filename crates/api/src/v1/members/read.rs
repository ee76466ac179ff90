//! `POST /api/v1/members/{id}/notices/read`

use super::shapes::{Done, NoticesRead};
use crate::prelude::*;

failures!(writes: NotFound);

/// Marks notices of a member as read.
#[utoipa::path(post, path = "/api/v1/members/{id}/notices/read", tag = "members", operation_id = "mark_notices_read",
    params(("id" = String, Path, description = "The member's id, `mem_…`.")),
    request_body = NoticesRead,
    responses((status = 200, description = "They are read.", body = Done), Failure))]
pub(super) async fn read(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<MemberId>,
    Valid(NoticesRead { notice_ids }): Valid<NoticesRead>,
) -> Answer<Done> {
    app::notices::mark_read(&app, &ctx, project, id, notice_ids).await?;
    shown(Done {})
}
