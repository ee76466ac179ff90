//! Webhook endpoints, their secrets, and their messages. The delivery itself is a job.

use chrono::TimeDelta;
use data_encoding::BASE64;
use domain::{log::Fact, people::Permission, webhooks::Endpoint};
use kernel::{Ctx, EndpointId, Entropy, ProblemCode, ProjectId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::WriteTx;
use url::Url;

use crate::{App, AppResult, SecretText, findings::Findings};

mod deliveries;

pub use deliveries::{TEST_EVENT, get_delivery, list_deliveries, retry_delivery, send_test};

/// Every event type that an endpoint can ask for.
pub const EVENT_TYPES: [&str; 9] = [
    "member.created",
    "referral.registered",
    "referral.refused",
    "referral.changed",
    "reward.granted",
    "reward.changed",
    "balance.spent",
    "invitation.sent",
    "program.changed",
];

/// Hours that the secret before a rotation goes on signing.
const OVERLAP_HOURS: i64 = 24;

/// An endpoint to be made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewEndpoint {
    /// Where to.
    pub url: Url,
    /// Which event types; empty: all.
    #[serde(default)]
    pub events: Vec<String>,
}

/// What is to be changed of an endpoint. What is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EndpointPatch {
    /// Where to.
    pub url: Option<Url>,
    /// Which event types; empty: all.
    pub events: Option<Vec<String>>,
    /// Whether messages go out.
    pub enabled: Option<bool>,
}

/// An endpoint, and the first time its secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndpointWithSecret {
    /// The endpoint, without secrets.
    pub endpoint: Endpoint,
    /// What messages are signed with; none where the answer of then is given again.
    #[serde(skip)]
    pub secret: Option<SecretText>,
}

/// Makes an endpoint.
///
/// # Errors
/// `validation_failed`, also for addresses that messages may not go to.
pub async fn create_endpoint(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    new: NewEndpoint,
) -> AppResult<EndpointWithSecret> {
    app.authorize(ctx, project, Permission::WebhooksWrite)
        .await?;
    check(app, Some(&new.url), Some(&new.events))?;
    let own = ctx.clone();
    app.write(ctx, Some(project), move |tx| {
        let (ctx, new) = (own.clone(), new.clone());
        Box::pin(async move {
            let secret = signing_secret(ctx.entropy.as_ref());
            let endpoint = Endpoint {
                id: ctx.id(),
                project,
                url: new.url,
                events: new.events,
                secret: secret.clone(),
                previous_secret: None,
                previous_until: None,
                enabled: true,
                created_at: ctx.now(),
            };
            tx.project(project).webhooks().insert(&endpoint).await?;
            record(tx, &ctx, &endpoint, "webhook.created").await?;
            Ok(EndpointWithSecret {
                endpoint: without_secrets(endpoint),
                secret: Some(secret.into()),
            })
        })
    })
    .await
}

/// Every endpoint, newest first, without secrets.
pub async fn list_endpoints(app: &App, ctx: &Ctx, project: ProjectId) -> AppResult<Vec<Endpoint>> {
    app.authorize(ctx, project, Permission::WebhooksRead)
        .await?;
    let endpoints = app
        .store()
        .read()
        .project(project)
        .webhooks()
        .endpoints()
        .await?;
    Ok(endpoints.into_iter().map(without_secrets).collect())
}

/// Changes an endpoint. Gives it without secrets.
///
/// # Errors
/// `validation_failed`, also for addresses that messages may not go to.
pub async fn update_endpoint(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: EndpointId,
    patch: EndpointPatch,
) -> AppResult<Endpoint> {
    app.authorize(ctx, project, Permission::WebhooksWrite)
        .await?;
    check(app, patch.url.as_ref(), patch.events.as_deref())?;
    let own = ctx.clone();
    app.write(ctx, Some(project), move |tx| {
        let (ctx, patch) = (own.clone(), patch.clone());
        Box::pin(async move {
            let mut endpoint = present(tx, project, id).await?;
            endpoint.url = patch.url.unwrap_or(endpoint.url);
            endpoint.events = patch.events.unwrap_or(endpoint.events);
            endpoint.enabled = patch.enabled.unwrap_or(endpoint.enabled);
            tx.project(project).webhooks().save(&endpoint).await?;
            record(tx, &ctx, &endpoint, "webhook.updated").await?;
            Ok(without_secrets(endpoint))
        })
    })
    .await
}

/// Removes an endpoint. What was to be sent to it is not.
pub async fn delete_endpoint(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: EndpointId,
) -> AppResult<()> {
    app.authorize(ctx, project, Permission::WebhooksWrite)
        .await?;
    let own = ctx.clone();
    app.write(ctx, Some(project), move |tx| {
        let ctx = own.clone();
        Box::pin(async move {
            let endpoint = present(tx, project, id).await?;
            tx.project(project).webhooks().delete(id).await?;
            record(tx, &ctx, &endpoint, "webhook.deleted").await
        })
    })
    .await
}

/// Gives an endpoint a new secret. The one before signs too for 24 hours.
pub async fn rotate_secret(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: EndpointId,
) -> AppResult<EndpointWithSecret> {
    app.authorize(ctx, project, Permission::WebhooksWrite)
        .await?;
    let own = ctx.clone();
    app.write(ctx, Some(project), move |tx| {
        let ctx = own.clone();
        Box::pin(async move {
            let secret = signing_secret(ctx.entropy.as_ref());
            let mut endpoint = present(tx, project, id).await?;
            endpoint.previous_secret =
                Some(std::mem::replace(&mut endpoint.secret, secret.clone()));
            endpoint.previous_until = Some(ctx.now() + TimeDelta::hours(OVERLAP_HOURS));
            tx.project(project).webhooks().save(&endpoint).await?;
            record(tx, &ctx, &endpoint, "webhook.secret_rotated").await?;
            Ok(EndpointWithSecret {
                endpoint: without_secrets(endpoint),
                secret: Some(secret.into()),
            })
        })
    })
    .await
}

fn check(app: &App, url: Option<&Url>, events: Option<&[String]>) -> AppResult<()> {
    let mut findings = Findings::default();
    if let Some(url) = url {
        if let Err(refused) = app.http().request(reqwest::Method::POST, url) {
            findings.expect(
                false,
                "url",
                "not_allowed",
                &format!("Messages cannot go there: {refused}."),
            );
        }
        let anonymous = url.username().is_empty() && url.password().is_none();
        findings.expect(
            anonymous,
            "url",
            "invalid",
            "Leave out user name and password.",
        );
        findings.expect(
            url.as_str().len() <= 1024,
            "url",
            "too_long",
            "Use at most 1024 characters.",
        );
    }
    let events = events.unwrap_or_default();
    findings.expect(
        events.len() <= EVENT_TYPES.len(),
        "events",
        "too_many",
        "Name each type once.",
    );
    for (index, event) in events.iter().enumerate().take(EVENT_TYPES.len()) {
        let known = EVENT_TYPES.contains(&event.as_str());
        findings.expect(
            known,
            &format!("events[{index}]"),
            "unknown",
            "There is no such event type.",
        );
    }
    Ok(findings.told()?)
}

/// A secret as Standard Webhooks writes it.
fn signing_secret(entropy: &dyn Entropy) -> String {
    let mut random = [0; 32];
    entropy.fill(&mut random);
    format!("whsec_{}", BASE64.encode(&random))
}

/// The endpoint as people may see it.
fn without_secrets(endpoint: Endpoint) -> Endpoint {
    Endpoint {
        secret: String::new(),
        previous_secret: None,
        ..endpoint
    }
}

async fn present(tx: &WriteTx, project: ProjectId, id: EndpointId) -> AppResult<Endpoint> {
    let found = tx.project(project).webhooks().find(id).await?;
    found.ok_or_else(|| ProblemCode::NotFound.into())
}

async fn record(tx: &WriteTx, ctx: &Ctx, endpoint: &Endpoint, action: &str) -> AppResult<()> {
    let detail =
        json!({ "url": endpoint.url, "events": endpoint.events, "enabled": endpoint.enabled });
    let project = Some(endpoint.project);
    tx.audit(
        project,
        ctx.now(),
        &ctx.actor.label(),
        action,
        &endpoint.id.to_string(),
        detail,
    )
    .await?;
    tx.emit(
        project,
        ctx.now(),
        vec![Fact::WebhookChanged {
            endpoint: endpoint.id,
        }],
    );
    Ok(())
}
