//! Coupons: pools, and handing them out.

use domain::{
    coupons::{Coupon, coupon_code},
    rewards::{Grant, GrantState, Reward},
};
use kernel::{Entropy, Id, Timestamp};
use store::WriteTx;

use crate::AppResult;

/// Gives an available grant its coupon. Where the pool is missing or empty the grant waits for a person.
pub(crate) async fn hand_out(
    tx: &WriteTx,
    grant: &mut Grant,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> AppResult<()> {
    let Reward::Coupon { pool } = &grant.reward else { return Ok(()) };
    let coupons = tx.project(grant.project).coupons();
    let pool = coupons.find_by_slug(pool).await?;
    let code = match pool {
        None => None,
        Some(pool) => match &pool.pattern {
            None => coupons.take(pool.id, grant.id).await?.map(|coupon| coupon.code),
            Some(pattern) => {
                let coupon = Coupon {
                    id: Id::new(now, entropy),
                    project: grant.project,
                    pool: pool.id,
                    code: coupon_code(pattern, entropy),
                    grant: Some(grant.id),
                    created_at: now,
                };
                coupons.add_coupons(pool.id, std::slice::from_ref(&coupon)).await?;
                Some(coupon.code)
            }
        },
    };
    if code.is_none() {
        grant.state = GrantState::PendingApproval;
        grant.approval = true;
        grant.reason = Some("coupon_pool_empty".to_owned());
    }
    grant.coupon = code;
    Ok(())
}
