//! The sentences that a member may read about a referral. They name no risk signal and no other person.

use domain::referrals::{ReferralState, WaitingFor};
use kernel::ProblemCode;

use crate::{
    Locale,
    words::{date_words, spaced},
};

/// Where a referral stands and what it waits for: `Waiting for first purchase until 3 May 2026`.
pub fn referral_sentence(
    state: ReferralState,
    waiting: Option<&WaitingFor>,
    locale: Locale,
) -> String {
    use ReferralState as State;
    let (en, zh) = match (state, waiting) {
        (State::Registered | State::Qualified, Some(waiting)) => {
            return waiting_sentence(waiting, locale);
        }
        (State::Registered, None) => ("Signed up", "已注册"),
        (State::Qualified, None) => ("Qualified", "已达标"),
        (State::Rewarded, _) => ("Rewarded", "奖励已发放"),
        (State::Rejected, _) => ("Not counted", "未计入"),
        (State::Expired, _) => (
            "Expired: the next step did not come in time",
            "已过期：未在期限内完成后续步骤",
        ),
        (State::Reversed, _) => (
            "Taken back after a refund or a review",
            "因退款或复核已撤销",
        ),
    };
    locale.pick(en, zh).to_owned()
}

/// Why a sign-up was not attributed. What the risk rules saw stays unsaid.
pub fn refusal_sentence(refusal: ProblemCode, locale: Locale) -> &'static str {
    let (en, zh) = match refusal {
        ProblemCode::InviteCodeInvalid => ("There is no such invite code", "邀请码不存在"),
        ProblemCode::InviteCodeExpired => ("The invite code has expired", "邀请码已过期"),
        ProblemCode::InviteCodeRevoked => ("The invite code has been revoked", "邀请码已被撤销"),
        ProblemCode::InviteCodeExhausted => {
            ("The invite code is used up", "邀请码的使用次数已用完")
        }
        ProblemCode::SelfInvitation => ("You cannot invite yourself", "不能邀请自己"),
        ProblemCode::AlreadyInvited => ("Already invited by somebody", "已被他人邀请过"),
        ProblemCode::ProgramNotActive => ("The program is not running", "活动未在进行中"),
        ProblemCode::QuotaExceeded => (
            "The inviter has no invitations left",
            "邀请人的邀请名额已用完",
        ),
        _ => ("This sign-up could not be counted", "此次注册未能计入"),
    };
    locale.pick(en, zh)
}

fn waiting_sentence(waiting: &WaitingFor, locale: Locale) -> String {
    match waiting {
        WaitingFor::Event { event, until: None } => {
            let event = event_words(event, locale);
            locale.pick(format!("Waiting for {event}"), format!("等待{event}"))
        }
        WaitingFor::Event {
            event,
            until: Some(until),
        } => {
            let (event, date) = (
                event_words(event, locale),
                date_words(until.date_naive(), locale),
            );
            locale.pick(
                format!("Waiting for {event} until {date}"),
                format!("等待{event}，截至 {date}"),
            )
        }
        WaitingFor::Hold { until } => {
            let date = date_words(until.date_naive(), locale);
            locale.pick(
                format!("The reward is held until {date}"),
                format!("奖励将于 {date}解锁"),
            )
        }
        WaitingFor::Review => locale.pick("Being reviewed", "审核中").to_owned(),
    }
}

fn event_words(event: &str, locale: Locale) -> String {
    let known = match event {
        "signup" => Some(("sign-up", "注册")),
        "activation" => Some(("activation", "激活")),
        "purchase" => Some(("first purchase", "首次购买")),
        _ => None,
    };
    let own = || locale.pick(spaced(event), format!("“{}”", spaced(event)));
    known.map_or_else(own, |(en, zh)| locale.pick(en, zh).to_owned())
}
