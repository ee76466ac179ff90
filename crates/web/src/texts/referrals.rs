//! Referrals and decision records.

texts! {
    Referrals:
}
