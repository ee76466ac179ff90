//! The lane for checking codes: what memory knows is answered without layers, spans and waiting.
//!
//! Everything else, problems included, goes the long way, where it gets its request id and its line in the log.

use std::{net::SocketAddr, sync::Arc, time::Instant};

use app::{App, HotRoute, authenticate_key, codes::validate_code};
use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request, State},
    http::{
        HeaderValue, Method,
        header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    },
    response::{IntoResponse, Response},
    routing::any,
};
use cache::{LimitClass, RateLimits};
use futures::FutureExt;
use kernel::Actor;
use tower::ServiceExt;

use crate::{door, limits, state::ApiState, v1::codes::validate::CodeCheck};

/// The route that has the lane.
pub(crate) const ROUTE: &str = "/api/v1/codes/{code}/validate";

struct Lane {
    app: App,
    limiter: Arc<dyn RateLimits>,
    /// The same route with every layer.
    long_way: Router,
    figures: HotRoute,
}

/// The route with its lane; `long_way` has the same route with every layer around it.
pub(crate) fn route(state: &ApiState, long_way: Router) -> Router {
    let lane = Lane {
        app: state.app.clone(),
        limiter: Arc::clone(&state.limiter),
        long_way,
        figures: state.app.metrics().hot_route("GET", ROUTE),
    };
    Router::new()
        .route(ROUTE, any(serve))
        .with_state(Arc::new(lane))
}

async fn serve(State(lane): State<Arc<Lane>>, request: Request) -> Response {
    let started = Instant::now();
    if let Some(Some(response)) = lane.remembered(&request).now_or_never() {
        lane.figures.observe(200, started.elapsed());
        // Requests that wait together are answered together: a proxy on this machine then wakes once for all of them. To
        // wake it for each would cost a third of the time that an answer takes.
        tokio::task::yield_now().await;
        return response;
    }
    lane.long_way
        .clone()
        .oneshot(unrouted(request))
        .await
        .into_response()
}

/// The request as it came: routed twice, it would have each parameter of its path twice.
fn unrouted(request: Request) -> Request {
    let (mut parts, body) = request.into_parts();
    let peer = parts.extensions.remove::<ConnectInfo<SocketAddr>>();
    parts.extensions.clear();
    if let Some(peer) = peer {
        parts.extensions.insert(peer);
    }
    Request::from_parts(parts, body)
}

impl Lane {
    /// The good answer, where it can be given at once.
    async fn remembered(&self, request: &Request) -> Option<Response> {
        let code = code(request)?;
        let secret = door::bearer(request.headers()).filter(|token| door::is_key(token))?;
        let mut ctx = self.app.ctx(Actor::Anonymous, String::new());
        let key = authenticate_key(&self.app, &ctx, secret).await.ok()?;
        ctx.actor = Actor::Key(key.id);
        let check = validate_code(&self.app, &ctx, key.project, code)
            .await
            .ok()?;
        let body = serde_json::to_vec(&CodeCheck::from(&check)).ok()?;
        let verdict = self
            .limiter
            .check(LimitClass::Api, &door::quota_key(&ctx.actor))
            .await;
        verdict.allowed.then(|| {
            let mut response = Response::new(Body::from(body));
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            limits::tell(headers, LimitClass::Api, &verdict);
            response
        })
    }
}

/// The code in the path, where it needs no decoding.
fn code(request: &Request) -> Option<&str> {
    let path = request.uri().path().strip_prefix("/api/v1/codes/")?;
    let code = path.strip_suffix("/validate")?;
    let plain = request.method() == Method::GET && !code.contains(['%', '/']);
    plain.then_some(code)
}
