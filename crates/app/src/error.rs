//! Why a use case did not do what it was asked.

use domain::ledger::LedgerError;
use kernel::{Problem, ProblemCode};
use store::{Attempt, StoreError};

/// The result of a use case.
pub type AppResult<T> = Result<T, AppError>;

/// Why a use case did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The caller can do something about it.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// The database could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AppError {
    /// What the caller is told. The cause of a 5xx belongs into the log, not here.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Problem(problem) => problem.clone(),
            Self::Store(
                StoreError::Unavailable(_)
                | StoreError::NoWriter
                | StoreError::Refused(_)
                | StoreError::Retry(_)
                | StoreError::Stale(_),
            ) => ProblemCode::Unavailable.into(),
            Self::Store(StoreError::Duplicate(_)) => ProblemCode::Conflict.into(),
            Self::Store(StoreError::Inconsistent { .. } | StoreError::Database(_)) => {
                ProblemCode::Internal.into()
            }
        }
    }
}

/// What a caller is told where the unique key it wants is taken.
pub(crate) fn taken(problem: impl Into<Problem>) -> impl FnOnce(StoreError) -> AppError {
    |error| match error {
        StoreError::Duplicate(_) => AppError::Problem(problem.into()),
        other => other.into(),
    }
}

impl From<ProblemCode> for AppError {
    fn from(code: ProblemCode) -> Self {
        Self::Problem(code.into())
    }
}

impl From<LedgerError> for AppError {
    fn from(error: LedgerError) -> Self {
        Self::Problem(Problem::new(error.code(), error.to_string()))
    }
}

impl Attempt for AppError {
    fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Problem(_) => None,
        }
    }
}
