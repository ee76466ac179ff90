//! What can go wrong with a database, sorted by what a caller can do about it.

use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

use crate::refusal::Refusal;

/// The result of a storage operation.
pub type StoreResult<T> = Result<T, StoreError>;

/// Why a storage operation failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique key is taken. The caller knows which insert it tried.
    #[error("a unique key is taken: {0}")]
    Duplicate(String),
    /// The database lost the race or the connection; running the whole transaction again may succeed.
    #[error("the database asks to try again: {0}")]
    Retry(#[source] DbErr),
    /// No member of the database takes writes at this moment.
    #[error("no member of the database takes writes at this moment")]
    NoWriter,
    /// No answer within the deadline, or no writer left.
    #[error("{0}")]
    Unavailable(String),
    /// The server does not let us in.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// What was read contradicts what this code writes.
    #[error("inconsistent data in {table}.{column}: {cause}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What is wrong.
        cause: String,
    },
    /// A compare-and-set found another state than it expected.
    #[error("{0} was changed by somebody else")]
    Stale(&'static str),
    /// Anything else the driver says.
    #[error(transparent)]
    Database(DbErr),
}

impl StoreError {
    /// Whether the whole transaction is worth running again.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Retry(_) | Self::Stale(_) | Self::NoWriter)
    }

    /// Whether the transaction is lost: no savepoint brings it back.
    pub(crate) const fn ends_transaction(&self) -> bool {
        matches!(self, Self::Retry(_))
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        if let Some(SqlErr::UniqueConstraintViolation(key)) = error.sql_err() {
            return Self::Duplicate(key);
        }
        if asks_to_retry(&error) {
            Self::Retry(error)
        } else {
            Self::Database(error)
        }
    }
}

/// MySQL: deadlock, lock wait, read-only, shutdown, lost connection. SQLite: busy, locked.
pub(crate) fn asks_to_retry(error: &DbErr) -> bool {
    if matches!(error, DbErr::ConnectionAcquire(_)) || is_disconnect(error) {
        return true;
    }
    match driver(error) {
        Some(sqlx::Error::PoolTimedOut) => true,
        Some(sqlx::Error::Database(database)) => {
            if let Some(mysql) = database.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
                matches!(
                    mysql.number(),
                    1053 | 1205 | 1213 | 1290 | 1792 | 1836 | 2006 | 2013 | 3032 | 3100 | 3101
                )
            } else {
                matches!(database.code().as_deref(), Some("5" | "6" | "261" | "517"))
            }
        }
        _ => false,
    }
}

/// Whether the connection is dead.
pub(crate) fn is_disconnect(error: &DbErr) -> bool {
    matches!(
        driver(error),
        Some(sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed)
    )
}

pub(crate) fn driver(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(driver))
        | DbErr::Exec(RuntimeErr::SqlxError(driver))
        | DbErr::Query(RuntimeErr::SqlxError(driver)) => Some(driver),
        _ => None,
    }
}
