//! What the rules of a program promise, in words.

use domain::{
    programs::Program,
    rewards::{Reward, Rule, RuleKind, Side},
};
use notify::reward_words;

use crate::look::{Frame, filters::fill};

/// A reward and what it takes.
#[derive(Debug)]
pub(crate) struct Promise {
    /// The reward.
    pub(crate) what: String,
    /// What has to happen first.
    pub(crate) when: String,
}

/// What the rules promise to one side for a friend. What takes several friends is not promised to one.
pub(crate) fn promises(f: &Frame, program: &Program, side: Side) -> Vec<Promise> {
    let rules = program.settings.rules.iter();
    rules
        .filter_map(|rule| {
            reward(rule, side).map(|reward| Promise {
                what: reward_words(reward, f.locale),
                when: when(f, &rule.on),
            })
        })
        .collect()
}

fn reward(rule: &Rule, side: Side) -> Option<&Reward> {
    match &rule.then {
        RuleKind::Fixed { to, reward } if *to == side => Some(reward),
        RuleKind::DoubleSided { inviter, .. } if side == Side::Inviter => Some(inviter),
        RuleKind::DoubleSided { invitee, .. } if side == Side::Invitee => Some(invitee),
        _ => None,
    }
}

fn when(f: &Frame, event: &str) -> String {
    let t = &f.t.landing;
    match event {
        "signup" => t.on_signup.to_owned(),
        "activation" => t.on_activation.to_owned(),
        "purchase" => t.on_purchase.to_owned(),
        own => fill(t.on_event, "event", &spaced(own)),
    }
}

/// A name such as `first_project` as people would write it.
pub(crate) fn spaced(name: &str) -> String {
    name.replace(['_', '-'], " ")
}

/// The name that friends call somebody by.
pub(crate) fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or_default()
}
