//! `GET /api/v1/coupon-pools`

use super::CouponPool;
use crate::prelude::*;

failures!(reads: );

/// Lists the coupon pools.
#[utoipa::path(get, path = "/api/v1/coupon-pools", tag = "coupon pools", operation_id = "list_coupon_pools",
    responses((status = 200, description = "Every pool.", body = Page<CouponPool>), Failure))]
pub(super) async fn list(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
) -> Answer<Page<CouponPool>> {
    shown(Page::whole(
        app::coupons::list_pools(&app, &ctx, project).await?,
    ))
}
