//! A reward rule as a sentence, as its author reads it while writing it.

use domain::{
    programs::ProgramSettings,
    rewards::{Limits, Reward, Rule, RuleKind, Side},
};
use notify::{Locale, reward_words};

use crate::{
    look::counted,
    texts::{Rules, texts},
};

mod conditions;

pub(crate) use conditions::unit_of;

/// What a rule does, in one sentence: "When an invited friend signs up, the inviter gets 500 credits, at most 10 times a
/// month, held for 14 days."
pub fn rule_sentence(rule: &Rule, locale: Locale) -> String {
    let t = &texts(locale).rules;
    let mut sentence = when(rule, t);
    sentence.push_str(&conditions::words(&rule.conditions, t, locale));
    sentence.push_str(t.comma);
    sentence.push_str(&what(rule, t, locale));
    sentence.push_str(&limits(&rule.limits, t));
    if rule.hold_days > 0 {
        sentence.push_str(&number(t.held, rule.hold_days));
    }
    if rule.approval {
        sentence.push_str(t.approved);
    }
    if let Some(days) = rule.expire_after_days {
        sentence.push_str(&number(t.used_within, days));
    }
    sentence.push_str(t.stop);
    sentence
}

/// What every rule of a program does.
pub(crate) fn all(settings: &ProgramSettings, locale: Locale) -> Vec<String> {
    let rules = settings.rules.iter();
    rules.map(|rule| rule_sentence(rule, locale)).collect()
}

fn when(rule: &Rule, t: &Rules) -> String {
    if let RuleKind::Milestone { at, every, .. } = &rule.then {
        let text = match (rule.on == "signup", every) {
            (true, false) => t.once_signed_up,
            (false, false) => t.once_qualified,
            (true, true) => t.every_signed_up,
            (false, true) => t.every_qualified,
        };
        return number(text, *at);
    }
    match rule.on.as_str() {
        "signup" => t.signup.to_owned(),
        "activation" => t.activation.to_owned(),
        "purchase" => t.purchase.to_owned(),
        event => t.other.replace("{event}", event),
    }
}

fn what(rule: &Rule, t: &Rules, locale: Locale) -> String {
    let gets = |text: &str, reward: &Reward| format!("{text}{}", set(text, reward, locale));
    match &rule.then {
        RuleKind::Fixed { to, reward } => match to {
            Side::Inviter => gets(t.inviter_gets, reward),
            Side::Invitee => gets(t.friend_gets, reward),
        },
        RuleKind::DoubleSided { inviter, invitee } => {
            let friend = gets(t.friend_gets, invitee);
            format!("{}{}{friend}", gets(t.inviter_gets, inviter), t.both_and)
        }
        RuleKind::Milestone { reward, .. } => gets(t.inviter_gets, reward),
        RuleKind::Tiered { tiers } => {
            let tiers = tiers.iter().map(|tier| {
                let text = number(t.tier, tier.from);
                let (before, after) = text.split_once("{reward}").unwrap_or((&text, ""));
                format!("{before}{}{after}", set(before, &tier.reward, locale))
            });
            let lead = if rule.on == "signup" {
                t.by_signed_up
            } else {
                t.by_qualified
            };
            format!("{lead}{}", tiers.collect::<Vec<_>>().join(t.tier_comma))
        }
    }
}

/// A reward as it stands behind other words: a digit is set apart from a Chinese character.
fn set(before: &str, reward: &Reward, locale: Locale) -> String {
    let words = reward_words(reward, locale);
    let touches = before.ends_with(|last: char| !last.is_ascii());
    if touches && words.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return format!(" {words}");
    }
    words
}

fn limits(limits: &Limits, t: &Rules) -> String {
    let said = [
        (t.per_day, limits.per_day),
        (t.per_month, limits.per_month),
        (t.per_member, limits.per_member),
        (t.total, limits.total),
    ];
    let said: Vec<_> = said
        .into_iter()
        .filter_map(|(text, limit)| Some(number(text, limit?)))
        .collect();
    if said.is_empty() {
        return String::new();
    }
    format!("{}{}", t.at_most, said.join(t.list_comma))
}

fn number(text: &str, number: u32) -> String {
    counted(text, &number.to_string())
}
