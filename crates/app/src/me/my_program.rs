//! Where the member stands in a program, and what is to be had there.

use domain::{
    programs::{Program, ProgramStatus},
    rewards::{Progress, progress},
};
use kernel::{Ctx, MemberId, ProblemCode, ProgramId, ProjectId};

use super::myself;
use crate::{
    App, AppResult,
    stats::{Leader, neighbourhood, top},
    waitlist,
};

/// Places that a member sees of the top.
const TOP: u64 = 10;

/// The best of a program and those around the member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyLeaderboard {
    /// The first ten.
    pub top: Vec<MyPlace>,
    /// The member with up to two before and two after; empty where the member has brought in nobody.
    pub around: Vec<MyPlace>,
}

/// One place, which gives nobody away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyPlace {
    /// The place, from 1.
    pub rank: u64,
    /// The name, masked.
    pub name: String,
    /// Referrals that qualified and were not taken back.
    pub qualified: u32,
    /// Whether it is the member's own.
    pub me: bool,
}

/// The member's place in a waitlist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MyWaitlist {
    /// The place, from 1.
    pub position: u64,
    /// How many stand before.
    pub ahead: u64,
    /// How many the member has brought in.
    pub invited: u32,
    /// Places that one more moves the member up.
    pub move_up: u32,
    /// Places that those brought in have moved the member up, as far as there were so many, at today's `move_up`.
    pub moved: u64,
}

/// The best of a program and those around the member.
///
/// # Errors
/// `not_found`.
pub async fn my_leaderboard(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    program: ProgramId,
) -> AppResult<MyLeaderboard> {
    let me = myself(app, ctx, project).await?.id;
    seen(app, project, program).await?;
    let places = |leaders: Vec<Leader>| leaders.into_iter().map(|it| place(it, me)).collect();
    Ok(MyLeaderboard {
        top: places(top(app, project, program, TOP).await?),
        around: places(neighbourhood(app, ctx, project, program, me).await?),
    })
}

/// What each rule of a program has in store for the member, in the order of the rules.
///
/// # Errors
/// `not_found`.
pub async fn my_progress(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    program: ProgramId,
) -> AppResult<Vec<Progress>> {
    let me = myself(app, ctx, project).await?.id;
    let program = seen(app, project, program).await?;
    let reader = app.store().read();
    let standings = reader.project(project).standings();
    let own = standings.find(program.id, me).await?;
    let (registered, qualified) = own.map_or((0, 0), |own| (own.registered, own.qualified));
    let rules = program.settings.rules.iter();
    Ok(rules
        .map(|rule| progress(rule, registered, qualified))
        .collect())
}

/// The member's place in a waitlist.
///
/// # Errors
/// `not_found` also where the member is not in it.
pub async fn my_waitlist(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    program: ProgramId,
) -> AppResult<MyWaitlist> {
    let me = myself(app, ctx, project).await?.id;
    let program = seen(app, project, program).await?;
    let waitlist::Position {
        position,
        ahead,
        invited,
    } = waitlist::position(app, ctx, project, program.id, me).await?;
    let move_up = program.settings.waitlist.move_up;
    Ok(MyWaitlist {
        position,
        ahead,
        invited,
        move_up,
        moved: u64::from(invited) * u64::from(move_up),
    })
}

/// A program that members know of: not one that is still being written.
async fn seen(app: &App, project: ProjectId, id: ProgramId) -> AppResult<Program> {
    let reader = app.store().read();
    let found = reader.project(project).programs().find(id).await?;
    found
        .filter(|program| program.status != ProgramStatus::Draft)
        .ok_or_else(|| ProblemCode::NotFound.into())
}

fn place(leader: Leader, me: MemberId) -> MyPlace {
    MyPlace {
        rank: leader.rank,
        name: leader.name,
        qualified: leader.qualified,
        me: leader.member == me,
    }
}
