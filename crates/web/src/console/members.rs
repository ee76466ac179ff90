//! Members: the list, and all that belongs to each.

mod form;
mod list;
mod page;
mod spend;
mod timeline;
mod tree;

use axum::{Router, routing::get};

use crate::state::WebState;

/// The pages of this area.
pub(super) fn routes() -> Router<WebState> {
    let at = |page: &str| format!("/console/{{project}}/{{mode}}/members{page}");
    Router::new()
        .route(&at(""), get(list::show))
        .route(&at("/export.csv"), get(list::export))
        .route(&at("/new"), get(form::ask).post(form::make))
        .route(&at("/{id}"), get(page::timeline))
        .route(&at("/{id}/invitees"), get(page::invitees))
        .route(&at("/{id}/rewards"), get(page::rewards))
        .route(&at("/{id}/transfers"), get(page::transfers))
        .route(&at("/{id}/notices"), get(page::notices))
        .route(&at("/{id}/edit"), get(form::edit).post(form::change))
        .route(&at("/{id}/spend"), get(spend::ask).post(spend::submit))
}
