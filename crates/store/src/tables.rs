//! One private entity per table: the rows as they are stored. Domain types are made of them in the repositories.

#![expect(
    unreachable_pub,
    reason = "the entity derive writes `pub` items beside the row"
)]

pub(crate) mod accounts;
pub(crate) mod api_keys;
pub(crate) mod attempts;
pub(crate) mod audit;
pub(crate) mod clicks;
pub(crate) mod codes;
pub(crate) mod coupon_pools;
pub(crate) mod coupons;
pub(crate) mod cursors;
pub(crate) mod deliveries;
pub(crate) mod endpoints;
pub(crate) mod events;
pub(crate) mod fences;
pub(crate) mod grants;
pub(crate) mod heads;
pub(crate) mod idempotency;
pub(crate) mod invitations;
pub(crate) mod jobs;
pub(crate) mod journals;
pub(crate) mod log;
pub(crate) mod members;
pub(crate) mod moves;
pub(crate) mod notices;
pub(crate) mod one_time_links;
pub(crate) mod operator_tokens;
pub(crate) mod operators;
pub(crate) mod orders;
pub(crate) mod program_versions;
pub(crate) mod programs;
pub(crate) mod projects;
pub(crate) mod referrals;
pub(crate) mod rollups;
pub(crate) mod sessions;
pub(crate) mod standings;
pub(crate) mod tallies;
pub(crate) mod transfers;
