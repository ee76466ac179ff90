//! The signals, one file each.
//!
//! A score of 100 is a refusal under the default policy, 60 a person's look, 30 a longer hold.

mod address_velocity;
mod device_reuse;
mod disposable_email;
mod self_invitation;

use super::Evidence;
use crate::{programs::RiskPolicy, referrals::Scored};

/// One reason to be careful. Looks at the evidence only.
pub trait Signal: Sync {
    /// The stable name: operators and statistics match on it.
    fn id(&self) -> &'static str;

    /// How much it adds and why, in a sentence without personal data; none where there is nothing unusual.
    fn score(&self, evidence: &Evidence, policy: &RiskPolicy) -> Option<(u32, String)>;

    /// The same, for the decision record.
    fn scored(&self, evidence: &Evidence, policy: &RiskPolicy) -> Option<Scored> {
        let (score, detail) = self.score(evidence, policy)?;
        Some(Scored {
            signal: self.id().to_owned(),
            score,
            detail,
        })
    }
}

/// Every signal, in the order in which they are asked.
pub static SIGNALS: &[&dyn Signal] = &[
    &self_invitation::SelfInvitation,
    &address_velocity::AddressVelocity,
    &device_reuse::DeviceReuse,
    &disposable_email::DisposableEmail,
];
