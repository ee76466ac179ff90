//! `[jobs]`

use std::time::Duration;

use serde::Serialize;

use crate::{
    keys::{Keys, Read},
    shown,
};

/// Work in the background.
#[derive(Debug, Clone, Serialize)]
pub struct Jobs {
    /// Jobs that run at the same time.
    pub workers: usize,
    /// How often the queue is looked at when nothing announces work.
    #[serde(serialize_with = "shown::duration")]
    pub poll: Duration,
    /// A job whose worker is silent for this long is given to another.
    #[serde(serialize_with = "shown::duration")]
    pub lease: Duration,
}

impl Jobs {
    pub(crate) fn read(keys: &mut Keys<'_>) -> Read<Self> {
        let workers = keys.number("jobs.workers", 1..=256);
        let poll = keys.duration("jobs.poll", Duration::from_millis(10));
        let lease = keys.duration("jobs.lease", Duration::from_secs(1));
        Ok(Self {
            workers: workers?,
            poll: poll?,
            lease: lease?,
        })
    }
}
