//! Followers of the event log whose effects are in the database: exactly once.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use domain::log::Entry;
use kernel::Clock;
use store::{Store, StoreError, StoreResult, WriteTx};

use crate::{panics::caught, pulse::Pulse};

/// The most entries of one step.
const STEP: u64 = 500;
const POLL: Duration = Duration::from_secs(1);
/// After a step that caught up, so that under load the next one deals with many entries at once: what a step costs beside
/// them is then paid a few times a second and not with each commit. The first entry after a quiet moment is not kept waiting.
const REST: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What the event log leads to in the database.
#[async_trait]
pub trait Follower: Send + Sync + 'static {
    /// The name of its cursor, at most 64 bytes. Another name starts from the beginning of the log.
    fn name(&self) -> &'static str;

    /// Writes what `entries` lead to, through `tx` alone: the cursor moves in the same transaction. May run again
    /// where that transaction is lost.
    ///
    /// # Errors
    /// An error undoes everything, and the same entries come again later: a follower that cannot deal with an entry
    /// stands still.
    async fn follow(&self, tx: &WriteTx, entries: &[Entry]) -> StoreResult<()>;
}

/// What there was to do, and so how soon to look again.
enum Found {
    /// More than the step took.
    Much,
    Little,
    Nothing,
}

/// Runs one [`Follower`]. Any number of processes may run the same one: they take turns.
pub struct FollowerLoop {
    store: Store,
    follower: Arc<dyn Follower>,
    clock: Arc<dyn Clock>,
    lag: Arc<AtomicI64>,
}

impl std::fmt::Debug for FollowerLoop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FollowerLoop")
            .field("follower", &self.follower.name())
            .finish_non_exhaustive()
    }
}

impl FollowerLoop {
    /// A loop that has still to be run.
    pub fn new(store: &Store, follower: Arc<dyn Follower>, clock: Arc<dyn Clock>) -> Self {
        Self {
            store: store.beside(),
            follower,
            clock,
            lag: Arc::default(),
        }
    }

    /// The follower's name.
    pub fn name(&self) -> &'static str {
        self.follower.name()
    }

    /// How many entries of the log the follower had still to deal with when last looked at. For metrics.
    pub fn lag(&self) -> Arc<AtomicI64> {
        Arc::clone(&self.lag)
    }

    /// Follows the log until `stop` is done; a step that has begun is finished.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) {
        let mut stop = pin!(stop);
        let mut pulse = Pulse::new(&self.store, POLL);
        let mut pause = Duration::ZERO;
        loop {
            pulse.mark();
            let outcome = self.step().await;
            if let Err(error) = &outcome {
                pause = (pause * 2).clamp(Duration::from_millis(100), LONGEST_PAUSE);
                tracing::error!(follower = self.name(), %error, ?pause, "a follower's step failed");
            } else {
                pause = Duration::ZERO;
            }
            let rest = async {
                match outcome {
                    Ok(Found::Much) => {}
                    Ok(Found::Little) => tokio::time::sleep(REST).await,
                    Ok(Found::Nothing) => pulse.next().await,
                    Err(_) => tokio::time::sleep(pause).await,
                }
            };
            tokio::select! {
                biased;
                () = &mut stop => return,
                () = rest => {}
            }
        }
    }

    /// Deals with the next entries, if any.
    async fn step(&self) -> StoreResult<Found> {
        let (cursor, head) = self.look().await?;
        if cursor >= head {
            return Ok(Found::Nothing);
        }
        let follower = Arc::clone(&self.follower);
        let clock = Arc::clone(&self.clock);
        let moved = self.store.transact::<_, StoreError, _>(move |tx| {
            let (follower, clock) = (Arc::clone(&follower), Arc::clone(&clock));
            Box::pin(async move { advance(tx, follower.as_ref(), clock.as_ref()).await })
        });
        let reached = moved.await?;
        Ok(if cursor < reached && reached < head {
            Found::Much
        } else {
            Found::Little
        })
    }

    /// Reads how far the follower and the log have come, so that an idle one writes nothing.
    async fn look(&self) -> StoreResult<(i64, i64)> {
        let reader = self.store.read();
        let cursor = reader.cursor(self.name()).await?;
        let head = reader.log_head().await?;
        self.lag.store((head - cursor).max(0), Ordering::Relaxed);
        Ok((cursor, head))
    }
}

/// Gives how far the follower has come.
async fn advance(tx: &WriteTx, follower: &dyn Follower, clock: &dyn Clock) -> StoreResult<i64> {
    let cursor = tx.cursor_lock(follower.name()).await?;
    let entries = tx.log_after(cursor, STEP).await?;
    let Some(last) = entries.last() else {
        return Ok(cursor);
    };
    // Caught here, and not by the writer, a panic costs the writes of nobody else.
    let panicked = || Err(StoreError::Unavailable("the follower panicked".to_owned()));
    caught(follower.follow(tx, &entries), panicked).await?;
    tx.cursor_set(follower.name(), last.seq, clock.now())
        .await?;
    Ok(last.seq)
}
