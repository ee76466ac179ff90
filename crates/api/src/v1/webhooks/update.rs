//! `PATCH /api/v1/webhooks/{id}`

use url::Url;

use super::WebhookEndpoint;
use crate::prelude::*;

/// What is to change. What is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookPatch {
    /// Where to: an http or https URL.
    #[schema(value_type = Option<String>)]
    url: Option<Url>,
    /// The types of event; empty: all.
    events: Option<Vec<String>>,
    /// Whether messages go out.
    enabled: Option<bool>,
}

impl Validate for WebhookPatch {}

failures!(writes: NotFound);

/// Changes a webhook endpoint.
#[utoipa::path(patch, path = "/api/v1/webhooks/{id}", tag = "webhooks", operation_id = "update_webhook",
    params(("id" = String, Path, description = "The endpoint's id, `whk_…`.")),
    request_body = WebhookPatch,
    responses((status = 200, description = "The endpoint.", body = WebhookEndpoint), Failure))]
pub(super) async fn update(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<EndpointId>,
    Valid(WebhookPatch {
        url,
        events,
        enabled,
    }): Valid<WebhookPatch>,
) -> Answer<WebhookEndpoint> {
    let patch = app::webhooks::EndpointPatch {
        url,
        events,
        enabled,
    };
    shown(app::webhooks::update_endpoint(&app, &ctx, project, id, patch).await?)
}
