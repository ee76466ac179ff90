//! API keys.

use domain::people::{ApiKey as DomainKey, Permission as DomainPermission};
use kernel::ExposeSecret;

use crate::prelude::*;

mod create;
mod list;
mod revoke;
mod rotate;

words! {
    "What may be done: `area:verb`." Permission = DomainPermission::ALL;
}

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list, create::create))
        .routes(routes!(rotate::rotate))
        .routes(routes!(revoke::revoke))
}

/// An API key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
struct ApiKey {
    /// Its id, `key_…`.
    id: String,
    /// Name for people.
    name: String,
    /// What it may do.
    #[schema(value_type = Vec<Permission>)]
    scopes: Vec<DomainPermission>,
    /// The first characters of the secret, to tell keys apart.
    hint: String,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// Not valid from then on.
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
    /// Not valid since then.
    #[schema(required)]
    revoked_at: Option<DateTime<Utc>>,
}

/// An API key with its secret.
#[derive(Debug, Serialize, ToSchema)]
struct ApiKeyWithSecret {
    /// The key.
    key: ApiKey,
    /// `inv_live_…` or `inv_test_…`. Shown once; null where the request is a repetition.
    #[schema(required)]
    secret: Option<String>,
}

impl From<DomainKey> for ApiKey {
    fn from(key: DomainKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name,
            scopes: key.scopes,
            hint: key.hint,
            created_at: key.created_at,
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
        }
    }
}

impl From<app::keys::KeyWithSecret> for ApiKeyWithSecret {
    fn from(made: app::keys::KeyWithSecret) -> Self {
        Self {
            key: made.key.into(),
            secret: made.secret.map(|secret| secret.expose_secret().to_owned()),
        }
    }
}
