//! `GET /api/v1/operators`

use super::Operator;
use crate::prelude::*;

failures!(reads: );

/// Lists the operators.
#[utoipa::path(get, path = "/api/v1/operators", tag = "operators", operation_id = "list_operators",
    responses((status = 200, description = "Every operator.", body = Page<Operator>), Failure))]
pub(super) async fn list(State(app): State<App>, caller: Installation) -> Answer<Page<Operator>> {
    shown(Page::whole(
        app::operators::list_operators(&app, &caller.ctx).await?,
    ))
}
