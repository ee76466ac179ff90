//! `POST /api/v1/invitations/{id}/resend`

use super::Invitation;
use crate::prelude::*;

failures!(reads: NotFound, InvalidTransition, QuotaExceeded, IdempotencyConflict);

/// Sends an open invitation again, five times at most.
#[utoipa::path(post, path = "/api/v1/invitations/{id}/resend", tag = "invitations", operation_id = "resend_invitation",
    params(("id" = String, Path, description = "The invitation's id, `ivt_…`.")),
    responses((status = 200, description = "The invitation.", body = Invitation), Failure))]
pub(super) async fn resend(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<InvitationId>,
) -> Answer<Invitation> {
    shown(app::invitations::resend_invitation(&app, &ctx, project, id).await?)
}
