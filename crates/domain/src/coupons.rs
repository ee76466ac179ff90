//! Coupons: codes of the host application's shop that rewards hand out.

use kernel::{CouponId, Entropy, GrantId, PoolId, ProjectId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::codes::random_symbol;

/// Coupons to hand out: uploaded, or made from a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// Its id.
    pub id: PoolId,
    /// The tenant.
    pub project: ProjectId,
    /// Names the pool in rules; unique in the project.
    pub slug: String,
    /// `SPRING-######`: each `#` becomes a random letter or digit; none: coupons are uploaded.
    pub pattern: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Uploaded coupons that are not given yet; none where a pattern makes them.
    pub left: Option<u32>,
}

/// One coupon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coupon {
    /// Its id.
    pub id: CouponId,
    /// The tenant.
    pub project: ProjectId,
    /// Its pool.
    pub pool: PoolId,
    /// What the member enters in the shop; unique in the pool.
    pub code: String,
    /// The grant that it was given for; none: not given yet.
    pub grant: Option<GrantId>,
    /// When it was made or uploaded.
    pub created_at: Timestamp,
}

/// Whether a text can be a pool's pattern: at most 64 letters, digits, `-`, `_` and at least 6 `#`, so that coupons
/// cannot be guessed.
pub fn valid_pattern(pattern: &str) -> bool {
    pattern.len() <= 64
        && pattern.matches('#').count() >= 6
        && pattern
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'#'))
}

/// A coupon's code after a pattern. Unique only by chance: the caller tries again where it is taken.
pub fn coupon_code(pattern: &str, entropy: &dyn Entropy) -> String {
    pattern
        .chars()
        .map(|symbol| {
            if symbol == '#' {
                random_symbol(entropy)
            } else {
                symbol
            }
        })
        .collect()
}
