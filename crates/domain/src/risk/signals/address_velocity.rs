//! Many sign-ups from one address.

use super::Signal;
use crate::{programs::RiskPolicy, risk::Evidence};

/// More sign-ups in an hour than the policy calls usual. An office, a school or a mobile network shares one address,
/// so this signal alone stays below the block threshold, however many there are.
pub(super) struct AddressVelocity;

impl Signal for AddressVelocity {
    fn id(&self) -> &'static str {
        "address_velocity"
    }

    fn score(&self, evidence: &Evidence, policy: &RiskPolicy) -> Option<(u32, String)> {
        let count = evidence.sign_ups_from_address_last_hour;
        let excess = count
            .checked_sub(policy.address_per_hour)
            .filter(|excess| *excess > 0)?;
        let score = excess.saturating_mul(10).saturating_add(20);
        let capped = score.min(policy.block_at.saturating_sub(1));
        Some((
            capped,
            format!("{count} sign-ups from this address within an hour."),
        ))
    }
}
