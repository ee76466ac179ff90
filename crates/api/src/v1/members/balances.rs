//! `GET /api/v1/members/{id}/balances`

use super::shapes::Balance;
use crate::prelude::*;

failures!(reads: NotFound);

/// Lists what a member has, by unit.
#[utoipa::path(get, path = "/api/v1/members/{id}/balances", tag = "members", operation_id = "list_balances",
    params(("id" = String, Path, description = "The member's id, `mem_…`.")),
    responses((status = 200, description = "Every unit that the member has had.", body = Page<Balance>), Failure))]
pub(super) async fn balances(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<MemberId>,
) -> Answer<Page<Balance>> {
    shown(Page::whole(
        app::ledger::list_balances(&app, &ctx, project, id).await?,
    ))
}
