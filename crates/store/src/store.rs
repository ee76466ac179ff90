//! The store: where reading and writing part ways.

use std::{
    fs::File,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use futures::future::BoxFuture;
use kernel::ProjectId;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use tokio::sync::{mpsc, oneshot, watch};

use crate::{
    connect::{self, About, Options},
    error::{StoreError, StoreResult},
    migrations::{self, MigrationStatus},
    readers::Readers,
    scope::{Conn, InProject},
    transact::{Attempt, Single, WriteTx},
    writer::{Work, Writer},
};

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    primary: DatabaseConnection,
    readers: Readers,
    queue: mpsc::Sender<Box<dyn Work>>,
    head: watch::Sender<i64>,
    groups: AtomicI64,
    writes: AtomicI64,
    healthy: AtomicBool,
    options: Options,
    /// On SQLite: nobody puts another file in the place of this one.
    _occupancy: Option<File>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

/// A connection that cannot write.
pub struct Reader {
    conn: Readers,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}

impl Conn for Reader {
    type C = Readers;

    fn conn(&self) -> &Readers {
        &self.conn
    }
}

impl Reader {
    /// What belongs to one project.
    pub const fn project(&self, project: ProjectId) -> InProject<'_, Self> {
        InProject::new(self, project)
    }
}

impl Store {
    /// Opens the database. The [`Writer`] has to be run for writes to happen.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where the URL names no known database; the driver's error otherwise.
    pub async fn open(options: Options) -> StoreResult<(Self, Writer)> {
        let occupancy = connect::occupy(&options)?;
        let (primary, readers) = connect::open(&options).await?;
        let (queue, waiting) = mpsc::channel(4096);
        let (head, _) = watch::channel(0);
        let store = Self {
            inner: Arc::new(Inner {
                primary,
                readers,
                queue,
                head,
                groups: AtomicI64::new(0),
                writes: AtomicI64::new(0),
                healthy: AtomicBool::new(true),
                options,
                _occupancy: occupancy,
            }),
        };
        let writer = Writer::new(Arc::downgrade(&store.inner), waiting);
        Ok((store, writer))
    }

    /// Reads from a replica, or from the second pool on SQLite. May lag behind a write on MySQL replicas.
    pub fn read(&self) -> Reader {
        Reader {
            conn: self.inner.readers.clone(),
        }
    }

    /// Reads what has been committed, always. One server has one truth: here it is the same pool.
    pub fn read_fresh(&self) -> Reader {
        self.read()
    }

    /// Runs `work` in a transaction, sharing the commit with whatever else waits.
    ///
    /// `work` may run more than once, so it has no effects outside the transaction. Where it fails, nothing it
    /// wrote remains. When this returns, the commit is durable.
    ///
    /// # Errors
    /// The error of `work`; or a [`StoreError`] where the database failed for longer than the deadline.
    pub async fn transact<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Attempt,
        F: for<'a> Fn(&'a WriteTx) -> BoxFuture<'a, Result<T, E>> + Send + Sync + 'static,
    {
        let (answer, outcome) = oneshot::channel();
        self.submit(Box::new(Single::new(work, answer))).await?;
        outcome.await.map_err(|_| stopped())?
    }

    pub(crate) async fn submit(&self, work: Box<dyn Work>) -> StoreResult<()> {
        self.inner.queue.send(work).await.map_err(|_| stopped())
    }

    /// Waits until the writer has room for `count` works.
    pub(crate) async fn room(
        &self,
        count: usize,
    ) -> StoreResult<mpsc::PermitIterator<'_, Box<dyn Work>>> {
        self.inner
            .queue
            .reserve_many(count)
            .await
            .map_err(|_| stopped())
    }

    /// The last place of the event log that this process has committed; changes wake followers.
    pub fn head(&self) -> watch::Receiver<i64> {
        self.inner.head.subscribe()
    }

    /// Commits and the writes they carried since start.
    pub fn group_counts(&self) -> (i64, i64) {
        (
            self.inner.groups.load(Ordering::Relaxed),
            self.inner.writes.load(Ordering::Relaxed),
        )
    }

    /// Whether the last group could be committed.
    pub fn is_healthy(&self) -> bool {
        self.inner.healthy.load(Ordering::Relaxed)
    }

    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> StoreResult<()> {
        let sign_of_life =
            Statement::from_string(self.inner.readers.get_database_backend(), "SELECT 1");
        Ok(self
            .inner
            .readers
            .query_one_raw(sign_of_life)
            .await
            .map(drop)?)
    }

    /// What the database is, and what time it has.
    pub async fn about(&self) -> StoreResult<About> {
        connect::about(&self.inner.readers).await
    }

    /// Ends every connection. On SQLite the last one to end folds the write-ahead log into the file.
    pub async fn close(&self) -> StoreResult<()> {
        self.inner.readers.close().await?;
        Ok(self.inner.primary.close_by_ref().await?)
    }

    /// Applies what is missing of the schema.
    pub async fn migrate(&self) -> StoreResult<Vec<String>> {
        migrations::apply(&self.inner.primary).await
    }

    /// Which migrations the database has.
    pub async fn migration_status(&self) -> StoreResult<MigrationStatus> {
        migrations::status(&self.inner.primary).await
    }
}

pub(crate) fn stopped() -> StoreError {
    StoreError::Unavailable("the writer has stopped".to_owned())
}

impl Inner {
    pub(crate) const fn primary(&self) -> &DatabaseConnection {
        &self.primary
    }

    pub(crate) const fn options(&self) -> &Options {
        &self.options
    }

    pub(crate) fn committed(&self, writes: usize, elapsed: Duration, head: Option<i64>) {
        if let Some(observer) = &self.options.observer {
            observer.committed(writes, elapsed);
        }
        self.healthy.store(true, Ordering::Relaxed);
        self.groups.fetch_add(1, Ordering::Relaxed);
        self.writes
            .fetch_add(i64::try_from(writes).unwrap_or(i64::MAX), Ordering::Relaxed);
        if let Some(seq) = head {
            self.head.send_replace(seq);
        }
    }

    pub(crate) fn retried(&self, error: &StoreError) {
        if let Some(observer) = &self.options.observer {
            observer.retried(if matches!(error, StoreError::Stale(_)) {
                "stale"
            } else {
                "database"
            });
        }
    }

    pub(crate) fn failed(&self) {
        self.healthy.store(false, Ordering::Relaxed);
    }
}
