//! Jobs as they are put in and as they are found.

use kernel::{JobId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    convert::{document, name, number, parsed, variant},
    error::{StoreError, StoreResult},
    tables::jobs,
};

/// Where a job stands. A job that is done is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for its time.
    Queued,
    /// A worker has the lease.
    Running,
    /// Given up.
    Dead,
}

/// A job that is to be put into the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// What is to be done: the name of a handler.
    pub kind: String,
    /// What the handler needs.
    pub payload: Value,
    /// Not before.
    pub run_at: Timestamp,
    /// How often it is tried.
    pub max_attempts: u32,
    /// Jobs with the same key are the same job, as long as it is there.
    pub dedupe_key: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A job of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What is to be done: the name of a handler.
    pub kind: String,
    /// What the handler needs.
    pub payload: Value,
    /// Where it stands.
    pub state: JobState,
    /// Not before.
    pub run_at: Timestamp,
    /// How often it was begun, this time included.
    pub attempts: u32,
    /// How often it is tried.
    pub max_attempts: u32,
    /// The worker that has it.
    pub lease_owner: Option<String>,
    /// Until when the worker has it.
    pub lease_until: Option<Timestamp>,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// Jobs with the same key are the same job.
    pub dedupe_key: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// How many jobs of a kind are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueFigure {
    /// The kind.
    pub kind: String,
    /// The state.
    pub state: JobState,
    /// How many.
    pub count: u64,
    /// The time for which the oldest of them was meant.
    pub oldest: Timestamp,
}

impl From<&NewJob> for jobs::Model {
    fn from(job: &NewJob) -> Self {
        Self {
            id: job.id.uuid(),
            kind: job.kind.clone(),
            payload: document(&job.payload),
            state: name(&JobState::Queued),
            run_at: job.run_at,
            attempts: 0,
            max_attempts: i64::from(job.max_attempts),
            lease_owner: None,
            lease_until: None,
            last_error: None,
            dedupe_key: job.dedupe_key.clone(),
            created_at: job.created_at,
        }
    }
}

impl TryFrom<jobs::Model> for Job {
    type Error = StoreError;

    fn try_from(row: jobs::Model) -> StoreResult<Self> {
        Ok(Self {
            id: JobId::from_uuid(row.id),
            kind: row.kind,
            payload: parsed(&row.payload, "jobs", "payload")?,
            state: variant(&row.state, "jobs", "state")?,
            run_at: row.run_at,
            attempts: number(row.attempts, "jobs", "attempts")?,
            max_attempts: number(row.max_attempts, "jobs", "max_attempts")?,
            lease_owner: row.lease_owner,
            lease_until: row.lease_until,
            last_error: row.last_error,
            dedupe_key: row.dedupe_key,
            created_at: row.created_at,
        })
    }
}
