//! Events: what the host application tells.

use kernel::{Amount, EventId, MemberId, ProjectId, ReferralId, Timestamp, Unit};
use serde::{Deserialize, Serialize};

use super::Outcome;

/// The type of an event. Four have a meaning of their own; others only trigger rules.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum EventType {
    /// A person joined.
    Signup,
    /// An existing member names who invited them.
    Claim,
    /// A purchase with an amount and an order.
    Purchase,
    /// All or part of a purchase was paid back.
    Refund,
    /// `activation` and any name of your own.
    Named(String),
}

impl EventType {
    /// The name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Signup => "signup",
            Self::Claim => "claim",
            Self::Purchase => "purchase",
            Self::Refund => "refund",
            Self::Named(name) => name,
        }
    }
}

impl From<String> for EventType {
    fn from(name: String) -> Self {
        match name.as_str() {
            "signup" => Self::Signup,
            "claim" => Self::Claim,
            "purchase" => Self::Purchase,
            "refund" => Self::Refund,
            _ => Self::Named(name),
        }
    }
}

impl From<EventType> for String {
    fn from(kind: EventType) -> Self {
        kind.as_str().to_owned()
    }
}

/// One event as it came in, checked for shape and not yet decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The sender's id of it; the same id has one effect and one answer.
    pub key: Option<String>,
    /// Its type.
    pub kind: EventType,
    /// When it happened, as the sender says; when it came, otherwise.
    pub occurred_at: Option<Timestamp>,
    /// The slug of the program it is about; needed where neither code nor referral tells.
    pub program: Option<String>,
    /// The host application's id of the member.
    pub external_id: Option<String>,
    /// The member's e-mail.
    pub email: Option<String>,
    /// The member's name.
    pub name: Option<String>,
    /// The member's language, `en` or `zh`.
    pub locale: Option<String>,
    /// The code that the person gave.
    pub code: Option<String>,
    /// The signed click ids that the person's browser carries, in any order.
    pub clicks: Vec<String>,
    /// The person's address, for the risk signals; only its keyed hash is kept.
    pub address: Option<String>,
    /// The person's device, for the risk signals; only its keyed hash is kept.
    pub device: Option<String>,
    /// The amount of a purchase or refund in minor units.
    pub amount: Option<Amount>,
    /// The currency or unit of the amount.
    pub unit: Option<Unit>,
    /// The order that a purchase or refund is about.
    pub order: Option<String>,
    /// Anything that conditions may ask about.
    pub properties: serde_json::Map<String, serde_json::Value>,
    /// Refuse the event instead of recording it unattributed where the attribution fails.
    pub strict: bool,
}

/// An event as recorded, with the answer that it got.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    /// Its id.
    pub id: EventId,
    /// The tenant.
    pub project: ProjectId,
    /// The sender's id of it, or our own; unique in the project.
    pub key: String,
    /// Hash of the event's content: the same key with another content is a conflict.
    pub fingerprint: [u8; 32],
    /// Its type.
    pub kind: EventType,
    /// The member it was about.
    pub member: MemberId,
    /// The referral it touched.
    pub referral: Option<ReferralId>,
    /// The event itself, without address and device.
    pub event: Event,
    /// The answer.
    pub outcome: Outcome,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it came in.
    pub created_at: Timestamp,
}

/// An order: what was paid and what was paid back. A refund may come in before its purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The tenant.
    pub project: ProjectId,
    /// The host application's id, unique in the project.
    pub key: String,
    /// Whose.
    pub member: MemberId,
    /// What was paid, in minor units; zero until the purchase came in.
    pub paid: Amount,
    /// What was paid back so far.
    pub refunded: Amount,
    /// When it was first heard of.
    pub created_at: Timestamp,
}
