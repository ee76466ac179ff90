//! Rate limits as headers: `RateLimit`, `RateLimit-Policy`, `Retry-After`.

use std::{fmt::Write, time::Duration};

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue},
    response::{IntoResponse, Response},
};
use cache::{LimitClass, Verdict};
use http_kit::ProblemResponse;
use kernel::ProblemCode;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Tells the client how much is left of its quota.
pub(crate) fn tell(headers: &mut HeaderMap, class: LimitClass, verdict: &Verdict) {
    let name = class.as_str();
    let mut text = String::with_capacity(64);
    let written = write!(text, "\"{name}\";r={};t={}", verdict.remaining, seconds(verdict.reset_after));
    insert(headers, LIMIT, written, &text);
    text.clear();
    let written = write!(text, "\"{name}\";q={};w={}", verdict.limit, seconds(verdict.window));
    insert(headers, POLICY, written, &text);
}

/// 429, with the time to wait.
pub(crate) fn refused(class: LimitClass, verdict: &Verdict) -> Response {
    let problem = ProblemResponse::from(ProblemCode::RateLimited).retry_after(verdict.reset_after);
    let mut response = problem.into_response();
    tell(response.headers_mut(), class, verdict);
    response
}

fn insert(headers: &mut HeaderMap, name: HeaderName, written: std::fmt::Result, text: &str) {
    if let (Ok(()), Ok(value)) = (written, HeaderValue::from_str(text)) {
        headers.insert(name, value);
    }
}

/// Whole seconds, rounded up: who waits so long is let through.
fn seconds(time: Duration) -> u128 {
    time.as_millis().div_ceil(1000)
}
