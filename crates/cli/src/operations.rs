//! Whether the server lives, is ready, and how it is: for load balancers, containers and Prometheus.

mod checks;

use std::{sync::Arc, time::Instant};

use axum::http::{
    HeaderMap, StatusCode,
    header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE},
};
use axum::{
    Json, Router,
    extract::{FromRef, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http_kit::{ClientAddress, ProblemResponse, ProblemResult, TrustedProxies};
use kernel::{ExposeSecret, ProblemCode, SecretString};
use serde::Serialize;
use subtle::ConstantTimeEq;
use telemetry::{Health, Lifecycle, Metrics, Report, Verdict};
use tokio::net::TcpListener;

pub(crate) use self::checks::checks;

pub(crate) const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Headers by which proxies say that the client is somebody else.
const FORWARDED: [&str; 3] = ["x-forwarded-for", "forwarded", "x-real-ip"];

/// What the operational routes need.
#[derive(Clone)]
pub(crate) struct Operations {
    pub(crate) health: Arc<Health>,
    pub(crate) metrics: Arc<Metrics>,
    /// What a scraper has to know; without one only this machine is served.
    pub(crate) token: Option<SecretString>,
    pub(crate) proxies: TrustedProxies,
    pub(crate) started: Instant,
}

impl FromRef<Operations> for TrustedProxies {
    fn from_ref(operations: &Operations) -> Self {
        operations.proxies.clone()
    }
}

/// `/livez`, `/api/ready`, `/api/health` and `/api/metrics`.
pub(crate) fn router(operations: Operations) -> Router {
    Router::new()
        .route("/livez", get(async || uncached("alive\n")))
        .route("/api/ready", get(ready))
        .route("/api/health", get(health))
        .route("/api/metrics", get(metrics))
        .with_state(operations)
}

/// Answers, in a process beside the servers, until `life` ends; requests that have begun are finished.
pub(crate) async fn listen(listener: TcpListener, router: Router, life: Lifecycle) {
    let stop = life.clone();
    let served = axum::serve(listener, router)
        .with_graceful_shutdown(async move { stop.cancelled().await })
        .await;
    if let Err(error) = served {
        tracing::error!(%error, "the listener failed");
        life.stop();
    }
}

fn uncached(body: impl IntoResponse) -> Response {
    ([(CACHE_CONTROL, "no-store")], body).into_response()
}

async fn ready(State(operations): State<Operations>) -> ProblemResult<Response> {
    if operations.health.is_ready().await {
        Ok(uncached("ready\n"))
    } else {
        Err(ProblemCode::Unavailable.into())
    }
}

#[derive(Serialize)]
struct Detailed {
    version: &'static str,
    uptime_seconds: u64,
    #[serde(flatten)]
    report: Report,
}

async fn health(State(operations): State<Operations>) -> Response {
    let report = operations.health.report().await;
    let status = match report.status {
        Verdict::Down => StatusCode::SERVICE_UNAVAILABLE,
        Verdict::Up | Verdict::Degraded => StatusCode::OK,
    };
    let detailed = Detailed {
        version: env!("CARGO_PKG_VERSION"),
        uptime_seconds: operations.started.elapsed().as_secs(),
        report,
    };
    uncached((status, Json(detailed)))
}

async fn metrics(
    State(operations): State<Operations>,
    ClientAddress(client): ClientAddress,
    headers: HeaderMap,
) -> ProblemResult<Response> {
    match &operations.token {
        Some(token) if !bears(&headers, token) => return Err(ProblemCode::Unauthenticated.into()),
        // A proxy on this machine that is not trusted must not make everybody local.
        None if !client.is_loopback()
            || FORWARDED.iter().any(|name| headers.contains_key(*name)) =>
        {
            return Err(ProblemResponse::from(ProblemCode::Forbidden));
        }
        _ => {}
    }
    let text = operations.metrics.render();
    Ok(uncached(([(CONTENT_TYPE, OPEN_METRICS)], text)))
}

fn bears(headers: &HeaderMap, token: &SecretString) -> bool {
    let given = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map_or("", |(_, token)| token.trim());
    given
        .as_bytes()
        .ct_eq(token.expose_secret().as_bytes())
        .into()
}
