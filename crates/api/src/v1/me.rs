//! What members do for themselves, with a token of the host application.

use crate::prelude::*;

mod claim;
mod invite;
mod leaderboard;
mod link;
mod notices;
mod overview;
mod progress;
mod read;
mod referrals;
mod rewards;
mod transfers;
mod waitlist;

/// Which program.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct MyProgramQuery {
    /// The program, `prg_…`.
    #[param(value_type = String)]
    pub(super) program_id: ProgramId,
}

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(overview::overview))
        .routes(routes!(link::link))
        .routes(routes!(referrals::referrals))
        .routes(routes!(rewards::rewards))
        .routes(routes!(transfers::transfers))
        .routes(routes!(leaderboard::leaderboard))
        .routes(routes!(progress::progress))
        .routes(routes!(waitlist::waitlist))
        .routes(routes!(notices::notices))
        .routes(routes!(read::read))
        .routes(routes!(claim::claim))
        .routes(routes!(invite::invite))
}
