//! The layers in their order.

use std::{sync::Arc, time::Duration};

use axum::{Router, extract::DefaultBodyLimit, middleware::from_fn_with_state};
use kernel::Entropy;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    access_log::{Observer, access_log},
    fallback::{method_not_allowed, panicked},
    idempotency::idempotency,
    request_id::request_id,
    security_headers::{SecurityHeaders, security_headers},
    time_limit::time_limit,
};

/// What the standard layers need.
#[derive(Debug, Clone)]
pub struct Edge {
    /// Makes request ids.
    pub entropy: Arc<dyn Entropy>,
    /// Hears of each request.
    pub observer: Observer,
    /// What the security headers depend on.
    pub security: SecurityHeaders,
    /// A request that takes longer is answered with 503.
    pub request_timeout: Duration,
    /// Largest body in bytes, for routes that set no `DefaultBodyLimit` of their own.
    pub body_limit: usize,
    /// Largest body in bytes that any route accepts.
    pub batch_body_limit: usize,
}

/// Puts the standard layers around all routes of `router` and around its fallback, and a problem where a route has not
/// the method.
pub fn standard<S: Clone + Send + Sync + 'static>(router: Router<S>, edge: &Edge) -> Router<S> {
    router
        .method_not_allowed_fallback(method_not_allowed)
        // From the outside in, and as one layer: on its own, each would be boxed and copied with all those inside it, for
        // each request once more on every level.
        .layer((
            from_fn_with_state(edge.entropy.clone(), request_id),
            from_fn_with_state(edge.observer.clone(), access_log),
            from_fn_with_state(edge.security, security_headers),
            CatchPanicLayer::custom(panicked),
            from_fn_with_state(edge.request_timeout, time_limit),
            DefaultBodyLimit::max(edge.body_limit),
            from_fn_with_state(edge.batch_body_limit, idempotency),
        ))
}
