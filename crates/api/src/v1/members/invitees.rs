//! `GET /api/v1/members/{id}/invitees`

use super::Member;
use crate::{prelude::*, v1::referrals::Referral};

list_query! {
    /// Which invitees.
    InviteesQuery {
        /// Only those in this program, `prg_…`.
        #[param(value_type = Option<String>)]
        program_id: Option<ProgramId>,
    }
}

/// Somebody whom a member invited.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Invitee {
    /// How, and what became of it.
    referral: Referral,
    /// Who.
    member: Member,
    /// How many they have invited in turn, in all programs.
    invited: u32,
}

impl From<app::members::Invitee> for Invitee {
    fn from(invitee: app::members::Invitee) -> Self {
        Self {
            referral: invitee.referral.into(),
            member: invitee.member.into(),
            invited: invitee.invited,
        }
    }
}

failures!(reads: NotFound, ValidationFailed);

/// Lists whom a member invited, with what those are and how many they invited in turn.
#[utoipa::path(get, path = "/api/v1/members/{id}/invitees", tag = "members", operation_id = "list_invitees",
    params(("id" = String, Path, description = "The member's id, `mem_…`."), InviteesQuery),
    responses((status = 200, description = "A page of invitees.", body = Page<Invitee>), Failure))]
pub(super) async fn invitees(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<MemberId>,
    Params(query): Params<InviteesQuery>,
) -> Answer<Page<Invitee>> {
    let page = query.page()?;
    shown(app::members::invitees(&app, &ctx, project, id, query.program_id, page).await?)
}
