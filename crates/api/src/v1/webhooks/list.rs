//! `GET /api/v1/webhooks`

use super::WebhookEndpoint;
use crate::prelude::*;

failures!(reads: );

/// Lists the webhook endpoints.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "webhooks", operation_id = "list_webhooks",
    responses((status = 200, description = "Every endpoint.", body = Page<WebhookEndpoint>), Failure))]
pub(super) async fn list(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
) -> Answer<Page<WebhookEndpoint>> {
    shown(Page::whole(
        app::webhooks::list_endpoints(&app, &ctx, project).await?,
    ))
}
