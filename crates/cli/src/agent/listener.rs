//! What Prometheus and whoever keeps the agent running ask it.

use std::sync::Arc;

use axum::{
    Router,
    extract::State as Shared,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use telemetry::Lifecycle;
use tokio::net::TcpListener;

use super::state::State;
use crate::operations::{self, OPEN_METRICS};

pub(super) async fn listen(listener: TcpListener, state: Arc<State>, life: Lifecycle) {
    let router = Router::new()
        .route("/livez", get(alive))
        .route("/metrics", get(metrics))
        .with_state(state);
    operations::listen(listener, router, life).await;
}

/// Does it move? Whether its backups are good, its figures say.
async fn alive(Shared(state): Shared<Arc<State>>) -> Response {
    let (status, word) = if state.is_alive() {
        (StatusCode::OK, "alive\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "stuck\n")
    };
    (status, [(CACHE_CONTROL, "no-store")], word).into_response()
}

async fn metrics(Shared(state): Shared<Arc<State>>) -> Response {
    ([(CONTENT_TYPE, OPEN_METRICS)], state.figures().render()).into_response()
}
