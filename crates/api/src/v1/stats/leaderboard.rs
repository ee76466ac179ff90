//! `GET /api/v1/stats/leaderboard`

use crate::prelude::*;

/// Of which program, and around whom.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct LeaderboardQuery {
    /// The program, `prg_…`.
    #[param(value_type = String)]
    program_id: ProgramId,
    /// Show those around this member, `mem_…`, instead of the first.
    #[param(value_type = Option<String>)]
    around: Option<MemberId>,
    /// At most so many: 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
}

/// A place on the leaderboard.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Leader {
    /// The place, from 1.
    rank: u64,
    /// Who, `mem_…`.
    member_id: String,
    /// The name as others may see it.
    name: String,
    /// Referrals that qualified and were not taken back.
    qualified: u32,
}

impl From<app::stats::Leader> for Leader {
    fn from(leader: app::stats::Leader) -> Self {
        Self {
            rank: leader.rank,
            member_id: leader.member.to_string(),
            name: leader.name,
            qualified: leader.qualified,
        }
    }
}

failures!(reads: NotFound, ValidationFailed);

/// Lists who brought in the most qualified referrals.
#[utoipa::path(get, path = "/api/v1/stats/leaderboard", tag = "stats", operation_id = "list_leaders",
    params(LeaderboardQuery),
    responses((status = 200, description = "The leaders, or those around a member.", body = Page<Leader>), Failure))]
pub(super) async fn leaderboard(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(LeaderboardQuery {
        program_id,
        around,
        limit,
    }): Params<LeaderboardQuery>,
) -> Answer<Page<Leader>> {
    let leaders = if let Some(member) = around {
        app::stats::neighbourhood(&app, &ctx, project, program_id, member).await?
    } else {
        let limit = limit.unwrap_or(20).clamp(1, 100);
        app::stats::leaderboard(&app, &ctx, project, program_id, limit).await?
    };
    shown(Page::whole(leaders))
}
