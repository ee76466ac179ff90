//! `GET /api/v1/referrals/{id}/decisions`

use crate::{prelude::*, v1::events::Event};

failures!(reads: NotFound);

/// Lists the events that touched a referral, each with its decision record.
#[utoipa::path(get, path = "/api/v1/referrals/{id}/decisions", tag = "referrals", operation_id = "list_decisions",
    params(("id" = String, Path, description = "The referral's id, `ref_…`.")),
    responses((status = 200, description = "Every event of the referral.", body = Page<Event>), Failure))]
pub(super) async fn decisions(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<ReferralId>,
) -> Answer<Page<Event>> {
    let events = app::referrals::list_decisions(&app, &ctx, project, id).await?;
    shown(Page::whole(events))
}
