//! `GET /api/v1/referrals`

use app::{Period, referrals::ReferralFilter};
use domain::{referrals::ReferralState as DomainState, risk::Verdict as DomainVerdict};

use super::{Referral, ReferralState, Verdict};
use crate::prelude::*;

list_query! {
    /// Which referrals.
    ReferralsQuery {
        /// Only of this program, `prg_…`.
        #[param(value_type = Option<String>)]
        program_id: Option<ProgramId>,
        /// Only by this inviter, `mem_…`.
        #[param(value_type = Option<String>)]
        inviter_id: Option<MemberId>,
        /// Only of this invitee, `mem_…`.
        #[param(value_type = Option<String>)]
        invitee_id: Option<MemberId>,
        /// Only in this state.
        #[param(inline, value_type = Option<ReferralState>)]
        state: Option<DomainState>,
        /// Only with this verdict.
        #[param(inline, value_type = Option<Verdict>)]
        verdict: Option<DomainVerdict>,
        /// Only of those who signed up from then on.
        since: Option<DateTime<Utc>>,
        /// Only of those who signed up before then.
        until: Option<DateTime<Utc>>,
    }
}

failures!(reads: ValidationFailed);

/// Lists referrals.
#[utoipa::path(get, path = "/api/v1/referrals", tag = "referrals", operation_id = "list_referrals",
    params(ReferralsQuery),
    responses((status = 200, description = "A page of referrals.", body = Page<Referral>), Failure))]
pub(super) async fn list(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(query): Params<ReferralsQuery>,
) -> Answer<Page<Referral>> {
    let filter = ReferralFilter {
        program: query.program_id,
        inviter: query.inviter_id,
        invitee: query.invitee_id,
        state: query.state,
        verdict: query.verdict,
        period: Period {
            from: query.since,
            until: query.until,
        },
    };
    shown(app::referrals::list_referrals(&app, &ctx, project, filter, query.page()?).await?)
}
