//! A database as a whole: a SQLite file copied while it is in use, and what one holds, in figures.

use std::{collections::BTreeMap, path::Path};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement, TryGetable,
};
use serde::{Deserialize, Serialize};

use crate::error::{StoreError, StoreResult};

/// What a database holds, in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// The last migration that was applied.
    pub migration: String,
    /// Rows of each table.
    pub rows: BTreeMap<String, i64>,
    /// What the accounts of each unit add up to, by kind, in minor units.
    pub balances: BTreeMap<String, BTreeMap<String, i64>>,
}

/// Writes what the database `from` holds at one moment to `to`, which does not exist yet. Readers and writers go on; the
/// write-ahead log of `from` grows meanwhile, since its pages are needed to the end. `to` is not synced.
pub async fn snapshot(from: &Path, to: &Path) -> StoreResult<()> {
    let Some(to) = to.to_str() else {
        let cause = format!("{} is not UTF-8", to.display());
        return Err(StoreError::Unavailable(cause));
    };
    // Not one of the readers: to them every statement that writes is forbidden, even to another file.
    let source = connect(from, false).await?;
    let copied = source
        .execute_unprepared(&format!("VACUUM INTO '{}'", to.replace('\'', "''")))
        .await;
    source.close().await?;
    Ok(copied.map(drop)?)
}

/// Checks every page of a database that nobody uses, and counts what it holds. The file is not changed.
///
/// # Errors
/// [`StoreError::Unavailable`] where SQLite finds it damaged; what the driver says where it is none.
pub async fn contents(database: &Path) -> StoreResult<Contents> {
    let conn = connect(database, true).await?;
    let found = match sound(&conn).await {
        Ok(()) => count(&conn, TABLES_OF_SQLITE).await,
        Err(error) => Err(error),
    };
    conn.close().await?;
    found
}

/// Counts what a MySQL database holds that nobody writes to.
pub async fn contents_at(url: &str) -> StoreResult<Contents> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let conn = Database::connect(options).await?;
    let found = count(&conn, TABLES_OF_MYSQL).await;
    conn.close().await?;
    found
}

const TABLES_OF_SQLITE: &str =
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
const TABLES_OF_MYSQL: &str = "SELECT CAST(TABLE_NAME AS CHAR) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()";

async fn sound(conn: &DatabaseConnection) -> StoreResult<()> {
    let found: Vec<String> = column(conn, "PRAGMA integrity_check(10)").await?;
    if found == ["ok"] {
        return Ok(());
    }
    let cause = format!("its pages are damaged: {}", found.join("; "));
    Err(StoreError::Unavailable(cause))
}

async fn count(conn: &DatabaseConnection, tables: &str) -> StoreResult<Contents> {
    let migration = "SELECT MAX(version) FROM seaql_migrations";
    let migration = column(conn, migration).await?.pop().unwrap_or_default();
    let mut rows = BTreeMap::new();
    for table in column::<String>(conn, tables).await? {
        let count = format!("SELECT COUNT(*) FROM `{table}`");
        let count = column(conn, &count).await?.pop().unwrap_or_default();
        rows.insert(table, count);
    }
    let mut balances: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    let sums = "SELECT unit, kind, CAST(SUM(balance) AS SIGNED) FROM accounts GROUP BY unit, kind";
    for row in conn.query_all_raw(statement(conn, sums)).await? {
        let of_unit = balances.entry(row.try_get_by_index(0)?).or_default();
        of_unit.insert(row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    }
    Ok(Contents {
        migration,
        rows,
        balances,
    })
}

/// The first column of an answer.
async fn column<T: TryGetable>(conn: &DatabaseConnection, sql: &str) -> StoreResult<Vec<T>> {
    let rows = conn.query_all_raw(statement(conn, sql)).await?;
    let values = rows.iter().map(|row| row.try_get_by_index(0));
    Ok(values.collect::<Result<_, _>>()?)
}

fn statement(conn: &DatabaseConnection, sql: &str) -> Statement {
    Statement::from_string(conn.get_database_backend(), sql)
}

async fn connect(database: &Path, at_rest: bool) -> StoreResult<DatabaseConnection> {
    let mut options = ConnectOptions::new("sqlite:");
    options.max_connections(1).sqlx_logging(false);
    let database = database.to_owned();
    options.map_sqlx_sqlite_opts(move |sqlite| {
        let sqlite = sqlite.filename(&database).create_if_missing(false);
        if at_rest {
            sqlite.read_only(true).immutable(true)
        } else {
            sqlite
        }
    });
    Ok(Database::connect(options).await?)
}
