//! What this process was told to be out of date, remembered for longer than any entry lives.
//!
//! The mark that is left in Redis may be lost: with Redis, with a call, between two epochs. This one is not, so nothing that
//! is older than what this process knows of is taken from Redis, nor brought there.

use std::{hash::Hash, time::Duration};

use moka::{ops::compute::Op, policy::EvictionPolicy, sync::Cache};

pub(super) struct Marks<K>(Cache<K, u64>);

impl<K: Hash + Eq + Clone + Send + Sync + 'static> Marks<K> {
    pub(super) fn new(capacity: u64, stay: Duration) -> Self {
        let marks = Cache::builder()
            .max_capacity(capacity)
            .time_to_live(stay)
            // The oldest goes; never the newest because nobody has asked for it yet.
            .eviction_policy(EvictionPolicy::lru());
        Self(marks.build())
    }

    /// What is older than `version` is out of date from now on.
    pub(super) fn set(&self, key: &K, version: u64) {
        self.0
            .entry_by_ref(key)
            .and_compute_with(|known| match known {
                Some(known) if known.value() > &version => Op::Nop,
                _ => Op::Put(version),
            });
    }

    /// Whether what is of `version` was called out of date.
    pub(super) fn refuse(&self, key: &K, version: u64) -> bool {
        self.0.get(key).is_some_and(|mark| version < mark)
    }
}
