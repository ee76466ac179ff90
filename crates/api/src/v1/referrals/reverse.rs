//! `POST /api/v1/referrals/{id}/reverse`

use super::Referral;
use crate::prelude::*;

failures!(writes: NotFound, InvalidTransition);

/// Undoes a referral and takes back what it earned.
#[utoipa::path(post, path = "/api/v1/referrals/{id}/reverse", tag = "referrals", operation_id = "reverse_referral",
    params(("id" = String, Path, description = "The referral's id, `ref_…`.")),
    request_body = Reason,
    responses((status = 200, description = "The referral.", body = Referral), Failure))]
pub(super) async fn reverse(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<ReferralId>,
    Valid(Reason { reason }): Valid<Reason>,
) -> Answer<Referral> {
    shown(app::referrals::reverse_referral(&app, &ctx, project, id, reason).await?)
}
