//! Where things stand: the word, and the look of its badge.

use domain::{
    codes::{Code, CodeKind},
    invitations::{Invitation, InvitationState},
    referrals::ReferralState,
    rewards::{GrantState, Reward, Side},
    risk::Verdict,
};
use kernel::Timestamp;
use notify::reward_words;

use crate::{look::Frame, texts::Texts};

/// The word, and the look of its badge.
pub(crate) type Badge = (&'static str, &'static str);

/// Whether a code can be used.
pub(crate) fn code(f: &Frame, code: &Code) -> Badge {
    let t = &f.t.story;
    let over = |end: Timestamp| end <= f.now;
    if code.revoked_at.is_some() {
        (t.code_revoked, "bad")
    } else if code.expires_at.is_some_and(over) {
        (t.code_expired, "")
    } else if code.max_uses.is_some_and(|most| code.uses >= most) {
        (t.code_used_up, "calm")
    } else {
        (t.code_live, "good")
    }
}

/// What kind of code it is.
pub(crate) const fn code_kind(t: &Texts, kind: CodeKind) -> &'static str {
    match kind {
        CodeKind::Personal => t.story.kind_personal,
        CodeKind::Vanity => t.story.kind_vanity,
        CodeKind::Single => t.story.kind_single,
        CodeKind::Program => t.story.kind_program,
    }
}

/// What became of an invitation.
pub(crate) fn invitation(f: &Frame, invitation: &Invitation) -> Badge {
    let t = &f.t.story;
    match invitation.state {
        InvitationState::Sent if invitation.expires_at <= f.now => (t.lapsed, ""),
        InvitationState::Sent => (t.sent, "calm"),
        InvitationState::Accepted => (t.accepted, "good"),
        InvitationState::Revoked => (t.revoked, "bad"),
    }
}

/// Where a referral stands.
pub(crate) const fn referral(t: &Texts, state: ReferralState) -> Badge {
    match state {
        ReferralState::Registered => (t.story.registered, "calm"),
        ReferralState::Qualified => (t.story.qualified, "accent"),
        ReferralState::Rewarded => (t.story.rewarded, "good"),
        ReferralState::Rejected => (t.story.rejected, "bad"),
        ReferralState::Expired => (t.story.expired, ""),
        ReferralState::Reversed => (t.story.reversed, "bad"),
    }
}

/// What the risk signals said.
pub(crate) const fn verdict(t: &Texts, verdict: Verdict) -> Badge {
    match verdict {
        Verdict::Allow => (t.story.verdict_allow, "good"),
        Verdict::Hold => (t.story.verdict_hold, "warn"),
        Verdict::Review => (t.story.verdict_review, "warn"),
        Verdict::Block => (t.story.verdict_block, "bad"),
    }
}

/// Where a grant stands.
pub(crate) const fn grant(t: &Texts, state: GrantState) -> Badge {
    match state {
        GrantState::Held => (t.story.grant_held, "warn"),
        GrantState::PendingApproval => (t.story.grant_pending_approval, "accent"),
        GrantState::Available => (t.story.grant_available, "good"),
        GrantState::Claimed => (t.story.grant_claimed, "calm"),
        GrantState::Spent => (t.story.grant_spent, "calm"),
        GrantState::Expired => (t.story.grant_expired, ""),
        GrantState::Reversed => (t.story.grant_reversed, "bad"),
        GrantState::Rejected => (t.story.grant_rejected, "bad"),
    }
}

/// Which side is rewarded.
pub(crate) const fn side(t: &Texts, side: Side) -> &'static str {
    match side {
        Side::Inviter => t.story.side_inviter,
        Side::Invitee => t.story.side_invitee,
    }
}

/// Where a visitor came from; a channel of the application's own is called by its name.
pub(crate) fn channel<'a>(t: &'static Texts, name: &'a str) -> &'a str {
    match name {
        "direct" => t.story.channel_direct,
        "email" => t.story.channel_email,
        "wechat" => t.story.channel_wechat,
        "wecom" => t.story.channel_wecom,
        "qq" => t.story.channel_qq,
        "dingtalk" => t.story.channel_dingtalk,
        "weibo" => t.story.channel_weibo,
        "whatsapp" => t.story.channel_whatsapp,
        "x" => t.story.channel_x,
        "copy" => t.story.channel_copy,
        "qr" => t.story.channel_qr,
        "link" => t.story.channel_link,
        "social" => t.story.channel_social,
        other => other,
    }
}

/// What a reward is.
pub(crate) fn reward(f: &Frame, reward: &Reward) -> String {
    reward_words(reward, f.locale)
}
