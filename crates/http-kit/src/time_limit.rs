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
    if let Ok(response) = tokio::time::timeout(limit, next.run(request)).await {
        return response;
    }
    tracing::warn!(?limit, "request took too long");
    ProblemResponse::from(ProblemCode::Unavailable).into_response()
}
