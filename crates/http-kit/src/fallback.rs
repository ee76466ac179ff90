//! Answers where no handler gives one.

use std::any::Any;

use axum::response::{IntoResponse, Response};
use kernel::ProblemCode;

use crate::problem::{ProblemResponse, internal};

/// Fallback of a router: 404.
pub async fn not_found() -> ProblemResponse {
    ProblemCode::NotFound.into()
}

/// Fallback of a route for other methods: 405; axum adds `Allow`.
pub async fn method_not_allowed() -> ProblemResponse {
    ProblemCode::MethodNotAllowed.into()
}

/// For `CatchPanicLayer::custom`: 500, with the message of the panic in the log.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer hands the payload over"
)]
pub fn panicked(payload: Box<dyn Any + Send>) -> Response {
    let message = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    internal(format!("panic: {message}")).into_response()
}
