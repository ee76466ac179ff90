//! From the socket to the routes.

use std::{
    net::SocketAddr,
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use api::ApiState;
use axum::{Router, serve::ListenerExt};
use cache::{LimitClass, Limiter, Quota, RateLimits, Redis, SharedLimits};
use config::{Limits, Server};
use http_kit::{Edge, Observer, SecurityHeaders, TrustedProxies, standard};
use kernel::Clock;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use telemetry::{Health, Lifecycle};
use tokio::{net::TcpListener, sync::watch};
use tracing::Span;
use web::WebState;

use crate::{
    installation::Installation,
    operations::{self, Operations},
};

/// Takes the address. Clients that come before the start is done wait in the system's queue.
pub(super) async fn bind(server: &Server) -> Result<TcpListener> {
    allow_many_connections();
    let bound = TcpListener::bind(server.bind).await;
    bound.with_context(|| format!("{} (server.bind) cannot be listened on", server.bind))
}

/// Everybody who watches holds a connection, which is a file: as many as the system lets this process have, whatever the
/// shell that started it thought enough.
fn allow_many_connections() {
    let allowed = getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: allowed.maximum,
        ..allowed
    };
    if let Err(error) = setrlimit(Resource::Nofile, all) {
        tracing::debug!(%error, "the limit of open files stays as it is");
    }
}

/// Every route of the server with its layers.
pub(crate) fn routes(
    installation: &Installation,
    limits: Arc<dyn RateLimits>,
    health: Arc<Health>,
    started: Instant,
) -> Router {
    let (app, config) = (&installation.app, &installation.config);
    let proxies = TrustedProxies::new(config.server.trusted_proxies.iter().copied());
    let operations = Operations {
        health,
        metrics: Arc::clone(app.metrics()),
        token: config.metrics.token.clone(),
        proxies: proxies.clone(),
        started,
    };
    let edge = edge(installation);
    let pages = WebState {
        app: app.clone(),
        limits: Arc::clone(&limits),
        proxies: proxies.clone(),
    };
    let api = ApiState {
        app: app.clone(),
        limiter: limits,
        proxies,
        edge: edge.clone(),
    };
    let around = operations::router(operations).merge(web::pages(pages.clone()));
    standard(around, &edge)
        .merge(web::links(pages))
        .merge(api::router(api))
}

fn edge(installation: &Installation) -> Edge {
    let server = &installation.config.server;
    let metrics = Arc::clone(installation.app.metrics());
    let in_flight = Arc::clone(&metrics);
    let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
    Edge {
        entropy: Arc::clone(&installation.entropy),
        observer: Observer::new(move |served| {
            metrics.http_request(
                served.method.as_str(),
                served.route,
                served.status,
                served.elapsed,
            );
            telemetry::answered(&Span::current(), served.status);
        })
        .tracing(|method, route, headers| telemetry::request_span(method.as_str(), route, headers))
        .counting(move |change| in_flight.http_in_flight(change)),
        security: SecurityHeaders {
            https: server.public_url.scheme() == "https",
        },
        request_timeout: server.request_timeout,
        body_limit: size(server.body_limit),
        batch_body_limit: size(server.batch_body_limit),
    }
}

/// The limits, and what has to be done about them each minute.
pub(super) fn rate_limits(
    installation: &Installation,
    redis: Option<Redis>,
) -> (Arc<dyn RateLimits>, Box<dyn Fn() + Send + Sync>) {
    let clock = &installation.clock;
    let alone = Arc::new(limiter(&installation.config.limits, clock));
    match redis {
        None => (Arc::clone(&alone) as _, Box::new(move || alone.housekeep())),
        Some(redis) => {
            let shared = Arc::new(SharedLimits::new(redis, alone, clock));
            (
                Arc::clone(&shared) as _,
                Box::new(move || shared.housekeep()),
            )
        }
    }
}

/// The limits of this process.
fn limiter(limits: &Limits, clock: &Arc<dyn Clock>) -> Limiter {
    let per_minute = |limit: NonZeroU32| Quota {
        limit,
        window: Duration::from_mins(1),
    };
    Limiter::new(clock, |class| match class {
        LimitClass::Visit | LimitClass::Member => per_minute(limits.public_per_minute),
        LimitClass::Api | LimitClass::Ingest => per_minute(limits.api_per_minute),
        LimitClass::SignIn | LimitClass::Send => per_minute(limits.signups_per_minute),
    })
}

/// Answers requests until `life` ends; those that have begun are finished.
pub(crate) async fn listen(
    listener: TcpListener,
    router: Router,
    life: Lifecycle,
    answered: watch::Sender<bool>,
) {
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection waits for more to send");
        }
    });
    let stop = life.clone();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service)
        .with_graceful_shutdown(async move { stop.cancelled().await })
        .await;
    if let Err(error) = served {
        tracing::error!(%error, "the listener failed");
        life.stop();
    }
    answered.send_replace(true);
}
