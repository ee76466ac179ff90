//! The queue of a waitlist.

use domain::people::Permission;
use kernel::{Ctx, MemberId, ProblemCode, ProgramId, ProjectId};
use serde::{Deserialize, Serialize};

use crate::{App, AppResult};

/// A member's place in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The place, from 1.
    pub position: u64,
    /// How many stand before.
    pub ahead: u64,
    /// How many the member has brought in.
    pub invited: u32,
}

/// A member's place in a waitlist.
///
/// # Errors
/// `not_found` where the member is not in it.
pub async fn position(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    program: ProgramId,
    member: MemberId,
) -> AppResult<Position> {
    app.authorize_self(ctx, project, member, Permission::MembersRead)
        .await?;
    let reader = app.store().read();
    let standings = reader.project(project).standings();
    let standing = standings
        .find(program, member)
        .await?
        .ok_or(ProblemCode::NotFound)?;
    let key = standing.wait_key.ok_or(ProblemCode::NotFound)?;
    let position = standings.wait_position(program, key).await?;
    Ok(Position {
        position,
        ahead: position - 1,
        invited: standing.registered,
    })
}
