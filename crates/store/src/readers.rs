//! Connections that only read, of whoever may answer at the moment.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, ExecResult,
    IsolationLevel, QueryResult, RuntimeErr, Statement, TransactionOptions, TransactionTrait,
};
use tokio::time::Instant;

use crate::{
    error::{StoreError, asks_to_retry, is_disconnect},
    pool::asking,
    topology::{Freshness, Members},
};

/// Connections that only read. A query that meets a dead connection or a member that is not what it was is run again where the
/// database then is: a failover costs a request time, not its answer.
#[derive(Clone)]
pub struct Readers {
    members: Arc<Members>,
    freshness: Freshness,
    turn: usize,
    backend: DatabaseBackend,
    /// Dead connections that one query may meet in a pool.
    most_dead: u32,
}

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Readers")
            .field("freshness", &self.freshness)
            .finish_non_exhaustive()
    }
}

impl Readers {
    pub(crate) fn new(
        members: &Arc<Members>,
        freshness: Freshness,
        backend: DatabaseBackend,
        most_dead: u32,
    ) -> Self {
        Self {
            turn: members.turn(),
            members: Arc::clone(members),
            freshness,
            backend,
            most_dead,
        }
    }

    /// A transaction that reads everything as of its beginning. SQLite knows no other kind.
    pub(crate) async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        let isolation_level = match self.backend {
            DatabaseBackend::Sqlite => None,
            _ => Some(IsolationLevel::RepeatableRead),
        };
        self.where_it_answers(|pool| async move {
            let options = TransactionOptions {
                isolation_level,
                ..Default::default()
            };
            pool.begin_with_options(options).await
        })
        .await
    }

    async fn where_it_answers<T, F, R>(&self, run: F) -> Result<T, DbErr>
    where
        F: Fn(DatabaseConnection) -> R + Send + Sync,
        R: Future<Output = Result<T, DbErr>> + Send,
    {
        let deadline = self
            .members
            .patience()
            .map(|patience| Instant::now() + patience);
        let mut met = 0;
        loop {
            let (pool, seen) = self.members.reader(self.freshness, self.turn);
            let error = match pool {
                Some(pool) => match self.in_time(asking(run(pool))).await {
                    Err(error) if asks_to_retry(&error) => error,
                    outcome => return outcome,
                },
                None => DbErr::Conn(RuntimeErr::Internal(StoreError::NoWriter.to_string())),
            };
            met += 1;
            self.members.doubt();
            match deadline {
                None if met <= self.most_dead && is_disconnect(&error) => {}
                Some(deadline) if Instant::now() < deadline => {
                    self.members.moved_on(&seen, deadline).await;
                }
                _ => return Err(error),
            }
        }
    }

    /// On a network, for no longer than one statement may take: a server that hangs says nothing.
    async fn in_time<T>(&self, query: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        let Some(limit) = self.members.limit() else {
            return query.await;
        };
        match tokio::time::timeout(limit, query).await {
            Ok(outcome) => outcome,
            Err(_) => Err(DbErr::ConnectionAcquire(sea_orm::ConnAcquireErr::Timeout)),
        }
    }
}

#[async_trait]
impl ConnectionTrait for Readers {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.backend
    }

    async fn execute_raw(&self, _: Statement) -> Result<ExecResult, DbErr> {
        Err(refused())
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(refused())
    }

    async fn query_one_raw(&self, query: Statement) -> Result<Option<QueryResult>, DbErr> {
        let query = &query;
        self.where_it_answers(|pool| {
            let query = query.clone();
            async move { pool.query_one_raw(query).await }
        })
        .await
    }

    async fn query_all_raw(&self, query: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let query = &query;
        self.where_it_answers(|pool| {
            let query = query.clone();
            async move { pool.query_all_raw(query).await }
        })
        .await
    }
}

fn refused() -> DbErr {
    DbErr::Custom("a reader does not write".to_owned())
}
