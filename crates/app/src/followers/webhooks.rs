//! Messages to the host application.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::{
    log::{Entry, Fact},
    projects::{Mode, Project},
    webhooks::{Delivery, DeliveryState, Endpoint},
};
use jobs::Follower;
use kernel::{ProjectId, Timestamp};
use serde::Serialize;
use serde_json::Value;
use store::{StoreResult, WriteTx};

use super::derived;
use crate::{App, handlers::delivery_job, webhooks::EVENT_TYPES};

/// Makes a message of each fact for each endpoint that wants it, and a job that delivers it.
#[derive(Debug)]
pub(super) struct WebhookFollower {
    attempts: u32,
}

impl WebhookFollower {
    /// The follower of this installation.
    pub(super) fn new(app: &App) -> Self {
        Self {
            attempts: app.settings().webhook_attempts,
        }
    }
}

#[async_trait]
impl Follower for WebhookFollower {
    fn name(&self) -> &'static str {
        "webhooks"
    }

    async fn follow(&self, tx: &WriteTx, entries: &[Entry]) -> StoreResult<()> {
        let mut by_project: BTreeMap<ProjectId, Vec<&Entry>> = BTreeMap::new();
        for entry in entries {
            if let Some(project) = entry.project {
                by_project.entry(project).or_default().push(entry);
            }
        }
        for (project, entries) in by_project {
            let webhooks = tx.project(project).webhooks();
            let mut endpoints = webhooks.endpoints().await?;
            endpoints.retain(|endpoint| endpoint.enabled);
            if endpoints.is_empty() {
                continue;
            }
            let Some(project) = tx.directory().project(project).await? else {
                continue;
            };
            let deliveries: Vec<Delivery> = entries
                .into_iter()
                .flat_map(|entry| deliveries(&project, &endpoints, entry))
                .collect();
            let jobs: Vec<_> = deliveries
                .iter()
                .map(|delivery| delivery_job(delivery, self.attempts, delivery.created_at))
                .collect();
            webhooks.insert_deliveries(&deliveries).await?;
            tx.enqueue(&jobs).await?;
        }
        Ok(())
    }
}

fn deliveries(project: &Project, endpoints: &[Endpoint], entry: &Entry) -> Vec<Delivery> {
    let mut deliveries = Vec::new();
    for (index, fact) in entry.facts.iter().enumerate() {
        let kind = fact.kind();
        if !EVENT_TYPES.contains(&kind) {
            continue;
        }
        let wants = |endpoint: &&Endpoint| {
            // What was true before the endpoint was made is no news to it.
            let news = endpoint.created_at <= entry.at;
            news && (endpoint.events.is_empty()
                || endpoint.events.iter().any(|event| event == kind))
        };
        let mut body = None;
        for endpoint in endpoints.iter().filter(wants) {
            deliveries.push(Delivery {
                id: derived(entry.at, entry.seq, index, endpoint.id.uuid().as_bytes()),
                project: project.id,
                endpoint: endpoint.id,
                event: kind.to_owned(),
                body: body
                    .get_or_insert_with(|| fact_body(project, fact, entry.at))
                    .clone(),
                state: DeliveryState::Pending,
                attempts: 0,
                last_status: None,
                last_error: None,
                created_at: entry.at,
                attempted_at: None,
            });
        }
    }
    deliveries
}

fn fact_body(project: &Project, fact: &Fact, at: Timestamp) -> String {
    let mut data = serde_json::to_value(fact).unwrap_or_default();
    if let Some(fields) = data.as_object_mut() {
        fields.remove("type");
    }
    message_body(project, fact.kind(), at, &data)
}

/// The body of a message: what is signed and sent.
pub(crate) fn message_body(project: &Project, kind: &str, at: Timestamp, data: &Value) -> String {
    #[derive(Serialize)]
    struct Body<'a> {
        r#type: &'a str,
        timestamp: Timestamp,
        data: &'a Value,
        project: &'a str,
        mode: Mode,
    }
    let body = Body {
        r#type: kind,
        timestamp: at,
        data,
        project: &project.slug,
        mode: project.mode,
    };
    serde_json::to_string(&body).unwrap_or_default()
}
