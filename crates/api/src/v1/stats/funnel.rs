//! `GET /api/v1/stats/funnel`

use super::{Funnel, StatsQuery};
use crate::prelude::*;

failures!(reads: NotFound, ValidationFailed);

/// Shows how many came how far.
#[utoipa::path(get, path = "/api/v1/stats/funnel", tag = "stats", operation_id = "get_funnel", params(StatsQuery),
    responses((status = 200, description = "The funnel.", body = Funnel), Failure))]
pub(super) async fn funnel(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(query): Params<StatsQuery>,
) -> Answer<Funnel> {
    shown(app::stats::funnel(&app, &ctx, project, query.into()).await?)
}
