//! The audit trail, of a project and of the whole installation.

mod list;

use axum::{Router, routing::get};

use crate::state::WebState;

/// The pages of this area.
pub(super) fn routes() -> Router<WebState> {
    Router::new()
        .route("/console/{project}/{mode}/audit", get(list::of_project))
        .route(
            "/console/{project}/{mode}/audit/export.csv",
            get(list::export),
        )
        .route("/console/audit", get(list::of_everything))
}
