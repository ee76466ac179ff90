//! `POST /api/v1/webhooks/deliveries/{id}/retry`

use super::Delivery;
use crate::prelude::*;

failures!(reads: NotFound, InvalidTransition, IdempotencyConflict);

/// Sends a message again, under the same id.
#[utoipa::path(post, path = "/api/v1/webhooks/deliveries/{id}/retry", tag = "webhooks", operation_id = "retry_delivery",
    params(("id" = String, Path, description = "The message's id, `msg_…`.")),
    responses((status = 200, description = "The message, which is on its way.", body = Delivery), Failure))]
pub(super) async fn retry(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<DeliveryId>,
) -> Answer<Delivery> {
    shown(app::webhooks::retry_delivery(&app, &ctx, project, id).await?)
}
