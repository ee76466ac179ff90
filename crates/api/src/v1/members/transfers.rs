//! `GET /api/v1/members/{id}/transfers`

use super::shapes::Transfer;
use crate::prelude::*;

list_query! {
    /// Which transfers.
    TransfersQuery {}
}

failures!(reads: NotFound, ValidationFailed);

/// Lists the movements on a member's accounts.
#[utoipa::path(get, path = "/api/v1/members/{id}/transfers", tag = "members", operation_id = "list_transfers",
    params(("id" = String, Path, description = "The member's id, `mem_…`."), TransfersQuery),
    responses((status = 200, description = "A page of transfers.", body = Page<Transfer>), Failure))]
pub(super) async fn transfers(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<MemberId>,
    Params(query): Params<TransfersQuery>,
) -> Answer<Page<Transfer>> {
    shown(app::ledger::list_transfers(&app, &ctx, project, id, query.page()?).await?)
}
