//! Events: what the host application tells.

use domain::referrals::{Decision as DomainDecision, EventType, Outcome, StoredEvent};

use crate::prelude::*;

mod batch;
pub(super) mod decision;
mod get;
mod ingest;
mod list;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list, ingest::ingest))
        .routes(routes!(get::get))
}

/// The endpoints that take large bodies.
pub(super) fn batch_routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(batch::batch))
}

/// What an event did.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventOutcome {
    /// The event as recorded, `evt_…`.
    id: String,
    /// Your id of it.
    #[schema(required)]
    event_id: Option<String>,
    /// The member it was about, `mem_…`.
    member_id: String,
    /// The referral it touched, `ref_…`.
    #[schema(required)]
    referral_id: Option<String>,
    /// Whether it belongs to a referral.
    attributed: bool,
    /// The problem code that says why a sign-up was not attributed.
    #[schema(required)]
    refusal: Option<&'static str>,
    /// The grants it made, `grt_…`.
    grants: Vec<String>,
    /// Why all this.
    #[schema(value_type = decision::Decision)]
    decision: DomainDecision,
}

impl EventOutcome {
    /// What came of the event that the sender calls `event_id`.
    pub(super) fn new(event_id: Option<String>, outcome: Outcome) -> Self {
        Self {
            id: outcome.event.to_string(),
            event_id,
            member_id: outcome.member.to_string(),
            referral_id: outcome.referral.map(|id| id.to_string()),
            attributed: outcome.referral.is_some(),
            refusal: outcome.refusal.map(ProblemCode::slug),
            grants: outcome.grants.iter().map(ToString::to_string).collect(),
            decision: outcome.decision,
        }
    }
}

/// An event as recorded, with what it did.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Event {
    /// Its type.
    #[schema(value_type = String)]
    r#type: EventType,
    /// The program it was said to be about, by its slug.
    #[schema(required)]
    program: Option<String>,
    /// The code that the person gave.
    #[schema(required)]
    code: Option<String>,
    /// The amount in minor units.
    #[schema(required)]
    amount: Option<i64>,
    /// The unit of the amount.
    #[schema(required)]
    unit: Option<String>,
    /// The order that it was about.
    #[schema(required)]
    order_id: Option<String>,
    /// Whatever else was told.
    properties: serde_json::Map<String, serde_json::Value>,
    /// When it happened.
    occurred_at: DateTime<Utc>,
    /// When it came in.
    created_at: DateTime<Utc>,
    /// What it did.
    outcome: EventOutcome,
}

impl From<StoredEvent> for Event {
    fn from(stored: StoredEvent) -> Self {
        let event = stored.event;
        Self {
            r#type: stored.kind,
            program: event.program,
            code: event.code,
            amount: event.amount.map(|amount| amount.0),
            unit: event.unit.map(String::from),
            order_id: event.order,
            properties: event.properties,
            occurred_at: stored.occurred_at,
            created_at: stored.created_at,
            outcome: EventOutcome::new(event.key, stored.outcome),
        }
    }
}
