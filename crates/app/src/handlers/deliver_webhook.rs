//! `webhook.deliver`: one message to one endpoint, signed as Standard Webhooks asks.

mod sign;

use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::TimeDelta;
use domain::{
    log::Fact,
    webhooks::{Delivery, DeliveryFault, DeliveryState, Endpoint},
};
use jobs::{Handler, JobError};
use kernel::{Actor, Ctx, DeliveryId, Id, ProjectId, Timestamp, kinds};
use reqwest::{Method, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{DeliveryAttempt, Job, NewJob, StoreError, StoreResult, WriteTx};
use telemetry::NoAnswer;

use crate::{App, SecurityEvent};
use sign::signatures;

const KIND: &str = "webhook.deliver";

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Payload {
    project: ProjectId,
    delivery: DeliveryId,
}

/// The job that delivers a message. There is one at a time per message.
pub(crate) fn delivery_job(delivery: &Delivery, attempts: u32, now: Timestamp) -> NewJob {
    let payload = Payload {
        project: delivery.project,
        delivery: delivery.id,
    };
    NewJob {
        id: Id::from_uuid(delivery.id.uuid()),
        kind: KIND.to_owned(),
        payload: serde_json::to_value(payload).unwrap_or_default(),
        run_at: now,
        max_attempts: attempts,
        dedupe_key: Some(delivery.id.to_string()),
        created_at: now,
    }
}

/// Delivers messages.
#[derive(Debug)]
pub(super) struct DeliverWebhook(App);

/// How a try ended.
struct Tried {
    status: Option<StatusCode>,
    fault: Option<DeliveryFault>,
    retry_after: Option<TimeDelta>,
    elapsed: Duration,
}

impl DeliverWebhook {
    /// The handler of this installation.
    pub(super) fn new(app: &App) -> Self {
        Self(app.clone())
    }
}

#[async_trait]
impl Handler for DeliverWebhook {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn max_attempts(&self) -> u32 {
        self.0.settings().webhook_attempts
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let payload: Payload = serde_json::from_value(job.payload.clone())
            .map_err(|error| JobError::fatal(error.to_string()))?;
        let ctx = self.0.ctx(Actor::System(KIND), job.id.to_string());
        let (delivery, endpoint) = {
            let reader = self.0.store().read();
            let webhooks = reader.project(payload.project).webhooks();
            let delivery = webhooks.delivery(payload.delivery).await?;
            let Some(delivery) =
                delivery.filter(|delivery| delivery.state == DeliveryState::Pending)
            else {
                return Ok(());
            };
            let endpoint = webhooks.find(delivery.endpoint).await?;
            (delivery, endpoint)
        };
        let Some(endpoint) = endpoint.filter(|endpoint| endpoint.enabled) else {
            let tried = Tried::without_answer(DeliveryFault::EndpointDisabled, Duration::ZERO);
            return Ok(self
                .record(&ctx, &delivery, &tried, DeliveryState::Failed)
                .await?);
        };
        let tried = self.attempt(&ctx, &delivery, &endpoint).await;
        let last = job.attempts >= self.max_attempts().min(job.max_attempts);
        let (outcome, state) = tried.outcome(last);
        self.0.metrics().webhook(outcome, tried.elapsed);
        self.record(&ctx, &delivery, &tried, state).await?;
        match state {
            DeliveryState::Pending => Err(JobError {
                retryable: true,
                detail: tried.fault.map_or("", DeliveryFault::slug).to_owned(),
                retry_after: tried.retry_after,
            }),
            // A job that was given up would keep its key, and the message could not be sent again.
            DeliveryState::Delivered | DeliveryState::Failed => Ok(()),
        }
    }
}

impl DeliverWebhook {
    async fn attempt(&self, ctx: &Ctx, delivery: &Delivery, endpoint: &Endpoint) -> Tried {
        let begun = Instant::now();
        let Ok(request) = self.0.http().request(Method::POST, &endpoint.url) else {
            let refused = self.0.metrics().security(SecurityEvent::AddressRefused);
            refused.inc();
            return Tried::without_answer(DeliveryFault::AddressNotAllowed, begun.elapsed());
        };
        let (id, now) = (delivery.id.to_string(), ctx.now());
        let answer = request
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-id", &id)
            .header("webhook-timestamp", now.timestamp().to_string())
            .header(
                "webhook-signature",
                signatures(endpoint, &id, now, &delivery.body),
            )
            .body(delivery.body.clone())
            .send()
            .await;
        match answer {
            Ok(answer) => {
                let after = answer
                    .headers()
                    .get(header::RETRY_AFTER)
                    .and_then(|value| value.to_str().ok());
                let retry_after = after
                    .and_then(|text| text.parse().ok())
                    .and_then(TimeDelta::try_seconds);
                let accepted = answer.status().is_success();
                Tried {
                    status: Some(answer.status()),
                    fault: (!accepted).then_some(DeliveryFault::StatusNotAccepted),
                    retry_after,
                    elapsed: begun.elapsed(),
                }
            }
            Err(error) => Tried::without_answer(fault(&error), begun.elapsed()),
        }
    }

    async fn record(
        &self,
        ctx: &Ctx,
        delivery: &Delivery,
        tried: &Tried,
        state: DeliveryState,
    ) -> StoreResult<()> {
        let attempt = DeliveryAttempt {
            id: Id::<kinds::Delivery>::new(ctx.now(), ctx.entropy.as_ref()).uuid(),
            at: ctx.now(),
            status: tried.status.map(|status| status.as_u16()),
            error: tried.fault.map(|fault| fault.slug().to_owned()),
            millis: u32::try_from(tried.elapsed.as_millis()).unwrap_or(u32::MAX),
        };
        let gone = tried.status == Some(StatusCode::GONE);
        let (project, id, endpoint, own) = (
            delivery.project,
            delivery.id,
            delivery.endpoint,
            ctx.clone(),
        );
        self.0
            .store()
            .transact(move |tx| {
                let (attempt, ctx) = (attempt.clone(), own.clone());
                Box::pin(async move {
                    tx.project(project)
                        .webhooks()
                        .record_attempt(id, &attempt, state)
                        .await?;
                    if gone {
                        disable(tx, &ctx, project, endpoint).await?;
                    }
                    Ok::<_, StoreError>(())
                })
            })
            .await
    }
}

/// A receiver that answers 410 wants nothing any more.
async fn disable(
    tx: &WriteTx,
    ctx: &Ctx,
    project: ProjectId,
    id: kernel::EndpointId,
) -> StoreResult<()> {
    let webhooks = tx.project(project).webhooks();
    let Some(mut endpoint) = webhooks.find(id).await?.filter(|endpoint| endpoint.enabled) else {
        return Ok(());
    };
    endpoint.enabled = false;
    webhooks.save(&endpoint).await?;
    let (now, actor, subject) = (ctx.now(), ctx.actor.label(), id.to_string());
    tx.audit(
        Some(project),
        now,
        &actor,
        "webhook.disabled",
        &subject,
        json!({ "status": 410 }),
    )
    .await?;
    tx.emit(
        Some(project),
        now,
        vec![Fact::WebhookChanged { endpoint: id }],
    );
    Ok(())
}

impl Tried {
    fn without_answer(fault: DeliveryFault, elapsed: Duration) -> Self {
        Self {
            status: None,
            fault: Some(fault),
            retry_after: None,
            elapsed,
        }
    }

    /// How metrics call it, and where the message stands after it.
    fn outcome(&self, last: bool) -> (&'static str, DeliveryState) {
        match self.status {
            Some(status) if status.is_success() => ("delivered", DeliveryState::Delivered),
            Some(StatusCode::GONE) => ("gone", DeliveryState::Failed),
            _ if last => ("failed", DeliveryState::Failed),
            _ => ("retried", DeliveryState::Pending),
        }
    }
}

/// What went wrong, without the address: it may carry a secret.
fn fault(error: &reqwest::Error) -> DeliveryFault {
    match NoAnswer::from(error) {
        NoAnswer::NotPublic => DeliveryFault::AddressNotAllowed,
        NoAnswer::Refused => DeliveryFault::ConnectionRefused,
        NoAnswer::Unreachable => DeliveryFault::ConnectionFailed,
        NoAnswer::Tls => DeliveryFault::TlsFailed,
        NoAnswer::Broken => DeliveryFault::ConnectionLost,
        NoAnswer::TimedOut => DeliveryFault::TimedOut,
    }
}
