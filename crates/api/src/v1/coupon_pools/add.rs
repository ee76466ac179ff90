//! `POST /api/v1/coupon-pools/{slug}/coupons`

use crate::prelude::*;

/// Coupons to be uploaded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCoupons {
    /// What members enter in the shop.
    coupons: Vec<String>,
}

/// What became of an upload.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Added {
    /// New in the pool.
    added: usize,
    /// Known to the pool, or given twice.
    duplicates: usize,
}

impl Validate for NewCoupons {}

failures!(writes: NotFound, Conflict);

/// Uploads coupons into a pool.
#[utoipa::path(post, path = "/api/v1/coupon-pools/{slug}/coupons", tag = "coupon pools", operation_id = "add_coupons",
    params(("slug" = String, Path, description = "The pool's slug.")),
    request_body = NewCoupons,
    responses((status = 201, description = "How many were new.", body = Added), Failure))]
pub(super) async fn add(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(slug): PathOf<String>,
    Valid(NewCoupons { coupons }): Valid<NewCoupons>,
) -> Made<Added> {
    let app::coupons::Added { added, duplicates } =
        app::coupons::add_coupons(&app, &ctx, project, &slug, coupons).await?;
    made(Added { added, duplicates })
}
