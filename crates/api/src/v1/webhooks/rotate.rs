//! `POST /api/v1/webhooks/{id}/rotate`

use super::WebhookEndpointWithSecret;
use crate::prelude::*;

failures!(reads: NotFound, IdempotencyConflict);

/// Gives an endpoint a new signing secret. The previous one signs too for 24 hours.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/rotate", tag = "webhooks", operation_id = "rotate_webhook_secret",
    params(("id" = String, Path, description = "The endpoint's id, `whk_…`.")),
    responses((status = 200, description = "The endpoint.", body = WebhookEndpointWithSecret), Failure))]
pub(super) async fn rotate(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<EndpointId>,
) -> Answer<WebhookEndpointWithSecret> {
    shown(app::webhooks::rotate_secret(&app, &ctx, project, id).await?)
}
