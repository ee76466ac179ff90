//! `GET /api/v1/members`

use super::Member;
use crate::prelude::*;

list_query! {
    /// Which members.
    MembersQuery {
        /// Only those whose id of yours, e-mail or name begins so.
        search: Option<String>,
        /// Only the one that you call so.
        external_id: Option<String>,
    }
}

failures!(reads: ValidationFailed);

/// Lists members.
#[utoipa::path(get, path = "/api/v1/members", tag = "members", operation_id = "list_members", params(MembersQuery),
    responses((status = 200, description = "A page of members.", body = Page<Member>), Failure))]
pub(super) async fn list(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(query): Params<MembersQuery>,
) -> Answer<Page<Member>> {
    if let Some(external_id) = &query.external_id {
        let found = app::members::find_member(&app, &ctx, project, external_id).await;
        return shown(Page::whole(crate::page::found(found)?));
    }
    let search = query.search.as_deref();
    shown(app::members::list_members(&app, &ctx, project, search, query.page()?).await?)
}
