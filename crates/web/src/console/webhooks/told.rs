//! Messages in words.

use domain::webhooks::DeliveryState;

use crate::texts::Texts;

/// Where a message stands, and how that looks.
pub(super) const fn state(t: &Texts, state: DeliveryState) -> (&'static str, &'static str) {
    match state {
        DeliveryState::Pending => (t.webhooks.pending, "calm"),
        DeliveryState::Delivered => (t.webhooks.delivered, "good"),
        DeliveryState::Failed => (t.webhooks.failed, "bad"),
    }
}

/// What an event type tells.
pub(super) fn event(t: &Texts, event: &str) -> &'static str {
    let t = &t.webhooks;
    match event {
        "member.created" => t.member_created,
        "referral.registered" => t.referral_registered,
        "referral.refused" => t.referral_refused,
        "referral.changed" => t.referral_changed,
        "reward.granted" => t.reward_granted,
        "reward.changed" => t.reward_changed,
        "balance.spent" => t.balance_spent,
        "invitation.sent" => t.invitation_sent,
        "program.changed" => t.program_changed,
        "webhook.test" => t.webhook_test,
        _ => "",
    }
}
