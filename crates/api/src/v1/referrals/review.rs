//! `POST /api/v1/referrals/{id}/review`

use super::Referral;
use crate::prelude::*;

/// A person's decision about a referral.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Review {
    /// Whether the referral counts. `false` rejects it with the grants that wait.
    accept: bool,
    /// Why, in at most 255 characters.
    #[schema(max_length = 255, min_length = 1)]
    reason: String,
}

impl Validate for Review {}

failures!(writes: NotFound, InvalidTransition);

/// Accepts or rejects a referral that risk has marked.
#[utoipa::path(post, path = "/api/v1/referrals/{id}/review", tag = "referrals", operation_id = "review_referral",
    params(("id" = String, Path, description = "The referral's id, `ref_…`.")),
    request_body = Review,
    responses((status = 200, description = "The referral.", body = Referral), Failure))]
pub(super) async fn review(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<ReferralId>,
    Valid(Review { accept, reason }): Valid<Review>,
) -> Answer<Referral> {
    let review = app::referrals::Review { accept, reason };
    shown(app::referrals::review_referral(&app, &ctx, project, id, review).await?)
}
