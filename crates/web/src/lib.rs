#![doc = include_str!("../README.md")]
#![expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand over references"
)]
#![expect(
    clippy::struct_field_names,
    reason = "fields are the words of templates, not of Rust"
)]

mod account;
mod answer;
mod console;
mod door;
mod landing;
mod links;
mod live;
mod look;
mod portal;
mod sentence;
mod share;
mod start;
mod state;
mod texts;
mod words;

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    routing::{any, get, post},
};
use http_kit::same_origin;
use tower_http::compression::CompressionLayer;

pub use sentence::rule_sentence;
pub use state::WebState;

/// The pages, and the answer to whoever asks for what is nowhere. `/i/{code}` is in [`links`], outside the layers that pages need.
pub fn pages(state: WebState) -> Router {
    Router::new()
        .route("/preferences", post(look::preferences))
        .merge(account::routes())
        .merge(console::routes())
        .merge(landing::routes())
        .merge(portal::routes())
        .merge(share::routes())
        .merge(start::routes())
        // Of two parts, as the pages of programs are.
        .route("/console/{project}", any(answer::nowhere))
        .route("/me/{page}", any(answer::nowhere))
        .fallback(answer::nowhere)
        .method_not_allowed_fallback(answer::not_so)
        .layer(from_fn(same_origin))
        .layer(from_fn_with_state(state.clone(), answer::finish))
        .route("/assets/{mark}/{*name}", get(look::serve))
        .layer(CompressionLayer::new())
        .with_state(state)
}

/// The links that members share: the hot path, with no layer around it.
pub fn links(state: WebState) -> Router {
    Router::new()
        .route(links::ROUTE, get(links::follow))
        .with_state(links::Links::new(state))
}
