//! Followers of the event log whose effects are in memory: caches that have to forget.

use std::{pin::pin, sync::Arc, time::Duration};

use domain::log::Entry;
use store::{Store, StoreResult};

use crate::pulse::Pulse;

const STEP: u64 = 500;
/// Without a hint, what another process changed is seen after this at the latest; in under a second is promised.
const POLL: Duration = Duration::from_millis(500);

/// What this process does about an entry, at once and in memory.
pub trait Watch: Send + Sync {
    /// Sees one entry. Entries come in order, each at least once.
    fn see(&self, entry: &Entry);
}

/// Shows one [`Watch`] every entry from now on.
pub struct Watcher {
    store: Store,
    watch: Arc<dyn Watch>,
    cursor: i64,
}

impl std::fmt::Debug for Watcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watcher")
            .field("cursor", &self.cursor)
            .finish_non_exhaustive()
    }
}

impl Watcher {
    /// Takes the log's present head as the beginning. To be called before the cache in question keeps anything.
    ///
    /// # Errors
    /// The head cannot be read.
    pub async fn start(store: Store, watch: Arc<dyn Watch>) -> StoreResult<Self> {
        let cursor = store.read().log_head().await?;
        Ok(Self {
            store,
            watch,
            cursor,
        })
    }

    /// Shows entries until `stop` is done.
    pub async fn run(mut self, stop: impl Future<Output = ()> + Send) {
        let mut stop = pin!(stop);
        let mut pulse = Pulse::new(&self.store, POLL);
        loop {
            pulse.mark();
            let seen = async {
                match self.step().await {
                    Ok(true) => {}
                    Ok(false) => pulse.next().await,
                    Err(error) => {
                        tracing::error!(%error, "the log cannot be watched");
                        tokio::time::sleep(POLL).await;
                    }
                }
            };
            tokio::select! {
                biased;
                () = &mut stop => return,
                () = seen => {}
            }
        }
    }

    /// Shows the next entries. Tells whether there may be more already.
    async fn step(&mut self) -> StoreResult<bool> {
        let entries = self.store.log_after(self.cursor, STEP).await?;
        for entry in &entries {
            self.watch.see(entry);
            self.cursor = entry.seq;
        }
        let known = *self.store.head().borrow();
        let full = entries.len() as u64 == STEP;
        Ok(full || !entries.is_empty() && self.cursor < known)
    }
}
