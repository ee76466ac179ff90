//! `GET /api/v1/referrals/{id}`

use super::Referral;
use crate::prelude::*;

failures!(reads: NotFound);

/// Shows a referral.
#[utoipa::path(get, path = "/api/v1/referrals/{id}", tag = "referrals", operation_id = "get_referral",
    params(("id" = String, Path, description = "The referral's id, `ref_…`.")),
    responses((status = 200, description = "The referral.", body = Referral), Failure))]
pub(super) async fn get(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<ReferralId>,
) -> Answer<Referral> {
    shown(app::referrals::get_referral(&app, &ctx, project, id).await?)
}
