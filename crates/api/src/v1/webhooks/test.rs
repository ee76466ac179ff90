//! `POST /api/v1/webhooks/{id}/test`

use super::Delivery;
use crate::prelude::*;

failures!(reads: NotFound, InvalidTransition, IdempotencyConflict);

/// Sends a test message to an endpoint.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/test", tag = "webhooks", operation_id = "test_webhook",
    params(("id" = String, Path, description = "The endpoint's id, `whk_…`.")),
    responses((status = 201, description = "The message, which is on its way.", body = Delivery), Failure))]
pub(super) async fn test(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<EndpointId>,
) -> Made<Delivery> {
    made(app::webhooks::send_test(&app, &ctx, project, id).await?)
}
