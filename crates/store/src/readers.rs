//! The pool that only reads.

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, ExecResult,
    IsolationLevel, QueryResult, Statement, TransactionOptions, TransactionTrait,
};

use crate::error::is_disconnect;

/// Connections that only read. A query that meets a dead connection is run on the next one: after a failover they are
/// all dead, and no request should fail for each of them.
#[derive(Clone)]
pub struct Readers {
    pool: DatabaseConnection,
    size: u32,
}

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Readers")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl Readers {
    pub(crate) const fn new(pool: DatabaseConnection, size: u32) -> Self {
        Self { pool, size }
    }

    /// A transaction that reads everything as of its beginning. SQLite knows no other kind.
    pub(crate) async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        let isolation_level = match self.pool.get_database_backend() {
            DatabaseBackend::Sqlite => None,
            _ => Some(IsolationLevel::RepeatableRead),
        };
        self.on_a_live_one(|| {
            self.pool.begin_with_options(TransactionOptions {
                isolation_level,
                ..Default::default()
            })
        })
        .await
    }

    pub(crate) async fn close(&self) -> Result<(), DbErr> {
        self.pool.close_by_ref().await
    }

    async fn on_a_live_one<T, F>(&self, run: impl Fn() -> F + Send + Sync) -> Result<T, DbErr>
    where
        F: Future<Output = Result<T, DbErr>> + Send,
    {
        let mut dead = 0;
        loop {
            match run().await {
                Err(error) if dead < self.size && is_disconnect(&error) => dead += 1,
                outcome => return outcome,
            }
        }
    }
}

#[async_trait]
impl ConnectionTrait for Readers {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, _: Statement) -> Result<ExecResult, DbErr> {
        Err(refused())
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(refused())
    }

    async fn query_one_raw(&self, query: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.on_a_live_one(|| self.pool.query_one_raw(query.clone()))
            .await
    }

    async fn query_all_raw(&self, query: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.on_a_live_one(|| self.pool.query_all_raw(query.clone()))
            .await
    }
}

fn refused() -> DbErr {
    DbErr::Custom("a reader does not write".to_owned())
}
