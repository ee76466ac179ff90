//! A program is started, paused, ended.

use app::programs::{activate_program, end_program, pause_program};
use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::programs::Program;

use super::{Names, named};
use crate::{
    answer::{PageResult, done},
    door::Desk,
    state::WebState,
};

/// `POST …/programs/{program}/activate`.
pub(super) async fn activate(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, id)): Names,
) -> PageResult {
    let program = named(&desk, &id).await?;
    activate_program(&desk.app, &desk.ctx, desk.project.id, program.id).await?;
    Ok(back(&state, &desk, &program, "program_started"))
}

/// `POST …/programs/{program}/pause`.
pub(super) async fn pause(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, id)): Names,
) -> PageResult {
    let program = named(&desk, &id).await?;
    pause_program(&desk.app, &desk.ctx, desk.project.id, program.id).await?;
    Ok(back(&state, &desk, &program, "program_paused"))
}

/// `POST …/programs/{program}/end`.
pub(super) async fn end(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, id)): Names,
) -> PageResult {
    let program = named(&desk, &id).await?;
    end_program(&desk.app, &desk.ctx, desk.project.id, program.id).await?;
    Ok(back(&state, &desk, &program, "program_ended"))
}

fn back(state: &WebState, desk: &Desk, program: &Program, said: &'static str) -> Response {
    done(state, &desk.at(&format!("programs/{}", program.id)), said)
}
