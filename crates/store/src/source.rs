//! The members of a MySQL database, as whoever takes a backup of it sees them.

use std::time::Duration;

use futures::future::join_all;
use sea_orm::sqlx::{self, ConnectOptions as _, Connection as _, Row, mysql::MySqlConnectOptions};
use tokio::time::timeout;
use url::Url;

use crate::{
    connect::{Opener, Options},
    error::StoreResult,
    group::GtidSet,
    refusal::Refusal,
    topology::{Heard, MemberView, Roles, decide, probe},
};

/// What a member has executed, and what of it its binary logs no longer hold.
const TRANSACTIONS: &str = "SELECT @@global.gtid_executed AS executed, @@global.gtid_purged AS purged, \
    @@global.gtid_mode AS mode, VERSION() AS version";
/// How long a member may take to answer.
const LIMIT: Duration = Duration::from_secs(1);

/// What one member said.
#[derive(Debug, Clone)]
pub struct Origin {
    /// `HOST:PORT`.
    pub address: String,
    /// What it is.
    pub view: MemberView,
    /// The version of the server.
    pub version: String,
    /// Whether each of its transactions has a name of its own (`gtid_mode`), without which nothing can be replayed.
    pub has_gtids: bool,
    /// What it has executed.
    pub executed: GtidSet,
    /// What of it its binary logs no longer hold.
    pub purged: GtidSet,
    /// The first of its binary logs.
    pub first_log: String,
}

/// What all members said at one moment.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    /// Those that follow the writer.
    pub followers: Vec<Origin>,
    /// The one that takes writes.
    pub writer: Option<Origin>,
    /// Why others cannot be used.
    pub faults: Vec<String>,
}

impl Origins {
    /// Those to take a backup from, in this order: it costs least where nobody writes.
    pub fn usable(&self) -> impl Iterator<Item = &Origin> {
        self.followers.iter().chain(&self.writer)
    }
}

/// Asks every member that `options` name; the database need not be there.
///
/// # Errors
/// Where the options name none.
pub async fn origins(options: &Options) -> StoreResult<Origins> {
    let mut options = options.clone();
    if let Ok(mut url) = Url::parse(&options.url) {
        url.set_path("");
        options.url = url.into();
    }
    let opener = Opener::new(&options)?;
    let targets = opener.targets()?;
    let asked = targets.iter().enumerate().map(|(place, target)| {
        let address = opener.address(place);
        async move {
            match timeout(LIMIT, ask(target, &address)).await {
                Ok(answer) => {
                    answer.map_err(|error| format!("{address}: {}", Refusal::from(&error)))
                }
                Err(_) => Err(format!("{address}: no answer within {LIMIT:?}")),
            }
        }
    });
    let (mut found, mut answered) = (Origins::default(), Vec::new());
    for answer in join_all(asked).await {
        match answer {
            Ok(origin) => answered.push(origin),
            Err(fault) => found.faults.push(fault),
        }
    }
    let heard = answered.iter().map(|origin| Heard {
        view: Some(origin.view.clone()),
        ..Heard::default()
    });
    // One that is alone is what it is.
    let roles = if opener.len() == 1 {
        Roles {
            writer: (!answered.is_empty()).then_some(0),
            ..Roles::default()
        }
    } else {
        decide(
            options.topology,
            &heard.collect::<Vec<_>>(),
            options.max_lag,
        )
    };
    for (place, origin) in answered.into_iter().enumerate() {
        if roles.writer == Some(place) {
            found.writer = Some(origin);
        } else if roles.readers.contains(&place) {
            found.followers.push(origin);
        } else {
            let fault = format!("{}: it takes no part in the group", origin.address);
            found.faults.push(fault);
        }
    }
    Ok(found)
}

async fn ask(target: &MySqlConnectOptions, address: &str) -> Result<Origin, sqlx::Error> {
    let mut connection = target.clone().disable_statement_logging().connect().await?;
    let view = probe(&mut connection).await?;
    let row = sqlx::query(TRANSACTIONS).fetch_one(&mut connection).await?;
    let logs = sqlx::raw_sql("SHOW BINARY LOGS");
    // A server that keeps none says so with an error.
    let logs = logs.fetch_all(&mut connection).await.unwrap_or_default();
    let set = |column: &str| {
        let text: String = row.try_get(column)?;
        text.parse::<GtidSet>()
            .map_err(|error| sqlx::Error::Decode(error.into()))
    };
    let origin = Origin {
        address: address.to_owned(),
        view,
        version: row.try_get("version")?,
        has_gtids: row.try_get::<String, _>("mode")? == "ON",
        executed: set("executed")?,
        purged: set("purged")?,
        first_log: match logs.first() {
            Some(log) => log.try_get(0)?,
            None => String::new(),
        },
    };
    // The server drops what is left of it.
    drop(connection.close().await);
    Ok(origin)
}
