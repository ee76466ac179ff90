//! What the API needs.

use std::sync::Arc;

use app::App;
use axum::extract::FromRef;
use cache::RateLimits;
use http_kit::{Edge, TrustedProxies};

/// What the composition root gives the API.
#[derive(Debug, Clone)]
pub struct ApiState {
    /// The use cases.
    pub app: App,
    /// Counts requests.
    pub limiter: Arc<dyn RateLimits>,
    /// The networks whose `X-Forwarded-For` is believed.
    pub proxies: TrustedProxies,
    /// What the standard layers need.
    pub edge: Edge,
}

impl FromRef<ApiState> for App {
    fn from_ref(state: &ApiState) -> Self {
        state.app.clone()
    }
}

impl FromRef<ApiState> for TrustedProxies {
    fn from_ref(state: &ApiState) -> Self {
        state.proxies.clone()
    }
}
