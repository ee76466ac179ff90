//! The same seam within one process: where there is no Redis, and for tests.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use kernel::Entropy;
use moka::{Expiry, ops::compute::Op, sync::Cache};

use super::{Kept, SharedCache, jittered};

/// Bytes kept in this process.
#[derive(Debug)]
pub struct LocalCache {
    entries: Cache<Vec<u8>, Entry>,
    entropy: Arc<dyn Entropy>,
}

#[derive(Debug, Clone)]
struct Entry {
    version: u64,
    content: Content,
    time_to_live: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    /// What is older is refused.
    Mark,
    Value(Option<Vec<u8>>),
}

impl LocalCache {
    /// At most `capacity` entries.
    pub fn new(capacity: u64, entropy: Arc<dyn Entropy>) -> Self {
        let entries = Cache::builder()
            .max_capacity(capacity)
            .expire_after(OwnTime)
            .build();
        Self { entries, entropy }
    }

    fn keep(&self, key: &[u8], entry: Entry) {
        self.entries
            .entry(key.to_vec())
            .and_compute_with(|present| match present {
                Some(present) if present.value().version > entry.version => Op::Nop,
                // A mark that comes late must not hide what is as new.
                Some(present)
                    if entry.content == Content::Mark
                        && present.value().version == entry.version =>
                {
                    Op::Nop
                }
                _ => Op::Put(entry),
            });
    }
}

#[async_trait]
impl SharedCache for LocalCache {
    async fn get(&self, key: &[u8]) -> Option<Kept> {
        let entry = self.entries.get(key)?;
        match entry.content {
            Content::Mark => None,
            Content::Value(value) => Some(Kept {
                version: entry.version,
                value,
            }),
        }
    }

    async fn put(&self, key: &[u8], kept: &Kept, time_to_live: Duration) {
        let mut chance = [0];
        self.entropy.fill(&mut chance);
        let entry = Entry {
            version: kept.version,
            content: Content::Value(kept.value.clone()),
            time_to_live: jittered(time_to_live, chance[0]),
        };
        self.keep(key, entry);
    }

    async fn outdate(&self, key: &[u8], version: u64, time_to_live: Duration) {
        let mark = Entry {
            version,
            content: Content::Mark,
            time_to_live,
        };
        self.keep(key, mark);
    }

    async fn delete(&self, key: &[u8]) {
        self.entries.invalidate(key);
    }
}

/// Every entry has a time of its own.
struct OwnTime;

impl Expiry<Vec<u8>, Entry> for OwnTime {
    fn expire_after_create(&self, _: &Vec<u8>, entry: &Entry, _: Instant) -> Option<Duration> {
        Some(entry.time_to_live)
    }

    fn expire_after_update(
        &self,
        _: &Vec<u8>,
        entry: &Entry,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(entry.time_to_live)
    }
}
