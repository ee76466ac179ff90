//! The members of the database: whoever reads or writes asks here where to.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use sea_orm::DatabaseConnection;
use tokio::{
    sync::{Notify, watch},
    time::Instant,
};

use super::snapshot::{Freshness, Snapshot};
use crate::error::{StoreError, StoreResult};

/// What is known of the members, and how to make it known that something is wrong with one.
#[derive(Debug)]
pub(crate) struct Members {
    now: watch::Sender<Arc<Snapshot>>,
    /// Has somebody met a member that is not what it was?
    pub(super) doubt: Notify,
    turn: AtomicUsize,
    /// How long whoever reads waits for a member that can answer; none where roles do not change.
    patience: Option<Duration>,
    /// How long one statement may take; none where no network is between.
    limit: Option<Duration>,
}

impl Members {
    pub(super) fn new(
        first: Snapshot,
        patience: Option<Duration>,
        limit: Option<Duration>,
    ) -> Arc<Self> {
        Arc::new(Self {
            now: watch::channel(Arc::new(first)).0,
            doubt: Notify::new(),
            turn: AtomicUsize::new(0),
            patience,
            limit,
        })
    }

    pub(super) fn publish(&self, snapshot: Snapshot) {
        self.now.send_replace(Arc::new(snapshot));
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.now.borrow())
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.now.subscribe()
    }

    pub(crate) const fn limit(&self) -> Option<Duration> {
        self.limit
    }

    pub(crate) const fn patience(&self) -> Option<Duration> {
        self.patience
    }

    /// A number that goes round, by which replicas take turns.
    pub(crate) fn turn(&self) -> usize {
        self.turn.fetch_add(1, Ordering::Relaxed)
    }

    /// Somebody met an error that says that roles have changed: the members are asked at once.
    pub(crate) fn doubt(&self) {
        self.doubt.notify_one();
    }

    /// Who takes the writes at this moment, and its place in the list.
    pub(crate) fn writer(&self) -> StoreResult<(DatabaseConnection, usize)> {
        let snapshot = self.snapshot();
        let place = snapshot.writer.ok_or(StoreError::NoWriter)?;
        let pools = snapshot.members[place].pools();
        Ok((pools.writer.clone(), place))
    }

    /// The same, as soon as there is one and at most after `patience`.
    pub(crate) async fn writer_within(
        &self,
        patience: Duration,
    ) -> StoreResult<DatabaseConnection> {
        let mut changes = self.subscribe();
        let found = changes.wait_for(|snapshot| snapshot.writer.is_some());
        if let Err(_elapsed) = tokio::time::timeout(patience, found).await {
            return Err(StoreError::Unavailable(self.snapshot().complaint()));
        }
        self.writer().map(|(writer, _)| writer)
    }

    /// Done when the member at `place` is the writer no more.
    pub(crate) async fn deposed(&self, place: usize) {
        let mut changes = self.subscribe();
        // The sender is `self`: it outlives the wait.
        drop(
            changes
                .wait_for(|snapshot| snapshot.writer != Some(place))
                .await,
        );
    }

    /// Waits for another snapshot than this one, until `deadline` or for a moment, whichever is less.
    pub(crate) async fn moved_on(&self, from: &Snapshot, deadline: Instant) {
        const MOMENT: Duration = Duration::from_millis(100);
        let mut changes = self.subscribe();
        let until = deadline.min(Instant::now() + MOMENT);
        let moved = changes.wait_for(|snapshot| snapshot.epoch != from.epoch);
        drop(tokio::time::timeout_at(until, moved).await);
    }

    /// The connections of whoever answers at this moment, and what was known when they were chosen.
    pub(crate) fn reader(
        &self,
        freshness: Freshness,
        turn: usize,
    ) -> (Option<DatabaseConnection>, Arc<Snapshot>) {
        let snapshot = self.snapshot();
        let pool = snapshot
            .reader(freshness, turn)
            .map(|place| snapshot.members[place].pools().readers.clone());
        (pool, snapshot)
    }
}
