//! The parts of the application, put together from a configuration.

mod mail;
mod observer;
mod redis;

use std::{fs::DirBuilder, io, os::unix::fs::DirBuilderExt, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use app::{App, Parts, Settings};
use config::{Backend, Config};
use kernel::{Actor, Clock, Ctx, Entropy, ExposeSecret, SystemClock, SystemEntropy};
use store::{
    Journal, JournalError, JournalOptions, Options, Store, StoreObserver, Topology, Writer,
};
use telemetry::{Lifecycle, Metrics, Registry, http_client};

use crate::secret;

pub(crate) use self::mail::{mailer, server as mail_server};
use self::observer::Observer;
pub(crate) use self::redis::{SharedRedis, settings as redis_settings};

/// How long the writer may take for what was handed to it before the end.
pub(crate) const LAST_COMMIT: Duration = Duration::from_secs(2);

/// An open database and the application on it.
pub(crate) struct Installation {
    pub(crate) config: Config,
    pub(crate) app: App,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    /// What the processes share besides, if anything.
    pub(crate) redis: Option<Box<SharedRedis>>,
    /// The life of the writer alone: it ends after that of everything that writes.
    writing: Lifecycle,
}

impl Installation {
    /// Opens everything. The schema is brought up to date on SQLite; on MySQL it has to be.
    pub(crate) async fn open(config: Config, journal: Option<Arc<Journal>>) -> Result<Self> {
        Self::open_at(config, journal, Arc::new(SystemClock)).await
    }

    /// The same with a clock of its own: the demo lives through months.
    pub(crate) async fn open_at(
        config: Config,
        journal: Option<Arc<Journal>>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        make_data_dir(&config)?;
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy::default());
        let secret = secret::load(&config.security.secret, entropy.as_ref())?;
        let metrics = Arc::new(Metrics::new(Registry::default(), env!("CARGO_PKG_VERSION")));
        let redis = SharedRedis::new(&config.redis, &secret, &entropy, &metrics)?;
        let observer = Observer(Arc::clone(&metrics));
        let (store, writer) = open_store(&config, Some(Arc::new(observer))).await?;
        let writing = Lifecycle::default();
        writing.spawn("writer", writer.run());
        require_schema(&config, &store).await?;
        let settings = Settings {
            public_url: config.server.public_url.clone(),
            secret,
            privacy: config.clicks.privacy,
            webhook_attempts: config.webhooks.max_attempts,
        };
        let http = http_client(
            config.webhooks.timeout,
            config.webhooks.allow_private_addresses,
        )
        .context("no HTTP client can be made")?;
        let app = App::new(Parts {
            store,
            journal,
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            mail: mailer(&config.mail, Arc::clone(&clock))?,
            http,
            shared: redis.as_ref().map(|redis| redis.parts(&entropy)),
            metrics,
            settings,
        });
        Ok(Self {
            config,
            app,
            clock,
            entropy,
            redis,
            writing,
        })
    }

    /// The circumstances of a command.
    pub(crate) fn ctx(&self) -> Ctx {
        self.app.ctx(Actor::Cli, "cli")
    }

    /// Begins the end of `life` where the writer dies: nothing can be kept from then on.
    pub(crate) fn stop_without_writer(&self, life: &Lifecycle) {
        let (writing, life) = (self.writing.clone(), life.clone());
        life.clone().spawn("writer watch", async move {
            tokio::select! {
                () = writing.cancelled() => life.stop(),
                () = life.cancelled() => {}
            }
        });
    }

    /// Lets go of the store, which ends the writer once everything is committed that was handed to it.
    pub(crate) async fn close(self) {
        drop(self.app);
        self.writing.shutdown(LAST_COMMIT).await;
    }
}

/// Makes a directory, for its owner only: what is in it holds people's addresses.
pub(crate) fn make_private_dir(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// Makes the data directory.
pub(crate) fn make_data_dir(config: &Config) -> Result<()> {
    let dir = &config.data_dir;
    make_private_dir(dir).with_context(|| format!("{} (data_dir) cannot be made", dir.display()))
}

/// The database, and what writes to it.
pub(crate) async fn open_store(
    config: &Config,
    observer: Option<Arc<dyn StoreObserver>>,
) -> Result<(Store, Writer)> {
    let options = Options {
        observer,
        ..store_options(config)
    };
    Box::pin(Store::open(options))
        .await
        .with_context(|| format!("{} cannot be opened", named(config)))
}

/// How the database is reached.
pub(crate) fn store_options(config: &Config) -> Options {
    let database = &config.database;
    let url = match &database.backend {
        Backend::Sqlite { path } => format!("sqlite:{}", path.display()),
        Backend::MySql { url } => url.expose_secret().to_owned(),
    };
    Options {
        members: database.members.clone(),
        topology: match database.topology {
            config::Topology::Auto => Topology::Auto,
            config::Topology::GroupReplication => Topology::GroupReplication,
            config::Topology::ReadOnlyFlag => Topology::ReadOnlyFlag,
            config::Topology::Static => Topology::Static,
        },
        max_lag: database.max_lag,
        readers: database.readers,
        statement_timeout: database.statement_timeout,
        acquire_timeout: database.connect_timeout,
        deadline: database.transact_deadline,
        group_max: database.group_max,
        ..Options::new(url)
    }
}

/// What the database is called in messages: without its password.
pub(crate) fn named(config: &Config) -> String {
    match &config.database.backend {
        Backend::Sqlite { path } => format!("the database {}", path.display()),
        Backend::MySql { url } => match url::Url::parse(url.expose_secret()) {
            Ok(url) => format!(
                "the database {} on {}:{}",
                url.path().trim_start_matches('/'),
                url.host_str().unwrap_or("this machine"),
                url.port().unwrap_or(3306)
            ),
            Err(_) => "the MySQL database".to_owned(),
        },
    }
}

/// One process owns a SQLite file and its schema. Those that share a server must not change it under one another.
async fn require_schema(config: &Config, store: &Store) -> Result<()> {
    if let Backend::Sqlite { .. } = config.database.backend {
        let applied = store.migrate().await.with_context(|| {
            format!(
                "the schema of {} cannot be brought up to date",
                named(config)
            )
        })?;
        if !applied.is_empty() {
            tracing::info!(
                migrations = applied.len(),
                "the schema was brought up to date"
            );
        }
        return require_whole(config, store).await;
    }
    let status = store.migration_status().await;
    let status = status.with_context(|| format!("{} cannot be read", named(config)))?;
    match status.pending().len() {
        0 => require_whole(config, store).await,
        missing => bail!(
            "{} lacks {missing} migrations: run `inviter migrate` first",
            named(config)
        ),
    }
}

/// What `migrate-store` has not finished would be an installation with some of its rows.
async fn require_whole(config: &Config, store: &Store) -> Result<()> {
    if store.is_half_filled().await? {
        bail!(
            "{} is half filled from another one: run `inviter migrate-store` again, to its end",
            named(config)
        );
    }
    Ok(())
}

/// The journal of this process's clicks.
pub(crate) fn open_journal(config: &Config) -> Result<Arc<Journal>> {
    make_data_dir(config)?;
    let dir = &config.clicks.journal_dir;
    let options = JournalOptions {
        segment_bytes: config.clicks.segment_bytes,
        ..JournalOptions::default()
    };
    match Journal::open(dir, options) {
        Ok(journal) => Ok(Arc::new(journal)),
        Err(JournalError::Locked(_)) => bail!(
            "another process of Inviter uses {}: stop it, or give this one a `data_dir` or a `clicks.journal_dir` of its own",
            dir.display()
        ),
        Err(error) => Err(error)
            .with_context(|| format!("the click journal in {} cannot be opened", dir.display())),
    }
}
