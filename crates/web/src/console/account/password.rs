//! Another password.

use app::accounts::change_password;
use axum::extract::{Form, State};
use kernel::ProblemCode;
use serde::Deserialize;

use super::{show::form, tokens};
use crate::{
    answer::{PageResult, done},
    door::Console,
    state::WebState,
};

/// What the form says. Passwords are typed again where something is wrong.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Answers {
    current_password: String,
    password: String,
}

/// `POST /console/account/password`.
pub(super) async fn change(
    State(state): State<WebState>,
    console: Console,
    Form(answers): Form<Answers>,
) -> PageResult {
    let (app, ctx, keep) = (&console.app, &console.ctx, console.session.id);
    let (current, new) = (&answers.current_password, &answers.password);
    let Err(error) = change_password(app, ctx, current, new, keep).await else {
        return Ok(done(&state, "/console/account", "password_changed"));
    };
    let problem = error.problem();
    let refused =
        (problem.code == ProblemCode::RateLimited).then_some(console.f.t.account.too_often);
    if problem.fields.is_empty() && refused.is_none() {
        return Err(error.into());
    }
    form(
        &console,
        &tokens::Answers::default(),
        &problem.fields,
        refused,
    )
    .await
}
