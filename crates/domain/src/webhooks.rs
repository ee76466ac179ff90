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

macro_rules! faults {
    ($($variant:ident $slug:literal $meaning:literal;)*) => {
        /// Why a try to deliver a message failed: a stable slug that clients may match on. It never tells the address,
        /// which may carry a secret.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum DeliveryFault {
            $(#[doc = $meaning] $variant,)*
        }

        impl DeliveryFault {
            /// Every fault there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable name.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug),* }
            }

            /// The fault of this name. Earlier versions kept English sentences, which name none.
            pub fn named(slug: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|fault| fault.slug() == slug)
            }
        }
    };
}

faults! {
    EndpointDisabled "endpoint_disabled" "The endpoint was paused or deleted before the message went out.";
    AddressNotAllowed "address_not_allowed" "The address is not one of the public Internet.";
    ConnectionRefused "connection_refused" "Nothing listens at the address.";
    ConnectionFailed "connection_failed" "No connection came about: the name is not known, or nothing answers there.";
    TlsFailed "tls_failed" "No secure connection came about, for example because the certificate is not valid.";
    ConnectionLost "connection_lost" "The connection broke before the answer.";
    TimedOut "timed_out" "There was no answer in time.";
    StatusNotAccepted "status_not_accepted" "The receiver answered with another status than 2xx.";
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
    /// Why the last try failed: a [`DeliveryFault`] by its slug.
    pub last_error: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was tried last.
    pub attempted_at: Option<Timestamp>,
}
