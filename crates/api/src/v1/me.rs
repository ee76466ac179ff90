//! What members do for themselves, with a token of the host application.

use crate::prelude::*;

mod claim;
mod invite;
mod link;
mod notices;
mod overview;
mod read;
mod referrals;
mod rewards;
mod transfers;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(overview::overview))
        .routes(routes!(link::link))
        .routes(routes!(referrals::referrals))
        .routes(routes!(rewards::rewards))
        .routes(routes!(transfers::transfers))
        .routes(routes!(notices::notices))
        .routes(routes!(read::read))
        .routes(routes!(claim::claim))
        .routes(routes!(invite::invite))
}
