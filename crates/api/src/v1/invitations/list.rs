//! `GET /api/v1/invitations`

use app::invitations::InvitationFilter;
use domain::invitations::InvitationState as DomainState;

use super::{Invitation, InvitationState};
use crate::prelude::*;

list_query! {
    /// Which invitations.
    InvitationsQuery {
        /// Only of this program, `prg_…`.
        #[param(value_type = Option<String>)]
        program_id: Option<ProgramId>,
        /// Only by this member, `mem_…`.
        #[param(value_type = Option<String>)]
        inviter_id: Option<MemberId>,
        /// Only in this state.
        #[param(inline, value_type = Option<InvitationState>)]
        state: Option<DomainState>,
    }
}

failures!(reads: ValidationFailed);

/// Lists addressed invitations.
#[utoipa::path(get, path = "/api/v1/invitations", tag = "invitations", operation_id = "list_invitations",
    params(InvitationsQuery),
    responses((status = 200, description = "A page of invitations.", body = Page<Invitation>), Failure))]
pub(super) async fn list(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(query): Params<InvitationsQuery>,
) -> Answer<Page<Invitation>> {
    let filter = InvitationFilter {
        program: query.program_id,
        inviter: query.inviter_id,
        state: query.state,
    };
    shown(app::invitations::list_invitations(&app, &ctx, project, filter, query.page()?).await?)
}
