//! What time does: holds end, grants and referrals expire.

use domain::{
    referrals::{Move, ReferralState},
    rewards::GrantState,
};
use kernel::{Ctx, GrantId, ProjectId, ReferralId};
use store::StoreResult;

use super::Life;
use crate::{App, AppError, AppResult};

/// Rows looked for at once.
const SET: u64 = 100;
/// The most sets of one run; the next run goes on.
const SETS: usize = 100;

/// Ends the holds and the lives of grants whose time has come. Tells how many grants it moved. One that cannot be
/// moved stays and is told to the log.
///
/// # Errors
/// The database cannot be asked.
pub async fn release_due(app: &App, ctx: &Ctx) -> AppResult<usize> {
    let mut all = 0;
    for _ in 0..SETS {
        let moved = move_grants(app, ctx).await?;
        all += moved;
        if moved == 0 {
            break;
        }
    }
    Ok(all)
}

/// Ends the referrals that did not qualify in time. Tells how many. One that cannot be ended stays and is told to the
/// log.
///
/// # Errors
/// The database cannot be asked.
pub async fn expire_due(app: &App, ctx: &Ctx) -> AppResult<usize> {
    let mut all = 0;
    for _ in 0..SETS {
        let ended = expire_referrals(app, ctx).await?;
        all += ended;
        if ended == 0 {
            break;
        }
    }
    Ok(all)
}

async fn move_grants(app: &App, ctx: &Ctx) -> AppResult<usize> {
    let now = ctx.now();
    let due: StoreResult<Vec<_>> = app
        .store()
        .transact(move |tx| Box::pin(async move { tx.grants_due(now, SET).await }))
        .await;
    let mut moved = 0;
    for (project, id) in due? {
        match move_grant(app, ctx, project, id).await {
            Ok(did) => moved += usize::from(did),
            Err(error) => tracing::error!(grant = %id, %error, "a grant could not be moved on"),
        }
    }
    Ok(moved)
}

async fn expire_referrals(app: &App, ctx: &Ctx) -> AppResult<usize> {
    let now = ctx.now();
    let due: StoreResult<Vec<_>> = app
        .store()
        .transact(move |tx| Box::pin(async move { tx.referrals_due(now, SET).await }))
        .await;
    let mut ended = 0;
    for (project, id) in due? {
        match expire_referral(app, ctx, project, id).await {
            Ok(did) => ended += usize::from(did),
            Err(error) => tracing::error!(referral = %id, %error, "a referral could not be ended"),
        }
    }
    Ok(ended)
}

/// Moves one grant on, unless somebody else did meanwhile.
async fn move_grant(app: &App, ctx: &Ctx, project: ProjectId, id: GrantId) -> AppResult<bool> {
    let own = ctx.clone();
    app.store()
        .transact(move |tx| {
            let ctx = own.clone();
            Box::pin(async move {
                let mut life = Life::new(tx, &ctx, project);
                let grant = life.lock(id).await?;
                if grant.due_at.is_none_or(|due| due > ctx.now()) {
                    return Ok::<_, AppError>(false);
                }
                match grant.state {
                    GrantState::Held if grant.approval => life.ask_approval(grant).await?,
                    GrantState::Held => life.release(grant, Some("hold_ended")).await?,
                    GrantState::Available => life.expire(grant).await?,
                    _ => return Ok(false),
                };
                life.emit();
                Ok(true)
            })
        })
        .await
}

async fn expire_referral(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: ReferralId,
) -> AppResult<bool> {
    let own = ctx.clone();
    app.store()
        .transact(move |tx| {
            let ctx = own.clone();
            Box::pin(async move {
                let mut life = Life::new(tx, &ctx, project);
                let referral = life.lock_referral(id).await?;
                let due = referral.expires_at.is_some_and(|end| end <= ctx.now());
                if !due || referral.state != ReferralState::Registered {
                    return Ok::<_, AppError>(false);
                }
                life.advance(referral, Move::Expire, Some("not_qualified_in_time"))
                    .await?;
                life.emit();
                Ok(true)
            })
        })
        .await
}
