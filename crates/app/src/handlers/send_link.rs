//! `link.send`: makes a link that lets somebody in once, and sends it to them.

use async_trait::async_trait;
use jobs::{Handler, JobError};
use kernel::{Actor, JobId, Timestamp};
use notify::{Locale, Message, render};
use store::{Job, NewJob};

use crate::{
    App,
    accounts::{LinkMail, written},
};

const KIND: &str = "link.send";
/// Tries over a few minutes: whoever waits for a link has asked again by then.
const ATTEMPTS: u32 = 4;

/// The job that makes and sends a link.
pub(crate) fn link_job(id: JobId, mail: &LinkMail, now: Timestamp) -> NewJob {
    NewJob {
        id,
        kind: KIND.to_owned(),
        payload: serde_json::to_value(mail).unwrap_or_default(),
        run_at: now,
        max_attempts: ATTEMPTS,
        dedupe_key: None,
        created_at: now,
    }
}

/// Sends links through the mail channel. Each try makes a link of its own.
#[derive(Debug)]
pub(super) struct SendLink(App);

impl SendLink {
    /// The handler of this installation.
    pub(super) fn new(app: &App) -> Self {
        Self(app.clone())
    }
}

#[async_trait]
impl Handler for SendLink {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn max_attempts(&self) -> u32 {
        ATTEMPTS
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let mail: LinkMail = serde_json::from_value(job.payload.clone())
            .map_err(|error| JobError::fatal(error.to_string()))?;
        let ctx = self.0.ctx(Actor::System(KIND), job.id.to_string());
        let letter = written(&self.0, &ctx, &mail).await;
        let Some((to, letter)) = letter.map_err(|error| JobError::retry(error.to_string()))? else {
            return Ok(());
        };
        let rendered = render(&letter, Locale::of(&mail.locale))
            .map_err(|error| JobError::fatal(error.to_string()))?;
        let message = Message::new(job.id.to_string(), to, rendered);
        self.0
            .mail()
            .send(&message)
            .await
            .map_err(|error| JobError {
                retryable: error.retryable,
                detail: error.detail,
                retry_after: None,
            })
    }
}
