//! What is done to an operator.

use app::{
    accounts::{end_sessions, invite_operator, request_password_reset},
    operators::{OperatorPatch, update_operator},
};
use axum::extract::{Path, State};
use kernel::OperatorId;

use super::{expect_writer, operator, place};
use crate::{
    answer::{PageResult, done},
    door::Console,
    state::WebState,
};

/// `POST /console/operators/{operator}/link`: the first password, or another.
pub(super) async fn link(
    State(state): State<WebState>,
    console: Console,
    id: Path<OperatorId>,
) -> PageResult {
    expect_writer(&console)?;
    let operator = operator(&console, id).await?;
    let (app, ctx, locale) = (&console.app, &console.ctx, console.f.locale.as_str());
    if operator.password_hash.is_some() {
        request_password_reset(app, ctx, &operator.email, locale).await?;
    } else {
        invite_operator(app, ctx, operator.id, locale).await?;
    }
    Ok(done(&state, &place(operator.id), "operator_link_sent"))
}

/// `POST /console/operators/{operator}/sign-out`.
pub(super) async fn sign_out(
    State(state): State<WebState>,
    console: Console,
    Path(id): Path<OperatorId>,
) -> PageResult {
    end_sessions(&console.app, &console.ctx, id).await?;
    Ok(done(&state, &place(id), "operator_signed_out"))
}

/// `POST /console/operators/{operator}/disable`.
pub(super) async fn disable(
    State(state): State<WebState>,
    console: Console,
    id: Path<OperatorId>,
) -> PageResult {
    set_disabled(&state, &console, id, true, "operator_disabled").await
}

/// `POST /console/operators/{operator}/enable`.
pub(super) async fn enable(
    State(state): State<WebState>,
    console: Console,
    id: Path<OperatorId>,
) -> PageResult {
    set_disabled(&state, &console, id, false, "operator_enabled").await
}

async fn set_disabled(
    state: &WebState,
    console: &Console,
    Path(id): Path<OperatorId>,
    disabled: bool,
    said: &'static str,
) -> PageResult {
    let patch = OperatorPatch {
        disabled: Some(disabled),
        ..OperatorPatch::default()
    };
    update_operator(&console.app, &console.ctx, id, patch).await?;
    Ok(done(state, &place(id), said))
}
