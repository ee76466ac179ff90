//! `mail.send`: one letter to one address.

use async_trait::async_trait;
use jobs::{Handler, JobError};
use kernel::{JobId, Timestamp};
use notify::{Letter, Locale, Message, render};
use serde::{Deserialize, Serialize};
use store::{Job, NewJob};

use crate::App;

const KIND: &str = "mail.send";
/// Tries over about a day.
const ATTEMPTS: u32 = 8;

/// A letter that waits to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Mail {
    /// Names the message; the same whenever it is repeated.
    pub(crate) id: String,
    /// The address.
    pub(crate) to: String,
    /// The reader's language.
    pub(crate) locale: String,
    /// What it says.
    pub(crate) letter: Letter,
}

/// The job that sends a letter.
pub(crate) fn mail_job(id: JobId, mail: &Mail, now: Timestamp) -> NewJob {
    NewJob {
        id,
        kind: KIND.to_owned(),
        payload: serde_json::to_value(mail).unwrap_or_default(),
        run_at: now,
        max_attempts: ATTEMPTS,
        dedupe_key: Some(format!("mail:{}", mail.id)),
        created_at: now,
    }
}

/// Sends letters through the mail channel.
#[derive(Debug)]
pub(super) struct SendMail(App);

impl SendMail {
    /// The handler of this installation.
    pub(super) fn new(app: &App) -> Self {
        Self(app.clone())
    }
}

#[async_trait]
impl Handler for SendMail {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn max_attempts(&self) -> u32 {
        ATTEMPTS
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let mail: Mail = serde_json::from_value(job.payload.clone())
            .map_err(|error| JobError::fatal(error.to_string()))?;
        let rendered = render(&mail.letter, Locale::of(&mail.locale));
        let rendered = rendered.map_err(|error| JobError::fatal(error.to_string()))?;
        let message = Message::new(mail.id, mail.to, rendered);
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
