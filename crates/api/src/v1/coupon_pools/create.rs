//! `POST /api/v1/coupon-pools`

use super::CouponPool;
use crate::prelude::*;

/// A coupon pool to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCouponPool {
    /// Names the pool in rules: 2 to 48 lower-case letters, digits and inner dashes.
    #[schema(
        min_length = 2,
        max_length = 48,
        pattern = "^[a-z0-9][a-z0-9-]*[a-z0-9]$"
    )]
    slug: String,
    /// `SPRING-######`: each `#`, of which there are at least 6, becomes a random letter or digit; absent: coupons are
    /// uploaded.
    #[schema(max_length = 64)]
    pattern: Option<String>,
}

impl Validate for NewCouponPool {}

failures!(writes: Conflict);

/// Makes a coupon pool.
#[utoipa::path(post, path = "/api/v1/coupon-pools", tag = "coupon pools", operation_id = "create_coupon_pool",
    request_body = NewCouponPool,
    responses((status = 201, description = "The pool.", body = CouponPool), Failure))]
pub(super) async fn create(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Valid(NewCouponPool { slug, pattern }): Valid<NewCouponPool>,
) -> Made<CouponPool> {
    let new = app::coupons::NewPool { slug, pattern };
    made(app::coupons::create_pool(&app, &ctx, project, new).await?)
}
