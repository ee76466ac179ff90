//! One attempt at one job.

use std::sync::Arc;

use chrono::TimeDelta;
use kernel::{JobId, Timestamp};
use store::{Job, StoreResult};

use super::Runner;
use crate::{
    backoff::{LONGEST, jittered},
    handler::{Handler, JobError},
    panics::caught,
};

impl Runner {
    /// Runs the job, keeps its lease meanwhile, and records how it ended.
    pub(super) async fn attempt(&self, job: Job) -> JobId {
        let Some(handler) = self.handlers.get(job.kind.as_str()) else {
            unreachable!("only jobs of the handlers' kinds are claimed");
        };
        let most = handler.max_attempts().min(job.max_attempts);
        let outcome = if job.attempts > most {
            Err(JobError::fatal(
                "every attempt ended without an outcome: the process died, or lost the lease",
            ))
        } else {
            let panicked = || Err(JobError::retry("the handler panicked"));
            tokio::select! {
                outcome = caught(async { handler.run(&job).await }, panicked) => outcome,
                () = self.lose_lease(job.id) => {
                    tracing::warn!(job = %job.id, kind = job.kind, "an attempt was broken off: the lease is lost");
                    return job.id;
                }
            }
        };
        let recorded = match outcome {
            Ok(()) => self.complete(job.id).await,
            Err(error) => {
                let retry_at = (error.retryable && job.attempts < most)
                    .then(|| self.retry_at(handler.as_ref(), job.attempts, &error));
                tracing::warn!(job = %job.id, kind = job.kind, attempt = job.attempts, %error, ?retry_at, "a job failed");
                self.fail(job.id, error.detail, retry_at).await
            }
        };
        match recorded {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(job = %job.id, kind = job.kind, "an attempt's outcome came after its lease");
            }
            Err(error) => {
                tracing::error!(job = %job.id, kind = job.kind, %error, "an outcome could not be recorded");
            }
        }
        job.id
    }

    /// Extends the lease for as long as it can be; done when it is lost.
    async fn lose_lease(&self, id: JobId) {
        loop {
            tokio::time::sleep(self.options.lease / 3).await;
            match self.extend_lease(id).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(job = %id, %error, "a lease could not be extended"),
            }
        }
    }

    fn retry_at(&self, handler: &dyn Handler, attempts: u32, error: &JobError) -> Timestamp {
        let wait = error
            .retry_after
            .unwrap_or_else(|| handler.backoff(attempts))
            .clamp(TimeDelta::zero(), LONGEST);
        self.clock.now() + jittered(wait, self.entropy.as_ref())
    }

    async fn extend_lease(&self, id: JobId) -> StoreResult<bool> {
        let (owner, until) = (Arc::clone(&self.owner), self.clock.now() + self.lease);
        self.store
            .transact(move |tx| {
                let owner = Arc::clone(&owner);
                Box::pin(async move { tx.extend_lease(id, &owner, until).await })
            })
            .await
    }

    async fn complete(&self, id: JobId) -> StoreResult<bool> {
        let owner = Arc::clone(&self.owner);
        self.store
            .transact(move |tx| {
                let owner = Arc::clone(&owner);
                Box::pin(async move { tx.complete(id, &owner).await })
            })
            .await
    }

    async fn fail(
        &self,
        id: JobId,
        detail: String,
        retry_at: Option<Timestamp>,
    ) -> StoreResult<bool> {
        let (owner, detail) = (Arc::clone(&self.owner), Arc::<str>::from(detail));
        self.store
            .transact(move |tx| {
                let (owner, detail) = (Arc::clone(&owner), Arc::clone(&detail));
                Box::pin(async move { tx.fail(id, &owner, &detail, retry_at).await })
            })
            .await
    }
}
