//! `GET /api/v1/me/transfers`

use crate::{prelude::*, v1::members::shapes::Transfer};

list_query! {
    /// Which transfers.
    MyTransfersQuery {}
}

failures!(reads: ValidationFailed);

/// Lists the movements on the member's accounts.
#[utoipa::path(get, path = "/api/v1/me/transfers", tag = "me", operation_id = "list_my_transfers",
    params(MyTransfersQuery),
    responses((status = 200, description = "A page of transfers.", body = Page<Transfer>), Failure))]
pub(super) async fn transfers(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(query): Params<MyTransfersQuery>,
) -> Answer<Page<Transfer>> {
    shown(app::me::my_transfers(&app, &ctx, project, query.page()?).await?)
}
