//! What people decide about a referral.

use domain::{
    people::Permission,
    referrals::{Move, Referral},
    rewards::{Grant, GrantState, GrantStep},
    risk::Verdict,
};
use kernel::{Ctx, Problem, ProblemCode, ProjectId, ReferralId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::WriteTx;

use crate::{
    App, AppResult,
    rewards::{Life, checked_reason},
};

/// A person's decision about a referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Whether it counts.
    pub accept: bool,
    /// Why, in at most 255 characters.
    pub reason: String,
}

/// Decides about a referral that the risk rules had doubts about, or refuses any that is not rewarded yet.
///
/// Accepted, its grants are released, except those that are still held or whose rule asks for an approval of its own.
/// Refused, its waiting grants are rejected.
///
/// # Errors
/// `not_found`, `validation_failed`; `invalid_transition` where its state allows neither, or there is nothing to accept.
pub async fn review_referral(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: ReferralId,
    review: Review,
) -> AppResult<Referral> {
    app.authorize(ctx, project, Permission::ReferralsReview)
        .await?;
    let reason = checked_reason(&review.reason)?;
    let own = ctx.clone();
    app.write(ctx, Some(project), move |tx| {
        let (ctx, reason) = (own.clone(), reason.clone());
        Box::pin(async move {
            let mut life = Life::new(tx, &ctx, project);
            let referral = life.lock_referral(id).await?;
            let (action, referral) = if review.accept {
                (
                    "referral.accepted",
                    accept(tx, &ctx, &mut life, referral, &reason).await?,
                )
            } else {
                (
                    "referral.rejected",
                    reject(tx, &mut life, referral, &reason).await?,
                )
            };
            life.record(action, &id.to_string(), json!({ "reason": reason }))
                .await?;
            Ok(referral)
        })
    })
    .await
}

/// Undoes a referral that qualified, and takes back everything that it earned.
///
/// # Errors
/// `not_found`, `validation_failed`, `invalid_transition`.
pub async fn reverse_referral(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: ReferralId,
    reason: String,
) -> AppResult<Referral> {
    app.authorize(ctx, project, Permission::ReferralsReview)
        .await?;
    let reason = checked_reason(&reason)?;
    let own = ctx.clone();
    app.write(ctx, Some(project), move |tx| {
        let (ctx, reason) = (own.clone(), reason.clone());
        Box::pin(async move {
            let mut life = Life::new(tx, &ctx, project);
            let referral = life.lock_referral(id).await?;
            let referral = life.advance(referral, Move::Reverse, Some(&reason)).await?;
            for grant in tx.project(project).grants().lock_of_referral(id).await? {
                // The one before may have been paid out of this one.
                let grant = life.lock(grant.id).await?;
                if grant.state.after(GrantStep::Reverse).is_ok() {
                    life.reverse(grant, Some(&reason)).await?;
                }
            }
            life.record(
                "referral.reversed",
                &id.to_string(),
                json!({ "reason": reason }),
            )
            .await?;
            Ok(referral)
        })
    })
    .await
}

async fn accept(
    tx: &WriteTx,
    ctx: &Ctx,
    life: &mut Life<'_>,
    mut referral: Referral,
    reason: &str,
) -> AppResult<Referral> {
    if referral.verdict == Verdict::Allow || !referral.state.is_earning() {
        return Err(Problem::new(
            ProblemCode::InvalidTransition,
            "There is nothing to accept.",
        )
        .into());
    }
    referral.verdict = Verdict::Allow;
    referral.updated_at = ctx.now();
    let scope = tx.project(referral.project);
    scope
        .referrals()
        .save_all(std::slice::from_ref(&referral))
        .await?;
    for mut grant in scope.grants().lock_of_referral(referral.id).await? {
        if !grant.state.is_waiting() || needs_approval(tx, &grant).await? {
            continue;
        }
        grant.approval = false;
        grant.updated_at = ctx.now();
        if grant.state == GrantState::Held {
            life.save(&grant).await?;
        } else {
            life.release(grant, Some(reason)).await?;
        }
    }
    life.lock_referral(referral.id).await
}

/// Whether the rule that made the grant asks for approval, whatever the risk rules said.
async fn needs_approval(tx: &WriteTx, grant: &Grant) -> AppResult<bool> {
    let programs = tx.project(grant.project).programs();
    let version = programs
        .version(grant.program, grant.version)
        .await?
        .ok_or(ProblemCode::NotFound)?;
    Ok(version
        .settings
        .rules
        .iter()
        .any(|rule| rule.key == grant.rule && rule.approval))
}

async fn reject(
    tx: &WriteTx,
    life: &mut Life<'_>,
    referral: Referral,
    reason: &str,
) -> AppResult<Referral> {
    let referral = life.advance(referral, Move::Reject, Some(reason)).await?;
    for grant in tx
        .project(referral.project)
        .grants()
        .lock_of_referral(referral.id)
        .await?
    {
        if grant.state.is_waiting() {
            life.reject(grant, Some(reason)).await?;
        }
    }
    Ok(referral)
}
