//! `POST /api/v1/invitations/{id}/revoke`

use super::Invitation;
use crate::prelude::*;

failures!(reads: NotFound, InvalidTransition, IdempotencyConflict);

/// Takes an open invitation back.
#[utoipa::path(post, path = "/api/v1/invitations/{id}/revoke", tag = "invitations", operation_id = "revoke_invitation",
    params(("id" = String, Path, description = "The invitation's id, `ivt_…`.")),
    responses((status = 200, description = "The invitation.", body = Invitation), Failure))]
pub(super) async fn revoke(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<InvitationId>,
) -> Answer<Invitation> {
    shown(app::invitations::revoke_invitation(&app, &ctx, project, id).await?)
}
