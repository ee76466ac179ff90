//! Webhook endpoints and what was sent to them.

use domain::webhooks::{self, DeliveryState as DomainState};
use kernel::ExposeSecret;

use crate::prelude::*;

mod create;
mod delete;
mod deliveries;
mod delivery;
mod list;
mod retry;
mod rotate;
mod test;
mod update;

words! {
    "Where a message stands." DeliveryState = [DomainState::Pending, DomainState::Delivered, DomainState::Failed];
}

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list, create::create))
        .routes(routes!(update::update, delete::delete))
        .routes(routes!(rotate::rotate))
        .routes(routes!(test::test))
        .routes(routes!(deliveries::deliveries))
        .routes(routes!(delivery::delivery))
        .routes(routes!(retry::retry))
}

/// Where messages go.
#[derive(Debug, Serialize, ToSchema)]
struct WebhookEndpoint {
    /// Its id, `whk_…`.
    id: String,
    /// Where to.
    url: String,
    /// The types of event; empty: all.
    events: Vec<String>,
    /// Whether messages go out.
    enabled: bool,
    /// Until when the secret before the last rotation signs too.
    #[schema(required)]
    previous_secret_until: Option<DateTime<Utc>>,
    /// When it was made.
    created_at: DateTime<Utc>,
}

/// An endpoint with its signing secret.
#[derive(Debug, Serialize, ToSchema)]
struct WebhookEndpointWithSecret {
    /// The endpoint.
    endpoint: WebhookEndpoint,
    /// `whsec_…`. Shown once; null where the request is a repetition.
    #[schema(required)]
    secret: Option<String>,
}

/// A message to an endpoint.
#[derive(Debug, Serialize, ToSchema)]
struct Delivery {
    /// `webhook-id`, `msg_…`.
    id: String,
    /// The endpoint, `whk_…`.
    endpoint_id: String,
    /// The type of event.
    r#type: String,
    /// The body, as signed.
    body: String,
    /// Where it stands.
    #[schema(value_type = DeliveryState)]
    state: DomainState,
    /// Tries so far.
    attempts: u32,
    /// HTTP status of the last answer.
    #[schema(required)]
    last_status: Option<u16>,
    /// Why the last try failed: `endpoint_disabled`, `address_not_allowed`, `connection_refused`, `connection_failed`,
    /// `tls_failed`, `connection_lost`, `timed_out`, or `status_not_accepted`, where `last_status` has the status. Messages
    /// that earlier versions sent have a sentence here.
    #[schema(required)]
    last_error: Option<String>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was tried last.
    #[schema(required)]
    attempted_at: Option<DateTime<Utc>>,
}

impl From<webhooks::Endpoint> for WebhookEndpoint {
    fn from(endpoint: webhooks::Endpoint) -> Self {
        Self {
            id: endpoint.id.to_string(),
            url: endpoint.url.into(),
            events: endpoint.events,
            enabled: endpoint.enabled,
            previous_secret_until: endpoint.previous_until,
            created_at: endpoint.created_at,
        }
    }
}

impl From<app::webhooks::EndpointWithSecret> for WebhookEndpointWithSecret {
    fn from(made: app::webhooks::EndpointWithSecret) -> Self {
        Self {
            endpoint: made.endpoint.into(),
            secret: made.secret.map(|secret| secret.expose_secret().to_owned()),
        }
    }
}

impl From<webhooks::Delivery> for Delivery {
    fn from(delivery: webhooks::Delivery) -> Self {
        Self {
            id: delivery.id.to_string(),
            endpoint_id: delivery.endpoint.to_string(),
            r#type: delivery.event,
            body: delivery.body,
            state: delivery.state,
            attempts: delivery.attempts,
            last_status: delivery.last_status,
            last_error: delivery.last_error,
            created_at: delivery.created_at,
            attempted_at: delivery.attempted_at,
        }
    }
}
