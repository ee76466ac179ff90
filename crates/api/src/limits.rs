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
    insert(
        headers,
        LIMIT,
        name,
        ('r', verdict.remaining),
        ('t', seconds(verdict.reset_after)),
    );
    insert(
        headers,
        POLICY,
        name,
        ('q', verdict.limit),
        ('w', seconds(verdict.window)),
    );
}

/// `rate_limited`, with the time to wait.
pub(crate) fn problem(verdict: &Verdict) -> ProblemResponse {
    ProblemResponse::from(ProblemCode::RateLimited).retry_after(verdict.reset_after)
}

/// 429, with the time to wait and what the quota is.
pub(crate) fn refused(class: LimitClass, verdict: &Verdict) -> Response {
    let mut response = problem(verdict).into_response();
    tell(response.headers_mut(), class, verdict);
    response
}

fn insert(
    headers: &mut HeaderMap,
    header: HeaderName,
    class: &str,
    (first, count): (char, u32),
    (second, seconds): (char, u64),
) {
    let mut text = String::with_capacity(32);
    let written = write!(text, "\"{class}\";{first}={count};{second}={seconds}");
    if let (Ok(()), Ok(value)) = (written, HeaderValue::try_from(text)) {
        headers.insert(header, value);
    }
}

/// Whole seconds, rounded up: who waits so long is let through.
fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_millis() > 0)
}
