//! Referrals: who invited whom.

use domain::{
    referrals::{self, ReferralState as DomainState, Source as DomainSource},
    risk::Verdict as DomainVerdict,
};

use crate::prelude::*;

mod decisions;
mod get;
mod list;
mod reverse;
mod review;

words! {
    "Where a referral stands." ReferralState = DomainState::ALL;
    "How a sign-up found its inviter." Source = [
        DomainSource::Code, DomainSource::Click, DomainSource::Invitation, DomainSource::Claim,
    ];
    "What the risk signals make of a sign-up." Verdict = [
        DomainVerdict::Allow, DomainVerdict::Hold, DomainVerdict::Review, DomainVerdict::Block,
    ];
}

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list))
        .routes(routes!(get::get))
        .routes(routes!(decisions::decisions))
        .routes(routes!(review::review))
        .routes(routes!(reverse::reverse))
}

/// Who invited whom, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Referral {
    /// Its id, `ref_…`.
    id: String,
    /// The program, `prg_…`.
    program_id: String,
    /// The program's version at sign-up.
    version: u32,
    /// Who invited, `mem_…`; null where the code is the program's own.
    #[schema(required)]
    inviter_id: Option<String>,
    /// Who was invited, `mem_…`.
    invitee_id: String,
    /// Through which code, `cod_…`.
    code_id: String,
    /// How the sign-up found its inviter.
    #[schema(value_type = Source)]
    source: DomainSource,
    /// The channel.
    channel: String,
    /// Where it stands.
    #[schema(value_type = ReferralState)]
    state: DomainState,
    /// What the risk signals said.
    #[schema(value_type = Verdict)]
    verdict: DomainVerdict,
    /// Their sum.
    score: u32,
    /// Why it was rejected or reversed.
    #[schema(required)]
    reason: Option<String>,
    /// When it expires unless it qualifies.
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
    /// When the invitee signed up.
    created_at: DateTime<Utc>,
    /// When it qualified.
    #[schema(required)]
    qualified_at: Option<DateTime<Utc>>,
    /// When it changed last.
    updated_at: DateTime<Utc>,
}

impl From<referrals::Referral> for Referral {
    fn from(referral: referrals::Referral) -> Self {
        Self {
            id: referral.id.to_string(),
            program_id: referral.program.to_string(),
            version: referral.version,
            inviter_id: referral.inviter.map(|id| id.to_string()),
            invitee_id: referral.invitee.to_string(),
            code_id: referral.code.to_string(),
            source: referral.source,
            channel: referral.channel,
            state: referral.state,
            verdict: referral.verdict,
            score: referral.score,
            reason: referral.reason,
            expires_at: referral.expires_at,
            created_at: referral.created_at,
            qualified_at: referral.qualified_at,
            updated_at: referral.updated_at,
        }
    }
}
