//! How many connections are in use, and how long a query waits for one.

use std::{future::ready, sync::Arc};

use sea_orm::{
    DatabaseBackend, DatabaseConnection,
    sqlx::{self, Connection, Pool, pool::PoolOptions},
};
use tokio::time::Instant;

use crate::connect::StoreObserver;

tokio::task_local! {
    /// Since when the query of this task waits for a connection.
    static ASKED: Instant;
}

/// The connections of this process to one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// For reading, and somebody reads.
    pub in_use: u32,
    /// For reading, and nobody does.
    pub idle: u32,
    /// For writing: one task writes, so these are never short.
    pub writing: u32,
    /// The most for reading.
    pub limit: u32,
}

impl Connections {
    pub(crate) fn of(readers: &DatabaseConnection, writer: &DatabaseConnection) -> Self {
        let (open, idle, limit) = sizes(readers);
        let (writing, ..) = sizes(writer);
        Self {
            in_use: open.saturating_sub(idle),
            idle,
            writing,
            limit,
        }
    }
}

/// Connections that are open, of those idle, and the most there may be.
fn sizes(pool: &DatabaseConnection) -> (u32, u32, u32) {
    match pool.get_database_backend() {
        DatabaseBackend::Sqlite => sizes_of(pool.get_sqlite_connection_pool()),
        _ => sizes_of(pool.get_mysql_connection_pool()),
    }
}

fn sizes_of<D: sqlx::Database>(pool: &Pool<D>) -> (u32, u32, u32) {
    let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
    (pool.size(), idle, pool.options().get_max_connections())
}

/// A query whose wait for a connection is measured.
pub(crate) async fn asking<T>(query: impl Future<Output = T>) -> T {
    ASKED.scope(Instant::now(), query).await
}

/// A pool that gives out no connection with a transaction from before, and tells how long each query waited for one that was there
/// already: to open one is not to wait for one.
///
/// SQLite ends a transaction by itself where the disk is full or fails. The driver then cannot roll it back, goes on counting it,
/// and would begin the next one inside of it, whose commit would keep nothing.
pub(crate) fn watched<D: sqlx::Database>(
    pool: PoolOptions<D>,
    observer: Option<Arc<dyn StoreObserver>>,
) -> PoolOptions<D> {
    pool.before_acquire(move |connection, _| {
        if let Some(observer) = &observer
            && let Ok(asked) = ASKED.try_with(Instant::clone)
        {
            observer.waited(asked.elapsed());
        }
        Box::pin(ready(Ok(!connection.is_in_transaction())))
    })
}
