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
        loop {
            let mut group = Vec::new();
            let limit = self
                .store
                .upgrade()
                .map_or(1, |store| store.options().group_max);
            if self.waiting.recv_many(&mut group, limit).await == 0 {
                return;
            }
            let Some(store) = self.store.upgrade() else {
                return;
            };
            let deadline = Instant::now() + store.options().deadline;
            for troubled in settle(&store, group, deadline).await {
                settle(&store, vec![troubled], deadline).await;
            }
        }
    }
}

/// How often the database may ask for another try because of one write, before that write is set aside.
const TRIES_TOGETHER: u32 = 3;
/// The same for a write that was set aside and runs alone, before it is given up.
const TRIES_ALONE: u32 = 8;

/// Why a group did not commit.
enum Setback {
    /// The transaction is lost, through no write in particular.
    Lost(StoreError),
    /// Because of the write at this place the whole transaction has to be run again.
    Again(usize),
    /// The write at this place panicked.
    Panicked(usize),
}

impl From<StoreError> for Setback {
    fn from(error: StoreError) -> Self {
        Self::Lost(error)
    }
}

/// Runs a group until it commits or the deadline passes, and answers. Gives back the writes that kept the others from
/// committing and have to be run alone.
async fn settle(
    store: &Arc<Inner>,
    mut group: Vec<Box<dyn Work>>,
    deadline: Instant,
) -> Vec<Box<dyn Work>> {
    let mut pause = Duration::from_millis(2);
    let mut tries = 0;
    let mut aside = Vec::new();
    while !group.is_empty() {
        let started = Instant::now();
        let error = match attempt(store, &mut group).await {
            Ok(head) => {
                store.committed(group.len(), started.elapsed(), head);
                finish(&mut group, None);
                return aside;
            }
            Err(Setback::Panicked(place)) => {
                let write = group.remove(place);
                write.finish(Err(StoreError::Unavailable(
                    "the write panicked".to_owned(),
                )));
                continue;
            }
            Err(Setback::Again(place)) => {
                tries += 1;
                if group.len() > 1 && tries >= TRIES_TOGETHER {
                    aside.push(group.remove(place));
                    tries = 0;
                    continue;
                }
                if tries >= TRIES_ALONE {
                    finish(&mut group, Some("the database kept asking to try again"));
                    return aside;
                }
                StoreError::Stale("a row")
            }
            Err(Setback::Lost(error)) => error,
        };
        if !error.is_retryable() || Instant::now() + pause > deadline {
            tracing::error!(%error, writes = group.len(), "a group of writes was given up");
            store.failed();
            finish(&mut group, Some(&error.to_string()));
            return aside;
        }
        tracing::debug!(%error, "a group of writes is tried again");
        store.retried(&error);
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(500));
    }
    aside
}

fn finish(group: &mut Vec<Box<dyn Work>>, failure: Option<&str>) {
    for work in group.drain(..) {
        work.finish(match failure {
            None => Ok(()),
            Some(cause) => Err(StoreError::Unavailable(cause.to_owned())),
        });
    }
}

async fn attempt(store: &Arc<Inner>, group: &mut [Box<dyn Work>]) -> Result<Option<i64>, Setback> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let begun = store.primary().begin_with_options(options).await;
    let tx = WriteTx::new(begun.map_err(StoreError::from)?);
    for (place, work) in group.iter_mut().enumerate() {
        // A panic in one write must not take the writer or the other writes down with it.
        let setback = match AssertUnwindSafe(work.run(&tx)).catch_unwind().await {
            Ok(Ok(Ran::Done)) => continue,
            Ok(Ok(Ran::Again)) => Setback::Again(place),
            Ok(Err(error)) => Setback::Lost(error),
            Err(_) => Setback::Panicked(place),
        };
        tx.rollback().await;
        return Err(setback);
    }
    Ok(tx.commit().await?)
}
