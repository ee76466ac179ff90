//! What is known of a Redis before anybody has spoken to it.

use std::{fmt, sync::Arc, time::Duration};

use kernel::SecretString;

/// Where Redis is, how to be let in, and what to expect of it.
#[derive(Debug, Clone)]
pub struct RedisSettings {
    /// Which shape it has.
    pub shape: Shape,
    /// Where to begin: the server, the sentinels, or some nodes of the cluster; tried in this order.
    pub seeds: Vec<Server>,
    /// The servers' account.
    pub login: Login,
    /// The sentinels' account, which is not that of the servers.
    pub sentinel_login: Login,
    /// Whether connections are encrypted, and whom to trust then.
    pub tls: Option<Tls>,
    /// How long one call may take.
    pub timeout: Duration,
    /// What every key and channel begins with.
    pub prefix: String,
    /// Keys the hashes under which addresses and the like are known there: the same for every process of an installation.
    pub secret: Secret,
}

/// The shapes of Redis.
#[derive(Debug, Clone)]
pub enum Shape {
    /// One server.
    Single,
    /// A master with replicas, and sentinels that know which one it is.
    Sentinel {
        /// What they call the master.
        master: String,
    },
    /// A cluster that divides the keys among its nodes.
    Cluster,
}

impl Shape {
    /// Its name in the configuration.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Sentinel { .. } => "sentinel",
            Self::Cluster => "cluster",
        }
    }
}

/// A host and its port.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Server {
    /// A name or an address; one of IPv6 without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// An account; empty where none is needed.
#[derive(Debug, Clone, Default)]
pub struct Login {
    /// A user of an access control list; none: the default user.
    pub username: Option<String>,
    /// The password.
    pub password: Option<SecretString>,
}

/// Encrypted connections. What the server shows is always verified.
#[derive(Debug, Clone, Default)]
pub struct Tls {
    /// The authority to trust, as PEM; none: those that the system trusts.
    pub ca: Option<Vec<u8>>,
}

/// Bytes that are not to be shown.
#[derive(Clone)]
pub struct Secret(pub Arc<[u8]>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
