//! `Idempotency-Key`: the same key has one effect and one answer.

use axum::{
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, FromRequestParts, OriginalUri, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderName, request::Parts};
use kernel::{IdempotencyKey, Problem};
use sha2::{Digest, Sha256};

use crate::{
    json::read_body,
    problem::{ProblemResponse, ProblemResult, internal},
};

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const LONGEST: usize = 255;

/// The client's key with the fingerprint of the request, where it sent one. Needs the [`idempotency`] layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency(pub Option<IdempotencyKey>);

/// Layer (`from_fn_with_state`): reads the body of a request that carries a key, and remembers its fingerprint.
///
/// `largest` is the largest body that any route inside accepts, in bytes; the routes' own limits still hold. Requests
/// without a key pass untouched.
pub async fn idempotency(State(largest): State<usize>, request: Request, next: Next) -> Response {
    if !request.headers().contains_key(HEADER) {
        return next.run(request).await;
    }
    match fingerprinted(request, largest).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn fingerprinted(request: Request, largest: usize) -> ProblemResult<Request> {
    let key = key(&request)?;
    let (mut parts, body) = request.into_parts();
    let mut limited = Request::new(body);
    DefaultBodyLimit::max(largest).apply(&mut limited);
    let body = read_body(limited).await?;
    let fingerprint = fingerprint(&parts, &body);
    parts.extensions.insert(IdempotencyKey { key, fingerprint });
    Ok(Request::from_parts(parts, Body::from(body)))
}

fn key(request: &Request) -> Result<String, Problem> {
    let mut values = request.headers().get_all(HEADER).iter();
    let text = values
        .next()
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    if (1..=LONGEST).contains(&text.len()) && visible && values.next().is_none() {
        Ok(text.to_owned())
    } else {
        let message = format!("Send one key of 1 to {LONGEST} visible ASCII characters.");
        Err(Problem::field("Idempotency-Key", "invalid", message))
    }
}

fn fingerprint(parts: &Parts, body: &Bytes) -> [u8; 32] {
    // Inside a nested router the URI is shortened; the original tells two routes apart.
    let uri = parts
        .extensions
        .get::<OriginalUri>()
        .map_or(&parts.uri, |original| &original.0);
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    // None of the first two can hold a zero byte, so that the parts cannot run into one another.
    let hash = Sha256::new()
        .chain_update(parts.method.as_str())
        .chain_update([0]);
    hash.chain_update(target)
        .chain_update([0])
        .chain_update(body)
        .finalize()
        .into()
}

impl<S: Sync> FromRequestParts<S> for Idempotency {
    type Rejection = ProblemResponse;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ProblemResponse> {
        let key = parts.extensions.get::<IdempotencyKey>().cloned();
        if key.is_none() && parts.headers.contains_key(HEADER) {
            return Err(internal(
                "the `idempotency` layer is missing around this route",
            ));
        }
        Ok(Self(key))
    }
}
