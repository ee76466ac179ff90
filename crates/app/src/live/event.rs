//! What is told of one fact.

use std::{collections::HashMap, sync::Arc};

use domain::{
    log::{Entry, Fact},
    members::Member,
    referrals::ReferralState,
    rewards::{GrantState, Reward, Side},
};
use kernel::{
    Amount, GrantId, MemberId, ProblemCode, ProgramId, ProjectId, ReferralId, Timestamp, Unit,
};
use serde::Serialize;

use super::position_of;
use crate::{App, AppResult, masking::masked};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LiveEvent {
    /// Give the last one seen to a new subscription, which then goes on after it. Ascending; below 2^53.
    pub position: i64,
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub kind: LiveKind,
    /// In which program.
    pub program: Option<ProgramId>,
    /// Which referral.
    pub referral: Option<ReferralId>,
    /// Which grant.
    pub grant: Option<GrantId>,
    /// Who invited; or whom else it is about: who was rewarded, spent, or was seen for the first time.
    pub member: Option<LivePerson>,
    /// Who was invited.
    pub invitee: Option<LivePerson>,
}

/// Somebody in a [`LiveEvent`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LivePerson {
    /// Who.
    pub id: MemberId,
    /// The name as others may see it: `A•••a`; empty where the member is gone.
    pub masked: String,
    /// Name, else e-mail, else external id; absent where the listener may not know.
    pub name: Option<String>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LiveKind {
    /// A member was seen for the first time.
    MemberCreated,
    /// A sign-up was attributed.
    ReferralRegistered {
        /// Through which channel.
        channel: String,
    },
    /// A sign-up named an inviter and was not attributed.
    ReferralRefused {
        /// Why not.
        reason: ProblemCode,
    },
    /// A referral moved on.
    ReferralChanged {
        /// Where it stands now.
        state: ReferralState,
    },
    /// A reward was granted.
    RewardGranted {
        /// On which side.
        side: Side,
        /// With what.
        reward: Reward,
        /// Held, waiting for approval, or available.
        state: GrantState,
    },
    /// A grant moved on.
    RewardChanged {
        /// What it is.
        reward: Reward,
        /// Where it stands now.
        state: GrantState,
        /// What was taken back in this step, for units.
        clawed: Amount,
    },
    /// A member spent units.
    BalanceSpent {
        /// Of which unit.
        unit: Unit,
        /// How much, in minor units.
        amount: Amount,
    },
    /// An invitation is sent by e-mail.
    InvitationSent {
        /// For the how-manieth time.
        sends: u32,
    },
    /// A program was made or changed.
    ProgramChanged {
        /// Its version now.
        version: u32,
    },
}

impl LiveKind {
    /// How much of which unit it is about, where it is about units.
    pub const fn amount(&self) -> Option<(&Unit, Amount)> {
        match self {
            Self::RewardGranted {
                reward: Reward::Units { unit, amount },
                ..
            }
            | Self::RewardChanged {
                reward: Reward::Units { unit, amount },
                ..
            }
            | Self::BalanceSpent { unit, amount } => Some((unit, *amount)),
            _ => None,
        }
    }
}

impl LiveEvent {
    /// Whether it happened to this member, and is theirs to know.
    pub(super) fn concerns(&self, member: MemberId) -> bool {
        let is = |person: &Option<LivePerson>| person.as_ref().is_some_and(|it| it.id == member);
        // Why a sign-up was not attributed may be a suspicion.
        !matches!(self.kind, LiveKind::ReferralRefused { .. })
            && (is(&self.member) || is(&self.invitee))
    }

    /// The same, without names where they are not to be known.
    pub(super) fn with_names(mut self, names: bool) -> Self {
        for person in [&mut self.member, &mut self.invitee].into_iter().flatten() {
            person.name = person.name.take().filter(|_| names);
        }
        self
    }
}

/// What the facts of an entry say, from the `first` one on, of those that are told.
pub(super) async fn named(
    app: &App,
    project: ProjectId,
    entry: &Entry,
    first: usize,
) -> AppResult<Arc<[LiveEvent]>> {
    let mut events: Vec<LiveEvent> = entry
        .facts
        .iter()
        .enumerate()
        .filter_map(|(index, fact)| {
            let mut event = told(fact)?;
            event.position = position_of(entry.seq, first + index);
            event.at = entry.at;
            Some(event)
        })
        .collect();
    let mut ids: Vec<MemberId> = events
        .iter()
        .flat_map(|event| [&event.member, &event.invitee])
        .flatten()
        .map(|person| person.id)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let reader = app.store().read();
    let members = reader.project(project).members().find_all(&ids).await?;
    for event in &mut events {
        for person in [&mut event.member, &mut event.invitee]
            .into_iter()
            .flatten()
        {
            name(person, &members);
        }
    }
    Ok(events.into())
}

fn name(person: &mut LivePerson, members: &HashMap<MemberId, Member>) {
    if let Some(member) = members.get(&person.id) {
        person.masked = masked(member);
        person.name = member
            .name
            .as_ref()
            .or(member.email.as_ref())
            .or(member.external_id.as_ref())
            .cloned();
    }
}

/// What a fact says, without names; nothing where nobody but this program wants to know.
fn told(fact: &Fact) -> Option<LiveEvent> {
    Some(match fact {
        Fact::MemberCreated { member } => LiveEvent {
            member: person(Some(*member)),
            ..event(LiveKind::MemberCreated)
        },
        Fact::ReferralRegistered {
            referral,
            program,
            inviter,
            invitee,
            channel,
        } => LiveEvent {
            program: Some(*program),
            referral: Some(*referral),
            member: person(*inviter),
            invitee: person(Some(*invitee)),
            ..event(LiveKind::ReferralRegistered {
                channel: channel.clone(),
            })
        },
        Fact::ReferralRefused {
            program,
            member,
            reason,
        } => LiveEvent {
            program: *program,
            invitee: person(Some(*member)),
            ..event(LiveKind::ReferralRefused { reason: *reason })
        },
        Fact::ReferralChanged {
            referral,
            program,
            inviter,
            invitee,
            state,
            channel: _,
        } => LiveEvent {
            program: Some(*program),
            referral: Some(*referral),
            member: person(*inviter),
            invitee: person(Some(*invitee)),
            ..event(LiveKind::ReferralChanged { state: *state })
        },
        Fact::RewardGranted { .. } | Fact::RewardChanged { .. } | Fact::BalanceSpent { .. } => {
            return of_value(fact);
        }
        Fact::InvitationSent { sends, .. } => event(LiveKind::InvitationSent { sends: *sends }),
        Fact::ProgramChanged { program, version } => LiveEvent {
            program: Some(*program),
            ..event(LiveKind::ProgramChanged { version: *version })
        },
        Fact::CodeChanged { .. }
        | Fact::ProjectChanged { .. }
        | Fact::KeyChanged { .. }
        | Fact::WebhookChanged { .. }
        | Fact::OperatorChanged { .. }
        | Fact::SessionEnded { .. } => return None,
    })
}

/// What a fact about rewards and units says.
fn of_value(fact: &Fact) -> Option<LiveEvent> {
    Some(match fact {
        Fact::RewardGranted {
            grant,
            program,
            referral,
            member,
            side,
            reward,
            state,
            hold_until: _,
        } => LiveEvent {
            program: Some(*program),
            referral: Some(*referral),
            grant: Some(*grant),
            member: person(Some(*member)),
            ..event(LiveKind::RewardGranted {
                side: *side,
                reward: reward.clone(),
                state: *state,
            })
        },
        Fact::RewardChanged {
            grant,
            program,
            member,
            reward,
            state,
            clawed,
            reason: _,
        } => LiveEvent {
            program: Some(*program),
            grant: Some(*grant),
            member: person(Some(*member)),
            ..event(LiveKind::RewardChanged {
                reward: reward.clone(),
                state: *state,
                clawed: *clawed,
            })
        },
        Fact::BalanceSpent {
            member,
            unit,
            amount,
            operation: _,
        } => LiveEvent {
            member: person(Some(*member)),
            ..event(LiveKind::BalanceSpent {
                unit: unit.clone(),
                amount: *amount,
            })
        },
        _ => return None,
    })
}

/// An event about nobody in particular, at no time yet.
const fn event(kind: LiveKind) -> LiveEvent {
    LiveEvent {
        position: 0,
        at: Timestamp::UNIX_EPOCH,
        kind,
        program: None,
        referral: None,
        grant: None,
        member: None,
        invitee: None,
    }
}

fn person(id: Option<MemberId>) -> Option<LivePerson> {
    id.map(|id| LivePerson {
        id,
        masked: String::new(),
        name: None,
    })
}
