//! Referrals: the list, and what was decided about each.

mod list;
mod page;
pub(super) mod story;

pub(super) use page::decided;

use axum::{
    Router,
    routing::{get, post},
};

use crate::state::WebState;

/// The pages of this area.
pub(super) fn routes() -> Router<WebState> {
    let at = |page: &str| format!("/console/{{project}}/{{mode}}/referrals{page}");
    Router::new()
        .route(&at(""), get(list::show))
        .route(&at("/export.csv"), get(list::export))
        .route(&at("/{id}"), get(page::show))
        .route(&at("/{id}/{verb}"), post(page::decide))
}
