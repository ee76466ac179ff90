//! What can be wrong with a Redis, in words for whoever has to mend it.

use redis::{ErrorKind, RedisError, ServerErrorKind};

use super::Server;

/// Why Redis is of no use at present.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nobody answers.
    #[error("{server} cannot be reached: {cause}")]
    Unreachable {
        /// Who was asked.
        server: Server,
        /// What the system said.
        cause: String,
    },
    /// User or password are wrong.
    #[error("{server} refuses the user or the password; check {keys}")]
    LoginRefused {
        /// Who was asked.
        server: Server,
        /// The keys of the configuration.
        keys: &'static str,
    },
    /// It is of another shape than the configuration says.
    #[error("{server} is {found}; set `redis.mode` to {wanted}")]
    WrongShape {
        /// Who was asked.
        server: Server,
        /// What it is.
        found: &'static str,
        /// What the configuration should say.
        wanted: &'static str,
    },
    /// The sentinels watch no master of that name.
    #[error("the sentinel {server} knows no master called {master}; check `redis.master`")]
    UnknownMaster {
        /// Who was asked.
        server: Server,
        /// The name.
        master: String,
    },
    /// It answers, and takes no writes.
    #[error("{server} takes no writes: {why}")]
    NotWritable {
        /// Who was asked.
        server: Server,
        /// Why.
        why: String,
    },
    /// Anything else.
    #[error("{server}: {what}")]
    Other {
        /// Who was asked.
        server: Server,
        /// What it said.
        what: String,
    },
}

impl Fault {
    /// The stable name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "redis_unreachable",
            Self::LoginRefused { .. } => "redis_login",
            Self::WrongShape { .. } => "redis_mode",
            Self::UnknownMaster { .. } => "redis_master",
            Self::NotWritable { .. } => "redis_read_only",
            Self::Other { .. } => "redis_error",
        }
    }

    /// Whether somebody has to change the configuration: waiting does not help.
    pub const fn is_configuration(&self) -> bool {
        matches!(
            self,
            Self::LoginRefused { .. } | Self::WrongShape { .. } | Self::UnknownMaster { .. }
        )
    }

    /// What an error of the driver means. `keys` are those of the account that was used.
    pub(super) fn from_error(server: &Server, error: &RedisError, keys: &'static str) -> Self {
        let server = server.clone();
        let code = error.code().unwrap_or_default();
        match error.kind() {
            ErrorKind::AuthenticationFailed => Self::LoginRefused { server, keys },
            _ if ["NOAUTH", "WRONGPASS"].contains(&code) => Self::LoginRefused { server, keys },
            ErrorKind::Io => Self::Unreachable {
                server,
                cause: error.to_string(),
            },
            ErrorKind::Server(
                ServerErrorKind::ReadOnly
                | ServerErrorKind::MasterDown
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::BusyLoading,
            ) => Self::NotWritable {
                server,
                why: error.to_string(),
            },
            _ if ["NOREPLICAS", "OOM", "MISCONF"].contains(&code) => Self::NotWritable {
                server,
                why: error.to_string(),
            },
            _ => Self::Other {
                server,
                what: error.to_string(),
            },
        }
    }

    /// Nobody answered within the time.
    pub(super) fn silent(server: &Server) -> Self {
        Self::Unreachable {
            server: server.clone(),
            cause: "no answer in time".to_owned(),
        }
    }
}

/// Whether another server has to be looked for, or the same connected to again.
pub(super) fn asks_for_another(error: &RedisError) -> bool {
    error.is_unrecoverable_error()
        || error.is_io_error()
        || matches!(
            error.kind(),
            ErrorKind::Server(
                ServerErrorKind::ReadOnly
                    | ServerErrorKind::BusyLoading
                    | ServerErrorKind::MasterDown
                    | ServerErrorKind::ClusterDown
                    | ServerErrorKind::Moved
                    | ServerErrorKind::Ask
            )
        )
}
