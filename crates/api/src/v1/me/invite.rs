//! `POST /api/v1/me/invitations`

use cache::LimitClass;

use crate::{door, limits, prelude::*, refusal::Refusal, v1::invitations::Invitation};

/// Whom to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MyInvitation {
    /// The program, `prg_…`.
    #[schema(value_type = String)]
    program_id: ProgramId,
    /// Who is invited.
    #[schema(format = "email", max_length = 191)]
    email: String,
}

impl Validate for MyInvitation {}

failures!(writes: NotFound, ProgramNotActive, QuotaExceeded, Conflict, SelfInvitation);

/// Sends an invitation by e-mail in the member's name. How many a member may send is limited.
#[utoipa::path(post, path = "/api/v1/me/invitations", tag = "me", operation_id = "send_my_invitation",
    request_body = MyInvitation,
    responses((status = 201, description = "The invitation.", body = Invitation), Failure))]
pub(super) async fn invite(
    State(state): State<ApiState>,
    Caller { ctx, project }: Caller,
    Valid(MyInvitation { program_id, email }): Valid<MyInvitation>,
) -> Made<Invitation> {
    let verdict = state
        .limiter
        .check(LimitClass::Send, &door::quota_key(&ctx.actor))
        .await;
    if !verdict.allowed {
        return Err(Refusal::from(limits::problem(&verdict)));
    }
    made(app::me::my_invitation(&state.app, &ctx, project, program_id, &email).await?)
}
