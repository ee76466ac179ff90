//! What is done to a key.

use app::keys::{revoke_key, rotate_key};
use axum::extract::{Form, Path, State};
use serde::Deserialize;

use super::{Names, show_secret};
use crate::{
    answer::{PageResult, done},
    door::Desk,
    state::WebState,
};

/// What the form says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Rotation {
    overlap: String,
}

/// `POST …/keys/{key}/rotate`.
pub(super) async fn rotate(
    desk: Desk,
    Path((_, _, key)): Names,
    Form(rotation): Form<Rotation>,
) -> PageResult {
    let hours = rotation.overlap.parse().unwrap_or(0);
    let made = rotate_key(&desk.app, &desk.ctx, desk.project.id, key, hours).await?;
    Ok(show_secret(&desk, &made))
}

/// `POST …/keys/{key}/revoke`.
pub(super) async fn revoke(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, key)): Names,
) -> PageResult {
    revoke_key(&desk.app, &desk.ctx, desk.project.id, key).await?;
    Ok(done(&state, &desk.at("keys"), "key_revoked"))
}
