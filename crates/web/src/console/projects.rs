//! Projects and their settings.

mod create;
mod list;
mod samples;
mod settings;
mod steps;
mod token_keys;

use axum::{
    Router,
    routing::{get, post},
};

use crate::state::WebState;

/// The pages of this area.
pub(super) fn routes() -> Router<WebState> {
    let settings = |page: &str| format!("/console/{{project}}/{{mode}}/settings{page}");
    Router::new()
        .route("/console", get(list::show))
        .route("/console/new", get(create::show).post(create::submit))
        .route(&settings(""), get(settings::show).post(settings::rename))
        .route(&settings("/keys"), post(token_keys::add))
        .route(&settings("/keys/remove"), post(token_keys::remove))
}
