//! `GET /api/v1/stats/series`

use chrono::NaiveDate;

use super::StatsQuery;
use crate::prelude::*;

/// One day.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the name on the wire")]
pub(super) struct Day {
    /// The day (UTC).
    day: NaiveDate,
    /// Clicks on links, without those of robots.
    clicks: i64,
    /// Sign-ups that were attributed.
    sign_ups: i64,
    /// Referrals that qualified.
    qualified: i64,
    /// Referrals that were rewarded.
    rewarded: i64,
}

impl From<app::stats::Day> for Day {
    fn from(day: app::stats::Day) -> Self {
        let app::stats::Day {
            day,
            clicks,
            sign_ups,
            qualified,
            rewarded,
        } = day;
        Self {
            day,
            clicks,
            sign_ups,
            qualified,
            rewarded,
        }
    }
}

failures!(reads: NotFound, ValidationFailed);

/// Lists the figures of each day, oldest first.
#[utoipa::path(get, path = "/api/v1/stats/series", tag = "stats", operation_id = "list_days", params(StatsQuery),
    responses((status = 200, description = "Every day asked for.", body = Page<Day>), Failure))]
pub(super) async fn series(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(query): Params<StatsQuery>,
) -> Answer<Page<Day>> {
    shown(Page::whole(
        app::stats::series(&app, &ctx, project, query.into()).await?,
    ))
}
