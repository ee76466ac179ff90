//! `GET /api/v1/members/{id}/notices`

use super::shapes::Notice;
use crate::prelude::*;

list_query! {
    /// Which notices.
    NoticesQuery {
        /// Only those that are not read.
        #[serde(default)]
        #[param(required = false)]
        unread: bool,
    }
}

failures!(reads: NotFound, ValidationFailed);

/// Lists a member's notices.
#[utoipa::path(get, path = "/api/v1/members/{id}/notices", tag = "members", operation_id = "list_notices",
    params(("id" = String, Path, description = "The member's id, `mem_…`."), NoticesQuery),
    responses((status = 200, description = "A page of notices.", body = Page<Notice>), Failure))]
pub(super) async fn notices(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<MemberId>,
    Params(query): Params<NoticesQuery>,
) -> Answer<Page<Notice>> {
    shown(app::notices::list_notices(&app, &ctx, project, id, query.unread, query.page()?).await?)
}
