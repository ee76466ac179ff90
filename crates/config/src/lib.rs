#![doc = include_str!("../README.md")]

mod error;
mod keys;
mod load;
mod reference;
mod sections;
mod shown;
mod sources;

pub use error::{ConfigError, ConfigErrors};
pub use figment::value::Dict;
pub use load::{load, load_with};
pub use reference::{defaults, reference};
pub use sections::{
    Backend, Backup, Clicks, Config, Database, Jobs, Limits, Log, LogFormat, LogLevel, Mail,
    MailTransport, MasterSecret, Metrics, MysqlGuard, Redis, RedisMode, Security, Server,
    TimeOfDay, Topology, Traces, Webhooks,
};
pub use shown::show;
pub use sources::overrides;
