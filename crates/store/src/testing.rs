//! Scratch databases for tests. Only with the feature `testing`.

use kernel::{Entropy, SystemEntropy};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database as Driver, DatabaseConnection, DbBackend, Statement,
};
use tempfile::TempDir;

use crate::Options;

mod plans;

pub use plans::{Explained, Plan};

/// An empty database that goes away with this value: a SQLite file, or a schema on the server that `TEST_DATABASE_URL`
/// names.
#[derive(Debug)]
pub struct Scratch {
    url: String,
    home: TempDir,
    server: Option<(String, String)>,
}

impl Scratch {
    /// Makes one.
    ///
    /// # Panics
    /// When the server cannot be used: a test without its database proves nothing.
    pub async fn new() -> Self {
        let home = TempDir::new().expect("a folder for the test");
        #[expect(
            clippy::disallowed_methods,
            reason = "tests are not configured by a file"
        )]
        let server = std::env::var("TEST_DATABASE_URL").ok();
        let Some(server) = server else {
            return Self::sqlite();
        };
        let mut random = [0; 8];
        SystemEntropy::default().fill(&mut random);
        let schema = format!("inviter_test_{:016x}", u64::from_be_bytes(random));
        administer(&server, &format!("CREATE DATABASE {schema}")).await;
        let base = server.rsplit_once('/').expect("the URL names a database").0;
        Self {
            url: format!("{base}/{schema}"),
            home,
            server: Some((server, schema)),
        }
    }

    /// Makes one that is a file.
    ///
    /// # Panics
    /// When there is no room for it.
    pub fn sqlite() -> Self {
        let home = TempDir::new().expect("a folder for the test");
        Self {
            url: format!("sqlite:{}", home.path().join("inviter.db").display()),
            home,
            server: None,
        }
    }

    /// How to open it.
    pub fn options(&self) -> Options {
        Options::new(&self.url)
    }

    /// A folder of the test's own.
    pub fn home(&self) -> &std::path::Path {
        self.home.path()
    }

    /// Whether it is on a MySQL server.
    pub const fn is_mysql(&self) -> bool {
        self.server.is_some()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let Some((server, schema)) = self.server.take() else {
            return;
        };
        // The test's runtime may be shutting down: a thread with one of its own cleans up.
        let cleaner = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            if let Ok(runtime) = runtime {
                runtime.block_on(remove(&server, &schema));
            }
        });
        drop(cleaner.join());
    }
}

/// Ends the test's own connections first: the test's thread waits here, so a transaction it left open would never be rolled
/// back, and `DROP DATABASE` would wait for it.
async fn remove(server: &str, schema: &str) {
    let connection = connect(server).await;
    let threads = "SELECT id FROM information_schema.processlist WHERE db = ?";
    let threads = Statement::from_sql_and_values(DbBackend::MySql, threads, [schema.into()]);
    for thread in connection.query_all_raw(threads).await.unwrap_or_default() {
        if let Ok(id) = thread.try_get_by_index::<u64>(0) {
            // One that has gone by itself is as good.
            drop(connection.execute_unprepared(&format!("KILL {id}")).await);
        }
    }
    let sql = format!("DROP DATABASE IF EXISTS {schema}");
    connection
        .execute_unprepared(&sql)
        .await
        .expect("the database of the test goes");
    drop(connection.close().await);
}

async fn administer(server: &str, sql: &str) {
    let connection = connect(server).await;
    connection
        .execute_unprepared(sql)
        .await
        .expect("the server of the tests lets databases be made");
    drop(connection.close().await);
}

async fn connect(server: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(server);
    options.max_connections(1).sqlx_logging(false);
    Driver::connect(options)
        .await
        .expect("the server of the tests answers")
}
