//! The writer: takes what waits, runs it in one transaction, commits once, answers all.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Weak},
    time::Duration,
};

use futures::{FutureExt, future::BoxFuture};
use sea_orm::{SqliteTransactionMode, TransactionOptions, TransactionTrait};
use tokio::{sync::mpsc, time::Instant};

use crate::{
    error::{StoreError, StoreResult},
    store::Inner,
    transact::WriteTx,
};

/// A write that waits for its turn.
pub(crate) trait Work: Send {
    /// Does the work inside a savepoint of its own. An error means that the whole transaction is lost.
    fn run<'a>(&'a mut self, tx: &'a WriteTx) -> BoxFuture<'a, StoreResult<Ran>>;

    /// Answers, after the group was committed or given up.
    fn finish(self: Box<Self>, group: Result<(), StoreError>);
}

/// How a work's run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ran {
    /// Its outcome stands if the group commits.
    Done,
    /// The database wants the whole transaction run again.
    Again,
}

/// Runs the writes of one [`crate::Store`]. It ends when every handle of the store is gone.
pub struct Writer {
    store: Weak<Inner>,
    waiting: mpsc::Receiver<Box<dyn Work>>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Writer {
    pub(crate) const fn new(store: Weak<Inner>, waiting: mpsc::Receiver<Box<dyn Work>>) -> Self {
        Self { store, waiting }
    }

    /// Commits group after group until the last handle of the store is dropped.
    pub async fn run(mut self) {
        let mut group = Vec::new();
        loop {
            let limit = self.store.upgrade().map_or(1, |store| store.options().group_max);
            if self.waiting.recv_many(&mut group, limit).await == 0 {
                return;
            }
            let Some(store) = self.store.upgrade() else { return };
            let result = commit_group(&store, &mut group).await;
            if result.is_err() {
                store.failed();
            }
            for work in group.drain(..) {
                work.finish(match &result {
                    Ok(()) => Ok(()),
                    Err(error) => Err(StoreError::Unavailable(error.to_string())),
                });
            }
        }
    }
}

/// Runs a group until it commits or the deadline passes.
async fn commit_group(store: &Arc<Inner>, group: &mut [Box<dyn Work>]) -> StoreResult<()> {
    let deadline = Instant::now() + store.options().deadline;
    let mut pause = Duration::from_millis(2);
    loop {
        let error = match attempt(store, group).await {
            Ok(head) => {
                store.committed(group.len(), head);
                return Ok(());
            }
            Err(error) => error,
        };
        if !error.is_retryable() || Instant::now() + pause > deadline {
            tracing::error!(%error, writes = group.len(), "a group of writes was given up");
            return Err(error);
        }
        tracing::debug!(%error, "a group of writes is tried again");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(500));
    }
}

async fn attempt(store: &Arc<Inner>, group: &mut [Box<dyn Work>]) -> StoreResult<Option<i64>> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let tx = WriteTx::new(store.primary().begin_with_options(options).await?);
    for work in group.iter_mut() {
        // A panic in one write must not take the writer down with it.
        let ran = AssertUnwindSafe(work.run(&tx)).catch_unwind().await.unwrap_or_else(|_| {
            Err(StoreError::Unavailable("a write panicked; its group was rolled back".to_owned()))
        });
        match ran {
            Ok(Ran::Done) => {}
            Ok(Ran::Again) => {
                tx.rollback().await;
                return Err(StoreError::Stale("a row"));
            }
            Err(error) => {
                tx.rollback().await;
                return Err(error);
            }
        }
    }
    tx.commit().await
}
