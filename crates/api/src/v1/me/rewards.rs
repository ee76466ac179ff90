//! `GET /api/v1/me/rewards`

use crate::{prelude::*, v1::rewards::Grant};

list_query! {
    /// Which grants.
    MyGrantsQuery {}
}

failures!(reads: ValidationFailed);

/// Lists the member's grants.
#[utoipa::path(get, path = "/api/v1/me/rewards", tag = "me", operation_id = "list_my_grants", params(MyGrantsQuery),
    responses((status = 200, description = "A page of grants.", body = Page<Grant>), Failure))]
pub(super) async fn rewards(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(query): Params<MyGrantsQuery>,
) -> Answer<Page<Grant>> {
    shown(app::me::my_grants(&app, &ctx, project, query.page()?).await?)
}
