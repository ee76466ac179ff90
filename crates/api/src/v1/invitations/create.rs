//! `POST /api/v1/invitations`

use super::Invitation;
use crate::prelude::*;

/// An invitation to be sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewInvitation {
    /// The program, `prg_…`.
    #[schema(value_type = String)]
    program_id: ProgramId,
    /// Who invites, `mem_…`.
    #[schema(value_type = String)]
    inviter_id: MemberId,
    /// Who is invited.
    #[schema(format = "email", max_length = 191)]
    email: String,
    /// A line from the inviter.
    message: Option<String>,
}

impl Validate for NewInvitation {}

failures!(writes: NotFound, ProgramNotActive, QuotaExceeded, Conflict, SelfInvitation);

/// Sends an invitation by e-mail, with the inviter's own code.
#[utoipa::path(post, path = "/api/v1/invitations", tag = "invitations", operation_id = "send_invitation",
    request_body = NewInvitation,
    responses((status = 201, description = "The invitation.", body = Invitation), Failure))]
pub(super) async fn create(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Valid(new): Valid<NewInvitation>,
) -> Made<Invitation> {
    let NewInvitation {
        program_id,
        inviter_id,
        email,
        message,
    } = new;
    let new = app::invitations::NewInvitation {
        program: program_id,
        inviter: inviter_id,
        email,
        message,
    };
    made(app::invitations::send_invitation(&app, &ctx, project, new).await?)
}
