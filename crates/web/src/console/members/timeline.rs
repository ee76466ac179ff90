//! All that concerns a member, in sentences.

use app::members::{TimelineEntry, TimelineItem};
use domain::{
    audit::AuditEntry,
    ledger::{Transfer, TransferReason},
    notices::Notice,
    referrals::{EventType, Referral, StoredEvent},
};
use notify::{Letter, refusal_sentence, render};

use super::super::{
    actors::{Actors, labels},
    deeds::by_actor,
    people::People,
    story::{Mark, Part, Sentence, Step},
};
use crate::{
    answer::PageError,
    door::Desk,
    look::{Frame, filters::fill},
    words::states,
};

/// A movement on a member's accounts.
#[derive(Debug)]
pub(super) struct Moved {
    /// What it was.
    pub(super) text: String,
    /// The look of it.
    pub(super) look: &'static str,
}

struct Teller<'a> {
    desk: &'a Desk,
    people: People,
    actors: Actors,
}

/// The entries as steps, in their order.
pub(super) async fn tell(desk: &Desk, entries: &[TimelineEntry]) -> Result<Vec<Step>, PageError> {
    let others = entries.iter().filter_map(|entry| match &entry.item {
        TimelineItem::Joined(referral) => referral.inviter,
        TimelineItem::BroughtIn(referral) => Some(referral.invitee),
        _ => None,
    });
    let audited = entries.iter().filter_map(|entry| match &entry.item {
        TimelineItem::Audited(entry) => Some(&**entry),
        _ => None,
    });
    let teller = Teller {
        people: People::of(desk, others.collect()).await?,
        actors: Actors::load(desk, labels(audited)).await?,
        desk,
    };
    Ok(entries
        .iter()
        .filter_map(|entry| teller.step(entry))
        .collect())
}

impl Teller<'_> {
    /// None where another entry tells it.
    fn step(&self, entry: &TimelineEntry) -> Option<Step> {
        let f = &self.desk.f;
        let at = Some(entry.at);
        Some(match &entry.item {
            TimelineItem::Event(event) => Step {
                marks: refused(f, event),
                ..Step::new("", at, event_said(f, event))
            },
            TimelineItem::Joined(referral) => {
                let inviter = referral.inviter.map_or_else(
                    || Part::plain(f.t.members.the_program),
                    |id| Part::member(self.desk, &self.people, id),
                );
                let said = self.with_referral(f.t.members.told_joined, referral);
                Step::new("accent", at, said.with("inviter", inviter))
            }
            TimelineItem::BroughtIn(referral) => {
                let invitee = Part::member(self.desk, &self.people, referral.invitee);
                let said = self.with_referral(f.t.members.told_brought, referral);
                let (word, look) = states::referral(f.t, referral.state);
                let state = fill(f.t.story.now_state, "state", word);
                Step {
                    marks: vec![Mark::remark(state)],
                    ..Step::new(look, at, said.with("invitee", invitee))
                }
            }
            TimelineItem::Granted(grant) => {
                let page = self.desk.at(&format!("rewards/{}", grant.id));
                let reward = Part::link(states::reward(f, &grant.reward), page);
                let (word, look) = states::grant(f.t, grant.state);
                let state = fill(f.t.story.now_state, "state", word);
                let said = Sentence::new(f.t.members.told_granted).with("reward", reward);
                Step {
                    marks: vec![Mark::remark(state)],
                    ..Step::new(look, at, said)
                }
            }
            // The grant has an entry of its own.
            TimelineItem::Moved(transfer) if transfer.reason == TransferReason::Grant => {
                return None;
            }
            // Not asked for: what it tells of has an entry of its own.
            TimelineItem::Told(_) => return None,
            TimelineItem::Moved(transfer) => {
                let moved = moved(f, transfer);
                Step::new(moved.look, at, Sentence::new("{it}").say("it", moved.text))
            }
            TimelineItem::Audited(entry) => self.audited(entry),
        })
    }

    /// The program leads to the referral.
    fn with_referral(&self, text: &str, referral: &Referral) -> Sentence {
        let page = self.desk.at(&format!("referrals/{}", referral.id));
        let program = Part::link(self.people.program(&referral.program), page);
        Sentence::new(text).with("program", program)
    }

    fn audited(&self, entry: &AuditEntry) -> Step {
        let t = &self.desk.f.t.members;
        let action = match entry.action.as_str() {
            "member.created" => t.did_create,
            "member.updated" => t.did_update,
            "balance.spent" => t.did_spend,
            other => other,
        };
        let text = fill(t.told_audit, "action", action);
        by_actor(self.desk, &self.actors, entry, &text, "")
    }
}

fn event_said(f: &Frame, event: &StoredEvent) -> Sentence {
    let t = &f.t.members;
    let paid = event.event.amount.zip(event.event.unit.as_ref());
    let paid = paid.map(|(amount, unit)| f.amount(&amount, unit));
    match (&event.kind, paid) {
        (EventType::Signup, _) => Sentence::new(t.told_signup),
        (EventType::Claim, _) => Sentence::new(t.told_claim),
        (EventType::Purchase, Some(paid)) => Sentence::new(t.told_purchase).say("amount", paid),
        (EventType::Refund, Some(paid)) => Sentence::new(t.told_refund).say("amount", paid),
        (EventType::Named(name), _) if name == "activation" => Sentence::new(t.told_activation),
        (kind, _) => {
            let name = kind.as_str().replace(['_', '-'], " ");
            Sentence::new(t.told_event).say("event", name)
        }
    }
}

fn refused(f: &Frame, event: &StoredEvent) -> Vec<Mark> {
    let refusal = event.outcome.refusal;
    let mark = refusal.map(|code| {
        let why = refusal_sentence(code, f.locale);
        Mark::remark(fill(f.t.members.refused, "why", why))
    });
    mark.into_iter().collect()
}

/// What moved on a member's accounts.
pub(super) fn moved(f: &Frame, transfer: &Transfer) -> Moved {
    let t = &f.t.members;
    let (text, look) = match transfer.reason {
        TransferReason::Grant => (t.moved_grant, "accent"),
        TransferReason::Release => (t.moved_release, "good"),
        TransferReason::Reject => (t.moved_reject, "bad"),
        TransferReason::Spend => (t.moved_spend, ""),
        TransferReason::Expire => (t.moved_expire, ""),
        TransferReason::Clawback => (t.moved_clawback, "bad"),
        TransferReason::Settle => (t.moved_settle, "warn"),
    };
    let amount = f.amount(&transfer.amount, &transfer.debit.unit);
    Moved {
        text: fill(text, "amount", &amount),
        look,
    }
}

/// What a notice says; its kind where it cannot be read any more.
pub(super) fn subject(f: &Frame, notice: &Notice) -> String {
    serde_json::from_value::<Letter>(notice.data.clone())
        .ok()
        .and_then(|letter| render(&letter, f.locale).ok())
        .map_or_else(|| f.t.members.tab_notices.to_owned(), |said| said.subject)
}
