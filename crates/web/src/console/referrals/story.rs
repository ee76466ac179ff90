//! The decision record of a referral, told from the click to the reward.

use app::{
    programs::get_version,
    referrals::list_decisions,
    rewards::{GrantFilter, list_grants},
};
use chrono::{DateTime, TimeDelta};
use domain::{
    audit::AuditEntry,
    people::Permission,
    referrals::{EventType, Referral, ReferralState, StoredEvent},
    rewards::{Grant, GrantState},
    risk::Verdict,
};
use kernel::{PageRequest, Timestamp};
use notify::{referral_sentence, reward_words};
use serde_json::json;

use super::super::{
    actors::{Actors, labels},
    deeds::{audited, by_actor},
    people::People,
    story::{Mark, Part, Sentence, Step},
};
use crate::{
    answer::PageError,
    door::Desk,
    look::filters::fill,
    words::{record, states},
};

mod events;

/// All that is known of a referral.
#[derive(Debug)]
pub(in crate::console) struct Known {
    pub(in crate::console) referral: Referral,
    /// Oldest first.
    pub(in crate::console) events: Vec<StoredEvent>,
    /// Oldest first.
    pub(in crate::console) grants: Vec<Grant>,
    pub(in crate::console) people: People,
    /// What people decided, oldest first; empty where the operator may not read it.
    audit: Vec<AuditEntry>,
    actors: Actors,
    /// Days that a click counts for, where it was a click.
    window: Option<u32>,
}

impl Known {
    /// Loads what the operator may know.
    pub(in crate::console) async fn load(
        desk: &Desk,
        referral: Referral,
    ) -> Result<Self, PageError> {
        let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
        let most = PageRequest::new(None, Some(PageRequest::MAX));
        let mut events = list_decisions(app, ctx, project, referral.id).await?;
        events.reverse();
        let mut grants = Vec::new();
        if desk.may(Permission::RewardsRead) {
            let filter = GrantFilter {
                referral: Some(referral.id),
                ..GrantFilter::default()
            };
            grants = list_grants(app, ctx, project, filter, most).await?.items;
            grants.reverse();
        }
        let mut window = None;
        if referral.click.is_some() && desk.may(Permission::ProgramsRead) {
            let version = get_version(app, ctx, project, referral.program, referral.version).await;
            window = version
                .ok()
                .map(|version| version.settings.attribution.click_window_days);
        }
        let named = [Some(referral.invitee), referral.inviter];
        let named = named.into_iter().flatten();
        let named = named.chain(grants.iter().map(|grant| grant.member));
        let audit = audited(desk, referral.id.to_string()).await?;
        Ok(Self {
            people: People::of(desk, named.collect()).await?,
            actors: Actors::load(desk, labels(&audit)).await?,
            audit,
            referral,
            events,
            grants,
            window,
        })
    }
}

/// The story, oldest step first.
pub(in crate::console) fn tell(desk: &Desk, known: &Known) -> Vec<Step> {
    let mut steps: Vec<Step> = clicked(desk, known).into_iter().collect();
    for event in &known.events {
        steps.push(events::told(desk, known, event));
        let grants = known.grants.iter().filter(|grant| grant.event == event.id);
        steps.extend(grants.map(|grant| granted(desk, known, grant)));
    }
    let told = |grant: &&Grant| known.events.iter().any(|event| event.id == grant.event);
    let others = known.grants.iter().filter(|grant| !told(grant));
    steps.extend(others.map(|grant| granted(desk, known, grant)));
    steps.extend(decided(desk, known));
    steps.extend(ended(desk, known));
    // Steps of one moment stay in the order in which they follow from each other.
    steps.sort_by_key(|step| step.at);
    steps
}

/// When the click was: its id carries the time.
fn clicked_at(referral: &Referral) -> Option<Timestamp> {
    let (seconds, nanos) = referral.click?.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

fn clicked(desk: &Desk, known: &Known) -> Option<Step> {
    let t = &desk.f.t.story;
    let at = clicked_at(&known.referral)?;
    let friend = Part::member(desk, &known.people, known.referral.invitee);
    let inviter = known.referral.inviter.map_or_else(
        || Part::plain(known.people.program(&known.referral.program)),
        |id| Part::member(desk, &known.people, id),
    );
    let said = Sentence::new(t.opened)
        .with("invitee", friend)
        .with("inviter", inviter);
    let channel = states::channel(desk.f.t, &known.referral.channel);
    Some(Step {
        marks: vec![Mark::remark(fill(t.came_from, "channel", channel))],
        ..Step::new("accent", Some(at), said)
    })
}

/// Days from the click to the sign-up; none where there was no click.
fn days_from_click(known: &Known, at: Timestamp) -> Option<i64> {
    let clicked = clicked_at(&known.referral)?;
    Some((at - clicked).max(TimeDelta::zero()).num_days())
}

/// A grant, from the day when it was made.
pub(in crate::console) fn granted(desk: &Desk, known: &Known, grant: &Grant) -> Step {
    let (f, t) = (&desk.f, &desk.f.t.story);
    let reward = Part::link(
        reward_words(&grant.reward, f.locale),
        desk.at(&format!("rewards/{}", grant.id)),
    );
    let said = Sentence::new(t.gets)
        .with("member", Part::member(desk, &known.people, grant.member))
        .with("reward", reward);
    let mut marks = Vec::new();
    match (grant.state, grant.due_at) {
        (GrantState::Held, Some(until)) => {
            marks.push(Mark::remark(fill(t.held_until, "date", &f.date(&until))));
        }
        (GrantState::PendingApproval, _) => marks.push(Mark::remark(t.waits_for_approval)),
        (state, _) => {
            let (word, _) = states::grant(f.t, state);
            marks.push(Mark::remark(fill(t.now_state, "state", word)));
        }
    }
    if let (GrantState::Available, Some(end)) = (grant.state, grant.due_at) {
        marks.push(Mark::remark(fill(t.expires_on, "date", &f.date(&end))));
    }
    let look = states::grant(f.t, grant.state).1;
    Step {
        marks,
        ..Step::new(look, Some(grant.created_at), said)
    }
}

/// What people decided.
fn decided(desk: &Desk, known: &Known) -> Vec<Step> {
    let t = &desk.f.t.story;
    let step = |entry: &AuditEntry| {
        let (text, look) = match entry.action.as_str() {
            "referral.accepted" => (t.accepted_by, "good"),
            "referral.rejected" => (t.rejected_by, "bad"),
            "referral.reversed" => (t.reversed_by, "bad"),
            _ => return None,
        };
        Some(by_actor(desk, &known.actors, entry, text, look))
    };
    known.audit.iter().filter_map(step).collect()
}

/// The end of a referral that is over, where nothing else tells of it.
fn ended(desk: &Desk, known: &Known) -> Option<Step> {
    let t = &desk.f.t.story;
    let (text, move_told) = match known.referral.state {
        ReferralState::Expired => (t.ended_expired, false),
        ReferralState::Rejected => (t.ended_rejected, true),
        ReferralState::Reversed => (t.ended_reversed, true),
        _ => return None,
    };
    let by_event = known
        .events
        .iter()
        .any(|event| event.outcome.decision.to == Some(known.referral.state));
    if move_told && (by_event || !decided(desk, known).is_empty()) {
        return None;
    }
    let reason = known.referral.reason.as_deref();
    let marks = reason
        .map(|reason| Mark::remark(fill(t.because, "reason", record::reason(desk.f.t, reason))));
    Some(Step {
        marks: marks.into_iter().collect(),
        ..Step::new("bad", Some(known.referral.updated_at), Sentence::new(text))
    })
}

/// What the referral waits for, in a sentence.
pub(in crate::console) fn next(desk: &Desk, known: &Known) -> Option<String> {
    let referral = &known.referral;
    if !referral.state.is_earning() || referral.state == ReferralState::Rewarded {
        return None;
    }
    let reviewed = referral.verdict == Verdict::Allow;
    let waiting = known
        .events
        .iter()
        .rev()
        .find_map(|event| event.outcome.decision.waiting_for.as_ref())
        .filter(|waiting| !(reviewed && **waiting == domain::referrals::WaitingFor::Review));
    Some(referral_sentence(referral.state, waiting, desk.f.locale))
}

/// The record as it is stored.
pub(in crate::console) fn raw(known: &Known) -> String {
    let events = known.events.iter().map(|event| {
        json!({
            "id": event.id, "key": event.key, "type": event.kind, "occurred_at": event.occurred_at,
            "received_at": event.created_at, "event": event.event, "outcome": event.outcome,
        })
    });
    let record = json!({
        "referral": known.referral, "events": events.collect::<Vec<_>>(), "grants": known.grants,
    });
    serde_json::to_string_pretty(&record).unwrap_or_default()
}

/// Whether an event is the one that made the referral.
fn is_first(event: &StoredEvent) -> bool {
    matches!(event.kind, EventType::Signup | EventType::Claim)
}
