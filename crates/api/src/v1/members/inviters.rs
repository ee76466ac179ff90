//! `GET /api/v1/members/{id}/inviters`

use super::Member;
use crate::{prelude::*, v1::referrals::Referral};

/// Somebody who invited a member.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Inviter {
    /// How, and what became of it.
    referral: Referral,
    /// Who; null where the code was the program's own.
    #[schema(required)]
    member: Option<Member>,
}

impl From<app::members::Inviter> for Inviter {
    fn from(inviter: app::members::Inviter) -> Self {
        Self {
            referral: inviter.referral.into(),
            member: inviter.member.map(Into::into),
        }
    }
}

failures!(reads: NotFound);

/// Lists who invited a member: at most one in each program.
#[utoipa::path(get, path = "/api/v1/members/{id}/inviters", tag = "members", operation_id = "list_inviters",
    params(("id" = String, Path, description = "The member's id, `mem_…`.")),
    responses((status = 200, description = "The inviters.", body = Page<Inviter>), Failure))]
pub(super) async fn inviters(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<MemberId>,
) -> Answer<Page<Inviter>> {
    shown(Page::whole(
        app::members::inviter_of(&app, &ctx, project, id).await?,
    ))
}
