//! What happens in a project, while it happens.

use app::live::{LiveEvent, LiveKind, LivePerson, subscribe};
use askama::Template;
use axum::{
    Router,
    extract::{Query, WebSocketUpgrade},
    routing::get,
};
use domain::{people::Permission, referrals::ReferralState, rewards::GrantState};
use http::HeaderMap;
use notify::{refusal_sentence, reward_words};

use crate::{
    answer::PageResult,
    door::{Console, Desk},
    live::{Asked, feed},
    look::{Frame, filters::fill},
    state::WebState,
};

/// The pages of this area.
pub(super) fn routes() -> Router<WebState> {
    Router::new().route("/console/{project}/{mode}/live", get(listen))
}

async fn listen(
    desk: Desk,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> PageResult {
    let subscription = subscribe(&desk.app, &desk.ctx, desk.project.id, asked.after).await?;
    let draw = move |event: &LiveEvent| Row::new(&desk, event).render().ok();
    Ok(feed(&headers, upgrade, subscription, draw))
}

/// One thing that happened, as a row of the list.
#[derive(Template)]
#[template(path = "console/live_row.html")]
pub(super) struct Row<'a> {
    f: &'a Frame,
    look: &'static str,
    sentence: String,
    href: Option<String>,
    at: kernel::Timestamp,
}

impl<'a> Row<'a> {
    /// The row of an event; it leads where the operator may go.
    pub(super) fn new(c: &'a Console, event: &LiveEvent) -> Self {
        let (look, sentence) = sentence(&c.f, event);
        let href = match (event.referral, &event.member) {
            (Some(id), _) if c.may(Permission::ReferralsRead) => {
                Some(format!("{}/{id}", c.at("referrals")))
            }
            (_, Some(member)) if c.may(Permission::MembersRead) => {
                Some(format!("{}/{}", c.at("members"), member.id))
            }
            _ => None,
        };
        Self {
            f: &c.f,
            look,
            sentence,
            href,
            at: event.at,
        }
    }
}

/// How an event looks, and what it says.
fn sentence(f: &Frame, event: &LiveEvent) -> (&'static str, String) {
    let t = &f.t.overview;
    let (member, invitee) = (
        name(f, event.member.as_ref()),
        name(f, event.invitee.as_ref()),
    );
    let (look, text) = match &event.kind {
        LiveKind::MemberCreated => ("", t.live_member.to_owned()),
        LiveKind::ReferralRegistered { .. } if event.member.is_none() => {
            ("accent", t.live_registered_alone.to_owned())
        }
        LiveKind::ReferralRegistered { .. } => ("accent", t.live_registered.to_owned()),
        LiveKind::ReferralRefused { reason } => {
            let reason = refusal_sentence(*reason, f.locale);
            ("warn", fill(t.live_refused, "reason", reason))
        }
        LiveKind::ReferralChanged { state } => referral(f, *state),
        LiveKind::RewardGranted {
            reward,
            state: GrantState::Available,
            ..
        } => {
            let reward = reward_words(reward, f.locale);
            ("good", fill(t.live_granted, "reward", &reward))
        }
        LiveKind::RewardGranted { reward, state, .. }
        | LiveKind::RewardChanged { reward, state, .. } => {
            let reward = reward_words(reward, f.locale);
            let (look, text) = grant(f, *state);
            (look, fill(text, "reward", &reward))
        }
        LiveKind::BalanceSpent { unit, amount } => {
            ("", fill(t.live_spent, "amount", &f.amount(amount, unit)))
        }
        LiveKind::InvitationSent { .. } => ("", t.live_invitation.to_owned()),
        LiveKind::ProgramChanged { version } => {
            ("", fill(t.live_program, "version", &version.to_string()))
        }
    };
    // Names come last: what somebody calls themselves fills nothing in.
    let text = fill(&text, "invitee", "\u{1}");
    (
        look,
        fill(&text, "member", &member).replace('\u{1}', &invitee),
    )
}

fn referral(f: &Frame, state: ReferralState) -> (&'static str, String) {
    let t = &f.t.overview;
    let (look, text) = match state {
        ReferralState::Registered => ("accent", t.live_registered),
        ReferralState::Qualified => ("good", t.live_qualified),
        ReferralState::Rewarded => ("good", t.live_rewarded),
        ReferralState::Rejected => ("bad", t.live_rejected),
        ReferralState::Expired => ("", t.live_expired),
        ReferralState::Reversed => ("bad", t.live_reversed),
    };
    (look, text.to_owned())
}

fn grant(f: &Frame, state: GrantState) -> (&'static str, &'static str) {
    let t = &f.t.overview;
    match state {
        GrantState::Held | GrantState::PendingApproval => ("warn", t.live_grant_waits),
        GrantState::Available => ("good", t.live_grant_available),
        GrantState::Claimed | GrantState::Spent => ("good", t.live_grant_claimed),
        GrantState::Expired => ("", t.live_grant_expired),
        GrantState::Reversed => ("bad", t.live_grant_reversed),
        GrantState::Rejected => ("bad", t.live_grant_rejected),
    }
}

fn name(f: &Frame, person: Option<&LivePerson>) -> String {
    let named = person.map(|person| person.name.clone().unwrap_or_else(|| person.masked.clone()));
    named
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| f.t.overview.somebody.to_owned())
}
