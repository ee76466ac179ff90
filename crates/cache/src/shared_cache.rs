//! Bytes that several processes keep together, each with the version of what it was made from.

mod local;
mod remote;

use std::{fmt, time::Duration};

use async_trait::async_trait;

pub use self::{local::LocalCache, remote::RemoteCache};

/// What was kept, and how new it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Grows with every change of what the value is made from: a place in the event log, read before the value.
    pub version: u64,
    /// The value; `None`: there is none.
    pub value: Option<Vec<u8>>,
}

/// The seam for what several processes keep together. Nothing is only there: an entry may be gone at any time.
#[async_trait]
pub trait SharedCache: Send + Sync + fmt::Debug {
    /// What is kept of `key`; `None` also where nobody answers.
    async fn get(&self, key: &[u8]) -> Option<Kept>;

    /// Keeps it for `time_to_live`, give or take a tenth, so that what was kept together is not forgotten together. It
    /// does not take the place of something newer, nor of the mark that [`outdate`](Self::outdate) left.
    async fn put(&self, key: &[u8], kept: &Kept, time_to_live: Duration);

    /// Forgets what is older than `version`, and refuses it for `time_to_live`: a slow process may still bring it.
    async fn outdate(&self, key: &[u8], version: u64, time_to_live: Duration);

    /// Forgets `key`, whatever its version.
    async fn delete(&self, key: &[u8]);
}

/// `time_to_live`, give or take a tenth; `chance` is any byte.
fn jittered(time_to_live: Duration, chance: u8) -> Duration {
    time_to_live.mul_f64(0.9 + 0.2 * f64::from(chance) / 255.0)
}
