//! Rewards: the grants of members.

use domain::rewards::{self, GrantState as DomainState, Side as DomainSide};

use crate::{
    prelude::*,
    v1::programs::rules::{Reward, Side},
};

mod approve;
mod claim;
mod get;
mod list;
mod reject;
mod reverse;

words! {
    "Where a grant stands." GrantState = DomainState::ALL;
}

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list))
        .routes(routes!(get::get))
        .routes(routes!(approve::approve))
        .routes(routes!(reject::reject))
        .routes(routes!(reverse::reverse))
        .routes(routes!(claim::claim))
}

/// One reward for one member.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Grant {
    /// Its id, `grt_…`.
    id: String,
    /// The program, `prg_…`.
    program_id: String,
    /// The version whose rule granted it.
    version: u32,
    /// The rule's key.
    rule: String,
    /// The referral that earned it, `ref_…`.
    referral_id: String,
    /// The event that triggered it, `evt_…`.
    event_id: String,
    /// Who is rewarded, `mem_…`.
    member_id: String,
    /// On which side.
    #[schema(value_type = Side)]
    side: DomainSide,
    /// With what.
    #[schema(value_type = Reward)]
    reward: rewards::Reward,
    /// What was granted, in minor units; 0 for rewards without units.
    amount: i64,
    /// What is neither spent, expired nor taken back.
    remaining: i64,
    /// What was taken back so far.
    clawed: i64,
    /// Where it stands.
    #[schema(value_type = GrantState)]
    state: DomainState,
    /// Why it stands there.
    #[schema(required)]
    reason: Option<String>,
    /// When time moves it on by itself: the end of the hold, or the expiry once it is available.
    #[schema(required)]
    due_at: Option<DateTime<Utc>>,
    /// The order of the purchase that triggered it.
    #[schema(required)]
    order_id: Option<String>,
    /// The coupon that was given.
    #[schema(required)]
    coupon: Option<String>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it changed last.
    updated_at: DateTime<Utc>,
}

impl From<rewards::Grant> for Grant {
    fn from(grant: rewards::Grant) -> Self {
        Self {
            id: grant.id.to_string(),
            program_id: grant.program.to_string(),
            version: grant.version,
            rule: grant.rule,
            referral_id: grant.referral.to_string(),
            event_id: grant.event.to_string(),
            member_id: grant.member.to_string(),
            side: grant.side,
            reward: grant.reward,
            amount: grant.amount.0,
            remaining: grant.remaining.0,
            clawed: grant.clawed.0,
            state: grant.state,
            reason: grant.reason,
            due_at: grant.due_at,
            order_id: grant.order,
            coupon: grant.coupon,
            created_at: grant.created_at,
            updated_at: grant.updated_at,
        }
    }
}
