//! Webhook endpoints and deliveries.

use axum::Router;

use crate::state::WebState;

/// The pages of this area.
pub(super) fn routes() -> Router<WebState> {
    Router::new()
}
