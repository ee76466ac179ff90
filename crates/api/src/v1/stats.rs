//! Statistics.

use chrono::NaiveDate;

use crate::prelude::*;

mod attention;
mod channels;
mod funnel;
mod leaderboard;
mod series;
mod totals;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(funnel::funnel))
        .routes(routes!(series::series))
        .routes(routes!(channels::channels))
        .routes(routes!(totals::totals))
        .routes(routes!(leaderboard::leaderboard))
        .routes(routes!(attention::attention))
}

/// Of what, and for which days.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct StatsQuery {
    /// The program, `prg_…`; absent: the whole project.
    #[param(value_type = Option<String>)]
    program_id: Option<ProgramId>,
    /// The first day (UTC), `2026-11-01`.
    from: NaiveDate,
    /// The last day (UTC), `2026-11-30`.
    to: NaiveDate,
}

/// How many came how far.
#[derive(Debug, Serialize, ToSchema)]
struct Funnel {
    /// Clicks on links, without those of robots.
    clicks: i64,
    /// Sign-ups that were attributed.
    sign_ups: i64,
    /// Referrals that qualified.
    qualified: i64,
    /// Referrals that were rewarded.
    rewarded: i64,
    /// Grants made.
    grants: i64,
}

impl From<StatsQuery> for app::stats::StatsQuery {
    fn from(
        StatsQuery {
            program_id,
            from,
            to,
        }: StatsQuery,
    ) -> Self {
        Self {
            program: program_id,
            from,
            to,
        }
    }
}

impl From<app::stats::Funnel> for Funnel {
    fn from(funnel: app::stats::Funnel) -> Self {
        let app::stats::Funnel {
            clicks,
            sign_ups,
            qualified,
            rewarded,
            grants,
        } = funnel;
        Self {
            clicks,
            sign_ups,
            qualified,
            rewarded,
            grants,
        }
    }
}
