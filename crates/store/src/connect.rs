//! Opening connections: the one place where SQLite and MySQL are told apart.

use std::{fmt, fs::File, path::PathBuf, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use kernel::Timestamp;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, Statement, sqlx,
};
use url::Url;

use crate::{
    error::{StoreError, StoreResult},
    occupancy,
    readers::Readers,
};

/// How to reach the database.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite:PATH` or `mysql://user:password@host:port/database`.
    pub url: String,
    /// Connections for reading.
    pub readers: u32,
    /// How long one statement that reads may take, on MySQL.
    pub statement_timeout: Duration,
    /// How long to wait for a connection.
    pub acquire_timeout: Duration,
    /// Total time for one write, retries included.
    pub deadline: Duration,
    /// The most writes that share a commit.
    pub group_max: usize,
    /// Who hears of each commit.
    pub observer: Option<Arc<dyn WriteObserver>>,
}

/// Hears what the writer does, for metrics. It is called on the way of every write, so it must not wait.
pub trait WriteObserver: Send + Sync + fmt::Debug {
    /// So many writes were committed together; running and committing them took so long.
    fn committed(&self, writes: usize, elapsed: Duration);

    /// A group of writes is run again, for this reason: `stale` or `database`.
    fn retried(&self, reason: &'static str);
}

/// What a database says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its name and version.
    pub product: String,
    /// Its clock, in whole seconds.
    pub now: Timestamp,
}

impl Options {
    /// Sensible values for `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            readers: 4,
            statement_timeout: Duration::from_secs(5),
            acquire_timeout: Duration::from_secs(5),
            deadline: Duration::from_secs(10),
            group_max: 256,
            observer: None,
        }
    }

    fn sqlite_path(&self) -> Option<PathBuf> {
        self.url
            .strip_prefix("sqlite:")
            .map(|path| PathBuf::from(path.trim_start_matches("//")))
    }
}

/// Takes part in the use of a SQLite file, whose folder is made; on a server everybody may.
pub(crate) fn occupy(options: &Options) -> StoreResult<Option<File>> {
    let Some(path) = options.sqlite_path() else {
        return Ok(None);
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| {
            StoreError::Unavailable(format!(
                "cannot make the folder {}: {error}",
                folder.display()
            ))
        })?;
    }
    occupancy::share(&path).map(Some)
}

/// The connection that writes and the pool that cannot.
pub(crate) async fn open(options: &Options) -> StoreResult<(DatabaseConnection, Readers)> {
    if options.sqlite_path().is_some() {
        let writer = Database::connect(sqlite(options, 1, false)).await?;
        let readers = Database::connect(sqlite(options, options.readers, true)).await?;
        return Ok((writer, Readers::new(readers, options.readers)));
    }
    Url::parse(&options.url)
        .ok()
        .filter(|url| url.scheme() == "mysql")
        .ok_or_else(|| {
            StoreError::Unavailable(
                "the database URL starts with neither sqlite: nor mysql:".to_owned(),
            )
        })?;
    let writer = Database::connect(mysql(options, 2, false)).await?;
    let readers = Database::connect(mysql(options, options.readers, true)).await?;
    Ok((writer, Readers::new(readers, options.readers)))
}

/// Asks the database what it is and what time it has.
pub(crate) async fn about(conn: &Readers) -> StoreResult<About> {
    let backend = conn.get_database_backend();
    let (name, version) = match backend {
        DatabaseBackend::Sqlite => ("SQLite", "sqlite_version()"),
        _ => ("MySQL", "version()"),
    };
    let question = format!("SELECT {version} AS version, CURRENT_TIMESTAMP AS now");
    let row = conn
        .query_one_raw(Statement::from_string(backend, question))
        .await?;
    let row = row.ok_or_else(|| StoreError::Unavailable("no answer".to_owned()))?;
    let (version, now): (String, DateTime<Utc>) =
        (row.try_get("", "version")?, row.try_get("", "now")?);
    Ok(About {
        product: format!("{name} {version}"),
        now,
    })
}

fn base(options: &Options, connections: u32) -> ConnectOptions {
    let mut connect = ConnectOptions::new(options.url.clone());
    connect
        .max_connections(connections)
        .min_connections(0)
        .acquire_timeout(options.acquire_timeout)
        .connect_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .sqlx_logging(false);
    connect
}

fn sqlite(options: &Options, connections: u32, read_only: bool) -> ConnectOptions {
    use sqlx::sqlite::{SqliteAutoVacuum, SqliteJournalMode, SqliteSynchronous};
    let mut connect = base(options, connections);
    connect.map_sqlx_sqlite_opts(move |sqlite| {
        let sqlite = sqlite
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .auto_vacuum(SqliteAutoVacuum::None)
            .foreign_keys(false)
            .busy_timeout(Duration::from_secs(5))
            .statement_cache_capacity(256)
            // The rows of a set cross to its reader together, not fifty at a time.
            .row_buffer_size(1024)
            // As everywhere else, text is compared by its bytes.
            .pragma("case_sensitive_like", "ON");
        if read_only {
            sqlite.pragma("query_only", "ON")
        } else {
            // A checkpoint every 16,000 pages instead of 1,000: random index pages are then written once, not
            // sixteen times. The WAL stays below about 64 MiB.
            sqlite
                .pragma("wal_autocheckpoint", "16000")
                .pragma("cache_size", "-65536")
                // What a savepoint may have to bring back is kept in memory, not in a file made for each transaction.
                .pragma("temp_store", "MEMORY")
        }
    });
    connect
}

fn mysql(options: &Options, connections: u32, read_only: bool) -> ConnectOptions {
    let mut connect = base(options, connections);
    let limit = options.statement_timeout.as_millis();
    connect.map_sqlx_mysql_opts(|mysql| {
        mysql
            .charset("utf8mb4")
            .collation("utf8mb4_0900_bin")
            .statement_cache_capacity(512)
    });
    connect.map_sqlx_mysql_pool_opts(move |pool| {
        pool.after_connect(move |connection, _| {
            Box::pin(async move {
                use sqlx::Executor as _;
                connection
                    .execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
                    .await?;
                connection
                    .execute("SET SESSION innodb_lock_wait_timeout = 5")
                    .await?;
                if read_only {
                    connection
                        .execute("SET SESSION TRANSACTION READ ONLY")
                        .await?;
                    let limit = format!("SET SESSION max_execution_time = {limit}");
                    connection.execute(sqlx::AssertSqlSafe(limit)).await?;
                }
                Ok(())
            })
        })
    });
    connect
}
