//! One process at a time changes the schema of a MySQL server; the others wait, and then find it done. SQLite needs no
//! more than its transaction.

use sea_orm::{
    DatabaseBackend, DatabaseConnection,
    sqlx::{self, MySqlConnection},
};

use crate::error::{StoreError, StoreResult};

/// Lock names are known to the whole server and have at most 64 characters; names of databases may be as long.
const TAKE: &str =
    "SELECT GET_LOCK(CONCAT('inviter.migrate.', LEFT(SHA2(DATABASE(), 256), 40)), 600)";

/// The turn, which ends when this is dropped: the server frees the locks of a connection that is gone.
pub(super) struct Turn {
    _session: MySqlConnection,
}

/// Waits for the turn, for ten minutes at most.
pub(super) async fn take(conn: &DatabaseConnection) -> StoreResult<Option<Turn>> {
    if conn.get_database_backend() != DatabaseBackend::MySql {
        return Ok(None);
    }
    let pooled = conn.get_mysql_connection_pool().acquire().await;
    let mut session = pooled.map_err(|error| unavailable(&error))?.detach();
    let taken: Option<i64> = sqlx::query_scalar(TAKE)
        .fetch_one(&mut session)
        .await
        .map_err(|error| unavailable(&error))?;
    if taken != Some(1) {
        return Err(StoreError::Unavailable(
            "another process has been changing the schema for ten minutes".to_owned(),
        ));
    }
    Ok(Some(Turn { _session: session }))
}

fn unavailable(error: &sqlx::Error) -> StoreError {
    StoreError::Unavailable(format!("the schema cannot be locked: {error}"))
}
