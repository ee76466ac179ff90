//! One id for each request: in the answer, in every problem, on every line of the log.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::Response,
};
use data_encoding::HEXLOWER;
use http::{HeaderName, HeaderValue, request::Parts};
use kernel::Entropy;
use tracing::{Instrument, field};

use crate::problem::{ProblemResponse, internal};

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST: usize = 64;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// The id of the request at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub Arc<str>);

/// The id of the request that this task serves.
pub(crate) fn current() -> Option<String> {
    CURRENT.try_with(|id| id.0.as_ref().to_owned()).ok()
}

/// Layer (`from_fn_with_state`): takes the id that came with the request when it is sane, makes one otherwise.
pub async fn request_id(
    State(entropy): State<Arc<dyn Entropy>>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = inbound(&request).unwrap_or_else(|| made(entropy.as_ref()));
    let header = HeaderValue::from_str(&id.0);
    request.extensions_mut().insert(id.clone());
    // Whoever follows the trace of the request says which one it is.
    let span = tracing::info_span!("request", request_id = &*id.0, trace_id = field::Empty);
    let mut response = CURRENT.scope(id, next.run(request)).instrument(span).await;
    if let Ok(header) = header {
        response.headers_mut().insert(HEADER, header);
    }
    response
}

/// Sane: short, and of characters that neither a log nor a header can stumble over.
fn inbound(request: &Request) -> Option<RequestId> {
    let text = request.headers().get(HEADER)?.to_str().ok()?;
    let sane = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (!text.is_empty() && text.len() <= LONGEST && text.bytes().all(sane))
        .then(|| RequestId(text.into()))
}

fn made(entropy: &dyn Entropy) -> RequestId {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes);
    RequestId(HEXLOWER.encode(&bytes).into())
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = ProblemResponse;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ProblemResponse> {
        let id = parts.extensions.get::<Self>().cloned();
        id.ok_or_else(|| internal("the `request_id` layer is missing around this route"))
    }
}
