//! `GET /api/v1/me/leaderboard`

use super::MyProgramQuery;
use crate::prelude::*;

/// The best of a program, and those around the member.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MyLeaderboard {
    /// The first ten.
    top: Vec<MyPlace>,
    /// The member with up to two before and two after; empty where the member has brought in nobody.
    around: Vec<MyPlace>,
}

/// A place on the leaderboard, which gives nobody away.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MyPlace {
    /// The place, from 1.
    rank: u64,
    /// The name, masked.
    name: String,
    /// Referrals that qualified and were not taken back.
    qualified: u32,
    /// Whether it is the member's own.
    me: bool,
}

impl From<app::me::MyPlace> for MyPlace {
    fn from(place: app::me::MyPlace) -> Self {
        let app::me::MyPlace {
            rank,
            name,
            qualified,
            me,
        } = place;
        Self {
            rank,
            name,
            qualified,
            me,
        }
    }
}

failures!(reads: NotFound, ValidationFailed);

/// Shows who brought in the most, and where the member stands among them.
#[utoipa::path(get, path = "/api/v1/me/leaderboard", tag = "me", operation_id = "get_my_leaderboard",
    params(MyProgramQuery),
    responses((status = 200, description = "The leaderboard.", body = MyLeaderboard), Failure))]
pub(super) async fn leaderboard(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(MyProgramQuery { program_id }): Params<MyProgramQuery>,
) -> Answer<MyLeaderboard> {
    let board = app::me::my_leaderboard(&app, &ctx, project, program_id).await?;
    shown(MyLeaderboard {
        top: board.top.into_iter().map(Into::into).collect(),
        around: board.around.into_iter().map(Into::into).collect(),
    })
}
