//! `POST /api/v1/keys`

use domain::people::Permission as DomainPermission;

use super::{ApiKeyWithSecret, Permission};
use crate::prelude::*;

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewApiKey {
    /// Name for people.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// What it may do: nothing that you may not do.
    #[schema(value_type = Vec<Permission>, min_items = 1)]
    scopes: Vec<DomainPermission>,
    /// Not valid from then on; absent: valid until it is revoked.
    expires_at: Option<DateTime<Utc>>,
}

impl Validate for NewApiKey {}

failures!(writes: );

/// Makes an API key and shows its secret once.
#[utoipa::path(post, path = "/api/v1/keys", tag = "keys", operation_id = "create_key", request_body = NewApiKey,
    responses((status = 201, description = "The key.", body = ApiKeyWithSecret), Failure))]
pub(super) async fn create(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Valid(NewApiKey {
        name,
        scopes,
        expires_at,
    }): Valid<NewApiKey>,
) -> Made<ApiKeyWithSecret> {
    let new = app::keys::NewKey {
        name,
        scopes,
        expires_at,
    };
    made(app::keys::create_key(&app, &ctx, project, new).await?)
}
