//! The same person on both sides.

use super::Signal;
use crate::{members::canonical_email, programs::RiskPolicy, risk::Evidence};

/// Same account, or same mailbox.
pub(super) struct SelfInvitation;

impl Signal for SelfInvitation {
    fn id(&self) -> &'static str {
        "self_invitation"
    }

    fn score(&self, evidence: &Evidence, _: &RiskPolicy) -> Option<(u32, String)> {
        let inviter = evidence.inviter.as_ref()?;
        if inviter.id == evidence.invitee.id {
            return Some((100, "Inviter and invitee are the same member.".to_owned()));
        }
        let mailbox = canonical_email(inviter.email_key.as_ref()?);
        (mailbox == canonical_email(evidence.invitee.email_key.as_ref()?))
            .then(|| (100, "Inviter and invitee share a mailbox.".to_owned()))
    }
}
