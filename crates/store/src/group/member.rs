//! One member at the other end of a connection, and the statements that operate it.

use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

use kernel::{ExposeSecret, SecretString};
use sea_orm::sqlx::{
    self, AssertSqlSafe, ConnectOptions as _, Connection as _, MySqlConnection, Row,
    mysql::{MySqlConnectOptions, MySqlRow, MySqlSslMode},
};
use tokio::time::timeout;

use super::{decide::Word, gtid::GtidSet};
use crate::topology::probe;

/// What it has executed, what the group gave it that it has not executed yet, and the name of the group.
const TRANSACTIONS: &str = "SELECT CONCAT_WS(',', @@global.gtid_executed, \
    (SELECT RECEIVED_TRANSACTION_SET FROM performance_schema.replication_connection_status \
        WHERE CHANNEL_NAME = 'group_replication_applier')) AS has, \
    @@global.group_replication_group_name AS group_name";
/// Held on every member by whoever begins the group.
const LOCK: &str = "inviter.mysql_group.begin";
/// One that wants to be read-only at once; not where the group decides about it at this very moment.
const CLOSE: &str = "SET GLOBAL super_read_only = (SELECT IF(COUNT(*) = 0, 1, @@global.super_read_only) \
    FROM performance_schema.replication_group_members \
    WHERE MEMBER_ID = @@global.server_uuid AND MEMBER_STATE = 'ONLINE' AND MEMBER_ROLE = 'PRIMARY')";
/// Joining waits for the others, and leaving for what is being applied.
const LONG: Duration = Duration::from_secs(90);
/// Copying a member takes as long as it takes.
const COPY: Duration = Duration::from_hours(12);

/// `HOST:PORT` of a member.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    host: String,
    port: u16,
}

/// A text is no address of a member.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an address such as db1.example.com:3306")]
pub struct NoAddress(String);

impl FromStr for Address {
    type Err = NoAddress;

    fn from_str(text: &str) -> Result<Self, NoAddress> {
        let wrong = || NoAddress(text.to_owned());
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let port = port.parse().map_err(|_| wrong())?;
        let fits = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
        if host.is_empty()
            || !host.chars().all(fits)
            || (host.contains(':') && !host.starts_with('['))
        {
            return Err(wrong());
        }
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// An account of the members, the same on each.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its name.
    pub user: String,
    /// Its password.
    pub password: SecretString,
}

/// Why a member did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// It did not answer in time.
    #[error("{address} did not answer within {limit:?}")]
    Late {
        /// Who.
        address: Address,
        /// How long it was waited for.
        limit: Duration,
    },
    /// It said no, or could not be reached.
    #[error("{address}: {source}")]
    Refused {
        /// Who.
        address: Address,
        /// The driver's own words.
        source: sqlx::Error,
    },
    /// What it said makes no sense.
    #[error("{address} says what makes no sense: {what}")]
    Senseless {
        /// Who.
        address: Address,
        /// What it said.
        what: String,
    },
}

/// One member, connected to when it is first asked and again after every failure.
#[derive(Debug)]
pub struct Member {
    address: Address,
    options: MySqlConnectOptions,
    limit: Duration,
    connection: Option<MySqlConnection>,
}

impl Member {
    /// The member at `address`. It is to answer a question within `limit`. With a `ca` its certificate has to be signed by
    /// that, and be for its address; without one the connection is encrypted where the member can do that.
    pub fn new(address: Address, account: &Account, ca: Option<PathBuf>, limit: Duration) -> Self {
        let options = MySqlConnectOptions::new()
            .host(address.host.trim_matches(['[', ']']))
            .port(address.port)
            .username(&account.user)
            .password(account.password.expose_secret())
            .disable_statement_logging();
        let options = match ca {
            Some(ca) => options.ssl_mode(MySqlSslMode::VerifyIdentity).ssl_ca(ca),
            None => options.ssl_mode(MySqlSslMode::Preferred),
        };
        Self {
            address,
            options,
            limit,
            connection: None,
        }
    }

    /// Where it is.
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// What it says of itself.
    ///
    /// # Errors
    /// When it does not answer, or not to this account.
    pub async fn ask(&mut self) -> Result<Word, GroupError> {
        let view = self.within(self.limit, async |connection| probe(connection).await);
        let view = view.await?;
        let row = self.row(TRANSACTIONS, self.limit).await?;
        let has: String = self.column(&row, "has")?;
        Ok(Word {
            view,
            group: self
                .column::<Option<String>>(&row, "group_name")?
                .unwrap_or_default(),
            has: has
                .parse::<GtidSet>()
                .map_err(|error| GroupError::Senseless {
                    address: self.address.clone(),
                    what: error.to_string(),
                })?,
        })
    }

    /// Sets it read-only, unless it is the primary of its group.
    ///
    /// # Errors
    /// When it does not do it in time: writes that have begun are waited for.
    pub async fn close(&mut self) -> Result<(), GroupError> {
        self.run(CLOSE.to_owned(), self.limit * 4).await
    }

    /// Lets clients in again that it shut out when it left the group.
    ///
    /// # Errors
    /// When it does not answer, or not to this account.
    pub async fn admit(&mut self) -> Result<(), GroupError> {
        self.run("SET GLOBAL offline_mode = OFF".to_owned(), self.limit)
            .await
    }

    /// Leaves the group. One that is in none does nothing.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn leave(&mut self) -> Result<(), GroupError> {
        self.run("STOP GROUP_REPLICATION".to_owned(), LONG).await
    }

    /// Joins the group, and fetches what it missed by the account `recovery`.
    ///
    /// # Errors
    /// When it cannot; the reason is in its own log.
    pub async fn join(&mut self, recovery: &Account) -> Result<(), GroupError> {
        self.run(
            "SET GLOBAL group_replication_bootstrap_group = OFF".to_owned(),
            self.limit,
        )
        .await?;
        self.run(start(recovery), LONG).await
    }

    /// Begins the group, as its first member. The switch for it is off again when this returns, whatever came of it.
    ///
    /// # Errors
    /// When it cannot; the reason is in its own log.
    pub async fn begin(&mut self, recovery: &Account) -> Result<(), GroupError> {
        let switch = |to| format!("SET GLOBAL group_replication_bootstrap_group = {to}");
        self.run(switch("ON"), self.limit).await?;
        let outcome = self.run(start(recovery), LONG).await;
        let off = self.run(switch("OFF"), self.limit).await;
        outcome.and(off)
    }

    /// Makes the member `id` (a `server_uuid`) the primary of the group that this one is in. Transactions that run get
    /// `grace` to finish.
    ///
    /// # Errors
    /// When the group cannot do it.
    pub async fn appoint(&mut self, id: &str, grace: Duration) -> Result<(), GroupError> {
        let question = format!(
            "SELECT group_replication_set_as_primary({}, {})",
            quoted(id),
            grace.as_secs()
        );
        self.row(&question, LONG).await.map(drop)
    }

    /// Throws away everything it has and copies `donor` instead. It then restarts, or stops where nothing starts it again.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn copy(&mut self, donor: &Address, recovery: &Account) -> Result<(), GroupError> {
        let donors = format!(
            "SET GLOBAL clone_valid_donor_list = {}",
            quoted(&donor.to_string())
        );
        self.run(donors, self.limit).await?;
        let statement = format!(
            "CLONE INSTANCE FROM {}@{}:{} IDENTIFIED BY {}",
            quoted(&recovery.user),
            quoted(donor.host.trim_matches(['[', ']'])),
            donor.port,
            quoted(recovery.password.expose_secret()),
        );
        match self.run(statement, COPY).await {
            // It has been copied; restarting it, as it does at once, cuts the connection or is left to others (3707).
            Err(GroupError::Refused { source, .. }) if is_restart(&source) => Ok(()),
            outcome => outcome,
        }
    }

    /// Whether this connection now holds the lock of whoever begins the group; it does until the connection ends.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn lock(&mut self) -> Result<bool, GroupError> {
        let question = format!(
            "SELECT CAST(GET_LOCK({}, 0) AS SIGNED) AS held",
            quoted(LOCK)
        );
        let row = self.row(&question, self.limit).await?;
        Ok(self.column::<Option<i64>>(&row, "held")? == Some(1))
    }

    /// Ends the connection, and with it the lock.
    pub async fn hang_up(&mut self) {
        if let Some(connection) = self.connection.take() {
            // One that is lost already ends as well.
            drop(timeout(self.limit, connection.close()).await);
        }
    }

    async fn run(&mut self, statement: String, limit: Duration) -> Result<(), GroupError> {
        self.within(limit, async |connection| {
            let statement = sqlx::raw_sql(AssertSqlSafe(statement));
            statement.execute(connection).await.map(drop)
        })
        .await
    }

    async fn row(&mut self, question: &str, limit: Duration) -> Result<MySqlRow, GroupError> {
        self.within(limit, async |connection| {
            let question = sqlx::query(AssertSqlSafe(question.to_owned()));
            question.fetch_one(connection).await
        })
        .await
    }

    fn column<'r, T>(&self, row: &'r MySqlRow, name: &str) -> Result<T, GroupError>
    where
        T: sqlx::Decode<'r, sqlx::MySql> + sqlx::Type<sqlx::MySql>,
    {
        row.try_get(name).map_err(|source| self.refused(source))
    }

    /// Does `work` on the connection, which is made where there is none and given up after a failure: whatever it still
    /// waits for, the next question does not.
    async fn within<T>(
        &mut self,
        limit: Duration,
        work: impl AsyncFnOnce(&mut MySqlConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, GroupError> {
        let kept = self.connection.take();
        let done = timeout(limit, async {
            let mut connection = match kept {
                Some(connection) => connection,
                None => self.options.connect().await?,
            };
            let answer = work(&mut connection).await;
            Ok((answer?, connection))
        });
        match done.await {
            Ok(Ok((answer, connection))) => {
                self.connection = Some(connection);
                Ok(answer)
            }
            Ok(Err(source)) => Err(self.refused(source)),
            Err(_) => Err(GroupError::Late {
                address: self.address.clone(),
                limit,
            }),
        }
    }

    fn refused(&self, source: sqlx::Error) -> GroupError {
        GroupError::Refused {
            address: self.address.clone(),
            source,
        }
    }
}

fn start(recovery: &Account) -> String {
    format!(
        "START GROUP_REPLICATION USER = {}, PASSWORD = {}",
        quoted(&recovery.user),
        quoted(recovery.password.expose_secret()),
    )
}

fn is_restart(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => error
            .try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>()
            .is_some_and(|error| error.number() == 3707),
        _ => false,
    }
}

/// A text in a statement that takes no parameters.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}
