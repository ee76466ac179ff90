//! `POST /api/v1/keys/{id}/rotate`

use super::ApiKeyWithSecret;
use crate::prelude::*;

/// How to rotate.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rotation {
    /// For how many hours the old key stays valid.
    overlap_hours: u32,
}

impl Validate for Rotation {}

failures!(writes: NotFound, InvalidTransition);

/// Makes a key with the same name and scopes; the old one expires after the overlap.
#[utoipa::path(post, path = "/api/v1/keys/{id}/rotate", tag = "keys", operation_id = "rotate_key",
    params(("id" = String, Path, description = "The key's id, `key_…`.")),
    request_body = Rotation,
    responses((status = 201, description = "The new key.", body = ApiKeyWithSecret), Failure))]
pub(super) async fn rotate(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<KeyId>,
    Valid(Rotation { overlap_hours }): Valid<Rotation>,
) -> Made<ApiKeyWithSecret> {
    made(app::keys::rotate_key(&app, &ctx, project, id, overlap_hours).await?)
}
