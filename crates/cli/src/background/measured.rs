//! Handlers whose runs are counted and traced.

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use chrono::TimeDelta;
use jobs::{Handler, JobError};
use store::Job;
use telemetry::{Metrics, job_span};
use tracing::Instrument;

/// A handler, and where its runs are counted.
pub(super) struct Measured {
    pub(super) handler: Arc<dyn Handler>,
    pub(super) metrics: Arc<Metrics>,
}

#[async_trait]
impl Handler for Measured {
    fn kind(&self) -> &'static str {
        self.handler.kind()
    }

    fn max_attempts(&self) -> u32 {
        self.handler.max_attempts()
    }

    fn backoff(&self, attempts: u32) -> TimeDelta {
        self.handler.backoff(attempts)
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let started = Instant::now();
        let outcome = self
            .handler
            .run(job)
            .instrument(job_span(self.kind()))
            .await;
        let name = match &outcome {
            Ok(()) => "done",
            Err(error) if error.retryable => "failed",
            Err(_) => "refused",
        };
        self.metrics.job(self.kind(), name, started.elapsed());
        outcome
    }
}
