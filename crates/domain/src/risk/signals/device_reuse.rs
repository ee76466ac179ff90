//! Several members on one device.

use super::Signal;
use crate::{programs::RiskPolicy, risk::Evidence};

/// The inviter's own device, or one that other members signed up on.
pub(super) struct DeviceReuse;

impl Signal for DeviceReuse {
    fn id(&self) -> &'static str {
        "device_reuse"
    }

    fn score(&self, evidence: &Evidence, _: &RiskPolicy) -> Option<(u32, String)> {
        let device = evidence.invitee.device_hash.as_ref();
        let inviters = evidence
            .inviter
            .as_ref()
            .and_then(|inviter| inviter.device_hash.as_ref());
        if device.is_some() && device == inviters {
            return Some((60, "Inviter and invitee use the same device.".to_owned()));
        }
        let others = evidence.members_on_device;
        let score = match others {
            0 => return None,
            1 => 20,
            2 => 40,
            _ => 60,
        };
        Some((score, format!("{others} other members on this device.")))
    }
}
