//! `GET /api/v1/members/{id}/referrals`

use app::referrals::ReferralFilter;

use crate::{prelude::*, v1::referrals::Referral};

list_query! {
    /// Which referrals.
    MemberReferralsQuery {}
}

failures!(reads: ValidationFailed);

/// Lists whom a member invited.
#[utoipa::path(get, path = "/api/v1/members/{id}/referrals", tag = "members", operation_id = "list_member_referrals",
    params(("id" = String, Path, description = "The member's id, `mem_…`."), MemberReferralsQuery),
    responses((status = 200, description = "A page of referrals.", body = Page<Referral>), Failure))]
pub(super) async fn referrals(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<MemberId>,
    Params(query): Params<MemberReferralsQuery>,
) -> Answer<Page<Referral>> {
    let filter = ReferralFilter {
        inviter: Some(id),
        ..ReferralFilter::default()
    };
    shown(app::referrals::list_referrals(&app, &ctx, project, filter, query.page()?).await?)
}
