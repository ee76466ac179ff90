//! Coupons: pools, and handing them out.

use std::collections::HashSet;

use domain::{
    coupons::{Coupon, Pool, coupon_code, valid_pattern},
    people::Permission,
    rewards::{Grant, GrantState, Reward},
};
use kernel::{Ctx, Entropy, Id, Problem, ProblemCode, ProjectId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{StoreError, WriteTx};

use crate::{App, AppError, AppResult, error::taken, findings::Findings};

/// The most coupons of one request.
pub const MOST_COUPONS: usize = 10_000;

/// A pool to be made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPool {
    /// Names the pool in rules; unique in the project.
    pub slug: String,
    /// `SPRING-######`: each `#` becomes a random letter or digit; none: coupons are uploaded.
    #[serde(default)]
    pub pattern: Option<String>,
}

/// What became of uploaded coupons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// New in the pool.
    pub added: usize,
    /// Known to the pool, or given twice.
    pub duplicates: usize,
}

/// Makes a pool.
///
/// # Errors
/// `validation_failed`; `conflict` where the slug is taken.
pub async fn create_pool(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    new: NewPool,
) -> AppResult<Pool> {
    app.authorize(ctx, project, Permission::CouponsWrite)
        .await?;
    let mut findings = Findings::default();
    findings.expect_slug(&new.slug);
    let message = "Use at most 64 letters, digits, `-`, `_` and at least six `#`.";
    findings.expect(
        new.pattern.as_deref().is_none_or(valid_pattern),
        "pattern",
        "invalid",
        message,
    );
    findings.told()?;
    let own = ctx.clone();
    app.write(ctx, Some(project), move |tx| {
        let (ctx, new) = (own.clone(), new.clone());
        Box::pin(async move {
            let pool = Pool {
                id: ctx.id(),
                project,
                slug: new.slug,
                left: new.pattern.is_none().then_some(0),
                pattern: new.pattern,
                created_at: ctx.now(),
            };
            let exists = Problem::new(ProblemCode::Conflict, "There is a pool with this slug.");
            tx.project(project)
                .coupons()
                .insert(&pool)
                .await
                .map_err(taken(exists))?;
            let detail = json!({ "slug": pool.slug, "pattern": pool.pattern });
            let (actor, id) = (ctx.actor.label(), pool.id.to_string());
            tx.audit(
                Some(project),
                ctx.now(),
                &actor,
                "coupon_pool.created",
                &id,
                detail,
            )
            .await?;
            Ok(pool)
        })
    })
    .await
}

/// Every pool, by slug.
pub async fn list_pools(app: &App, ctx: &Ctx, project: ProjectId) -> AppResult<Vec<Pool>> {
    app.authorize(ctx, project, Permission::CouponsRead).await?;
    Ok(app
        .store()
        .read()
        .project(project)
        .coupons()
        .pools()
        .await?)
}

/// Adds up to 10,000 coupons to a pool. Those that it has already are left out.
///
/// # Errors
/// `validation_failed`, `payload_too_large`, `not_found`; `conflict` where the pool makes its coupons from a pattern.
pub async fn add_coupons(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    slug: &str,
    codes: Vec<String>,
) -> AppResult<Added> {
    app.authorize(ctx, project, Permission::CouponsWrite)
        .await?;
    if codes.len() > MOST_COUPONS {
        return Err(Problem::new(
            ProblemCode::PayloadTooLarge,
            "At most 10,000 coupons at once.",
        )
        .into());
    }
    let mut findings = Findings::default();
    for (index, code) in codes.iter().enumerate() {
        findings.expect_line(code, &format!("codes[{index}]"), 64);
    }
    findings.told()?;
    let (own, slug) = (ctx.clone(), slug.to_owned());
    app.write(ctx, Some(project), move |tx| {
        let (ctx, slug, codes) = (own.clone(), slug.clone(), codes.clone());
        Box::pin(async move { add(tx, &ctx, project, &slug, &codes).await })
    })
    .await
}

async fn add(
    tx: &WriteTx,
    ctx: &Ctx,
    project: ProjectId,
    slug: &str,
    codes: &[String],
) -> AppResult<Added> {
    let coupons = tx.project(project).coupons();
    let pool = coupons
        .find_by_slug(slug)
        .await?
        .ok_or(ProblemCode::NotFound)?;
    if pool.pattern.is_some() {
        let detail = "This pool makes its coupons from a pattern: none are uploaded.";
        return Err(Problem::new(ProblemCode::Conflict, detail).into());
    }
    let given: Vec<&str> = codes.iter().map(|code| code.trim()).collect();
    let known = coupons.known(pool.id, &given).await?;
    let mut seen = HashSet::new();
    let new: Vec<Coupon> = given
        .into_iter()
        .filter(|code| !known.contains(*code) && seen.insert(*code))
        .map(|code| Coupon {
            id: ctx.id(),
            project,
            pool: pool.id,
            code: code.to_owned(),
            grant: None,
            created_at: ctx.now(),
        })
        .collect();
    coupons
        .add_coupons(pool.id, &new)
        .await
        .map_err(|error| match error {
            // Somebody uploads the same coupons: running again finds them.
            StoreError::Duplicate(_) => AppError::Store(StoreError::Stale("a coupon")),
            other => other.into(),
        })?;
    let outcome = Added {
        added: new.len(),
        duplicates: codes.len() - new.len(),
    };
    let (actor, id) = (ctx.actor.label(), pool.id.to_string());
    let detail = json!({ "added": outcome.added, "duplicates": outcome.duplicates });
    tx.audit(
        Some(project),
        ctx.now(),
        &actor,
        "coupons.added",
        &id,
        detail,
    )
    .await?;
    Ok(outcome)
}

/// Gives an available grant its coupon. Where the pool is missing or empty the grant waits for a person.
pub(crate) async fn hand_out(
    tx: &WriteTx,
    grant: &mut Grant,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> AppResult<()> {
    let Reward::Coupon { pool } = &grant.reward else {
        return Ok(());
    };
    let coupons = tx.project(grant.project).coupons();
    let pool = coupons.find_by_slug(pool).await?;
    let code = match pool {
        None => None,
        Some(pool) => match &pool.pattern {
            None => coupons
                .take(pool.id, grant.id)
                .await?
                .map(|coupon| coupon.code),
            Some(pattern) => {
                let coupon = Coupon {
                    id: Id::new(now, entropy),
                    project: grant.project,
                    pool: pool.id,
                    code: coupon_code(pattern, entropy),
                    grant: Some(grant.id),
                    created_at: now,
                };
                coupons
                    .add_coupons(pool.id, std::slice::from_ref(&coupon))
                    .await?;
                Some(coupon.code)
            }
        },
    };
    if code.is_none() {
        grant.state = GrantState::PendingApproval;
        grant.approval = true;
        grant.due_at = None;
        grant.reason = Some("coupon_pool_empty".to_owned());
    }
    grant.coupon = code;
    Ok(())
}
