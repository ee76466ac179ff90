//! Outgoing webhooks.

use kernel::{DeliveryId, EndpointId, ProjectId, Timestamp};
use serde::{Deserialize, Serialize};

/// Where messages go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// The tenant.
    pub project: ProjectId,
    /// Where to.
    pub url: url::Url,
    /// Which event types; empty: all.
    pub events: Vec<String>,
    /// The signing secret, `whsec_…`.
    pub secret: String,
    /// The secret before the last rotation; signs too until `previous_until`.
    pub previous_secret: Option<String>,
    /// Until when the previous secret signs.
    pub previous_until: Option<Timestamp>,
    /// Whether messages go out.
    pub enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Will be tried, perhaps again.
    Pending,
    /// The receiver took it.
    Delivered,
    /// Given up.
    Failed,
}

/// One message to one endpoint. Its id stays the same whenever it is repeated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// `webhook-id`.
    pub id: DeliveryId,
    /// The tenant.
    pub project: ProjectId,
    /// Where to.
    pub endpoint: EndpointId,
    /// Event type.
    pub event: String,
    /// The body, as signed.
    pub body: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// Tries so far.
    pub attempts: u32,
    /// Status of the last answer.
    pub last_status: Option<u16>,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was tried last.
    pub attempted_at: Option<Timestamp>,
}
