//! `POST /api/v1/events`

use axum::http::{HeaderName, HeaderValue, StatusCode};
use domain::referrals::{self, EventType};
use kernel::{Amount, Unit};

use super::EventOutcome;
use crate::{prelude::*, refusal::Refusal};

/// Something that happened in the host application.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewEvent {
    /// `signup`, `claim`, `activation`, `purchase`, `refund`, or a name of your own.
    #[schema(value_type = String, example = "signup", pattern = "^[a-z0-9_.:-]{1,64}$")]
    r#type: EventType,
    /// Your id of the event: the same id has one effect and one answer.
    #[schema(min_length = 1, max_length = 180)]
    event_id: Option<String>,
    /// When it happened; absent: now.
    occurred_at: Option<DateTime<Utc>>,
    /// The slug of the program; needed where neither code nor referral tells.
    #[schema(min_length = 1, max_length = 64)]
    program: Option<String>,
    /// Your id of the member. This or `email` is needed.
    #[schema(min_length = 1, max_length = 191)]
    external_id: Option<String>,
    /// The member's e-mail.
    #[schema(format = "email", max_length = 191)]
    email: Option<String>,
    /// The member's name.
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    /// The member's language, `en` or `zh`.
    #[schema(pattern = "^(en|zh)$")]
    locale: Option<String>,
    /// The code that the person gave.
    #[schema(min_length = 1, max_length = 64)]
    code: Option<String>,
    /// The `click_id`s that the person's browser carries, in any order.
    #[serde(default)]
    #[schema(max_items = 20)]
    click_ids: Vec<String>,
    /// The person's address, for the risk signals; only its keyed hash is kept.
    #[schema(min_length = 1, max_length = 64)]
    address: Option<String>,
    /// The person's device, for the risk signals; only its keyed hash is kept.
    #[schema(min_length = 1, max_length = 255)]
    device: Option<String>,
    /// The amount of a purchase or refund in minor units.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 1_000_000_000_000_000_i64)]
    amount: Option<Amount>,
    /// The unit of the amount.
    #[schema(value_type = Option<String>)]
    unit: Option<Unit>,
    /// The order that a purchase or refund is about.
    #[schema(min_length = 1, max_length = 191)]
    order_id: Option<String>,
    /// Anything that the conditions of rules may ask about.
    #[serde(default)]
    properties: serde_json::Map<String, serde_json::Value>,
    /// Refuse a sign-up that cannot be attributed, instead of recording it without an inviter.
    #[serde(default)]
    strict: bool,
}

impl Validate for NewEvent {}

impl From<NewEvent> for referrals::Event {
    fn from(event: NewEvent) -> Self {
        Self {
            key: event.event_id,
            kind: event.r#type,
            occurred_at: event.occurred_at,
            program: event.program,
            external_id: event.external_id,
            email: event.email,
            name: event.name,
            locale: event.locale,
            code: event.code,
            clicks: event.click_ids,
            address: event.address,
            device: event.device,
            amount: event.amount,
            unit: event.unit,
            order: event.order_id,
            properties: event.properties,
            strict: event.strict,
        }
    }
}

failures!(writes: NotFound, InviteCodeInvalid, InviteCodeExpired, InviteCodeRevoked, InviteCodeExhausted, SelfInvitation,
    AlreadyInvited, ClaimWindowOver, ProgramNotActive, QuotaExceeded, RiskBlocked, Conflict);

/// Takes in one event. Its effect is durable when the answer comes.
///
/// The problems about codes, quotas and risk answer `strict` sign-ups only; others are recorded with a `refusal`.
#[utoipa::path(post, path = "/api/v1/events", tag = "events", operation_id = "ingest_event", request_body = NewEvent,
    responses(
        (status = 201, description = "What the event did.", body = EventOutcome, headers(
            ("Idempotent-Replayed" = Option<String>,
                description = "`true` where the event had come before and this is the answer of then."))),
        Failure,
    ))]
pub(super) async fn ingest(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Valid(event): Valid<NewEvent>,
) -> Result<
    (
        StatusCode,
        Option<[(HeaderName, HeaderValue); 1]>,
        Json<EventOutcome>,
    ),
    Refusal,
> {
    let key = event.event_id.clone();
    let ingested = app::events::ingest_event(&app, &ctx, project, event.into()).await?;
    let replayed = [(
        HeaderName::from_static("idempotent-replayed"),
        HeaderValue::from_static("true"),
    )];
    let headers = ingested.replayed.then_some(replayed);
    Ok((
        StatusCode::CREATED,
        headers,
        Json(EventOutcome::new(key, ingested.outcome)),
    ))
}
