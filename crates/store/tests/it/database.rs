//! A database of its own for each test.

use std::time::Duration;

use futures::future::BoxFuture;
use inviter_store::{Attempt, Options, Reader, Store, StoreResult, WriteTx};
use kernel::{Entropy, SystemEntropy};
use sea_orm::{ConnectionTrait, Database as Driver, DatabaseBackend, DatabaseConnection, Statement};
use tempfile::TempDir;
use tokio::task::JoinSet;

/// A migrated database: a file, or a schema on the server of `TEST_DATABASE_URL`. It goes when this is dropped.
pub(crate) struct Database {
    url: String,
    place: Place,
}

enum Place {
    File { _folder: TempDir },
    Server { url: String, schema: String },
}

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
        #[expect(clippy::disallowed_methods, reason = "tests are not configured by a file")]
        let server = std::env::var("TEST_DATABASE_URL").ok();
        match server {
            None => {
                let folder = TempDir::new().unwrap();
                let url = format!("sqlite:{}", folder.path().join("inviter.db").display());
                Self { url, place: Place::File { _folder: folder } }
            }
            Some(server) => {
                let mut random = [0; 8];
                SystemEntropy::default().fill(&mut random);
                let schema = format!("inviter_test_{:016x}", u64::from_be_bytes(random));
                administer(&server, &format!("CREATE DATABASE {schema}")).await;
                let base = server.rsplit_once('/').expect("the URL names a database").0;
                Self { url: format!("{base}/{schema}"), place: Place::Server { url: server, schema } }
            }
        }
    }

    /// How to reach it.
    pub(crate) fn options(&self) -> Options {
        Options { deadline: Duration::from_secs(20), ..Options::new(&self.url) }
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
        Process { store, _writer: tasks }
    }

    /// Breaks every connection to the server. A file has none.
    pub(crate) async fn cut_connections(&self) {
        let Place::Server { url, schema } = &self.place else { return };
        let connection = Driver::connect(url).await.unwrap();
        let sql = format!("SELECT id FROM information_schema.processlist WHERE db = '{schema}'");
        let rows = connection.query_all_raw(Statement::from_string(DatabaseBackend::MySql, sql)).await;
        for row in rows.unwrap() {
            let id: u64 = row.try_get("", "id").or_else(|_| row.try_get("", "ID")).unwrap();
            connection.execute_unprepared(&format!("KILL {id}")).await.unwrap();
        }
    }

    /// A connection beside the store, for what the store does not let anybody do.
    pub(crate) async fn backdoor(&self) -> DatabaseConnection {
        Driver::connect(&self.url).await.unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Place::Server { url, schema } = &self.place else { return };
        let (url, statement) = (url.clone(), format!("DROP DATABASE {schema}"));
        // A thread of its own: a test that panicked is still inside its runtime.
        let cleaner = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(administer(&url, &statement));
        });
        drop(cleaner.join());
    }
}

impl Process {
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
        self.store.read_fresh()
    }
}

async fn administer(url: &str, statement: &str) {
    let connection = Driver::connect(url).await.unwrap();
    connection.execute_unprepared(statement).await.unwrap();
    connection.close().await.unwrap();
}
