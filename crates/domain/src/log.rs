//! The event log's entries: what a commit made true. Followers turn them into effects.

use kernel::{
    Amount, CodeId, EndpointId, GrantId, InvitationId, KeyId, MemberId, OperatorId, ProblemCode,
    ProgramId, ProjectId, ReferralId, Timestamp, Unit,
};
use serde::{Deserialize, Serialize};

use crate::{
    people::SessionOwner,
    referrals::ReferralState,
    rewards::{GrantState, Reward, Side},
};

/// One thing that became true. The tag is the webhook's event type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Fact {
    /// A member was seen for the first time.
    #[serde(rename = "member.created")]
    MemberCreated {
        /// Who.
        member: MemberId,
    },
    /// A sign-up was attributed.
    #[serde(rename = "referral.registered")]
    ReferralRegistered {
        /// Which referral.
        referral: ReferralId,
        /// In which program.
        program: ProgramId,
        /// Who invited.
        inviter: Option<MemberId>,
        /// Who was invited.
        invitee: MemberId,
        /// Through which channel.
        channel: String,
    },
    /// A sign-up named an inviter and was not attributed.
    #[serde(rename = "referral.refused")]
    ReferralRefused {
        /// In which program, where it is known.
        program: Option<ProgramId>,
        /// Who signed up.
        member: MemberId,
        /// Why not.
        reason: ProblemCode,
    },
    /// A referral moved on.
    #[serde(rename = "referral.changed")]
    ReferralChanged {
        /// Which referral.
        referral: ReferralId,
        /// In which program.
        program: ProgramId,
        /// Who invited.
        inviter: Option<MemberId>,
        /// Who was invited.
        invitee: MemberId,
        /// Through which channel.
        channel: String,
        /// Where it stands now.
        state: ReferralState,
    },
    /// A reward was granted.
    #[serde(rename = "reward.granted")]
    RewardGranted {
        /// Which grant.
        grant: GrantId,
        /// In which program.
        program: ProgramId,
        /// Which referral earned it.
        referral: ReferralId,
        /// Who is rewarded.
        member: MemberId,
        /// On which side.
        side: Side,
        /// With what.
        reward: Reward,
        /// Held, waiting for approval, or available.
        state: GrantState,
        /// Until when it is held.
        hold_until: Option<Timestamp>,
    },
    /// A grant moved on.
    #[serde(rename = "reward.changed")]
    RewardChanged {
        /// Which grant.
        grant: GrantId,
        /// In which program.
        program: ProgramId,
        /// Whose.
        member: MemberId,
        /// What it is.
        reward: Reward,
        /// Where it stands now.
        state: GrantState,
        /// What was taken back in this step, for units.
        clawed: Amount,
        /// Why.
        reason: Option<String>,
    },
    /// A member spent units.
    #[serde(rename = "balance.spent")]
    BalanceSpent {
        /// Who.
        member: MemberId,
        /// Of which unit.
        unit: Unit,
        /// How much.
        amount: Amount,
        /// The host application's id of it.
        operation: String,
    },
    /// An invitation is to be sent by e-mail, for the first time or again.
    #[serde(rename = "invitation.sent")]
    InvitationSent {
        /// Which.
        invitation: InvitationId,
        /// For the how-manieth time.
        sends: u32,
    },
    /// A program was made or changed.
    #[serde(rename = "program.changed")]
    ProgramChanged {
        /// Which.
        program: ProgramId,
        /// Its version now.
        version: u32,
    },
    /// A code was made or changed.
    #[serde(rename = "code.changed")]
    CodeChanged {
        /// Which.
        code: CodeId,
        /// As compared.
        key: String,
    },
    /// A project's settings changed.
    #[serde(rename = "project.changed")]
    ProjectChanged {
        /// Which.
        project: ProjectId,
    },
    /// An API key was made, rotated or revoked.
    #[serde(rename = "key.changed")]
    KeyChanged {
        /// Which.
        key: KeyId,
    },
    /// An operator was added or changed, or chose a password.
    #[serde(rename = "operator.changed")]
    OperatorChanged {
        /// Who.
        operator: OperatorId,
    },
    /// Somebody signed out, or was signed out: one session of theirs, or several.
    #[serde(rename = "session.ended")]
    SessionEnded {
        /// Whose.
        who: SessionOwner,
    },
    /// A webhook endpoint was made or changed.
    #[serde(rename = "webhook.changed")]
    WebhookChanged {
        /// Which.
        endpoint: EndpointId,
    },
}

impl Fact {
    /// The webhook's event type.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::MemberCreated { .. } => "member.created",
            Self::ReferralRegistered { .. } => "referral.registered",
            Self::ReferralRefused { .. } => "referral.refused",
            Self::ReferralChanged { .. } => "referral.changed",
            Self::RewardGranted { .. } => "reward.granted",
            Self::RewardChanged { .. } => "reward.changed",
            Self::BalanceSpent { .. } => "balance.spent",
            Self::InvitationSent { .. } => "invitation.sent",
            Self::ProgramChanged { .. } => "program.changed",
            Self::CodeChanged { .. } => "code.changed",
            Self::ProjectChanged { .. } => "project.changed",
            Self::KeyChanged { .. } => "key.changed",
            Self::OperatorChanged { .. } => "operator.changed",
            Self::SessionEnded { .. } => "session.ended",
            Self::WebhookChanged { .. } => "webhook.changed",
        }
    }
}

/// What one use case made true, at its place in the log. Places have no gaps and are in commit order.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The place.
    pub seq: i64,
    /// The tenant; none for what concerns the installation.
    pub project: Option<ProjectId>,
    /// When.
    pub at: Timestamp,
    /// What.
    pub facts: Vec<Fact>,
}
