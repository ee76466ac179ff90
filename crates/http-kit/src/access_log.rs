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
use http::{HeaderMap, Method};
use tracing::{Instrument, Span};

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

/// The span of a request with this method, route and headers.
type Trace = dyn Fn(&Method, &str, &HeaderMap) -> Span + Send + Sync;

/// Who else hears of each request: the metrics.
#[derive(Clone)]
pub struct Observer {
    served: Arc<dyn Fn(Served<'_>) + Send + Sync>,
    in_flight: Arc<dyn Fn(i64) + Send + Sync>,
    trace: Arc<Trace>,
}

impl Observer {
    /// Calls `served` after each request.
    pub fn new(served: impl Fn(Served<'_>) + Send + Sync + 'static) -> Self {
        Self {
            served: Arc::new(served),
            in_flight: Arc::new(|_| ()),
            trace: Arc::new(|_, _, _| Span::none()),
        }
    }

    /// Calls `in_flight` with 1 when a request begins, and with -1 when it is answered or given up.
    #[must_use]
    pub fn counting(self, in_flight: impl Fn(i64) + Send + Sync + 'static) -> Self {
        Self {
            in_flight: Arc::new(in_flight),
            ..self
        }
    }

    /// Calls `trace` when a request begins, with its route, and has it served in the span that it gives. In that span `served`
    /// is called too.
    #[must_use]
    pub fn tracing(
        self,
        trace: impl Fn(&Method, &str, &HeaderMap) -> Span + Send + Sync + 'static,
    ) -> Self {
        Self {
            trace: Arc::new(trace),
            ..self
        }
    }

    fn begin(&self) -> InFlight<'_> {
        (self.in_flight)(1);
        InFlight(self)
    }
}

/// A request that is being answered. Clients may go away before it is.
struct InFlight<'a>(&'a Observer);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        (self.0.in_flight)(-1);
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
    let _in_flight = observer.begin();
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().map_or("unmatched", MatchedPath::as_str);
    let span = (observer.trace)(&method, route, request.headers());
    let response = next.run(request).instrument(span.clone()).await;
    let served = Served {
        method: &method,
        route,
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
    span.in_scope(|| (observer.served)(served));
    response
}
