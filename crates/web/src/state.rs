//! What the pages need.

use std::sync::Arc;

use app::App;
use axum::extract::FromRef;
use cache::RateLimits;
use http_kit::TrustedProxies;

/// The state of every page.
#[derive(Clone)]
pub struct WebState {
    /// The use cases.
    pub app: App,
    /// Limits by address.
    pub limits: Arc<dyn RateLimits>,
    /// Whose word about the client's address is taken.
    pub proxies: TrustedProxies,
}

impl std::fmt::Debug for WebState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebState").finish_non_exhaustive()
    }
}

impl FromRef<WebState> for TrustedProxies {
    fn from_ref(state: &WebState) -> Self {
        state.proxies.clone()
    }
}
