//! A database of its own for each test.

use std::time::Duration;

use futures::future::BoxFuture;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database as Driver, DatabaseBackend, DatabaseConnection,
    Statement,
};
use store::{Attempt, Options, Reader, Store, StoreResult, WriteTx, testing::Scratch};
use tokio::task::JoinSet;

/// A database: a file, or a schema on the server of `TEST_DATABASE_URL`. It goes when this is dropped.
pub(crate) struct Database(Scratch);

/// A store with its writer running.
pub(crate) struct Process {
    pub(crate) store: Store,
    _writer: JoinSet<()>,
}

impl Database {
    /// A new database with every table.
    pub(crate) async fn new() -> Self {
        let database = Self::empty().await;
        database.process().await.store.migrate().await.unwrap();
        database
    }

    /// A new database without tables.
    pub(crate) async fn empty() -> Self {
        Self(Scratch::new().await)
    }

    /// How to reach it.
    pub(crate) fn options(&self) -> Options {
        Options {
            deadline: Duration::from_secs(20),
            ..self.0.options()
        }
    }

    /// One more process on this database.
    pub(crate) async fn process(&self) -> Process {
        self.process_with(self.options()).await
    }

    /// One more process on this database, with options of its own.
    pub(crate) async fn process_with(&self, options: Options) -> Process {
        let (store, writer) = Store::open(options).await.unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(writer.run());
        Process::of(store, tasks)
    }

    /// Whether it is on a MySQL server.
    pub(crate) const fn is_mysql(&self) -> bool {
        self.0.is_mysql()
    }

    /// Breaks every connection to the server. A file has none.
    pub(crate) async fn cut_connections(&self) {
        if !self.is_mysql() {
            return;
        }
        let backdoor = self.backdoor().await;
        let others = "SELECT id AS id FROM information_schema.processlist \
                      WHERE db = database() AND id <> connection_id()";
        let rows = backdoor
            .query_all_raw(Statement::from_string(DatabaseBackend::MySql, others))
            .await;
        for row in rows.unwrap() {
            let id: u64 = row.try_get("", "id").unwrap();
            backdoor
                .execute_unprepared(&format!("KILL {id}"))
                .await
                .unwrap();
        }
    }

    /// A connection beside the store, for what the store does not let anybody do.
    pub(crate) async fn backdoor(&self) -> DatabaseConnection {
        let mut options = ConnectOptions::new(self.options().url);
        options.max_connections(1);
        Driver::connect(options).await.unwrap()
    }
}

impl Process {
    /// A store with its writer running in `tasks`.
    pub(crate) const fn of(store: Store, tasks: JoinSet<()>) -> Self {
        Self {
            store,
            _writer: tasks,
        }
    }

    /// One write that has to succeed.
    pub(crate) async fn write<T, F>(&self, work: F) -> T
    where
        T: Send + 'static,
        F: for<'a> Fn(&'a WriteTx) -> BoxFuture<'a, StoreResult<T>> + Send + Sync + 'static,
    {
        self.store.transact(work).await.unwrap()
    }

    /// One write.
    pub(crate) async fn attempt<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Attempt,
        F: for<'a> Fn(&'a WriteTx) -> BoxFuture<'a, Result<T, E>> + Send + Sync + 'static,
    {
        self.store.transact(work).await
    }

    pub(crate) fn read(&self) -> Reader {
        self.store.read()
    }
}
