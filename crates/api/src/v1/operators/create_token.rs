//! `POST /api/v1/operators/{id}/tokens`

use super::OperatorTokenWithSecret;
use crate::prelude::*;

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOperatorToken {
    /// Name for people.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// Not valid from then on; absent: valid until it is revoked.
    expires_at: Option<DateTime<Utc>>,
}

impl Validate for NewOperatorToken {}

failures!(writes: NotFound);

/// Makes a token with which an operator uses this API, and shows its secret once.
#[utoipa::path(post, path = "/api/v1/operators/{id}/tokens", tag = "operators", operation_id = "create_operator_token",
    params(("id" = String, Path, description = "The operator's id, `opr_…`.")),
    request_body = NewOperatorToken,
    responses((status = 201, description = "The token.", body = OperatorTokenWithSecret), Failure))]
pub(super) async fn create_token(
    State(app): State<App>,
    caller: Installation,
    PathOf(id): PathOf<OperatorId>,
    Valid(NewOperatorToken { name, expires_at }): Valid<NewOperatorToken>,
) -> Made<OperatorTokenWithSecret> {
    made(app::operators::create_token(&app, &caller.ctx, id, &name, expires_at).await?)
}
