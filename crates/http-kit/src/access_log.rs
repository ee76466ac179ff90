//! One line for each request, and the same facts for the metrics.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::Method;

/// A request that was answered.
#[derive(Debug, Clone, Copy)]
pub struct Served<'a> {
    /// The method.
    pub method: &'a Method,
    /// The template of the route, `/api/v1/members/{id}`, or `unmatched`. Never a path as it came.
    pub route: &'a str,
    /// The status of the answer.
    pub status: u16,
    /// Time until the answer began.
    pub elapsed: Duration,
}

/// Who else hears of each request: the metrics.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(Served<'_>) + Send + Sync>);

impl Observer {
    /// Calls `observe` after each request.
    pub fn new(observe: impl Fn(Served<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// Layer (`from_fn_with_state`): writes the line and tells the observer.
pub async fn access_log(
    State(observer): State<Observer>,
    request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let served = Served {
        method: &method,
        route: matched.as_ref().map_or("unmatched", MatchedPath::as_str),
        status: response.status().as_u16(),
        elapsed: started.elapsed(),
    };
    tracing::info!(
        method = served.method.as_str(),
        route = served.route,
        status = served.status,
        ms = served.elapsed.as_secs_f64() * 1000.0,
        "request"
    );
    (observer.0)(served);
    response
}
