//! `GET /api/v1/keys`

use super::ApiKey;
use crate::prelude::*;

list_query! {
    /// Which keys.
    KeysQuery {}
}

failures!(reads: ValidationFailed);

/// Lists API keys, never their secrets.
#[utoipa::path(get, path = "/api/v1/keys", tag = "keys", operation_id = "list_keys", params(KeysQuery),
    responses((status = 200, description = "A page of keys.", body = Page<ApiKey>), Failure))]
pub(super) async fn list(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(query): Params<KeysQuery>,
) -> Answer<Page<ApiKey>> {
    shown(app::keys::list_keys(&app, &ctx, project, query.page()?).await?)
}
