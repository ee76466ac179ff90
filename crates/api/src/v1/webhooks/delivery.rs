//! `GET /api/v1/webhooks/deliveries/{id}`

use super::Delivery;
use crate::prelude::*;

/// A message with every try to deliver it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryWithAttempts {
    /// The message.
    delivery: Delivery,
    /// The tries, the first one first.
    attempts: Vec<Attempt>,
}

/// A try to deliver a message.
#[derive(Debug, Serialize, ToSchema)]
struct Attempt {
    /// When.
    at: DateTime<Utc>,
    /// HTTP status of the answer.
    #[schema(required)]
    status: Option<u16>,
    /// Why it failed, by the names that the message's `last_error` has.
    #[schema(required)]
    error: Option<String>,
    /// How long it took, in milliseconds.
    millis: u32,
}

failures!(reads: NotFound);

/// Shows a message with every try to deliver it.
#[utoipa::path(get, path = "/api/v1/webhooks/deliveries/{id}", tag = "webhooks", operation_id = "get_delivery",
    params(("id" = String, Path, description = "The message's id, `msg_…`.")),
    responses((status = 200, description = "The message.", body = DeliveryWithAttempts), Failure))]
pub(super) async fn delivery(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<DeliveryId>,
) -> Answer<DeliveryWithAttempts> {
    let (delivery, attempts) = app::webhooks::get_delivery(&app, &ctx, project, id).await?;
    let attempts = attempts.into_iter().map(|attempt| Attempt {
        at: attempt.at,
        status: attempt.status,
        error: attempt.error,
        millis: attempt.millis,
    });
    shown(DeliveryWithAttempts {
        delivery: delivery.into(),
        attempts: attempts.collect(),
    })
}
