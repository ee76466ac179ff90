//! When to look again.

use std::time::Duration;

use store::Store;
use tokio::sync::watch;

/// Wakes at once after a commit of this process that wrote to the log, and otherwise after the poll time: another
/// process may have written.
pub(crate) struct Pulse {
    head: watch::Receiver<i64>,
    poll: Duration,
}

impl Pulse {
    pub(crate) fn new(store: &Store, poll: Duration) -> Self {
        Self {
            head: store.head(),
            poll,
        }
    }

    /// Everything committed so far is about to be read.
    pub(crate) fn mark(&mut self) {
        self.head.mark_unchanged();
    }

    /// Waits for a commit after the last mark, or for the poll time.
    pub(crate) async fn next(&mut self) {
        // The sender lives as long as the store, of which whoever waits here holds a handle.
        drop(tokio::time::timeout(self.poll, self.head.changed()).await);
    }
}
