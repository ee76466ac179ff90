//! One's own account: sessions, password, access tokens, language and theme.

mod password;
mod sessions;
mod show;
mod tokens;

use axum::{
    Router,
    routing::{get, post},
};

use crate::state::WebState;

/// The pages of this area.
pub(super) fn routes() -> Router<WebState> {
    let at = |page: &str| format!("/console/account{page}");
    Router::new()
        .route(&at(""), get(show::show))
        .route(&at("/password"), post(password::change))
        .route(&at("/sessions/others/end"), post(sessions::end_others))
        .route(&at("/sessions/{session}/end"), post(sessions::end))
        .route(&at("/tokens"), post(tokens::create))
        .route(&at("/tokens/{token}/revoke"), post(tokens::revoke))
}
