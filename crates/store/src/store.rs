//! The store: where reading and writing part ways.

use std::{
    fs::File,
    marker::PhantomData,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use futures::future::BoxFuture;
use kernel::ProjectId;
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr, Statement,
};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::Instant,
};

use crate::{
    connect::{self, About, Options},
    error::{self, StoreError, StoreResult},
    log::Recent,
    migrations::{self, MigrationStatus},
    readers::Readers,
    refusal::{Obstacle, Refusal},
    scope::{Conn, InProject},
    topology::{self, Freshness, Members, Snapshot},
    transact::{Attempt, Single, WriteTx},
    writer::{Waiting, Work, Writer, lanes},
};

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
    queue: mpsc::Sender<Waiting>,
    relief: Option<mpsc::Sender<Waiting>>,
}

pub(crate) struct Inner {
    members: Arc<Members>,
    backend: DatabaseBackend,
    /// Into the lane of what nobody waits for.
    beside: mpsc::Sender<Waiting>,
    head: watch::Sender<i64>,
    recent: Arc<Recent>,
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

/// What is read holds every commit that was answered before.
#[derive(Debug, Clone, Copy)]
pub struct Newest;

/// What is read may be a little behind.
#[derive(Debug, Clone, Copy)]
pub struct Lagging;

/// A connection that cannot write. How new its answers are is in its type: what asks for a `Reader` is not given a
/// `Reader<Lagging>`.
pub struct Reader<F = Newest> {
    conn: Readers,
    freshness: PhantomData<F>,
}

impl<F> std::fmt::Debug for Reader<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}

impl<F: Send + Sync> Conn for Reader<F> {
    type C = Readers;

    fn conn(&self) -> &Readers {
        &self.conn
    }
}

impl<F> Reader<F> {
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
        let (members, watcher) = topology::open(&options).await?;
        let backend = options.backend();
        let (ways, lanes) = lanes(&options);
        let (head, _) = watch::channel(0);
        let store = Self {
            inner: Arc::new(Inner {
                members,
                backend,
                beside: ways.beside,
                head,
                recent: Arc::default(),
                groups: AtomicI64::new(0),
                writes: AtomicI64::new(0),
                healthy: AtomicBool::new(true),
                options,
                _occupancy: occupancy,
            }),
            queue: ways.asked,
            relief: ways.relief,
        };
        let writer = Writer::new(Arc::downgrade(&store.inner), lanes, watcher);
        Ok((store, writer))
    }

    /// The same database for what nobody waits for. On MySQL its writes share a commit with their like alone, so that those who wait for an
    /// answer do not wait for them; SQLite has one writer for everything.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            queue: self.inner.beside.clone(),
            relief: None,
        }
    }

    /// Whether two sets can be worked on at the same time.
    pub const fn has_relief(&self) -> bool {
        self.relief.is_some()
    }

    /// The same, once for each lane that can work on sets at the same time.
    pub(crate) fn lanes(&self) -> Vec<Self> {
        let relief = self.relief.clone().map(|queue| Self {
            inner: Arc::clone(&self.inner),
            queue,
            relief: None,
        });
        [self.clone()].into_iter().chain(relief).collect()
    }

    /// Reads what has been committed, always. While no member of a MySQL group takes writes, it waits; once that has lasted for
    /// the deadline of a write, the database is declared read only and whoever knows most answers.
    pub fn read(&self) -> Reader {
        self.reader(Freshness::Newest)
    }

    /// Reads from a replica where there is one, up to `max_lag` behind: for what a follower of the event log has written, which
    /// is behind anyway.
    pub fn read_lagging(&self) -> Reader<Lagging> {
        self.reader(Freshness::Lagging)
    }

    /// Reads what there is, and never waits for a writer: for links, which have to go on.
    pub fn read_anyhow(&self) -> Reader<Lagging> {
        self.reader(Freshness::Whatever)
    }

    fn reader<F>(&self, freshness: Freshness) -> Reader<F> {
        Reader {
            conn: self.readers(freshness),
            freshness: PhantomData,
        }
    }

    fn readers(&self, freshness: Freshness) -> Readers {
        let Inner {
            members,
            backend,
            options,
            ..
        } = &*self.inner;
        Readers::new(members, freshness, *backend, options.readers)
    }

    /// Whether a member of the database takes writes at this moment, as far as is known.
    pub fn takes_writes(&self) -> bool {
        self.inner.members.snapshot().writer.is_some()
    }

    /// What is known of the members of the database, and what changes.
    pub fn topology(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.inner.members.subscribe()
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
        let work = Box::new(Single::new(work, answer));
        self.submit(work).await?;
        outcome.await.map_err(|_| stopped())?
    }

    async fn submit(&self, work: Box<dyn Work>) -> StoreResult<()> {
        let waiting = Waiting {
            work,
            since: Instant::now(),
        };
        let sent = self.queue.send(waiting);
        match tokio::time::timeout(self.inner.options.deadline, sent).await {
            Ok(sent) => sent.map_err(|_| stopped()),
            Err(_) => Err(StoreError::Unavailable(
                "too many writes wait for the database".to_owned(),
            )),
        }
    }

    /// Waits until the writer has room for `count` works.
    pub(crate) async fn room(
        &self,
        count: usize,
    ) -> StoreResult<mpsc::PermitIterator<'_, Waiting>> {
        self.queue.reserve_many(count).await.map_err(|_| stopped())
    }

    /// The last place of the event log that this process has committed, or was told of; changes wake followers.
    pub fn head(&self) -> watch::Receiver<i64> {
        self.inner.head.subscribe()
    }

    /// Another process says that it has committed up to `seq`: followers look at once instead of with their next poll.
    pub fn announce(&self, seq: i64) {
        self.inner
            .head
            .send_if_modified(|head| (seq > *head).then(|| *head = seq).is_some());
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
        let sign_of_life = Statement::from_string(self.inner.backend, "SELECT 1");
        let readers = self.readers(Freshness::Whatever);
        Ok(readers.query_one_raw(sign_of_life).await.map(drop)?)
    }

    /// Whether the account may do what every write does. Nothing is written: to be told how a statement would be run takes the
    /// same privileges as to run it.
    ///
    /// # Errors
    /// [`StoreError::Refused`] with what it may not do.
    pub async fn try_privileges(&self) -> StoreResult<()> {
        const NEEDED: [&str; 4] = [
            "SELECT seq FROM heads WHERE name = ''",
            "INSERT INTO heads (name, seq) VALUES ('', 0)",
            "UPDATE heads SET seq = 0 WHERE name = ''",
            "DELETE FROM heads WHERE name = ''",
        ];
        let (writer, backend) = (self.inner.writer().await?, self.inner.backend);
        for needed in NEEDED {
            let explained = Statement::from_string(backend, format!("EXPLAIN {needed}"));
            let told = writer.query_all_raw(explained).await;
            told.map_err(|error| match error::driver(&error).map(Refusal::from) {
                Some(refusal) if refusal.what == Obstacle::Privilege => refusal.into(),
                _ => StoreError::from(error),
            })?;
        }
        Ok(())
    }

    /// What the database is, and what time it has.
    pub async fn about(&self) -> StoreResult<About> {
        connect::about(&self.readers(Freshness::Newest)).await
    }

    /// Ends every connection. On SQLite the last one to end folds the write-ahead log into the file.
    pub async fn close(&self) -> StoreResult<()> {
        for member in &self.inner.members.snapshot().members {
            member.pools().readers.close_by_ref().await?;
            member.pools().writer.close_by_ref().await?;
        }
        Ok(())
    }

    /// Applies what is missing of the schema.
    pub async fn migrate(&self) -> StoreResult<Vec<String>> {
        migrations::apply(&self.inner.writer().await?).await
    }

    /// Which migrations the database has.
    pub async fn migration_status(&self) -> StoreResult<MigrationStatus> {
        migrations::status(&self.inner.writer().await?).await
    }
}

pub(crate) fn stopped() -> StoreError {
    StoreError::Unavailable("the writer has stopped".to_owned())
}

impl Inner {
    pub(crate) fn members(&self) -> &Members {
        &self.members
    }

    async fn writer(&self) -> StoreResult<DatabaseConnection> {
        self.members.writer_within(self.options.deadline).await
    }

    /// `work`, for no longer than `limit` where a network is between: a server that hangs says nothing.
    pub(crate) async fn timely<T>(
        &self,
        limit: Duration,
        work: impl Future<Output = T>,
    ) -> StoreResult<T> {
        if self.members.limit().is_none() {
            return Ok(work.await);
        }
        tokio::time::timeout(limit, work)
            .await
            .map_err(|_| StoreError::Retry(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)))
    }

    /// Waits before another try: for `pause`, or until somebody takes writes again.
    pub(crate) async fn pause(&self, pause: Duration) {
        match self.members.writer() {
            Ok(_) => tokio::time::sleep(pause).await,
            Err(_) => drop(self.members.writer_within(pause).await),
        }
    }

    pub(crate) const fn recent(&self) -> &Arc<Recent> {
        &self.recent
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
            // Another process may have announced a later one already.
            self.head.send_modify(|head| *head = seq.max(*head));
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
