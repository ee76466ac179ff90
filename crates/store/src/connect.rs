//! Opening connections: the one place where SQLite and MySQL are told apart.

use std::{fmt, fs::File, path::PathBuf, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use kernel::{Clock, ProcessId, SystemClock, SystemEntropy, Timestamp};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseBackend, Statement,
    sqlx::{self, Connection, MySqlConnection, mysql::MySqlConnectOptions},
};
use url::Url;

use crate::{
    error::{StoreError, StoreResult},
    occupancy, pool,
    readers::Readers,
    refusal::{Obstacle, Refusal},
    topology::{Pools, Topology},
};

/// How to reach the database.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite:PATH` or `mysql://user:password@host:port/database`.
    pub url: String,
    /// The members of a MySQL group as `host:port`, reached by the account and database of `url`. Empty: the host of `url` is
    /// all there is.
    pub members: Vec<String>,
    /// How the roles of several members are found out.
    pub topology: Topology,
    /// A replica that is further behind is not read from.
    pub max_lag: Duration,
    /// Connections for reading, to each member.
    pub readers: u32,
    /// How long one statement that reads may take, on MySQL.
    pub statement_timeout: Duration,
    /// How long to wait for a connection.
    pub acquire_timeout: Duration,
    /// Total time for one write, retries included.
    pub deadline: Duration,
    /// The most writes that share a commit.
    pub group_max: usize,
    /// Who hears of each commit and of each wait for a connection.
    pub observer: Option<Arc<dyn StoreObserver>>,
    /// This process, among those that write to the same database. No two are alike.
    pub process: ProcessId,
}

/// Hears what the store does, for metrics. It is called on the way of every query and write, so it must not wait.
pub trait StoreObserver: Send + Sync + fmt::Debug {
    /// So many writes were committed together; running and committing them took so long.
    fn committed(&self, writes: usize, elapsed: Duration);

    /// A group of writes is run again, for this reason: `stale` or `database`.
    fn retried(&self, reason: &'static str);

    /// A query waited so long for a connection.
    fn waited(&self, elapsed: Duration);
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
            members: Vec::new(),
            topology: Topology::Auto,
            max_lag: Duration::from_secs(5),
            readers: 4,
            statement_timeout: Duration::from_secs(5),
            acquire_timeout: Duration::from_secs(5),
            deadline: Duration::from_secs(10),
            group_max: 256,
            observer: None,
            process: ProcessId::new(SystemClock.now(), &SystemEntropy::default()),
        }
    }

    pub(crate) fn backend(&self) -> DatabaseBackend {
        match self.sqlite_path() {
            Some(_) => DatabaseBackend::Sqlite,
            None => DatabaseBackend::MySql,
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

/// Opens connections to the members of one database.
#[derive(Debug)]
pub(crate) struct Opener {
    options: Options,
    /// The URL of each member; none for a file.
    members: Vec<Url>,
}

impl Opener {
    /// # Errors
    /// [`StoreError::Unavailable`] where the URL or the address of a member names nothing.
    pub(crate) fn new(options: &Options) -> StoreResult<Self> {
        let members = if options.sqlite_path().is_some() {
            Vec::new()
        } else {
            members(options)?
        };
        Ok(Self {
            options: options.clone(),
            members,
        })
    }

    /// How many members there are.
    pub(crate) fn len(&self) -> usize {
        self.members.len().max(1)
    }

    /// Whether a network is between.
    pub(crate) fn is_remote(&self) -> bool {
        !self.members.is_empty()
    }

    /// What the member is called.
    pub(crate) fn address(&self, place: usize) -> String {
        self.members
            .get(place)
            .map_or_else(|| "SQLite".to_owned(), address)
    }

    /// How each member is reached by whoever asks what it is.
    pub(crate) fn targets(&self) -> StoreResult<Vec<MySqlConnectOptions>> {
        let targets = self.members.iter().map(|url| url.as_str().parse());
        let targets: Result<_, sqlx::Error> = targets.collect();
        Ok(targets.map_err(|error| Obstacle::Address.because(error))?)
    }

    /// The connection that writes and the pool that cannot, to the first member. It answers.
    pub(crate) async fn eagerly(&self) -> StoreResult<Pools> {
        if let Some(target) = self.targets()?.first() {
            self.knock(target).await?;
        }
        self.open(0, false).await
    }

    /// Connects once, to see: a pool would only say that it waited in vain.
    async fn knock(&self, target: &MySqlConnectOptions) -> StoreResult<()> {
        let limit = self.options.acquire_timeout;
        let knock = MySqlConnection::connect_with(target);
        match tokio::time::timeout(limit, knock).await {
            Ok(Ok(connection)) => {
                // The server drops what is left of it.
                drop(connection.close().await);
                Ok(())
            }
            Ok(Err(error)) => Err(Refusal::from(&error).into()),
            Err(_) => Err(Obstacle::Unreachable
                .because(format_args!("no answer within {limit:?}"))
                .into()),
        }
    }

    /// The same to any member, which is not spoken to before the first statement.
    pub(crate) async fn lazily(&self, place: usize) -> StoreResult<Pools> {
        self.open(place, true).await
    }

    async fn open(&self, place: usize, lazy: bool) -> StoreResult<Pools> {
        let options = &self.options;
        let (mut writer, mut readers) = match self.members.get(place) {
            Some(url) => (
                mysql(options, url, 4, false),
                mysql(options, url, options.readers, true),
            ),
            None => (
                sqlite(options, 1, false),
                sqlite(options, options.readers, true),
            ),
        };
        Ok(Pools {
            writer: Database::connect(writer.connect_lazy(lazy).clone()).await?,
            readers: Database::connect(readers.connect_lazy(lazy).clone()).await?,
        })
    }
}

/// The URL of each member: that of the database with another host and port.
fn members(options: &Options) -> StoreResult<Vec<Url>> {
    let url = Url::parse(&options.url)
        .ok()
        .filter(|url| url.scheme() == "mysql")
        .ok_or_else(|| {
            Obstacle::Address.because("the database URL starts with neither sqlite: nor mysql:")
        })?;
    if options.members.is_empty() {
        return Ok(vec![url]);
    }
    let members = options.members.iter().map(|member| {
        let mut url = url.clone();
        let named = Url::parse(&format!("mysql://{member}")).ok();
        let host = named.as_ref().and_then(Url::host_str);
        let port = named.as_ref().and_then(Url::port).or(url.port());
        let set = url.set_host(host).is_ok() && host.is_some() && url.set_port(port).is_ok();
        set.then_some(url).ok_or_else(|| {
            Obstacle::Address
                .because(format_args!("{member} is no host:port"))
                .into()
        })
    });
    members.collect()
}

fn address(url: &Url) -> String {
    let host = url.host_str().unwrap_or("localhost");
    format!("{host}:{}", url.port().unwrap_or(3306))
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

fn base(options: &Options, url: &str, connections: u32) -> ConnectOptions {
    let mut connect = ConnectOptions::new(url);
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
    let mut connect = base(options, &options.url, connections);
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
    let observer = options.observer.clone();
    connect.map_sqlx_sqlite_pool_opts(move |pool| pool::watched(pool, observer.clone()));
    connect
}

fn mysql(options: &Options, url: &Url, connections: u32, read_only: bool) -> ConnectOptions {
    let mut connect = base(options, url.as_str(), connections);
    let limit = options.statement_timeout.as_millis();
    connect.map_sqlx_mysql_opts(|mysql| {
        mysql
            .charset("utf8mb4")
            .collation("utf8mb4_0900_bin")
            .statement_cache_capacity(512)
    });
    let observer = options.observer.clone();
    connect.map_sqlx_mysql_pool_opts(move |pool| {
        pool::watched(pool, observer.clone()).after_connect(move |connection, _| {
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
