//! Holding on to the write-ahead log of a SQLite database, so that whoever copies it from outside misses nothing.
//!
//! SQLite begins the log anew, over what is in it, once all of it has been carried into the database and nobody reads from it any more.
//! A transaction that only reads keeps it from that. Then the log would grow for ever, so from time to time it has to be let go: while
//! nobody can write, and after everything in it has been copied.

use std::{fs::File, path::Path, time::Duration};

use sea_orm::{
    DbErr, RuntimeErr,
    sqlx::{self, ConnectOptions as _, Row, SqliteConnection, sqlite::SqliteConnectOptions},
};
use tokio::time::sleep;

use crate::{
    error::{StoreError, StoreResult},
    occupancy,
};

/// Others may still read from the log for so many times 20 ms.
const TRIES: u32 = 25;

/// A hold on the log.
#[derive(Debug)]
pub struct Pin {
    reader: SqliteConnection,
    writer: SqliteConnection,
    carrier: SqliteConnection,
    holds: bool,
    _occupancy: File,
}

impl Pin {
    /// Takes part in the use of a database that is there; holds nothing yet.
    ///
    /// # Errors
    /// Where it is not there, or is being restored.
    pub async fn new(database: &Path) -> StoreResult<Self> {
        let occupancy = occupancy::share(database)?;
        let options = SqliteConnectOptions::new()
            .filename(database)
            .create_if_missing(false)
            .busy_timeout(Duration::from_secs(5))
            .pragma("wal_autocheckpoint", "0")
            .disable_statement_logging();
        let connect = async || options.connect().await.map_err(failed);
        Ok(Self {
            reader: connect().await?,
            writer: connect().await?,
            carrier: connect().await?,
            holds: false,
            _occupancy: occupancy,
        })
    }

    /// Carries everything in the log into the database, and from then on keeps both as they are: the database does not change any more,
    /// and what is written is only added to the log. `copied` is called when nobody can write: the log then ends where it ends.
    ///
    /// Tells whether it came to that. Where it did not, since somebody reads from the log for long, it is held as before; only the
    /// first time it is not.
    ///
    /// # Errors
    /// What `copied` says, and the driver's.
    pub async fn turn<E: From<StoreError>>(
        &mut self,
        copied: impl FnOnce() -> Result<(), E>,
    ) -> Result<bool, E> {
        run(&mut self.writer, "BEGIN IMMEDIATE").await?;
        let outcome = match copied() {
            Ok(()) => self.carry().await.map_err(E::from),
            Err(error) => Err(error),
        };
        run(&mut self.writer, "ROLLBACK").await?;
        outcome
    }

    async fn carry(&mut self) -> StoreResult<bool> {
        if self.holds {
            run(&mut self.reader, "ROLLBACK").await?;
            self.holds = false;
        }
        let mut all = false;
        for _ in 0..TRIES {
            let row = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)");
            let row = row.fetch_one(&mut self.carrier).await.map_err(failed)?;
            let part = |place| row.try_get::<i64, _>(place).map_err(failed);
            all = part(1)? == part(2)?;
            if all {
                break;
            }
            sleep(Duration::from_millis(20)).await;
        }
        run(&mut self.reader, "BEGIN").await?;
        // It begins with the first statement.
        run(&mut self.reader, "SELECT COUNT(*) FROM sqlite_master").await?;
        self.holds = true;
        Ok(all)
    }
}

async fn run(connection: &mut SqliteConnection, statement: &'static str) -> StoreResult<()> {
    let done = sqlx::raw_sql(statement).execute(connection).await;
    done.map(drop).map_err(failed)
}

fn failed(error: sqlx::Error) -> StoreError {
    StoreError::Database(DbErr::Conn(RuntimeErr::SqlxError(error.into())))
}
