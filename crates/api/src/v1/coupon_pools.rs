//! Coupon pools.

use domain::coupons;

use crate::prelude::*;

mod add;
mod create;
mod list;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(list::list, create::create))
}

/// The endpoints that take large bodies.
pub(super) fn batch_routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(add::add))
}

/// Coupons that rewards hand out.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CouponPool {
    /// Its id, `cpl_…`.
    id: String,
    /// Names the pool in rules.
    slug: String,
    /// What coupons are made after, each `#` a random letter or digit; null: coupons are uploaded.
    #[schema(required)]
    pattern: Option<String>,
    /// Uploaded coupons that are not given yet; null where a pattern makes them.
    #[schema(required)]
    left: Option<u32>,
    /// When it was made.
    created_at: DateTime<Utc>,
}

impl From<coupons::Pool> for CouponPool {
    fn from(pool: coupons::Pool) -> Self {
        Self {
            id: pool.id.to_string(),
            slug: pool.slug,
            pattern: pool.pattern,
            left: pool.left,
            created_at: pool.created_at,
        }
    }
}
