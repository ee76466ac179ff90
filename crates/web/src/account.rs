//! Getting in: set-up of the first owner, sign-in and sign-out, passwords by link.

mod reset;
mod set_up;
mod sign_in;

use axum::{
    Router,
    routing::{get, post},
};

use crate::state::WebState;

/// The pages in front of the console.
pub(crate) fn routes() -> Router<WebState> {
    Router::new()
        .route(
            "/console/set-up/{token}",
            get(set_up::show).post(set_up::submit),
        )
        .route("/console/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/console/reset", get(reset::ask).post(reset::send))
        .route(
            "/console/reset/{token}",
            get(reset::show).post(reset::submit),
        )
        .route("/console/sign-out", post(sign_in::sign_out))
}
