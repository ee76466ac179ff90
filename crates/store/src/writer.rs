//! The writer: takes what waits, runs it in one transaction, commits once, answers all.

use std::{
    future::pending,
    panic::AssertUnwindSafe,
    sync::{Arc, Weak},
    time::Duration,
};

use futures::{
    FutureExt,
    future::{BoxFuture, OptionFuture, join_all},
};
use kernel::{Clock as _, ProcessId, SystemClock, SystemEntropy};
use sea_orm::{
    DatabaseBackend, DatabaseConnection, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tokio::{sync::mpsc, time::Instant};

use crate::{
    connect::Options,
    error::{StoreError, StoreResult},
    fence::Fence,
    scope::Conn,
    store::Inner,
    topology::Watcher,
    transact::WriteTx,
};

/// A write that waits for its turn.
pub(crate) trait Work: Send {
    /// Does the work. Where it fails it leaves nothing in the transaction, or has the whole transaction run again. An error
    /// means that the whole transaction is lost.
    fn run<'a>(&'a mut self, tx: &'a WriteTx) -> BoxFuture<'a, StoreResult<Ran>>;

    /// Whether it holds rows that many others wait for.
    fn is_set(&self) -> bool {
        false
    }

    /// Answers, after the group was committed or given up.
    fn finish(self: Box<Self>, group: Result<(), StoreError>);
}

/// How a work's run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ran {
    /// Its outcome stands if the group commits.
    Done,
    /// The whole transaction has to be run again.
    Again,
}

/// A write and when it was handed in.
pub(crate) struct Waiting {
    pub(crate) work: Box<dyn Work>,
    pub(crate) since: Instant,
}

/// Runs the writes of one [`crate::Store`], and keeps an eye on the members of its database. It ends when every handle of the
/// store is gone.
pub struct Writer {
    store: Weak<Inner>,
    lanes: Vec<Lane>,
    watcher: Option<Watcher>,
}

/// Groups that follow one another. Those of another lane have their own connection and go on meanwhile, as those of another process
/// do.
pub(crate) struct Lane {
    waiting: mpsc::Receiver<Waiting>,
    fence: Option<Fence>,
}

/// How many writes wait in a lane before the next one has to wait to be let in.
const QUEUE: usize = 4096;

/// The ways into the lanes.
pub(crate) struct Ways {
    /// Into that of what callers write.
    pub(crate) asked: mpsc::Sender<Waiting>,
    /// Into that of the sets that the first has no room for. None on SQLite.
    pub(crate) relief: Option<mpsc::Sender<Waiting>>,
    /// Into that of what nobody waits for.
    pub(crate) beside: mpsc::Sender<Waiting>,
}

/// The lanes, and the ways into them. SQLite has one writer, and so one lane; a file gives its answer always, where over a network it
/// can get lost.
pub(crate) fn lanes(options: &Options) -> (Ways, Vec<Lane>) {
    let (asked, waiting) = mpsc::channel(QUEUE);
    if options.backend() == DatabaseBackend::Sqlite {
        let ways = Ways {
            beside: asked.clone(),
            relief: None,
            asked,
        };
        let fence = None;
        return (ways, vec![Lane { waiting, fence }]);
    }
    let lane = |waiting, process| Lane {
        waiting,
        fence: Some(Fence::new(process)),
    };
    // The groups of another lane count as those of another process.
    let other = || ProcessId::new(SystemClock.now(), &SystemEntropy::default());
    let (relief, waiting_for_relief) = mpsc::channel(QUEUE);
    let (beside, waiting_beside) = mpsc::channel(QUEUE);
    let ways = Ways {
        asked,
        relief: Some(relief),
        beside,
    };
    let lanes = vec![
        lane(waiting, options.process),
        lane(waiting_for_relief, other()),
        lane(waiting_beside, other()),
    ];
    (ways, lanes)
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Writer {
    pub(crate) const fn new(
        store: Weak<Inner>,
        lanes: Vec<Lane>,
        watcher: Option<Watcher>,
    ) -> Self {
        Self {
            store,
            lanes,
            watcher,
        }
    }

    /// Commits group after group until the last handle of the store is dropped.
    pub async fn run(self) {
        let watching = OptionFuture::from(self.watcher.map(Watcher::run));
        let watching = async {
            if watching.await.is_none() {
                pending::<()>().await;
            }
        };
        let store = &self.store;
        let lanes = self.lanes.into_iter().map(|lane| lane.commit_groups(store));
        tokio::select! {
            _ = join_all(lanes) => {}
            () = watching => {}
        }
    }
}

impl Lane {
    /// The write and whatever else waits. Where others write too, a set is the last of its group: what it changes in the end, like the
    /// account of a program, is not to be held while the next set reads.
    fn group_with(&mut self, first: Waiting, limit: usize) -> Vec<Waiting> {
        let alone = self.fence.is_none();
        let mut group = vec![first];
        while group.len() < limit
            && (alone || !group.last().is_some_and(|last| last.work.is_set()))
            && let Ok(next) = self.waiting.try_recv()
        {
            group.push(next);
        }
        group
    }

    async fn commit_groups(mut self, store: &Weak<Inner>) {
        while let Some(first) = self.waiting.recv().await {
            let Some(store) = store.upgrade() else {
                return;
            };
            let group = self.group_with(first, store.options().group_max);
            for troubled in settle(&store, &mut self.fence, group).await {
                settle(&store, &mut self.fence, vec![troubled]).await;
            }
        }
    }
}

/// How often a group is run again because of one write, before that write is set aside.
const TRIES_TOGETHER: u32 = 3;
/// The same for a write that was set aside and runs alone, before it is given up.
const TRIES_ALONE: u32 = 8;
/// The longest pause between two tries; a change of roles ends it.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

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

/// Runs a group until it commits or the deadlines pass, and answers. Gives back the writes that kept the others from
/// committing and have to be run alone.
async fn settle(
    store: &Arc<Inner>,
    fence: &mut Option<Fence>,
    mut group: Vec<Waiting>,
) -> Vec<Waiting> {
    let mut pause = Duration::from_millis(2);
    let mut tries = 0;
    let mut aside = Vec::new();
    if let Some(fence) = fence {
        fence.advance();
    }
    while !group.is_empty() {
        let started = Instant::now();
        let error = match attempt(store, fence, &mut group).await {
            Ok(head) => {
                store.committed(group.len(), started.elapsed(), head);
                finish(&mut group, None);
                return aside;
            }
            Err(Setback::Panicked(place)) => {
                let write = group.remove(place);
                write.work.finish(Err(StoreError::Unavailable(
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
        if error.is_retryable() {
            give_up_the_late(store, &mut group, &error, pause);
            tracing::debug!(%error, "a group of writes is tried again");
            store.retried(&error);
            store.pause(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        } else {
            tracing::error!(%error, writes = group.len(), "a group of writes was given up");
            store.failed();
            finish(&mut group, Some(&error.to_string()));
        }
    }
    aside
}

/// Answers the writes whose time would be over after another `pause`; the others go on without them.
fn give_up_the_late(store: &Inner, group: &mut Vec<Waiting>, error: &StoreError, pause: Duration) {
    let deadline = store.options().deadline;
    let over = |write: &mut Waiting| write.since.elapsed() + pause > deadline;
    let mut late: Vec<Waiting> = group.extract_if(.., over).collect();
    if !late.is_empty() {
        tracing::error!(%error, writes = late.len(), "writes were given up after {deadline:?}");
        store.failed();
        finish(&mut late, Some(&error.to_string()));
    }
}

fn finish(group: &mut Vec<Waiting>, failure: Option<&str>) {
    for write in group.drain(..) {
        write.work.finish(match failure {
            None => Ok(()),
            Some(cause) => Err(StoreError::Unavailable(cause.to_owned())),
        });
    }
}

/// One try, for as long as the member that it began with is the writer.
async fn attempt(
    store: &Arc<Inner>,
    fence: &mut Option<Fence>,
    group: &mut [Waiting],
) -> Result<Option<i64>, Setback> {
    let (writer, place) = store.members().writer()?;
    let tried = tokio::select! {
        biased;
        tried = run_all(store, &writer, fence, group) => tried,
        () = store.members().deposed(place) => Err(StoreError::NoWriter.into()),
    };
    if let Err(Setback::Lost(error)) = &tried
        && error.is_retryable()
    {
        store.members().doubt();
    }
    tried
}

async fn run_all(
    store: &Arc<Inner>,
    writer: &DatabaseConnection,
    fence: &mut Option<Fence>,
    group: &mut [Waiting],
) -> Result<Option<i64>, Setback> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let limit = store.options().statement_timeout;
    let begun = store
        .timely(limit, writer.begin_with_options(options))
        .await?;
    let tx = WriteTx::new(begun.map_err(StoreError::from)?, Arc::clone(store.recent()));
    if let Some(fence) = fence
        && !store.timely(limit, fence.pass(tx.conn())).await??
    {
        drop(store.timely(limit, tx.rollback()).await);
        return Ok(fence.head);
    }
    for (place, write) in group.iter_mut().enumerate() {
        // A panic in one write must not take the writer or the other writes down with it.
        let run = AssertUnwindSafe(write.work.run(&tx)).catch_unwind();
        let setback = match store.timely(store.options().deadline, run).await? {
            Ok(Ok(Ran::Done)) => continue,
            Ok(Ok(Ran::Again)) => Setback::Again(place),
            Ok(Err(error)) => Setback::Lost(error),
            Err(_) => Setback::Panicked(place),
        };
        drop(store.timely(limit, tx.rollback()).await);
        return Err(setback);
    }
    let told = store.timely(limit, tx.append_log()).await??;
    let head = told.last().map(|entry| entry.seq);
    if let Some(fence) = fence {
        fence.head = head;
    }
    store.timely(limit, tx.commit()).await??;
    store.recent().add(told);
    Ok(head)
}
