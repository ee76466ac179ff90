//! The life of the process: everything that runs in the background belongs to it, so that the end waits for everything.

use std::{
    collections::BTreeMap,
    future::Future,
    io,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::FutureExt;
use tokio::{
    signal::unix::{SignalKind, signal},
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::health::Readiness;

/// Starts tasks and ends them. Clones share one life.
///
/// The end comes in two steps: [`cancelled`](Self::cancelled) asks tasks to finish what they have begun; those that have
/// not when the time is over are dropped where they stand.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    soft: CancellationToken,
    hard: CancellationToken,
    tracker: TaskTracker,
    running: Arc<Mutex<Running>>,
}

#[derive(Debug, Default)]
struct Running {
    next: u64,
    names: BTreeMap<u64, &'static str>,
}

/// How the process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The tasks that had to be dropped.
    pub dropped: Vec<&'static str>,
}

impl Lifecycle {
    /// Runs `task` until it ends, or until the life does.
    ///
    /// A task that panics begins the end: a process whose committer or follower is dead must not look alive.
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let number = {
            let mut running = self.running();
            running.next += 1;
            let number = running.next;
            running.names.insert(number, name);
            number
        };
        let life = self.clone();
        self.tracker.spawn(async move {
            let guarded = AssertUnwindSafe(task).catch_unwind();
            let outcome = life.hard.run_until_cancelled(guarded).await;
            if matches!(outcome, Some(Err(_))) {
                tracing::error!(task = name, "a background task panicked; the process stops");
                life.stop();
            }
            if outcome.is_some() {
                life.running().names.remove(&number);
            }
        });
    }

    /// Begins the end, without waiting for it.
    pub fn stop(&self) {
        self.soft.cancel();
    }

    /// Returns when tasks should finish what they have begun.
    pub async fn cancelled(&self) {
        self.soft.cancelled().await;
    }

    /// Whether tasks should finish what they have begun.
    pub fn is_cancelled(&self) -> bool {
        self.soft.is_cancelled()
    }

    /// Waits so long, or until tasks should finish what they have begun.
    pub async fn pause(&self, duration: Duration) {
        self.soft.run_until_cancelled(sleep(duration)).await;
    }

    /// Ends it: asks all tasks to finish, waits at most `deadline`, drops the rest.
    pub async fn shutdown(&self, deadline: Duration) -> Ending {
        self.stop();
        self.tracker.close();
        if timeout(deadline, self.tracker.wait()).await.is_err() {
            self.hard.cancel();
            self.tracker.wait().await;
        }
        let dropped: Vec<_> = self.running().names.values().copied().collect();
        if !dropped.is_empty() {
            tracing::warn!(
                ?dropped,
                ?deadline,
                "background tasks did not finish in time"
            );
        }
        Ending { dropped }
    }

    /// The whole life of a server: waits for SIGTERM, SIGINT or [`stop`](Self::stop), says that it drains, keeps serving
    /// for `drain_delay`, and shuts down within `deadline`. A second signal ends it at once.
    ///
    /// # Errors
    /// When the signals cannot be listened to.
    pub async fn until_stopped(
        &self,
        readiness: &Readiness,
        drain_delay: Duration,
        deadline: Duration,
    ) -> io::Result<Ending> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let reason = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
            () = self.cancelled() => "a task asked for it",
        };
        tracing::info!(reason, "stopping");
        readiness.drain();
        let again = async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        let ending = async {
            tokio::select! {
                () = sleep(drain_delay) => {}
                () = self.cancelled() => {}
            }
            self.shutdown(deadline).await
        };
        tokio::select! {
            ending = ending => Ok(ending),
            () = again => {
                tracing::warn!("second signal: stopping at once");
                Ok(self.shutdown(Duration::ZERO).await)
            }
        }
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
