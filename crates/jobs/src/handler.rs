//! What a job does, and how it can fail.

use async_trait::async_trait;
use chrono::TimeDelta;
use store::{Job, StoreError};

use crate::backoff::backoff;

/// The work behind one kind of job.
#[async_trait]
pub trait Handler: Send + Sync {
    /// The kind of job this handler runs. One handler per kind.
    fn kind(&self) -> &'static str;

    /// After how many attempts a job is dead. A job that was put in with fewer is dead after those.
    fn max_attempts(&self) -> u32;

    /// How long to wait after `attempts` failures, before jitter; cut to 24 hours.
    fn backoff(&self, attempts: u32) -> TimeDelta {
        backoff(attempts)
    }

    /// Does the work. It may run again although it succeeded, where the process died before that was recorded; and it
    /// is dropped at any await when the process stops or the lease is lost.
    async fn run(&self, job: &Job) -> Result<(), JobError>;
}

/// Why an attempt failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct JobError {
    /// Whether another attempt may succeed. Where not, the job is dead at once.
    pub retryable: bool,
    /// What happened, for operators.
    pub detail: String,
    /// How long the other side asks to wait, in place of the handler's backoff; cut to 24 hours.
    pub retry_after: Option<TimeDelta>,
}

impl JobError {
    /// Another attempt may succeed.
    pub fn retry(detail: impl Into<String>) -> Self {
        Self {
            retryable: true,
            detail: detail.into(),
            retry_after: None,
        }
    }

    /// No attempt will succeed.
    pub fn fatal(detail: impl Into<String>) -> Self {
        Self {
            retryable: false,
            detail: detail.into(),
            retry_after: None,
        }
    }
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        Self::retry(error.to_string())
    }
}
