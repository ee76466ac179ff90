//! Rewards, approvals, coupons.

texts! {
    Rewards:
}
