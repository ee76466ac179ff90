//! The portal: where members invite and see what came of it.

use axum::Router;

use crate::state::WebState;

/// Every page of the portal.
pub(crate) fn routes() -> Router<WebState> {
    Router::new()
}
