//! Programs and their rules.

mod changes;
mod create;
mod edit;
mod list;
mod moves;
mod read;
mod sheet;
mod show;
mod state;
mod versions;
mod write;

use app::programs::get_program;
use axum::{
    Router,
    routing::{get, post},
};
use domain::programs::Program;
use kernel::ProblemCode;

use crate::{answer::PageError, door::Desk, state::WebState};

/// The names in the address of a program's page: project, mode, program.
type Names = axum::extract::Path<(String, String, String)>;

/// The pages of this area.
pub(super) fn routes() -> Router<WebState> {
    let at = |page: &str| format!("/console/{{project}}/{{mode}}/programs{page}");
    Router::new()
        .route(&at(""), get(list::show))
        .route(&at("/new"), get(create::show).post(create::submit))
        .route(&at("/{program}"), get(show::show))
        .route(&at("/{program}/activate"), post(moves::activate))
        .route(&at("/{program}/pause"), post(moves::pause))
        .route(&at("/{program}/end"), post(moves::end))
        .route(&at("/{program}/edit"), get(edit::show).post(edit::submit))
        .route(&at("/{program}/versions"), get(versions::show))
}

/// The program that the address names.
async fn named(desk: &Desk, id: &str) -> Result<Program, PageError> {
    let id = id.parse().map_err(|_| ProblemCode::NotFound)?;
    Ok(get_program(&desk.app, &desk.ctx, desk.project.id, id).await?)
}
