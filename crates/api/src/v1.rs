//! `/api/v1`: a folder for each resource, a file for each endpoint.

use crate::prelude::*;

mod audit;
mod clicks;
pub(crate) mod codes;
mod coupon_pools;
mod events;
mod invitations;
mod keys;
mod me;
mod members;
mod operators;
mod permissions;
mod programs;
mod projects;
pub(crate) mod reason;
mod referrals;
mod rewards;
mod stats;
mod transfers;
mod webhooks;

/// Every endpoint with bodies of the common size, but the one that has a lane of its own.
pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .merge(projects::routes())
        .merge(programs::routes())
        .merge(codes::routes())
        .merge(invitations::routes())
        .merge(members::routes())
        .merge(events::routes())
        .merge(referrals::routes())
        .merge(rewards::routes())
        .merge(coupon_pools::routes())
        .merge(transfers::routes())
        .merge(stats::routes())
        .merge(clicks::routes())
        .merge(webhooks::routes())
        .merge(keys::routes())
        .merge(operators::routes())
        .merge(permissions::routes())
        .merge(audit::routes())
        .merge(me::routes())
}

/// The endpoints that take large bodies.
pub(crate) fn batch_routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .merge(events::batch_routes())
        .merge(codes::batch_routes())
        .merge(coupon_pools::batch_routes())
}
