//! Sessions, ended.

use app::accounts::{revoke_other_sessions, revoke_session};
use axum::extract::{Path, State};
use kernel::SessionId;

use crate::{
    answer::{PageResult, done},
    door::Console,
    state::WebState,
};

/// `POST /console/account/sessions/{session}/end`.
pub(super) async fn end(
    State(state): State<WebState>,
    console: Console,
    Path(id): Path<SessionId>,
) -> PageResult {
    revoke_session(&console.app, &console.ctx, id).await?;
    Ok(done(&state, "/console/account", "session_ended"))
}

/// `POST /console/account/sessions/others/end`.
pub(super) async fn end_others(State(state): State<WebState>, console: Console) -> PageResult {
    revoke_other_sessions(&console.app, &console.ctx, console.session.id).await?;
    Ok(done(&state, "/console/account", "sessions_ended"))
}
