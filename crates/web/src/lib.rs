#![doc = include_str!("../README.md")]

mod assets;
mod landing;
mod links;
mod locale;
mod state;
mod texts;

use axum::{
    Router,
    routing::{get, post},
};

pub use state::WebState;

/// The pages. `/i/{code}` is in [`links`], outside the layers that pages need.
pub fn pages(state: WebState) -> Router {
    Router::new()
        .route("/assets/{name}", get(assets::asset))
        .route("/{project}/{program}", get(landing::show))
        .route("/{project}/{program}", post(landing::submit))
        .with_state(state)
}

/// The links that members share: the hot path, with no layer around it.
pub fn links(state: WebState) -> Router {
    Router::new()
        .route("/i/{code}", get(links::follow))
        .with_state(state)
}
