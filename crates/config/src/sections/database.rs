//! `[database]`

use std::{
    path::{Path, PathBuf},
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
    /// Connections that read.
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

impl Database {
    pub(crate) fn read(keys: &mut Keys<'_>, data_dir: &Path) -> Read<Self> {
        let least = Duration::from_millis(1);
        let backend = backend(keys, data_dir);
        let readers = keys.number("database.readers", 1..=256);
        let connect_timeout = keys.duration("database.connect_timeout", least);
        let statement_timeout = keys.duration("database.statement_timeout", least);
        let transact_deadline = keys.duration("database.transact_deadline", least);
        let group_max = keys.number("database.group_max", 1..=4096);
        Ok(Self {
            backend: backend?,
            readers: readers?,
            connect_timeout: connect_timeout?,
            statement_timeout: statement_timeout?,
            transact_deadline: transact_deadline?,
            group_max: group_max?,
        })
    }
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
