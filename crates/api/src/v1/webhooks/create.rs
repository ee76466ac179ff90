//! `POST /api/v1/webhooks`

use url::Url;

use super::WebhookEndpointWithSecret;
use crate::prelude::*;

/// An endpoint to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWebhook {
    /// Where to: an http or https URL.
    #[schema(value_type = String)]
    url: Url,
    /// The types of event; none: all.
    #[serde(default)]
    events: Vec<String>,
}

impl Validate for NewWebhook {}

failures!(writes: Conflict);

/// Makes a webhook endpoint and shows its signing secret once.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "webhooks", operation_id = "create_webhook",
    request_body = NewWebhook,
    responses((status = 201, description = "The endpoint.", body = WebhookEndpointWithSecret), Failure))]
pub(super) async fn create(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Valid(NewWebhook { url, events }): Valid<NewWebhook>,
) -> Made<WebhookEndpointWithSecret> {
    let new = app::webhooks::NewEndpoint { url, events };
    made(app::webhooks::create_endpoint(&app, &ctx, project, new).await?)
}
