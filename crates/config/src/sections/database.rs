//! `[database]`

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use kernel::{ExposeSecret, SecretString};
use serde::Serialize;
use url::Url;

use crate::{
    keys::{Keys, Read},
    shown,
};

/// Where the data is.
#[derive(Debug, Clone, Serialize)]
pub struct Database {
    /// Which database, and where.
    #[serde(rename = "url", serialize_with = "shown::backend")]
    pub backend: Backend,
    /// The members of a MySQL group as `host:port`; empty: the host of the URL alone.
    pub members: Vec<String>,
    /// How the roles of several members are found out.
    pub topology: Topology,
    /// A replica that is further behind is not read from.
    #[serde(serialize_with = "shown::duration")]
    pub max_lag: Duration,
    /// Connections that read, to each member.
    pub readers: u32,
    /// How long opening a connection may take.
    #[serde(serialize_with = "shown::duration")]
    pub connect_timeout: Duration,
    /// How long one statement may take.
    #[serde(serialize_with = "shown::duration")]
    pub statement_timeout: Duration,
    /// How long a write may take with all its retries.
    #[serde(serialize_with = "shown::duration")]
    pub transact_deadline: Duration,
    /// At most this many writes share one commit.
    pub group_max: usize,
}

/// Which database, and where.
#[derive(Debug, Clone)]
pub enum Backend {
    /// A file of this machine.
    Sqlite {
        /// The file; its directory may not exist yet.
        path: PathBuf,
    },
    /// A MySQL server.
    MySql {
        /// `mysql://USER:PASSWORD@HOST:PORT/NAME`.
        url: SecretString,
    },
}

/// How the roles of several members are found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Topology {
    /// A group where there is one, else the flag.
    Auto,
    /// The primary of the group writes.
    GroupReplication,
    /// The one member with `read_only = OFF` writes.
    ReadOnlyFlag,
    /// The first member writes.
    Static,
}

impl FromStr for Topology {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "auto" => Ok(Self::Auto),
            "group_replication" => Ok(Self::GroupReplication),
            "read_only_flag" => Ok(Self::ReadOnlyFlag),
            "static" => Ok(Self::Static),
            _ => Err(()),
        }
    }
}

impl Database {
    pub(crate) fn read(keys: &mut Keys<'_>, data_dir: &Path) -> Read<Self> {
        let least = Duration::from_millis(1);
        let backend = backend(keys, data_dir);
        let members = members(keys, backend.as_ref().ok());
        let topology = keys.parse(
            "database.topology",
            "`auto`, `group_replication`, `read_only_flag` or `static`",
        );
        let max_lag = keys.duration("database.max_lag", Duration::from_secs(1));
        let readers = keys.number("database.readers", 1..=256);
        let connect_timeout = keys.duration("database.connect_timeout", least);
        let statement_timeout = keys.duration("database.statement_timeout", least);
        let transact_deadline = keys.duration("database.transact_deadline", least);
        let group_max = keys.number("database.group_max", 1..=4096);
        Ok(Self {
            backend: backend?,
            members: members?,
            topology: topology?,
            max_lag: max_lag?,
            readers: readers?,
            connect_timeout: connect_timeout?,
            statement_timeout: statement_timeout?,
            transact_deadline: transact_deadline?,
            group_max: group_max?,
        })
    }
}

fn members(keys: &mut Keys<'_>, backend: Option<&Backend>) -> Read<Vec<String>> {
    let members = keys.list("database.members", "host:port", |text| {
        let named = Url::parse(&format!("mysql://{text}")).ok()?;
        let alone = named.path().is_empty() && named.username().is_empty();
        (alone && named.has_host()).then(|| text.to_owned())
    })?;
    if let (Some(Backend::Sqlite { .. }), false) = (backend, members.is_empty()) {
        return keys.refuse(
            "database.members",
            "are members of a MySQL group, and `database.url` names a SQLite file",
        );
    }
    Ok(members)
}

fn backend(keys: &mut Keys<'_>, data_dir: &Path) -> Read<Backend> {
    let Some(url) = keys.secret("database.url")? else {
        return Ok(Backend::Sqlite {
            path: data_dir.join("inviter.db"),
        });
    };
    let text = url.expose_secret();
    if let Some(path) = text
        .strip_prefix("sqlite:")
        .map(|rest| rest.strip_prefix("//").unwrap_or(rest))
        && !path.is_empty()
    {
        return Ok(Backend::Sqlite {
            path: PathBuf::from(path),
        });
    }
    match Url::parse(text) {
        Ok(parsed)
            if parsed.scheme() == "mysql" && parsed.has_host() && parsed.path().len() > 1 =>
        {
            Ok(Backend::MySql { url })
        }
        _ => keys.refuse(
            "database.url",
            "is neither sqlite:PATH nor mysql://USER:PASSWORD@HOST:PORT/NAME",
        ),
    }
}
