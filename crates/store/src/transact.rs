//! One write inside a shared transaction.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::log::{Entry, Fact};
use futures::future::BoxFuture;
use kernel::{ProjectId, Timestamp};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use tokio::sync::oneshot;

use crate::{
    error::{StoreError, StoreResult},
    log::Recent,
    scope::{Conn, InProject},
    writer::{Ran, Work},
};

/// The only way to write. Lives as long as the group's transaction.
pub struct WriteTx {
    tx: DatabaseTransaction,
    entries: Mutex<Vec<Entry>>,
    recent: Arc<Recent>,
}

impl fmt::Debug for WriteTx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteTx").finish_non_exhaustive()
    }
}

impl Conn for WriteTx {
    type C = DatabaseTransaction;

    fn conn(&self) -> &DatabaseTransaction {
        &self.tx
    }
}

impl WriteTx {
    pub(crate) const fn new(tx: DatabaseTransaction, recent: Arc<Recent>) -> Self {
        Self {
            tx,
            entries: Mutex::new(Vec::new()),
            recent,
        }
    }

    pub(crate) fn recent(&self) -> &Recent {
        &self.recent
    }

    /// What belongs to one project.
    pub const fn project(&self, project: ProjectId) -> InProject<'_, Self> {
        InProject::new(self, project)
    }

    /// Tells the event log what this write makes true. It gets its place when the group commits.
    pub fn emit(&self, project: Option<ProjectId>, at: Timestamp, facts: Vec<Fact>) {
        if !facts.is_empty() {
            self.entries().push(Entry {
                seq: 0,
                project,
                at,
                facts,
            });
        }
    }

    /// Runs `work` so that a failure undoes it alone: the transaction goes on.
    pub(crate) async fn savepoint<T, E, Fut>(&self, work: Fut) -> Result<Result<T, E>, StoreError>
    where
        E: Attempt,
        Fut: Future<Output = Result<T, E>>,
    {
        self.tx.execute_unprepared("SAVEPOINT write_alone").await?;
        let mark = self.entries().len();
        let outcome = work.await;
        match &outcome {
            Ok(_) => {
                self.tx
                    .execute_unprepared("RELEASE SAVEPOINT write_alone")
                    .await?
            }
            Err(error) if error.store().is_some_and(StoreError::ends_transaction) => {
                return Ok(outcome);
            }
            Err(_) => {
                self.entries().truncate(mark);
                self.tx
                    .execute_unprepared("ROLLBACK TO SAVEPOINT write_alone")
                    .await?
            }
        };
        Ok(outcome)
    }

    /// Appends what was emitted to the log. Gives its new rows.
    pub(crate) async fn append_log(&self) -> StoreResult<Vec<Entry>> {
        let entries = std::mem::take(&mut *self.entries());
        crate::log::append(&self.tx, entries).await
    }

    pub(crate) async fn commit(self) -> StoreResult<()> {
        Ok(self.tx.commit().await?)
    }

    pub(crate) async fn rollback(self) {
        // The connection is dropped or reused after a failed rollback; both end the transaction.
        if let Err(error) = self.tx.rollback().await {
            tracing::debug!(%error, "rollback failed");
        }
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The error of a write: either its own, or the store's, which decides about another try.
pub trait Attempt: From<StoreError> + fmt::Display + Send + 'static {
    /// The storage error inside, if that is what it is.
    fn store(&self) -> Option<&StoreError>;

    /// The storage error inside, where it is worth another try.
    fn retryable(&self) -> Option<&StoreError> {
        self.store().filter(|error| error.is_retryable())
    }
}

impl Attempt for StoreError {
    fn store(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// One closure on its way through the writer.
pub(crate) struct Single<F, T, E> {
    work: F,
    outcome: Option<Result<T, E>>,
    answer: Option<oneshot::Sender<Result<T, E>>>,
}

impl<F, T, E> Single<F, T, E> {
    pub(crate) const fn new(work: F, answer: oneshot::Sender<Result<T, E>>) -> Self {
        Self {
            work,
            outcome: None,
            answer: Some(answer),
        }
    }
}

impl<F, T, E> Work for Single<F, T, E>
where
    T: Send + 'static,
    E: Attempt,
    F: for<'a> Fn(&'a WriteTx) -> BoxFuture<'a, Result<T, E>> + Send + Sync + 'static,
{
    fn run<'a>(&'a mut self, tx: &'a WriteTx) -> BoxFuture<'a, StoreResult<Ran>> {
        Box::pin(async move {
            let outcome = tx.savepoint((self.work)(tx)).await?;
            let ran = if outcome
                .as_ref()
                .is_err_and(|error| error.retryable().is_some())
            {
                Ran::Again
            } else {
                Ran::Done
            };
            self.outcome = Some(outcome);
            Ok(ran)
        })
    }

    fn finish(mut self: Box<Self>, group: Result<(), StoreError>) {
        let outcome = match (group, self.outcome.take()) {
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => {
                Err(StoreError::Unavailable("the write was not run".to_owned()).into())
            }
            // A refusal stands whatever became of the group: it wrote nothing.
            (Err(_), Some(Err(error))) if error.store().is_none() => Err(error),
            (Err(error), _) => Err(error.into()),
        };
        if let Some(answer) = self.answer.take() {
            // The caller may have gone away; what was committed stays.
            drop(answer.send(outcome));
        }
    }
}
