//! What is done to an endpoint.

use app::webhooks::{EndpointPatch, delete_endpoint, rotate_secret, send_test, update_endpoint};
use axum::extract::{Path, State};
use kernel::EndpointId;

use super::{Names, place, show_secret};
use crate::{
    answer::{PageResult, done},
    door::Desk,
    state::WebState,
};

/// `POST …/webhooks/{endpoint}/pause`.
pub(super) async fn pause(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, id)): Names,
) -> PageResult {
    set_enabled(&state, &desk, id, false, "webhook_paused").await
}

/// `POST …/webhooks/{endpoint}/resume`.
pub(super) async fn resume(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, id)): Names,
) -> PageResult {
    set_enabled(&state, &desk, id, true, "webhook_resumed").await
}

async fn set_enabled(
    state: &WebState,
    desk: &Desk,
    id: EndpointId,
    enabled: bool,
    said: &'static str,
) -> PageResult {
    let patch = EndpointPatch {
        enabled: Some(enabled),
        ..EndpointPatch::default()
    };
    update_endpoint(&desk.app, &desk.ctx, desk.project.id, id, patch).await?;
    Ok(done(state, &place(desk, id), said))
}

/// `POST …/webhooks/{endpoint}/test`.
pub(super) async fn test(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, id)): Names,
) -> PageResult {
    let message = send_test(&desk.app, &desk.ctx, desk.project.id, id).await?;
    let to = desk.at(&format!("webhooks/messages/{}", message.id));
    Ok(done(&state, &to, "webhook_tested"))
}

/// `POST …/webhooks/{endpoint}/rotate`.
pub(super) async fn rotate(desk: Desk, Path((_, _, id)): Names) -> PageResult {
    let made = rotate_secret(&desk.app, &desk.ctx, desk.project.id, id).await?;
    Ok(show_secret(&desk, &made))
}

/// `POST …/webhooks/{endpoint}/delete`.
pub(super) async fn delete(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, id)): Names,
) -> PageResult {
    delete_endpoint(&desk.app, &desk.ctx, desk.project.id, id).await?;
    Ok(done(&state, &desk.at("webhooks"), "webhook_deleted"))
}
