//! `DELETE /api/v1/webhooks/{id}`

use crate::{prelude::*, v1::members::shapes::Done};

failures!(reads: NotFound, IdempotencyConflict);

/// Deletes a webhook endpoint with its messages.
#[utoipa::path(delete, path = "/api/v1/webhooks/{id}", tag = "webhooks", operation_id = "delete_webhook",
    params(("id" = String, Path, description = "The endpoint's id, `whk_…`.")),
    responses((status = 200, description = "It is gone.", body = Done), Failure))]
pub(super) async fn delete(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<EndpointId>,
) -> Answer<Done> {
    app::webhooks::delete_endpoint(&app, &ctx, project, id).await?;
    shown(Done {})
}
