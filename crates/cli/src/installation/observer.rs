//! What the store does, as figures.

use std::{sync::Arc, time::Duration};

use store::StoreObserver;
use telemetry::Metrics;

/// Tells the metrics.
#[derive(Debug)]
pub(super) struct Observer(pub(super) Arc<Metrics>);

impl StoreObserver for Observer {
    fn committed(&self, writes: usize, elapsed: Duration) {
        self.0.group_commit(writes, elapsed);
    }

    fn retried(&self, reason: &'static str) {
        self.0.transact_retry(reason);
    }

    fn waited(&self, elapsed: Duration) {
        self.0.connection_wait(elapsed);
    }
}
