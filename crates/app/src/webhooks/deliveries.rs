//! Messages: what went out, what did not, and another try.

use std::sync::Arc;

use domain::{
    people::Permission,
    webhooks::{Delivery, DeliveryState},
};
use kernel::{Ctx, DeliveryId, EndpointId, Page, PageRequest, Problem, ProblemCode, ProjectId};
use serde_json::json;
use store::{DeliveryAttempt, WriteTx};

use super::present;
use crate::{App, AppResult, access, followers::message_body, handlers::delivery_job};

/// The event type of a message that only tries an endpoint out.
pub const TEST_EVENT: &str = "webhook.test";

/// A page of an endpoint's messages, newest first, in one state where it is given.
pub async fn list_deliveries(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    endpoint: EndpointId,
    state: Option<DeliveryState>,
    page: PageRequest,
) -> AppResult<Page<Delivery>> {
    app.authorize(ctx, project, Permission::WebhooksRead)
        .await?;
    let reader = app.store().read();
    let webhooks = reader.project(project).webhooks();
    webhooks
        .find(endpoint)
        .await?
        .ok_or(ProblemCode::NotFound)?;
    Ok(webhooks.deliveries(endpoint, state, page).await?)
}

/// One message and the tries to deliver it, the first one first.
pub async fn get_delivery(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: DeliveryId,
) -> AppResult<(Delivery, Vec<DeliveryAttempt>)> {
    app.authorize(ctx, project, Permission::WebhooksRead)
        .await?;
    let reader = app.store().read();
    let webhooks = reader.project(project).webhooks();
    let delivery = webhooks.delivery(id).await?.ok_or(ProblemCode::NotFound)?;
    Ok((delivery, webhooks.attempts(id).await?))
}

/// Sends a message again that was given up or delivered. Its id stays the same.
///
/// # Errors
/// `invalid_transition` where it waits for a try already, or its endpoint is disabled; `not_found` also where its
/// endpoint is gone.
pub async fn retry_delivery(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: DeliveryId,
) -> AppResult<Delivery> {
    app.authorize(ctx, project, Permission::WebhooksWrite)
        .await?;
    let (own, tries) = (ctx.clone(), app.settings().webhook_attempts);
    app.write(ctx, Some(project), move |tx| {
        let ctx = own.clone();
        Box::pin(async move {
            let webhooks = tx.project(project).webhooks();
            let mut delivery = webhooks.delivery(id).await?.ok_or(ProblemCode::NotFound)?;
            accepting(tx, project, delivery.endpoint).await?;
            if delivery.state == DeliveryState::Pending {
                let detail = "The message waits for its next try already.";
                return Err(Problem::new(ProblemCode::InvalidTransition, detail).into());
            }
            delivery.state = DeliveryState::Pending;
            webhooks.revive(id).await?;
            tx.enqueue(&[delivery_job(&delivery, tries, ctx.now())])
                .await?;
            record(tx, &ctx, &delivery, "webhook.message_retried").await?;
            Ok(delivery)
        })
    })
    .await
}

/// Sends a message of the type [`TEST_EVENT`] to an endpoint, whatever types it asks for.
///
/// # Errors
/// `not_found`; `invalid_transition` where the endpoint is disabled.
pub async fn send_test(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    endpoint: EndpointId,
) -> AppResult<Delivery> {
    app.authorize(ctx, project, Permission::WebhooksWrite)
        .await?;
    let (own, tries) = (ctx.clone(), app.settings().webhook_attempts);
    let tenant = access::project(app, project).await?;
    app.write(ctx, Some(project), move |tx| {
        let (ctx, tenant) = (own.clone(), Arc::clone(&tenant));
        Box::pin(async move {
            accepting(tx, project, endpoint).await?;
            let delivery = Delivery {
                id: ctx.id(),
                project,
                endpoint,
                event: TEST_EVENT.to_owned(),
                body: message_body(
                    &tenant,
                    TEST_EVENT,
                    ctx.now(),
                    &json!({ "endpoint": endpoint }),
                ),
                state: DeliveryState::Pending,
                attempts: 0,
                last_status: None,
                last_error: None,
                created_at: ctx.now(),
                attempted_at: None,
            };
            tx.project(project)
                .webhooks()
                .insert_deliveries(std::slice::from_ref(&delivery))
                .await?;
            tx.enqueue(&[delivery_job(&delivery, tries, ctx.now())])
                .await?;
            record(tx, &ctx, &delivery, "webhook.tested").await?;
            Ok(delivery)
        })
    })
    .await
}

async fn accepting(tx: &WriteTx, project: ProjectId, id: EndpointId) -> AppResult<()> {
    if present(tx, project, id).await?.enabled {
        return Ok(());
    }
    Err(Problem::new(ProblemCode::InvalidTransition, "The endpoint is disabled.").into())
}

async fn record(tx: &WriteTx, ctx: &Ctx, delivery: &Delivery, action: &str) -> AppResult<()> {
    let detail = json!({ "endpoint": delivery.endpoint, "event": delivery.event });
    let (project, id) = (Some(delivery.project), delivery.id.to_string());
    Ok(tx
        .audit(project, ctx.now(), &ctx.actor.label(), action, &id, detail)
        .await?)
}
