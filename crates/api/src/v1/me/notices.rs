//! `GET /api/v1/me/notices`

use crate::{prelude::*, v1::members::shapes::Notice};

list_query! {
    /// Which notices.
    MyNoticesQuery {
        /// Only those that are not read.
        #[serde(default)]
        #[param(required = false)]
        unread: bool,
    }
}

failures!(reads: ValidationFailed);

/// Lists the member's notices.
#[utoipa::path(get, path = "/api/v1/me/notices", tag = "me", operation_id = "list_my_notices", params(MyNoticesQuery),
    responses((status = 200, description = "A page of notices.", body = Page<Notice>), Failure))]
pub(super) async fn notices(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(query): Params<MyNoticesQuery>,
) -> Answer<Page<Notice>> {
    shown(app::me::my_notices(&app, &ctx, project, query.unread, query.page()?).await?)
}
