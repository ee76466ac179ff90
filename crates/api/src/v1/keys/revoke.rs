//! `POST /api/v1/keys/{id}/revoke`

use super::ApiKey;
use crate::prelude::*;

failures!(reads: NotFound, InvalidTransition, IdempotencyConflict);

/// Takes a key back for good.
#[utoipa::path(post, path = "/api/v1/keys/{id}/revoke", tag = "keys", operation_id = "revoke_key",
    params(("id" = String, Path, description = "The key's id, `key_…`.")),
    responses((status = 200, description = "The key.", body = ApiKey), Failure))]
pub(super) async fn revoke(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<KeyId>,
) -> Answer<ApiKey> {
    shown(app::keys::revoke_key(&app, &ctx, project, id).await?)
}
