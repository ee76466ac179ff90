//! One event of a referral, with all that was decided about it.

use domain::{
    referrals::{Decision, EventType, ReferralState, Source, StoredEvent},
    risk::Verdict,
};
use notify::refusal_sentence;

use super::{Known, days_from_click, is_first};
use crate::{
    console::story::{Mark, Part, Sentence, Step},
    door::Desk,
    look::{
        Frame,
        filters::{counted, fill},
    },
    words::{record, states},
};

/// What came in, and why it had the effect that it had.
pub(super) fn told(desk: &Desk, known: &Known, event: &StoredEvent) -> Step {
    let (f, decision) = (&desk.f, &event.outcome.decision);
    let mut marks = Vec::new();
    if is_first(event) {
        marks.extend(source(f, known, decision));
    }
    if let Some(order) = &event.event.order {
        marks.push(Mark::remark(fill(f.t.story.order, "order", order)));
    }
    if let Some(version) = decision.version {
        let version = version.to_string();
        marks.push(Mark::remark(fill(f.t.story.by_version, "n", &version)));
    }
    marks.extend(
        decision
            .checks
            .iter()
            .map(|check| record::condition(f, check)),
    );
    marks.extend(risk(f, decision));
    marks.extend(decision.rules.iter().flat_map(|rule| record::rule(f, rule)));
    marks.extend(moved(f, decision).map(Mark::remark));
    if let Some(refusal) = event.outcome.refusal {
        let why = refusal_sentence(refusal, f.locale);
        marks.push(Mark::remark(fill(f.t.story.not_counted, "why", why)));
    }
    Step {
        marks,
        ..Step::new(
            look(decision),
            Some(event.occurred_at),
            said(desk, known, event),
        )
    }
}

fn look(decision: &Decision) -> &'static str {
    match decision.to {
        _ if decision
            .verdict
            .is_some_and(|verdict| verdict >= Verdict::Review) =>
        {
            "warn"
        }
        Some(ReferralState::Rejected | ReferralState::Reversed) => "bad",
        Some(to) if decision.from != Some(to) => "good",
        _ => "",
    }
}

/// The sentence of an event.
fn said(desk: &Desk, known: &Known, event: &StoredEvent) -> Sentence {
    let (f, t) = (&desk.f, &desk.f.t.story);
    let friend = Part::member(desk, &known.people, event.member);
    let paid = event.event.amount.zip(event.event.unit.as_ref());
    let paid = paid.map(|(amount, unit)| f.amount(&amount, unit));
    let sentence = match (&event.kind, paid) {
        (EventType::Signup, _) => return joined(desk, known, event, friend),
        (EventType::Claim, _) => {
            let inviter = known.referral.inviter.map_or_else(
                || Part::plain(known.people.program(&known.referral.program)),
                |id| Part::member(desk, &known.people, id),
            );
            Sentence::new(t.claimed_inviter).with("inviter", inviter)
        }
        (EventType::Purchase, Some(paid)) => Sentence::new(t.purchased_for).say("amount", paid),
        (EventType::Purchase, None) => Sentence::new(t.purchased),
        (EventType::Refund, Some(paid)) => Sentence::new(t.refunded_for).say("amount", paid),
        (EventType::Refund, None) => Sentence::new(t.refunded),
        (EventType::Named(name), _) if name == "activation" => Sentence::new(t.activated),
        (EventType::Named(name), _) => {
            Sentence::new(t.other_event).say("event", name.replace(['_', '-'], " "))
        }
    };
    sentence.with("invitee", friend)
}

fn joined(desk: &Desk, known: &Known, event: &StoredEvent, invitee: Part) -> Sentence {
    let t = &desk.f.t.story;
    let Some(code) = &event.outcome.decision.code else {
        return Sentence::new(t.signed_up).with("invitee", invitee);
    };
    let program = Part::plain(known.people.program(&known.referral.program));
    let code = match domain::codes::normalize(code) {
        Ok(key) => Part::link(code, desk.at(&format!("codes/{key}"))),
        Err(_) => Part::plain(code),
    };
    let sentence = match days_from_click(known, event.occurred_at) {
        None => Sentence::new(t.joined),
        Some(0) => Sentence::new(t.joined_same_day),
        Some(days) => {
            let days = counted(t.days, &days.to_string());
            Sentence::new(t.joined_later).say("days", days)
        }
    };
    sentence
        .with("invitee", invitee)
        .with("program", program)
        .with("code", code)
}

/// How the inviter was found.
fn source(f: &Frame, known: &Known, decision: &Decision) -> Option<Mark> {
    let t = &f.t.story;
    Some(match decision.source? {
        Source::Code => Mark::remark(t.by_code),
        Source::Invitation => Mark::remark(t.by_invitation),
        Source::Claim => Mark::remark(t.by_claim),
        Source::Click => {
            let days = known.window.unwrap_or_default().to_string();
            Mark {
                held: Some(true),
                text: counted(t.by_click, &days),
                detail: None,
            }
        }
    })
}

/// What the risk signals said, and what was made of it.
fn risk(f: &Frame, decision: &Decision) -> Vec<Mark> {
    let t = &f.t.story;
    let Some(verdict) = decision.verdict else {
        return Vec::new();
    };
    if decision.signals.is_empty() {
        return vec![Mark {
            held: Some(true),
            text: t.risk_clear.to_owned(),
            detail: None,
        }];
    }
    let mut marks: Vec<Mark> = decision
        .signals
        .iter()
        .map(|signal| record::weighed(f, signal))
        .collect();
    let text = fill(t.risk_score, "n", &decision.score.to_string());
    let text = fill(&text, "verdict", states::verdict(f.t, verdict).0);
    marks.push(Mark::remark(text));
    marks
}

/// Where the event moved the referral.
fn moved(f: &Frame, decision: &Decision) -> Option<&'static str> {
    let t = &f.t.story;
    if decision.from == decision.to {
        return None;
    }
    match decision.to? {
        ReferralState::Qualified => Some(t.becomes_qualified),
        ReferralState::Rewarded => Some(t.becomes_rewarded),
        ReferralState::Rejected => Some(t.becomes_rejected),
        ReferralState::Reversed => Some(t.becomes_reversed),
        ReferralState::Registered | ReferralState::Expired => None,
    }
}
