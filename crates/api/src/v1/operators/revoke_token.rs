//! `POST /api/v1/operators/{id}/tokens/{token_id}/revoke`

use super::OperatorToken;
use crate::prelude::*;

failures!(reads: NotFound, InvalidTransition, IdempotencyConflict);

/// Takes an operator's token back for good.
#[utoipa::path(post, path = "/api/v1/operators/{id}/tokens/{token_id}/revoke", tag = "operators",
    operation_id = "revoke_operator_token",
    params(
        ("id" = String, Path, description = "The operator's id, `opr_…`."),
        ("token_id" = String, Path, description = "The token's id, `key_…`."),
    ),
    responses((status = 200, description = "The token.", body = OperatorToken), Failure))]
pub(super) async fn revoke_token(
    State(app): State<App>,
    caller: Installation,
    PathOf((id, token)): PathOf<(OperatorId, KeyId)>,
) -> Answer<OperatorToken> {
    shown(app::operators::revoke_token(&app, &caller.ctx, id, token).await?)
}
