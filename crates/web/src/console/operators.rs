//! Operators and their roles.

mod create;
mod edit;
mod list;
mod moves;
mod roles;
mod table;

use app::operators::list_operators;
use axum::{
    Router,
    extract::Path,
    routing::{get, post},
};
use domain::people::{Operator, Permission};
use kernel::{OperatorId, Problem, ProblemCode};

use crate::{answer::PageError, door::Console, state::WebState};

/// The pages of this area.
pub(super) fn routes() -> Router<WebState> {
    let at = |page: &str| format!("/console/operators{page}");
    Router::new()
        .route(&at(""), get(list::show))
        .route(&at("/permissions"), get(table::show))
        .route(&at("/new"), get(create::show).post(create::submit))
        .route(&at("/{operator}"), get(edit::show).post(edit::submit))
        .route(&at("/{operator}/link"), post(moves::link))
        .route(&at("/{operator}/sign-out"), post(moves::sign_out))
        .route(&at("/{operator}/disable"), post(moves::disable))
        .route(&at("/{operator}/enable"), post(moves::enable))
}

/// The operator of a page.
async fn operator(console: &Console, Path(id): Path<OperatorId>) -> Result<Operator, PageError> {
    let all = list_operators(&console.app, &console.ctx).await?;
    let found = all.into_iter().find(|operator| operator.id == id);
    Ok(found.ok_or(ProblemCode::NotFound)?)
}

/// The address of an operator's page.
fn place(id: OperatorId) -> String {
    format!("/console/operators/{id}")
}

fn expect_writer(console: &Console) -> Result<(), Problem> {
    if console.may(Permission::OperatorsWrite) {
        return Ok(());
    }
    Err(ProblemCode::Forbidden.into())
}
