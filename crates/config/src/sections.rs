//! The sections, one file each: the typed shape and how it is read.

mod backup;
mod clicks;
mod database;
mod jobs;
mod limits;
mod log;
mod mail;
mod metrics;
mod mysql_guard;
mod redis;
mod security;
mod server;
mod traces;
mod webhooks;

use std::path::PathBuf;

use serde::Serialize;

pub use self::{
    backup::{Backup, TimeOfDay},
    clicks::Clicks,
    database::{Backend, Database, Topology},
    jobs::Jobs,
    limits::Limits,
    log::{Log, LogFormat, LogLevel},
    mail::{Mail, MailTransport},
    metrics::Metrics,
    mysql_guard::MysqlGuard,
    redis::{Redis, RedisMode},
    security::{MasterSecret, Security},
    server::Server,
    traces::Traces,
    webhooks::Webhooks,
};
use crate::keys::{Keys, Read};

/// The whole configuration, typed and derived.
#[derive(Debug, Clone, Serialize)]
pub struct Config {
    /// Where everything lives that was not told to live elsewhere.
    pub data_dir: PathBuf,
    /// How requests come in.
    pub server: Server,
    /// Where the data is.
    pub database: Database,
    /// What several processes share beside the database.
    pub redis: Box<Redis>,
    /// How clicks are kept.
    pub clicks: Clicks,
    /// What the process tells about itself.
    pub log: Log,
    /// Figures for Prometheus.
    pub metrics: Metrics,
    /// Traces for a collector.
    pub traces: Traces,
    /// E-mail.
    pub mail: Mail,
    /// Keys that protect what is stored and signed.
    pub security: Security,
    /// Work in the background.
    pub jobs: Jobs,
    /// Delivery of webhooks.
    pub webhooks: Webhooks,
    /// How many requests are served before 429.
    pub limits: Limits,
    /// Looking after a MySQL group.
    pub mysql_guard: MysqlGuard,
    /// Backups, and the agent that makes them.
    pub backup: Backup,
}

impl Config {
    /// Reads every section before it gives up on any, so that all errors are noted.
    pub(crate) fn read(keys: &mut Keys<'_>) -> Read<Self> {
        let data_dir = keys.path("data_dir", || PathBuf::from("."));
        let place = data_dir.clone().unwrap_or_default();
        let server = Server::read(keys);
        let database = Database::read(keys, &place);
        let redis = Redis::read(keys);
        let clicks = Clicks::read(keys, &place);
        let log = Log::read(keys);
        let metrics = Metrics::read(keys);
        let traces = Traces::read(keys);
        let mail = Mail::read(keys, &place);
        let security = Security::read(keys, &place);
        let jobs = Jobs::read(keys);
        let webhooks = Webhooks::read(keys);
        let limits = Limits::read(keys);
        let mysql_guard = MysqlGuard::read(keys);
        let backup = Backup::read(keys, &place);
        Ok(Self {
            data_dir: data_dir?,
            server: server?,
            database: database?,
            redis: Box::new(redis?),
            clicks: clicks?,
            log: log?,
            metrics: metrics?,
            traces: traces?,
            mail: mail?,
            security: security?,
            jobs: jobs?,
            webhooks: webhooks?,
            limits: limits?,
            mysql_guard: mysql_guard?,
            backup: backup?,
        })
    }
}
