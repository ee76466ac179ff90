//! What a handler answers when a use case refuses.

use app::AppError;
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http_kit::{ProblemResponse, internal};
use kernel::{Problem, ProblemCode};

/// What a handler returns: 200 with a body, or a problem.
pub(crate) type Answer<T> = Result<Json<T>, Refusal>;

/// What a handler returns that makes something: 201 with a body, or a problem.
pub(crate) type Made<T> = Result<(StatusCode, Json<T>), Refusal>;

/// A 201 with what was made.
#[expect(clippy::unnecessary_wraps, reason = "it is the last word of a handler")]
pub(crate) fn made<T>(body: impl Into<T>) -> Made<T> {
    Ok((StatusCode::CREATED, Json(body.into())))
}

/// A 200 with what is there.
#[expect(clippy::unnecessary_wraps, reason = "it is the last word of a handler")]
pub(crate) fn shown<T>(body: impl Into<T>) -> Answer<T> {
    Ok(Json(body.into()))
}

/// A problem as an answer; made of whatever may go wrong in a handler.
#[derive(Debug)]
pub(crate) struct Refusal(ProblemResponse);

impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        let problem = error.problem();
        Self(match problem.code {
            ProblemCode::Internal => internal(error),
            ProblemCode::Unavailable => {
                tracing::warn!(%error, "the database cannot answer");
                problem.into()
            }
            _ => problem.into(),
        })
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem.into())
    }
}

impl From<ProblemCode> for Refusal {
    fn from(code: ProblemCode) -> Self {
        Self(code.into())
    }
}

impl From<ProblemResponse> for Refusal {
    fn from(response: ProblemResponse) -> Self {
        Self(response)
    }
}

impl From<Refusal> for ProblemResponse {
    fn from(refusal: Refusal) -> Self {
        refusal.0
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}
