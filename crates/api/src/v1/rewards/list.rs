//! `GET /api/v1/rewards`

use app::{Period, rewards::GrantFilter};
use domain::rewards::GrantState as DomainState;
use kernel::Unit;

use super::{Grant, GrantState};
use crate::prelude::*;

list_query! {
    /// Which grants.
    GrantsQuery {
        /// Only of this program, `prg_…`.
        #[param(value_type = Option<String>)]
        program_id: Option<ProgramId>,
        /// Only of this member, `mem_…`.
        #[param(value_type = Option<String>)]
        member_id: Option<MemberId>,
        /// Only earned by this referral, `ref_…`.
        #[param(value_type = Option<String>)]
        referral_id: Option<ReferralId>,
        /// Only in this state.
        #[param(inline, value_type = Option<GrantState>)]
        state: Option<DomainState>,
        /// Only of this unit.
        #[param(value_type = Option<String>)]
        unit: Option<Unit>,
        /// Only those made from then on.
        since: Option<DateTime<Utc>>,
        /// Only those made before then.
        until: Option<DateTime<Utc>>,
    }
}

failures!(reads: ValidationFailed);

/// Lists grants.
#[utoipa::path(get, path = "/api/v1/rewards", tag = "rewards", operation_id = "list_grants", params(GrantsQuery),
    responses((status = 200, description = "A page of grants.", body = Page<Grant>), Failure))]
pub(super) async fn list(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(query): Params<GrantsQuery>,
) -> Answer<Page<Grant>> {
    let page = query.page()?;
    let filter = GrantFilter {
        program: query.program_id,
        member: query.member_id,
        referral: query.referral_id,
        state: query.state,
        unit: query.unit,
        period: Period {
            from: query.since,
            until: query.until,
        },
    };
    shown(app::rewards::list_grants(&app, &ctx, project, filter, page).await?)
}
