//! `GET /api/v1/me/waitlist`

use super::MyProgramQuery;
use crate::prelude::*;

/// The member's place in a waitlist.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MyWaitlist {
    /// The place, from 1.
    position: u64,
    /// How many stand before.
    ahead: u64,
    /// How many the member has brought in.
    invited: u32,
    /// Places that one more moves the member up.
    move_up: u32,
    /// Places that those brought in have moved the member up, as far as there were so many.
    moved: u64,
}

failures!(reads: NotFound, ValidationFailed);

/// Shows the member's place in a waitlist.
#[utoipa::path(get, path = "/api/v1/me/waitlist", tag = "me", operation_id = "get_my_waitlist",
    params(MyProgramQuery),
    responses((status = 200, description = "The place.", body = MyWaitlist), Failure))]
pub(super) async fn waitlist(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(MyProgramQuery { program_id }): Params<MyProgramQuery>,
) -> Answer<MyWaitlist> {
    let app::me::MyWaitlist {
        position,
        ahead,
        invited,
        move_up,
        moved,
    } = app::me::my_waitlist(&app, &ctx, project, program_id).await?;
    shown(MyWaitlist {
        position,
        ahead,
        invited,
        move_up,
        moved,
    })
}
