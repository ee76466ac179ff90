//! Problems on the wire: `application/problem+json` as in RFC 9457.

use std::{error::Error, time::Duration};

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use kernel::{FieldError, Problem, ProblemCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::request_id;

/// What a handler returns that may fail.
pub type ProblemResult<T> = Result<T, ProblemResponse>;

/// A problem as an answer.
#[derive(Debug)]
pub struct ProblemResponse {
    problem: Box<Problem>,
    retry_after: Option<Duration>,
}

/// The body of a problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemBody {
    /// Where this kind of problem is explained: `/api/problems/not_found`.
    pub r#type: String,
    /// The general sentence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable name to match on.
    pub code: String,
    /// What happened here and what to do.
    pub detail: String,
    /// The id under which the log tells of this request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What is wrong with which field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemField {
    /// Path of the field: `rules[0].reward.amount`.
    pub field: String,
    /// A slug: `required`, `invalid`…
    pub code: String,
    /// A sentence that says what to do.
    pub message: String,
}

impl ProblemResponse {
    /// Tells the client when to try again; rounded up to whole seconds.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// What is told.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl From<Problem> for ProblemResponse {
    fn from(problem: Problem) -> Self {
        // A service that is unavailable is expected back: clients that wait a second do not add to its load.
        let retry_after =
            (problem.code == ProblemCode::Unavailable).then_some(Duration::from_secs(1));
        Self {
            problem: Box::new(problem),
            retry_after,
        }
    }
}

impl From<ProblemCode> for ProblemResponse {
    fn from(code: ProblemCode) -> Self {
        Problem::from(code).into()
    }
}

impl From<Problem> for ProblemBody {
    fn from(problem: Problem) -> Self {
        let code = problem.code;
        // Whatever failed inside is for the log, not for the caller.
        let detail = if code.status() >= 500 {
            code.title().to_owned()
        } else {
            problem.detail
        };
        Self {
            r#type: format!("/api/problems/{}", code.slug()),
            title: code.title().to_owned(),
            status: code.status(),
            code: code.slug().to_owned(),
            detail,
            request_id: request_id::current(),
            errors: problem.fields.into_iter().map(ProblemField::from).collect(),
        }
    }
}

impl From<FieldError> for ProblemField {
    fn from(error: FieldError) -> Self {
        Self {
            field: error.field,
            code: error.code,
            message: error.message,
        }
    }
}

impl IntoResponse for ProblemResponse {
    fn into_response(self) -> Response {
        let code = self.problem.code;
        let status =
            StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(ProblemBody::from(*self.problem))).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if code == ProblemCode::Unauthenticated {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(wait) = self.retry_after {
            headers.insert(
                RETRY_AFTER,
                HeaderValue::from(wait.as_millis().div_ceil(1000).min(86_400) as u64),
            );
        }
        response
    }
}

/// The answer to an error that the caller can do nothing about; its causes are logged under the request id.
pub fn internal(error: impl Into<Box<dyn Error + Send + Sync>>) -> ProblemResponse {
    let error = error.into();
    let mut causes = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        causes = format!("{causes}: {cause}");
        source = cause.source();
    }
    tracing::error!(error = causes, "request failed");
    ProblemCode::Internal.into()
}
