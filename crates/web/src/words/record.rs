//! The decision record in words: conditions, signals, rules.

use domain::{
    referrals::{Checked, Scored},
    rewards::{RuleOutcome, Side, Skip},
};
use kernel::Timestamp;

use crate::{
    console::story::Mark,
    look::{
        Frame,
        filters::{counted, fill},
    },
    texts::Texts,
};

/// A condition, and whether it held.
pub(crate) fn condition(f: &Frame, check: &Checked) -> Mark {
    let detail = check.detail.as_deref();
    let (text, detail) = match check_words(f.t, &check.name) {
        Some(text) => (text.to_owned(), detail.map(|detail| values(f, detail))),
        None => (
            comparison(f.t, &check.name),
            detail.map(|value| fill(f.t.story.was, "value", value)),
        ),
    };
    Mark {
        held: Some(check.passed),
        text,
        detail,
    }
}

fn check_words(t: &Texts, name: &str) -> Option<&'static str> {
    let t = &t.story;
    Some(match name {
        "code_not_expired" => t.check_code_not_expired,
        "code_not_revoked" => t.check_code_not_revoked,
        "code_has_uses_left" => t.check_code_has_uses_left,
        "not_self" => t.check_not_self,
        "not_invited_before" => t.check_not_invited_before,
        "program_active" => t.check_program_active,
        "within_quota" => t.check_within_quota,
        "within_claim_window" => t.check_within_claim_window,
        "order_is_new" => t.check_order_is_new,
        "order_is_known" => t.check_order_is_known,
        "referral_earns" => t.check_referral_earns,
        _ => return None,
    })
}

/// The values that a condition compared: a date, or the numbers of `3 of 10 days`.
fn values(f: &Frame, detail: &str) -> String {
    if let Ok(at) = detail.parse::<Timestamp>() {
        return f.date(&at);
    }
    let numbers: Vec<String> = detail
        .split(' ')
        .filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
        .map(|number| f.number(number))
        .collect();
    let numbers = numbers.join(" / ");
    if detail.ends_with(" days") {
        fill(f.t.story.in_days, "numbers", &numbers)
    } else {
        numbers
    }
}

/// A rule's condition, `amount gte 1000`, as people write it.
fn comparison(t: &Texts, name: &str) -> String {
    let mut words = name.splitn(3, ' ');
    let (field, op, value) = (words.next(), words.next(), words.next());
    let field = match field.unwrap_or_default() {
        "amount" => t.story.field_amount,
        "unit" => t.story.field_unit,
        "channel" => t.story.field_channel,
        "code_kind" => t.story.field_code_kind,
        other => other.trim_start_matches("properties."),
    };
    let value = value.unwrap_or_default();
    let sign = match op.unwrap_or_default() {
        "eq" => "=",
        "ne" => "≠",
        "gt" => ">",
        "gte" => "≥",
        "lt" => "<",
        "lte" => "≤",
        "exists" => return fill(t.story.op_exists, "field", field),
        "in" => {
            let text = fill(t.story.op_in, "field", field);
            return fill(&text, "value", value);
        }
        _ => return name.to_owned(),
    };
    format!("{field} {sign} {value}")
}

/// A risk signal in a sentence.
pub(crate) fn signal(f: &Frame, scored: &Scored) -> String {
    let t = &f.t.story;
    let number = scored
        .detail
        .split(' ')
        .find_map(|word| word.parse::<u64>().ok());
    match (scored.signal.as_str(), number) {
        ("address_velocity", Some(n)) => counted(t.signal_address_velocity, &n.to_string()),
        ("device_reuse", Some(n)) => counted(t.signal_device_others, &n.to_string()),
        ("device_reuse", None) => t.signal_device_inviter.to_owned(),
        ("disposable_email", _) => t.signal_disposable_email.to_owned(),
        ("self_invitation", _) if scored.detail.contains("mailbox") => {
            t.signal_self_mailbox.to_owned()
        }
        ("self_invitation", _) => t.signal_self_member.to_owned(),
        _ => scored.detail.clone(),
    }
}

/// A risk signal with what it adds to the score.
pub(crate) fn weighed(f: &Frame, scored: &Scored) -> Mark {
    let text = fill(f.t.story.signal_adds, "signal", &signal(f, scored));
    Mark {
        held: Some(false),
        text: fill(&text, "n", &scored.score.to_string()),
        detail: None,
    }
}

/// What a rule said, with its conditions.
pub(crate) fn rule(f: &Frame, outcome: &RuleOutcome) -> Vec<Mark> {
    let t = &f.t.story;
    let named = |text: &str, side: Option<Side>| {
        let text = fill(text, "rule", &outcome.rule);
        let side = side.map_or("", |side| match side {
            Side::Inviter => t.the_inviter,
            Side::Invitee => t.the_invitee,
        });
        fill(&text, "side", side)
    };
    let mut marks: Vec<Mark> = outcome
        .conditions
        .iter()
        .map(|check| condition(f, check))
        .collect();
    marks.extend(outcome.awarded.iter().map(|side| Mark {
        held: Some(true),
        text: named(t.rule_rewards, Some(*side)),
        detail: None,
    }));
    marks.extend(outcome.skipped.iter().map(|skipped| {
        let text = match skipped.side {
            Some(side) => named(t.rule_skips, Some(side)),
            None => named(t.rule_skipped, None),
        };
        Mark {
            held: Some(false),
            text: fill(&text, "why", skip(f.t, skipped.why)),
            detail: None,
        }
    }));
    marks
}

const fn skip(t: &Texts, why: Skip) -> &'static str {
    match why {
        Skip::ConditionsNotMet => t.story.skip_conditions,
        Skip::NoInviter => t.story.skip_no_inviter,
        Skip::NotReached => t.story.skip_not_reached,
        Skip::LimitReached => t.story.skip_limit,
        Skip::BudgetExhausted => t.story.skip_budget,
    }
}

/// Why something stands where it does: an operator's words, or ours.
pub(crate) fn reason<'a>(t: &'static Texts, reason: &'a str) -> &'a str {
    match reason {
        "coupon_pool_empty" => t.rewards.pool_empty,
        "hold_ended" => t.story.hold_ended,
        "refund" => t.story.was_refunded,
        own => own,
    }
}
