//! Closed sets as members read them.

use app::me::MyReferral;
use domain::{
    ledger::{AccountKind, Transfer, TransferReason},
    notices::Notice,
    referrals::ReferralState,
    rewards::{Grant, GrantState},
};
use notify::{Letter, referral_sentence, render};

use crate::look::{Frame, filters::fill};

/// A state: what it is called, and how its badge looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Badge {
    pub(super) label: &'static str,
    pub(super) look: &'static str,
}

/// Where a friend stands.
const fn of_referral(f: &Frame, state: ReferralState) -> Badge {
    let t = &f.t.portal;
    let (label, look) = match state {
        ReferralState::Registered => (t.state_registered, "calm"),
        ReferralState::Qualified => (t.state_qualified, "good"),
        ReferralState::Rewarded => (t.state_rewarded, "good"),
        ReferralState::Rejected => (t.state_rejected, "bad"),
        ReferralState::Expired => (t.state_expired, ""),
        ReferralState::Reversed => (t.state_reversed, "bad"),
    };
    Badge { label, look }
}

/// A friend with the badge and the sentence of their state.
pub(super) type Friend = (MyReferral, Badge, String);

/// A friend as the member's language has them.
pub(super) fn of_friend(f: &Frame, friend: MyReferral) -> Friend {
    let sentence = referral_sentence(friend.state, friend.waiting.as_ref(), f.locale);
    let badge = of_referral(f, friend.state);
    (friend, badge, sentence)
}

/// Where a reward stands.
pub(super) const fn of_grant(f: &Frame, state: GrantState) -> Badge {
    let t = &f.t.portal;
    let (label, look) = match state {
        GrantState::Held => (t.grant_held, "warn"),
        GrantState::PendingApproval => (t.grant_pending, "warn"),
        GrantState::Available => (t.grant_available, "good"),
        GrantState::Claimed => (t.grant_claimed, "good"),
        GrantState::Spent => (t.grant_spent, ""),
        GrantState::Expired => (t.grant_expired, ""),
        GrantState::Reversed => (t.grant_reversed, "bad"),
        GrantState::Rejected => (t.grant_rejected, "bad"),
    };
    Badge { label, look }
}

/// What there is to know about a reward beside its state.
pub(super) fn about_grant(f: &Frame, grant: &Grant) -> Option<String> {
    let t = &f.t.portal;
    let on = |text: &str| Some(fill(text, "date", &f.date(&grant.due_at?)));
    match grant.state {
        GrantState::Held => on(t.held_until),
        GrantState::Available => {
            let partly = grant.unit().filter(|_| grant.remaining < grant.amount);
            let left = partly.map(|unit| fill(t.left, "amount", &f.amount(&grant.remaining, unit)));
            on(t.use_until).or(left)
        }
        _ => None,
    }
}

/// What a movement was, and its amount as it changed what the member has.
pub(super) fn of_transfer(f: &Frame, transfer: &Transfer) -> (&'static str, String) {
    let t = &f.t.portal;
    let label = match transfer.reason {
        TransferReason::Grant => t.moved_grant,
        TransferReason::Release => t.moved_release,
        TransferReason::Reject => t.moved_reject,
        TransferReason::Spend => t.moved_spend,
        TransferReason::Expire => t.moved_expire,
        TransferReason::Clawback => t.moved_clawback,
        TransferReason::Settle => t.moved_settle,
    };
    let mine = |kind| {
        matches!(
            kind,
            AccountKind::Held | AccountKind::Available | AccountKind::Debt
        )
    };
    let sign = match (mine(transfer.debit.kind), mine(transfer.credit.kind)) {
        (false, true) => "+",
        (true, false) => "\u{2212}",
        _ => "",
    };
    let amount = f.amount(&transfer.amount, &transfer.debit.unit);
    (label, format!("{sign}{amount}"))
}

/// What a notice says.
pub(super) fn of_notice(f: &Frame, notice: &Notice) -> Option<String> {
    let letter: Letter = serde_json::from_value(notice.data.clone()).ok()?;
    render(&letter, f.locale)
        .inspect_err(|error| tracing::error!(%error, "a notice cannot be read"))
        .ok()
        .map(|rendered| rendered.subject)
}
