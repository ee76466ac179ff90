//! `GET /api/v1/stats/channels`

use super::StatsQuery;
use crate::prelude::*;

/// One channel.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Channel {
    /// Its name.
    name: String,
    /// Clicks on links, without those of robots.
    clicks: i64,
    /// Sign-ups that were attributed.
    sign_ups: i64,
    /// Referrals that qualified.
    qualified: i64,
}

impl From<app::stats::Channel> for Channel {
    fn from(channel: app::stats::Channel) -> Self {
        let app::stats::Channel {
            name,
            clicks,
            sign_ups,
            qualified,
        } = channel;
        Self {
            name,
            clicks,
            sign_ups,
            qualified,
        }
    }
}

failures!(reads: NotFound, ValidationFailed);

/// Lists the figures of each channel.
#[utoipa::path(get, path = "/api/v1/stats/channels", tag = "stats", operation_id = "list_channels", params(StatsQuery),
    responses((status = 200, description = "Every channel.", body = Page<Channel>), Failure))]
pub(super) async fn channels(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(query): Params<StatsQuery>,
) -> Answer<Page<Channel>> {
    shown(Page::whole(
        app::stats::channels(&app, &ctx, project, query.into()).await?,
    ))
}
