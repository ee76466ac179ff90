//! No request may hold its resources for ever.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::ProblemCode;

use crate::problem::ProblemResponse;

/// Layer (`from_fn_with_state`): drops a request that takes longer than the limit and answers 503.
pub async fn time_limit(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!(limit_ms = limit.as_millis() as u64, "request took too long");
            ProblemResponse::from(ProblemCode::Unavailable).into_response()
        }
    }
}
