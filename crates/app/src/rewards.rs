//! Rewards: grants, from being made until they are used or gone.

mod due;
mod life;

use domain::{
    people::Permission,
    rewards::{Grant, GrantState},
};
use futures::{StreamExt, stream};
use kernel::{Ctx, GrantId, Page, PageRequest, Problem, ProblemCode, ProjectId};
use serde_json::json;
pub use store::GrantFilter;

use crate::{App, AppResult, findings::Findings};

/// Grants that are decided about at the same moment.
const TOGETHER: usize = 64;

pub use due::{expire_due, release_due};
pub(crate) use life::Life;

/// A page of grants, newest first.
pub async fn list_grants(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    filter: GrantFilter,
    page: PageRequest,
) -> AppResult<Page<Grant>> {
    app.authorize(ctx, project, Permission::RewardsRead).await?;
    Ok(app
        .store()
        .read()
        .project(project)
        .grants()
        .list(&filter, page)
        .await?)
}

/// One grant.
///
/// # Errors
/// `not_found`.
pub async fn get_grant(app: &App, ctx: &Ctx, project: ProjectId, id: GrantId) -> AppResult<Grant> {
    app.authorize(ctx, project, Permission::RewardsRead).await?;
    let found = app
        .store()
        .read()
        .project(project)
        .grants()
        .find(id)
        .await?;
    found.ok_or_else(|| ProblemCode::NotFound.into())
}

/// What an operator or the application does to a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Approve,
    Reject,
    Reverse,
    Claim,
}

impl Act {
    /// How the audit trail names it.
    const fn action(self) -> &'static str {
        match self {
            Self::Approve => "grant.approved",
            Self::Reject => "grant.rejected",
            Self::Reverse => "grant.reversed",
            Self::Claim => "grant.claimed",
        }
    }
}

/// Makes a waiting grant available: one that waits for approval, or one whose hold has not ended.
///
/// # Errors
/// `not_found`, `validation_failed`, `invalid_transition`; `conflict` where there is no coupon to give.
pub async fn approve_grant(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: GrantId,
    reason: String,
) -> AppResult<Grant> {
    app.authorize(ctx, project, Permission::RewardsApprove)
        .await?;
    act(app, ctx, project, id, Act::Approve, Some(reason)).await
}

/// Refuses a waiting grant. Its units go back to the program.
///
/// # Errors
/// `not_found`, `validation_failed`, `invalid_transition`.
pub async fn reject_grant(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: GrantId,
    reason: String,
) -> AppResult<Grant> {
    app.authorize(ctx, project, Permission::RewardsApprove)
        .await?;
    act(app, ctx, project, id, Act::Reject, Some(reason)).await
}

/// What is decided about grants that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// As [`approve_grant`].
    Approve,
    /// As [`reject_grant`].
    Reject,
}

/// Decides about many grants that wait. Each is a write of its own with its own outcome, in the order of `ids`; those that
/// wait for the database at the same moment share its commit.
///
/// # Errors
/// `forbidden`, `validation_failed`: what forbids one of them forbids all.
pub async fn decide_grants(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    ids: &[GrantId],
    decision: Decision,
    reason: &str,
) -> AppResult<Vec<AppResult<Grant>>> {
    app.authorize(ctx, project, Permission::RewardsApprove)
        .await?;
    let reason = checked_reason(reason)?;
    let step = match decision {
        Decision::Approve => Act::Approve,
        Decision::Reject => Act::Reject,
    };
    // The client's key stands for all of them.
    let each = Ctx {
        idempotency: None,
        ..ctx.clone()
    };
    let decided = ids
        .iter()
        .copied()
        .map(|id| act(app, &each, project, id, step, Some(reason.clone())));
    Ok(stream::iter(decided).buffered(TOGETHER).collect().await)
}

/// Takes a grant back, whatever it was used for: what is spent becomes a debt of the member.
///
/// # Errors
/// `not_found`, `validation_failed`, `invalid_transition`.
pub async fn reverse_grant(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: GrantId,
    reason: String,
) -> AppResult<Grant> {
    app.authorize(ctx, project, Permission::RewardsApprove)
        .await?;
    act(app, ctx, project, id, Act::Reverse, Some(reason)).await
}

/// Notes that a member took an available badge, title, coupon, entitlement or custom reward.
///
/// # Errors
/// `not_found`; `invalid_transition` where it is not available, or units: these are spent.
pub async fn claim_grant(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: GrantId,
) -> AppResult<Grant> {
    app.authorize(ctx, project, Permission::RewardsClaim)
        .await?;
    claim(app, ctx, project, id).await
}

/// The same, for somebody the caller has made sure of.
pub(crate) async fn claim(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: GrantId,
) -> AppResult<Grant> {
    act(app, ctx, project, id, Act::Claim, None).await
}

async fn act(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: GrantId,
    act: Act,
    reason: Option<String>,
) -> AppResult<Grant> {
    let reason = reason.as_deref().map(checked_reason).transpose()?;
    let own = ctx.clone();
    app.write(ctx, Some(project), move |tx| {
        let (ctx, reason) = (own.clone(), reason.clone());
        Box::pin(async move {
            let mut life = Life::new(tx, &ctx, project);
            let grant = life.lock(id).await?;
            let why = reason.as_deref();
            let grant = match act {
                Act::Approve => given(life.release(grant, why).await?)?,
                Act::Reject => life.reject(grant, why).await?,
                Act::Reverse => life.reverse(grant, why).await?,
                Act::Claim => life.claim(grant).await?,
            };
            life.record(act.action(), &id.to_string(), json!({ "reason": reason }))
                .await?;
            Ok(grant)
        })
    })
    .await
}

/// Approval that changed nothing is told to whoever approved.
fn given(grant: Grant) -> Result<Grant, Problem> {
    if grant.state == GrantState::PendingApproval {
        return Err(Problem::new(
            ProblemCode::Conflict,
            "The pool has no coupon to give: add coupons first.",
        ));
    }
    Ok(grant)
}

/// A reason that a person gave, without blanks around it.
pub(crate) fn checked_reason(reason: &str) -> Result<String, Problem> {
    let mut findings = Findings::default();
    findings.expect_line(reason, "reason", 255);
    findings.told()?;
    Ok(reason.trim().to_owned())
}
