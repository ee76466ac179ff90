//! What follows from the event log: figures, webhooks, notices, and forgetting what has changed.

mod caches;
pub(crate) mod metric;
mod notices;
mod rollups;
mod webhooks;

use std::sync::Arc;

use jobs::{Follower, Watch};
use kernel::{Id, Timestamp};
use sha2::{Digest, Sha256};

use crate::App;

use caches::CacheWatch;
use notices::NoticeFollower;
use rollups::RollupFollower;
pub(crate) use rollups::click_rollups;
use webhooks::WebhookFollower;
pub(crate) use webhooks::message_body;

/// Every follower whose effects are in the database. Any number of processes may run them.
pub fn all(app: &App) -> Vec<Arc<dyn Follower>> {
    vec![
        Arc::new(RollupFollower::new(app)),
        Arc::new(WebhookFollower::new(app)),
        Arc::new(NoticeFollower::new(app)),
    ]
}

/// What keeps this process's caches right and tells its listeners what happens. Every process runs its own.
pub fn watch(app: &App) -> Arc<dyn Watch> {
    Arc::new(CacheWatch::new(app))
}

/// The id of what follows from one fact: the same whenever the fact is followed again. `what` names the effect and whom it
/// concerns. It begins with the time and the place of the fact, so that rows land at the end of their index, in order.
fn derived<K: kernel::Kind>(at: Timestamp, seq: i64, index: usize, what: &[u8]) -> Id<K> {
    let digest = Sha256::new()
        .chain_update(K::PREFIX)
        .chain_update(seq.to_be_bytes())
        .chain_update((index as u64).to_be_bytes())
        .chain_update(what)
        .finalize();
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&at.timestamp_millis().to_be_bytes()[2..]);
    // Of each, the upper bits give way to what an id of this kind has to say there.
    bytes[6..8].copy_from_slice(&seq.to_be_bytes()[6..]);
    bytes[8..10].copy_from_slice(&(index as u64).to_be_bytes()[6..]);
    bytes[10..].copy_from_slice(&digest[..6]);
    Id::derived(bytes)
}
