//! `GET /api/v1/operators/{id}/tokens`

use super::OperatorToken;
use crate::prelude::*;

failures!(reads: NotFound);

/// Lists an operator's tokens, never their secrets.
#[utoipa::path(get, path = "/api/v1/operators/{id}/tokens", tag = "operators", operation_id = "list_operator_tokens",
    params(("id" = String, Path, description = "The operator's id, `opr_…`.")),
    responses((status = 200, description = "Every token.", body = Page<OperatorToken>), Failure))]
pub(super) async fn tokens(
    State(app): State<App>,
    caller: Installation,
    PathOf(id): PathOf<OperatorId>,
) -> Answer<Page<OperatorToken>> {
    shown(Page::whole(
        app::operators::list_tokens(&app, &caller.ctx, id).await?,
    ))
}
