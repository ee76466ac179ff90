//! Who brought in most.

use domain::{people::Permission, referrals::Standing};
use kernel::{Actor, Ctx, MemberId, ProgramId, ProjectId};
use serde::{Deserialize, Serialize};
use store::{Conn, InProject, StoreResult};

use crate::{App, AppResult, access::known_member, masking::masked};

/// The most places of a leaderboard.
const PLACES: u64 = 100;
/// Places before and after a member's own.
const AROUND: u64 = 2;

/// One place of a leaderboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leader {
    /// The place, from 1. Of two with the same number the one who joined first comes first.
    pub rank: u64,
    /// Who.
    pub member: MemberId,
    /// The name as others may see it: `A•••a`.
    pub name: String,
    /// Referrals that qualified and were not taken back.
    pub qualified: u32,
}

/// The members of a program with the most qualified referrals, at most `limit` and 100. Members may see it.
pub async fn leaderboard(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    program: ProgramId,
    limit: u64,
) -> AppResult<Vec<Leader>> {
    match ctx.actor {
        Actor::Member(member) => drop(known_member(app, project, member).await?),
        _ => app.authorize(ctx, project, Permission::StatsRead).await?,
    }
    Ok(leaders(app, project, program, limit).await?)
}

/// The same for whoever asks.
pub(super) async fn leaders(
    app: &App,
    project: ProjectId,
    program: ProgramId,
    limit: u64,
) -> StoreResult<Vec<Leader>> {
    // The standings are what a follower has made of the log: behind anyway.
    let reader = app.store().read_lagging();
    let scope = reader.project(project);
    let leaders = scope
        .standings()
        .leaders(program, limit.clamp(1, PLACES))
        .await?;
    named(scope, leaders, 1).await
}

/// A member's own place with up to two before and two after it; nothing where the member has brought in nobody.
pub async fn neighbourhood(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    program: ProgramId,
    member: MemberId,
) -> AppResult<Vec<Leader>> {
    app.authorize_self(ctx, project, member, Permission::StatsRead)
        .await?;
    let reader = app.store().read();
    let scope = reader.project(project);
    let standings = scope.standings();
    let Some(own) = standings
        .find(program, member)
        .await?
        .filter(|own| own.qualified > 0)
    else {
        return Ok(Vec::new());
    };
    let rank = standings.rank(&own).await?;
    let mut around = standings.before(&own, AROUND).await?;
    let first = rank.saturating_sub(around.len() as u64).max(1);
    let after = standings.after(&own, AROUND).await?;
    around.push(own);
    around.extend(after);
    Ok(named(scope, around, first).await?)
}

async fn named<C: Conn>(
    scope: InProject<'_, C>,
    standings: Vec<Standing>,
    first: u64,
) -> StoreResult<Vec<Leader>> {
    let ids: Vec<MemberId> = standings.iter().map(|standing| standing.member).collect();
    let members = scope.members().find_all(&ids).await?;
    Ok(standings
        .into_iter()
        .zip(first..)
        .map(|(standing, rank)| Leader {
            rank,
            member: standing.member,
            name: members
                .get(&standing.member)
                .map(masked)
                .unwrap_or_default(),
            qualified: standing.qualified,
        })
        .collect())
}
